/* export_lists.c - how each list of an export is read. Columns are known by words in their names: exporters rename them. */
#include "walk/export_lists.h"

#include "base/csv_read.h"

#define NAME_MOST ((size_t)1024)

static void promise(struct export_reader *reader, const struct promise_sink *sink, struct promise made)
{
    if (reader->promises++ < EXPORT_PROMISES_MAX)
        sink->put(sink->ctx, &made);
}

static bool has_word(struct slice text, const char *const *words)
{
    for (; *words; words++)
        if (slice_find_nocase(text, 0, slice_str(*words)) != SLICE_NONE)
            return true;
    return false;
}

/* The first column whose name holds one of WORDS and none of OTHERS. */
static size_t find_column(const struct csv_reader *table, const char *const *words, const char *const *others)
{
    for (size_t i = 0; i < table->name_count; i++) {
        struct slice name = buffer_slice(&table->names[i]);
        if (has_word(name, words) && !has_word(name, others))
            return i;
    }
    return SLICE_NONE;
}

static bool cell_number(const struct csv_reader *table, size_t column, uint64_t *value)
{
    return slice_to_u64(csv_cell(table, column), value) == 0;
}

/* Vault: accounts and counts. */

static const char *const success_words[] = { "success", "count", "messages", "number", NULL };
static const char *const error_words[] = { "error", "fail", "exception", NULL };
static const char *const other_words[] = { "error", "fail", "exception", "account",
                                           NULL }; /* "account" has "count" */
static const char *const no_words[] = { NULL };

static struct slice account_of(const struct csv_reader *table)
{
    for (size_t i = 0; i < table->count; i++)
        if (slice_find_byte(csv_cell(table, i), 0, '@') != SLICE_NONE)
            return csv_cell(table, i);
    return slice_of(NULL, 0);
}

/* The row's count: of its column, else the first number there is. */
static bool count_of(const struct csv_reader *table, size_t column, uint64_t *count)
{
    if (cell_number(table, column, count))
        return true;
    for (size_t i = 0; column == SLICE_NONE && i < table->count; i++)
        if (cell_number(table, i, count))
            return true;
    return false;
}

static void read_counts(struct export_reader *reader, struct csv_reader *table,
                        const struct promise_sink *sink)
{
    size_t success = find_column(table, success_words, other_words);
    size_t error = find_column(table, error_words, no_words);
    uint64_t count, failed = 0;
    while (csv_next(table) == 1) {
        struct slice account = slice_sub(account_of(table), 0, NAME_MOST);
        if (account.len > 0 && count_of(table, success, &count))
            promise(reader, sink, (struct promise){ PROMISE_MESSAGES, account, count, { 0 } });
        if (account.len > 0 && cell_number(table, error, &count) && count < UINT64_MAX - failed)
            failed += count;
    }
    if (failed > 0)
        promise(reader, sink, (struct promise){ .what = PROMISE_FAILED, .count = failed });
}

static void read_failures(struct export_reader *reader, struct csv_reader *table,
                          const struct promise_sink *sink)
{
    static const char *const own_words[] = { "account",   "message id", "document", "email",
                                             "custodian", "group",      NULL };
    uint64_t rows = 0;
    if (find_column(table, own_words, no_words) == SLICE_NONE)
        return;
    while (csv_next(table) == 1)
        rows++;
    if (rows > 0)
        promise(reader, sink, (struct promise){ .what = PROMISE_FAILED, .count = rows });
}

/* Purview: a row an item. */

static const char *const identity_words[] = {
    "item id",     "document id",   "immutable id", "internet message id",
    "item class",  "original path", "target path",  "compound path",
    "export path", "location",      "custodian",    NULL
};
static const char *const status_words[] = { "status", "export result", NULL };
static const char *const path_words[] = { "target path", "export path", "exported path", "export_native_path",
                                          NULL };
static const char *const failed_words[] = { "fail", "error", "not exported", "skipped", "could not", NULL };
static const char *const sound_words[] = {
    "no error", "none", "success", "succeeded", "without error", NULL
};

/* Two of the columns that tell what an item is: a table of something else has none. */
static bool is_list_of_items(const struct csv_reader *table)
{
    size_t known = 0;
    for (size_t i = 0; i < table->name_count; i++)
        known += has_word(buffer_slice(&table->names[i]), identity_words);
    return known >= 2;
}

