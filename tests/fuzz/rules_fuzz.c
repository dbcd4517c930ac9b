/* rules_fuzz.c - rule files: whatever YAML says, it is read or refused, every mistake with a line, and in bounded time. */
#include <assert.h>

#include "match/rule.h"

static void mistake(void *ctx, const char *file, unsigned line, const char *message)
{
    (void)line;
    assert(file && message && *message);
    ++*(unsigned *)ctx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned mistakes = 0;
    const struct rule_report report = { mistake, &mistakes };
    struct ruleset *set = ruleset_new();
    int result = ruleset_add_yaml(set, slice_of(data, size), "fuzz.yaml", RULES_WITH_EXAMPLES, &report);
    assert((result < 0) == (mistakes > 0));
    for (size_t i = 0; i < set->count; i++)
        assert(set->rules[i].id && set->rules[i].pattern && set->rules[i].width <= RULE_WIDTH_MAX);
    ruleset_free(set);
    return 0;
}
