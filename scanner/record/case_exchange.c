/* case_exchange.c - a case as JSON Lines, and back. */
#include "record/case_exchange.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/json.h"
#include "record/case_parts.h"
#include "record/case_schema.h"

#define ROW_MOST ((size_t)64 * 1024 * 1024)

/* What others refer to comes first. */
static const char *const tables[] = { "runs",     "inputs",   "progress",       "places",      "seen",
                                      "messages", "people",   "message_people", "copies",      "secrets",
                                      "rules",    "findings", "gaps",           "marks",       "access_logs",
                                      "access",   "reveals",  "samples",        "lock_inputs", "leads",
                                      "locked",   "unlocked" };

#define TABLES (sizeof tables / sizeof *tables)

static void put_hex(struct json *json, const char *name, struct slice bytes)
{
    struct buffer hex;
    buffer_init(&hex, 2 * bytes.len + 16);
    buffer_put_hex(&hex, bytes);
    json_begin_object(json, name);
    json_put_text(json, "hex", buffer_slice(&hex));
    json_end_object(json);
    buffer_release(&hex);
}

static void put_value(struct json *json, sqlite3_stmt *row, int column)
{
    const char *name = sqlite3_column_name(row, column);
    struct buffer number;
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_NULL:
        json_put_null(json, name);
        break;
    case SQLITE_INTEGER:
        buffer_init(&number, 32);
        buffer_printf(&number, "%lld", (long long)sqlite3_column_int64(row, column));
        json_put_raw(json, name, buffer_slice(&number));
        buffer_release(&number);
        break;
    case SQLITE_BLOB:
        put_hex(json, name, case_text(row, column));
        break;
    default:
        json_put_text(json, name, case_text(row, column));
    }
}

static void put_row(struct buffer *out, const char *table, sqlite3_stmt *row)
{
    struct json json;
    json_init(&json, out);
    json_begin_object(&json, NULL);
    json_put_string(&json, "table", table);
    json_begin_object(&json, "row");
    for (int i = 0; i < sqlite3_column_count(row); i++)
        put_value(&json, row, i);
    json_end_object(&json);
    json_end_object(&json);
    buffer_put_byte(out, '\n');
}

static int export_table(struct case_store *store, const char *table, struct buffer *line, FILE *out)
{
    char sql[160];
    sqlite3_stmt *row;
    int got;
    bool is_seen = strcmp(table, "seen") == 0; /* for others to read */
    snprintf(sql, sizeof sql, "SELECT %s FROM %s ORDER BY 1, 2",
             is_seen ? "block, input, run, base, seen_list(messages) AS messages" : "*", table);
    if (sqlite3_prepare_v2(store->db, sql, -1, &row, NULL) != SQLITE_OK)
        return case_fail(store, "read");
    while ((got = case_next(store, row)) == 1) {
        buffer_clear(line);
        put_row(line, table, row);
        fwrite(line->ptr, 1, line->len, out);
    }
    sqlite3_finalize(row);
    return got;
}

int case_export(struct case_store *store, FILE *out)
{
    struct buffer line;
    int result = 0;
    buffer_init(&line, ROW_MOST);
    fprintf(out, "{\"type\":\"case\",\"schema\":%d,\"key\":\"%s\"}\n", CASE_VERSION, store->key.name);
    for (size_t i = 0; result == 0 && i < TABLES; i++)
        result = export_table(store, tables[i], &line, out);
    buffer_release(&line);
    return result;
}

/* Back. */

bool case_is_begun(struct case_store *store)
{
    sqlite3_stmt *row = case_statement(store, "SELECT 1 FROM runs LIMIT 1");
    bool is_begun = case_next(store, row) != 0;
    if (row)
        sqlite3_reset(row);
    return is_begun;
}

static bool is_table(const char *name)
{
    for (size_t i = 0; name && i < TABLES; i++)
        if (strcmp(name, tables[i]) == 0)
            return true;
    return false;
}

