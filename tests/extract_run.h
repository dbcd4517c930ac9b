/* extract_run.h - run an extractor over bytes and keep all that it says; for unit tests and fuzzers. */
#ifndef MAILSPILL_TESTS_EXTRACT_RUN_H
#define MAILSPILL_TESTS_EXTRACT_RUN_H

#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "extract/extractor.h"

struct extract_run {
    size_t block_max, overlap,
        dribble; /* dribble: the source shows so many bytes at a time, 0 for all at once */
    bool is_raw; /* the text may be any bytes */
    /* What came of it. */
    struct buffer text, views[VIEWS]; /* views of successive blocks, one after another, repeats and all */
    const unsigned char *first_text;  /* of the first block */
    unsigned blocks, gaps[GAP_KINDS];
    char reason[256];   /* of the last gap */
    const char *broken; /* what contract was broken, or NULL */
    bool is_ended;
};

/* A source that never shows more than it is asked for and a few bytes. */
struct dribble {
    struct source source;
    struct slice rest;
    size_t step;
};

static inline int dribble_fill(struct source *source, size_t want, struct error *err)
{
    struct dribble *dribble = (struct dribble *)source;
    size_t more = want - source->ready.len;
    (void)err;
    if (more > dribble->rest.len)
        more = dribble->rest.len;
    if (dribble->rest.len - more > dribble->step)
        more += dribble->step;
    source->ready.ptr = source->ready.len ? source->ready.ptr : dribble->rest.ptr;
    source->ready.len += more;
    dribble->rest = slice_skip(dribble->rest, more);
    return source->ready.len >= want ? 1 : 0;
}

static const struct source_class dribble_class = { .fill = dribble_fill };

static inline void run_check_view(struct extract_run *run, const struct text_block *block,
                                  const struct text_view *view)
{
    for (size_t i = 0; i < view->map.count; i++) {
        if (view->map.pairs[i].view_at > view->text.len)
            run->broken = "a pair stands past its view";
        if (i > 0 && view->map.pairs[i].view_at < view->map.pairs[i - 1].view_at)
            run->broken = "pairs out of order";
        if ((view->map.pairs[i].text_at & ~TEXT_MAP_SHOWN) > block->text.len)
            run->broken = "a pair stands past the text";
    }
    if (view->text.len > 0 && text_map_find(&view->map, 0) > block->text.len)
        run->broken = "a view begins past the text";
}

static inline void run_block(void *ctx, const struct text_block *block)
{
    struct extract_run *run = ctx;
    if (run->is_ended)
        run->broken = "a block after the last";
    if (block->text.len > run->block_max)
        run->broken = "a block is too long";
    if (block->repeated > run->text.len || block->repeated > block->text.len)
        run->broken = "more repeated than there was";
    else if (!slice_is_equal(slice_sub(block->text, 0, block->repeated),
                             slice_skip(buffer_slice(&run->text), run->text.len - block->repeated)))
        run->broken = "the repeated bytes differ";
    else if (block->offset != run->text.len - block->repeated)
        run->broken = "a wrong offset";
    if (run->blocks > 0 && block->repeated < run->overlap)
        run->broken = "too little repeated";
    if (!run->is_raw && !utf8_is_valid(block->text))
        run->broken = "a block is no UTF-8";
    if (block->view_count == 0)
        run->broken = "a block without views";
    run->first_text = run->blocks == 0 ? block->text.ptr : run->first_text;
    buffer_put(&run->text, slice_skip(block->text, block->repeated));
    for (size_t i = 0; i < block->view_count; i++) {
        run_check_view(run, block, &block->views[i]);
        buffer_put(&run->views[block->views[i].view], block->views[i].text);
    }
    run->blocks++;
    run->is_ended = block->is_last;
}

static inline void run_gap(void *ctx, const struct item *item, const struct gap *gap)
{
    struct extract_run *run = ctx;
    (void)item;
    run->gaps[gap->kind]++;
    snprintf(run->reason, sizeof run->reason, "%.*s", (int)gap->reason.len, (const char *)gap->reason.ptr);
    if (gap->stands_for != GAP_STANDS_FOR_REST)
        run->broken = "a gap for a leaf that was read";
}

/* ITEM without source; EXTRACTOR NULL for the one that bids most. The extractor used. */
static inline const struct extractor *extract_run(struct extract_run *run, struct item *item,
                                                  struct slice bytes, const struct extractor *extractor)
{
    struct limits limits;
    struct error err = { 0 };
    struct arena *arena = arena_new(0);
    struct dribble dribble = { .source = { .class = &dribble_class, .size = SOURCE_SIZE_UNKNOWN },
                               .rest = bytes,
                               .step = run->dribble };
    const struct text_sink sink = { run_block, run, run->overlap, run->block_max };
    const struct gap_sink gaps = { run_gap, run };
    limits_init(&limits);
    buffer_init(&run->text, SIZE_MAX / 2);
    for (int view = 0; view < VIEWS; view++)
        buffer_init(&run->views[view], SIZE_MAX / 2);
    item->source = run->dribble ? &dribble.source : source_from_memory(arena, bytes);
    if (!extractor)
        extractor = extractor_find(item);
    struct extract extract = { item, &sink, &gaps, &limits, arena };
    run->is_raw |= extractor == &extractor_strings;
    if (extractor->extract(&extract, &err) < 0)
        run->broken = "extract failed";
    if (!run->is_ended && !run->broken)
        run->broken = "no last block";
    if (item->source->ready.len > 0 && !run->broken)
        run->broken = "bytes left in the source";
    arena_free(arena);
    return extractor;
}

static inline void extract_run_release(struct extract_run *run)
{
    buffer_release(&run->text);
    for (int view = 0; view < VIEWS; view++)
        buffer_release(&run->views[view]);
}

#endif
