/* ovba.c - the compression that macros are kept in (MS-OVBA section 2.4.1). */
#include "decode/ovba.h"

#define CHUNK ((size_t)4096)
#define SIGNATURE 0x01
#define CHUNK_SIGNATURE 3u

/* How many bits of a copy token are its offset, so many bytes into the chunk (section 2.4.1.3.19.1). */
static unsigned offset_bits(size_t written)
{
    unsigned bits = 4;
    while (((size_t)1 << bits) < written)
        bits++;
    return bits;
}

struct chunk {
    unsigned char bytes[CHUNK];
    size_t len;
};

/* One copy token. False where it points before the chunk or past its end. */
static bool copy(struct chunk *chunk, uint16_t token)
{
    unsigned bits = offset_bits(chunk->len);
    size_t len = (token & (0xFFFFu >> bits)) + 3, back = ((size_t)token >> (16 - bits)) + 1;
    if (back > chunk->len || len > CHUNK - chunk->len)
        return false;
    for (; len > 0; len--, chunk->len++)
        chunk->bytes[chunk->len] = chunk->bytes[chunk->len - back];
    return true;
}

static bool expand_chunk(struct slice in, struct chunk *chunk)
{
    uint8_t flags, byte;
    uint16_t token;
    while (slice_eat_u8(&in, &flags) == 0)
        for (unsigned bit = 0; bit < 8 && in.len > 0; bit++) {
            if (flags >> bit & 1) {
                if (slice_eat_u16le(&in, &token) < 0 || !copy(chunk, token))
                    return false;
            } else if (chunk->len == CHUNK || slice_eat_u8(&in, &byte) < 0) {
                return false;
            } else {
                chunk->bytes[chunk->len++] = byte;
            }
        }
    return true;
}

size_t ovba_expand(struct slice in, struct buffer *out)
{
    struct slice rest = slice_skip(in, 1), body;
    uint16_t header;
    if (in.len < 3 || in.ptr[0] != SIGNATURE)
        return 0;
    while (slice_eat_u16le(&rest, &header) == 0) {
        struct chunk chunk = { .len = 0 };
        size_t len = (header & 0xFFFu) + 1; /* without the header */
        bool is_packed = header >> 15;
        if ((header >> 12 & 7) != CHUNK_SIGNATURE) {
            rest = slice_skip(in, in.len - rest.len - 2);
            break;
        }
        body = slice_sub(rest, 0, len);
        bool is_good = !is_packed || expand_chunk(body, &chunk);
        buffer_put(out, is_packed ? slice_of(chunk.bytes, chunk.len) : body);
        rest = slice_skip(rest, len);
        if (!is_good)
            break;
    }
    return in.len - rest.len;
}

size_t ovba_find_source(struct slice module)
{
    static const char start[] = "\0Attribut";
    size_t at = 3;
    while ((at = slice_find(module, at, slice_of(start, sizeof start - 1))) != SLICE_NONE) {
        if (module.ptr[at - 3] == SIGNATURE && (module.ptr[at - 1] >> 4 & 7) == CHUNK_SIGNATURE)
            return at - 3;
        at++;
    }
    return SLICE_NONE;
}
