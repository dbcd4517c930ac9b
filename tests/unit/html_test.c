/* html_test.c - HTML: what is shown, what is markup, what data: URIs hold, where it all stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "extract/css.h"
#include "extract/html_data.h"
#include "extract/html_tags.h"
#include "fuzz/html_check.h"

struct html_case {
    const char *name, *html, *shown, *markup; /* NULL: not looked at */
};

static const struct html_case cases[] = {
    { "inline tags join", "to<b>k</b>e<wbr>n<span style='x'></span>!", "token!", NULL },
    { "unknown tags join", "to<o:p></o:p>ken", "token", NULL },
    { "comments join", "to<!-- no -->ken", "token", "<!-- no -->" },
    { "block tags part", "one<br>two<p>three</p>four<div>five</div>", "one\ntwo\nthree\nfour\nfive\n", NULL },
    { "cells are tabs", "<tr><td>a</td>\r\n  <td>b</td></tr>", "a\tb\t\n", NULL },
    { "list items part", "<ul><li>a<li>b</ul>", "a\nb\n", NULL },
    { "white space collapses", "a  b\n\n  c \t d", "a b\nc d", NULL },
    { "a line end stays", "a\r\nb\nc", "a\r\nb\nc", NULL },
    { "pre keeps white space", "<pre>a  b\n\n  c</pre>  d  e", "a  b\n\n  c\nd e", NULL },
    { "names", "&lt;&amp;&eacute;&euro;&Zcaron;&apos;&lowbar;", "<&\xc3\xa9\xe2\x82\xac\xc5\xbd'_", NULL },
    { "numbers", "&#65;&#x42;&#X43;&#0;&#128;&#xD800;&#99999999999;",
      "ABC\xef\xbf\xbd\xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbd", NULL },
    { "no semicolon", "a&ampb&copy1&lt;&#65x&notanentity",
      "a&b\xc2\xa9"
      "1<Ax\xc2\xac"
      "anentity",
      NULL },
    { "unknown reference", "&nosuch; & &; &#; &#x;", "&nosuch; & &; &#; &#x;", NULL },
    { "encoded twice", "&amp;lt;&amp;amp;&amp;#61;&amp;quot", "<&=&quot", NULL },
    { "encoded thrice keeps one", "&amp;amp;lt;", "&lt;", NULL },
    { "no-break space is space",
      "a&nbsp;b\xc2\xa0"
      "c&#8239;d",
      "a b c d", NULL },
    { "invisible characters go",
      "a&shy;b\xe2\x80\x8b"
      "c&zwj;d\xef\xbb\xbf"
      "e&#8203;f\xc2\xad"
      "g",
      "abcdefg", NULL },
    { "other rare bytes stay", "\xc2\xa9\xe2\x82\xac\xef\xbc\x81\xc2", "\xc2\xa9\xe2\x82\xac\xef\xbc\x81\xc2",
      NULL },
    { "attribute values decoded", "<a href=\"x?a=1&amp;b=2&copy=3\">", NULL,
      "<a href=\"x?a=1&b=2&copy=3\">" },
    { "values of all quotes", "<a b='&lt;>' c=&gt;d e>f", "f", "<a b='<>' c=>d e>" },
    { "quote as a name", "<a \"b>c", "c", "<a \"b>" },
    { "unclosed quote", "<a b=\"c>shown", "shown", "<a b=\"c>" },
    { "unclosed tag", "a<b c", "a", "<b c" },
    { "unclosed comment", "a<!-- b", "a", "<!-- b" },
    { "no tag", "a < b <3 <", "a < b <3 <", NULL },
    { "short comments", "a<!-->b<!--->c<!--x--!>d", "abcd", NULL },
    { "conditional comment shows", "<!--[if mso]><b>x</b>y<![endif]-->z", "xyz", NULL },
    { "downlevel-revealed comment", "<![if !mso]>x<![endif]>y", "xy", NULL },
    { "script and style are markup", "a<script>if (a<b) '</b>'</script>b<style>p{}</style>c", "abc",
      "<script>if (a<b) '</b>'</script>\n<style>p{}</style>" },
    { "script in capitals", "<SCRIPT>x</Script >y", "y", "<SCRIPT>x</Script >" },
    { "unclosed script", "a<script>b<i>c", "a", "<script>b<i>c" },
    { "CDATA", "a<![CDATA[b]c]]>d", "ad", "<![CDATA[b]c]]>" },
    { "doctype and instruction", "<!DOCTYPE html><?xml a?>b", "b", "<!DOCTYPE html><?xml a?>" },
    { "hidden text", "<span style=\"display:none\">x</span><title>t</title>", "x\nt\n", NULL },
    { "far tags get lines of their own", "<a>x<b>", NULL, "<a>\n<b>" },
};

