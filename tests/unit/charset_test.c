/* charset_test.c - charsets to UTF-8: names, round trips of each family in pieces, what does not decode, and guesses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unicode/ucnv.h>

#include "base/utf8.h"
#include "decode/charset.h"

static const char latin[] = "Stra\xC3\x9F"
                            "e, caf\xC3\xA9: pa$$ = \"x_1\" ~ \\ {a}\r\n";
static const char euro[] = "10 \xE2\x82\xAC \xE2\x80\x9Cok\xE2\x80\x9D\n";
static const char polish[] = "za\xC5\xBC\xC3\xB3\xC5\x82\xC4\x87 g\xC4\x99\xC5\x9Bl\xC4\x85\n";
static const char russian[] = "\xD0\x9F\xD0\xB0\xD1\x80\xD0\xBE\xD0\xBB\xD1\x8C \xD0\xBE\xD1\x82 "
                              "\xD1\x81\xD0\xB5\xD1\x80\xD0\xB2\xD0\xB5\xD1\x80\xD0\xB0: abc, "
                              "\xD0\xBD\xD0\xB8\xD0\xBA\xD0\xBE\xD0\xBC\xD1\x83 \xD0\xBD\xD0\xB5 "
                              "\xD0\xB3\xD0\xBE\xD0\xB2\xD0\xBE\xD1\x80\xD0\xB8\n";
static const char greek[] = "\xCE\xBA\xCF\x89\xCE\xB4\xCE\xB9\xCE\xBA\xCF\x8C\xCF\x82 x\n";
static const char hebrew[] = "\xD7\xA1\xD7\x99\xD7\xA1\xD7\x9E\xD7\x94 x\n";
static const char arabic[] = "\xD9\x83\xD9\x84\xD9\x85\xD8\xA9 x\n";
static const char thai[] = "\xE0\xB8\xA3\xE0\xB8\xAB\xE0\xB8\xB1\xE0\xB8\xAA x\n";
static const char japanese[] = "\xE3\x83\x91\xE3\x82\xB9\xE3\x83\xAF\xE3\x83\xBC\xE3\x83\x89\xE3\x81\xAF abc "
                               "\xE3\x81\xA7\xE3\x81\x99\xE3\x80\x82"
                               "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\n";
static const char chinese[] =
    "\xE5\xAF\x86\xE7\xA0\x81\xE6\x98\xAF "
    "abc\xEF\xBC\x8C\xE8\xAF\xB7\xE4\xB8\x8D\xE8\xA6\x81\xE5\x91\x8A\xE8\xAF\x89\xE5\x88\xAB\xE4\xBA\xBA\n";
static const char taiwan[] =
    "\xE5\xAF\x86\xE7\xA2\xBC\xE6\x98\xAF "
    "abc\xEF\xBC\x8C\xE8\xAB\x8B\xE4\xB8\x8D\xE8\xA6\x81\xE5\x91\x8A\xE8\xA8\xB4\xE5\x88\xA5\xE4\xBA\xBA\n";
static const char korean[] =
    "\xEB\xB9\x84\xEB\xB0\x80\xEB\xB2\x88\xED\x98\xB8\xEB\x8A\x94 abc \xEC\x9E\x85\xEB\x8B\x88\xEB\x8B\xA4\n";
static const char emoji[] = "key \xF0\x9F\x94\x91 \xE6\xBC\xA2 x\n";
static const char ebcdic[] = "PASSWORD=abc123 \xC3\xA9\xC3\xB1 (x)\n";

struct charset_case {
    const char *name, *text;
    const char *guess; /* NULL: nothing is asked of it */
};

