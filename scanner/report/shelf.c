/* shelf.c - what a report must hold until its end: a temporary SQLite database. */
#include "report/shelf.h"

#include <stdlib.h>

#define STATEMENTS_MAX 24

struct prepared {
    const char *sql;
    sqlite3_stmt *statement;
};

struct shelf {
    sqlite3 *db;
    struct prepared prepared[STATEMENTS_MAX];
    size_t prepared_count;
    bool has_failed;
    struct error failure;
};

static int shelf_fail(struct shelf *shelf)
{
    if (!shelf->has_failed)
        error_set(&shelf->failure, ERROR_SYSTEM, "cannot hold the report back to sort it: %s",
                  shelf->db ? sqlite3_errmsg(shelf->db) : "out of memory");
    shelf->has_failed = true;
    return -1;
}

/* SQLite asks one global for the folder of all temporary files, and goes elsewhere without a word where it can't use it. */
int shelf_set_folder(const char *folder, struct error *err)
{
    if (!folder)
        return 0;
    if (access(folder, W_OK | X_OK) < 0)
        return error_set_errno(err, "cannot use the spool folder '%s'", folder);
    sqlite3_free(sqlite3_temp_directory);
    sqlite3_temp_directory = sqlite3_mprintf("%s", folder);
    return 0;
}

struct shelf *shelf_new(const char *folder, const char *schema, struct error *err)
{
    static const char pragmas[] = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8192;"
                                  "PRAGMA temp_store=FILE; PRAGMA locking_mode=EXCLUSIVE; BEGIN;";
    if (shelf_set_folder(folder, err) < 0)
        return NULL;
    struct shelf *shelf = calloc(1, sizeof *shelf);
    if (!shelf)
        abort();
    if (sqlite3_open("", &shelf->db) != SQLITE_OK ||
        sqlite3_exec(shelf->db, pragmas, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(shelf->db, schema, NULL, NULL, NULL) != SQLITE_OK) {
        shelf_fail(shelf);
        if (err)
            *err = shelf->failure;
        shelf_free(shelf);
        return NULL;
    }
    return shelf;
}

void shelf_free(struct shelf *shelf)
{
    if (!shelf)
        return;
    for (size_t i = 0; i < shelf->prepared_count; i++)
        sqlite3_finalize(shelf->prepared[i].statement);
    sqlite3_close(shelf->db);
    free(shelf);
}

sqlite3_stmt *shelf_statement(struct shelf *shelf, const char *sql)
{
    for (size_t i = 0; i < shelf->prepared_count; i++) {
        if (shelf->prepared[i].sql != sql)
            continue;
        sqlite3_reset(shelf->prepared[i].statement);
        sqlite3_clear_bindings(shelf->prepared[i].statement);
        return shelf->prepared[i].statement;
    }
    struct prepared *fresh = &shelf->prepared[shelf->prepared_count];
    if (shelf->prepared_count == STATEMENTS_MAX ||
        sqlite3_prepare_v2(shelf->db, sql, -1, &fresh->statement, NULL) != SQLITE_OK) {
        shelf_fail(shelf);
        return NULL;
    }
    fresh->sql = sql;
    shelf->prepared_count++;
    return fresh->statement;
}

void shelf_bind_text(sqlite3_stmt *statement, int column, struct slice text)
{
    if (text.len > 0)
        sqlite3_bind_blob64(statement, column, text.ptr, text.len, SQLITE_STATIC);
}

void shelf_bind_number(sqlite3_stmt *statement, int column, int64_t number)
{
    sqlite3_bind_int64(statement, column, number);
}

int shelf_run(struct shelf *shelf, sqlite3_stmt *statement)
{
    int got = shelf_next(shelf, statement);
    if (statement)
        sqlite3_reset(statement);
    return got < 0 ? -1 : 0;
}

int shelf_next(struct shelf *shelf, sqlite3_stmt *statement)
{
    int got = statement ? sqlite3_step(statement) : SQLITE_ERROR;
    if (got == SQLITE_ROW)
        return 1;
    return got == SQLITE_DONE ? 0 : shelf_fail(shelf);
}

struct slice shelf_text(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    return slice_of(bytes, bytes ? (size_t)sqlite3_column_bytes(statement, column) : 0);
}

const struct error *shelf_failure(const struct shelf *shelf)
{
    return shelf->has_failed ? &shelf->failure : NULL;
}
