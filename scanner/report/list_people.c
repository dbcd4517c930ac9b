/* list_people.c - reads who is who: --people, --custodians, --privileged. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "report/list_parts.h"

#define FILE_MOST ((size_t)256 * 1024 * 1024)
#define CELLS_MOST 16

/* A table being read: RFC 4180, with a heading that names its columns. */
struct table {
    struct lists *lists;
    const char *file;
    struct slice rest;
    unsigned line;
    struct buffer cells[CELLS_MOST];
    size_t count;
};

static int read_file(struct lists *lists, const char *file, struct buffer *text)
{
    FILE *in = fopen(file, "rbe");
    unsigned char piece[64 * 1024];
    size_t got;
    if (!in)
        return error_set_errno(&lists->failure, "cannot read '%s'", file);
    while ((got = fread(piece, 1, sizeof piece, in)) > 0 && buffer_put(text, slice_of(piece, got)) == 0)
        continue;
    bool has_failed = ferror(in) || text->is_overfull;
    fclose(in);
    if (has_failed)
        return error_set(&lists->failure, ERROR_SYSTEM, "cannot read '%s' whole", file);
    if (slice_starts_with(buffer_slice(text), "\xEF\xBB\xBF"))
        buffer_drop(text, 3);
    return 0;
}

/* The next cell of a line; true where the line goes on after it. */
static bool eat_cell(struct table *table, struct buffer *cell)
{
    bool is_quoted = slice_starts_with(table->rest, "\"");
    table->rest = slice_skip(table->rest, is_quoted);
    while (table->rest.len > 0) {
        unsigned char c = table->rest.ptr[0];
        if (is_quoted && c == '"') {
            table->rest = slice_skip(table->rest, 1);
            is_quoted = slice_starts_with(table->rest, "\"");
            if (!is_quoted)
                continue;
        } else if (!is_quoted && (c == ',' || c == '\n' || c == '\r')) {
            break;
        }
        buffer_put_byte(cell, c);
        table->rest = slice_skip(table->rest, 1);
        table->line += c == '\n';
    }
    bool goes_on = slice_starts_with(table->rest, ",");
    table->rest = slice_skip(table->rest, goes_on);
    return goes_on;
}

/* 1, or 0 at the end. Cells past the last one that is wanted are passed over. */
static int next_line(struct table *table)
{
    struct buffer spare;
    bool goes_on = true;
    while (slice_starts_with(table->rest, "\r") || slice_starts_with(table->rest, "\n")) {
        table->line += table->rest.ptr[0] == '\n';
        table->rest = slice_skip(table->rest, 1);
    }
    if (table->rest.len == 0)
        return 0;
    buffer_init(&spare, FILE_MOST);
    for (table->count = 0; goes_on;) {
        struct buffer *cell = table->count < CELLS_MOST ? &table->cells[table->count++] : &spare;
        buffer_clear(cell);
        goes_on = eat_cell(table, cell);
    }
    buffer_release(&spare);
    return 1;
}

static struct slice cell_at(const struct table *table, size_t column)
{
    return column < table->count ? slice_trim(buffer_slice(&table->cells[column])) : slice_of(NULL, 0);
}

static size_t column_named(const struct table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (slice_is_equal_nocase(cell_at(table, i), slice_str(name)))
            return i;
    return SLICE_NONE;
}

/* Put each line's cells, found by the names in NAMES (the first must be there), into the statement SQL. */
static int read_lines(struct table *table, const char *const *names, const char *sql)
{
    size_t columns[CELLS_MOST], count = 0;
    if (next_line(table) == 0)
        return error_set(&table->lists->failure, ERROR_USAGE,
                         "'%s' is empty: its first line must name the columns", table->file);
    for (; names[count]; count++)
        columns[count] = column_named(table, names[count]);
    if (columns[0] == SLICE_NONE)
        return error_set(&table->lists->failure, ERROR_USAGE,
                         "'%s' has no column '%s': its first line must name the columns", table->file,
                         names[0]);
    while (next_line(table) == 1) {
        sqlite3_stmt *row = case_statement(table->lists->store, sql);
        if (cell_at(table, columns[0]).len == 0)
            return error_set(&table->lists->failure, ERROR_USAGE, "'%s', line %u: no %s", table->file,
                             table->line + 1, names[0]);
        for (size_t i = 0; row && i < count; i++)
            case_bind_text(row, (int)i + 1, cell_at(table, columns[i]));
        if (!row || case_run(table->lists->store, row) < 0)
            return error_set(&table->lists->failure, ERROR_USAGE, "'%s', line %u: %s", table->file,
                             table->line + 1, "the side is neither inside nor outside");
    }
    return 0;
}

static int read_table(struct lists *lists, const char *file, const char *const *names, const char *sql)
{
    struct table table = { .lists = lists, .file = file };
    struct buffer text;
    buffer_init(&text, FILE_MOST);
    for (size_t i = 0; i < CELLS_MOST; i++)
        buffer_init(&table.cells[i], FILE_MOST);
    int result = read_file(lists, file, &text);
    table.rest = buffer_slice(&text);
    if (result == 0)
        result = read_lines(&table, names, sql);
    for (size_t i = 0; i < CELLS_MOST; i++)
        buffer_release(&table.cells[i]);
    buffer_release(&text);
    return result;
}

/* Addresses, domains and words, one a line; `#` begins a remark. */
static int read_words(struct lists *lists, const char *file)
{
    struct buffer text;
    buffer_init(&text, FILE_MOST);
    int result = read_file(lists, file, &text);
    struct slice rest = buffer_slice(&text), line;
    while (result == 0 && slice_eat_line(&rest, &line)) {
        sqlite3_stmt *row =
            case_statement(lists->store, "INSERT OR IGNORE INTO private_words VALUES(lower(?1))");
        line = slice_trim(line);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (!row) {
            result = -1;
            break;
        }
        case_bind_text(row, 1, line);
        result = case_run(lists->store, row);
    }
    buffer_release(&text);
    return result;
}

int list_read_people(struct lists *lists)
{
    static const char *const people[] = { "address", "name", "organisation", "side", "alias_of", NULL };
    static const char *const custodians[] = { "custodian", "name", "address", NULL };
    const struct list_options *options = &lists->options;
    if (options->people &&
        read_table(lists, options->people, people,
                   "INSERT OR REPLACE INTO told_people VALUES(lower(?1), ?2, ?3, lower(?4), lower(?5))") < 0)
        return -1;
    if (options->custodians && read_table(lists, options->custodians, custodians,
                                          "INSERT OR REPLACE INTO told_custodians VALUES(?1, ?2, ?3)") < 0)
        return -1;
    return options->privileged ? read_words(lists, options->privileged) : 0;
}
