/* strings_test.c - binaries: bytes, UTF-16 runs, and what could not be read; and which extractor takes what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "decode/charset.h"
#include "extract_run.h"
#include "walk/type.h"

static unsigned char noise_byte(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return (unsigned char)(*seed >> 16 | 1); /* never zero */
}

/* TEXT as UTF-16 at AT of BYTES. */
static void plant(unsigned char *bytes, size_t at, const char *text, bool is_big)
{
    for (size_t i = 0; text[i]; i++) {
        bytes[at + 2 * i + is_big] = (unsigned char)text[i];
        bytes[at + 2 * i + !is_big] = 0;
    }
}

static void utf16_is_found_at_any_offset(void **state)
{
    static const char text[] = "password=Tr0ub4dor";
    unsigned seed = 7;
    (void)state;
    for (unsigned round = 0; round < 512; round++) {
        unsigned char bytes[256];
        bool is_big = round % 2;
        size_t at = 20 + round / 2 % 32;
        struct item item = { .content = CONTENT_BYTES };
        struct extract_run run = { .block_max = 4096, .overlap = 16 };
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = round < 128 ? 0 : round < 256 ? 0xFF : noise_byte(&seed);
        plant(bytes, at, text, is_big);
        extract_run(&run, &item, slice_of(bytes, sizeof bytes), NULL);
        assert_null(run.broken);
        /* Among zeros both orders read alike. */
        bool is_found =
            slice_find(buffer_slice(&run.views[VIEW_UTF16LE]), 0, slice_str(text)) != SLICE_NONE ||
            slice_find(buffer_slice(&run.views[VIEW_UTF16BE]), 0, slice_str(text)) != SLICE_NONE;
        if (!is_found)
            fail_msg("round %u: not found at %zu", round, at);
        assert_true(slice_is_equal(buffer_slice(&run.views[VIEW_BYTES]), slice_of(bytes, sizeof bytes)));
        extract_run_release(&run);
    }
}

static void short_runs_are_not_text(void **state)
{
    unsigned char bytes[64];
    struct item item = { .content = CONTENT_BYTES };
    struct extract_run run = { .block_max = 4096, .overlap = 16 };
    (void)state;
    memset(bytes, 0xFF, sizeof bytes);
    plant(bytes, 10, "short77", false);
    extract_run(&run, &item, slice_of(bytes, sizeof bytes), NULL);
    assert_int_equal(run.views[VIEW_UTF16LE].len + run.views[VIEW_UTF16BE].len, 0);
    extract_run_release(&run);
}

static void other_letters_stand_among_latin(void **state)
{
    /* "clé: 5 € usd" and a Greek letter between */
    static const unsigned char text[] = "c\0l\0\xe9\0:\0 \0"
                                        "5\0 \0\xac\x20 \0\xb1\x03u\0s\0d\0.\0";
    struct item item = { .content = CONTENT_BYTES };
    struct extract_run run = { .block_max = 4096, .overlap = 16 };
    (void)state;
    extract_run(&run, &item, slice_of(text, sizeof text - 1), NULL);
    assert_true(slice_is_equal(buffer_slice(&run.views[VIEW_UTF16LE]),
                               slice_str("cl\xc3\xa9: 5 \xe2\x82\xac \xce\xb1usd.")));
    extract_run_release(&run);
}

static void expect_map(void *ctx, const struct text_block *block)
{
    unsigned *found = ctx;
    for (size_t i = 0; i < block->view_count; i++) {
        const struct text_view *view = &block->views[i];
        size_t at = slice_find(view->text, 0, slice_str("mapped"));
        if (view->view != VIEW_UTF16LE || at == SLICE_NONE)
            continue;
        assert_int_equal(text_map_find(&view->map, at), 31);
        assert_int_equal(text_map_find(&view->map, at + 3), 37);
        ++*found;
    }
}

static void runs_map_back_to_their_bytes(void **state)
{
    unsigned char bytes[128];
    unsigned found = 0;
    struct error err;
    struct arena *arena = arena_new(0);
    struct item item = { .content = CONTENT_BYTES };
    const struct text_sink sink = { expect_map, &found, 4, 4096 };
    struct extract extract = { .item = &item, .sink = &sink, .arena = arena };
    (void)state;
    memset(bytes, 0xFF, sizeof bytes);
    plant(bytes, 21, "some mapped text", false);
    item.source = source_from_memory(arena, slice_of(bytes, sizeof bytes));
    assert_int_equal(extractor_strings.extract(&extract, &err), 0);
    assert_int_equal(found, 1);
    arena_free(arena);
}

