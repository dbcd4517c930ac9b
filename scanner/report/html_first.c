/* html_first.c - the first screen: how complete it is, whose mail it is, which secrets, when, and who mailed them to whom. */
#include <stdio.h>

#include "match/rule.h"
#include "report/html.h"
#include "report/left_out.h"
#include "report/text.h"

#define KINDS_SHOWN 15
#define CUSTODIANS_SHOWN 8
#define BARS_MAX 72
#define BAR_WIDTH 14
#define BAR_MOST 42
#define CHART_LEAST 160 /* wide */
#define CHART_HEIGHT 120
#define NAME_MAX_SHOWN 60

static void begin_section(struct html_state *state, const char *id, const char *title)
{
    report_printf(state->report, "<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">%s</h2>\n",
                  id, id, id, title);
}

static void put_count_cell(struct html_state *state, uint64_t number)
{
    char out[32];
    report_printf(state->report, "<td class=\"n\">%s</td>", text_count(number, out));
}

static void put_person(struct html_state *state, struct slice name)
{
    html_put_text(state,
                  state->has_people ? (name.len > 0 ? name : slice_str("(none)")) : slice_str("(withheld)"),
                  NAME_MAX_SHOWN);
}

static void put_custodian(struct html_state *state, struct slice custodian)
{
    struct buffer name;
    buffer_init(&name, (size_t)64 * 1024);
    lists_put_custodian(&name, state->told.lists, custodian.len ? custodian : slice_str("(none)"));
    html_put_text(state, buffer_slice(&name), NAME_MAX_SHOWN);
    buffer_release(&name);
}

/* How complete. */

static const char open_gaps_sql[] = "SELECT count(DISTINCT g.id) FROM gaps g LEFT JOIN judged j ON j.target "
                                    "= g.id WHERE g.kind <> 'picture' AND "
                                    "ifnull(j.judgement, '') NOT IN ('accepted', 'false')";
static const char open_pictures_sql[] = "SELECT count(DISTINCT g.id) FROM gaps g LEFT JOIN judged j ON "
                                        "j.target = g.id WHERE g.kind = 'picture' AND "
                                        "ifnull(j.judgement, '') NOT IN ('accepted', 'false')";

static void put_tile(struct html_state *state, uint64_t number, const char *one, const char *many)
{
    char out[32];
    report_printf(state->report, "<li><b>%s</b> %s</li>", text_count(number, out), number == 1 ? one : many);
}

static void put_tiles(struct html_state *state, const struct report_summary *summary)
{
    struct told *told = &state->told;
    html_put(state, "<ul class=\"tiles\">");
    put_tile(state, told_number(told, "SELECT count(*) FROM page_rotation"), "secret", "secrets");
    put_tile(state, told_number(told, "SELECT count(*) FROM page_rotation WHERE c9 >= 3"),
             "of them high or critical", "of them high or critical");
    put_tile(state, told_number(told, "SELECT count(*) FROM page_live"), "place", "places");
    put_tile(state, told_number(told, "SELECT count(*) FROM page_message"), "message with a secret",
             "messages with a secret");
    put_tile(state, summary->counts.messages, "message read", "messages read");
    put_tile(state, told_number(told, "SELECT count(DISTINCT c0) FROM page_notify WHERE c1 = 'outside'"),
             "outside organisation", "outside organisations");
    html_put(state, "</ul>\n");
}

static void put_gap_rows(struct html_state *state)
{
    sqlite3_stmt *row = html_query(
        state,
        "SELECT kind, count(*), sum(bytes), min(reason), sum(ifnull(j.judgement, '') IN ('accepted', "
        "'false')) FROM (SELECT id, kind, max(bytes) AS bytes, min(reason) AS reason FROM gaps GROUP BY id) "
        "g LEFT JOIN judged j ON j.target = g.id"
        " GROUP BY kind ORDER BY kind = 'picture', 2 DESC, kind");
    while (html_next(state, row)) {
        char size[32];
        uint64_t bytes = (uint64_t)sqlite3_column_int64(row, 2);
        html_put(state, "<tr><th scope=\"row\">");
        html_put_text(state, case_text(row, 0), 0);
        html_put(state, "</th>");
        put_count_cell(state, (uint64_t)sqlite3_column_int64(row, 1));
        put_count_cell(state, (uint64_t)sqlite3_column_int64(row, 4));
        report_printf(state->report, "<td class=\"n\">%s</td><td>", bytes ? text_size(bytes, size) : "");
        html_put_text(state, case_text(row, 3), 120);
        html_put(state, "</td></tr>\n");
    }
}

