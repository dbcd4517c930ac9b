/* held_messages.c - functions of SQL that say what lies in a message: held_count(message) and its kin. */
#include <stdlib.h>

#include "base/json.h"
#include "base/sort.h"
#include "report/held.h"

#define CELL_MAX ((size_t)64 * 1024 * 1024)

/* Places of each message: indexes, by secret. */
static void index_messages(struct held *held)
{
    size_t count = held->message_count;
    uint32_t *first = arena_alloc_array(held->arena, count + 2, sizeof *first);
    uint32_t *places = arena_alloc_array(held->arena, held->place_count + 1, sizeof *places);
    for (size_t i = 0; i < held->place_count; i++)
        first[held->places[i].message + 2]++;
    for (size_t m = 2; m < count + 2; m++)
        first[m] += first[m - 1];
    for (size_t i = 0; i < held->place_count; i++)
        places[first[held->places[i].message + 1]++] = (uint32_t)i;
    held->message_first = first;
    held->message_places = places;
}

/* The places of the message that a function was asked for. */
struct asked {
    const struct held *held;
    const uint32_t *at;
    uint32_t count;
};

static struct asked asked_of(sqlite3_context *context, sqlite3_value *value)
{
    const struct held *held = sqlite3_user_data(context);
    int64_t message = sqlite3_value_int64(value);
    struct asked asked = { .held = held };
    if (message <= 0 || (uint64_t)message >= held->message_count)
        return asked;
    asked.at = held->message_places + held->message_first[message];
    asked.count = held->message_first[message + 1] - held->message_first[message];
    return asked;
}

static const struct held_place *place_at(const struct asked *asked, uint32_t i)
{
    return &asked->held->places[asked->at[i]];
}

static bool is_new_secret(const struct asked *asked, uint32_t i)
{
    return i == 0 || place_at(asked, i)->secret != place_at(asked, i - 1)->secret;
}

static void give_count(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct asked asked = asked_of(context, values[0]);
    int secrets = 0;
    (void)count;
    for (uint32_t i = 0; i < asked.count; i++)
        secrets += is_new_secret(&asked, i);
    sqlite3_result_int(context, secrets);
}

static void give_severity(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct asked asked = asked_of(context, values[0]);
    int worst = 0;
    (void)count;
    for (uint32_t i = 0; i < asked.count; i++)
        worst = place_at(&asked, i)->severity > worst ? place_at(&asked, i)->severity : worst;
    sqlite3_result_int(context, worst);
}

static void give_verdict(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct asked asked = asked_of(context, values[0]);
    int surest = 0;
    (void)count;
    for (uint32_t i = 0; i < asked.count; i++)
        surest = place_at(&asked, i)->verdict > surest ? place_at(&asked, i)->verdict : surest;
    sqlite3_result_int(context, surest);
}

static void give_buffer(sqlite3_context *context, struct buffer *out)
{
    sqlite3_result_text64(context, (const char *)out->ptr, out->len, SQLITE_TRANSIENT, SQLITE_UTF8);
    buffer_release(out);
}

/* IDs of secrets, a JSON array. */
static void give_ids(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct asked asked = asked_of(context, values[0]);
    struct buffer out;
    (void)count;
    buffer_init(&out, CELL_MAX);
    buffer_put_byte(&out, '[');
    for (uint32_t i = 0; i < asked.count; i++) {
        if (!is_new_secret(&asked, i))
            continue;
        buffer_put_str(&out, out.len > 1 ? ",\"" : "\"");
        buffer_put_hex(&out,
                       slice_of(asked.held->secrets[place_at(&asked, i)->secret].id.bytes, RECORD_ID_SIZE));
        buffer_put_byte(&out, '"');
    }
    buffer_put_byte(&out, ']');
    give_buffer(context, &out);
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Their names, each once. */
static void give_kinds(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct asked asked = asked_of(context, values[0]);
    uint32_t *names = calloc((size_t)asked.count + 1, sizeof *names);
    struct buffer out;
    struct json json;
    (void)count;
    if (!names)
        abort();
    for (uint32_t i = 0; i < asked.count; i++)
        names[i] = asked.held->secrets[place_at(&asked, i)->secret].name;
    sort_items(names, asked.count, sizeof *names, by_number);
    buffer_init(&out, CELL_MAX);
    json_init(&json, &out);
    json_begin_array(&json, NULL);
    for (uint32_t i = 0; i < asked.count; i++)
        if (i == 0 || names[i] != names[i - 1])
            json_put_text(&json, NULL, asked.held->names.at[names[i]]);
    json_end_array(&json);
    free(names);
    give_buffer(context, &out);
}

static void give_rotated(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct asked asked = asked_of(context, values[0]);
    bool are_rotated = true;
    (void)count;
    for (uint32_t i = 0; i < asked.count && are_rotated; i++)
        are_rotated =
            slice_is_equal(asked.held->states.at[asked.held->secrets[place_at(&asked, i)->secret].state],
                           slice_str("rotated"));
    sqlite3_result_int(context, are_rotated);
}

int held_lay_messages(struct lists *lists)
{
    static const struct {
        const char *name;
        void (*give)(sqlite3_context *context, int count, sqlite3_value **values);
    } functions[] = {
        { "held_count", give_count },     { "held_severity", give_severity },
        { "held_verdict", give_verdict }, { "held_ids", give_ids },
        { "held_kinds", give_kinds },     { "held_are_rotated", give_rotated },
    };
    struct held *held = held_of(lists);
    if (!held || held->message_first)
        return held ? 0 : -1;
    index_messages(held);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (sqlite3_create_function(lists->db, functions[i].name, 1, SQLITE_UTF8, held, functions[i].give,
                                    NULL, NULL) != SQLITE_OK)
            return error_set(&lists->failure, ERROR_SYSTEM, "cannot read the case '%s': %s",
                             case_folder(lists->store), sqlite3_errmsg(lists->db));
    return 0;
}
