/* prose_words_test.c - the words of a list in a text: whole, as the beginning of a word, across spaces, in scripts without them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "validate/prose_language.h"

static const struct prose_words spaced = { .language = "xx" };
static const struct prose_words unspaced = { .language = "yy", .is_unspaced = true };

static const struct {
    const struct prose_words *words;
    const char *list, *text;
    size_t at;
} cases[] = {
    { &spaced, "must|at least", "it must be", 3 },
    { &spaced, "must|at least", "mustard, at  least", SLICE_NONE },
    { &spaced, "must|at least", "so at least two must",
      3 }, /* the first that stands, not the first of the list */
    { &spaced, "expir*", "it expires", 3 },
    { &spaced, "expir*", "unexpired", SLICE_NONE },
    { &spaced, "a|i", "so am i", 6 },
    { &spaced, "a|i", "xa ix", SLICE_NONE },
    { &spaced, "don't", "please don't", 7 },
    { &spaced, "'s", "it's", 2 },
    { &spaced, "für", "dafür, für", 8 },
    { &spaced, "пин", "пины пин", 9 },
    { &spaced, "|x||y|", "a y", 2 },
    { &spaced, NULL, "anything", SLICE_NONE },
    { &spaced, "word", "", SLICE_NONE },
    { &unspaced, "密码|ok", "你的密码是", 6 },
    { &unspaced, "密码|ok", "book ok", 5 },
    { &spaced, "密码", "你的密码是", SLICE_NONE },
};

static void words_stand_where_nothing_touches_them(void **state)
{
    (void)state;
    for (int again = 0; again < 2; again++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            assert_int_equal(prose_words_in(cases[i].words, cases[i].list, slice_str(cases[i].text)),
                             cases[i].at);
}

static void a_list_is_kept_apart_for_both_kinds_of_language(void **state)
{
    static const char list[] = "番号";
    (void)state;
    assert_false(prose_words_has(list, slice_str("番")));
    assert_true(prose_words_has(list, slice_str("番号")));
    assert_int_equal(prose_words_in(&unspaced, list, slice_str("暗証番号を")), 6);
    assert_int_equal(prose_words_in(&spaced, list, slice_str("暗証番号を")), SLICE_NONE);
}

static void a_text_is_in_the_language_of_its_words(void **state)
{
    static const struct {
        const char *names, *text, *language;
    } texts[] = {
        { "en|de|fr", "please send it to me when you have it", "en" },
        { "en|de|fr", "das ist nicht der neue, und ich habe auch keinen", "de" },
        { "de|en|fr", "le code de la porte est dans le tiroir, avec les autres", "fr" },
        { "de|en", "0000", "de" }, /* none stands there: the first */
        { "fr", "please send it to me when you have it", "fr" },
        { "", "", "en" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(prose_language_of(slice_str(texts[i].names), slice_str(texts[i].text))->language,
                            texts[i].language);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_stand_where_nothing_touches_them),
        cmocka_unit_test(a_list_is_kept_apart_for_both_kinds_of_language),
        cmocka_unit_test(a_text_is_in_the_language_of_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
