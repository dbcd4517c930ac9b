/* pst_index_test.c - the node index of a PST: in order, whatever the layout; damaged pages and loops end it; views read like a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "walk/pst_index.h"

#define FILE_SIZE 65536

/* What of MS-PST section 2.2.2.7 the index needs, layout by layout. */
struct shape {
    const char *name;
    unsigned version, page, trailer, leaf, branch, word, parent, count, count_len, root;
};

static const struct shape shapes[] = {
    { "ANSI", 14, 512, 500, 16, 12, 4, 12, 496, 1, 184 },
    { "Unicode", 23, 512, 496, 32, 24, 8, 24, 488, 1, 216 },
    { "4k pages", 36, 4096, 4072, 32, 24, 8, 24, 4056, 2, 216 },
};

struct image {
    const struct shape *shape;
    unsigned char bytes[FILE_SIZE];
};

static void put(unsigned char *at, unsigned len, uint64_t value)
{
    for (unsigned i = 0; i < len; i++, value >>= 8)
        at[i] = (unsigned char)value;
}

static void image_begin(struct image *image, const struct shape *shape, uint64_t root)
{
    memset(image, 0, sizeof *image);
    image->shape = shape;
    memcpy(image->bytes, "!BDN", 4);
    put(image->bytes + 10, 2, shape->version);
    put(image->bytes + shape->root - 4 * shape->word, shape->word, FILE_SIZE);
    put(image->bytes + shape->root + shape->word, shape->word, root);
}

/* A page at OFFSET; its entries are set after it. */
static void put_page(struct image *image, uint64_t offset, unsigned count, unsigned level)
{
    const struct shape *shape = image->shape;
    unsigned char *page = image->bytes + offset;
    put(page + shape->count, shape->count_len, count);
    page[shape->count + 2 * shape->count_len] = (unsigned char)(level ? shape->branch : shape->leaf);
    page[shape->count + 2 * shape->count_len + 1] = (unsigned char)level;
    page[shape->trailer] = page[shape->trailer + 1] = 0x81;
}

static void put_leaf(struct image *image, uint64_t offset, unsigned at, uint32_t nid, uint32_t parent)
{
    unsigned char *entry = image->bytes + offset + at * image->shape->leaf;
    put(entry, 4, nid);
    put(entry + image->shape->parent, 4, parent);
}

static void put_branch(struct image *image, uint64_t offset, unsigned at, uint64_t to)
{
    put(image->bytes + offset + at * image->shape->branch + 2 * image->shape->word, image->shape->word, to);
}

/* The ids that a cursor gives, at most MOST; the pages lost. */
static size_t read_all(const struct pst_index *index, uint32_t *ids, size_t most, uint64_t *lost)
{
    struct pst_cursor cursor;
    struct pst_entry entry;
    size_t count = 0;
    pst_cursor_begin(&cursor, index);
    while (count < most && pst_cursor_next(&cursor, index, &entry) == 1)
        ids[count++] = entry.nid;
    *lost = cursor.lost;
    return count;
}

static void open_image(struct pst_index *index, struct image *image, struct arena *arena)
{
    struct error err = { 0 };
    struct source *in = source_from_memory(arena, slice_of(image->bytes, sizeof image->bytes));
    assert_int_equal(pst_index_open(index, in, &err), 0);
}

static void nodes_come_in_order_in_each_layout(void **state)
{
    (void)state;
    static struct image image;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct arena *arena = arena_new(0);
        struct pst_index index;
        uint32_t ids[8];
        uint64_t lost;
        image_begin(&image, &shapes[i], 8192);
        put_page(&image, 8192, 2, 1);
        put_branch(&image, 8192, 0, 16384);
        put_branch(&image, 8192, 1, 24576);
        put_page(&image, 16384, 2, 0);
        put_leaf(&image, 16384, 0, 0x21, 0);
        put_leaf(&image, 16384, 1, 0x122, 0x122);
        put_page(&image, 24576, 1, 0);
        put_leaf(&image, 24576, 0, 0x8044, 0x122);
        open_image(&index, &image, arena);
        assert_int_equal(index.promised, FILE_SIZE);
        assert_int_equal(read_all(&index, ids, 8, &lost), 3);
        assert_int_equal(lost, 0);
        assert_int_equal(ids[0], 0x21);
        assert_int_equal(ids[2], 0x8044);
        pst_index_release(&index);
        arena_free(arena);
    }
}

