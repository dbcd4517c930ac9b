/* report.h - the reporter table: what a person or a program reads in the end.
 *
 * A reporter is told of the run, then of findings and gaps in any order, then of the summary. All it gets is masked already; the value of a
 * secret comes only with --reveal. Whatever it writes goes through report_write, which remembers the first failure.
 */
#ifndef MAILSPILL_REPORT_REPORT_H
#define MAILSPILL_REPORT_REPORT_H

#include "record/record.h"

struct report_run {
    const char
        *command; /* NULL: "scan"; "unlock"; "report": of a case, which has no exit status of its own */
    const char *version;
    char *const *arguments; /* as typed; NULL-terminated */
    const char *rules;      /* hash of the rule set, hex */
    const char *sandbox;    /* "seccomp+landlock7", "off" … */
    const char *key;        /* name of the key that made the secret_ids */
    int64_t started;        /* seconds since 1970 UTC */
    const struct ruleset *ruleset;
};

/* Why a finding or gap does not count for the exit status. */
enum report_standing { REPORT_COUNTS, REPORT_IN_BASELINE, REPORT_IGNORED, REPORT_ACCEPTED };

struct report_finding {
    const struct rule *rule;
    const struct finding *finding;        /* masked; finding->secret is empty unless --reveal */
    const struct message_record *message; /* masked, or NULL */
    struct record_id secret_id;
    struct slice redacted;
    enum report_standing standing;
    struct slice standing_reason; /* from the ignore file */
    bool is_below;                /* weaker than --fail-on: it does not touch the exit status */
};

struct report_gap {
    const struct gap_record *gap;
    const struct message_record *message; /* or NULL */
    enum report_standing standing;
    struct slice standing_reason;
};

/* What became of a list of known secrets. */
struct report_absent {
    struct slice label; /* may be empty */
    uint64_t line;      /* of the list, from 1 */
    struct record_id secret_id;
};

struct report_known {
    uint64_t values, found;
    const struct report_absent *absent;
    size_t absent_count;
};

/* What the lists of exports promise, and what was walked. */
enum report_kept { REPORT_KEPT, REPORT_NOT_KEPT, REPORT_UNCHECKED };

struct report_promise {
    struct slice path; /* of the list */
    enum promise_what what;
    struct slice name; /* an account, a file; may be empty */
    uint64_t promised, found;
    enum report_kept kept;
};

#define REPORT_EXPORTS_MAX ((size_t)1000)

struct report_exports {
    uint64_t promises, different, unchecked;
    struct report_promise *list; /* the first REPORT_EXPORTS_MAX of them */
    size_t count;
};

/* What left messages out, as it was typed: "--folder Inbox, --since 2024-01-12"; NULL where that is not known. */
struct report_filters {
    const char *words, *without_people; /* the second without what may name somebody */
};

struct report_summary {
    uint64_t inputs, inputs_in_case; /* of them: told whole by an earlier run of the case, not read again */
    uint64_t messages_in_case, excluded_in_case; /* of those; counted nowhere else */
    struct report_filters filters;
    struct counts counts;                   /* pictures: different ones, as gaps */
    uint64_t findings, secrets;             /* of a case: without what somebody marked false */
    uint64_t gaps;                          /* different gap_ids, without `picture` */
    uint64_t findings_false, secrets_false; /* of a case: marked false, counted nowhere else */
    bool is_complete, is_interrupted;
    bool is_running; /* of a case: another mailspill is at work on it now */
    double seconds;
    int exit_status;
    uint64_t findings_counting; /* at or above --fail-on, not in the baseline, not ignored */
    uint64_t unlocked;          /* locked items that a password opened */
    uint64_t gaps_by_kind[GAP_KINDS];
    const struct report_known *known;     /* or NULL: no list was given */
    const struct report_exports *exports; /* or NULL: no export's list was met */
};

enum report_color { REPORT_PLAIN, REPORT_COLORED };

struct report_options {
    enum report_color color;
    enum verdict least_verdict;   /* --min-verdict: weaker ones are not shown (and still counted) */
    enum severity least_severity; /* --min-severity */
    size_t context;               /* --context, bytes on each side; 0: none */
    const char *spool_dir;        /* for what must be sorted */
    bool is_exit_zero;            /* --exit-zero: the status that is told is 0 */
    bool is_text_of_pictures;     /* --ocr was given */
    const char *case_folder;      /* where what is told is kept; NULL: nowhere */
    struct lists *lists;          /* over the case that is told, or NULL: what is told is all there is */
    const struct list_options
        *people; /* who is inside, as it was asked; or NULL. The lists of a case know it already */
};

struct report;

struct reporter {
    const char *name; /* as in --format */
    const char *title;
    bool is_of_lists; /* where it has the lists of a case it need not be told the findings and gaps */
    /* Each may be NULL: then there is nothing to do. */
    int (*begin)(struct report *report, const struct report_run *run);
    void (*finding)(struct report *report, const struct report_finding *finding);
    void (*gap)(struct report *report, const struct report_gap *gap);
    void (*end)(struct report *report, const struct report_summary *summary);
    void (*release)(struct report *report);
};

struct report {
    const struct reporter *reporter;
    struct report_options options;
    int fd;
    struct buffer out;
    bool has_failed;
    struct error failure;
    const struct report_run *run;
    void *state;
};

extern const struct reporter *const reporter_table[]; /* ended by NULL */
const struct reporter *reporter_find(struct slice name);

/* A report of kind REPORTER on FD (stays open). NULL on error. */
struct report *report_new(const struct reporter *reporter, int fd, const struct report_options *options,
                          const struct report_run *run, struct error *err);
/* For a caller that is itself the report: STATE, no file. CONTEXT: bytes beside a secret. NULL on error. */
struct report *report_new_calling(const struct reporter *reporter, void *state, size_t context,
                                  const struct report_run *run, struct error *err);
void report_finding_put(struct report *report, const struct report_finding *finding);
void report_gap_put(struct report *report, const struct report_gap *gap);
/* Ends the report and writes all that is buffered. 0, or -1: something could not be written (a full disk, a closed pipe). */
int report_finish(struct report *report, const struct report_summary *summary, struct error *err);
void report_free(struct report *report);

/* For reporters. */
void report_write(struct report *report, struct slice bytes);
void report_printf(struct report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
