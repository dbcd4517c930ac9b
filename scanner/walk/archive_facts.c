/* archive_facts.c - what libarchive does not tell: encrypted headers and members of 7z and RAR5, volumes, where an archive ends. */
#include "walk/archive.h"

#include "base/sort.h"
#include "base/utf8.h"
#include "base/varint.h"

/* Read of one header, at most. */
#define HEADER_MAX ((size_t)64 * 1024)
/* Of a zip's names, where one is looked up. */
#define ZIP_NAME_LOOKED_AT ((size_t)64)
/* Names of encrypted members, at most. */
#define LOCKED_NAMES_MAX ((size_t)4 * 1024 * 1024)

struct reader {
    struct arena *arena;
    struct source *in;
    const struct limits *limits;
    unsigned char *room; /* HEADER_MAX bytes */
    size_t locked_room, locked_bytes;
};

/* Up to LEN bytes at OFFSET, void with the next call. */
static struct slice look(const struct reader *reader, uint64_t offset, size_t len)
{
    struct source *in = reader->in;
    if (len > HEADER_MAX)
        len = HEADER_MAX;
    if (!source_is_seekable(in))
        return in->offset == 0 && offset < in->ready.len ? slice_sub(in->ready, (size_t)offset, len)
                                                         : slice_of(NULL, 0);
    int64_t got = source_read_at(in, offset, reader->room, len, NULL);
    return slice_of(reader->room, got > 0 ? (size_t)got : 0);
}

static void lock(struct reader *reader, struct archive_facts *facts, struct slice name)
{
    if (facts->locked_count >= reader->limits->inner_entries ||
        name.len > LOCKED_NAMES_MAX - reader->locked_bytes)
        return;
    if (facts->locked_count == reader->locked_room) {
        size_t room = reader->locked_room ? 2 * reader->locked_room : 16;
        struct archive_locked *more = arena_alloc_array(reader->arena, room, sizeof *more);
        if (facts->locked_count)
            memcpy(more, facts->locked, facts->locked_count * sizeof *more);
        facts->locked = more;
        reader->locked_room = room;
    }
    reader->locked_bytes += name.len;
    facts->locked[facts->locked_count++].name = arena_copy(reader->arena, name);
}

/* 7z (7zFormat.txt): a start header, which points to the directory; that may be packed, and then encrypted. */

static void find_7zip(struct reader *reader, struct archive_facts *facts)
{
    static const struct slice aes = { (const unsigned char *)"\x24\x06\xF1\x07\x01", 5 };
    struct slice head = look(reader, 0, 32), rest = slice_skip(head, 12);
    uint64_t offset, size;
    if (slice_eat_u64le(&rest, &offset) < 0 || slice_eat_u64le(&rest, &size) < 0)
        return;
    uint64_t room = reader->in->size < 32 ? 0 : reader->in->size - 32;
    if (offset > room || size > room - offset) {
        facts->missing = "the directory lies in a part that is not here";
        return;
    }
    facts->end = 32 + offset + size;
    struct slice directory = look(reader, 32 + offset, size < HEADER_MAX ? (size_t)size : HEADER_MAX);
    facts->is_header_encrypted =
        directory.len > 0 && directory.ptr[0] == 0x17 && slice_find(directory, 0, aes) != SLICE_NONE;
}

/* RAR 5 (technote): blocks of a header and data. */

struct rar5_block {
    uint64_t type, flags, extra, data;
    struct slice body; /* after the common fields, without the extra area */
    struct slice extras;
    uint64_t next; /* offset of the next block */
};

#define RAR5_SIGNATURE "Rar!\x1a\x07\x01"
#define RAR4_SIGNATURE "Rar!\x1a\x07"

enum { RAR5_MAIN = 1, RAR5_FILE = 2, RAR5_CRYPT = 4, RAR5_END = 5 };

/* Where the volume that stands behind AT begins, which WinRAR fills with zeros up to a volume's size; or AT. */
static uint64_t next_volume(const struct reader *reader, uint64_t at)
{
    struct slice behind = look(reader, at, HEADER_MAX);
    size_t zeros = 0;
    while (zeros < behind.len && behind.ptr[zeros] == 0)
        zeros++;
    return slice_starts_with(slice_skip(behind, zeros), RAR4_SIGNATURE) ? at + zeros : at;
}

