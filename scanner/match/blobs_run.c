/* blobs_run.c - runs of token bytes: base64, base32, hex, and what is in them. */
#include "base/utf8.h"
#include "match/blobs_parts.h"

#define PREFIX_MAX ((size_t)64) /* bytes between the lines of a blob */
#define LINE_LEAST ((size_t)32) /* characters of a line that another may follow */
#define QUICK ((size_t)16)      /* characters that are decoded first */
#define HEAD ((size_t)1024)     /* characters that tell whether it is text */
#define TRIES_MAX 32            /* places in a run from which it is decoded */

struct codec {
    unsigned bits; /* of a character */
    enum blobs_rate rate;
    size_t group; /* characters that make whole bytes */
    signed char values[256];
};

/* Values stand one higher than they are: what is not named is 0, none. */

static const struct codec base64 = {
    .bits = 6,
    .rate = BLOBS_4_TO_3,
    .group = 4,
    .values = {
        ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
        ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
        ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
        ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
        ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
        ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
        ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
        ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['-'] = 63,
        ['/'] = 64, ['_'] = 64,
    },
};

static const struct codec base32 = {
    .bits = 5,
    .rate = BLOBS_8_TO_5,
    .group = 8,
    .values = {
        ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
        ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
        ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
        ['Y'] = 25, ['Z'] = 26, ['2'] = 27, ['3'] = 28, ['4'] = 29, ['5'] = 30, ['6'] = 31, ['7'] = 32,
    },
};

static const struct codec hex = {
    .bits = 4,
    .rate = BLOBS_2_TO_1,
    .group = 2,
    .values = {
        ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
        ['8'] = 9,  ['9'] = 10, ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
        ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    },
};

const bool blobs_token[256] = {
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['+'] = true,
    ['/'] = true,         ['-'] = true,         ['_'] = true,
};

/* Decoding. Between the characters stand line ends and what was put around them: passed over. */

struct decoding {
    const struct codec *codec;
    struct slice text;
    size_t at;
    uint32_t acc;
    unsigned held; /* bits */
    bool
        is_paired; /* note where bytes come from: at the start, after a break, and where groups begin after that */
    bool has_break, has_pair;
};

static void note_place(struct decoding *work, struct blobs *blobs, size_t at)
{
    if (work->has_break || (!work->has_pair && work->held == 0))
        blobs_pair(blobs, at, work->at, work->codec->rate);
    work->has_pair = work->held == 0;
    work->has_break = false;
}

/* Decode up to STOP. */
static void decode(struct decoding *work, struct blobs *blobs, size_t stop)
{
    struct buffer *out = &blobs->bytes;
    unsigned char *to = buffer_reserve(out, (stop - work->at) / 8 * work->codec->bits + 8);
    size_t len = 0, base = out->len;
    for (; work->at < stop && to; work->at++) {
        int value = work->codec->values[work->text.ptr[work->at]];
        if (value == 0) {
            work->has_break = work->is_paired;
            work->at += work->text.ptr[work->at] == '\\';
            continue;
        }
        if (work->is_paired && (work->has_break || !work->has_pair))
            note_place(work, blobs, base + len);
        work->acc = work->acc << work->codec->bits | (uint32_t)(value - 1);
        work->held += work->codec->bits;
        if (work->held >= 8) {
            work->held -= 8;
            to[len++] = (unsigned char)(work->acc >> work->held);
        }
    }
    out->len += len;
}

/* What do the characters from FROM up to TO give? */
static enum blobs_content peek(struct finder *finder, const struct codec *codec, size_t from, size_t to,
                               bool is_whole)
{
    struct decoding work = { .codec = codec, .text = finder->text, .at = from };
    buffer_clear(&finder->blobs->bytes);
    decode(&work, finder->blobs, to);
    return blobs_content_of(buffer_slice(&finder->blobs->bytes), is_whole);
}

