/* cmd_rules.c - `mailspill rules`: what is looked for, and whether rule files are right. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "base/sort.h"
#include "cli/command.h"
#include "cli/rules_commands.h"
#include "match/check.h"
#include "match/suppress.h"

#define BEGINNINGS_SHOWN 10

struct subcommand {
    const char *name;
    const char *operands;
    int (*run)(struct scan_options *options, const char *const *operands, size_t count, struct error *err);
};

static void put_field(const char *label, const char *text)
{
    struct buffer safe;
    if (!text || !*text)
        return;
    buffer_init(&safe, (size_t)1024 * 1024);
    utf8_put_escaped(&safe, slice_str(text));
    printf("%-10s %.*s\n", label, (int)safe.len, (const char *)safe.ptr);
    buffer_release(&safe);
}

static int compare_rules(const void *a, const void *b)
{
    const struct rule *const *left = a, *const *right = b;
    int order =
        strcmp((*left)->category ? (*left)->category : "", (*right)->category ? (*right)->category : "");
    return order != 0 ? order : strcmp((*left)->id, (*right)->id);
}

static int rules_list(struct scan_options *options, const char *const *operands, size_t count,
                      struct error *err)
{
    (void)operands;
    if (count > 0)
        return error_set(err, ERROR_USAGE, "rules list takes no operand");
    struct ruleset *set = command_rules_load(options, RULES_WITHOUT_EXAMPLES, RULES_DROPPED, err);
    if (!set)
        return -1;
    const struct rule **sorted = arena_alloc_array(options->arena, set->count, sizeof *sorted);
    for (size_t i = 0; i < set->count; i++)
        sorted[i] = &set->rules[i];
    sort_items(sorted, set->count, sizeof *sorted, compare_rules);
    for (size_t i = 0; i < set->count; i++)
        printf("%-12s %-34s %-9s %s\n", sorted[i]->category ? sorted[i]->category : "-", sorted[i]->id,
               severity_name(sorted[i]->severity), sorted[i]->name ? sorted[i]->name : "");
    printf("%zu rule%s\n", set->count, set->count == 1 ? "" : "s");
    ruleset_free(set);
    return 0;
}

static void put_validators(const struct rule *rule)
{
    for (size_t i = 0; i < rule->validator_count; i++) {
        const struct rule_validator *used = &rule->validators[i];
        printf("%-10s %s%s%.*s - %s\n", i == 0 ? "validate" : "", used->validator->name,
               used->argument.len > 0 ? ":" : "", (int)used->argument.len, (const char *)used->argument.ptr,
               used->validator->meaning);
    }
}

static void put_rule(const struct rule *rule)
{
    put_field("id", rule->id);
    put_field("family", rule->family);
    put_field("name", rule->name);
    put_field("category", rule->category);
    put_field("severity", severity_name(rule->severity));
    put_field("verdict", verdict_name(rule->verdict));
    put_field("opens", rule->service);
    put_field("rotate", rule->rotate);
    put_field("reference", rule->reference);
    put_field("pattern", rule->pattern);
    put_field("find", rule->find);
    printf("%-10s %zu bytes at most\n", "width", rule->width);
    put_validators(rule);
}

/* The first of them that begin with ID. */
static int tell_beginnings(const struct ruleset *set, const char *id, size_t count, struct error *err)
{
    char names[170] = ""; /* an error has no room for more */
    size_t used = 0, shown = 0;
    for (size_t i = 0; i < set->count && shown < BEGINNINGS_SHOWN; i++) {
        const char *name = set->rules[i].id;
        if (!slice_starts_with(slice_str(name), id) || strlen(name) + 2 >= sizeof names - used)
            continue;
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", shown++ ? ", " : "", name);
    }
    return error_set(err, ERROR_USAGE, "%zu rules begin with '%s': write more of it: %s%s", count, id, names,
                     count > shown ? " \xE2\x80\xA6" : "");
}

/* One rule: ID, or what only one id begins with. */
static const struct rule *rule_meant(const struct ruleset *set, const char *id, struct error *err)
{
    const struct rule *found = ruleset_find(set, slice_str(id));
    size_t count = found ? 1 : 0;
    for (size_t i = 0; !found && i < set->count; i++)
        count += slice_starts_with(slice_str(set->rules[i].id), id);
    for (size_t i = 0; !found && count == 1 && i < set->count; i++)
        if (slice_starts_with(slice_str(set->rules[i].id), id))
            return &set->rules[i];
    if (count == 0)
        error_set(err, ERROR_USAGE, "no rule is named '%s' (see `mailspill rules list`)", id);
    else if (count > 1)
        tell_beginnings(set, id, count, err);
    return found;
}

