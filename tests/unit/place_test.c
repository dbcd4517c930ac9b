/* place_test.c - lines and columns, whatever ends the lines and however the text is cut into blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/buffer.h"
#include "match/place.h"

/* By the definition: a line ends with LF, CRLF or CR; columns count bytes that begin a character. */
static struct place place_of(struct slice text, size_t at)
{
    struct place place = { 0 };
    for (size_t i = 0; i < at; i++) {
        unsigned char c = text.ptr[i];
        bool is_end = c == '\n' || (c == '\r' && !(i + 1 < text.len && text.ptr[i + 1] == '\n'));
        place.line += is_end;
        place.column = is_end ? 0 : place.column + ((c & 0xC0) != 0x80);
    }
    return place;
}

static void assert_places(struct slice text, size_t step)
{
    struct placer placer;
    placer_init(&placer);
    placer_begin(&placer);
    placer_block(&placer, text, 0);
    for (size_t at = 0; at <= text.len; at += step) {
        struct place want = place_of(text, at), got = placer_find(&placer, at);
        assert_int_equal(got.line, want.line);
        assert_int_equal(got.column, want.column);
    }
    placer_release(&placer);
}

static void every_line_end_counts_once(void **state)
{
    static const char *const texts[] = { "",
                                         "a",
                                         "a\nb",
                                         "a\r\nb\r\n\r\nc",
                                         "a\rb\r\rc",
                                         "\r\n\r\n",
                                         "\r\r\n\n\r",
                                         "a\r",
                                         "a\n\r",
                                         "long line of text\rand one more\r\n",
                                         "\xC3\xBC\r\xC3\xA4x\ny",
                                         "0123456\r\n89abcd\r\r\nef" };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_places(slice_str(texts[i]), 1);
}

static void long_texts_agree_with_the_definition(void **state)
{
    static const char alphabet[] = "abc\r\n> \xC3\xBC";
    struct buffer text;
    unsigned seed = 7;
    (void)state;
    buffer_init(&text, 64 * 1024);
    for (size_t i = 0; i < 20000; i++)
        buffer_put_byte(
            &text,
            (unsigned char)alphabet[(seed = seed * 1103515245 + 12345) >> 16 & 7 ? i % 3 : seed >> 20 & 7]);
    assert_places(buffer_slice(&text), 97);
    buffer_release(&text);
}

/* Block after block, each beginning with the last OVERLAP bytes of the one before. */
static void blocks_go_on_where_they_were(void **state)
{
    static const size_t overlap = 40, size = 500;
    struct buffer text;
    struct placer placer;
    (void)state;
    buffer_init(&text, 64 * 1024);
    for (size_t i = 0; i < 5000; i++)
        buffer_put_byte(&text, (unsigned char)(i % 11 == 0 ? '\r' : i % 11 == 1 && i % 2 ? '\n' : 'x'));
    struct slice all = buffer_slice(&text);
    placer_init(&placer);
    placer_begin(&placer);
    for (size_t start = 0; start < all.len; start += size - overlap) {
        struct slice block = slice_sub(all, start, size);
        placer_block(&placer, block, start);
        for (size_t at = 0; at < block.len; at += 13) {
            struct place want = place_of(all, start + at), got = placer_find(&placer, at);
            assert_int_equal(got.line, want.line);
            assert_int_equal(got.column, want.column);
        }
        placer_keep(&placer, overlap);
    }
    placer_release(&placer);
    buffer_release(&text);
}

static const struct {
    const char *text;
    bool is_quoted;
} prefixes[] = {
    { "> it was @", true },
    { ">it was @", true },
    { "  > @", true },
    { "| @", true },
    { "> > @", true },
    { "a > b @", false },
    { "@", false },
    { "     > @", false },
    { ">From the office @", false },
    { ">>From there @", false },
    { "> From afar @", true },
    { "a\r> @", true },
    { "> a\r@", false },
    { "> a\n@", false },
    { "> a\r\n@", false },
};

static void a_prefix_makes_a_line_quoted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        struct placer placer;
        struct slice text = slice_str(prefixes[i].text);
        placer_init(&placer);
        placer_begin(&placer);
        placer_block(&placer, text, 0);
        bool got = placer_find(&placer, slice_find_byte(text, 0, '@')).is_quoted;
        if (got != prefixes[i].is_quoted)
            print_error("'%s'\n", prefixes[i].text);
        assert_int_equal(got, prefixes[i].is_quoted);
        placer_release(&placer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_end_counts_once),
        cmocka_unit_test(long_texts_agree_with_the_definition),
        cmocka_unit_test(blocks_go_on_where_they_were),
        cmocka_unit_test(a_prefix_makes_a_line_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
