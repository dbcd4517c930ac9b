/* suppress_test.c - baselines and ignore files: what they silence, and what they must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "report/suppress.h"

#define KEY "630dcd2966c43366"

static char path[] = "/tmp/mailspill-suppress-XXXXXX";

static struct record_id id_of(unsigned char byte)
{
    struct record_id id;
    memset(id.bytes, byte, sizeof id.bytes);
    return id;
}

static void write_text(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static enum report_standing stands(struct suppressions *known, unsigned char finding, unsigned char secret,
                                   const char *key)
{
    struct record_id f = id_of(finding), s = id_of(secret);
    struct slice reason;
    const struct suppress_question question = { &f,          &s,          key,
                                                "rule",      "family",    VERDICT_PROVEN,
                                                { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    return suppressions_find(known, &question, &reason);
}

#define HEX8(x) x x x x x x x x
#define ID(x) HEX8(x) HEX8(x)

static const char baseline[] =
    "{\"type\":\"run\",\"schema\":1,\"key\":\"" KEY "\"}\n"
    "{\"type\":\"finding\",\"finding_id\":\"" ID("11") "\",\"secret_id\":\"" ID(
        "aa") "\",\"path\":\"x\\u0000y\"}\n"
              "\n"
              "{\"type\":\"gap\",\"gap_id\":\"" ID(
                  "22") "\"}\n"
                        "{\"finding_id\":\"" ID("33") "\"}\n"
                                                      "{\"finding_id\":\"" ID("44") "\",\"secret_id\":\"" ID(
                                                          "aa") "\",\"key\":\"0123456789abcdef\"}\n"
                                                                "{\"type\":\"summary\",\"findings\":2}\n";

static void baseline_wants_the_secret_where_the_key_is_at_hand(void **state)
{
    (void)state;
    struct suppressions *known = suppressions_new();
    struct error err;
    struct slice reason;
    struct record_id gap = id_of(0x22), other = id_of(0x23);
    write_text(baseline);
    assert_int_equal(suppressions_add_baseline(known, path, &err), 0);
    assert_int_equal(stands(known, 0x11, 0xaa, KEY), REPORT_IN_BASELINE);
    assert_int_equal(stands(known, 0x11, 0xbb, KEY), REPORT_COUNTS);
    assert_int_equal(stands(known, 0x11, 0xbb, "0000000000000000"), REPORT_IN_BASELINE);
    assert_int_equal(stands(known, 0x12, 0xaa, KEY), REPORT_COUNTS);
    assert_int_equal(stands(known, 0x33, 0xcc, KEY), REPORT_IN_BASELINE);
    assert_int_equal(stands(known, 0x44, 0xbb, KEY), REPORT_IN_BASELINE);
    assert_int_equal(stands(known, 0x44, 0xbb, "0123456789abcdef"), REPORT_COUNTS);
    assert_int_equal(suppressions_find_gap(known, &gap, &reason), REPORT_IN_BASELINE);
    assert_int_equal(suppressions_find_gap(known, &other, &reason), REPORT_COUNTS);
    suppressions_free(known);
}

static void bad_baselines_are_named_with_their_line(void **state)
{
    (void)state;
    static const char *const bad[] = { "{}\n",
                                       "not json\n",
                                       "[1]\n",
                                       "{\"finding_id\":\"12\"}\n",
                                       "{\"finding_id\":12}\n",
                                       "{\"runs\":[]}\n",
                                       "\"text\"\n" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct suppressions *known = suppressions_new();
        struct error err;
        write_text(bad[i]);
        assert_int_equal(suppressions_add_baseline(known, path, &err), -1);
        assert_non_null(strstr(err.message, "line 1"));
        suppressions_free(known);
    }
}

static void collect(void *ctx, const char *text)
{
    struct buffer *all = ctx;
    buffer_put_str(all, text);
    buffer_put_byte(all, '\n');
}

static const char *const ignore_files[] = {
    "# known\n" ID("11") " reason=test data until=2026-12-31 by=sam\n"
                         "2222222222 reason=old until=2026-11-21\n"
                         "3333333333333333  by=a b  reason=two words\r\n"
                         "99999999 reason=gone\n",
    "- id: " ID("11") "\n  reason: test data\n  until: 2026-12-31\n  by: sam\n"
                      "- {id: '2222222222', reason: old, until: 2026-11-21}\n- {id: '3333333333333333', "
                      "reason: two words, by: a b}\n"
                      "- {id: '99999999', reason: gone}\n",
};

static void ignored_ones_expire_and_unused_ones_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct suppressions *known = suppressions_new();
        struct error err;
        struct buffer said;
        struct slice reason;
        struct record_id id = id_of(0x33);
        buffer_init(&said, 65536);
        write_text(ignore_files[i]);
        assert_int_equal(suppressions_add_ignore(known, path, "2026-11-22", &err), 0);
        assert_int_equal(stands(known, 0x11, 0xaa, KEY), REPORT_IGNORED);
        assert_int_equal(stands(known, 0x22, 0xaa, KEY), REPORT_COUNTS);
        assert_int_equal(stands(known, 0x55, 0xaa, KEY), REPORT_COUNTS);
        assert_int_equal(suppressions_find_gap(known, &id, &reason), REPORT_IGNORED);
        assert_true(slice_is_equal(reason, slice_str("two words (a b)")));
        suppressions_tell_unused(known, collect, &said);
        buffer_put_byte(&said, 0);
        assert_null(strstr((char *)said.ptr, "'11"));
        assert_non_null(strstr((char *)said.ptr, "'2222222222' has expired and counts again"));
        assert_non_null(strstr((char *)said.ptr, "'99999999' matched nothing"));
        buffer_release(&said);
        suppressions_free(known);
    }
}

static void a_short_id_that_fits_two_ignores_one_and_says_so(void **state)
{
    (void)state;
    struct suppressions *known = suppressions_new();
    struct record_id first = id_of(0x33), second = id_of(0x33);
    struct buffer said;
    struct slice reason;
    second.bytes[15] = 1;
    buffer_init(&said, 65536);
    write_text("33333333 reason=short\n");
    assert_int_equal(suppressions_add_ignore(known, path, "2026-11-22", NULL), 0);
    assert_int_equal(suppressions_find_gap(known, &first, &reason), REPORT_IGNORED);
    assert_int_equal(suppressions_find_gap(known, &second, &reason), REPORT_COUNTS);
    assert_int_equal(suppressions_find_gap(known, &first, &reason), REPORT_IGNORED);
    suppressions_tell_unused(known, collect, &said);
    buffer_put_byte(&said, 0);
    assert_non_null(strstr((char *)said.ptr, "fits several ids"));
    buffer_release(&said);
    suppressions_free(known);
}

/* A finding of rule "jwt-more" and family "jwt" of verdict structural, sent by ci@example.org, in a header of a mailbox. */
static enum report_standing stands_in(struct suppressions *known, enum verdict verdict)
{
    struct record_id f = id_of(0x11), secret = id_of(0xab);
    struct slice reason;
    const struct suppress_question question = { .finding_id = &f,
                                                .secret_id = &secret,
                                                .key_name = KEY,
                                                .rule = "jwt-more",
                                                .family = "jwt",
                                                .verdict = verdict,
                                                .sender = slice_str("ci@example.org"),
                                                .path = slice_str("mail/a.mbox!#3!/2 prod.log"),
                                                .leaf_key = slice_str("header:x-build") };
    return suppressions_find(known, &question, &reason);
}

