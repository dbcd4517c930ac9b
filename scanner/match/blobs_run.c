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
    size_t group;  /* characters that make whole bytes */
    signed char values[256];
};

/* Values stand one higher than they are: what is not named is 0, none. */

static const struct codec base64 = {
    .bits = 6,
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

/* What decoded bytes are. */

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B) || c == 0x7F;
}

static bool is_utf16(struct slice bytes, size_t zero)
{
    size_t units = bytes.len / 2 < 4 ? bytes.len / 2 : 4;
    for (size_t i = 0; i < units; i++)
        if (bytes.ptr[2 * i + zero] != 0 || is_control(bytes.ptr[2 * i + 1 - zero]) ||
            !bytes.ptr[2 * i + 1 - zero])
            return false;
    return units >= 2;
}

/* Text in a wide sense: of many bytes one in 32 may be wrong, of few none. */
static bool is_text(struct slice bytes, bool is_whole)
{
    size_t wrong = 0, len = bytes.len;
    uint32_t code;
    for (size_t i = 0; i < bytes.len && wrong <= len / 32; i++)
        wrong += is_control(bytes.ptr[i]);
    if (wrong > len / 32 || wrong * 32 > len)
        return false;
    while (bytes.len > 0 && wrong <= len / 32) {
        size_t valid = utf8_valid_prefix(bytes);
        bytes = slice_skip(bytes, valid);
        if (bytes.len == 0 || (!is_whole && bytes.len < 4))
            break;
        wrong++;
        utf8_eat(&bytes, &code);
    }
    return len > 0 && wrong <= len / 32;
}

enum blobs_content blobs_content_of(struct slice bytes, bool is_whole)
{
    if (bytes.len < 4)
        return BLOBS_NOTHING;
    unsigned char first = bytes.ptr[0], second = bytes.ptr[1];
    if (first == 0x1F && second == 0x8B && bytes.ptr[2] == 8)
        return BLOBS_GZIP;
    if (first == 0x78 && (0x7800 | second) % 31 == 0 && !(second & 0x20) && second != '^')
        return BLOBS_ZLIB;
    if ((first == 0xFF && second == 0xFE) || is_utf16(bytes, 1))
        return BLOBS_UTF16_LE;
    if ((first == 0xFE && second == 0xFF) || is_utf16(bytes, 0))
        return BLOBS_UTF16_BE;
    if (is_text(bytes, is_whole))
        return BLOBS_TEXT;
    return first == 0x78 && second == '^' ? BLOBS_ZLIB : BLOBS_NOTHING;
}

/* Decoding. Between the characters stand line ends and what was put around them: passed over. */

struct decoding {
    const struct codec *codec;
    struct slice text;
    size_t at, end;
    uint32_t acc;
    unsigned held;   /* bits */
    size_t pair_due; /* output that a pair is due at */
    bool has_break;
};

/* Decode up to STOP, and note where bytes come from where PAIR_STEP is not 0. */
static void decode(struct decoding *work, struct blobs *blobs, size_t stop, size_t pair_step)
{
    struct buffer *out = &blobs->bytes;
    size_t most = (stop - work->at) / 8 * work->codec->bits + 8;
    unsigned char *to = buffer_reserve(out, most);
    size_t len = 0, base = out->len;
    for (; work->at < stop && to; work->at++) {
        int value = work->codec->values[work->text.ptr[work->at]];
        if (value == 0) {
            work->has_break = true;
            work->at += work->text.ptr[work->at] == '\\';
            continue;
        }
        if (pair_step && (base + len >= work->pair_due || work->has_break)) {
            blobs_pair(blobs, base + len, work->at);
            work->pair_due = base + len + pair_step;
            work->has_break = false;
        }
        work->acc = work->acc << work->codec->bits | (uint32_t)(value - 1);
        work->held += work->codec->bits;
        if (work->held >= 8) {
            work->held -= 8;
            to[len++] = (unsigned char)(work->acc >> work->held);
        }
    }
    out->len += len;
}

static struct decoding decoding_of(const struct codec *codec, struct slice text, size_t from, size_t end)
{
    return (struct decoding){ .codec = codec, .text = text, .at = from, .end = end };
}

