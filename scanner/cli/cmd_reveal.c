/* cmd_reveal.c - `mailspill reveal`: reads one secret back from the source that it was found in. A case holds none.
 *
 * The source must still be what it was (SHA-256); it is scanned again with the case's key, and what has the wanted secret_id is shown. Where it
 * takes more than that one (halves of a pair, a password from another mailbox), all inputs of the case that are at hand are scanned. Each use is
 * written down in the case before anything is shown.
 */
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "cli/command.h"
#include "cli/sources.h"
#include "match/opened.h"
#include "record/case_marks.h"
#include "work/sandbox.h"

#define DATABASE_MAX ((size_t)1024 * 1024 * 1024)

struct revealing {
    struct scan_options *options;
    struct case_store *store;
    struct record_id secret;  /* secret_id */
    struct record_id finding; /* finding_id of the place that is read: the same under any key */
    struct scan_input *inputs;
    size_t input_count;
    struct slice path; /* of the finding, for people */
    struct arena *arena;
    struct scan_request request;
    struct buffer database;
    struct report *report;
    bool is_shown;
    bool has_other_key; /* something stands in that place, under another secret_id */
};

/* Where the secret was found. */

/* Column COLUMN and the two after it: an input's path, the folder in which it was typed, its hash. */
static int add_source(struct revealing *revealing, sqlite3_stmt *row, int column, struct error *err)
{
    const struct source_input input = { .path = case_text(row, column),
                                        .folder = case_text(row, column + 1),
                                        .sha256 = case_text(row, column + 2).ptr };
    struct buffer file;
    if (case_text(row, column + 2).len != DIGEST_SIZE)
        return error_set(err, ERROR_USAGE,
                         "'%.*s' came from a pipe or was not read whole: it cannot be read again",
                         (int)input.path.len, (const char *)input.path.ptr);
    buffer_init(&file, PATH_MAX);
    int result = sources_find(&revealing->options->sources, &input, &file, err);
    if (result == 0)
        revealing->inputs[revealing->input_count++] =
            (struct scan_input){ arena_string(revealing->arena, slice_str((const char *)file.ptr)), NULL };
    buffer_release(&file);
    return result;
}

static int find_place(struct revealing *revealing, const struct mark *target, struct error *err)
{
    static const char sql[] =
        "SELECT s.id, f.path, i.path, r.folder, i.sha256, i.input, f.id FROM findings f JOIN "
        "secrets s USING(secret) JOIN "
        "inputs i ON i.input = f.input JOIN runs r ON r.run = i.run WHERE (?1 = 1 AND "
        "f.id = ?2) OR (?1 = 0 AND "
        "s.id = ?2) ORDER BY i.sha256 IS NULL, f.is_quoted, f.path";
    sqlite3_stmt *row = case_statement(revealing->store, sql);
    int64_t input = 0; /* that was looked for last */
    int result = -1;
    if (!row)
        return -1;
    sqlite3_bind_int(row, 1, target->kind);
    case_bind_id(row, 2, &target->target);
    revealing->inputs = arena_alloc_array(revealing->arena, 1, sizeof *revealing->inputs);
    /* The first whose source is at hand; else what was wrong with the first. */
    while (result < 0 && case_next(revealing->store, row) == 1) {
        if (sqlite3_column_int64(row, 5) == input)
            continue;
        case_get_id(row, 0, &revealing->secret);
        case_get_id(row, 6, &revealing->finding);
        revealing->path = arena_copy(revealing->arena, case_text(row, 1));
        result = add_source(revealing, row, 2, input == 0 ? err : NULL);
        input = sqlite3_column_int64(row, 5);
    }
    sqlite3_reset(row);
    return input > 0 ? result : error_set(err, ERROR_USAGE, "a gap has no secret to show");
}

/* All inputs whose source is at hand. How many are not. */
static size_t find_all(struct revealing *revealing)
{
    static const char sql[] =
        "SELECT count(*) OVER (), i.path, r.folder, i.sha256 FROM inputs i JOIN runs r ON r.run = i.run"
        " ORDER BY i.input";
    sqlite3_stmt *row = case_statement(revealing->store, sql);
    size_t missing = 0;
    revealing->input_count = 0;
    while (case_next(revealing->store, row) == 1) {
        if (revealing->input_count + missing == 0)
            revealing->inputs = arena_alloc_array(revealing->arena, (size_t)sqlite3_column_int64(row, 0),
                                                  sizeof *revealing->inputs);
        missing += add_source(revealing, row, 1, NULL) < 0;
    }
    if (row)
        sqlite3_reset(row);
    return missing;
}

static int write_down(struct revealing *revealing)
{
    const struct passwd *user = getpwuid(getuid());
    sqlite3_stmt *row = case_statement(
        revealing->store, "INSERT INTO reveals(at, author, secret, path) VALUES(?1, ?2, ?3, ?4)");
    const char *author = revealing->options->mark.by ? revealing->options->mark.by
                         : user                      ? user->pw_name
                                                     : "unknown";
    if (!row)
        return -1;
    sqlite3_bind_int64(row, 1, time(NULL));
    case_bind_text(row, 2, slice_str(author));
    case_bind_id(row, 3, &revealing->secret);
    case_bind_text(row, 4, revealing->path);
    return case_run(revealing->store, row) < 0 ? -1 : case_commit(revealing->store);
}

/* The reporter: shows the one secret, once. */

