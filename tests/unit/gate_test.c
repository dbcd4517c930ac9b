/* gate_test.c - the parts of a text that may hold a vendor's key: none is lost wherever it stands, and prose has none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "match/gate.h"

#define REACH 40
#define KEY "q7Zt5Kd0Wx3Vb8Nm" /* sixteen bytes, as short as a value can be */

static unsigned parts_of(struct slice text, size_t *covered_from, size_t *covered_to)
{
    struct gate gate;
    unsigned count = 0;
    size_t from, to, last = 0;
    gate_begin(&gate, text, REACH, (struct gate_seer){ 0 });
    while (gate_next(&gate, &from, &to)) {
        assert_true(from < to && to <= text.len && (count == 0 || from > last));
        last = to;
        *covered_from = from;
        *covered_to = to;
        count++;
    }
    return count;
}

static void a_value_is_let_pass_at_any_place(void **state)
{
    static const char *const heads[] = {
        "acme key: ", "acme=",         "ACME_KEY=\"",   "acme>\n",   "x,",
        "acme-key-",  "acme token (",  "a=b&acme_key=", "acme pwd ", "acme licence code of it [",
        "acme key-=", "acme = > \r\n "
    };
    static unsigned char text[200];
    (void)state;
    for (size_t h = 0; h < sizeof heads / sizeof *heads; h++)
        for (size_t at = 0; at < 100; at++)
            for (size_t after = 0; after < 40; after += 3) {
                size_t head = strlen(heads[h]), from = 0, to = 0, len = at + head + 16 + after;
                memset(text, ' ', sizeof text);
                memcpy(text + at, heads[h], head);
                memcpy(text + at + head, KEY, 16);
                assert_int_equal(parts_of(slice_of(text, len), &from, &to), 1);
                assert_true((from == 0 || from + REACH <= at + head) && to >= at + head + 16);
            }
}

static void what_is_no_value_is_not(void **state)
{
    static const char *const texts[] = {
        "",
        "a",
        "Thanks for the very long internationalization of it",
        "Message-Id: <20020807110130.A15637@host>",
        "see http://www.acme.example/mailman/listinfo/acme there",
        "see http://www.acme12.example/mailman/listinfo/acme there",
        "------=_NextPart_000_0012_01C24A1B.5A4C1230",
        "the host acme q7Zt5Kd0Wx3Vb8Nm of it",
        ("acme key, all of it and much more than that and then as much once more q7Zt5Kd0Wx3Vb8Nm "
         "or\nq7Zt5Kd0Wx3Vb8Nm"),
        "acme key: q7Zt5Kd0Wx3Vb8N",
        "acme key: qqZtqKdqWxqVbqN8m",
        "-----------------------------------------------",
        "acme key: q7Zt5Kd0 Wx3Vb8Nm",
    };
    size_t from, to;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(parts_of(slice_str(texts[i]), &from, &to), 0);
}

/* Runs of all lengths, in all places of the words that are looked at, with digits anywhere: let pass exactly where two of them are digits. */
static void long_runs_with_two_digits_are_found(void **state)
{
    static unsigned char text[600];
    (void)state;
    for (size_t len = 21; len < 300; len += 7)
        for (size_t at = 1; at < 70; at++)
            for (unsigned digits = 0; digits < 4; digits++) {
                size_t from = 0, to = 0;
                memset(text, ' ', sizeof text);
                memset(text + at, 'q', len);
                memcpy(text + at, "acme=", 5);
                for (unsigned d = 0; d < digits; d++)
                    text[at + 5 + d * (len - 6) / 3] = '7';
                assert_int_equal(parts_of(slice_of(text, at + len + at % 3), &from, &to), digits > 1);
                assert_true(digits < 2 || to == at + len);
            }
}

static void near_values_share_a_part(void **state)
{
    static unsigned char text[400];
    size_t from, to;
    (void)state;
    for (size_t gap = 1; gap < 300; gap++) {
        memset(text, ' ', sizeof text);
        text[19] = text[35 + gap] = ':';
        memcpy(text + 20, KEY, 16);
        memcpy(text + 36 + gap, KEY, 16);
        assert_int_equal(parts_of(slice_of(text, 36 + gap + 16), &from, &to), gap > REACH ? 2 : 1);
        assert_int_equal(to, 36 + gap + 16);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_let_pass_at_any_place),
        cmocka_unit_test(what_is_no_value_is_not),
        cmocka_unit_test(long_runs_with_two_digits_are_found),
        cmocka_unit_test(near_values_share_a_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
