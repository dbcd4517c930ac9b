/* supervisor.h - one scan from inputs to reports: opens files, hands out work, keeps the key, parses no input.
 *
 * The supervisor forks a zygote that holds the rules, the zygote forks workers, and the workers close their sandbox before the first byte of
 * input. What comes back counts unit by unit (record/record.h); a worker that dies costs the unit it was at, named as a gap.
 */
#ifndef MAILSPILL_WORK_SUPERVISOR_H
#define MAILSPILL_WORK_SUPERVISOR_H

#include "match/engine.h"
#include "record/case.h"
#include "record/id.h"
#include "report/report.h"
#include "report/suppress.h"
#include "scan.h"

enum sandbox_mode { SANDBOX_REQUIRE, SANDBOX_AUTO, SANDBOX_OFF };
enum progress_mode { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER, PROGRESS_JSON };

/* One PATH of the command line, or a line of --files-from. "-" is standard input. */
struct scan_input {
    const char *path;
    const char *custodian; /* label, or NULL */
};

struct scan_request {
    const struct scan_input *inputs;
    size_t input_count;
    const char *const *includes,
        *const *excludes; /* globs over the path; match against the whole path or its last name */
    size_t include_count, exclude_count;
    struct scan_settings settings;
    const struct ruleset *ruleset;
    struct slice database; /* serialised */
    unsigned jobs;         /* workers, at least 1 */
    enum sandbox_mode sandbox;
    const char *spool_dir;
    enum progress_mode progress;
    const struct id_key *key;
    bool is_revealing;
    struct suppressions *known;      /* or NULL */
    struct known_list *known_values; /* of --known, or NULL: settings.known, marked as they are found */
    struct case_store *store;        /* or NULL; opened for writing */
    const struct record_id
        *unlock_only;          /* of what the case has locked only the item with this gap; or NULL: all */
    const char *settings_hash; /* of what changes the outcome beside the rules; with STORE */
    enum severity fail_severity;
    enum verdict fail_verdict;
    uint32_t accepted_gaps;        /* bit GAP_kind */
    struct report_filters filters; /* what of the settings leaves messages out, in words */
    bool is_exit_zero;
    struct report_run run; /* supervisor_run fills `sandbox` and `started` */
    /* What was turned down, and why, masked; NULL: to standard error. LINE 0: a rule that only looked. */
    void (*explained)(void *ctx, struct slice path, uint64_t line, struct slice rule, struct slice why);
    /* Called once the sandbox is known and before the first record: opens the reports. 0 or -1. */
    int (*open_reports)(void *ctx, const struct report_run *run, struct report ***reports, size_t *count,
                        struct error *err);
    void *ctx;
};

/* Run the scan. *SUMMARY holds the sums and the exit status (without --exit-zero's change to it) even where reports failed. 0, or -1: it could not
 * start (no sandbox under require, no input could be opened, no worker) or a report could not be written whole. On SIGINT or SIGTERM the reports are
 * ended validly, summary->is_interrupted is set, and *SIGNAL names it. Reports are finished but not freed. */
int supervisor_run(struct scan_request *request, struct report_summary *summary, int *signal,
                   struct error *err);

#endif
