/* summary.c - twenty lines for a tired person: how much, what to rotate now, whom it concerns, what was not seen, what to type next. */
#include "base/utf8.h"
#include "match/rule.h"
#include "report/left_out.h"
#include "report/text.h"
#include "report/told.h"

#define SECRETS_SHOWN 5
#define NAMES_SHOWN 4
#define NAME_WIDTH 38
#define VALUE_WIDTH 30

static struct told *told_of(struct report *report)
{
    return report->state;
}

static int summary_begin(struct report *report, const struct report_run *run)
{
    (void)run;
    report->state = calloc(1, sizeof(struct told));
    if (!report->state)
        abort();
    return told_begin(report->state, report);
}

static void put_number(struct report *report, uint64_t number, const char *one, const char *many)
{
    char out[32];
    report_printf(report, "%s %s", text_count(number, out), number == 1 ? one : many);
}

static uint64_t count_of(struct report *report, const char *sql)
{
    return told_number(told_of(report), sql);
}

/* Secrets. */

enum {
    RANK,
    SECRET_ID,
    NAME,
    REDACTED,
    CATEGORY,
    SERVICE,
    HOST,
    USER,
    ACCOUNT,
    SEVERITY,
    VERDICT,
    STATE,
    ACCESS,
    FINDINGS,
    MESSAGES,
    CUSTODIANS
};

static void put_cell(struct report *report, sqlite3_stmt *row, size_t column, size_t width)
{
    struct buffer cell;
    buffer_init(&cell, (size_t)1024 * 1024);
    lists_put_cell(&cell, told_of(report)->lists, &list_rotation, row, column);
    size_t count = utf8_count(buffer_slice(&cell));
    text_put_value(report, buffer_slice(&cell), width);
    for (; count < width; count++)
        report_write(report, slice_str(" "));
    buffer_release(&cell);
}

static void put_secret(struct report *report, sqlite3_stmt *row, unsigned number)
{
    struct slice host = case_text(row, HOST), service = case_text(row, SERVICE);
    report_printf(report, " %u. ", number);
    put_cell(report, row, SEVERITY, 8);
    report_write(report, slice_str("  "));
    put_cell(report, row, NAME, NAME_WIDTH);
    report_write(report, slice_str("  "));
    text_put_value(report, case_text(row, REDACTED), VALUE_WIDTH);
    if (host.len > 0 || service.len > 0) {
        report_write(report, slice_str(" for "));
        text_put_value(report, host.len > 0 ? host : service, VALUE_WIDTH);
    }
    report_write(report, slice_str(", "));
    put_number(report, (uint64_t)sqlite3_column_int64(row, FINDINGS), "place", "places");
    if (case_text(row, ACCESS).len > 0) {
        report_write(report, slice_str(", "));
        text_put_value(report, case_text(row, ACCESS), 0);
    }
    report_write(report, slice_str("\n"));
}

/* One pass over the list: its first rows are kept as text, all are counted. */
struct tally {
    uint64_t secrets, places, critical, high, done;
    unsigned shown;
};

static void tally_row(struct report *report, sqlite3_stmt *row, struct tally *tally)
{
    int severity = sqlite3_column_int(row, SEVERITY);
    struct slice state = case_text(row, STATE);
    bool is_done =
        slice_is_equal(state, slice_str("rotated")) || slice_is_equal(state, slice_str("accepted"));
    tally->secrets++;
    tally->places += (uint64_t)sqlite3_column_int64(row, FINDINGS);
    tally->critical += severity == SEVERITY_CRITICAL;
    tally->high += severity == SEVERITY_HIGH;
    tally->done += is_done;
    if (!is_done && tally->shown < SECRETS_SHOWN)
        put_secret(report, row, ++tally->shown);
}

static void put_head(struct report *report, const struct report_summary *summary, const struct tally *tally)
{
    uint64_t custodians =
        count_of(report, "SELECT count(DISTINCT custodian) FROM live WHERE custodian <> ''");
    put_number(report, summary->inputs, "input", "inputs");
    report_write(report, slice_str(", "));
    put_number(report, summary->counts.messages, "message", "messages");
    report_write(report, slice_str(": "));
    put_number(report, tally->secrets, "secret", "secrets");
    report_write(report, slice_str(" in "));
    put_number(report, tally->places, "place", "places");
    if (custodians > 0) {
        report_write(report, slice_str(" of "));
        put_number(report, custodians, "mailbox", "mailboxes");
    }
    if (tally->critical + tally->high > 0)
        report_printf(report, " (%llu critical, %llu high)", (unsigned long long)tally->critical,
                      (unsigned long long)tally->high);
    report_write(report, slice_str("\n"));
    if (tally->done > 0)
        report_printf(report, "%llu of the secrets %s marked rotated or accepted already\n",
                      (unsigned long long)tally->done, tally->done == 1 ? "is" : "are");
    text_put_false(report, summary);
    text_put_in_case(report, summary);
}

