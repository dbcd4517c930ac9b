/* list_write.c - writes any list as text for a terminal, as CSV, or as JSON Lines. */
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "base/sort.h"
#include "base/utf8.h"
#include "match/rule.h"
#include "report/csv_put.h"
#include "report/list_text.h"

#define OUT_MAX ((size_t)64 * 1024 * 1024) /* one row, far below it */
#define FLUSH_AT ((size_t)256 * 1024)
#define TEXT_ID 12 /* of an id: enough for `mark` and `unlock` */

static const char withheld[] = "(withheld)";

struct writer {
    const struct lists *lists;
    const struct list *list;
    size_t columns;
    int fd;
    struct buffer out;
    struct list_text text;
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

static void put_text_heading(struct writer *writer)
{
    list_text_put_heading(&writer->text, &writer->out);
}

static void put_text_row(struct writer *writer, sqlite3_stmt *row)
{
    list_text_put_row(&writer->text, &writer->out, row);
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
        writer->text = (struct list_text){ writer->lists, writer->list, writer->columns, { 0 }, 0 };
        list_text_begin(&writer->text, row, writer->fd);
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
