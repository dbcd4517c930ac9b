/* gitlab.c - GitLab's secret detection report (security-report-schemas 15.0.4). No subject, address, context or secret goes into it.
 *
 * What does not count (baseline, ignore file) is left out: GitLab keeps its own account of what was dismissed. It tells findings apart by their first
 * identifier and their file and line; many messages lie in one file, so that the first identifier is the finding's own.
 */
#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "base/json.h"
#include "report/left_out.h"
#include "report/reporters.h"
#include "report/uri.h"

#define RESULTS_MAX 25000
#define NO_COMMIT "0000000000000000000000000000000000000000"

struct gitlab_state {
    struct json json; /* stands in the array of vulnerabilities */
    char folder[PATH_MAX];
    uint64_t results, left_out, gaps_counting;
};

static void gitlab_time(int64_t seconds, char out[24])
{
    if (json_time(seconds, out) < 0)
        snprintf(out, 24, "1970-01-01T00:00:00Z");
    out[19] = '\0'; /* without the Z */
}

static int gitlab_begin(struct report *report, const struct report_run *run)
{
    struct gitlab_state *state = calloc(1, sizeof *state);
    (void)run;
    if (!state)
        abort();
    report->state = state;
    if (!getcwd(state->folder, sizeof state->folder))
        state->folder[0] = '\0';
    json_init(&state->json, &report->out);
    json_begin_object(&state->json, NULL);
    json_put_string(&state->json, "version", "15.0.4");
    json_begin_array(&state->json, "vulnerabilities");
    return 0;
}

static const char *severity_words(enum severity severity)
{
    static const char *const words[SEVERITIES] = { "Info", "Low", "Medium", "High", "Critical" };
    return severity < SEVERITIES ? words[severity] : "Unknown";
}

static void put_identifier(struct json *json, const char *type, const char *name, const char *value)
{
    json_begin_object(json, NULL);
    json_put_string(json, "type", type);
    json_put_string(json, "name", name);
    json_put_string(json, "value", value);
    json_end_object(json);
}

static void put_location(struct json *json, const struct gitlab_state *state, const struct finding *finding)
{
    struct slice outer, inner;
    struct buffer file;
    buffer_init(&file, (size_t)1024 * 1024);
    uri_split(finding->path, &outer, &inner);
    uri_put_path(&file, outer, state->folder);
    json_begin_object(json, "location");
    json_put_text(json, "file", buffer_slice(&file));
    json_put_number(json, "start_line", inner.len == 0 && finding->line > 0 ? finding->line : 1);
    json_begin_object(json, "commit");
    json_put_string(json, "sha", NO_COMMIT);
    json_end_object(json);
    json_end_object(json);
    buffer_release(&file);
}

static void put_words(struct json *json, const struct report_finding *shown)
{
    const struct rule *rule = shown->rule;
    const struct finding *finding = shown->finding;
    struct slice outer, inner;
    struct buffer words;
    buffer_init(&words, (size_t)256 * 1024);
    uri_split(finding->path, &outer, &inner);
    buffer_printf(&words, "%s (", rule->name ? rule->name : rule->id);
    buffer_put(&words, shown->redacted);
    buffer_printf(&words, "), %s", verdict_name(finding->verdict));
    if (finding->why.len > 0) {
        buffer_put_str(&words, ": ");
        buffer_put(&words, finding->why);
    }
    if (inner.len > 0) {
        buffer_put_str(&words, ". In ");
        buffer_put(&words, slice_skip(inner, 1));
        buffer_printf(&words, ", line %llu", (unsigned long long)finding->line);
    }
    json_put_text(json, "description", buffer_slice(&words));
    buffer_release(&words);
}

static void put_links(struct json *json, const struct rule *rule)
{
    if (!rule->reference || !slice_starts_with(slice_str(rule->reference), "https://"))
        return;
    json_begin_array(json, "links");
    json_begin_object(json, NULL);
    json_put_string(json, "url", rule->reference);
    json_end_object(json);
    json_end_array(json);
}

