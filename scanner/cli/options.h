/* options.h - the option table: one row an option, from which parsing, help and the manual's check are made. */
#ifndef MAILSPILL_CLI_OPTIONS_H
#define MAILSPILL_CLI_OPTIONS_H

#include "cli/scan_options.h"

enum command_bit {
    COMMAND_SCAN = 1,
    COMMAND_RULES = 2,
    COMMAND_FORMATS = 4,
    COMMAND_DOCTOR = 8,
    COMMAND_REPORT = 16,
    COMMAND_MARK = 32,
    COMMAND_DIFF = 64,
    COMMAND_CASE = 128,
    COMMAND_ACCESS = 256,
    COMMAND_REVEAL = 512,
    COMMAND_UNLOCK = 1024,
    COMMAND_LISTS = COMMAND_REPORT | COMMAND_DIFF, /* that take people into account */
    COMMAND_CASES =
        COMMAND_LISTS | COMMAND_MARK | COMMAND_CASE | COMMAND_ACCESS | COMMAND_REVEAL | COMMAND_UNLOCK,
    COMMAND_ALL = 2047
};

enum option_group { GROUP_READ, GROUP_HOW, GROUP_OUT, GROUP_END, GROUP_ANY, GROUPS };

struct option_row {
    const char *name;     /* long, without dashes */
    char letter;          /* or 0 */
    const char *argument; /* what follows, for help; NULL: nothing does */
    const char *help;
    enum option_group group;
    unsigned commands; /* bits */
    /* VALUE is NULL where no argument follows; it lives as long as the options. 0 or -1. */
    int (*set)(struct scan_options *options, const char *value, struct error *err);
};

extern const struct option_row option_table[]; /* ended by a NULL name */

/* Parse ARGUMENTS (NULL-terminated, without program and command). Operands are inputs. The file of --config is read first, so that the
 * command line wins. 0, or -1 with ERROR_USAGE. */
int options_parse(struct scan_options *options, enum command_bit command, char *const *arguments,
                  struct error *err);

/* Read a configuration file: long options, `name: value` or `name = value`, one a line; lists as `- value` lines below `name:`. */
int options_read_config(struct scan_options *options, enum command_bit command, const char *file,
                        struct error *err);

/* The option of COMMAND that NAME was meant to be, or NULL. */
const char *options_closest(const char *name, enum command_bit command);

/* The options of COMMAND, by group, to standard output. */
void options_print(enum command_bit command);

#endif
