/* header_test.c - header blocks: their fields, their end, folds and comments, dates and message ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "decode/header.h"
#include "item/envelope.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void assert_slice(struct slice got, const char *expected)
{
    if (!slice_is_equal(got, slice_str(expected)))
        fail_msg("got '%.*s', expected '%s'", (int)got.len, (const char *)got.ptr, expected);
}

static void test_fields_and_folds_by_any_line_end(void **state)
{
    static const char *const blocks[] = { "A: 1\r\n\t2\r\nB : x\r\njunk\r\nC:\r\n",
                                          "A: 1\n\t2\nB : x\njunk\nC:\n" };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct slice rest = slice_str(blocks[i]);
        struct header_field field;
        assert_int_equal(header_eat(&rest, &field), 1);
        assert_slice(field.name, "A");
        assert_slice(header_unfold(arena, field.value), "1 2");
        assert_int_equal(header_eat(&rest, &field), 1);
        assert_slice(field.name, "B");
        assert_slice(field.value, " x");
        assert_int_equal(header_eat(&rest, &field), 1);
        assert_slice(field.name, "");
        assert_slice(field.value, "junk");
        assert_int_equal(header_eat(&rest, &field), 1);
        assert_slice(field.name, "C");
        assert_slice(field.value, "");
        assert_int_equal(header_eat(&rest, &field), 0);
    }
}

static void test_raw_bytes_of_fields_are_the_block(void **state)
{
    static const char text[] = "From x\r\nA:1\r B\rC: 2\r\r\n fold\rstray\nD:\n :\n::\n\xFF: x";
    struct slice rest = slice_str(text);
    struct header_field field;
    size_t total = 0;
    (void)state;
    while (header_eat(&rest, &field) == 1) {
        assert_ptr_equal(field.raw.ptr, (const unsigned char *)text + total);
        total += field.raw.len;
    }
    assert_int_equal(total, strlen(text));
}

static void test_bare_cr_ends_a_line_only_before_a_field(void **state)
{
    struct slice rest = slice_str("A: one\rtwo\rB: 3\r");
    struct header_field field;
    (void)state;
    assert_int_equal(header_eat(&rest, &field), 1);
    assert_slice(field.value, " one\rtwo");
    assert_int_equal(header_eat(&rest, &field), 1);
    assert_slice(field.name, "B");
    assert_slice(field.value, " 3");
}

static const struct {
    const char *text;
    size_t length, blank;
} blocks[] = {
    { "A: 1\r\nB: 2\r\n\r\nbody", 14, 2 },
    { "A: 1\nB: 2\n\nbody", 11, 1 },
    { "A: 1\rB: 2\r\rbody", 11, 1 },
    { "A: 1\r\r\nB: 2\r\r\n\r\r\nbody", 17, 3 },
    { "\r\nbody", 2, 2 },
    { "\n", 1, 1 },
    { "just text\nmore\n", 0, 0 },
    { "", 0, 0 },
    { " fold first\nA: 1\n\n", 0, 0 },
    { "A: 1\nHello John\nthe text\n", 5, 0 },                  /* no blank line */
    { "A: 1\n--boundary\nB: 2\n\n", 5, 0 },                    /* a boundary ends any header */
    { "Subject: a\nwrapped words\nTo: b\n\nbody", 34 - 2, 1 }, /* lost its indent */
    { "A: 1\nFrom\n : x\nTo: b\n\nbody", 22, 1 },
    { "R: <a@b>, <c.\nd@e>\n\nbody", 20, 1 },
    { "A: 1\nVklSVVM=\n\nbody", 5, 0 },
    { "A: 1\nFrom x Mon\nB: 2\n\nbody", 22, 1 },
    { "From x Mon\nB: 2\n\nbody", 17, 1 },
    { ">From x Mon\nnot a field\n\nbody", 0, 0 },
    { "A: 1\n \t\nB: 2\n\nbody", 14, 1 },
    { "A: 1", 4, 0 },
    { "A: 1\r\n\r", 7, 1 },
};

