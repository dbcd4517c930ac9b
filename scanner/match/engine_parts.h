/* engine_parts.h - what an engine is made of; inside match/ only.
 *
 * Both engines see byte patterns with MULTILINE and without DOTALL: `^` and `$` are the ends of a line, `.` is any byte but LF.
 */
#ifndef MAILSPILL_MATCH_ENGINE_PARTS_H
#define MAILSPILL_MATCH_ENGINE_PARTS_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs/hs.h>
#include <pcre2.h>

#include "match/engine.h"

/* Steps of backtracking that PCRE2 may take from one starting point. */
#define PROGRAM_MATCH_LIMIT 250000
#define PROGRAM_HEAP_KIB 16384
#define PROGRAM_STACK_MAX ((size_t)1024 * 1024)

/* A rule's PCRE2 program. */
struct program {
    pcre2_code *code;
    uint32_t secret; /* number of the group `secret`, 0 (the whole match) where there is none */
    uint32_t groups; /* ovector pairs that a match needs */
    struct {
        const char *name;
        uint32_t group;
    } captures[CANDIDATE_CAPTURES_MAX];
    size_t capture_count;
};

/* 0, or -1 with PCRE2's words and the offset. JIT is compiled where the machine has it. */
int program_init(struct program *program, const char *pattern, struct error *err);
/* The same without machine code, for programs that are made when they are first asked for: inside the sandbox. */
int program_init_plain(struct program *program, const char *pattern, struct error *err);
void program_release(struct program *program);
int program_check(const char *pattern, struct error *err);

/* Would Hyperscan take RULE? Parses only: a pattern that is too large is told by engine_compile. */
int database_check(const struct rule *rule, struct error *err);

#define ENGINE_RUNS_MAX 32

/* Each has a database of its own: what need not be looked for in a text is not. A rule may have alternatives in ENGINE_FOREIGN beside the others. */
enum engine_part {
    ENGINE_OPEN,    /* rules that may stand in any text */
    ENGINE_PROSE,   /* those of category prose: where people write */
    ENGINE_FOREIGN, /* what of both needs a byte beyond ASCII (match/foreign.h): where there is any */
    ENGINE_GATED,   /* rules that match/gate.h holds: in the parts of a text that it lets pass */
    ENGINE_PARTS,
};

struct engine {
    const struct ruleset *set;
    hs_database_t *databases[ENGINE_PARTS]; /* NULL where there is no rule */
    size_t gate_reach;                      /* the widest rule of ENGINE_GATED */
    struct {
        uint32_t rule;
        int kind;            /* enum gate_run */
    } runs[ENGINE_RUNS_MAX]; /* the rules that say `run:` */
    size_t run_count;
    uint32_t *rule_of; /* Hyperscan's id to index in the set, or ENGINE_NO_RULE */
    size_t id_count;
    struct program *programs; /* one a rule */
    uint32_t groups_max;
};

/* The program of a rule, made now if it is one of those that are made late. */
const struct program *engine_program(const struct engine *engine, uint32_t rule);

#define ENGINE_NO_RULE UINT32_MAX

#endif
