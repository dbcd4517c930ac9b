/* list_write.c - writes any list as text for a terminal, as CSV, or as JSON Lines. */
#include <jansson.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/json.h"
#include "base/sort.h"
#include "base/utf8.h"
#include "match/rule.h"
#include "report/csv_put.h"
#include "report/list_parts.h"

#define OUT_MAX ((size_t)64 * 1024 * 1024) /* one row, far below it */
#define FLUSH_AT ((size_t)256 * 1024)
#define TEXT_NARROWEST 24      /* characters of a cell that a narrow terminal leaves */
#define TEXT_PADDED 80         /* no column is padded to more, however long one of its cells */
#define TEXT_ID 12             /* of an id: enough for `mark` and `unlock` */
#define TERMINAL_STANDARD 80   /* columns of a terminal that does not say */
#define TEXT_ROWS_MEASURED 200 /* rows by which the widths of columns are chosen */

static const char withheld[] = "(withheld)";

struct writer {
    const struct lists *lists;
    const struct list *list;
    size_t columns;
    int fd;
    struct buffer out;
    size_t widths[LIST_COLUMNS_MAX]; /* characters of the widest cell of those measured */
    size_t most;                     /* characters of a cell; the last column is never cut */
    struct error *err;
};

static int flush(struct writer *writer, size_t at_least)
{
    struct slice rest = buffer_slice(&writer->out);
    if (rest.len < at_least)
        return 0;
    while (rest.len > 0) {
        ssize_t written = write(writer->fd, rest.ptr, rest.len);
        if (written < 0)
            return error_set_errno(writer->err, "cannot write the list");
        rest = slice_skip(rest, (size_t)written);
    }
    buffer_clear(&writer->out);
    return 0;
}

/* Cells. */

static bool is_privileged(const struct writer *writer, sqlite3_stmt *row, size_t column)
{
    return writer->list->columns[column].of != LIST_OF_MAIL &&
           (size_t)sqlite3_column_count(row) > writer->columns &&
           sqlite3_column_int(row, (int)writer->columns);
}

static bool is_withheld(const struct writer *writer, sqlite3_stmt *row, size_t column)
{
    if (writer->list->columns[column].of == LIST_OF_NONE ||
        sqlite3_column_type(row, (int)column) == SQLITE_NULL)
        return false;
    return is_privileged(writer, row, column) || writer->lists->options.is_without_people;
}

static int by_text(const void *left, const void *right)
{
    return slice_compare(*(const struct slice *)left, *(const struct slice *)right);
}

static struct slice *room_for(size_t count)
{
    struct slice *texts = calloc(count + 1, sizeof *texts);
    if (!texts)
        abort();
    return texts;
}

/* The strings of ARRAY, which must outlive them. */
static struct slice *texts_of(const json_t *array, size_t *count)
{
    *count = json_array_size(array);
    struct slice *texts = room_for(*count);
    for (size_t i = 0; i < *count; i++) {
        const json_t *element = json_array_get(array, i);
        texts[i] = slice_of(json_string_value(element), json_string_length(element));
    }
    return texts;
}

/* The same for TEXT, an array of strings in which nothing is escaped: what stands between each two quotes. */
static struct slice *plain_texts_of(struct slice text, size_t *count)
{
    size_t quotes = 0;
    for (size_t i = 0; i < text.len; i++)
        quotes += text.ptr[i] == '"';
    struct slice *texts = room_for(quotes / 2);
    for (*count = 0; *count < quotes / 2; ++*count) {
        text = slice_skip(text, slice_find_byte(text, 0, '"') + 1);
        size_t end = slice_find_byte(text, 0, '"');
        texts[*count] = slice_sub(text, 0, end);
        text = slice_skip(text, end + 1);
    }
    return texts;
}

/* Calls PUT with the texts of a cell, a JSON array, sorted: SQLite gives them in the order in which they came. */
static void with_texts(struct slice text, void (*put)(void *ctx, const struct slice *texts, size_t count),
                       void *ctx)
{
    size_t count;
    bool is_plain = slice_find_byte(text, 0, '\\') == SLICE_NONE;
    json_t *array = is_plain ? NULL : json_loadb((const char *)text.ptr, text.len, 0, NULL);
    struct slice *texts = is_plain ? plain_texts_of(text, &count) : texts_of(array, &count);
    sort_items(texts, count, sizeof *texts, by_text);
    put(ctx, texts, count);
    free(texts);
    json_decref(array);
}

static void put_texts(void *ctx, const struct slice *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_put_str(ctx, i ? "; " : "");
        buffer_put(ctx, texts[i]);
    }
}

