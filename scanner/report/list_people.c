/* list_people.c - reads who is who: --people, --custodians, --privileged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_read.h"
#include "base/file.h"
#include "report/list_parts.h"

#define FILE_MOST ((size_t)256 * 1024 * 1024)
#define CELLS_WANTED 8

/* Put each row's cells, found by the names in NAMES (the first must be there), into the statement SQL. */
static int read_rows(struct lists *lists, struct csv_reader *reader, const char *const *names,
                     const char *sql)
{
    size_t columns[CELLS_WANTED], count = 0;
    for (; names[count]; count++)
        columns[count] = csv_column(reader, names[count]);
    if (columns[0] == SLICE_NONE)
        return error_set(&lists->failure, ERROR_USAGE,
                         "'%s' has no column '%s': its first line must name the columns", reader->file,
                         names[0]);
    while (csv_next(reader) == 1) {
        sqlite3_stmt *row = case_statement(lists->store, sql);
        if (csv_cell(reader, columns[0]).len == 0)
            return error_set(&lists->failure, ERROR_USAGE, "'%s', line %u: no %s", reader->file, reader->line,
                             names[0]);
        for (size_t i = 0; row && i < count; i++)
            case_bind_text(row, (int)i + 1, csv_cell(reader, columns[i]));
        if (!row || sqlite3_step(row) != SQLITE_DONE)
            return error_set(&lists->failure, ERROR_USAGE,
                             "'%s', line %u: the side is neither inside nor outside", reader->file,
                             reader->line);
    }
    return 0;
}

static int read_table(struct lists *lists, const char *file, const char *const *names, const char *sql)
{
    struct csv_reader reader;
    struct buffer text;
    buffer_init(&text, FILE_MOST);
    int result = file_read(file, &text, &lists->failure);
    if (result == 0) {
        result = csv_open(&reader, buffer_slice(&text), file, &lists->failure);
        if (result == 0)
            result = read_rows(lists, &reader, names, sql);
        csv_close(&reader);
    }
    buffer_release(&text);
    return result;
}

/* Addresses, domains and words, one a line; `#` begins a remark. */
static int read_words(struct lists *lists, const char *file)
{
    struct buffer text;
    buffer_init(&text, FILE_MOST);
    int result = file_read(file, &text, &lists->failure);
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
