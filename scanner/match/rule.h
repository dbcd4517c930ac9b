/* rule.h - rules: what to look for, read from YAML (docs/rules.md) and checked before anything is scanned. */
#ifndef MAILSPILL_MATCH_RULE_H
#define MAILSPILL_MATCH_RULE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "validate/validator.h"

enum severity { SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL, SEVERITIES };

const char *severity_name(enum severity severity);
int severity_from_name(struct slice name); /* or -1 */

#define RULE_WIDTH_MAX ((size_t)64 * 1024)
#define RULE_VALIDATORS_MAX 8

struct rule_validator {
    const struct validator *validator;
    struct slice argument;
};

/* What a match of a rule is in a pair: the secret, or what must be known to use it. */
enum pair_role {
    PAIR_NONE,
    PAIR_SECRET,
    PAIR_ID,
    PAIR_USER,
    PAIR_HOST,
    PAIR_ACCOUNT,
    PAIR_TENANT,
    PAIR_ROLES
};

/* How far apart the halves may stand. Each holds the ones before it. */
enum pair_within { PAIR_LEAF, PAIR_MESSAGE, PAIR_THREAD, PAIR_WITHINS };

const char *pair_role_name(enum pair_role role);
int pair_role_from_name(struct slice name); /* or -1 */
const char *pair_within_name(enum pair_within within);
int pair_within_from_name(struct slice name); /* or -1 */

struct rule_pair {
    const char *kind;    /* halves of one kind go together: "aws-key", "login"; NULL: the rule is no half */
    enum pair_role role; /* of what it matches */
    uint32_t needs;      /* bits 1 << role: what a secret waits for; it takes other halves of its kind too */
    enum pair_within within;
    bool is_untold;      /* alone it is no finding: it is only there for its partner */
    bool raises_verdict; /* contextual becomes structural once all that it needs was found */
};

/* All strings UTF-8, NUL-terminated, in the ruleset's arena; NULL where absent. */
struct rule {
    const char *id;     /* stable, kebab-case */
    const char *family; /* rules of one family share secrets; default: the id */
    const char *name;
    const char *category; /* source-code cloud identity database saas payment comms network key file prose */
    enum severity severity;
    enum verdict
        verdict; /* before validators: structural unless `verdict:` says contextual; prose for category prose */
    const char
        *pattern; /* PCRE2, byte semantics, one named group `secret` (else the whole match is the secret) */
    const char *vendor, *vendor_word; /* at most one: what `pattern` was made of (match/rule_vendor.h) */
    const char *value;                /* with it, or NULL */
    const char *run;  /* looked for where match/gate.h sees a run of this name, not by Hyperscan; or NULL */
    const char *find; /* for Hyperscan where the pattern is too large for it; else NULL: the pattern itself */
    size_t width;     /* bytes that one match can span at most, look-around included */
    size_t lead; /* from the start of a match to the end of what `find` found in it, at most; 0: as `width` */
    struct rule_validator validators[RULE_VALIDATORS_MAX];
    size_t validator_count;
    bool has_common_validators; /* of rules with `vendor`, where `validate` says nothing else */
    struct rule_pair pair;
    const char *gap;     /* a match is nothing to tell, but a gap `unsupported` with these words; else NULL */
    const char *service; /* opens.service */
    const char *rotate;  /* URL or words */
    const char *reference;       /* URL */
    const char *const *examples; /* templates (validate/maker.h); only when loaded with RULES_WITH_EXAMPLES */
    size_t example_count;
    const char *const *negatives;
    size_t negative_count;
    bool is_known;  /* stands for a list of known secrets (match/known.h), and has no pattern */
    bool is_opened; /* stands for passwords that opened something (match/opened.h), and has no pattern */
    bool is_silent; /* left out by --only or --skip: what it matches is masked, and not told */
    /* Of a packed rule (match/rule_packed.h), else absent: its fingerprint in a database, and the groups of its program. */
    const unsigned char *fingerprint;
    uint32_t groups;
    const char *file; /* where it was read, for messages */
    unsigned line;
};

/* Does a match of RULE name a key and open nothing by itself, as an access key id does? Logs are searched for it: it is shown whole. */
static inline bool rule_is_name(const struct rule *rule)
{
    return rule->pair.kind && rule->pair.role == PAIR_ID;
}

struct ruleset {
    struct arena *arena;
    struct rule *rules;
    size_t count;
    size_t widest;         /* of all rules */
    bool is_opened_silent; /* --only or --skip left out what opened_add_rule adds */
};

enum rules_examples {
    RULES_WITHOUT_EXAMPLES,
    RULES_WITH_EXAMPLES,     /* two and two at least */
    RULES_WITH_ANY_EXAMPLES, /* as many as there are */
};

/* Where mistakes are told, one call each: "patterns/x.yaml:12: …, do this". */
struct rule_report {
    void (*mistake)(void *ctx, const char *file, unsigned line, const char *message);
    void *ctx;
};

/* An empty set; free with ruleset_free. */
struct ruleset *ruleset_new(void);
void ruleset_free(struct ruleset *set);

/* Add the rules of one YAML text. FILE names it in messages. 0, or -1 if there was any mistake (all are reported). */
int ruleset_add_yaml(struct ruleset *set, struct slice yaml, const char *file, enum rules_examples examples,
                     const struct rule_report *report);

/* The same for a file, or for all *.yaml and *.yml below a folder, sorted by path. */
int ruleset_add_path(struct ruleset *set, const char *path, enum rules_examples examples,
                     const struct rule_report *report);

const struct rule *ruleset_find(const struct ruleset *set, struct slice id);

/* What becomes of the rules that match none of ONLY (where given) or any of SKIP: ids, families, categories or globs. */
enum rules_unwanted {
    RULES_DROPPED,
    RULES_SILENCED, /* they still match, so that no report shows beside a finding what they know for a secret */
};

/* An entry that matches nothing is an error, and so is a selection of no rule. */
int ruleset_select(struct ruleset *set, const char *const *only, size_t only_count, const char *const *skip,
                   size_t skip_count, enum rules_unwanted unwanted, struct error *err);

#endif
