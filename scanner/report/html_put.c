/* html_put.c - writes strings from mail so that they are nothing but text, in the page and in its data. */
#include "base/utf8.h"
#include "report/html.h"

void html_put(struct html_state *state, const char *ours)
{
    report_write(state->report, slice_str(ours));
}

/* One line, unsafe characters visible, at most MAX characters. */
static void put_plain(struct buffer *out, struct slice value, size_t max)
{
    for (size_t count = 0; value.len > 0; count++) {
        struct slice before = value;
        uint32_t code;
        if (max > 0 && count == max) {
            buffer_put_str(out, "\xE2\x80\xA6");
            return;
        }
        utf8_eat(&value, &code);
        if (code >= 9 && code <= 13)
            buffer_put_byte(out, ' ');
        else
            utf8_put_escaped(out, slice_sub(before, 0, before.len - value.len));
    }
}

static void put_entity(struct buffer *out, unsigned char byte)
{
    switch (byte) {
    case '<':
        buffer_put_str(out, "&lt;");
        break;
    case '>':
        buffer_put_str(out, "&gt;");
        break;
    case '&':
        buffer_put_str(out, "&amp;");
        break;
    case '"':
        buffer_put_str(out, "&quot;");
        break;
    case '\'':
        buffer_put_str(out, "&#39;");
        break;
    default:
        buffer_put_byte(out, byte);
    }
}

void html_put_text(struct html_state *state, struct slice value, size_t max)
{
    struct buffer plain;
    buffer_init(&plain, (size_t)4 * 1024 * 1024);
    put_plain(&plain, value, max);
    buffer_clear(&state->piece);
    for (size_t i = 0; i < plain.len; i++)
        put_entity(&state->piece, plain.ptr[i]);
    report_write(state->report, buffer_slice(&state->piece));
    buffer_release(&plain);
}

void html_put_json_text(struct json *json, struct slice value, size_t max)
{
    struct buffer plain;
    if (value.len == 0) {
        json_put_string(json, NULL, NULL);
        return;
    }
    buffer_init(&plain, (size_t)4 * 1024 * 1024);
    put_plain(&plain, value, max);
    json_put_text(json, NULL, buffer_slice(&plain));
    buffer_release(&plain);
}

/* In JSON these stand in strings alone: as escapes they end no element and open no comment. */
void html_put_json(struct html_state *state, struct slice json)
{
    size_t from = 0;
    for (size_t i = 0; i < json.len; i++) {
        if (json.ptr[i] != '<' && json.ptr[i] != '>' && json.ptr[i] != '&')
            continue;
        report_write(state->report, slice_of(json.ptr + from, i - from));
        report_printf(state->report, "\\u%04x", json.ptr[i]);
        from = i + 1;
    }
    report_write(state->report, slice_of(json.ptr + from, json.len - from));
}

/* Queries. */

static void fail_as_store(struct html_state *state)
{
    if (case_failure(state->told.store))
        report_fail(state->report, case_failure(state->told.store));
}

sqlite3_stmt *html_query(struct html_state *state, const char *sql)
{
    sqlite3_stmt *row = case_statement(state->told.store, sql);
    fail_as_store(state);
    return row;
}

bool html_next(struct html_state *state, sqlite3_stmt *row)
{
    bool has = !state->report->has_failed && case_next(state->told.store, row) == 1;
    fail_as_store(state);
    if (!has && row)
        sqlite3_reset(row);
    return has;
}

int html_run(struct html_state *state, const char *sql)
{
    sqlite3_stmt *row = html_query(state, sql);
    int result = row ? case_run(state->told.store, row) : -1;
    fail_as_store(state);
    return result;
}

int html_run_made(struct html_state *state, const char *sql)
{
    struct error err;
    char *words = NULL;
    sqlite3_stmt *any = html_query(state, "SELECT 1");
    if (any && sqlite3_exec(sqlite3_db_handle(any), sql, NULL, NULL, &words) == SQLITE_OK)
        return 0;
    error_set(&err, ERROR_SYSTEM, "cannot read the case for the html report: %s", words ? words : "no room");
    report_fail(state->report, &err);
    sqlite3_free(words);
    return -1;
}