static void put_left_out(struct html_state *state, const struct report_summary *summary)
{
    struct buffer words;
    if (!left_out_any(summary))
        return;
    buffer_init(&words, (size_t)64 * 1024);
    left_out_put(&words, summary, !state->has_people);
    html_put(state, " Filters: ");
    html_put_text(state, buffer_slice(&words), 0);
    html_put(state, ".");
    buffer_release(&words);
}

/* One paragraph: is it whole, and what of it is not. */
static void put_verdict(struct html_state *state, const struct report_summary *summary)
{
    uint64_t open = told_number(&state->told, open_gaps_sql);
    uint64_t pictures = told_number(&state->told, open_pictures_sql);
    uint64_t accepted = told_number(&state->told, "SELECT count(DISTINCT id) FROM gaps") - open - pictures;
    char out[32];
    bool is_bad = summary->is_running || summary->is_interrupted || open > 0 || left_out_all(summary);
    bool is_part = pictures > 0 || left_out_any(summary);
    report_printf(state->report, "<p class=\"verdict %s\">", is_bad ? "bad" : is_part ? "part" : "good");
    if (summary->is_running)
        html_put(state, "Not complete: a scan is running, and this is what it has told so far.");
    else if (summary->is_interrupted)
        html_put(state, "Not complete: a scan was stopped, and this is a part.");
    else if (open > 0)
        report_printf(state->report, "Not complete: %s %s could not be looked at, or not wholly.",
                      text_count(open, out), open == 1 ? "thing" : "things");
    else if (left_out_any(summary))
        html_put(state, pictures + accepted > 0 ? "Not all was looked at; this was not, or not wholly:"
                                                : "Not all was looked at.");
    else
        html_put(state, pictures + accepted > 0 ? "Not all was looked at:"
                                                : "Complete: all that was given was looked at.");
    if (is_bad && pictures + accepted > 0)
        html_put(state, " Nor was all of this:");
    if (pictures > 0) {
        html_put(state, " ");
        text_put_pictures(state->report, pictures);
        html_put(state, accepted > 0 ? " and" : ".");
    }
    if (accepted > 0)
        report_printf(state->report, " %s %s.", text_count(accepted, out),
                      accepted == 1 ? "gap that was accepted" : "gaps that were accepted");
    put_left_out(state, summary);
    html_put(state, "</p>\n");
}

static void put_complete(struct html_state *state, const struct report_summary *summary)
{
    begin_section(state, "complete", "How complete this is");
    put_verdict(state, summary);
    put_tiles(state, summary);
    if (told_number(&state->told, "SELECT count(*) FROM gaps") > 0) {
        html_put(
            state,
            "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"What could not be looked at, by "
            "kind\">"
            "<table><caption>What could not be looked at, by kind; the list <a href=\"#list-gaps\">gaps"
            "</a> says how to close each</caption><thead><tr><th scope=\"col\">kind</th>"
            "<th scope=\"col\" class=\"n\">how many</th><th scope=\"col\" class=\"n\">of them accepted</th>"
            "<th scope=\"col\" class=\"n\">known size</th><th scope=\"col\">a "
            "reason</th></tr></thead><tbody>\n");
        put_gap_rows(state);
        html_put(state, "</tbody></table></div>\n");
    }
    html_put(state, "</section>\n");
}

/* Whose mail. */

