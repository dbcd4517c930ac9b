/* place.c - lines and columns of a leaf's text, counted only when asked for. */
#include "match/place.h"

#include <stdlib.h>

#define PLACE_STEP ((size_t)4096)

#define EACH_BYTE 0x0101010101010101u
#define HIGH_BITS 0x8080808080808080u
#define LOW_BITS 0x7F7F7F7F7F7F7F7Fu

static uint64_t word_at(const unsigned char *ptr)
{
    uint64_t word;
    memcpy(&word, ptr, sizeof word);
    return word;
}

static size_t sum_of_ones(uint64_t ones)
{
    return (size_t)((ones * EACH_BYTE) >> 56);
}

/* The high bit of each byte of WORD that is C. */
static uint64_t bytes_that_are(uint64_t word, unsigned char c)
{
    word ^= EACH_BYTE * c;
    return ~(((word & LOW_BITS) + LOW_BITS) | word) & HIGH_BITS;
}

static bool is_line_end(struct slice text, size_t at)
{
    return text.ptr[at] == '\n' || (text.ptr[at] == '\r' && (at + 1 == text.len || text.ptr[at + 1] != '\n'));
}

/* Line ends of TEXT in [FROM, TO): LF, CRLF at its LF, and CR alone. */
static size_t count_line_ends(struct slice text, size_t from, size_t to)
{
    size_t count = 0, at = from;
    for (; to - at >= 8 && text.len - at > 8; at += 8) {
        uint64_t word = word_at(text.ptr + at), next = word_at(text.ptr + at + 1);
        uint64_t ends =
            bytes_that_are(word, '\n') | (bytes_that_are(word, '\r') & ~bytes_that_are(next, '\n'));
        count += sum_of_ones(ends >> 7);
    }
    for (; at < to; at++)
        count += is_line_end(text, at);
    return count;
}

/* Just after the last line end in [FROM, TO), or SLICE_NONE. */
static size_t last_line_start(struct slice text, size_t from, size_t to)
{
    struct slice part = slice_sub(text, from, to - from);
    const unsigned char *lf = part.len ? memrchr(part.ptr, '\n', part.len) : NULL;
    size_t start = lf ? (size_t)(lf - text.ptr) + 1 : from;
    struct slice after = slice_sub(text, start, to - start);
    const unsigned char *cr = after.len ? memrchr(after.ptr, '\r', after.len) : NULL;
    if (cr && !is_line_end(text, (size_t)(cr - text.ptr)))
        cr = memrchr(after.ptr, '\r', (size_t)(cr - after.ptr));
    if (cr)
        return (size_t)(cr - text.ptr) + 1;
    return lf ? start : SLICE_NONE;
}

/* Bytes that do not continue a character. */
static size_t count_characters(struct slice s)
{
    size_t count = s.len, at = 0;
    for (; s.len - at >= 8; at += 8) {
        uint64_t word = word_at(s.ptr + at);
        count -= sum_of_ones((word >> 7) & ~(word >> 6) & EACH_BYTE);
    }
    for (; at < s.len; at++)
        count -= (s.ptr[at] & 0xC0) == 0x80;
    return count;
}

/* ">From " is how a mailbox writes a line of its own message that begins with "From ". */
static bool is_mailbox_quoting(struct slice line)
{
    while (line.len > 0 && line.ptr[0] == '>')
        line = slice_skip(line, 1);
    return slice_starts_with(line, "From ");
}

static bool is_quoted_at(struct slice text, size_t at)
{
    for (size_t blanks = 0; blanks < 4 && at < text.len; blanks++, at++)
        if (text.ptr[at] != ' ')
            return (text.ptr[at] == '>' || text.ptr[at] == '|') &&
                   !is_mailbox_quoting(slice_sub(text, at, 64));
    return false;
}

/* Move PLACE from TEXT's byte FROM to its byte TO. */
static void advance(struct place *place, struct slice text, size_t from, size_t to)
{
    size_t start = last_line_start(text, from, to);
    if (start == SLICE_NONE) {
        place->column += count_characters(slice_sub(text, from, to - from));
        return;
    }
    place->line += count_line_ends(text, from, to);
    place->column = count_characters(slice_sub(text, start, to - start));
    place->is_quoted = is_quoted_at(text, start);
}

void placer_init(struct placer *placer)
{
    *placer = (struct placer){ .text = slice_of(NULL, 0) };
}

void placer_release(struct placer *placer)
{
    explicit_bzero(placer->kept_bytes, sizeof placer->kept_bytes);
    free(placer->marks);
}

void placer_begin(struct placer *placer)
{
    placer->kept = (struct place){ 0 };
    placer->kept_offset = 0;
    placer->kept_len = 0;
}

static void add_mark(struct placer *placer, struct place place)
{
    if (placer->count == placer->capacity) {
        placer->capacity = placer->capacity ? placer->capacity * 2 : 16;
        placer->marks = realloc(placer->marks, placer->capacity * sizeof *placer->marks);
        if (!placer->marks)
            abort();
    }
    placer->marks[placer->count++] = place;
}

void placer_block(struct placer *placer, struct slice text, uint64_t offset)
{
    struct place start = placer->kept;
    placer->text = text;
    placer->offset = offset;
    placer->count = 0;
    if (offset == 0)
        start = (struct place){ .is_quoted = is_quoted_at(text, 0) };
    else if (offset > placer->kept_offset && offset - placer->kept_offset <= placer->kept_len)
        advance(&start, slice_of(placer->kept_bytes, placer->kept_len), 0,
                (size_t)(offset - placer->kept_offset));
    add_mark(placer, start);
}

struct place placer_find(struct placer *placer, size_t at)
{
    at = at < placer->text.len ? at : placer->text.len;
    while (placer->count <= at / PLACE_STEP) {
        struct place place = placer->marks[placer->count - 1];
        size_t from = (placer->count - 1) * PLACE_STEP;
        advance(&place, placer->text, from, from + PLACE_STEP);
        add_mark(placer, place);
    }
    struct place place = placer->marks[at / PLACE_STEP];
    advance(&place, placer->text, at / PLACE_STEP * PLACE_STEP, at);
    return place;
}

void placer_keep(struct placer *placer, size_t repeated)
{
    size_t slack = PLACE_KEEP / 2, back = repeated + slack;
    size_t at = placer->text.len > back ? placer->text.len - back : 0;
    struct slice after = slice_sub(placer->text, at, PLACE_KEEP);
    placer->kept = placer_find(placer, at);
    placer->kept_offset = placer->offset + at;
    placer->kept_len = after.len;
    if (after.len)
        memcpy(placer->kept_bytes, after.ptr, after.len);
}
