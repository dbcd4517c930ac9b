/* css.c - what style sheets show: the strings of `content:`. */
#include "extract/css.h"

#include "base/utf8.h"

#define HEX_MOST ((size_t)6)
#define REPLACEMENT 0xFFFDu

struct content {
    struct slice text;
    struct track *out;
    const struct track *view;
    size_t next;  /* pair of the view */
    size_t parts; /* strings, and escapes in them */
};

static bool is_white(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

/* Past white space and comments. */
static size_t skip_white(struct slice text, size_t at)
{
    for (;;) {
        while (at < text.len && is_white(text.ptr[at]))
            at++;
        if (text.len - at < 2 || text.ptr[at] != '/' || text.ptr[at + 1] != '*')
            return at;
        size_t end = slice_find(text, at + 2, slice_str("*/"));
        at = end == SLICE_NONE ? text.len : end + 2;
    }
}

/* Behind the next `content:` at or after AT, or SLICE_NONE. */
static size_t next_content(struct slice text, size_t at)
{
    struct slice name = slice_str("content");
    while ((at = slice_find_nocase(text, at, name)) != SLICE_NONE) {
        at += name.len;
        while (at < text.len && is_white(text.ptr[at]))
            at++;
        if (at < text.len && text.ptr[at] == ':')
            return at + 1;
    }
    return SLICE_NONE;
}

static void put(struct content *content, size_t from, size_t to)
{
    if (to > from)
        track_put_view(content->out, slice_sub(content->text, from, to - from), content->view, from,
                       &content->next);
}

static void put_code(struct content *content, uint32_t code, size_t at)
{
    const struct text_map map = { content->view->pairs, content->view->count };
    unsigned char bytes[4];
    bool is_one = code > 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    size_t len = utf8_write(bytes, is_one ? code : REPLACEMENT);
    track_put_made(content->out, slice_of(bytes, len), text_map_find(&map, at));
}

/* The line end at AT is one character, of two bytes perhaps. */
static size_t past_one_white(struct slice text, size_t at)
{
    if (at < text.len && text.ptr[at] == '\r' && text.len - at > 1 && text.ptr[at + 1] == '\n')
        return at + 2;
    return at < text.len && is_white(text.ptr[at]) ? at + 1 : at;
}

/* The backslash at AT and what it stands for. Where to go on. */
static size_t take_escape(struct content *content, size_t at)
{
    struct slice text = content->text;
    uint32_t code = 0;
    size_t digit = at + 1;
    content->parts++;
    for (; digit < text.len && digit - at <= HEX_MOST && slice_hex_digit(text.ptr[digit]) >= 0; digit++)
        code = code << 4 | (uint32_t)slice_hex_digit(text.ptr[digit]);
    if (digit > at + 1) {
        put_code(content, code, at);
        return past_one_white(text, digit);
    }
    /* A line that goes on; any other character stands for itself. */
    if (digit < text.len && memchr("\r\n\f", text.ptr[digit], 3))
        return past_one_white(text, digit);
    put(content, digit, digit < text.len ? digit + 1 : digit);
    return digit < text.len ? digit + 1 : digit;
}

/* The string that opens at OPEN. Where to go on. */
static size_t take_string(struct content *content, size_t open)
{
    struct slice text = content->text;
    unsigned char quote = text.ptr[open];
    size_t from = open + 1, at = from;
    content->parts++;
    while (at < text.len && text.ptr[at] != quote && !memchr("\r\n\f", text.ptr[at], 3)) {
        if (text.ptr[at] != '\\') {
            at++;
            continue;
        }
        put(content, from, at);
        from = at = take_escape(content, at);
    }
    put(content, from, at);
    return at < text.len ? at + 1 : at;
}

static bool is_quote(struct slice text, size_t at)
{
    return at < text.len && (text.ptr[at] == '"' || text.ptr[at] == '\'');
}

/* The strings that stand at AT, one behind the other; a quote right behind one ends the attribute that it stands in. Where to go on. */
static size_t take_content(struct content *content, size_t at)
{
    struct track *out = content->out;
    size_t start = out->text.len, start_pairs = out->count, end = SLICE_NONE;
    content->parts = 0;
    at = skip_white(content->text, at);
    while (at != end && is_quote(content->text, at)) {
        end = take_string(content, at);
        at = skip_white(content->text, end);
    }
    if (content->parts < 2 || out->text.len == start) {
        track_cut(out, start);
        out->count = start_pairs;
        out->shift = TEXT_MAP_SHOWN; /* of nothing that may come next */
        return at;
    }
    track_put_made(out, slice_str("\n"),
                   text_map_find(&(struct text_map){ out->pairs, out->count }, out->text.len - 1));
    return at;
}

void css_content(struct track *out, const struct track *view)
{
    struct content content = { .text = buffer_slice(&view->text), .out = out, .view = view };
    struct slice text = content.text;
    track_clear(out);
    for (size_t at = 0; (at = next_content(text, at)) != SLICE_NONE;)
        at = take_content(&content, at);
}
