/* reply_test.c - where the earlier message begins in a reply or forward: `@` in the text, which is taken out; none where there is no `@`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "decode/reply.h"

#define ON "On Fri, Jan 12, 2024 Bob <bob(at)x.example> wrote:"
#define OUTLOOK "From: Bob\nSent: Friday\nTo: Alice\nSubject: key\n"

static const char *const texts[] = {
    "hi\n\n@-----Original Message-----\n" OUTLOOK "\nold\n",
    "hi\r\n\r\n@-----Original Message-----\r\nFrom: Bob\r\n\r\nold\r\n",
    "hi\n@---------- Forwarded message ---------\nFrom: Bob\n",
    "hi\n@----- Mensaje original -----\nDe: Bob\n",
    "hi\n@-----原始邮件-----\n发件人: Bob\n",
    "hi\n@" OUTLOOK "\nold\n",
    "hi\n@Von: Bob\nGesendet: Freitag\nAn: Alice\n\nold\n",
    "hi\n@De : Bob\nEnvoyé : vendredi\n\nold\n",
    "hi\n@" ON "\n\nold\n",
    "@" ON "\nold\n",
    "hi\n@Am 12.01.2024 um 09:30 schrieb Bob:\nold\n",
    "hi\n@Le 12 janv. 2024 à 09:30, Bob a écrit :\nold\n",
    "hi\n@Begin forwarded message:\n\nold\n",
    /* quoted with a prefix: that tells */
    "hi\n" ON "\n> old\n\nmy own\n",
    "hi\n" ON "\n\n> old\n\nmy own\n",
    "hi\n-----Original Message-----\n> old\nmy own\n",
    /* no mark */
    "",
    "hi\n",
    OUTLOOK "\nthe text begins with a header\n",
    "hi\n-----BEGIN PGP MESSAGE-----\nx\n-----END PGP MESSAGE-----\n",
    "hi\n-------------------\nx\n",
    "hi\n-- Original Message, a film\n",
    "hi\nFrom: me\n\nno more of a header\n",
    "hi\nOn 12 May Bob wrote to us\nand then:\n\nx\n",
    "hi\nOn second thoughts: no\nx\n",
};

static void the_first_mark_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buffer text;
        struct slice marked = slice_str(texts[i]);
        size_t want = slice_find_byte(marked, 0, '@');
        buffer_init(&text, 4096);
        buffer_put(&text, slice_sub(marked, 0, want));
        if (want != SLICE_NONE)
            buffer_put(&text, slice_skip(marked, want + 1));
        size_t got = reply_find(buffer_slice(&text));
        if (got != want)
            print_error("%zu instead of %zu in '%s'\n", got, want, texts[i]);
        assert_true(got == want);
        buffer_release(&text);
    }
}

static void html_is_searched_for_marks_of_programs(void **state)
{
    (void)state;
    assert_int_equal(
        reply_find_in_html(slice_str("<p>hi</p><div class=\"gmail_quote\">old<div id=\"appendonsend\">")),
        21);
    assert_int_equal(reply_find_in_html(slice_str("<p>x</p><blockquote type=\"cite\">y")), 8);
    assert_true(reply_find_in_html(slice_str("<p>On Friday Bob wrote: x</p>")) == SLICE_NONE);
    assert_true(reply_find_in_html(slice_str("")) == SLICE_NONE);
}

/* Text that looks like a mark again and again, or is one line, takes no longer for it. */
static void hostile_text_is_read_once(void **state)
{
    static const char *const pieces[] = { "On 1 ", "From: x\n", "On 1 wrote\n",
                                          "-----", "x",         "-----Original Message-----\n> x\n",
                                          "\r" };
    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buffer text;
        buffer_init(&text, 5 * 1024 * 1024);
        while (text.len < 4 * 1024 * 1024)
            buffer_put_str(&text, pieces[i]);
        clock_t start = clock();
        assert_true(reply_find(buffer_slice(&text)) == SLICE_NONE);
        assert_true(clock() - start < 4 * CLOCKS_PER_SEC);
        buffer_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_mark_is_found),
        cmocka_unit_test(html_is_searched_for_marks_of_programs),
        cmocka_unit_test(hostile_text_is_read_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
