/* json.c - a reader of small JSON objects that neither recurses nor allocates. */
#include "validate/json.h"

#include "base/utf8.h"
#include "validate/codec.h"

#define JSON_DEPTH_MAX 32

static void skip_space(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->len && strchr(" \t\r\n", rest->ptr[n]) && rest->ptr[n])
        n++;
    *rest = slice_skip(*rest, n);
}

/* Length of the string at the front, quotes included, or 0. */
static size_t string_length(struct slice text)
{
    if (!text.len || text.ptr[0] != '"')
        return 0;
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] == '\\')
            i++;
        else if (text.ptr[i] == '"')
            return i + 1;
        else if (text.ptr[i] < 0x20)
            return 0;
    }
    return 0;
}

static size_t scalar_length(struct slice text)
{
    size_t n = 0;
    while (n < text.len && (strchr("+-.", text.ptr[n]) ? text.ptr[n] != 0
                                                       : (text.ptr[n] >= '0' && text.ptr[n] <= '9') ||
                                                             (slice_lower_byte(text.ptr[n]) >= 'a' &&
                                                              slice_lower_byte(text.ptr[n]) <= 'z')))
        n++;
    return n;
}

/* Length of the bracketed value at the front, or 0: brackets must pair. */
static size_t nested_length(struct slice text)
{
    unsigned char closers[JSON_DEPTH_MAX];
    size_t depth = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i];
        if (c == '"') {
            size_t len = string_length(slice_skip(text, i));
            if (!len)
                return 0;
            i += len - 1;
        } else if (c == '{' || c == '[') {
            if (depth == JSON_DEPTH_MAX)
                return 0;
            closers[depth++] = c == '{' ? '}' : ']';
        } else if (c == '}' || c == ']') {
            if (!depth || closers[--depth] != c)
                return 0;
            if (!depth)
                return i + 1;
        }
    }
    return 0;
}

static size_t value_length(struct slice text)
{
    if (!text.len)
        return 0;
    if (text.ptr[0] == '"')
        return string_length(text);
    return text.ptr[0] == '{' || text.ptr[0] == '[' ? nested_length(text) : scalar_length(text);
}

static int eat_char(struct slice *rest, unsigned char c)
{
    skip_space(rest);
    if (!rest->len || rest->ptr[0] != c)
        return -1;
    *rest = slice_skip(*rest, 1);
    return 0;
}

int json_member(struct slice *rest, struct slice *key, struct slice *value)
{
    if (eat_char(rest, '{') < 0 && eat_char(rest, ',') < 0)
        return eat_char(rest, '}') == 0 ? 0 : -1;
    if (eat_char(rest, '}') == 0)
        return 0;
    size_t len = string_length(*rest);
    if (!len)
        return -1;
    *key = slice_sub(*rest, 1, len - 2);
    *rest = slice_skip(*rest, len);
    if (eat_char(rest, ':') < 0)
        return -1;
    skip_space(rest);
    len = value_length(*rest);
    *value = slice_sub(*rest, 0, len);
    *rest = slice_skip(*rest, len);
    return len ? 1 : -1;
}

bool json_is_object(struct slice text)
{
    struct slice key, value;
    int got;
    skip_space(&text);
    if (!text.len || text.ptr[0] != '{')
        return false;
    while ((got = json_member(&text, &key, &value)) == 1)
        ;
    skip_space(&text);
    return got == 0 && !text.len;
}

/* The character of the escape that begins TEXT (after the backslash); *TAKEN bytes of TEXT belong to it. */
static uint32_t escape_code(struct slice text, size_t *taken)
{
    unsigned char hex[2];
    *taken = 1;
    if (!text.len)
        return UTF8_REPLACEMENT;
    if (text.ptr[0] == 'u' && text.len >= 5 && codec_hex(slice_sub(text, 1, 4), hex, 2) == 2) {
        *taken = 5;
        return (uint32_t)hex[0] << 8 | hex[1];
    }
    const char *from = "ntrbf", *to = "\n\t\r\b\f";
    const char *found = strchr(from, text.ptr[0]);
    return found && *found ? (uint32_t)to[found - from] : text.ptr[0];
}

static void show_string(struct slice raw, char *out, size_t size)
{
    unsigned char plain[512];
    size_t len = 0;
    for (size_t i = 0; i < raw.len && len + 4 <= sizeof plain; i++) {
        size_t taken = 0;
        if (raw.ptr[i] != '\\')
            plain[len++] = raw.ptr[i];
        else
            len += utf8_write(plain + len, escape_code(slice_skip(raw, i + 1), &taken));
        i += taken;
    }
    codec_show(out, size, slice_of(plain, len));
}

bool json_get(struct slice text, const char *name, char *out, size_t size)
{
    struct slice key, value;
    out[0] = 0;
    while (json_member(&text, &key, &value) == 1) {
        if (!slice_is_equal(key, slice_str(name)))
            continue;
        if (value.ptr[0] == '[') {
            value = slice_skip(value, 1);
            skip_space(&value);
            value = slice_sub(value, 0, value_length(value));
        }
        if (value.len >= 2 && value.ptr[0] == '"')
            show_string(slice_sub(value, 1, value.len - 2), out, size);
        else
            show_string(value, out, size);
        return value.len && value.ptr[0] != '{';
    }
    return false;
}
