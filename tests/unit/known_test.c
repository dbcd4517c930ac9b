/* known_test.c - known secrets: found exactly wherever they stand, those that are not there told; the file kept from others. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/match_kit.h"

#include "match/known.h"

static struct known_list *list_of(const char *const *values, size_t count)
{
    struct known_list *list = known_new();
    for (size_t i = 0; i < count; i++)
        assert_int_equal(known_add(list, slice_str(values[i]), slice_of(NULL, 0), i + 1, NULL), 0);
    known_finish(list);
    return list;
}

static const struct search_case {
    const char *values[5], *text, *found; /* found: "start:length " of each */
} cases[] = {
    { { "abcdefgh" }, "abcdefgh", "0:8 " },
    { { "abcdefgh" }, "xabcdefghx abcdefg abcdefgh", "1:8 19:8 " },
    { { "abcdefgh", "abcdefghij" }, "abcdefgh abcdefghij abcdefghi", "0:8 9:10 20:8 " },
    { { "abcdefgh", "abcdefghij", "abcdefghijkl" }, "abcdefghijkx", "0:10 " },
    { { "abcdefgh", "abcdefghaaaa", "abcdefghzzzz" }, "abcdefghmmmm", "0:8 " },
    { { "abcdefghij", "efghijklmn" }, "abcdefghijklmn", "0:10 4:10 " },
    { { "aaaaaaaa" }, "aaaaaaaaaaaaaaaaaaaa", "0:8 8:8 " },
    { { "abcdefgh", "abcdefgh" }, "abcdefgh", "0:8 " },
    { { "abcdefgh" }, "ABCDEFGH abcdefg", "" },
    { { "abcdefgh" }, "", "" },
    { { "abc\xff\xfe\x80gh", "12345678" }, "1234567 abc\xff\xfe\x80gh", "8:8 " },
};

static void values_are_found_exactly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char found[200] = "";
        size_t count = 0, start, index;
        while (count < 5 && cases[i].values[count])
            count++;
        struct known_list *list = list_of(cases[i].values, count);
        struct known_search search = { .last = SIZE_MAX };
        while (known_find(list, slice_str(cases[i].text), &search, &start, &index))
            snprintf(found + strlen(found), sizeof found - strlen(found), "%zu:%zu ", start,
                     known_at(list, index)->value.len);
        if (strcmp(found, cases[i].found) != 0)
            fail_msg("case %zu: %s", i, found);
        known_free(list);
    }
}

/* As plain search over random texts of few letters finds them. */
static void many_values_are_found_as_by_plain_search(void **state)
{
    (void)state;
    struct prng prng;
    prng_init(&prng, slice_str("known"));
    for (int round = 0; round < 200; round++) {
        struct known_list *list = known_new();
        unsigned char text[600];
        for (size_t i = 0; i < sizeof text; i++)
            text[i] = (unsigned char)('a' + prng_below(&prng, 2));
        for (int i = 0; i < 40; i++) {
            unsigned char value[20];
            size_t len = 8 + prng_below(&prng, 12);
            for (size_t k = 0; k < len; k++)
                value[k] = (unsigned char)('a' + prng_below(&prng, 2));
            known_add(list, slice_of(value, len), slice_of(NULL, 0), 1, NULL);
        }
        known_finish(list);
        known_mark(list, slice_of(text, sizeof text));
        for (size_t i = 0; i < known_count(list); i++) {
            bool is_there =
                slice_find(slice_of(text, sizeof text), 0, known_at(list, i)->value) != SLICE_NONE;
            if (known_at(list, i)->is_there != is_there)
                fail_msg("round %d: %.*s", round, (int)known_at(list, i)->value.len,
                         known_at(list, i)->value.ptr);
        }
        known_free(list);
    }
}

