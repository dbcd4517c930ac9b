/* prose_set_test.c - the labelled set of tests/prose through the real matcher: recall and mentions raised, by language.
 *
 * Every fourth line of a label is set aside: the weights are not tuned to it, and it is counted apart. PROSE_SHOW=de prints what
 * went wrong with that language (in the lines that are not set aside), PROSE_SHOW=all with all of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "match/engine.h"
#include "match/matcher.h"
#include "match/rule_packed.h"
#include "validate/maker.h"

#define RECALL_LEAST 90 /* percent */
#define RAISED_MOST 5
#define FILE_MAX ((size_t)1024 * 1024)
#define SPANS_MAX 16

static const char *const languages[] = { "en", "de", "fr", "es", "pt", "it", "nl", "pl",
                                         "cs", "ru", "uk", "tr", "zh", "ja", "ko", "sv" };

enum part { TUNED, ASIDE, PARTS };

struct score {
    unsigned credentials[PARTS], found[PARTS], exact[PARTS];
    unsigned mentions[PARTS], raised[PARTS];
};

struct span {
    size_t start, end;
};

struct spans {
    struct span at[SPANS_MAX];
    size_t count;
};

struct world {
    struct ruleset *set;
    struct engine *engine;
    struct matcher *matcher;
    struct spans found; /* of the text at hand */
    char why[256];      /* what the last rule said */
};

static void spans_add(struct spans *spans, size_t start, size_t end)
{
    if (spans->count < SPANS_MAX)
        spans->at[spans->count++] = (struct span){ start, end };
}

static void take_match(void *ctx, const struct match *match)
{
    struct world *world = ctx;
    spans_add(&world->found, (size_t)match->offset, (size_t)match->end);
    snprintf(world->why, sizeof world->why, "%s: '%.*s' %s", match->rule->id, (int)match->secret.len,
             (const char *)match->secret.ptr, match->why);
}

static void take_rejected(void *ctx, const struct match_rejected *rejected)
{
    struct world *world = ctx;
    if (!world->found.count)
        snprintf(world->why, sizeof world->why, "%s: %s", rejected->rule->id, rejected->why);
}

static void scan(struct world *world, struct slice text)
{
    const struct match_sink sink = { take_match, take_rejected, world };
    const struct text_view view = { .view = VIEW_TEXT, .text = text };
    const struct text_block block = { .text = text, .is_last = true, .views = &view, .view_count = 1 };
    world->found.count = 0;
    world->why[0] = 0;
    matcher_begin(world->matcher, &sink);
    matcher_block(world->matcher, &block);
}

/* `\n` and `\t` become what they stand for; the values stand between `[[` and `]]`, which go. */
static void unmark(struct slice made, struct buffer *text, struct spans *values)
{
    size_t start = 0;
    for (size_t i = 0; i < made.len; i++) {
        struct slice two = slice_sub(made, i, 2);
        if (slice_is_equal(two, slice_str("[["))) {
            start = text->len;
        } else if (slice_is_equal(two, slice_str("]]"))) {
            spans_add(values, start, text->len);
        } else if (slice_is_equal(two, slice_str("\\n")) || slice_is_equal(two, slice_str("\\t"))) {
            buffer_put_byte(text, two.ptr[1] == 'n' ? '\n' : '\t');
        } else {
            buffer_put_byte(text, made.ptr[i]);
            continue;
        }
        i++;
    }
}

/* How many of VALUES overlap a match; *EXACT: how many are one. */
static unsigned count_found(const struct spans *values, const struct spans *matches, unsigned *exact)
{
    unsigned found = 0;
    for (size_t v = 0; v < values->count; v++) {
        bool is_found = false, is_exact = false;
        for (size_t m = 0; m < matches->count; m++) {
            const struct span *a = &values->at[v], *b = &matches->at[m];
            is_found |= a->start < b->end && b->start < a->end;
            is_exact |= a->start == b->start && a->end == b->end;
        }
        found += is_found;
        *exact += is_exact;
    }
    return found;
}

static void show(const char *language, enum part part, const char *what, struct slice text, const char *why)
{
    const char *wanted = getenv("PROSE_SHOW");
    const char *aside = getenv("PROSE_SHOW_ASIDE");
    if (!wanted || (strcmp(wanted, "all") != 0 && strcmp(wanted, language) != 0) || (part == ASIDE && !aside))
        return;
    print_message("# %s %s: %.*s\n#      %s\n", language, what, (int)text.len, (const char *)text.ptr, why);
}

