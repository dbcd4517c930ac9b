/* views_test.c - the joined view: which line ends cut a token, and where what is found in it stands. */
#include "unit/match_kit.h"

#include "match/views.h"

static const char rules[] =
    "rules:\n"
    "- {id: token, name: n, category: key, severity: low, pattern: '\\btok_(?<secret>[a-zA-Z0-9]{36})\\b'}\n"
    "- {id: dashed, name: n, category: key, severity: low, pattern: "
    "'\\bdsh-(?<secret>[a-z0-9]{4}-[a-z0-9]{24})\\b'}\n";

#define A20 "a1b2c3d4e5f6g7h8i9j0"
#define B16 "k1l2m3n4o5p6q7r8"
#define SIXTY "this line is made of words until it is full, and at the end "

/* The token A20 B16 with something between. `cut` NULL: nothing may be found. */
static const struct join_case {
    const char *name, *text;
    bool is_found;
} join_cases[] = {
    { "full line", SIXTY "tok_" A20 "\n" B16 " and more\n", true },
    { "full line, CRLF", SIXTY "tok_" A20 "\r\n" B16 "\r\n", true },
    { "quoted", "> " SIXTY "tok_" A20 "\n> " B16 "\n", true },
    { "quoted twice", "> > " SIXTY "tok_" A20 "\n> > " B16 "\n", true },
    { "quoted with bars", "| " SIXTY "tok_" A20 "\n| " B16 "\n", true },
    { "indented", SIXTY "tok_" A20 "\n    " B16 "\n", true },
    { "quoted, bare token", "> tok_" A20 "\n> " B16 "\n", true },
    { "bare token", "tok_" A20 "\n" B16, true },
    { "three pieces", SIXTY "tok_a1b2c3d4e5f6g7h8\ni9j0k1l2m3n4o5p6\nq7r8\n", true },
    { "soft hyphen", "my tok_" A20 "\xC2\xAD\n" B16 "\n", true },
    { "hyphen U+2010", "my tok_" A20 "\xE2\x80\x90\n" B16 "\n", true },
    { "hyphen put in",
      SIXTY "tok "
            "tok_" A20 "-\n" B16 "\n",
      true },
    { "soft break left over", SIXTY "my tok_" A20 "=\n" B16 "\n", true },
    { "zero-width space", "my tok_" A20 "\xE2\x80\x8B" B16 " here", true },
    { "word joiner", "my tok_" A20 "\xE2\x81\xA0" B16 " here", true },
    { "byte order mark", "my tok_" A20 "\xEF\xBB\xBF" B16 " here", true },
    { "zero-width joiner", "my tok_" A20 "\xE2\x80\x8D" B16 " here", true },
    { "left-to-right mark", "my tok_" A20 "\xE2\x80\x8E" B16 " here", true },
    { "isolate of a direction", "my tok_" A20 "\xE2\x81\xA8" B16 " here", true },
    { "backslash of Markdown", "my tok\\_" A20 B16 " here", true },
    { "backslash of its own", "my tok\\\\_" A20 B16 " here", false },
    { "soft hyphen inside", "my tok_" A20 "\xC2\xAD" B16 " here", true },
    { "two zero-widths and a line end",
      SIXTY "tok_a1\xE2\x80\x8B"
            "b2c3d4e5f6g7h8i9j0\nk1l2m3n4o5p6q7\xE2\x80\x8B"
            "r8",
      true },
    { "hyphen of its own",
      SIXTY "dsh-a1b2-\n"
            "a1b2c3d4e5f6g7h8i9j0k1l2",
      true },
    { "line not full", "my tok_" A20 "\n" B16 "\n", false },
    { "space before the line end", SIXTY "tok_" A20 " \n" B16 "\n", false },
    { "blank line between", SIXTY "tok_" A20 "\n\n" B16 "\n", false },
    { "space after the join", SIXTY "tok_" A20 "\nk1l2m3n4 o5p6q7r8\n", false },
};

static void tokens_cut_by_line_ends_are_found(void **state)
{
    (void)state;
    struct kit kit;
    kit_init(&kit, rules);
    for (size_t i = 0; i < sizeof join_cases / sizeof *join_cases; i++) {
        kit_scan_str(&kit, join_cases[i].text);
        if (kit.count != join_cases[i].is_found)
            fail_msg("%s: %zu found", join_cases[i].name, kit.count);
        if (kit.count && kit.matches[0].view != VIEW_JOINED)
            fail_msg("%s: in view %d", join_cases[i].name, kit.matches[0].view);
    }
    kit_release(&kit);
}

