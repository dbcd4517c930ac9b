/* params_test.c - parameters, encoded words and addresses of header fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "decode/header.h"
#include "item/envelope.h"

static struct arena *arena;
static struct limits limits;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new(0);
    limits_init(&limits);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void assert_slice(struct slice got, const char *expected, const char *of)
{
    if (!slice_is_equal(got, slice_str(expected)))
        fail_msg("'%s': got '%.*s', expected '%s'", of, (int)got.len, (const char *)got.ptr, expected);
}

static const struct {
    const char *value, *token, *name, *param;
} param_cases[] = {
    { "text/plain", "text/plain", "charset", "" },
    { "", "", "charset", "" },
    { " Text/PLAIN ; Charset=\"US-ASCII\" ", "text/plain", "charset", "US-ASCII" },
    { "text / plain; charset=utf-8", "text/plain", "charset", "utf-8" },
    { "text/plain; charset=us-ascii (Plain text)", "text/plain", "charset", "us-ascii" },
    { "text/plain (a; b=c) ; (x=y;) charset=utf-8", "text/plain", "charset", "utf-8" },
    { "text/plain charset=utf-8", "text/plain", "charset", "utf-8" },
    { "text/plain; charset=utf-8 format=flowed", "text/plain", "charset", "utf-8" },
    { "text/plain; charset=utf-8 format=flowed", "text/plain", "format", "flowed" },
    { "text/plain; name=\"a\" charset=utf-8", "text/plain", "charset", "utf-8" },
    { "text/plain;\r\n\tcharset\r\n = \r\n\t\"utf-8\"", "text/plain", "charset", "utf-8" },
    { "text/plain;;; ;charset=utf-8;", "text/plain", "charset", "utf-8" },
    { "multipart/mixed; boundary=\"a;b=c\\\"d\"", "multipart/mixed", "boundary", "a;b=c\"d" },
    { "multipart/mixed; boundary==_x=1", "multipart/mixed", "boundary", "=_x=1" },
    { "multipart/mixed; boundary=a/b:c?d", "multipart/mixed", "boundary", "a/b:c?d" },
    { "multipart/mixed; boundary=\"abc", "multipart/mixed", "boundary", "abc" },
    { "multipart/mixed; boundary=\"\"; x=1", "multipart/mixed", "boundary", "" },
    { "attachment; filename=Report (final) v2.pdf; size=3", "attachment", "filename",
      "Report (final) v2.pdf" },
    { "attachment; filename=my file.pdf size=3", "attachment", "filename", "my file.pdf" },
    { "attachment; filename=\"a \"b\" c.pdf\"; size=3", "attachment", "filename", "a \"b\" c.pdf" },
    { "attachment; filename=\"C:\\dir\\file.pdf\"", "attachment", "filename", "C:\\dir\\file.pdf" },
    { "attachment; filename=\"=?utf-8?Q?b=C3=A9.txt?=\"", "attachment", "filename", "b\xC3\xA9.txt" },
    { "attachment; filename==?utf-8?B?YsOpLnR4dA==?=", "attachment", "filename", "b\xC3\xA9.txt" },
    { "attachment; filename=b\xE9.txt", "attachment", "filename", "b\xC3\xA9.txt" },
    { "filename=a.txt", "", "filename", "a.txt" },
    { "attachment; filename*=utf-8''b%C3%A9.txt; filename=x", "attachment", "filename", "b\xC3\xA9.txt" },
    { "attachment; filename=x; filename*=iso-8859-1'fr'b%E9.txt", "attachment", "filename", "b\xC3\xA9.txt" },
    { "attachment; filename*0=a; filename*1=b; filename*2=\"c d\"", "attachment", "filename", "abc d" },
    { "attachment; filename*2=c; filename*0=a; filename*1=b", "attachment", "filename", "abc" },
    { "attachment; filename*0*=utf-8''b%C3; filename*1*=%A9; filename*2=.txt", "attachment", "filename",
      "b\xC3\xA9.txt" },
    { "attachment; filename*0*=utf-8'en'a; filename*1=%41", "attachment", "filename", "a%41" },
    { "attachment; filename*0=a; filename*0=b; filename*9=c", "attachment", "filename", "ac" },
    { "attachment; filename*1=b", "attachment", "filename", "b" },
    { "attachment; filename*99999999999999999999=b; filename*=utf-8''a", "attachment", "filename", "a" },
    { "attachment; filename*=no-quotes%41", "attachment", "filename", "no-quotesA" },
    { "attachment; filename*=x-none''%E9", "attachment", "filename", "\xC3\xA9" },
    { "attachment; filename*=utf-8''%", "attachment", "filename", "%" },
    { "inline; =; ;; x; \"y\"; filename=z", "inline", "filename", "z" },
    { "\"text/plain\"; charset='utf-8'", "text/plain", "charset", "'utf-8'" },
};

static void test_params(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof param_cases / sizeof *param_cases; i++) {
        struct header_params params;
        header_parse_params(arena, slice_str(param_cases[i].value), &limits, &params);
        assert_slice(params.token, param_cases[i].token, param_cases[i].value);
        assert_slice(header_param(&params, param_cases[i].name), param_cases[i].param, param_cases[i].value);
        assert_false(params.is_over_limit);
    }
}

static struct slice repeat(const char *unit, size_t count, const char *end)
{
    size_t len = strlen(unit);
    unsigned char *text = arena_alloc(arena, len * count + strlen(end));
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * len, unit, len);
    memcpy(text + len * count, end, strlen(end));
    return slice_of(text, len * count + strlen(end));
}

static void test_params_over_the_limit_are_told(void **state)
{
    struct header_params params;
    (void)state;
    header_parse_params(arena, repeat("; a=b", 256, ""), &limits, &params);
    assert_false(params.is_over_limit);
    assert_int_equal(params.count, 1);
    header_parse_params(arena, repeat("; a=b", 257, ""), &limits, &params);
    assert_true(params.is_over_limit);
}

static const struct {
    const char *value, *text;
} word_cases[] = {
    { "plain", "plain" },
    { " folded\r\n\t text ", "folded text" },
    { "=?utf-8?Q?a=20b_c?=", "a b c" },
    { "=?UTF-8?q?=C3=A9?= x", "\xC3\xA9 x" },
    { "x =?utf-8?B?w6k=?= y", "x \xC3\xA9 y" },
    { "=?utf-8?B?w6k?=", "\xC3\xA9" },
    { "=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab" },
    { "=?utf-8?Q?a?=\r\n =?iso-8859-1?Q?=E9?=", "a\xC3\xA9" },
    { "=?utf-8?Q?a?==?utf-8?Q?b?=", "ab" },
    { "=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "\xC3\xA9" }, /* split inside a character */
    { "=?utf-8?B?ww==?= =?utf-8?B?qQ==?=", "\xC3\xA9" },
    { "=?utf-8?Q?=C3?= =?UTF-8?B?qQ==?=", "\xC3\xA9" },
    { "=?utf-8*en?Q?=C3=A9?=", "\xC3\xA9" },
    { "=?iso-2022-jp?B?GyRCJCI=?= =?iso-2022-jp?B?GyRCJCQbKEI=?=", "\xE3\x81\x82\xE3\x81\x84" },
    { "=?utf-8?Q?=41?=", "A" },
    { "=?utf-8?Q?=4?= =?utf-8?Q?ok=?=", "=4ok=" },
    { "=?utf-8?Q?"
      "?=x",
      "x" },
    { "=?utf-8?Q?a b?=", "a b" },
    { "=?utf-8?Q?a\r\n b?=", "a b" },
    { "=?utf-8?X?a?=", "=?utf-8?X?a?=" },
    { "=?utf-8?Q?never", "=?utf-8?Q?never" },
    { "=?", "=?" },
    { "=?=?=?=", "=?=?=?=" },
    { "=??Q?a?=", "=??Q?a?=" },
    { "=?none?Q?=C3=A9?=", "\xC3\xA9" },
    { "=?none?Q?=E9?=", "\xC3\xA9" },
    { "=?us-ascii?Q?=93x=94?=", "\xE2\x80\x9Cx\xE2\x80\x9D" },
    { "raw \xC3\xA9", "raw \xC3\xA9" },
    { "raw \xE9", "raw \xC3\xA9" },
    { "\xE9 =?utf-8?Q?=C3=A9?= \xC3\xA9", "\xC3\xA9 \xC3\xA9 \xC3\xA9" },
    { "\"=?utf-8?Q?a?=\" <b@c>", "\"a\" <b@c>" },
};

