/* cmd_case.c - `mailspill case`: a case's runs, what was revealed, its integrity, and a sample of messages for a reader's check. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "cli/command.h"
#include "cli/outputs.h"
#include "record/case_exchange.h"
#include "record/case_sample.h"

static void tell_wrong(void *ctx, const char *what)
{
    unsigned *count = ctx;
    ++*count;
    printf("wrong: %s\n", what);
}

static int case_do_check(struct scan_options *options, struct case_store *store, struct error *err)
{
    unsigned wrong = 0;
    (void)options;
    if (case_check(store, tell_wrong, &wrong) < 0) {
        *err = *case_failure(store);
        return -1;
    }
    puts(wrong ? "the case is damaged" : "the case is whole");
    return wrong ? 1 : 0;
}

static int write_list(struct scan_options *options, struct case_store *store, const struct list *list,
                      struct error *err)
{
    enum list_form form;
    if (list_form_of(options->format, &form, err) < 0)
        return -1;
    struct lists *lists = lists_new(store, &options->lists, err);
    int result = lists ? lists_write(lists, list, form, STDOUT_FILENO, err) : -1;
    lists_free(lists);
    return result;
}

static int case_do_runs(struct scan_options *options, struct case_store *store, struct error *err)
{
    return write_list(options, store, &list_runs, err);
}

static int case_do_reveals(struct scan_options *options, struct case_store *store, struct error *err)
{
    return write_list(options, store, &list_reveals, err);
}

static int case_do_sample(struct scan_options *options, struct case_store *store, struct error *err)
{
    if (options->sample.result)
        return case_sample_result(store, options->sample.result, stdout, err);
    if (options->sample.size == 0)
        return error_set(err, ERROR_USAGE, "how many messages? --n N");
    return case_sample_draw(store, options->sample.size, options->sample.seed, stdout, err);
}

static int case_do_export(struct scan_options *options, struct case_store *store, struct error *err)
{
    (void)options;
    if (case_export(store, stdout) < 0)
        return -1;
    return fflush(stdout) == 0 ? 0 : error_set_errno(err, "cannot write the case");
}

/* From standard input, into a new folder. The key is not in it: a person brings it. */
static int case_do_import(struct scan_options *options, struct case_store *store, struct error *err)
{
    bool has_other_key = false;
    (void)options;
    if (case_is_begun(store))
        return error_set(err, ERROR_USAGE, "'%s' holds something already: import into a new folder",
                         case_folder(store));
    if (case_import(store, stdin, "standard input", &has_other_key, err) < 0)
        return -1;
    printf("imported into '%s'\n", case_folder(store));
    if (has_other_key)
        log_warn(
            "its key is another one: copy the file 'key' of the case that was exported to '%s/key' (0600) "
            "before anything else; without it `reveal` finds no secret, and a scan into this case makes "
            "known secrets new ones",
            case_folder(store));
    return 0;
}

static const struct {
    const char *name;
    enum case_mode mode;
    int (*run)(struct scan_options *options, struct case_store *store, struct error *err);
} actions[] = {
    { "check", CASE_READ, case_do_check },     { "runs", CASE_READ, case_do_runs },
    { "reveals", CASE_READ, case_do_reveals }, { "sample", CASE_WRITE, case_do_sample },
    { "export", CASE_READ, case_do_export },   { "import", CASE_WRITE_OR_MAKE, case_do_import },
};

static int case_run_command(struct scan_options *options, char *const *argv)
{
    struct error err = { 0 };
    int result = -1;
    (void)argv;
    error_set(&err, ERROR_USAGE, "want check, runs, reveals, sample, export or import, and --case DIR");
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (options->inputs.count != 1 || !options->case_dir ||
            strcmp(options->inputs.at[0].input.path, actions[i].name) != 0)
            continue;
        struct case_store *store = case_open(options->case_dir, actions[i].mode, &err);
        result = store ? actions[i].run(options, store, &err) : -1;
        if (store && case_failure(store))
            err = *case_failure(store);
        case_close(store);
        break;
    }
    return result < 0 ? command_fail(&command_case, &err) : result;
}

const struct command command_case = {
    .name = "case",
    .operands = "check|runs|reveals|sample|export|import --case DIR",
    .summary = "look after a case: its integrity, its runs, what was revealed, a sample for a reader's check",
    .bit = COMMAND_CASE,
    .run = case_run_command,
};
