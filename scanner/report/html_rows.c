/* html_rows.c - the findings for the table: data for the script, and the frame it fills. */
#include <stdio.h>

#include "match/rule.h"
#include "report/html.h"
#include "report/records.h"
#include "report/text.h"

#define TEXT_MAX 300 /* characters of one string */
#define PATH_SHOWN 600
#define PEOPLE_SHOWN 12
#define DATA_FLUSH ((size_t)1024 * 1024)
#define DATA_MAX ((size_t)64 * 1024 * 1024)

struct data {
    struct html_state *state;
    struct buffer out;
    struct json json;
};

static void flush(struct data *data, size_t at_least)
{
    if (data->out.len < at_least)
        return;
    html_put_json(data->state, buffer_slice(&data->out));
    buffer_clear(&data->out);
}

static void put_column(struct data *data, sqlite3_stmt *row, int column, size_t max)
{
    html_put_json_text(&data->json, case_text(row, column), max);
}

static void put_number(struct data *data, sqlite3_stmt *row, int column)
{
    if (sqlite3_column_type(row, column) == SQLITE_NULL)
        json_put_null(&data->json, NULL);
    else
        json_put_number(&data->json, NULL, (uint64_t)sqlite3_column_int64(row, column));
}

/* A person, or a word of mail, where it may be shown. */
static void put_personal(struct data *data, sqlite3_stmt *row, int column, bool is_private)
{
    if (!data->state->has_people || is_private)
        json_put_null(&data->json, NULL);
    else
        put_column(data, row, column, TEXT_MAX);
}

static void put_date(struct data *data, sqlite3_stmt *row, int column)
{
    if (sqlite3_column_type(row, column) == SQLITE_NULL)
        json_put_null(&data->json, NULL);
    else
        json_put_time(&data->json, NULL, sqlite3_column_int64(row, column));
}

static void begin_table(struct data *data, const char *name)
{
    json_begin_array(&data->json, name);
    buffer_put_byte(&data->out, '\n');
}

static void end_row(struct data *data)
{
    json_end_array(&data->json);
    buffer_put_byte(&data->out, '\n');
    flush(data, DATA_FLUSH);
}

/* The cells of a row of the list rotation: by name, so that its order is its own. */
static void put_secret_cell(struct data *data, sqlite3_stmt *row, const char *name)
{
    struct buffer words;
    size_t i = 0;
    while (list_rotation.columns[i].name && strcmp(list_rotation.columns[i].name, name) != 0)
        i++;
    if (!list_rotation.columns[i].name)
        abort();
    buffer_init(&words, (size_t)4 * 1024 * 1024);
    lists_put_cell(&words, data->state->told.lists, &list_rotation, row, i);
    html_put_json_text(&data->json, buffer_slice(&words), TEXT_MAX);
    buffer_release(&words);
}

static void put_secrets(struct data *data)
{
    static const char *const names[] = { "secret_id", "name",  "redacted", "category",   "service",
                                         "host",      "user",  "account",  "severity",   "state",
                                         "access",    "rank",  "findings", "first_seen", "last_seen",
                                         "expires",   "rotate" };
    sqlite3_stmt *row = html_query(
        data->state, "SELECT p.* FROM page_secrets s JOIN page_rotation p ON p.rowid = s.rank ORDER BY s.at");
    begin_table(data, "secrets");
    while (html_next(data->state, row)) {
        json_begin_array(&data->json, NULL);
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            put_secret_cell(data, row, names[i]);
        end_row(data);
    }
    json_end_array(&data->json);
}

static void put_recipients(struct data *data, int64_t message, bool is_private)
{
    uint64_t count = 0;
    json_begin_array(&data->json, NULL);
    sqlite3_stmt *row =
        html_query(data->state, "SELECT DISTINCT address FROM message_people JOIN people "
                                "USING(person) WHERE message = ?1 AND role <> 'from' ORDER BY 1");
    if (row)
        sqlite3_bind_int64(row, 1, message);
    while (html_next(data->state, row))
        if (++count <= PEOPLE_SHOWN && data->state->has_people && !is_private)
            put_column(data, row, 0, TEXT_MAX);
    json_end_array(&data->json);
    json_put_number(&data->json, NULL, count);
}

