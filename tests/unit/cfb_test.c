/* cfb_test.c - compound files: tables that lie must not multiply, loop or lose bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "walk/cfb.h"

#define SECTOR 512u
#define END 0xFFFFFFFEu
#define FREE 0xFFFFFFFFu

/* Sector 0: the table of sectors; 1: the directory; 2 to 9: stream "A" of 4096 bytes; 10: free, with text. */
struct file {
    unsigned char bytes[SECTOR * 12];
};

static void put32(unsigned char *at, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

static unsigned char *fat(struct file *file, uint32_t sector)
{
    return file->bytes + SECTOR + 4 * (size_t)sector;
}

static unsigned char *entry(struct file *file, size_t index)
{
    return file->bytes + 2 * SECTOR + 128 * index;
}

static void put_entry(struct file *file, size_t index, const char *name, unsigned kind, uint32_t start,
                      uint32_t size)
{
    unsigned char *at = entry(file, index);
    size_t len = strlen(name);
    memset(at, 0, 128);
    for (size_t i = 0; i < len; i++)
        at[2 * i] = (unsigned char)name[i];
    at[64] = (unsigned char)(2 * len + 2);
    at[66] = (unsigned char)kind;
    put32(at + 68, FREE);
    put32(at + 72, FREE);
    put32(at + 76, FREE);
    put32(at + 116, start);
    put32(at + 120, size);
}

static void make(struct file *file)
{
    static const unsigned char signature[] = { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 };
    memset(file, 0, sizeof *file);
    memcpy(file->bytes, signature, sizeof signature);
    file->bytes[26] = 3;
    file->bytes[30] = 9;
    file->bytes[32] = 6;
    put32(file->bytes + 44, 1);
    put32(file->bytes + 48, 1);
    put32(file->bytes + 56, 4096);
    put32(file->bytes + 60, END);
    put32(file->bytes + 68, END);
    for (size_t i = 0; i < 109; i++)
        put32(file->bytes + 76 + 4 * i, i ? FREE : 0);
    for (uint32_t i = 0; i < 128; i++)
        put32(fat(file, i), FREE);
    put32(fat(file, 0), 0xFFFFFFFDu);
    put32(fat(file, 1), END);
    for (uint32_t i = 2; i < 10; i++)
        put32(fat(file, i), i < 9 ? i + 1 : END);
    put_entry(file, 0, "Root Entry", 5, END, 0);
    put32(entry(file, 0) + 76, 1);
    put_entry(file, 1, "A", 2, 2, 4096);
    memset(file->bytes + SECTOR * 3, 'a', 4096);
    memset(file->bytes + SECTOR * 11, 'f', 100);
}

struct opened {
    struct arena *arena;
    struct cfb cfb;
    int got;
    uint64_t given, rest; /* bytes of all streams, and of none */
    bool has_failed;
};

static void open_file(struct opened *opened, const struct file *file, size_t len)
{
    struct limits limits;
    limits_init(&limits);
    *opened = (struct opened){ .arena = arena_new(0) };
    opened->got = cfb_open(&opened->cfb, opened->arena,
                           source_from_memory(opened->arena, slice_of(file->bytes, len)), &limits, NULL);
    for (size_t i = 0; opened->got == 0 && i < opened->cfb.count; i++) {
        if (opened->cfb.entries[i].kind != CFB_STREAM)
            continue;
        struct source *source = cfb_source(&opened->cfb, opened->arena, &opened->cfb.entries[i]);
        opened->given += source_drain(source);
        opened->has_failed |= source->has_failed;
    }
    struct source *rest = opened->got == 0 ? cfb_rest(&opened->cfb, opened->arena) : NULL;
    opened->rest = rest ? source_drain(rest) : 0;
}

static void whole_file_is_read(void **state)
{
    struct file file;
    struct opened opened;
    (void)state;
    make(&file);
    open_file(&opened, &file, sizeof file.bytes);
    assert_int_equal(opened.got, 0);
    assert_null(opened.cfb.fault);
    assert_non_null(cfb_find(&opened.cfb, CFB_ROOT, "a"));
    assert_int_equal(opened.given, 4096);
    assert_false(opened.has_failed);
    assert_int_equal(opened.rest, SECTOR);
    arena_free(opened.arena);
}

static void loop_in_a_chain_ends(void **state)
{
    struct file file;
    struct opened opened;
    (void)state;
    make(&file);
    put32(fat(&file, 5), 2);
    open_file(&opened, &file, sizeof file.bytes);
    assert_int_equal(opened.given, 4 * SECTOR);
    assert_true(opened.has_failed);
    assert_int_equal(opened.rest, 5 * SECTOR); /* what the chain no longer reaches is read as free */
    arena_free(opened.arena);
}

static void streams_do_not_share(void **state)
{
    struct file file;
    struct opened opened;
    (void)state;
    make(&file);
    put_entry(&file, 2, "B", 2, 4, 4096);
    put32(entry(&file, 1) + 72, 2);
    open_file(&opened, &file, sizeof file.bytes);
    assert_int_equal(opened.given, 4096);
    assert_true(opened.has_failed);
    arena_free(opened.arena);
}

static void loop_in_the_tree_ends(void **state)
{
    struct file file;
    struct opened opened;
    (void)state;
    make(&file);
    put_entry(&file, 2, "S", 1, 0, 0);
    put32(entry(&file, 1) + 68, 1);
    put32(entry(&file, 1) + 72, 2);
    put32(entry(&file, 2) + 76, 2);
    open_file(&opened, &file, sizeof file.bytes);
    assert_int_equal(opened.got, 0);
    assert_non_null(opened.cfb.fault);
    assert_int_equal(opened.given, 4096);
    arena_free(opened.arena);
}

static void orphans_are_found(void **state)
{
    struct file file;
    struct opened opened;
    (void)state;
    make(&file);
    put32(entry(&file, 0) + 76, FREE);
    open_file(&opened, &file, sizeof file.bytes);
    assert_int_equal(opened.got, 0);
    assert_true(opened.cfb.entries[1].is_orphan);
    assert_null(cfb_find(&opened.cfb, CFB_ROOT, "A"));
    assert_int_equal(opened.given, 4096);
    arena_free(opened.arena);
}

static void cut_files_give_what_there_is(void **state)
{
    struct file file;
    (void)state;
    make(&file);
    for (size_t len = 0; len <= sizeof file.bytes; len += 64) {
        struct opened opened;
        open_file(&opened, &file, len);
        assert_true(opened.given + opened.rest <= len);
        if (len >= 4 * SECTOR && len < sizeof file.bytes - SECTOR)
            assert_true(opened.got == 0 && opened.has_failed && opened.given == len - 3 * SECTOR);
        arena_free(opened.arena);
    }
}

/* Any four bytes of the tables set to extremes: no more comes out than is in the file. */
static void nothing_multiplies(void **state)
{
    static const uint32_t extremes[] = { 0, 1, 2, 5, 10, 11, 127, 128, 0x7FFFFFFF, 0xFFFFFFFA, END, FREE };
    struct file file;
    (void)state;
    for (size_t at = 24; at < 3 * SECTOR; at += 4)
        for (size_t i = 0; i < sizeof extremes / sizeof *extremes; i++) {
            struct opened opened;
            make(&file);
            put_entry(&file, 2, "B", 2, 10, 400);
            put32(entry(&file, 1) + 72, 2);
            put32(file.bytes + at, extremes[i]);
            open_file(&opened, &file, sizeof file.bytes);
            assert_true(opened.given + opened.rest <= sizeof file.bytes);
            arena_free(opened.arena);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_file_is_read),   cmocka_unit_test(loop_in_a_chain_ends),
        cmocka_unit_test(streams_do_not_share), cmocka_unit_test(loop_in_the_tree_ends),
        cmocka_unit_test(orphans_are_found),    cmocka_unit_test(cut_files_give_what_there_is),
        cmocka_unit_test(nothing_multiplies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
