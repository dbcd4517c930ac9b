/* case_locks.c - what a case knows of locked attachments. */
#include "record/case_locks.h"

#include <string.h>

#include "record/case_parts.h"

#define COUNTS ((size_t)7)

static int64_t offset_of(uint64_t offset)
{
    return offset == CASE_WHOLE ? -1 : (int64_t)offset;
}

int case_put_lock_input(struct case_store *store, int64_t input, struct slice file, bool is_labelled)
{
    sqlite3_stmt *row = case_statement(store, "REPLACE INTO lock_inputs VALUES(?1, ?2, ?3)");
    if (!row || case_write(store) < 0)
        return -1;
    case_bind_number(row, 1, input);
    sqlite3_bind_blob64(row, 2, file.ptr, file.len, SQLITE_STATIC);
    case_bind_number(row, 3, is_labelled);
    return case_run(store, row);
}

void case_bind_lock_piece(sqlite3_stmt *row, const struct case_lock_unit *unit)
{
    case_bind_number(row, 1, unit->piece.input);
    case_bind_number(row, 2, offset_of(unit->piece.offset));
    case_bind_number(row, 3, offset_of(unit->piece.length));
    case_bind_number(row, 4, (int64_t)unit->first_ordinal);
}

static void bind_unit(sqlite3_stmt *row, const struct case_lock_unit *unit)
{
    case_bind_lock_piece(row, unit);
    case_bind_number(row, 5, (int64_t)unit->ordinal);
    sqlite3_bind_blob64(row, 6, unit->keys.ptr, unit->keys.len, SQLITE_STATIC);
}

static void list_counts(const struct counts *counts, int64_t numbers[COUNTS])
{
    const uint64_t all[COUNTS] = { counts->messages, counts->excluded, counts->leaves,  counts->scanned,
                                   counts->partial,  counts->refused,  counts->pictures };
    for (size_t i = 0; i < COUNTS; i++)
        numbers[i] = (int64_t)all[i];
}

/* What was counted of the unit before; false: it is not there. */
static bool counts_before(struct case_store *store, const struct case_lock_unit *unit,
                          int64_t numbers[COUNTS])
{
    sqlite3_stmt *row =
        case_statement(store, "SELECT counts FROM locked WHERE input = ?1 AND offset = ?2 AND ordinal = ?5");
    bool has = false;
    memset(numbers, 0, COUNTS * sizeof *numbers);
    if (!row)
        return false;
    case_bind_number(row, 1, unit->piece.input);
    case_bind_number(row, 2, offset_of(unit->piece.offset));
    case_bind_number(row, 5, (int64_t)unit->ordinal);
    if (case_next(store, row) == 1) {
        struct slice bytes = case_text(row, 0);
        has = bytes.len == COUNTS * sizeof *numbers;
        if (has)
            memcpy(numbers, bytes.ptr, bytes.len);
    }
    sqlite3_reset(row);
    return has;
}

static int change_progress(struct case_store *store, const struct case_lock_unit *unit,
                           const int64_t before[COUNTS], const int64_t now[COUNTS])
{
    sqlite3_stmt *row = case_statement(
        store, "UPDATE progress SET messages = messages + ?3, excluded = excluded + ?4, leaves = leaves + ?5,"
               " scanned = scanned + ?6, partial = partial + ?7, refused = refused + ?8, pictures = pictures "
               "+ ?9 WHERE input = ?1 AND offset = ?2");
    if (!row)
        return -1;
    case_bind_number(row, 1, unit->piece.input);
    case_bind_number(row, 2, offset_of(unit->piece.offset));
    for (size_t i = 0; i < COUNTS; i++)
        case_bind_number(row, 3 + (int)i, now[i] - before[i]);
    return case_run(store, row);
}

/* The unit is whole: what was dropped of it and did not come again is no gap any more. */
static int forget_dropped(struct case_store *store)
{
    bool had = store->has_dropped;
    store->has_dropped = false;
    return had ? case_run(store, case_statement(store, "DELETE FROM dropped")) : 0;
}

