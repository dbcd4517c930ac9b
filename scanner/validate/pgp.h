/* pgp.h - OpenPGP packets (RFC 9580, RFC 4880): is there a secret key, and is it protected? */
#ifndef MAILSPILL_VALIDATE_PGP_H
#define MAILSPILL_VALIDATE_PGP_H

#include "base/slice.h"

struct pgp_key {
    unsigned secrets;      /* secret key and subkey packets that parse */
    unsigned open_secrets; /* of these, without a passphrase */
    char user[128];        /* the first user ID */
};

void pgp_read(struct slice bytes, struct pgp_key *key);

#endif
