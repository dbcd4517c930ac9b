/* slice_test.c - eating from slices: lines of every kind, numbers, bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/slice.h"

static void lines_end_in_any_way(void **state)
{
    (void)state;
    struct slice rest = slice_str("a\nbc\r\nd\r\r\n\r\nlast"), line;
    /* CR CR LF is a bare CR and a CRLF. */
    static const char *const wanted[] = { "a\n", "bc\r\n", "d\r", "\r\n", "\r\n", "last" };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_int_equal(slice_eat_line(&rest, &line), 1);
        assert_true(slice_is_equal(line, slice_str(wanted[i])));
    }
    assert_int_equal(slice_eat_line(&rest, &line), 0);
}

static void long_lines_cross_steps(void **state)
{
    static unsigned char text[2000];
    (void)state;
    for (size_t len = 250; len < 262; len++) {
        memset(text, 'x', sizeof text);
        text[len] = '\r';
        text[len + 1] = '\n';
        struct slice rest = slice_of(text, sizeof text), line;
        assert_int_equal(slice_eat_line(&rest, &line), 1);
        assert_int_equal(line.len, len + 2);
        assert_int_equal(slice_chomp(line).len, len);
    }
}

static void numbers_do_not_overflow(void **state)
{
    uint64_t value;
    (void)state;
    assert_int_equal(slice_to_u64(slice_str("18446744073709551615"), &value), 0);
    assert_true(value == UINT64_MAX);
    assert_int_equal(slice_to_u64(slice_str("18446744073709551616"), &value), -1);
    assert_int_equal(slice_to_u64(slice_str(""), &value), -1);
    assert_int_equal(slice_to_u64(slice_str("12x"), &value), -1);
}

static void eating_checks_first(void **state)
{
    struct slice rest = slice_str("abc");
    uint32_t wide;
    uint16_t narrow;
    (void)state;
    assert_int_equal(slice_eat_u32le(&rest, &wide), -1);
    assert_int_equal(rest.len, 3);
    assert_int_equal(slice_eat_u16be(&rest, &narrow), 0);
    assert_int_equal(narrow, 0x6162);
}

static void numbers_past_the_end_are_zero(void **state)
{
    static const unsigned char bytes[] = { 0x81, 2, 3, 4, 5, 6, 7, 8, 9 };
    const struct slice s = slice_of(bytes, sizeof bytes);
    (void)state;
    assert_int_equal(slice_u16le(s, 0), 0x0281);
    assert_int_equal(slice_u16be(s, 7), 0x0809);
    assert_int_equal(slice_u16be(s, 8), 0);
    assert_int_equal(slice_u32le(s, 5), 0x09080706);
    assert_int_equal(slice_u32le(s, 6), 0);
    assert_int_equal(slice_u32be(s, 0), 0x81020304);
    assert_int_equal(slice_u32be(s, SIZE_MAX), 0);
    assert_true(slice_u64le(s, 1) == UINT64_C(0x0908070605040302));
    assert_true(slice_u64le(s, 2) == 0);
}

static void finds_the_first_wherever_it_stands(void **state)
{
    static unsigned char text[300];
    (void)state;
    for (size_t len = 1; len <= 70; len += 3)
        for (size_t at = 0; at + len <= sizeof text; at++) {
            memset(text, 'a', sizeof text);
            memset(text + at, 'b', len);
            text[at + len - 1] = 'c';
            struct slice needle = slice_of(text + at, len);
            unsigned char copy[80];
            memcpy(copy, needle.ptr, len);
            needle.ptr = copy;
            assert_int_equal(slice_find(slice_of(text, sizeof text), 0, needle), at);
            assert_int_equal(slice_find(slice_of(text, at + len), at, needle), at);
            assert_true(slice_find(slice_of(text, at + len - 1), 0, needle) == SLICE_NONE);
            assert_int_equal(slice_find_nocase(slice_of(text, sizeof text), 0, needle), at);
            assert_true(slice_find_nocase(slice_of(text, at + len - 1), 0, needle) == SLICE_NONE);
            copy[len - 1] = 'C';
            assert_int_equal(slice_find_nocase(slice_of(text, at + len), 0, needle), at);
            assert_true(slice_find(slice_of(text, sizeof text), at + 1, needle) == SLICE_NONE);
        }
    assert_int_equal(slice_find(slice_str("abc"), 3, slice_str("")), 3);
    assert_true(slice_find(slice_str("abc"), 4, slice_str("")) == SLICE_NONE);
}

static void letters_have_no_case(void **state)
{
    (void)state;
    assert_true(slice_is_equal_nocase(slice_str("Content-ID"), slice_str("cONTENT-id")));
    assert_false(slice_is_equal_nocase(slice_str("[x"), slice_str("{x")));
    assert_false(slice_is_equal_nocase(slice_str("ax"), slice_str("ay")));
    assert_true(slice_is_equal_nocase(slice_str(""), slice_of(NULL, 0)));
    assert_true(slice_starts_with_nocase(slice_str("abc"), "AB"));
    assert_false(slice_starts_with(slice_str("a"), "ab"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_in_any_way),          cmocka_unit_test(long_lines_cross_steps),
        cmocka_unit_test(numbers_do_not_overflow),       cmocka_unit_test(eating_checks_first),
        cmocka_unit_test(numbers_past_the_end_are_zero), cmocka_unit_test(finds_the_first_wherever_it_stands),
        cmocka_unit_test(letters_have_no_case),
    };
    return cmocka_run_group_tests_name("slice", tests, NULL, NULL);
}
