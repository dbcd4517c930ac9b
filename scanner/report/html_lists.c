/* html_lists.c - the responder's lists as plain tables, the first rows of each. */
#include <stdio.h>

#include "report/html.h"
#include "report/text.h"

#define CELL_MAX 160 /* characters */
#define NARROW 24    /* bytes: shorter cells are not broken into lines */
#define SQL_MAX ((size_t)64 * 1024)

int html_keep_list(struct html_state *state, const struct list *list)
{
    struct buffer sql;
    struct error err;
    if (lists_lay(state->told.lists, list, &err) < 0) {
        report_fail(state->report, &err);
        return -1;
    }
    sqlite3_stmt *row = html_query(state, list->sql);
    int columns = row ? sqlite3_column_count(row) : 0;
    if (columns == 0)
        return -1;
    buffer_init(&sql, SQL_MAX);
    buffer_printf(&sql, "DROP TABLE IF EXISTS temp.page_%s; CREATE TEMP TABLE page_%s(", list->name,
                  list->name);
    for (int i = 0; i < columns; i++)
        buffer_printf(&sql, "%sc%d", i ? ", " : "", i);
    buffer_printf(&sql, "); INSERT INTO page_%s SELECT * FROM (%s)", list->name, list->sql);
    buffer_put_byte(&sql, '\0');
    int result = html_run_made(state, (const char *)sql.ptr);
    buffer_release(&sql);
    return result;
}

static uint64_t kept_count(struct html_state *state, const struct list *list)
{
    char sql[96];
    uint64_t count = 0;
    sqlite3_stmt *any = html_query(state, "SELECT 1"), *row = NULL;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM page_%s", list->name);
    if (any && sqlite3_prepare_v2(sqlite3_db_handle(any), sql, -1, &row, NULL) == SQLITE_OK &&
        sqlite3_step(row) == SQLITE_ROW)
        count = (uint64_t)sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    return count;
}

static bool is_number(const struct list_column *column)
{
    return column->kind == LIST_NUMBER;
}

/* Columns that the page leaves out, by number: those of the CSV alone, and those in which no row says anything. */
static void leave_out(struct html_state *state, const struct list *list, bool *is_left_out)
{
    struct buffer sql;
    sqlite3_stmt *any = html_query(state, "SELECT 1"), *row = NULL;
    buffer_init(&sql, SQL_MAX);
    buffer_put_str(&sql, "SELECT 0");
    for (size_t i = 0; list->columns[i].name; i++)
        buffer_printf(&sql, ", max(ifnull(c%zu, '') <> '')", i);
    buffer_printf(&sql, " FROM (SELECT * FROM page_%s ORDER BY rowid LIMIT %d)", list->name, HTML_LIST_MAX);
    bool is_known = any &&
                    sqlite3_prepare_v2(sqlite3_db_handle(any), (const char *)sql.ptr, (int)sql.len, &row,
                                       NULL) == SQLITE_OK &&
                    sqlite3_step(row) == SQLITE_ROW;
    for (size_t i = 0; list->columns[i].name; i++)
        is_left_out[i] = list->columns[i].is_long || (is_known && sqlite3_column_int(row, 1 + (int)i) == 0);
    sqlite3_finalize(row);
    buffer_release(&sql);
}

