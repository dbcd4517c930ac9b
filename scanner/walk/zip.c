/* zip.c - a zip's directory, and its members in any order. */
#include "walk/zip.h"

#include <zlib.h>

#include "base/buffer.h"
#include "walk/part.h"

#define END_LEN ((size_t)22)
#define COMMENT_MAX ((size_t)0xFFFF)
#define LOCATOR_LEN ((size_t)20)
#define END64_LEN ((size_t)56)
#define ENTRY_LEN ((size_t)46)
#define LOCAL_LEN ((size_t)30)
#define WINDOW ((size_t)64 * 1024)
#define ZIP64_EXTRA 1

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

struct inflater {
    struct source source;
    struct zip *zip;
    struct source *packed;
    struct buffer window;
    z_stream stream;
    const struct limits *limits;
    uint64_t in, out, size;
    uint32_t crc, wanted;
    bool is_open, is_stored;
};

static int check_end(const struct inflater *inflater, struct error *err)
{
    if (inflater->out != inflater->size)
        return error_set(err, ERROR_TRUNCATED, "the member is shorter than the zip says");
    if (inflater->crc != inflater->wanted)
        return error_set(err, ERROR_FORMAT, "the member does not match its checksum");
    return 0;
}

/* Unpack into the LEN bytes at OUT: 1, 0 at the end, -1. GOT: the bytes. */
static int inflate_some(struct inflater *inflater, unsigned char *out, size_t len, size_t *got,
                        struct error *err)
{
    z_stream *stream = &inflater->stream;
    stream->next_out = out;
    stream->avail_out = (uInt)len;
    int result = Z_OK;
    while (stream->avail_out == len && result == Z_OK) {
        struct source *packed = inflater->packed;
        if (source_fill(packed, 1, err) < 0)
            return -1;
        struct slice piece = slice_sub(packed->ready, 0, WINDOW);
        stream->next_in = (z_const Bytef *)piece.ptr;
        stream->avail_in = (uInt)piece.len;
        result = inflate(stream, Z_NO_FLUSH);
        inflater->in += piece.len - stream->avail_in;
        source_consume(packed, piece.len - stream->avail_in);
        if (piece.len == 0 && stream->avail_out == len && result != Z_STREAM_END)
            return *got = 0, error_set(err, ERROR_TRUNCATED, "the member's data is cut short");
    }
    *got = len - stream->avail_out;
    if (result != Z_OK && result != Z_STREAM_END && *got == 0)
        return error_set(err, ERROR_FORMAT, "the member's data is damaged");
    return result == Z_STREAM_END ? 0 : 1;
}

static int copy_some(struct inflater *inflater, unsigned char *out, size_t len, size_t *got,
                     struct error *err)
{
    int64_t read = source_read(inflater->packed, out, len, err);
    *got = read > 0 ? (size_t)read : 0;
    inflater->in += *got;
    return read < 0 ? -1 : read > 0;
}

static bool is_bomb(const struct limits *limits, uint64_t in, uint64_t out)
{
    return out > limits->ratio_free && (out - limits->ratio_free) / limits->ratio > in;
}

/* By itself, and all that was unpacked by the zip's size: entries may name the same bytes. */
static int check_ratio(const struct inflater *inflater, struct error *err)
{
    if (!is_bomb(inflater->limits, inflater->in, inflater->out) &&
        !is_bomb(inflater->limits, inflater->zip->in->size, inflater->zip->out))
        return 0;
    return error_set_limit(err, "ratio", "unpacks to more than %llu times its size",
                           (unsigned long long)inflater->limits->ratio);
}

static int inflater_fill(struct source *source, size_t want, struct error *err)
{
    struct inflater *inflater = (struct inflater *)source;
    struct buffer *window = &inflater->window;
    int more = 1;
    buffer_drop(window, window->len - source->ready.len);
    while (window->len < want && more == 1) {
        size_t len = want - window->len > WINDOW ? want - window->len : WINDOW, got = 0;
        unsigned char *out = buffer_reserve(window, len);
        more = inflater->is_stored ? copy_some(inflater, out, len, &got, err)
                                   : inflate_some(inflater, out, len, &got, err);
        inflater->crc = (uint32_t)crc32(inflater->crc, out, (uInt)got);
        inflater->out += got;
        inflater->zip->out += got;
        window->len += got;
        if (more >= 0 && check_ratio(inflater, err) < 0)
            more = -1;
    }
    source->ready = buffer_slice(window);
    if (source->ready.len >= want)
        return 1;
    return more < 0 ? -1 : check_end(inflater, err);
}

static void inflater_close(struct source *source)
{
    struct inflater *inflater = (struct inflater *)source;
    if (!inflater->is_open)
        return;
    inflater->is_open = false;
    if (!inflater->is_stored)
        inflateEnd(&inflater->stream);
    buffer_release(&inflater->window);
    source->ready = slice_of(NULL, 0);
    source->is_at_end = true;
}

static void inflater_undo(void *inflater)
{
    inflater_close(inflater);
}

static const struct source_class inflater_class = { .fill = inflater_fill, .close = inflater_close };

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
    if (at == 0 || zip_is_encrypted(entry) || (!is_stored && entry->method != Z_DEFLATED))
        return NULL;
    struct inflater *inflater = arena_alloc(arena, sizeof *inflater);
    if (!is_stored && inflateInit2(&inflater->stream, -MAX_WBITS) != Z_OK)
        return NULL;
    inflater->source = (struct source){ .class = &inflater_class, .size = SOURCE_SIZE_UNKNOWN };
    inflater->zip = zip;
    inflater->packed = part_source(arena, zip->in, at, entry->packed);
    inflater->limits = limits;
    inflater->size = entry->size;
    inflater->wanted = entry->crc;
    inflater->is_stored = is_stored;
    inflater->is_open = true;
    buffer_init(&inflater->window, 2 * SOURCE_WANT_MAX);
    arena_defer(arena, inflater_undo, inflater);
    return &inflater->source;
}