/* What do the characters from FROM up to TO give? */
static enum blobs_content peek(struct finder *finder, const struct codec *codec, size_t from, size_t to,
                               bool is_whole)
{
    struct decoding work = decoding_of(codec, finder->text, from, to);
    buffer_clear(&finder->blobs->bytes);
    decode(&work, finder->blobs, to, 0);
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
        return first == 0x78 || (second >= 0xC2 && (third & 0xC0) == 0x80 && !is_control(first));
    return (!is_control(first) && !is_control(second) && (!is_control(third) || third >= 0xC2)) ||
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
    while (line >= LINE_LEAST && (width == 0 || line == width)) {
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
        held += line;
        end = stop;
    }
    return end;
}

/* What a blob holds, made into a region. */

/* UTF-16 to UTF-8, with its pairs. */
static struct slice to_utf8(struct blobs *blobs, bool is_big)
{
    struct slice in = buffer_slice(&blobs->bytes);
    const struct text_map_pair *pairs = blobs->pairs;
    size_t next = 0;
    buffer_clear(&blobs->other);
    for (size_t at = 0; at + 2 <= in.len; at += 2) {
        uint32_t code = in.ptr[at + !is_big] * 256u + in.ptr[at + is_big];
        while (next < blobs->count && pairs[next].view_at <= at)
            blobs->pairs[next++].view_at = blobs->other.len;
        if (code >= 0xD800 && code < 0xDC00 && at + 4 <= in.len) {
            uint32_t low = in.ptr[at + 2 + !is_big] * 256u + in.ptr[at + 2 + is_big];
            if (low >= 0xDC00 && low < 0xE000) {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                at += 2;
            }
        }
        if (code != 0xFEFF)
            utf8_put(&blobs->other, code);
    }
    blobs->count = next;
    return buffer_slice(&blobs->other);
}

static bool is_mostly_text(struct slice bytes)
{
    size_t wrong = 0, zeros = 0;
    bytes = slice_sub(bytes, 0, 16 * 1024);
    for (size_t i = 0; i < bytes.len; i++) {
        zeros += bytes.ptr[i] == 0;
        wrong += bytes.ptr[i] != 0 && is_control(bytes.ptr[i]);
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
static bool take_blob(struct finder *finder, const struct codec *codec, size_t from, size_t end)
{
    struct blobs *blobs = finder->blobs;
    struct decoding work = decoding_of(codec, finder->text, from, end);
    size_t step = end - from < 4096 ? codec->bits / 2 : 48;
    blobs->count = 0;
    buffer_clear(&blobs->bytes);
    decode(&work, blobs, end, step);
    struct slice text = buffer_slice(&blobs->bytes);
    enum blobs_content content = blobs_content_of(slice_sub(text, 0, HEAD), text.len <= HEAD);
    bool is_packed = content == BLOBS_GZIP || content == BLOBS_ZLIB;
    if (is_packed)
        text = unpack(finder, content, end == finder->text.len);
    else if (content == BLOBS_UTF16_LE || content == BLOBS_UTF16_BE)
        text = to_utf8(blobs, content == BLOBS_UTF16_BE);
    if (text.len == 0 || blobs->count == 0)
        return false;
    size_t padded = padding_end(finder->text, end);
    size_t after = blobs_end_of_line(finder, padded, BLOBS_AFTER);
    blobs_region_begin(finder, is_packed ? BLOBS_PACKED : BLOBS_ENCODED, from, end);
    blobs_put_literal(finder, blobs_start_of_line(finder, from, BLOBS_BEFORE), from);
    blobs_put_blob(finder, text);
    blobs_put_literal(finder, padded, after);
    blobs_region_end(finder, after);
    return true;
}

/* A run [FROM, END) as CODEC: what the blob ends at, or 0. */
static size_t try_codec(struct finder *finder, const struct codec *codec, size_t from, size_t end)
{
    if (peek(finder, codec, from, from + QUICK, false) == BLOBS_NOTHING)
        return 0;
    size_t sure, stop = blob_end(finder, codec, from, end, &sure);
    size_t head = stop - from < HEAD ? stop : from + HEAD;
    enum blobs_content content = peek(finder, codec, from, head, head == stop);
    if (content == BLOBS_NOTHING || !blobs_grant(finder, BLOBS_ENCODED, (stop - from) / 8 * codec->bits))
        return 0;
    bool is_taken = take_blob(finder, codec, from, stop);
    if (sure < stop && blobs_grant(finder, BLOBS_ENCODED, (sure - from) / 8 * codec->bits))
        is_taken |= take_blob(finder, codec, from, sure);
    return is_taken ? stop : 0;
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

/* The end of the run. */
static size_t find_starts(struct slice text, size_t from, struct starts *starts)
{
    size_t at = from;
    starts->at[0] = from;
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
