/* rules_test.c - `mailspill rules test FILE…`: each rule against its own examples and negatives, and what it costs. */
#include <stdio.h>

#include "cli/rules_commands.h"
#include "match/check.h"

/* Nanoseconds a byte of clean text that one rule may cost: what all built-in rules together may. */
#define COST_MOST 2.0

struct testing {
    size_t passed, failed, dear;
};

static void tell_rule(void *ctx, const struct rule_cost *cost, size_t failed)
{
    struct testing *testing = ctx;
    bool is_dear = cost->nanoseconds > COST_MOST;
    bool is_good = failed == 0 && !is_dear;
    testing->passed += is_good;
    testing->failed += !is_good;
    testing->dear += is_dear;
    printf("%-6s %-40s %zu examples, %zu negatives, %.3f ns a byte, %llu looks%s\n",
           is_good ? "ok" : "not ok", cost->rule->id, cost->rule->example_count, cost->rule->negative_count,
           cost->nanoseconds, (unsigned long long)cost->hits, is_dear ? ": too dear" : "");
    if (cost->rule->example_count < 2 || cost->rule->negative_count < 2)
        puts("       wants two examples and two negatives");
    if (cost->matches > 0)
        printf("       finds %llu things in a megabyte of clean text\n", (unsigned long long)cost->matches);
}

int rules_test(struct scan_options *options, const char *const *operands, size_t count, struct error *err)
{
    struct scan_options asked = *options;
    struct testing testing = { 0 };
    if (count == 0)
        return error_set(err, ERROR_USAGE, "rules test wants a rule file or a folder of them");
    asked.rules.at = (const char **)operands;
    asked.rules.count = count;
    struct ruleset *set = command_rules_load(&asked, RULES_WITH_ANY_EXAMPLES, RULES_DROPPED, err);
    if (!set)
        return -1;
    int result = check_each(set, &command_rule_report, tell_rule, &testing, err);
    ruleset_free(set);
    if (result < 0)
        return -1;
    printf("%zu passed, %zu failed\n", testing.passed, testing.failed);
    if (testing.dear > 0)
        printf(
            "%zu cost more than %.1f ns a byte: anchor them at a literal, bound and shorten what is wide\n",
            testing.dear, COST_MOST);
    if (testing.failed > 0)
        return error_set(err, ERROR_FORMAT, "%zu rules failed", testing.failed);
    return 0;
}
