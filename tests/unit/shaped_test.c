/* shaped_test.c - match/shaped.h: which tokens look like passwords that people make up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "match/shaped.h"

/* The tokens that stand in TEXT, joined by blanks. */
static void assert_tokens(const char *text, const char *expected)
{
    struct shaped shaped = { .text = slice_str(text) };
    char found[256] = "";
    size_t start, len = 0;
    while (shaped_next(&shaped, &start)) {
        len += (size_t)snprintf(found + len, sizeof found - len, "%s%.*s", len ? " " : "",
                                (int)strcspn(text + start, " \n\"'"), text + start);
    }
    assert_string_equal(found, expected);
}

static void words_with_digits_are(void **state)
{
    (void)state;
    assert_tokens("use kettle42 now", "kettle42");
    assert_tokens("kettle42", "kettle42");
    assert_tokens("with kettle#4 or kettle+Pot", "kettle#4 kettle+Pot");
    assert_tokens("it is \"x9-kettle\", not 4711", "x9-kettle");
    assert_tokens("a word, then Kettle.7Pot and kettle4pot in it", "Kettle.7Pot kettle4pot");
}

/* Wherever in the sixteen bytes that are looked at together the letter and the digit meet. */
static void places_make_no_difference(void **state)
{
    char text[80];
    (void)state;
    for (size_t before = 0; before < 40; before++) {
        snprintf(text, sizeof text, "%*s kettle42 %*s", (int)before, "", (int)(40 - before), "");
        assert_tokens(text, "kettle42");
    }
}

static void addresses_numbers_and_hashes_are_not(void **state)
{
    (void)state;
    assert_tokens("see http://host1.example/a2 and a2@example.org or C:\\web20", "");
    assert_tokens("4711 1234567 12:30 2024-01-12 INC0012345", "");
    assert_tokens("deadbeef0123 0123456789abcdef f1(x12345) web01.example.com size:12pixel", "");
    assert_tokens("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(words_with_digits_are),
                                        cmocka_unit_test(places_make_no_difference),
                                        cmocka_unit_test(addresses_numbers_and_hashes_are_not) };
    return cmocka_run_group_tests_name("shaped", tests, NULL, NULL);
}