static void expect(const struct html_case *one, const struct track *track, const char *wanted)
{
    struct slice got = buffer_slice(&track->text);
    if (wanted && !slice_is_equal(got, slice_str(wanted)))
        fail_msg("%s: got '%.*s', not '%s'", one->name, (int)got.len, (const char *)got.ptr, wanted);
}

static void html_reads_as_browsers_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct html_case *one = &cases[i];
        struct html_tokens tokens;
        struct slice text = slice_str(one->html);
        html_tokens_init(&tokens);
        html_tokens_block(&tokens, text, text.len, true);
        expect(one, &tokens.shown, one->shown);
        expect(one, &tokens.markup, one->markup);
        const char *broken = html_check_block(&tokens, text, 0);
        if (broken)
            fail_msg("%s: %s", one->name, broken);
        html_tokens_release(&tokens);
    }
}

static void nul_bytes_stay(void **state)
{
    struct html_tokens tokens;
    struct slice text = slice_of("a\0b<i\0>", 7);
    (void)state;
    html_tokens_init(&tokens);
    html_tokens_block(&tokens, text, text.len, true);
    assert_true(slice_is_equal(buffer_slice(&tokens.shown.text), slice_of("a\0b", 3)));
    assert_true(slice_is_equal(buffer_slice(&tokens.markup.text), slice_of("<i\0>", 4)));
    html_tokens_release(&tokens);
}

static void views_map_back_to_the_text(void **state)
{
    static const char html[] = "<p>a&eacute;b<br>c</p>";
    struct html_tokens tokens;
    (void)state;
    html_tokens_init(&tokens);
    html_tokens_block(&tokens, slice_str(html), strlen(html), true);
    struct text_view view = track_view(&tokens.shown, VIEW_HTML);
    assert_memory_equal(view.text.ptr,
                        "a\xc3\xa9"
                        "b\nc\n",
                        7);
    assert_int_equal(text_map_find(&view.map, 0), 3);  /* a */
    assert_int_equal(text_map_find(&view.map, 1), 4);  /* é: at its '&' */
    assert_int_equal(text_map_find(&view.map, 3), 12); /* b */
    assert_int_equal(text_map_find(&view.map, 5), 17); /* c */
    html_tokens_release(&tokens);
}

/* Blocks cut anywhere give what one block gives, as soon as the overlap is longer than a reference. */
static void cuts_change_nothing(void **state)
{
    static const char html[] =
        "<p>Hello <b>you</b></p><!-- a -- b --><a href='x?y&amp;z=\"1\"'>l&eacute;t</a><script>a<b;'</x>'"
        "</script><td>1</td><![CDATA[ ] ]] ]]>t<pre>a  b\n\n</pre>&amp;lt;<style>p</style><i class=a>end</i>";
    struct slice text = slice_str(html);
    (void)state;
    for (size_t size = 100; size < text.len; size++) {
        const char *broken = html_check(text, size, 45);
        if (broken)
            fail_msg("block of %zu: %s", size, broken);
        struct html_tokens tokens, whole;
        html_tokens_init(&tokens);
        html_tokens_init(&whole);
        size_t next = size - 45;
        html_tokens_block(&whole, text, text.len, true);
        html_tokens_block(&tokens, slice_sub(text, 0, size), next, false);
        html_tokens_block(&tokens, slice_skip(text, next), text.len - next, true);
        struct slice tail = buffer_slice(&tokens.shown.text), all = buffer_slice(&whole.shown.text);
        tail = slice_skip(tail, tail.len > 2 ? 2 : 0);
        assert_true(tail.len <= all.len);
        assert_true(slice_is_equal(tail, slice_skip(all, all.len - tail.len)));
        html_tokens_release(&whole);
        html_tokens_release(&tokens);
    }
}

/* Pieces that mean something to a tokenizer, strewn at random. */
static void random_html_loses_nothing(void **state)
{
    static const char *const pieces[] = {
        "<",    ">",         "&",        "\"",        "'",         "=",      "<!--", "-->",
        "--",   "<![CDATA[", "]]>",      "<b ",       "<p>",       "</p>",   "<td>", "<pre>",
        "&lt;", "&amp",      "<script>", "</sc",      "</script>", "<style", "\xc2", "\xa0",
        "\xe2", "\x80",      "\x8b",     "\r\n",      "  ",        "text",   "&#65", "x=y",
        "/>",   "<!--[if",   "<?",       "&amp;amp;", "\t",        "<!",     "</",
    };
    unsigned seed = 1;
    char text[512];
    (void)state;
    for (unsigned round = 0; round < 20000; round++) {
        size_t len = 0;
        while (len < sizeof text - 16) {
            seed = seed * 1103515245 + 12345;
            const char *piece = pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)];
            memcpy(text + len, piece, strlen(piece));
            len += strlen(piece);
        }
        const char *broken = html_check(slice_of(text, len), round % 2 ? 1000 : 70 + round % 200, round % 33);
        if (broken)
            fail_msg("round %u: %s in %.*s", round, broken, (int)len, text);
    }
}