int case_put_locked(struct case_store *store, const struct case_lock_unit *unit, struct slice gaps,
                    const struct counts *counts, const struct record_id *tried)
{
    int64_t before[COUNTS], now[COUNTS];
    list_counts(counts, now);
    if (case_write(store) < 0 || (tried && case_flush(store) < 0))
        return -1;
    if (counts_before(store, unit, before) && change_progress(store, unit, before, now) < 0)
        return -1;
    sqlite3_stmt *row =
        case_statement(store, "REPLACE INTO locked VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    if (!row)
        return -1;
    bind_unit(row, unit);
    sqlite3_bind_blob64(row, 7, gaps.ptr ? (const void *)gaps.ptr : "", gaps.len, SQLITE_STATIC);
    sqlite3_bind_blob(row, 8, now, sizeof now, SQLITE_STATIC);
    if (tried) {
        case_bind_id(row, 9, tried);
        store->message_count = 0; /* it was read again, and is whole */
    }
    if (case_run(store, row) < 0)
        return -1;
    return tried ? forget_dropped(store) : 0;
}

/* SQL on the gap of ID and CUSTODIAN. */
static int run_on_gap(struct case_store *store, const char *sql, const struct record_id *id,
                      struct slice custodian)
{
    sqlite3_stmt *row = case_statement(store, sql);
    if (!row)
        return -1;
    case_bind_id(row, 1, id);
    case_bind_text(row, 2, custodian);
    return case_run(store, row);
}

int case_drop_gap(struct case_store *store, const struct record_id *id, struct slice custodian)
{
    static const char table[] =
        "CREATE TEMP TABLE IF NOT EXISTS dropped(id BLOB, custodian TEXT, run INTEGER,"
        " PRIMARY KEY(id, custodian)) WITHOUT ROWID";
    static const char keep[] =
        "INSERT OR IGNORE INTO dropped SELECT id, custodian, run FROM gaps WHERE id = ?1"
        " AND custodian = coalesce(?2, '')";
    static const char drop[] = "DELETE FROM gaps WHERE id = ?1 AND custodian = coalesce(?2, '')";
    if (case_write(store) < 0)
        return -1;
    if (!store->has_dropped && case_run(store, case_statement(store, table)) < 0)
        return -1;
    store->has_dropped = true;
    return run_on_gap(store, keep, id, custodian) < 0 ? -1 : run_on_gap(store, drop, id, custodian);
}

int case_keep_first_run(struct case_store *store, const struct gap_record *gap)
{
    static const char sql[] =
        "UPDATE gaps SET run = d.run FROM dropped d WHERE gaps.id = ?1 AND gaps.custodian = coalesce(?2, '')"
        " AND d.id = gaps.id AND d.custodian = gaps.custodian";
    return run_on_gap(store, sql, &gap->id, gap->custodian);
}

int case_put_unlocked(struct case_store *store, int64_t input, const struct opened_record *opened,
                      const struct record_id *secret)
{
    static const char sql[] =
        "INSERT INTO unlocked(id, kind, path, message, custodian, found, place, line, col, secret, input, "
        "run)"
        " VALUES(?1, ?2, ?3, ?4, coalesce(?5, ''), ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
        " ON CONFLICT(id, custodian, kind) DO UPDATE SET path = excluded.path, message = excluded.message, "
        "found = "
        "excluded.found, place = excluded.place, line = excluded.line, col = excluded.col, secret = "
        "excluded.secret, input = excluded.input"
        " WHERE excluded.input < input OR (excluded.input = input AND excluded.path < path)";
    sqlite3_stmt *row = case_statement(store, sql);
    if (!row || case_write(store) < 0)
        return -1;
    case_bind_id(row, 1, &opened->id);
    case_bind_text(row, 2, opened->kind);
    case_bind_text(row, 3, opened->path);
    if (opened->message < store->message_count && store->messages[opened->message] > 0)
        case_bind_number(row, 4, store->messages[opened->message]);
    case_bind_text(row, 5, opened->custodian);
    case_bind_text(row, 6, slice_str(password_from_name(opened->from)));
    case_bind_text(row, 7, opened->place);
    if (opened->line)
        case_bind_number(row, 8, (int64_t)opened->line);
    if (opened->column)
        case_bind_number(row, 9, (int64_t)opened->column);
    if (secret)
        case_bind_id(row, 10, secret);
    case_bind_number(row, 11, input);
    case_bind_number(row, 12, store->run);
    return case_run(store, row);
}

/* Reading. */

struct case_lock_row case_get_lock_row(sqlite3_stmt *row)
{
    int64_t offset = sqlite3_column_int64(row, 1), length = sqlite3_column_int64(row, 2);
    return (struct case_lock_row){
        .unit = { .piece = { sqlite3_column_int64(row, 0), offset < 0 ? CASE_WHOLE : (uint64_t)offset,
                             length < 0 ? CASE_WHOLE : (uint64_t)length },
                  .first_ordinal = (uint64_t)sqlite3_column_int64(row, 3),
                  .ordinal = (uint64_t)sqlite3_column_int64(row, 4),
                  .keys = case_text(row, 5) },
        .path = case_text(row, 6),
        .key_path = case_text(row, 7),
        .custodian = case_text(row, 8),
        .folder = case_text(row, 9),
        .file = case_text(row, 10),
        .is_labelled = sqlite3_column_int(row, 11) != 0,
        .size = (uint64_t)sqlite3_column_int64(row, 12),
        .mtime = sqlite3_column_int64(row, 13),
    };
}

bool case_has_locked(struct case_store *store)
{
    sqlite3_stmt *row = case_statement(store, "SELECT 1 FROM locked WHERE length(gaps) > 0 LIMIT 1");
    bool has = case_next(store, row) == 1;
    if (row)
        sqlite3_reset(row);
    return has;
}

int case_each_lock_row(struct case_store *store, const char *sql,
                       int (*tell)(sqlite3_stmt *row, const struct case_lock_sink *sink),
                       const struct case_lock_sink *sink)
{
    sqlite3_stmt *row = case_statement(store, sql);
    int got = 0;
    while (row && (got = case_next(store, row)) == 1)
        if (tell(row, sink) != 0)
            break;
    if (row)
        sqlite3_reset(row);
    return got < 0 || !row ? -1 : 0;
}

static int tell_locked(sqlite3_stmt *row, const struct case_lock_sink *sink)
{
    struct case_lock_row told = case_get_lock_row(row);
    told.gaps = case_text(row, 14);
    case_get_id(row, 15, &told.tried);
    return sink->take(sink->ctx, &told);
}

int case_each_locked(struct case_store *store, const struct case_lock_sink *sink)
{
    static const char sql[] =
        "SELECT u.input, u.offset, u.length, u.first, u.ordinal, u.keys, i.path, i.key_path, i.custodian, "
        "i.folder, f.file, f.is_labelled, i.size, i.mtime, u.gaps, u.tried"
        " FROM locked u JOIN inputs i USING(input) JOIN lock_inputs f USING(input) ORDER BY 1, 2, 5";
    return case_each_lock_row(store, sql, tell_locked, sink);
}
