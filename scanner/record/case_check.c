/* case_check.c - is a case whole? SQLite's own check, that all rows point at others that are there, and that sums agree. */
#include <stdio.h>

#include "record/case_parts.h"

/* Each query counts what must not be. */
static const struct {
    const char *sql, *what;
} rules[] = {
    { "SELECT count(*) FROM findings WHERE secret NOT IN (SELECT secret FROM secrets)",
      "findings of a secret that is not there" },
    { "SELECT count(*) FROM findings WHERE message IS NOT NULL AND message NOT IN (SELECT message FROM "
      "messages)",
      "findings in a message that is not there" },
    { "SELECT count(*) FROM findings WHERE rule NOT IN (SELECT rule FROM rules)",
      "findings of a rule that is not there" },
    { "SELECT count(*) FROM findings WHERE input NOT IN (SELECT input FROM inputs)",
      "findings in an input that is not there" },
    { "SELECT count(*) FROM copies WHERE message NOT IN (SELECT message FROM messages) OR input NOT IN "
      "(SELECT input FROM inputs)",
      "copies of a message, or in an input, that is not there" },
    { "SELECT count(*) FROM messages WHERE message NOT IN (SELECT message FROM copies)",
      "messages that lie nowhere" },
    { "SELECT count(*) FROM seen WHERE input NOT IN (SELECT input FROM inputs) OR NOT "
      "json_valid(seen_list(messages))",
      "lists of messages of an input that is not there, or that are none" },
    { "SELECT (SELECT sum(json_array_length(seen_list(messages))) FROM seen WHERE "
      "json_valid(seen_list(messages))) - "
      "(SELECT "
      "count(*) FROM seen_messages)",
      "messages without a finding in a place that is not there" },
    { "SELECT count(*) FROM message_people WHERE person NOT IN (SELECT person FROM people)",
      "people who are not there" },
    { "SELECT count(*) FROM secrets WHERE secret NOT IN (SELECT secret FROM findings)",
      "secrets without a finding" },
    { "SELECT count(*) FROM progress WHERE leaves <> scanned + partial + refused",
      "inputs whose leaves do not add up" },
    { "SELECT count(*) FROM inputs WHERE state = 'done' AND input IN (SELECT input FROM progress WHERE "
      "is_done = 0)",
      "inputs said to be read whole of which a piece is not" },
    { "SELECT count(*) FROM marks WHERE judgement = 'undo' AND undoes NOT IN (SELECT uid FROM marks)",
      "marks taken back that are not there" },
    { "SELECT count(*) FROM gaps WHERE (message IS NOT NULL AND message NOT IN (SELECT message FROM "
      "messages))"
      " OR (input IS NOT NULL AND input NOT IN (SELECT input FROM inputs))",
      "gaps in a message or an input that is not there" },
    { "SELECT (SELECT count(*) FROM locked WHERE input NOT IN (SELECT input FROM lock_inputs)) +"
      " (SELECT count(*) FROM leads WHERE input NOT IN (SELECT input FROM lock_inputs))",
      "locked items, or places of passwords, of an input that can't be opened again" },
    { "SELECT count(*) FROM access WHERE log NOT IN (SELECT log FROM access_logs)",
      "access records of a log that is not there" },
};

static void check_database(struct case_store *store, void (*tell)(void *ctx, const char *what), void *ctx)
{
    sqlite3_stmt *row = case_statement(store, "PRAGMA integrity_check(20)");
    char words[512];
    while (case_next(store, row) == 1) {
        struct slice said = case_text(row, 0);
        if (slice_is_equal(said, slice_str("ok")))
            continue;
        snprintf(words, sizeof words, "case.db: %.*s", (int)(said.len < 400 ? said.len : 400), said.ptr);
        tell(ctx, words);
    }
    if (row)
        sqlite3_reset(row);
}

int case_check(struct case_store *store, void (*tell)(void *ctx, const char *what), void *ctx)
{
    char words[256];
    check_database(store, tell, ctx);
    case_seen_show(store);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        sqlite3_stmt *row = case_statement(store, rules[i].sql);
        long long count = case_next(store, row) == 1 ? sqlite3_column_int64(row, 0) : 0;
        if (row)
            sqlite3_reset(row);
        snprintf(words, sizeof words, "%lld %s", count, rules[i].what);
        if (count > 0)
            tell(ctx, words);
    }
    return case_failure(store) ? -1 : 0;
}
