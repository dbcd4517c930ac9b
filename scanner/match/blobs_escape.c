/* blobs_escape.c - escapes of single characters in a text: %41, \x41, \u0041, &#65;, =41, and lists of bytes, 0x41, 0x42. */
#include "base/utf8.h"
#include "extract/html_entities.h"
#include "match/blobs_parts.h"

#define REACH ((size_t)256) /* bytes between two escapes of one region, and around them */
#define QUOTE_NEAR ((size_t)256)
#define BYTES_LEAST 8 /* of a list */
#define QP_LINE ((size_t)60)

/* The number that COUNT hexadecimal digits at the front of TEXT make, or -1. */
static int64_t hex_number(struct slice text, size_t count)
{
    int64_t value = 0;
    if (text.len < count)
        return -1;
    for (size_t i = 0; i < count; i++) {
        int digit = slice_hex_digit(text.ptr[i]);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* One escape at the front of a text. */
struct escape {
    size_t len;             /* 0: there is none */
    unsigned char bytes[8]; /* what it stands for */
    size_t count;
};

static struct escape escape_byte(size_t len, int64_t value)
{
    struct escape escape = { .len = len, .count = 1 };
    escape.bytes[0] = (unsigned char)value;
    return escape;
}

static struct escape escape_code(size_t len, uint32_t code)
{
    struct escape escape = { .len = len };
    escape.count = utf8_write(escape.bytes, code);
    return escape;
}

static const struct escape no_escape = { 0 };

static struct escape percent(struct slice text)
{
    int64_t value = hex_number(slice_skip(text, 1), 2);
    return value < 0 ? no_escape : escape_byte(3, value);
}

/* =41, and a soft line break. */
static struct escape quoted_printable(struct slice text)
{
    if (text.len > 1 && text.ptr[1] == '\n')
        return (struct escape){ .len = 2 };
    if (text.len > 2 && text.ptr[1] == '\r' && text.ptr[2] == '\n')
        return (struct escape){ .len = 3 };
    int64_t value = hex_number(slice_skip(text, 1), 2);
    return value < 0 ? no_escape : escape_byte(3, value);
}

static struct escape reference(struct slice text)
{
    uint32_t code;
    size_t len = html_entity(text, HTML_IN_ATTRIBUTE, &code);
    return len ? escape_code(len, code) : no_escape;
}

/* \uD83D\uDE00 is one character. */
static struct escape code_unit(struct slice text)
{
    int64_t high = hex_number(slice_skip(text, 2), 4);
    if (high < 0)
        return no_escape;
    if (high >= 0xD800 && high < 0xDC00 && text.len >= 12 && text.ptr[6] == '\\' && text.ptr[7] == 'u') {
        int64_t low = hex_number(slice_skip(text, 8), 4);
        if (low >= 0xDC00 && low < 0xE000)
            return escape_code(12, (uint32_t)(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)));
    }
    return escape_code(6, (uint32_t)high);
}

/* \u{41} */
static struct escape braced(struct slice text)
{
    size_t close = slice_find_byte(slice_sub(text, 0, 10), 3, '}');
    int64_t code = close == SLICE_NONE || close == 3 ? -1 : hex_number(slice_skip(text, 3), close - 3);
    return code < 0 || code > 0x10FFFF ? no_escape : escape_code(close + 1, (uint32_t)code);
}

static struct escape octal(struct slice text)
{
    int value = 0;
    if (text.len < 4 || text.ptr[1] > '3')
        return no_escape;
    for (size_t i = 1; i < 4; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '7')
            return no_escape;
        value = value * 8 + (text.ptr[i] - '0');
    }
    return escape_byte(4, value);
}