/* A run that a block's end cuts is whole in the next. */
static void cut_runs_are_found_whole(void **state)
{
    static unsigned char bytes[2048];
    static const char text[] = "password=Tr0ub4dor";
    (void)state;
    for (size_t at = 100; at < 700; at += 3) {
        struct item item = { .content = CONTENT_BYTES };
        struct extract_run run = { .block_max = 512, .overlap = 24, .dribble = at % 2 * 100 };
        memset(bytes, 0xEE, sizeof bytes);
        plant(bytes, at, text, false);
        extract_run(&run, &item, slice_of(bytes, sizeof bytes), NULL);
        assert_null(run.broken);
        assert_true(slice_find(buffer_slice(&run.views[VIEW_UTF16LE]), 0, slice_str(text)) != SLICE_NONE);
        assert_true(slice_is_equal(buffer_slice(&run.text), slice_of(bytes, sizeof bytes)));
        extract_run_release(&run);
    }
}

struct pick {
    const char *name, *type, *bytes;
    size_t len;
    enum item_content content;
    const struct extractor *extractor;
    enum gap_kind gap; /* GAP_KINDS for none */
};

#define BYTES(text) text, sizeof(text) - 1

static const struct pick picks[] = {
    { "a.bin", "application/octet-stream", BYTES("just text\n"), CONTENT_ANY, &extractor_plain, GAP_KINDS },
    { "a.jpg", "image/jpeg", BYTES("just text\n"), CONTENT_ANY, &extractor_plain, GAP_KINDS },
    { "a.txt", "text/plain", BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1"), CONTENT_ANY, &extractor_strings,
      GAP_PICTURE },
    { "a.html", "text/html", BYTES("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1"), CONTENT_ANY, &extractor_strings,
      GAP_PICTURE },
    { "", "text/html", BYTES("words only"), CONTENT_ANY, &extractor_html, GAP_KINDS },
    { "", "text/plain", BYTES(" <!doctype html><p>x"), CONTENT_ANY, &extractor_html, GAP_KINDS },
    { "", "text/plain", BYTES("use <b> and <i> and <p> here"), CONTENT_ANY, &extractor_plain, GAP_KINDS },
    { "", "", BYTES("<p>use <b>x</b> and <i>y</i>"), CONTENT_ANY, &extractor_html, GAP_KINDS },
    { "", "text/html", BYTES("<html>"), CONTENT_TEXT, &extractor_plain, GAP_KINDS },
    { "", "text/html", BYTES("<html>"), CONTENT_BYTES, &extractor_strings, GAP_KINDS },
    { "", "", BYTES(""), CONTENT_ANY, &extractor_plain, GAP_KINDS },
    { "", "", BYTES("p\0a\0s\0s\0w\0o\0r\0d\0"), CONTENT_ANY, &extractor_plain, GAP_KINDS },
    { "x.pdf", "application/pdf", BYTES("%PDF-1.7\n1 0 obj"), CONTENT_ANY, &extractor_strings,
      GAP_UNSUPPORTED },
    { "x.rtf", "text/rtf", BYTES("{\\rtf1 x}"), CONTENT_ANY, &extractor_rtf, GAP_KINDS },
    { "x", "",
      BYTES("\x7f"
            "ELF\2\1\1\0\0\0\0\0\0"),
      CONTENT_ANY, &extractor_strings, GAP_KINDS },
    { "x.asc", "", BYTES("-----BEGIN PGP MESSAGE-----\n\nhQ"), CONTENT_ANY, &extractor_strings,
      GAP_ENCRYPTED },
    { "smime.p7m", "application/pkcs7-mime",
      BYTES("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80\x30\x80"), CONTENT_ANY,
      &extractor_strings, GAP_ENCRYPTED },
    { "x.dat", "", BYTES("\x9e\x03\x88\x11\xfa\0\x02\x9c\x17\x81\x04\x7f\xe3\x05\x06\x91\x10\x80"),
      CONTENT_ANY, &extractor_strings, GAP_UNSUPPORTED },
};

static void bytes_choose_the_extractor(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof picks / sizeof *picks; i++) {
        const struct pick *pick = &picks[i];
        struct item item = { .name = slice_str(pick->name),
                             .type = slice_str(pick->type),
                             .content = pick->content };
        struct extract_run run = { .block_max = 4096, .overlap = 16 };
        const struct extractor *got = extract_run(&run, &item, slice_of(pick->bytes, pick->len), NULL);
        if (got != pick->extractor)
            fail_msg("case %zu: %s took it", i, got->name);
        assert_null(run.broken);
        for (int kind = 0; kind < GAP_KINDS; kind++)
            if (run.gaps[kind] != (kind == (int)pick->gap))
                fail_msg("case %zu: gap %s %u times, %s", i, gap_kind_name((enum gap_kind)kind),
                         run.gaps[kind], run.reason);
        extract_run_release(&run);
    }
}

static int load(void **state)
{
    (void)state;
    charset_init();
    return type_init(NULL);
}

static int unload(void **state)
{
    (void)state;
    type_release();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf16_is_found_at_any_offset),    cmocka_unit_test(short_runs_are_not_text),
        cmocka_unit_test(other_letters_stand_among_latin), cmocka_unit_test(runs_map_back_to_their_bytes),
        cmocka_unit_test(cut_runs_are_found_whole),        cmocka_unit_test(bytes_choose_the_extractor),
    };
    return cmocka_run_group_tests_name("strings", tests, load, unload);
}