static int rar5_block_at(const struct reader *reader, uint64_t at, struct rar5_block *block)
{
    struct slice all = look(reader, at, HEADER_MAX), rest = slice_skip(all, 4);
    uint64_t size;
    *block = (struct rar5_block){ 0 };
    if (varint_eat(&rest, &size) < 0 || size == 0 || size > 2 * 1024 * 1024)
        return -1;
    uint64_t start = all.len - rest.len;
    rest = slice_sub(rest, 0, (size_t)size);
    if (varint_eat(&rest, &block->type) < 0 || varint_eat(&rest, &block->flags) < 0)
        return -1;
    if (((block->flags & 1) && varint_eat(&rest, &block->extra) < 0) ||
        ((block->flags & 2) && varint_eat(&rest, &block->data) < 0))
        return -1;
    if (block->extra > rest.len || block->data > reader->in->size)
        return -1;
    block->body = slice_sub(rest, 0, rest.len - (size_t)block->extra);
    block->extras = slice_skip(rest, rest.len - (size_t)block->extra);
    block->next = at + start + size + block->data;
    return 0;
}

static bool rar5_is_encrypted(struct slice extras)
{
    uint64_t size, type;
    while (varint_eat(&extras, &size) == 0 && size > 0) {
        struct slice record = slice_sub(extras, 0, size < SIZE_MAX ? (size_t)size : SIZE_MAX);
        extras = slice_skip(extras, record.len);
        if (varint_eat(&record, &type) == 0 && type == 1)
            return true;
    }
    return false;
}

static struct slice rar5_name(struct slice body)
{
    uint64_t flags, skipped, length;
    struct slice taken, name = slice_of(NULL, 0);
    if (varint_eat(&body, &flags) < 0 || varint_eat(&body, &skipped) < 0 || varint_eat(&body, &skipped) < 0 ||
        slice_eat(&body, (flags & 2 ? 4u : 0u) + (flags & 4 ? 4u : 0u), &taken) < 0 ||
        varint_eat(&body, &skipped) < 0 || varint_eat(&body, &skipped) < 0 || varint_eat(&body, &length) < 0)
        return name;
    return slice_sub(body, 0, length < SIZE_MAX ? (size_t)length : SIZE_MAX);
}

/* One block; false after the last. */
static bool rar5_note(struct reader *reader, struct archive_facts *facts, struct rar5_block *block)
{
    uint64_t flags;
    switch (block->type) {
    case RAR5_CRYPT:
        facts->is_header_encrypted = true;
        return false;
    case RAR5_MAIN:
        if (facts->end == 0 && varint_eat(&block->body, &flags) == 0 && (flags & 1) && (flags & 2))
            facts->missing = "a later volume of several: earlier ones are not here";
        return true;
    case RAR5_FILE:
        if (rar5_is_encrypted(block->extras))
            lock(reader, facts, rar5_name(block->body));
        return true;
    case RAR5_END:
        facts->end = block->next;
        if (varint_eat(&block->body, &flags) < 0 || !(flags & 1))
            return false;
        block->next = next_volume(reader, block->next);
        if (slice_starts_with(look(reader, block->next, 8), RAR5_SIGNATURE)) {
            block->next += strlen(RAR5_SIGNATURE) + 1; /* and a zero */
            return true;
        }
        facts->missing = "one volume of several: the next one is not here";
        return false;
    default:
        return true;
    }
}

static void find_rar5(struct reader *reader, struct archive_facts *facts)
{
    struct rar5_block block;
    uint64_t at = 8;
    for (uint64_t count = 0; count < reader->limits->outer_entries && at < reader->in->size; count++) {
        if (rar5_block_at(reader, at, &block) < 0 || !rar5_note(reader, facts, &block))
            return;
        at = block.next;
    }
}

/* RAR 4: after the signature blocks of a header, and data where its flags say so. */

enum { RAR4_FILE = 0x74, RAR4_END = 0x7b };

/* From the block at AT on: where the archive ends, its volumes after it too; 0 where a later volume is not here. */
static uint64_t rar4_end(struct reader *reader, uint64_t at)
{
    for (uint64_t count = 0; count < reader->limits->outer_entries && at < reader->in->size; count++) {
        struct slice rest = slice_skip(look(reader, at, 32), 2);
        uint8_t type;
        uint16_t flags, size;
        uint32_t data = 0;
        if (slice_starts_with(look(reader, at, 7), RAR4_SIGNATURE)) {
            at += strlen(RAR4_SIGNATURE) + 1;
            continue;
        }
        if (slice_eat_u8(&rest, &type) < 0 || slice_eat_u16le(&rest, &flags) < 0 ||
            slice_eat_u16le(&rest, &size) < 0 || size < 7)
            return 0;
        if (((flags & 0x8000) || type == RAR4_FILE) && slice_eat_u32le(&rest, &data) < 0)
            return 0;
        at += (uint64_t)size + data;
        if (type == RAR4_END && !(flags & 1))
            return at;
        if (type == RAR4_END)
            at = next_volume(reader, at);
    }
    return 0;
}