static void what_is_found_stands_in_the_text(void **state)
{
    (void)state;
    struct kit kit;
    static const char text[] = "first\n> " SIXTY "tok_" A20 "\n> " B16 " rest\n";
    kit_init(&kit, rules);
    kit_scan_str(&kit, text);
    assert_int_equal(kit.count, 1);
    assert_string_equal(kit.matches[0].secret, A20 B16);
    assert_int_equal(kit.matches[0].offset, strstr(text, A20) - text);
    assert_int_equal(kit.matches[0].end, strstr(text, " rest") - text);
    assert_int_equal(kit.matches[0].line, 2);
    assert_int_equal(kit.matches[0].column, 2 + strlen(SIXTY "tok_") + 1);
    assert_true(kit.matches[0].is_quoted);
    kit_release(&kit);
}

static void a_whole_token_beside_a_cut_comes_once(void **state)
{
    (void)state;
    struct kit kit;
    kit_init(&kit, rules);
    kit_scan_str(&kit, "tok_" A20 B16 "\n" SIXTY "tok_" A20 "\n" B16 " tok_" A20 B16 "\n");
    assert_int_equal(kit.count, 3);
    assert_int_equal(kit.matches[2].view, VIEW_JOINED);
    kit_release(&kit);
}

static void prose_makes_no_view(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "\n",
        "\n\n\n\n",
        "one line",
        SIXTY "and on\nit goes with more words until the line is full again and\nso on.\n",
        SIXTY "see https://www.example.com/a/long/link/that/ends\nThanks,\nAlice\n",
        "----------------------------------------------------------------------\nFrom: somebody\n",
        "______________________________________________________________________\n____________________\n",
        SIXTY "see the page\nhttps://www.example.com/a/long/link/that/ends\n",
        SIXTY "x-one-two-three-four-five\nSubject: something\n",
    };
    struct joined joined;
    joined_init(&joined, 1000);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (joined_make(&joined, slice_str(texts[i])))
            fail_msg("text %zu: '%.*s'", i, (int)joined.text.len, (const char *)joined.text.ptr);
    joined_release(&joined);
}

/* Each byte of the view is the byte of the text that the map names, but for the line ends put between regions. */
static void check_map(const struct joined *joined, struct slice text)
{
    struct text_view view = joined_view(joined);
    for (size_t at = 0; at < view.text.len; at++) {
        size_t from = text_map_find(&view.map, at);
        assert_true(from <= text.len);
        if (view.text.ptr[at] != '\n')
            assert_int_equal(view.text.ptr[at], text.ptr[from]);
    }
    for (size_t i = 1; i < view.map.count; i++)
        assert_true(view.map.pairs[i - 1].view_at <= view.map.pairs[i].view_at &&
                    view.map.pairs[i - 1].text_at <= view.map.pairs[i].text_at);
}

static void maps_hold_on_random_texts(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "a1b2c3d4e5f6g7h8i9", "word ",    "\n",     "> ", "\r\n", "\xC2\xAD",
        "\xE2\x80\x8B",       "=",        "-",      "x",  " ",    SIXTY,
        "\xE2\x80\x90",       "\xC3\xA4", "\n> > ", "|"
    };
    struct joined joined;
    struct buffer text;
    struct prng prng;
    size_t made = 0;
    joined_init(&joined, 300);
    buffer_init(&text, 64 * 1024);
    prng_init(&prng, slice_str("maps"));
    for (int round = 0; round < 2000; round++) {
        buffer_clear(&text);
        for (size_t i = prng_below(&prng, 200); i > 0; i--)
            buffer_put_str(&text, pieces[prng_below(&prng, sizeof pieces / sizeof *pieces)]);
        /* A block of its own, so that a tool that watches memory sees a step too far. */
        unsigned char *copy = malloc(text.len + 1);
        memcpy(copy, text.ptr ? text.ptr : (unsigned char *)"", text.len);
        copy = realloc(copy, text.len ? text.len : 1);
        struct slice whole = slice_of(copy, text.len);
        if (joined_make(&joined, whole)) {
            check_map(&joined, whole);
            assert_true(joined.text.len <= text.len + joined.region);
            made++;
        }
        free(copy);
    }
    assert_true(made > 500);
    joined_release(&joined);
    buffer_release(&text);
}

static void hostile_texts_take_no_longer(void **state)
{
    (void)state;
    static const char *const units[] = {
        "a1\xE2\x80\x8B", "a1b2c3d4e5f6g7h8i9\n", "a\n", "a1b2c3d4\xC2\xAD\n", ">\n", "\xE2", "=\n"
    };
    struct joined joined;
    struct buffer text;
    joined_init(&joined, 60000);
    buffer_init(&text, 8 * 1024 * 1024);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        buffer_clear(&text);
        while (text.len < 4 * 1024 * 1024)
            buffer_put_str(&text, units[i]);
        clock_t start = clock();
        joined_make(&joined, buffer_slice(&text));
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 2);
    }
    joined_release(&joined);
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_cut_by_line_ends_are_found),
        cmocka_unit_test(what_is_found_stands_in_the_text),
        cmocka_unit_test(a_whole_token_beside_a_cut_comes_once),
        cmocka_unit_test(prose_makes_no_view),
        cmocka_unit_test(maps_hold_on_random_texts),
        cmocka_unit_test(hostile_texts_take_no_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
