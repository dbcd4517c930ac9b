/* reversible.c - validators: stored passwords that anybody can read back, and password hashes. */
#include "validate/tables.h"

const struct validator validators_reversible[] = {
    { .name = "gpp-cpassword",
      .meaning = "Group Policy Preferences cpassword: decrypts with the published key",
      .judge = validator_pending },
    { .name = "cisco7",
      .meaning = "Cisco type 7 password: decodes to printable text",
      .judge = validator_pending },
    { .name = "juniper9",
      .meaning = "Juniper $9$ password: decodes to printable text",
      .judge = validator_pending },
    { .name = "vnc",
      .meaning = "VNC password: eight bytes that the fixed DES key decrypts to printable text",
      .judge = validator_pending },
    { .name = "ntlm",
      .meaning = "secretsdump line user:rid:lm:nt::: the empty hashes are rejected",
      .judge = validator_pending },
    { .name = "password-hash",
      .meaning = "crypt, bcrypt, htpasswd or {SHA} hash of the right length and alphabet; always weaker (a "
                 "hash, not the password)",
      .judge = validator_pending },
    { .name = NULL },
};
