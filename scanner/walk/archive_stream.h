/* archive_stream.h - what libarchive decompresses, as a source, with the ratio watched. */
#ifndef MAILSPILL_WALK_ARCHIVE_STREAM_H
#define MAILSPILL_WALK_ARCHIVE_STREAM_H

#include <archive.h>

#include "base/limits.h"
#include "item/source.h"

/* Bytes in and out of one container, all its members together. */
struct archive_ratio {
    const struct limits *limits;
    uint64_t out;
    uint64_t in; /* the farthest that its input was read */
    bool
        is_dead; /* libarchive gave up on a member for good: asked for another of a solid archive, it may crash */
};

/* The data of ARCHIVE's present entry. IS_EACH: what the entry takes from the input is its own, so its ratio counts too. Errors of the
 * entry end the source; libarchive may still find the next entry. Lives in ARENA, and no longer than the entry. */
struct source *archive_stream_new(struct arena *arena, struct archive *archive, struct archive_ratio *ratio,
                                  bool is_each);

/* Whether the container as a whole, by RATIO, unpacks to more than it may. Sets ERR. */
bool archive_ratio_is_over(const struct archive_ratio *ratio, struct error *err);

/* The error that libarchive's state means, in ERR. Returns -1. */
int archive_error_from(struct archive *archive, struct error *err);

#endif
