/* engine_use_test.c - an engine for little text, whose programs are compiled late and interpreted, finds what one for much does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "match/matcher.h"
#include "match/rule_packed.h"

static const char yaml[] = "rules:\n"
                           "  - id: plain\n"
                           "    name: Plain\n"
                           "    category: saas\n"
                           "    severity: high\n"
                           "    pattern: 'plain_(?<user>[a-z]{2,8})_(?<secret>[0-9]{6})'\n"
                           "    validate: [not-placeholder, 'entropy:1']\n"
                           "    opens: {service: Plain}\n"
                           "    rotate: change it\n"
                           "  - id: found\n"
                           "    family: plain\n"
                           "    name: \"Two\\tlines\"\n"
                           "    category: key\n"
                           "    severity: info\n"
                           "    verdict: contextual\n"
                           "    pattern: 'found(?=[ ]{1,4}here)'\n"
                           "    find: 'found'\n"
                           "  - id: named\n"
                           "    name: Named\n"
                           "    category: saas\n"
                           "    severity: low\n"
                           "    vendor: acmecorp\n";

static void tell(void *ctx, const char *file, unsigned line, const char *message)
{
    (void)ctx;
    print_error("%s:%u: %s\n", file, line, message);
}

static const struct rule_report report = { tell, NULL };

static struct ruleset *read_yaml(void)
{
    struct ruleset *set = ruleset_new();
    assert_int_equal(ruleset_add_yaml(set, slice_str(yaml), "test.yaml", RULES_WITHOUT_EXAMPLES, &report), 0);
    return set;
}

struct sum {
    unsigned count;
    uint64_t places;
};

static void add_match(void *ctx, const struct match *match)
{
    struct sum *sum = ctx;
    sum->count++;
    sum->places += match->offset * 31 + match->end;
}

static struct sum scan(enum engine_use use, const struct ruleset *set, struct slice database)
{
    static const char text[] =
        "plain_bob_480213 found  here, found there, acmecorp_api_key = 9f8e7d6c5b4a39281706f5e4d3c2b1a0 .\n\n"
        "plain_eve_775310";
    struct sum sum = { 0 };
    const struct match_sink sink = { add_match, NULL, &sum };
    struct text_view view = { VIEW_TEXT, slice_str(text), { NULL, 0 } };
    const struct text_block block = { .text = view.text, .is_last = true, .views = &view, .view_count = 1 };
    struct engine *engine = engine_new_for(use, set, database, NULL);
    assert_non_null(engine);
    struct matcher *matcher = matcher_new(engine, 8, NULL);
    assert_non_null(matcher);
    matcher_begin(matcher, &sink);
    matcher_block(matcher, &block);
    matcher_free(matcher);
    engine_free(engine);
    return sum;
}

static void little_finds_what_much_does(void **state)
{
    struct ruleset *set = read_yaml(), *packed_set = ruleset_new();
    struct buffer packed, database;
    (void)state;
    buffer_init(&packed, 1 << 20);
    buffer_init(&database, 1 << 26);
    ruleset_pack(set, ENGINE_GENERIC, &packed);
    assert_int_equal(ruleset_add_packed(packed_set, buffer_slice(&packed), "packed", NULL), 0);
    assert_int_equal(engine_compile(set, ENGINE_GENERIC, &database, &report, NULL), 0);
    struct sum much = scan(ENGINE_FOR_MUCH, set, buffer_slice(&database));
    struct sum little = scan(ENGINE_FOR_LITTLE, packed_set, buffer_slice(&database));
    assert_int_equal(much.count, 4);
    assert_int_equal(little.count, much.count);
    assert_int_equal(little.places, much.places);
    buffer_release(&packed);
    buffer_release(&database);
    ruleset_free(set);
    ruleset_free(packed_set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(little_finds_what_much_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
