/* lock_rar5_write.c - a RAR 5 archive written anew: without its encryption, and in one volume. */
#include <zlib.h>

#include "base/varint.h"
#include "walk/lock_rar5.h"

#define RAR5_WRITE_SECONDS 20

/* The fields of a file or a service block. */
struct file {
    uint64_t flags, size, attributes, method;
    struct slice time, crc, rest; /* REST begins with what says how it is packed */
};

static int read_file(struct slice rest, struct file *file)
{
    uint64_t packing;
    *file = (struct file){ 0 };
    if (lock_rar5_eat_vint(&rest, &file->flags) < 0 || lock_rar5_eat_vint(&rest, &file->size) < 0 ||
        lock_rar5_eat_vint(&rest, &file->attributes) < 0 ||
        (file->flags & RAR5_HAS_TIME && slice_eat(&rest, 4, &file->time) < 0) ||
        (file->flags & RAR5_HAS_CRC && slice_eat(&rest, 4, &file->crc) < 0))
        return -1;
    file->rest = rest;
    file->method = lock_rar5_eat_vint(&rest, &packing) < 0 ? UINT64_MAX : packing >> 7 & 7;
    return 0;
}

static void put_file(struct buffer *out, const struct file *file)
{
    varint_put(out, file->flags);
    varint_put(out, file->size);
    varint_put(out, file->attributes);
    buffer_put(out, file->time);
    if (file->flags & RAR5_HAS_CRC)
        buffer_put(out, file->crc);
    buffer_put(out, file->rest);
}

/* Of several volumes comes one. */
static void put_other(struct buffer *out, const struct rar5_block *block)
{
    struct slice rest = block->fields;
    uint64_t flags, number;
    bool is_main = block->type == RAR5_MAIN;
    if ((!is_main && block->type != RAR5_END) || lock_rar5_eat_vint(&rest, &flags) < 0 ||
        (is_main && flags & RAR5_HAS_NUMBER && lock_rar5_eat_vint(&rest, &number) < 0)) {
        buffer_put(out, block->fields);
        return;
    }
    varint_put(out, flags & ~(uint64_t)(is_main ? RAR5_IS_VOLUME | RAR5_HAS_NUMBER : (int)RAR5_MORE_VOLUMES));
    buffer_put(out, rest);
}

static void put_extras(struct buffer *out, const struct rar5_block *block)
{
    struct slice rest = block->extras, start = rest, record;
    uint64_t len, kind;
    while (lock_rar5_eat_vint(&rest, &len) == 0 && len <= rest.len &&
           slice_eat(&rest, (size_t)len, &record) == 0) {
        bool is_read = lock_rar5_eat_vint(&record, &kind) == 0;
        bool is_dropped = is_read && block->type != RAR5_MAIN &&
                          ((kind == RAR5_EXTRA_CRYPT && block->crypt.is_there) ||
                           (kind == RAR5_EXTRA_HASH && (block->crypt.is_tweaked || block->is_cut)));
        if (!is_dropped)
            buffer_put(out, slice_sub(start, 0, start.len - rest.len));
        start = rest;
    }
}

/* Where the packed blocks of a member end: what fills the last 16 bytes must not follow them. */
static size_t packed_len(struct slice data)
{
    for (size_t at = 0; data.len - at >= 3;) {
        unsigned flags = data.ptr[at], sum = 0x5A ^ flags, bytes = (flags >> 3 & 3) + 1;
        size_t size = 0;
        if (bytes > 3 || data.len - at < 2 + bytes)
            break;
        for (unsigned i = 0; i < bytes; i++) {
            sum ^= data.ptr[at + 2 + i];
            size |= (size_t)data.ptr[at + 2 + i] << (8 * i);
        }
        if (sum != data.ptr[at + 1] || size > data.len - at - 2 - bytes)
            break;
        at += 2 + bytes + size;
        if (flags & 0x40)
            return at;
    }
    return data.len;
}