static bool has_failed(const struct csv_reader *table, size_t status, size_t error)
{
    struct slice told = csv_cell(table, status), why = csv_cell(table, error);
    if (has_word(told, failed_words) && !has_word(told, sound_words))
        return true;
    return status == SLICE_NONE && why.len > 0 && !slice_is_equal(why, slice_str("0")) &&
           !has_word(why, sound_words);
}

/* "alice@corp.example.pst" of "Exchange\alice@corp.example.pst\Inbox\Plan". */
static struct slice mailbox_of(struct slice path)
{
    for (size_t start = 0; start < path.len;) {
        size_t end = start;
        while (end < path.len && path.ptr[end] != '\\' && path.ptr[end] != '/')
            end++;
        struct slice step = slice_sub(path, start, end - start);
        if (slice_ends_with_nocase(step, ".pst"))
            return step;
        start = end + 1;
    }
    return slice_of(NULL, 0);
}

static void read_items(struct export_reader *reader, struct csv_reader *table,
                       const struct promise_sink *sink)
{
    size_t status = find_column(table, status_words, no_words),
           path = find_column(table, path_words, no_words);
    size_t error = find_column(table, error_words, status_words);
    uint64_t rows = 0, failed = 0;
    struct slice last = slice_of(NULL, 0);
    if (!is_list_of_items(table))
        return;
    while (csv_next(table) == 1) {
        bool is_missing = has_failed(table, status, error);
        struct slice mailbox = slice_sub(mailbox_of(csv_cell(table, path)), 0, NAME_MOST);
        rows++;
        failed += is_missing;
        if (is_missing || mailbox.len == 0 || slice_is_equal_nocase(mailbox, last))
            continue;
        last = arena_copy(reader->arena, mailbox);
        promise(reader, sink, (struct promise){ .what = PROMISE_FILE, .name = last });
    }
    if (rows > failed)
        promise(reader, sink, (struct promise){ .what = PROMISE_ITEMS, .count = rows - failed });
    if (failed > 0)
        promise(reader, sink, (struct promise){ .what = PROMISE_FAILED, .count = failed });
}

/* Purview's summary: the row that says how many items were exported. The heading is a row like others. */
static void read_summary(struct export_reader *reader, struct csv_reader *table,
                         const struct promise_sink *sink)
{
    static const char *const labels[] = { "items exported",
                                          "exported items",
                                          "total items exported",
                                          "total exported items",
                                          "total number of items exported",
                                          "exported item count" };
    uint64_t count;
    while (csv_next(table) == 1)
        for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
            if (slice_is_equal_nocase(csv_cell(table, 0), slice_str(labels[i])) &&
                cell_number(table, 1, &count))
                promise(reader, sink, (struct promise){ .what = PROMISE_ITEMS, .count = count });
}

/* Checksums: "d41d8cd9…  name", "name,d41d8cd9…", "MD5 (name) = d41d8cd9…". */

static bool is_hex_run(struct slice text, size_t at)
{
    for (size_t i = 0; i < 2 * EXPORT_MD5; i++)
        if (slice_hex_digit(text.ptr[at + i]) < 0)
            return false;
    bool is_left = at == 0 || slice_hex_digit(text.ptr[at - 1]) < 0;
    size_t end = at + 2 * EXPORT_MD5;
    return is_left && (end == text.len || slice_hex_digit(text.ptr[end]) < 0);
}

static size_t find_md5(struct slice line)
{
    for (size_t at = 0; line.len >= 2 * EXPORT_MD5 && at <= line.len - 2 * EXPORT_MD5; at++)
        if (slice_hex_digit(line.ptr[at]) >= 0 && is_hex_run(line, at))
            return at;
    return SLICE_NONE;
}

static struct slice strip(struct slice text)
{
    static const struct slice marks = { (const unsigned char *)" \t,;:=*\"'()", 11 };
    while (text.len > 0 && slice_find_byte(marks, 0, text.ptr[0]) != SLICE_NONE)
        text = slice_skip(text, 1);
    while (text.len > 0 && slice_find_byte(marks, 0, text.ptr[text.len - 1]) != SLICE_NONE)
        text.len--;
    return text;
}