static void put_secrets(struct report *report, const struct report_summary *summary)
{
    struct told *told = told_of(report);
    struct tally tally = { 0 };
    struct buffer before = report->out; /* the head is put before the rows, and known after them */
    struct error err;
    if (lists_lay(told->lists, &list_rotation, &err) < 0) {
        report_fail(report, &err);
        return;
    }
    sqlite3_stmt *row = case_statement(told->store, list_rotation.sql);
    buffer_init(&report->out, before.ceiling);
    while (case_next(told->store, row) == 1)
        tally_row(report, row, &tally);
    if (row)
        sqlite3_reset(row);
    struct buffer rows = report->out;
    report->out = before;
    put_head(report, summary, &tally);
    if (tally.shown > 0) {
        report_write(report, slice_str("\n"));
        text_put_styled(report, STYLE_BOLD, "Rotate now");
        report_write(report, slice_str("\n"));
        report_write(report, buffer_slice(&rows));
    }
    uint64_t open = tally.secrets - tally.done;
    if (open > tally.shown)
        report_printf(report, "    and %llu more\n", (unsigned long long)(open - tally.shown));
    buffer_release(&rows);
    report_write(report, slice_str("\n"));
}

/* People. */

static void put_names(struct report *report, const char *sql, uint64_t total)
{
    struct told *told = told_of(report);
    sqlite3_stmt *row = case_statement(told->store, sql);
    uint64_t shown = 0;
    for (; shown < NAMES_SHOWN && case_next(told->store, row) == 1; shown++) {
        report_write(report, slice_str(shown ? ", " : ": "));
        text_put_value(report, case_text(row, 0), NAME_WIDTH);
    }
    if (row)
        sqlite3_reset(row);
    if (total > shown)
        report_printf(report, " and %llu more", (unsigned long long)(total - shown));
    report_write(report, slice_str("\n"));
}

/* Organisations, those outside first. */
static const char people_sql[] = "SELECT side, organisation, sum(secrets) FROM (SELECT message, "
                                 "count(DISTINCT secret) AS secrets FROM live GROUP BY "
                                 "message) JOIN message_people USING(message) JOIN who USING(person) WHERE "
                                 "side <> 'inside' GROUP BY side, organisation "
                                 "ORDER BY side, 3 DESC, 2";

static bool says_who_is_inside(const struct report *report)
{
    const struct list_options *people = report->options.people;
    return people && (people->internal_count > 0 || people->people);
}

static void put_people(struct report *report)
{
    struct told *told = told_of(report);
    sqlite3_stmt *row = case_statement(told->store, people_sql);
    uint64_t outside = 0, unknown = 0;
    text_put_styled(report, STYLE_BOLD, "Whom it concerns");
    for (; case_next(told->store, row) == 1;) {
        if (!slice_is_equal(case_text(row, 0), slice_str("outside"))) {
            unknown++;
            continue;
        }
        if (++outside > NAMES_SHOWN)
            continue;
        report_write(report, slice_str(outside > 1 ? ", " : "  outside: "));
        text_put_value(report, case_text(row, 1), NAME_WIDTH);
    }
    if (row)
        sqlite3_reset(row);
    if (outside > NAMES_SHOWN)
        report_printf(report, " and %llu more organisations", (unsigned long long)(outside - NAMES_SHOWN));
    if (outside == 0 && unknown > 0) {
        report_write(report, slice_str("  people of "));
        put_number(report, unknown, "organisation", "organisations");
        report_write(report, slice_str("; say which domains are your own: --internal DOMAIN"));
    }
    if (outside + unknown == 0)
        report_write(report,
                     slice_str(says_who_is_inside(report) ? "  nobody outside"
                                                          : "  nobody known (give --internal DOMAIN)"));
    report_write(report, slice_str("\n"));
}

/* Gaps. One that lies in two mailboxes is one. */

#define IS_OPEN "ifnull(j.judgement, '') NOT IN ('accepted', 'false')"

static void put_things(struct report *report, uint64_t open)
{
    static const char kinds_sql[] =
        "SELECT count(DISTINCT g.id) || ' ' || kind FROM gaps g LEFT JOIN judged j ON j.target = g.id WHERE "
        "kind "
        "<> 'picture' AND " IS_OPEN " GROUP BY kind ORDER BY count(DISTINCT g.id) DESC, 1";
    put_number(report, open, "thing", "things");
    put_names(report, kinds_sql,
              count_of(report,
                       "SELECT count(DISTINCT kind) FROM gaps g LEFT JOIN judged j ON j.target = g.id "
                       "WHERE kind <> 'picture' AND " IS_OPEN));
}

