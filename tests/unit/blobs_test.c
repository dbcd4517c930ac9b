/* blobs_test.c - what is encoded in a text is found in it, once, in its place. */
#include "unit/blobs_kit.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_encoding_is_read),
        cmocka_unit_test(a_place_leads_to_the_encoded_value),
        cmocka_unit_test(nested_encodings_are_read),
        cmocka_unit_test(wrapped_links_are_unwrapped),
        cmocka_unit_test(the_words_beside_a_value_count),
        cmocka_unit_test(what_was_not_encoded_is_told_once),
        cmocka_unit_test(two_secrets_of_one_compressed_block_both_come),
        cmocka_unit_test(binary_is_not_decoded),
    };
    return cmocka_run_group_tests_name("blobs", tests, make_kit, drop_kit);
}
