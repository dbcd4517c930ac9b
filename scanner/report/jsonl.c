/* jsonl.c - JSON Lines: a run, then findings and gaps as they come, a summary last. */
#include "report/records.h"
#include "report/reporters.h"

static int jsonl_begin(struct report *report, const struct report_run *run)
{
    struct json json;
    json_init(&json, &report->out);
    records_put_run(&json, NULL, run);
    buffer_put_byte(&report->out, '\n');
    return 0;
}

static void jsonl_finding(struct report *report, const struct report_finding *finding)
{
    struct json json;
    json_init(&json, &report->out);
    records_put_finding(&json, NULL, report, finding);
    buffer_put_byte(&report->out, '\n');
}

static void jsonl_gap(struct report *report, const struct report_gap *gap)
{
    struct json json;
    json_init(&json, &report->out);
    records_put_gap(&json, NULL, gap);
    buffer_put_byte(&report->out, '\n');
}

static void jsonl_end(struct report *report, const struct report_summary *summary)
{
    struct json json;
    json_init(&json, &report->out);
    records_put_summary(&json, NULL, summary);
    buffer_put_byte(&report->out, '\n');
}

const struct reporter reporter_jsonl = {
    .name = "jsonl",
    .title = "JSON Lines, the machine form: one record a line, as they come",
    .begin = jsonl_begin,
    .finding = jsonl_finding,
    .gap = jsonl_gap,
    .end = jsonl_end,
};
