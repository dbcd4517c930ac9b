/* case_marks.c - marks on secrets, findings and gaps: put, found, exchanged as JSON Lines. */
#include "record/case_marks.h"

#include <jansson.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "base/json.h"
#include "record/case_parts.h"

static const char *const words[MARKS] = { "false", "true", "rotated", "notified", "accepted", "undo" };
static const char *const kinds[] = { "secret", "finding", "gap" };

const char *mark_word(enum judgement_word word)
{
    return words[word];
}

int mark_word_from_name(struct slice name)
{
    for (int i = 0; i < MARKS; i++)
        if (slice_is_equal(name, slice_str(words[i])))
            return i;
    return -1;
}

static bool is_zero(const struct record_id *id)
{
    static const struct record_id zero;
    return memcmp(id, &zero, sizeof zero) == 0;
}

int case_put_mark(struct case_store *store, struct mark *mark, bool *is_new)
{
    sqlite3_stmt *row = case_statement(
        store, "INSERT OR IGNORE INTO marks(uid, at, author, target_kind, target, judgement, note, undoes)"
               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    if (is_zero(&mark->uid) &&
        getrandom(mark->uid.bytes, sizeof mark->uid.bytes, 0) != (ssize_t)sizeof mark->uid.bytes)
        abort();
    if (!row || case_write(store) < 0)
        return -1;
    case_bind_id(row, 1, &mark->uid);
    case_bind_number(row, 2, mark->at);
    case_bind_text(row, 3, mark->author);
    case_bind_text(row, 4, slice_str(kinds[mark->kind]));
    case_bind_id(row, 5, &mark->target);
    case_bind_text(row, 6, slice_str(words[mark->word]));
    case_bind_text(row, 7, mark->note);
    if (mark->word == MARK_UNDO)
        case_bind_id(row, 8, &mark->undoes);
    int result = case_run(store, row);
    if (is_new)
        *is_new = result == 0 && sqlite3_changes(store->db) > 0;
    return result;
}

/* Ids. */

static int id_from_hex(struct slice hex, struct record_id *id)
{
    bool is_id = hex.len == 2 * RECORD_ID_SIZE && slice_unhex(hex, id->bytes) == RECORD_ID_SIZE;
    return is_id ? 0 : -1;
}

int case_find_target(struct case_store *store, struct slice prefix, struct mark *mark, struct error *err)
{
    sqlite3_stmt *row =
        case_statement(store, "SELECT 0, id FROM secrets WHERE hex(id) LIKE upper(?1) || '%'"
                              " UNION SELECT 1, id FROM findings WHERE hex(id) LIKE upper(?1) || '%'"
                              " UNION SELECT 2, id FROM gaps WHERE hex(id) LIKE upper(?1) || '%' LIMIT 2");
    for (size_t i = 0; i < prefix.len; i++)
        if (slice_hex_digit(prefix.ptr[i]) < 0)
            return error_set(err, ERROR_USAGE, "'%.*s' is no id: ids are hex digits, or the first of them",
                             (int)prefix.len, prefix.ptr);
    if (!row || prefix.len == 0)
        return error_set(err, ERROR_USAGE, "an id is missing");
    case_bind_text(row, 1, prefix);
    int count = 0;
    while (case_next(store, row) == 1 && ++count == 1) {
        mark->kind = (enum mark_target)sqlite3_column_int(row, 0);
        case_get_id(row, 1, &mark->target);
    }
    sqlite3_reset(row);
    if (case_failure(store)) {
        *err = *case_failure(store);
        return -1;
    }
    if (count == 1)
        return 0;
    return error_set(err, ERROR_USAGE,
                     count ? "'%.*s' begins more than one id: give more of it"
                           : "no secret, finding or gap has the id '%.*s'",
                     (int)prefix.len, prefix.ptr);
}

int case_last_mark(struct case_store *store, const struct record_id *target, struct record_id *uid)
{
    sqlite3_stmt *row = case_statement(
        store, "SELECT uid FROM marks m WHERE target = ?1 AND judgement <> 'undo'"
               " AND NOT EXISTS(SELECT 1 FROM marks u WHERE u.undoes = m.uid) ORDER BY mark DESC LIMIT 1");
    if (!row)
        return -1;
    case_bind_id(row, 1, target);
    int got = case_next(store, row);
    if (got == 1)
        case_get_id(row, 0, uid);
    sqlite3_reset(row);
    return got;
}

/* Exchange. */

static void put_id(struct json *json, const char *key, sqlite3_stmt *row, int column)
{
    char hex[2 * RECORD_ID_SIZE + 1];
    struct record_id id;
    if (sqlite3_column_type(row, column) == SQLITE_NULL) {
        json_put_null(json, key);
        return;
    }
    case_get_id(row, column, &id);
    record_id_hex(&id, hex);
    json_put_string(json, key, hex);
}

int case_export_marks(struct case_store *store, struct buffer *out)
{
    sqlite3_stmt *row = case_statement(
        store,
        "SELECT uid, at, author, target_kind, target, judgement, note, undoes FROM marks ORDER BY at, uid");
    int got;
    while ((got = case_next(store, row)) == 1) {
        struct json json;
        json_init(&json, out);
        json_begin_object(&json, NULL);
        json_put_string(&json, "type", "mark");
        put_id(&json, "uid", row, 0);
        json_put_time(&json, "at", sqlite3_column_int64(row, 1));
        json_put_text_or_null(&json, "by", case_text(row, 2));
        json_put_text(&json, "of", case_text(row, 3));
        put_id(&json, "id", row, 4);
        json_put_text(&json, "judgement", case_text(row, 5));
        json_put_text_or_null(&json, "note", case_text(row, 6));
        put_id(&json, "undoes", row, 7);
        json_end_object(&json);
        buffer_put_byte(out, '\n');
    }
    return got < 0 ? -1 : 0;
}

static struct slice string_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return slice_of(json_string_value(value), json_string_length(value));
}

