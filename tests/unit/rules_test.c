/* rules_test.c - what rule files say, and which mistakes in them are told where. */
#include "unit/rules_kit.h"

#include "match/engine_parts.h"
#include "match/rule_packed.h"

static const struct mistake_case {
    const char *name, *yaml;
    size_t count;
    const char *wanted; /* must stand in what is told */
} mistake_cases[] = {
    { "empty file", "", 1, "1: the file is empty" },
    { "not yaml", "rules: [", 1, "not YAML" },
    { "not a mapping", "- a\n", 1, "begin it with `rules:`" },
    { "unknown outer key", "ruels: []\n", 1, "unknown key 'ruels'" },
    { "rules not a list", "rules: {a: b}\n", 1, "`rules` is not a list" },
    { "rule not a mapping", "rules:\n- abc\n", 1, "2: not a rule" },
    { "alias", "rules:\n- &x {id: a}\n- *x\n", 5, "3: aliases are not allowed" },
    { "two documents", "rules: []\n---\nrules: []\n", 1, "second document" },
    { "too deep", HEAD ", pattern: [[[[[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]]]]]}\n", 2, "more than 16 deep" },
    { "unknown key", HEAD ", patern: x, pattern: abc}\n", 1, "2: unknown key 'patern'" },
    { "key twice", HEAD ", pattern: abc, pattern: abd}\n", 1, "`pattern` stands twice" },
    { "empty text", HEAD ", pattern: abc, rotate: ''}\n", 1, "`rotate` is empty" },
    { "list for text", HEAD ", pattern: [abc]}\n", 2, "`pattern` is not a text" },
    { "text for list", HEAD ", pattern: abc, validate: x}\n", 1, "`validate` is not a list" },
    { "opens as text", HEAD ", pattern: abc, opens: x}\n", 1, "`opens` is not a mapping" },
    { "unknown key in opens", HEAD ", pattern: abc, opens: {host: x}}\n", 1, "only `service`" },
    { "pair as text", HEAD ", pattern: abc, pair: x}\n", 1, "`pair` is not a mapping" },
    { "unknown key in pair", HEAD ", pattern: abc, pair: {kind: k, role: user, with: x}}\n", 1,
      "unknown key in `pair`" },
    { "pair without role", HEAD ", pattern: abc, pair: {kind: k}}\n", 1, "no known `role`" },
    { "pair without kind", HEAD ", pattern: abc, pair: {role: user}}\n", 1, "`pair` has no `kind`" },
    { "odd kind", HEAD ", pattern: abc, pair: {kind: K k, role: user}}\n", 1, "not kebab-case" },
    { "unknown need", HEAD ", pattern: abc, pair: {kind: k, role: secret, needs: [x]}}\n", 1,
      "`needs` names 'x'" },
    { "needs of a user", HEAD ", pattern: abc, pair: {kind: k, role: user, needs: [id]}}\n", 1,
      "only a secret has `needs`" },
    { "secret that is not told", HEAD ", pattern: abc, pair: {kind: k, role: secret, alone: nothing}}\n", 1,
      "a secret is always told" },
    { "unknown reach", HEAD ", pattern: abc, pair: {kind: k, role: user, within: day}}\n", 1,
      "say leaf, message or thread" },
    { "all fields missing", "rules:\n- {rotate: x}\n", 5, "has no `severity`" },
    { "bad id", "rules:\n- {id: A_b, name: n, category: key, severity: low, pattern: abc}\n", 1,
      "kebab-case" },
    { "bad category", "rules:\n- {id: a, name: n, category: keys, severity: low, pattern: abc}\n", 1,
      "unknown category 'keys'" },
    { "bad severity", "rules:\n- {id: a, name: n, category: key, severity: bad, pattern: abc}\n", 1,
      "unknown severity 'bad'" },
    { "bad verdict", HEAD ", verdict: proven, pattern: abc}\n", 1, "verdict 'proven'" },
    { "unknown validator", HEAD ", pattern: abc,\n validate: [no-such]}\n", 1,
      "3: unknown validator 'no-such'" },
    { "too many validators",
      HEAD ", pattern: abc, validate: [not-placeholder, not-placeholder, not-placeholder, not-placeholder, "
           "not-placeholder, not-placeholder, not-placeholder, not-placeholder, not-placeholder]}\n",
      1, "more than 8 validators" },
    { "duplicate id", PATTERN("abc") "- {id: a, name: n, category: key, severity: low, pattern: abd}\n", 1,
      "id 'a' is taken by t.yaml:2" },
    { "unbounded plus", PATTERN("a(?<secret>[b-d]+)"), 1,
      "'+' at offset 16 has no upper bound: write {1,N}" },
    { "unbounded star", PATTERN("ab*"), 1, "write {0,N}" },
    { "unbounded braces", PATTERN("ab{4,}"), 1, "write {4,N}" },
    { "unbounded look-ahead", PATTERN("a(?=b*c)"), 1, "has no upper bound" },
    { "back-reference", PATTERN("(?<secret>ab)\\k<secret>"), 1, "say `width:`" },
    { "too wide", PATTERN("a(?:b{1,300}c){1,300}"), 1, "bytes wide" },
    { "bad lead", HEAD ", width: 20, lead: 21, pattern: abc}\n", 1,
      "not a number from 1 to the rule's width" },
    { "bad width", HEAD ", width: 70000, pattern: abc}\n", 1, "not a number from 1 to 65536" },
    { "word limit beside umlaut",
      PATTERN("\\b\xC3\xA4"
              "bc"),
      1, "leave it out" },
    { "word limit before a group",
      PATTERN("\\b(?:abc|\xC3\xA4"
              "bc)"),
      1, "leave it out" },
    { "word limit after a group", PATTERN("(?:\xC3\xA4|abc)\\b"), 1, "leave it out" },
    { "word limit over an optional",
      PATTERN("\\bx?\xC3\xA4"
              "bc"),
      1, "leave it out" },
    { "word byte beside umlaut", PATTERN("ab\xC3\xA4\\w"), 1, "leave it out" },
    { "umlaut in a class", PATTERN("ab[\xC3\xA4x]"), 1, "write (?:a|b)" },
    { "utf verb", PATTERN("(*UTF)abc"), 1, "byte patterns" },
    { "ucp verb", PATTERN("(*UCP)abc"), 1, "byte patterns" },
    { "backslash K", PATTERN("ab\\Kc"), 1, "spell out" },
    { "property", PATTERN("ab\\p{L}"), 1, "spell out" },
    { "no group named secret", PATTERN("ab(c)"), 1, "no group is named `secret`" },
    { "pcre2 refuses", PATTERN("ab(c"), 1, "PCRE2 says 'missing closing parenthesis' at offset 4" },
    { "pattern beside vendor", HEAD ", vendor: acme, pattern: abc}\n", 1, "leave the others out" },
    { "two vendors", HEAD ", vendor: acme, vendor_word: acme}\n", 2, "leave the others out" },
    { "value without vendor", HEAD ", value: abc, pattern: abc}\n", 1, "only beside `vendor`" },
    { "group in a vendor", HEAD ", vendor: 'ac(me)'}\n", 2, "a group other than (?:…)" },
    { "umlaut in a vendor", HEAD ", vendor: 'm\xC3\xBCll'}\n", 2, "beyond ASCII" },
    { "hyperscan refuses", PATTERN("(?|(?<secret>ab)|(?<secret>cd))"), 1, "Hyperscan says" },
    { "hyperscan refuses the find", HEAD ", pattern: abc, find: '(?|a|b)'}\n", 1, "find: Hyperscan says" },
    { "matches nothing", PATTERN("a{0,3}"), 1, "Hyperscan says" },
    { "groups too deep",
      PATTERN("((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((a)))))))))))))))))))))))))))"
              ")))))))))))))"
              "))))))))))))))))))))))))))"),
      1, "64 deep" },
    { "several at once", "rules:\n- {id: a, category: x, severity: y, pattern: 'a+'}\n- {id: b, bad: 1}\n", 9,
      "3: unknown key 'bad'" },
};

