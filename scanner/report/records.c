/* records.c - records as JSON objects: the machine form that jsonl and json share. */
#include "report/records.h"

#include "base/utf8.h"
#include "record/mask.h"
#include "report/left_out.h"

#define SCHEMA 1

static void put_id(struct json *json, const char *key, const struct record_id *id)
{
    char hex[2 * RECORD_ID_SIZE + 1];
    record_id_hex(id, hex);
    json_put_string(json, key, hex);
}

void records_put_run(struct json *json, const char *key, const struct report_run *run)
{
    json_begin_object(json, key);
    json_put_string(json, "type", "run");
    json_put_number(json, "schema", SCHEMA);
    json_put_string(json, "version", run->version);
    json_begin_array(json, "arguments");
    for (char *const *argument = run->arguments; argument && *argument; argument++)
        json_put_text(json, NULL, slice_str(*argument));
    json_end_array(json);
    json_put_string(json, "rules", run->rules);
    json_put_string(json, "sandbox", run->sandbox);
    json_put_string(json, "key", run->key);
    json_put_time(json, "started", run->started);
    json_end_object(json);
}

static void put_list(struct json *json, const char *key, const struct address_list *list)
{
    json_put_texts(json, key, list->at, list->count);
}

static void put_message(struct json *json, const struct message_record *message)
{
    if (!message) {
        json_put_null(json, "message");
        return;
    }
    const struct envelope *envelope = &message->envelope;
    json_begin_object(json, "message");
    json_put_text_or_null(json, "id", envelope->id);
    json_put_time(json, "date", envelope->date);
    json_put_text_or_null(json, "from", envelope->from);
    put_list(json, "to", &envelope->to);
    put_list(json, "cc", &envelope->cc);
    put_list(json, "bcc", &envelope->bcc);
    json_put_text_or_null(json, "subject", envelope->subject);
    json_put_text_or_null(json, "folder", envelope->folder);
    json_put_text_or_null(json, "folder_role", envelope->folder_role);
    put_list(json, "labels", &envelope->labels);
    json_put_text_or_null(json, "custodian", envelope->custodian);
    json_put_text_or_null(json, "thread", envelope->thread);
    json_put_bool(json, "thread_guessed", envelope->is_thread_guessed);
    json_end_object(json);
}

void records_put_context(struct buffer *out, const struct report_options *options,
                         const struct finding *finding)
{
    struct slice before = finding->before, after = finding->after;
    if (before.len > options->context) {
        size_t cut = before.len - options->context;
        while (cut < before.len && (before.ptr[cut] & 0xC0) == 0x80)
            cut++;
        before = slice_skip(before, cut);
    }
    if (after.len > options->context)
        after = slice_sub(after, 0, utf8_cut(after, options->context));
    buffer_put(out, before);
    buffer_put_str(out, MASK_TEXT);
    buffer_put(out, after);
}

static void put_context(struct json *json, const struct report *report, const struct finding *finding)
{
    struct buffer context;
    if (report->options.context == 0) {
        json_put_null(json, "context");
        return;
    }
    buffer_init(&context, (size_t)1024 * 1024);
    records_put_context(&context, &report->options, finding);
    json_put_text(json, "context", buffer_slice(&context));
    buffer_release(&context);
}

static void put_opens(struct json *json, const struct rule *rule, const struct opens *opens)
{
    json_begin_object(json, "opens");
    json_put_string(json, "service", opens->service[0] ? opens->service : rule->service);
    json_put_string(json, "host", opens->host);
    json_put_string(json, "user", opens->user);
    json_put_string(json, "account", opens->account);
    json_put_string(json, "expires", opens->expires);
    json_end_object(json);
}

static void put_rule(struct json *json, const struct rule *rule)
{
    json_put_string(json, "rule", rule->id);
    json_put_string(json, "family", rule->family ? rule->family : rule->id);
    json_put_string(json, "name", rule->name);
    json_put_string(json, "category", rule->category);
}

static void put_place(struct json *json, const struct finding *finding)
{
    json_put_text_or_null(json, "path", finding->path);
    json_put_number(json, "line", finding->line);
    json_put_number(json, "column", finding->column);
    json_put_number(json, "offset", finding->offset);
    json_put_string(json, "view", view_name(finding->view));
}

/* Unknown of some words that opened something. */
static void put_known_number(struct json *json, const char *key, uint64_t number)
{
    if (number > 0)
        json_put_number(json, key, number);
    else
        json_put_null(json, key);
}

static void put_parts(struct json *json, const struct finding *finding)
{
    json_begin_array(json, "parts");
    for (size_t i = 0; i < finding->part_count; i++) {
        const struct finding_part *part = &finding->parts[i];
        json_begin_object(json, NULL);
        json_put_string(json, "role", pair_role_name(part->role));
        json_put_text_or_null(json, "path", part->path);
        put_known_number(json, "line", part->line);
        put_known_number(json, "column", part->column);
        json_put_number(json, "offset", part->offset);
        json_put_text(json, "redacted", part->shown);
        json_end_object(json);
    }
    json_end_array(json);
}

void records_put_parts(struct buffer *out, const struct finding *finding)
{
    for (size_t i = 1; i < finding->part_count; i++) {
        const struct finding_part *part = &finding->parts[i];
        buffer_printf(out, "%s%s ", i > 1 ? "; " : "", pair_role_name(part->role));
        buffer_put(out, part->shown);
        buffer_put_str(out, " at ");
        buffer_put(out, part->path);
        buffer_printf(out, ":%llu:%llu", (unsigned long long)part->line, (unsigned long long)part->column);
    }
}

