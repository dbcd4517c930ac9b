/* csv_read.c - reads a table (RFC 4180) whose first line names its columns. */
#include "base/csv_read.h"

#include "base/utf8.h"

#define CELL_MOST ((size_t)256 * 1024 * 1024)

/* One cell into CELL; true where the row goes on after it. */
static bool eat_cell(struct csv_reader *reader, struct buffer *cell)
{
    bool is_quoted = slice_starts_with(reader->rest, "\"");
    reader->rest = slice_skip(reader->rest, is_quoted);
    while (reader->rest.len > 0) {
        unsigned char c = reader->rest.ptr[0];
        if (is_quoted && c == '"') {
            reader->rest = slice_skip(reader->rest, 1);
            is_quoted = slice_starts_with(reader->rest, "\"");
            if (!is_quoted)
                continue;
        } else if (!is_quoted && (c == reader->separator || c == '\n' || c == '\r')) {
            break;
        }
        buffer_put_byte(cell, c);
        reader->rest = slice_skip(reader->rest, 1);
        reader->next += c == '\n';
    }
    bool goes_on = reader->rest.len > 0 && reader->rest.ptr[0] == reader->separator;
    reader->rest = slice_skip(reader->rest, goes_on);
    return goes_on;
}

static int eat_row(struct csv_reader *reader, struct buffer *cells, size_t *count)
{
    struct buffer spare;
    bool goes_on = true;
    while (reader->rest.len > 0 && memchr("\r\n", reader->rest.ptr[0], 2)) {
        reader->next += reader->rest.ptr[0] == '\n';
        reader->rest = slice_skip(reader->rest, 1);
    }
    *count = 0;
    if (reader->rest.len == 0)
        return 0;
    reader->line = reader->next;
    buffer_init(&spare, CELL_MOST);
    while (goes_on) {
        struct buffer *cell = *count < CSV_CELLS_MOST ? &cells[(*count)++] : &spare;
        buffer_clear(cell);
        goes_on = eat_cell(reader, cell);
    }
    buffer_release(&spare);
    return 1;
}

/* What stands most often in the heading outside quotes. */
static unsigned char separator_of(struct slice text)
{
    static const unsigned char candidates[] = { ',', ';', '\t' };
    size_t counts[3] = { 0 }, best = 0;
    bool is_quoted = false;
    for (size_t i = 0; i < text.len && (is_quoted || text.ptr[i] != '\n'); i++) {
        is_quoted ^= text.ptr[i] == '"';
        for (size_t k = 0; k < 3 && !is_quoted; k++)
            counts[k] += text.ptr[i] == candidates[k];
    }
    for (size_t k = 1; k < 3; k++)
        if (counts[k] > counts[best])
            best = k;
    return candidates[best];
}

int csv_open(struct csv_reader *reader, struct slice text, const char *file, struct error *err)
{
    *reader = (struct csv_reader){ .file = file, .rest = text, .next = 1 };
    for (size_t i = 0; i < CSV_CELLS_MOST; i++) {
        buffer_init(&reader->cells[i], CELL_MOST);
        buffer_init(&reader->names[i], CELL_MOST);
    }
    reader->rest = utf8_skip_mark(reader->rest);
    reader->separator = separator_of(reader->rest);
    if (eat_row(reader, reader->names, &reader->name_count) == 0)
        return error_set(err, ERROR_USAGE, "'%s' is empty: its first line must name the columns", file);
    return 0;
}

void csv_close(struct csv_reader *reader)
{
    for (size_t i = 0; i < CSV_CELLS_MOST; i++) {
        buffer_release(&reader->cells[i]);
        buffer_release(&reader->names[i]);
    }
}

int csv_next(struct csv_reader *reader)
{
    return eat_row(reader, reader->cells, &reader->count);
}

size_t csv_column(const struct csv_reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->name_count; i++)
        if (slice_is_equal_nocase(slice_trim(buffer_slice(&reader->names[i])), slice_str(name)))
            return i;
    return SLICE_NONE;
}

struct slice csv_cell(const struct csv_reader *reader, size_t column)
{
    return column < reader->count ? slice_trim(buffer_slice(&reader->cells[column])) : slice_of(NULL, 0);
}
