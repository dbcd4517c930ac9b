/* rtf_test.c - RTF: what is shown, what is not, what it wraps; blocks of any size make no difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/utf8.h"
#include "decode/rtf.h"
#include "extract_run.h"

struct rtf_case {
    const char *name, *rtf, *shown, *other; /* NULL: not looked at */
};

static const struct rtf_case cases[] = {
    { "plain text", "{\\rtf1\\ansi one two}", "one two", "" },
    { "formatting joins", "{\\rtf1 to{\\b k}\\i e\\i0 n{\\f1\\fs20 !}}", "token!", NULL },
    { "line ends of the source join", "{\\rtf1 to\r\nken}", "token", NULL },
    { "a space ends a word once", "{\\rtf1 a\\b  b\\b0\\i c}", "a bc", NULL },
    { "paragraphs and cells", "{\\rtf1 a\\par b\\line c\\tab d\\cell e\\row f}", "a\nb\nc\td\te\nf", NULL },
    { "escaped signs", "{\\rtf1 \\{a\\}\\\\b}", "{a}\\b", NULL },
    { "escaped line end is a paragraph", "{\\rtf1 a\\\nb\\\r\nc}", "a\nb\nc", NULL },
    { "western bytes", "{\\rtf1\\ansi\\ansicpg1252 caf\\'e9 \\'80}", "caf\xc3\xa9 \xe2\x82\xac", NULL },
    { "cyrillic code page", "{\\rtf1\\ansi\\ansicpg1251 \\'ef\\'e0\\'f0}", "\xd0\xbf\xd0\xb0\xd1\x80", NULL },
    { "code page of the font",
      "{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset0 A;}{\\f7\\fcharset204 B;}}{\\f7 \\'ef}\\'ef}",
      "\xd0\xbf\xc3\xaf", NULL },
    { "default font after plain", "{\\rtf1\\deff3{\\fonttbl{\\f3\\fcharset161 A;}}\\plain \\'e1}", "\xce\xb1",
      NULL },
    { "two bytes a character", "{\\rtf1\\ansicpg932 \\'82\\'a0\\'83A!}", "\xe3\x81\x82\xe3\x82\xa2!", NULL },
    { "unicode and what stands for it", "{\\rtf1\\uc1 a\\u8364?b\\uc2\\u8364\\'80\\'80c\\uc0\\u8364 d}",
      "a\xe2\x82\xac"
      "b\xe2\x82\xac"
      "c\xe2\x82\xac"
      "d",
      NULL },
    { "negative and paired unicode", "{\\rtf1 \\u-10179?\\u-8704?}", "\xf0\x9f\x98\x80", NULL },
    { "signs with names", "{\\rtf1 a\\endash b\\lquote c\\~d\\_e\\-f}",
      "a\xe2\x80\x93"
      "b\xe2\x80\x98"
      "c\xc2\xa0"
      "d-ef",
      NULL },
    { "hidden text is read", "{\\rtf1 a{\\v hidden}b}", "ahiddenb", NULL },
    { "fields", "{\\rtf1 {\\field{\\*\\fldinst HYPERLINK \"https://x.example/?k=v\"}{\\fldrslt here}}}",
      "here", "HYPERLINK \"https://x.example/?k=v\"\n" },
    { "info", "{\\rtf1{\\info{\\title T}{\\author A}}b}", "b", "T\nA\n\n" },
    { "unknown destination", "{\\rtf1{\\*\\whoknows5 text{\\b x}}b}", "b", "whoknows5 textx\n\n" },
    { "notes are shown", "{\\rtf1 a{\\footnote n}{\\header h}}", "a\nn\n\nh\n", NULL },
    { "pictures are data", "{\\rtf1 a{\\pict\\wmetafile8 0102 ff\r\n00}b}", "ab", "" },
    { "binary data", "{\\rtf1 a{\\pict\\bin4 }}\\{}b}", "ab", NULL },
    { "unbalanced groups", "{\\rtf1 a}}}b{{{c", "a\nbc", NULL },
    { "cut words", "{\\rtf1 a\\", "a", NULL },
    { "cut hex", "{\\rtf1 a\\'4", NULL, NULL },
    { "shape properties", "{\\rtf1{\\shp{\\*\\shpinst{\\sp{\\sn n}{\\sv value}}{\\shptxt text}}}}", "text",
      NULL },
};

