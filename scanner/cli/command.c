/* command.c - what commands share: failing, and loading rules. */
#include "cli/command.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "match/rule_packed.h"

bool command_reader_is_gone(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };
    return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

int command_fail(const struct command *command, const struct error *err)
{
    bool is_showing = command->bit & (COMMAND_LISTS | COMMAND_CASE);
    if (is_showing && err->kind == ERROR_SYSTEM && command_reader_is_gone())
        return EXIT_USAGE;
    if (err->kind == ERROR_USAGE && !strstr(err->message, "(see "))
        log_error("%s (see `mailspill %s --help`)", err->message, command->name);
    else
        log_error("%s", err->message);
    return EXIT_USAGE;
}

static void tell_mistake(void *ctx, const char *file, unsigned line, const char *message)
{
    (void)ctx;
    if (line > 0)
        log_error("%s:%u: %s", file, line, message);
    else
        log_error("%s: %s", file, message);
}

const struct rule_report command_rule_report = { tell_mistake, NULL };

bool command_rules_are_builtin(const struct scan_options *options)
{
    return options->rules.count == 0 && options->only.count == 0 && options->skip.count == 0;
}

static int add_builtin(struct ruleset *set)
{
    struct error err;
    int result = ruleset_add_packed(set, engine_builtin_rules(), "builtin", &err);
    if (result < 0)
        log_error("%s", err.message);
    return result;
}

static int add_rules(struct ruleset *set, const char *path, enum rules_examples examples)
{
    /* The built-in rules were checked when they were compiled in, and left their examples behind. */
    if (strcmp(path, "builtin") == 0)
        return add_builtin(set);
    return ruleset_add_path(set, path, examples, &command_rule_report);
}

static int load_rules(struct ruleset *set, const struct scan_options *options, enum rules_examples examples,
                      enum rules_unwanted unwanted, struct error *err)
{
    int result = options->rules.count == 0 ? add_rules(set, "builtin", examples) : 0;
    for (size_t i = 0; i < options->rules.count; i++)
        if (add_rules(set, options->rules.at[i], examples) < 0)
            result = -1;
    if (result < 0)
        return error_set(err, ERROR_SYSTEM, "the rules have mistakes: nothing was done");
    for (size_t i = 0; i < options->only.count; i++)
        if (strcmp(options->only.at[i], "known") == 0 && !options->known)
            return error_set(err, ERROR_USAGE,
                             "'--only known' looks for the values of --known FILE: name one");
    if (options->only.count + options->skip.count > 0 &&
        ruleset_select(set, options->only.at, options->only.count, options->skip.at, options->skip.count,
                       unwanted, err) < 0)
        return -1;
    return set->count > 0 ? 0 : error_set(err, ERROR_USAGE, "there is no rule to look for");
}

struct ruleset *command_rules_load(const struct scan_options *options, enum rules_examples examples,
                                   enum rules_unwanted unwanted, struct error *err)
{
    struct ruleset *set = ruleset_new();
    if (load_rules(set, options, examples, unwanted, err) == 0)
        return set;
    ruleset_free(set);
    return NULL;
}
