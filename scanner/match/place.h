/* place.h - lines and columns of a leaf's text, counted only when asked for; inside match/ only. */
#ifndef MAILSPILL_MATCH_PLACE_H
#define MAILSPILL_MATCH_PLACE_H

#include "base/slice.h"

/* Enough for the bytes by which a block may begin later than the last place that was kept. */
#define PLACE_KEEP ((size_t)256)

struct place {
    uint64_t line;   /* from 0 */
    uint64_t column; /* from 0, code points */
    bool is_quoted;  /* the line begins with `>` or `|` */
};

struct placer {
    struct slice text;   /* of the block at hand */
    uint64_t offset;     /* of its start */
    struct place *marks; /* one each PLACE_STEP bytes; the first is the block's start */
    size_t count, capacity;
    /* Kept from the block before: a place just before this block's start, and the bytes after it. */
    struct place kept;
    uint64_t kept_offset;
    size_t kept_len;
    unsigned char kept_bytes[PLACE_KEEP];
};

void placer_init(struct placer *placer);
void placer_release(struct placer *placer);

/* Begin a leaf; then each of its blocks, in order. */
void placer_begin(struct placer *placer);
void placer_block(struct placer *placer, struct slice text, uint64_t offset);

/* Another block follows, which begins REPEATED bytes before the end of this one or a little later. */
void placer_keep(struct placer *placer, size_t repeated);

/* The place of text.ptr[AT]. */
struct place placer_find(struct placer *placer, size_t at);

#endif
