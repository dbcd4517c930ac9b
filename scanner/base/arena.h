/* arena.h - memory that is given back all at once.
 *
 * Everything allocated while one item is walked comes from one arena. Running out, of memory or of the ceiling,
 * ends the process through arena_exhausted: in a worker that is a recorded gap, so no caller checks for NULL.
 */
#ifndef MAILSPILL_BASE_ARENA_H
#define MAILSPILL_BASE_ARENA_H

#include <stddef.h>

#include "base/slice.h"

struct arena;

/* Where an arena stood; arena_rewind gives back all that was allocated since. */
struct arena_mark {
    void *block;
    size_t used;
    void *deferred;
};

/* CEILING in bytes, 0 for none. Free with arena_free (NULL is fine). */
struct arena *arena_new(size_t ceiling);
void arena_free(struct arena *arena);

/* From now on overwrite memory before it is given back: for arenas that hold secrets. */
void arena_wipe_always(struct arena *arena);

/* Zeroed, aligned for any type; never NULL, even for 0 bytes. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_room(struct arena *arena,
                 size_t size); /* the same, but not zeroed: for what is written before it is read */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size); /* checks the product */

/* Copies; the copy of a slice is followed by a NUL that is not counted. */
struct slice arena_copy(struct arena *arena, struct slice s);
char *arena_string(struct arena *arena, struct slice s);
struct slice arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Call UNDO(PTR) when the arena is rewound past this point or freed; last deferred, first called. */
void arena_defer(struct arena *arena, void (*undo)(void *), void *ptr);

struct arena_mark arena_mark(struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Bytes handed out and not rewound. */
size_t arena_used(const struct arena *arena);

#endif
