/* csv_read.h - reads a table (RFC 4180) whose first line names its columns: files that people and other programs made. */
#ifndef MAILSPILL_BASE_CSV_READ_H
#define MAILSPILL_BASE_CSV_READ_H

#include "base/buffer.h"
#include "base/error.h"

#define CSV_CELLS_MOST 64

struct csv_reader {
    const char *file; /* for messages */
    struct slice rest;
    unsigned line; /* at which the row at hand begins, from 1 */
    unsigned next; /* at which the next one begins */
    struct buffer cells[CSV_CELLS_MOST];
    size_t count;                        /* cells of the row at hand; further ones are passed over */
    struct buffer names[CSV_CELLS_MOST]; /* of the columns */
    size_t name_count;
    unsigned char separator; /* the one that the heading uses: comma, semicolon or tab */
};

/* TEXT is borrowed; a byte order mark is passed over. 0, or -1: there is no heading. csv_close in both cases. */
int csv_open(struct csv_reader *reader, struct slice text, const char *file, struct error *err);
void csv_close(struct csv_reader *reader);

/* The next row that is not empty. 1, or 0 at the end. */
int csv_next(struct csv_reader *reader);

/* The column named NAME (letters of any case), or SLICE_NONE. */
size_t csv_column(const struct csv_reader *reader, const char *name);

/* The cell of the row at hand, trimmed; empty where there is none (COLUMN may be SLICE_NONE). */
struct slice csv_cell(const struct csv_reader *reader, size_t column);

#endif
