/* list_views.c - what lists see of a case: people with their side, findings that still count, what an attacker reached. */
#include <stdlib.h>

#include "base/log.h"
#include "report/list_parts.h"

/* The mark that holds for each target: the last one that nobody took back. */
static const char judged_sql[] = "CREATE TEMP TABLE judged(target BLOB PRIMARY KEY, judgement TEXT, note "
                                 "TEXT, author TEXT, at INTEGER) WITHOUT ROWID;"
                                 "INSERT INTO judged SELECT target, judgement, note, author, at FROM (SELECT "
                                 "target, judgement, note, author, at, max(mark) FROM marks m"
                                 " WHERE judgement <> 'undo' AND NOT EXISTS(SELECT 1 FROM marks u WHERE "
                                 "u.undoes = m.uid) GROUP BY target);";

/* A finding counts unless it, or its secret, was marked false. */
static const char live_sql[] =
    "CREATE TEMP VIEW live AS SELECT f.*, s.id AS secret_id, s.family, s.name, s.category, s.redacted, "
    "s.rotate,"
    " js.judgement AS secret_mark, jf.judgement AS finding_mark"
    " FROM findings f JOIN secrets s USING(secret)"
    " LEFT JOIN judged js ON js.target = s.id LEFT JOIN judged jf ON jf.target = f.id"
    " WHERE ifnull(js.judgement, '') <> 'false' AND ifnull(jf.judgement, '') <> 'false';";

/* side: inside, outside, or unknown where nobody said who is inside. */
static const char who_sql[] =
    "CREATE TEMP TABLE who(person INTEGER PRIMARY KEY, address TEXT NOT NULL, name TEXT, organisation TEXT "
    "NOT NULL, side TEXT NOT NULL);"
    "CREATE TEMP TABLE told_people(address TEXT PRIMARY KEY, name TEXT, organisation TEXT,"
    " side TEXT CHECK(side IN ('inside', 'outside')), alias_of TEXT);"
    "CREATE TEMP TABLE told_custodians(custodian TEXT PRIMARY KEY, name TEXT, address TEXT);"
    "CREATE TEMP TABLE inside(domain TEXT PRIMARY KEY);"
    "CREATE TEMP TABLE private_words(word TEXT PRIMARY KEY);"
    "CREATE TEMP TABLE without_people(is_so INTEGER);"
    "CREATE TEMP TABLE custodian_numbers(number INTEGER PRIMARY KEY, custodian TEXT UNIQUE);";

/* Names from --people win; else the domain tells the organisation, and --internal the side. An X.500 name stands for itself. */
static const char fill_who_sql[] =
    "INSERT INTO who SELECT person, p.address, coalesce(t.name, a.name),"
    " coalesce(t.organisation, a.organisation, nullif(lower(substr(p.address, instr(p.address, '@') + 1)), "
    "lower(p.address)), '(unresolved)'),"
    " coalesce(t.side, a.side, CASE"
    " WHEN EXISTS(SELECT 1 FROM inside WHERE lower(p.address) LIKE '%@' || domain OR lower(p.address) LIKE "
    "'%.' || domain) THEN 'inside'"
    " WHEN NOT EXISTS(SELECT 1 FROM inside) OR instr(p.address, '@') = 0 THEN 'unknown' ELSE 'outside' END)"
    " FROM people p LEFT JOIN told_people t ON t.address = lower(p.address)"
    " LEFT JOIN told_people a ON a.address = t.alias_of;"
    "CREATE INDEX temp.who_by_organisation ON who(organisation);";

/* A message is privileged where one of its people, or a word of its subject, stands in --privileged. */
static const char private_sql[] =
    "CREATE TEMP TABLE private_messages AS SELECT DISTINCT message FROM messages m, private_words w WHERE"
    " (instr(w.word, '@') = 0 AND instr(lower(ifnull(m.subject, '')), w.word) > 0)"
    " OR EXISTS(SELECT 1 FROM message_people mp JOIN people p USING(person) WHERE mp.message = m.message"
    " AND (lower(p.address) = w.word OR lower(p.address) LIKE '%@' || ltrim(w.word, '@')));"
    "CREATE UNIQUE INDEX temp.private_by_message ON private_messages(message);";

/* level: 3 bind on that id (accessed), 2 its folder synced, 1 in a time after throttling, 0 no record. Never "not accessed". */
static const char reach_sql[] =
    "CREATE TEMP TABLE reach(message INTEGER PRIMARY KEY, level INTEGER NOT NULL, at INTEGER);"
    "INSERT INTO reach SELECT m.message, 3, min(a.at) FROM messages m JOIN access a ON a.id = trim(m.id, '<> "
    "') AND a.level = 'bind'"
    " GROUP BY m.message;"
    "INSERT OR IGNORE INTO reach SELECT c.message, 2, min(a.at) FROM access a"
    " LEFT JOIN told_custodians t ON lower(t.address) = lower(a.owner)"
    " JOIN copies c ON (lower(c.custodian) = lower(a.owner) OR c.custodian = t.custodian"
    " OR lower(c.custodian) = lower(substr(a.owner, 1, instr(a.owner || '@', '@') - 1)))"
    " AND (lower(trim(a.folder, '\\/')) = lower(c.folder) OR lower(trim(a.folder, '\\/')) LIKE '%/' || "
    "lower(c.folder))"
    " WHERE a.level = 'folder' GROUP BY c.message;"
    "INSERT OR IGNORE INTO reach SELECT c.message, 1, min(a.at) FROM access a"
    " LEFT JOIN told_custodians t ON lower(t.address) = lower(a.owner)"
    " JOIN copies c ON lower(c.custodian) = lower(a.owner) OR c.custodian = t.custodian"
    " OR lower(c.custodian) = lower(substr(a.owner, 1, instr(a.owner || '@', '@') - 1))"
    " WHERE a.level = 'throttled' GROUP BY c.message;"
    "CREATE TEMP VIEW reached AS SELECT message, level, at, " LIST_REACHED(
        "level") " END AS word FROM reach;";

