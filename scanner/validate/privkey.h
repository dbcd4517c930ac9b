/* privkey.h - says what a private key in binary form is, and whether its parts fit each other. */
#ifndef MAILSPILL_VALIDATE_PRIVKEY_H
#define MAILSPILL_VALIDATE_PRIVKEY_H

#include "base/slice.h"

enum privkey_state {
    PRIVKEY_BROKEN,    /* does not parse */
    PRIVKEY_UNFIT,     /* parses, but its numbers do not belong together */
    PRIVKEY_PARSES,    /* parses to its end */
    PRIVKEY_ENCRYPTED, /* under a passphrase */
};

struct privkey {
    enum privkey_state state;
    const char *kind;  /* "RSA", "EC", "Ed25519" …; never NULL */
    unsigned bits;     /* 0: not known */
    char cipher[32];   /* of an encrypted OpenSSH key */
    char comment[128]; /* of an OpenSSH key */
};

/* PKCS #1, SEC 1, DSA, PKCS #8 (RFC 5208, RFC 5958), encrypted PKCS #8. */
void privkey_read_der(struct slice der, struct privkey *key);

/* openssh-key-v1 (PROTOCOL.key of OpenSSH). */
void privkey_read_openssh(struct slice bytes, struct privkey *key);

#endif