/* Could the three bytes that the characters at PTR begin with begin anything that is looked for? Nearly all that is not encoded leaves here. */
static bool is_likely(const struct codec *codec, const unsigned char *ptr)
{
    uint32_t acc = 0;
    unsigned held = 0;
    while (held < 24) {
        int value = codec->values[*ptr++];
        if (value == 0)
            return false;
        acc = acc << codec->bits | (uint32_t)(value - 1);
        held += codec->bits;
    }
    acc >>= held - 24;
    unsigned char first = (unsigned char)(acc >> 16), second = (unsigned char)(acc >> 8),
                  third = (unsigned char)acc;
    if (first == 0 || second == 0 || first >= 0xFE || (first == 0x1F && second == 0x8B))
        return true;
    if (first >= 0x80)
        return first >= 0xC2 && (second & 0xC0) == 0x80;
    if (second >= 0x80)
        return first == 0x78 || (second >= 0xC2 && (third & 0xC0) == 0x80 && !blobs_is_control(first));
    return (!blobs_is_control(first) && !blobs_is_control(second) &&
            (!blobs_is_control(third) || third >= 0xC2)) ||
           first == 0x78;
}

/* Where a blob ends: over line ends, as long as lines are full. */

static bool is_break(unsigned char c)
{
    return c == '\r' || c == '\n' || c == ' ' || c == '\t' || c == '>' || c == '|';
}

/* Past a line end at AT, and quote prefixes; a line end may be written as \n. AT where there is none. */
static size_t past_line_end(struct slice text, size_t at)
{
    size_t from = at, lines = 0;
    while (at < text.len && at - from < PREFIX_MAX) {
        unsigned char c = text.ptr[at];
        bool is_written = c == '\\' && at + 1 < text.len &&
                          (text.ptr[at + 1] == 'n' || text.ptr[at + 1] == 'r' || text.ptr[at + 1] == '\n');
        if (!is_written && !is_break(c))
            break;
        lines += c == '\n' || (is_written && text.ptr[at + 1] == 'n');
        at += is_written && text.ptr[at + 1] != '\n' ? 2 : 1;
    }
    return lines == 1 ? at : from;
}

static size_t run_end(const struct codec *codec, struct slice text, size_t at)
{
    while (at < text.len && codec->values[text.ptr[at]])
        at++;
    return at;
}

static size_t padding_end(struct slice text, size_t at)
{
    for (size_t i = 0; i < 6 && at < text.len && text.ptr[at] == '='; i++)
        at++;
    return at;
}

/* Does the line that was read up to AT hold more than the blob? */
static bool is_line_over(struct slice text, size_t at)
{
    return at == text.len || memchr("\r\n\\\"'<>)],;}", text.ptr[at], 12) != NULL;
}

/* Does the line at NEXT go on where the one before stopped, in the middle of a group? HELD characters of that one are read. */
static bool goes_on(struct finder *finder, const struct codec *codec, size_t next, size_t stop, size_t held)
{
    size_t skip = codec->group - held % codec->group;
    if (skip == codec->group)
        return true;
    if (stop - next < QUICK + skip)
        return false;
    return peek(finder, codec, next + skip, next + skip + QUICK, false) != BLOBS_NOTHING;
}

/* The end of the blob whose first run is [FROM, END). *SURE is where it ends if the last line, a short one, is none of it. */
static size_t blob_end(struct finder *finder, const struct codec *codec, size_t from, size_t end,
                       size_t *sure)
{
    struct slice text = finder->text;
    size_t width = 0, line = end - from, held = line;
    *sure = end;
    bool is_full = line >= LINE_LEAST || (from < QUICK && finder->is_cut_front);
    while (is_full && (width == 0 || line == width)) {
        size_t next = past_line_end(text, end);
        size_t stop = run_end(codec, text, next);
        if (next == end || stop == next || !is_line_over(text, padding_end(text, stop)) ||
            !goes_on(finder, codec, next, stop, held))
            break;
        line = stop - next;
        if (width > 0 && line > width)
            break;
        *sure = line < QUICK && padding_end(text, stop) == stop ? end : stop;
        width = width ? width : line;
        is_full = line >= LINE_LEAST;
        held += line;
        end = stop;
    }
    return end;
}

