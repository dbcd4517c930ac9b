/* blobs_test.c - what is encoded in a text is found in it, once, in its place, and at a bounded cost. */
#define ZLIB_CONST
#include <time.h>
#include <zlib.h>

#include "unit/match_kit.h"

static const char rules[] =
    "rules:\n"
    "- {id: tok, name: n, category: key, severity: low, pattern: '\\btok_[a-z0-9]{8}\\b'}\n"
    "- {id: pass, name: n, category: key, severity: low, verdict: contextual, "
    "pattern: 'password: (?<secret>[a-z0-9]{6,20})\\b'}\n";

#define TOKEN "tok_a1b2c3d4"
#define WORDS "some words that stand before it, and then the value itself: " TOKEN " and what comes after"

/* Encoders: each appends IN to OUT. */

static void put_bits(struct buffer *out, struct slice in, unsigned bits, const char *alphabet, size_t group)
{
    uint32_t acc = 0;
    unsigned held = 0;
    size_t count = 0;
    for (size_t i = 0; i < in.len; i++) {
        acc = acc << 8 | in.ptr[i];
        for (held += 8; held >= bits; count++) {
            held -= bits;
            buffer_put_byte(out, (unsigned char)alphabet[acc >> held & ((1u << bits) - 1)]);
        }
        acc &= (1u << held) - 1;
    }
    if (held > 0) {
        buffer_put_byte(out, (unsigned char)alphabet[acc << (bits - held) & ((1u << bits) - 1)]);
        count++;
    }
    while (group && count++ % group)
        buffer_put_byte(out, '=');
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALL "abcdefghijklmnopqrstuvwxyz"

static void put_base64(struct buffer *out, struct slice in)
{
    put_bits(out, in, 6, LETTERS SMALL "0123456789+/", 4);
}

static void put_base64url(struct buffer *out, struct slice in)
{
    put_bits(out, in, 6, LETTERS SMALL "0123456789-_", 0);
}

static void put_base32(struct buffer *out, struct slice in)
{
    put_bits(out, in, 5, LETTERS "234567", 8);
}

static void put_hex(struct buffer *out, struct slice in)
{
    put_bits(out, in, 4, "0123456789abcdef", 0);
}

/* Every so many characters MARK, as between lines. */
static void put_wrapped(struct buffer *out, struct slice in, size_t width, const char *mark)
{
    struct buffer text;
    buffer_init(&text, SIZE_MAX / 2);
    put_base64(&text, in);
    for (size_t at = 0; at < text.len; at += width) {
        if (at > 0)
            buffer_put_str(out, mark);
        buffer_put(out, slice_sub(buffer_slice(&text), at, width));
    }
    buffer_release(&text);
}

static void put_lines(struct buffer *out, struct slice in)
{
    put_wrapped(out, in, 64, "\n");
}

static void put_quoted_lines(struct buffer *out, struct slice in)
{
    put_wrapped(out, in, 64, "\r\n> > ");
}

static void put_json_lines(struct buffer *out, struct slice in)
{
    put_wrapped(out, in, 64, "\\n");
}

static void put_indented(struct buffer *out, struct slice in)
{
    put_wrapped(out, in, 60, "\n    ");
}

static void put_each(struct buffer *out, struct slice in, const char *format)
{
    for (size_t i = 0; i < in.len; i++)
        buffer_printf(out, format, in.ptr[i]);
}

static void put_percent(struct buffer *out, struct slice in)
{
    put_each(out, in, "%%%02X");
}

static void put_c(struct buffer *out, struct slice in)
{
    put_each(out, in, "\\x%02x");
}

static void put_octal(struct buffer *out, struct slice in)
{
    put_each(out, in, "\\%03o");
}

static void put_json(struct buffer *out, struct slice in)
{
    put_each(out, in, "\\u%04x");
}

static void put_references(struct buffer *out, struct slice in)
{
    put_each(out, in, "&#x%x;");
}

static void put_list(struct buffer *out, struct slice in)
{
    put_each(out, in, "0x%02x, ");
}

static void put_quoted_printable(struct buffer *out, struct slice in)
{
    buffer_put_str(out, "a=3Db ");
    put_each(out, in, "=%02X");
}

static void put_utf16(struct buffer *out, struct slice in)
{
    struct buffer wide;
    buffer_init(&wide, SIZE_MAX / 2);
    for (size_t i = 0; i < in.len; i++) {
        buffer_put_byte(&wide, in.ptr[i]);
        buffer_put_byte(&wide, 0);
    }
    put_base64(out, buffer_slice(&wide));
    buffer_release(&wide);
}

static void put_packed(struct buffer *out, struct slice in, int window)
{
    z_stream stream = { 0 };
    struct buffer packed;
    buffer_init(&packed, SIZE_MAX / 2);
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t most = deflateBound(&stream, in.len) + 64;
    stream.next_in = in.ptr;
    stream.avail_in = (uInt)in.len;
    stream.next_out = buffer_reserve(&packed, most);
    stream.avail_out = (uInt)most;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.len = most - stream.avail_out;
    deflateEnd(&stream);
    put_base64(out, buffer_slice(&packed));
    buffer_release(&packed);
}

static void put_gzip(struct buffer *out, struct slice in)
{
    put_packed(out, in, 15 + 16);
}

static void put_zlib(struct buffer *out, struct slice in)
{
    put_packed(out, in, 15);
}

typedef void encoder(struct buffer *out, struct slice in);

static const struct encoding {
    const char *name;
    encoder *put;
    const char *before, *after; /* what stands around it */
} encodings[] = {
    { "base64", put_base64, "see ", " here\n" },
    { "base64 in JSON", put_base64, "{\"data\": \"", "\"}\n" },
    { "base64 in XML", put_base64, "<data>", "</data>\n" },
    { "base64url", put_base64url, "https://h.example/?d=", "\nend\n" },
    { "base64 after a path", put_base64, "https://h.example/reset/", "\n" },
    { "base64 in lines", put_lines, "\n", "\n\nThanks\n" },
    { "base64 in lines, a word after", put_lines, "\n", "\nThanks\n" },
    { "base64 in quoted lines", put_quoted_lines, "> > ", "\r\n> bye\r\n" },
    { "base64 with line ends written out", put_json_lines, "\"", "\"\n" },
    { "base64 in YAML", put_indented, "key: |\n    ", "\nnext: 1\n" },
    { "data URI", put_base64, "url(data:text/plain;base64,", ")\n" },
    { "base32", put_base32, "", "\n" },
    { "hex", put_hex, "dump ", "\n" },
    { "UTF-16 in base64", put_utf16, "powershell -EncodedCommand ", "\n" },
    { "gzip in base64", put_gzip, "H: ", "\n" },
    { "zlib in base64", put_zlib, "\"", "\"\n" },
    { "percent", put_percent, "q=", " \n" },
    { "C", put_c, "s = \"", "\";\n" },
    { "octal", put_octal, "printf '", "'\n" },
    { "JSON", put_json, "{\"a\":\"", "\"}\n" },
    { "references", put_references, "", "\n" },
    { "bytes", put_list, "char k[] = { ", "};\n" },
    { "quoted-printable", put_quoted_printable, "", "\n" },
};

#define ENCODINGS (sizeof encodings / sizeof *encodings)

static struct kit kit;
static struct buffer text;

static int make_kit(void **state)
{
    (void)state;
    kit_init(&kit, rules);
    buffer_init(&text, SIZE_MAX / 2);
    return 0;
}

static int drop_kit(void **state)
{
    (void)state;
    kit_release(&kit);
    buffer_release(&text);
    return 0;
}

static void encode(const struct encoding *encoding, struct slice in)
{
    buffer_clear(&text);
    buffer_put_str(&text, "first line\n");
    buffer_put_str(&text, encoding->before);
    encoding->put(&text, in);
    buffer_put_str(&text, encoding->after);
}

static void assert_found_once(const char *name)
{
    if (kit.count != 1)
        fail_msg("%s: %zu found", name, kit.count);
    assert_string_equal(kit.matches[0].secret, TOKEN);
    if (kit.matches[0].view != VIEW_DECODED)
        fail_msg("%s: in view %s", name, view_name(kit.matches[0].view));
}

static void each_encoding_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < ENCODINGS; i++) {
        encode(&encodings[i], slice_str(WORDS));
        kit_scan(&kit, buffer_slice(&text));
        assert_found_once(encodings[i].name);
        assert_null(matcher_decoding_limit(kit.matcher));
        assert_true(kit.matches[0].line >= 2);
        assert_true(kit.matches[0].offset >= strlen("first line\n") + strlen(encodings[i].before));
    }
}