struct reading {
    struct buffer pieces[4];
};

static void keep(void *ctx, const struct rtf_piece *piece)
{
    struct reading *reading = ctx;
    buffer_put(&reading->pieces[piece->kind], piece->bytes);
}

static void read_rtf(struct reading *reading, struct slice source)
{
    struct rtf rtf;
    const struct rtf_sink sink = { keep, reading };
    for (size_t i = 0; i < 4; i++)
        buffer_init(&reading->pieces[i], 64 * 1024);
    rtf_init(&rtf, &sink, true);
    rtf_block(&rtf, source, source.len, true);
    rtf_release(&rtf);
}

static void release(struct reading *reading)
{
    for (size_t i = 0; i < 4; i++)
        buffer_release(&reading->pieces[i]);
}

static void expect(const char *name, const struct buffer *got, const char *wanted)
{
    if (wanted && !slice_is_equal(buffer_slice(got), slice_str(wanted)))
        fail_msg("%s: got '%.*s', not '%s'", name, (int)got->len, (const char *)got->ptr, wanted);
}

static void text_is_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading reading;
        read_rtf(&reading, slice_str(cases[i].rtf));
        expect(cases[i].name, &reading.pieces[RTF_BODY], cases[i].shown);
        expect(cases[i].name, &reading.pieces[RTF_OTHER], cases[i].other);
        release(&reading);
    }
}

static void data_is_decoded(void **state)
{
    static const char rtf[] =
        "{\\rtf1{\\object{\\*\\objclass Package}{\\*\\objdata 68 65\r\n6c6c6F}}{\\pict\\bin3 a}b}}";
    struct reading reading;
    (void)state;
    read_rtf(&reading, slice_str(rtf));
    expect("data", &reading.pieces[RTF_DATA], "helloa}b");
    expect("name", &reading.pieces[RTF_OTHER], "Package\n");
    release(&reading);
}

struct unwrap_case {
    const char *name, *rtf;
    enum rtf_wraps wraps;
    const char *text;
};

static const struct unwrap_case unwrap_cases[] = {
    { "html",
      "{\\rtf1\\ansi\\fromhtml1 \\deff0{\\fonttbl{\\f0 Arial;}}{\\colortbl\\red0;}\\uc1\\pard\\plain "
      "{\\*\\htmltag19 <html>}\r\n{\\*\\htmltag64 <p>}\\htmlrtf {\\b \\htmlrtf0 a\\'e9b\\htmlrtf }\\htmlrtf0 "
      "{\\*\\htmltag84 &amp;}\\htmlrtf &\\htmlrtf0 c\\par {\\*\\mhtmltag84 <no>}{\\*\\htmltag72 </p>}}",
      RTF_WRAPS_HTML,
      "<html><p>a\xc3\xa9"
      "b&amp;c\n</p>" },
    { "text", "{\\rtf1\\ansi\\fromtext \\fbidis{\\fonttbl{\\f0 A;}}\\plain one\\par two}", RTF_WRAPS_TEXT,
      "one\ntwo" },
    { "RTF of its own", "{\\rtf1\\ansi one}", RTF_WRAPS_NOTHING, "" },
    { "named in the text", "{\\rtf1\\ansi see \\\\fromhtml1}", RTF_WRAPS_NOTHING, "" },
    { "no RTF", "\\fromhtml1", RTF_WRAPS_NOTHING, "" },
};

