/* feed_test.c - bytes become text: charsets, right and wrong, in blocks of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "decode/charset.h"
#include "extract_run.h"

#define BYTES(text)                                     \
    {                                                   \
        (const unsigned char *)(text), sizeof(text) - 1 \
    }

struct feed_case {
    const char *name, *charset;
    struct slice bytes;
    const char *text;  /* the text, or a part of it that must be there once the bytes are repeated */
    const char *other; /* a part of VIEW_CHARSET, NULL for no such view */
    const char *raw;   /* a part of VIEW_BYTES, NULL for no such view */
    unsigned unsupported;
};

static const struct feed_case cases[] = {
    { "empty", "", BYTES(""), "", NULL, NULL, 0 },
    { "ASCII, none declared", "", BYTES("hello\r\nyou\n"), "hello\r\nyou\n", NULL, NULL, 0 },
    { "ASCII in Latin-1", "iso-8859-1", BYTES("hello"), "hello", NULL, NULL, 0 },
    { "ASCII in Shift_JIS", "shift_jis", BYTES("hello"), "hello", NULL, NULL, 0 },
    { "NUL stays", "us-ascii", BYTES("a\0bcdef gh\0\0 ijk lmnop"), NULL, NULL, NULL, 0 },
    { "UTF-8", "utf-8", BYTES("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f", NULL, NULL, 0 },
    { "UTF-8 called ASCII", "us-ascii", BYTES("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f", NULL, NULL, 0 },
    { "UTF-8 called Latin-1", "iso-8859-1", BYTES("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f",
      "gr\xc3\x83\xc2\xbc", NULL, 0 },
    { "Latin-1", "iso-8859-1", BYTES("gr\xfc\xdf"), "gr\xc3\xbc\xc3\x9f", NULL, NULL, 0 },
    { "quoted name", "\"ISO-8859-1\"", BYTES("gr\xfc\xdf"), "gr\xc3\xbc\xc3\x9f", NULL, NULL, 0 },
    { "Latin-1, none declared", "", BYTES("gr\xfc\xdf dich Gott"), "gr\xc3\xbc\xc3\x9f dich Gott", NULL, NULL,
      0 },
    { "Latin-1 called UTF-8", "utf-8", BYTES("gr\xfc\xdf dich Gott"), "gr\xc3\xbc\xc3\x9f dich Gott",
      "gr\xef\xbf\xbd", NULL, 0 },
    { "KOI8-R", "koi8-r", BYTES("\xf0\xd2\xc9\xd7\xc5\xd4"),
      "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", NULL, NULL, 0 },
    { "Shift_JIS", "shift_jis", BYTES("\x93\xfa\x96\x7b"), "\xe6\x97\xa5\xe6\x9c\xac", NULL, NULL, 0 },
    { "ISO-2022-JP", "iso-2022-jp", BYTES("a\033$BF|K\\\033(Bb"),
      "a\xe6\x97\xa5\xe6\x9c\xac"
      "b",
      NULL, NULL, 0 },
    { "ISO-2022-JP undeclared", "", BYTES("a\033$BF|K\\\033(Bb"),
      "a\xe6\x97\xa5\xe6\x9c\xac"
      "b",
      NULL, NULL, 0 },
    { "UTF-7", "utf-7", BYTES("a+AOk-b +- c"),
      "a\xc3\xa9"
      "b + c",
      NULL, NULL, 0 },
    { "UTF-16", "utf-16le", BYTES("h\0i\0\xe9\0 \0x\0y\0z\0\n\0"), "hi\xc3\xa9 xyz\n", NULL, NULL, 0 },
    { "UTF-16 called Latin-1", "iso-8859-1", BYTES("h\0i\0 \0t\0h\0e\0r\0e\0,\0 \0y\0o\0u\0\n\0"),
      "hi there, you\n", "h", NULL, 0 },
    { "UTF-16 undeclared", "", BYTES("h\0i\0 \0t\0h\0e\0r\0e\0,\0 \0y\0o\0u\0\n\0"), "hi there, you\n", NULL,
      NULL, 0 },
    { "ASCII called UTF-16", "utf-16", BYTES("hello you there"), "hello you there", "\xe6\x95\xa8", NULL, 0 },
    { "EBCDIC", "ibm037", BYTES("\x88\x85\x93\x93\x96\x40\xa8\x96\xa4"), "hello you", NULL, NULL, 0 },
    { "ASCII called EBCDIC", "ibm037", BYTES("hello you, there"), "hello you, there", "\xc3\x87", NULL, 0 },
    { "unknown, ASCII", "x-nosuch", BYTES("hello"), "hello", NULL, NULL, 1 },
    { "unknown, 8-bit", "x-nosuch", BYTES("gr\xfc\xdf dich Gott"), "gr\xc3\xbc\xc3\x9f dich Gott", NULL,
      "gr\xfc\xdf dich Gott", 1 },
    { "unknown, UTF-8", "x-nosuch", BYTES("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f", NULL, "gr\xc3\xbc",
      1 },
    { "a bad byte in UTF-8", "utf-8",
      BYTES("\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc pass\xff"
            "word"),
      "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc pass\xef\xbf\xbd"
      "word",
      NULL,
      "pass\xff"
      "word",
      0 },
    { "bad bytes in Shift_JIS", "shift_jis",
      BYTES("\x93\xfa\x96\x7b key\xfd\xff"
            "end"),
      NULL, NULL, NULL, 0 },
};

static bool holds(const struct buffer *buffer, const char *part)
{
    return slice_find(buffer_slice(buffer), 0, slice_str(part)) != SLICE_NONE;
}

static void expect_view(const struct feed_case *one, struct extract_run *run, enum view view,
                        const char *part)
{
    const struct buffer *got = &run->views[view];
    if (part ? !holds(got, part) : got->len > 0)
        fail_msg("%s: %s view is '%.*s'", one->name, view_name(view), (int)got->len, (const char *)got->ptr);
}

static void run_case(const struct feed_case *one, struct slice bytes, struct extract_run *run)
{
    struct item item = { .charset = slice_str(one->charset), .content = CONTENT_TEXT };
    extract_run(run, &item, bytes, &extractor_plain);
    if (run->broken)
        fail_msg("%s (block %zu, overlap %zu, dribble %zu): %s", one->name, run->block_max, run->overlap,
                 run->dribble, run->broken);
}

static void charsets_are_read_as_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct feed_case *one = &cases[i];
        struct extract_run run = { .block_max = 1024, .overlap = 16 };
        run_case(one, one->bytes, &run);
        if (one->text && !slice_is_equal(buffer_slice(&run.text), slice_str(one->text)))
            fail_msg("%s: text is '%.*s'", one->name, (int)run.text.len, (char *)run.text.ptr);
        if (one->text) {
            expect_view(one, &run, VIEW_CHARSET, one->other);
            expect_view(one, &run, VIEW_BYTES, one->raw);
        } else if (!memchr(one->bytes.ptr, 0x93, one->bytes.len)) {
            assert_true(slice_is_equal(buffer_slice(&run.text), one->bytes));
        }
        assert_int_equal(run.gaps[GAP_UNSUPPORTED], one->unsupported);
        extract_run_release(&run);
    }
}

static void what_is_its_own_text_is_not_copied(void **state)
{
    static const char *const charsets[] = {
        "", "us-ascii", "utf-8", "iso-8859-15", "windows-1252", "gb2312"
    };
    struct slice ascii = slice_str("plain words\n"), utf8 = slice_str("w\xc3\xb6rter\n");
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        struct item item = { .charset = slice_str(charsets[i]), .content = CONTENT_TEXT };
        struct extract_run run = { .block_max = 1024, .overlap = 16 }, other = run;
        extract_run(&run, &item, ascii, &extractor_plain);
        assert_ptr_equal(run.first_text, ascii.ptr);
        extract_run(&other, &item, utf8, &extractor_plain);
        assert_int_equal(other.first_text == utf8.ptr, i < 3);
        extract_run_release(&run);
        extract_run_release(&other);
    }
}

/* The text of a long input is the same however it comes and however it is cut. */
static void blocks_of_any_size_give_the_same_text(void **state)
{
    static unsigned char bytes[4096];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len = 0;
        while (cases[i].bytes.len > 0 && len < 700) {
            memcpy(bytes + len, cases[i].bytes.ptr, cases[i].bytes.len);
            len += cases[i].bytes.len;
        }
        struct extract_run whole = { .block_max = 1024 * 1024, .overlap = 16 };
        run_case(&cases[i], slice_of(bytes, len), &whole);
        for (size_t size = 24; size < 900; size += 1 + size / 8) {
            struct extract_run run = { .block_max = size, .overlap = size / 5, .dribble = size % 3 * 7 };
            run_case(&cases[i], slice_of(bytes, len), &run);
            if (!slice_is_equal(buffer_slice(&run.text), buffer_slice(&whole.text)))
                fail_msg("%s: text differs in blocks of %zu", cases[i].name, size);
            assert_int_equal(run.views[VIEW_CHARSET].len > 0, whole.views[VIEW_CHARSET].len > 0);
            assert_int_equal(run.views[VIEW_BYTES].len > 0, whole.views[VIEW_BYTES].len > 0);
            extract_run_release(&run);
        }
        extract_run_release(&whole);
    }
}

