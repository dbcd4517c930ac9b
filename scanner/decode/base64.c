/* base64.c - base64 (RFC 2045 section 6.8), eight characters at a time where clean, one at a time where not. */
#include "decode/decoder.h"

#include <endian.h>

#include "decode/base64_wide.h"

/* Lines at least this long are data even after text. */
#define LONG_LINE ((size_t)60)

/* No two passes of clang-format agree on this table. */
/* clang-format off */
#define ALPHABET(X) \
    X('A', 0) X('B', 1) X('C', 2) X('D', 3) X('E', 4) X('F', 5) X('G', 6) X('H', 7) \
    X('I', 8) X('J', 9) X('K', 10) X('L', 11) X('M', 12) X('N', 13) X('O', 14) X('P', 15) \
    X('Q', 16) X('R', 17) X('S', 18) X('T', 19) X('U', 20) X('V', 21) X('W', 22) X('X', 23) \
    X('Y', 24) X('Z', 25) X('a', 26) X('b', 27) X('c', 28) X('d', 29) X('e', 30) X('f', 31) \
    X('g', 32) X('h', 33) X('i', 34) X('j', 35) X('k', 36) X('l', 37) X('m', 38) X('n', 39) \
    X('o', 40) X('p', 41) X('q', 42) X('r', 43) X('s', 44) X('t', 45) X('u', 46) X('v', 47) \
    X('w', 48) X('x', 49) X('y', 50) X('z', 51) X('0', 52) X('1', 53) X('2', 54) X('3', 55) \
    X('4', 56) X('5', 57) X('6', 58) X('7', 59) X('8', 60) X('9', 61) X('+', 62) X('/', 63)
/* clang-format on */

/* The value of a character at its place in the group of 24 bits, and above them one bit that says it has a value. */
#define AT_0(c, v) [c] = (uint32_t)(v) << 18 | 0x01000000u,
#define AT_1(c, v) [c] = (uint32_t)(v) << 12 | 0x02000000u,
#define AT_2(c, v) [c] = (uint32_t)(v) << 6 | 0x04000000u,
#define AT_3(c, v) [c] = (uint32_t)(v) | 0x08000000u,

static const uint32_t places[4][256] = {
    { ALPHABET(AT_0) }, { ALPHABET(AT_1) }, { ALPHABET(AT_2) }, { ALPHABET(AT_3) }
};

#define GROUP_IS_WHOLE 0x0F000000u

int base64_value(unsigned char c)
{
    uint32_t place = places[3][c];
    return place ? (int)(place & 0x3F) : -1;
}

static inline uint32_t group_at(const unsigned char *in)
{
    return places[0][in[0]] | places[1][in[1]] | places[2][in[2]] | places[3][in[3]];
}

/* What one step works on. */
struct work {
    struct decoder *decoder;
    struct base64_decoder *base64;
    struct slice in;
    size_t at;        /* in IN */
    size_t line_from; /* where the part of the line begins that was not kept as text yet */
    unsigned char *out;
    size_t written, room;
};

/* Whole groups, until a byte is none of the alphabet. Writes eight bytes for six, or sixteen for twelve. */
BASE64_SSSE3 static void eat_clean(struct work *work)
{
    const unsigned char *in = work->in.ptr;
    size_t at = work->at, written = work->written;
    while (work->in.len - at >= BASE64_WIDE_IN && work->room - written >= BASE64_WIDE_ROOM &&
           base64_wide(in + at, work->out + written)) {
        written += BASE64_WIDE_OUT;
        at += BASE64_WIDE_IN;
    }
    while (work->in.len - at >= 8 && work->room - written >= 8) {
        uint32_t a = group_at(in + at), b = group_at(in + at + 4);
        if ((a & b & GROUP_IS_WHOLE) != GROUP_IS_WHOLE)
            break;
        uint64_t six = htobe64((uint64_t)a << 40 | (uint64_t)(b & 0xFFFFFF) << 16);
        memcpy(work->out + written, &six, sizeof six);
        written += 6;
        at += 8;
    }
    if (work->in.len - at >= 4 && work->room - written >= 4) {
        uint32_t a = group_at(in + at);
        if ((a & GROUP_IS_WHOLE) == GROUP_IS_WHOLE) {
            uint32_t three = htobe32(a << 8);
            memcpy(work->out + written, &three, sizeof three);
            written += 3;
            at += 4;
        }
    }
    work->base64->is_in_text |= at > work->at;
    work->at = at;
    work->written = written;
}

/* The bytes that an unfinished group holds. */
static void end_group(struct work *work)
{
    struct base64_decoder *base64 = work->base64;
    uint32_t bits = base64->bits << (6 * (4 - base64->held));
    for (unsigned i = 1; i < base64->held; i++, bits <<= 8)
        work->out[work->written++] = (unsigned char)(bits >> 16);
    base64->bits = 0;
    base64->held = 0;
}

static void keep(struct work *work, size_t from, size_t to)
{
    if (to > from)
        decoder_keep(work->decoder, slice_sub(work->in, from, to - from));
}

static void keep_tail(struct work *work, size_t most)
{
    struct base64_decoder *base64 = work->base64;
    size_t len = base64->tail_len < most ? base64->tail_len : most;
    decoder_keep(work->decoder, slice_of(base64->tail + (base64->tail_len - len), len));
    base64->tail_len = 0;
}

