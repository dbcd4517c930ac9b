/* gate.h - where a key that only its vendor's name tells may stand; inside match/ only.
 *
 * The rules that say only a vendor's name are thousands, and Hyperscan looks for so many short names at half its speed. All of them want the same
 * value (rule_vendor.c): so those values are looked for first, and the names only before one.
 */
#ifndef MAILSPILL_MATCH_GATE_H
#define MAILSPILL_MATCH_GATE_H

#include "match/rule.h"

/* Is RULE one that the gate may keep from its text? */
bool gate_holds(const struct rule *rule);

/* What a rule says with `run:` (rule.h), to be looked for in runs of tokens of that kind alone: "acme_live_…", 32 hex digits with more behind
 * a hyphen or point, and 16 bytes and more that stand by themselves at most 96 behind a word for a key. */
enum gate_run { GATE_PREFIXED, GATE_HEX, GATE_TOLD, GATE_RUNS };

const char *gate_run_name(enum gate_run run);
int gate_run_from_name(const char *name); /* or -1 */

/* Called for each such run, with its end; or NULL. */
struct gate_seer {
    void (*run)(void *ctx, enum gate_run run, size_t end);
    void *ctx;
};

struct gate {
    struct slice text;
    struct gate_seer seer;
    size_t reach;
    bool has_value; /* the next one that was seen */
    size_t value_from, value_to;
};

/* REACH: the widest rule, how far before a value its match may begin. */
void gate_begin(struct gate *gate, struct slice text, size_t reach, struct gate_seer seer);

/* The next part of the text that may hold matches. Each match lies whole in one; they do not overlap. */
bool gate_next(struct gate *gate, size_t *from, size_t *to);

#endif