/* ASCII long enough that the charset shows only later. */
static void charset_is_judged_where_it_shows(void **state)
{
    static unsigned char bytes[40000];
    struct slice tail = slice_str("gr\xc3\xbc\xc3\x9f");
    struct item item = { .charset = slice_str("iso-8859-1"), .content = CONTENT_TEXT };
    (void)state;
    memset(bytes, 'a', sizeof bytes);
    memcpy(bytes + sizeof bytes - tail.len, tail.ptr, tail.len);
    for (size_t dribble = 0; dribble < 3000; dribble += 1000) {
        struct extract_run run = { .block_max = 4096, .overlap = 64, .dribble = dribble };
        extract_run(&run, &item, slice_of(bytes, sizeof bytes), &extractor_plain);
        assert_null(run.broken);
        assert_true(slice_is_equal(buffer_slice(&run.text), slice_of(bytes, sizeof bytes)));
        assert_true(holds(&run.views[VIEW_CHARSET], "\xc3\x83\xc2\xbc"));
        extract_run_release(&run);
    }
}

static void check_marks(void *ctx, const struct text_block *block)
{
    size_t *found = ctx;
    for (size_t i = 0; i < block->view_count; i++) {
        const struct text_view *view = &block->views[i];
        size_t at = 0;
        if (view->view != VIEW_BYTES && view->view != VIEW_CHARSET)
            continue;
        while ((at = slice_find(view->text, at, slice_str("mark"))) != SLICE_NONE) {
            size_t text_at = text_map_find(&view->map, at);
            assert_true(slice_starts_with(slice_skip(block->text, text_at), "mark"));
            ++*found;
            at++;
        }
    }
}