void records_put_finding(struct json *json, const char *key, const struct report *report,
                         const struct report_finding *reported)
{
    const struct finding *finding = reported->finding;
    json_begin_object(json, key);
    json_put_string(json, "type", "finding");
    put_rule(json, reported->rule);
    json_put_string(json, "severity", severity_name(finding->severity));
    json_put_string(json, "verdict", verdict_name(finding->verdict));
    json_put_text_or_null(json, "why", finding->why);
    put_id(json, "finding_id", &finding->id);
    put_id(json, "secret_id", &reported->secret_id);
    json_put_text(json, "redacted", reported->redacted);
    json_put_text_or_null(json, "secret", finding->secret);
    put_place(json, finding);
    put_context(json, report, finding);
    json_put_bool(json, "quoted", finding->is_quoted);
    put_parts(json, finding);
    json_put_texts(json, "also", finding->also, finding->also_count);
    json_put_texts(json, "also_rules", finding->also_rules, finding->also_rule_count);
    put_message(json, reported->message);
    put_opens(json, reported->rule, &finding->opens);
    json_put_string(json, "rotate", reported->rule->rotate);
    json_end_object(json);
}

void records_put_gap(struct json *json, const char *key, const struct report_gap *reported)
{
    const struct gap_record *gap = reported->gap;
    json_begin_object(json, key);
    json_put_string(json, "type", "gap");
    put_id(json, "gap_id", &gap->id);
    json_put_string(json, "kind", gap_kind_name(gap->gap.kind));
    json_put_string(json, "stands_for", gap_stands_for_name(gap->gap.stands_for));
    json_put_text_or_null(json, "path", gap->path);
    json_put_text_or_null(json, "reason", gap->gap.reason);
    if (gap->gap.bytes == GAP_BYTES_UNKNOWN)
        json_put_null(json, "bytes");
    else
        json_put_number(json, "bytes", gap->gap.bytes);
    json_put_string(json, "limit", gap->gap.limit);
    json_put_text_or_null(json, "custodian", gap->custodian);
    put_message(json, reported->message);
    json_end_object(json);
}

static void put_known(struct json *json, const struct report_known *known)
{
    char hex[2 * RECORD_ID_SIZE + 1];
    if (!known) {
        json_put_null(json, "known");
        return;
    }
    json_begin_object(json, "known");
    json_put_number(json, "values", known->values);
    json_put_number(json, "found", known->found);
    json_begin_array(json, "absent");
    for (size_t i = 0; i < known->absent_count; i++) {
        record_id_hex(&known->absent[i].secret_id, hex);
        json_begin_object(json, NULL);
        json_put_text_or_null(json, "label", known->absent[i].label);
        json_put_number(json, "line", known->absent[i].line);
        json_put_string(json, "secret_id", hex);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
}

static void put_exports(struct json *json, const struct report_exports *exports)
{
    static const char *const kept[] = { "yes", "no", "unchecked" };
    if (!exports) {
        json_put_null(json, "exports");
        return;
    }
    json_begin_object(json, "exports");
    json_put_number(json, "promises", exports->promises);
    json_put_number(json, "different", exports->different);
    json_put_number(json, "unchecked", exports->unchecked);
    json_begin_array(json, "list");
    for (size_t i = 0; i < exports->count; i++) {
        const struct report_promise *promise = &exports->list[i];
        json_begin_object(json, NULL);
        json_put_text(json, "path", promise->path);
        json_put_string(json, "what", promise_what_name(promise->what));
        json_put_text_or_null(json, "name", promise->name);
        json_put_number(json, "promised", promise->promised);
        json_put_number(json, "found", promise->found);
        json_put_string(json, "kept", kept[promise->kept]);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
}

void records_put_summary(struct json *json, const char *key, const struct report_summary *summary)
{
    const struct counts *counts = &summary->counts;
    json_begin_object(json, key);
    json_put_string(json, "type", "summary");
    json_put_number(json, "inputs", summary->inputs);
    json_put_number(json, "inputs_in_case", summary->inputs_in_case);
    json_put_number(json, "bytes", counts->bytes);
    json_put_number(json, "messages", counts->messages);
    json_put_number(json, "excluded", counts->excluded);
    json_put_text_or_null(
        json, "excluded_by",
        slice_str(left_out_any(summary) && summary->filters.words ? summary->filters.words : ""));
    json_put_number(json, "leaves", counts->leaves);
    json_put_number(json, "scanned", counts->scanned);
    json_put_number(json, "partial", counts->partial);
    json_put_number(json, "refused", counts->refused);
    json_put_number(json, "pictures", counts->pictures);
    json_put_number(json, "findings", summary->findings);
    json_put_number(json, "secrets", summary->secrets);
    json_put_number(json, "findings_false", summary->findings_false);
    json_put_number(json, "secrets_false", summary->secrets_false);
    json_put_number(json, "gaps", summary->gaps);
    json_put_number(json, "unlocked", summary->unlocked);
    json_put_bool(json, "complete", summary->is_complete);
    json_put_bool(json, "interrupted", summary->is_interrupted);
    json_put_seconds(json, "seconds", summary->seconds);
    put_known(json, summary->known);
    put_exports(json, summary->exports);
    json_end_object(json);
}