struct allow_case {
    const char *conditions;
    bool allows, allows_proven;
};

static const struct allow_case allow_cases[] = {
    { "rule: jwt-more", true, true },
    { "rule: jwt", true, true },
    { "rule: 'jwt-*'", true, true },
    { "rule: github", false, false },
    { "sender: '*@Example.org'", true, false },
    { "sender: '*@example.com'", false, false },
    { "sender: ci@example.org, rule: jwt", true, true },
    { "sender: ci@example.org, rule: github", false, false },
    { "header: X-Build", true, false },
    { "header: build", false, false },
    { "path: 'mail/*'", true, true },
    { "path: '*.mbox'", true, true },
    { "path: '*.log'", false, false }, /* a name that comes from mail */
    { "path: '*!*.log'", true, false },
    { "path: '*!*.log', rule: jwt", true, true },
    { "value: " ID("ab"), true, true },
    { "value: " HEX8("AB"), true, true },
    { "value: " ID("ac"), false, false },
    { "value: " ID("ab") ", key: " KEY, true, true },
    { "value: " ID("ab") ", key: '0000000000000000'", false, false },
    { "until: 2026-11-21, rule: jwt", false, false },
    { "until: 2026-11-22, rule: jwt", true, true },
};

static void allow_rules_want_all_their_conditions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof allow_cases / sizeof *allow_cases; i++) {
        struct suppressions *known = suppressions_new();
        char text[512];
        struct error err;
        snprintf(text, sizeof text, "- {reason: test, owner: sam, %s}\n", allow_cases[i].conditions);
        write_text(text);
        if (suppressions_add_ignore(known, path, "2026-11-22", &err) < 0)
            fail_msg("%s: %s", text, err.message);
        if ((stands_in(known, VERDICT_STRUCTURAL) == REPORT_IGNORED) != allow_cases[i].allows)
            fail_msg("%s: structural", text);
        if ((stands_in(known, VERDICT_PROVEN) == REPORT_IGNORED) != allow_cases[i].allows_proven)
            fail_msg("%s: proven", text);
        suppressions_free(known);
    }
}

