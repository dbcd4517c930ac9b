/* blobs.h - what stands encoded inside a text, decoded: base64, hex, escapes, wrapped links; inside match/ only.
 *
 * One pass over a view looks for runs of token bytes and for the characters that escapes begin with; only what can be text is decoded. Each blob
 * becomes a region of a VIEW_DECODED: what stands before it on its line, what it decodes to, what follows, so that a rule that needs the word
 * `password:` beside a secret sees it. A region's text is looked through again, limits->decoded_depth deep in all.
 *
 * Base64 (RFC 4648, standard and URL-safe, over several lines, behind quote prefixes, with literal \n), base32, hex, C and JSON escapes, byte
 * lists (0x41, 0x42), percent-encoding, HTML references and quoted-printable in plain text; in base64, base32 and hex also UTF-16, gzip (RFC
 * 1952) and zlib (RFC 1950). Links that a mail filter or a redirect wrapped are unwrapped where the link itself holds its target.
 *
 * A blob that goes on past its block is decoded in both blocks, each match told by the one it belongs to as for any other; so is a compressed blob, which
 * belongs to the block it begins in unless the next one holds it all.
 */
#ifndef MAILSPILL_MATCH_BLOBS_H
#define MAILSPILL_MATCH_BLOBS_H

#include "match/matcher.h"

#define BLOBS_DEPTH_MAX 8

/* Where the text of a view comes from. */
enum blobs_view {
    BLOBS_PLAIN,  /* nothing in it was decoded yet */
    BLOBS_MARKUP, /* made from HTML: its references are decoded already */
    BLOBS_JOINED, /* of a text whose blobs are known: only escapes and links may be new */
};

/* Decoded regions of one depth, gathered until there are enough of them for a scan. */
struct blobs_layer {
    struct buffer text;
    struct blobs_pair *pairs;
    size_t count, capacity;
    struct blobs_region *regions;
    size_t region_count, region_capacity;
    const struct blobs_layer *source; /* that it was decoded from, or NULL: a view of the block, */
    const struct text_map *map;       /* with this map */
};

struct blobs {
    struct blobs_layer layers[BLOBS_DEPTH_MAX];
    struct buffer bytes;      /* of the blob at work, decoded */
    struct buffer other;      /* and unpacked, or as UTF-8 */
    struct blobs_pair *pairs; /* of `bytes`: where each stands in the text that is looked through */
    size_t count, capacity;
    size_t depth_max;
    uint64_t bytes_left, blobs_left; /* of the leaf */
    uint64_t bytes_each, blobs_each; /* granted with each 16 MiB of text */
    uint64_t granted;                /* bytes of text that grants were made for */
    const char *limit;               /* name of the one that was hit in this leaf, or NULL */
    bool is_cut;                     /* a compressed blob reached over a block's end */
    const struct text_block *block;
    /* SCAN is called for each view of decoded regions; LAYER leads back, and stays until SCAN returns. */
    void (*scan)(void *ctx, const struct text_view *view, const struct blobs_layer *layer);
    void *ctx;
};

void blobs_init(struct blobs *blobs);
void blobs_release(struct blobs *blobs); /* wipes */

/* Begin a leaf. LIMITS may be NULL: the standard ones. */
void blobs_begin(struct blobs *blobs, const struct limits *limits);

/* Then for each of its blocks, in order. */
void blobs_block(struct blobs *blobs, const struct text_block *block);

/* Decode what stands in VIEW, a view of the block. */
void blobs_view(struct blobs *blobs, const struct text_view *view, enum blobs_view kind);

/* Where LAYER's AT comes from in the block's text, exactly. */
size_t blobs_text_at(const struct blobs_layer *layer, size_t at);

/* Does LAYER's [START, END) lie in one region, and hold something that was decoded? */
bool blobs_touch(const struct blobs_layer *layer, size_t start, size_t end);

/* Narrow [*FROM, *TO) to the region that AT lies in: what another ends or begins with is cut anywhere. */
void blobs_keep_region(const struct blobs_layer *layer, size_t at, size_t *from, size_t *to);

/* The blob that START lies in. */
struct match_blob blobs_place(const struct blobs *blobs, const struct blobs_layer *layer, size_t start);

#endif
