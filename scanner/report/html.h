/* html.h - the parts of the HTML report: one file that needs no network, readable without its script.
 *
 * No string from mail is ever markup: html_put_text escapes it, html_put_json hides it from the parser, and the script puts it on the page as text alone.
 */
#ifndef MAILSPILL_REPORT_HTML_H
#define MAILSPILL_REPORT_HTML_H

#include "base/json.h"
#include "report/told.h"

#define HTML_ROWS_MAX 50000 /* of the table */
#define HTML_LIST_MAX 200   /* rows shown of one list */

struct html_state {
    struct told told;
    struct report *report;
    bool has_people; /* not --no-people */
    bool has_access; /* an access log was imported */
    bool is_large;   /* lists with a row for each message would not fit the time */
    struct buffer piece;
};

/* assets/page.css and assets/page.js, as they stand there: html_assets.S. */
extern const unsigned char html_style[], html_style_end[], html_script[], html_script_end[];

/* html_put.c. VALUE as text of the page: on one line, at most MAX characters (0: all), what could mislead an eye made visible. */
void html_put_text(struct html_state *state, struct slice value, size_t max);
void html_put(struct html_state *state, const char *ours); /* markup of our own */
/* The same VALUE as a JSON string. */
void html_put_json_text(struct json *json, struct slice value, size_t max);
/* JSON that can stand in a script element. */
void html_put_json(struct html_state *state, struct slice json);

/* A statement over the case; steps until it gives 0. Resets it then. */
sqlite3_stmt *html_query(struct html_state *state, const char *sql);
bool html_next(struct html_state *state, sqlite3_stmt *row);
int html_run(struct html_state *state, const char *sql);
/* Run SQL that is made for the moment: a table of a list. */
int html_run_made(struct html_state *state, const char *sql);

/* html_tables.c: lay aside, in tables of their own, what the page is made of, each read once. 0 or -1. */
int html_make_tables(struct html_state *state);
/* html_lists.c: run LIST once, its rows into page_NAME(c0, c1 …). 0 or -1. Then all lists as tables. */
int html_keep_list(struct html_state *state, const struct list *list);
void html_put_lists(struct html_state *state);
/* html_first.c: the first screen. html_rows.c: the rows for the table, and the table's frame. */
void html_put_first(struct html_state *state, const struct report_summary *summary);
void html_put_rows(struct html_state *state);

#endif
