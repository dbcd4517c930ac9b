/* prose_set_test.c - the labelled sets of tests/prose through the real matcher: recall and mentions raised, by language.
 *
 * Each set has a part that weights and words are tuned to and one that is only measured: of our own sets every fourth line of a label,
 * of the strangers' set and the outside one the odd lines, of the kept one all. PROSE_SHOW=de prints what went wrong with that language
 * in the tuned part, PROSE_SHOW=all with all of them. The other part is never shown. PROSE_PART=A counts only the tuned part of the first two.
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

/* A folder of sets, a file a language. */
struct collection {
    const char *folder, *part_names[PARTS];
    bool is_template;  /* values are templates of validate/maker.h */
    bool is_by_lines;  /* odd lines are set aside; else every fourth of a label */
    bool is_cut;       /* a middle dot cuts each value in two, so that no file holds one */
    bool is_kept;      /* all lines are set aside: only counted, never shown */
    bool is_partial;   /* some languages have no file */
    bool is_aside_due; /* the limits hold for the part that is set aside too */
};

static const struct collection own = { .folder = "tests/prose",
                                       .part_names = { "tuned", "aside" },
                                       .is_template = true };
static const struct collection varied = { .folder = "tests/prose/varied",
                                          .part_names = { "tuned", "aside" },
                                          .is_cut = true };
static const struct collection second = { .folder = "tests/prose/second",
                                          .part_names = { "tuned", "aside" },
                                          .is_cut = true };
static const struct collection office = { .folder = "tests/prose/office",
                                          .part_names = { "tuned", "aside" },
                                          .is_cut = true };
static const struct collection scenes = { .folder = "tests/prose/scenes",
                                          .part_names = { "tuned", "aside" },
                                          .is_cut = true };
static const struct collection plain = { .folder = "tests/prose/plain",
                                         .part_names = { "tuned", "aside" },
                                         .is_cut = true };
static const struct collection letters = {
    .folder = "tests/prose/letters", .part_names = { "tuned", "aside" }, .is_partial = true, .is_cut = true
};
static const struct collection replies = {
    .folder = "tests/prose/replies", .part_names = { "tuned", "aside" }, .is_partial = true, .is_cut = true
};
static const struct collection strangers = { .folder = "tests/prose/stranger",
                                             .part_names = { "A", "B" },
                                             .is_by_lines = true };
static const struct collection outside = {
    .folder = "tests/prose/outside", .part_names = { "even", "odd" }, .is_by_lines = true, .is_cut = true
};

static const struct collection kept = {
    .folder = "tests/prose/kept", .part_names = { "none", "kept" }, .is_kept = true, .is_cut = true
};

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
    if (match->rule->pair.is_untold)
        return;
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
    if (!wanted || (strcmp(wanted, "all") != 0 && strcmp(wanted, language) != 0) || part == ASIDE)
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

/* False where the language has no file. */
static bool read_set(const struct collection *collection, const char *language, struct buffer *out)
{
    char path[64], part[4096];
    snprintf(path, sizeof path, "%s/%s.tsv", collection->folder, language);
    FILE *file = fopen(path, "r");
    if (!file && collection->is_partial)
        return false;
    assert_non_null(file);
    for (size_t got; (got = fread(part, 1, sizeof part, file)) > 0;)
        buffer_put(out, slice_of(part, got));
    fclose(file);
    return true;
}

static void make_line(const struct collection *collection, struct slice marked, struct prng *prng,
                      struct buffer *made)
{
    static const char cut[] = "\xc2\xb7";
    struct error err = { 0 };
    buffer_clear(made);
    if (collection->is_cut)
        for (size_t at = 0, end; at < marked.len; at = end + strlen(cut)) {
            end = slice_find(marked, at, slice_str(cut));
            end = end == SLICE_NONE ? marked.len : end;
            buffer_put(made, slice_sub(marked, at, end - at));
        }
    else if (!collection->is_template)
        buffer_put(made, marked);
    else if (maker_expand(marked, prng, made, &err) < 0)
        fail_msg("'%.*s' %s", (int)marked.len, (const char *)marked.ptr, err.message);
}

