/* lock_rar5.h - inside the lock of RAR 5 archives: walked over block by block, whatever volumes they lie in (lock_rar5_walk.c), and written anew
 * (lock_rar5_write.c). */
#ifndef MAILSPILL_WALK_LOCK_RAR5_H
#define MAILSPILL_WALK_LOCK_RAR5_H

#include "walk/lock_pieces.h"

#define RAR5_MARK_LEN 8
#define RAR5_HEAD_MAX ((uint64_t)2 * 1024 * 1024)
#define RAR5_POWER_MAX 24
#define RAR5_KEYS 4

enum rar5_type { RAR5_MAIN = 1, RAR5_FILE = 2, RAR5_SERVICE = 3, RAR5_CRYPT = 4, RAR5_END = 5 };
enum rar5_flag { RAR5_HAS_EXTRA = 1, RAR5_HAS_DATA = 2, RAR5_FROM_BEFORE = 8, RAR5_GOES_ON = 16 };
enum rar5_main_flag { RAR5_IS_VOLUME = 1, RAR5_HAS_NUMBER = 2 };
enum rar5_end_flag { RAR5_MORE_VOLUMES = 1 };
enum rar5_file_flag { RAR5_HAS_TIME = 2, RAR5_HAS_CRC = 4, RAR5_SIZE_UNKNOWN = 8 };
enum rar5_extra { RAR5_EXTRA_CRYPT = 1, RAR5_EXTRA_HASH = 2 };

struct rar5_crypt {
    bool is_there, has_check, is_tweaked;
    unsigned power;
    struct slice salt, iv, check;
};

struct rar5_block {
    struct slice head; /* all of it, in clear */
    uint64_t type, flags, size;
    struct slice fields; /* of the type, behind the sizes and before the extra records */
    struct slice extras, data;
    struct lock_pieces pieces; /* of a member in several volumes: then its data, SIZE bytes in all */
    bool is_cut;               /* further ones are not here */
    struct rar5_crypt crypt;
};

struct rar5_key {
    unsigned char salt[16], key[32];
    unsigned power;
    bool is_made;  /* KEY is there, */
    bool is_right; /* and a check value does not say that the password is wrong */
};

struct rar5 {
    struct rar5_crypt proof; /* that a password is held against */
    bool is_all_locked;
    unsigned locked;
    struct rar5_block tried; /* where there is no check value: a member */
    bool has_tried;
    struct rar5_key keys[RAR5_KEYS];
    size_t next_key;
    struct slice password;
};

struct rar5_walk {
    struct lock *lock;
    struct rar5 *rar;
    struct slice rest;
    bool is_locked;
    struct rar5_crypt crypt;  /* of headers */
    unsigned blocks, volumes; /* met: volumes behind the first */
    bool is_cut;              /* further volumes are not here */
    struct buffer plain;      /* an enciphered header; */
    struct buffer kept;       /* that of the last piece of a member */
};

/* A number at the front, no larger than a file can be. 0 or -1. */
int lock_rar5_eat_vint(struct slice *rest, uint64_t *value);

/* A password against the check value of CRYPT, which has one. */
enum lock_answer lock_rar5_check(struct rar5 *rar, const struct rar5_crypt *crypt, struct error *err);

/* Decipher LEN bytes in place; -1: not with this password. */
int lock_rar5_decipher(struct rar5 *rar, const struct rar5_crypt *crypt, struct slice iv,
                       unsigned char *bytes, size_t len);

/* A walk over lock->file, in the lock's arena. */
struct rar5_walk *lock_rar5_walk(struct lock *lock);

/* The next block: 1, 0 at the end, -1 where it makes no sense. Of several volumes one archive is made: main headers come once, the end at the last, and a
 * member's pieces together. What BLOCK holds of an enciphered header is gone at the next call. */
int lock_rar5_next(struct rar5_walk *walk, struct rar5_block *block);

/* A block in clear, or as it stands where the password at hand is not its. */
void lock_rar5_put(struct rar5 *rar, struct buffer *out, const struct rar5_block *block);

int lock_rar5_content(struct lock *lock, struct lock_content *content, struct error *err);

#endif
