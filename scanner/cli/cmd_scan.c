/* cmd_scan.c - `mailspill scan`: options to a request, a request to reports and an exit status. */
#include <sched.h>
#include <stdio.h>

#include "base/log.h"
#include "cli/command.h"
#include "cli/filters.h"
#include "cli/outputs.h"
#include "cli/passwords.h"
#include "match/opened.h"
#include "match/rule_packed.h"
#include "report/replay.h"
#include "report/reporters.h"
#include "work/helpers.h"
#include "work/sandbox.h"

/* All that one scan holds. */
struct scan_command {
    struct scan_options *options;
    struct scan_request request;
    struct ruleset *ruleset;
    struct buffer database; /* of rules that are not built in */
    struct suppressions *known;
    struct known_list *values; /* of --known */
    struct harvest passwords;  /* of --password-file */
    struct outputs *outputs;
    struct id_key key;
    char rules_hash[65];
    struct case_store *store; /* of --case */
    char settings_hash[65];
};

#define DATABASE_MAX ((size_t)1024 * 1024 * 1024)

static unsigned cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) < 0)
        return 1;
    return CPU_COUNT(&set) > 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

static const char *spool_folder(const struct scan_options *options)
{
    const char *folder = getenv("TMPDIR");
    if (options->spool_dir)
        return options->spool_dir;
    return folder && *folder ? folder : "/var/tmp";
}

static int scan_load_rules(struct scan_command *scan, struct error *err)
{
    const struct scan_options *options = scan->options;
    scan->ruleset = command_rules_load(options, RULES_WITHOUT_EXAMPLES, RULES_SILENCED, err);
    if (!scan->ruleset || engine_check_cpu(err) < 0)
        return -1;
    bool is_builtin = command_rules_are_builtin(options);
    scan->request.ruleset = scan->ruleset;
    if (is_builtin) {
        snprintf(scan->rules_hash, sizeof scan->rules_hash, "%s", packed_key(engine_builtin_rules()));
        scan->request.database = engine_builtin_database();
        return 0;
    }
    engine_key(scan->ruleset, ENGINE_THIS_HOST, scan->rules_hash);
    if (engine_load_cached(scan->ruleset, &scan->database, &command_rule_report, err) < 0)
        return -1;
    scan->request.database = buffer_slice(&scan->database);
    return 0;
}

/* After the database: these values are in no rule, so that none can come to rest in a cache. */
static int scan_load_values(struct scan_command *scan, struct error *err)
{
    const char *file = scan->options->known;
    opened_add_rule(scan->ruleset);
    if (!file)
        return 0;
    scan->values = known_read(file, err);
    if (!scan->values || known_add_rule(scan->values, scan->ruleset, err) < 0)
        return -1;
    scan->request.known_values = scan->values;
    scan->request.settings.known = scan->values;
    return 0;
}

static int scan_load_passwords(struct scan_command *scan, struct error *err)
{
    const char *file = scan->options->password_file;
    if (!file)
        return 0;
    scan->request.settings.passwords = &scan->passwords;
    return passwords_read(file, &scan->passwords, err);
}

static int scan_load_known(struct scan_command *scan, struct error *err)
{
    const struct scan_options *options = scan->options;
    char today[16];
    time_t now = time(NULL);
    struct tm tm;
    if (!gmtime_r(&now, &tm) || strftime(today, sizeof today, "%Y-%m-%d", &tm) == 0)
        return error_set(err, ERROR_SYSTEM, "the clock is wrong");
    scan->known = suppressions_new();
    for (size_t i = 0; i < options->baselines.count; i++)
        if (suppressions_add_baseline(scan->known, options->baselines.at[i], err) < 0)
            return -1;
    for (size_t i = 0; i < options->ignores.count; i++)
        if (suppressions_add_ignore(scan->known, options->ignores.at[i], today, err) < 0)
            return -1;
    scan->request.known = scan->known;
    return 0;
}