static const struct charset_case charset_cases[] = {
    { "UTF-8", emoji, "UTF-8" },
    { "UTF-16LE", emoji, "UTF-16LE" },
    { "UTF-16BE", emoji, "UTF-16BE" },
    { "UTF-32LE", emoji, "UTF-32LE" },
    { "UTF-32BE", emoji, "UTF-32BE" },
    { "UTF-16", emoji, NULL },
    { "UTF-32", emoji, NULL },
    { "UTF-7", emoji, "UTF-7" },
    { "ISO-8859-1", latin, "windows-1252" },
    { "ISO-8859-15", latin, "windows-1252" },
    { "windows-1252", euro, "windows-1252" },
    { "windows-1250", polish, NULL },
    { "ISO-8859-2", polish, NULL },
    { "windows-1251", russian, "windows-1251" },
    { "KOI8-R", russian, "KOI8-R" },
    { "KOI8-U", russian, NULL },
    { "ISO-8859-5", russian, "ISO-8859-5" },
    { "IBM866", russian, NULL },
    { "windows-1253", greek, NULL },
    { "ISO-8859-7", greek, NULL },
    { "windows-1255", hebrew, NULL },
    { "windows-1256", arabic, NULL },
    { "windows-874", thai, NULL },
    { "Shift_JIS", japanese, "Shift_JIS" },
    { "EUC-JP", japanese, "EUC-JP" },
    { "ISO-2022-JP", japanese, "ISO-2022-JP" },
    { "GB18030", chinese, "GB18030" },
    { "GB18030", emoji, NULL },
    { "GBK", chinese, "GB18030" },
    { "HZ", chinese, "HZ-GB-2312" },
    { "ISO-2022-CN", chinese, "ISO-2022-CN" },
    { "Big5", taiwan, "Big5" },
    { "EUC-TW", taiwan, NULL },
    { "EUC-KR", korean, "EUC-KR" },
    { "windows-949", korean, "EUC-KR" },
    { "ISO-2022-KR", korean, "ISO-2022-KR" },
    { "IBM037", ebcdic, NULL },
    { "IBM500", ebcdic, NULL },
    { "IBM1047", ebcdic, NULL },
    { "IBM273", ebcdic, NULL },
    { "macintosh", latin, NULL },
    { "IBM850", latin, NULL },
};

/* TEXT in the charset NAME, by ICU's encoder. */
static size_t encode(const char *name, const char *text, char *out, size_t room)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *to = ucnv_open(name, &status);
    UChar units[512];
    UConverter *from = ucnv_open("UTF-8", &status);
    int32_t count = ucnv_toUChars(from, units, 512, text, (int32_t)strlen(text), &status);
    int32_t len = ucnv_fromUChars(to, out, (int32_t)room, units, count, &status);
    assert_true(U_SUCCESS(status));
    ucnv_close(from);
    ucnv_close(to);
    return (size_t)len;
}

/* Convert IN as a stream that shows STEP bytes more each time. */
static void convert(struct charset *charset, struct slice in, size_t step, struct buffer *out, uint64_t *bad)
{
    struct slice rest = slice_sub(in, 0, 0);
    while (rest.ptr + rest.len < in.ptr + in.len) {
        size_t at = (size_t)(rest.ptr - in.ptr), shown = at + rest.len + step;
        rest = slice_sub(in, at, shown - at);
        assert_int_equal(charset_convert(charset, &rest, false, out, bad), 0);
    }
    assert_int_equal(charset_convert(charset, &rest, true, out, bad), 0);
    assert_int_equal(rest.len, 0);
}

static void test_round_trip_in_pieces(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof charset_cases / sizeof *charset_cases; i++) {
        const struct charset_case *test = &charset_cases[i];
        char bytes[1024];
        struct slice in = slice_of(bytes, encode(test->name, test->text, bytes, sizeof bytes));
        for (size_t step = 1; step < 200; step = step * 2 + 1) {
            struct charset *charset = charset_open(slice_str(test->name));
            struct buffer out;
            uint64_t bad = 0;
            assert_non_null(charset);
            buffer_init(&out, 8192);
            convert(charset, in, step, &out, &bad);
            charset_reset(charset);
            convert(charset, in, in.len, &out, &bad);
            size_t half = strlen(test->text);
            if (out.len != half * 2 || memcmp(out.ptr, test->text, half) ||
                memcmp(out.ptr + half, test->text, half) || bad > 0)
                fail_msg("%s by %d: '%.*s'", test->name, (int)step, (int)out.len, (char *)out.ptr);
            buffer_release(&out);
            charset_close(charset);
        }
    }
}