/* A column's name: what a schema may hold, and nothing that could end a statement. */
static bool is_name(const char *name)
{
    for (const char *c = name; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || *c == '_' || (*c >= '0' && *c <= '9')))
            return false;
    return *name != '\0';
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int bind_blob(sqlite3_stmt *row, int column, const json_t *value)
{
    const char *hex = json_string_value(json_object_get(value, "hex"));
    size_t len = hex ? strlen(hex) / 2 : 0;
    unsigned char *bytes = malloc(len + 1);
    if (!bytes)
        abort();
    if (hex && hex[2 * len]) { /* half a byte is over */
        free(bytes);
        return -1;
    }
    for (size_t i = 0; i < len; i++) {
        int high = digit_of(hex[2 * i]), low = digit_of(hex[2 * i + 1]);
        if (high < 0 || low < 0) {
            free(bytes);
            return -1;
        }
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    sqlite3_bind_blob64(row, column, bytes, len, free);
    return hex ? 0 : -1;
}

static int bind_value(sqlite3_stmt *row, int column, const json_t *value)
{
    if (json_is_integer(value))
        return sqlite3_bind_int64(row, column, json_integer_value(value)) == SQLITE_OK ? 0 : -1;
    if (json_is_string(value))
        return sqlite3_bind_text64(row, column, json_string_value(value), json_string_length(value),
                                   SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK
                   ? 0
                   : -1;
    return json_is_null(value) ? 0 : bind_blob(row, column, value);
}

static int put_sql(struct buffer *sql, const char *table, json_t *values)
{
    const char *name;
    json_t *value;
    size_t count = 0;
    buffer_printf(sql, "INSERT INTO %s(", table);
    json_object_foreach(values, name, value)
    {
        if (!is_name(name))
            return -1;
        buffer_printf(sql, "%s%s", count++ ? "," : "", name);
    }
    buffer_put_str(sql, ") VALUES(");
    for (size_t i = 0; i < count; i++)
        buffer_put_str(sql, i ? ",?" : "?");
    buffer_put_str(sql, ")");
    return count > 0 ? 0 : -1;
}

static int import_row(struct case_store *store, const char *table, json_t *values)
{
    struct buffer sql;
    sqlite3_stmt *row = NULL;
    const char *name;
    json_t *value;
    int column = 0, result = -1;
    buffer_init(&sql, 64 * 1024);
    if (is_table(table) && put_sql(&sql, table, values) == 0 &&
        sqlite3_prepare_v2(store->db, (const char *)sql.ptr, (int)sql.len, &row, NULL) == SQLITE_OK) {
        result = 0;
        json_object_foreach(values, name, value) if (bind_value(row, ++column, value) < 0) result = -1;
        if (result == 0 && sqlite3_step(row) != SQLITE_DONE)
            result = -1;
    }
    sqlite3_finalize(row);
    buffer_release(&sql);
    return result;
}

static int import_line(struct case_store *store, const char *line, size_t len, unsigned number,
                       const char *file, bool *has_other_key, struct error *err)
{
    json_t *object = json_loadb(line, len, 0, NULL);
    int result = 0;
    if (number == 1) {
        const char *key = json_string_value(json_object_get(object, "key"));
        *has_other_key = !key || strcmp(key, store->key.name) != 0;
        if (json_integer_value(json_object_get(object, "schema")) != CASE_VERSION)
            result = error_set(err, ERROR_USAGE, "'%s' is no exported case, or one of another schema", file);
    } else if (import_row(store, json_string_value(json_object_get(object, "table")),
                          json_object_get(object, "row")) < 0) {
        result = error_set(err, ERROR_FORMAT, "'%s', line %u: not a row of a case", file, number);
    }
    json_decref(object);
    return result;
}

int case_import(struct case_store *store, FILE *in, const char *name, bool *has_other_key, struct error *err)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    unsigned number = 0;
    int result = case_write(store);
    while (result == 0 && (len = getline(&line, &room, in)) > 0)
        result = import_line(store, line, (size_t)len, ++number, name, has_other_key, err);
    free(line);
    if (result == 0 && number == 0)
        result = error_set(err, ERROR_USAGE, "'%s' is empty", name);
    if (result == 0)
        result = case_commit(store);
    if (result < 0)
        case_undo(store);
    if (case_failure(store))
        *err = *case_failure(store);
    return result;
}
