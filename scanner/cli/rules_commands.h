/* rules_commands.h - the longer subcommands of `mailspill rules`, one file each; inside cli/ only. */
#ifndef MAILSPILL_CLI_RULES_COMMANDS_H
#define MAILSPILL_CLI_RULES_COMMANDS_H

#include "cli/command.h"

/* OPERANDS follow the subcommand's name. 0, or -1 with ERR. */
int rules_test(struct scan_options *options, const char *const *operands, size_t count, struct error *err);
int rules_explain(struct scan_options *options, const char *const *operands, size_t count, struct error *err);
int rules_import(struct scan_options *options, const char *const *operands, size_t count, struct error *err);

#endif
