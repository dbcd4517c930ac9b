/* held.c - reads who holds which secret out of a case. */
#include "report/held.h"

#include <stdlib.h>
#include <time.h>

#define ROWS_MOST ((int64_t)UINT32_MAX - 1)

int held_fail(struct lists *lists)
{
    if (case_failure(lists->store))
        lists->failure = *case_failure(lists->store);
    return -1;
}

/* The first column of SQL's one row: how many, or the highest number of a row. */
static int read_size(struct lists *lists, const char *sql, size_t *size)
{
    sqlite3_stmt *row = case_statement(lists->store, sql);
    int64_t number = case_next(lists->store, row) == 1 ? sqlite3_column_int64(row, 0) : 0;
    if (row)
        sqlite3_reset(row);
    if (case_failure(lists->store))
        return held_fail(lists);
    if (number < 0 || number > ROWS_MOST)
        return error_set(&lists->failure, ERROR_LIMIT, "the case '%s' has too many rows for its lists",
                         case_folder(lists->store));
    *size = (size_t)number;
    return 0;
}

/* Secrets and messages. */

static void read_secret(struct held *held, sqlite3_stmt *row)
{
    static const unsigned char between = 0;
    struct held_secret *secret = &held->secrets[held->secret_count++];
    struct slice name = case_text(row, 2), category = case_text(row, 3), state = case_text(row, 5);
    struct buffer kind;
    secret->row = sqlite3_column_int64(row, 0);
    case_get_id(row, 1, &secret->id);
    secret->name = held_word(&held->names, held->arena, name);
    secret->category = held_word(&held->categories, held->arena, category);
    secret->redacted = arena_copy(held->arena, case_text(row, 4));
    secret->state = held_word(&held->states, held->arena, state.len > 0 ? state : slice_str("open"));
    buffer_init(&kind, (size_t)1024 * 1024);
    buffer_put(&kind, name);
    buffer_put_byte(&kind, between);
    buffer_put(&kind, category);
    secret->kind = held_word(&held->kinds, held->arena, buffer_slice(&kind));
    buffer_release(&kind);
}

/* *RANKS: by row, 1 + its place in `secrets`. */
static int read_secrets(struct lists *lists, struct held *held, uint32_t **ranks, size_t *rows)
{
    size_t count;
    if (read_size(lists, "SELECT count(*) FROM secrets", &count) < 0 ||
        read_size(lists, "SELECT ifnull(max(secret), 0) FROM secrets", rows) < 0)
        return -1;
    sqlite3_stmt *row = case_statement(lists->store, "SELECT s.secret, s.id, s.name, s.category, s.redacted, "
                                                     "j.judgement FROM secrets s LEFT JOIN judged j ON "
                                                     "j.target = s.id ORDER BY s.id");
    held->secrets = arena_alloc_array(held->arena, count + 1, sizeof *held->secrets);
    *ranks = calloc(*rows + 1, sizeof **ranks);
    if (!*ranks)
        abort();
    while (held->secret_count < count && case_next(lists->store, row) == 1) {
        read_secret(held, row);
        int64_t number = held->secrets[held->secret_count - 1].row;
        if (number > 0 && (uint64_t)number <= *rows)
            (*ranks)[number] = (uint32_t)held->secret_count;
    }
    if (row)
        sqlite3_reset(row);
    return case_failure(lists->store) ? held_fail(lists) : 0;
}

