/* utf8.c - UTF-8 (RFC 3629) and what may be shown to a person. */
#include "base/utf8.h"

#include <stdio.h>

/* Bytes of the sequence that LEAD starts, 0 for a byte that starts none. */
static size_t sequence_length(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

/* The bounds of the second byte exclude overlongs, surrogates and > U+10FFFF (RFC 3629, section 4). */
static bool is_second_byte(unsigned char lead, unsigned char second)
{
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    return second >= low && second <= high;
}

static size_t valid_sequence(struct slice s)
{
    size_t len = sequence_length(s.ptr[0]);
    if (len == 0 || len > s.len)
        return 0;
    if (len > 1 && !is_second_byte(s.ptr[0], s.ptr[1]))
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((s.ptr[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

static size_t ascii_prefix(struct slice s)
{
    size_t at = 0;
    uint64_t word;
    while (s.len - at >= sizeof word) {
        memcpy(&word, s.ptr + at, sizeof word);
        if (word & 0x8080808080808080u)
            break;
        at += sizeof word;
    }
    while (at < s.len && s.ptr[at] < 0x80)
        at++;
    return at;
}

size_t utf8_valid_prefix(struct slice s)
{
    size_t at = 0;
    while (at < s.len) {
        at += ascii_prefix(slice_skip(s, at));
        if (at == s.len)
            break;
        size_t len = valid_sequence(slice_skip(s, at));
        if (len == 0)
            break;
        at += len;
    }
    return at;
}

bool utf8_is_valid(struct slice s)
{
    return utf8_valid_prefix(s) == s.len;
}

bool utf8_is_ascii(struct slice s)
{
    return ascii_prefix(s) == s.len;
}

int utf8_eat(struct slice *rest, uint32_t *code)
{
    static const unsigned char lead_bits[5] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    if (rest->len == 0)
        return 0;
    size_t len = valid_sequence(*rest);
    if (len == 0) {
        *code = UTF8_REPLACEMENT;
        *rest = slice_skip(*rest, 1);
        return -1;
    }
    *code = rest->ptr[0] & lead_bits[len];
    for (size_t i = 1; i < len; i++)
        *code = *code << 6 | (rest->ptr[i] & 0x3Fu);
    *rest = slice_skip(*rest, len);
    return 1;
}

size_t utf8_write(unsigned char *out, uint32_t code)
{
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        code = UTF8_REPLACEMENT;
    if (code < 0x80) {
        out[0] = (unsigned char)code;
        return 1;
    }
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[5] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    for (size_t i = len - 1; i > 0; i--, code >>= 6)
        out[i] = (unsigned char)(0x80 | (code & 0x3F));
    out[0] = (unsigned char)(lead[len] | code);
    return len;
}

int utf8_put(struct buffer *buffer, uint32_t code)
{
    unsigned char bytes[4];
    return buffer_put(buffer, slice_of(bytes, utf8_write(bytes, code)));
}

size_t utf8_count(struct slice s)
{
    size_t count = 0;
    uint32_t code;
    while (utf8_eat(&s, &code) != 0)
        count++;
    return count;
}

size_t utf8_cut(struct slice s, size_t at)
{
    if (at >= s.len)
        return s.len;
    for (size_t back = 0; back < 4 && back <= at; back++)
        if ((s.ptr[at - back] & 0xC0) != 0x80)
            return at - back;
    return at;
}

int utf8_put_repaired(struct buffer *buffer, struct slice s)
{
    while (s.len > 0) {
        size_t good = utf8_valid_prefix(s);
        if (buffer_put(buffer, slice_sub(s, 0, good)) < 0)
            return -1;
        s = slice_skip(s, good);
        if (s.len > 0 && utf8_put(buffer, UTF8_REPLACEMENT) < 0)
            return -1;
        s = slice_skip(s, 1);
    }
    return 0;
}

bool utf8_is_unsafe(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x61C || code == 0xAD ||
           (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || (code >= 0xFFF9 && code <= 0xFFFB) ||
           (code >= 0xE0000 && code <= 0xE007F);
}

bool utf8_is_invisible(uint32_t code)
{
    return code == 0xAD || code == 0x34F || code == 0x180E || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF;
}

static size_t escape_one(char out[16], struct slice *rest)
{
    uint32_t code;
    unsigned char first = rest->ptr[0];
    int got = utf8_eat(rest, &code);
    if (got < 0)
        return (size_t)snprintf(out, 16, "\\x%02x", first);
    if (utf8_is_unsafe(code))
        return (size_t)snprintf(out, 16, code < 0x100 ? "\\x%02x" : "\\u{%x}", (unsigned)code);
    return utf8_write((unsigned char *)out, code);
}

int utf8_put_escaped(struct buffer *buffer, struct slice s)
{
    char piece[16];
    while (s.len > 0) {
        size_t len = escape_one(piece, &s);
        if (buffer_put(buffer, slice_of(piece, len)) < 0)
            return -1;
    }
    return 0;
}

void utf8_escape_into(char *out, size_t size, struct slice s)
{
    size_t at = 0;
    char piece[16];
    while (s.len > 0) {
        size_t len = escape_one(piece, &s);
        if (len >= size - at)
            break;
        memcpy(out + at, piece, len);
        at += len;
    }
    out[at] = '\0';
}
