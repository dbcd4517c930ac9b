/* scan_options.h - what the command line and the configuration ask for, checked and typed. */
#ifndef MAILSPILL_CLI_SCAN_OPTIONS_H
#define MAILSPILL_CLI_SCAN_OPTIONS_H

#include "base/arena.h"
#include "record/case_access.h"
#include "report/list.h"
#include "report/report.h"
#include "work/supervisor.h"

enum color_mode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Texts in order; they live as long as the options. */
struct text_list {
    const char **at;
    size_t count, capacity;
};

/* -o FORMAT=FILE */
struct output_option {
    const struct reporter *reporter;
    const char *file;
};

struct output_list {
    struct output_option *at;
    size_t count, capacity;
};

/* A PATH, or a FILE of paths from --files-from. */
struct input_option {
    struct scan_input input;
    bool is_list;
};

struct input_list {
    struct input_option *at;
    size_t count, capacity;
};

struct scan_options {
    struct arena *arena;
    /* what is read */
    struct input_list inputs;
    bool has_nul_lists;         /* -0 */
    const char *custodian;      /* of the inputs that follow */
    const char *idle_custodian; /* the same while none follows */
    struct text_list includes, excludes, folders;
    /* how */
    struct text_list rules, only, skip;
    struct scan_settings settings;
    unsigned jobs; /* 0: one a core */
    enum sandbox_mode sandbox;
    const char *spool_dir, *key_file, *known, *password_file, *config, *case_dir;
    /* what comes out */
    const struct reporter *format; /* to standard output; NULL: nothing goes there */
    bool has_format;               /* --format was given */
    struct output_list outputs;
    const char *rules_output; /* of rules import */
    struct report_options report;
    enum color_mode color;
    struct mark_options {
        const char *note, *by, *where, *import;
        bool is_export;
    } mark;
    struct sample_options {
        uint64_t size, seed;
        const char *result; /* file */
    } sample;
    struct access_filter access; /* its times are those of settings */
    int64_t since_run;           /* diff; 0: not given */
    const struct list *list;     /* report --list */
    struct list_options lists;
    struct text_list internal;
    struct text_list sources; /* reveal --source OLD=NEW */
    bool is_sure;             /* --yes */
    bool is_revealing, is_quiet, is_verbose;
    enum progress_mode progress;
    /* how it ends */
    enum severity fail_severity;
    enum verdict fail_verdict;
    struct text_list baselines, ignores;
    uint32_t accepted_gaps;
    bool is_exit_zero;
    /* any command */
    bool wants_help, wants_version;
};

void scan_options_init(struct scan_options *options);
void scan_options_release(struct scan_options *options);

/* All inputs, those of --files-from read. An array of *COUNT in options->arena, or NULL on error. */
struct scan_input *scan_options_inputs(struct scan_options *options, size_t *count, struct error *err);

/* Does the configuration file lie inside one of the inputs? Then whoever made the input could steer the scan: -1. */
int scan_options_check_config(const struct scan_options *options, const struct scan_input *inputs,
                              size_t count, struct error *err);

#endif
