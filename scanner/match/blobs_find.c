/* blobs_find.c - one pass over a text: runs of token bytes, and characters that escapes begin with. */
#include "match/blobs_look.h"
#include "match/blobs_parts.h"

#define WORD ((size_t)64)
#define SHORT_LEAST ((size_t)7)

static bool is_at(const struct finder *finder, size_t at, unsigned char c)
{
    return at < finder->text.len && finder->text.ptr[at] == c;
}

/* The run of token bytes that ends before AT, of at most MOST. */
static size_t run_before(const struct finder *finder, size_t at, size_t most)
{
    size_t len = 0;
    while (len < at && len < most && blobs_token[finder->text.ptr[at - len - 1]])
        len++;
    return len;
}

static size_t run_after(const struct finder *finder, size_t at, size_t most)
{
    size_t len = 0;
    while (at + len < finder->text.len && len < most && blobs_token[finder->text.ptr[at + len]])
        len++;
    return len;
}

/* "key: dmFsdWU", the value of a Kubernetes Secret. */
static void look_at_value(struct finder *finder, size_t colon)
{
    size_t at = colon + 1;
    while (is_at(finder, at, ' ') && at - colon < 4)
        at++;
    if (is_at(finder, at, '"') || is_at(finder, at, '\''))
        at++;
    size_t len = run_after(finder, at, BLOBS_RUN_LEAST);
    bool is_padded = is_at(finder, at + len, '=');
    if (len > SHORT_LEAST && len < BLOBS_RUN_LEAST && len % 4 == 0 && !is_padded)
        blobs_run_short(finder, at, at + len);
}

/* The padding of a short one: "dmFsdWU=". */
static void look_at_padding(struct finder *finder, size_t equals)
{
    size_t end = equals + 1 + is_at(finder, equals + 1, '=');
    size_t len = run_before(finder, equals, BLOBS_RUN_LEAST);
    if (len < SHORT_LEAST - 1 || len >= BLOBS_RUN_LEAST || (len + end - equals) % 4 != 0)
        return;
    if (end == finder->text.len || !blobs_token[finder->text.ptr[end]])
        blobs_run_short(finder, equals - len, end);
}

static inline size_t trailing(uint64_t bits)
{
    return ~bits ? (size_t)__builtin_ctzll(~bits) : WORD;
}

static bool is_hex_or_line_end(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f') || c == '\n' ||
           c == '\r';
}

static void look_at_slashes(struct finder *finder, size_t colon)
{
    if (colon >= finder->escape_done && is_at(finder, colon + 2, '/') && blobs_is_fresh(finder, colon))
        blobs_link(finder, colon);
}

static void look_at_equals(struct finder *finder, size_t at)
{
    if (finder->kind != BLOBS_JOINED && at >= finder->run_done && blobs_is_fresh(finder, at))
        look_at_padding(finder, at);
    if (finder->kind != BLOBS_MARKUP && at + 1 < finder->text.len && at >= finder->escape_done &&
        is_hex_or_line_end(finder->text.ptr[at + 1]) && blobs_is_fresh(finder, at))
        blobs_escape(finder, at);
}

/* Most are none, and leave by what stands next to them. */
static void look_at_escape(struct finder *finder, size_t at)
{
    const unsigned char *here = finder->text.ptr + at;
    if (at < finder->escape_done || at + 1 >= finder->text.len)
        return;
    bool is_likely = *here == 'x'   ? at > 0 && here[-1] == '0'
                     : *here == '%' ? is_hex_or_line_end(here[1])
                                    : here[1] > ' ';
    if (is_likely && blobs_is_fresh(finder, at))
        blobs_escape(finder, at);
}

/* Bit n: at least eight (sixteen) token bytes begin at n, of those in the word. */
static inline uint64_t runs_of_8(uint64_t tokens)
{
    tokens &= tokens >> 1;
    tokens &= tokens >> 2;
    return tokens & tokens >> 4;
}

static inline uint64_t runs_of_16(uint64_t runs)
{
    return runs & runs >> 8;
}

static void take_run(struct finder *finder, size_t from)
{
    if (from >= finder->run_done && finder->kind != BLOBS_JOINED && blobs_is_fresh(finder, from))
        finder->run_done = blobs_run(finder, from);
}

