/* markdown.c - a summary for a CI job's page (GitHub and GitLab flavours): how it ended, the new secrets, what was not seen. No person is named. */
#include "base/utf8.h"
#include "report/left_out.h"
#include "report/text.h"
#include "report/told.h"

#define ROWS_SHOWN 50
#define CELL_WIDTH 120

static struct told *told_of(struct report *report)
{
    return report->state;
}

static int markdown_begin(struct report *report, const struct report_run *run)
{
    (void)run;
    report->state = calloc(1, sizeof(struct told));
    if (!report->state)
        abort();
    return told_begin(report->state, report);
}

/* Nothing in VALUE is markup, a link or a mention, and it stays on one line. */
static void put_safe(struct report *report, struct slice value)
{
    struct buffer safe;
    uint32_t code;
    buffer_init(&safe, (size_t)64 * 1024);
    for (size_t count = 0; utf8_eat(&value, &code) != 0; count++) {
        if (count == CELL_WIDTH) {
            buffer_put_str(&safe, "\xE2\x80\xA6");
            break;
        }
        if (utf8_is_unsafe(code))
            buffer_put_byte(&safe, ' ');
        else if (code < 0x80 && strchr("\\`*_{}[]()<>#+!|~&@:/$^=\"'", (int)code))
            buffer_printf(&safe, "&#%u;", (unsigned)code);
        else
            utf8_put(&safe, code);
    }
    report_write(report, buffer_slice(&safe));
    buffer_release(&safe);
}

static void put_cell(struct report *report, struct slice value)
{
    report_write(report, slice_str(" "));
    put_safe(report, value);
    report_write(report, slice_str(" |"));
}

static const char *head_words(const struct report_summary *summary)
{
    if (summary->is_running)
        return "a scan is running";
    if (summary->is_interrupted)
        return "the scan was interrupted";
    if (summary->exit_status == 2)
        return "nothing was read";
    if (summary->exit_status & 1)
        return "secrets were found";
    if (summary->exit_status & 4)
        return "no new secret, but something could not be looked at";
    if (left_out_any(summary))
        return "no new secret in what was looked at; not all was";
    return summary->counts.pictures > 0 ? "no new secret in what was looked at; pictures were not"
                                        : "no new secret";
}

/* A folder's name may be markup. */
static void put_left_out(struct report *report, const struct report_summary *summary)
{
    struct buffer words;
    if (!left_out_any(summary))
        return;
    buffer_init(&words, (size_t)64 * 1024);
    left_out_put(&words, summary, lists_withhold_people(told_of(report)->lists));
    put_safe(report, buffer_slice(&words));
    report_write(report, slice_str(".\n\n"));
    buffer_release(&words);
}

static void put_head(struct report *report, const struct report_summary *summary)
{
    char out[32];
    bool is_of_case = report->run->command && strcmp(report->run->command, "report") == 0;
    report_printf(report, "## mailspill: %s\n\n", head_words(summary));
    report_printf(report, "| | |\n|---|---:|\n| messages | %s |\n",
                  text_count(summary->counts.messages, out));
    if (left_out_any(summary))
        report_printf(report, "| messages left out | %s |\n",
                      text_count(summary->counts.excluded + summary->excluded_in_case, out));
    report_printf(report, "| secrets | %s |\n", text_count(summary->secrets, out));
    report_printf(report, "| places | %s |\n", text_count(summary->findings, out));
    report_printf(report, "| places that count | %s |\n", text_count(summary->findings_counting, out));
    if (summary->findings_false > 0)
        report_printf(report, "| places marked false, not counted | %s |\n",
                      text_count(summary->findings_false, out));
    if (summary->inputs_in_case > 0)
        report_printf(report, "| inputs in the case already | %s |\n",
                      text_count(summary->inputs_in_case, out));
    report_printf(report, "| not looked at, or not wholly | %s |\n", text_count(summary->gaps, out));
    if (summary->counts.pictures > 0)
        report_printf(report, "| pictures not read | %s |\n", text_count(summary->counts.pictures, out));
    if (!is_of_case)
        report_printf(report, "| exit status | %d |\n", summary->exit_status);
    report_write(report, slice_str("\n"));
    put_left_out(report, summary);
}

