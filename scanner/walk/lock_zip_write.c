/* lock_zip_write.c - a zip archive written anew without its encryption. */
#include <zlib.h>

#include "walk/lock_zip.h"

/* Seconds that summing up what had no CRC may take in all. */
#define ZIP_WRITE_SECONDS 20

static void put_u16(struct buffer *out, unsigned value)
{
    buffer_put_byte(out, (unsigned char)value);
    buffer_put_byte(out, (unsigned char)(value >> 8));
}

static uint32_t as32(uint64_t value)
{
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/* What local header and directory have in common. */
static void put_common(struct buffer *out, const struct lock_zip_entry *entry, bool is_plain, uint64_t packed)
{
    unsigned drop = is_plain ? (unsigned)ZIP_LOCKED | ZIP_HAS_DESCRIPTOR : (unsigned)ZIP_HAS_DESCRIPTOR;
    put_u16(out, 20);
    put_u16(out, entry->flags & ~drop);
    put_u16(out, !is_plain && entry->aes_version ? ZIP_METHOD_AES : entry->method);
    put_u16(out, entry->time);
    put_u16(out, entry->date);
    buffer_put_u32le(out, entry->crc);
    buffer_put_u32le(out, as32(packed));
    buffer_put_u32le(out, as32(entry->size));
    put_u16(out, (unsigned)entry->name.len);
}

static void put_extra_aes(struct buffer *out, const struct lock_zip_entry *entry)
{
    put_u16(out, ZIP_EXTRA_AES);
    put_u16(out, 7);
    put_u16(out, entry->aes_version);
    buffer_put_str(out, "AE");
    buffer_put_byte(out, entry->aes_strength);
    put_u16(out, entry->method);
}

static bool has_extra(const struct lock_zip_entry *entry, bool is_plain)
{
    return !is_plain && entry->aes_version;
}

static void put_local(struct buffer *out, const struct lock_zip_entry *entry, bool is_plain, uint64_t packed)
{
    buffer_put_u32le(out, ZIP_LOCAL);
    put_common(out, entry, is_plain, packed);
    put_u16(out, has_extra(entry, is_plain) ? 11 : 0);
    buffer_put(out, entry->name);
    if (has_extra(entry, is_plain))
        put_extra_aes(out, entry);
}

static void put_central(struct buffer *out, const struct lock_zip_entry *entry, bool is_plain,
                        uint64_t packed, size_t offset)
{
    buffer_put_u32le(out, ZIP_CENTRAL);
    put_u16(out, 0x0314);
    put_common(out, entry, is_plain, packed);
    put_u16(out, has_extra(entry, is_plain) ? 11 : 0);
    put_u16(out, (unsigned)entry->comment.len);
    put_u16(out, 0);
    put_u16(out, 0);
    buffer_put_u32le(out, entry->attributes);
    buffer_put_u32le(out, as32(offset));
    buffer_put(out, entry->name);
    if (has_extra(entry, is_plain))
        put_extra_aes(out, entry);
    buffer_put(out, entry->comment);
}

/* DIRECTORY of COUNT entries, which lies LEN bytes behind the archive's first. */
static void put_end(struct buffer *out, struct slice directory, size_t count, size_t len,
                    struct slice comment)
{
    buffer_put(out, directory);
    buffer_put_u32le(out, ZIP_END);
    buffer_put_u32le(out, 0);
    put_u16(out, (unsigned)(count < 0xFFFF ? count : 0xFFFF));
    put_u16(out, (unsigned)(count < 0xFFFF ? count : 0xFFFF));
    buffer_put_u32le(out, as32(directory.len));
    buffer_put_u32le(out, as32(len));
    put_u16(out, (unsigned)comment.len);
    buffer_put(out, comment);
}

/* A member without its encryption, or as it stands. */
static bool put_data(struct buffer *out, const struct lock_zip_entry *entry, struct slice password,
                     uint64_t *packed)
{
    struct lock_zip_reader reader;
    bool is_plain =
        entry->flags & ZIP_LOCKED && lock_zip_can_be_tried(entry) && lock_zip_begin(&reader, entry, password);
    if (!is_plain) {
        if (entry->flags & ZIP_LOCKED && lock_zip_can_be_tried(entry))
            lock_zip_end(&reader);
        *packed = entry->data.len;
        put_local(out, entry, !(entry->flags & ZIP_LOCKED), *packed);
        buffer_put(out, entry->data);
        return !(entry->flags & ZIP_LOCKED);
    }
    *packed = reader.left.len;
    put_local(out, entry, true, *packed);
    unsigned char *room = buffer_reserve(out, reader.left.len);
    if (room)
        out->len += lock_zip_read(&reader, room, reader.left.len);
    else
        out->is_overfull = true;
    lock_zip_end(&reader);
    return true;
}

/* AE-2 has no CRC: the reader of the new archive would hold 0 against the data. Stored data is summed as it stands, deflated data inflated. */
static uint32_t sum_plain(const struct lock *lock, struct slice data, const struct lock_zip_entry *entry)
{
    unsigned char plain[64 * 1024];
    z_stream stream = { .next_in = (unsigned char *)(uintptr_t)data.ptr, .avail_in = (uInt)data.len };
    uLong crc = crc32(0, NULL, 0);
    uint64_t left = entry->size;
    int state = Z_OK;
    if (entry->method != ZIP_METHOD_DEFLATED)
        return (uint32_t)crc32(crc, data.ptr, (uInt)data.len);
    state = inflateInit2(&stream, -MAX_WBITS);
    while (state == Z_OK && left > 0 && !lock_is_late(lock, ZIP_WRITE_SECONDS)) {
        stream.next_out = plain;
        stream.avail_out = (uInt)(left < sizeof plain ? left : sizeof plain);
        uInt room = stream.avail_out;
        state = inflate(&stream, Z_NO_FLUSH);
        crc = crc32(crc, plain, room - stream.avail_out);
        left -= room - stream.avail_out;
    }
    inflateEnd(&stream);
    explicit_bzero(plain, sizeof plain);
    return (uint32_t)crc;
}

static void put_u32_at(struct buffer *out, size_t at, uint32_t value)
{
    for (size_t i = 0; i < 4 && at + i < out->len; i++)
        out->ptr[at + i] = (unsigned char)(value >> (8 * i));
}

int lock_zip_put(const struct lock *lock, struct buffer *out, const struct lock_zip_list *list,
                 struct slice password, size_t central_most)
{
    struct buffer central;
    buffer_init(&central, central_most);
    buffer_put(out, list->around.front);
    size_t start = out->len;
    for (size_t i = 0; i < list->count && !out->is_overfull; i++) {
        struct lock_zip_entry entry = list->entries[i];
        size_t offset = out->len;
        uint64_t packed;
        bool is_plain = put_data(out, &entry, password, &packed);
        if (is_plain && entry.aes_version == 2 && !out->is_overfull) {
            entry.crc = sum_plain(
                lock, slice_sub(buffer_slice(out), out->len - (size_t)packed, (size_t)packed), &entry);
            put_u32_at(out, offset + 14, entry.crc);
        }
        put_central(&central, &entry, is_plain, packed, offset - start);
    }
    put_end(out, buffer_slice(&central), list->count, out->len - start, list->around.comment);
    buffer_put(out, list->around.tail);
    bool is_whole = !central.is_overfull;
    buffer_release(&central);
    return is_whole ? 0 : -1;
}