/* Keep what is owed after the last foreign byte, as far as TO. */
static void keep_owed(struct work *work, size_t to)
{
    size_t len = to - work->line_from;
    if (len > work->base64->owed)
        len = work->base64->owed;
    keep(work, work->line_from, work->line_from + len);
    work->line_from += len;
    work->base64->owed -= len;
}

/* The byte at work->at belongs to no base64: its line is text, the part near it at least. */
static void note_foreign(struct work *work)
{
    struct base64_decoder *base64 = work->base64;
    base64->is_dirty = true;
    if (!work->decoder->state->undecoded)
        return;
    keep_owed(work, work->at);
    size_t before = work->at - work->line_from;
    if (before < BASE64_NEAR)
        keep_tail(work, BASE64_NEAR - before);
    keep(work, before > BASE64_NEAR ? work->at - BASE64_NEAR : work->line_from, work->at + 1);
    base64->tail_len = 0;
    base64->owed = BASE64_NEAR;
    work->line_from = work->at + 1;
}

/* A text that holds encoded lines has its own rhythm: groups begin anew after a line of prose. */
static void eat_line_end(struct work *work)
{
    struct base64_decoder *base64 = work->base64;
    size_t len = base64->line_len + work->at;
    bool is_short = len > 0 && len < LONG_LINE;
    if (base64->is_prose)
        end_group(work);
    if (work->decoder->state->undecoded) {
        if (!base64->is_dirty && base64->is_near_text && is_short && base64->is_in_text) {
            keep_tail(work, BASE64_NEAR);
            base64->owed = BASE64_NEAR;
            base64->is_dirty = true;
        }
        keep_owed(work, work->at);
        if (base64->is_dirty)
            decoder_keep(work->decoder, slice_str("\n"));
    }
    base64->is_near_text =
        base64->is_padded || base64->is_prose || (base64->is_near_text && (is_short || len == 0));
    base64->is_in_text = base64->has_gap = base64->is_prose = base64->is_dirty = base64->is_padded = false;
    base64->tail_len = base64->owed = 0;
    work->line_from = work->at + 1;
    base64->line_len = SIZE_MAX - work->at; /* so that line_len + index counts from the next byte */
}

static void eat_pad(struct work *work)
{
    struct base64_decoder *base64 = work->base64;
    if (base64->pads_due > 0) {
        base64->pads_due--;
        return;
    }
    if (base64->held < 2) {
        work->decoder->state->bad_bytes += base64->held > 0;
        note_foreign(work);
    }
    base64->is_padded = base64->held >= 2;
    base64->pads_due = base64->held == 2 ? 1 : 0;
    end_group(work);
}

static void eat_character(struct work *work, int value)
{
    struct base64_decoder *base64 = work->base64;
    if ((base64->has_gap && !base64->is_prose) || base64->pads_due > 0)
        note_foreign(work);
    base64->is_prose |= base64->has_gap;
    base64->pads_due = 0;
    base64->is_in_text = true;
    base64->bits = base64->bits << 6 | (uint32_t)value;
    if (++base64->held == 4)
        end_group(work);
}

static void eat_byte(struct work *work)
{
    unsigned char c = work->in.ptr[work->at];
    int value = base64_value(c);
    if (value >= 0)
        eat_character(work, value);
    else if (c == '\n' || c == '\r')
        eat_line_end(work);
    else if (c == '=')
        eat_pad(work);
    else if (c == ' ' || c == '\t')
        work->base64->has_gap |= work->base64->is_in_text;
    else {
        work->decoder->state->bad_bytes++;
        note_foreign(work);
    }
    work->at++;
}

/* Between two steps: keep what is owed, and remember the end of the line in case it turns out to be text. */
static void leave_line(struct work *work)
{
    struct base64_decoder *base64 = work->base64;
    base64->line_len += work->at;
    if (!work->decoder->state->undecoded)
        return;
    keep_owed(work, work->at);
    struct slice rest = slice_sub(work->in, work->line_from, work->at - work->line_from);
    if (rest.len > BASE64_NEAR)
        rest = slice_skip(rest, rest.len - BASE64_NEAR);
    size_t stay = BASE64_NEAR - rest.len;
    if (stay > base64->tail_len)
        stay = base64->tail_len;
    memmove(base64->tail, base64->tail + (base64->tail_len - stay), stay);
    if (rest.len > 0)
        memcpy(base64->tail + stay, rest.ptr, rest.len);
    base64->tail_len = stay + rest.len;
}

static void end_text(struct work *work)
{
    struct base64_decoder *base64 = work->base64;
    work->decoder->state->is_cut |= base64->held > 0;
    end_group(work);
    if (work->decoder->state->undecoded && base64->is_near_text && !base64->is_dirty &&
        base64->line_len + work->at < LONG_LINE) {
        keep_tail(work, BASE64_NEAR);
        keep(work, work->line_from, work->at);
        work->line_from = work->at;
    }
}

size_t base64_step(struct decoder *decoder, struct slice *in, bool is_last, unsigned char *out, size_t room)
{
    struct base64_decoder *base64 = &decoder->as.base64;
    struct work work = { .decoder = decoder, .base64 = base64, .in = *in, .out = out, .room = room };
    while (work.at < in->len && room - work.written >= 8) {
        if (base64->held == 0 && base64->pads_due == 0 && !base64->has_gap)
            eat_clean(&work);
        if (work.at < in->len && room - work.written >= 8)
            eat_byte(&work);
    }
    if (is_last && work.at == in->len && room - work.written >= 8)
        end_text(&work);
    leave_line(&work);
    *in = slice_skip(*in, work.at);
    return work.written;
}
