/* sqlite_test.c - the records of an SQLite file's b-trees: blanked where they were read, never outside the file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "walk/format.h"
#include "walk/sqlite_rest.h"

/* A file in memory with one table of two hundred rows; its bytes, to be freed with sqlite3_free. */
static unsigned char *make_file(sqlite3_int64 *size, uint32_t *root)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "create table a(v); create table b(v); insert into b values('other');"
                     "with recursive c(x) as (select 1 union all select x + 1 from c where x < 200)"
                     "insert into a select 'value' || x || hex(zeroblob(50)) from c;",
                     NULL, NULL, NULL),
        SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "select rootpage from sqlite_schema where name = 'a'", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    *root = (uint32_t)sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    unsigned char *bytes = sqlite3_serialize(db, "main", size, 0);
    sqlite3_close(db);
    assert_non_null(bytes);
    return bytes;
}

static size_t count(struct slice bytes, const char *word)
{
    size_t found = 0;
    for (size_t at = 0; (at = slice_find(bytes, at, slice_str(word))) != SLICE_NONE; at++)
        found++;
    return found;
}

static void blanks_what_was_read(void **state)
{
    sqlite3_int64 size;
    uint32_t root;
    struct arena *arena = arena_new(0);
    unsigned char *file = make_file(&size, &root);
    struct slice bytes = slice_of(file, (size_t)size);
    (void)state;
    assert_int_equal(count(bytes, "value"), 200);
    unsigned char *done = arena_alloc(arena, sqlite_done_size(file, bytes.len));
    sqlite_blank(file, bytes.len, root, done, arena);
    assert_int_equal(count(bytes, "value"), 0);
    assert_int_equal(count(bytes, "other"), 1);
    assert_int_equal(count(bytes, "CREATE TABLE"), 2);
    sqlite3_free(file);
    arena_free(arena);
}

/* Under AddressSanitizer a step outside shows. */
static void damaged_files_stay_inside(void **state)
{
    sqlite3_int64 size;
    uint32_t root, seed = 1;
    unsigned char *file = make_file(&size, &root);
    (void)state;
    for (int round = 0; round < 300; round++) {
        struct arena *arena = arena_new(0);
        size_t len = (size_t)size - (size_t)(round % 7) * 700;
        unsigned char *copy = malloc(len);
        assert_non_null(copy);
        memcpy(copy, file, len);
        for (int i = 0; i < 40; i++) {
            seed = seed * 1664525u + 1013904223u;
            copy[seed % len] = (unsigned char)(seed >> 24);
        }
        unsigned char *done = arena_alloc(arena, sqlite_done_size(copy, len));
        for (uint32_t page = 0; page < 12; page++)
            sqlite_blank(copy, len, page, done, arena);
        free(copy);
        arena_free(arena);
    }
    sqlite3_free(file);
}

/* A reader that asks for little at a time sees each row once, and an end. */
static void tables_end_once(void **state)
{
    sqlite3_int64 size;
    uint32_t root;
    struct limits limits;
    struct walk walk = { 0 };
    struct item child;
    struct error err = { 0 };
    unsigned tables = 0;
    struct arena *arena = arena_new(0);
    unsigned char *file = make_file(&size, &root);
    const struct walk_env env = { .limits = &limits };
    struct item item = { .kind = ITEM_FILE, .arena = arena };
    (void)state;
    limits_init(&limits);
    item.source = source_from_memory(arena, slice_of(file, (size_t)size));
    assert_int_equal(walk_open(&walk, &format_sqlite, &item, &env, &err), 0);
    while (walk_next(&walk, &child, &err) == 1) {
        struct buffer text;
        buffer_init(&text, 1 << 20);
        while (source_fill(child.source, 1, &err) == 1) {
            size_t len = child.source->ready.len < 100 ? child.source->ready.len : 100;
            assert_int_equal(buffer_put(&text, slice_sub(child.source->ready, 0, len)), 0);
            source_consume(child.source, len);
        }
        if (slice_is_equal(child.name, slice_str("a"))) {
            assert_int_equal(count(buffer_slice(&text), "value"), 200);
            tables++;
        }
        buffer_release(&text);
    }
    assert_int_equal(tables, 1);
    walk_close(&walk);
    sqlite3_free(file);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blanks_what_was_read),
        cmocka_unit_test(tables_end_once),
        cmocka_unit_test(damaged_files_stay_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
