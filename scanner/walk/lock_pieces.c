/* lock_pieces.c - what lies in several volumes of an archive. */
#include "walk/lock_pieces.h"

void lock_add_piece(struct lock *lock, struct lock_pieces *pieces, struct slice piece)
{
    if (pieces->count == pieces->room) {
        size_t room = pieces->room ? 2 * pieces->room : 8;
        struct slice *at = arena_alloc_array(lock->arena, room, sizeof *at);
        if (pieces->count)
            memcpy(at, pieces->at, pieces->count * sizeof *at);
        pieces->at = at;
        pieces->room = room;
    }
    pieces->at[pieces->count++] = piece;
    pieces->len += piece.len;
}

void lock_put_pieces(struct buffer *out, const struct lock_pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++)
        buffer_put(out, pieces->at[i]);
}

bool lock_eat_volume(struct slice *rest, struct slice mark)
{
    size_t at = slice_find(*rest, 0, mark);
    *rest = at == SLICE_NONE ? slice_of(NULL, 0) : slice_skip(*rest, at + mark.len);
    return at != SLICE_NONE;
}

void lock_begin_volume(const struct lock *lock, struct lock_content *content, struct slice mark)
{
    lock_reserve(lock, content);
    buffer_put(content->out, mark);
}

int lock_end_volume(struct lock_content *content, struct slice rest, bool is_cut, struct error *err)
{
    if (is_cut)
        error_set(err, ERROR_TRUNCATED, "further volumes of the locked archive are not here");
    buffer_put(content->out, rest);
    return 1;
}
