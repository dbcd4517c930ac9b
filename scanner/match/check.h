/* check.h - what `mailspill rules check` asks of rules: do they find their examples, spare their negatives, and cost little? */
#ifndef MAILSPILL_MATCH_CHECK_H
#define MAILSPILL_MATCH_CHECK_H

#include "match/rule.h"

#define CHECK_WORST 10

/* What a rule costs by itself on clean text: its own database, scanned by Hyperscan and confirmed by PCRE2. */
struct rule_cost {
    const struct rule *rule;
    double nanoseconds; /* CPU, a byte, beyond what a rule that never matches costs */
    uint64_t hits;      /* windows that PCRE2 had to look at, in the whole text */
    uint64_t matches;   /* accepted; clean text should give none */
};

struct check_result {
    size_t rules, examples, negatives;
    size_t failed; /* examples not found, negatives found, templates that can't be made */
    struct rule_cost worst[CHECK_WORST]; /* dearest first */
    size_t worst_count;
};

/* Where the words go, a line at a time, without a line end. */
struct check_printer {
    void (*line)(void *ctx, const char *text);
    void *ctx;
};

/* Expand and match each rule's examples and negatives (SET was read with RULES_WITH_EXAMPLES). Each failure is told through REPORT at the
 * rule's file and line. 0, or -1 where the engine could not be made. */
int check_examples(const struct ruleset *set, struct check_result *result, const struct rule_report *report,
                   struct error *err);

/* Measure each rule on 1 MB of made-up mail. Takes some milliseconds a rule. */
int check_costs(const struct ruleset *set, struct check_result *result, struct error *err);

/* Examples, negatives and cost of each rule by itself, in order: TOLD gets its cost, and how many of its samples failed. */
int check_each(const struct ruleset *set, const struct rule_report *report,
               void (*told)(void *ctx, const struct rule_cost *cost, size_t failed), void *ctx,
               struct error *err);

/* RESULT in words. */
void check_print(const struct check_result *result, const struct check_printer *printer);

#endif
