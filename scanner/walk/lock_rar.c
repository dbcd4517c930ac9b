/* lock_rar.c - RAR archives of versions 2.9 to 4 (technote.txt of WinRAR): AES-128 under a key of 2^18 rounds of SHA-1, on members or on all headers.
 * The archive is written anew without it. */
#include <archive.h>
#include <stdio.h>
#include <zlib.h>

#include "walk/lock_rar.h"

#define RAR_PROOF_BYTES 4 /* the CRC of fewer fits many passwords */

static bool rar_probe(struct slice file)
{
    return file.len > 20 && memcmp(file.ptr, RAR_MARK, RAR_MARK_LEN) == 0;
}

/* Keep the smallest members that stand for themselves. */
static void note_tried(struct rar *rar, const struct rar_block *block)
{
    if (block->type != RAR_FILE || block->flags & RAR_SOLID || block->is_cut ||
        block->flags & RAR_FROM_BEFORE || block->packed < 16 || block->packed % 16 ||
        block->version < RAR_FIRST_AES || block->size < RAR_PROOF_BYTES)
        return;
    size_t at = rar->tried_count < RAR_TRIED_MAX ? rar->tried_count++ : RAR_TRIED_MAX - 1;
    if (at == RAR_TRIED_MAX - 1 && rar->tried[at].head.ptr && rar->tried[at].packed <= block->packed)
        return;
    for (; at > 0 && rar->tried[at - 1].packed > block->packed; at--)
        rar->tried[at] = rar->tried[at - 1];
    rar->tried[at] = *block;
}

static int rar_open(struct lock *lock, struct error *err)
{
    struct rar *rar = arena_alloc(lock->arena, sizeof *rar);
    struct rar_block block;
    int got = 1;
    lock->state = rar;
    struct rar_walk *walk = lock_rar_walk(lock);
    while (!walk->is_locked && (got = lock_rar_next(walk, &block)) == 1) {
        if (lock_rar_is_locked(&block)) {
            rar->locked++;
            note_tried(rar, &block);
        }
        if (block.type == RAR_END)
            break;
    }
    rar->is_all_locked = walk->is_locked;
    if (!rar->is_all_locked && !rar->locked)
        return 0;
    snprintf(lock->scheme, sizeof lock->scheme, "AES-128, SHA-1 with 2^18 rounds");
    if (!rar->is_all_locked && !rar->tried_count)
        return error_set(
            err, ERROR_UNSUPPORTED,
            "members are encrypted in a way that is not known, cut short, or too short to prove a password");
    return 1;
}

/* One member, unpacked by libarchive, against its CRC. */
static bool prove(struct lock *lock, struct rar *rar, const struct rar_block *block)
{
    struct buffer one;
    uint32_t crc = 0;
    buffer_init(&one, (size_t)block->packed + 70000);
    lock_rar_put_mark(&one);
    lock_rar_put(rar, &one, block);
    bool is_right = lock_unpack(lock, archive_read_support_format_rar, buffer_slice(&one), block->size, NULL,
                                &crc) == 0 &&
                    crc == block->crc;
    buffer_release(&one);
    return is_right;
}

/* All headers are enciphered: each has a CRC of 16 bits, and the last says that it is. */
static bool are_headers_right(struct lock *lock, struct rar *rar)
{
    struct arena_mark mark = arena_mark(lock->arena);
    struct rar_walk *walk = lock_rar_walk(lock);
    struct rar_block block;
    unsigned headers = 0;
    int got = 0;
    bool is_proven = false;
    while (!is_proven && !lock_is_late(lock, LOCK_SECONDS) && (got = lock_rar_next(walk, &block)) == 1) {
        headers += block.type != RAR_MAIN;
        is_proven = headers > 1; /* two CRCs, lengths and types */
        if (block.type == RAR_FILE && lock_rar_is_locked(&block) && !(block.flags & RAR_SOLID) &&
            block.packed >= 16 && block.size >= RAR_PROOF_BYTES && block.packed < 1024 * 1024 &&
            prove(lock, rar, &block))
            is_proven = true;
    }
    arena_rewind(lock->arena, mark);
    return is_proven;
}

static enum lock_answer rar_try(struct lock *lock, struct slice password, struct error *err)
{
    struct rar *rar = lock->state;
    (void)err;
    explicit_bzero(rar->keys, sizeof rar->keys);
    rar->password = password;
    if (rar->is_all_locked)
        return are_headers_right(lock, rar) ? LOCK_OPEN : LOCK_WRONG;
    for (size_t i = 0; i < rar->tried_count && !lock_is_late(lock, LOCK_SECONDS); i++)
        if (prove(lock, rar, &rar->tried[i]))
            return LOCK_OPEN;
    return LOCK_WRONG;
}

const struct lock_kind lock_rar = {
    .name = "rar",
    .title = "RAR archive",
    .probe = rar_probe,
    .open = rar_open,
    .try = rar_try,
    .content = lock_rar_content,
};