static bool is_hidden(const struct collection *collection, bool is_odd)
{
    return collection->is_by_lines && is_odd && getenv("PROSE_PART");
}

static bool try_language(struct world *world, const struct collection *collection, const char *language,
                         struct score *score)
{
    struct buffer set, made;
    struct slice line, rest;
    unsigned counts[2] = { 0, 0 }, number = 0;
    struct prng prng;
    buffer_init(&set, FILE_MAX);
    buffer_init(&made, FILE_MAX);
    bool is_there = read_set(collection, language, &set);
    prng_init(&prng, slice_str(language));
    for (rest = buffer_slice(&set); slice_eat_line(&rest, &line) == 1;) {
        size_t tab = slice_find_byte(line, 0, '\t');
        bool is_credential = slice_starts_with(line, "credential");
        bool is_odd = ++number % 2, is_fourth = counts[is_credential]++ % 4 == 3;
        assert_true(tab != SLICE_NONE);
        make_line(collection, slice_skip(slice_chomp(line), tab + 1), &prng, &made);
        if (is_hidden(collection, is_odd))
            continue;
        enum part part =
            collection->is_kept || (collection->is_by_lines ? is_odd : is_fourth) ? ASIDE : TUNED;
        try_line(world, score, language, part, is_credential, buffer_slice(&made));
    }
    buffer_release(&set);
    buffer_release(&made);
    return is_there;
}

static unsigned percent(unsigned part, unsigned whole)
{
    return whole ? part * 100 / whole : 0;
}

/* tests/quality/measure.py reads this. */
static void print_score(const struct collection *collection, const char *language, const struct score *s)
{
    print_message("# %-3s", language);
    for (int part = 0; part < PARTS; part++)
        print_message("  %s: found %u/%u (exactly %u) raised %u/%u", collection->part_names[part],
                      s->found[part], s->credentials[part], s->exact[part], s->raised[part],
                      s->mentions[part]);
    print_message("\n");
}

static bool is_good(const struct score *s, enum part part)
{
    return percent(s->found[part], s->credentials[part]) >= RECALL_LEAST &&
           s->raised[part] * 100 <= RAISED_MOST * s->mentions[part];
}

static unsigned try_collection(struct world *world, const struct collection *collection)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++) {
        struct score score = { .found = { 0 } };
        if (!try_language(world, collection, languages[i], &score))
            continue;
        print_score(collection, languages[i], &score);
        wrong += !is_good(&score, collection->is_kept ? ASIDE : TUNED) ||
                 (collection->is_aside_due && !is_good(&score, ASIDE));
    }
    return wrong;
}

static void every_language_is_read(void **state)
{
    assert_int_equal(try_collection(*state, &own), 0);
}

static void varied_sentences_are_read(void **state)
{
    print_message("# varied: %u languages fall short\n", try_collection(*state, &varied));
    print_message("# second: %u languages fall short\n", try_collection(*state, &second));
    print_message("# office: %u languages fall short\n", try_collection(*state, &office));
    print_message("# plain: %u languages fall short\n", try_collection(*state, &plain));
    print_message("# letters: %u languages fall short\n", try_collection(*state, &letters));
    print_message("# replies: %u languages fall short\n", try_collection(*state, &replies));
    print_message("# scenes: %u languages fall short\n", try_collection(*state, &scenes));
}

static void strangers_are_read(void **state)
{
    print_message("# strangers: %u languages fall short\n", try_collection(*state, &strangers));
    print_message("# outside: %u languages fall short\n", try_collection(*state, &outside));
    print_message("# kept: %u languages fall short\n", try_collection(*state, &kept));
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
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_language_is_read),
                                        cmocka_unit_test(varied_sentences_are_read),
                                        cmocka_unit_test(strangers_are_read) };
    return cmocka_run_group_tests_name("prose/set", tests, setup, teardown);
}
