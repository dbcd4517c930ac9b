/* lock_kdbx.h - inside the locks of KeePass: what its files of versions 1 and 2 share, and a safe of version 2. */
#ifndef MAILSPILL_WALK_LOCK_KDBX_H
#define MAILSPILL_WALK_LOCK_KDBX_H

#include "walk/lock_parts.h"

#define KEEPASS_FILE_MAX ((size_t)64 * 1024 * 1024)
#define KEEPASS_XML_MAX ((size_t)64 * 1024 * 1024)

/* lock_keepass.c: KEY turned ROUNDS times with AES-256 under SALT (32 bytes), then hashed. LOCK_OPEN, or LOCK_LIMIT after LOCK_SECONDS. */
enum lock_answer lock_keepass_turn(const struct lock *lock, struct slice salt, uint64_t rounds,
                                   unsigned char key[LOCK_HASH_MAX], struct error *err);

/* TEXT as XML's. */
void lock_keepass_put_text(struct buffer *out, struct slice text);

struct kdbx_kdf {
    bool is_argon2;
    int variant; /* GCRY_KDF_ARGON2D, GCRY_KDF_ARGON2ID */
    struct slice salt;
    uint64_t rounds, memory, lanes;
    uint64_t version;
};

struct kdbx {
    bool is_fourth;
    int cipher, mode;
    bool is_gzip;
    struct slice seed, iv, stream_key, start;
    uint32_t stream;
    struct kdbx_kdf kdf;
    struct slice header, sums, body; /* sums: hash and HMAC of the header, of kdbx 4 */
    /* After a try that opened: */
    unsigned char key[32], mac_key[64];
};

/* lock_kdbx_header.c: the header of FILE, which is borrowed. 0 or -1. */
int lock_kdbx_read(struct kdbx *kdbx, struct slice file, struct error *err);
uint64_t lock_kdbx_number(struct slice value);

/* lock_kdbx_content.c. kdbx 4: the HMAC of block INDEX, over its index and length where it has any. */
void lock_kdbx_mac(const struct kdbx *kdbx, uint64_t index, bool has_len, struct slice data,
                   unsigned char mac[LOCK_HASH_MAX]);
int lock_kdbx_content(struct lock *lock, struct lock_content *content, struct error *err);

#endif