static void test_encoded_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof word_cases / sizeof *word_cases; i++)
        assert_slice(header_decode_text(arena, slice_str(word_cases[i].value)), word_cases[i].text,
                     word_cases[i].value);
}

static const struct {
    const char *value, *list; /* joined by commas */
} address_cases[] = {
    { "a@b", "a@b" },
    { "A.User@Example.COM", "A.User@example.com" },
    { "Joe <a@b>, \"Doe, J\" <c@d> , e@f", "a@b,c@d,e@f" },
    { "a@b (Joe, a@x), (c)d@(c)e", "a@b,d@e" },
    { "group: a@b, c@d;, e@f", "a@b,c@d,e@f" },
    { "undisclosed-recipients:;", "undisclosed-recipients:;" },
    { "<@x,@y:a@b>", "a@b" },
    { "<@x,@y:a@b>, c@d", "a@b,c@d" },
    { "a @ b . c", "a@b.c" },
    { "\"a b\"@c", "\"a b\"@c" },
    { "Joe Doe a@b", "a@b" },
    { "\"a@b\"", "a@b" },
    { "'a@b' <c@d>", "c@d" },
    { "\"a@b\" <c@d>", "c@d" },
    { "mailto:a@b", "a@b" },
    { "<mailto:a@b>", "a@b" },
    { "a@[IPv6:2001:db8::1], b@[127.0.0.1]", "a@[ipv6:2001:db8::1],b@[127.0.0.1]" },
    { "Joe <a@b", "a@b" },
    { "Joe <a@b, c@d", "a@b,c@d" },
    { "a@b; c@d", "a@b,c@d" },
    { "O\"Brien a@b", "a@b" },
    { "\"never closed <a@b>", "a@b" },
    { "Joe (never closed <a@b>", "a@b" },
    { "<>", "<>" },
    { "<joe>", "<joe>" },
    { "Jos\xE9", "Jos\xC3\xA9" },
    { "=?utf-8?Q?Jos=C3=A9?=", "Jos\xC3\xA9" },
    { "=?utf-8?Q?Jos=C3=A9?= <a@b>", "a@b" },
    { "a@b,\r\n c@d", "a@b,c@d" },
    { ",,;,", ",,;," },
    { "", "" },
    { "@", "@" },
    { "a@", "a@" },
};

