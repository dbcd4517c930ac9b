/* hold.h - a whole stream kept at hand, for formats that must seek: in memory, or enciphered in a spool.
 *
 * Up to HOLD_MEMORY bytes of one item stay in memory, HOLD_BUDGET of all items held at a time. What is larger goes to a descriptor from
 * the supervisor, enciphered with AES-256 in counter mode under a key that exists only in this process's memory.
 */
#ifndef MAILSPILL_WALK_HOLD_H
#define MAILSPILL_WALK_HOLD_H

#include "walk/format.h"

#define HOLD_MEMORY ((uint64_t)64 * 1024 * 1024)
#define HOLD_BUDGET ((uint64_t)192 * 1024 * 1024)

/* Load what OpenSSL needs; once, before the sandbox closes. 0 or -1. */
int hold_init(struct error *err);

/* SOURCE itself where it is seekable; else a seekable source in ARENA of all its bytes from where it stands, which it then has given up.
 * Where they cannot be held (limits->held_bytes, no spooler, no space) ERR says why, and the source that is returned is not seekable:
 * it gives the same bytes in order. Where SOURCE fails, the copy fails at the same place. Give back with source_close, or with
 * the arena. */
struct source *hold_source(struct arena *arena, struct source *source, const struct walk_env *env,
                           struct error *err);

/* The same, but a copy even of what is seekable: SOURCE may end before it. */
struct source *hold_copy(struct arena *arena, struct source *source, const struct walk_env *env,
                         struct error *err);

/* Bytes held in memory by all sources now. */
uint64_t hold_in_memory(void);

#endif
