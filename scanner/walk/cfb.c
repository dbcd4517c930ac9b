/* cfb.c - compound files (MS-CFB): header, allocation tables, directory. */
#include "walk/cfb.h"

#include "walk/cfb_parts.h"

#define HEADER_LEN ((size_t)512)
#define HEADER_DIFAT ((size_t)109)
#define ENTRY_LEN ((size_t)128)
#define ENTRIES_FACTOR 8

#define SECTOR_MAX 0xFFFFFFFAu /* from here on: marks, no sectors */

bool cfb_is_cfb(struct slice head)
{
    static const unsigned char signature[] = { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 };
    return head.len >= sizeof signature && memcmp(head.ptr, signature, sizeof signature) == 0;
}

size_t cfb_read_at(struct cfb *cfb, uint64_t offset, void *into, size_t len)
{
    size_t done = 0;
    if (cfb->bytes.len > 0) {
        struct slice part =
            offset < cfb->bytes.len ? slice_sub(cfb->bytes, (size_t)offset, len) : slice_of(NULL, 0);
        if (part.len > 0)
            memcpy(into, part.ptr, part.len);
        return part.len;
    }
    while (done < len) {
        int64_t got = source_read_at(cfb->in, offset + done, (unsigned char *)into + done, len - done, NULL);
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return done;
}

uint64_t cfb_sector_offset(const struct cfb *cfb, uint32_t sector)
{
    return ((uint64_t)sector + 1) << cfb->sector_shift;
}

/* Sectors that the file has, the last maybe in part. */
static uint64_t sectors_of(const struct cfb *cfb)
{
    uint64_t first = cfb_sector_offset(cfb, 0);
    return cfb->size <= first
               ? 0
               : (cfb->size - first + ((uint64_t)1 << cfb->sector_shift) - 1) >> cfb->sector_shift;
}

/* Mark SECTOR as used. False if it was, or is none. */
static bool mark(unsigned char *used, size_t count, uint32_t sector)
{
    if (sector >= count || (used[sector / 8] >> sector % 8 & 1))
        return false;
    used[sector / 8] |= (unsigned char)(1u << sector % 8);
    return true;
}

static void note(struct cfb *cfb, const char *fault)
{
    if (!cfb->fault)
        cfb->fault = fault;
}

/* Header. */

static int read_header(struct cfb *cfb, struct slice header, struct error *err)
{
    if (header.len < HEADER_LEN)
        return error_set(err, ERROR_TRUNCATED, "a compound file shorter than its header");
    cfb->sector_shift = slice_u16le(header, 30);
    cfb->mini_shift = slice_u16le(header, 32);
    cfb->mini_cutoff = slice_u32le(header, 56);
    if (!cfb_is_cfb(header) || (cfb->sector_shift != 9 && cfb->sector_shift != 12))
        return error_set(err, ERROR_FORMAT, "the header of the compound file is damaged");
    if (cfb->mini_shift != 6 || cfb->mini_cutoff != 4096)
        note(cfb, "its header gives sizes that no compound file has");
    cfb->mini_shift = 6;
    cfb->mini_cutoff = 4096;
    return 0;
}

/* Tables. */

/* Append the entries of table sector SECTOR to TABLE, at most CAPACITY in all. False where it can't be read. */
static bool append_sector(struct cfb *cfb, uint32_t sector, uint32_t *table, size_t *count, size_t capacity)
{
    size_t entries = ((size_t)1 << cfb->sector_shift) / 4;
    unsigned char bytes[4096];
    size_t got = cfb_read_at(cfb, cfb_sector_offset(cfb, sector), bytes, entries * 4);
    if (got < entries * 4) {
        cfb->is_cut = true;
        memset(bytes + got, 0xFF, entries * 4 - got);
    }
    for (size_t i = 0; i < entries && *count < capacity; i++)
        table[(*count)++] = slice_u32le(slice_of(bytes, entries * 4), 4 * i);
    return got > 0;
}

/* One sector of the FAT. Each covers its sectors, damaged or not, so that those after it keep their places. */
static void take_fat_sector(struct cfb *cfb, uint32_t sector, size_t capacity)
{
    size_t entries = ((size_t)1 << cfb->sector_shift) / 4;
    if (sector < SECTOR_MAX && mark(cfb->used, capacity, sector)) {
        append_sector(cfb, sector, cfb->fat, &cfb->fat_count, capacity);
        return;
    }
    if (sector < SECTOR_MAX && sector >= capacity)
        cfb->is_cut = true;
    else
        note(cfb, "its allocation table has holes");
    for (size_t i = 0; i < entries && cfb->fat_count < capacity; i++)
        cfb->fat[cfb->fat_count++] = CFB_NONE;
}

/* The FAT, whose sectors the header and the DIFAT chain list. */
static void read_fat(struct cfb *cfb, struct slice header)
{
    size_t capacity = (size_t)sectors_of(cfb), entries = ((size_t)1 << cfb->sector_shift) / 4;
    uint64_t left = slice_u32le(header, 44);
    uint32_t difat = slice_u32le(header, 68);
    unsigned char bytes[4096];
    cfb->fat = arena_alloc_array(cfb->arena, capacity, sizeof *cfb->fat);
    cfb->used = arena_alloc(cfb->arena, capacity / 8 + 1);
    for (size_t i = 0; i < HEADER_DIFAT && left > 0 && cfb->fat_count < capacity; i++, left--)
        take_fat_sector(cfb, slice_u32le(header, 76 + 4 * i), capacity);
    while (left > 0 && difat < SECTOR_MAX && mark(cfb->used, capacity, difat)) {
        size_t len = entries * 4;
        if (cfb_read_at(cfb, cfb_sector_offset(cfb, difat), bytes, len) < len)
            break;
        for (size_t i = 0; i + 1 < entries && left > 0 && cfb->fat_count < capacity; i++, left--)
            take_fat_sector(cfb, slice_u32le(slice_of(bytes, len), 4 * i), capacity);
        difat = slice_u32le(slice_of(bytes, len), len - 4);
    }
    if (left > 0 && cfb->fat_count < capacity)
        note(cfb, "its allocation table is cut short");
    while (cfb->fat_count < capacity)
        cfb->fat[cfb->fat_count++] = CFB_NONE;
}

/* The sectors of the chain that starts at START, marked as used; at most MOST. In the arena. */
static uint32_t *read_chain(struct cfb *cfb, uint32_t start, size_t most, size_t *count)
{
    size_t capacity = 16;
    uint32_t *chain = arena_alloc_array(cfb->arena, capacity, sizeof *chain);
    *count = 0;
    for (uint32_t at = start; at < SECTOR_MAX && *count < most; at = cfb->fat[at]) {
        if (!mark(cfb->used, cfb->fat_count, at)) {
            note(cfb, "a chain of its tables is damaged");
            break;
        }
        if (*count == capacity) {
            uint32_t *wider = arena_alloc_array(cfb->arena, 2 * capacity, sizeof *wider);
            memcpy(wider, chain, capacity * sizeof *wider);
            chain = wider;
            capacity *= 2;
        }
        chain[(*count)++] = at;
    }
    return chain;
}

static void read_mini_fat(struct cfb *cfb, uint32_t start)
{
    size_t count, entries = ((size_t)1 << cfb->sector_shift) / 4;
    uint32_t *chain = read_chain(cfb, start, cfb->fat_count, &count);
    cfb->mini_fat = arena_alloc_array(cfb->arena, count, entries * sizeof *cfb->mini_fat);
    for (size_t i = 0; i < count; i++)
        append_sector(cfb, chain[i], cfb->mini_fat, &cfb->mini_fat_count, count * entries);
    cfb->mini_used = arena_alloc(cfb->arena, cfb->mini_fat_count / 8 + 1);
}

/* Directory. */

static struct slice read_name(struct cfb *cfb, struct slice bytes)
{
    struct buffer out;
    size_t len = slice_u16le(bytes, 64);
    if (len < 2 || len > 64)
        return slice_of(NULL, 0);
    buffer_init(&out, 256);
    codepage_put_utf16(&out, slice_sub(bytes, 0, len));
    struct slice name = arena_copy(cfb->arena, buffer_slice(&out));
    buffer_release(&out);
    return name;
}

static void read_entry(struct cfb *cfb, struct slice bytes, struct cfb_entry *entry)
{
    static const enum cfb_kind kinds[] = { CFB_EMPTY, CFB_STORAGE, CFB_STREAM,
                                           CFB_EMPTY, CFB_EMPTY,   CFB_ROOT_STORAGE };
    *entry = (struct cfb_entry){ .parent = CFB_NONE, .child = CFB_NONE, .next = CFB_NONE, .is_orphan = true };
    entry->kind = bytes.ptr[66] < sizeof kinds / sizeof *kinds ? kinds[bytes.ptr[66]] : CFB_EMPTY;
    if (entry->kind == CFB_EMPTY)
        return;
    entry->name = read_name(cfb, bytes);
    entry->left = slice_u32le(bytes, 68);
    entry->right = slice_u32le(bytes, 72);
    entry->below = slice_u32le(bytes, 76);
    memcpy(entry->class, bytes.ptr + 80, CFB_CLASS_LEN);
    entry->start = slice_u32le(bytes, 116);
    entry->size = slice_u32le(bytes, 120);
    /* Old writers leave rubbish in the upper half (MS-CFB section 2.6.1). */
    if (cfb->sector_shift == 12)
        entry->size |= (uint64_t)slice_u32le(bytes, 124) << 32;
}

static int read_directory(struct cfb *cfb, uint32_t start, const struct limits *limits, struct error *err)
{
    size_t count, each = ((size_t)1 << cfb->sector_shift) / ENTRY_LEN;
    uint32_t *chain = read_chain(cfb, start, cfb->fat_count, &count);
    uint64_t most = limits->inner_entries * ENTRIES_FACTOR;
    unsigned char bytes[4096];
    if (count == 0)
        return error_set(err, ERROR_FORMAT, "the compound file has no directory");
    cfb->is_over = count > most / each;
    if (cfb->is_over)
        count = (size_t)(most / each);
    cfb->entries = arena_alloc_array(cfb->arena, count * each, sizeof *cfb->entries);
    for (size_t i = 0; i < count; i++) {
        size_t got = cfb_read_at(cfb, cfb_sector_offset(cfb, chain[i]), bytes, each * ENTRY_LEN);
        cfb->is_cut |= got < each * ENTRY_LEN;
        for (size_t at = 0; at + ENTRY_LEN <= got; at += ENTRY_LEN)
            read_entry(cfb, slice_of(bytes + at, ENTRY_LEN), &cfb->entries[cfb->count++]);
    }
    if (cfb->count == 0)
        return error_set(err, ERROR_TRUNCATED, "the directory of the compound file is cut off");
    return 0;
}

/* The entries below STORAGE in its tree become its list. STACK has room for all entries: each is pushed once. */
static void link_children(struct cfb *cfb, uint32_t storage, uint32_t *stack)
{
    size_t depth = 0;
    uint32_t last = CFB_NONE;
    uint32_t next = cfb->entries[storage].below;
    for (;;) {
        bool is_new = next < cfb->count && next != CFB_ROOT && cfb->entries[next].is_orphan &&
                      cfb->entries[next].kind != CFB_EMPTY;
        if (is_new) {
            cfb->entries[next].is_orphan = false;
            cfb->entries[next].parent = storage;
            stack[depth++] = next;
            next = cfb->entries[next].left;
            continue;
        }
        if (next != CFB_NONE)
            note(cfb, "its directory is damaged");
        if (depth == 0)
            break;
        /* In the order of the tree: left, itself, right. */
        uint32_t at = stack[--depth];
        if (last == CFB_NONE)
            cfb->entries[storage].child = at;
        else
            cfb->entries[last].next = at;
        last = at;
        next = cfb->entries[at].right;
    }
}

static void link_all(struct cfb *cfb)
{
    uint32_t *stack = arena_alloc_array(cfb->arena, cfb->count, sizeof *stack);
    /* Storages whose children are still to be linked: those linked before, in order. */
    uint32_t *queue = arena_alloc_array(cfb->arena, cfb->count + 1, sizeof *queue);
    size_t head = 0, tail = 0;
    cfb->entries[CFB_ROOT].is_orphan = false;
    queue[tail++] = CFB_ROOT;
    while (head < tail) {
        uint32_t storage = queue[head++];
        link_children(cfb, storage, stack);
        for (uint32_t at = cfb->entries[storage].child; at != CFB_NONE; at = cfb->entries[at].next)
            if (cfb->entries[at].kind == CFB_STORAGE)
                queue[tail++] = at;
    }
}

int cfb_open(struct cfb *cfb, struct arena *arena, struct source *in, const struct limits *limits,
             struct error *err)
{
    unsigned char bytes[HEADER_LEN];
    *cfb = (struct cfb){ .in = in, .arena = arena, .size = in->size };
    if (in->offset == 0 && in->ready.len == in->size)
        cfb->bytes = in->ready;
    struct slice header = slice_of(bytes, cfb_read_at(cfb, 0, bytes, sizeof bytes));
    if (read_header(cfb, header, err) < 0)
        return -1;
    read_fat(cfb, header);
    if (read_directory(cfb, slice_u32le(header, 48), limits, err) < 0)
        return -1;
    link_all(cfb);
    read_mini_fat(cfb, slice_u32le(header, 60));
    struct cfb_entry *root = &cfb->entries[CFB_ROOT];
    size_t most = (size_t)1 << cfb->sector_shift;
    most = (size_t)((root->size + most - 1) >> cfb->sector_shift);
    cfb->mini_chain =
        read_chain(cfb, root->start, most < cfb->fat_count ? most : cfb->fat_count, &cfb->mini_chain_count);
    cfb_measure(cfb);
    return 0;
}

uint32_t cfb_index(const struct cfb *cfb, const struct cfb_entry *entry)
{
    return (uint32_t)(entry - cfb->entries);
}

struct cfb_entry *cfb_find(struct cfb *cfb, uint32_t storage, const char *name)
{
    for (uint32_t at = cfb->entries[storage].child; at != CFB_NONE; at = cfb->entries[at].next)
        if (slice_is_equal_nocase(cfb->entries[at].name, slice_str(name)))
            return &cfb->entries[at];
    return NULL;
}
