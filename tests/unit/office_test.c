/* office_test.c - the XML of documents: what is shown, what stands aside; blocks of any size make no difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "decode/charset.h"
#include "decode/shared_strings.h"
#include "extract_run.h"

#define W "<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
#define X "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
#define O "<office:document-content xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'>"

struct office_case {
    const char *name, *xml, *shown, *aside; /* `aside` NULL: not looked at */
};

static const struct office_case cases[] = {
    { "runs join", W "<w:p><w:r><w:t>to</w:t></w:r>\n <w:r><w:t>ken</w:t></w:r></w:p></w:document>", "token",
      "" },
    { "paragraphs are lines", W "<w:p><w:t>a</w:t></w:p><w:p/><w:p><w:t>b</w:t></w:p></w:document>", "a\nb",
      "" },
    { "breaks and tabs", W "<w:p><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:p></w:document>",
      "a\tb\nc", "" },
    { "space within a run is kept", W "<w:p><w:t>a</w:t><w:t> </w:t><w:t>b</w:t></w:p></w:document>", "a b",
      "" },
    { "references", W "<w:p><w:t>a&amp;b&#x20AC;</w:t></w:p></w:document>", "a&b\xe2\x82\xac", "" },
    { "cells stand side by side",
      W "<w:tr><w:tc><w:p><w:t>a</w:t></w:p></w:tc><w:tc><w:p/></w:tc><w:tc><w:p><w:t>c</w:t></w:p></w:tc></"
        "w:tr>"
        "<w:tr><w:tc><w:p><w:t>d</w:t></w:p></w:tc><w:tc><w:p><w:t>e</w:t></w:p><w:p><w:t>f</w:t></w:p></"
        "w:tc></w:tr></w:document>",
      "a |  | c\nd | e\nf", "" },
    { "deleted text stands aside",
      W "<w:p><w:t>to</w:t><w:del><w:delText>x</w:delText></w:del><w:t>ken</w:t></w:p></w:document>", "token",
      "x" },
    { "deleted runs are one",
      W "<w:p><w:del><w:r><w:delText>to</w:delText></w:r><w:r><w:delText>ken</w:delText></w:r></"
        "w:del><w:r><w:t>a</w:t></w:r><w:del><w:r>"
        "<w:delText>b</w:delText></w:r></w:del></w:p></w:document>",
      "a", "token\nb" },
    { "attributes with references", W "<w:a w:b='1' w:c='x&amp;y'/></w:document>", "", "w:c=\"x&y\"\n" },
    { "properties",
      "<Properties xmlns='http://schemas.openxmlformats.org/officeDocument/2006/custom-properties'>"
      "<property name='n'><vt:lpwstr>v</vt:lpwstr></property><property "
      "name='m'><vt:i4>2</vt:i4></property></Properties>",
      "n: v\nm: 2", "" },
    { "cells by their place",
      X
      "<row><c r='B1'><v>1</v></c><c r='D1'><v>2</v></c></row><row><c r='A2'><v>3</v></c></row></worksheet>",
      " | 1 |  | 2\n3", "" },
    { "shared strings",
      X "<row><c t='s'><v>1</v></c><c t='s'><v>0</v></c><c t='s'><v>9</v></c></row></worksheet>", "two | one",
      "" },
    { "formulas stand aside", X "<row><c><f>A1&amp;B1</f><v>5</v></c></row></worksheet>", "5", "A1&B1" },
    { "OpenDocument",
      O "<text:p>to<text:span>ken</text:span><text:s "
        "text:c='3'/>a<text:tab/>b<text:line-break/>c</text:p></office:document-content>",
      "token   a\tb\nc", "" },
    { "white space of the source",
      O
      "<text:p>a\n  b<text:span>c</text:span>\n <text:span>d</text:span></text:p></office:document-content>",
      "a   bc d", NULL },
    { "annotations stand aside",
      O "<text:p>to<office:annotation><dc:creator>x</dc:creator><text:p>why</text:p></office:annotation>ken</"
        "text:p></office:document-content>",
      "token", "x\nwhy\n" },
    { "repeated cells",
      O "<table:table-row><table:table-cell "
        "table:number-columns-repeated='2'/><table:table-cell><text:p>a</text:p></table:table-cell>"
        "</table:table-row></office:document-content>",
      " |  | a", NULL },
};

static const char strings_part[] = "<sst "
                                   "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/"
                                   "main'><si><t>one</t></si><si><r><t>t</t></r><r><t>wo</t></r>"
                                   "<rPh><t>x</t></rPh></si><si><t>three</t></si></sst>";

static void run_case(struct extract_run *run, const char *xml, struct arena *arena)
{
    struct item item = { .kind = ITEM_FILE };
    item.strings = shared_strings_read(arena, slice_str(strings_part));
    assert_ptr_equal(extract_run(run, &item, slice_str(xml), NULL), &extractor_office);
    if (run->broken)
        fail_msg("%s", run->broken);
}

static void shows_what_a_document_shows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new(0);
        struct extract_run run = { .block_max = 1 << 20, .overlap = 1000 };
        run_case(&run, cases[i].xml, arena);
        buffer_put_byte(&run.views[VIEW_DOCUMENT], 0);
        buffer_put_byte(&run.views[VIEW_MARKUP], 0);
        if (strcmp((char *)run.views[VIEW_DOCUMENT].ptr, cases[i].shown) != 0)
            fail_msg("%s: shown '%s'", cases[i].name, (char *)run.views[VIEW_DOCUMENT].ptr);
        const char *aside = (char *)run.views[VIEW_MARKUP].ptr;
        if (cases[i].aside && strcmp(aside + (aside[0] == '\n'), cases[i].aside) != 0)
            fail_msg("%s: aside '%s'", cases[i].name, aside);
        assert_true(slice_is_equal(buffer_slice(&run.views[VIEW_TEXT]), slice_str(cases[i].xml)));
        assert_int_equal(run.gaps[GAP_DAMAGED], 0);
        extract_run_release(&run);
        arena_free(arena);
    }
}

