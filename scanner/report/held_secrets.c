/* held_secrets.c - lays `held_secrets`: what the list of what to rotate says of each secret. */
#include <stdlib.h>

#include "base/json.h"
#include "report/held.h"

#define CELL_MAX ((size_t)64 * 1024 * 1024)

static const char table_sql[] =
    "DROP TABLE IF EXISTS temp.held_secrets;"
    "CREATE TEMP TABLE held_secrets(secret INTEGER PRIMARY KEY, service TEXT, host TEXT, user TEXT, account "
    "TEXT, expires TEXT, findings INTEGER, messages INTEGER, severity INTEGER, verdict INTEGER, first_seen "
    "INTEGER, last_seen INTEGER, level INTEGER, custodians TEXT, organisations INTEGER, owner TEXT);";

static const char row_sql[] =
    "INSERT INTO held_secrets VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, "
    "(SELECT sender FROM messages WHERE message = ?16))";

/* One secret summed up. The marks hold 1 + the secret that was last seen with a message, custodian or organisation. */
struct sums {
    struct lists *lists;
    struct held *held;
    const struct held_orgs *orgs;
    uint32_t *message_marks, *owner_marks, *org_marks;
    struct buffer custodians;
    struct json json;
    uint64_t messages, organisations;
    int64_t first, last;
    bool has_date;
    unsigned severity, verdict, level;
    const struct held_place *owner; /* the first who wrote it down, unquoted before quoted */
};

/* Of two messages of one time, the sender whose name is less: so that no order depends on which came in first. */
static bool is_sender_less(struct lists *lists, uint32_t left, uint32_t right)
{
    sqlite3_stmt *row = case_statement(
        lists->store,
        "SELECT a.sender < b.sender FROM messages a, messages b WHERE a.message = ?1 AND b.message = ?2");
    if (!row)
        return false;
    sqlite3_bind_int64(row, 1, left);
    sqlite3_bind_int64(row, 2, right);
    bool is_less = case_next(lists->store, row) == 1 && sqlite3_column_int(row, 0);
    sqlite3_reset(row);
    return is_less;
}

static bool is_before(const struct sums *sums, const struct held_place *left, const struct held_place *right)
{
    int64_t dates[] = { sums->held->messages[left->message].date, sums->held->messages[right->message].date };
    if (left->is_quoted != right->is_quoted)
        return right->is_quoted;
    if (dates[0] != dates[1])
        return dates[0] < dates[1];
    return left->message != right->message && is_sender_less(sums->lists, left->message, right->message);
}

static void add_organisations(struct sums *sums, uint32_t message, uint32_t mark)
{
    for (uint32_t i = sums->orgs->first[message]; i < sums->orgs->first[message + 1]; i++) {
        uint32_t org = sums->orgs->ways[i].org;
        if (!sums->orgs->is_outside[org] || sums->org_marks[org] == mark)
            continue;
        sums->org_marks[org] = mark;
        sums->organisations++;
    }
}

static void add_message(struct sums *sums, uint32_t number, uint32_t mark)
{
    const struct held_message *message = &sums->held->messages[number];
    if (sums->message_marks[number] == mark)
        return;
    sums->message_marks[number] = mark;
    sums->messages++;
    if (message->level > sums->level)
        sums->level = message->level;
    if (message->has_date) {
        sums->first = sums->has_date && sums->first < message->date ? sums->first : message->date;
        sums->last = sums->has_date && sums->last > message->date ? sums->last : message->date;
        sums->has_date = true;
    }
    add_organisations(sums, number, mark);
}

static void add_place(struct sums *sums, const struct held_place *place)
{
    uint32_t mark = place->secret + 1;
    sums->severity = place->severity > sums->severity ? place->severity : sums->severity;
    sums->verdict = place->verdict > sums->verdict ? place->verdict : sums->verdict;
    if (sums->owner_marks[place->owner] != mark) {
        sums->owner_marks[place->owner] = mark;
        json_put_text(&sums->json, NULL, sums->held->owners.at[place->owner]);
    }
    if (place->message > 0)
        add_message(sums, place->message, mark);
    if (sums->held->messages[place->message].has_sender &&
        (!sums->owner || is_before(sums, place, sums->owner)))
        sums->owner = place;
}

static void add_secret(struct sums *sums, const struct held_secret *secret)
{
    buffer_clear(&sums->custodians);
    json_init(&sums->json, &sums->custodians);
    sums->messages = sums->organisations = 0;
    sums->has_date = false;
    sums->severity = sums->verdict = sums->level = 0;
    sums->owner = NULL;
    json_begin_array(&sums->json, NULL);
    for (uint32_t i = 0; i < secret->count; i++)
        add_place(sums, held_places(sums->held, secret) + i);
    json_end_array(&sums->json);
}

static int put_secret(struct sums *sums, const struct held_secret *secret)
{
    add_secret(sums, secret);
    sqlite3_stmt *row = case_statement(sums->lists->store, row_sql);
    if (!row)
        return -1;
    sqlite3_bind_int64(row, 1, secret->row);
    for (int i = 0; i < HELD_TEXTS; i++)
        case_bind_text(row, 2 + i, secret->texts[i]);
    sqlite3_bind_int64(row, 7, secret->count);
    sqlite3_bind_int64(row, 8, (int64_t)sums->messages);
    sqlite3_bind_int(row, 9, (int)sums->severity);
    sqlite3_bind_int(row, 10, (int)sums->verdict);
    if (sums->has_date) {
        sqlite3_bind_int64(row, 11, sums->first);
        sqlite3_bind_int64(row, 12, sums->last);
    }
    sqlite3_bind_int(row, 13, (int)sums->level);
    case_bind_text(row, 14, buffer_slice(&sums->custodians));
    sqlite3_bind_int64(row, 15, (int64_t)sums->organisations);
    if (sums->owner)
        sqlite3_bind_int64(row, 16, sums->owner->message);
    return case_run(sums->lists->store, row);
}

static int put_secrets(struct lists *lists, struct held *held, const struct held_orgs *orgs)
{
    struct sums sums = { .lists = lists, .held = held, .orgs = orgs };
    uint32_t *marks =
        calloc(held->message_count + held->owners.count + orgs->count + 1, sizeof *sums.message_marks);
    int result = 0;
    if (!marks)
        abort();
    sums.message_marks = marks;
    sums.owner_marks = sums.message_marks + held->message_count;
    sums.org_marks = sums.owner_marks + held->owners.count;
    buffer_init(&sums.custodians, CELL_MAX);
    for (size_t i = 0; i < held->secret_count && result == 0; i++)
        if (held->secrets[i].count > 0)
            result = put_secret(&sums, &held->secrets[i]);
    buffer_release(&sums.custodians);
    free(marks);
    return result < 0 ? held_fail(lists) : 0;
}

int held_lay_secrets(struct lists *lists)
{
    struct held *held = held_of(lists);
    const struct held_orgs *orgs = held ? held_orgs_of(lists, held) : NULL;
    if (!orgs || held->has_secrets)
        return orgs ? 0 : -1;
    held->has_secrets = true;
    if (lists_run(lists, table_sql) < 0 || lists_run(lists, "SAVEPOINT lay") < 0)
        return -1;
    int result = put_secrets(lists, held, orgs);
    return lists_run(lists, "RELEASE lay") < 0 ? -1 : result;
}
