/* json.c - one JSON document {run, findings, gaps, summary}: findings stream, gaps are held back to the end. */
#include "report/records.h"
#include "report/reporters.h"
#include "report/shelf.h"

static const char schema[] = "CREATE TABLE gap(record);";
static const char insert_gap[] = "INSERT INTO gap VALUES(?1)";
static const char select_gaps[] = "SELECT record FROM gap ORDER BY rowid";

struct json_state {
    struct shelf *shelf;
    struct json json; /* stands in the array of findings */
};

static int json_begin(struct report *report, const struct report_run *run)
{
    struct error err;
    struct json_state *state = calloc(1, sizeof *state);
    if (!state)
        abort();
    report->state = state;
    state->shelf = shelf_new(report->options.spool_dir, schema, &err);
    if (!state->shelf) {
        report_fail(report, &err);
        return -1;
    }
    json_init(&state->json, &report->out);
    json_begin_object(&state->json, NULL);
    records_put_run(&state->json, "run", run);
    json_begin_array(&state->json, "findings");
    return 0;
}

static void json_finding(struct report *report, const struct report_finding *finding)
{
    struct json_state *state = report->state;
    buffer_put_byte(&report->out, '\n');
    records_put_finding(&state->json, NULL, report, finding);
}

static void fail_as_shelf(struct report *report, const struct shelf *shelf)
{
    if (shelf_failure(shelf))
        report_fail(report, shelf_failure(shelf));
}

static void json_gap(struct report *report, const struct report_gap *gap)
{
    struct json_state *state = report->state;
    struct buffer record;
    struct json json;
    buffer_init(&record, (size_t)16 * 1024 * 1024);
    json_init(&json, &record);
    records_put_gap(&json, NULL, gap);
    sqlite3_stmt *insert = shelf_statement(state->shelf, insert_gap);
    shelf_bind_text(insert, 1, buffer_slice(&record));
    shelf_run(state->shelf, insert);
    fail_as_shelf(report, state->shelf);
    buffer_release(&record);
}

static void put_gaps(struct report *report, struct json_state *state)
{
    sqlite3_stmt *gap = shelf_statement(state->shelf, select_gaps);
    struct buffer piece;
    struct json json = state->json;
    buffer_init(&piece, (size_t)16 * 1024 * 1024);
    json.out = &piece;
    while (shelf_next(state->shelf, gap) == 1 && !report->has_failed) {
        buffer_clear(&piece);
        buffer_put_byte(&piece, '\n');
        json_put_raw(&json, NULL, shelf_text(gap, 0));
        report_write(report, buffer_slice(&piece));
    }
    fail_as_shelf(report, state->shelf);
    buffer_release(&piece);
}

static void json_end(struct report *report, const struct report_summary *summary)
{
    struct json_state *state = report->state;
    json_end_array(&state->json);
    json_begin_array(&state->json, "gaps");
    put_gaps(report, state);
    json_end_array(&state->json);
    records_put_summary(&state->json, "summary", summary);
    json_end_object(&state->json);
    buffer_put_byte(&report->out, '\n');
}

static void json_release(struct report *report)
{
    struct json_state *state = report->state;
    if (state)
        shelf_free(state->shelf);
    free(state);
}

const struct reporter reporter_json = {
    .name = "json",
    .title = "one JSON document: run, findings, gaps, summary",
    .begin = json_begin,
    .finding = json_finding,
    .gap = json_gap,
    .end = json_end,
    .release = json_release,
};
