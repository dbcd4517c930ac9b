/* maker_key.c - makers: keys with a structure. */
#include "validate/tables.h"

const struct maker makers_key[] = {
    { .name = "age", .meaning = "AGE-SECRET-KEY-1", .make = maker_pending },
    { .name = "bip39",
      .meaning = "seed phrase; argument: 12 (default) 15 18 21 24 words",
      .make = maker_pending },
    { .name = "wif", .meaning = "Bitcoin private key", .make = maker_pending },
    { .name = "xprv", .meaning = "extended private key", .make = maker_pending },
    { .name = "bitlocker", .meaning = "recovery password", .make = maker_pending },
    { .name = "wireguard", .meaning = "clamped private key", .make = maker_pending },
    { .name = "totp",
      .meaning = "base32 secret; argument: characters (32 by default)",
      .make = maker_pending },
    { .name = "pem",
      .meaning = "private key block; argument: rsa (default) rsa-pkcs8 ec ec-pkcs8 dsa ed25519 openssh "
                 "openssh-encrypted encrypted rsa-encrypted",
      .make = maker_pending },
    { .name = "pem-line",
      .meaning = "the same block on one line with \\n between its lines, as in JSON",
      .make = maker_pending },
    { .name = "pgp",
      .meaning = "OpenPGP private key block; argument: plain (default) or protected",
      .make = maker_pending },
    { .name = "ppk",
      .meaning = "PuTTY key file; argument: 2 or 3 (default), or encrypted",
      .make = maker_pending },
    { .name = "openvpn-static", .meaning = "OpenVPN static key V1 block", .make = maker_pending },
    { .name = "gcp-service-account", .meaning = "service account JSON", .make = maker_pending },
    { .name = NULL },
};
