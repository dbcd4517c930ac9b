/* der.c - ASN.1 DER and SSH strings. */
#include "validate/der.h"

int der_eat_any(struct slice *rest, unsigned *tag, struct slice *value)
{
    struct slice at = *rest;
    uint8_t type, first, more;
    size_t len = 0;
    if (slice_eat_u8(&at, &type) < 0 || slice_eat_u8(&at, &first) < 0)
        return -1;
    if (first < 0x80)
        len = first;
    else if (first == 0x80 || first > 0x83)
        return -1;
    else
        for (uint8_t i = 0; i < (first & 0x7F); i++) {
            if (slice_eat_u8(&at, &more) < 0)
                return -1;
            len = len << 8 | more;
        }
    if (slice_eat(&at, len, value) < 0)
        return -1;
    *tag = type;
    *rest = at;
    return 0;
}

int der_eat(struct slice *rest, unsigned tag, struct slice *value)
{
    struct slice at = *rest;
    unsigned got;
    if (der_eat_any(&at, &got, value) < 0 || got != tag)
        return -1;
    *rest = at;
    return 0;
}

int der_eat_number(struct slice *rest, struct slice *value)
{
    struct slice at = *rest;
    if (der_eat(&at, DER_INTEGER, value) < 0 || !value->len || value->ptr[0] & 0x80)
        return -1;
    if (value->ptr[0] == 0)
        *value = slice_skip(*value, 1);
    *rest = at;
    return 0;
}

int ssh_eat_string(struct slice *rest, struct slice *value)
{
    struct slice at = *rest;
    uint32_t len;
    if (slice_eat_u32be(&at, &len) < 0 || slice_eat(&at, len, value) < 0)
        return -1;
    *rest = at;
    return 0;
}
