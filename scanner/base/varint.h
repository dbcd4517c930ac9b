/* varint.h - numbers in as many bytes as they need: seven bits a byte, the lowest first; the highest bit says that there are more. */
#ifndef MAILSPILL_BASE_VARINT_H
#define MAILSPILL_BASE_VARINT_H

#include "base/buffer.h"

static inline void varint_put(struct buffer *out, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        buffer_put_byte(out, (unsigned char)(number | 0x80));
    buffer_put_byte(out, (unsigned char)number);
}

/* A text, its length first. */
static inline void varint_put_text(struct buffer *out, struct slice text)
{
    varint_put(out, text.len);
    buffer_put(out, text);
}

/* Take one from the front. 0, or -1: there is none. */
static inline int varint_eat(struct slice *rest, uint64_t *number)
{
    uint8_t byte;
    *number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (slice_eat_u8(rest, &byte) < 0)
            return -1;
        *number |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return 0;
    }
    return -1;
}

static inline int varint_eat_text(struct slice *rest, struct slice *text)
{
    uint64_t len;
    if (varint_eat(rest, &len) < 0 || len > rest->len)
        return -1;
    return slice_eat(rest, (size_t)len, text);
}

#endif