static int time_from_text(struct slice text, int64_t *at)
{
    char copy[32] = "";
    struct tm tm = { 0 };
    if (text.len >= sizeof copy)
        return -1;
    memcpy(copy, text.ptr, text.len);
    const char *end = strptime(copy, "%Y-%m-%dT%H:%M:%S", &tm);
    if (!end || (*end != 'Z' && *end != '.'))
        return -1;
    *at = timegm(&tm);
    return 0;
}

/* What is wrong with the mark in OBJECT, or NULL. */
static const char *read_mark(const json_t *object, struct mark *mark)
{
    int word = mark_word_from_name(string_of(object, "judgement")), kind = -1;
    struct slice of = string_of(object, "of");
    for (int i = 0; i < 3; i++)
        if (slice_is_equal(of, slice_str(kinds[i])))
            kind = i;
    if (word < 0)
        return "judgement is none of false, true, rotated, notified, accepted, undo";
    if (kind < 0)
        return "`of` is none of secret, finding, gap";
    mark->word = (enum judgement_word)word;
    mark->kind = (enum mark_target)kind;
    mark->author = string_of(object, "by");
    mark->note = string_of(object, "note");
    if (id_from_hex(string_of(object, "uid"), &mark->uid) < 0 ||
        id_from_hex(string_of(object, "id"), &mark->target) < 0)
        return "uid or id is not of 32 hex digits";
    if (word == MARK_UNDO && id_from_hex(string_of(object, "undoes"), &mark->undoes) < 0)
        return "undoes is not of 32 hex digits";
    if (mark->author.len == 0)
        return "by is missing";
    return time_from_text(string_of(object, "at"), &mark->at) < 0 ? "at is no time like 2024-01-12T09:30:00Z"
                                                                  : NULL;
}

int case_import_marks(struct case_store *store, struct slice text, const char *file, uint64_t *added,
                      uint64_t *known, struct error *err)
{
    struct slice line;
    *added = *known = 0;
    for (unsigned number = 1; slice_eat_line(&text, &line); number++) {
        struct mark mark = { 0 };
        bool is_new = false;
        line = slice_trim(line);
        if (line.len == 0)
            continue;
        json_t *object = json_loadb((const char *)line.ptr, line.len, 0, NULL);
        const char *wrong = json_is_object(object) ? read_mark(object, &mark) : "not a JSON object";
        int result = wrong ? error_set(err, ERROR_USAGE, "%s, line %u: %s", file, number, wrong)
                           : case_put_mark(store, &mark, &is_new);
        json_decref(object);
        if (result < 0) {
            if (!wrong && case_failure(store))
                *err = *case_failure(store);
            return -1;
        }
        *(is_new ? added : known) += 1;
    }
    return 0;
}
