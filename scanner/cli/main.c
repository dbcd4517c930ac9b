/* main.c - mailspill: finds the command, reads its options, runs it. */
#include <signal.h>
#include <stdio.h>

#include "base/log.h"
#include "cli/command.h"

static const struct command *const commands[] = { &command_scan,    &command_report, &command_mark,
                                                  &command_diff,    &command_access, &command_reveal,
                                                  &command_unlock,  &command_case,   &command_rules,
                                                  &command_formats, &command_doctor };

#define COMMANDS (sizeof commands / sizeof *commands)

static const struct command *command_named(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(name, commands[i]->name) == 0)
            return commands[i];
    return NULL;
}

static void print_usage(void)
{
    puts("mailspill - which secrets were in these mailboxes, who has them, what to rotate first\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  mailspill %-8s %-18s %s\n", commands[i]->name, commands[i]->operands, commands[i]->summary);
    puts("  mailspill help     [COMMAND]\n"
         "  mailspill version\n\n"
         "First: mailspill scan MAILBOX    Options: mailspill scan --help    Manual: man mailspill");
}

static int print_help(const struct command *command)
{
    printf("mailspill %s %s\n\n%s\n", command->name, command->operands, command->summary);
    options_print(command->bit);
    if (command->bit == COMMAND_SCAN)
        puts("\nExit status: 0 clean and complete, 1 findings, 4 something was not looked at, 5 both, 2 "
             "usage or failure.");
    return 0;
}

static int print_version(void)
{
    printf("mailspill %s\n", MAILSPILL_VERSION);
    return 0;
}

/* Output that did not reach its reader is no success. */
static int close_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (!command_reader_is_gone())
        log_error("cannot write to standard output");
    return EXIT_USAGE;
}

static int run_command(const struct command *command, char *const *argv)
{
    struct scan_options options;
    struct error err = { 0 };
    int status;
    scan_options_init(&options);
    if (options_parse(&options, command->bit, argv + 2, &err) < 0) {
        status = command_fail(command, &err);
    } else if (options.wants_help) {
        status = print_help(command);
    } else if (options.wants_version) {
        status = print_version();
    } else {
        log_set_level(options.is_quiet ? LOG_QUIET : options.is_verbose ? LOG_VERBOSE : LOG_NORMAL);
        status = command->run(&options, argv);
    }
    scan_options_release(&options);
    return status;
}

static int run_help(const char *name)
{
    const struct command *command = name ? command_named(name) : NULL;
    if (command)
        return print_help(command);
    if (name) {
        log_error("no command is named '%s' (see `mailspill help`)", name);
        return EXIT_USAGE;
    }
    print_usage();
    return 0;
}

static int run(char *const *argv)
{
    const char *name = argv[1];
    if (!name) {
        log_error("no command (see `mailspill help`; first: mailspill scan MAILBOX)");
        return EXIT_USAGE;
    }
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return run_help(argv[2]);
    if (strcmp(name, "version") == 0 || strcmp(name, "--version") == 0)
        return print_version();
    const struct command *command = command_named(name);
    if (command)
        return run_command(command, argv);
    if (access(name, F_OK) == 0)
        log_error("no command is named '%s': did you mean `mailspill scan %s`?", name, name);
    else
        log_error("no command is named '%s' (see `mailspill help`)", name);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    /* A closed pipe or a full quota is a failed write, told and given as exit status. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return argc > 0 ? close_output(run(argv)) : EXIT_USAGE;
}
