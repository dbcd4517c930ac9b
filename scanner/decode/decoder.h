/* decoder.h - what a transfer decoder gives to transfer.c: one step over the bytes at hand. Not for other layers. */
#ifndef MAILSPILL_DECODE_DECODER_H
#define MAILSPILL_DECODE_DECODER_H

#include "base/buffer.h"
#include "decode/transfer.h"

/* Output room that every step needs before it can go on: a whole uuencoded line, and a word written at once. */
#define DECODER_ROOM ((size_t)128)

/* Input that every step can work with. Given this many bytes, or the last ones, a step takes at least one. */
#define DECODER_LOOKAHEAD ((size_t)2048)

/* Around a byte that is no base64, so much of its line counts as text that was never encoded. */
#define BASE64_NEAR ((size_t)1000)

struct base64_decoder {
    uint32_t bits;     /* of the unfinished group */
    unsigned held;     /* characters in it */
    unsigned pads_due; /* '=' that the group just ended still may have */
    bool is_in_text;   /* the line has had a character of the alphabet */
    bool has_gap;      /* white space came after one */
    bool is_prose;     /* and more text after that */
    bool is_dirty;     /* the line has bytes that belong to no base64 */
    bool is_padded;    /* the line ended a group with '=' */
    bool is_near_text; /* short lines are kept as text too: they follow padding or prose */
    size_t line_len;   /* bytes of the line so far, those of earlier steps */
    size_t owed;       /* bytes to keep after the last foreign one */
    size_t tail_len;
    unsigned char tail[BASE64_NEAR]; /* the line's end in earlier steps, not kept yet */
};

enum line_place { PLACE_OUTSIDE, PLACE_UU, PLACE_UU_BASE64, PLACE_YENC };

struct line_decoder {
    enum line_place place;
    bool is_mid_line; /* what comes goes on with a line whose start is gone */
    bool is_escaped;  /* yEnc: the last byte was '=' */
};

struct decoder;

/* Decode from the front of *IN into OUT (ROOM >= DECODER_ROOM) and take what was used. The bytes written. */
typedef size_t decoder_step(struct decoder *decoder, struct slice *in, bool is_last, unsigned char *out,
                            size_t room);

struct decoder {
    decoder_step *step;
    struct transfer_state *state; /* never NULL */
    union {
        struct base64_decoder base64;
        struct line_decoder line;
    } as;
};

decoder_step base64_step, qp_step, uu_step, yenc_step;

/* Value of a base64 character (0 to 63), or -1. */
int base64_value(unsigned char c);

/* Value of a hexadecimal digit, or -1. */
int qp_hex_value(unsigned char c);

/* Keep BYTES as not decoded, where somebody wants them. */
void decoder_keep(struct decoder *decoder, struct slice bytes);

/* Take a line with its end (any kind) from the front of *IN. 1; 0 if IN holds no whole line yet. A line longer than
 * DECODER_LOOKAHEAD comes in pieces, each a "line" without an end. */
int decoder_eat_line(struct slice *in, bool is_last, struct slice *line);

#endif