static void mistakes_are_told_with_their_line(void **state)
{
    (void)state;
    struct told *told = calloc(1, sizeof *told);
    for (size_t i = 0; i < sizeof mistake_cases / sizeof *mistake_cases; i++) {
        const struct mistake_case *row = &mistake_cases[i];
        struct ruleset *set = ruleset_new();
        int result = add(set, row->yaml, RULES_WITHOUT_EXAMPLES, told);
        if (result != -1 || told->count != row->count || !strstr(told->text, row->wanted))
            fail_msg("%s: %d, %zu mistakes:\n%s", row->name, result, told->count, told->text);
        ruleset_free(set);
    }
    free(told);
}

static void few_examples_are_told_where_they_are_asked_for(void **state)
{
    (void)state;
    struct told *told = calloc(1, sizeof *told);
    struct ruleset *set = ruleset_new();
    assert_int_equal(add(set, HEAD ", pattern: abc, examples: [a]}\n", RULES_WITH_EXAMPLES, told), -1);
    assert_int_equal(told->count, 2);
    assert_int_equal(set->count, 0);
    assert_int_equal(add(set, HEAD ", pattern: abc, examples: [a]}\n", RULES_WITHOUT_EXAMPLES, told), 0);
    assert_int_equal(set->count, 1);
    assert_int_equal(set->rules[0].example_count, 0);
    ruleset_free(set);
    free(told);
}

