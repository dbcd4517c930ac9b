/* sqlite.c - SQLite files: the schema, the rows of each table, and what is left of the file (deleted rows, indexes).
 *
 * Children: `SCHEMA`; each table as text, a line `column: value` for each value and an empty one after each row; values that are files by themselves
 * (`BLOB-1`); the file's bytes without the rows that were read. SQLite reads our own copy in memory (sqlite3_deserialize): it opens no file, runs no view, trigger or virtual table.
 */
#include <sqlite3.h>
#include <time.h>

#include "base/utf8.h"
#include "walk/format.h"
#include "walk/hold.h"
#include "walk/part.h"
#include "walk/sqlite_page.h"
#include "walk/sqlite_rest.h"
#include "walk/type.h"

#define VALUE_MAX (16 * 1024 * 1024)
#define HEAP_MAX (64 * 1024 * 1024)
#define WINDOW ((size_t)64 * 1024)
#define STEPS_BETWEEN_LOOKS 20000
#define BLOBS_MOST 10000
#define INDEXES_MOST 100                       /* that are told */
#define BLOBS_BYTES ((size_t)64 * 1024 * 1024) /* of all, kept until the tables were read */
#define BLOB_LEAST 32

enum sqlite_stage { STAGE_SCHEMA, STAGE_TABLES, STAGE_BLOBS, STAGE_REST, STAGE_DONE };

/* A value that is a file, in `blobs`. */
struct blob {
    size_t at, len;
};

struct rows {
    struct source source;
    struct sqlite *file;
    sqlite3_stmt *statement;
    uint32_t root;
    bool is_read; /* to its end: a further step would begin again */
    struct buffer window;
};

struct sqlite {
    unsigned char *bytes; /* our copy */
    size_t len;
    unsigned char *done; /* pages whose records were blanked */
    uint32_t *roots;     /* of tables that were read whole */
    size_t root_count, root_room;
    sqlite3 *db;
    sqlite3_stmt *tables;
    enum sqlite_stage stage;
    uint64_t count;
    clock_t deadline;
    bool is_late;
    struct arena *arena;
    struct buffer blobs, blob_list; /* of struct blob */
    size_t blob_next;
};

/* Time. */

static int check_time(void *ctx)
{
    struct sqlite *file = ctx;
    file->is_late |= clock() > file->deadline;
    return file->is_late;
}

/* Opening. */

static void sqlite_undo(void *ptr)
{
    struct sqlite *file = ptr;
    sqlite3_finalize(file->tables);
    sqlite3_close_v2(file->db);
    buffer_release(&file->blobs);
    buffer_release(&file->blob_list);
    file->tables = NULL;
    file->db = NULL;
}

static void harden(sqlite3 *db)
{
    static const int off[] = { SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_ENABLE_TRIGGER,
                               SQLITE_DBCONFIG_ENABLE_VIEW, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION };
    for (size_t i = 0; i < sizeof off / sizeof *off; i++)
        sqlite3_db_config(db, off[i], 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_hard_heap_limit64(HEAP_MAX);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_COLUMN, 2000);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 100);
}

