/* blobs_parts.h - what the decoders of blobs share; inside match/blobs*.c only. */
#ifndef MAILSPILL_MATCH_BLOBS_PARTS_H
#define MAILSPILL_MATCH_BLOBS_PARTS_H

#include "match/blobs.h"

#define BLOBS_RUN_LEAST ((size_t)16) /* characters of a run that is looked at without another sign */
#define BLOBS_BEFORE ((size_t)128)   /* bytes of the line that come along */
#define BLOBS_AFTER ((size_t)64)
#define BLOBS_FLUSH ((size_t)1024 * 1024) /* bytes of regions that are scanned at once */

/* How many bytes of the source make one of the text. */
enum blobs_rate {
    BLOBS_1_TO_1,
    BLOBS_4_TO_3, /* base64 */
    BLOBS_8_TO_5, /* base32 */
    BLOBS_2_TO_1, /* hex */
    BLOBS_8_TO_3, /* the same with UTF-16 in them */
    BLOBS_16_TO_5,
    BLOBS_4_TO_1,
    BLOBS_RATES,
};

/* What the text has from `at` on, up to the next pair, stands in the source from `from` on. */
struct blobs_pair {
    size_t at, from;
    uint32_t region;
    unsigned char rate, is_decoded;
};

struct blobs_region {
    size_t view_at;  /* where it begins in the layer's text */
    size_t from, to; /* in the block's text */
    uint64_t base;   /* in a compressed blob: what `at` of its first byte is */
    bool is_packed, is_escaped;
};

/* One view while it is looked through. */
struct finder {
    struct blobs *blobs;
    struct slice text;
    const struct blobs_layer *source; /* that the text is of, or NULL: it is a view of the block, */
    const struct text_map *map;       /* with this map */
    struct blobs_layer *out; /* NULL below the last layer: whether there is more is all that is asked */
    size_t depth;            /* layers that were made before */
    enum blobs_view kind;
    bool is_cut_front; /* the text begins in the middle of something */
    size_t run_done;   /* runs and escapes before these are known */
    size_t escape_done;
};

enum blobs_content {
    BLOBS_NOTHING,
    BLOBS_TEXT,
    BLOBS_GZIP,
    BLOBS_ZLIB,
    BLOBS_UTF16_LE,
    BLOBS_UTF16_BE,
};

enum blobs_form { BLOBS_ESCAPED, BLOBS_ENCODED, BLOBS_PACKED };

/* blobs.c: regions. A region is begun, filled in order, and ended, or dropped. */

/* May one more blob that gives about COST bytes be decoded? Else the limit is noted. */
bool blobs_grant(struct finder *finder, enum blobs_form form, uint64_t cost);
void blobs_spend(struct blobs *blobs, uint64_t cost);

/* The blob is [FROM, TO) of the finder's text. */
void blobs_region_begin(struct finder *finder, enum blobs_form form, size_t from, size_t to);
void blobs_region_drop(struct finder *finder);
void blobs_region_end(struct finder *finder,
                      size_t end); /* END: where what was put ends in the finder's text */

/* Append the finder's text from FROM to TO as it stands. */
void blobs_put_literal(struct finder *finder, size_t from, size_t to);

/* Append BYTES, decoded from what stands at FROM. */
void blobs_put_decoded(struct finder *finder, struct slice bytes, size_t from);

/* Append all of the blob at work as it was decoded into BYTES, with the pairs of blobs->pairs. */
void blobs_put_blob(struct finder *finder, struct slice bytes);

/* Remember that the byte of the blob at AT comes from FROM. */
void blobs_pair(struct blobs *blobs, size_t at, size_t from, enum blobs_rate rate);

/* Where the byte AT comes from by COUNT PAIRS; the last of them at or before AT goes to *PAIR unless that is NULL. */
size_t blobs_pairs_find(const struct blobs_pair *pairs, size_t count, size_t at,
                        const struct blobs_pair **pair);
size_t blobs_start_of_line(const struct finder *finder, size_t at, size_t most);
size_t blobs_end_of_line(const struct finder *finder, size_t at, size_t most);

/* Was what stands at AT decoded? What came along beside a blob was looked at where it stands. */
bool blobs_is_decoded(const struct blobs_layer *source, size_t at);

static inline bool blobs_is_fresh(const struct finder *finder, size_t at)
{
    return !finder->source || blobs_is_decoded(finder->source, at);
}

/* blobs_find.c: go through the finder's text once. */
void blobs_find(struct finder *finder);

/* blobs_run.c: the run of token bytes that begins at FROM. Where it ends. */
size_t blobs_run(struct finder *finder, size_t from);

/* A short one, whose surroundings say that it may be base64: [FROM, TO), padding included. */
void blobs_run_short(struct finder *finder, size_t from, size_t to);

/* blobs_wide.c: the blob at work, UTF-16, as UTF-8; its pairs are made anew. */
struct slice blobs_to_utf8(struct blobs *blobs, bool is_big);

/* blobs_content.c: decoded BYTES are what? IS_WHOLE: they are all there is. */
enum blobs_content blobs_content_of(struct slice bytes, bool is_whole);
bool blobs_is_control(unsigned char c); /* of no text */
extern const bool blobs_token[256];     /* letters, digits, + / - _ */

/* blobs_escape.c: the character at AT may begin an escape. */
void blobs_escape(struct finder *finder, size_t at);

/* blobs_link.c: a ':' at AT before "//". True: it was a wrapped link, and is done. */
bool blobs_link(struct finder *finder, size_t at);

/* blobs_unpack.c: BYTES unpacked into OUT, at most MOST bytes. 0; -1 if nothing came out. *IS_CUT: there is more. */
int blobs_unpack(struct slice bytes, enum blobs_content content, size_t most, struct buffer *out,
                 bool *is_cut);

#endif