static unsigned files_checked;

static void check_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    static unsigned char bytes[1024 * 1024];
    size_t len = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file)
        fclose(file);
    const char *broken = html_check(slice_of(bytes, len), SIZE_MAX / 2, 0);
    if (!broken)
        broken = html_check(slice_of(bytes, len), 1000, 200);
    if (broken)
        fail_msg("%s: %s", path, broken);
    files_checked += len > 0;
}

static void check_folder(const char *path, unsigned depth)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        char below[1024];
        struct stat info;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (entry->d_name[0] == '.' || lstat(below, &info) < 0)
            continue;
        if (S_ISDIR(info.st_mode) && depth < 6)
            check_folder(below, depth + 1);
        else if (S_ISREG(info.st_mode))
            check_file(below);
    }
    if (folder)
        closedir(folder);
}

static void real_mail_loses_nothing(void **state)
{
    (void)state;
    check_folder("../shared/corpora/mail", 0);
    if (files_checked == 0)
        skip();
}

/* data: URIs */

static unsigned gaps_told[GAP_KINDS];

static void count_gap(void *ctx, const struct item *item, const struct gap *gap)
{
    (void)ctx, (void)item;
    gaps_told[gap->kind]++;
}

static const struct gap_sink gap_counter = { count_gap, NULL };

struct data_case {
    const char *name, *html, *decoded;
    enum gap_kind gap; /* GAP_KINDS: none */
};

static const struct data_case data_cases[] = {
    { "base64", "<a href='data:text/plain;base64,aGVsbG8gd29ybGQ='>", "hello world\n", GAP_KINDS },
    { "no padding, url-safe", "<a href=data:;base64,Pz8-Pz8_>", "?\?>?\?\?\n", GAP_KINDS },
    { "references inside", "<a href='data:;base64,aGVsbG8gd29ybGQ&#61;'>", "hello world\n", GAP_KINDS },
    { "line ends inside", "<a href='data:;base64,aGVs\r\n bG8='>", "hello\n", GAP_KINDS },
    { "escapes inside base64", "<a href='data:;base64,aGVsbG8%3D'>", "hello\n", GAP_KINDS },
    { "percent", "<a href='data:text/plain;charset=utf-8,a%20b%3Dc'>", "a b=c\n", GAP_KINDS },
    { "in style", "<style>p{background:url(DATA:x/y;base64,aGVsbG8=)}</style>", "hello\n", GAP_KINDS },
    { "two", "<a href='data:,%41'><a href='data:,%42'>", "A\nB\n", GAP_KINDS },
    { "plain needs no view", "<a href='data:,abc'>", "", GAP_KINDS },
    { "a word is no URI", "<a title='data: abc, data:'>", "", GAP_KINDS },
    { "a picture", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACADs='>", "",
      GAP_PICTURE },
};

static void data_uris_are_decoded(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof data_cases / sizeof *data_cases; i++) {
        const struct data_case *one = &data_cases[i];
        struct extract extract = { .gaps = &gap_counter };
        struct slice text = slice_str(one->html);
        struct html_tokens tokens;
        struct html_data data;
        struct feed_views views = { .count = 0 };
        memset(gaps_told, 0, sizeof gaps_told);
        html_tokens_init(&tokens);
        html_data_init(&data, &extract);
        html_tokens_block(&tokens, text, text.len, true);
        html_data_block(&data, &tokens.markup, 0, true, &views);
        struct slice got = views.count ? views.list[0].text : slice_of(NULL, 0);
        if (!slice_is_equal(got, slice_str(one->decoded)))
            fail_msg("%s: got '%.*s'", one->name, (int)got.len, (const char *)got.ptr);
        for (int kind = 0; kind < GAP_KINDS; kind++)
            assert_int_equal(gaps_told[kind], kind == (int)one->gap);
        html_data_release(&data);
        html_tokens_release(&tokens);
    }
}

