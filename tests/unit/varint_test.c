/* varint_test.c - numbers and texts come back as they were put; what is cut or too long is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/varint.h"

static const struct {
    uint64_t number;
    size_t len;
} cases[] = { { 0, 1 },     { 127, 1 },       { 128, 2 },        { 16383, 2 },
              { 16384, 3 }, { INT64_MAX, 9 }, { UINT64_MAX, 10 } };

static void numbers_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out;
        uint64_t got;
        buffer_init(&out, 64);
        varint_put(&out, cases[i].number);
        assert_int_equal(out.len, cases[i].len);
        struct slice rest = buffer_slice(&out);
        assert_int_equal(varint_eat(&rest, &got), 0);
        assert_true(got == cases[i].number && rest.len == 0);
        for (size_t len = 0; len < out.len; len++) {
            rest = slice_sub(buffer_slice(&out), 0, len);
            assert_int_equal(varint_eat(&rest, &got), -1);
        }
        buffer_release(&out);
    }
}

static void numbers_without_end_are_none(void **state)
{
    unsigned char bytes[32];
    uint64_t got;
    struct slice rest = slice_of(bytes, sizeof bytes);
    (void)state;
    memset(bytes, 0xFF, sizeof bytes);
    assert_int_equal(varint_eat(&rest, &got), -1);
}

static void texts_come_back(void **state)
{
    struct buffer out;
    struct slice rest, got = { NULL, 0 };
    (void)state;
    buffer_init(&out, 64);
    varint_put_text(&out, slice_str("one"));
    varint_put_text(&out, slice_str(""));
    rest = buffer_slice(&out);
    assert_int_equal(varint_eat_text(&rest, &got), 0);
    assert_true(slice_is_equal(got, slice_str("one")));
    assert_int_equal(varint_eat_text(&rest, &got), 0);
    assert_int_equal(got.len, 0);
    assert_int_equal(varint_eat_text(&rest, &got), -1);
    rest = slice_sub(buffer_slice(&out), 0, 3); /* says three, has two */
    assert_int_equal(varint_eat_text(&rest, &got), -1);
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(numbers_without_end_are_none),
        cmocka_unit_test(texts_come_back),
    };
    return cmocka_run_group_tests_name("varint", tests, NULL, NULL);
}