/* However the text is cut into blocks, a token that a run cuts stays whole. */
static void blocks_make_no_difference(void **state)
{
    struct buffer xml;
    (void)state;
    buffer_init(&xml, 1 << 20);
    buffer_put_str(&xml, W);
    for (int i = 0; i < 300; i++)
        buffer_put_str(&xml, "<w:p><w:r><w:t>to</w:t></w:r><w:r><w:t>ken</w:t></w:r></w:p>");
    buffer_put_str(&xml, "</w:document>");
    for (size_t block = 800; block < 4000; block += 37) {
        struct extract_run run = { .block_max = block, .overlap = block / 8, .dribble = block % 60 + 1 };
        struct item item = { .kind = ITEM_FILE };
        size_t count = 0;
        extract_run(&run, &item, buffer_slice(&xml), &extractor_office);
        assert_null(run.broken);
        struct slice shown = buffer_slice(&run.views[VIEW_DOCUMENT]);
        for (size_t at = 0; (at = slice_find(shown, at, slice_str("token"))) != SLICE_NONE; at++)
            count++;
        assert_true(count >= 300);
        extract_run_release(&run);
    }
    buffer_release(&xml);
}

static void strings_that_were_shown_are_blank(void **state)
{
    struct arena *arena = arena_new(0);
    (void)state;
    struct shared_strings *strings = shared_strings_read(arena, slice_str(strings_part));
    assert_non_null(strings);
    assert_int_equal(strings->count, 3);
    assert_true(slice_is_equal(shared_strings_show(strings, slice_str("1")), slice_str("two")));
    assert_int_equal(shared_strings_show(strings, slice_str("3")).len, 0);
    assert_int_equal(shared_strings_show(strings, slice_str("-1")).len, 0);
    struct slice rest = shared_strings_rest(strings, arena);
    assert_int_equal(rest.len, sizeof strings_part - 1);
    assert_int_equal(slice_find(rest, 0, slice_str("wo<")), SLICE_NONE);
    assert_true(slice_find(rest, 0, slice_str("<t>one</t>")) != SLICE_NONE);
    assert_true(slice_find(rest, 0, slice_str("<t>three</t>")) != SLICE_NONE);
    assert_null(shared_strings_read(arena, slice_str("<sst><si>")));
    arena_free(arena);
}

/* Two rows of a binary workbook: "pass" in A1; in C2 a formula that shows "ok" and joins "to" and "ken"; a link behind them. */
#define SHEET "\x81\x01\x00\x91\x01\x00"
#define FIRST "\x00\x04\0\0\0\0\x06\x14\0\0\0\0\0\0\0\0\x04\0\0\0p\0a\0s\0s\0"
#define SECOND                                                                   \
    "\x00\x04\x01\0\0\0\x08\x29\x02\0\0\0\0\0\0\0\x02\0\0\0o\0k\0\0\0\x12\0\0\0" \
    "\x17\x02\0t\0o\0\x17\x03\0k\0e\0n\0\x08\0"
#define BEHIND "\x92\x01\x00\xEE\x03\x0C\x04\0\0\0l\0i\0n\0k\0"

static void binary_workbooks_show_their_cells(void **state)
{
    static const char part[] = SHEET FIRST SECOND BEHIND;
    const struct slice bytes = slice_of(part, sizeof part - 1);
    (void)state;
    for (size_t block = 64; block < 200; block += 7) {
        for (size_t dribble = 0; dribble < 20; dribble += 3) {
            struct extract_run run = { .block_max = block, .overlap = 8, .dribble = dribble, .is_raw = true };
            struct item item = { .kind = ITEM_MEMBER, .name = slice_str("xl/worksheets/sheet1.bin") };
            extract_run(&run, &item, bytes, &extractor_biff12);
            assert_null(run.broken);
            struct slice shown = buffer_slice(&run.views[VIEW_DOCUMENT]);
            assert_true(slice_find(shown, 0, slice_str("pass")) != SLICE_NONE);
            assert_true(slice_find(shown, 0, slice_str("link")) != SLICE_NONE);
            assert_true(slice_find(buffer_slice(&run.views[VIEW_DOCUMENT]), 0, slice_str("\"ken\"")) !=
                        SLICE_NONE);
            assert_int_equal(run.gaps[GAP_DAMAGED], 0);
            extract_run_release(&run);
        }
    }
}

static void faults_are_told_once(void **state)
{
    static const struct {
        const char *xml;
        enum gap_kind kind;
    } faults[] = {
        { W "<w:p>", GAP_DAMAGED },
        { W "<w:p></w:q></w:document>", GAP_DAMAGED },
        { "<!DOCTYPE a [<!ENTITY b 'c'>]>" W "&b;</w:document>", GAP_DAMAGED },
    };
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct extract_run run = { .block_max = 1 << 20, .overlap = 100 };
        struct item item = { .kind = ITEM_FILE };
        extract_run(&run, &item, slice_str(faults[i].xml), &extractor_office);
        assert_null(run.broken);
        assert_int_equal(run.gaps[faults[i].kind], 1);
        assert_true(slice_is_equal(buffer_slice(&run.views[VIEW_TEXT]), slice_str(faults[i].xml)));
        extract_run_release(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_a_document_shows),
        cmocka_unit_test(blocks_make_no_difference),
        cmocka_unit_test(strings_that_were_shown_are_blank),
        cmocka_unit_test(binary_workbooks_show_their_cells),
        cmocka_unit_test(faults_are_told_once),
    };
    charset_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
