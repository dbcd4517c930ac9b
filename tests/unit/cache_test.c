/* cache_test.c - the cache of compiled rules: used when it is sound, made anew at any doubt. */
#include "unit/match_kit.h"
#include "match/rule_packed.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

static const char rules[] =
    "rules:\n"
    "- {id: a, name: n, category: key, severity: low, pattern: 'abc(?<secret>\\d{4})'}\n";

struct fixture {
    char folder[64];
    char file[256];
    struct ruleset *set;
};

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *ftw)
{
    (void)about;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static int setup(void **state)
{
    const struct rule_report report = { kit_mistake, NULL };
    struct fixture *fixture = calloc(1, sizeof *fixture);
    char key[65];
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/cache_test.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    assert_int_equal(setenv("XDG_CACHE_HOME", fixture->folder, 1), 0);
    fixture->set = ruleset_new();
    assert_int_equal(ruleset_add_yaml(fixture->set, slice_str(rules), "t", RULES_WITHOUT_EXAMPLES, &report),
                     0);
    engine_key(fixture->set, ENGINE_THIS_HOST, key);
    snprintf(fixture->file, sizeof fixture->file, "%s/mailspill/%s.hs", fixture->folder, key);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    nftw(fixture->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    ruleset_free(fixture->set);
    free(fixture);
    return 0;
}

static void load(struct fixture *fixture)
{
    const struct rule_report report = { kit_mistake, NULL };
    struct error err = { ERROR_NONE, "" };
    struct buffer database;
    buffer_init(&database, 64 * 1024 * 1024);
    assert_int_equal(engine_load_cached(fixture->set, &database, &report, &err), 0);
    struct engine *engine = engine_new(fixture->set, buffer_slice(&database), &err);
    assert_non_null(engine);
    engine_free(engine);
    buffer_release(&database);
}

/* Changes when the file is written again. */
static uint64_t stamp(const struct fixture *fixture)
{
    struct stat about;
    if (lstat(fixture->file, &about) < 0)
        return 0;
    return (uint64_t)about.st_ino << 32 ^ (uint64_t)about.st_mtim.tv_nsec ^
           (uint64_t)about.st_mtim.tv_sec << 30;
}

static void is_made_once_and_then_used(void **state)
{
    struct fixture *fixture = *state;
    struct stat about;
    load(fixture);
    uint64_t first = stamp(fixture);
    assert_true(first != 0);
    assert_int_equal(stat(fixture->file, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    load(fixture);
    assert_true(stamp(fixture) == first);
}

static void change_byte(const struct fixture *fixture, off_t at)
{
    unsigned char byte;
    int fd = open(fixture->file, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 1;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static void any_changed_byte_makes_it_anew(void **state)
{
    struct fixture *fixture = *state;
    static const off_t places[] = { 0, 8, 40, 72, 80, 100, 112, 113, 150, 400 };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        load(fixture);
        change_byte(fixture, places[i]);
        uint64_t before = stamp(fixture);
        load(fixture);
        assert_true(stamp(fixture) != before);
    }
}

static void a_file_cut_short_is_made_anew(void **state)
{
    struct fixture *fixture = *state;
    static const off_t lengths[] = { 0, 7, 111, 112, 200 };
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct stat about;
        load(fixture);
        assert_int_equal(truncate(fixture->file, lengths[i]), 0);
        load(fixture);
        assert_int_equal(stat(fixture->file, &about), 0);
        assert_true(about.st_size > 200);
    }
}

static void what_others_can_write_is_not_used(void **state)
{
    struct fixture *fixture = *state;
    char folder[128];
    load(fixture);
    assert_int_equal(chmod(fixture->file, 0666), 0);
    uint64_t before = stamp(fixture);
    load(fixture);
    assert_true(stamp(fixture) != before);
    snprintf(folder, sizeof folder, "%s/mailspill", fixture->folder);
    assert_int_equal(chmod(folder, 0777), 0);
    before = stamp(fixture);
    change_byte(fixture, 150);
    uint64_t changed = stamp(fixture);
    load(fixture);
    assert_true(before != changed && stamp(fixture) == changed);
}

static void a_link_is_not_followed(void **state)
{
    struct fixture *fixture = *state;
    char elsewhere[128];
    struct stat about;
    load(fixture);
    snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", fixture->folder);
    assert_int_equal(rename(fixture->file, elsewhere), 0);
    assert_int_equal(symlink(elsewhere, fixture->file), 0);
    load(fixture);
    assert_int_equal(lstat(fixture->file, &about), 0);
    assert_true(S_ISREG(about.st_mode));
}

static void works_where_nothing_can_be_stored(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(setenv("XDG_CACHE_HOME", "/proc/nowhere", 1), 0);
    load(fixture);
    assert_int_equal(stamp(fixture), 0);
}

static void no_more_time_is_spent_than_allowed(void **state)
{
    const struct rule_report report = { kit_mistake, NULL };
    struct ruleset *set = ruleset_new();
    struct error err = { ERROR_NONE, "" };
    struct buffer database;
    (void)state;
    buffer_init(&database, 64 * 1024 * 1024);
    assert_int_equal(ruleset_add_packed(set, engine_builtin_rules(), "built in", NULL), 0);
    assert_int_equal(engine_compile_within(1, set, ENGINE_GENERIC, &database, &report, &err), -1);
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_non_null(strstr(err.message, "1 s"));
    assert_int_equal(database.len, 0);
    buffer_release(&database);
    ruleset_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(is_made_once_and_then_used, setup, teardown),
        cmocka_unit_test_setup_teardown(any_changed_byte_makes_it_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(a_file_cut_short_is_made_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(what_others_can_write_is_not_used, setup, teardown),
        cmocka_unit_test_setup_teardown(a_link_is_not_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(works_where_nothing_can_be_stored, setup, teardown),
        cmocka_unit_test(no_more_time_is_spent_than_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