static void find_rar4(struct reader *reader, struct archive_facts *facts)
{
    struct slice rest = slice_skip(look(reader, 0, 32), 9);
    uint8_t type;
    uint16_t flags;
    if (slice_eat_u8(&rest, &type) < 0 || slice_eat_u16le(&rest, &flags) < 0 || type != 0x73)
        return;
    facts->is_header_encrypted = (flags & 0x80) != 0;
    if ((flags & 1) && !facts->is_header_encrypted && (facts->end = rar4_end(reader, 0)) == 0)
        facts->missing = flags & 0x100 ? "the first volume of several: the next one is not here"
                                       : "a later volume of several: others are not here";
}

/* Cabinet (MS-CAB): its length, and the names of its neighbours. */
static void find_cab(struct reader *reader, struct archive_facts *facts)
{
    struct slice head = look(reader, 0, 36), size_at = slice_skip(head, 8), flags_at = slice_skip(head, 30);
    uint32_t size;
    uint16_t flags;
    if (slice_eat_u32le(&size_at, &size) < 0 || slice_eat_u16le(&flags_at, &flags) < 0)
        return;
    if (reader->in->size == SOURCE_SIZE_UNKNOWN || size <= reader->in->size)
        facts->end = size;
    if (flags & 2)
        facts->missing = "one cabinet of several: the next one is not here";
    else if (flags & 1)
        facts->missing = "one cabinet of several: the one before is not here";
}

/* Zip (APPNOTE 4.3.16): the end of the directory, which stands before the archive's comment. */

struct zip_end {
    uint64_t at, end, directory, directory_size;
    uint16_t disk, entries, comment;
};

static bool zip_end_at(struct slice text, size_t at, uint64_t base, uint64_t size, struct zip_end *end)
{
    struct slice rest = slice_skip(text, at + 4);
    uint16_t start_disk, entries_here;
    uint32_t directory_size, directory;
    if (slice_eat_u16le(&rest, &end->disk) < 0 || slice_eat_u16le(&rest, &start_disk) < 0 ||
        slice_eat_u16le(&rest, &entries_here) < 0 || slice_eat_u16le(&rest, &end->entries) < 0 ||
        slice_eat_u32le(&rest, &directory_size) < 0 || slice_eat_u32le(&rest, &directory) < 0 ||
        slice_eat_u16le(&rest, &end->comment) < 0)
        return false;
    end->at = base + at;
    end->end = end->at + 22 + end->comment;
    end->directory = directory;
    end->directory_size = directory_size;
    return end->end <= size;
}

/* The last one counts; what is looked at is the longest comment, and as much that was put after it. */
static bool zip_find_end(const struct reader *reader, struct zip_end *end)
{
    static const struct slice mark = { (const unsigned char *)"PK\5\6", 4 };
    uint64_t size = reader->in->size;
    for (unsigned back = 1; back <= 2; back++) {
        uint64_t base = size > back * (HEADER_MAX - 64) ? size - back * (HEADER_MAX - 64) : 0;
        struct slice text = look(reader, base, HEADER_MAX);
        bool is_found = false;
        for (size_t at = 0; (at = slice_find(text, at, mark)) != SLICE_NONE; at++) {
            struct zip_end candidate = { 0 };
            if (zip_end_at(text, at, base, size, &candidate)) {
                *end = candidate;
                is_found = true;
            }
        }
        if (is_found)
            return true;
    }
    return false;
}

static void find_zip(struct reader *reader, struct archive_facts *facts)
{
    struct zip_end end;
    if (!source_is_seekable(reader->in) || !zip_find_end(reader, &end))
        return;
    facts->end = end.end;
    if (end.directory != UINT32_MAX && end.directory_size != UINT32_MAX && end.disk == 0 &&
        end.at >= end.directory_size && end.at - end.directory_size > end.directory)
        facts->front = end.at - end.directory_size - end.directory;
    /* Parts that were put together begin with the signature of the first one (APPNOTE section 8.5.3). */
    bool is_joined = slice_starts_with(look(reader, 0, 4), "PK\7\x8");
    if (end.disk != 0 && end.disk != 0xFFFF && !is_joined)
        facts->missing = "the last part of several: the parts before are not here";
}

static int compare_locked(const void *a, const void *b)
{
    return slice_compare(((const struct archive_locked *)a)->name, ((const struct archive_locked *)b)->name);
}

bool archive_facts_is_locked(struct archive_facts *facts, struct slice name)
{
    const struct archive_locked wanted = { .name = name };
    struct archive_locked *found =
        sort_find(&wanted, facts->locked, facts->locked_count, sizeof wanted, compare_locked);
    if (found)
        found->is_told = true;
    return found != NULL;
}

