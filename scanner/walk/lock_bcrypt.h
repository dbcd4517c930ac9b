/* lock_bcrypt.h - inside the locks: bcrypt_pbkdf, the way to the key of OpenSSH's private keys. */
#ifndef MAILSPILL_WALK_LOCK_BCRYPT_H
#define MAILSPILL_WALK_LOCK_BCRYPT_H

#include "walk/lock_parts.h"

/* LEN at most 96. LOCK_OPEN, or LOCK_LIMIT where it takes too long. */
enum lock_answer lock_bcrypt(const struct lock *lock, struct slice password, struct slice salt,
                             uint32_t rounds, unsigned char *out, size_t len, struct error *err);

#endif