static void put_short_ids(void *ctx, const struct slice *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_put_str(ctx, i ? "; " : "");
        buffer_put(ctx, slice_sub(texts[i], 0, TEXT_ID));
    }
}

/* A cell as words, for text and CSV; nothing for NULL. */
static void put_words(struct buffer *out, const struct list_column *column, sqlite3_stmt *row, int at)
{
    char time[24];
    if (sqlite3_column_type(row, at) == SQLITE_NULL)
        return;
    switch (column->kind) {
    case LIST_TIME:
        if (json_time(sqlite3_column_int64(row, at), time) == 0)
            buffer_put_str(out, time);
        break;
    case LIST_ID:
        buffer_put_hex(out, case_text(row, at));
        break;
    case LIST_SEVERITY:
        buffer_put_str(out, severity_name((enum severity)(sqlite3_column_int(row, at) % SEVERITIES)));
        break;
    case LIST_VERDICT:
        buffer_put_str(out, verdict_name((enum verdict)(sqlite3_column_int(row, at) % VERDICTS)));
        break;
    case LIST_TEXTS:
    case LIST_IDS:
        with_texts(case_text(row, at), put_texts, out);
        break;
    case LIST_TEXT:
    case LIST_PATH:
    case LIST_NUMBER:
    case LIST_YES:
        buffer_put(out, case_text(row, at));
        break;
    }
}

struct custodians {
    struct buffer *out;
    const struct lists *lists;
};

static void put_custodians(void *ctx, const struct slice *texts, size_t count)
{
    const struct custodians *to = ctx;
    for (size_t i = 0; i < count; i++) {
        buffer_put_str(to->out, i ? "; " : "");
        lists_put_custodian(to->out, to->lists, texts[i]);
    }
}

/* What stands for a cell that is withheld. */
static void put_withheld(const struct writer *writer, struct buffer *out, sqlite3_stmt *row, size_t column)
{
    const struct list_column *shown = &writer->list->columns[column];
    struct custodians custodians = { out, writer->lists };
    if (shown->of != LIST_OF_CUSTODIAN || is_privileged(writer, row, column))
        buffer_put_str(out, withheld);
    else if (shown->kind == LIST_TEXTS)
        with_texts(case_text(row, (int)column), put_custodians, &custodians);
    else
        lists_put_custodian(out, writer->lists, case_text(row, (int)column));
}

/* A cell of any form but JSON. */
static void put_cell(const struct writer *writer, struct buffer *out, sqlite3_stmt *row, size_t column)
{
    if (is_withheld(writer, row, column))
        put_withheld(writer, out, row, column);
    else
        put_words(out, &writer->list->columns[column], row, (int)column);
}

/* A cell for a person: of a time the day, of ids the first digits. */
static void put_short_cell(const struct writer *writer, struct buffer *out, sqlite3_stmt *row, size_t column)
{
    enum list_kind kind = writer->list->columns[column].kind;
    if (kind == LIST_IDS && !is_withheld(writer, row, column)) {
        with_texts(case_text(row, (int)column), put_short_ids, out);
        return;
    }
    if (kind == LIST_YES && !is_withheld(writer, row, column)) {
        buffer_put_str(out, sqlite3_column_int(row, (int)column) ? "yes" : "no");
        return;
    }
    put_cell(writer, out, row, column);
    size_t most = kind == LIST_TIME ? 10 : kind == LIST_ID ? TEXT_ID : out->len;
    if (out->len > most)
        out->len = most;
}

void lists_put_custodian(struct buffer *out, const struct lists *lists, struct slice custodian)
{
    if (!lists->options.is_without_people || custodian.len == 0) {
        buffer_put(out, custodian);
        return;
    }
    sqlite3_stmt *number = case_statement(
        lists->store,
        "SELECT coalesce((SELECT number FROM custodian_numbers WHERE custodian = ?1), (SELECT number FROM "
        "custodian_numbers n LEFT JOIN told_custodians t USING(custodian) WHERE lower(t.address) = lower(?1) "
        "OR lower(n.custodian) = lower(substr(?1, 1, instr(?1 || '@', '@') - 1)) ORDER BY 1 LIMIT 1))");
    if (number)
        case_bind_text(number, 1, custodian);
    if (number && case_next(lists->store, number) == 1 && sqlite3_column_int64(number, 0) > 0)
        buffer_printf(out, "custodian %lld", (long long)sqlite3_column_int64(number, 0));
    else
        buffer_put_str(out, withheld);
    if (number)
        sqlite3_reset(number);
}

static struct writer writer_of(const struct lists *lists, const struct list *list)
{
    struct writer writer = { .lists = lists, .list = list };
    while (list->columns[writer.columns].name)
        writer.columns++;
    return writer;
}

