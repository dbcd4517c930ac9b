/* sqlite_page.c - what the pages of SQLite files are made of. */
#include "walk/sqlite_page.h"

#include "base/utf8.h"

#define WIDE_LEAST ((size_t)8) /* characters of UTF-16 in bytes */

int sqlite_eat_varint(struct slice *rest, uint64_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < 9; i++) {
        uint8_t byte;
        if (slice_eat_u8(rest, &byte) < 0)
            return -1;
        *value = i == 8 ? *value << 8 | byte : *value << 7 | (byte & 0x7Fu);
        if (!(byte & 0x80))
            return 0;
    }
    return 0;
}

size_t sqlite_local_size(size_t usable, uint64_t size, bool is_table)
{
    uint64_t most = is_table ? usable - 35 : (usable - 12) * 64 / 255 - 23;
    uint64_t least = (usable - 12) * 32 / 255 - 23;
    if (size <= most)
        return (size_t)size;
    uint64_t local = least + (size - least) % (usable - 4);
    return (size_t)(local <= most ? local : least);
}

/* Records. */

int sqlite_record_init(struct sqlite_record *record, struct slice bytes)
{
    struct slice rest = bytes;
    uint64_t header;
    if (sqlite_eat_varint(&rest, &header) < 0)
        return -1;
    size_t own = bytes.len - rest.len;
    if (header < own || header > bytes.len)
        return -1;
    record->types = slice_sub(bytes, own, (size_t)header - own);
    record->body = slice_skip(bytes, (size_t)header);
    return 0;
}

static void take_number(struct sqlite_record *record, uint64_t type, struct sqlite_value *value)
{
    static const uint8_t sizes[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0 };
    struct slice bytes;
    uint64_t number = type == 9;
    value->type = SQLITE_VALUE_NUMBER;
    if (slice_eat(&record->body, sizes[type], &bytes) < 0) {
        record->body = slice_of(NULL, 0);
        value->is_cut = true;
        return;
    }
    if (bytes.len > 0 && bytes.ptr[0] & 0x80)
        number = UINT64_MAX;
    for (size_t i = 0; i < bytes.len; i++)
        number = number << 8 | bytes.ptr[i];
    value->number = (int64_t)number;
}

int sqlite_record_next(struct sqlite_record *record, struct sqlite_value *value)
{
    uint64_t type;
    *value = (struct sqlite_value){ .type = SQLITE_VALUE_NULL };
    if (sqlite_eat_varint(&record->types, &type) < 0)
        return 0;
    if (type == 0 || type == 7 || type == 10 || type == 11) /* a floating number is no secret */
        return type == 7 ? (take_number(record, type, value), value->type = SQLITE_VALUE_NULL, 1) : 1;
    if (type < 10) {
        take_number(record, type, value);
        return 1;
    }
    uint64_t len = (type - 12) / 2;
    value->type = type % 2 ? SQLITE_VALUE_TEXT : SQLITE_VALUE_BLOB;
    value->is_cut = len > record->body.len;
    value->bytes = slice_sub(record->body, 0, value->is_cut ? record->body.len : (size_t)len);
    record->body = slice_skip(record->body, value->bytes.len);
    return 1;
}

/* Text. */

static size_t wide_run(struct slice value, size_t at)
{
    size_t len = 0;
    while (value.len - at >= 2 * len + 2 && value.ptr[at + 2 * len] >= 0x20 &&
           value.ptr[at + 2 * len] < 0x7F && value.ptr[at + 2 * len + 1] == 0)
        len++;
    return len;
}

static void put_wide_line(struct buffer *out, const char *name, struct slice value, size_t at, size_t len)
{
    buffer_put_str(out, name);
    buffer_put_str(out, ": ");
    for (size_t i = 0; i < len; i++)
        buffer_put_byte(out, value.ptr[at + 2 * i]);
    buffer_put_byte(out, '\n');
}

/* The run of UTF-16 in VALUE that begins at *AT or after it: its characters, 0 where there is none. */
static size_t next_wide(struct slice value, size_t *at)
{
    for (; value.len - *at >= 2 * WIDE_LEAST; ++*at) {
        size_t len = value.ptr[*at + 1] == 0 ? wide_run(value, *at) : 0;
        if (len >= WIDE_LEAST)
            return len;
    }
    return 0;
}

void sqlite_put_blob(struct buffer *out, const char *name, struct slice value)
{
    size_t from = 0, len;
    for (size_t at = 0; (len = next_wide(value, &at)) > 0; from = at += 2 * len) {
        buffer_put(out, slice_sub(value, from, at - from));
        buffer_put_byte(out, ' ');
    }
    buffer_put(out, slice_skip(value, from));
    buffer_put_byte(out, '\n');
    for (size_t at = 0; (len = next_wide(value, &at)) > 0;) {
        size_t end = at + 2 * len;
        put_wide_line(out, name, value, at, len);
        if (at > 0 && value.ptr[at - 1] == 0 && end < value.len && value.ptr[end] >= 0x20 &&
            value.ptr[end] < 0x7F)
            put_wide_line(out, name, value, at, len + 1);
        at = end;
    }
}

void sqlite_put_text(struct buffer *out, struct slice text)
{
    size_t zero = slice_find_byte(slice_sub(text, 0, 64), 0, 0);
    if (zero == SLICE_NONE || text.len % 2 != 0) {
        buffer_put(out, text);
        return;
    }
    size_t high = zero % 2;
    for (size_t at = 0; at + 1 < text.len; at += 2) {
        unsigned char bytes[4];
        uint32_t code = (uint32_t)text.ptr[at + high] << 8 | text.ptr[at + 1 - high];
        bool is_half = code >= 0xD800 && code <= 0xDFFF;
        buffer_put(out, slice_of(bytes, utf8_write(bytes, is_half ? 0xFFFD : code)));
    }
}
