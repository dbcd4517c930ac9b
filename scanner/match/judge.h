/* judge.h - puts a rule's validators to a candidate; inside match/ only. */
#ifndef MAILSPILL_MATCH_JUDGE_H
#define MAILSPILL_MATCH_JUDGE_H

#include "match/rule.h"

struct ruling {
    bool is_rejected;
    enum verdict verdict;
    char why[160];
    struct opens opens;
    struct slice
        values[JUDGEMENT_VALUES_MAX]; /* the secrets that a validator found itself; none: the candidate's */
    size_t value_count;
};

/* A validator that rejects decides; else one that proves; else one that weakens, which takes one step off the rule's verdict. What a
 * secret opens comes from the first validator that says it, then from the captures named as the fields of struct opens, then from the rule. */
void judge(const struct rule *rule, const struct candidate *candidate, struct ruling *ruling);

#endif
