/* patterns_test.c - the built-in rules: each finds all its examples and none of its negatives, through the real engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "match/engine.h"
#include "match/matcher.h"
#include "validate/maker.h"

#define SEEDS 6
#define RULES_LEAST 3000

struct world {
    struct ruleset *set;
    struct buffer database;
    struct engine *engine;
    struct matcher *matcher;
};

struct watch {
    const struct rule *rule;
    bool is_found;
    char why[160]; /* of the last rejection */
};

static void mistake_tell(void *ctx, const char *file, unsigned line, const char *message)
{
    (void)ctx;
    print_error("%s:%u: %s\n", file, line, message);
}

static void watch_match(void *ctx, const struct match *match)
{
    struct watch *watch = ctx;
    if (match->rule == watch->rule)
        watch->is_found = true;
}

static void watch_rejected(void *ctx, const struct match_rejected *rejected)
{
    struct watch *watch = ctx;
    if (rejected->rule == watch->rule)
        snprintf(watch->why, sizeof watch->why, "%s", rejected->why);
}

static bool is_found(struct world *world, struct slice text, struct watch *watch)
{
    const struct match_sink sink = { watch_match, watch_rejected, watch };
    const struct text_view view = { .view = VIEW_TEXT, .text = text };
    const struct text_block block = { .text = text, .is_last = true, .views = &view, .view_count = 1 };
    matcher_begin(world->matcher, &sink);
    matcher_block(world->matcher, &block);
    return watch->is_found;
}

/* Fill the template with a few seeds; how often it was not as WANTED. */
static unsigned try_template(struct world *world, const struct rule *rule, const char *text, bool wanted)
{
    unsigned wrong = 0;
    for (unsigned seed = 0; seed < SEEDS && !wrong; seed++) {
        char name[32];
        struct prng prng;
        struct buffer made;
        struct error err = { 0 };
        struct watch watch = { .rule = rule };
        snprintf(name, sizeof name, "patterns %u", seed);
        prng_init(&prng, slice_str(name));
        buffer_init(&made, (size_t)1024 * 1024);
        if (maker_expand(slice_str(text), &prng, &made, &err) < 0) {
            print_error("%s: %s\n", rule->id, err.message);
            wrong++;
        } else if (is_found(world, buffer_slice(&made), &watch) != wanted) {
            print_error("%s: %s '%s' (seed %u) %s\n", rule->id, wanted ? "misses" : "finds", text, seed,
                        watch.why);
            wrong++;
        }
        buffer_release(&made);
    }
    return wrong;
}

static void every_example_is_found(void **state)
{
    struct world *world = *state;
    unsigned wrong = 0;
    for (size_t r = 0; r < world->set->count; r++)
        for (size_t i = 0; i < world->set->rules[r].example_count; i++)
            wrong += try_template(world, &world->set->rules[r], world->set->rules[r].examples[i], true);
    assert_int_equal(wrong, 0);
}

static void no_negative_is_found(void **state)
{
    struct world *world = *state;
    unsigned wrong = 0;
    for (size_t r = 0; r < world->set->count; r++)
        for (size_t i = 0; i < world->set->rules[r].negative_count; i++)
            wrong += try_template(world, &world->set->rules[r], world->set->rules[r].negatives[i], false);
    assert_int_equal(wrong, 0);
}

static void every_rule_says_what_to_do(void **state)
{
    struct world *world = *state;
    assert_true(world->set->count >= RULES_LEAST);
    for (size_t r = 0; r < world->set->count; r++) {
        const struct rule *rule = &world->set->rules[r];
        if (!rule->service || !rule->rotate || !rule->reference)
            fail_msg("%s lacks opens, rotate or reference", rule->id);
    }
}

static int setup(void **state)
{
    static struct world world;
    const struct rule_report report = { mistake_tell, NULL };
    struct error err = { 0 };
    world.set = ruleset_new();
    buffer_init(&world.database, (size_t)256 * 1024 * 1024);
    if (ruleset_add_path(world.set, "patterns", RULES_WITH_EXAMPLES, &report) < 0 ||
        engine_compile(world.set, ENGINE_GENERIC, &world.database, &report, &err) < 0)
        return -1;
    world.engine = engine_new(world.set, buffer_slice(&world.database), &err);
    world.matcher = world.engine ? matcher_new(world.engine, 80, &err) : NULL;
    *state = &world;
    return world.matcher ? 0 : -1;
}

static int teardown(void **state)
{
    struct world *world = *state;
    matcher_free(world->matcher);
    engine_free(world->engine);
    buffer_release(&world->database);
    ruleset_free(world->set);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_is_found),
        cmocka_unit_test(no_negative_is_found),
        cmocka_unit_test(every_rule_says_what_to_do),
    };
    return cmocka_run_group_tests_name("patterns", tests, setup, teardown);
}