static void put_whose(struct html_state *state)
{
    uint64_t shown = 0;
    begin_section(state, "whose", "Whose mail this is");
    html_put(
        state,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of custodians\">"
        "<table><caption>Custodians, those with the most secrets first</caption><thead><tr>"
        "<th scope=\"col\">custodian</th><th scope=\"col\" class=\"n\">secrets</th>"
        "<th scope=\"col\" class=\"n\">high or critical</th><th scope=\"col\" class=\"n\">messages with a "
        "secret</th>");
    html_put(state, state->is_large
                        ? "</tr></thead><tbody>\n"
                        : "<th scope=\"col\" class=\"n\">people on them</th></tr></thead><tbody>\n");
    sqlite3_stmt *row = html_query(
        state,
        "SELECT o.custodian, a.secrets, a.high, ifnull(m.messages, 0), ifnull(p.people, 0) FROM (SELECT "
        "owner, count(*) AS secrets, sum(severity >= 3) AS high FROM page_held GROUP BY owner) a JOIN "
        "page_owner o ON o.at = a.owner LEFT JOIN (SELECT owner, count(DISTINCT message) AS messages FROM "
        "page_live GROUP BY owner) m ON m.owner = a.owner LEFT JOIN page_people p ON p.owner = a.owner"
        " ORDER BY 2 DESC, 1");
    while (html_next(state, row)) {
        if (++shown > HTML_LIST_MAX)
            continue;
        html_put(state, "<tr><th scope=\"row\">");
        put_custodian(state, case_text(row, 0));
        html_put(state, "</th>");
        for (int i = 1; i <= (state->is_large ? 3 : 4); i++)
            put_count_cell(state, (uint64_t)sqlite3_column_int64(row, i));
        html_put(state, "</tr>\n");
    }
    html_put(state, "</tbody></table></div>\n");
    if (shown > HTML_LIST_MAX)
        report_printf(state->report, "<p>%llu more stand in the list exposure.</p>\n",
                      (unsigned long long)(shown - HTML_LIST_MAX));
    html_put(state, "</section>\n");
}

/* Kinds by custodian. */

static void put_kind_row(struct html_state *state, sqlite3_stmt *kind)
{
    enum severity severity = (enum severity)(sqlite3_column_int(kind, 2) % SEVERITIES);
    html_put(state, "<tr><th scope=\"row\">");
    html_put_text(state, case_text(kind, 0), NAME_MAX_SHOWN);
    report_printf(state->report, "</th><td class=\"s %s\">%s</td>", severity_name(severity),
                  severity_name(severity));
    put_count_cell(state, (uint64_t)sqlite3_column_int64(kind, 1));
    sqlite3_stmt *cell = html_query(
        state,
        "SELECT m.n FROM (SELECT custodian, total FROM page_column ORDER BY total DESC, custodian) c LEFT "
        "JOIN page_matrix m ON m.custodian = c.custodian AND m.name = ?1 ORDER BY c.total DESC, c.custodian");
    if (cell)
        case_bind_text(cell, 1, case_text(kind, 0));
    while (html_next(state, cell)) {
        uint64_t number = (uint64_t)sqlite3_column_int64(cell, 0);
        int heat = number == 0 ? 0 : number < 3 ? 1 : number < 10 ? 2 : number < 50 ? 3 : 4;
        report_printf(state->report, "<td class=\"n h%d\">", heat);
        if (number > 0)
            report_printf(state->report, "%llu", (unsigned long long)number);
        html_put(state, "</td>");
    }
    html_put(state, "</tr>\n");
}

static void put_kind_head(struct html_state *state)
{
    html_put(state, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of kinds\">"
                    "<table><thead><tr><th scope=\"col\">kind</th><th scope=\"col\">severity</th>"
                    "<th scope=\"col\" class=\"n\">secrets</th>");
    sqlite3_stmt *column =
        html_query(state, "SELECT custodian FROM page_column ORDER BY total DESC, custodian");
    while (html_next(state, column)) {
        html_put(state, "<th scope=\"col\" class=\"n\">");
        put_custodian(state, case_text(column, 0));
        html_put(state, "</th>");
    }
    html_put(state, "</tr></thead><tbody>\n");
}

static void put_kinds(struct html_state *state)
{
    uint64_t shown = 0;
    begin_section(state, "kinds", "Secrets by kind and custodian");
    uint64_t custodians = told_number(&state->told, "SELECT count(DISTINCT custodian) FROM page_matrix");
    put_kind_head(state);
    sqlite3_stmt *kind =
        html_query(state, "SELECT name, n, severity FROM page_kind ORDER BY 3 DESC, 2 DESC, 1");
    while (html_next(state, kind))
        if (++shown <= KINDS_SHOWN)
            put_kind_row(state, kind);
    html_put(state, "</tbody></table></div>\n");
    if (shown > KINDS_SHOWN || custodians > CUSTODIANS_SHOWN)
        report_printf(state->report,
                      "<p>Of %llu kinds and %llu custodians; all stand in the list "
                      "<a href=\"#list-exposure\">exposure</a>.</p>\n",
                      (unsigned long long)shown, (unsigned long long)custodians);
    html_put(state, "</section>\n");
}

/* When. */

struct bars {
    char labels[BARS_MAX][8];
    uint64_t all[BARS_MAX], high[BARS_MAX], most;
    size_t count, left_out;
};

