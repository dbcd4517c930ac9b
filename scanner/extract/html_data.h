/* html_data.h - data: URIs (RFC 2397) in markup, decoded: base64 or percent. */
#ifndef MAILSPILL_EXTRACT_HTML_DATA_H
#define MAILSPILL_EXTRACT_HTML_DATA_H

#include "extract/feed.h"
#include "extract/track.h"

/* Decoded bytes of one URI and of all URIs of a leaf; more is a gap `limit`. */
#define HTML_DATA_ONE ((size_t)1024 * 1024)
#define HTML_DATA_ALL ((size_t)16 * 1024 * 1024)

/* The URI at work; it may go on in the next block. */
struct html_uri {
    bool is_open, is_base64;
    bool is_judged;  /* enough was decoded to tell what it is */
    bool is_skipped; /* a picture, a font or past a limit: not in the view */
    bool has_escape;
    size_t start, start_pairs; /* of its bytes in the view */
    unsigned bits, bit_count;  /* base64 characters that make no whole byte yet */
};

struct html_data {
    struct extract *extract;
    struct track decoded; /* VIEW_DECODED */
    struct html_uri uri;
    size_t total;
    bool has_told[GAP_KINDS];
};

void html_data_init(struct html_data *data, struct extract *extract);
void html_data_release(struct html_data *data);

/* Decode what begins in MARKUP at FRESH or later, or goes on there from the block before, and add the view. */
void html_data_block(struct html_data *data, const struct track *markup, size_t fresh, bool is_last,
                     struct feed_views *views);

#endif
