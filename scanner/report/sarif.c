/* sarif.c - SARIF 2.1.0 for code hosts: the outer file as location, the path inside it as logical location, gaps as notifications.
 *
 * It is uploaded and read by many: no subject, address or context goes into it.
 */
#include <limits.h>
#include <stdio.h>

#include "base/json.h"
#include "report/left_out.h"
#include "report/reporters.h"
#include "report/shelf.h"
#include "report/uri.h"

#define RESULTS_MAX 25000 /* what code hosts take of one run */
#define SCHEMA_URI "https://json.schemastore.org/sarif-2.1.0.json"

static const char schema[] = "CREATE TABLE notification(record);";
static const char insert_notification[] = "INSERT INTO notification VALUES(?1)";
static const char select_notifications[] = "SELECT record FROM notification ORDER BY rowid";

struct sarif_state {
    struct shelf *shelf;
    struct json json; /* stands in the array of results */
    char folder[PATH_MAX];
    uint64_t results, left_out;
};

static const char *level_of(enum severity severity)
{
    if (severity >= SEVERITY_HIGH)
        return "error";
    return severity == SEVERITY_MEDIUM ? "warning" : "note";
}

static const char *score_of(enum severity severity)
{
    static const char *const scores[SEVERITIES] = { "0.5", "3.0", "6.0", "8.0", "9.5" };
    return severity < SEVERITIES ? scores[severity] : "0.5";
}

static void put_message(struct json *json, const char *key, struct slice text)
{
    json_begin_object(json, key);
    json_put_text(json, "text", text);
    json_end_object(json);
}

static void put_tags(struct json *json, const struct rule *rule)
{
    json_begin_array(json, "tags");
    json_put_string(json, NULL, "security");
    json_put_string(json, NULL, "secret");
    if (rule->category)
        json_put_string(json, NULL, rule->category);
    json_end_array(json);
}

static void put_rule(struct json *json, const struct rule *rule)
{
    const char *name = rule->name ? rule->name : rule->id;
    json_begin_object(json, NULL);
    json_put_string(json, "id", rule->id);
    json_put_string(json, "name", rule->id);
    put_message(json, "shortDescription", slice_str(name));
    put_message(json, "fullDescription", slice_str(name));
    put_message(json, "help",
                slice_str(rule->rotate ? rule->rotate : "rotate it; then remove it from the mail"));
    if (rule->reference && slice_starts_with(slice_str(rule->reference), "https://"))
        json_put_string(json, "helpUri", rule->reference);
    json_begin_object(json, "defaultConfiguration");
    json_put_string(json, "level", level_of(rule->severity));
    json_end_object(json);
    json_begin_object(json, "properties");
    json_put_string(json, "security-severity", score_of(rule->severity));
    put_tags(json, rule);
    json_end_object(json);
    json_end_object(json);
}