static void reader_init(struct reader *reader, struct arena *arena, struct source *in,
                        const struct limits *limits)
{
    *reader = (struct reader){ .arena = arena, .in = in, .limits = limits };
    reader->room = arena_alloc(arena, HEADER_MAX);
}

void archive_facts_find(struct arena *arena, const struct archive_kind *kind, struct source *in,
                        const struct limits *limits, struct archive_facts *facts)
{
    static void (*const finders[])(struct reader *, struct archive_facts *) = {
        [ARCHIVE_ZIP] = find_zip,   [ARCHIVE_7ZIP] = find_7zip, [ARCHIVE_RAR4] = find_rar4,
        [ARCHIVE_RAR5] = find_rar5, [ARCHIVE_CAB] = find_cab,
    };
    struct reader reader;
    if (kind->id >= sizeof finders / sizeof *finders || !finders[kind->id])
        return;
    reader_init(&reader, arena, in, limits);
    finders[kind->id](&reader, facts);
    archive_facts_sort(facts);
}

void archive_facts_sort(struct archive_facts *facts)
{
    sort_items(facts->locked, facts->locked_count, sizeof *facts->locked, compare_locked);
}

/* The directory entry at *AT (APPNOTE 4.3.12), and its name in READER's room; go to the next. */
static bool zip_entry(const struct reader *reader, uint64_t *at, struct archive_zip_member *member,
                      struct slice *name)
{
    struct slice entry = look(reader, *at, 46 + ZIP_NAME_LOOKED_AT), rest = slice_skip(entry, 8);
    struct slice header = slice_skip(entry, 42), taken;
    uint16_t name_len, extra, comment;
    if (!slice_starts_with(entry, "PK\1\2") || slice_eat_u16le(&rest, &member->flags) < 0 ||
        slice_eat_u16le(&rest, &member->method) < 0 || slice_eat(&rest, 8, &taken) < 0 ||
        slice_eat_u32le(&rest, &member->packed) < 0 || slice_eat_u32le(&rest, &member->size) < 0 ||
        slice_eat_u16le(&rest, &name_len) < 0 || slice_eat_u16le(&rest, &extra) < 0 ||
        slice_eat_u16le(&rest, &comment) < 0 || slice_eat_u32le(&header, &member->header) < 0)
        return false;
    *name = slice_sub(entry, 46, name_len);
    *at += (uint64_t)46 + name_len + extra + comment;
    return true;
}

bool archive_zip_find(struct arena *arena, struct source *in, const struct limits *limits,
                      const char *const names[], size_t count, struct archive_zip_member *members)
{
    struct reader reader;
    struct zip_end end;
    bool is_any = false;
    reader_init(&reader, arena, in, limits);
    if (!zip_find_end(&reader, &end))
        return false;
    uint64_t at = end.directory;
    for (unsigned i = 0; i < end.entries; i++) {
        struct archive_zip_member member = { .is_found = true };
        struct slice name;
        if (!zip_entry(&reader, &at, &member, &name))
            break;
        for (size_t which = 0; which < count; which++)
            if (slice_is_equal_nocase(name, slice_str(names[which]))) {
                members[which] = member;
                is_any = true;
            }
    }
    return is_any;
}

/* Append the comment of the directory entry at *AT, and go to the next. */
static bool zip_comment(const struct reader *reader, uint64_t *at, struct buffer *names)
{
    struct slice entry = look(reader, *at, HEADER_MAX), rest = slice_skip(entry, 28);
    uint16_t name, extra, comment;
    if (!slice_starts_with(entry, "PK\1\2") || slice_eat_u16le(&rest, &name) < 0 ||
        slice_eat_u16le(&rest, &extra) < 0 || slice_eat_u16le(&rest, &comment) < 0)
        return false;
    size_t before = (size_t)46 + name + extra;
    if (comment) {
        struct slice text = look(reader, *at + before, comment);
        buffer_put(names, text);
        buffer_put_byte(names, '\n');
    }
    *at += before + comment;
    return true;
}

void archive_zip_comments(struct arena *arena, struct source *in, const struct limits *limits,
                          struct buffer *names)
{
    struct reader reader;
    struct zip_end end;
    reader_init(&reader, arena, in, limits);
    if (!zip_find_end(&reader, &end))
        return;
    if (end.comment) {
        buffer_put(names, look(&reader, end.at + 22, end.comment));
        buffer_put_byte(names, '\n');
    }
    uint64_t at = end.directory;
    for (unsigned i = 0; i < end.entries && !names->is_overfull; i++)
        if (!zip_comment(&reader, &at, names))
            return;
}