static void try_line(struct world *world, struct score *score, const char *language, enum part part,
                     bool is_credential, struct slice made)
{
    struct buffer text;
    struct spans values = { .count = 0 };
    unsigned exact = 0;
    buffer_init(&text, FILE_MAX);
    unmark(made, &text, &values);
    scan(world, buffer_slice(&text));
    if (is_credential) {
        unsigned found = count_found(&values, &world->found, &exact);
        score->credentials[part]++;
        score->found[part] += found > 0;
        score->exact[part] += exact == values.count;
        if (found == 0)
            show(language, part, "misses", buffer_slice(&text), world->why);
        else if (exact < values.count)
            show(language, part, "finds a part of", buffer_slice(&text), world->why);
    } else {
        score->mentions[part]++;
        score->raised[part] += world->found.count > 0;
        if (world->found.count)
            show(language, part, "raises", buffer_slice(&text), world->why);
    }
    buffer_release(&text);
}

static void read_set(const char *language, struct buffer *out)
{
    char path[64], part[4096];
    snprintf(path, sizeof path, "tests/prose/%s.tsv", language);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    for (size_t got; (got = fread(part, 1, sizeof part, file)) > 0;)
        buffer_put(out, slice_of(part, got));
    fclose(file);
}

static void try_language(struct world *world, const char *language, struct score *score)
{
    struct buffer set, made;
    struct slice line, rest;
    unsigned counts[2] = { 0, 0 };
    struct prng prng;
    buffer_init(&set, FILE_MAX);
    buffer_init(&made, FILE_MAX);
    read_set(language, &set);
    prng_init(&prng, slice_str(language));
    for (rest = buffer_slice(&set); slice_eat_line(&rest, &line) == 1;) {
        struct error err = { 0 };
        size_t tab = slice_find_byte(line, 0, '\t');
        bool is_credential = slice_starts_with(line, "credential");
        buffer_clear(&made);
        if (tab == SLICE_NONE || maker_expand(slice_skip(slice_chomp(line), tab + 1), &prng, &made, &err) < 0)
            fail_msg("%s: '%.*s' %s", language, (int)line.len, (const char *)line.ptr, err.message);
        enum part part = counts[is_credential]++ % 4 == 3 ? ASIDE : TUNED;
        try_line(world, score, language, part, is_credential, buffer_slice(&made));
    }
    buffer_release(&set);
    buffer_release(&made);
}

static unsigned percent(unsigned part, unsigned whole)
{
    return whole ? part * 100 / whole : 0;
}

static void print_score(const char *language, const struct score *s)
{
    print_message("# %-3s", language);
    for (int part = 0; part < PARTS; part++)
        print_message("  %s: found %u/%u (exactly %u) raised %u/%u", part == TUNED ? "tuned" : "aside",
                      s->found[part], s->credentials[part], s->exact[part], s->raised[part],
                      s->mentions[part]);
    print_message("\n");
}

static void every_language_is_read(void **state)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        struct score score = { .found = { 0 } };
        try_language(*state, languages[i], &score);
        print_score(languages[i], &score);
        wrong += percent(score.found[TUNED], score.credentials[TUNED]) < RECALL_LEAST ||
                 score.raised[TUNED] * 100 > RAISED_MOST * score.mentions[TUNED];
    }
    assert_int_equal(wrong, 0);
}

static int setup(void **state)
{
    static struct world world;
    struct error err = { 0 };
    world.set = ruleset_new();
    if (ruleset_add_packed(world.set, engine_builtin_rules(), "built-in", &err) < 0)
        return -1;
    world.engine = engine_new(world.set, engine_builtin_database(), &err);
    world.matcher = world.engine ? matcher_new(world.engine, 16, &err) : NULL;
    *state = &world;
    return world.matcher ? 0 : -1;
}

static int teardown(void **state)
{
    struct world *world = *state;
    matcher_free(world->matcher);
    engine_free(world->engine);
    ruleset_free(world->set);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_language_is_read) };
    return cmocka_run_group_tests_name("prose/set", tests, setup, teardown);
}