/* Escapes of C, JSON and their kin. */
static struct escape backslash(struct slice text)
{
    static const char from[] = "nrtbfav\"'/\\", to[] = "\n\r\t\b\f\a\v\"'/\\";
    if (text.len < 2)
        return no_escape;
    unsigned char c = text.ptr[1];
    if (c == 'u')
        return text.len > 2 && text.ptr[2] == '{' ? braced(text) : code_unit(text);
    if (c == 'x' || c == 'U') {
        int64_t value = hex_number(slice_skip(text, 2), c == 'x' ? 2 : 8);
        return value < 0 || value > 0x10FFFF ? no_escape
               : c == 'x'                    ? escape_byte(4, value)
                                             : escape_code(10, (uint32_t)value);
    }
    if (c >= '0' && c <= '7')
        return octal(text);
    const char *simple = c ? strchr(from, c) : NULL;
    return simple ? escape_byte(2, to[simple - from]) : no_escape;
}

/* Which escapes a region is of, and how far it may reach. */
struct kind {
    unsigned char anchor;
    bool is_word; /* ends at white space and quotes */
    struct escape (*read)(struct slice text);
};

static const struct kind kind_percent = { '%', true, percent };
static const struct kind kind_reference = { '&', false, reference };
static const struct kind kind_backslash = { '\\', false, backslash };
static const struct kind kind_quoted_printable = { '=', false, quoted_printable };

static bool ends_word(unsigned char c)
{
    return c <= ' ' || c == '"' || c == '<' || c == '>' || c == 0x7F;
}

static size_t region_start(const struct finder *finder, const struct kind *kind, size_t at)
{
    size_t from = blobs_start_of_line(finder, at, REACH), start = at;
    if (from < finder->escape_done && finder->escape_done <= at)
        from = finder->escape_done;
    if (!kind->is_word)
        return from;
    while (start > from && !ends_word(finder->text.ptr[start - 1]))
        start--;
    return start;
}

/* The next escape of KIND from AT on, at most REACH away, or SLICE_NONE; *END is where the region ends then. */
static size_t next_anchor(const struct finder *finder, const struct kind *kind, size_t at, size_t *end)
{
    struct slice near =
        slice_sub(finder->text, 0, finder->text.len - at < REACH ? finder->text.len : at + REACH);
    if (kind->is_word) {
        while (at < near.len && near.ptr[at] != kind->anchor && !ends_word(near.ptr[at]))
            at++;
        *end = at;
        return at < near.len && near.ptr[at] == kind->anchor ? at : SLICE_NONE;
    }
    *end = blobs_end_of_line(finder, at, REACH);
    return slice_find_byte(near, at, kind->anchor);
}

/* Make a region of the escapes from AT on. */
static void take_region(struct finder *finder, const struct kind *kind, size_t at)
{
    size_t start = region_start(finder, kind, at), end = at;
    if (!blobs_grant(finder, BLOBS_ESCAPED, REACH))
        return;
    blobs_region_begin(finder, BLOBS_ESCAPED, start, at);
    blobs_put_literal(finder, start, at);
    for (size_t next = at; next != SLICE_NONE; next = next_anchor(finder, kind, at, &end)) {
        struct escape escape = kind->read(slice_skip(finder->text, next));
        blobs_put_literal(finder, at, next);
        at = next;
        if (escape.len > 0)
            blobs_put_decoded(finder, slice_of(escape.bytes, escape.count), at);
        else
            blobs_put_literal(finder, at, at + 1);
        at += escape.len ? escape.len : 1;
    }
    if (end < at)
        end = at;
    blobs_put_literal(finder, at, end);
    blobs_region_end(finder, end);
    finder->escape_done = end;
}

/* Is what begins at AT an escape at all, and not a path, a formula or an address? */

static bool is_quoted_near(const struct finder *finder, size_t at)
{
    size_t from = blobs_start_of_line(finder, at, QUOTE_NEAR);
    return from < at && (memchr(finder->text.ptr + from, '"', at - from) ||
                         memchr(finder->text.ptr + from, '\'', at - from));
}

