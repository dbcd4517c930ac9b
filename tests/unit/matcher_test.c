/* matcher_test.c - the matcher gives what PCRE2 over the whole text would, each match once and in its place. */
#include "unit/match_kit.h"

#include "match/engine_parts.h"

#define RULE(id, pattern) "- {id: " id ", name: n, category: key, severity: low, pattern: '" pattern "'}\n"

/* Between them: repeats at either end, look-around, alternatives, several lines, a pattern given with `find`, atomic groups. */
static const char many_rules[] =
    "rules:\n" RULE("plain", "tok_[a-z0-9]{4}") RULE("repeat-at-end", "tok_(?<secret>[a-z0-9]{2,20})")
        RULE("repeat-at-start", "[a-z.]{0,30}id(?<secret>\\d{3})") RULE("repeat-in-group-at-start",
                                                                        "(?<host>[a-z]{1,9})@x(?<secret>\\d)")
            RULE("two-digits-lazy", "foo(?<secret>\\d{2,9}?)") RULE("adjacent", "ab{1,3}") RULE(
                "look-behind", "(?<![a-z])x(?<secret>\\d{2})(?!z)") RULE("atomic", "(?>k{1,3})(?<secret>\\d)")
                RULE("alternatives", "(?:ab|tok|id)[ =]{1,2}(?<secret>\\w{2,8})\\b|zz(?:top)?")
                    RULE("caseless", "(?i)pass\\w{0,5}[ :]{1,2}(?<secret>\\S{4,12})")
                        RULE("several-lines", "BEGIN\\n(?<secret>(?:[a-z]{1,8}\\n){1,20}?)END")
                            RULE("line-ends", "^> (?<secret>x\\d{1,3})$")
                                RULE("to-the-end", "q(?:[^a-z]|\\z)") RULE("not-over-lines", "q.{0,40}z")
                                    RULE("possessive", "b{2,5}+(?<secret>\\d)")
                                        RULE("repeated-groups",
                                             "(?:[a-z]{1,3}=){2}(?<secret>\\d)|foo(?:\\d[ab]{1,3}){1,2}")
                                            RULE("alternatives-at-the-ends",
                                                 "(?:[xz]{2,9}|ab{0,3})(?<secret>\\d)(?:[a-z]|\\d{1,5}"
                                                 ")") "- {id: with-find, name: n, category: key, "
                                                      "severity: low, find: 'w\\d\\d', pattern: "
                                                      "'u{0,9}w(?<secret>\\d{2,30})v{0,9}'}\n"
                                                      "- {id: wide, name: n, category: key, severity: "
                                                      "low, pattern: 'L[a-z0-9 \\n]{0,300}R'}\n";

static const char *const pieces[] = {
    "tok_", "a",   "b",  "abb", "id1", "23", "4",    "foo",  "x12",        "z",       "kk7",
    "@x",   " ",   "=",  "zz",  "top", "\n", "> x1", "pass", "PASSword: ", "BEGIN\n", "END",
    "q",    "uuw", "56", "vv",  "L",   "R",  ".",    "\n\n", "bbb9",       "ab=",     "4=",
};

static void make_text(struct buffer *out, struct prng *prng, size_t len)
{
    buffer_clear(out);
    while (out->len < len)
        buffer_put_str(out, pieces[prng_below(prng, sizeof pieces / sizeof *pieces)]);
}

struct span {
    size_t rule;
    uint64_t offset, end;
};