/* Other readings of charsets that have ASCII in them map byte for byte. */
static void other_readings_map_exactly(void **state)
{
    static const char *const charsets[] = { "utf-8", "iso-8859-1", "x-nosuch", "shift_jis" };
    static const char text[] =
        "\xc3\xbc mark \xc3\xbc\xc3\xbc\xc3\xbc mark\nx\xff mark \xc3\xbc\xc3\xbc mark";
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        size_t found = 0;
        struct extract_run gaps = { .overlap = 0 };
        struct limits limits;
        struct error err;
        struct arena *arena = arena_new(0);
        struct item item = { .charset = slice_str(charsets[i]), .content = CONTENT_TEXT };
        const struct text_sink sink = { check_marks, &found, 12, 40 };
        const struct gap_sink gap_sink = { run_gap, &gaps };
        struct extract extract = { &item, &sink, &gap_sink, &limits, arena };
        limits_init(&limits);
        item.source = source_from_memory(arena, slice_sub(slice_str(text), 0, i == 1 ? 22 : sizeof text));
        assert_int_equal(extractor_plain.extract(&extract, &err), 0);
        if (found == 0)
            fail_msg("%s: no second view", charsets[i]);
        arena_free(arena);
    }
}

static void flowed_paragraphs_are_joined(void **state)
{
    struct item item = { .content = CONTENT_TEXT, .flow = FLOW_FLOWED };
    struct extract_run run = { .block_max = 1024, .overlap = 16 };
    (void)state;
    extract_run(&run, &item, slice_str("> a long \r\n> line\r\nend\r\n"), &extractor_plain);
    assert_null(run.broken);
    assert_true(holds(&run.views[VIEW_FLOWED], "a long line"));
    extract_run_release(&run);
}

static void armour_inside_text_is_a_gap(void **state)
{
    static const char *const texts[] = { "hi\n-----BEGIN PGP MESSAGE-----\nx",
                                         "> -----BEGIN PGP MESSAGE-----\n", "say -----BEGIN PGP MESSAGE-----",
                                         "x-----BEGIN PGP MESSAGE-----" };
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct item item = { .content = CONTENT_TEXT };
        struct extract_run run = { .block_max = 1024, .overlap = 16 };
        extract_run(&run, &item, slice_str(texts[i]), &extractor_plain);
        assert_int_equal(run.gaps[GAP_ENCRYPTED], i < 3);
        extract_run_release(&run);
    }
}

static int load(void **state)
{
    (void)state;
    charset_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charsets_are_read_as_meant),
        cmocka_unit_test(what_is_its_own_text_is_not_copied),
        cmocka_unit_test(blocks_of_any_size_give_the_same_text),
        cmocka_unit_test(charset_is_judged_where_it_shows),
        cmocka_unit_test(other_readings_map_exactly),
        cmocka_unit_test(flowed_paragraphs_are_joined),
        cmocka_unit_test(armour_inside_text_is_a_gap),
    };
    return cmocka_run_group_tests_name("feed", tests, load, NULL);
}