static void a_whole_rule_is_read(void **state)
{
    (void)state;
    struct told *told = calloc(1, sizeof *told);
    struct ruleset *set = ruleset_new();
    int result = add(set,
                     "rules:\n"
                     "- id: a-b\n  family: fam\n  name: A thing\n  category: cloud\n  severity: high\n"
                     "  verdict: contextual\n  pattern: 'abc(?<secret>\\d{3,9})'\n  find: 'abc\\d{3}'\n"
                     "  validate: [\"entropy:3.5\", not-placeholder]\n  opens: {service: S}\n  rotate: r\n"
                     "  pair: {kind: k, role: secret, needs: [id, tenant], within: thread, raises: verdict}\n"
                     "  reference: ref\n  examples: [e1, e2]\n  negatives: [n1, n2, n3]\n"
                     "- {id: p, name: n, category: prose, severity: info, pattern: hush}\n",
                     RULES_WITHOUT_EXAMPLES, told);
    if (result != 0)
        fail_msg("%s", told->text);
    const struct rule *rule = ruleset_find(set, slice_str("a-b"));
    assert_non_null(rule);
    assert_string_equal(rule->family, "fam");
    assert_string_equal(rule->pair.kind, "k");
    assert_int_equal(rule->pair.role, PAIR_SECRET);
    assert_int_equal(rule->pair.needs, 1u << PAIR_ID | 1u << PAIR_TENANT);
    assert_int_equal(rule->pair.within, PAIR_THREAD);
    assert_true(rule->pair.raises_verdict);
    assert_int_equal(rule->severity, SEVERITY_HIGH);
    assert_int_equal(rule->verdict, VERDICT_CONTEXTUAL);
    assert_string_equal(rule->find, "abc\\d{3}");
    assert_int_equal(rule->validator_count, 2);
    assert_true(slice_is_equal(rule->validators[0].argument, slice_str("3.5")));
    assert_string_equal(rule->service, "S");
    assert_int_equal(rule->line, 2);
    assert_int_equal(rule->width, 3 + 9 + 2);
    assert_int_equal(set->widest, rule->width);
    assert_int_equal(ruleset_find(set, slice_str("p"))->verdict, VERDICT_PROSE);
    assert_string_equal(ruleset_find(set, slice_str("p"))->family, "p");
    ruleset_free(set);
    free(told);
}

/* A match of RULE in TEXT, or NULL. */
static const char *secret_in(const char *rule, const char *text)
{
    static char secret[128];
    struct kit kit;
    char yaml[512];
    snprintf(yaml, sizeof yaml, HEAD ", %s}\n", rule);
    kit_init(&kit, yaml);
    kit_scan_str(&kit, text);
    snprintf(secret, sizeof secret, "%s", kit.count ? kit.matches[0].secret : "");
    kit_release(&kit);
    return secret[0] ? secret : NULL;
}