static void test_block_length(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        size_t blank = 99;
        bool is_complete = false;
        size_t length = header_block_length(slice_str(blocks[i].text), true, &blank, &is_complete);
        if (length != blocks[i].length || blank != blocks[i].blank || !is_complete)
            fail_msg("'%s': %d with blank %d", blocks[i].text, (int)length, (int)blank);
    }
}

/* As long as a block is not complete, more text is asked for; once it is, more text changes nothing. */
static void test_block_length_of_a_growing_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        struct slice text = slice_str(blocks[i].text);
        for (size_t cut = 0; cut < text.len; cut++) {
            size_t blank;
            bool is_complete;
            size_t length = header_block_length(slice_sub(text, 0, cut), false, &blank, &is_complete);
            if (is_complete && length != blocks[i].length)
                fail_msg("'%s' cut at %d: %d", blocks[i].text, (int)cut, (int)length);
        }
    }
}

static void test_clean_values_are_not_copied(void **state)
{
    struct slice value = slice_str(" text/plain; charset=utf-8 ");
    size_t before = arena_used(arena);
    (void)state;
    assert_ptr_equal(header_unfold(arena, value).ptr, value.ptr + 1);
    assert_ptr_equal(header_strip_comments(arena, value, 16).ptr, value.ptr + 1);
    assert_ptr_equal(header_decode_text(arena, value).ptr, value.ptr + 1);
    assert_int_equal(arena_used(arena), before);
}

static void test_comments(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        { "a (b) c", "a  c" },
        { "(a(b)c)d", "d" },
        { "\"(a)\" b", "\"(a)\" b" },
        { "a (b\\)) c", "a  c" },
        { "a (never", "a (never" },
        { "a) b", "a) b" },
        { "(a(b(c(d)))) e", "(d) e" },
        { "\\(a\\)", "\\(a\\)" },
        { "a (\") b", "a  b" },
        { "(", "(" },
        { "(\\", "(\\" },
        { "x\n (y)\n z", "x  z" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_slice(header_strip_comments(arena, slice_str(cases[i].in), 3), cases[i].out);
}

static struct slice repeat(const char *unit, size_t count)
{
    size_t len = strlen(unit);
    unsigned char *text = arena_alloc(arena, len * count);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * len, unit, len);
    return slice_of(text, len * count);
}

/* Each would take minutes if any step looked at all the rest again. */
static void test_hostile_blocks_take_linear_time(void **state)
{
    static const char *const units[] = { "\r", "a\r", "a:\r", "\r\r\r\r\r", "a\r\r", " \r",
                                         "x",  "(",   "<",    "=?x?q?",     "\"\\" };
    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct slice text = repeat(units[i], 1000000 / strlen(units[i])), rest = text, id;
        struct header_field field;
        size_t blank;
        bool is_complete;
        header_block_length(text, true, &blank, &is_complete);
        while (header_eat(&rest, &field) == 1)
            continue;
        rest = text;
        while (header_eat_message_id(&rest, &id) == 1)
            continue;
        header_unfold(arena, text);
        header_strip_comments(arena, text, 16);
        header_decode_text(arena, text);
        header_parse_date(text);
    }
}

static void test_message_ids(void **state)
{
    struct slice rest = slice_str("junk <a@b> <c@d>\r\n\t< <e@f> > <> <g"), id;
    (void)state;
    assert_int_equal(header_eat_message_id(&rest, &id), 1);
    assert_slice(id, "<a@b>");
    assert_int_equal(header_eat_message_id(&rest, &id), 1);
    assert_slice(id, "<c@d>");
    assert_int_equal(header_eat_message_id(&rest, &id), 1);
    assert_slice(id, "<e@f>");
    assert_int_equal(header_eat_message_id(&rest, &id), 0);
}

