/* pem.c - validators: private key files: PEM, OpenPGP, PuTTY, OpenVPN. */
#include "validate/tables.h"

const struct validator validators_pem[] = {
    { .name = "pem",
      .meaning = "PEM or OpenSSH private key: the structure parses; encrypted is weaker; quoted, indented "
                 "and \\n-escaped blocks too",
      .judge = validator_pending },
    { .name = "pgp-private",
      .meaning =
          "OpenPGP private key block: CRC-24 and a secret key packet; protected by a passphrase is weaker",
      .judge = validator_pending },
    { .name = "ppk",
      .meaning = "PuTTY private key: Private-MAC verified where unencrypted; encrypted is weaker",
      .judge = validator_pending },
    { .name = "openvpn-static",
      .meaning = "OpenVPN static key V1: 256 bytes of hex in lines",
      .judge = validator_pending },
    { .name = "gcp-service-account",
      .meaning = "Google service account JSON: type, client e-mail, project and a private key that parses",
      .judge = validator_pending },
    { .name = NULL },
};