static int rules_show(struct scan_options *options, const char *const *operands, size_t count,
                      struct error *err)
{
    if (count == 0)
        return error_set(err, ERROR_USAGE, "rules show wants the id of a rule");
    struct ruleset *set = command_rules_load(options, RULES_WITHOUT_EXAMPLES, RULES_DROPPED, err);
    if (!set)
        return -1;
    int result = 0;
    for (size_t i = 0; i < count && result == 0; i++) {
        const struct rule *rule = rule_meant(set, operands[i], err);
        result = rule ? 0 : -1;
        if (i > 0 && rule)
            putchar('\n');
        if (rule)
            put_rule(rule);
    }
    ruleset_free(set);
    return result;
}

static void print_line(void *ctx, const char *text)
{
    (void)ctx;
    puts(text);
}

/* Built-in rules come without their examples: only their cost can be told. */
static int check_set(const struct ruleset *set, struct error *err)
{
    struct check_result result = { 0 };
    const struct check_printer printer = { print_line, NULL };
    if (check_examples(set, &result, &command_rule_report, err) < 0 || check_costs(set, &result, err) < 0)
        return -1;
    check_print(&result, &printer);
    if (result.examples == 0)
        puts("no example was run: name the folder of the rule files to run theirs");
    if (result.failed > 0)
        return error_set(err, ERROR_FORMAT, "%zu examples or negatives are not as their rules say",
                         result.failed);
    return 0;
}

static int rules_check(struct scan_options *options, const char *const *operands, size_t count,
                       struct error *err)
{
    struct scan_options asked = *options;
    if (count > 0) {
        asked.rules.at = (const char **)operands;
        asked.rules.count = count;
    }
    struct ruleset *set = command_rules_load(&asked, RULES_WITH_EXAMPLES, RULES_DROPPED, err);
    if (!set)
        return -1;
    int result = check_set(set, err);
    ruleset_free(set);
    return result;
}

static int rules_validators(struct scan_options *options, const char *const *operands, size_t count,
                            struct error *err)
{
    (void)options;
    (void)operands;
    if (count > 0)
        return error_set(err, ERROR_USAGE, "rules validators takes no operand");
    for (size_t t = 0; validator_tables[t]; t++)
        for (const struct validator *row = validator_tables[t]; row->name; row++)
            printf("%-20s %s\n", row->name, row->meaning);
    return 0;
}

static int rules_noise(struct scan_options *options, const char *const *operands, size_t count,
                       struct error *err)
{
    (void)options;
    (void)operands;
    if (count > 0)
        return error_set(err, ERROR_USAGE, "rules noise takes no operand");
    for (size_t t = 0; suppressor_tables[t]; t++)
        for (const struct suppressor *row = suppressor_tables[t]; row->name; row++)
            printf("%-24s %s\n%-24s   because %s%s%s\n", row->name, row->silences, "", row->reason,
                   row->families ? "; even if proven, of family " : "", row->families ? row->families : "");
    return 0;
}

static const struct subcommand subcommands[] = {
    { "list", "", rules_list },
    { "show", "ID…", rules_show },
    { "check", "[PATH…]", rules_check },
    { "test", "FILE…", rules_test },
    { "explain", "PATH…", rules_explain },
    { "import", "FILE…", rules_import },
    { "validators", "", rules_validators },
    { "noise", "", rules_noise },
};

static int rules_run(struct scan_options *options, char *const *argv)
{
    struct error err = { 0 };
    size_t count = options->inputs.count;
    const char **operands = arena_alloc_array(options->arena, count + 1, sizeof *operands);
    (void)argv;
    for (size_t i = 0; i < count; i++)
        operands[i] = options->inputs.at[i].input.path;
    for (size_t i = 0; count > 0 && i < sizeof subcommands / sizeof *subcommands; i++)
        if (strcmp(operands[0], subcommands[i].name) == 0)
            return subcommands[i].run(options, operands + 1, count - 1, &err) < 0
                       ? command_fail(&command_rules, &err)
                       : 0;
    error_set(&err, ERROR_USAGE,
              "rules wants list, show ID, check [PATH…], test FILE, explain PATH, import FILE, validators or "
              "noise");
    return command_fail(&command_rules, &err);
}

const struct command command_rules = {
    .name = "rules",
    .operands = "list|show ID|check [PATH…]|test FILE…|explain PATH…|import FILE…|validators|noise",
    .summary = "list, show, check, test, explain and import rules",
    .bit = COMMAND_RULES,
    .run = rules_run,
};