static void test_guess(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof charset_cases / sizeof *charset_cases; i++) {
        const struct charset_case *test = &charset_cases[i];
        char bytes[1024];
        if (!test->guess)
            continue;
        const char *guess =
            charset_guess(slice_of(bytes, encode(test->name, test->text, bytes, sizeof bytes)));
        struct charset *guessed = guess ? charset_open(slice_str(guess)) : NULL;
        struct charset *wanted = charset_open(slice_str(test->guess));
        if (!guessed || strcmp(charset_name(guessed), charset_name(wanted)) != 0)
            fail_msg("%s looked like %s", test->name, guess ? guess : "ASCII");
        charset_close(guessed);
        charset_close(wanted);
    }
}

static void test_ascii_is_no_guess(void **state)
{
    static const char *const texts[] = {
        "", "plain text", "c++ - a+b-c", "x ~{ y ~} z", "\033[1mbold\033[0m", "a+bcdefgh-"
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (charset_guess(slice_str(texts[i])))
            fail_msg("'%s' looked like %s", texts[i], charset_guess(slice_str(texts[i])));
}

static void test_utf8_cut_inside_a_character_is_utf8(void **state)
{
    (void)state;
    for (size_t len = sizeof japanese - 4; len < sizeof japanese; len++)
        assert_string_equal(charset_guess(slice_of(japanese, len)), "UTF-8");
}

static void test_byte_order_marks_are_read_and_dropped(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t len;
    } cases[] = {
        { "utf-8", "\xEF\xBB\xBFkey", 6 },
        { "utf-16", "\xFF\xFEk\0e\0y\0", 8 },
        { "utf-16", "\xFE\xFF\0k\0e\0y", 8 },
        { "utf-16", "k\0e\0y\0", 6 },
        { "utf-16", "\0k\0e\0y", 6 },
        { "utf-16le", "\xFE\xFF\0k\0e\0y", 8 },
        { "utf-16be", "\xFF\xFEk\0e\0y\0", 8 },
        { "utf-16le", "\xFF\xFEk\0e\0y\0", 8 },
        { "utf-32", "\xFF\xFE\0\0k\0\0\0e\0\0\0y\0\0\0", 16 },
        { "utf-32", "\0\0\xFE\xFF\0\0\0k\0\0\0e\0\0\0y", 16 },
        { "utf-32", "k\0\0\0e\0\0\0y\0\0\0", 12 },
        { "unicode", "k\0e\0y\0", 6 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t step = 1; step < 20; step += 3) {
            struct charset *charset = charset_open(slice_str(cases[i].name));
            struct buffer out;
            uint64_t bad = 0;
            buffer_init(&out, 100);
            convert(charset, slice_of(cases[i].bytes, cases[i].len), step, &out, &bad);
            if (!slice_is_equal(buffer_slice(&out), slice_str("key")) || bad)
                fail_msg("%s, case %d by %d: %.*s", cases[i].name, (int)i, (int)step, (int)out.len,
                         (char *)out.ptr);
            buffer_release(&out);
            charset_close(charset);
        }
}

static void test_what_does_not_decode_is_replaced_and_counted(void **state)
{
    static const struct {
        const char *name, *bytes, *text;
        uint64_t bad;
    } cases[] = {
        { "utf-8",
          "a\xFF"
          "b\xC3",
          "a\xEF\xBF\xBD"
          "b\xEF\xBF\xBD",
          2 },
        { "utf-8", "\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 3 },
        { "us-ascii", "caf\xE9", "caf\xC3\xA9", 0 },
        { "iso-8859-1", "\x93x\x94", "\xE2\x80\x9Cx\xE2\x80\x9D", 0 },
        { "shift_jis", "a\x82", "a\xEF\xBF\xBD", 1 },
        { "euc-jp", "a\xA4 b", "a\xEF\xBF\xBD b", 1 },
        { "big5", "a\xA4", "a\xEF\xBF\xBD", 1 },
        { "utf-7", "a+AOk-b",
          "a\xC3\xA9"
          "b",
          0 },
        { "iso-8859-8",
          "a\xBF"
          "b",
          "a\xEF\xBF\xBD"
          "b",
          1 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct charset *charset = charset_open(slice_str(cases[i].name));
        struct buffer out;
        uint64_t bad = 0;
        buffer_init(&out, 100);
        convert(charset, slice_str(cases[i].bytes), 1, &out, &bad);
        if (!slice_is_equal(buffer_slice(&out), slice_str(cases[i].text)) || bad != cases[i].bad)
            fail_msg("%s '%s': '%.*s', %d bad", cases[i].name, cases[i].bytes, (int)out.len, (char *)out.ptr,
                     (int)bad);
        buffer_release(&out);
        charset_close(charset);
    }
}

/* A full buffer stops the conversion; emptied, it goes on, and nothing is lost or doubled. */
static void test_stops_at_the_ceiling_and_goes_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof charset_cases / sizeof *charset_cases; i++) {
        const struct charset_case *test = &charset_cases[i];
        char bytes[1024];
        struct slice in = slice_of(bytes, encode(test->name, test->text, bytes, sizeof bytes));
        struct charset *charset = charset_open(slice_str(test->name));
        struct buffer part, all;
        uint64_t bad = 0;
        int result;
        buffer_init(&part, 9);
        buffer_init(&all, 4096);
        do {
            buffer_clear(&part);
            result = charset_convert(charset, &in, true, &part, &bad);
            buffer_put(&all, buffer_slice(&part));
            assert_true(result == 0 || part.len > 0);
        } while (result < 0);
        if (!slice_is_equal(buffer_slice(&all), slice_str(test->text)))
            fail_msg("%s: '%.*s'", test->name, (int)all.len, (char *)all.ptr);
        buffer_release(&part);
        buffer_release(&all);
        charset_close(charset);
    }
}

static void test_names(void **state)
{
    static const struct {
        const char *declared, *name;
    } cases[] = {
        { "us-ascii", "windows-1252" },
        { "\"ISO-8859-1\"", "windows-1252" },
        { " 'latin1' ", "windows-1252" },
        { "iso8859-1", "windows-1252" },
        { "ISO_8859-1:1987", "windows-1252" },
        { "ansi", "windows-1252" },
        { "win-1251", "windows-1251" },
        { "windows1251", "windows-1251" },
        { "cp1251", "windows-1251" },
        { "1251", "windows-1251" },
        { "gb2312", "GB18030" },
        { "x-gbk", "GB18030" },
        { "cp936", "GB18030" },
        { "ks_c_5601-1987", "windows-949" },
        { "euc-kr", "windows-949" },
        { "x-sjis", "Shift_JIS" },
        { "cp-850", "IBM850" },
        { "cp437", "IBM437" },
        { "utf8", "UTF-8" },
        { "UTF_8", "UTF-8" },
        { "utf-8;", "UTF-8" },
        { "charset=utf-8", "UTF-8" },
        { "unicode-1-1-utf-7", "UTF-7" },
        { "x-mac-roman", "macintosh" },
        { "cp65001", "UTF-8" },
        { "koi8-r", "KOI8-R" },
        { "iso-2022-jp", NULL },
        { "cp50220", NULL },
        { "ISO-8859-9", NULL },
        { "big5", "Big5" },
        { "iso-8859-8-i", NULL },
        { "csISO2022KR", "ISO-2022-KR" },
    };
    static const char *const unknown[] = {
        "",
        "x",
        "\"\"",
        "none",
        "utf-8,swaplfnl",
        "ISO_2022,locale=ja",
        "unknown-8bit",
        "/etc/passwd",
        "a b",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct charset *charset = charset_open(slice_str(cases[i].declared));
        if (!charset)
            fail_msg("'%s' is unknown", cases[i].declared);
        else if (cases[i].name) {
            struct charset *same = charset_open(slice_str(cases[i].name));
            if (!same || strcmp(charset_name(charset), charset_name(same)) != 0)
                fail_msg("'%s' is %s", cases[i].declared, charset_name(charset));
            charset_close(same);
        }
        charset_close(charset);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        struct charset *charset = charset_open(slice_str(unknown[i]));
        if (charset && strchr(unknown[i], ',') == NULL)
            fail_msg("'%s' is %s", unknown[i], charset_name(charset));
        charset_close(charset);
    }
    charset_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_in_pieces),
        cmocka_unit_test(test_guess),
        cmocka_unit_test(test_ascii_is_no_guess),
        cmocka_unit_test(test_utf8_cut_inside_a_character_is_utf8),
        cmocka_unit_test(test_byte_order_marks_are_read_and_dropped),
        cmocka_unit_test(test_what_does_not_decode_is_replaced_and_counted),
        cmocka_unit_test(test_stops_at_the_ceiling_and_goes_on),
        cmocka_unit_test(test_names),
    };
    charset_init();
    return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
