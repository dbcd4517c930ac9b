/* volume_test.c - what names are those of parts of a split archive, and parts as one source. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "walk/volume.h"

#define RAR4_FIRST "Rar!\x1a\x07\0\x12\x34\x73\x01\0\x0d\0"
#define RAR4_ALONE "Rar!\x1a\x07\0\x12\x34\x73\0\0\x0d\0"
#define RAR5_FIRST "Rar!\x1a\x07\x01\0\1\2\3\4\3\1\0\1"
#define RAR5_ALONE "Rar!\x1a\x07\x01\0\1\2\3\4\3\1\0\0"
#define RAR5_THIRD "Rar!\x1a\x07\x01\0\1\2\3\4\4\1\0\3\2"
#define HEAD(text)                                      \
    {                                                   \
        (const unsigned char *)(text), sizeof(text) - 1 \
    }

static const struct {
    const char *name;
    struct slice head;
    const char *stem, *suffix; /* NULL: no part */
    uint32_t number;
} cases[] = {
    { "plan.7z.001", HEAD(""), "plan.7z", "", 1 },
    { "PLAN.ZIP.012", HEAD(""), "PLAN.ZIP", "", 12 },
    { "a.tar.gz.002", HEAD(""), "a.tar.gz", "", 2 },
    { "a.tar.gz.aa", HEAD(""), "a.tar.gz", "", 1 },
    { "a.tar.gzab", HEAD(""), "a.tar.gz", "", 2 },
    { "a.zip.part-ba", HEAD(""), "a.zip", "", 27 },
    { "plan.part1.rar", HEAD(""), "plan", ".rar", 1 },
    { "plan.part010.rar", HEAD(""), "plan", ".rar", 10 },
    { "plan.r00", HEAD(""), "plan", ".rar", 2 },
    { "plan.R11", HEAD(""), "plan", ".rar", 13 },
    { "plan.z01", HEAD(""), "plan", ".zip", 1 },
    { "plan.rar", HEAD(RAR4_FIRST), "plan", ".rar", 1 },
    { "plan.rar", HEAD(RAR5_FIRST), "plan", ".rar", 1 },
    { "plan.zip", HEAD("\1\2\3\4"), "plan", ".zip", VOLUME_LAST },
    { "plan.rar", HEAD(RAR4_ALONE), NULL, NULL, 0 },
    { "plan.rar", HEAD(RAR5_ALONE), NULL, NULL, 0 },
    { "plan.rar", HEAD(RAR5_THIRD), NULL, NULL, 0 },
    { "plan.rar", HEAD("Rar!"), NULL, NULL, 0 },
    { "plan.zip", HEAD("PK\3\4"), NULL, NULL, 0 },
    { "plan.zip", HEAD(""), NULL, NULL, 0 },
    { "plan.7z.000", HEAD(""), NULL, NULL, 0 },
    { "plan.7z.1", HEAD(""), NULL, NULL, 0 },
    { "notes.txt.001", HEAD(""), NULL, NULL, 0 },
    { ".7z.001", HEAD(""), NULL, NULL, 0 },
    { "a.tar.gz", HEAD(""), NULL, NULL, 0 },
    { "a.tar.xz", HEAD(""), NULL, NULL, 0 },
    { "a.tar.bz", HEAD(""), NULL, NULL, 0 },
    { "part1.rar", HEAD(""), NULL, NULL, 0 },
    { "plan.z00", HEAD(""), NULL, NULL, 0 },
    { "song.rmi", HEAD(""), NULL, NULL, 0 },
    { "", HEAD(""), NULL, NULL, 0 },
    { ".001", HEAD(""), NULL, NULL, 0 },
};

static void names_tell_parts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct volume_name name;
        bool is_part = volume_name_of(slice_str(cases[i].name), cases[i].head, &name);
        if (is_part != (cases[i].stem != NULL))
            print_error("%s\n", cases[i].name);
        assert_int_equal(is_part, cases[i].stem != NULL);
        if (!is_part)
            continue;
        assert_true(slice_is_equal(name.stem, slice_str(cases[i].stem)));
        assert_string_equal(name.suffix, cases[i].suffix);
        assert_int_equal(name.number, cases[i].number);
    }
}

static void end_record_tells_the_last_part(void **state)
{
    (void)state;
    static const struct {
        struct slice bytes;
        uint32_t number;
    } ends[] = {
        { HEAD("xxPK\5\6\2\0\2\0zzzzzzzzzzzz"), 3 },
        { HEAD("PK\5\6\0\0\0\0zzzzzzzzzzzz"), 0 },
        { HEAD("PK\5\6\7"), 0 },
        { HEAD("PK\5\6\2\0 PK\5\6\4\0"), 5 },
        { HEAD("nothing"), 0 },
        { HEAD(""), 0 },
    };
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        assert_int_equal(volume_zip_end(source_from_memory(arena, ends[i].bytes)), ends[i].number);
    arena_free(arena);
}

static void parts_are_one_source(void **state)
{
    (void)state;
    struct arena *arena = arena_new(0);
    struct source *parts[] = {
        source_from_memory(arena, slice_str("abc")),
        source_from_memory(arena, slice_str("")),
        source_from_memory(arena, slice_str("defgh")),
        source_from_memory(arena, slice_str("i")),
    };
    struct source *joined = volume_join(arena, parts, 4);
    char bytes[16];
    assert_true(source_is_seekable(joined));
    assert_int_equal(joined->size, 9);
    static const struct {
        uint64_t offset;
        const char *wanted;
    } reads[] = { { 0, "abcdefghi" }, { 2, "cdefghi" }, { 3, "defghi" }, { 8, "i" }, { 9, "" }, { 100, "" } };
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++) {
        int64_t got = source_read_at(joined, reads[i].offset, bytes, sizeof bytes, NULL);
        assert_int_equal(got, strlen(reads[i].wanted));
        assert_memory_equal(bytes, reads[i].wanted, (size_t)got);
    }
    assert_int_equal(source_read_at(joined, 1, bytes, 4, NULL), 4);
    assert_memory_equal(bytes, "bcde", 4);
    assert_int_equal(source_fill(joined, 9, NULL), 1);
    assert_memory_equal(joined->ready.ptr, "abcdefghi", 9);
    source_consume(joined, 9);
    assert_int_equal(source_fill(joined, 1, NULL), 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_tell_parts),
        cmocka_unit_test(end_record_tells_the_last_part),
        cmocka_unit_test(parts_are_one_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