static int by_span(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

/* What PCRE2 finds by itself. */
static size_t expected_spans(const struct kit *kit, struct slice text, struct span *spans, size_t max)
{
    size_t count = 0;
    pcre2_match_data *data = pcre2_match_data_create(16, NULL);
    for (size_t r = 0; r < kit->set->count; r++) {
        struct program program;
        assert_int_equal(program_init(&program, kit->set->rules[r].pattern, NULL), 0);
        const PCRE2_SIZE *at = pcre2_get_ovector_pointer(data);
        for (size_t from = 0; pcre2_match(program.code, text.ptr, text.len, from, 0, data, NULL) > 0;
             from = at[1]) {
            size_t group = at[2 * program.secret] == PCRE2_UNSET ? 0 : program.secret;
            assert_true(count < max);
            spans[count++] = (struct span){ r, at[2 * group], at[2 * group + 1] };
        }
        program_release(&program);
    }
    pcre2_match_data_free(data);
    return count;
}

static size_t given_spans(const struct kit *kit, struct span *spans)
{
    size_t count = 0;
    for (size_t i = 0; i < kit->count; i++)
        if (kit->matches[i].view == VIEW_TEXT)
            spans[count++] = (struct span){ (size_t)(kit->matches[i].rule - kit->set->rules),
                                            kit->matches[i].offset, kit->matches[i].end };
    return count;
}

static void assert_equal_spans(const struct kit *kit, struct span *want, size_t wanted)
{
    struct span *given = calloc(kit->count + 1, sizeof *given);
    size_t count = given_spans(kit, given);
    qsort(want, wanted, sizeof *want, by_span);
    qsort(given, count, sizeof *given, by_span);
    for (size_t i = 0; i < wanted && i < count; i++)
        if (by_span(&want[i], &given[i]) != 0)
            fail_msg("%s: wanted [%llu, %llu), got %s [%llu, %llu)", kit->set->rules[want[i].rule].id,
                     (unsigned long long)want[i].offset, (unsigned long long)want[i].end,
                     kit->set->rules[given[i].rule].id, (unsigned long long)given[i].offset,
                     (unsigned long long)given[i].end);
    assert_int_equal(count, wanted);
    free(given);
}

enum { SPANS_MAX = 100000 };

static void finds_what_pcre2_finds_over_the_whole_text(void **state)
{
    (void)state;
    struct kit kit;
    struct buffer text;
    struct prng prng;
    struct span *want = calloc(SPANS_MAX, sizeof *want);
    kit_init(&kit, many_rules);
    buffer_init(&text, 1024 * 1024);
    prng_init(&prng, slice_str("whole"));
    size_t total = 0, hit_rules = 0;
    bool seen[64] = { false };
    for (int round = 0; round < 300; round++) {
        make_text(&text, &prng, 20 + prng_below(&prng, 3000));
        size_t wanted = expected_spans(&kit, buffer_slice(&text), want, SPANS_MAX);
        kit_scan(&kit, buffer_slice(&text));
        assert_equal_spans(&kit, want, wanted);
        for (size_t i = 0; i < wanted; i++)
            seen[want[i].rule] = true;
        total += wanted;
    }
    for (size_t r = 0; r < kit.set->count; r++) {
        if (!seen[r])
            print_message("never matched: %s\n", kit.set->rules[r].id);
        hit_rules += seen[r];
    }
    assert_int_equal(hit_rules, kit.set->count);
    assert_true(total > 20000);
    buffer_release(&text);
    kit_release(&kit);
    free(want);
}

static void finds_the_same_whatever_the_blocks(void **state)
{
    (void)state;
    struct kit kit;
    struct buffer text;
    struct prng prng;
    struct span *want = calloc(SPANS_MAX, sizeof *want);
    kit_init(&kit, many_rules);
    buffer_init(&text, 1024 * 1024);
    prng_init(&prng, slice_str("blocks"));
    size_t overlap = matcher_overlap(kit.matcher);
    for (int round = 0; round < 60; round++) {
        make_text(&text, &prng, 4 * overlap + prng_below(&prng, 20000));
        size_t wanted = expected_spans(&kit, buffer_slice(&text), want, SPANS_MAX);
        kit_scan_blocks(&kit, buffer_slice(&text), 2 * overlap + 1 + prng_below(&prng, overlap));
        assert_equal_spans(&kit, want, wanted);
    }
    buffer_release(&text);
    kit_release(&kit);
    free(want);
}

/* Line, column and quote as counting from the start says. */
static void check_place(const struct kit_match *match, struct slice text)
{
    struct slice before = slice_sub(text, 0, (size_t)match->offset);
    uint64_t line = 1, column = 1;
    size_t start = 0;
    for (size_t i = 0; i < before.len; i++) {
        column += (before.ptr[i] & 0xC0) != 0x80;
        if (before.ptr[i] == '\n') {
            line++;
            column = 1;
            start = i + 1;
        }
    }
    assert_int_equal(match->line, line);
    assert_int_equal(match->column, column);
    assert_int_equal(match->is_quoted, text.ptr[start] == '>' || text.ptr[start] == '|');
}

static void places_are_right_in_any_block(void **state)
{
    (void)state;
    static const char *const filler[] = {
        "word ", "\xC3\xA4\xE2\x82\xAC ", "\n", "\n> ", "\n|", "\n\n", "x"
    };
    struct kit kit;
    struct buffer text;
    struct prng prng;
    kit_init(&kit, "rules:\n" RULE("n", "<(?<secret>\\d{3})>"));
    buffer_init(&text, 1024 * 1024);
    prng_init(&prng, slice_str("places"));
    while (text.len < 60000) {
        size_t pick = prng_below(&prng, 40);
        buffer_put_str(&text, pick == 0 ? "<123>" : filler[prng_below(&prng, pick < 8 ? 7 : 2)]);
    }
    for (size_t block_max = 1400; block_max < 70000; block_max = block_max * 3 / 2) {
        kit_scan_blocks(&kit, buffer_slice(&text), block_max);
        assert_true(kit.count > 50);
        for (size_t i = 0; i < kit.count; i++)
            check_place(&kit.matches[i], buffer_slice(&text));
    }
    buffer_release(&text);
    kit_release(&kit);
}

static void the_same_span_in_two_views_comes_once(void **state)
{
    (void)state;
    struct kit kit;
    kit_init(&kit, "rules:\n" RULE("n", "key=(?<secret>\\d{4})"));
    struct slice text = slice_str("<b>key=1234</b> key=<i>5678</i>");
    const struct text_map_pair pairs[] = { { 0, 3 }, { 8, 15 }, { 13, 23 } };
    const struct text_view views[] = {
        { VIEW_TEXT, text, { NULL, 0 } },
        { VIEW_HTML, slice_str("key=1234 key=5678"), { pairs, 3 } },
    };
    const struct text_block block = { text, 0, 0, true, views, 2 };
    matcher_begin(kit.matcher, &kit.sink);
    matcher_block(kit.matcher, &block);
    assert_int_equal(kit.count, 2);
    assert_int_equal(kit.matches[0].view, VIEW_TEXT);
    assert_int_equal(kit.matches[0].offset, 7);
    assert_int_equal(kit.matches[1].view, VIEW_HTML);
    assert_int_equal(kit.matches[1].offset, 23);
    assert_int_equal(kit.matches[1].end, 27);
    assert_string_equal(kit.matches[1].secret, "5678");
    kit_release(&kit);
}

/* The same text under another name, with a map: what no phase kept from block to block can help. */
static void a_second_view_is_settled_block_by_block(void **state)
{
    (void)state;
    struct kit kit;
    struct buffer text;
    const struct text_map_pair pairs[] = { { 0, 0 } };
    kit_init(&kit, "rules:\n" RULE("n", "<(?<secret>\\d{3})>"));
    buffer_init(&text, 64 * 1024);
    while (text.len < 8000)
        buffer_put_str(&text, "<123>");
    size_t overlap = matcher_overlap(kit.matcher), half = text.len / 2;
    const struct slice parts[] = { slice_sub(buffer_slice(&text), 0, half),
                                   slice_skip(buffer_slice(&text), half - overlap) };
    matcher_begin(kit.matcher, &kit.sink);
    for (size_t i = 0; i < 2; i++) {
        const struct text_view view = { VIEW_HTML, parts[i], { pairs, 1 } };
        const struct text_block block = {
            parts[i], i ? half - overlap : 0, i ? overlap : 0, i == 1, &view, 1
        };
        matcher_block(kit.matcher, &block);
    }
    assert_int_equal(kit.count, text.len / 5);
    for (size_t i = 0; i < kit.count; i++)
        assert_int_equal(kit.matches[i].offset, i * 5 + 1);
    buffer_release(&text);
    kit_release(&kit);
}

static void context_is_cut_at_characters(void **state)
{
    (void)state;
    struct kit kit;
    kit_init(&kit, "rules:\n" RULE("n", "=(?<secret>\\d{4})"));
    kit_scan_str(&kit, "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC="
                       "1234\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC");
    assert_int_equal(kit.count, 1);
    assert_string_equal(kit.matches[0].before,
                        "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC=");
    assert_string_equal(kit.matches[0].after, "\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC");
    kit_release(&kit);
}

static void captures_say_what_it_opens(void **state)
{
    (void)state;
    struct kit kit;
    kit_init(&kit, "rules:\n" RULE("n", "(?<user>[a-z]{1,9}):(?<secret>\\d{4})"));
    kit_scan_str(&kit, "login alice:1234");
    assert_int_equal(kit.count, 1);
    assert_string_equal(kit.matches[0].user, "alice");
    kit_release(&kit);
}

/* Nested repeats: each start costs 2^n steps unless something stops it. */
static void a_runaway_rule_is_stopped_and_told(void **state)
{
    (void)state;
    struct kit kit;
    struct buffer text;
    const struct rule *rule = NULL;
    kit_init(&kit, "rules:\n"
                   "- {id: runaway, name: n, category: key, severity: low, find: '!', width: 200, pattern: "
                   "'(?:(?:a{1,9}){1,9}){1,9}!b(?<secret>c)'}\n" RULE("other", "ok(?<secret>\\d)"));
    buffer_init(&text, 1024 * 1024);
    for (int i = 0; i < 400; i++)
        buffer_put_str(&text, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!bd c");
    buffer_put_str(&text, "ok1");
    clock_t start = clock();
    kit_scan(&kit, buffer_slice(&text));
    assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 10);
    assert_int_equal(kit.count, 1);
    assert_true(matcher_limit_hits(kit.matcher, &rule) > 0);
    assert_string_equal(rule->id, "runaway");
    kit_scan_str(&kit, "ok2");
    assert_int_equal(matcher_limit_hits(kit.matcher, &rule), 0);
    buffer_release(&text);
    kit_release(&kit);
}

static void a_selection_can_use_a_larger_database(void **state)
{
    (void)state;
    const struct rule_report report = { kit_mistake, NULL };
    const char *only[] = { "repeat-at-e*" };
    struct error err;
    struct buffer database;
    struct ruleset *set = ruleset_new();
    assert_int_equal(ruleset_add_yaml(set, slice_str(many_rules), "t", RULES_WITHOUT_EXAMPLES, &report), 0);
    buffer_init(&database, 64 * 1024 * 1024);
    assert_int_equal(engine_compile(set, ENGINE_GENERIC, &database, &report, &err), 0);
    assert_int_equal(ruleset_select(set, only, 1, NULL, 0, RULES_DROPPED, &err), 0);
    struct engine *engine = engine_new(set, buffer_slice(&database), &err);
    assert_non_null(engine);
    struct kit kit = { .set = set, .engine = engine, .matcher = matcher_new(engine, 0, &err) };
    kit.sink = (struct match_sink){ kit_match_put, NULL, &kit };
    kit_scan_str(&kit, "tok_ab12 id123 abb");
    assert_int_equal(kit.count, 1);
    assert_string_equal(kit.matches[0].secret, "ab12");
    buffer_release(&database);
    kit_release(&kit);
}

static void a_database_without_the_rule_is_refused(void **state)
{
    (void)state;
    const struct rule_report report = { kit_mistake, NULL };
    struct error err;
    struct buffer database;
    struct ruleset *small = ruleset_new(), *other = ruleset_new();
    assert_int_equal(
        ruleset_add_yaml(small, slice_str("rules:\n" RULE("a", "abc")), "t", RULES_WITHOUT_EXAMPLES, &report),
        0);
    assert_int_equal(
        ruleset_add_yaml(other, slice_str("rules:\n" RULE("a", "abd")), "t", RULES_WITHOUT_EXAMPLES, &report),
        0);
    buffer_init(&database, 64 * 1024 * 1024);
    assert_int_equal(engine_compile(small, ENGINE_GENERIC, &database, &report, &err), 0);
    assert_null(engine_new(other, buffer_slice(&database), &err));
    assert_int_equal(err.kind, ERROR_FORMAT);
    for (size_t len = 0; len < database.len; len += 1 + database.len / 64)
        assert_null(engine_new(small, slice_sub(buffer_slice(&database), 0, len), &err));
    buffer_release(&database);
    ruleset_free(small);
    ruleset_free(other);
}

static void no_rules_find_nothing(void **state)
{
    (void)state;
    struct kit kit;
    kit_init(&kit, "rules: []\n");
    kit_scan_str(&kit, "anything");
    assert_int_equal(kit.count, 0);
    kit_release(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_pcre2_finds_over_the_whole_text),
        cmocka_unit_test(finds_the_same_whatever_the_blocks),
        cmocka_unit_test(places_are_right_in_any_block),
        cmocka_unit_test(the_same_span_in_two_views_comes_once),
        cmocka_unit_test(a_second_view_is_settled_block_by_block),
        cmocka_unit_test(context_is_cut_at_characters),
        cmocka_unit_test(captures_say_what_it_opens),
        cmocka_unit_test(a_runaway_rule_is_stopped_and_told),
        cmocka_unit_test(a_selection_can_use_a_larger_database),
        cmocka_unit_test(a_database_without_the_rule_is_refused),
        cmocka_unit_test(no_rules_find_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
