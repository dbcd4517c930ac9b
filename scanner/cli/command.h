/* command.h - the command table: one file a command. */
#ifndef MAILSPILL_CLI_COMMAND_H
#define MAILSPILL_CLI_COMMAND_H

#include "cli/options.h"

/* Exit status of a usage error, of a scan that could not start, and of a report that could not be written whole. */
#define EXIT_USAGE 2

struct command {
    const char *name;
    const char *operands; /* for help */
    const char *summary;
    enum command_bit bit;
    /* OPTIONS are parsed; ARGV is the whole command line. The exit status. */
    int (*run)(struct scan_options *options, char *const *argv);
};

extern const struct command command_scan;    /* cmd_scan.c */
extern const struct command command_report;  /* cmd_report.c */
extern const struct command command_mark;    /* cmd_mark.c */
extern const struct command command_diff;    /* cmd_diff.c */
extern const struct command command_case;    /* cmd_case.c */
extern const struct command command_reveal;  /* cmd_reveal.c */
extern const struct command command_unlock;  /* cmd_unlock.c */
extern const struct command command_access;  /* cmd_access.c */
extern const struct command command_rules;   /* cmd_rules.c */
extern const struct command command_formats; /* cmd_formats.c */
extern const struct command command_doctor;  /* cmd_doctor.c */

/* Say ERR and where help is; EXIT_USAGE. A command that only shows says nothing where its reader is gone (`| head`). */
int command_fail(const struct command *command, const struct error *err);

/* The rules that OPTIONS name, or NULL after every mistake was told. WITH examples only where they are checked or shown. */
struct ruleset *command_rules_load(const struct scan_options *options, enum rules_examples examples,
                                   enum rules_unwanted unwanted, struct error *err);

/* Are these the built-in rules, whole? Then their database was compiled when `make` ran. */
bool command_rules_are_builtin(const struct scan_options *options);

/* Is standard output a pipe that nobody reads any more? Then what could not be written is no news. */
bool command_reader_is_gone(void);

/* Mistakes in rule files, on standard error. */
extern const struct rule_report command_rule_report;

#endif