static void a_vendor_says_where_its_keys_stand(void **state)
{
    static const struct {
        const char *name, *rule, *text; /* KEY stands for the value */
        bool is_found;
    } rows[] = {
        { "variable", "vendor: acme", "export ACME_API_KEY=KEY", true },
        { "a sentence", "vendor: acme", "the Acme API key is KEY", true },
        { "name alone", "vendor: acme", "acme: KEY", true },
        { "nested setting", "vendor: acme", "acme:\n  api_key: KEY", true },
        { "nested json", "vendor: acme", "{\"acme\": {\"apiKey\": \"KEY\"}}", true },
        { "query of a url", "vendor: acme", "https://api.acme.test/v1/x?q=1&appid=KEY", true },
        { "too far away", "vendor: acme", "acme is a company of ours that has no idea what an api is: KEY",
          false },
        { "word with key", "vendor_word: box", "box_api_key = KEY", true },
        { "word alone", "vendor_word: box", "the box: KEY", false },
        { "part of a word", "vendor_word: box", "inboxtoken = KEY", false },
        { "own shape", "vendor: acme, value: '[a-z]{4}'", "acme_key = KEY", false },
    };
    (void)state;
    const char *const key = "f3a9"
                            "c0d27b"
                            "e14586"
                            "aa90d1";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[256];
        size_t before = strlen(rows[i].text) - 3;
        while (strncmp(rows[i].text + before, "KEY", 3) != 0)
            before--;
        snprintf(text, sizeof text, "%.*s%s%s", (int)before, rows[i].text, key, rows[i].text + before + 3);
        const char *found = secret_in(rows[i].rule, text);
        if (rows[i].is_found ? !found || strcmp(found, key) != 0 : found != NULL)
            fail_msg("%s: found '%s'", rows[i].name, found ? found : "");
    }
}

static void assert_same_text(const char *one, const char *other)
{
    assert_string_equal(one ? one : "(none)", other ? other : "(none)");
}

static void packed_rules_come_back_as_they_were(void **state)
{
    (void)state;
    struct told *told = calloc(1, sizeof *told);
    struct ruleset *set = ruleset_new(), *back = ruleset_new();
    struct buffer packed;
    struct error err;
    const char *yaml =
        HEAD ", family: f, verdict: contextual, pattern: 'a(?<secret>\\d{3})', find: 'a\\d',\n"
             "  validate: [\"entropy:3.5\", not-word], opens: {service: S}, rotate: r, reference: x}\n"
             "- {id: b, name: n, category: saas, severity: medium, vendor: acme, value: '[a-f]{9}'}\n"
             "- {id: c, name: n, category: saas, severity: low, vendor_word: box, validate: [not-blank]}\n"
             "- {id: d, name: n, category: saas, severity: low, pattern: '(?<secret>abc)', gap: words,\n"
             "  pair: {kind: k, role: user, within: thread, alone: nothing}}\n"
             "- {id: e, name: n, category: saas, severity: low, pattern: '(?<secret>abd)',\n"
             "  pair: {kind: k, role: secret, needs: [user, host], within: message, raises: verdict}}\n";
    if (add(set, yaml, RULES_WITHOUT_EXAMPLES, told) < 0)
        fail_msg("%s", told->text);
    buffer_init(&packed, 65536);
    ruleset_pack(set, ENGINE_GENERIC, &packed);
    assert_int_equal(ruleset_add_packed(back, buffer_slice(&packed), "p", &err), 0);
    assert_int_equal(back->count, set->count);
    for (size_t i = 0; i < set->count; i++) {
        const struct rule *one = &set->rules[i], *other = &back->rules[i];
        assert_same_text(one->gap, other->gap);
        assert_same_text(one->pair.kind, other->pair.kind);
        assert_int_equal(one->pair.role, other->pair.role);
        assert_int_equal(one->pair.needs, other->pair.needs);
        assert_int_equal(one->pair.within, other->pair.within);
        assert_int_equal(one->pair.is_untold, other->pair.is_untold);
        assert_int_equal(one->pair.raises_verdict, other->pair.raises_verdict);
        char keys[2][65];
        assert_same_text(one->id, other->id);
        assert_same_text(one->pattern, other->pattern);
        assert_same_text(one->find, other->find);
        assert_int_equal(one->width, other->width);
        assert_int_equal(one->lead, other->lead);
        assert_int_equal(one->validator_count, other->validator_count);
        engine_key(set, ENGINE_GENERIC, keys[0]);
        engine_key(back, ENGINE_GENERIC, keys[1]);
        assert_string_equal(keys[0], keys[1]);
        assert_string_equal(packed_key(buffer_slice(&packed)), keys[0]);
        assert_int_equal(other->groups, 2);
    }
    for (size_t cut = 0; cut < packed.len; cut++) {
        struct ruleset *broken = ruleset_new();
        assert_int_equal(ruleset_add_packed(broken, slice_of(packed.ptr, cut), "p", &err), -1);
        ruleset_free(broken);
    }
    buffer_release(&packed);
    ruleset_free(set);
    ruleset_free(back);
    free(told);
}

