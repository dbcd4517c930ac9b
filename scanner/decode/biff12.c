/* biff12.c - the records of binary workbooks, .xlsb. */
#include "decode/biff12.h"

/* Seven bits a byte, least first, MOST bytes. */
static int eat_number(struct slice *rest, unsigned most, uint32_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < most; i++) {
        uint8_t byte;
        if (slice_eat_u8(rest, &byte) < 0)
            return -1;
        *value |= (uint32_t)(byte & 0x7F) << (7 * i);
        if (!(byte & 0x80))
            break;
    }
    return 0;
}

int biff12_eat_header(struct slice *rest, struct biff12_record *record)
{
    struct slice at = *rest;
    if (eat_number(&at, 2, &record->type) < 0 || eat_number(&at, 4, &record->size) < 0)
        return 0;
    *rest = at;
    return 1;
}

int biff12_eat_string(struct slice *rest, struct slice *units)
{
    uint32_t count;
    struct slice at = *rest;
    if (slice_eat_u32le(&at, &count) < 0 || count > at.len / 2 ||
        slice_eat(&at, 2 * (size_t)count, units) < 0)
        return -1;
    *rest = at;
    return 0;
}
