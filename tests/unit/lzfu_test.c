/* lzfu_test.c - compressed RTF: the examples of MS-OXRTFCP, what is cut or lies, and bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "decode/lzfu.h"

/* MS-OXRTFCP section 4.1.1: the words "hello world" in RTF. */
static const unsigned char hello[] = { 0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a,
                                       0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00, 0x0a, 0x00,
                                       0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a,
                                       0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77,
                                       0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0 };
static const char hello_text[] = "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";

/* Section 4.1.2: a run that overlaps what it writes. */
static const unsigned char runs[] = { 0x1a, 0x00, 0x00, 0x00, 0x1c, 0x00, 0x00, 0x00, 0x4c, 0x5a,
                                      0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51, 0x41, 0x00, 0x04, 0x20,
                                      0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0 };
static const char runs_text[] = "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}";

struct result {
    struct buffer out;
    struct lzfu_state state;
    struct error err;
    int got;
};

static void decode(struct result *result, const void *bytes, size_t len, size_t ceiling)
{
    *result = (struct result){ 0 };
    buffer_init(&result->out, ceiling);
    result->got = lzfu_decode(slice_of(bytes, len), &result->out, &result->state, &result->err);
}

static void assert_text(const struct result *result, const char *expected)
{
    if (!slice_is_equal(buffer_slice(&result->out), slice_str(expected)))
        fail_msg("got '%.*s', expected '%s'", (int)result->out.len, (const char *)result->out.ptr, expected);
}

static void standard_examples_decode(void **state)
{
    struct result result;
    (void)state;
    decode(&result, hello, sizeof hello, 1000);
    assert_int_equal(result.got, 0);
    assert_text(&result, hello_text);
    assert_false(result.state.is_cut);
    assert_false(result.state.is_crc_wrong);
    buffer_release(&result.out);
    decode(&result, runs, sizeof runs, 1000);
    assert_text(&result, runs_text);
    assert_false(result.state.is_cut);
    assert_false(result.state.is_crc_wrong);
    buffer_release(&result.out);
}

static void uncompressed_text_is_passed_on(void **state)
{
    static const char mela[] = "\x12\0\0\0\x06\0\0\0MELA\0\0\0\0{\\rtf}fill";
    struct result result;
    (void)state;
    decode(&result, mela, sizeof mela - 1, 1000);
    assert_int_equal(result.got, 0);
    assert_text(&result, "{\\rtf}");
    assert_false(result.state.is_cut);
    buffer_release(&result.out);
}

static void cut_text_gives_what_there_is(void **state)
{
    struct result result;
    (void)state;
    for (size_t len = 16; len < sizeof hello; len++) {
        decode(&result, hello, len, 1000);
        assert_int_equal(result.got, 0);
        assert_true(result.state.is_cut);
        assert_true(result.out.len <= sizeof hello_text - 1);
        assert_memory_equal(result.out.ptr ? result.out.ptr : (const unsigned char *)"", hello_text,
                            result.out.len);
        buffer_release(&result.out);
    }
    for (size_t len = 0; len < 16; len++) {
        decode(&result, hello, len, 1000);
        assert_int_equal(result.got, -1);
        assert_int_equal(result.err.kind, ERROR_FORMAT);
        buffer_release(&result.out);
    }
}

static void wrong_checksum_is_told_and_text_kept(void **state)
{
    unsigned char bytes[sizeof hello];
    struct result result;
    (void)state;
    memcpy(bytes, hello, sizeof hello);
    bytes[12] ^= 1;
    decode(&result, bytes, sizeof bytes, 1000);
    assert_int_equal(result.got, 0);
    assert_true(result.state.is_crc_wrong);
    assert_text(&result, hello_text);
    buffer_release(&result.out);
}

static void other_bytes_are_refused(void **state)
{
    struct result result;
    (void)state;
    decode(&result, "{\\rtf1\\ansi this is plain RTF}", 30, 1000);
    assert_int_equal(result.got, -1);
    assert_int_equal(result.err.kind, ERROR_FORMAT);
    assert_int_equal(result.out.len, 0);
    buffer_release(&result.out);
}

static void ceiling_is_kept(void **state)
{
    struct result result;
    (void)state;
    decode(&result, runs, sizeof runs, 10);
    assert_int_equal(result.got, -1);
    assert_int_equal(result.err.kind, ERROR_LIMIT);
    assert_true(result.out.len <= 10);
    assert_true(result.out.is_overfull);
    buffer_release(&result.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(standard_examples_decode),
        cmocka_unit_test(uncompressed_text_is_passed_on),
        cmocka_unit_test(cut_text_gives_what_there_is),
        cmocka_unit_test(wrong_checksum_is_told_and_text_kept),
        cmocka_unit_test(other_bytes_are_refused),
        cmocka_unit_test(ceiling_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
