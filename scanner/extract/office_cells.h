/* office_cells.h - where the cells of a sheet stand in its XML. */
#ifndef MAILSPILL_EXTRACT_OFFICE_CELLS_H
#define MAILSPILL_EXTRACT_OFFICE_CELLS_H

#include "extract/extractor.h"

struct office_cells {
    struct buffer list; /* of struct text_cell */
    uint32_t row;       /* the last that began */
};

void office_cells_init(struct office_cells *cells);
void office_cells_release(struct office_cells *cells);

/* Forget what stands before START, but for the cell that it lies in. */
void office_cells_drop(struct office_cells *cells, uint64_t start);

/* A row begins, of this number where one is said. */
void office_cells_row(struct office_cells *cells, const char *number);

/* At AT begins the cell that REFERENCE ("C17") names, or COLUMN of the row where it is NULL. */
void office_cells_put(struct office_cells *cells, uint64_t at, const char *reference, unsigned column);

/* From AT on there is no cell. */
void office_cells_end(struct office_cells *cells, uint64_t at);

struct text_cells office_cells_all(const struct office_cells *cells);

/* 3 of "C17"; the row goes into *ROW where there is one. */
unsigned office_cells_column(const char *reference, uint32_t *row);

#endif
