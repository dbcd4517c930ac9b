/* cmd_formats.c - `mailspill formats`: what is opened, what is read as text, what is named as a gap, what reports there are. */
#include <stdio.h>

#include "cli/command.h"
#include "work/helpers.h"

struct gap_meaning {
    enum gap_kind kind;
    const char *meaning;
};

static const struct gap_meaning gap_meanings[] = {
    { GAP_TRUNCATED, "stops too early" },
    { GAP_ENCRYPTED, "needs a password or a key" },
    { GAP_LIMIT, "ran into a limit (--limit)" },
    { GAP_UNSUPPORTED, "a type that is not understood; its raw bytes were read" },
    { GAP_DAMAGED, "breaks its own format" },
    { GAP_CRASHED, "ended the worker that read it" },
    { GAP_TIMEOUT, "took too long" },
    { GAP_UNREADABLE, "the machine could not read it" },
    { GAP_MISSING, "the export promised it and it is not there" },
    { GAP_NOT_IN_EXPORT, "a cloud link, stub or header-only item stands in its place" },
    { GAP_PICTURE, "a picture, which no option asked to read; does not touch the exit status" },
};

/* What needs a program that is not here. */
static void list_lacking(void)
{
    char path[HELPER_PATH_MOST];
    for (int kind = 0; kind < HELPER_KINDS; kind++)
        if (helpers_find((enum helper_kind)kind, path, sizeof path) < 0)
            printf("  %-14s %s\n", helper_subject((enum helper_kind)kind),
                   helper_lack((enum helper_kind)kind));
}

static int formats_run(struct scan_options *options, char *const *argv)
{
    struct error err;
    (void)argv;
    if (options->inputs.count > 0) {
        error_set(&err, ERROR_USAGE, "formats takes no operand");
        return command_fail(&command_formats, &err);
    }
    puts("Opened (their children are scanned, in one another up to the limits):");
    for (size_t i = 0; format_table[i]; i++)
        if (format_table[i]->title)
            printf("  %-14s %s\n", format_table[i]->name, format_table[i]->title);
    list_lacking();
    puts("\nRead as text:");
    for (size_t i = 0; extractor_table[i]; i++)
        printf("  %-14s %s\n", extractor_table[i]->name, extractor_table[i]->title);
    puts("\nNamed as a gap where it could not be read, or not wholly:");
    for (size_t i = 0; i < sizeof gap_meanings / sizeof *gap_meanings; i++)
        printf("  %-14s %s\n", gap_kind_name(gap_meanings[i].kind), gap_meanings[i].meaning);
    puts("\nReports (--format, -o):");
    for (size_t i = 0; reporter_table[i]; i++)
        printf("  %-14s %s\n", reporter_table[i]->name, reporter_table[i]->title);
    return 0;
}

const struct command command_formats = {
    .name = "formats",
    .operands = "",
    .summary = "list what is opened, read, named as a gap, and reported",
    .bit = COMMAND_FORMATS,
    .run = formats_run,
};
