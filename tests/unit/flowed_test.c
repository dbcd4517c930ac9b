/* flowed_test.c - format=flowed: what is joined, what stays, and the way back to the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "decode/flowed.h"

#define PAIRS 64

struct pairs {
    size_t view_at[PAIRS], text_at[PAIRS];
    size_t count;
};

static void add_pair(void *ctx, size_t view_at, size_t text_at)
{
    struct pairs *pairs = ctx;
    assert_true(pairs->count < PAIRS);
    assert_true(pairs->count == 0 || view_at > pairs->view_at[pairs->count - 1]);
    pairs->view_at[pairs->count] = view_at;
    pairs->text_at[pairs->count++] = text_at;
}

static const struct {
    const char *text;
    bool is_delsp;
    const char *view;
} cases[] = {
    { "", false, "" },
    { "one\ntwo\n", false, "one\ntwo\n" },
    { "one \ntwo\n", false, "one two\n" },
    { "one \r\ntwo \r\nthree\r\nfour", false, "one two three\r\nfour" },
    { "tok \nen\n", true, "token\n" },
    { "a  \nb\n", true, "a b\n" },
    { "> one \n> two\nthree\n", false, "> one two\nthree\n" },
    { "> one \n>> two\n", false, "> one \n>> two\n" },
    { "> one \ntwo\n", false, "> one \ntwo\n" },
    { ">> a \n>> b \n>> c\n", true, ">> abc\n" },
    { " From me \n >not quoted\n", false, "From me >not quoted\n" },
    { "text \n-- \nname\n", false, "text \n-- \nname\n" },
    { "-- \nname \nrest\n", false, "-- \nname rest\n" },
    { "one \n", false, "one \n" },
    { "one \n\ntwo\n", false, "one \ntwo\n" },
    { "one ", true, "one " },
    { " \n \n", true, "\n\n" },
    { "\n\n", true, "\n\n" },
};

static void test_paragraphs_are_joined_and_map_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pairs pairs = { .count = 0 };
        struct flowed_map map = { add_pair, &pairs };
        struct buffer view;
        buffer_init(&view, 1000);
        assert_int_equal(flowed_join(slice_str(cases[i].text), cases[i].is_delsp, &view, &map), 0);
        if (!slice_is_equal(buffer_slice(&view), slice_str(cases[i].view)))
            fail_msg("'%s': '%.*s'", cases[i].text, (int)view.len, (char *)view.ptr);
        for (size_t at = 0, pair = 0; at < view.len; at++) {
            pair += pair + 1 < pairs.count && pairs.view_at[pair + 1] <= at;
            assert_int_equal(view.ptr[at], cases[i].text[pairs.text_at[pair] + at - pairs.view_at[pair]]);
        }
        buffer_release(&view);
    }
}

static void test_ceiling_stops_it(void **state)
{
    struct buffer view;
    (void)state;
    buffer_init(&view, 5);
    assert_int_equal(flowed_join(slice_str("one \ntwo\n"), false, &view, NULL), -1);
    assert_int_equal(view.len, 5);
    buffer_release(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paragraphs_are_joined_and_map_back),
        cmocka_unit_test(test_ceiling_stops_it),
    };
    return cmocka_run_group_tests_name("flowed", tests, NULL, NULL);
}