static void selection_takes_ids_families_categories_and_globs(void **state)
{
    (void)state;
    static const char yaml[] =
        "rules:\n- {id: a-one, family: f, name: n, category: key, severity: low, pattern: abc}\n"
        "- {id: a-two, name: n, category: cloud, severity: low, pattern: 'abcd{1,99}'}\n"
        "- {id: b, family: f, name: n, category: cloud, severity: low, pattern: abc}\n";
    static const struct {
        const char *only, *skip, *wanted;
    } cases[] = {
        { NULL, NULL, "a-one a-two b " },
        { "a-*", NULL, "a-one a-two " },
        { "f", NULL, "a-one b " },
        { "cloud", "b", "a-two " },
        { NULL, "f", "a-two " },
        { "zzz", NULL, NULL },
        { NULL, "zzz", NULL },
    };
    struct told *told = calloc(1, sizeof *told);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ruleset *set = ruleset_new();
        struct error err;
        char names[64] = "";
        assert_int_equal(add(set, yaml, RULES_WITHOUT_EXAMPLES, told), 0);
        int result = ruleset_select(set, &cases[i].only, cases[i].only != NULL, &cases[i].skip,
                                    cases[i].skip != NULL, RULES_DROPPED, &err);
        assert_int_equal(result, cases[i].wanted ? 0 : -1);
        for (size_t r = 0; result == 0 && r < set->count; r++)
            snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", set->rules[r].id);
        if (result == 0)
            assert_string_equal(names, cases[i].wanted);
        ruleset_free(set);
    }
    free(told);
}

/* Texts cut and changed at random must be refused or read, never worse. */
static void broken_files_do_no_harm(void **state)
{
    (void)state;
    static const char yaml[] = "rules:\n- id: a-b\n  name: A\n  category: cloud\n  severity: high\n"
                               "  pattern: '(?i)a[b-d]{2,9}(?<secret>\\d{3,9}|(?:x|y){2})\\b\\x{41}'\n"
                               "  validate: [not-placeholder]\n  opens: {service: S}\n";
    struct told *told = calloc(1, sizeof *told);
    struct prng prng;
    char text[sizeof yaml];
    prng_init(&prng, slice_str("broken"));
    for (int round = 0; round < 3000; round++) {
        struct ruleset *set = ruleset_new();
        memcpy(text, yaml, sizeof yaml);
        for (size_t i = 0; i < 1 + prng_below(&prng, 4); i++)
            text[prng_below(&prng, sizeof yaml - 1)] =
                "\\()[]{}?*+|<>:'\"\n x\x01\xC3"[prng_below(&prng, 21)];
        int result = add(set, text, RULES_WITHOUT_EXAMPLES, told);
        assert_int_equal(result, told->count ? -1 : 0);
        ruleset_free(set);
    }
    free(told);
}

static void the_key_changes_with_any_field(void **state)
{
    (void)state;
    struct told *told = calloc(1, sizeof *told);
    struct ruleset *set = ruleset_new();
    char first[65], second[65];
    assert_int_equal(add(set, PATTERN("abc"), RULES_WITHOUT_EXAMPLES, told), 0);
    engine_key(set, ENGINE_GENERIC, first);
    engine_key(set, ENGINE_GENERIC, second);
    assert_string_equal(first, second);
    engine_key(set, ENGINE_THIS_HOST, second);
    assert_string_not_equal(first, second);
    set->rules[0].rotate = "x";
    engine_key(set, ENGINE_GENERIC, second);
    assert_string_not_equal(first, second);
    ruleset_free(set);
    free(told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_told_with_their_line),
        cmocka_unit_test(few_examples_are_told_where_they_are_asked_for),
        cmocka_unit_test(a_whole_rule_is_read),
        cmocka_unit_test(a_vendor_says_where_its_keys_stand),
        cmocka_unit_test(packed_rules_come_back_as_they_were),
        cmocka_unit_test(selection_takes_ids_families_categories_and_globs),
        cmocka_unit_test(broken_files_do_no_harm),
        cmocka_unit_test(the_key_changes_with_any_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