static int connect_copy(struct sqlite *file, struct error *err)
{
    /* A file in WAL mode is asked for its log otherwise. */
    file->bytes[18] = file->bytes[19] = 1;
    if (sqlite3_open_v2(":memory:", &file->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return error_set(err, ERROR_SYSTEM, "SQLite cannot be started");
    harden(file->db);
    sqlite3_progress_handler(file->db, STEPS_BETWEEN_LOOKS, check_time, file);
    if (sqlite3_deserialize(file->db, "main", file->bytes, (sqlite3_int64)file->len, (sqlite3_int64)file->len,
                            SQLITE_DESERIALIZE_READONLY) != SQLITE_OK ||
        sqlite3_prepare_v2(
            file->db, "SELECT name, rootpage, sql FROM sqlite_schema WHERE type = 'table' AND rootpage > 0",
            -1, &file->tables, NULL) != SQLITE_OK)
        return error_set(err, ERROR_FORMAT, "the SQLite file cannot be read: %s", sqlite3_errmsg(file->db));
    return 0;
}

static int sqlite_open(struct walk *walk, struct error *err)
{
    const struct limits *limits = walk->env->limits;
    struct source *in = hold_source(walk->arena, walk->item->source, walk->env, err);
    if (!source_is_seekable(in)) {
        walk->item->source = in;
        return -1;
    }
    if (in->size > limits->whole_bytes || in->size < 100) {
        walk->item->source = in;
        return in->size < 100 ? error_set(err, ERROR_FORMAT, "the SQLite file is cut short")
                              : error_set_limit(err, "whole-bytes", "the SQLite file is too large");
    }
    struct sqlite *file = arena_alloc(walk->arena, sizeof *file);
    struct slice bytes = arena_copy(walk->arena, part_read(walk->arena, in, 0, (size_t)in->size));
    file->bytes = (unsigned char *)(uintptr_t)bytes.ptr;
    file->len = bytes.len;
    file->arena = walk->arena;
    buffer_init(&file->blobs, BLOBS_BYTES);
    buffer_init(&file->blob_list, BLOBS_MOST * sizeof(struct blob));
    file->deadline = clock() + (clock_t)limits->item_cpu * CLOCKS_PER_SEC / 2;
    arena_defer(walk->arena, sqlite_undo, file);
    if (connect_copy(file, err) < 0) {
        walk->item->source = in;
        return -1;
    }
    file->done = arena_alloc(walk->arena, sqlite_done_size(file->bytes, file->len));
    walk->item->source = source_from_memory(walk->item->arena, slice_of(NULL, 0));
    walk->state = file;
    return 0;
}

/* Rows as text. */

static void note_read(struct sqlite *file, uint32_t root)
{
    if (file->root_count == file->root_room) {
        size_t room = file->root_room ? 2 * file->root_room : 16;
        uint32_t *more = arena_alloc_array(file->arena, room, sizeof *more);
        if (file->root_count)
            memcpy(more, file->roots, file->root_count * sizeof *more);
        file->roots = more;
        file->root_room = room;
    }
    file->roots[file->root_count++] = root;
}

/* Is VALUE a file that something opens? Pictures are not: there are caches with thousands of them. */
static bool is_file(struct slice value)
{
    if (value.len < BLOB_LEAST)
        return false;
    struct type type = type_from_signature(slice_sub(value, 0, FORMAT_HEAD));
    return slice_starts_with(value, "\x1f\x8b\x08") || (type.media && type.class != TYPE_PICTURE);
}

/* Keep VALUE for later. False: there is no room, and it stays in the table's text. */
static bool keep_file(struct sqlite *file, struct slice value)
{
    struct blob blob = { file->blobs.len, value.len };
    if (file->blob_list.len + sizeof blob > file->blob_list.ceiling ||
        value.len > file->blobs.ceiling - file->blobs.len) {
        file->blob_list.is_overfull = true;
        return false;
    }
    buffer_put(&file->blobs, value);
    buffer_put(&file->blob_list, slice_of(&blob, sizeof blob));
    return true;
}

static void put_row(struct rows *rows)
{
    for (int i = 0; i < sqlite3_column_count(rows->statement); i++) {
        bool is_blob = sqlite3_column_type(rows->statement, i) == SQLITE_BLOB;
        if (sqlite3_column_type(rows->statement, i) == SQLITE_NULL)
            continue;
        const void *value = is_blob ? sqlite3_column_blob(rows->statement, i)
                                    : (const void *)sqlite3_column_text(rows->statement, i);
        int len = sqlite3_column_bytes(rows->statement, i);
        const char *name = sqlite3_column_name(rows->statement, i);
        buffer_put_str(&rows->window, name ? name : "?");
        buffer_put_str(&rows->window, ": ");
        struct slice bytes = slice_of(value, value && len > 0 ? (size_t)len : 0);
        if (is_blob && is_file(bytes) && keep_file(rows->file, bytes))
            bytes.len = 0;
        if (is_blob) {
            sqlite_put_blob(&rows->window, name ? name : "?", bytes);
            continue;
        }
        buffer_put(&rows->window, bytes);
        buffer_put_byte(&rows->window, '\n');
    }
    buffer_put_byte(&rows->window, '\n');
}

static int rows_fill(struct source *source, size_t want, struct error *err)
{
    struct rows *rows = (struct rows *)source;
    buffer_drop(&rows->window, rows->window.len - source->ready.len);
    int got = rows->is_read ? SQLITE_DONE : SQLITE_ROW;
    while (got == SQLITE_ROW && (rows->window.len < want || rows->window.len < WINDOW)) {
        got = sqlite3_step(rows->statement);
        if (got == SQLITE_ROW)
            put_row(rows);
    }
    source->ready = buffer_slice(&rows->window);
    if (got == SQLITE_ROW)
        return 1;
    if (got == SQLITE_DONE) {
        if (!rows->is_read)
            note_read(rows->file, rows->root);
        rows->is_read = true;
        return source->ready.len >= want ? 1 : 0;
    }
    if (rows->file->is_late)
        return error_set_limit(err, "item-cpu", "the table takes too much CPU time");
    return error_set(err, ERROR_FORMAT, "the table cannot be read: %s", sqlite3_errmsg(rows->file->db));
}

static void rows_undo(void *ptr)
{
    struct rows *rows = ptr;
    sqlite3_finalize(rows->statement);
    buffer_release(&rows->window);
}

static const struct source_class rows_class = { .fill = rows_fill };

/* Children. */

static int give_rows(struct sqlite *file, struct item *child, const char *query, uint32_t root)
{
    struct rows *rows = arena_alloc(child->arena, sizeof *rows);
    *rows = (struct rows){ .file = file, .root = root };
    rows->source = (struct source){ .class = &rows_class, .size = SOURCE_SIZE_UNKNOWN };
    buffer_init(&rows->window, SIZE_MAX / 2);
    if (sqlite3_prepare_v2(file->db, query, -1, &rows->statement, NULL) != SQLITE_OK) {
        rows_undo(rows);
        return 0;
    }
    arena_defer(child->arena, rows_undo, rows);
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->content = CONTENT_TEXT;
    child->charset = slice_str("utf-8");
    child->source = &rows->source;
    return 1;
}

/* The next table that can be read; others stay in the rest of the file. */
static int next_table(struct walk *walk, struct sqlite *file, struct item *child)
{
    while (file->count++ < walk->env->limits->inner_entries && sqlite3_step(file->tables) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(file->tables, 0);
        uint32_t root = (uint32_t)sqlite3_column_int64(file->tables, 1);
        char *query = name ? sqlite3_mprintf("SELECT * FROM \"%w\"", name) : NULL;
        int given = query ? give_rows(file, child, query, root) : 0;
        sqlite3_free(query);
        if (!given) {
            walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
                     "a table of the SQLite file cannot be read: only its bytes were: %s",
                     sqlite3_errmsg(file->db));
            continue;
        }
        child->name = arena_copy(child->arena, slice_str(name));
        return 1;
    }
    return 0;
}

static int next_blob(struct walk *walk, struct sqlite *file, struct item *child)
{
    const struct blob *list = (const struct blob *)(const void *)file->blob_list.ptr;
    if (file->blob_next >= file->blob_list.len / sizeof *list) {
        if (file->blob_list.is_overfull)
            walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                     "more files in the tables than are opened: the others were read as bytes");
        return 0;
    }
    const struct blob *blob = &list[file->blob_next++];
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = arena_printf(child->arena, "BLOB-%zu", file->blob_next);
    child->source =
        source_from_memory(child->arena, slice_sub(buffer_slice(&file->blobs), blob->at, blob->len));
    return 1;
}

