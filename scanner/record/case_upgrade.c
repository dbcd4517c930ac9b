/* case_upgrade.c - a case of an older version becomes one of this version: step by step, in one transaction. */
#include <stdio.h>

#include "base/log.h"
#include "record/case_parts.h"
#include "record/case_schema.h"

/* origin_of(key, date, sender): what a message's key of version 1 is now (record/id.h). */
static void origin_of(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct record_id named = { { 0 } };
    const void *bytes = sqlite3_value_blob(values[0]);
    const char *from = (const char *)sqlite3_value_text(values[2]);
    bool has_date = sqlite3_value_type(values[1]) != SQLITE_NULL;
    (void)count;
    if (bytes && sqlite3_value_bytes(values[0]) == RECORD_ID_SIZE)
        memcpy(named.bytes, bytes, RECORD_ID_SIZE);
    struct record_id id = id_of_origin(&named, has_date ? sqlite3_value_int64(values[1]) : ENVELOPE_NO_DATE,
                                       slice_str(from ? from : ""));
    sqlite3_result_blob(context, id.bytes, RECORD_ID_SIZE, SQLITE_TRANSIENT);
}

static int run(struct case_store *store, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : case_fail(store, "upgrade");
}

/* Another program may have done it while we waited. */
static int version_of(struct case_store *store)
{
    sqlite3_stmt *row = NULL;
    int version = -1;
    if (sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &row, NULL) == SQLITE_OK &&
        sqlite3_step(row) == SQLITE_ROW)
        version = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    return version;
}

static int climb(struct case_store *store)
{
    char sql[64];
    int version = version_of(store);
    if (version < 1 || version > CASE_VERSION)
        return case_fail(store, "upgrade");
    for (; version < CASE_VERSION; version++)
        if (run(store, case_steps[version]) < 0)
            return -1;
    snprintf(sql, sizeof sql, "PRAGMA user_version=%d; COMMIT", CASE_VERSION);
    return run(store, sql);
}

int case_upgrade(struct case_store *store)
{
    if (sqlite3_create_function(store->db, "origin_of", 3, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                origin_of, NULL, NULL) != SQLITE_OK)
        return case_fail(store, "upgrade");
    if (case_leads_define(store) < 0)
        return -1;
    if (run(store, "BEGIN IMMEDIATE") < 0)
        return -1;
    if (climb(store) == 0) {
        log_warn("the case '%s' is of version %d now; an older mailspill can't open it any more",
                 store->folder, CASE_VERSION);
        return 0;
    }
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}