static void data_uri_goes_on_in_the_next_block(void **state)
{
    static const char html[] = "<p>text text text</p><a href='data:text/plain;base64,"
                               "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6MDEyMzQ1Njc4OQ=='>x</a>";
    struct slice text = slice_str(html);
    (void)state;
    for (size_t cut = 60; cut < text.len - 12; cut++) {
        struct extract extract = { .gaps = &gap_counter };
        struct html_tokens tokens;
        struct html_data data;
        struct feed_views views = { .count = 0 };
        size_t next = cut - 10;
        html_tokens_init(&tokens);
        html_data_init(&data, &extract);
        html_tokens_block(&tokens, slice_sub(text, 0, cut), next, false);
        html_data_block(&data, &tokens.markup, 0, false, &views);
        assert_int_equal(views.count, 0);
        html_tokens_block(&tokens, slice_skip(text, next), text.len - next, true);
        html_data_block(&data, &tokens.markup, track_find(&tokens.markup, 10), true, &views);
        assert_int_equal(views.count, 1);
        assert_true(slice_is_equal(views.list[0].text,
                                   slice_str("0123456789abcdefghijklmnopqrstuvwxyz0123456789\n")));
        html_data_release(&data);
        html_tokens_release(&tokens);
    }
}

/* Style sheets. */

struct css_case {
    const char *name, *html, *shown;
};

static const struct css_case css_cases[] = {
    { "digits", "<style>a{content:\"\\67 h\\000070_\"}</style>", "ghp_\n" },
    { "a line end after digits", "<style>a{content:\"\\67\r\nh\"}</style>", "gh\n" },
    { "six digits at most", "<style>a{content:'\\00006768'}</style>", "g68\n" },
    { "a line that goes on", "<style>a{content:'one\\\ntwo'}</style>", "onetwo\n" },
    { "a character for itself", "<style>a{content:'a\\'\\_b'}</style>", "a'_b\n" },
    { "no character", "<style>a{content:'\\0\\d800\\110000'}</style>",
      "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n" },
    { "several strings", "<style>a{CONTENT : 'a' \"b\"/* c */'d';x:'e'}</style>", "abd\n" },
    { "two", "<style>a{content:'a' 'b'}b{content:'c' 'd'}</style>", "ab\ncd\n" },
    { "an attribute", "<q style='content:&quot;\\67h&quot;'>x</q>", "gh\n" },
    { "what stands there needs no view", "<style>a{content:\"abc\"}</style>", "" },
    { "a string that no quote ends", "<style>a{content:'\\67 h\n}</style>", "gh\n" },
    { "other properties", "<style>a{font-family:'\\67 h'}</style>", "" },
    { "cut short", "<style>a{content:'\\", "" },
};

static void style_sheets_show_their_strings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof css_cases / sizeof *css_cases; i++) {
        const struct css_case *one = &css_cases[i];
        struct slice text = slice_str(one->html);
        struct html_tokens tokens;
        struct track out;
        html_tokens_init(&tokens);
        track_init(&out, SIZE_MAX / 2);
        html_tokens_block(&tokens, text, text.len, true);
        css_content(&out, &tokens.markup);
        struct slice got = buffer_slice(&out.text);
        if (!slice_is_equal(got, slice_str(one->shown)) || html_check_map(&out, text))
            fail_msg("%s: got '%.*s'", one->name, (int)got.len, (const char *)got.ptr);
        track_release(&out);
        html_tokens_release(&tokens);
    }
}

struct tag_case {
    const char *text;
    size_t len;
    int effect; /* -1: not known */
};

static void tags_are_found_in_any_case(void **state)
{
    static const struct tag_case tag_cases[] = {
        { "BlockQuote>", 10, HTML_BLOCK },
        { "xmp", 3, HTML_PRE },
        { "a href", 1, HTML_INLINE },
        { "H1/", 2, HTML_BLOCK },
        { "wbr>", 3, HTML_INLINE },
        { "zzz", 3, -1 },
        { "", 0, -1 },
        { "1", 1, -1 },
        { "trx", 3, -1 },
        { "aaaaaaaaaaaaaaaaaaaa", 16, -1 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof tag_cases / sizeof *tag_cases; i++) {
        size_t len;
        const struct html_tag *tag = html_tag_at(slice_str(tag_cases[i].text), &len);
        assert_int_equal(len, tag_cases[i].len);
        assert_int_equal(tag ? (int)tag->effect : -1, tag_cases[i].effect);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_reads_as_browsers_do),
        cmocka_unit_test(nul_bytes_stay),
        cmocka_unit_test(views_map_back_to_the_text),
        cmocka_unit_test(cuts_change_nothing),
        cmocka_unit_test(random_html_loses_nothing),
        cmocka_unit_test(real_mail_loses_nothing),
        cmocka_unit_test(data_uris_are_decoded),
        cmocka_unit_test(data_uri_goes_on_in_the_next_block),
        cmocka_unit_test(style_sheets_show_their_strings),
        cmocka_unit_test(tags_are_found_in_any_case),
    };
    return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
