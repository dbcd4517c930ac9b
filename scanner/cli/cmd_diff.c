/* cmd_diff.c - `mailspill diff`: what changed between two cases, or since a run of one. */
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/outputs.h"

static int attach(struct lists *lists, const char *other, struct error *err)
{
    char path[4096];
    struct case_store *before =
        case_open(other, CASE_READ, err); /* is it a case, of a version that is known? */
    if (!before)
        return -1;
    case_close(before);
    snprintf(path, sizeof path, "%s/case.db", other);
    return lists_attach(lists, path, err);
}

static int diff_write(struct scan_options *options, struct case_store *store, struct error *err)
{
    enum list_form form;
    if (list_form_of(options->format, &form, err) < 0)
        return -1;
    options->lists.internal = options->internal.at;
    options->lists.internal_count = options->internal.count;
    struct lists *lists = lists_new(store, &options->lists, err);
    if (lists)
        lists_warn_of_internal(lists);
    bool is_between = options->inputs.count == 2;
    int result = lists ? 0 : -1;
    if (result == 0)
        result = is_between ? attach(lists, options->inputs.at[0].input.path, err)
                            : lists_set_since(lists, options->since_run, err);
    if (result == 0)
        result = lists_write(lists, is_between ? &list_between : &list_since, form, STDOUT_FILENO, err);
    lists_free(lists);
    return result;
}

static int diff_run(struct scan_options *options, char *const *argv)
{
    struct error err = { 0 };
    struct case_store *store = NULL;
    (void)argv;
    if (options->inputs.count == 2 && !options->case_dir)
        store = case_open(options->inputs.at[1].input.path, CASE_READ, &err);
    else if (options->inputs.count == 0 && options->case_dir && options->since_run > 0)
        store = case_open(options->case_dir, CASE_READ, &err);
    else
        error_set(&err, ERROR_USAGE, "want two cases, or --case DIR and --since-run N");
    int result = store ? diff_write(options, store, &err) : -1;
    case_close(store);
    return result < 0 ? command_fail(&command_diff, &err) : 0;
}

const struct command command_diff = {
    .name = "diff",
    .operands = "BEFORE AFTER | --case DIR --since-run N",
    .summary = "show what changed between two cases, or since a run of one",
    .bit = COMMAND_DIFF,
    .run = diff_run,
};