void lists_put_cell(struct buffer *out, const struct lists *lists, const struct list *list, sqlite3_stmt *row,
                    size_t column)
{
    struct writer writer = writer_of(lists, list);
    put_cell(&writer, out, row, column);
}

void lists_put_short_cell(struct buffer *out, const struct lists *lists, const struct list *list,
                          sqlite3_stmt *row, size_t column)
{
    struct writer writer = writer_of(lists, list);
    put_short_cell(&writer, out, row, column);
}

/* JSON Lines. */

struct json_cell {
    struct json *json;
    const char *name;
};

static void put_json_texts(void *ctx, const struct slice *texts, size_t count)
{
    const struct json_cell *cell = ctx;
    json_put_texts(cell->json, cell->name, texts, count);
}

static void put_json_cell(struct json *json, const struct list_column *column, sqlite3_stmt *row, int at)
{
    struct buffer words;
    if (sqlite3_column_type(row, at) == SQLITE_NULL) {
        json_put_null(json, column->name);
    } else if (column->kind == LIST_NUMBER || column->kind == LIST_YES) {
        json_put_number(json, column->name, (uint64_t)sqlite3_column_int64(row, at));
    } else if (column->kind == LIST_TEXTS || column->kind == LIST_IDS) {
        struct json_cell cell = { json, column->name };
        with_texts(case_text(row, at), put_json_texts, &cell);
    } else {
        buffer_init(&words, OUT_MAX);
        put_words(&words, column, row, at);
        json_put_text_or_null(json, column->name, buffer_slice(&words));
        buffer_release(&words);
    }
}

static void put_json_withheld(struct writer *writer, struct json *json, sqlite3_stmt *row, size_t column)
{
    struct buffer words;
    buffer_init(&words, OUT_MAX);
    put_withheld(writer, &words, row, column);
    json_put_text_or_null(json, writer->list->columns[column].name, buffer_slice(&words));
    buffer_release(&words);
}

static void put_json_row(struct writer *writer, sqlite3_stmt *row)
{
    struct json json;
    json_init(&json, &writer->out);
    json_begin_object(&json, NULL);
    json_put_string(&json, "list", writer->list->name);
    for (size_t i = 0; i < writer->columns; i++)
        if (is_withheld(writer, row, i))
            put_json_withheld(writer, &json, row, i);
        else
            put_json_cell(&json, &writer->list->columns[i], row, (int)i);
    json_end_object(&json);
    buffer_put_byte(&writer->out, '\n');
}

/* CSV. */

static void put_csv_heading(struct writer *writer)
{
    struct csv_row cells = { &writer->out, false };
    for (size_t i = 0; i < writer->columns; i++)
        csv_put_cell(&cells, slice_str(writer->list->columns[i].name));
    csv_end_row(&cells);
}

static void put_csv_row(struct writer *writer, sqlite3_stmt *row)
{
    struct csv_row cells = { &writer->out, false };
    struct buffer words;
    buffer_init(&words, OUT_MAX);
    for (size_t i = 0; i < writer->columns; i++) {
        buffer_clear(&words);
        put_cell(writer, &words, row, i);
        csv_put_cell(&cells, buffer_slice(&words));
    }
    csv_end_row(&cells);
    buffer_release(&words);
}

/* Text. */

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

static size_t text_cell(const struct writer *writer, struct buffer *out, sqlite3_stmt *row, size_t column,
                        size_t most)
{
    struct buffer words;
    buffer_init(&words, OUT_MAX);
    put_short_cell(writer, &words, row, column);
    bool is_path = writer->list->columns[column].kind == LIST_PATH;
    size_t width = (is_path ? put_path_cell : put_text_cell)(out, buffer_slice(&words), most);
    buffer_release(&words);
    return width;
}

static void measure_row(struct writer *writer, sqlite3_stmt *row)
{
    struct buffer cell;
    buffer_init(&cell, OUT_MAX);
    for (size_t i = 0; i < writer->columns; i++) {
        buffer_clear(&cell);
        size_t width = writer->list->columns[i].is_long ? 0 : text_cell(writer, &cell, row, i, TEXT_PADDED);
        if (width > writer->widths[i])
            writer->widths[i] = width;
    }
    buffer_release(&cell);
}

/* Two blanks at the least, whatever a cell that was not measured needs. */
static void put_padding(struct writer *writer, size_t width, size_t column)
{
    size_t wanted = writer->widths[column];
    for (size_t i = (width < wanted ? wanted - width : 0) + 2; i > 0; i--)
        buffer_put_byte(&writer->out, ' ');
}

/* A column in which nothing stands is not shown. */
static bool is_shown(const struct writer *writer, size_t column)
{
    return !writer->list->columns[column].is_long && writer->widths[column] > 0;
}

