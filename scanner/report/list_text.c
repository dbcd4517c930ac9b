/* list_text.c - the rows of a list side by side. */
#include "report/list_text.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"

#define CELL_MAX ((size_t)64 * 1024 * 1024) /* far above any */
#define NARROWEST 24                        /* characters of a cell that a narrow terminal leaves */
#define PADDED 80                           /* no column is padded to more, however long one of its cells */
#define TERMINAL_STANDARD 80                /* columns of a terminal that does not say */
#define ROWS_MEASURED 200                   /* rows by which the widths of columns are chosen */

/* VALUE on one line, at most MOST characters of it. The characters. */
static size_t put_text_cell(struct buffer *out, struct slice value, size_t most)
{
    uint32_t code;
    size_t count = 0;
    while (count < most && utf8_eat(&value, &code) != 0) {
        count++;
        if (count == most && value.len > 0)
            buffer_put_str(out, "\xE2\x80\xA6");
        else if (utf8_is_unsafe(code) || code < 0x20)
            buffer_put_byte(out, '?');
        else
            utf8_put(out, code);
    }
    return count;
}

/* The last MOST characters of PATH, of which the first is given up for a sign that some are missing. */
static size_t put_path_cell(struct buffer *out, struct slice path, size_t most)
{
    uint32_t code;
    size_t count = 0;
    for (struct slice rest = path; utf8_eat(&rest, &code) != 0;)
        count++;
    if (count <= most)
        return put_text_cell(out, path, most);
    for (; count >= most; count--)
        utf8_eat(&path, &code);
    buffer_put_str(out, "\xE2\x80\xA6");
    return 1 + put_text_cell(out, path, most);
}

static size_t text_cell(const struct list_text *text, struct buffer *out, sqlite3_stmt *row, size_t column,
                        size_t most)
{
    struct buffer words;
    buffer_init(&words, CELL_MAX);
    lists_put_short_cell(&words, text->lists, text->list, row, column);
    bool is_path = text->list->columns[column].kind == LIST_PATH;
    size_t width = (is_path ? put_path_cell : put_text_cell)(out, buffer_slice(&words), most);
    buffer_release(&words);
    return width;
}

static void measure_row(struct list_text *text, sqlite3_stmt *row)
{
    struct buffer cell;
    buffer_init(&cell, CELL_MAX);
    for (size_t i = 0; i < text->columns; i++) {
        buffer_clear(&cell);
        size_t width = text->list->columns[i].is_long ? 0 : text_cell(text, &cell, row, i, PADDED);
        if (width > text->widths[i])
            text->widths[i] = width;
    }
    buffer_release(&cell);
}

/* Two blanks at the least, whatever a cell that was not measured needs. */
static void put_padding(const struct list_text *text, struct buffer *out, size_t width, size_t column)
{
    size_t wanted = text->widths[column];
    for (size_t i = (width < wanted ? wanted - width : 0) + 2; i > 0; i--)
        buffer_put_byte(out, ' ');
}

/* A column in which nothing stands is not shown. */
static bool is_shown(const struct list_text *text, size_t column)
{
    return !text->list->columns[column].is_long && text->widths[column] > 0;
}

static void end_line(struct buffer *out)
{
    while (out->len > 0 && out->ptr[out->len - 1] == ' ')
        out->len--;
    buffer_put_byte(out, '\n');
}

/* The columns of the terminal behind FD; 0 where it is none: then nothing is cut. */
static size_t terminal_columns(int fd)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    uint64_t number;
    if (!isatty(fd))
        return 0;
    if (columns && slice_to_u64(slice_str(columns), &number) == 0 && number > 0 && number < 10000)
        return (size_t)number;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : TERMINAL_STANDARD;
}

/* Characters of a row where no column is wider than MOST. */
static size_t row_width(const struct list_text *text, size_t most)
{
    size_t width = 0;
    for (size_t i = 0; i < text->columns; i++) {
        size_t name = strlen(text->list->columns[i].name);
        size_t cell = text->widths[i] < most ? text->widths[i] : most;
        if (is_shown(text, i))
            width += (cell > name ? cell : name) + 2;
    }
    return width;
}

/* The widest cells give way until a row fits into the terminal. */
static void fit_terminal(struct list_text *text, int fd)
{
    size_t columns = terminal_columns(fd);
    text->most = SIZE_MAX;
    if (columns == 0)
        return;
    text->most = PADDED;
    while (text->most > NARROWEST && row_width(text, text->most) > columns + 2)
        text->most--;
    for (size_t i = 0; i < text->columns; i++)
        if (text->widths[i] > text->most)
            text->widths[i] = text->most;
}

void list_text_put_heading(struct list_text *text, struct buffer *out)
{
    for (size_t i = 0; i < text->columns; i++) {
        const char *name = text->list->columns[i].name;
        size_t len = strlen(name);
        if (!is_shown(text, i))
            continue;
        if (len > text->widths[i])
            text->widths[i] = len;
        for (const char *c = name; *c; c++)
            buffer_put_byte(out, *c == '_' ? ' ' : (unsigned char)*c);
        put_padding(text, out, len, i);
    }
    end_line(out);
}

/* The last column has nothing beside it: it may run on, so that a command in it is whole. */
void list_text_put_row(const struct list_text *text, struct buffer *out, sqlite3_stmt *row)
{
    size_t last = text->columns;
    while (last > 0 && !is_shown(text, last - 1))
        last--;
    for (size_t i = 0; i < last; i++)
        if (is_shown(text, i))
            put_padding(text, out, text_cell(text, out, row, i, i + 1 < last ? text->most : SIZE_MAX), i);
    end_line(out);
}

void list_text_begin(struct list_text *text, sqlite3_stmt *row, int fd)
{
    for (int i = 0; i < ROWS_MEASURED && case_next(text->lists->store, row) == 1; i++)
        measure_row(text, row);
    sqlite3_reset(row);
    fit_terminal(text, fd);
}
