/* source_test.c - sources: windows, ends, ranges over other sources, descriptors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "item/source.h"

static struct slice text = { (const unsigned char *)"0123456789abcdef", 16 };

static void memory_shows_all_at_once(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct source *source = source_from_memory(arena, text);
    assert_int_equal(source_fill(source, 16, NULL), 1);
    assert_int_equal(source_fill(source, 17, NULL), 0);
    source_consume(source, 4);
    assert_int_equal(source->offset, 4);
    assert_int_equal(source->ready.len, 12);
    arena_free(arena);
}

static void range_ends_before_its_parent(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct source *parent = source_from_memory(arena, text);
    struct source *range = source_from_range(arena, parent, 10);
    char got[32];
    assert_int_equal(source_fill(range, 11, NULL), 0);
    assert_int_equal(source_read(range, got, 3, NULL), 3);
    assert_int_equal(source_drain(range), 7);
    source_close(range);
    assert_int_equal(parent->offset, 10);
    assert_int_equal(parent->ready.ptr[0], 'a');
    arena_free(arena);
}

static void unread_range_leaves_parent_after_it(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct source *parent = source_from_memory(arena, text);
    source_close(source_from_range(arena, parent, 6));
    assert_int_equal(parent->ready.ptr[0], '6');
    arena_free(arena);
}

/* One window does not hold the file: windows slide, and a range follows its parent. */
static void range_slides_over_a_large_file(void **state)
{
    (void)state;
    char path[] = "/tmp/mailspill-source-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    size_t size = 11 * 1024 * 1024;
    unsigned char *bytes = malloc(size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(i * 31 >> 8);
    assert_int_equal(write(fd, bytes, size), size);
    struct arena *arena = arena_new(0);
    struct source *file = source_from_fd(arena, fd, 100, UINT64_MAX);
    assert_int_equal(file->size, size - 100);
    struct source *range = source_from_range(arena, file, size - 100 - 5);
    size_t at = 100;
    while (source_fill(range, 70000, NULL) >= 0 && range->ready.len > 0) {
        size_t step = range->ready.len < 50000 ? range->ready.len : 50000;
        assert_memory_equal(range->ready.ptr, bytes + at, step);
        source_consume(range, step);
        at += step;
    }
    assert_int_equal(at, size - 5);
    source_close(range);
    assert_int_equal(source_fill(file, 6, NULL), 0);
    assert_int_equal(file->ready.len, 5);
    source_close(file);
    arena_free(arena);
    free(bytes);
    close(fd);
}

static int scratch_file(size_t size)
{
    char path[] = "/tmp/mailspill-source-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    return fd;
}

static int64_t end_of(const struct source *source, struct error *err)
{
    if (source->has_failed)
        *err = source->failure;
    return source->has_failed ? -1 : (int64_t)source->offset;
}

/* Read all: the bytes, or -1 with ERR. */
static int64_t read_all(struct source *source, struct error *err)
{
    while (source_fill(source, 1, NULL) == 1)
        source_consume(source, source->ready.len);
    return end_of(source, err);
}

static void drained_file_ends_where_reading_it_would(void **state)
{
    (void)state;
    static const struct {
        size_t before, after;
        uint64_t offset, len;
        int64_t end;
    } cases[] = {
        { 9000000, 9000000, 0, UINT64_MAX, 9000000 },    { 9000000, 9500000, 0, UINT64_MAX, 9500000 },
        { 9000000, 8000000, 0, UINT64_MAX, -1 },         { 9000000, 9000000, 1000, 5000, 5000 },
        { 9000000, 9000000, 1000, UINT64_MAX, 8999000 }, { 0, 70000, 0, UINT64_MAX, 70000 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int reads = 0; reads < 2; reads++) {
            struct error err;
            int fd = scratch_file(cases[i].before);
            struct arena *arena = arena_new(0);
            struct source *source = source_from_fd(arena, fd, cases[i].offset, cases[i].len);
            assert_int_equal(ftruncate(fd, (off_t)cases[i].after), 0);
            for (int n = 0; n < reads; n++)
                source_fill(source, 100, NULL);
            source_drain(source);
            assert_int_equal(source->ready.len, 0);
            assert_int_equal(source_fill(source, 1, NULL), cases[i].end < 0 ? -1 : 0);
            assert_int_equal(end_of(source, &err), cases[i].end);
            source_close(source);
            arena_free(arena);
            close(fd);
        }
}

static void file_that_grows_is_read_to_its_new_end(void **state)
{
    (void)state;
    struct error err;
    size_t size = 9 * 1024 * 1024;
    int fd = scratch_file(size);
    struct arena *arena = arena_new(0);
    struct source *source = source_from_fd(arena, fd, 0, UINT64_MAX);
    assert_int_equal(ftruncate(fd, (off_t)(2 * size)), 0);
    assert_int_equal(read_all(source, &err), 2 * size);
    source_close(source);
    arena_free(arena);
    close(fd);
}

static void file_that_says_it_is_empty_is_read(void **state)
{
    (void)state;
    struct error err;
    int fd = scratch_file(0);
    struct arena *arena = arena_new(0);
    struct source *source = source_from_fd(arena, fd, 0, UINT64_MAX);
    assert_int_equal(ftruncate(fd, 100000), 0);
    assert_int_equal(read_all(source, &err), 100000);
    source_close(source);
    arena_free(arena);
    close(fd);
}

static void file_that_shrinks_is_cut_short(void **state)
{
    (void)state;
    struct error err;
    size_t size = 9 * 1024 * 1024;
    int fd = scratch_file(size);
    struct arena *arena = arena_new(0);
    struct source *source = source_from_fd(arena, fd, 0, UINT64_MAX);
    assert_int_equal(source_fill(source, 1, NULL), 1);
    assert_int_equal(ftruncate(fd, (off_t)(size / 2)), 0);
    assert_int_equal(read_all(source, &err), -1);
    assert_int_equal(err.kind, ERROR_TRUNCATED);
    source_close(source);
    /* A range was measured when the file was whole. */
    source = source_from_fd(arena, fd, size / 2 - 100, 1000);
    assert_int_equal(read_all(source, &err), -1);
    assert_int_equal(source->offset, 100);
    assert_int_equal(err.kind, ERROR_TRUNCATED);
    source_close(source);
    arena_free(arena);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_shows_all_at_once),
        cmocka_unit_test(range_ends_before_its_parent),
        cmocka_unit_test(unread_range_leaves_parent_after_it),
        cmocka_unit_test(range_slides_over_a_large_file),
        cmocka_unit_test(file_that_grows_is_read_to_its_new_end),
        cmocka_unit_test(file_that_says_it_is_empty_is_read),
        cmocka_unit_test(file_that_shrinks_is_cut_short),
        cmocka_unit_test(drained_file_ends_where_reading_it_would),
    };
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
