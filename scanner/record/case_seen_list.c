/* case_seen_list.c - messages in which nothing was found, as they stand in a row of the case: read back as JSON. */
#include <stdio.h>

#include "base/json.h"
#include "base/varint.h"
#include "record/case_parts.h"

#define LIST_MOST ((size_t)64 * 1024 * 1024)

/* One message of a row (case_seen.c). DATE: of the one before. */
struct entry {
    uint64_t place;
    bool has_date;
    int64_t date;
    struct slice key, id, path;
};

static int eat_entry(struct slice *rest, struct entry *entry)
{
    uint64_t more;
    if (varint_eat(rest, &entry->place) < 0)
        return -1;
    entry->has_date = entry->place & 1;
    entry->place >>= 1;
    if (entry->has_date) {
        if (varint_eat(rest, &more) < 0)
            return -1;
        entry->date = (int64_t)((uint64_t)entry->date + (more >> 1 ^ (more & 1 ? UINT64_MAX : 0)));
    }
    return slice_eat(rest, RECORD_ID_SIZE, &entry->key) < 0 || varint_eat_text(rest, &entry->id) < 0 ||
                   varint_eat_text(rest, &entry->path) < 0
               ? -1
               : 0;
}

static void put_integer(struct json *json, int64_t number)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%lld", (long long)number);
    json_put_raw(json, NULL, slice_of(text, (size_t)len));
}

/* [key in hex, id, date, place, path] */
static void put_entry(struct json *json, const struct entry *entry)
{
    char hex[2 * RECORD_ID_SIZE + 1];
    struct record_id key;
    memcpy(key.bytes, entry->key.ptr, sizeof key.bytes);
    record_id_hex(&key, hex);
    json_begin_array(json, NULL);
    json_put_string(json, NULL, hex);
    json_put_text_or_null(json, NULL, entry->id);
    if (entry->has_date)
        put_integer(json, entry->date);
    else
        json_put_null(json, NULL);
    put_integer(json, (int64_t)entry->place);
    json_put_text(json, NULL, entry->path);
    json_end_array(json);
}

/* seen_list(messages): rows of before version 6, and imported ones, have them as JSON. Nothing where the bytes are no list. */
static void seen_list(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct entry entry = { 0 };
    struct buffer out;
    struct json json;
    bool is_list = true;
    (void)count;
    if (sqlite3_value_type(values[0]) != SQLITE_BLOB) {
        sqlite3_result_value(context, values[0]);
        return;
    }
    const void *bytes = sqlite3_value_blob(values[0]);
    struct slice rest = slice_of(bytes, bytes ? (size_t)sqlite3_value_bytes(values[0]) : 0);
    buffer_init(&out, LIST_MOST);
    json_init(&json, &out);
    json_begin_array(&json, NULL);
    while (rest.len > 0 && (is_list = eat_entry(&rest, &entry) == 0))
        put_entry(&json, &entry);
    json_end_array(&json);
    if (!is_list || out.is_overfull)
        sqlite3_result_text(context, "", 0, SQLITE_STATIC);
    else
        sqlite3_result_text64(context, (const char *)out.ptr, out.len, SQLITE_TRANSIENT, SQLITE_UTF8);
    buffer_release(&out);
}

int case_seen_define(struct case_store *store)
{
    if (sqlite3_create_function(store->db, "seen_list", 1,
                                SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, seen_list, NULL,
                                NULL) == SQLITE_OK)
        return 0;
    return case_fail(store, "open");
}
