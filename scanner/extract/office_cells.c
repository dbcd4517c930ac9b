/* office_cells.c - where the cells of a sheet stand in its XML. */
#include "extract/office_cells.h"

/* No sheet has more columns or rows (16,384 and 1,048,576). */
#define COLUMN_MOST 100000u
#define ROW_MOST 10000000u

void office_cells_init(struct office_cells *cells)
{
    *cells = (struct office_cells){ 0 };
    buffer_init(&cells->list, SIZE_MAX / 2);
}

void office_cells_release(struct office_cells *cells)
{
    buffer_release(&cells->list);
}

struct text_cells office_cells_all(const struct office_cells *cells)
{
    return (struct text_cells){ (const struct text_cell *)(const void *)cells->list.ptr,
                                cells->list.len / sizeof(struct text_cell) };
}

void office_cells_drop(struct office_cells *cells, uint64_t start)
{
    const struct text_cells all = office_cells_all(cells);
    size_t gone = 0;
    while (gone + 1 < all.count && all.list[gone + 1].at <= start)
        gone++;
    buffer_drop(&cells->list, gone * sizeof *all.list);
}

static uint32_t number_at(const char *text)
{
    uint32_t value = 0;
    for (; text && *text >= '0' && *text <= '9' && value < ROW_MOST; text++)
        value = value * 10 + (uint32_t)(*text - '0');
    return value;
}

void office_cells_row(struct office_cells *cells, const char *number)
{
    uint32_t row = number_at(number);
    cells->row = row > 0 ? row : cells->row + 1;
}

unsigned office_cells_column(const char *reference, uint32_t *row)
{
    unsigned column = 0;
    for (; reference && *reference >= 'A' && *reference <= 'Z' && column < COLUMN_MOST; reference++)
        column = column * 26 + (unsigned)(*reference - 'A' + 1);
    uint32_t found = number_at(reference);
    if (found > 0)
        *row = found;
    return column;
}

static void put(struct office_cells *cells, const struct text_cell *cell)
{
    buffer_put(&cells->list, slice_of(cell, sizeof *cell));
}

void office_cells_put(struct office_cells *cells, uint64_t at, const char *reference, unsigned column)
{
    uint32_t row = cells->row;
    unsigned named = office_cells_column(reference, &row);
    column = named > 0 ? named : column;
    put(cells, &(struct text_cell){ at, column > 0 ? row : 0, column });
}

void office_cells_end(struct office_cells *cells, uint64_t at)
{
    put(cells, &(struct text_cell){ at, 0, 0 });
}
