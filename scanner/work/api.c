/* api.c - the public library: a request with the built-in rules, and a reporter that calls back. */
#include "mailspill.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"
#include "match/opened.h"
#include "match/rule_packed.h"
#include "report/records.h"
#include "work/supervisor.h"

#define RECORD_MAX ((size_t)256 * 1024 * 1024) /* one record with all its strings */
#define CONTEXT_MAX ((size_t)1024 * 1024)

static_assert((int)MAILSPILL_CRITICAL == (int)SEVERITY_CRITICAL && (int)MAILSPILL_INFO == (int)SEVERITY_INFO,
              "severities are the same inside and outside");
static_assert((int)MAILSPILL_PROVEN == (int)VERDICT_PROVEN && (int)MAILSPILL_PROSE == (int)VERDICT_PROSE,
              "verdicts are the same inside and outside");
static_assert((int)MAILSPILL_SANDBOX_OFF == (int)SANDBOX_OFF,
              "sandbox modes are the same inside and outside");
static_assert(MAILSPILL_NO_TIME == ENVELOPE_NO_DATE && MAILSPILL_BYTES_UNKNOWN == GAP_BYTES_UNKNOWN,
              "what is absent is the same inside and outside");

/* All that one call holds. */
struct api_scan {
    const struct mailspill_callbacks *callbacks;
    struct mailspill_options options;
    struct scan_request request;
    struct scan_input *inputs;
    struct ruleset *ruleset;
    struct id_key key;
    char rules_hash[65];
    struct arena *arena; /* of the record at hand */
    struct report *report;
};

/* Records, made public. */

/* NULL where S is empty. A NUL byte inside would cut the string: it becomes a space. */
static const char *text(struct arena *arena, struct slice s)
{
    if (s.len == 0)
        return NULL;
    char *copy = arena_string(arena, s);
    for (char *nul = memchr(copy, 0, s.len); nul; nul = memchr(nul, 0, s.len - (size_t)(nul - copy)))
        *nul = ' ';
    return copy;
}

