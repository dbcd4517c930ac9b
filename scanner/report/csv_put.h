/* csv_put.h - cells and rows of a table for spreadsheets (RFC 4180); no cell can be a formula. */
#ifndef MAILSPILL_REPORT_CSV_PUT_H
#define MAILSPILL_REPORT_CSV_PUT_H

#include "base/buffer.h"

/* A row being written. */
struct csv_row {
    struct buffer *out;
    bool has_cells;
};

void csv_put_cell(struct csv_row *row, struct slice text);
void csv_end_row(struct csv_row *row);

#endif
