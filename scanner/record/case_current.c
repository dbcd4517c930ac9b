/* case_current.c - what a case read, each input once: the same bytes may have been scanned again, with other rules or options. */
#include "record/case_parts.h"

/* As in nearly every case: nothing was scanned twice. */
static const char single_sql[] = "CREATE TEMP VIEW current_inputs AS SELECT input, run AS first_run, state = "
                                 "'done' AS is_whole FROM inputs";

/* Without a hash: a scan that was stopped, which is one with those of the same file as it lay there; or a pipe, which is always another. */
#define SAME                                                                                    \
    "PARTITION BY size, key_path, custodian, folder, sha256, iif(sha256 IS NULL, path, NULL), " \
    "iif(sha256 IS NULL, mtime, NULL), iif(sha256 IS NULL AND state = 'done', input, NULL)"

static const char several_sql[] =
    "CREATE TEMP TABLE current_inputs AS SELECT input, first_run, is_whole FROM ("
    "SELECT input, sha256, path, size, mtime, min(run) OVER same AS first_run,"
    " max(iif(state = 'open', input, 0)) OVER same <= max(iif(state = 'done', input, 0)) OVER same AS "
    "is_whole,"
    " row_number() OVER (" SAME " ORDER BY state = 'done' DESC, input DESC) AS place FROM inputs"
    " WINDOW same AS (" SAME ")) i WHERE place = 1 AND NOT (sha256 IS NULL AND NOT is_whole AND EXISTS("
    "SELECT 1 FROM inputs j WHERE j.size = i.size AND j.path = i.path AND j.mtime = i.mtime AND j.state = "
    "'done' AND j.input > i.input))";

static bool has(struct case_store *store, const char *sql)
{
    sqlite3_stmt *row = case_statement(store, sql);
    bool has_it = case_next(store, row) == 1 && sqlite3_column_int(row, 0);
    if (row)
        sqlite3_reset(row);
    return has_it;
}

int case_lay_current(struct case_store *store)
{
    if (has(store, "SELECT EXISTS(SELECT 1 FROM sqlite_temp_master WHERE name = 'current_inputs')"))
        return 0;
    bool is_several = has(
        store, "SELECT EXISTS(SELECT 1 FROM inputs WHERE rules <> (SELECT rules FROM inputs ORDER BY input "
               "LIMIT 1) OR settings <> (SELECT settings FROM inputs ORDER BY input LIMIT 1) OR state = "
               "'open')");
    sqlite3_stmt *row =
        case_failure(store) ? NULL : case_statement(store, is_several ? several_sql : single_sql);
    return row ? case_run(store, row) : -1;
}