/* The value stands where its first character is encoded. */
static void a_place_leads_to_the_encoded_value(void **state)
{
    (void)state;
    buffer_clear(&text);
    buffer_put_str(&text, "x: \n  ");
    size_t start = text.len;
    put_base64(&text, slice_str("12345 " TOKEN));
    kit_scan(&kit, buffer_slice(&text));
    assert_found_once("base64");
    assert_int_equal(kit.matches[0].offset, start + 8);
    assert_int_equal(kit.matches[0].line, 2);
    assert_int_equal(kit.matches[0].column, 3 + 8);
}

/* Each blob encoded in turn: all pairs, and three deep. */
static void nested_encodings_are_read(void **state)
{
    (void)state;
    struct buffer once, twice;
    buffer_init(&once, SIZE_MAX / 2);
    buffer_init(&twice, SIZE_MAX / 2);
    for (size_t outer = 0; outer < ENCODINGS; outer++)
        for (size_t inner = 0; inner < ENCODINGS; inner++) {
            char name[100];
            snprintf(name, sizeof name, "%s in %s", encodings[inner].name, encodings[outer].name);
            encode(&encodings[inner], slice_str(WORDS));
            buffer_clear(&once);
            buffer_put(&once, buffer_slice(&text));
            encode(&encodings[outer], buffer_slice(&once));
            kit_scan(&kit, buffer_slice(&text));
            assert_found_once(name);
            buffer_clear(&twice);
            buffer_put(&twice, buffer_slice(&text));
            buffer_clear(&text);
            put_base64(&text, buffer_slice(&twice));
            kit_scan(&kit, buffer_slice(&text));
            assert_found_once(name);
        }
    buffer_release(&once);
    buffer_release(&twice);
}

