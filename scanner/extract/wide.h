/* wide.h - UTF-16 text found in bytes. */
#ifndef MAILSPILL_EXTRACT_WIDE_H
#define MAILSPILL_EXTRACT_WIDE_H

#include "extract/feed.h"
#include "extract/track.h"

struct wide {
    struct track little, big; /* what was found in either order, a line each run */
};

void wide_init(struct wide *wide);
void wide_release(struct wide *wide);

/* Find what there is in BYTES, and nothing else from now on. */
void wide_find(struct wide *wide, struct slice bytes);

/* The bytes were a view by themselves, with this MAP. */
void wide_map(struct wide *wide, const struct text_map *map);

void wide_views(const struct wide *wide, struct feed_views *views);

#endif