static void read_bars(struct html_state *state, struct bars *bars)
{
    static const char months[] =
        "SELECT strftime('%Y-%m', m.date, 'unixepoch') AS t, count(*), sum(p.severity >= 3) "
        "FROM page_message p JOIN messages m USING(message) WHERE m.date IS NOT NULL GROUP "
        "BY t ORDER BY t DESC";
    static const char years[] =
        "SELECT strftime('%Y', m.date, 'unixepoch') AS t, count(*), sum(p.severity >= 3) FROM "
        "page_message p JOIN messages m USING(message) WHERE m.date IS NOT NULL GROUP BY t "
        "ORDER BY t DESC";
    static const char count[] =
        "SELECT count(DISTINCT strftime('%Y-%m', m.date, 'unixepoch')) FROM page_message JOIN "
        "messages m USING(message)";
    sqlite3_stmt *row = html_query(state, told_number(&state->told, count) > BARS_MAX ? years : months);
    while (html_next(state, row)) {
        struct slice label = slice_sub(case_text(row, 0), 0, sizeof bars->labels[0] - 1);
        if (label.len == 0)
            continue;
        if (bars->count == BARS_MAX) {
            bars->left_out++;
            continue;
        }
        memcpy(bars->labels[bars->count], label.ptr, label.len);
        bars->all[bars->count] = (uint64_t)sqlite3_column_int64(row, 1);
        bars->high[bars->count] = (uint64_t)sqlite3_column_int64(row, 2);
        if (bars->all[bars->count] > bars->most)
            bars->most = bars->all[bars->count];
        bars->count++;
    }
}

/* Few bars are wider and stand apart, so that each label has room under its own. */
static size_t pitch_of(const struct bars *bars)
{
    size_t pitch = CHART_LEAST / (bars->count > 0 ? bars->count : 1);
    return pitch > BAR_WIDTH ? pitch : BAR_WIDTH;
}

static size_t width_of(const struct bars *bars)
{
    size_t width = pitch_of(bars) - 3;
    return width < BAR_MOST ? width : BAR_MOST;
}

static void put_bar(struct html_state *state, const struct bars *bars, size_t at, size_t x)
{
    size_t width = width_of(bars);
    unsigned all = (unsigned)(bars->all[at] * CHART_HEIGHT / bars->most);
    unsigned high = (unsigned)(bars->high[at] * CHART_HEIGHT / bars->most);
    report_printf(
        state->report,
        "<g><title>%s: %llu with a secret, %llu with a high or critical one</title><rect class=\"low\" "
        "x=\"%zu\" y=\"%u\" "
        "width=\"%zu\" height=\"%u\"/><rect class=\"high\" x=\"%zu\" y=\"%u\" width=\"%zu\" "
        "height=\"%u\"/></g>",
        bars->labels[at], (unsigned long long)bars->all[at], (unsigned long long)bars->high[at], x,
        CHART_HEIGHT - all, width, all, x, CHART_HEIGHT - high, width, high);
}

static void put_chart(struct html_state *state, const struct bars *bars)
{
    size_t pitch = pitch_of(bars), width = bars->count * pitch;
    report_printf(
        state->report,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Messages with a secret over time\">"
        "<svg width=\"%zu\" height=\"%d\" viewBox=\"0 0 %zu %d\" role=\"img\" aria-label=\"Messages with a "
        "secret by the "
        "time of their messages, from %s to %s; the most in one bar is %llu\">",
        width, CHART_HEIGHT + 18, width, CHART_HEIGHT + 18, bars->labels[bars->count - 1], bars->labels[0],
        (unsigned long long)bars->most);
    for (size_t i = 0; i < bars->count; i++)
        put_bar(state, bars, i, (bars->count - 1 - i) * pitch);
    report_printf(state->report, "<text x=\"0\" y=\"%d\">%s</text>", CHART_HEIGHT + 14,
                  bars->labels[bars->count - 1]);
    if (bars->count > 1)
        report_printf(state->report, "<text x=\"%zu\" y=\"%d\" text-anchor=\"end\">%s</text>",
                      (bars->count - 1) * pitch + width_of(bars), CHART_HEIGHT + 14, bars->labels[0]);
    html_put(state, "</svg></div>\n");
}