static void test_dates(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        { "Fri, 12 Jan 2024 09:30:00 +0000", 1705051800 },
        { "Fri, 12 Jan 2024 09:30:00 GMT", 1705051800 },
        { "12 Jan 2024 10:30 +0100", 1705051800 },
        { "Fri, 12 Jan 2024 04:30:00 EST", 1705051800 },
        { "Fri, 12 Jan 24 04:30:00 -0500 (EST)", 1705051800 },
        { "(c(d)) Fri , 12 (x) Jan 2024 09 :30:00 Z", ENVELOPE_NO_DATE + 1 },
        { "Fri Jan 12 09:30:00 2024", 1705051800 },
        { "Fri Jan 12 09:30:00 UTC 2024", 1705051800 },
        { "12-Jan-2024 09:30:00 +0000", 1705051800 },
        { "Fri, 12 Jan 2024 9:30 AM +0000", 1705051800 },
        { "Fri, 12 Jan 2024 9:30 PM +0000", 1705051800 + 43200 },
        { "Vendredi, 12 Jan 2024 09:30:00 +00:00", 1705051800 },
        { "Thu, 1 Jan 1970 00:00:00 +0000", 0 },
        { "Wed, 31 Dec 1969 23:59:59 +0000", -1 },
        { "29 Feb 2000 00:00:00 +0000", 951782400 },
        { "29 Feb 1900 00:00:00 +0000", ENVELOPE_NO_DATE },
        { "1 Jan 99 00:00:00 +0000", 915148800 },
        { "1 Jan 104 00:00:00 +0000", 1072915200 },
        { "1 Jan 2024 00:00:00 +9999", 1704067200 },
        { "32 Jan 2024 00:00:00 +0000", ENVELOPE_NO_DATE },
        { "12 Jan 2024 25:00:00 +0000", ENVELOPE_NO_DATE },
        { "12 Foo 2024 09:30:00 +0000", ENVELOPE_NO_DATE },
        { "99999999999999999999 Jan 99999999999999999", ENVELOPE_NO_DATE },
        { "", ENVELOPE_NO_DATE },
        { "((((((", ENVELOPE_NO_DATE },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t got = header_parse_date(slice_str(cases[i].text));
        if (got != cases[i].seconds && cases[i].seconds != ENVELOPE_NO_DATE + 1)
            fail_msg("'%s': %lld", cases[i].text, (long long)got);
    }
}

static void test_asctime_of_from_lines(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        { "Fri Jan 12 09:30:00 2024", 1705051800 },
        { "Fri Jan  2 09:30:00 2024\r\n", 1705051800 - 864000 },
        { "Fri Jan 12 09:30:00 +0000 2024", 1705051800 },
        { "Fri Jan 12 09:30 2024", 1705051800 },
        { "Fri Jan 12 09:30:00 2024 remote from host", 1705051800 },
        { "Fri, 12 Jan 2024 09:30:00 +0000", 1705051800 },
        { "the desk of John, Jan 12", ENVELOPE_NO_DATE },
        { "Friday on we use password=x", ENVELOPE_NO_DATE },
        { "Fri Jan 12 2024", ENVELOPE_NO_DATE },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t got = header_parse_asctime(slice_str(cases[i].text));
        if (got != cases[i].seconds)
            fail_msg("'%s': %lld", cases[i].text, (long long)got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields_and_folds_by_any_line_end),
        cmocka_unit_test(test_raw_bytes_of_fields_are_the_block),
        cmocka_unit_test(test_bare_cr_ends_a_line_only_before_a_field),
        cmocka_unit_test(test_block_length),
        cmocka_unit_test(test_block_length_of_a_growing_text),
        cmocka_unit_test(test_clean_values_are_not_copied),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_hostile_blocks_take_linear_time),
        cmocka_unit_test(test_message_ids),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_asctime_of_from_lines),
    };
    return cmocka_run_group_tests_name("header", tests, set_up, tear_down);
}
