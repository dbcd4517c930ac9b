/* cmd_report.c - `mailspill report`: what stands in a case, in any format. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/outputs.h"
#include "report/replay.h"

static int report_tell(struct scan_options *options, struct replay *replay, char *const *argv,
                       struct error *err)
{
    struct report **reports;
    struct report_summary summary;
    size_t count;
    const struct report_run run = { .command = "report",
                                    .version = MAILSPILL_VERSION,
                                    .arguments = argv,
                                    .started = time(NULL),
                                    .ruleset = replay_rules(replay) };
    struct outputs *outputs = outputs_new(options, err);
    int result = outputs && outputs_open_reports(outputs, &run, &reports, &count, err) == 0 ? 0 : -1;
    if (result == 0)
        result = replay_tell(replay, reports, count, &summary, err);
    for (size_t i = 0; result == 0 && i < count; i++)
        result = report_finish(reports[i], &summary, err);
    if (outputs && outputs_finish(outputs, result < 0 ? NULL : err) < 0)
        result = -1;
    outputs_free(outputs);
    return result;
}

/* The formats that tell every record tell of people too: better none than one that shows them unasked. */
static int check_people(const struct scan_options *options, struct error *err)
{
    const struct reporter *reporter = options->format;
    for (size_t i = 0; i <= options->outputs.count; i++) {
        if (i > 0)
            reporter = options->outputs.at[i - 1].reporter;
        if (options->lists.is_without_people && reporter && !reporter->is_of_lists)
            return error_set(err, ERROR_USAGE,
                             "%s tells of people: --no-people is for lists, summary, html and markdown",
                             reporter->name);
    }
    return 0;
}

static int report_list(struct scan_options *options, struct lists *lists, struct error *err)
{
    struct outputs *outputs = outputs_new(options, err);
    int result = outputs ? outputs_write_list(outputs, lists, options->list, err) : -1;
    outputs_free(outputs);
    return result;
}

static int report_case(struct scan_options *options, struct case_store *store, char *const *argv,
                       struct error *err)
{
    options->lists.internal = options->internal.at;
    options->lists.internal_count = options->internal.count;
    options->report.people = &options->lists;
    /* Who names a file wants a file; who wants the terminal too says in which format. */
    if (options->outputs.count > 0 && !options->has_format)
        options->format = NULL;
    if (!options->list && check_people(options, err) < 0)
        return -1;
    struct lists *lists = lists_new(store, &options->lists, err);
    if (lists)
        lists_warn_of_internal(lists);
    struct replay *replay = lists && !options->list ? replay_new(store, err) : NULL;
    int result = -1;
    options->report.lists = lists;
    if (lists && options->list)
        result = report_list(options, lists, err);
    else if (replay)
        result = report_tell(options, replay, argv, err);
    replay_free(replay);
    lists_free(lists);
    return result;
}

static void say_operand(const char *word, struct error *err)
{
    if (list_find(slice_str(word)))
        error_set(err, ERROR_USAGE, "report takes no '%s': did you mean --list %s?", word, word);
    else
        error_set(err, ERROR_USAGE, "report takes no path: it reads a case (--case DIR)");
}

static int report_run_command(struct scan_options *options, char *const *argv)
{
    struct error err = { 0 };
    struct case_store *store = NULL;
    if (options->inputs.count > 0)
        say_operand(options->inputs.at[0].input.path, &err);
    else if (!options->case_dir)
        error_set(&err, ERROR_USAGE, "which case? --case DIR");
    else
        store = case_open(options->case_dir, CASE_READ, &err);
    int result = store ? report_case(options, store, argv, &err) : -1;
    case_close(store);
    return result < 0 ? command_fail(&command_report, &err) : 0;
}

const struct command command_report = {
    .name = "report",
    .operands = "--case DIR [OPTION]…",
    .summary = "show what stands in a case",
    .bit = COMMAND_REPORT,
    .run = report_run_command,
};
