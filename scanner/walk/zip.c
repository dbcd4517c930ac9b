/* zip.c - a zip's directory, and its members in any order. */
#include "walk/zip.h"

#include "walk/inflate.h"
#include "walk/part.h"

#define END_LEN ((size_t)22)
#define COMMENT_MAX ((size_t)0xFFFF)
#define LOCATOR_LEN ((size_t)20)
#define END64_LEN ((size_t)56)
#define ENTRY_LEN ((size_t)46)
#define LOCAL_LEN ((size_t)30)
#define ZIP64_EXTRA 1
#define DEFLATED 8 /* APPNOTE 4.4.5 */

/* Reading little-endian fields at fixed places of HEAD, which is long enough. */
static uint64_t field(struct slice head, size_t at, size_t len)
{
    uint64_t value = 0;
    for (size_t i = 0; i < len && at + i < head.len; i++)
        value |= (uint64_t)head.ptr[at + i] << (8 * i);
    return value;
}

static struct slice read_at(struct source *in, uint64_t offset, unsigned char *room, size_t len)
{
    int64_t got = source_read_at(in, offset, room, len, NULL);
    return slice_of(room, got > 0 ? (size_t)got : 0);
}

/* Zip64 (APPNOTE 4.3.14, 4.3.15): a locator before the end record, which says where the wide one is. */
static bool take_wide_end(struct zip *zip, uint64_t end_at)
{
    unsigned char room[END64_LEN];
    if (end_at < LOCATOR_LEN)
        return false;
    struct slice locator = read_at(zip->in, end_at - LOCATOR_LEN, room, LOCATOR_LEN);
    if (locator.len < LOCATOR_LEN || !slice_starts_with(locator, "PK\6\7"))
        return false;
    uint64_t at = field(locator, 8, 8);
    struct slice wide = read_at(zip->in, at, room, END64_LEN);
    if (wide.len < END64_LEN || !slice_starts_with(wide, "PK\6\6"))
        return false;
    zip->entries = field(wide, 32, 8);
    zip->directory = field(wide, 48, 8);
    zip->directory_end = at;
    return true;
}

static void take_end(struct zip *zip, struct slice head, uint64_t at)
{
    uint64_t size = field(head, 12, 4);
    zip->entries = field(head, 10, 2);
    zip->directory = field(head, 16, 4);
    zip->directory_end = at;
    zip->shift = 0;
    zip->comment_at = at + END_LEN;
    zip->end = zip->comment_at + field(head, 20, 2);
    if (take_wide_end(zip, at) || size > at || zip->directory >= at - size)
        return;
    /* What was put before the zip moved its directory. */
    unsigned char room[4];
    if (slice_starts_with(read_at(zip->in, at - size, room, sizeof room), "PK\1\2")) {
        zip->shift = at - size - zip->directory;
        zip->directory = at - size;
    }
}

int zip_open(struct zip *zip, struct source *in, struct error *err)
{
    static const struct slice mark = { (const unsigned char *)"PK\5\6", 4 };
    unsigned char room[END_LEN + COMMENT_MAX];
    bool is_found = false;
    *zip = (struct zip){ .in = in };
    uint64_t base = in->size > sizeof room ? in->size - sizeof room : 0;
    struct slice tail = read_at(in, base, room, sizeof room);
    for (size_t at = 0; (at = slice_find(tail, at, mark)) != SLICE_NONE; at++) {
        struct slice head = slice_sub(tail, at, END_LEN);
        if (head.len < END_LEN || field(head, 20, 2) > tail.len - at - END_LEN)
            continue;
        take_end(zip, head, base + at);
        is_found = true;
    }
    if (!is_found || zip->directory >= zip->directory_end)
        return error_set(err, ERROR_FORMAT, "the zip has no directory");
    return 0;
}

/* The wide fields of an entry, in the order of those that are 0xFFFFFFFF (APPNOTE 4.5.3). */
static void take_extra(struct zip_entry *entry, struct slice extra)
{
    uint64_t *const wide[] = { &entry->size, &entry->packed, &entry->header };
    uint16_t id, len;
    struct slice body;
    while (slice_eat_u16le(&extra, &id) == 0 && slice_eat_u16le(&extra, &len) == 0 &&
           slice_eat(&extra, len, &body) == 0)
        for (size_t i = 0; id == ZIP64_EXTRA && i < 3; i++)
            if (*wide[i] == UINT32_MAX && slice_eat_u64le(&body, wide[i]) < 0)
                return;
}

int zip_next(const struct zip *zip, uint64_t *at, struct arena *arena, struct zip_entry *entry)
{
    unsigned char room[ENTRY_LEN];
    if (*at >= zip->directory_end)
        return 0;
    struct slice head = read_at(zip->in, *at, room, ENTRY_LEN);
    if (head.len < ENTRY_LEN || !slice_starts_with(head, "PK\1\2"))
        return slice_starts_with(head, "PK\5\6") || slice_starts_with(head, "PK\6\6") ||
                       slice_starts_with(head, "PK\5\5")
                   ? 0
                   : -1;
    size_t name = (size_t)field(head, 28, 2), extra = (size_t)field(head, 30, 2);
    size_t comment = (size_t)field(head, 32, 2);
    *entry = (struct zip_entry){ .flags = (uint16_t)field(head, 8, 2),
                                 .method = (uint16_t)field(head, 10, 2),
                                 .crc = (uint32_t)field(head, 16, 4),
                                 .packed = field(head, 20, 4),
                                 .size = field(head, 24, 4),
                                 .header = field(head, 42, 4) };
    struct slice text = part_read(arena, zip->in, *at + ENTRY_LEN, name + extra);
    if (text.len < name + extra)
        return -1;
    entry->name = slice_sub(text, 0, name);
    take_extra(entry, slice_skip(text, name));
    *at += ENTRY_LEN + name + extra + comment;
    return 1;
}

bool zip_is_encrypted(const struct zip_entry *entry)
{
    return (entry->flags & 1) != 0;
}

/* Members. */

/* Where the data begins, past the local header (APPNOTE 4.3.7); 0 where there is none. */
static uint64_t data_start(const struct zip *zip, const struct zip_entry *entry)
{
    unsigned char room[LOCAL_LEN];
    uint64_t at = entry->header + zip->shift;
    struct slice head = at >= zip->shift ? read_at(zip->in, at, room, LOCAL_LEN) : slice_of(NULL, 0);
    if (head.len < LOCAL_LEN || !slice_starts_with(head, "PK\3\4"))
        return 0;
    return at + LOCAL_LEN + field(head, 26, 2) + field(head, 28, 2);
}

struct source *zip_source(struct zip *zip, const struct zip_entry *entry, struct arena *arena,
                          const struct limits *limits)
{
    uint64_t at = data_start(zip, entry);
    bool is_stored = entry->method == 0;
    if (at == 0 || zip_is_encrypted(entry) || (!is_stored && entry->method != DEFLATED))
        return NULL;
    const struct inflate_check check = { entry->size, entry->crc, &zip->out, zip->in->size };
    return inflate_source(arena, part_source(arena, zip->in, at, entry->packed),
                          is_stored ? INFLATE_STORED : INFLATE_RAW, limits, &check);
}