static void put_messages(struct data *data)
{
    sqlite3_stmt *row = html_query(data->state, "SELECT m.message, m.id, m.date, m.sender, m.subject, "
                                                "m.thread, (SELECT folder FROM copies c WHERE c.message = "
                                                "m.message ORDER BY custodian, folder LIMIT 1), r.word, "
                                                "m.message IN (SELECT message FROM private_messages)"
                                                " FROM page_told p JOIN messages m USING(message) LEFT "
                                                "JOIN reached r ON r.message = m.message ORDER BY "
                                                "p.at");
    begin_table(data, "messages");
    while (html_next(data->state, row)) {
        bool is_private = sqlite3_column_int(row, 8);
        json_begin_array(&data->json, NULL);
        put_personal(data, row, 1, false);
        put_date(data, row, 2);
        put_personal(data, row, 3, is_private);
        put_personal(data, row, 4, is_private);
        put_personal(data, row, 6, is_private);
        if (sqlite3_column_type(row, 7) == SQLITE_NULL && data->state->has_access)
            json_put_string(&data->json, NULL, "no-record");
        else
            put_column(data, row, 7, 0);
        json_put_bool(&data->json, NULL, is_private);
        put_recipients(data, sqlite3_column_int64(row, 0), is_private);
        end_row(data);
    }
    json_end_array(&data->json);
}

static void put_owners(struct data *data)
{
    sqlite3_stmt *row = html_query(data->state, "SELECT custodian, at FROM page_owner ORDER BY at");
    begin_table(data, "custodians");
    while (html_next(data->state, row)) {
        struct buffer name;
        buffer_init(&name, DATA_MAX);
        lists_put_custodian(&name, data->state->told.lists, case_text(row, 0));
        html_put_json_text(&data->json, buffer_slice(&name), TEXT_MAX);
        buffer_release(&name);
    }
    json_end_array(&data->json);
}

static void put_context(struct data *data, sqlite3_stmt *row, bool is_private)
{
    const struct finding finding = { .before = case_text(row, 9), .after = case_text(row, 10) };
    struct buffer context;
    if (is_private || !data->state->has_people || data->state->report->options.context == 0) {
        json_put_null(&data->json, NULL);
        return;
    }
    buffer_init(&context, (size_t)1024 * 1024);
    records_put_context(&context, &data->state->report->options, &finding);
    html_put_json_text(&data->json, buffer_slice(&context), 4 * TEXT_MAX);
    buffer_release(&context);
}

static const char rows_sql[] =
    "SELECT s.at - 1, pm.at - 1, p.owner - 1, f.severity, f.verdict, f.why, f.path, f.line, f.col, f.before, "
    "f.after, "
    "f.is_quoted, lower(hex(f.id)), j.judgement, j.note, f.view, f.message IN (SELECT message FROM "
    "private_messages)"
    " FROM page_rows p JOIN findings f USING(finding) JOIN page_secrets s ON s.rank = p.rank LEFT JOIN "
    "page_told pm ON "
    "pm.message = f.message LEFT JOIN judged j ON j.target = f.id ORDER BY p.rank, p.nth";

static void put_row(struct data *data, sqlite3_stmt *row)
{
    bool is_private = sqlite3_column_int(row, 16);
    json_begin_array(&data->json, NULL);
    for (int i = 0; i < 3; i++)
        put_number(data, row, i);
    json_put_string(&data->json, NULL,
                    severity_name((enum severity)(sqlite3_column_int(row, 3) % SEVERITIES)));
    json_put_string(&data->json, NULL, verdict_name((enum verdict)(sqlite3_column_int(row, 4) % VERDICTS)));
    put_column(data, row, 5, TEXT_MAX);
    if (data->state->has_people && !is_private)
        put_column(data, row, 6, PATH_SHOWN);
    else
        json_put_null(&data->json, NULL);
    put_number(data, row, 7);
    put_number(data, row, 8);
    put_context(data, row, is_private);
    json_put_bool(&data->json, NULL, sqlite3_column_int(row, 11));
    put_column(data, row, 12, 0);
    put_column(data, row, 13, 0);
    put_personal(data, row, 14, false);
    put_column(data, row, 15, 0);
    end_row(data);
}

static void put_findings(struct data *data)
{
    sqlite3_stmt *row = html_query(data->state, rows_sql);
    begin_table(data, "rows");
    while (html_next(data->state, row))
        put_row(data, row);
    json_end_array(&data->json);
}

static void put_data(struct html_state *state)
{
    struct data data = { .state = state };
    buffer_init(&data.out, DATA_MAX);
    json_init(&data.json, &data.out);
    html_put(state, "<script type=\"application/json\" id=\"data\">");
    json_begin_object(&data.json, NULL);
    json_put_bool(&data.json, "access", state->has_access);
    json_put_bool(&data.json, "case", !state->told.is_own);
    put_secrets(&data);
    put_messages(&data);
    put_owners(&data);
    put_findings(&data);
    json_end_object(&data.json);
    flush(&data, 0);
    html_put(state, "</script>\n");
    buffer_release(&data.out);
}

