/* html_tables.c - what the page is made of, each read once from the case and laid aside in narrow temporary tables. */
#include <stdio.h>

#include "report/html.h"

/* Findings that count, as numbers; then by custodian, by kind, by message. */
static const char live_sql[] =
    "DROP TABLE IF EXISTS temp.page_owner; CREATE TEMP TABLE page_owner(at INTEGER PRIMARY KEY, custodian "
    "TEXT UNIQUE);"
    "INSERT INTO page_owner(custodian) SELECT custodian FROM copies UNION SELECT custodian FROM places UNION "
    "SELECT custodian FROM findings "
    "WHERE message IS "
    "NULL ORDER BY 1;"
    "DROP TABLE IF EXISTS temp.page_live; CREATE TEMP TABLE page_live(finding INTEGER PRIMARY KEY, secret "
    "INTEGER, message "
    "INTEGER, severity INTEGER, owner INTEGER);"
    "INSERT INTO page_live SELECT f.finding, f.secret, f.message, f.severity, o.at FROM findings f JOIN "
    "page_owner o ON "
    "o.custodian = f.custodian WHERE f.severity >= %d AND f.verdict >= %d AND f.id NOT IN (SELECT target "
    "FROM judged WHERE "
    "judgement = 'false') AND f.secret NOT IN (SELECT s.secret FROM judged JOIN secrets s ON s.id = target "
    "WHERE judgement = "
    "'false');"
    "DROP TABLE IF EXISTS temp.page_held; CREATE TEMP TABLE page_held(secret INTEGER, owner INTEGER, "
    "severity INTEGER);"
    "INSERT INTO page_held SELECT secret, owner, max(severity) FROM page_live GROUP BY secret, owner;"
    "DROP TABLE IF EXISTS temp.page_matrix; CREATE TEMP TABLE page_matrix(name, custodian, n, severity, "
    "PRIMARY KEY(name, "
    "custodian));"
    "INSERT INTO page_matrix SELECT s.name, o.custodian, count(*), max(h.severity) FROM page_held h JOIN "
    "secrets s "
    "USING(secret) JOIN page_owner o ON o.at = h.owner GROUP BY s.name, h.owner;"
    "DROP TABLE IF EXISTS temp.page_column; CREATE TEMP TABLE page_column(custodian, total);"
    "INSERT INTO page_column SELECT custodian, sum(n) AS total FROM page_matrix GROUP BY custodian ORDER BY "
    "total DESC, "
    "custodian LIMIT 8;"
    "DROP TABLE IF EXISTS temp.page_kind; CREATE TEMP TABLE page_kind(name, n, severity);"
    "INSERT INTO page_kind SELECT s.name, count(*), max(x.severity) FROM (SELECT secret, max(severity) AS "
    "severity FROM "
    "page_held GROUP BY secret) x JOIN secrets s USING(secret) GROUP BY s.name;"
    "DROP TABLE IF EXISTS temp.page_message; CREATE TEMP TABLE page_message(message INTEGER PRIMARY KEY, "
    "secrets INTEGER, "
    "severity INTEGER);"
    "INSERT INTO page_message SELECT message, count(DISTINCT secret), max(severity) FROM page_live WHERE "
    "message IS NOT NULL "
    "GROUP BY message;"
    "DROP TABLE IF EXISTS temp.page_people; CREATE TEMP TABLE page_people(owner INTEGER PRIMARY KEY, people "
    "INTEGER)";

static const char people_sql[] = "INSERT INTO page_people SELECT owner, count(DISTINCT person) FROM (SELECT "
                                 "DISTINCT owner, message FROM page_live) JOIN "
                                 "message_people USING(message) GROUP BY owner";

/* The first finding of every secret, then the second ones: as many as there is room for; and the things they name. */
static const char rows_sql[] =
    "DROP TABLE IF EXISTS temp.page_rank; CREATE TEMP TABLE page_rank(secret INTEGER PRIMARY KEY, rank "
    "INTEGER);"
    "INSERT INTO page_rank SELECT s.secret, p.rowid FROM page_rotation p JOIN secrets s ON s.id = p.c1 ORDER "
    "BY p.rowid LIMIT %d;"
    "DROP TABLE IF EXISTS temp.page_rows; CREATE TEMP TABLE page_rows(finding INTEGER PRIMARY KEY, rank "
    "INTEGER, nth "
    "INTEGER, owner INTEGER);"
    "INSERT INTO page_rows SELECT finding, rank, nth, owner FROM (SELECT l.finding, r.rank, l.owner, "
    "row_number() OVER "
    "(PARTITION BY l.secret ORDER BY m.date IS NULL, m.date, l.finding) AS nth FROM page_live l JOIN "
    "page_rank r "
    "USING(secret) LEFT JOIN messages m USING(message)) ORDER BY nth, rank LIMIT %d;"
    "DROP TABLE IF EXISTS temp.page_secrets; CREATE TEMP TABLE page_secrets(at INTEGER PRIMARY KEY, rank "
    "INTEGER UNIQUE);"
    "INSERT INTO page_secrets(rank) SELECT DISTINCT rank FROM page_rows ORDER BY rank;"
    "DROP TABLE IF EXISTS temp.page_told; CREATE TEMP TABLE page_told(at INTEGER PRIMARY KEY, "
    "message INTEGER UNIQUE);"
    "INSERT INTO page_told(message) SELECT message FROM page_rows JOIN findings USING(finding) WHERE "
    "message IS NOT NULL "
    "GROUP BY message ORDER BY min(rank), min(nth)";

static int keep_rotation(struct html_state *state)
{
    char sql[96];
    if (html_keep_list(state, &list_rotation) < 0)
        return -1;
    /* Columns 9 and 10 are severity and verdict. */
    snprintf(sql, sizeof sql, "DELETE FROM page_rotation WHERE c9 < %d OR c10 < %d",
             (int)state->report->options.least_severity, (int)state->report->options.least_verdict);
    return html_run_made(state, sql);
}

static int make(struct html_state *state, const char *sql, int one, int two)
{
    struct buffer text;
    buffer_init(&text, (size_t)64 * 1024);
    buffer_printf(&text, sql, one, two);
    buffer_put_byte(&text, '\0');
    int result = html_run_made(state, (const char *)text.ptr);
    buffer_release(&text);
    return result;
}

int html_make_tables(struct html_state *state)
{
    const struct report_options *options = &state->report->options;
    if (keep_rotation(state) < 0 || html_keep_list(state, &list_notify) < 0)
        return -1;
    if (make(state, live_sql, (int)options->least_severity, (int)options->least_verdict) < 0)
        return -1;
    if (!state->is_large && html_run_made(state, people_sql) < 0)
        return -1;
    return make(state, rows_sql, HTML_ROWS_MAX, HTML_ROWS_MAX);
}