/* What a blob holds, made into a region. */

static bool is_mostly_text(struct slice bytes)
{
    size_t wrong = 0, zeros = 0;
    bytes = slice_sub(bytes, 0, 16 * 1024);
    for (size_t i = 0; i < bytes.len; i++) {
        zeros += bytes.ptr[i] == 0;
        wrong += bytes.ptr[i] != 0 && blobs_is_control(bytes.ptr[i]);
    }
    return bytes.len > zeros && wrong <= (bytes.len - zeros) / 32;
}

/* What was compressed; empty where it is no text. */
static struct slice unpack(struct finder *finder, enum blobs_content content, bool is_at_end)
{
    struct blobs *blobs = finder->blobs;
    bool is_cut = false;
    size_t most = blobs->bytes_left < UINT32_MAX / 8 ? (size_t)blobs->bytes_left : UINT32_MAX / 8;
    buffer_clear(&blobs->other);
    if (blobs_unpack(buffer_slice(&blobs->bytes), content, most, &blobs->other, &is_cut) < 0)
        return slice_of(NULL, 0);
    struct slice text = buffer_slice(&blobs->other);
    blobs_spend(blobs, text.len / 8);
    if (!is_mostly_text(text))
        return slice_of(NULL, 0);
    if (text.len >= most)
        blobs->limit = "decoded-bytes";
    else if (is_cut && is_at_end && finder->depth == 0 && !blobs->block->is_last)
        blobs->is_cut = true;
    return text;
}

/* The blob [FROM, END) of the text: decode it all and make it a region. */
static void take_blob(struct finder *finder, const struct codec *codec, size_t from, size_t end)
{
    struct blobs *blobs = finder->blobs;
    struct decoding work = {
        .codec = codec, .text = finder->text, .at = from, .is_paired = true, .has_break = true
    };
    blobs->count = 0;
    buffer_clear(&blobs->bytes);
    decode(&work, blobs, end);
    struct slice text = buffer_slice(&blobs->bytes);
    enum blobs_content content = blobs_content_of(slice_sub(text, 0, HEAD), text.len <= HEAD);
    bool is_packed = content == BLOBS_GZIP || content == BLOBS_ZLIB;
    if (is_packed)
        text = unpack(finder, content, end == finder->text.len);
    else if (content == BLOBS_UTF16_LE || content == BLOBS_UTF16_BE)
        text = blobs_to_utf8(blobs, content == BLOBS_UTF16_BE);
    if (text.len == 0 || blobs->count == 0)
        return;
    size_t padded = padding_end(finder->text, end);
    size_t after = blobs_end_of_line(finder, padded, BLOBS_AFTER);
    blobs_region_begin(finder, is_packed ? BLOBS_PACKED : BLOBS_ENCODED, from, end);
    blobs_put_literal(finder, blobs_start_of_line(finder, from, BLOBS_BEFORE), from);
    blobs_put_blob(finder, text);
    blobs_put_literal(finder, padded, after);
    blobs_region_end(finder, after);
}

/* A run [FROM, END) as CODEC: what the blob ends at, or 0. Once its head is text all of it is taken, whatever comes of it: so no byte is decoded
 * again for each line of a long blob. */
static size_t try_codec(struct finder *finder, const struct codec *codec, size_t from, size_t end)
{
    size_t sure = end, head = end - from < HEAD ? end : from + HEAD;
    if (peek(finder, codec, from, from + QUICK, false) == BLOBS_NOTHING ||
        peek(finder, codec, from, head, head == end) == BLOBS_NOTHING)
        return 0;
    size_t stop = finder->out ? blob_end(finder, codec, from, end, &sure) : end;
    if (blobs_grant(finder, BLOBS_ENCODED, (stop - from) / 8 * codec->bits))
        take_blob(finder, codec, from, stop);
    if (sure < stop && blobs_grant(finder, BLOBS_ENCODED, (sure - from) / 8 * codec->bits))
        take_blob(finder, codec, from, sure);
    return stop;
}

