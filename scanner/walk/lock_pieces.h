/* lock_pieces.h - inside the locks: what lies in several volumes of an archive. */
#ifndef MAILSPILL_WALK_LOCK_PIECES_H
#define MAILSPILL_WALK_LOCK_PIECES_H

#include "walk/lock_parts.h"

/* A member's data, by volume. None: it lies in one. */
struct lock_pieces {
    struct slice *at; /* in the lock's arena */
    size_t count, room;
    uint64_t len; /* of all */
};

void lock_add_piece(struct lock *lock, struct lock_pieces *pieces, struct slice piece);
void lock_put_pieces(struct buffer *out, const struct lock_pieces *pieces);

/* Take all up to the next volume, which begins with MARK, and the mark; false: none follows, and nothing is left of *REST. */
bool lock_eat_volume(struct slice *rest, struct slice mark);

#endif