static void gitlab_finding(struct report *report, const struct report_finding *shown)
{
    struct gitlab_state *state = report->state;
    struct json *json = &state->json;
    const struct rule *rule = shown->rule;
    char hex[2 * RECORD_ID_SIZE + 1];
    if (shown->standing != REPORT_COUNTS)
        return;
    if (state->results == RESULTS_MAX) {
        state->left_out++;
        return;
    }
    state->results++;
    record_id_hex(&shown->finding->id, hex);
    json_begin_object(json, NULL);
    json_put_string(json, "id", hex);
    json_put_string(json, "name", rule->name ? rule->name : rule->id);
    put_words(json, shown);
    json_put_string(json, "severity", severity_words(shown->finding->severity));
    if (rule->rotate)
        json_put_string(json, "solution", rule->rotate);
    json_begin_array(json, "identifiers");
    put_identifier(json, "mailspill_finding_id", "mailspill finding", hex);
    put_identifier(json, "mailspill_rule", rule->id, rule->id);
    json_end_array(json);
    put_links(json, rule);
    put_location(json, state, shown->finding);
    json_end_object(json);
    buffer_put_byte(&report->out, '\n');
}

static void gitlab_gap(struct report *report, const struct report_gap *shown)
{
    struct gitlab_state *state = report->state;
    state->gaps_counting += shown->gap->gap.kind != GAP_PICTURE && shown->standing == REPORT_COUNTS;
}

static void put_scanner(struct json *json, const char *key, const char *version)
{
    json_begin_object(json, key);
    json_put_string(json, "id", "mailspill");
    json_put_string(json, "name", "mailspill");
    json_put_string(json, "version", version);
    json_begin_object(json, "vendor");
    json_put_string(json, "name", "mailspill");
    json_end_object(json);
    json_end_object(json);
}

static void put_note(struct json *json, struct slice words)
{
    json_begin_object(json, NULL);
    json_put_string(json, "level", "warn");
    json_put_text(json, "value", words);
    json_end_object(json);
}

/* "not looked at, or not wholly: 2 encrypted, 1 damaged" */
static void put_notes(struct json *json, const struct gitlab_state *state,
                      const struct report_summary *summary)
{
    struct buffer words;
    const char *between = ": ";
    buffer_init(&words, (size_t)64 * 1024);
    buffer_put_str(&words, "not looked at, or not wholly");
    for (int kind = 0; kind < GAP_KINDS; kind++) {
        if (kind == GAP_PICTURE || summary->gaps_by_kind[kind] == 0)
            continue;
        buffer_printf(&words, "%s%llu %s", between, (unsigned long long)summary->gaps_by_kind[kind],
                      gap_kind_name((enum gap_kind)kind));
        between = ", ";
    }
    if (state->gaps_counting > 0)
        put_note(json, buffer_slice(&words));
    buffer_clear(&words);
    buffer_printf(&words, "%llu more findings were left out: see the jsonl report",
                  (unsigned long long)state->left_out);
    if (state->left_out > 0)
        put_note(json, buffer_slice(&words));
    buffer_clear(&words);
    left_out_put(&words, summary, true);
    if (left_out_any(summary))
        put_note(json, buffer_slice(&words));
    buffer_release(&words);
}

static void gitlab_end(struct report *report, const struct report_summary *summary)
{
    struct gitlab_state *state = report->state;
    struct json *json = &state->json;
    char start[24], end[24];
    gitlab_time(report->run->started, start);
    gitlab_time(time(NULL), end);
    json_end_array(json);
    json_begin_object(json, "scan");
    json_put_string(json, "type", "secret_detection");
    json_put_string(json, "status",
                    summary->is_interrupted || summary->exit_status == 2 ? "failure" : "success");
    json_put_string(json, "start_time", start);
    json_put_string(json, "end_time", end);
    put_scanner(json, "analyzer", report->run->version);
    put_scanner(json, "scanner", report->run->version);
    json_begin_array(json, "messages");
    put_notes(json, state, summary);
    json_end_array(json);
    json_end_object(json);
    json_end_object(json);
    buffer_put_byte(&report->out, '\n');
}

static void gitlab_release(struct report *report)
{
    free(report->state);
}

const struct reporter reporter_gitlab = {
    .name = "gitlab",
    .title = "GitLab's secret detection report; no subject or address",
    .begin = gitlab_begin,
    .finding = gitlab_finding,
    .gap = gitlab_gap,
    .end = gitlab_end,
    .release = gitlab_release,
};