static void read_checksums(struct export_reader *reader, const struct promise_sink *sink)
{
    struct slice rest = buffer_slice(&reader->table), line;
    while (slice_eat_line(&rest, &line) == 1) {
        struct promise made = { .what = PROMISE_MD5 };
        line = slice_sub(slice_chomp(line), 0, 4 * NAME_MOST);
        size_t at = find_md5(line);
        if (at == SLICE_NONE || slice_unhex(slice_sub(line, at, 2 * EXPORT_MD5), made.md5) != EXPORT_MD5)
            continue;
        made.name = strip(slice_skip(line, at + 2 * EXPORT_MD5));
        if (made.name.len == 0)
            made.name = strip(slice_sub(line, 0, at));
        if (slice_starts_with(made.name, "MD5 ("))
            made.name = strip(slice_skip(made.name, 5));
        if (made.name.len > 0 && made.name.len <= NAME_MOST)
            promise(reader, sink, made);
    }
}

/* XML: messages are counted as they pass. */

static void xml_start(void *ctx, const char *name, const char **attributes)
{
    struct export_reader *reader = ctx;
    const char *local = xml_local(name);
    if (reader->list == EXPORT_ERRORS) {
        static const char *const own[] = { "DocID", "ErrorCode", "Custodian", "Account" };
        reader->failures += slice_is_equal_nocase(slice_str(local), slice_str("error"));
        for (size_t i = 0; i < sizeof own / sizeof *own; i++)
            reader->is_own |= strcmp(local, own[i]) == 0 || xml_attribute(attributes, own[i]);
    } else if (strcmp(local, "Document") == 0) {
        reader->has_sender = false;
        reader->is_own = true;
    } else if (strcmp(local, "Tag") == 0) {
        const char *tag = xml_attribute(attributes, "TagName");
        reader->has_sender |= tag && strcmp(tag, "#From") == 0;
    }
}

static void xml_end(void *ctx, const char *name)
{
    struct export_reader *reader = ctx;
    if (reader->list == EXPORT_METADATA && strcmp(xml_local(name), "Document") == 0)
        reader->documents += reader->has_sender;
}

/* One for all. */

void export_lists_begin(struct export_reader *reader)
{
    buffer_init(&reader->table, EXPORT_TABLE_MAX);
    reader->has_xml = reader->list == EXPORT_METADATA || reader->list == EXPORT_ERRORS;
    reader->xml_sink = (struct xml_sink){ .start = xml_start, .end = xml_end, .ctx = reader };
    if (reader->has_xml)
        xml_init(&reader->xml, &reader->xml_sink);
}

void export_lists_feed(struct export_reader *reader, struct slice bytes)
{
    if (reader->has_xml)
        (void)xml_feed(&reader->xml, bytes, false);
    else
        (void)buffer_put(&reader->table, bytes);
}

static int end_xml(struct export_reader *reader, const struct promise_sink *sink, struct error *err)
{
    bool is_sound = xml_feed(&reader->xml, slice_of(NULL, 0), true) == 0;
    if (reader->is_own && reader->failures > 0)
        promise(reader, sink, (struct promise){ .what = PROMISE_FAILED, .count = reader->failures });
    if (is_sound && reader->documents > 0)
        promise(reader, sink, (struct promise){ .what = PROMISE_MESSAGES, .count = reader->documents });
    if (is_sound || !reader->is_own)
        return 0;
    return error_set(err, ERROR_FORMAT,
                     "the export's list breaks off or is damaged: what it promises was not compared");
}

int export_lists_end(struct export_reader *reader, const struct promise_sink *sink, struct error *err)
{
    static void (*const readers[])(struct export_reader *, struct csv_reader *,
                                   const struct promise_sink *) = {
        [EXPORT_COUNTS] = read_counts,
        [EXPORT_FAILURES] = read_failures,
        [EXPORT_ITEMS] = read_items,
        [EXPORT_SUMMARY] = read_summary,
    };
    struct csv_reader *table;
    if (reader->has_xml)
        return end_xml(reader, sink, err);
    if (reader->table.is_overfull)
        return error_set_limit(err, NULL,
                               "the export's list is longer than %zu MiB: what it promises was not compared",
                               EXPORT_TABLE_MAX >> 20);
    if (reader->list == EXPORT_CHECKSUMS) {
        read_checksums(reader, sink);
        return 0;
    }
    table = arena_alloc(reader->arena, sizeof *table);
    if (csv_open(table, buffer_slice(&reader->table), "list", err) == 0)
        readers[reader->list](reader, table, sink);
    csv_close(table);
    return 0;
}

void export_lists_release(struct export_reader *reader)
{
    if (reader->has_xml)
        xml_release(&reader->xml);
    buffer_release(&reader->table);
}
