/* ber.c - ASN.1 in BER, definite and indefinite lengths: eaten from slices. */
#include "walk/ber.h"

#define DEPTH_MAX 32

int ber_eat_head(struct slice *rest, unsigned *tag, uint64_t *len)
{
    struct slice at = *rest;
    uint8_t type, first, more;
    if (slice_eat_u8(&at, &type) < 0 || slice_eat_u8(&at, &first) < 0 || (type & 0x1F) == 0x1F)
        return -1;
    *tag = type;
    *len = first;
    if (first == 0x80) {
        *len = BER_INDEFINITE;
    } else if (first > 0x80) {
        if (first > 0x88)
            return -1;
        *len = 0;
        for (unsigned i = 0; i < (first & 0x7Fu); i++) {
            if (slice_eat_u8(&at, &more) < 0)
                return -1;
            *len = *len << 8 | more;
        }
        if (*len == BER_INDEFINITE)
            return -1;
    }
    *rest = at;
    return 0;
}

/* Bytes up to the end mark that closes what TEXT begins within, or all of TEXT. One pass: depth is counted where a length is not told. */
static int find_end(struct slice text, size_t *len)
{
    struct slice at = text;
    unsigned depth = 1;
    while (at.len > 0) {
        unsigned tag;
        uint64_t inner;
        struct slice before = at;
        if (ber_eat_head(&at, &tag, &inner) < 0)
            return -1;
        if (tag == 0 && inner == 0 && --depth == 0) {
            *len = (size_t)(before.ptr - text.ptr);
            return 1;
        }
        if (inner == BER_INDEFINITE && ++depth > DEPTH_MAX)
            return -1;
        if (inner != BER_INDEFINITE)
            at = slice_skip(at, inner < at.len ? (size_t)inner : at.len);
    }
    *len = text.len;
    return 0;
}

int ber_eat(struct slice *rest, unsigned *tag, struct slice *value)
{
    struct slice at = *rest;
    uint64_t len;
    size_t found;
    if (ber_eat_head(&at, tag, &len) < 0)
        return -1;
    if (len != BER_INDEFINITE) {
        *value = slice_sub(at, 0, len < at.len ? (size_t)len : at.len);
        *rest = slice_skip(at, value->len);
        return 0;
    }
    int is_ended = find_end(at, &found);
    if (is_ended < 0)
        return -1;
    *value = slice_sub(at, 0, found);
    *rest = slice_skip(at, found + (is_ended ? 2 : 0));
    return 0;
}

int ber_eat_tag(struct slice *rest, unsigned tag, struct slice *value)
{
    struct slice at = *rest;
    unsigned got;
    if (ber_eat(&at, &got, value) < 0 || got != tag)
        return -1;
    *rest = at;
    return 0;
}
