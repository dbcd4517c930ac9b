/* engine.h - rules compiled: one Hyperscan block database without start-of-match, and a PCRE2 JIT program a rule. */
#ifndef MAILSPILL_MATCH_ENGINE_H
#define MAILSPILL_MATCH_ENGINE_H

#include "base/buffer.h"
#include "base/error.h"
#include "match/rule.h"

struct engine;

enum engine_target { ENGINE_GENERIC, ENGINE_THIS_HOST };

/* Compile SET's Hyperscan database and append it, serialised, to OUT. */
int engine_compile(const struct ruleset *set, enum engine_target target, struct buffer *out,
                   const struct rule_report *report, struct error *err);

/* The same in a process of its own, which ends after SECONDS of CPU time: for rules that are not ours. Mistakes are told there: REPORT may write,
 * but what it changes in memory is lost. */
#define ENGINE_COMPILE_SECONDS 120u
int engine_compile_within(unsigned seconds, const struct ruleset *set, enum engine_target target,
                          struct buffer *out, const struct rule_report *report, struct error *err);

/* An engine from SET and its serialised database. Compiles every PCRE2 program with JIT: afterwards no executable memory is
 * needed, so the sandbox can close. SET must outlive it. NULL on error. */
struct engine *engine_new(const struct ruleset *set, struct slice database, struct error *err);

/* For how much text an engine is made. Machine code of all rules takes as long as matching some megabytes without it. */
enum engine_use {
    ENGINE_FOR_MUCH,   /* machine code of all programs, as engine_new */
    ENGINE_FOR_LITTLE, /* packed rules are compiled when they are first needed, and interpreted */
};

struct engine *engine_new_for(enum engine_use use, const struct ruleset *set, struct slice database,
                              struct error *err);
void engine_free(struct engine *engine);

const struct ruleset *engine_rules(const struct engine *engine);

/* 0, or -1 with words for a person if this CPU can't run Hyperscan (it needs SSSE3). */
int engine_check_cpu(struct error *err);

/* SHA-256 over rules, library version and target: names a cached database, and is `rules` of the report's first line. Hex. */
void engine_key(const struct ruleset *set, enum engine_target target, char key[65]);

/* The database of SET from the user's cache folder, compiled and stored there if it is missing or in doubt. */
int engine_load_cached(const struct ruleset *set, struct buffer *database, const struct rule_report *report,
                       struct error *err);

/* The rules and database that were compiled in when `make` ran. */
struct slice engine_builtin_rules(void); /* for ruleset_add_packed */
struct slice engine_builtin_database(void);

#endif
