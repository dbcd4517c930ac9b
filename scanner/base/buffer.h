/* buffer.h - bytes that grow, up to a ceiling given at birth. */
#ifndef MAILSPILL_BASE_BUFFER_H
#define MAILSPILL_BASE_BUFFER_H

#include "base/slice.h"

struct buffer {
    unsigned char *ptr;
    size_t len, capacity;
    size_t ceiling;   /* bytes it may hold at most */
    bool is_overfull; /* something was refused since buffer_init or buffer_clear */
};

/* Storage is the caller's; buffer_release wipes and frees the bytes. */
void buffer_init(struct buffer *buffer, size_t ceiling);
void buffer_release(struct buffer *buffer);

int buffer_put_more(struct buffer *buffer, struct slice bytes); /* buffer_put where there is no room yet */

/* Append. 0, or -1 where the ceiling forbids (then as much as fits is kept, and is_overfull set). */
static inline int buffer_put(struct buffer *buffer, struct slice bytes)
{
    if (bytes.len > buffer->capacity - buffer->len)
        return buffer_put_more(buffer, bytes);
    if (bytes.len > 0)
        memcpy(buffer->ptr + buffer->len, bytes.ptr, bytes.len);
    buffer->len += bytes.len;
    return 0;
}

static inline int buffer_put_byte(struct buffer *buffer, unsigned char byte)
{
    return buffer_put(buffer, slice_of(&byte, 1));
}

static inline int buffer_put_u32le(struct buffer *buffer, uint32_t value)
{
    value = htole32(value);
    return buffer_put(buffer, slice_of(&value, sizeof value));
}

static inline int buffer_put_u64le(struct buffer *buffer, uint64_t value)
{
    value = htole64(value);
    return buffer_put(buffer, slice_of(&value, sizeof value));
}

int buffer_put_str(struct buffer *buffer, const char *text);
/* BYTES as lower-case hexadecimal digits. */
int buffer_put_hex(struct buffer *buffer, struct slice bytes);
int buffer_put_decimal(struct buffer *buffer, uint64_t number);
int buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Make room for LEN more bytes and return where to write them (then add to len), or NULL past the ceiling. */
unsigned char *buffer_reserve(struct buffer *buffer, size_t len);

/* Drop the first N bytes, or all. The memory stays. */
void buffer_drop(struct buffer *buffer, size_t n);
void buffer_clear(struct buffer *buffer);
void buffer_wipe(struct buffer *buffer);     /* clear, and overwrite what was there */
void buffer_wipe_put(struct buffer *buffer); /* the same, where bytes were only put since it was last empty */

struct slice buffer_slice(const struct buffer *buffer);

#endif
