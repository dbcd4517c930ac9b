/* rules_kit.h - for the tests of rule files: a file's mistakes as lines, rules of which only the pattern matters. */
#ifndef RULES_KIT_H
#define RULES_KIT_H

#include "unit/match_kit.h"

/* The mistakes of one file, as "LINE: message" lines. */
struct told {
    char text[8192];
    size_t count;
};

static inline void tell(void *ctx, const char *file, unsigned line, const char *message)
{
    struct told *told = ctx;
    size_t at = strlen(told->text);
    assert_string_equal(file, "t.yaml");
    told->count++;
    snprintf(told->text + at, sizeof told->text - at, "%u: %s\n", line, message);
}

static inline int add(struct ruleset *set, const char *yaml, enum rules_examples examples, struct told *told)
{
    const struct rule_report report = { tell, told };
    *told = (struct told){ "", 0 };
    return ruleset_add_yaml(set, slice_str(yaml), "t.yaml", examples, &report);
}

/* A rule whose only fault can be its pattern; `%s` of the cases below stands in double quotes. */
#define HEAD "rules:\n- {id: a, name: n, category: key, severity: low"
#define PATTERN(text) HEAD ", pattern: '" text "'}\n"

#endif
