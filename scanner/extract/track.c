/* track.c - a view while it is made: its bytes, and the map back to the text they came from. */
#include "extract/track.h"

#include <stdio.h>
#include <stdlib.h>

/* Storage that is kept between leaves: slots, and the most of it in one. */
#define SPARES 4
#define SPARE_BYTES ((size_t)2 * 1024 * 1024)
#define SPARE_PAIRS ((size_t)128 * 1024)

static struct track spares[SPARES];
static size_t spare_count;

void track_init(struct track *track, size_t ceiling)
{
    if (spare_count > 0) {
        *track = spares[--spare_count];
        track->text.ceiling = ceiling;
        return;
    }
    *track = (struct track){ 0 };
    buffer_init(&track->text, ceiling);
}

void track_cut(struct track *track, size_t len)
{
    if (track->used < track->text.len)
        track->used = track->text.len;
    track->text.len = len;
}

void track_drop_bytes(struct track *track, size_t len)
{
    if (track->used < track->text.len)
        track->used = track->text.len;
    buffer_drop(&track->text, len);
}

void track_clear(struct track *track)
{
    track_cut(track, 0);
    track->text.is_overfull = false;
    track->count = 0;
    track->shift = 0;
}

void track_release(struct track *track)
{
    bool is_kept = spare_count < SPARES && track->text.capacity <= SPARE_BYTES &&
                   track->capacity <= SPARE_PAIRS && track->text.capacity > 0;
    track_clear(track);
    if (is_kept) {
        explicit_bzero(track->text.ptr, track->used);
        track->used = 0;
        spares[spare_count++] = *track;
    } else {
        buffer_release(&track->text);
        free(track->pairs);
    }
    *track = (struct track){ 0 };
}

static void pairs_grow(struct track *track)
{
    size_t capacity = track->capacity ? track->capacity * 2 : 64;
    struct text_map_pair *pairs = reallocarray(track->pairs, capacity, sizeof *pairs);
    if (!pairs) {
        fputs("mailspill: out of memory\n", stderr);
        abort();
    }
    track->pairs = pairs;
    track->capacity = capacity;
}

void track_pair(struct track *track, size_t view_at, size_t text_at)
{
    if (track->count == track->capacity)
        pairs_grow(track);
    track->pairs[track->count++] = (struct text_map_pair){ view_at, text_at };
    /* Wraps where the view is longer than the text before it; it is only compared. */
    track->shift = text_at - view_at;
}

void track_put_slow(struct track *track, struct slice bytes, size_t text_at)
{
    if (bytes.len == 0)
        return;
    if (track->count == 0 || text_at - track->text.len != track->shift)
        track_pair(track, track->text.len, text_at);
    buffer_put(&track->text, bytes);
}

void track_reserve(struct track *track, size_t len)
{
    buffer_reserve(&track->text, len);
}

void track_put_made(struct track *track, struct slice bytes, size_t text_at)
{
    if (bytes.len == 0)
        return;
    track_pair(track, track->text.len, text_at);
    buffer_put(&track->text, bytes);
}

void track_put_shown(struct track *track, struct slice bytes, size_t text_at)
{
    if (bytes.len == 0)
        return;
    track_pair(track, track->text.len, text_at | TEXT_MAP_SHOWN);
    track->shift = TEXT_MAP_SHOWN; /* of nothing that may come next */
    buffer_put(&track->text, bytes);
}

void track_put_view(struct track *track, struct slice bytes, const struct track *view, size_t at,
                    size_t *next)
{
    const struct text_map map = { view->pairs, view->count };
    while (bytes.len > 0) {
        while (*next < view->count && view->pairs[*next].view_at <= at)
            ++*next;
        size_t room = *next < view->count ? view->pairs[*next].view_at - at : bytes.len;
        size_t len = room < bytes.len ? room : bytes.len;
        track_put(track, slice_sub(bytes, 0, len), text_map_find(&map, at));
        bytes = slice_skip(bytes, len);
        at += len;
    }
}

static size_t text_of(const struct text_map_pair *pair)
{
    return pair->text_at & ~TEXT_MAP_SHOWN;
}

unsigned char track_last(const struct track *track)
{
    return track->text.len ? track->text.ptr[track->text.len - 1] : 0;
}

size_t track_find(const struct track *track, size_t text_at)
{
    size_t low = 0, high = track->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (text_of(&track->pairs[middle]) < text_at)
            low = middle + 1;
        else
            high = middle;
    }
    size_t stop = low < track->count ? track->pairs[low].view_at : track->text.len;
    if (low == 0)
        return stop;
    const struct text_map_pair *before = &track->pairs[low - 1];
    size_t into = text_at - text_of(before);
    return !(before->text_at & TEXT_MAP_SHOWN) && into < stop - before->view_at ? before->view_at + into
                                                                                : stop;
}

size_t track_drop(struct track *track, size_t text_at, size_t most)
{
    const struct text_map map = { track->pairs, track->count };
    size_t cut = track_find(track, text_at), kept = 0;
    if (cut > most)
        cut = most;
    if (track->count == 0)
        return 0;
    size_t shown_from;
    struct text_map_pair first = { 0, text_map_find(&map, cut) |
                                          (text_map_is_shown(&map, cut, &shown_from) ? TEXT_MAP_SHOWN : 0) };
    for (size_t i = 0; i < track->count; i++)
        if (track->pairs[i].view_at > cut)
            track->pairs[kept++] = track->pairs[i];
    bool is_first_missing = kept == 0 || track->pairs[0].view_at > cut;
    if (is_first_missing && kept < track->count) {
        memmove(track->pairs + 1, track->pairs, kept * sizeof *track->pairs);
        track->pairs[0] = (struct text_map_pair){ cut, first.text_at };
        kept++;
    }
    for (size_t i = 0; i < kept; i++) {
        struct text_map_pair *pair = &track->pairs[i];
        pair->view_at -= cut;
        size_t at = text_of(pair), shown = pair->text_at & TEXT_MAP_SHOWN;
        pair->text_at = (at > text_at ? at - text_at : 0) | shown;
    }
    const struct text_map_pair *last = &track->pairs[kept - 1];
    track->count = kept;
    track->shift = last->text_at & TEXT_MAP_SHOWN ? TEXT_MAP_SHOWN : last->text_at - last->view_at;
    track_drop_bytes(track, cut);
    return cut;
}

struct text_view track_view(const struct track *track, enum view view)
{
    return (struct text_view){ view, buffer_slice(&track->text), { track->pairs, track->count } };
}
