/* cmd_reveal.c - `mailspill reveal`: reads one secret back from the source that it was found in. A case holds none.
 *
 * The source must still be what it was (SHA-256); it is scanned again with the case's key, and what has the wanted secret_id is shown. Each use is
 * written down in the case before anything is shown.
 */
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/command.h"
#include "match/opened.h"
#include "record/case_marks.h"
#include "work/digest.h"
#include "work/listing.h"
#include "work/sandbox.h"

#define DATABASE_MAX ((size_t)1024 * 1024 * 1024)

struct revealing {
    struct scan_options *options;
    struct case_store *store;
    struct record_id secret; /* secret_id */
    char *file;              /* the input */
    struct slice path;       /* of the finding, for people */
    struct arena *arena;
    struct scan_request request;
    struct buffer database;
    struct report *report;
    bool is_shown;
};

/* Where the secret was found. */

static int find_place(struct revealing *revealing, const struct mark *target, unsigned char sha256[32],
                      struct error *err)
{
    static const char sql[] = "SELECT s.id, i.path, i.sha256, f.path FROM findings f JOIN secrets s "
                              "USING(secret) JOIN inputs i ON i.input = f.input"
                              " WHERE (?1 = 1 AND f.id = ?2) OR (?1 = 0 AND s.id = ?2) ORDER BY i.sha256 IS "
                              "NULL, f.is_quoted, f.path LIMIT 1";
    sqlite3_stmt *row = case_statement(revealing->store, sql);
    if (!row)
        return -1;
    sqlite3_bind_int(row, 1, target->kind);
    case_bind_id(row, 2, &target->target);
    if (case_next(revealing->store, row) != 1)
        return error_set(err, ERROR_USAGE, "a gap has no secret to show");
    case_get_id(row, 0, &revealing->secret);
    struct buffer file;
    buffer_init(&file, PATH_MAX);
    if (listing_find_file(case_text(row, 1), &file) < 0)
        buffer_clear(&file);
    revealing->file = arena_string(revealing->arena, slice_str(file.len > 0 ? (const char *)file.ptr : ""));
    buffer_release(&file);
    revealing->path = arena_copy(revealing->arena, case_text(row, 3));
    struct slice hash = case_text(row, 2);
    if (hash.len != DIGEST_SIZE)
        return error_set(err, ERROR_USAGE,
                         "'%s' came from a pipe or was not read whole: it cannot be read again",
                         revealing->file);
    memcpy(sha256, hash.ptr, DIGEST_SIZE);
    sqlite3_reset(row);
    return 0;
}

static int check_source(const char *file, const unsigned char sha256[DIGEST_SIZE], struct error *err)
{
    unsigned char now[DIGEST_SIZE];
    struct stat status;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) < 0)
        return error_set_errno(err, "cannot open the source '%s'", file);
    int got = digest_now(fd, (uint64_t)status.st_size, DIGEST_SHA256, now);
    close(fd);
    if (got < 0)
        return error_set_errno(err, "cannot read the source '%s'", file);
    if (memcmp(now, sha256, DIGEST_SIZE) != 0)
        return error_set(err, ERROR_USAGE, "the source '%s' is not what was scanned: its SHA-256 differs",
                         file);
    return 0;
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
    if (revealing->is_shown || memcmp(&shown->secret_id, &revealing->secret, sizeof revealing->secret) != 0)
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

static int prepare(struct revealing *revealing, struct ruleset **rules, struct scan_input *input,
                   char *const *argv, struct error *err)
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
    *input = (struct scan_input){ revealing->file, NULL };
    request->inputs = input;
    request->input_count = 1;
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
    struct scan_input input;
    struct report_summary summary;
    int signal = 0;
    buffer_init(&revealing->database, DATABASE_MAX);
    int result = prepare(revealing, &rules, &input, argv, err);
    if (result == 0)
        result = supervisor_run(&revealing->request, &summary, &signal, err);
    if (result == 0 && !revealing->is_shown)
        result =
            error_set(err, ERROR_USAGE, "it was not found again in '%s': were other rules used for the case?",
                      revealing->file);
    report_free(revealing->report);
    ruleset_free(rules);
    buffer_release(&revealing->database);
    return result;
}

static int reveal(struct revealing *revealing, char *const *argv, struct error *err)
{
    struct mark target = { 0 };
    unsigned char sha256[DIGEST_SIZE];
    if (case_find_target(revealing->store, slice_str(revealing->options->inputs.at[0].input.path), &target,
                         err) < 0 ||
        find_place(revealing, &target, sha256, err) < 0 || check_source(revealing->file, sha256, err) < 0)
        return -1;
    if (write_down(revealing) < 0) {
        *err = *case_failure(revealing->store);
        return -1;
    }
    return show(revealing, argv, err);
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