static void what_is_no_page_is_lost_and_counted(void **state)
{
    (void)state;
    static struct image image;
    static const struct {
        const char *name;
        unsigned at;         /* in the second leaf */
        unsigned char value; /* written there */
    } cases[] = {
        { "another kind of page", 496, 0x80 },
        { "kinds that differ", 497, 0x80 },
        { "more entries than fit", 488, 0xFF },
        { "entries that are too small", 490, 8 },
        { "another level than its parent says", 491, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new(0);
        struct pst_index index;
        uint32_t ids[8];
        uint64_t lost;
        image_begin(&image, &shapes[1], 8192);
        put_page(&image, 8192, 2, 1);
        put_branch(&image, 8192, 0, 16384);
        put_branch(&image, 8192, 1, 24576);
        put_page(&image, 16384, 1, 0);
        put_leaf(&image, 16384, 0, 0x21, 0);
        put_page(&image, 24576, 1, 0);
        put_leaf(&image, 24576, 0, 0x8044, 0);
        image.bytes[24576 + cases[i].at] = cases[i].value;
        open_image(&index, &image, arena);
        if (read_all(&index, ids, 8, &lost) != 1 || lost != 1)
            fail_msg("%s: not lost", cases[i].name);
        pst_index_release(&index);
        arena_free(arena);
    }
}

/* Each level is one less than the one above, so a page cannot lie in itself; but many entries may lead to one page. */
static void pages_that_are_led_to_again_and_again_end(void **state)
{
    (void)state;
    static struct image image;
    static uint32_t ids[100000];
    struct arena *arena = arena_new(0);
    struct pst_index index;
    uint64_t lost;
    image_begin(&image, &shapes[1], 8192);
    for (unsigned level = 7; level > 0; level--) {
        uint64_t at = 8192 + (7 - level) * 512;
        put_page(&image, at, 20, level);
        for (unsigned i = 0; i < 20; i++)
            put_branch(&image, at, i, at + 512);
    }
    put_page(&image, 8192 + 7 * 512, 1, 0);
    open_image(&index, &image, arena);
    assert_true(read_all(&index, ids, 100000, &lost) < FILE_SIZE / 512);
    assert_true(lost > 0);
    pst_index_release(&index);
    arena_free(arena);
}

static void a_root_outside_the_file_is_lost(void **state)
{
    (void)state;
    static struct image image;
    struct arena *arena = arena_new(0);
    struct pst_index index;
    uint32_t ids[8];
    uint64_t lost;
    image_begin(&image, &shapes[1], UINT64_MAX - 100);
    open_image(&index, &image, arena);
    assert_int_equal(read_all(&index, ids, 8, &lost), 0);
    assert_int_equal(lost, 1);
    pst_index_release(&index);
    arena_free(arena);
}

/* A file as libpff would see it through the view. */
static void read_view(const struct pst_index *index, unsigned char *into, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        struct slice shown = pst_index_at(index, at);
        if (shown.len > 0)
            into[at] = shown.ptr[0];
        else if (source_read_at(index->in, at, into + at, 1, NULL) != 1)
            into[at] = 0;
    }
}

