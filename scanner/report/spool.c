/* spool.c - what a report must hold until its end: a temporary SQLite database. */
#include "report/spool.h"

#include <stdlib.h>

#define STATEMENTS_MAX 24

struct prepared {
    const char *sql;
    sqlite3_stmt *statement;
};

struct spool {
    sqlite3 *db;
    struct prepared prepared[STATEMENTS_MAX];
    size_t prepared_count;
    bool has_failed;
    struct error failure;
};

static int spool_fail(struct spool *spool)
{
    if (!spool->has_failed)
        error_set(&spool->failure, ERROR_SYSTEM, "cannot hold the report back to sort it: %s",
                  spool->db ? sqlite3_errmsg(spool->db) : "out of memory");
    spool->has_failed = true;
    return -1;
}

/* SQLite asks one global for the folder of all temporary files, and goes elsewhere without a word where it can't use it. */
static int spool_set_folder(const char *folder, struct error *err)
{
    if (!folder)
        return 0;
    if (access(folder, W_OK | X_OK) < 0)
        return error_set_errno(err, "cannot use the spool folder '%s'", folder);
    sqlite3_free(sqlite3_temp_directory);
    sqlite3_temp_directory = sqlite3_mprintf("%s", folder);
    return 0;
}

struct spool *spool_new(const char *folder, const char *schema, struct error *err)
{
    static const char pragmas[] = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8192;"
                                  "PRAGMA temp_store=FILE; PRAGMA locking_mode=EXCLUSIVE; BEGIN;";
    if (spool_set_folder(folder, err) < 0)
        return NULL;
    struct spool *spool = calloc(1, sizeof *spool);
    if (!spool)
        abort();
    if (sqlite3_open("", &spool->db) != SQLITE_OK ||
        sqlite3_exec(spool->db, pragmas, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(spool->db, schema, NULL, NULL, NULL) != SQLITE_OK) {
        spool_fail(spool);
        if (err)
            *err = spool->failure;
        spool_free(spool);
        return NULL;
    }
    return spool;
}

void spool_free(struct spool *spool)
{
    if (!spool)
        return;
    for (size_t i = 0; i < spool->prepared_count; i++)
        sqlite3_finalize(spool->prepared[i].statement);
    sqlite3_close(spool->db);
    free(spool);
}

sqlite3_stmt *spool_statement(struct spool *spool, const char *sql)
{
    for (size_t i = 0; i < spool->prepared_count; i++) {
        if (spool->prepared[i].sql != sql)
            continue;
        sqlite3_reset(spool->prepared[i].statement);
        sqlite3_clear_bindings(spool->prepared[i].statement);
        return spool->prepared[i].statement;
    }
    struct prepared *fresh = &spool->prepared[spool->prepared_count];
    if (spool->prepared_count == STATEMENTS_MAX ||
        sqlite3_prepare_v2(spool->db, sql, -1, &fresh->statement, NULL) != SQLITE_OK) {
        spool_fail(spool);
        return NULL;
    }
    fresh->sql = sql;
    spool->prepared_count++;
    return fresh->statement;
}

void spool_bind_text(sqlite3_stmt *statement, int column, struct slice text)
{
    if (text.len > 0)
        sqlite3_bind_blob64(statement, column, text.ptr, text.len, SQLITE_STATIC);
}

void spool_bind_number(sqlite3_stmt *statement, int column, int64_t number)
{
    sqlite3_bind_int64(statement, column, number);
}

int spool_run(struct spool *spool, sqlite3_stmt *statement)
{
    int got = spool_next(spool, statement);
    if (statement)
        sqlite3_reset(statement);
    return got < 0 ? -1 : 0;
}

int spool_next(struct spool *spool, sqlite3_stmt *statement)
{
    int got = statement ? sqlite3_step(statement) : SQLITE_ERROR;
    if (got == SQLITE_ROW)
        return 1;
    return got == SQLITE_DONE ? 0 : spool_fail(spool);
}

struct slice spool_text(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    return slice_of(bytes, bytes ? (size_t)sqlite3_column_bytes(statement, column) : 0);
}

const struct error *spool_failure(const struct spool *spool)
{
    return spool->has_failed ? &spool->failure : NULL;
}
