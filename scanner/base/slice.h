/* slice.h - a borrowed run of bytes: how all input is looked at.
 *
 * A slice owns nothing and is never NUL-terminated. Parsers eat from the front of a slice; every eat checks
 * the length first, so no parser holds a raw pointer that it advances itself.
 */
#ifndef MAILSPILL_BASE_SLICE_H
#define MAILSPILL_BASE_SLICE_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const unsigned char *ptr; /* may be NULL where len is 0 */
    size_t len;               /* bytes */
};

/* "Not found", as an index. */
#define SLICE_NONE SIZE_MAX

static inline struct slice slice_of(const void *ptr, size_t len)
{
    return (struct slice){ ptr, len };
}

static inline struct slice slice_str(const char *text)
{
    return (struct slice){ (const unsigned char *)text, text ? strlen(text) : 0 };
}

/* The part of S that starts at AT and has at most LEN bytes; empty past the end. */
static inline struct slice slice_sub(struct slice s, size_t at, size_t len)
{
    if (at >= s.len)
        return (struct slice){ s.ptr ? s.ptr + s.len : NULL, 0 };
    return (struct slice){ s.ptr + at, len < s.len - at ? len : s.len - at };
}

/* S without its first N bytes (all of them, if it has fewer). */
static inline struct slice slice_skip(struct slice s, size_t n)
{
    return slice_sub(s, n, SIZE_MAX);
}

/* ASCII case rules, whatever the locale. Inline is what is asked of nearly every line or field: mostly the first bytes answer. */
static inline unsigned char slice_lower_byte(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

static inline bool slice_is_lower(unsigned char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool slice_is_upper(unsigned char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool slice_is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* The value of a hexadecimal digit, or -1. */
static inline int slice_hex_digit(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = slice_lower_byte(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static inline bool slice_is_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool slice_has_same_letters(struct slice a, struct slice b); /* of equal length */

static inline bool slice_is_equal_nocase(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || ((a.ptr[0] ^ b.ptr[0]) & 0xDF) == 0) &&
           slice_has_same_letters(a, b);
}

static inline bool slice_starts_with(struct slice s, const char *prefix)
{
    size_t len = strlen(prefix);
    return s.len >= len && (len == 0 || memcmp(s.ptr, prefix, len) == 0);
}

static inline bool slice_starts_with_nocase(struct slice s, const char *prefix)
{
    struct slice head = slice_str(prefix);
    return s.len >= head.len && slice_is_equal_nocase(slice_sub(s, 0, head.len), head);
}

bool slice_ends_with_nocase(struct slice s, const char *suffix);
int slice_compare(struct slice a, struct slice b); /* as memcmp, shorter first */

/* Index of the first NEEDLE at or after AT, or SLICE_NONE. */
size_t slice_find(struct slice s, size_t at, struct slice needle);
size_t slice_find_nocase(struct slice s, size_t at, struct slice needle); /* NEEDLE up to 255 bytes */
static inline size_t slice_find_byte(struct slice s, size_t at, unsigned char byte)
{
    const unsigned char *hit = at < s.len ? memchr(s.ptr + at, byte, s.len - at) : NULL;
    return hit ? (size_t)(hit - s.ptr) : SLICE_NONE;
}

/* Without white space (space, tab, CR, LF, VT, FF) at both ends. */
struct slice slice_trim(struct slice s);

/* Decimal number, digits only, no sign or space. 0, or -1 if it is not one or does not fit. */
int slice_to_u64(struct slice s, uint64_t *value);

/* TEXT, pairs of hexadecimal digits, as bytes into OUT (half its length). The bytes, or 0 if it is no such thing. */
size_t slice_unhex(struct slice text, unsigned char *out);

/* Take from the front of *REST. 0, or -1 if REST is too short (then nothing is taken). */
static inline int slice_eat(struct slice *rest, size_t len, struct slice *taken)
{
    if (len > rest->len)
        return -1;
    *taken = (struct slice){ rest->ptr, len };
    if (len > 0)
        *rest = (struct slice){ rest->ptr + len, rest->len - len };
    return 0;
}

static inline int slice_eat_u8(struct slice *rest, uint8_t *value)
{
    struct slice bytes;
    if (slice_eat(rest, sizeof *value, &bytes) < 0)
        return -1;
    *value = bytes.ptr[0];
    return 0;
}

static inline int slice_eat_u32le(struct slice *rest, uint32_t *value)
{
    struct slice bytes;
    if (slice_eat(rest, sizeof *value, &bytes) < 0)
        return -1;
    memcpy(value, bytes.ptr, sizeof *value);
    *value = le32toh(*value);
    return 0;
}

static inline int slice_eat_u64le(struct slice *rest, uint64_t *value)
{
    struct slice bytes;
    if (slice_eat(rest, sizeof *value, &bytes) < 0)
        return -1;
    memcpy(value, bytes.ptr, sizeof *value);
    *value = le64toh(*value);
    return 0;
}

int slice_eat_u16le(struct slice *rest, uint16_t *value);
int slice_eat_u16be(struct slice *rest, uint16_t *value);
int slice_eat_u32be(struct slice *rest, uint32_t *value);
int slice_eat_u64be(struct slice *rest, uint64_t *value);

/* The number that stands at AT; 0 where S ends before it does. */
uint16_t slice_u16le(struct slice s, size_t at);
uint32_t slice_u32le(struct slice s, size_t at);
uint64_t slice_u64le(struct slice s, size_t at);
uint16_t slice_u16be(struct slice s, size_t at);
uint32_t slice_u32be(struct slice s, size_t at);

/* Take one line with its terminator (LF, CRLF or a bare CR; the last line may have none) from the front of *REST.
 * 1, or 0 when REST is empty. */
int slice_eat_line(struct slice *rest, struct slice *line);

/* LINE without its terminator. */
struct slice slice_chomp(struct slice line);

#endif