static void put_shown(struct html_state *state)
{
    char shown[32], total[32], secrets[32];
    struct told *told = &state->told;
    uint64_t rows = told_number(told, "SELECT count(*) FROM page_rows");
    uint64_t all = told_number(told, "SELECT count(*) FROM page_live");
    uint64_t left = all - rows;
    report_printf(state->report, "<p>%s of %s places, of %s secrets, those to rotate first in front. ",
                  text_count(rows, shown), text_count(all, total),
                  text_count(told_number(told, "SELECT count(*) FROM page_secrets"), secrets));
    if (left > 0)
        report_printf(state->report,
                      "<b>%s more stand in the CSV alone</b>: <code>mailspill report -f csv</code>. ",
                      text_count(left, total));
    uint64_t false_ones = told_number(told, "SELECT count(*) FROM findings") - all;
    if (false_ones > 0)
        report_printf(state->report, "%s that were marked false are left out.",
                      text_count(false_ones, total));
    html_put(state, "</p>\n");
}

/* What the script fills; nothing of it shows without it. */
static const char frame[] =
    "<noscript><p>The table of findings needs JavaScript, which is off. The lists above do not, and "
    "<code>mailspill report -f csv</code> holds every finding.</p></noscript>\n"
    "<div id=\"app\" hidden>\n"
    "<div class=\"tools\" role=\"search\">\n"
    "<label>Filter <input id=\"filter\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\"></label>\n"
    "<label>Severity from <select "
    "id=\"least\"><option>info</option><option>low</option><option>medium</option>"
    "<option>high</option><option>critical</option></select></label>\n"
    "<label>Sure from <select "
    "id=\"sure\"><option>prose</option><option>contextual</option><option>structural</option>"
    "<option>proven</option></select></label>\n"
    "<label>Custodian <select id=\"owner\"><option value=\"\">all</option></select></label>\n"
    "<label>State <select id=\"state\"><option value=\"\">all</option><option value=\"open\">open</option>"
    "<option value=\"judged\">judged</option></select></label>\n"
    "<label>Group by <select id=\"group\"><option value=\"\">nothing</option><option "
    "value=\"secret\">secret</option>"
    "<option value=\"message\">message</option><option "
    "value=\"custodian\">custodian</option></select></label>\n"
    "</div>\n"
    "<p id=\"status\" role=\"status\"></p>\n"
    "<div id=\"grid\" role=\"grid\" tabindex=\"0\" aria-label=\"Findings\" aria-describedby=\"keys\" "
    "aria-multiselectable=\"true\"><div role=\"rowgroup\" id=\"head\"></div><div role=\"rowgroup\" "
    "id=\"body\"></div></div>\n"
    "<p id=\"keys\" class=\"hint\">In the table: arrows, Page Up and Down, Home and End move; Space selects, "
    "with Shift from "
    "the last one on; Enter opens a finding or a group; Control+A selects all that is shown; / goes to the "
    "filter.</p>\n"
    "<form id=\"judge\" aria-labelledby=\"judge-h\">\n<h3 id=\"judge-h\">Judge what is selected</h3>\n"
    "<div class=\"tools\">\n"
    "<label>It is <select id=\"word\"><option value=\"false\">false: no secret</option><option "
    "value=\"true\">true</option>"
    "<option value=\"rotated\">rotated</option><option value=\"notified\">notified</option>"
    "<option value=\"accepted\">accepted</option></select></label>\n"
    "<label>for <select id=\"of\"><option value=\"secret\">the secret, wherever it lies</option>"
    "<option value=\"finding\">this place alone</option></select></label>\n"
    "<label>by <input id=\"by\" autocomplete=\"name\" required></label>\n"
    "<label>note <input id=\"note\" autocomplete=\"off\"></label>\n"
    "<button type=\"submit\" id=\"mark\">Mark the selection</button>\n"
    "<button type=\"button\" id=\"undo\">Take the last back</button>\n"
    "<button type=\"button\" id=\"save\">Save the marks file</button>\n"
    "</div>\n<p id=\"marks\" role=\"status\">No marks yet. They are kept in this page alone until the file "
    "is saved; then: "
    "<code>mailspill mark --case DIR --import FILE</code></p>\n</form>\n"
    "<dialog id=\"detail\" aria-labelledby=\"detail-h\"></dialog>\n"
    "</div>\n";

void html_put_rows(struct html_state *state)
{
    html_put(
        state,
        "<section id=\"findings\" aria-labelledby=\"findings-h\">\n<h2 id=\"findings-h\">Findings</h2>\n");
    put_shown(state);
    html_put(state, frame);
    put_data(state);
    html_put(state, "</section>\n");
}
