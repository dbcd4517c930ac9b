/* rule_draft.h - a rule as it was read from a file, before it is checked; inside match/ only. */
#ifndef MAILSPILL_MATCH_RULE_DRAFT_H
#define MAILSPILL_MATCH_RULE_DRAFT_H

#include "match/rule.h"

#define RULES_MAX 10000

/* A list in a rule: at most this many entries. */
#define DRAFT_LIST_MAX 256

struct draft_text {
    const char *text; /* NULL where absent */
    unsigned line;
};

struct draft_list {
    struct draft_text at[DRAFT_LIST_MAX];
    size_t count;
};

struct rule_draft {
    unsigned line;
    struct draft_text id, family, name, category, severity, verdict, pattern, find, width, lead, vendor,
        vendor_word, value, run, service, rotate, reference, gap;
    struct draft_text pair_kind, pair_role, pair_within, pair_alone, pair_raises;
    struct draft_list pair_needs;
    struct draft_list validators, examples, negatives;
};

/* Where mistakes go while one file is read. */
struct mistakes {
    const struct rule_report *report;
    const char *file;
    size_t count;
};

void mistakes_put(struct mistakes *mistakes, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* rule_pair.c: `pair: {kind: …, role: …}` of DRAFT, into RULE. */
void rule_pair_take(struct rule *rule, const struct rule_draft *draft, struct mistakes *mistakes);

/* Check DRAFT and add it to SET; every mistake is told. */
void rule_draft_finish(struct ruleset *set, struct rule_draft *draft, enum rules_examples examples,
                       struct mistakes *mistakes);

/* Append the validator that TEXT names, as rule files name it; there must be room. 0, or -1 for none of that name. */
int rule_add_validator(struct rule *rule, struct slice text);
void rule_add_common_validators(struct rule *rule);

/* Append RULE (room was made by doubling). */
void ruleset_add(struct ruleset *set, const struct rule *rule);

#endif