static void wrapped_text_is_unwrapped(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof unwrap_cases / sizeof *unwrap_cases; i++) {
        struct buffer out;
        buffer_init(&out, 64 * 1024);
        assert_int_equal(rtf_unwrap(slice_str(unwrap_cases[i].rtf), &out), unwrap_cases[i].wraps);
        expect(unwrap_cases[i].name, &out, unwrap_cases[i].text);
        buffer_release(&out);
    }
}

/* What a block gives that the next one does not give again. */
struct block_reading {
    struct buffer shown, block;
    size_t starts[256], lens[256], count; /* of the block's pieces */
};

static void keep_block(void *ctx, const struct rtf_piece *piece)
{
    struct block_reading *reading = ctx;
    if (piece->kind != RTF_BODY)
        return;
    assert_true(reading->count < 256);
    reading->starts[reading->count] = piece->at;
    reading->lens[reading->count++] = piece->bytes.len;
    buffer_put(&reading->block, piece->bytes);
}

static void end_block(struct block_reading *reading, size_t next)
{
    size_t len = 0;
    for (size_t i = 0; i < reading->count && reading->starts[i] < next; i++)
        len += reading->lens[i];
    buffer_put(&reading->shown, slice_sub(buffer_slice(&reading->block), 0, len));
    buffer_clear(&reading->block);
    reading->count = 0;
}

static void blocks_make_no_difference(void **state)
{
    static const char rtf[] =
        "{\\rtf1\\ansi\\ansicpg932{\\fonttbl{\\f0\\fcharset128 M;}}\\f0 a\\'82\\'a0{\\b b}\\u8364?c"
        "{\\info{\\title T}}{\\pict 00112233}{\\v d}\\par e\\bin3 }}}f\\'83Ag}";
    struct slice source = slice_str(rtf);
    struct reading whole;
    (void)state;
    read_rtf(&whole, source);
    for (size_t step = 1; step < source.len; step++) {
        struct rtf reader;
        struct block_reading parts = { .count = 0 };
        const struct rtf_sink sink = { keep_block, &parts };
        buffer_init(&parts.shown, 4096);
        buffer_init(&parts.block, 4096);
        rtf_init(&reader, &sink, true);
        for (size_t at = 0; at < source.len; at += step) {
            size_t next = step < source.len - at ? step : source.len - at;
            rtf_block(&reader, slice_skip(source, at), next, next == source.len - at);
            end_block(&parts, next + reader.state.gone);
        }
        rtf_release(&reader);
        assert_true(slice_is_equal(buffer_slice(&parts.shown), buffer_slice(&whole.pieces[RTF_BODY])));
        buffer_release(&parts.shown);
        buffer_release(&parts.block);
    }
    release(&whole);
}

static void deep_groups_end(void **state)
{
    size_t len = 1000000;
    unsigned char *bytes = malloc(len);
    struct reading reading;
    (void)state;
    memset(bytes, '{', len);
    memcpy(bytes, "{\\rtf1 ", 7);
    memset(bytes + len / 2, '}', len / 2);
    memcpy(bytes + len - 3, "end", 3);
    read_rtf(&reading, slice_of(bytes, len));
    expect("deep", &reading.pieces[RTF_BODY], "\nend");
    release(&reading);
    free(bytes);
}

static void extractor_gives_its_views(void **state)
{
    struct extract_run run = { .block_max = 4096, .overlap = 64 };
    struct item item = { .kind = ITEM_FILE };
    (void)state;
    extract_run(&run, &item, slice_str("{\\rtf1 to{\\b ken}{\\info{\\title T}}{\\pict 41}}"), NULL);
    assert_null(run.broken);
    expect("shown", &run.views[VIEW_RTF], "token");
    expect("markup", &run.views[VIEW_MARKUP], "T\n");
    assert_int_equal(run.views[VIEW_DECODED].ptr[0], 'A');
    extract_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_told_apart),        cmocka_unit_test(data_is_decoded),
        cmocka_unit_test(wrapped_text_is_unwrapped), cmocka_unit_test(blocks_make_no_difference),
        cmocka_unit_test(deep_groups_end),           cmocka_unit_test(extractor_gives_its_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