static void deeper_is_a_limit(void **state)
{
    (void)state;
    struct buffer in;
    buffer_init(&in, SIZE_MAX / 2);
    buffer_put_str(&in, WORDS);
    for (int depth = 0; depth < 4; depth++) {
        buffer_clear(&text);
        put_base64(&text, buffer_slice(&in));
        buffer_clear(&in);
        buffer_put(&in, buffer_slice(&text));
    }
    kit_scan(&kit, buffer_slice(&text));
    assert_int_equal(kit.count, 0);
    assert_string_equal(matcher_decoding_limit(kit.matcher), "decoded-depth");
    buffer_release(&in);
}

static const struct wrapped {
    const char *name, *text;
} links[] = {
    { "safelinks",
      "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN
      "&data=05%7C01&reserved=0" },
    { "proofpoint 1",
      "https://urldefense.proofpoint.com/v1/url?u=https%3A%2F%2Fh.example/%3Fk%3D" TOKEN "&k=x" },
    { "proofpoint 2",
      "https://urldefense.proofpoint.com/v2/url?u=https-3A__h.example_-3Fk-3Dtok-5Fa1b2c3d4&d=Dw" },
    { "proofpoint 3", "https://urldefense.com/v3/__https://h.example/?k*tok_a1b2c3d4__;PQ!!abc$" },
    { "proofpoint 3, a run", "https://urldefense.us/v3/__https://h.example/?k**Atok_a1b2c3d4__;PSA!!abc$" },
    { "barracuda", "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fh.example%2f%3fk%3d" TOKEN "&c=E,1" },
    { "cisco", "https://secure-web.cisco.com/1abcDEF/https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN },
    { "google", "https://www.google.com/url?sa=t&q=https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN "&usg=x" },
    { "sophos", "https://eu-west-1.protection.sophos.com?d=h.example&u="
                "aHR0cHM6Ly9oLmV4YW1wbGUvP2s9dG9rX2ExYjJjM2Q0&i=x" },
    { "checkpoint", "https://protect.checkpoint.com/v2/___https://h.example/?k%3D" TOKEN "___.YXA" },
    { "avanan", "https://url.avanan.click/v2/___https://h.example/?k%3D" TOKEN "___.YXA" },
    { "fireeye", "https://protect2.fireeye.com/v1/url?k=1&q=1&u=https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN },
    { "symantec", "https://clicktime.symantec.com/abc?u=https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN },
    { "hornetsecurity",
      "https://atpscan.global.hornetsecurity.com/?d=x&u=https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN },
    { "slack", "https://slack-redir.net/link?url=https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN },
    { "facebook", "https://l.facebook.com/l.php?u=https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN "&h=x" },
    { "linkedin", "https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN },
    { "youtube", "https://www.youtube.com/redirect?q=https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN },
    { "office365.us",
      "https://x.safelinks.protection.office365.us/?url=https%3A%2F%2Fh.example%2F%3Fk%3D" TOKEN },
};

/* The target follows `url:` in the rule, so that only an unwrapped link gives it. */
static void wrapped_links_are_unwrapped(void **state)
{
    (void)state;
    struct kit link_kit;
    kit_init(&link_kit, "rules:\n- {id: link, name: n, category: key, severity: low, pattern: "
                        "'^https?://h\\.example/\\?k[= ]{1,2}(?<secret>tok_[a-z0-9]{8})\\b'}\n");
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        buffer_clear(&text);
        buffer_printf(&text, "click <%s> now\n", links[i].text);
        kit_scan(&link_kit, buffer_slice(&text));
        if (link_kit.count != 1)
            fail_msg("%s: %zu found", links[i].name, link_kit.count);
        assert_string_equal(link_kit.matches[0].secret, TOKEN);
    }
    kit_release(&link_kit);
}

/* What the line says comes along: the value of a Kubernetes Secret alone is a word like any. */
static void the_words_beside_a_value_count(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "kind: Secret\ndata:\n  password: aHVudGVyMg==\n", "hunter2" },
        { "kind: Secret\ndata:\n  password: aHVudGVyMjIyMjIy\n", "hunter222222" },
        { "data:\n  password: aHVudGVyMjIy\n  user: YWRtaW4=\n", "hunter222" },
        { "{\"kind\":\"Secret\",\"data\":{\"password: \":\"x\"},\"password: \\u0068unter2\":1}", "hunter2" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t decoded = 0;
        kit_scan_str(&kit, cases[i][0]);
        for (size_t k = 0; k < kit.count; k++)
            decoded += kit.matches[k].view == VIEW_DECODED && strcmp(kit.matches[k].secret, cases[i][1]) == 0;
        if (decoded != 1)
            fail_msg("case %zu: %zu times of %zu", i, decoded, kit.count);
    }
}

static void what_was_not_encoded_is_told_once(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "https://h.example/?k=" TOKEN "&b=a%20b%2Fc\n",
        "{\"a\": \"x\\ny " TOKEN " \\u0041\"}\n",
        "see &amp; " TOKEN " &lt;\n",
        TOKEN " aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8= " TOKEN "\n",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kit_scan_str(&kit, cases[i]);
        if (kit.count != (i == 3 ? 2 : 1))
            fail_msg("case %zu: %zu found", i, kit.count);
        assert_int_equal(kit.matches[0].view, VIEW_TEXT);
    }
}

static void two_secrets_of_one_compressed_block_both_come(void **state)
{
    (void)state;
    buffer_clear(&text);
    put_gzip(&text, slice_str("first " TOKEN " then tok_00000000 and " TOKEN " again"));
    kit_scan(&kit, buffer_slice(&text));
    assert_int_equal(kit.count, 3);
    for (size_t i = 0; i < kit.count; i++)
        assert_int_equal(kit.matches[i].offset, 0);
}

static void binary_is_not_decoded(void **state)
{
    (void)state;
    static const char picture[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR " TOKEN " ";
    buffer_clear(&text);
    put_base64(&text, slice_of(picture, sizeof picture - 1));
    kit_scan(&kit, buffer_slice(&text));
    assert_int_equal(kit.count, 0);
    assert_null(matcher_decoding_limit(kit.matcher));
}

/* Blobs over the ends of blocks of any size: each token once. */
static void no_match_is_lost_or_told_twice_at_a_cut(void **state)
{
    (void)state;
    struct buffer in;
    size_t least = 2 * matcher_overlap(kit.matcher) + 64;
    buffer_init(&in, SIZE_MAX / 2);
    for (int i = 0; i < 200; i++)
        buffer_printf(&in, "line %d of many words, tok_%08d, and so on\n", i, i);
    for (size_t e = 0; e < ENCODINGS; e++) {
        if (encodings[e].put == put_gzip || encodings[e].put == put_zlib)
            continue;
        encode(&encodings[e], buffer_slice(&in));
        for (size_t block = least; block < least + 97; block += 7) {
            bool seen[200] = { false };
            kit_scan_blocks(&kit, buffer_slice(&text), block);
            for (size_t i = 0; i < kit.count; i++) {
                unsigned long number = strtoul(kit.matches[i].secret + 4, NULL, 10);
                assert_true(number < 200);
                if (seen[number])
                    fail_msg("%s, block %zu: %lu told twice", encodings[e].name, block, number);
                seen[number] = true;
            }
            for (size_t i = 0; i < 200; i++)
                if (!seen[i])
                    fail_msg("%s, block %zu: %zu lost", encodings[e].name, block, i);
        }
    }
    buffer_release(&in);
}

/* Compressed blobs of a few hundred bytes, wherever the cut falls. */
static void compressed_blobs_at_a_cut_come_once(void **state)
{
    (void)state;
    size_t least = 2 * matcher_overlap(kit.matcher) + 64;
    for (size_t block = least; block < least + 400; block += 13) {
        buffer_clear(&text);
        for (int i = 0; i < 40; i++) {
            char value[64];
            snprintf(value, sizeof value, "number %d is tok_%08d and no more", i, i);
            put_gzip(&text, slice_str(value));
            buffer_put_str(&text, "\nbetween them a line of words\n");
        }
        kit_scan_blocks(&kit, buffer_slice(&text), block);
        if (kit.count != 40)
            fail_msg("block %zu: %zu of 40", block, kit.count);
    }
}

/* Hostile texts. */

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#define MIB ((size_t)1024 * 1024)
#define SLOW 20.0 /* CPU seconds that no text of 16 MiB may take, sanitizers included */

static void assert_quick(const char *name)
{
    double start = seconds();
    kit_scan(&kit, buffer_slice(&text));
    if (seconds() - start > SLOW)
        fail_msg("%s took %.1f s", name, seconds() - start);
}

static void base64_of_base64_takes_no_longer(void **state)
{
    (void)state;
    struct buffer in;
    buffer_init(&in, SIZE_MAX / 2);
    while (in.len < 5 * MIB)
        buffer_put_str(&in, WORDS "\n");
    for (int depth = 0; depth < 4; depth++) {
        buffer_clear(&text);
        put_lines(&text, buffer_slice(&in));
        buffer_clear(&in);
        buffer_put(&in, buffer_slice(&text));
    }
    text.len = text.len > 16 * MIB ? 16 * MIB : text.len;
    assert_quick("base64 of base64");
    assert_string_equal(matcher_decoding_limit(kit.matcher), "decoded-depth");
    buffer_release(&in);
}

static void a_bomb_ends_at_a_limit(void **state)
{
    (void)state;
    struct buffer in;
    buffer_init(&in, SIZE_MAX / 2);
    while (in.len < 100 * MIB)
        buffer_put_str(&in, "nothing but the same words over and over again, a hundred megabytes of them\n");
    buffer_clear(&text);
    put_zlib(&text, buffer_slice(&in));
    buffer_release(&in);
    assert_true(text.len < MIB);
    assert_quick("a bomb");
    assert_string_equal(matcher_decoding_limit(kit.matcher), "decoded-bytes");
}

static void a_million_blobs_end_at_a_limit(void **state)
{
    (void)state;
    buffer_clear(&text);
    for (int i = 0; i < 1000000; i++)
        buffer_put_str(&text, "aGVsbG8gd29ybGQhIQ\n\n");
    assert_quick("a million blobs");
    assert_string_equal(matcher_decoding_limit(kit.matcher), "decoded-blobs");
}

/* Near misses of every kind. */
static void hostile_runs_take_no_longer(void **state)
{
    (void)state;
    static const char *const units[] = { "aGVsbG8gd29ybGQh/",
                                         "68656c6c6f20776f726c6420",
                                         "GEZDGNBVGY3TQOJQ",
                                         "%4",
                                         "%41%4",
                                         "\\u00",
                                         "\"\\n",
                                         "&amp",
                                         "=3D=",
                                         "0x41,",
                                         "aaaa: bbbbbbbb\n",
                                         "https://l.facebook.com/l.php?u=",
                                         "aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsb\n",
                                         "H4sIAAAAAAAA",
                                         "eJwD",
                                         "://",
                                         "x=",
                                         "_-/+" };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        buffer_clear(&text);
        while (text.len < 2 * MIB)
            buffer_put_str(&text, units[i]);
        assert_quick(units[i]);
    }
}

static void nothing_is_decoded_at_depth_0(void **state)
{
    (void)state;
    struct limits limits;
    limits_init(&limits);
    limits.decoded_depth = 0;
    encode(&encodings[0], slice_str(WORDS));
    matcher_set_limits(kit.matcher, &limits);
    kit_scan(&kit, buffer_slice(&text));
    matcher_set_limits(kit.matcher, NULL);
    assert_int_equal(kit.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_encoding_is_read),
        cmocka_unit_test(a_place_leads_to_the_encoded_value),
        cmocka_unit_test(nested_encodings_are_read),
        cmocka_unit_test(deeper_is_a_limit),
        cmocka_unit_test(wrapped_links_are_unwrapped),
        cmocka_unit_test(the_words_beside_a_value_count),
        cmocka_unit_test(what_was_not_encoded_is_told_once),
        cmocka_unit_test(two_secrets_of_one_compressed_block_both_come),
        cmocka_unit_test(binary_is_not_decoded),
        cmocka_unit_test(no_match_is_lost_or_told_twice_at_a_cut),
        cmocka_unit_test(compressed_blobs_at_a_cut_come_once),
        cmocka_unit_test(base64_of_base64_takes_no_longer),
        cmocka_unit_test(a_bomb_ends_at_a_limit),
        cmocka_unit_test(a_million_blobs_end_at_a_limit),
        cmocka_unit_test(hostile_runs_take_no_longer),
        cmocka_unit_test(nothing_is_decoded_at_depth_0),
    };
    return cmocka_run_group_tests_name("blobs", tests, make_kit, drop_kit);
}
