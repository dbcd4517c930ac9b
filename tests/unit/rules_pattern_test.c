/* rules_pattern_test.c - what the loader reads out of patterns: widths, beginnings, what Hyperscan is given. */
#include "unit/rules_kit.h"

#include "match/engine_parts.h"
#include "match/pattern.h"

static const struct width_case {
    const char *pattern;
    size_t width; /* without the two bytes for anchors */
} width_cases[] = {
    { "abc", 3 },
    { "a{3}b{2,5}", 8 },
    { "a?b??c{0,4}+", 6 },
    { "(?:ab|c{9}|d){2,3}e", 28 },
    { "[]a-z[:digit:]\\]]{2}x", 3 },
    { "\\x{41}\\x41\\101\\d\\Q.*[\\E\\.", 8 },
    { "(?#a+)b(?i:c)(?-i)d", 3 },
    { "(?x) a b # c+ \n d", 3 },
    { "ab(?=cd{2})(?<!xyz)e", 9 },
    { "(?<secret>a)(?P<user>b)(?'x'c)", 3 },
    { "\xC3\xA4"
      "b",
      3 },
    { "a{2,3}{4}", 12 },
    { "x{,3}", 5 }, /* a literal to PCRE2 10.42 */
};

static void widths_are_summed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof width_cases / sizeof *width_cases; i++) {
        struct error err = { ERROR_NONE, "" };
        size_t width = 0;
        if (pattern_width(width_cases[i].pattern, &width, &err) < 0 || width != width_cases[i].width + 2)
            fail_msg("%s: %zu %s", width_cases[i].pattern, width, err.message);
    }
}

static const struct beginning_case {
    const char *pattern, *beginning;
    bool begins;
} beginning_cases[] = {
    { "(?i)(?:host|server)(?=[^/]{0,9}/)", "(?i)(?:host|server)", true },
    { "(?:a|b)c|d", "(?:a|b)", false }, /* "d" does not */
    { "(?:a|b)(?:c|d)", "(?:a|b)", true },
    { "abc?d", "abc", false }, /* "abd" does not */
    { "abc{2}", "abc", false },
    { "ab", "ab", false }, /* tells nothing new */
    { "xab", "ab", false },
    { "(?:ab)c", "(?:ab", false },
    { "[ab]c", "[ab", false },
};

static void a_pattern_begins_with_what_all_its_matches_begin_with(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof beginning_cases / sizeof *beginning_cases; i++) {
        const struct beginning_case *c = &beginning_cases[i];
        if (pattern_begins_with(c->pattern, c->beginning) != c->begins)
            fail_msg("%s begins with %s?", c->pattern, c->beginning);
    }
}

static void widths_are_no_less_than_hyperscans(void **state)
{
    (void)state;
    const struct rule_report report = { kit_mistake, NULL };
    struct ruleset *set = ruleset_new();
    if (access("patterns", R_OK) < 0)
        skip();
    assert_int_equal(ruleset_add_path(set, "patterns", RULES_WITHOUT_EXAMPLES, &report), 0);
    for (size_t i = 0; i < set->count; i++) {
        hs_expr_info_t *info = NULL;
        hs_compile_error_t *error = NULL;
        size_t width;
        if (hs_expression_info(set->rules[i].pattern, 0, &info, &error) == HS_SUCCESS &&
            pattern_width(set->rules[i].pattern, &width, NULL) == 0)
            assert_true(width >= info->max_width);
        hs_free_compile_error(error);
        free(info);
    }
    ruleset_free(set);
}