static bool is_backslash_escape(const struct finder *finder, size_t at)
{
    struct slice text = slice_skip(finder->text, at);
    if (backslash(text).len == 0)
        return false;
    return strchr("xuU0123", text.ptr[1]) || is_quoted_near(finder, at);
}

/* "=3D", "=20", a letter beyond ASCII, or a soft break of a full line. */
static bool is_quoted_printable(const struct finder *finder, size_t at)
{
    struct slice text = slice_skip(finder->text, at);
    struct escape escape = quoted_printable(text);
    if (escape.len == 0)
        return false;
    if (escape.count == 0)
        return at - blobs_start_of_line(finder, at, QP_LINE) >= QP_LINE;
    unsigned char byte = escape.bytes[0];
    if (byte == '=' || byte == ' ' || byte == '\r')
        return true;
    return byte >= 0xC2 && text.len > 3 && text.ptr[3] == '=' && hex_number(slice_skip(text, 4), 2) >= 0x80;
}

/* Lists of bytes. */

static size_t past_separators(struct slice text, size_t at)
{
    size_t from = at;
    while (at < text.len && at - from < 16 && strchr(", \t\r\n;", text.ptr[at]) && text.ptr[at])
        at++;
    return at;
}

/* The byte "0x41" at AT, or -1. */
static int64_t listed_byte(struct slice text, size_t at)
{
    struct slice rest = slice_skip(text, at);
    bool is_longer = rest.len > 4 && slice_hex_digit(rest.ptr[4]) >= 0;
    return rest.len >= 4 && rest.ptr[0] == '0' && rest.ptr[1] == 'x' && !is_longer
               ? hex_number(slice_skip(rest, 2), 2)
               : -1;
}

/* The list that begins at AT; where it ends, AT if it is too short or no text. */
static size_t take_list(struct finder *finder, size_t from)
{
    struct blobs *blobs = finder->blobs;
    size_t at = from, end = from;
    buffer_clear(&blobs->bytes);
    blobs->count = 0;
    for (int64_t byte; (byte = listed_byte(finder->text, at)) >= 0; at = past_separators(finder->text, end)) {
        blobs_pair(blobs, blobs->bytes.len, at, BLOBS_1_TO_1);
        buffer_put_byte(&blobs->bytes, (unsigned char)byte);
        end = at + 4;
        if (past_separators(finder->text, end) == end)
            break;
    }
    struct slice bytes = buffer_slice(&blobs->bytes);
    if (bytes.len < BYTES_LEAST || blobs_content_of(bytes, true) != BLOBS_TEXT ||
        !blobs_grant(finder, BLOBS_ENCODED, bytes.len))
        return end;
    size_t after = blobs_end_of_line(finder, end, BLOBS_AFTER);
    blobs_region_begin(finder, BLOBS_ENCODED, from, end);
    blobs_put_literal(finder, blobs_start_of_line(finder, from, BLOBS_BEFORE), from);
    blobs_put_blob(finder, bytes);
    blobs_put_literal(finder, end, after);
    blobs_region_end(finder, after);
    return end;
}

void blobs_escape(struct finder *finder, size_t at)
{
    struct slice text = finder->text;
    switch (text.ptr[at]) {
    case '%':
        if (percent(slice_skip(text, at)).len > 0)
            take_region(finder, &kind_percent, at);
        return;
    case '\\':
        if (is_backslash_escape(finder, at))
            take_region(finder, &kind_backslash, at);
        return;
    case '&':
        if (finder->kind != BLOBS_MARKUP && reference(slice_skip(text, at)).len > 0)
            take_region(finder, &kind_reference, at);
        return;
    case '=':
        if (finder->kind != BLOBS_MARKUP && is_quoted_printable(finder, at))
            take_region(finder, &kind_quoted_printable, at);
        return;
    default:
        if (at > 0 && text.ptr[at - 1] == '0' && listed_byte(text, at - 1) >= 0)
            finder->escape_done = take_list(finder, at - 1);
    }
}