static const char *const *texts(struct arena *arena, const struct slice *at, size_t count)
{
    const char **list = arena_alloc_array(arena, count + 1, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = at[i].len > 0 ? text(arena, at[i]) : "";
    return list;
}

static const char *const *addresses(struct arena *arena, const struct address_list *list)
{
    return texts(arena, list->at, list->count);
}

static const char *or_null(const char *s)
{
    return s && *s ? s : NULL;
}

static const char *id_text(struct arena *arena, const struct record_id *id)
{
    char *hex = arena_alloc(arena, 2 * RECORD_ID_SIZE + 1);
    record_id_hex(id, hex);
    return hex;
}

static const struct mailspill_message *message_of(struct arena *arena, const struct message_record *record)
{
    if (!record)
        return NULL;
    const struct envelope *envelope = &record->envelope;
    struct mailspill_message *message = arena_alloc(arena, sizeof *message);
    *message = (struct mailspill_message){
        .id = text(arena, envelope->id),
        .date = envelope->date,
        .from = text(arena, envelope->from),
        .to = addresses(arena, &envelope->to),
        .cc = addresses(arena, &envelope->cc),
        .bcc = addresses(arena, &envelope->bcc),
        .subject = text(arena, envelope->subject),
        .folder = text(arena, envelope->folder),
        .folder_role = text(arena, envelope->folder_role),
        .labels = addresses(arena, &envelope->labels),
        .custodian = text(arena, envelope->custodian),
        .thread = text(arena, envelope->thread),
        .is_thread_guessed = envelope->is_thread_guessed,
    };
    return message;
}

static const char *context_of(struct arena *arena, const struct report *report, const struct finding *finding)
{
    struct buffer context;
    if (report->options.context == 0)
        return NULL;
    buffer_init(&context, 3 * CONTEXT_MAX);
    records_put_context(&context, &report->options, finding);
    const char *copy = text(arena, buffer_slice(&context));
    buffer_release(&context);
    return copy;
}

static const struct mailspill_part *parts_of(struct arena *arena, const struct finding *finding)
{
    struct mailspill_part *parts = arena_alloc_array(arena, finding->part_count + 1, sizeof *parts);
    for (size_t i = 0; i < finding->part_count; i++) {
        const struct finding_part *part = &finding->parts[i];
        parts[i] = (struct mailspill_part){ .role = pair_role_name(part->role),
                                            .path = text(arena, part->path),
                                            .line = part->line,
                                            .column = part->column,
                                            .offset = part->offset,
                                            .redacted = text(arena, part->shown) };
    }
    return parts;
}

static void put_finding(struct api_scan *scan, const struct report_finding *reported)
{
    struct arena *arena = scan->arena;
    const struct rule *rule = reported->rule;
    const struct finding *finding = reported->finding;
    const struct mailspill_finding public = {
        .rule = rule->id,
        .family = rule->family ? rule->family : rule->id,
        .name = rule->name,
        .category = rule->category,
        .severity = (enum mailspill_severity)finding->severity,
        .verdict = (enum mailspill_verdict)finding->verdict,
        .why = text(arena, finding->why),
        .finding_id = id_text(arena, &finding->id),
        .secret_id = id_text(arena, &reported->secret_id),
        .redacted = reported->redacted.len > 0 ? text(arena, reported->redacted) : "",
        .secret = text(arena, finding->secret),
        .path = text(arena, finding->path),
        .line = finding->line,
        .column = finding->column,
        .offset = finding->offset,
        .view = view_name(finding->view),
        .context = context_of(arena, scan->report, finding),
        .is_quoted = finding->is_quoted,
        .also = texts(arena, finding->also, finding->also_count),
        .parts = parts_of(arena, finding),
        .also_rules = texts(arena, finding->also_rules, finding->also_rule_count),
        .service = or_null(finding->opens.service[0] ? finding->opens.service : rule->service),
        .host = or_null(finding->opens.host),
        .user = or_null(finding->opens.user),
        .account = or_null(finding->opens.account),
        .expires = or_null(finding->opens.expires),
        .rotate = or_null(rule->rotate),
        .message = message_of(arena, reported->message),
    };
    scan->callbacks->finding(scan->callbacks->ctx, &public);
}

static void put_gap(struct api_scan *scan, const struct report_gap *reported)
{
    struct arena *arena = scan->arena;
    const struct gap_record *record = reported->gap;
    const struct mailspill_gap public = {
        .gap_id = id_text(arena, &record->id),
        .kind = gap_kind_name(record->gap.kind),
        .stands_for = gap_stands_for_name(record->gap.stands_for),
        .path = text(arena, record->path),
        .reason = text(arena, record->gap.reason),
        .bytes = record->gap.bytes,
        .limit = record->gap.limit,
        .custodian = text(arena, record->custodian),
        .message = message_of(arena, reported->message),
    };
    scan->callbacks->gap(scan->callbacks->ctx, &public);
}

/* The reporter. */

static void api_finding(struct report *report, const struct report_finding *finding)
{
    struct api_scan *scan = report->state;
    struct arena_mark mark = arena_mark(scan->arena);
    if (scan->callbacks->finding)
        put_finding(scan, finding);
    arena_rewind(scan->arena, mark);
}

static void api_gap(struct report *report, const struct report_gap *gap)
{
    struct api_scan *scan = report->state;
    struct arena_mark mark = arena_mark(scan->arena);
    if (scan->callbacks->gap)
        put_gap(scan, gap);
    arena_rewind(scan->arena, mark);
}

static void api_end(struct report *report, const struct report_summary *summary)
{
    struct api_scan *scan = report->state;
    const struct counts *counts = &summary->counts;
    const struct mailspill_summary public = {
        .inputs = summary->inputs,
        .bytes = counts->bytes,
        .messages = counts->messages,
        .leaves = counts->leaves,
        .scanned = counts->scanned,
        .partial = counts->partial,
        .refused = counts->refused,
        .findings = summary->findings,
        .secrets = summary->secrets,
        .gaps = summary->gaps,
        .pictures = counts->pictures,
        .is_complete = summary->is_complete,
        .is_interrupted = summary->is_interrupted,
        .seconds = summary->seconds,
        .exit_status = summary->exit_status,
    };
    if (scan->callbacks->summary)
        scan->callbacks->summary(scan->callbacks->ctx, &public);
}

static const struct reporter reporter_api = {
    .name = "api",
    .title = "the callbacks of mailspill_scan",
    .finding = api_finding,
    .gap = api_gap,
    .end = api_end,
};

static int api_open_reports(void *ctx, const struct report_run *run, struct report ***reports, size_t *count,
                            struct error *err)
{
    struct api_scan *scan = ctx;
    scan->report = report_new_calling(&reporter_api, scan, scan->options.context, run, err);
    *reports = &scan->report;
    *count = 1;
    return scan->report ? 0 : -1;
}

/* The request. */

static unsigned cores(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (unsigned)count : 1;
}

static int set_limits(struct api_scan *scan, struct error *err)
{
    struct scan_settings *settings = &scan->request.settings;
    limits_init(&settings->limits);
    settings->context = scan->options.context;
    settings->since = INT64_MIN;
    settings->as_of = (int64_t)time(NULL);
    settings->until = INT64_MAX;
    for (const char *const *limit = scan->options.limits; limit && *limit; limit++)
        if (limits_set(&settings->limits, *limit, err) < 0)
            return -1;
    return 0;
}

static int load_rules(struct api_scan *scan, struct error *err)
{
    scan->ruleset = ruleset_new();
    if (engine_check_cpu(err) < 0)
        return -1;
    if (ruleset_add_packed(scan->ruleset, engine_builtin_rules(), "builtin", err) < 0)
        return -1;
    snprintf(scan->rules_hash, sizeof scan->rules_hash, "%s", packed_key(engine_builtin_rules()));
    opened_add_rule(scan->ruleset);
    scan->request.ruleset = scan->ruleset;
    scan->request.database = engine_builtin_database();
    scan->request.run.rules = scan->rules_hash;
    return 0;
}

static const char *spool_folder(const struct api_scan *scan)
{
    const char *folder = getenv("TMPDIR");
    if (scan->options.spool_dir)
        return scan->options.spool_dir;
    return folder && *folder ? folder : "/var/tmp";
}

static int prepare(struct api_scan *scan, const char *const *paths, size_t count, struct error *err)
{
    struct scan_request *request = &scan->request;
    bool is_lasting;
    if (scan->options.context > CONTEXT_MAX)
        return error_set(err, ERROR_USAGE, "more than %zu bytes of context", CONTEXT_MAX);
    scan->inputs = calloc(count > 0 ? count : 1, sizeof *scan->inputs);
    if (!scan->inputs)
        return error_set(err, ERROR_SYSTEM, "out of memory");
    for (size_t i = 0; i < count; i++)
        scan->inputs[i].path = paths[i];
    request->inputs = scan->inputs;
    request->input_count = count;
    request->jobs = scan->options.jobs ? scan->options.jobs : cores();
    request->sandbox = (enum sandbox_mode)scan->options.sandbox;
    request->spool_dir = spool_folder(scan);
    request->progress = PROGRESS_NEVER;
    request->is_revealing = scan->options.is_revealing;
    request->fail_severity = SEVERITY_LOW;
    request->fail_verdict = VERDICT_CONTEXTUAL;
    request->run.version = MAILSPILL_VERSION;
    request->open_reports = api_open_reports;
    request->ctx = scan;
    request->key = &scan->key;
    if (set_limits(scan, err) < 0 || load_rules(scan, err) < 0)
        return -1;
    return id_key_load(&scan->key, scan->options.key_file, &is_lasting, err);
}

/* The supervisor takes signals for its own, as a program may; a library gives them back. */
static int run_with_signals_kept(struct api_scan *scan, struct error *err)
{
    struct report_summary summary;
    struct sigaction broken_pipe, full_quota;
    sigset_t mask;
    int stopped_by;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    sigaction(SIGPIPE, NULL, &broken_pipe);
    sigaction(SIGXFSZ, NULL, &full_quota);
    int result = supervisor_run(&scan->request, &summary, &stopped_by, err);
    sigaction(SIGPIPE, &broken_pipe, NULL);
    sigaction(SIGXFSZ, &full_quota, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    return result;
}

int mailspill_scan(const char *const *paths, size_t count, const struct mailspill_options *options,
                   const struct mailspill_callbacks *callbacks, char *message, size_t size)
{
    struct api_scan scan = { .callbacks = callbacks };
    struct error err = { 0 };
    if (options)
        scan.options = *options;
    scan.arena = arena_new(RECORD_MAX);
    arena_wipe_always(scan.arena);
    int result = prepare(&scan, paths, count, &err) < 0 || run_with_signals_kept(&scan, &err) < 0 ? -1 : 0;
    if (size > 0)
        snprintf(message, size, "%s", result < 0 ? err.message : "");
    report_free(scan.report);
    arena_free(scan.arena);
    ruleset_free(scan.ruleset);
    free(scan.inputs);
    explicit_bzero(&scan.key, sizeof scan.key);
    return result;
}

const char *mailspill_version(void)
{
    return MAILSPILL_VERSION;
}