static void put_stopped(struct report *report, const struct report_summary *summary)
{
    if (summary->is_running)
        report_write(report, slice_str("a scan is running, and this is what it has told so far. "));
    else if (summary->is_interrupted)
        report_write(report, slice_str("a scan was stopped; type it again to go on. "));
}

static void put_gaps(struct report *report, const struct report_summary *summary)
{
    uint64_t open =
        count_of(report, "SELECT count(DISTINCT g.id) FROM gaps g LEFT JOIN judged j ON j.target = "
                         "g.id WHERE kind <> 'picture' AND " IS_OPEN);
    uint64_t pictures =
        count_of(report, "SELECT count(DISTINCT g.id) FROM gaps g LEFT JOIN judged j ON j.target "
                         "= g.id WHERE kind = 'picture' AND " IS_OPEN);
    uint64_t accepted = count_of(report, "SELECT count(DISTINCT id) FROM gaps") - open - pictures;
    bool is_stopped = summary->is_interrupted || summary->is_running;
    text_put_styled(report, STYLE_BOLD, "Not seen");
    report_write(report, slice_str("          "));
    put_stopped(report, summary);
    if (open > 0)
        put_things(report, open);
    if (pictures > 0) {
        report_write(report, slice_str(open > 0 ? "                  " : ""));
        text_put_pictures(report, pictures);
        report_write(report, slice_str("\n"));
    }
    if (accepted > 0) {
        report_write(report, slice_str(open + pictures > 0 ? "                  " : ""));
        put_number(report, accepted, "thing that was accepted\n", "things that were accepted\n");
    }
    if (left_out_any(summary)) {
        report_write(report, slice_str(open + pictures + accepted > 0 ? "                  " : ""));
        left_out_tell(report, summary, lists_withhold_people(told_of(report)->lists), "", "\n");
    }
    if (open + pictures + accepted == 0 && !left_out_any(summary))
        report_write(report, slice_str(is_stopped                    ? "\n"
                                       : summary->exit_status == 2   ? "anything: nothing was read\n"
                                       : summary->inputs_in_case > 0 ? "nothing of what was read now\n"
                                                                     : "nothing: all was looked at\n"));
}

/* The words that were given to say who is inside: without them the next command would tell others. */
static void put_people_options(struct report *report)
{
    const struct list_options *people = report->options.people;
    for (size_t i = 0; people && i < people->internal_count; i++) {
        report_write(report, slice_str(" --internal "));
        text_put_value(report, slice_str(people->internal[i]), 0);
    }
    if (people && people->people) {
        report_write(report, slice_str(" --people "));
        text_put_value(report, slice_str(people->people), 0);
    }
    report_write(report, slice_str("\n"));
}

static void put_next(struct report *report)
{
    struct told *told = told_of(report);
    uint64_t secrets = count_of(report, "SELECT count(*) FROM secrets");
    const char *folder = told->is_own ? report->options.case_folder : case_folder(told->store);
    text_put_styled(report, STYLE_BOLD, "Next");
    if (!folder) {
        report_write(report,
                     slice_str("              mailspill scan --case DIR PATH\xE2\x80\xA6   # keeps it, "
                               "for lists, marks and later exports\n"));
        return;
    }
    report_write(report, slice_str("              mailspill report -o html=report.html --case "));
    text_put_value(report, slice_str(folder), 0);
    put_people_options(report);
    report_printf(report, "                  mailspill report --list %s --case ",
                  secrets ? "rotation" : "gaps");
    text_put_value(report, slice_str(folder), 0);
    put_people_options(report);
}

static void summary_end(struct report *report, const struct report_summary *summary)
{
    if (told_end(told_of(report), report) < 0)
        return;
    put_secrets(report, summary);
    put_people(report);
    put_gaps(report, summary);
    put_next(report);
    if (case_failure(told_of(report)->store))
        report_fail(report, case_failure(told_of(report)->store));
}

static void summary_finding(struct report *report, const struct report_finding *finding)
{
    told_finding(told_of(report), report, finding);
}

static void summary_gap(struct report *report, const struct report_gap *gap)
{
    told_gap(told_of(report), report, gap);
}

static void summary_release(struct report *report)
{
    if (report->state)
        told_release(told_of(report));
    free(report->state);
}

const struct reporter reporter_summary = {
    .name = "summary",
    .title = "twenty lines: how much, what to rotate now, whom it concerns, what was not seen",
    .is_of_lists = true,
    .begin = summary_begin,
    .finding = summary_finding,
    .gap = summary_gap,
    .end = summary_end,
    .release = summary_release,
};