static void end_line(struct writer *writer)
{
    while (writer->out.len > 0 && writer->out.ptr[writer->out.len - 1] == ' ')
        writer->out.len--;
    buffer_put_byte(&writer->out, '\n');
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
static size_t row_width(const struct writer *writer, size_t most)
{
    size_t width = 0;
    for (size_t i = 0; i < writer->columns; i++) {
        size_t name = strlen(writer->list->columns[i].name);
        size_t cell = writer->widths[i] < most ? writer->widths[i] : most;
        if (is_shown(writer, i))
            width += (cell > name ? cell : name) + 2;
    }
    return width;
}

/* The widest cells give way until a row fits into the terminal. */
static void fit_terminal(struct writer *writer)
{
    size_t columns = terminal_columns(writer->fd);
    writer->most = SIZE_MAX;
    if (columns == 0)
        return;
    writer->most = TEXT_PADDED;
    while (writer->most > TEXT_NARROWEST && row_width(writer, writer->most) > columns + 2)
        writer->most--;
    for (size_t i = 0; i < writer->columns; i++)
        if (writer->widths[i] > writer->most)
            writer->widths[i] = writer->most;
}

static void put_text_heading(struct writer *writer)
{
    for (size_t i = 0; i < writer->columns; i++) {
        const char *name = writer->list->columns[i].name;
        size_t len = strlen(name);
        if (!is_shown(writer, i))
            continue;
        if (len > writer->widths[i])
            writer->widths[i] = len;
        for (const char *c = name; *c; c++)
            buffer_put_byte(&writer->out, *c == '_' ? ' ' : (unsigned char)*c);
        put_padding(writer, len, i);
    }
    end_line(writer);
}

/* The last column has nothing beside it: it may run on, so that a command in it is whole. */
static void put_text_row(struct writer *writer, sqlite3_stmt *row)
{
    size_t last = writer->columns;
    while (last > 0 && !is_shown(writer, last - 1))
        last--;
    for (size_t i = 0; i < last; i++)
        if (is_shown(writer, i))
            put_padding(writer,
                        text_cell(writer, &writer->out, row, i, i + 1 < last ? writer->most : SIZE_MAX), i);
    end_line(writer);
}

static void measure(struct writer *writer, sqlite3_stmt *row)
{
    for (int i = 0; i < TEXT_ROWS_MEASURED && case_next(writer->lists->store, row) == 1; i++)
        measure_row(writer, row);
    sqlite3_reset(row);
}

static const struct {
    void (*heading)(struct writer *);
    void (*row)(struct writer *, sqlite3_stmt *);
} forms[] = {
    [LIST_AS_TEXT] = { put_text_heading, put_text_row },
    [LIST_AS_CSV] = { put_csv_heading, put_csv_row },
    [LIST_AS_JSONL] = { NULL, put_json_row },
};

static int write_rows(struct writer *writer, enum list_form form, sqlite3_stmt *row)
{
    uint64_t count = 0;
    int got;
    if (form == LIST_AS_TEXT) {
        buffer_printf(&writer->out, "%s: %s\n\n", writer->list->name, writer->list->title);
        measure(writer, row);
        fit_terminal(writer);
    }
    if (forms[form].heading)
        forms[form].heading(writer);
    while ((got = case_next(writer->lists->store, row)) == 1) {
        forms[form].row(writer, row);
        count++;
        if (flush(writer, FLUSH_AT) < 0)
            return -1;
    }
    if (got < 0) {
        *writer->err = *case_failure(writer->lists->store);
        return -1;
    }
    if (form == LIST_AS_TEXT && count == 0)
        buffer_put_str(&writer->out, "nothing\n");
    if (form == LIST_AS_TEXT)
        buffer_printf(&writer->out, "\n%llu row%s. %s\n", (unsigned long long)count, count == 1 ? "" : "s",
                      writer->list->says);
    return flush(writer, 1);
}

int lists_write(struct lists *lists, const struct list *list, enum list_form form, int fd, struct error *err)
{
    struct error local;
    struct writer writer = { .lists = lists, .list = list, .fd = fd, .err = err ? err : &local };
    if (lists_lay(lists, list, writer.err) < 0)
        return -1;
    sqlite3_stmt *row = case_statement(lists->store, list->sql);
    while (list->columns[writer.columns].name)
        writer.columns++;
    if (!row) {
        *writer.err = *case_failure(lists->store);
        return -1;
    }
    buffer_init(&writer.out, OUT_MAX);
    int result = write_rows(&writer, form, row);
    sqlite3_reset(row);
    buffer_release(&writer.out);
    return result;
}
