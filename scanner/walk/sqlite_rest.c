/* sqlite_rest.c - what an SQLite file holds beside the rows of its tables: deleted records, free pages, indexes. */
#include "walk/sqlite_rest.h"

#include "walk/sqlite_page.h"

struct tree {
    unsigned char *file;
    size_t len, page_size, usable;
    uint32_t page_count;
    unsigned char *done;
    uint32_t *stack; /* pages to look at */
    size_t depth, room;
    struct arena *arena;
};

static size_t page_size_of(const unsigned char *file, size_t len)
{
    uint16_t size;
    struct slice rest = slice_skip(slice_of(file, len), 16);
    if (slice_eat_u16be(&rest, &size) < 0)
        return 0;
    size_t bytes = size == 1 ? 65536 : size;
    return bytes >= 512 && (bytes & (bytes - 1)) == 0 ? bytes : 0;
}

size_t sqlite_done_size(const unsigned char *file, size_t len)
{
    size_t page_size = page_size_of(file, len);
    return page_size ? len / page_size + 1 : 1;
}

static void push(struct tree *tree, uint32_t page)
{
    if (page == 0 || page > tree->page_count || tree->done[page - 1])
        return;
    tree->done[page - 1] = 1;
    if (tree->depth == tree->room) {
        size_t room = tree->room ? 2 * tree->room : 64;
        uint32_t *more = arena_alloc_array(tree->arena, room, sizeof *more);
        if (tree->depth)
            memcpy(more, tree->stack, tree->depth * sizeof *more);
        tree->stack = more;
        tree->room = room;
    }
    tree->stack[tree->depth++] = page;
}

/* The pages that a payload goes on in, each after the number of the next (section 1.6 of the file format). */
static void blank_overflow(struct tree *tree, uint32_t page, uint64_t left)
{
    while (left > 0 && page > 0 && page <= tree->page_count && !tree->done[page - 1]) {
        struct slice rest =
            slice_sub(slice_of(tree->file, tree->len), (size_t)(page - 1) * tree->page_size, tree->usable);
        size_t at = (size_t)(page - 1) * tree->page_size + 4;
        tree->done[page - 1] = 1;
        if (slice_eat_u32be(&rest, &page) < 0)
            return;
        size_t len = left < rest.len ? (size_t)left : rest.len;
        memset(tree->file + at, 0, len);
        left -= len;
    }
}

static void blank_cell(struct tree *tree, struct slice page, size_t at, uint8_t type)
{
    struct slice rest = slice_skip(page, at), taken;
    uint32_t child;
    uint64_t size, rowid;
    if (type == SQLITE_TABLE_INTERIOR || type == SQLITE_INDEX_INTERIOR) {
        if (slice_eat_u32be(&rest, &child) < 0)
            return;
        push(tree, child);
    }
    if (type == SQLITE_TABLE_INTERIOR || sqlite_eat_varint(&rest, &size) < 0 ||
        (type == SQLITE_TABLE_LEAF && sqlite_eat_varint(&rest, &rowid) < 0))
        return;
    if (slice_eat(&rest, sqlite_local_size(tree->usable, size, type == SQLITE_TABLE_LEAF), &taken) < 0)
        return;
    if (taken.len > 0)
        memset(tree->file + (taken.ptr - tree->file), 0, taken.len);
    if (size > taken.len && slice_eat_u32be(&rest, &child) == 0)
        blank_overflow(tree, child, size - taken.len);
}

static void blank_page(struct tree *tree, uint32_t number)
{
    size_t start = (size_t)(number - 1) * tree->page_size;
    struct slice page = slice_sub(slice_of(tree->file, tree->len), start, tree->page_size);
    struct slice rest = slice_skip(page, number == 1 ? 100 : 0), taken;
    uint8_t type;
    uint16_t count, at;
    uint32_t right;
    if (slice_eat_u8(&rest, &type) < 0 || slice_eat(&rest, 2, &taken) < 0 ||
        slice_eat_u16be(&rest, &count) < 0 || slice_eat(&rest, 3, &taken) < 0)
        return;
    bool is_interior = type == SQLITE_TABLE_INTERIOR || type == SQLITE_INDEX_INTERIOR;
    if (!is_interior && type != SQLITE_TABLE_LEAF && type != SQLITE_INDEX_LEAF)
        return;
    if (is_interior) {
        if (slice_eat_u32be(&rest, &right) < 0)
            return;
        push(tree, right);
    }
    while (count-- > 0 && slice_eat_u16be(&rest, &at) == 0)
        blank_cell(tree, page, at, type);
}

void sqlite_blank(unsigned char *file, size_t len, uint32_t root, unsigned char *done, struct arena *arena)
{
    struct tree tree = {
        .file = file, .len = len, .page_size = page_size_of(file, len), .done = done, .arena = arena
    };
    if (tree.page_size == 0 || file[20] > tree.page_size - 480)
        return;
    tree.usable = tree.page_size - file[20];
    tree.page_count = (uint32_t)(len / tree.page_size < UINT32_MAX ? len / tree.page_size : UINT32_MAX);
    push(&tree, root);
    while (tree.depth > 0)
        blank_page(&tree, tree.stack[--tree.depth]);
}
