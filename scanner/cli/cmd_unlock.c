/* cmd_unlock.c - `mailspill unlock`: tries passwords that somebody knows on what a case has locked; what they open is told and goes into the case. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/passwords.h"
#include "match/opened.h"
#include "record/case_marks.h"
#include "report/reporters.h"
#include "work/sandbox.h"

#define DATABASE_MAX ((size_t)1024 * 1024 * 1024)

struct unlocking {
    struct scan_options *options;
    struct case_store *store;
    struct ruleset *rules;
    struct buffer database;
    struct harvest passwords;
    struct id_key key;
    struct scan_request request;
    struct record_id gap; /* the one that is meant */
    struct report *report;
};

static int open_reports(void *ctx, const struct report_run *run, struct report ***reports, size_t *count,
                        struct error *err)
{
    struct unlocking *unlocking = ctx;
    unlocking->report = report_new(&reporter_text, STDOUT_FILENO, &unlocking->options->report, run, err);
    *reports = &unlocking->report;
    *count = 1;
    return unlocking->report ? 0 : -1;
}

static int load_rules(struct unlocking *unlocking, struct error *err)
{
    struct scan_options *options = unlocking->options;
    unlocking->rules = command_rules_load(options, RULES_WITHOUT_EXAMPLES, RULES_SILENCED, err);
    if (!unlocking->rules || engine_check_cpu(err) < 0)
        return -1;
    bool is_builtin = command_rules_are_builtin(options);
    if (!is_builtin &&
        engine_load_cached(unlocking->rules, &unlocking->database, &command_rule_report, err) < 0)
        return -1;
    unlocking->request.database = is_builtin ? engine_builtin_database() : buffer_slice(&unlocking->database);
    opened_add_rule(unlocking->rules);
    return 0;
}

/* An id of a gap, or the path of the locked item (what it is called in the list of gaps). */
static int find_gap(struct unlocking *unlocking, const char *wanted, struct error *err)
{
    static const char sql[] =
        "SELECT id FROM gaps WHERE kind = 'encrypted' AND (path = ?1 OR substr(path, 1, "
        "length(?1) + 2) = ?1 || '!/' OR id = ?2) LIMIT 1";
    struct mark target = { 0 };
    struct error unknown = { 0 };
    sqlite3_stmt *row = case_statement(unlocking->store, sql);
    unlocking->request.unlock_only = &unlocking->gap;
    bool is_id = case_find_target(unlocking->store, slice_str(wanted), &target, &unknown) == 0;
    if (!row)
        return error_set(err, ERROR_SYSTEM, "%s", case_failure(unlocking->store)->message);
    case_bind_text(row, 1, slice_str(wanted));
    if (is_id)
        case_bind_id(row, 2, &target.target);
    int got = case_next(unlocking->store, row);
    if (got == 1)
        case_get_id(row, 0, &unlocking->gap);
    sqlite3_reset(row);
    if (got == 1)
        return 0;
    return is_id ? error_set(err, ERROR_USAGE, "'%s' is the id of no locked item", wanted)
                 : error_set(err, ERROR_USAGE, "no locked item is called so: %s", unknown.message);
}

static void prepare(struct unlocking *unlocking, char *const *argv)
{
    static const char *const no_texts[1] = { NULL };
    struct scan_options *options = unlocking->options;
    struct scan_request *request = &unlocking->request;
    unlocking->key = *case_key(unlocking->store);
    request->includes = request->excludes = no_texts;
    request->settings = options->settings;
    request->settings.has_case = true;
    request->settings.passwords = &unlocking->passwords;
    request->ruleset = unlocking->rules;
    request->jobs = 1;
    request->sandbox = options->sandbox;
    request->spool_dir = options->spool_dir ? options->spool_dir : "/var/tmp";
    request->progress = PROGRESS_NEVER;
    request->key = &unlocking->key;
    request->store = unlocking->store;
    request->settings_hash = "";
    options->report.spool_dir = request->spool_dir;
    request->run = (struct report_run){ .command = "unlock",
                                        .version = MAILSPILL_VERSION,
                                        .arguments = argv,
                                        .rules = "",
                                        .key = unlocking->key.name };
    request->open_reports = open_reports;
    request->ctx = unlocking;
}

static int unlock(struct unlocking *unlocking, char *const *argv, struct error *err)
{
    const struct scan_options *options = unlocking->options;
    struct report_summary summary;
    int signal = 0;
    if (passwords_read(options->password_file, &unlocking->passwords, err) < 0 ||
        load_rules(unlocking, err) < 0)
        return -1;
    if (options->inputs.count == 1 && find_gap(unlocking, options->inputs.at[0].input.path, err) < 0)
        return -1;
    prepare(unlocking, argv);
    if (supervisor_run(&unlocking->request, &summary, &signal, err) < 0)
        return -1;
    fprintf(stderr, "%llu opened\n", (unsigned long long)summary.unlocked);
    return summary.unlocked > 0 ? 0 : 1;
}

static int unlock_run_command(struct scan_options *options, char *const *argv)
{
    sandbox_hide();
    struct error err = { 0 };
    struct unlocking unlocking = { .options = options };
    buffer_init(&unlocking.database, DATABASE_MAX);
    if (options->inputs.count > 1 || !options->case_dir || !options->password_file)
        error_set(&err, ERROR_USAGE, "want: mailspill unlock --case DIR --password-file FILE [ID|PATH]");
    else
        unlocking.store = case_open(options->case_dir, CASE_WRITE, &err);
    int result = unlocking.store ? unlock(&unlocking, argv, &err) : -1;
    report_free(unlocking.report);
    case_close(unlocking.store);
    harvest_release(&unlocking.passwords);
    ruleset_free(unlocking.rules);
    buffer_release(&unlocking.database);
    explicit_bzero(&unlocking.key, sizeof unlocking.key);
    return result < 0 ? command_fail(&command_unlock, &err) : result;
}

const struct command command_unlock = {
    .name = "unlock",
    .operands = "--case DIR --password-file FILE [ID|PATH]",
    .summary = "open what is locked in a case with passwords that you know",
    .bit = COMMAND_UNLOCK,
    .run = unlock_run_command,
};