/* What of the settings changes what a scan finds: an input that was told under others is told anew. */
/* The list of --known, as its secret_ids under the case's key: another list reads the inputs again. */
static void put_known(struct buffer *text, const struct known_list *list, const struct id_key *key)
{
    for (size_t i = 0; list && i < known_count(list); i++) {
        struct record_id id = id_of_secret(key, slice_str(KNOWN_RULE), known_at(list, i)->value);
        buffer_put(text, slice_of(id.bytes, sizeof id.bytes));
    }
}

static void hash_settings(const struct scan_settings *settings, const struct id_key *key, char hex[65])
{
    struct buffer text;
    char path[HELPER_PATH_MOST];
    buffer_init(&text, 16 * 1024 * 1024);
    for (const struct limit_name *name = limit_names; name->name; name++)
        buffer_printf(&text, "%s=%llu\n", name->name,
                      (unsigned long long)limits_get(&settings->limits, name));
    buffer_printf(&text, "%lld %lld\n", (long long)settings->since, (long long)settings->until);
    for (size_t i = 0; i < settings->folder_count; i++)
        buffer_printf(&text, "%s\n", settings->folders[i]);
    for (int kind = 0; kind < HELPER_KINDS; kind++)
        buffer_printf(&text, "%d", helpers_find((enum helper_kind)kind, path, sizeof path) == 0);
    buffer_printf(&text, " %s\n", settings->languages ? settings->languages : "");
    put_known(&text, settings->known, key);
    id_hex_of_bytes(buffer_slice(&text), hex);
    buffer_release(&text);
}

static int scan_open_case(struct scan_command *scan, struct error *err)
{
    if (scan->options->key_file)
        return error_set(err, ERROR_USAGE, "a case has its own key: leave out --key-file");
    scan->store = case_open(scan->options->case_dir, CASE_WRITE_OR_MAKE, err);
    if (!scan->store)
        return -1;
    hash_settings(&scan->request.settings, case_key(scan->store), scan->settings_hash);
    scan->key = *case_key(scan->store);
    scan->request.store = scan->store;
    scan->request.settings_hash = scan->settings_hash;
    scan->request.settings.has_case = true;
    scan->request.key = &scan->key;
    scan->request.run.key = scan->key.name;
    return 0;
}

static int scan_load_key(struct scan_command *scan, struct error *err)
{
    bool is_lasting;
    if (scan->options->case_dir)
        return scan_open_case(scan, err);
    if (id_key_load(&scan->key, scan->options->key_file, &is_lasting, err) < 0)
        return -1;
    if (!is_lasting)
        log_warn("no key could be kept: secret_ids hold for this run alone (see --key-file)");
    scan->request.key = &scan->key;
    scan->request.run.key = scan->key.name;
    return 0;
}

static void scan_copy_options(struct scan_command *scan)
{
    struct scan_options *options = scan->options;
    struct scan_request *request = &scan->request;
    options->settings.folders = options->folders.at;
    options->settings.folder_count = options->folders.count;
    options->spool_dir = spool_folder(options);
    options->report.is_exit_zero = options->is_exit_zero;
    options->lists.internal = options->internal.at;
    options->lists.internal_count = options->internal.count;
    options->report.people = &options->lists;
    options->report.is_text_of_pictures = options->settings.languages != NULL;
    options->report.case_folder = options->case_dir;
    request->includes = options->includes.at;
    request->include_count = options->includes.count;
    request->excludes = options->excludes.at;
    request->exclude_count = options->excludes.count;
    request->settings = options->settings;
    request->jobs = options->jobs ? options->jobs : cores();
    request->sandbox = options->sandbox;
    request->spool_dir = options->spool_dir;
    request->progress =
        options->is_quiet && options->progress == PROGRESS_AUTO ? PROGRESS_NEVER : options->progress;
    request->is_revealing = options->is_revealing;
    request->fail_severity = options->fail_severity;
    request->fail_verdict = options->fail_verdict;
    request->accepted_gaps = options->accepted_gaps;
    request->is_exit_zero = options->is_exit_zero;
    request->filters = filters_words(options);
}

