/* lock_odf.h - inside the lock of OpenDocument: which members are enciphered, and how (lock_odf_manifest.c). */
#ifndef MAILSPILL_WALK_LOCK_ODF_H
#define MAILSPILL_WALK_LOCK_ODF_H

#include "walk/lock_zip.h"

#define ODF_MANIFEST "META-INF/manifest.xml"
#define ODF_PACKAGE "encrypted-package" /* the whole document as one member */
#define ODF_SALT_MAX ((size_t)64)
#define ODF_IV_GCM ((size_t)12) /* before what is enciphered */
#define ODF_TAG_GCM ((size_t)16)

/* A member that is enciphered, and how. */
struct odf_member {
    size_t index; /* of its entry */
    int cipher, mode, start_md, sum_md;
    size_t key_len, block;
    unsigned char iv[16], salt[ODF_SALT_MAX], sum[LOCK_HASH_MAX];
    size_t iv_len, salt_len, sum_len;
    bool is_argon2;                           /* Argon2id; else PBKDF2 */
    uint64_t rounds, memory, lanes, key_size; /* memory: bytes; key_size: as it is said, or 0 */
    bool is_known;                            /* the cipher and the way to its key */
};

struct odf {
    struct lock_zip_list list;
    size_t *by_name; /* entries */
    struct odf_member *members;
    size_t count;
    size_t manifest; /* its entry */
    struct slice xml;
    const struct odf_member *proof;
};

/* Read the directory and the manifest of lock->file. 0; -1: it is no OpenDocument package, or its manifest cannot be read. */
int lock_odf_read(struct lock *lock, struct odf *odf);

/* DATA, deflated, into OUT, at most MOST bytes. 0 or -1. */
int lock_odf_inflate(struct slice data, struct buffer *out, size_t most);

#endif
