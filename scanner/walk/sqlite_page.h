/* sqlite_page.h - what the pages of SQLite files are made of (SQLite file format, section 1.6), for those that read them without SQLite. */
#ifndef MAILSPILL_WALK_SQLITE_PAGE_H
#define MAILSPILL_WALK_SQLITE_PAGE_H

#include "base/buffer.h"
#include "base/slice.h"

enum sqlite_page {
    SQLITE_INDEX_INTERIOR = 2,
    SQLITE_TABLE_INTERIOR = 5,
    SQLITE_INDEX_LEAF = 10,
    SQLITE_TABLE_LEAF = 13,
};

/* A number of seven bits a byte, most first; the ninth byte has eight. 0, or -1 where REST ends before. */
int sqlite_eat_varint(struct slice *rest, uint64_t *value);

/* How much of a payload of SIZE bytes stands in the cell, with USABLE bytes a page (480 and more). */
size_t sqlite_local_size(size_t usable, uint64_t size, bool is_table);

/* A value of a record, in its bytes: NULL and numbers have type and `number` alone. */
enum sqlite_value_type { SQLITE_VALUE_NULL, SQLITE_VALUE_NUMBER, SQLITE_VALUE_TEXT, SQLITE_VALUE_BLOB };

struct sqlite_value {
    enum sqlite_value_type type;
    int64_t number;
    struct slice bytes; /* what there is of them */
    bool is_cut;        /* the record ends before it does */
};

/* A record (section 2.1) while it is read. */
struct sqlite_record {
    struct slice types, body;
};

/* 0, or -1 where BYTES are none. */
int sqlite_record_init(struct sqlite_record *record, struct slice bytes);
/* 1, or 0 at the end. */
int sqlite_record_next(struct sqlite_record *record, struct sqlite_value *value);

/* A value of bytes and a line end, then its UTF-16, a line "NAME: text" each run, which the bytes do without. Big-endian text looks the same
 * from its second byte on, but for its end. */
void sqlite_put_blob(struct buffer *out, const char *name, struct slice value);

/* A text in UTF-8, or in UTF-16 as it looks. */
void sqlite_put_text(struct buffer *out, struct slice text);

#endif
