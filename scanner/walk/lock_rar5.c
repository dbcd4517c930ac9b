/* lock_rar5.c - RAR 5 archives (rarlab.com/technote.htm): AES-256 under PBKDF2, on members or on all headers; a check value proves the password. The
 * archive is written anew without it. */
#include <archive.h>
#include <stdio.h>

#include "walk/lock_rar5.h"

#define RAR5_PROOF_BYTES 4 /* the CRC of fewer fits many passwords */

static bool rar5_probe(struct slice file)
{
    return file.len > 20 && memcmp(file.ptr, "Rar!\x1a\x07\x01", RAR5_MARK_LEN) == 0;
}

/* Has it a CRC that anyone can make, over enough bytes? */
static bool has_proof(const struct rar5_block *block)
{
    struct slice rest = block->fields;
    uint64_t flags, size;
    return block->size >= 16 && block->size % 16 == 0 && !block->is_cut && !block->crypt.is_tweaked &&
           !(block->flags & RAR5_FROM_BEFORE) && lock_rar5_eat_vint(&rest, &flags) == 0 &&
           lock_rar5_eat_vint(&rest, &size) == 0 && flags & RAR5_HAS_CRC && !(flags & RAR5_SIZE_UNKNOWN) &&
           size >= RAR5_PROOF_BYTES;
}

static void note_locked(struct rar5 *rar, const struct rar5_block *block)
{
    rar->locked++;
    if (!rar->proof.is_there || (!rar->proof.has_check && block->crypt.has_check))
        rar->proof = block->crypt;
    if (block->type == RAR5_FILE && has_proof(block) && (!rar->has_tried || block->size < rar->tried.size)) {
        rar->tried = *block;
        rar->has_tried = true;
    }
}

static int rar5_open(struct lock *lock, struct error *err)
{
    struct rar5 *rar = arena_alloc(lock->arena, sizeof *rar);
    struct rar5_block block;
    lock->state = rar;
    struct rar5_walk *walk = lock_rar5_walk(lock);
    while (!walk->is_locked && lock_rar5_next(walk, &block) == 1 && block.type != RAR5_END)
        if (block.crypt.is_there)
            note_locked(rar, &block);
    rar->is_all_locked = walk->is_locked;
    if (walk->is_locked)
        rar->proof = walk->crypt;
    else if (!rar->locked)
        return 0;
    snprintf(lock->scheme, sizeof lock->scheme, "AES-256, PBKDF2 with 2^%u rounds", rar->proof.power);
    if (!rar->proof.has_check && !rar->is_all_locked && !rar->has_tried)
        return error_set(err, ERROR_UNSUPPORTED,
                         "members are cut short, or nothing in them proves a password");
    return 1;
}

/* Where there is no check value: a member must unpack, and its CRC fit. */
static bool prove(struct lock *lock, struct rar5 *rar)
{
    static const unsigned char main_head[] = { 0xF3, 0xE1, 0x82, 0xEB, 0x0B, 0x01, 0x05, 0x07,
                                               0x00, 0x06, 0x01, 0x01, 0x80, 0x80, 0x80, 0x00 };
    struct buffer one;
    struct slice rest = rar->tried.fields;
    uint64_t flags, size;
    uint32_t crc;
    if (lock_rar5_eat_vint(&rest, &flags) < 0 || lock_rar5_eat_vint(&rest, &size) < 0)
        return false;
    buffer_init(&one, (size_t)rar->tried.size + 65536 + (size_t)RAR5_HEAD_MAX);
    buffer_put(&one, slice_of("Rar!\x1a\x07\x01", RAR5_MARK_LEN));
    buffer_put(&one, slice_of(main_head, sizeof main_head));
    lock_rar5_put(rar, &one, &rar->tried);
    /* libarchive holds the CRC against what it unpacks, so one byte past the end must be asked for by name: the size. */
    bool is_right =
        lock_unpack(lock, archive_read_support_format_rar5, buffer_slice(&one), size, NULL, &crc) == 0;
    buffer_release(&one);
    return is_right;
}

static bool is_first_header_right(struct lock *lock)
{
    struct arena_mark mark = arena_mark(lock->arena);
    struct rar5_walk *walk = lock_rar5_walk(lock);
    struct rar5_block block;
    int got;
    do
        got = lock_rar5_next(walk, &block);
    while (got == 1 && block.type == RAR5_CRYPT);
    arena_rewind(lock->arena, mark);
    return got == 1; /* a CRC of 32 bits, a length and a type */
}

static enum lock_answer rar5_try(struct lock *lock, struct slice password, struct error *err)
{
    struct rar5 *rar = lock->state;
    explicit_bzero(rar->keys, sizeof rar->keys);
    rar->password = password;
    if (rar->proof.has_check)
        return lock_rar5_check(rar, &rar->proof, err);
    if (rar->proof.power > RAR5_POWER_MAX)
        return lock_say(LOCK_LIMIT, err, "deriving the key takes 2^%u rounds", rar->proof.power);
    if (rar->is_all_locked)
        return is_first_header_right(lock) ? LOCK_OPEN : LOCK_WRONG;
    return prove(lock, rar) ? LOCK_OPEN : LOCK_WRONG;
}

const struct lock_kind lock_rar5 = {
    .name = "rar5",
    .title = "RAR archive",
    .probe = rar5_probe,
    .open = rar5_open,
    .try = rar5_try,
    .content = lock_rar5_content,
};
