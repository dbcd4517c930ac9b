/* hold_test.c - what is held can be read anywhere, wherever it is kept, and is given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <assert.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "walk/hold.h"

#define MIB ((size_t)1024 * 1024)

struct fixture {
    struct arena *arena;
    struct limits limits;
    struct walk_env env;
    struct spooler spooler;
    unsigned char *bytes;
    size_t len;
    int spool; /* a second descriptor of the last spool */
    int spools;
    bool has_no_space;
};

static int open_spool(void *ctx, struct error *err)
{
    struct fixture *fixture = ctx;
    char path[] = "/tmp/mailspill-hold-XXXXXX";
    if (fixture->has_no_space)
        return error_set(err, ERROR_SYSTEM, "cannot make a spool");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    fixture->spool = dup(fd);
    fixture->spools++;
    return fd;
}

/* Bytes that differ from place to place, and hold a mark at their start. */
static void begin(struct fixture *fixture, size_t len)
{
    *fixture = (struct fixture){ .arena = arena_new(0), .len = len, .spool = -1 };
    limits_init(&fixture->limits);
    fixture->spooler = (struct spooler){ open_spool, fixture };
    fixture->env = (struct walk_env){ .limits = &fixture->limits, .spooler = &fixture->spooler };
    fixture->bytes = malloc(len + 1);
    assert_non_null(fixture->bytes);
    uint32_t state = 1;
    for (size_t i = 0; i < len; i++) {
        state = state * 1664525 + 1013904223;
        fixture->bytes[i] = (unsigned char)(state >> 24);
    }
    memcpy(fixture->bytes, "password", len < 8 ? len : 8);
}

static void end(struct fixture *fixture)
{
    arena_free(fixture->arena);
    free(fixture->bytes);
    if (fixture->spool >= 0)
        close(fixture->spool);
    assert_int_equal(hold_in_memory(), 0);
}

/* The bytes in order, unseekable. */
static struct source *in_order(struct fixture *fixture)
{
    struct source *memory = source_from_memory(fixture->arena, slice_of(fixture->bytes, fixture->len));
    return source_from_range(fixture->arena, memory, UINT64_MAX);
}

static void check_place(struct fixture *fixture, struct source *source, uint64_t offset, size_t len)
{
    unsigned char *got = malloc(len);
    struct slice want = slice_sub(slice_of(fixture->bytes, fixture->len), (size_t)offset, len);
    assert_int_equal(source_read_at(source, offset, got, len, NULL), want.len);
    assert_memory_equal(got, want.ptr, want.len);
    free(got);
}

static void check_in_order(struct fixture *fixture, struct source *source)
{
    size_t at = 0;
    while (source_fill(source, 1, NULL) == 1) {
        assert_true(source->ready.len <= fixture->len - at);
        assert_memory_equal(source->ready.ptr, fixture->bytes + at, source->ready.len);
        size_t step = source->ready.len > 100001 ? 100001 : source->ready.len;
        at += step;
        source_consume(source, step);
    }
    assert_int_equal(at, fixture->len);
}

static void check_held(size_t len, int spools)
{
    struct fixture fixture;
    begin(&fixture, len);
    struct source *source = hold_source(fixture.arena, in_order(&fixture), &fixture.env, NULL);
    assert_true(source_is_seekable(source));
    assert_int_equal(source->size, len);
    assert_int_equal(fixture.spools, spools);
    check_place(&fixture, source, 0, 100);
    check_place(&fixture, source, 17, 3 * MIB);
    check_place(&fixture, source, len / 2 + 5, 7);
    check_place(&fixture, source, len - 1, 7);
    check_in_order(&fixture, source);
    source_close(source);
    end(&fixture);
}

static void small_items_stay_in_memory(void **state)
{
    (void)state;
    check_held(3000, 0);
    check_held(5 * MIB + 3, 0);
}

static void large_items_go_to_the_spool(void **state)
{
    (void)state;
    check_held(65 * MIB, 1);
    check_held(66 * MIB + 77777, 1);
}

static void spool_holds_no_plain_text(void **state)
{
    (void)state;
    struct fixture fixture;
    struct stat status;
    unsigned char start[8];
    begin(&fixture, 66 * MIB);
    struct source *source = hold_source(fixture.arena, in_order(&fixture), &fixture.env, NULL);
    assert_int_equal(fstat(fixture.spool, &status), 0);
    assert_true((size_t)status.st_size > 60 * MIB);
    assert_int_equal(pread(fixture.spool, start, 8, 0), 8);
    assert_memory_not_equal(start, "password", 8);
    source_close(source);
    end(&fixture);
}

static void seekable_sources_are_not_copied(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 100);
    struct source *memory = source_from_memory(fixture.arena, slice_of(fixture.bytes, 100));
    assert_ptr_equal(hold_source(fixture.arena, memory, &fixture.env, NULL), memory);
    end(&fixture);
}

static void check_replayed(struct fixture *fixture)
{
    struct error err = { 0 };
    struct source *source = hold_source(fixture->arena, in_order(fixture), &fixture->env, &err);
    assert_false(source_is_seekable(source));
    assert_int_not_equal(err.kind, ERROR_NONE);
    check_in_order(fixture, source);
    source_close(source);
}

static void what_cannot_be_held_is_still_read_in_order(void **state)
{
    (void)state;
    struct fixture fixture;
    begin(&fixture, 66 * MIB);
    fixture.limits.held_bytes = 2 * MIB;
    check_replayed(&fixture);
    fixture.limits.held_bytes = 65 * MIB;
    check_replayed(&fixture);
    limits_init(&fixture.limits);
    fixture.has_no_space = true;
    check_replayed(&fixture);
    fixture.env.spooler = NULL;
    check_replayed(&fixture);
    end(&fixture);
}

static void all_held_items_together_have_a_budget(void **state)
{
    (void)state;
    struct fixture fixture;
    struct source *sources[5];
    begin(&fixture, 60 * MIB);
    for (size_t i = 0; i < 5; i++)
        sources[i] = hold_source(fixture.arena, in_order(&fixture), &fixture.env, NULL);
    assert_true(hold_in_memory() <= HOLD_BUDGET);
    assert_true(fixture.spools >= 2);
    for (size_t i = 0; i < 5; i++)
        check_place(&fixture, sources[i], 50 * MIB, 1000);
    end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_items_stay_in_memory),
        cmocka_unit_test(large_items_go_to_the_spool),
        cmocka_unit_test(spool_holds_no_plain_text),
        cmocka_unit_test(seekable_sources_are_not_copied),
        cmocka_unit_test(what_cannot_be_held_is_still_read_in_order),
        cmocka_unit_test(all_held_items_together_have_a_budget),
    };
    assert(hold_init(NULL) == 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