static void put_when(struct html_state *state)
{
    struct bars bars = { .most = 1 };
    begin_section(state, "when", "When they were mailed");
    read_bars(state, &bars);
    if (bars.count > 0)
        put_chart(state, &bars);
    html_put(state,
             "<p>By the dates that senders wrote, in UTC; only times with a secret have a bar. Red: high or "
             "critical.");
    if (bars.left_out > 0)
        report_printf(state->report, " %zu earlier ones are not drawn.", bars.left_out);
    html_put(state, "</p>\n");
    if (bars.count > 0) {
        html_put(
            state,
            "<details><summary>The same as a table</summary><table><thead><tr><th scope=\"col\">time</th>"
            "<th scope=\"col\" class=\"n\">secrets</th><th scope=\"col\" class=\"n\">high or "
            "critical</th></tr>"
            "</thead><tbody>\n");
        for (size_t i = bars.count; i-- > 0;)
            report_printf(
                state->report,
                "<tr><th scope=\"row\">%s</th><td class=\"n\">%llu</td><td class=\"n\">%llu</td></tr>\n",
                bars.labels[i], (unsigned long long)bars.all[i], (unsigned long long)bars.high[i]);
        html_put(state, "</tbody></table></details>\n");
    }
    html_put(state, "</section>\n");
}

/* Who to whom. */

static const char pairs_sql[] =
    "SELECT f.address, f.side, t.address, t.side, p.secrets, p.messages, p.severity, p.pairs FROM (SELECT "
    "a.person AS f, "
    "b.person AS t, sum(x.secrets) AS secrets, count(*) AS messages, max(x.severity) AS severity, count(*) "
    "OVER () AS pairs "
    "FROM page_message x JOIN message_people a ON a.message = x.message AND a.role = 'from' JOIN "
    "message_people b ON "
    "b.message = x.message AND b.role <> 'from' JOIN who v ON v.person = a.person JOIN who w ON w.person = "
    "b.person WHERE v.side <> 'outside' OR w.side <> 'outside' GROUP BY a.person, b.person ORDER BY 5 DESC, "
    "3 DESC, 4 DESC, "
    "1, 2 LIMIT 25) p "
    "JOIN who f ON f.person = p.f JOIN who t ON t.person = p.t ORDER BY 7 DESC, 5 DESC, 6 DESC, 1, 3";

static void put_pair(struct html_state *state, sqlite3_stmt *row)
{
    enum severity severity = (enum severity)(sqlite3_column_int(row, 6) % SEVERITIES);
    html_put(state, "<tr>");
    for (int i = 0; i < 4; i += 2) {
        html_put(state, "<td>");
        put_person(state, case_text(row, i));
        html_put(state, "</td><td>");
        html_put_text(state, case_text(row, i + 1), 0);
        html_put(state, "</td>");
    }
    put_count_cell(state, (uint64_t)sqlite3_column_int64(row, 4));
    put_count_cell(state, (uint64_t)sqlite3_column_int64(row, 5));
    report_printf(state->report, "<td class=\"s %s\">%s</td></tr>\n", severity_name(severity),
                  severity_name(severity));
}

static void put_pairs(struct html_state *state)
{
    uint64_t shown = 0, pairs = 0;
    begin_section(state, "who", "Who mailed secrets to whom");
    if (!state->has_people) {
        html_put(state, "<p>People are left out of this page.</p></section>\n");
        return;
    }
    html_put(
        state,
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table of senders and "
        "recipients\"><table>"
        "<thead><tr><th scope=\"col\">from</th><th scope=\"col\">side</th><th scope=\"col\">to</th>"
        "<th scope=\"col\">side</th><th scope=\"col\" class=\"n\">secrets</th><th scope=\"col\" class=\"n\">"
        "messages</th><th scope=\"col\">worst</th></tr></thead><tbody>\n");
    sqlite3_stmt *row = html_query(state, pairs_sql);
    for (; html_next(state, row); shown++) {
        pairs = (uint64_t)sqlite3_column_int64(row, 7);
        put_pair(state, row);
    }
    html_put(state, "</tbody></table></div>\n<p>");
    if (pairs > shown)
        report_printf(state->report, "%llu more pairs of people. ", (unsigned long long)(pairs - shown));
    html_put(state,
             "Who is outside stands in the list <a href=\"#list-notify\">notify</a>.</p>\n</section>\n");
}

void html_put_first(struct html_state *state, const struct report_summary *summary)
{
    html_put(state, "<div class=\"first\">\n");
    put_complete(state, summary);
    put_whose(state);
    put_kinds(state);
    put_when(state);
    put_pairs(state);
    html_put(state, "</div>\n");
}
