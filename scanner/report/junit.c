/* junit.c - JUnit XML: each finding that counts a failure, each gap that counts an error, what is known skipped. No subject or address goes into it. */
#include <stdio.h>

#include "base/json.h"
#include "base/utf8.h"
#include "report/left_out.h"
#include "report/reporters.h"
#include "report/shelf.h"

#define CASES_MAX 25000

static const char schema[] = "CREATE TABLE testcase(record);";
static const char insert_case[] = "INSERT INTO testcase VALUES(?1)";
static const char select_cases[] = "SELECT record FROM testcase ORDER BY rowid";

struct junit_state {
    struct shelf *shelf;
    uint64_t cases, failures, errors, skipped, left_out;
};

static int junit_begin(struct report *report, const struct report_run *run)
{
    struct error err;
    struct junit_state *state = calloc(1, sizeof *state);
    (void)run;
    if (!state)
        abort();
    report->state = state;
    state->shelf = shelf_new(report->options.spool_dir, schema, &err);
    if (state->shelf)
        return 0;
    report_fail(report, &err);
    return -1;
}

/* TEXT as XML 1.0 takes it, fit for an attribute and for content. */
static void put_text(struct buffer *out, struct slice text)
{
    uint32_t code;
    while (utf8_eat(&text, &code) != 0) {
        if (code == '<' || code == '>' || code == '&' || code == '"' || code == '\'')
            buffer_printf(out, "&#%u;", (unsigned)code);
        else if (utf8_is_unsafe(code) || (code & 0xFFFE) == 0xFFFE)
            buffer_printf(out, "\\u{%x}", (unsigned)code);
        else
            utf8_put(out, code);
    }
}

static void put_attribute(struct buffer *out, const char *name, struct slice value)
{
    buffer_printf(out, " %s=\"", name);
    put_text(out, value);
    buffer_put_byte(out, '"');
}

static void put_result(struct buffer *out, const char *element, const char *type, struct slice message)
{
    buffer_printf(out, "<%s", element);
    if (type)
        put_attribute(out, "type", slice_str(type));
    put_attribute(out, "message", message);
    buffer_put_str(out, "/>");
}

static void hold(struct report *report, struct buffer *record)
{
    struct junit_state *state = report->state;
    if (state->cases == CASES_MAX) {
        state->left_out++;
        return;
    }
    state->cases++;
    sqlite3_stmt *insert = shelf_statement(state->shelf, insert_case);
    shelf_bind_text(insert, 1, buffer_slice(record));
    shelf_run(state->shelf, insert);
    if (shelf_failure(state->shelf))
        report_fail(report, shelf_failure(state->shelf));
}

static void begin_case(struct buffer *record, const char *class, struct slice path, const char *id)
{
    struct buffer name;
    buffer_init(record, (size_t)16 * 1024 * 1024);
    buffer_init(&name, (size_t)4 * 1024 * 1024);
    buffer_put(&name, path);
    buffer_printf(&name, " %.12s", id);
    buffer_put_str(record, "    <testcase");
    put_attribute(record, "classname", slice_str(class));
    put_attribute(record, "name", buffer_slice(&name));
    buffer_put_str(record, " time=\"0\">");
    buffer_release(&name);
}

static struct slice known_words(enum report_standing standing, struct slice reason)
{
    if (reason.len > 0)
        return reason;
    return slice_str(standing == REPORT_IN_BASELINE ? "in the baseline" : "accepted");
}

static void junit_finding(struct report *report, const struct report_finding *shown)
{
    struct junit_state *state = report->state;
    const struct finding *finding = shown->finding;
    const struct rule *rule = shown->rule;
    struct buffer record, words;
    char id[2 * RECORD_ID_SIZE + 1], class[160];
    record_id_hex(&finding->id, id);
    snprintf(class, sizeof class, "mailspill.%s", rule->id);
    begin_case(&record, class, finding->path, id);
    buffer_init(&words, (size_t)1024 * 1024);
    buffer_printf(&words, "%s %s ", severity_name(finding->severity), rule->name ? rule->name : rule->id);
    buffer_put(&words, shown->redacted);
    buffer_printf(&words, ", %s, line %llu", verdict_name(finding->verdict),
                  (unsigned long long)finding->line);
    bool is_counting = shown->standing == REPORT_COUNTS && !shown->is_below;
    if (is_counting)
        put_result(&record, "failure", rule->id, buffer_slice(&words));
    else if (shown->standing == REPORT_COUNTS)
        put_result(&record, "skipped", NULL, slice_str("weaker than --fail-on"));
    else
        put_result(&record, "skipped", NULL, known_words(shown->standing, shown->standing_reason));
    buffer_put_str(&record, "</testcase>\n");
    uint64_t before = state->cases;
    hold(report, &record);
    state->failures += is_counting && state->cases > before;
    state->skipped += !is_counting && state->cases > before;
    buffer_release(&words);
    buffer_release(&record);
}

