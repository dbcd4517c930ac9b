/* buffer.c - bytes that grow, up to a ceiling given at birth. */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void buffer_init(struct buffer *buffer, size_t ceiling)
{
    *buffer = (struct buffer){ .ceiling = ceiling };
}

void buffer_release(struct buffer *buffer)
{
    if (buffer->ptr)
        explicit_bzero(buffer->ptr, buffer->capacity);
    free(buffer->ptr);
    buffer_init(buffer, buffer->ceiling);
}

static void buffer_grow(struct buffer *buffer, size_t need)
{
    size_t capacity = buffer->capacity ? buffer->capacity : 256;
    while (capacity < need)
        capacity = capacity > SIZE_MAX / 2 ? need : capacity * 2;
    if (capacity > buffer->ceiling)
        capacity = buffer->ceiling;
    /* A new block and a wipe of the old one: realloc could leave a secret behind. */
    unsigned char *ptr = malloc(capacity);
    if (!ptr) {
        fputs("mailspill: out of memory\n", stderr);
        abort();
    }
    if (buffer->len)
        memcpy(ptr, buffer->ptr, buffer->len);
    if (buffer->ptr)
        explicit_bzero(buffer->ptr, buffer->len);
    free(buffer->ptr);
    buffer->ptr = ptr;
    buffer->capacity = capacity;
}

unsigned char *buffer_reserve(struct buffer *buffer, size_t len)
{
    if (len > buffer->ceiling - buffer->len)
        return NULL;
    if (!buffer->ptr || len > buffer->capacity - buffer->len)
        buffer_grow(buffer, buffer->len + len);
    return buffer->ptr + buffer->len;
}

int buffer_put_more(struct buffer *buffer, struct slice bytes)
{
    size_t room = buffer->ceiling - buffer->len;
    int result = 0;
    if (bytes.len > room) {
        bytes.len = room;
        buffer->is_overfull = true;
        result = -1;
    }
    if (bytes.len == 0)
        return result;
    memcpy(buffer_reserve(buffer, bytes.len), bytes.ptr, bytes.len);
    buffer->len += bytes.len;
    return result;
}

int buffer_put_str(struct buffer *buffer, const char *text)
{
    return buffer_put(buffer, slice_str(text));
}

int buffer_put_hex(struct buffer *buffer, struct slice bytes)
{
    static const char digits[] = "0123456789abcdef";
    char pairs[64];
    while (bytes.len > 0) {
        size_t count = bytes.len < sizeof pairs / 2 ? bytes.len : sizeof pairs / 2;
        for (size_t i = 0; i < count; i++) {
            pairs[2 * i] = digits[bytes.ptr[i] >> 4];
            pairs[2 * i + 1] = digits[bytes.ptr[i] & 15];
        }
        buffer_put(buffer, slice_of(pairs, 2 * count));
        bytes = slice_skip(bytes, count);
    }
    return buffer->is_overfull ? -1 : 0;
}

int buffer_put_decimal(struct buffer *buffer, uint64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return buffer_put(buffer, slice_of(digits + at, sizeof digits - at));
}

int buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list list;
    char *text = NULL;
    va_start(list, format);
    int len = vasprintf(&text, format, list);
    va_end(list);
    if (len < 0)
        return -1;
    int result = buffer_put(buffer, slice_of(text, (size_t)len));
    explicit_bzero(text, (size_t)len);
    free(text);
    return result;
}

void buffer_drop(struct buffer *buffer, size_t n)
{
    if (n > buffer->len)
        n = buffer->len;
    buffer->len -= n;
    if (buffer->len)
        memmove(buffer->ptr, buffer->ptr + n, buffer->len);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->len = 0;
    buffer->is_overfull = false;
}

void buffer_wipe(struct buffer *buffer)
{
    if (buffer->ptr)
        explicit_bzero(buffer->ptr, buffer->capacity);
    buffer_clear(buffer);
}

void buffer_wipe_put(struct buffer *buffer)
{
    if (buffer->len > 0)
        explicit_bzero(buffer->ptr, buffer->len);
    buffer_clear(buffer);
}

struct slice buffer_slice(const struct buffer *buffer)
{
    return slice_of(buffer->ptr, buffer->len);
}