/* As SQLite's strftime has them: only years that have four digits. */
static uint32_t month_of(int64_t date)
{
    struct tm tm;
    time_t time = (time_t)date;
    if (!gmtime_r(&time, &tm) || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
        return 0;
    return (uint32_t)((tm.tm_year + 1900) * 12 + tm.tm_mon + 1);
}

static int read_messages(struct lists *lists, struct held *held)
{
    static const char sql[] = "SELECT m.message, m.date, m.sender IS NOT NULL, r.level FROM messages m LEFT "
                              "JOIN reach r ON r.message = m.message";
    if (read_size(lists, "SELECT ifnull(max(message), 0) FROM messages", &held->message_count) < 0)
        return -1;
    sqlite3_stmt *row = case_statement(lists->store, sql);
    held->message_count++;
    held->messages = arena_alloc_array(held->arena, held->message_count, sizeof *held->messages);
    while (case_next(lists->store, row) == 1) {
        int64_t number = sqlite3_column_int64(row, 0);
        if (number <= 0 || (uint64_t)number >= held->message_count)
            continue;
        struct held_message *message = &held->messages[number];
        message->has_date = sqlite3_column_type(row, 1) != SQLITE_NULL;
        message->date = sqlite3_column_int64(row, 1);
        message->month = message->has_date ? month_of(message->date) : 0;
        message->has_sender = sqlite3_column_int(row, 2);
        message->level = (uint8_t)sqlite3_column_int(row, 3);
    }
    if (row)
        sqlite3_reset(row);
    return case_failure(lists->store) ? held_fail(lists) : 0;
}

/* Findings. */

static const char places_sql[] =
    "SELECT f.secret, f.message, f.severity, f.verdict, f.is_quoted, f.custodian, f.service, f.host, f.user, "
    "f.account, f.expires FROM findings f NOT INDEXED WHERE f.id NOT IN (SELECT target FROM judged WHERE "
    "judgement = 'false')";

static void take_texts(struct held *held, struct held_secret *secret, sqlite3_stmt *row)
{
    for (int i = 0; i < HELD_TEXTS; i++) {
        struct slice text = case_text(row, 6 + i);
        if (text.len > 0 && (secret->texts[i].len == 0 || slice_compare(text, secret->texts[i]) > 0))
            secret->texts[i] = arena_copy(held->arena, text);
    }
}

static void take_message(struct held *held, struct held_place *place, int64_t number)
{
    if (number <= 0 || (uint64_t)number >= held->message_count)
        return;
    struct held_message *message = &held->messages[number];
    place->message = (uint32_t)number;
    message->is_held = true;
    if (place->severity > message->severity)
        message->severity = place->severity;
}

/* The finding in ROW; false: it does not count. */
static bool read_place(struct held *held, sqlite3_stmt *row, const uint32_t *ranks, size_t rows,
                       struct held_place *place)
{
    int64_t number = sqlite3_column_int64(row, 0);
    if (number <= 0 || (uint64_t)number > rows || ranks[number] == 0)
        return false;
    struct held_secret *secret = &held->secrets[ranks[number] - 1];
    if (slice_is_equal(held->states.at[secret->state], slice_str("false")))
        return false;
    *place = (struct held_place){ .secret = ranks[number] - 1,
                                  .severity = (uint8_t)sqlite3_column_int(row, 2),
                                  .verdict = (uint8_t)sqlite3_column_int(row, 3),
                                  .is_quoted = sqlite3_column_int(row, 4),
                                  .owner = held_word(&held->owners, held->arena, case_text(row, 5)) };
    take_message(held, place, sqlite3_column_int64(row, 1));
    take_texts(held, secret, row);
    secret->count++;
    return true;
}

/* By secret, those of one as they came. */
static void sort_places(struct held *held, const struct held_place *from)
{
    uint32_t first = 0;
    for (size_t i = 0; i < held->secret_count; i++) {
        held->secrets[i].first = first;
        first += held->secrets[i].count;
        held->secrets[i].count = 0;
    }
    held->places = arena_alloc_array(held->arena, held->place_count + 1, sizeof *held->places);
    for (size_t i = 0; i < held->place_count; i++) {
        struct held_secret *secret = &held->secrets[from[i].secret];
        held->places[secret->first + secret->count++] = from[i];
    }
}

static int read_places(struct lists *lists, struct held *held, const uint32_t *ranks, size_t rows)
{
    size_t count;
    if (read_size(lists, "SELECT count(*) FROM findings", &count) < 0)
        return -1;
    sqlite3_stmt *row = case_statement(lists->store, places_sql);
    struct held_place *places = calloc(count + 1, sizeof *places);
    if (!places)
        abort();
    while (held->place_count < count && case_next(lists->store, row) == 1)
        held->place_count += read_place(held, row, ranks, rows, &places[held->place_count]);
    if (row)
        sqlite3_reset(row);
    sort_places(held, places);
    free(places);
    return case_failure(lists->store) ? held_fail(lists) : 0;
}

static int read_case(struct lists *lists, struct held *held)
{
    uint32_t *ranks = NULL;
    size_t rows = 0;
    int result = read_messages(lists, held) < 0 || read_secrets(lists, held, &ranks, &rows) < 0 ||
                         read_places(lists, held, ranks, rows) < 0
                     ? -1
                     : 0;
    free(ranks);
    return result;
}

struct held *held_of(struct lists *lists)
{
    if (lists->held)
        return lists->held;
    struct held *held = calloc(1, sizeof *held);
    if (!held)
        abort();
    held->arena = arena_new(0);
    if (read_case(lists, held) == 0)
        return lists->held = held;
    held_free(held);
    return NULL;
}

void held_free(struct held *held)
{
    if (!held)
        return;
    held_words_release(&held->owners);
    held_words_release(&held->names);
    held_words_release(&held->categories);
    held_words_release(&held->kinds);
    held_words_release(&held->states);
    arena_free(held->arena);
    free(held);
}

const struct held_place *held_places(const struct held *held, const struct held_secret *secret)
{
    return held->places + secret->first;
}