/* A secret of which some place is neither known nor accepted. */
static const char secrets_sql[] =
    "SELECT max(l.severity), l.name, l.redacted, max(l.verdict), count(*), min(l.path), "
    "lower(hex(l.secret_id))"
    " FROM live l WHERE ifnull(l.finding_mark, '') <> 'accepted' AND ifnull(l.secret_mark, '') NOT IN "
    "('accepted', 'rotated') GROUP BY l.secret ORDER BY 1 DESC, 4 DESC, 5 DESC, 7";
static const char count_sql[] =
    "SELECT count(DISTINCT secret) FROM live l WHERE ifnull(l.finding_mark, '') <> 'accepted' AND "
    "ifnull(l.secret_mark, '') NOT IN ('accepted', 'rotated')";

static void put_secrets(struct report *report)
{
    struct told *told = told_of(report);
    uint64_t total = told_number(told, count_sql), shown = 0;
    char out[32];
    if (total == 0)
        return;
    report_write(report, slice_str("### Secrets\n\n| severity | kind | secret | sure | places | first in |\n"
                                   "|---|---|---|---|---:|---|\n"));
    sqlite3_stmt *row = case_statement(told->store, secrets_sql);
    for (; shown < ROWS_SHOWN && case_next(told->store, row) == 1; shown++) {
        report_write(report, slice_str("|"));
        put_cell(report, slice_str(severity_name((enum severity)(sqlite3_column_int(row, 0) % SEVERITIES))));
        put_cell(report, case_text(row, 1));
        put_cell(report, case_text(row, 2));
        put_cell(report, slice_str(verdict_name((enum verdict)(sqlite3_column_int(row, 3) % VERDICTS))));
        put_cell(report, case_text(row, 4));
        put_cell(report, lists_withhold_people(told->lists) ? slice_str("(withheld)") : case_text(row, 5));
        report_write(report, slice_str("\n"));
    }
    if (row)
        sqlite3_reset(row);
    if (total > shown)
        report_printf(report, "\n%s more secrets stand in the other reports (jsonl, csv).\n",
                      text_count(total - shown, out));
    report_write(report, slice_str("\n"));
}

static void put_gaps(struct report *report)
{
    static const char sql[] = "SELECT g.kind, count(DISTINCT g.id), min(g.reason) FROM gaps g LEFT JOIN "
                              "judged j ON j.target = g.id "
                              "WHERE ifnull(j.judgement, '') NOT IN ('accepted', 'false') GROUP BY g.kind "
                              "ORDER BY g.kind = 'picture', "
                              "g.kind";
    struct told *told = told_of(report);
    sqlite3_stmt *row = case_statement(told->store, sql);
    for (bool is_first = true; case_next(told->store, row) == 1; is_first = false) {
        if (is_first)
            report_write(report, slice_str("### Not looked at\n\n| why | how many | first reason |\n"
                                           "|---|---:|---|\n"));
        report_write(report, slice_str("|"));
        for (int i = 0; i < 3; i++)
            put_cell(report, case_text(row, i));
        report_write(report, slice_str("\n"));
    }
    if (row)
        sqlite3_reset(row);
    report_write(report, slice_str("\n"));
}

static void markdown_end(struct report *report, const struct report_summary *summary)
{
    if (told_end(told_of(report), report) < 0)
        return;
    put_head(report, summary);
    put_secrets(report);
    put_gaps(report);
    if (case_failure(told_of(report)->store))
        report_fail(report, case_failure(told_of(report)->store));
}

static void markdown_finding(struct report *report, const struct report_finding *finding)
{
    told_finding(told_of(report), report, finding);
}

static void markdown_gap(struct report *report, const struct report_gap *gap)
{
    told_gap(told_of(report), report, gap);
}

static void markdown_release(struct report *report)
{
    if (report->state)
        told_release(told_of(report));
    free(report->state);
}

const struct reporter reporter_markdown = {
    .name = "markdown",
    .title = "a summary for a CI job's page; no subject or address",
    .is_of_lists = true,
    .begin = markdown_begin,
    .finding = markdown_finding,
    .gap = markdown_gap,
    .end = markdown_end,
    .release = markdown_release,
};