static const struct find_case {
    const char *pattern, *wanted;
} find_cases[] = {
    { "[a-z.]{0,50}?id\\d", "id\\d" },
    { "(?i)[a-z]{4,50}id(?<secret>\\d{3,9})", "(?i)[a-z]{4}id(?<secret>\\d{3})" },
    { "(?<host>[a-z]{2,9})@(?<secret>\\S{1,5}?)", "(?<host>[a-z]{2})@(?<secret>\\S{1})" },
    { "(?:[a-z]{2,9}=){2}x", "(?:[a-z]{2,9}=){2}x" },
    { "\\b[a-z]{2,9}=\\d{1,3}\\b", "\\b[a-z]{2,9}=\\d{1,3}\\b" },
    { "ab(?:c|d{1,3})?", "ab(?:c|d{1,3})?" },
    { "ab(?=c{1,3})", "ab(?=c{1,3})" },
    { "ab\\d?\\w{0,9}", "ab" },
    { "ab(?:cd){1,3}", "ab(?:cd){1,3}" },
    { "a(?:\xD0\xB6|\xD0\x96)+b", "a(?:\xD0[\xB6\x96])+b" },
    { "(?:\xD1\x80|\xD0\xA0)x(?:\xC4\xB1|I)", "(?:[\xD1\xD0][\x80\xA0])x(?:\xC4\xB1|I)" },
    { "\\Q(?:\xD0\xB6|\xD0\x96)\\E(?:\xD0\xB6|\xD0\x96|x)",
      "\\Q(?:\xD0\xB6|\xD0\x96)\\E(?:\xD0\xB6|\xD0\x96|x)" },
};

static void repeats_at_the_ends_are_cut_for_hyperscan(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof find_cases / sizeof *find_cases; i++) {
        struct buffer out;
        buffer_init(&out, 4096);
        pattern_put_find(find_cases[i].pattern, &out);
        buffer_put_byte(&out, 0);
        assert_string_equal((const char *)out.ptr, find_cases[i].wanted);
        buffer_release(&out);
    }
}

static void letters_beyond_ascii_match_in_both_cases(void **state)
{
    (void)state;
    struct kit kit;
    kit_init(
        &kit,
        "rules:\n"
        "- {id: a, name: n, category: prose, severity: low, pattern: '(?i)p\xC3\xA4ss(?-i)\xC3\xB6{1,4}?x'}\n"
        "- {id: b, name: n, category: prose, severity: low, width: 40, pattern: '\xD0\xBF\xD0\xB0+ "
        "(?<secret>\\d{2})'}\n");
    kit_scan_str(&kit, "P\xC3\x84SS\xC3\xB6\xC3\xB6x p\xC3\xA4ss\xC3\xB6x p\xC3\xA4ss\xC3\x96x "
                       "\xD0\xBF\xD0\xB0\xD0\xB0\xD0\xB0 42");
    assert_int_equal(kit.count, 3);
    kit_release(&kit);
}

static void a_pattern_too_long_for_hyperscan_wants_a_find(void **state)
{
    (void)state;
    struct told *told = calloc(1, sizeof *told);
    struct ruleset *set = ruleset_new();
    struct buffer yaml;
    buffer_init(&yaml, 64 * 1024);
    buffer_put_str(&yaml, HEAD ", pattern: 'abc(?<secret>");
    for (int i = 0; i < 6000; i++)
        buffer_put_str(&yaml, "x|y");
    buffer_put_str(&yaml, ")'}\n");
    buffer_put_byte(&yaml, 0);
    assert_int_equal(add(set, (const char *)yaml.ptr, RULES_WITHOUT_EXAMPLES, told), -1);
    assert_non_null(strstr(told->text, "give a `find:`"));
    yaml.len -= 3;
    buffer_put_str(&yaml, ", find: abc}\n");
    buffer_put_byte(&yaml, 0);
    assert_int_equal(add(set, (const char *)yaml.ptr, RULES_WITHOUT_EXAMPLES, told), 0);
    buffer_release(&yaml);
    ruleset_free(set);
    free(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_are_summed),
        cmocka_unit_test(a_pattern_begins_with_what_all_its_matches_begin_with),
        cmocka_unit_test(widths_are_no_less_than_hyperscans),
        cmocka_unit_test(repeats_at_the_ends_are_cut_for_hyperscan),
        cmocka_unit_test(letters_beyond_ascii_match_in_both_cases),
        cmocka_unit_test(a_pattern_too_long_for_hyperscan_wants_a_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