/* In views and encodings, over the cuts of blocks. */
static void the_matcher_tells_them_under_one_rule(void **state)
{
    (void)state;
    static const char *const values[] = { "hunter2-and-more", "another one with spaces" };
    static const char text[] =
        "first hunter2-and-more, then\naHVudGVyMi1hbmQtbW9yZQ== and another%20one%20with%20spaces.\n";
    struct kit kit;
    struct error err;
    struct buffer database, long_text;
    const struct rule_report report = { kit_mistake, NULL };
    struct known_list *list = list_of(values, 2);
    kit = (struct kit){ .set = ruleset_new() };
    kit.sink = (struct match_sink){ kit_match_put, kit_rejected_put, &kit };
    buffer_init(&database, SIZE_MAX / 2);
    assert_int_equal(engine_compile(kit.set, ENGINE_GENERIC, &database, &report, &err), 0);
    assert_int_equal(known_add_rule(list, kit.set, &err), 0);
    assert_int_equal(known_add_rule(list, kit.set, &err), -1);
    kit.engine = engine_new(kit.set, buffer_slice(&database), &err);
    assert_non_null(kit.engine);
    kit.matcher = matcher_new(kit.engine, 16, &err);
    matcher_set_known(kit.matcher, list);
    kit_scan_str(&kit, text);
    assert_int_equal(kit.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(kit.matches[i].rule->id, "known");
        assert_int_equal(kit.matches[i].verdict, VERDICT_PROVEN);
        assert_int_equal(kit.matches[i].view, i ? VIEW_DECODED : VIEW_TEXT);
    }
    assert_string_equal(kit.matches[0].why, "stands in the list of known secrets, line 1");
    buffer_init(&long_text, SIZE_MAX / 2);
    for (int i = 0; i < 300; i++)
        buffer_put_str(&long_text, "hunter2-and-more .");
    for (size_t block = 1400; block < 1500; block += 3) {
        kit_scan_blocks(&kit, buffer_slice(&long_text), block);
        assert_int_equal(kit.count, 300);
    }
    buffer_release(&long_text);
    buffer_release(&database);
    kit_release(&kit);
    known_free(list);
}

static char path[] = "/tmp/mailspill-known-XXXXXX";

static void write_list(const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

/* In order of value. */
static const struct {
    const char *value, *label;
    uint64_t line;
} want[] = {
    { "#sixth-value", "", 7 }, { "fifth-one", "", 6 },    { "first-value", "", 1 },
    { "fourth-one", "x", 5 },  { "second value", "", 3 }, { "third-value-A", "db", 4 },
};

static void lists_are_read(void **state)
{
    (void)state;
    struct error err;
    write_list("first-value\r\n\n  second value  \n"
               "{\"name\": \"db\", \"value\": \"third-value-\\u0041\"}\n"
               "{\"id\": \"x\", \"value\": \"fourth-one\"}\n"
               "{\"name\": \"has fifth-one in it\", \"value\": \"fifth-one\"}\n"
               "#sixth-value\nshort\n{\"value\": \"short\"}",
               0600);
    struct known_list *list = known_read(path, &err);
    assert_non_null(list);
    assert_int_equal(known_count(list), sizeof want / sizeof *want);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const struct known_value *got = known_at(list, i);
        assert_true(slice_is_equal(got->value, slice_str(want[i].value)));
        assert_true(slice_is_equal(got->label, slice_str(want[i].label)));
        assert_int_equal(got->line, want[i].line);
    }
    known_free(list);
}

static void bad_lists_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
        mode_t mode;
    } bad[] = {
        { "long-enough\n", "chmod 600", 0640 },
        { "long-enough\n", "chmod 600", 0604 },
        { "", "is empty", 0600 },
        { "\n \n", "is empty", 0600 },
        { "short\n", "shorter than 8 bytes", 0600 },
        { "{\"value\": 12345678}\n", "line 1: want", 0600 },
        { "{\"value\": \"long-enough\"\n", "line 1: want", 0600 },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = { 0 };
        write_list(bad[i].text, bad[i].mode);
        assert_null(known_read(path, &err));
        if (!strstr(err.message, bad[i].words))
            fail_msg("case %zu: %s", i, err.message);
        assert_null(strstr(err.message, "long-enough"));
    }
    struct error err = { 0 };
    assert_null(known_read("/dev/null", &err));
    assert_non_null(strstr(err.message, "fd:3"));
}

static void a_descriptor_is_read(void **state)
{
    (void)state;
    struct error err;
    int ends[2];
    char name[32];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "long-enough\n", 12), 12);
    close(ends[1]);
    snprintf(name, sizeof name, "fd:%d", ends[0]);
    struct known_list *list = known_read(name, &err);
    assert_non_null(list);
    assert_int_equal(known_count(list), 1);
    known_free(list);
    close(ends[0]);
}

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    close(fd);
    return fd < 0;
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_found_exactly),
        cmocka_unit_test(many_values_are_found_as_by_plain_search),
        cmocka_unit_test(the_matcher_tells_them_under_one_rule),
        cmocka_unit_test(lists_are_read),
        cmocka_unit_test(bad_lists_are_refused),
        cmocka_unit_test(a_descriptor_is_read),
    };
    return cmocka_run_group_tests_name("known", tests, make_file, drop_file);
}
