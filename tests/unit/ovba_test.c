/* ovba_test.c - the compression of macros: the examples of MS-OVBA, and damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "decode/ovba.h"

struct ovba_case {
    const char *name;
    const unsigned char *packed;
    size_t len;
    const char *text;
};

/* Sections 3.2.1 to 3.2.3. */
static const unsigned char no_copies[] = { 0x01, 0x19, 0xB0, 0x00, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66,
                                           0x67, 0x68, 0x00, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F,
                                           0x70, 0x00, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x2E };
static const unsigned char normal[] = { 0x01, 0x2F, 0xB0, 0x00, 0x23, 0x61, 0x61, 0x61, 0x62, 0x63, 0x64,
                                        0x65, 0x82, 0x66, 0x00, 0x70, 0x61, 0x67, 0x68, 0x69, 0x6A, 0x01,
                                        0x38, 0x08, 0x61, 0x6B, 0x6C, 0x00, 0x30, 0x6D, 0x6E, 0x6F, 0x70,
                                        0x06, 0x71, 0x02, 0x70, 0x04, 0x10, 0x72, 0x73, 0x74, 0x75, 0x76,
                                        0x10, 0x77, 0x78, 0x79, 0x7A, 0x00, 0x3C };
static const unsigned char longest[] = { 0x01, 0x03, 0xB0, 0x02, 0x61, 0x45, 0x00 };

static const struct ovba_case cases[] = {
    { "nothing to copy", no_copies, sizeof no_copies, "abcdefghijklmnopqrstuv." },
    { "copies", normal, sizeof normal, "#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa" },
    { "one letter often", longest, sizeof longest,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
};

static void examples_of_the_standard(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out;
        buffer_init(&out, 10000);
        assert_int_equal(ovba_expand(slice_of(cases[i].packed, cases[i].len), &out), cases[i].len);
        if (!slice_is_equal(buffer_slice(&out), slice_str(cases[i].text)))
            fail_msg("%s: got '%.*s'", cases[i].name, (int)out.len, (const char *)out.ptr);
        buffer_release(&out);
    }
}

static void damage_ends_it(void **state)
{
    struct buffer out;
    unsigned char bytes[sizeof normal];
    (void)state;
    for (size_t i = 0; i < 8 * sizeof normal; i++) {
        memcpy(bytes, normal, sizeof normal);
        bytes[i / 8] ^= (unsigned char)(1u << i % 8);
        for (size_t len = 0; len <= sizeof bytes; len++) {
            buffer_init(&out, 100000);
            assert_true(ovba_expand(slice_of(bytes, len), &out) <= len);
            assert_true(out.len <= 4096 * (len / 2 + 1));
            buffer_release(&out);
        }
    }
}

static void source_is_found_in_a_module(void **state)
{
    static const char module[] = "\x01\x16p-code \x01 \0\x01\x40\xB0\0Attribut\0e VB_";
    (void)state;
    struct slice all = slice_of(module, sizeof module - 1);
    assert_int_equal(ovba_find_source(all), 12);
    assert_int_equal(ovba_find_source(slice_sub(all, 0, 20)), SLICE_NONE);
    assert_int_equal(ovba_find_source(slice_str("Attribut")), SLICE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_of_the_standard),
        cmocka_unit_test(damage_ends_it),
        cmocka_unit_test(source_is_found_in_a_module),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