static void test_addresses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof address_cases / sizeof *address_cases; i++) {
        struct address_list list;
        struct buffer joined;
        buffer_init(&joined, 4096);
        header_parse_addresses(arena, slice_str(address_cases[i].value), &limits, &list);
        for (size_t k = 0; k < list.count; k++) {
            if (k > 0)
                buffer_put_byte(&joined, ',');
            buffer_put(&joined, list.at[k]);
        }
        assert_slice(buffer_slice(&joined), address_cases[i].list, address_cases[i].value);
        buffer_release(&joined);
    }
}

/* Each would overflow a stack or take minutes in a parser that recurses or looks again at all the rest. */
static void test_hostile_values_take_linear_time(void **state)
{
    static const char *const units[] = { "a:",    "(",    "((\\",   "\"",         "\"\\",
                                         "<",     "<\"",  "<@",     "@",          " ",
                                         "a ",    "a@b,", ";",      "a=",         "a=\"",
                                         "a=\" ", "\" ",  "=?a?q?", "=?a?q?x?= ", "=?a?q?x?= =?b?q?x?= ",
                                         "a*0=",  "=",    "''",     "[:" };
    static const char *const ends[] = { "", "@b", ">", ")", "\"", "?=" };
    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++) {
            struct arena_mark mark = arena_mark(arena);
            struct slice value = repeat(units[i], 200000 / strlen(units[i]), ends[k]);
            struct header_params params;
            struct address_list list;
            header_parse_params(arena, value, &limits, &params);
            header_parse_addresses(arena, value, &limits, &list);
            header_decode_text(arena, value);
            arena_rewind(arena, mark);
        }
    struct address_list list;
    struct slice spaces = repeat(" ", 200000, "");
    header_parse_addresses(arena,
                           arena_printf(arena, "<%.*s%.*s", (int)spaces.len, (const char *)spaces.ptr, 100000,
                                        (const char *)repeat("@", 100000, "").ptr),
                           &limits, &list);
}

static void test_groups_nested_deep_give_their_text(void **state)
{
    struct address_list list;
    (void)state;
    header_parse_addresses(arena, repeat("a:", 50000, ""), &limits, &list);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.at[0].len, 100000);
    header_parse_addresses(arena, repeat("a:", 50000, "x@y"), &limits, &list);
    assert_int_equal(list.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_params),
        cmocka_unit_test(test_params_over_the_limit_are_told),
        cmocka_unit_test(test_encoded_words),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_hostile_values_take_linear_time),
        cmocka_unit_test(test_groups_nested_deep_give_their_text),
    };
    return cmocka_run_group_tests_name("params", tests, set_up, tear_down);
}