static void junit_gap(struct report *report, const struct report_gap *shown)
{
    struct junit_state *state = report->state;
    const struct gap *gap = &shown->gap->gap;
    struct buffer record;
    char id[2 * RECORD_ID_SIZE + 1], class[64];
    bool is_counting = shown->standing == REPORT_COUNTS && gap->kind != GAP_PICTURE;
    if (gap->kind == GAP_PICTURE)
        return;
    record_id_hex(&shown->gap->id, id);
    snprintf(class, sizeof class, "mailspill.gap.%s", gap_kind_name(gap->kind));
    begin_case(&record, class, shown->gap->path, id);
    if (is_counting)
        put_result(&record, "error", gap_kind_name(gap->kind), gap->reason);
    else
        put_result(&record, "skipped", NULL, known_words(shown->standing, shown->standing_reason));
    buffer_put_str(&record, "</testcase>\n");
    uint64_t before = state->cases;
    hold(report, &record);
    state->errors += is_counting && state->cases > before;
    state->skipped += !is_counting && state->cases > before;
    buffer_release(&record);
}

static void put_counts(struct report *report, const struct junit_state *state, double seconds)
{
    report_printf(report,
                  " name=\"mailspill\" tests=\"%llu\" failures=\"%llu\" errors=\"%llu\" skipped=\"%llu\""
                  " time=\"%.3f\"",
                  (unsigned long long)(state->cases ? state->cases : 1), (unsigned long long)state->failures,
                  (unsigned long long)state->errors, (unsigned long long)state->skipped, seconds);
}

static void put_left_out(struct report *report, const struct report_summary *summary)
{
    struct buffer words, element;
    if (!left_out_any(summary))
        return;
    buffer_init(&words, (size_t)64 * 1024);
    buffer_init(&element, (size_t)1024 * 1024);
    left_out_put(&words, summary, true);
    buffer_put_str(&element, "    <testcase classname=\"mailspill\" name=\"not all messages were looked at\" "
                             "time=\"0\">");
    put_result(&element, summary->exit_status == 2 ? "error" : "skipped",
               summary->exit_status == 2 ? "left-out" : NULL, buffer_slice(&words));
    buffer_put_str(&element, "</testcase>\n");
    report_write(report, buffer_slice(&element));
    buffer_release(&element);
    buffer_release(&words);
}

static void junit_end(struct report *report, const struct report_summary *summary)
{
    struct junit_state *state = report->state;
    char time[24] = "1970-01-01T00:00:00Z";
    bool is_any = left_out_any(summary);
    json_time(report->run->started, time);
    state->cases += is_any;
    state->errors += is_any && summary->exit_status == 2;
    state->skipped += is_any && summary->exit_status != 2;
    report_write(report, slice_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites"));
    put_counts(report, state, summary->seconds);
    report_write(report, slice_str(">\n  <testsuite"));
    put_counts(report, state, summary->seconds);
    report_printf(report, " timestamp=\"%.19s\">\n", time);
    if (state->cases == 0)
        report_write(report, slice_str("    <testcase classname=\"mailspill\" name=\"no secrets, and all was "
                                       "looked at\" time=\"0\"/>\n"));
    put_left_out(report, summary);
    sqlite3_stmt *held = shelf_statement(state->shelf, select_cases);
    while (shelf_next(state->shelf, held) == 1 && !report->has_failed)
        report_write(report, shelf_text(held, 0));
    if (shelf_failure(state->shelf))
        report_fail(report, shelf_failure(state->shelf));
    if (state->left_out > 0)
        report_printf(report, "    <system-out>%llu more were left out: see the jsonl report</system-out>\n",
                      (unsigned long long)state->left_out);
    report_write(report, slice_str("  </testsuite>\n</testsuites>\n"));
}

static void junit_release(struct report *report)
{
    struct junit_state *state = report->state;
    if (state)
        shelf_free(state->shelf);
    free(state);
}

const struct reporter reporter_junit = {
    .name = "junit",
    .title = "JUnit XML: findings as failures, gaps as errors; no subject or address",
    .begin = junit_begin,
    .finding = junit_finding,
    .gap = junit_gap,
    .end = junit_end,
    .release = junit_release,
};