/* What ends a run of CODEC from FROM, if the run of token bytes ends there too: hex and base32 are not cut out of longer words. */
static bool is_all_of(const struct codec *codec, struct slice text, size_t from, size_t end)
{
    size_t head = end - from < QUICK ? end : from + QUICK;
    for (size_t i = from; i < head; i++)
        if (!codec->values[text.ptr[i]])
            return false;
    return run_end(codec, text, head) == end;
}

static bool has_letter(struct slice digits)
{
    for (size_t i = 0; i < digits.len; i++)
        if (digits.ptr[i] > '9')
            return true;
    return false;
}

static size_t try_from(struct finder *finder, size_t from, size_t end)
{
    const unsigned char *ptr = finder->text.ptr + from;
    size_t stop = 0;
    if (end - from < BLOBS_RUN_LEAST)
        return 0;
    if (is_likely(&hex, ptr) && is_all_of(&hex, finder->text, from, end) &&
        (end - from >= 2 * BLOBS_RUN_LEAST || has_letter(slice_sub(finder->text, from, end - from))))
        stop = try_codec(finder, &hex, from, end);
    if (!stop && is_likely(&base32, ptr) && is_all_of(&base32, finder->text, from, end))
        stop = try_codec(finder, &base32, from, end);
    if (!stop && is_likely(&base64, ptr))
        stop = try_codec(finder, &base64, from, end);
    return stop;
}

/* A blob that the block's start cut may begin at any character of a group. */
static size_t try_cut(struct finder *finder, size_t end)
{
    size_t stop = 0;
    for (size_t skip = 0; skip < base32.group && skip < end && !stop; skip++)
        stop = try_from(finder, skip, end);
    return stop;
}

/* Places in a run where something may begin: its start, and after each sign. */
struct starts {
    size_t at[TRIES_MAX];
    int count;
};

/* The end of the run. The `n` of a \n is none of it. */
static size_t find_starts(struct slice text, size_t from, struct starts *starts)
{
    size_t at = from;
    starts->at[0] = from + (from > 0 && text.ptr[from - 1] == '\\');
    starts->count = 1;
    for (int value; at < text.len && (value = base64.values[text.ptr[at]]) != 0; at++)
        if (value >= 63 && starts->count < TRIES_MAX)
            starts->at[starts->count++] = at + 1;
    return at;
}

/* The end of a drawn line, sixteen times the same and more; FROM where there is none. */
static size_t drawn_end(struct slice text, size_t from)
{
    const unsigned char *ptr = text.ptr + from;
    size_t len = text.len - from, at = 8;
    if (len <= QUICK || memcmp(ptr, ptr + 1, QUICK - 1) != 0)
        return from;
    while (len - at >= 8 && memcmp(ptr, ptr + at, 8) == 0)
        at += 8;
    return from + at;
}

size_t blobs_run(struct finder *finder, size_t from)
{
    struct starts starts;
    size_t stop = drawn_end(finder->text, from);
    if (stop > from)
        return stop;
    stop = 0;
    size_t end = find_starts(finder->text, from, &starts);
    if (from == 0 && finder->is_cut_front)
        stop = try_cut(finder, end);
    for (int i = 0; i < starts.count && !stop && end - starts.at[i] >= BLOBS_RUN_LEAST; i++)
        stop = try_from(finder, starts.at[i], end);
    return stop > end ? stop : end;
}

/* Few characters prove little: all that they give must be plain text. */
void blobs_run_short(struct finder *finder, size_t from, size_t to)
{
    struct blobs *blobs = finder->blobs;
    size_t end = to;
    while (end > from && finder->text.ptr[end - 1] == '=')
        end--;
    if (peek(finder, &base64, from, end, true) != BLOBS_TEXT || !utf8_is_ascii(buffer_slice(&blobs->bytes)))
        return;
    if (blobs_grant(finder, BLOBS_ENCODED, to - from))
        take_blob(finder, &base64, from, end);
}