/* Numbers for custodians: for lists that name nobody. */
static const char number_sql[] =
    "INSERT INTO without_people VALUES(1);"
    "INSERT INTO custodian_numbers(custodian) SELECT custodian FROM (SELECT custodian FROM copies UNION "
    "SELECT custodian FROM places UNION SELECT custodian FROM findings UNION SELECT custodian FROM gaps "
    "UNION SELECT custodian FROM inputs UNION SELECT custodian FROM unlocked) WHERE custodian <> '' ORDER BY "
    "custodian;";

int lists_run(struct lists *lists, const char *sql)
{
    char *words = NULL;
    if (sqlite3_exec(lists->db, sql, NULL, NULL, &words) == SQLITE_OK)
        return 0;
    error_set(&lists->failure, ERROR_SYSTEM, "cannot read the case '%s': %s", case_folder(lists->store),
              words ? words : "out of memory");
    sqlite3_free(words);
    return -1;
}

static int fill_inside(struct lists *lists)
{
    sqlite3_stmt *row =
        case_statement(lists->store, "INSERT OR IGNORE INTO inside VALUES(lower(ltrim(?1, '@')))");
    for (size_t i = 0; i < lists->options.internal_count; i++) {
        if (!row)
            return -1;
        case_bind_text(row, 1, slice_str(lists->options.internal[i]));
        if (case_run(lists->store, row) < 0)
            return -1;
    }
    return 0;
}

static int lay(struct lists *lists)
{
    if (lists_run(lists, who_sql) < 0 || fill_inside(lists) < 0)
        return -1;
    if (list_read_people(lists) < 0)
        return -1;
    if (lists->options.is_without_people && lists_run(lists, number_sql) < 0)
        return -1;
    return lists_run(lists, fill_who_sql) < 0 || lists_run(lists, private_sql) < 0 ||
                   lists_run(lists, judged_sql) < 0 || lists_run(lists, live_sql) < 0 ||
                   lists_run(lists, reach_sql) < 0
               ? -1
               : 0;
}

struct lists *lists_new(struct case_store *store, const struct list_options *options, struct error *err)
{
    struct lists *lists = calloc(1, sizeof *lists);
    if (!lists)
        abort();
    lists->store = store;
    lists->options = *options;
    sqlite3_stmt *any = case_statement(store, "SELECT 1");
    lists->db = any ? sqlite3_db_handle(any) : NULL;
    if (lists->db && lay(lists) == 0)
        return lists;
    if (err)
        *err = case_failure(store) ? *case_failure(store) : lists->failure;
    lists_free(lists);
    return NULL;
}

void lists_warn_of_internal(const struct lists *lists)
{
    static const char sql[] = "SELECT count(*), sum(lower(address) LIKE '%@' || lower(ltrim(?1, '@')) OR "
                              "lower(address) LIKE '%.' || lower(ltrim(?1, '@'))) FROM people";
    for (size_t i = 0; i < lists->options.internal_count; i++) {
        const char *domain = lists->options.internal[i];
        sqlite3_stmt *row = case_statement(lists->store, sql);
        if (!row)
            return;
        case_bind_text(row, 1, slice_str(domain));
        if (case_next(lists->store, row) == 1 && sqlite3_column_int64(row, 0) > 0 &&
            sqlite3_column_int64(row, 1) == 0)
            log_warn("--internal %s: none of the %lld people of the case has an address there", domain,
                     (long long)sqlite3_column_int64(row, 0));
        sqlite3_reset(row);
    }
}

struct case_store *lists_store(const struct lists *lists)
{
    return lists->store;
}

bool lists_withhold_people(const struct lists *lists)
{
    return lists->options.is_without_people;
}

void lists_free(struct lists *lists)
{
    if (lists)
        held_free(lists->held);
    free(lists);
}

int lists_lay(struct lists *lists, const struct list *list, struct error *err)
{
    if (!list->lay || list->lay(lists) == 0)
        return 0;
    *err = lists->failure;
    return -1;
}

int lists_attach(struct lists *lists, const char *path, struct error *err)
{
    struct case_store *store = lists->store;
    sqlite3_stmt *row = case_statement(store, "ATTACH ?1 AS before");
    if (row) {
        case_bind_text(row, 1, slice_str(path));
        if (case_run(store, row) == 0)
            return 0;
    }
    if (err)
        *err = *case_failure(store);
    return -1;
}

int lists_set_since(struct lists *lists, int64_t run, struct error *err)
{
    struct case_store *store = lists->store;
    sqlite3_stmt *row = case_statement(store, "CREATE TEMP TABLE since(run INTEGER)");
    if (row && case_run(store, row) == 0)
        row = case_statement(store, "INSERT INTO since SELECT run FROM runs WHERE run = ?1");
    if (row && !case_failure(store)) {
        sqlite3_bind_int64(row, 1, run);
        case_run(store, row);
    }
    if (case_failure(store)) {
        if (err)
            *err = *case_failure(store);
        return -1;
    }
    if (sqlite3_changes(lists->db) == 0)
        return error_set(err, ERROR_USAGE, "the case has no run %lld", (long long)run);
    return 0;
}
