/* lock_rar.h - inside the lock of RAR 2.9 to 4 archives: walked over block by block, whatever volumes they lie in (lock_rar_walk.c), and written anew
 * (lock_rar_write.c). */
#ifndef MAILSPILL_WALK_LOCK_RAR_H
#define MAILSPILL_WALK_LOCK_RAR_H

#include "walk/lock_pieces.h"

#define RAR_MARK "Rar!\x1a\x07" /* with its last byte, a zero */
#define RAR_MARK_LEN 7
#define RAR_SALT 8
#define RAR_TRIED_MAX 4
#define RAR_KEYS 4
#define RAR_STORED 0x30
#define RAR_FIRST_AES 29 /* what unpacks a member: before, other ciphers */

enum rar_type { RAR_MAIN = 0x73, RAR_FILE = 0x74, RAR_SERVICE = 0x7A, RAR_END = 0x7B };
enum rar_flag {
    RAR_IS_VOLUME = 0x0001, /* of the main header */
    RAR_IS_FIRST = 0x0100,
    RAR_ALL_LOCKED = 0x0080,
    RAR_MORE_VOLUMES = 0x0001, /* of the end */
    RAR_FROM_BEFORE = 0x0001,  /* of a member */
    RAR_GOES_ON = 0x0002,
    RAR_LOCKED = 0x0004,
    RAR_SOLID = 0x0010,
    RAR_LARGE = 0x0100,
    RAR_SALTED = 0x0400,
    RAR_HAS_DATA = 0x8000,
};

struct rar_block {
    struct slice head; /* of the block, in clear */
    unsigned type, flags;
    uint64_t packed, size; /* of a member */
    uint32_t crc;
    unsigned version, method;
    struct slice salt;
    struct slice data;         /* in the file */
    struct lock_pieces pieces; /* of a member in several volumes: then its data, PACKED bytes in all */
    bool is_cut;               /* further ones are not here */
};

struct rar_key {
    unsigned char salt[RAR_SALT], key[16], iv[16];
    bool is_made;
};

struct rar {
    bool is_all_locked;
    struct slice first_salt; /* of the first locked header */
    struct rar_block tried[RAR_TRIED_MAX];
    size_t tried_count;
    unsigned locked;
    struct rar_key keys[RAR_KEYS]; /* of the password at hand, by salt */
    size_t next_key;
    struct slice password;
};

/* Where a walk over the blocks stands. */
struct rar_walk {
    struct lock *lock;
    struct rar *rar;
    struct slice rest;
    bool is_locked;                  /* headers are enciphered from here on */
    unsigned blocks, volumes;        /* met: volumes behind the first */
    bool is_cut;                     /* further volumes are not here */
    unsigned char plain[65536 + 16]; /* an enciphered header; */
    unsigned char kept[65536];       /* that of the last piece of a member */
};

/* Decipher LEN bytes in place; 0 or -1. */
int lock_rar_decipher(struct rar *rar, struct slice salt, unsigned char *bytes, size_t len);

bool lock_rar_is_locked(const struct rar_block *block);

/* A walk over lock->file, in the lock's arena. */
struct rar_walk *lock_rar_walk(struct lock *lock);

/* The next block: 1, 0 at the end, -1 where it makes no sense. Of several volumes one archive is made: main headers come once, the end at the last, and a
 * member's pieces together. What BLOCK holds of an enciphered header is gone at the next call. */
int lock_rar_next(struct rar_walk *walk, struct rar_block *block);

/* The bytes that an archive begins with, for one member. */
void lock_rar_put_mark(struct buffer *out);

/* A member in clear; one that was only stored shows by its CRC that the password at hand is not its, and stays as it stands. */
void lock_rar_put(struct rar *rar, struct buffer *out, const struct rar_block *block);

int lock_rar_content(struct lock *lock, struct lock_content *content, struct error *err);

#endif
