/* case_closed.c - gaps that are none any more: bytes that were read again, with other rules or options, told them no longer.
 *
 * They go from `gaps` to `closed_gaps`, which is made when there is a first one. It holds nothing that came from mail.
 */
#include "record/case_parts.h"

static bool has(struct case_store *store, sqlite3_stmt *row)
{
    bool has_it = case_next(store, row) == 1 && sqlite3_column_int(row, 0);
    if (row)
        sqlite3_reset(row);
    return has_it;
}

/* Of one input, N, all others with the same bytes that were told whole. */
#define TWINS                                                                                               \
    "SELECT o.input FROM inputs n JOIN inputs o ON o.size = n.size AND o.sha256 = n.sha256 AND o.key_path " \
    "= n.key_path AND o.custodian = n.custodian AND o.folder = n.folder AND o.state = 'done' AND o.input "  \
    "<> "                                                                                                   \
    "n.input WHERE n.input = ?1"

int case_reread_begin(struct case_store *store, int64_t input)
{
    static const char tables[] =
        "CREATE TEMP TABLE IF NOT EXISTS told_again(input INTEGER, id BLOB, custodian "
        "TEXT, PRIMARY KEY(input, id, custodian)) WITHOUT ROWID";
    sqlite3_stmt *row = case_statement(store, "SELECT EXISTS(" TWINS ")");
    if (!row)
        return -1;
    case_bind_number(row, 1, input);
    if (!has(store, row))
        return 0;
    if (!store->is_reading_again && case_run(store, case_statement(store, tables)) < 0)
        return -1;
    store->is_reading_again = true;
    /* A row without an id: this input was read from its start by this process. */
    row = case_statement(store, "INSERT OR IGNORE INTO told_again VALUES(?1, x'', '')");
    if (!row)
        return -1;
    case_bind_number(row, 1, input);
    return case_run(store, row);
}

/* It may have been closed before: it is open now. */
static int reopen(struct case_store *store, const struct gap_record *gap)
{
    sqlite3_stmt *row =
        case_statement(store, "DELETE FROM closed_gaps WHERE id = ?1 AND custodian = coalesce(?2, '')");
    if (!row)
        return -1;
    case_bind_id(row, 1, &gap->id);
    case_bind_text(row, 2, gap->custodian);
    return case_run(store, row);
}

int case_reread_gap(struct case_store *store, int64_t input, const struct gap_record *gap)
{
    if (store->closed == CASE_CLOSED_UNASKED)
        store->closed = case_has_closed(store) ? CASE_CLOSED_SOME : CASE_CLOSED_NONE;
    if (store->closed == CASE_CLOSED_SOME && reopen(store, gap) < 0)
        return -1;
    if (!store->is_reading_again || input == 0)
        return 0;
    sqlite3_stmt *row =
        case_statement(store, "INSERT OR IGNORE INTO told_again VALUES(?1, ?2, coalesce(?3, ''))");
    if (!row)
        return -1;
    case_bind_number(row, 1, input);
    case_bind_id(row, 2, &gap->id);
    case_bind_text(row, 3, gap->custodian);
    return case_run(store, row);
}

bool case_has_closed(struct case_store *store)
{
    return has(store, case_statement(
                          store, "SELECT EXISTS(SELECT 1 FROM sqlite_master WHERE name = 'closed_gaps')"));
}

static int run_on(struct case_store *store, const char *sql, int64_t input)
{
    sqlite3_stmt *row = case_statement(store, sql);
    if (!row)
        return -1;
    case_bind_number(row, 1, input);
    if (sqlite3_bind_parameter_count(row) > 1)
        case_bind_number(row, 2, store->run);
    return case_run(store, row);
}

/* Was all of INPUT read by this process, with nothing left out and nothing given up, so that what it did not tell is not there? */
static bool is_read_whole(struct case_store *store, int64_t input)
{
    static const char sql[] =
        "SELECT EXISTS(SELECT 1 FROM told_again WHERE input = ?1 AND id = x'')"
        " AND NOT EXISTS(SELECT 1 FROM progress WHERE input = ?1 AND excluded > 0)"
        " AND NOT EXISTS(SELECT 1 FROM told_again t JOIN gaps g ON g.id = t.id AND g.custodian = t.custodian"
        " WHERE t.input = ?1 AND g.kind IN ('crashed', 'timeout', 'limit', 'unreadable'))";
    sqlite3_stmt *row = case_flush(store) < 0 ? NULL : case_statement(store, sql);
    if (!row)
        return false;
    case_bind_number(row, 1, input);
    return has(store, row);
}

int case_reread_end(struct case_store *store, int64_t input)
{
    static const char table[] =
        "CREATE TABLE IF NOT EXISTS closed_gaps(id BLOB NOT NULL, kind TEXT NOT NULL, custodian TEXT NOT "
        "NULL,"
        " message INTEGER, input INTEGER NOT NULL, run INTEGER NOT NULL, closed_run INTEGER NOT NULL,"
        " PRIMARY KEY(id, custodian)) WITHOUT ROWID";
    static const char close[] =
        "INSERT OR REPLACE INTO closed_gaps SELECT id, kind, custodian, message, input, run, ?2 FROM gaps g "
        "WHERE "
        "g.input IN (" TWINS
        ") AND NOT EXISTS(SELECT 1 FROM told_again t WHERE t.input = ?1 AND t.id = g.id AND "
        "t.custodian = g.custodian)";
    static const char drop[] =
        "DELETE FROM gaps WHERE ?1 AND EXISTS(SELECT 1 FROM closed_gaps c WHERE c.id = gaps.id "
        "AND c.custodian = gaps.custodian)";
    static const char forget[] = "DELETE FROM told_again WHERE input = ?1";
    if (!store->is_reading_again)
        return 0;
    if (is_read_whole(store, input)) {
        store->closed = CASE_CLOSED_SOME;
        if (case_run(store, case_statement(store, table)) < 0 || run_on(store, close, input) < 0 ||
            run_on(store, drop, input) < 0)
            return -1;
    }
    return case_failure(store) ? -1 : run_on(store, forget, input);
}