/* Does the statement SQL make a full-text index that keeps no content? */
static bool is_contentless(struct slice sql)
{
    for (size_t at = 0; (at = slice_find_nocase(sql, at, slice_str("content"))) != SLICE_NONE; at++) {
        struct slice rest = slice_trim(slice_sub(sql, at + 7, 64));
        if (rest.len == 0 || rest.ptr[0] != '=')
            continue;
        rest = slice_trim(slice_skip(rest, 1));
        if (slice_starts_with(rest, "''") || slice_starts_with(rest, "\"\"") ||
            slice_starts_with(rest, ",") || slice_starts_with(rest, ")"))
            return true;
    }
    return false;
}

/* Such an index has words alone, in no order that a secret could be read from. */
static void tell_indexes(struct walk *walk, struct sqlite *file)
{
    sqlite3_stmt *all = NULL;
    if (sqlite3_prepare_v2(file->db,
                           "SELECT name, sql FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts%'",
                           -1, &all, NULL) != SQLITE_OK)
        return;
    for (size_t i = 0; i < INDEXES_MOST && sqlite3_step(all) == SQLITE_ROW; i++) {
        struct slice name = slice_str((const char *)sqlite3_column_text(all, 0));
        const char *sql = (const char *)sqlite3_column_text(all, 1);
        if (!sql || !is_contentless(slice_str(sql)))
            continue;
        char shown[100];
        utf8_escape_into(shown, sizeof shown, name);
        walk_gap(walk, walk->item, GAP_UNSUPPORTED, GAP_STANDS_FOR_REST, NULL,
                 "the full-text index '%s' keeps no content: its words were read as bytes", shown);
    }
    sqlite3_finalize(all);
}

static int give_rest(struct sqlite *file, struct item *child)
{
    sqlite_undo(file);
    for (size_t i = 0; i < file->root_count; i++)
        sqlite_blank(file->bytes, file->len, file->roots[i], file->done, file->arena);
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->source = source_from_memory(child->arena, slice_of(file->bytes, file->len));
    return 1;
}

static int sqlite_next(struct walk *walk, struct item *child, struct error *err)
{
    struct sqlite *file = walk->state;
    int got = 0;
    (void)err;
    while (got == 0 && file->stage < STAGE_DONE) {
        switch (file->stage) {
        case STAGE_SCHEMA:
            tell_indexes(walk, file);
            got = give_rows(file, child, "SELECT sql FROM sqlite_schema WHERE sql NOT NULL", 1);
            child->name = slice_str("SCHEMA");
            file->stage = STAGE_TABLES;
            break;
        case STAGE_TABLES:
            got = next_table(walk, file, child);
            if (got == 0)
                file->stage = STAGE_BLOBS;
            break;
        case STAGE_BLOBS:
            got = next_blob(walk, file, child);
            if (got == 0)
                file->stage = STAGE_REST;
            break;
        case STAGE_REST:
            got = give_rest(file, child);
            file->stage = STAGE_DONE;
            break;
        case STAGE_DONE:
            break;
        }
    }
    return got;
}

static enum bid sqlite_probe(const struct item *item, struct slice head)
{
    (void)item;
    return slice_is_equal(slice_sub(head, 0, 16), slice_of("SQLite format 3", 16)) ? BID_SIGNATURE : BID_NONE;
}

const struct format format_sqlite = {
    .name = "sqlite",
    .title = "SQLite files: the rows of each table, the schema, deleted rows as bytes",
    .probe = sqlite_probe,
    .open = sqlite_open,
    .next = sqlite_next,
};