static void allow_rules_are_told_when_they_do_nothing(void **state)
{
    (void)state;
    static const char text[] = "- {rule: github, reason: x}\n"
                               "- {sender: ci@*, reason: x}\n"
                               "- {value: " ID("ab") ", key: '0000000000000000', reason: x}\n"
                                                     "- {rule: jwt, until: 2026-01-01, reason: x}\n"
                                                     "- {rule: jwt, reason: x}\n";
    struct suppressions *known = suppressions_new();
    struct buffer said;
    buffer_init(&said, 65536);
    write_text(text);
    assert_int_equal(suppressions_add_ignore(known, path, "2026-11-22", NULL), 0);
    assert_int_equal(stands_in(known, VERDICT_PROVEN), REPORT_IGNORED);
    suppressions_tell_unused(known, collect, &said);
    buffer_put_byte(&said, 0);
    assert_non_null(strstr((char *)said.ptr, ":1: 'rule=github' matched nothing"));
    assert_non_null(strstr((char *)said.ptr, ":2: 'sender=ci@*' fits proven findings"));
    assert_non_null(strstr((char *)said.ptr, " was made with another key"));
    assert_non_null(strstr((char *)said.ptr, ":4: 'rule=jwt' has expired and counts again"));
    assert_null(strstr((char *)said.ptr, ":5:"));
    buffer_release(&said);
    suppressions_free(known);
}

struct bad_ignore {
    const char *text, *said;
};

static const struct bad_ignore bad_ignores[] = {
    { "1234567 reason=x\n", ":1: want an id" },
    { "12345678\n", ":1: want a reason" },
    { "\n12345678 reason=x until=2026-13-01\n", ":2: want until" },
    { "12345678 what reason=x\n", ":1: want ID reason=" },
    { "- {id: '12345678', reason: x, who: me}\n", ":1: no such key" },
    { "- {id: '12345678', reason: [x]}\n", ":1: a list stands" },
    { "- {id: &a '12345678', reason: *a}\n", ":1: aliases" },
    { "ignore: all\n", ":1: want a list" },
    { "- {id: '12345678', reason: x\n", "ignore" },
    { "- - - x\n", ":1: a list stands" },
    { "- {reason: x}\n", ":1: want an id" },
    { "- {rule: jwt}\n", ":1: want a reason" },
    { "- {path: '*', reason: x}\n", ":1: a glob that fits everything" },
    { "- {rule: jwt, sender: '*@*', reason: x}\n", ":1: a glob that fits everything" },
    { "- {value: 1234, reason: x}\n", ":1: want value" },
    { "- {value: '1234567890abcdef', key: x, reason: x}\n", ":1: want key" },
    { "- {rule: jwt, key: '1234567890abcdef', reason: x}\n", ":1: want key" },
    { "- {id: '12345678', rule: jwt, reason: x}\n", ":1: an entry with an id" },
    { "rule=jwt reason=x\n", "ignore" },
};

static void bad_ignore_files_are_named_with_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_ignores / sizeof *bad_ignores; i++) {
        struct suppressions *known = suppressions_new();
        struct error err;
        write_text(bad_ignores[i].text);
        assert_int_equal(suppressions_add_ignore(known, path, "2026-11-22", &err), -1);
        if (strcmp(bad_ignores[i].said, "ignore") != 0)
            assert_non_null(strstr(err.message, bad_ignores[i].said));
        suppressions_free(known);
    }
}

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(baseline_wants_the_secret_where_the_key_is_at_hand),
        cmocka_unit_test(bad_baselines_are_named_with_their_line),
        cmocka_unit_test(ignored_ones_expire_and_unused_ones_are_named),
        cmocka_unit_test(a_short_id_that_fits_two_ignores_one_and_says_so),
        cmocka_unit_test(allow_rules_want_all_their_conditions),
        cmocka_unit_test(allow_rules_are_told_when_they_do_nothing),
        cmocka_unit_test(bad_ignore_files_are_named_with_their_line),
    };
    return cmocka_run_group_tests_name("suppress", tests, make_file, drop_file);
}
