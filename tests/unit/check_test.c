/* check_test.c - rules are held to their examples and negatives, and measured. */
#include "unit/match_kit.h"

#include "match/check.h"

struct told {
    char text[4096];
};

static void tell(void *ctx, const char *file, unsigned line, const char *message)
{
    struct told *told = ctx;
    size_t at = strlen(told->text);
    snprintf(told->text + at, sizeof told->text - at, "%s:%u: %s\n", file, line, message);
}

static void print_line(void *ctx, const char *text)
{
    struct told *told = ctx;
    size_t at = strlen(told->text);
    snprintf(told->text + at, sizeof told->text - at, "%s\n", text);
}

static const char rules[] =
    "rules:\n"
    "- {id: good, name: n, category: key, severity: low, pattern: '\\bgood_(?<secret>[a-z0-9]{9})\\b', "
    "examples: ['x good_{hex:9}', 'good_{lower:9} y'], negatives: ['good_{hex:8}', 'good_{hex:10}']}\n"
    "- {id: misses, name: n, category: key, severity: low, pattern: '\\bmiss_(?<secret>[a-z0-9]{9})\\b', "
    "examples: ['miss_{hex:9}', 'miss_{hex:8}'], negatives: ['a', 'b']}\n"
    "- {id: overdoes, name: n, category: key, severity: low, pattern: 'over(?<secret>\\d{1,9})', "
    "examples: ['over1', 'over2'], negatives: ['over', 'over{digits:3}']}\n"
    "- {id: broken, name: n, category: key, severity: low, pattern: 'brok(?<secret>\\d{1,9})', "
    "examples: ['brok{nonsense', 'brok2'], negatives: ['a', 'b']}\n"
    "- {id: dear, name: n, category: key, severity: low, pattern: '[a-f0-9]{32}', "
    "examples: ['{hex:32}', '{hex:33}'], negatives: ['a', 'b']}\n";

static void examples_and_negatives_are_held(void **state)
{
    (void)state;
    struct told told = { "" };
    const struct rule_report report = { tell, &told };
    struct check_result result = { 0 };
    struct error err;
    struct ruleset *set = ruleset_new();
    assert_int_equal(ruleset_add_yaml(set, slice_str(rules), "t.yaml", RULES_WITH_EXAMPLES, &report), 0);
    assert_int_equal(check_examples(set, &result, &report, &err), 0);
    assert_int_equal(result.examples, 10);
    assert_int_equal(result.negatives, 10);
    assert_int_equal(result.failed, 3);
    assert_non_null(strstr(told.text, "t.yaml:3: misses: example 2 is not found"));
    assert_non_null(strstr(told.text, "t.yaml:4: overdoes: negative 2 is found"));
    assert_non_null(strstr(told.text, "t.yaml:5: broken: example 1: "));
    ruleset_free(set);
}

static void the_dearest_rule_is_named_first(void **state)
{
    (void)state;
    struct told told = { "" };
    const struct rule_report report = { tell, &told };
    const struct check_printer printer = { print_line, &told };
    struct check_result result = { 0 };
    struct error err;
    struct ruleset *set = ruleset_new();
    assert_int_equal(ruleset_add_yaml(set, slice_str(rules), "t.yaml", RULES_WITH_EXAMPLES, &report), 0);
    assert_int_equal(check_costs(set, &result, &err), 0);
    assert_int_equal(result.worst_count, 5);
    assert_string_equal(result.worst[0].rule->id, "dear");
    assert_true(result.worst[0].matches > 0);
    for (size_t i = 1; i < result.worst_count; i++)
        assert_true(result.worst[i].nanoseconds <= result.worst[i - 1].nanoseconds);
    check_print(&result, &printer);
    assert_non_null(strstr(told.text, "dear"));
    ruleset_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_and_negatives_are_held),
        cmocka_unit_test(the_dearest_rule_is_named_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
