/* pdf_rest_test.c - the bytes of a PDF without what was given: strings and streams whose words all were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "walk/pdf_rest.h"

struct rest_case {
    const char *name, *given, *file, *left;
};

static const struct rest_case cases[] = {
    { "a string that was given", "Tulip 77", "/T (Tulip 77) x", "/T (          x" },
    { "a string with one word more", "Tulip 77", "(Tulip 77 more)", "(Tulip 77 more)" },
    { "nothing was given", "", "(Tulip)", "(Tulip)" },
    { "words in another order", "77 Tulip", "(Tulip, 77)", "(          " },
    { "a string without words", "a", "(-- --)", "(-- --)" },
    { "parts of a word are no word", "Tulipa Tul", "(Tulip)", "(Tulip)" },
    { "parentheses in one another", "a b c", "(a (b) c) d", "(         d" },
    { "an escape", "ab", "(a\\142)(\\(ab\\))", "(      (       " },
    { "a line cut in two", "Tulip", "(Tul\\\nip)", "(    \n   " },
    { "hexadecimal", "Tulip", "<54756c6970> 1", "<          > 1" },
    { "hexadecimal UTF-16", "Tulip", "<feff00540075006C00690070>", "<                        >" },
    { "a dictionary is no string", "a", "<</a(a)>>", "<</a(  >>" },
    { "a stream of text", "Tulip 77", "stream\nTulip <77>\nendstream", "stream\n          \nendstream" },
    { "a stream that was not given", "Tulip", "stream\n(Tulip) Tj\nendstream",
      "stream\n(       Tj\nendstream" },
    { "a stream of other bytes", "a", "stream\n\x01(a)\nendstream(a)", "stream\n\x01(a)\nendstream(  " },
    { "a string that does not end", "a", "(a a a", "(a a a" },
    { "a stream that does not end", "a", "stream\n(a)", "stream\n(a)" },
};

static void only_what_was_given_goes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct rest_case *c = &cases[i];
        struct arena *arena = arena_new(0);
        struct pdf_words words;
        char *file = arena_string(arena, slice_str(c->file));
        pdf_words_init(&words, arena);
        pdf_words_note(&words, slice_str(c->given));
        pdf_words_end(&words);
        pdf_blank(&words, (unsigned char *)file, strlen(file));
        if (strcmp(file, c->left) != 0)
            fail_msg("%s: '%s'", c->name, file);
        arena_free(arena);
    }
}

static void a_word_cut_between_two_pieces_is_one(void **state)
{
    struct arena *arena = arena_new(0);
    struct pdf_words words;
    char file[] = "(Tulip)";
    (void)state;
    pdf_words_init(&words, arena);
    pdf_words_note(&words, slice_str("Tu"));
    pdf_words_note(&words, slice_str("lip"));
    pdf_words_end(&words);
    pdf_blank(&words, (unsigned char *)file, strlen(file));
    assert_string_equal(file, "(      ");
    arena_free(arena);
}

/* LEN bytes of a word, noted in two pieces cut at CUT: it is known as a whole, in a string and nowhere as a part. */
static void check_cut(size_t len, size_t cut)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    struct arena *arena = arena_new(0);
    struct pdf_words words;
    struct slice word = slice_of(letters, len);
    char *file = arena_string(arena, arena_printf(arena, "(%.*s)", (int)len, letters));
    pdf_words_init(&words, arena);
    pdf_words_note(&words, slice_sub(word, 0, cut));
    pdf_words_note(&words, slice_skip(word, cut));
    pdf_words_note(&words, slice_str(" and more"));
    pdf_words_end(&words);
    assert_true(pdf_words_cover(&words, word));
    assert_true(pdf_words_cover(&words, arena_printf(arena, "more %.*s and", (int)len, letters)));
    assert_false(pdf_words_cover(&words, slice_sub(word, 0, len - 1)));
    assert_false(pdf_words_cover(&words, slice_of(letters, len + 1)));
    pdf_blank(&words, (unsigned char *)file, strlen(file));
    assert_int_equal(file[1], ' ');
    arena_free(arena);
}

static void words_of_any_length_are_one_however_they_are_cut(void **state)
{
    (void)state;
    for (size_t len = 2; len < 40; len++)
        for (size_t cut = 0; cut <= len; cut++)
            check_cut(len, cut);
}

static void open_strings_cost_no_more_than_their_length(void **state)
{
    struct arena *arena = arena_new(0);
    struct pdf_words words;
    size_t len = (size_t)32 * 1024 * 1024;
    unsigned char *file = arena_alloc(arena, len);
    (void)state;
    memset(file, '(', len);
    pdf_words_init(&words, arena);
    pdf_words_note(&words, slice_str("a "));
    pdf_blank(&words, file, len); /* seconds, were it quadratic */
    assert_int_equal(file[len - 1], '(');
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_given_goes),
        cmocka_unit_test(a_word_cut_between_two_pieces_is_one),
        cmocka_unit_test(words_of_any_length_are_one_however_they_are_cut),
        cmocka_unit_test(open_strings_cost_no_more_than_their_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
