/* lock_rar_write.c - a RAR archive of version 2.9 to 4 written anew: without its encryption, and in one volume. */
#include <zlib.h>

#include "walk/lock_rar.h"

/* Seconds that deriving keys for a whole archive may take: each member may have a salt of its own. */
#define WRITE_SECONDS 20

static void put32(unsigned char *at, uint64_t value)
{
    for (size_t i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (8 * i));
}

/* A header without its encryption. */
static void put_head(struct buffer *out, const struct rar_block *block, uint64_t packed, bool is_plain)
{
    size_t at = out->len;
    struct slice head = block->head;
    unsigned flags = block->flags;
    if (is_plain && block->salt.ptr) { /* the salt stands before the times */
        size_t salt_at = (size_t)(block->salt.ptr - head.ptr);
        buffer_put(out, slice_sub(head, 0, salt_at));
        buffer_put(out, slice_skip(head, salt_at + RAR_SALT));
    } else {
        buffer_put(out, head);
    }
    if (out->is_overfull)
        return;
    unsigned char *bytes = out->ptr + at;
    size_t len = out->len - at;
    if (block->type == RAR_MAIN)
        flags &= ~(unsigned)(RAR_ALL_LOCKED | RAR_IS_VOLUME | RAR_IS_FIRST);
    if (block->type == RAR_END)
        flags &= ~(unsigned)RAR_MORE_VOLUMES;
    if (is_plain && lock_rar_is_locked(block))
        flags &= ~(unsigned)(RAR_LOCKED | RAR_SALTED);
    if (is_plain || block->pieces.count)
        put32(bytes + 7, packed);
    if (is_plain && block->is_cut && block->method == RAR_STORED) {
        put32(bytes + 11, packed);
        put32(bytes + 16, block->crc);
    }
    bytes[3] = (unsigned char)flags;
    bytes[4] = (unsigned char)(flags >> 8);
    bytes[5] = (unsigned char)len;
    bytes[6] = (unsigned char)(len >> 8);
    uint32_t crc = (uint32_t)crc32(0, bytes + 2, (uInt)(len - 2));
    bytes[0] = (unsigned char)crc;
    bytes[1] = (unsigned char)(crc >> 8);
}

static void put_data(struct buffer *out, const struct rar_block *block)
{
    if (block->pieces.count)
        lock_put_pieces(out, &block->pieces);
    else
        buffer_put(out, block->data);
}

/* In place; false: not with this password, which a member that was only stored shows by its CRC. What is cut short has as many whole blocks as there
 * are, and a CRC of these. */
static bool make_plain(struct rar *rar, struct rar_block *block, struct buffer *data)
{
    size_t len = block->is_cut ? data->len / 16 * 16 : data->len;
    if (!lock_rar_is_locked(block) || block->version < RAR_FIRST_AES || !len || len % 16 ||
        lock_rar_decipher(rar, block->salt, data->ptr, len) < 0)
        return false;
    data->len = len;
    if (block->is_cut)
        block->crc = (uint32_t)crc32(0, data->ptr, (uInt)len);
    if (block->method != RAR_STORED || block->size > len)
        return true;
    data->len = (size_t)block->size;
    return crc32(0, data->ptr, (uInt)data->len) == block->crc;
}

void lock_rar_put(struct rar *rar, struct buffer *out, const struct rar_block *given)
{
    struct rar_block block = *given;
    struct buffer data;
    size_t whole = block.pieces.count ? (size_t)block.packed : block.data.len;
    buffer_init(&data, whole);
    put_data(&data, &block);
    bool is_plain = make_plain(rar, &block, &data);
    put_head(out, &block, is_plain ? data.len : whole, is_plain);
    if (is_plain)
        buffer_put(out, buffer_slice(&data));
    else
        put_data(out, &block);
    buffer_release(&data);
}

void lock_rar_put_mark(struct buffer *out)
{
    static const unsigned char main_head[] = { 0xCF, 0x90, 0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0 };
    buffer_put(out, slice_of(RAR_MARK, RAR_MARK_LEN));
    buffer_put(out, slice_of(main_head, sizeof main_head));
}

int lock_rar_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    struct rar *rar = lock->state;
    struct rar_block block;
    struct rar_walk *walk = lock_rar_walk(lock);
    int got = 0;
    explicit_bzero(rar->keys, sizeof rar->keys);
    rar->password = lock->password;
    content->name = "unlocked.rar";
    lock_begin_volume(lock, content, slice_of(RAR_MARK, RAR_MARK_LEN));
    while (!lock_is_late(lock, WRITE_SECONDS) && (got = lock_rar_next(walk, &block)) == 1) {
        lock_rar_put(rar, content->out, &block);
        if (block.type == RAR_END)
            break;
    }
    if (got == 1 && block.type != RAR_END)
        return error_set(err, ERROR_LIMIT, "its members have too many keys");
    return lock_end_volume(content, walk->rest, walk->is_cut, err);
}
