/* feed.h - a leaf's bytes become text, block by block, with the views that come of their charset.
 *
 * The text is UTF-8. Where declared charset and bytes disagree, the better reading is the text and the other one a VIEW_CHARSET;
 * where bytes could not be decoded they are U+FFFD in the text and a VIEW_BYTES holds them raw. A source that shows all its
 * bytes, valid UTF-8 or ASCII in a charset that has ASCII in it, is never copied.
 */
#ifndef MAILSPILL_EXTRACT_FEED_H
#define MAILSPILL_EXTRACT_FEED_H

#include "extract/extractor.h"

#define FEED_VIEWS_MAX 24

struct feed_views {
    struct text_view list[FEED_VIEWS_MAX];
    size_t count;
    struct text_cells cells; /* or none */
};

/* A view more; -1 if there is no place for it. */
int feed_views_add(struct feed_views *views, struct text_view view);

/* One block as its views are made. */
struct feed_block {
    struct slice text;
    uint64_t offset; /* of text.ptr in the leaf's text */
    size_t repeated; /* bytes at the front that the block before had too */
    size_t next;     /* where the next block begins: text.len if there is none */
    bool is_last;
};

/* Makes an extractor's own views. What the views borrow must stay until the next call. */
struct feed_maker {
    void (*make)(void *ctx, const struct feed_block *block, struct feed_views *views);
    void *ctx;
    size_t block_size; /* bytes a block should have at most, 0: sink->block_max */
    unsigned repeats;  /* blocks overlap by so many times sink->overlap, where there is room */
};

/* Send the whole source through the sink as text; CHARSET as declared, empty if it was not. Puts the gap for an unknown charset.
 * 0, or -1 if the source failed: what came before was given. */
int feed_text(struct extract *extract, struct slice charset, const struct feed_maker *maker,
              struct error *err);

/* The same for raw bytes: nothing is decoded. */
int feed_bytes(struct extract *extract, const struct feed_maker *maker, struct error *err);

#endif
