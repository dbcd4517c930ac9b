/* lock_offcrypto.h - inside the locks: what old and new Office files share of MS-OFFCRYPTO: its binary header, and RC4 by blocks. */
#ifndef MAILSPILL_WALK_LOCK_OFFCRYPTO_H
#define MAILSPILL_WALK_LOCK_OFFCRYPTO_H

#include "walk/lock_parts.h"

/* What Excel and PowerPoint lock a file with that no password was given for. */
#define OFFCRYPTO_DEFAULT_PASSWORD "VelvetSweatshop"

enum offcrypto_kind {
    OFFCRYPTO_RC4_40,   /* section 2.3.6 */
    OFFCRYPTO_RC4_API,  /* section 2.3.5 */
    OFFCRYPTO_STANDARD, /* section 2.3.4.5: AES in ECB */
};

struct offcrypto {
    enum offcrypto_kind kind;
    size_t key_len; /* bytes */
    unsigned char salt[16], verifier[16], hash[32];
    unsigned char base[32]; /* after offcrypto_try: what keys are made of; STANDARD: the key */
};

/* The structure at the front of HEADER, from its version on. 0 or -1; describes it in SCHEME. */
int offcrypto_read(struct slice header, struct offcrypto *crypto, char *scheme, size_t size,
                   struct error *err);

/* WIDE is UTF-16LE. After LOCK_OPEN the password's key is in CRYPTO. */
enum lock_answer offcrypto_try(struct lock *lock, struct offcrypto *crypto, struct slice wide,
                               struct error *err);

/* Decipher BYTES in place, which begin as block FIRST; each block has BLOCK_LEN bytes and a key of its own. Of the RC4 kinds. */
void offcrypto_rc4(const struct offcrypto *crypto, uint32_t first, size_t block_len, unsigned char *bytes,
                   size_t len);

#endif