static void a_view_is_a_file_with_those_nodes_alone(void **state)
{
    (void)state;
    static struct image image, seen;
    static unsigned char view[2 * FILE_SIZE];
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct arena *arena = arena_new(0);
        struct error err = { 0 };
        struct pst_index index, again;
        struct pst_entry entries[PST_VIEW_MAX] = { { 0 } };
        uint32_t ids[PST_VIEW_MAX + 1];
        uint64_t lost;
        image_begin(&image, &shapes[i], 8192);
        open_image(&index, &image, arena);
        for (uint32_t n = 0; n < PST_VIEW_MAX; n++) {
            entries[n].nid = 0x21 + n;
            put(entries[n].bytes, 4, entries[n].nid);
        }
        pst_index_show(&index, entries, PST_VIEW_MAX);
        assert_true(pst_index_size(&index) <= sizeof view);
        read_view(&index, view, pst_index_size(&index));
        struct source *in = source_from_memory(arena, slice_of(view, pst_index_size(&index)));
        assert_int_equal(pst_index_open(&again, in, &err), 0);
        assert_int_equal(again.promised, pst_index_size(&index));
        assert_int_equal(read_all(&again, ids, PST_VIEW_MAX + 1, &lost), PST_VIEW_MAX);
        assert_int_equal(ids[PST_VIEW_MAX - 1], 0x21 + PST_VIEW_MAX - 1);
        pst_index_release(&again);
        pst_index_show_all(&index);
        memset(&seen, 0, sizeof seen);
        read_view(&index, seen.bytes, FILE_SIZE);
        assert_memory_equal(seen.bytes, image.bytes, FILE_SIZE);
        pst_index_release(&index);
        arena_free(arena);
    }
}

static void leaves_without_the_fixed_nodes_are_told_apart(void **state)
{
    (void)state;
    static struct image image;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const unsigned page = shapes[i].page;
        struct arena *arena = arena_new(0);
        struct pst_index index;
        image_begin(&image, &shapes[i], 8192);
        put_page(&image, 8192, 2, 1);
        put_page(&image, 16384, 2, 0);
        put_leaf(&image, 16384, 0, 0x8022, 0x122);
        put_leaf(&image, 16384, 1, 0x61, 0);
        put_page(&image, 24576, 2, 0);
        put_leaf(&image, 24576, 0, 0x8044, 0x122);
        put_leaf(&image, 24576, 1, 0x8064, 0x122);
        put_leaf(&image, 24576, 2, 0x21, 0); /* past the count: deleted */
        open_image(&index, &image, arena);
        assert_false(pst_index_is_late_leaf(&index, slice_of(image.bytes + 8192, page)));
        assert_false(pst_index_is_late_leaf(&index, slice_of(image.bytes + 16384, page)));
        assert_true(pst_index_is_late_leaf(&index, slice_of(image.bytes + 24576, page)));
        assert_false(pst_index_is_late_leaf(&index, slice_of(image.bytes + 24576, page - 1)));
        assert_false(pst_index_is_late_leaf(&index, slice_of(image.bytes + 32768, page)));
        image.bytes[24576 + shapes[i].count] = 0xFF; /* more than there is room for */
        assert_int_equal(pst_index_is_late_leaf(&index, slice_of(image.bytes + 24576, page)), false);
        pst_index_release(&index);
        arena_free(arena);
    }
}

static void what_is_no_header_is_told(void **state)
{
    (void)state;
    static struct image image;
    struct arena *arena = arena_new(0);
    struct pst_index index;
    struct error err = { 0 };
    image_begin(&image, &shapes[1], 8192);
    struct source *cut = source_from_memory(arena, slice_of(image.bytes, 300));
    assert_int_equal(pst_index_open(&index, cut, &err), -1);
    assert_int_equal(err.kind, ERROR_TRUNCATED);
    pst_index_release(&index);
    put(image.bytes + 10, 2, 7);
    struct source *strange = source_from_memory(arena, slice_of(image.bytes, FILE_SIZE));
    assert_int_equal(pst_index_open(&index, strange, &err), -1);
    assert_int_equal(err.kind, ERROR_UNSUPPORTED);
    pst_index_release(&index);
    put(image.bytes + 10, 2, 23);
    image.bytes[513] = 0x10;
    struct source *locked = source_from_memory(arena, slice_of(image.bytes, FILE_SIZE));
    assert_int_equal(pst_index_open(&index, locked, &err), -1);
    assert_int_equal(err.kind, ERROR_ENCRYPTED);
    pst_index_release(&index);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_come_in_order_in_each_layout),
        cmocka_unit_test(what_is_no_page_is_lost_and_counted),
        cmocka_unit_test(pages_that_are_led_to_again_and_again_end),
        cmocka_unit_test(a_root_outside_the_file_is_lost),
        cmocka_unit_test(a_view_is_a_file_with_those_nodes_alone),
        cmocka_unit_test(leaves_without_the_fixed_nodes_are_told_apart),
        cmocka_unit_test(what_is_no_header_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
