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

/* The one volume that all are written to: its first bytes, and what stands behind the last one or makes no sense. IS_CUT: further ones are
 * not here. 1, and ERR set where it is. */
void lock_begin_volume(const struct lock *lock, struct lock_content *content, struct slice mark);
int lock_end_volume(struct lock_content *content, struct slice rest, bool is_cut, struct error *err);

#endif