static void put_header(struct buffer *out, const struct rar5_block *block, struct slice fields,
                       uint64_t packed)
{
    struct buffer extras, head, whole;
    size_t most = (size_t)RAR5_HEAD_MAX + 256;
    buffer_init(&extras, most);
    buffer_init(&head, 3 * most);
    buffer_init(&whole, 3 * most);
    put_extras(&extras, block);
    varint_put(&head, block->type);
    varint_put(&head, extras.len ? block->flags | RAR5_HAS_EXTRA : block->flags & ~(uint64_t)RAR5_HAS_EXTRA);
    if (extras.len)
        varint_put(&head, extras.len);
    if (block->flags & RAR5_HAS_DATA)
        varint_put(&head, packed);
    buffer_put(&head, fields);
    buffer_put(&head, buffer_slice(&extras));
    varint_put(&whole, head.len);
    buffer_put(&whole, buffer_slice(&head));
    buffer_put_u32le(out, (uint32_t)crc32(0, whole.ptr, (uInt)whole.len));
    buffer_put(out, buffer_slice(&whole));
    buffer_release(&extras);
    buffer_release(&head);
    buffer_release(&whole);
}

static void put_data(struct buffer *out, const struct rar5_block *block)
{
    buffer_init(out, (size_t)block->size);
    if (block->pieces.count)
        lock_put_pieces(out, &block->pieces);
    else
        buffer_put(out, block->data);
}

/* In place; false: not with this password. What is cut short has as many whole blocks as there are. */
static bool make_plain(struct rar5 *rar, const struct rar5_block *block, struct buffer *data)
{
    size_t len = block->is_cut ? data->len / 16 * 16 : data->len;
    if (!block->crypt.is_there || !len || len % 16 ||
        lock_rar5_decipher(rar, &block->crypt, block->crypt.iv, data->ptr, len) < 0)
        return false;
    data->len = len;
    return true;
}

/* FILE, whose data is plain or was never locked, and DATA without what fills it up. A CRC that was made with a key can't be checked, nor that of what is cut. */
static void fit(const struct rar5_block *block, bool is_plain, struct file *file, struct buffer *data)
{
    bool is_stored = file->method == 0;
    if (block->crypt.is_tweaked || block->is_cut)
        file->flags &= ~(uint64_t)RAR5_HAS_CRC;
    if (block->is_cut && is_stored && file->size > data->len)
        file->size = data->len;
    if (is_plain && is_stored && file->size < data->len)
        data->len = (size_t)file->size;
    else if (is_plain && !is_stored)
        data->len = packed_len(buffer_slice(data));
}

void lock_rar5_put(struct rar5 *rar, struct buffer *out, const struct rar5_block *given)
{
    struct rar5_block block = *given;
    struct buffer data, fields;
    struct file file;
    put_data(&data, given);
    buffer_init(&fields, (size_t)RAR5_HEAD_MAX + 256);
    bool is_plain = make_plain(rar, &block, &data);
    bool is_locked = block.crypt.is_there && !is_plain;
    if (!is_plain)
        block.crypt.is_there = block.crypt.is_tweaked = false; /* nothing is taken out of its header */
    if ((block.type != RAR5_FILE && block.type != RAR5_SERVICE) || read_file(block.fields, &file) < 0) {
        put_other(&fields, &block);
    } else {
        if (!is_locked)
            fit(&block, is_plain, &file, &data);
        put_file(&fields, &file);
    }
    put_header(out, &block, buffer_slice(&fields), data.len);
    buffer_put(out, buffer_slice(&data));
    buffer_release(&data);
    buffer_release(&fields);
}

int lock_rar5_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    struct rar5 *rar = lock->state;
    struct rar5_block block;
    struct rar5_walk *walk = lock_rar5_walk(lock);
    int got = 0;
    explicit_bzero(rar->keys, sizeof rar->keys);
    rar->password = lock->password;
    content->name = "unlocked.rar";
    lock_begin_volume(lock, content, slice_of("Rar!\x1a\x07\x01", RAR5_MARK_LEN));
    while (!lock_is_late(lock, RAR5_WRITE_SECONDS) && (got = lock_rar5_next(walk, &block)) == 1) {
        if (block.type != RAR5_CRYPT)
            lock_rar5_put(rar, content->out, &block);
        if (block.type == RAR5_END)
            break;
    }
    if (got == 1 && block.type != RAR5_END)
        return error_set(err, ERROR_LIMIT, "its members have too many keys");
    return lock_end_volume(content, walk->rest, walk->is_cut, err);
}
