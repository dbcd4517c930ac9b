/* json_walk.c - JSON told from front to back. */
#include "decode/json_walk.h"

#include "base/utf8.h"

struct json_walk {
    struct slice text;
    const struct json_sink *sink;
    size_t at;
    unsigned depth;
    bool is_array[JSON_WALK_DEPTH];
    struct slice key;
};

static void skip_white(struct json_walk *walk)
{
    while (walk->at < walk->text.len && memchr(" \t\r\n", walk->text.ptr[walk->at], 4))
        walk->at++;
}

/* The string at the front, into TEXT without its quotes. */
static bool take_string(struct json_walk *walk, struct slice *text, bool *has_escapes)
{
    struct slice all = walk->text;
    size_t start = walk->at + 1, at = start;
    *has_escapes = false;
    while (at < all.len && all.ptr[at] != '"') {
        *has_escapes |= all.ptr[at] == '\\';
        at += all.ptr[at] == '\\' ? 2 : 1;
    }
    if (at >= all.len)
        return false;
    *text = slice_sub(all, start, at - start);
    walk->at = at + 1;
    return true;
}

static void tell(struct json_walk *walk, enum json_event event, struct slice text, bool has_escapes)
{
    const struct json_token token = { event,
                                      walk->key,
                                      text,
                                      text.ptr ? (size_t)(text.ptr - walk->text.ptr) : walk->at,
                                      walk->depth,
                                      has_escapes,
                                      walk->depth > 0 && walk->is_array[walk->depth - 1] };
    walk->sink->token(walk->sink->ctx, &token);
    walk->key = slice_of(NULL, 0);
}

static bool take_other(struct json_walk *walk)
{
    size_t start = walk->at;
    while (walk->at < walk->text.len && !memchr(" \t\r\n,]}:\"{[", walk->text.ptr[walk->at], 11))
        walk->at++;
    tell(walk, JSON_OTHER, slice_sub(walk->text, start, walk->at - start), false);
    return walk->at > start;
}

static bool take_value(struct json_walk *walk)
{
    unsigned char c = walk->text.ptr[walk->at];
    struct slice text;
    bool has_escapes;
    if (c == '"') {
        if (!take_string(walk, &text, &has_escapes))
            return false;
        tell(walk, JSON_STRING, text, has_escapes);
        return true;
    }
    if (c != '{' && c != '[')
        return take_other(walk);
    if (walk->depth == JSON_WALK_DEPTH)
        return false;
    tell(walk, c == '{' ? JSON_OPEN_OBJECT : JSON_OPEN_ARRAY, slice_sub(walk->text, walk->at, 1), false);
    walk->is_array[walk->depth++] = c == '[';
    walk->at++;
    return true;
}

/* A member's name and its colon. */
static bool take_key(struct json_walk *walk)
{
    bool has_escapes;
    if (walk->text.ptr[walk->at] != '"' || !take_string(walk, &walk->key, &has_escapes))
        return false;
    skip_white(walk);
    if (walk->at >= walk->text.len || walk->text.ptr[walk->at] != ':')
        return false;
    walk->at++;
    skip_white(walk);
    return walk->at < walk->text.len;
}

size_t json_walk(struct slice text, const struct json_sink *sink)
{
    struct json_walk walk = { .text = text, .sink = sink };
    for (;;) {
        skip_white(&walk);
        size_t before = walk.at;
        if (walk.at >= text.len)
            return text.len;
        unsigned char c = text.ptr[walk.at];
        bool is_object = walk.depth > 0 && !walk.is_array[walk.depth - 1];
        if (walk.depth > 0 && c == (is_object ? '}' : ']')) {
            walk.depth--;
            tell(&walk, JSON_CLOSE, slice_sub(text, walk.at, 1), false);
            walk.at++;
        } else if (c == ',' && walk.depth > 0) {
            walk.at++;
        } else if ((is_object && !take_key(&walk)) || !take_value(&walk)) {
            return before;
        }
    }
}

static size_t put_code(unsigned char *out, struct slice raw, size_t *at)
{
    uint32_t code = 0;
    for (size_t i = 0; i < 4; i++) {
        int digit = *at + i < raw.len ? slice_hex_digit(raw.ptr[*at + i]) : -1;
        if (digit < 0)
            return 0;
        code = code << 4 | (uint32_t)digit;
    }
    *at += 4;
    if (code >= 0xD800 && code < 0xDC00 && *at + 6 <= raw.len && raw.ptr[*at] == '\\' &&
        raw.ptr[*at + 1] == 'u') {
        uint32_t low = 0;
        for (size_t i = 2; i < 6; i++) {
            int digit = slice_hex_digit(raw.ptr[*at + i]);
            low = low << 4 | (uint32_t)(digit < 0 ? 0 : digit);
        }
        if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            *at += 6;
        }
    }
    return utf8_write(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
}

struct slice json_walk_string(struct arena *arena, const struct json_token *token)
{
    static const char signs[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    struct slice raw = token->text;
    size_t len = 0;
    if (!token->has_escapes)
        return raw;
    unsigned char *out = arena_room(arena, raw.len + 4);
    for (size_t at = 0; at < raw.len;) {
        unsigned char c = raw.ptr[at++];
        if (c != '\\' || at == raw.len) {
            out[len++] = c;
            continue;
        }
        c = raw.ptr[at++];
        const char *sign = memchr(signs, c, sizeof signs - 1);
        size_t made = c == 'u' ? put_code(out + len, raw, &at) : 0;
        if (sign)
            out[len++] = (unsigned char)values[sign - signs];
        else if (made == 0)
            out[len++] = c;
        len += made;
    }
    return slice_of(out, len);
}