static void put_heading(struct html_state *state, const struct list *list, const bool *is_left_out)
{
    html_put(state, "<thead><tr>");
    for (const struct list_column *column = list->columns; column->name; column++) {
        if (is_left_out[column - list->columns])
            continue;
        html_put(state, is_number(column) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        for (const char *c = column->name; *c; c++)
            report_printf(state->report, "%c", *c == '_' ? ' ' : *c);
        html_put(state, "</th>");
    }
    html_put(state, "</tr></thead>\n<tbody>\n");
}

static void put_cell(struct html_state *state, const struct list *list, sqlite3_stmt *row, size_t i)
{
    const struct list_column *column = &list->columns[i];
    struct buffer words;
    buffer_init(&words, (size_t)4 * 1024 * 1024);
    lists_put_short_cell(&words, state->told.lists, list, row, i);
    struct slice shown = buffer_slice(&words);
    if (column->kind == LIST_SEVERITY)
        report_printf(state->report, "<td class=\"s %.*s\">", (int)shown.len, shown.ptr);
    else
        html_put(state, is_number(column)     ? "<td class=\"n\">"
                        : shown.len <= NARROW ? "<td class=\"t\">"
                                              : "<td>");
    html_put_text(state, shown, CELL_MAX);
    html_put(state, "</td>");
    buffer_release(&words);
}

static void put_rows(struct html_state *state, const struct list *list, const bool *is_left_out)
{
    char sql[128];
    sqlite3_stmt *any = html_query(state, "SELECT 1"), *row = NULL;
    snprintf(sql, sizeof sql, "SELECT * FROM page_%s ORDER BY rowid LIMIT %d", list->name, HTML_LIST_MAX);
    if (!any || sqlite3_prepare_v2(sqlite3_db_handle(any), sql, -1, &row, NULL) != SQLITE_OK)
        return;
    while (sqlite3_step(row) == SQLITE_ROW) {
        html_put(state, "<tr>");
        for (size_t i = 0; list->columns[i].name; i++)
            if (!is_left_out[i])
                put_cell(state, list, row, i);
        html_put(state, "</tr>\n");
    }
    sqlite3_finalize(row);
}

static void put_command(struct html_state *state, const struct list *list)
{
    if (state->told.is_own) {
        html_put(state, "<code>mailspill scan --case DIR</code>, then ");
        report_printf(state->report, "<code>mailspill report --case DIR --list %s -f csv</code>", list->name);
        return;
    }
    html_put(state, "<code>mailspill report --case ");
    html_put_text(state, slice_str(case_folder(state->told.store)), 200);
    report_printf(state->report, " --list %s -f csv</code>", list->name);
}

static void put_table(struct html_state *state, const struct list *list, uint64_t count)
{
    char out[32];
    bool is_left_out[LIST_COLUMNS_MAX];
    leave_out(state, list, is_left_out);
    report_printf(state->report,
                  "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"The list %s\">\n<table>\n",
                  list->name);
    put_heading(state, list, is_left_out);
    put_rows(state, list, is_left_out);
    html_put(state, "</tbody>\n</table>\n</div>\n<p>");
    if (count > HTML_LIST_MAX)
        report_printf(state->report, "%s more stand in the CSV. ", text_count(count - HTML_LIST_MAX, out));
    html_put(state, "All columns: ");
    put_command(state, list);
    html_put(state, ".</p>\n");
}

static void put_list(struct html_state *state, const struct list *list, uint64_t count)
{
    char out[32];
    report_printf(state->report, "<details id=\"list-%s\"%s>\n<summary><b>%s</b> <span>", list->name,
                  list == &list_rotation ? " open" : "", list->name);
    html_put_text(state, slice_str(list->title), 0);
    report_printf(state->report, "</span> <i>%s</i></summary>\n<p>", text_count(count, out));
    html_put_text(state, slice_str(list->says), 0);
    html_put(state, "</p>\n");
    if (count > 0)
        put_table(state, list, count);
    html_put(state, "</details>\n");
}

/* Not those that only a case can fill, nor, of a large one, those that take long. */
static bool is_shown(const struct html_state *state, const struct list *list)
{
    bool is_of_case = list == &list_hashes || list == &list_marks || list == &list_unresolved ||
                      list == &list_purge || list == &list_timeline;
    bool is_long = list == &list_messages || list == &list_timeline || list == &list_purge ||
                   list == &list_exposure || list == &list_hunt || list == &list_unresolved;
    if (state->told.is_own && is_of_case)
        return false;
    return !(state->is_large && is_long);
}

void html_put_lists(struct html_state *state)
{
    html_put(state, "<section id=\"lists\" aria-labelledby=\"lists-h\">\n<h2 id=\"lists-h\">Lists</h2>\n");
    for (size_t i = 0; list_table[i]; i++) {
        if (!is_shown(state, list_table[i]))
            continue;
        bool is_kept = list_table[i] == &list_rotation || list_table[i] == &list_notify;
        if (is_kept || html_keep_list(state, list_table[i]) == 0)
            put_list(state, list_table[i], kept_count(state, list_table[i]));
    }
    if (state->is_large)
        html_put(state, "<p>Of a case this large the lists <b>exposure</b>, <b>hunt</b>, <b>messages</b>, "
                        "<b>timeline</b>, <b>purge</b> and <b>unresolved</b> stand in the CSV alone: "
                        "<code>mailspill report --list NAME "
                        "-f csv</code>.</p>\n");
    html_put(state, "</section>\n");
}
