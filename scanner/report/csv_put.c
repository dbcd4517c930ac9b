/* csv_put.c - cells and rows of a table for spreadsheets. */
#include "report/csv_put.h"

#include "base/utf8.h"

/* What a spreadsheet would take for a formula, or for the end of a cell before one. */
static bool is_formula(struct slice text)
{
    return text.len > 0 && memchr("=+-@\t\r", text.ptr[0], 6);
}

static void put_cell_code(struct buffer *out, uint32_t code)
{
    if (code == '"')
        buffer_put_str(out, "\"\"");
    else if (code == '\n' || code == '\t')
        buffer_put_byte(out, (unsigned char)code);
    else if (utf8_is_unsafe(code))
        buffer_printf(out, code < 0x100 ? "\\x%02x" : "\\u{%x}", (unsigned)code);
    else
        utf8_put(out, code);
}

/* Bytes that stand for themselves, at the front of TEXT: most of most cells. */
static size_t plain_prefix(struct slice text)
{
    size_t len = 0;
    while (len < text.len && text.ptr[len] >= 0x20 && text.ptr[len] < 0x7F && text.ptr[len] != '"')
        len++;
    return len;
}

void csv_put_cell(struct csv_row *row, struct slice text)
{
    uint32_t code;
    if (row->has_cells)
        buffer_put_byte(row->out, ',');
    row->has_cells = true;
    if (text.len == 0)
        return;
    buffer_put_byte(row->out, '"');
    if (is_formula(text))
        buffer_put_byte(row->out, '\'');
    while (text.len > 0) {
        size_t plain = plain_prefix(text);
        buffer_put(row->out, slice_sub(text, 0, plain));
        text = slice_skip(text, plain);
        if (utf8_eat(&text, &code) != 0)
            put_cell_code(row->out, code);
    }
    buffer_put_byte(row->out, '"');
}

void csv_end_row(struct csv_row *row)
{
    buffer_put_str(row->out, "\r\n");
    row->has_cells = false;
}
