/* pst_index.c - the node index of a PST: a cursor over its pages, and pages of ours for views. */
#include "walk/pst_index.h"

#include "decode/lzfu.h" /* the checksum is the same */

#define PAGE_NODES 0x81

/* The three ways in which pages are laid out; all numbers are bytes. */
struct pst_layout {
    unsigned page, room; /* of a page; for its entries */
    unsigned leaf, branch, word;
    unsigned parent; /* where in a leaf's entry */
    unsigned count, size,
        level; /* where in a page; `count` has count_len bytes, the most it may be follows */
    unsigned count_len, kind, crc, number; /* where the trailer's fields are */
    unsigned root;                         /* where in the header the reference to the root page is */
};

static const struct pst_layout ansi = { 512, 496, 16, 12, 4, 12, 496, 498, 499, 1, 500, 508, 504, 184 };
static const struct pst_layout unicode = { 512, 488, 32, 24, 8, 24, 488, 490, 491, 1, 496, 500, 504, 216 };
static const struct pst_layout large = {
    4096, 4056, 32, 24, 8, 24, 4056, 4060, 4061, 2, 4072, 4076, 4080, 216
};

static uint64_t get(const unsigned char *at, unsigned len)
{
    uint64_t value = 0;
    for (unsigned i = len; i > 0; i--)
        value = value << 8 | at[i - 1];
    return value;
}

static void put(unsigned char *at, unsigned len, uint64_t value)
{
    for (unsigned i = 0; i < len; i++, value >>= 8)
        at[i] = (unsigned char)value;
}

/* MS-PST section 2.2.2.6: wVer. */
static const struct pst_layout *layout_of(unsigned version)
{
    if (version == 14 || version == 15)
        return &ansi;
    return version >= 36 ? &large : version >= 20 ? &unicode : NULL;
}

int pst_index_open(struct pst_index *index, struct source *in, struct error *err)
{
    *index = (struct pst_index){ .in = in };
    buffer_init(&index->pages, (size_t)64 * PST_PAGE_MAX);
    int64_t got = source_read_at(in, 0, index->header, PST_HEADER, err);
    if (got < 512)
        return got < 0 ? -1 : error_set(err, ERROR_TRUNCATED, "cut short within its header");
    index->layout = layout_of((unsigned)get(index->header + 10, 2));
    if (!index->layout)
        return error_set(err, ERROR_UNSUPPORTED, "unknown version of the format");
    /* MS-PST section 2.2.2.6: bCryptMethod 0x10 is Windows Information Protection, whose key is not in the file. */
    if (index->header[index->layout == &ansi ? 461 : 513] == 0x10)
        return error_set(err, ERROR_ENCRYPTED, "protected by Windows Information Protection");
    index->root = get(index->header + index->layout->root + index->layout->word, index->layout->word);
    index->promised = get(index->header + index->layout->root - 4 * index->layout->word, index->layout->word);
    index->base = (in->size + PST_PAGE_MAX - 1) / PST_PAGE_MAX * PST_PAGE_MAX;
    return 0;
}

void pst_index_release(struct pst_index *index)
{
    buffer_release(&index->pages);
}

/* The cursor. */

static bool is_page(const struct pst_index *index, const unsigned char *page, unsigned level)
{
    const struct pst_layout *layout = index->layout;
    uint64_t count = get(page + layout->count, layout->count_len);
    unsigned size = page[layout->size];
    unsigned least = page[layout->level] ? layout->branch : layout->leaf;
    return page[layout->kind] == PAGE_NODES && page[layout->kind + 1] == PAGE_NODES && size >= least &&
           count * size <= layout->room && (level == PST_LEVELS || page[layout->level] == level);
}

/* The page at OFFSET. Most files have a level's pages one after the other: each worker of a split mailbox reads them all. */
static bool read_page(struct pst_cursor *cursor, const struct pst_index *index, uint64_t offset,
                      unsigned char *page)
{
    size_t len = index->layout->page;
    bool is_next = offset == cursor->after;
    cursor->after = offset + len;
    if (offset < cursor->ahead_at || offset - cursor->ahead_at >= cursor->ahead_len) {
        int64_t got = source_read_at(index->in, offset, cursor->ahead, is_next ? PST_AHEAD : len, NULL);
        cursor->ahead_at = offset;
        cursor->ahead_len = got > 0 ? (size_t)got : 0;
    }
    size_t at = (size_t)(offset - cursor->ahead_at);
    if (len > cursor->ahead_len - at)
        return source_read_at(index->in, offset, page, len, NULL) == (int64_t)len;
    memcpy(page, cursor->ahead + at, len);
    return true;
}

/* Open the page at OFFSET, which is of LEVEL (PST_LEVELS: of any). */
static void open_page(struct pst_cursor *cursor, const struct pst_index *index, uint64_t offset,
                      unsigned level)
{
    const struct pst_layout *layout = index->layout;
    unsigned char *page = cursor->levels[cursor->depth].page;
    if (cursor->budget == 0 || !read_page(cursor, index, offset, page) || !is_page(index, page, level) ||
        page[layout->level] >= PST_LEVELS) {
        cursor->lost++;
        return;
    }
    cursor->budget--;
    cursor->levels[cursor->depth].count = (unsigned)get(page + layout->count, layout->count_len);
    cursor->levels[cursor->depth].next = 0;
    cursor->depth++;
}