static void on_finding(struct report *report, const struct report_finding *shown)
{
    struct revealing *revealing = report->state;
    bool is_secret = memcmp(&shown->secret_id, &revealing->secret, sizeof revealing->secret) == 0;
    bool is_there = memcmp(&shown->finding->id, &revealing->finding, sizeof revealing->finding) == 0;
    revealing->has_other_key |= is_there && !is_secret;
    if (revealing->is_shown || !is_secret)
        return;
    revealing->is_shown = true;
    fwrite(shown->finding->secret.ptr, 1, shown->finding->secret.len, stdout);
    putchar('\n');
}

static const struct reporter reporter_reveal = {
    .name = "reveal",
    .title = "one secret",
    .finding = on_finding,
};

static int open_reports(void *ctx, const struct report_run *run, struct report ***reports, size_t *count,
                        struct error *err)
{
    struct revealing *revealing = ctx;
    revealing->report = report_new_calling(&reporter_reveal, revealing, 0, run, err);
    *reports = &revealing->report;
    *count = 1;
    return revealing->report ? 0 : -1;
}

/* The scan. */

static int prepare(struct revealing *revealing, struct ruleset **rules, char *const *argv, struct error *err)
{
    struct scan_options *options = revealing->options;
    struct scan_request *request = &revealing->request;
    static const char *const no_texts[1] = { NULL };
    *rules = command_rules_load(options, RULES_WITHOUT_EXAMPLES, RULES_SILENCED, err);
    if (!*rules || engine_check_cpu(err) < 0)
        return -1;
    bool is_builtin = command_rules_are_builtin(options);
    if (!is_builtin && engine_load_cached(*rules, &revealing->database, &command_rule_report, err) < 0)
        return -1;
    opened_add_rule(*rules);
    request->inputs = revealing->inputs;
    request->input_count = revealing->input_count;
    request->includes = request->excludes = no_texts;
    request->settings = options->settings;
    request->ruleset = *rules;
    request->database = is_builtin ? engine_builtin_database() : buffer_slice(&revealing->database);
    request->jobs = 1;
    request->sandbox = options->sandbox;
    request->spool_dir = options->spool_dir ? options->spool_dir : "/var/tmp";
    request->progress = PROGRESS_NEVER;
    request->key = case_key(revealing->store);
    request->is_revealing = true;
    request->run =
        (struct report_run){ .version = MAILSPILL_VERSION, .arguments = argv, .key = request->key->name };
    request->open_reports = open_reports;
    request->ctx = revealing;
    return 0;
}

static int show(struct revealing *revealing, char *const *argv, struct error *err)
{
    struct ruleset *rules = NULL;
    struct report_summary summary;
    int signal = 0;
    buffer_init(&revealing->database, DATABASE_MAX);
    int result = prepare(revealing, &rules, argv, err);
    if (result == 0)
        result = supervisor_run(&revealing->request, &summary, &signal, err);
    report_free(revealing->report);
    revealing->report = NULL;
    ruleset_free(rules);
    buffer_release(&revealing->database);
    return result;
}

static int show_from_all(struct revealing *revealing, char *const *argv, struct error *err)
{
    const char *file = revealing->inputs[0].path;
    if (revealing->has_other_key)
        return error_set(
            err, ERROR_USAGE,
            "this case has another key than the case that it was imported from: copy that one's 'key' "
            "(0600) to '%s/key' (see mailspill-reveal(1))",
            case_folder(revealing->store));
    size_t missing = find_all(revealing);
    if (revealing->input_count < 2)
        return error_set(err, ERROR_USAGE,
                         "it was not found again in '%s': were other rules used for the case, or is its key "
                         "another one (see mailspill-reveal(1))?",
                         file);
    log_warn("it was not found in '%s' alone: reading all %zu inputs of the case that are at hand", file,
             revealing->input_count);
    int result = show(revealing, argv, err);
    if (result == 0 && !revealing->is_shown)
        result =
            error_set(err, ERROR_USAGE,
                      "it was not found again in %zu inputs; %zu are not where they were: were other rules "
                      "or passwords used for the case, or is its key another one (see mailspill-reveal(1))?",
                      revealing->input_count, missing);
    return result;
}

static int reveal(struct revealing *revealing, char *const *argv, struct error *err)
{
    struct mark target = { 0 };
    if (case_find_target(revealing->store, slice_str(revealing->options->inputs.at[0].input.path), &target,
                         err) < 0 ||
        find_place(revealing, &target, err) < 0)
        return -1;
    if (write_down(revealing) < 0) {
        *err = *case_failure(revealing->store);
        return -1;
    }
    int result = show(revealing, argv, err);
    return result == 0 && !revealing->is_shown ? show_from_all(revealing, argv, err) : result;
}

static int reveal_run(struct scan_options *options, char *const *argv)
{
    sandbox_hide();
    struct error err = { 0 };
    struct revealing revealing = { .options = options, .arena = arena_new(0) };
    if (options->inputs.count != 1 || !options->case_dir)
        error_set(&err, ERROR_USAGE, "want: mailspill reveal --case DIR ID");
    else if (!isatty(STDOUT_FILENO) && !options->is_sure)
        error_set(&err, ERROR_USAGE,
                  "standard output is no terminal: a secret would come to rest there; --yes if you are sure");
    else
        revealing.store = case_open(options->case_dir, CASE_WRITE, &err);
    int result = revealing.store ? reveal(&revealing, argv, &err) : -1;
    case_close(revealing.store);
    arena_free(revealing.arena);
    return result < 0 ? command_fail(&command_reveal, &err) : 0;
}

const struct command command_reveal = {
    .name = "reveal",
    .operands = "--case DIR ID",
    .summary = "show one secret, read back from the source that it was found in",
    .bit = COMMAND_REVEAL,
    .run = reveal_run,
};