static inline uint64_t bits_from(uint64_t bits, size_t first)
{
    return first >= WORD ? 0 : bits >> first << first;
}

/* The runs of the word at AT; one that began before it is taken from there. */
static __attribute__((noinline)) void take_runs(struct finder *finder, size_t at, size_t tail,
                                                uint64_t tokens, uint64_t runs)
{
    if (tail > 0 && tail < BLOBS_RUN_LEAST && tail + trailing(tokens) >= BLOBS_RUN_LEAST)
        take_run(finder, at - tail);
    while (runs) {
        size_t first = (size_t)__builtin_ctzll(runs);
        take_run(finder, at + first);
        size_t done = finder->run_done > at + first ? finder->run_done - at : first + 1;
        runs = bits_from(runs, done);
    }
}

static void take_mark(struct finder *finder, size_t at, bool may_be_value)
{
    if (finder->text.ptr[at] == '=')
        look_at_equals(finder, at);
    else if (is_at(finder, at + 1, '/'))
        look_at_slashes(finder, at);
    else if (may_be_value && finder->kind != BLOBS_JOINED && at >= finder->run_done &&
             blobs_is_fresh(finder, at + 1))
        look_at_value(finder, at);
}

/* The anchors of the word at AT, in order. Marks matter that have a token byte on one side, or a short run a little behind; where the word ends too
 * soon to tell, they may. */
static __attribute__((noinline)) void take_anchors(struct finder *finder, size_t at, uint64_t escapes,
                                                   uint64_t marks, uint64_t tokens, uint64_t runs8)
{
    size_t last = ~tokens ? (size_t)__builtin_clzll(~tokens) : 0;
    uint64_t starts = (runs8 & ~(tokens << 1)) | (last ? UINT64_C(1) << (WORD - last) : 0);
    uint64_t values = starts >> 1 | starts >> 2 | starts >> 3 | UINT64_C(7) << (WORD - 3);
    marks &= values | tokens >> 1 | tokens << 1 | 1;
    for (uint64_t anchors = escapes | marks; anchors; anchors &= anchors - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(anchors);
        if (marks >> bit & 1)
            take_mark(finder, at + bit, values >> bit & 1);
        else
            look_at_escape(finder, at + bit);
    }
}

/* TAIL token bytes stand just before the word at AT; how many at its end? */
static inline __attribute__((always_inline)) size_t take_word(struct finder *finder, size_t at, size_t tail,
                                                              struct blobs64 found)
{
    uint64_t runs8 = runs_of_8(found.tokens), runs = runs_of_16(runs8);
    bool is_over_start = tail > 0 && tail + trailing(found.tokens) >= BLOBS_RUN_LEAST;
    if (runs || is_over_start)
        take_runs(finder, at, tail, found.tokens, runs);
    if (found.escapes | found.marks)
        take_anchors(finder, at, found.escapes, found.marks, found.tokens, runs8);
    return ~found.tokens ? (size_t)__builtin_clzll(~found.tokens) : tail + WORD;
}

/* Look at all whole words; the bytes of token before the rest. */
LOOK_SSSE3 static size_t find(struct finder *finder, size_t end)
{
    size_t tail = 0;
    for (size_t at = 0; at < end; at += WORD)
        tail = take_word(finder, at, tail, blobs_look(finder->text.ptr + at));
    return tail;
}

LOOK_AVX2 static size_t find_wide(struct finder *finder, size_t end)
{
    size_t tail = 0;
    for (size_t at = 0; at < end; at += WORD)
        tail = take_word(finder, at, tail, blobs_look_wide(finder->text.ptr + at));
    return tail;
}

LOOK_SSSE3 void blobs_find(struct finder *finder)
{
    struct slice text = finder->text;
    unsigned char rest[WORD];
    size_t end = text.len / WORD * WORD;
    size_t tail = blobs_can_look_wide() ? find_wide(finder, end) : find(finder, end);
    memset(rest, ' ', sizeof rest);
    if (text.len > end)
        memcpy(rest, text.ptr + end, text.len - end);
    take_word(finder, end, tail, blobs_look(rest));
}