static void put_tool(struct json *json, const struct report_run *run)
{
    json_begin_object(json, "tool");
    json_begin_object(json, "driver");
    json_put_string(json, "name", "mailspill");
    json_put_string(json, "semanticVersion", run->version);
    json_begin_array(json, "rules");
    for (size_t i = 0; run->ruleset && i < run->ruleset->count; i++)
        put_rule(json, &run->ruleset->rules[i]);
    json_end_array(json);
    json_begin_array(json, "notifications");
    for (int kind = 0; kind < GAP_KINDS; kind++) {
        json_begin_object(json, NULL);
        json_put_string(json, "id", gap_kind_name((enum gap_kind)kind));
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
    json_end_object(json);
}

static int sarif_begin(struct report *report, const struct report_run *run)
{
    struct error err;
    struct sarif_state *state = calloc(1, sizeof *state);
    if (!state)
        abort();
    report->state = state;
    state->shelf = shelf_new(report->options.spool_dir, schema, &err);
    if (!state->shelf) {
        report_fail(report, &err);
        return -1;
    }
    if (!getcwd(state->folder, sizeof state->folder))
        state->folder[0] = '\0';
    json_init(&state->json, &report->out);
    json_begin_object(&state->json, NULL);
    json_put_string(&state->json, "$schema", SCHEMA_URI);
    json_put_string(&state->json, "version", "2.1.0");
    json_begin_array(&state->json, "runs");
    json_begin_object(&state->json, NULL);
    put_tool(&state->json, run);
    json_put_string(&state->json, "columnKind", "unicodeCodePoints");
    json_begin_array(&state->json, "results");
    return 0;
}

static void put_artifact(struct json *json, const struct sarif_state *state, struct slice outer)
{
    struct buffer uri;
    buffer_init(&uri, (size_t)1024 * 1024);
    bool is_relative = uri_put_file(&uri, outer, state->folder);
    json_begin_object(json, "artifactLocation");
    json_put_text(json, "uri", buffer_slice(&uri));
    if (is_relative)
        json_put_string(json, "uriBaseId", "%SRCROOT%");
    json_end_object(json);
    buffer_release(&uri);
}

/* Code hosts want a line. It counts in the file only where the file itself is the leaf; else a finding's own is in its `properties`. */
static void put_region(struct json *json, uint64_t line, uint64_t column, bool is_leaf)
{
    json_begin_object(json, "region");
    json_put_number(json, "startLine", is_leaf ? line : 1);
    if (is_leaf)
        json_put_number(json, "startColumn", column > 0 ? column : 1);
    json_end_object(json);
}

/* The place PATH; a region where LINE is not 0. */
static void put_location(struct json *json, const struct sarif_state *state, struct slice path, uint64_t line,
                         uint64_t column, const char *words)
{
    struct slice outer, inner;
    uri_split(path, &outer, &inner);
    json_begin_object(json, NULL);
    json_begin_object(json, "physicalLocation");
    put_artifact(json, state, outer);
    if (line > 0)
        put_region(json, line, column, inner.len == 0);
    json_end_object(json);
    if (inner.len > 0) {
        json_begin_array(json, "logicalLocations");
        json_begin_object(json, NULL);
        json_put_text(json, "fullyQualifiedName", inner);
        json_put_string(json, "kind", "resource");
        json_end_object(json);
        json_end_array(json);
    }
    if (words)
        put_message(json, "message", slice_str(words));
    json_end_object(json);
}

static void put_locations(struct json *json, const struct sarif_state *state, struct slice path,
                          const struct finding *finding)
{
    json_begin_array(json, "locations");
    put_location(json, state, path, finding && finding->line > 0 ? finding->line : finding != NULL,
                 finding ? finding->column : 1, NULL);
    json_end_array(json);
}

/* The other halves of a pair. */
static void put_related(struct json *json, const struct sarif_state *state, const struct finding *finding)
{
    if (finding->part_count < 2)
        return;
    json_begin_array(json, "relatedLocations");
    for (size_t i = 1; i < finding->part_count; i++) {
        const struct finding_part *part = &finding->parts[i];
        put_location(json, state, part->path, part->line, part->column, pair_role_name(part->role));
    }
    json_end_array(json);
}

/* GitHub goes by primaryLocationLineHash; what it makes itself, of the file's first line, would be the same for all messages of a mailbox. */
static void put_fingerprints(struct json *json, const struct report_finding *reported)
{
    char hex[2 * RECORD_ID_SIZE + 1], hash[2 * RECORD_ID_SIZE + 3];
    record_id_hex(&reported->finding->id, hex);
    snprintf(hash, sizeof hash, "%s:1", hex);
    json_begin_object(json, "partialFingerprints");
    json_put_string(json, "mailspillFindingId/v1", hex);
    json_put_string(json, "primaryLocationLineHash", hash);
    json_end_object(json);
}

/* All results say it, or none may: an empty list is "not suppressed". */
static void put_suppressions(struct json *json, enum report_standing standing, struct slice reason)
{
    json_begin_array(json, "suppressions");
    if (standing != REPORT_COUNTS) {
        json_begin_object(json, NULL);
        json_put_string(json, "kind", "external");
        json_put_string(json, "status", "accepted");
        json_put_text(json, "justification", reason.len > 0 ? reason : slice_str("in the baseline"));
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_properties(struct json *json, const struct report_finding *reported)
{
    char hex[2 * RECORD_ID_SIZE + 1];
    const struct finding *finding = reported->finding;
    record_id_hex(&reported->secret_id, hex);
    json_begin_object(json, "properties");
    json_put_string(json, "severity", severity_name(finding->severity));
    json_put_string(json, "verdict", verdict_name(finding->verdict));
    json_put_string(json, "secret_id", hex);
    json_put_number(json, "line", finding->line);
    json_put_number(json, "column", finding->column);
    json_put_bool(json, "quoted", finding->is_quoted);
    json_end_object(json);
}

static void put_words(struct buffer *words, const struct report_finding *reported)
{
    const struct rule *rule = reported->rule;
    buffer_printf(words, "%s (", rule->name ? rule->name : rule->id);
    buffer_put(words, reported->redacted);
    buffer_printf(words, "), %s", verdict_name(reported->finding->verdict));
    if (reported->finding->why.len > 0) {
        buffer_put_str(words, ": ");
        buffer_put(words, reported->finding->why);
    }
}

static void put_result(struct json *json, const struct sarif_state *state,
                       const struct report_finding *reported)
{
    const struct finding *finding = reported->finding;
    struct buffer words;
    buffer_init(&words, (size_t)64 * 1024);
    put_words(&words, reported);
    json_begin_object(json, NULL);
    json_put_string(json, "ruleId", reported->rule->id);
    json_put_number(json, "ruleIndex", finding->rule);
    json_put_string(json, "level", level_of(finding->severity));
    put_message(json, "message", buffer_slice(&words));
    put_locations(json, state, finding->path, finding);
    put_related(json, state, finding);
    put_fingerprints(json, reported);
    put_suppressions(json, reported->standing, reported->standing_reason);
    put_properties(json, reported);
    json_end_object(json);
    buffer_release(&words);
}

static void sarif_finding(struct report *report, const struct report_finding *finding)
{
    struct sarif_state *state = report->state;
    if (state->results == RESULTS_MAX) {
        state->left_out++;
        return;
    }
    state->results++;
    buffer_put_byte(&report->out, '\n');
    put_result(&state->json, state, finding);
}

static const char *notification_level(const struct report_gap *reported)
{
    bool is_open = reported->standing == REPORT_COUNTS && reported->gap->gap.kind != GAP_PICTURE;
    return is_open ? "warning" : "note";
}

static void put_notification(struct json *json, const struct sarif_state *state,
                             const struct report_gap *reported)
{
    const struct gap_record *gap = reported->gap;
    char hex[2 * RECORD_ID_SIZE + 1];
    record_id_hex(&gap->id, hex);
    json_begin_object(json, NULL);
    json_begin_object(json, "descriptor");
    json_put_string(json, "id", gap_kind_name(gap->gap.kind));
    json_put_number(json, "index", gap->gap.kind);
    json_end_object(json);
    json_put_string(json, "level", notification_level(reported));
    put_message(json, "message",
                gap->gap.reason.len > 0 ? gap->gap.reason : slice_str(gap_kind_name(gap->gap.kind)));
    put_locations(json, state, gap->path, NULL);
    json_begin_object(json, "properties");
    json_put_string(json, "gap_id", hex);
    json_put_string(json, "stands_for", gap_stands_for_name(gap->gap.stands_for));
    json_end_object(json);
    json_end_object(json);
}

static void hold_notification(struct report *report, struct slice record)
{
    struct sarif_state *state = report->state;
    sqlite3_stmt *insert = shelf_statement(state->shelf, insert_notification);
    shelf_bind_text(insert, 1, record);
    shelf_run(state->shelf, insert);
    if (shelf_failure(state->shelf))
        report_fail(report, shelf_failure(state->shelf));
}

static void sarif_gap(struct report *report, const struct report_gap *gap)
{
    struct buffer record;
    struct json json;
    buffer_init(&record, (size_t)16 * 1024 * 1024);
    json_init(&json, &record);
    put_notification(&json, report->state, gap);
    hold_notification(report, buffer_slice(&record));
    buffer_release(&record);
}

static void put_held(struct report *report, struct sarif_state *state)
{
    sqlite3_stmt *held = shelf_statement(state->shelf, select_notifications);
    struct buffer piece;
    struct json json = state->json;
    buffer_init(&piece, (size_t)16 * 1024 * 1024);
    json.out = &piece;
    while (shelf_next(state->shelf, held) == 1 && !report->has_failed) {
        buffer_clear(&piece);
        buffer_put_byte(&piece, '\n');
        json_put_raw(&json, NULL, shelf_text(held, 0));
        report_write(report, buffer_slice(&piece));
    }
    if (shelf_failure(state->shelf))
        report_fail(report, shelf_failure(state->shelf));
    state->json.needs_comma = json.needs_comma;
    buffer_release(&piece);
}

static void put_left_out(struct json *json, const struct sarif_state *state)
{
    char words[128];
    if (state->left_out == 0)
        return;
    snprintf(words, sizeof words, "%llu more results were left out: a run holds %d at most",
             (unsigned long long)state->left_out, RESULTS_MAX);
    json_begin_object(json, NULL);
    json_put_string(json, "level", "error");
    put_message(json, "message", slice_str(words));
    json_end_object(json);
}

static void put_excluded(struct json *json, const struct report_summary *summary)
{
    struct buffer words;
    if (!left_out_any(summary))
        return;
    buffer_init(&words, (size_t)64 * 1024);
    left_out_put(&words, summary, true);
    json_begin_object(json, NULL);
    json_put_string(json, "level", left_out_all(summary) ? "error" : "warning");
    put_message(json, "message", buffer_slice(&words));
    json_end_object(json);
    buffer_release(&words);
}

static void put_invocation(struct report *report, struct sarif_state *state,
                           const struct report_summary *summary)
{
    struct json *json = &state->json;
    json_begin_array(json, "invocations");
    json_begin_object(json, NULL);
    json_put_bool(json, "executionSuccessful", !summary->is_interrupted && summary->exit_status != 2);
    json_put_number(json, "exitCode", (uint64_t)summary->exit_status);
    json_put_time(json, "startTimeUtc", report->run->started);
    json_begin_array(json, "toolExecutionNotifications");
    put_held(report, state);
    put_left_out(json, state);
    put_excluded(json, summary);
    json_end_array(json);
    json_end_object(json);
    json_end_array(json);
}

static void sarif_end(struct report *report, const struct report_summary *summary)
{
    struct sarif_state *state = report->state;
    struct json *json = &state->json;
    json_end_array(json);
    put_invocation(report, state, summary);
    json_begin_object(json, "properties");
    json_put_bool(json, "complete", summary->is_complete);
    json_put_number(json, "findings", summary->findings);
    json_put_number(json, "gaps", summary->gaps);
    json_end_object(json);
    json_end_object(json);
    json_end_array(json);
    json_end_object(json);
    buffer_put_byte(&report->out, '\n');
}

static void sarif_release(struct report *report)
{
    struct sarif_state *state = report->state;
    if (state)
        shelf_free(state->shelf);
    free(state);
}

const struct reporter reporter_sarif = {
    .name = "sarif",
    .title = "SARIF 2.1.0 for code hosts; no subject or address",
    .begin = sarif_begin,
    .finding = sarif_finding,
    .gap = sarif_gap,
    .end = sarif_end,
    .release = sarif_release,
};