static int scan_prepare(struct scan_command *scan, char *const *argv, struct error *err)
{
    struct scan_options *options = scan->options;
    scan_copy_options(scan);
    scan->request.inputs = scan_options_inputs(options, &scan->request.input_count, err);
    if (!scan->request.inputs || filters_check(options, err) < 0 ||
        scan_options_check_config(options, scan->request.inputs, scan->request.input_count, err) < 0 ||
        scan_load_rules(scan, err) < 0 || scan_load_values(scan, err) < 0 || scan_load_known(scan, err) < 0 ||
        scan_load_passwords(scan, err) < 0 || scan_load_key(scan, err) < 0)
        return -1;
    scan->outputs = outputs_new(options, err);
    if (!scan->outputs)
        return -1;
    scan->request.run.version = MAILSPILL_VERSION;
    scan->request.run.arguments = argv;
    scan->request.run.rules = scan->rules_hash;
    scan->request.run.ruleset = scan->ruleset;
    scan->request.open_reports = outputs_open_reports;
    scan->request.ctx = scan->outputs;
    return 0;
}

static void tell_unused(void *ctx, const char *text)
{
    (void)ctx;
    log_warn("%s", text);
}

/* The case as it stands now, in twenty lines on standard error: standard output carries only the report that was asked for. */
static void tell_case(const struct scan_command *scan, const struct report_summary *scanned)
{
    struct error err;
    struct report_summary summary;
    struct report_options options = { .spool_dir = scan->options->spool_dir,
                                      .people = &scan->options->lists };
    const struct report_run run = { .version = MAILSPILL_VERSION };
    options.lists = lists_new(scan->store, &scan->options->lists, &err);
    struct replay *replay = options.lists ? replay_new(scan->store, &err) : NULL;
    struct report *report =
        replay ? report_new(&reporter_summary, STDERR_FILENO, &options, &run, &err) : NULL;
    if (report && replay_tell(replay, &report, 1, &summary, &err) == 0) {
        summary.is_interrupted |= scanned->is_interrupted;
        report_finish(report, &summary, &err);
    }
    report_free(report);
    replay_free(replay);
    lists_free(options.lists);
}

/* Whole reports are kept even where the scan or another report failed. */
static int scan_execute(struct scan_command *scan)
{
    struct report_summary summary = { 0 };
    struct error err = { 0 }, late = { 0 };
    int signal = 0;
    int result = supervisor_run(&scan->request, &summary, &signal, &err);
    if (result < 0)
        command_fail(&command_scan, &err);
    if (outputs_finish(scan->outputs, &late) < 0) {
        command_fail(&command_scan, &late);
        result = -1;
    }
    if (signal == 0 && result == 0)
        suppressions_tell_unused(scan->known, tell_unused, NULL);
    if (scan->store && result == 0 && !scan->options->is_quiet)
        tell_case(scan, &summary);
    if (signal > 0)
        return 128 + signal;
    if (result < 0)
        return EXIT_USAGE;
    return scan->options->is_exit_zero ? 0 : summary.exit_status;
}

static int scan_run_command(struct scan_options *options, char *const *argv)
{
    sandbox_hide();
    struct scan_command scan = { .options = options };
    struct error err = { 0 };
    buffer_init(&scan.database, DATABASE_MAX);
    int status =
        scan_prepare(&scan, argv, &err) < 0 ? command_fail(&command_scan, &err) : scan_execute(&scan);
    case_close(scan.store);
    outputs_free(scan.outputs);
    suppressions_free(scan.known);
    known_free(scan.values);
    harvest_release(&scan.passwords);
    ruleset_free(scan.ruleset);
    buffer_release(&scan.database);
    explicit_bzero(&scan.key, sizeof scan.key);
    return status;
}

const struct command command_scan = {
    .name = "scan",
    .operands = "[OPTION]… PATH…",
    .summary = "look for leaked secrets in mailboxes, archives and folders (- is standard input)",
    .bit = COMMAND_SCAN,
    .run = scan_run_command,
};
