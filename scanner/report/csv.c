/* csv.c - a table for spreadsheets (RFC 4180): findings and gaps, one a row; no cell can be a formula. */
#include "base/utf8.h"
#include "base/json.h"
#include "report/csv_put.h"
#include "report/records.h"
#include "report/reporters.h"

static const char header[] =
    "type,severity,verdict,rule,name,redacted,secret,why,kind,reason,path,line,column,quoted,date,from,to,cc,"
    "bcc,"
    "subject,folder,custodian,message_id,thread,service,host,user,account,expires,rotate,context,also,parts,"
    "bytes,"
    "standing,standing_reason,id,secret_id\r\n";

static void put_word(struct csv_row *row, const char *word)
{
    csv_put_cell(row, slice_str(word));
}

static void put_empty(struct csv_row *row, int count)
{
    while (count-- > 0)
        put_word(row, NULL);
}

static void put_number(struct csv_row *row, uint64_t number)
{
    buffer_printf(row->out, ",%llu", (unsigned long long)number);
}

static void put_id(struct csv_row *row, const struct record_id *id)
{
    char hex[2 * RECORD_ID_SIZE + 1];
    record_id_hex(id, hex);
    put_word(row, hex);
}

static void put_list(struct csv_row *row, const struct slice *list, size_t count)
{
    struct buffer all;
    buffer_init(&all, (size_t)1024 * 1024);
    for (size_t i = 0; i < count; i++) {
        buffer_put_str(&all, i > 0 ? "; " : "");
        buffer_put(&all, list[i]);
    }
    csv_put_cell(row, buffer_slice(&all));
    buffer_release(&all);
}

static void put_message(struct csv_row *row, const struct message_record *message, struct slice custodian)
{
    static const struct envelope none = { .date = ENVELOPE_NO_DATE };
    const struct envelope *envelope = message ? &message->envelope : &none;
    char date[24];
    put_word(row, json_time(envelope->date, date) == 0 ? date : NULL);
    csv_put_cell(row, envelope->from);
    put_list(row, envelope->to.at, envelope->to.count);
    put_list(row, envelope->cc.at, envelope->cc.count);
    put_list(row, envelope->bcc.at, envelope->bcc.count);
    csv_put_cell(row, envelope->subject);
    csv_put_cell(row, envelope->folder);
    csv_put_cell(row, envelope->custodian.len ? envelope->custodian : custodian);
    csv_put_cell(row, envelope->id);
    csv_put_cell(row, envelope->thread);
}

static const char *standing_word(enum report_standing standing)
{
    static const char *const words[] = { "counts", "baseline", "ignored", "accepted" };
    return words[standing];
}

static int csv_begin(struct report *report, const struct report_run *run)
{
    (void)run;
    buffer_put_str(&report->out, header);
    return 0;
}

static void put_opens(struct csv_row *row, const struct rule *rule, const struct opens *opens)
{
    put_word(row, opens->service[0] ? opens->service : rule->service);
    put_word(row, opens->host);
    put_word(row, opens->user);
    put_word(row, opens->account);
    put_word(row, opens->expires);
    put_word(row, rule->rotate);
}

static void put_context(struct csv_row *row, const struct report *report, const struct finding *finding)
{
    struct buffer context;
    buffer_init(&context, (size_t)1024 * 1024);
    if (report->options.context > 0)
        records_put_context(&context, &report->options, finding);
    csv_put_cell(row, buffer_slice(&context));
    buffer_release(&context);
}

static void put_parts(struct csv_row *row, const struct finding *finding)
{
    struct buffer parts;
    buffer_init(&parts, (size_t)1024 * 1024);
    records_put_parts(&parts, finding);
    csv_put_cell(row, buffer_slice(&parts));
    buffer_release(&parts);
}

static void csv_finding(struct report *report, const struct report_finding *reported)
{
    struct csv_row row = { .out = &report->out };
    const struct rule *rule = reported->rule;
    const struct finding *finding = reported->finding;
    put_word(&row, "finding");
    put_word(&row, severity_name(finding->severity));
    put_word(&row, verdict_name(finding->verdict));
    put_word(&row, rule->id);
    put_word(&row, rule->name);
    csv_put_cell(&row, reported->redacted);
    csv_put_cell(&row, finding->secret);
    csv_put_cell(&row, finding->why);
    put_empty(&row, 2);
    csv_put_cell(&row, finding->path);
    put_number(&row, finding->line);
    put_number(&row, finding->column);
    put_word(&row, finding->is_quoted ? "yes" : "no");
    put_message(&row, reported->message, slice_of(NULL, 0));
    put_opens(&row, rule, &finding->opens);
    put_context(&row, report, finding);
    put_list(&row, finding->also, finding->also_count);
    put_parts(&row, finding);
    put_empty(&row, 1);
    bool is_below = reported->standing == REPORT_COUNTS && reported->is_below;
    put_word(&row, is_below ? "below" : standing_word(reported->standing));
    csv_put_cell(&row, is_below ? slice_str("weaker than --fail-on") : reported->standing_reason);
    put_id(&row, &finding->id);
    put_id(&row, &reported->secret_id);
    buffer_put_str(&report->out, "\r\n");
}

static void csv_gap(struct report *report, const struct report_gap *reported)
{
    struct csv_row row = { .out = &report->out };
    const struct gap_record *gap = reported->gap;
    put_word(&row, "gap");
    put_empty(&row, 7);
    put_word(&row, gap_kind_name(gap->gap.kind));
    csv_put_cell(&row, gap->gap.reason);
    csv_put_cell(&row, gap->path);
    put_empty(&row, 3);
    put_message(&row, reported->message, gap->custodian);
    put_empty(&row, 9);
    if (gap->gap.bytes == GAP_BYTES_UNKNOWN)
        put_empty(&row, 1);
    else
        put_number(&row, gap->gap.bytes);
    bool is_apart = reported->standing == REPORT_COUNTS && gap->gap.kind == GAP_PICTURE;
    put_word(&row, is_apart ? "below" : standing_word(reported->standing));
    csv_put_cell(&row, is_apart ? slice_str("a picture") : reported->standing_reason);
    put_id(&row, &gap->id);
    put_empty(&row, 1);
    buffer_put_str(&report->out, "\r\n");
}

/* The sums are in the other forms: a table holds rows of one kind. */
static void csv_end(struct report *report, const struct report_summary *summary)
{
    (void)report;
    (void)summary;
}

const struct reporter reporter_csv = {
    .name = "csv",
    .title = "a table for spreadsheets (RFC 4180): findings and gaps, one a row",
    .begin = csv_begin,
    .finding = csv_finding,
    .gap = csv_gap,
    .end = csv_end,
};
