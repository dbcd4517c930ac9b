/* helper_test.c - frames between a worker and a helper: what is taken, what waits for more, what is refused; and settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ask/protocol.h"
#include "ask/settings.h"

struct frame_case {
    const char *name;
    const char *bytes;
    size_t len;
    int got;
    size_t taken; /* bytes, where got is 1 */
};

#define FRAME(text) text, sizeof(text) - 1

static const struct frame_case frame_cases[] = {
    { "an item", FRAME("\x02\x00\x00\x00\x04\x00\x00\x00PAGE"), 1, 12 },
    { "an item without a name", FRAME("\x02\x01\x00\x00\x00\x00\x00\x00"), 1, 8 },
    { "bytes, and more after them", FRAME("\x03\x00\x00\x00\x01\x00\x00\x00xyz"), 1, 9 },
    { "the end", FRAME("\x05\x00\x00\x00\x00\x00\x00\x00"), 1, 8 },
    { "half a head", FRAME("\x02\x00\x00"), 0, 0 },
    { "half a name", FRAME("\x02\x00\x00\x00\x04\x00\x00\x00PA"), 0, 0 },
    { "nothing", FRAME(""), 0, 0 },
    { "no type", FRAME("\x00\x00\x00\x00\x00\x00\x00\x00"), -1, 0 },
    { "an unknown type", FRAME("\x06\x00\x00\x00\x00\x00\x00\x00"), -1, 0 },
    { "an unknown item", FRAME("\x02\x03\x00\x00\x00\x00\x00\x00"), -1, 0 },
    { "an unknown gap", FRAME("\x04\x07\x00\x00\x01\x00\x00\x00x"), -1, 0 },
    { "a gap without words", FRAME("\x04\x00\x00\x00\x00\x00\x00\x00"), -1, 0 },
    { "zero is not zero", FRAME("\x02\x00\x01\x00\x00\x00\x00\x00"), -1, 0 },
    { "a name too long", FRAME("\x02\x00\x00\x00\x01\x04\x00\x00"), -1, 0 },
    { "bytes too long, before they come", FRAME("\x03\x00\x00\x00\xff\xff\xff\xff"), -1, 0 },
    { "an end with bytes", FRAME("\x05\x00\x00\x00\x01\x00\x00\x00x"), -1, 0 },
    { "a name that is no UTF-8", FRAME("\x02\x00\x00\x00\x01\x00\x00\x00\xff"), -1, 0 },
};

static void frames_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof frame_cases / sizeof *frame_cases; i++) {
        const struct frame_case *c = &frame_cases[i];
        struct slice rest = slice_of(c->bytes, c->len);
        struct helper_frame frame;
        struct error err = { 0 };
        int got = helper_frame_eat(&rest, &frame, &err);
        if (got != c->got || c->len - rest.len != c->taken)
            fail_msg("%s: %d, %zu bytes taken", c->name, got, c->len - rest.len);
        if (got < 0)
            assert_int_equal(err.kind, ERROR_CRASHED);
    }
}

static void a_request_keeps_its_bounds(void **state)
{
    unsigned char head[HELPER_HEAD];
    size_t passwords;
    uint64_t document;
    (void)state;
    helper_request_head(head, 3, (uint64_t)5 << 32);
    assert_int_equal(helper_request_read(slice_of(head, sizeof head), UINT64_MAX, &passwords, &document), 0);
    assert_int_equal(passwords, 3);
    assert_true(document == (uint64_t)5 << 32);
    assert_int_equal(helper_request_read(slice_of(head, sizeof head), 1 << 20, &passwords, &document), -1);
    assert_int_equal(helper_request_read(slice_of(head, 15), UINT64_MAX, &passwords, &document), -1);
    helper_request_head(head, HELPER_PASSWORDS + 1, 5);
    assert_int_equal(helper_request_read(slice_of(head, sizeof head), UINT64_MAX, &passwords, &document), -1);
}

static void settings_come_as_they_went(void **state)
{
    struct helper_settings settings = { 1, 2, 3, UINT64_MAX, 5, 6, 7, "eng+deu" }, back;
    char numbers[HELPER_NUMBERS][24];
    char *arguments[HELPER_NUMBERS + 2];
    (void)state;
    helper_settings_write(&settings, numbers);
    for (unsigned i = 0; i < HELPER_NUMBERS; i++)
        arguments[i] = numbers[i];
    arguments[HELPER_NUMBERS] = settings.languages;
    arguments[HELPER_NUMBERS + 1] = NULL;
    assert_int_equal(helper_settings_read(&back, arguments), 0);
    assert_memory_equal(&back, &settings, sizeof back);
    arguments[HELPER_NUMBERS] = NULL;
    assert_int_equal(helper_settings_read(&back, arguments), -1);
    numbers[2][0] = '-';
    assert_int_equal(helper_settings_read(&back, arguments), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_checked),
        cmocka_unit_test(a_request_keeps_its_bounds),
        cmocka_unit_test(settings_come_as_they_went),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