void pst_cursor_begin(struct pst_cursor *cursor, const struct pst_index *index)
{
    cursor->depth = 0;
    cursor->lost = 0;
    cursor->ahead_len = 0;
    cursor->after = UINT64_MAX;
    cursor->budget = index->in->size / index->layout->page + 1;
    open_page(cursor, index, index->root, PST_LEVELS);
}

int pst_cursor_next(struct pst_cursor *cursor, const struct pst_index *index, struct pst_entry *entry)
{
    const struct pst_layout *layout = index->layout;
    while (cursor->depth > 0) {
        unsigned top = cursor->depth - 1;
        const unsigned char *page = cursor->levels[top].page;
        if (cursor->levels[top].next == cursor->levels[top].count) {
            cursor->depth--;
            continue;
        }
        const unsigned char *at = page + cursor->levels[top].next++ * page[layout->size];
        if (page[layout->level] > 0) {
            open_page(cursor, index, get(at + 2 * layout->word, layout->word), page[layout->level] - 1u);
            continue;
        }
        entry->nid = (uint32_t)get(at, 4);
        entry->parent = (uint32_t)get(at + layout->parent, 4);
        memcpy(entry->bytes, at, layout->leaf);
        return 1;
    }
    return 0;
}

/* Views. */

/* A page of COUNT entries of SIZE bytes. The number by which others refer to it is its place. */
static uint64_t add_page(struct pst_index *index, const unsigned char *entries, size_t count, unsigned size,
                         unsigned level)
{
    const struct pst_layout *layout = index->layout;
    uint64_t offset = index->base + index->pages.len;
    unsigned char *page = buffer_reserve(&index->pages, layout->page);
    memset(page, 0, layout->page);
    memcpy(page, entries, count * size);
    put(page + layout->count, layout->count_len, count);
    put(page + layout->count + layout->count_len, layout->count_len, layout->room / size);
    page[layout->size] = (unsigned char)size;
    page[layout->level] = (unsigned char)level;
    page[layout->kind] = page[layout->kind + 1] = PAGE_NODES;
    /* The checksum covers what stands before the trailer. */
    put(page + layout->crc, 4, lzfu_crc(slice_of(page, layout->kind)));
    put(page + layout->number, layout->word, offset);
    index->pages.len += layout->page;
    return offset;
}

static void set_root(struct pst_index *index, uint64_t offset)
{
    unsigned word = index->layout->word;
    put(index->header + index->layout->root, word, offset);
    put(index->header + index->layout->root + word, word, offset);
    put(index->header + index->layout->root - 4 * word, word, pst_index_size(index)); /* ibFileEof */
    put(index->header + 4, 4, lzfu_crc(slice_of(index->header + 8, 471)));
    if (word == 8)
        put(index->header + 524, 4, lzfu_crc(slice_of(index->header + 8, 516)));
}

void pst_index_show(struct pst_index *index, const struct pst_entry *entries, size_t count)
{
    const struct pst_layout *layout = index->layout;
    unsigned char leaf[PST_PAGE_MAX], branch[PST_PAGE_MAX];
    size_t most = layout->room / layout->leaf, branches = 0;
    buffer_clear(&index->pages);
    for (size_t at = 0; at < count; at += most, branches++) {
        size_t some = count - at < most ? count - at : most;
        for (size_t i = 0; i < some; i++) {
            const struct pst_entry *entry = &entries[at + i];
            memcpy(leaf + i * layout->leaf, entry->bytes, layout->leaf);
            put(leaf + i * layout->leaf + layout->parent, 4, entry->nid == entry->parent ? entry->nid : 0);
        }
        uint64_t offset = add_page(index, leaf, some, layout->leaf, 0);
        unsigned char *reference = branch + branches * layout->branch;
        put(reference, layout->word, entries[at].nid);
        put(reference + layout->word, layout->word, offset);
        put(reference + 2 * layout->word, layout->word, offset);
    }
    set_root(index, add_page(index, branch, branches, layout->branch, 1));
}

void pst_index_show_all(struct pst_index *index)
{
    buffer_clear(&index->pages);
}

bool pst_index_is_late_leaf(const struct pst_index *index, struct slice page)
{
    const struct pst_layout *layout = index->layout;
    if (page.len != layout->page || page.ptr[layout->level] != 0 || !is_page(index, page.ptr, 0))
        return false;
    uint64_t count = get(page.ptr + layout->count, layout->count_len);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t nid = get(page.ptr + i * page.ptr[layout->size], 4);
        if (nid == PST_NODE_STORE || nid == PST_NODE_NAMES || nid == PST_NODE_ROOT_FOLDER)
            return false;
    }
    return true;
}

struct slice pst_index_at(const struct pst_index *index, uint64_t offset)
{
    if (index->pages.len == 0)
        return slice_of(NULL, 0);
    size_t header = index->layout == &ansi ? 512 : PST_HEADER;
    if (offset < header)
        return slice_of(index->header + offset, header - (size_t)offset);
    if (offset >= index->base && offset - index->base < index->pages.len)
        return slice_skip(buffer_slice(&index->pages), (size_t)(offset - index->base));
    return slice_of(NULL, 0);
}

uint64_t pst_index_size(const struct pst_index *index)
{
    return index->pages.len > 0 ? index->base + index->pages.len : index->in->size;
}
