/* lock_rar.c - RAR archives of versions 2.9 to 4 (technote.txt of WinRAR): AES-128 under a key of 2^18 rounds of SHA-1, on members or on all headers.
 * The archive is written anew without it. */
#include <archive.h>
#include <stdio.h>
#include <zlib.h>

#include "walk/lock_parts.h"

#define RAR_MARK_LEN 7
#define RAR_SALT 8
#define RAR_ROUNDS ((uint32_t)1 << 18)
#define RAR_TRIED_MAX 4
#define RAR_BLOCKS_MAX 200000
#define RAR_KEYS 4
#define RAR_STORED 0x30
#define RAR_PROOF_BYTES 4 /* the CRC of fewer fits many passwords */
#define RAR_FIRST_AES 29  /* what unpacks a member: before, other ciphers */

enum rar_type { RAR_MAIN = 0x73, RAR_FILE = 0x74, RAR_SERVICE = 0x7A, RAR_END = 0x7B };
enum rar_flag {
    RAR_ALL_LOCKED = 0x0080, /* of the main header */
    RAR_LOCKED = 0x0004,     /* of a member */
    RAR_SOLID = 0x0010,
    RAR_LARGE = 0x0100,
    RAR_SALTED = 0x0400,
    RAR_HAS_DATA = 0x8000,
};

struct rar_block {
    struct slice head; /* of the block, in clear */
    unsigned type, flags;
    uint64_t packed, size; /* of a member */
    uint32_t crc;
    unsigned version, method;
    struct slice salt;
    struct slice data; /* in the file */
};

struct rar_key {
    unsigned char salt[RAR_SALT], key[16], iv[16];
    bool is_made;
};

struct rar {
    bool is_all_locked;
    struct slice first_salt; /* of the first locked header */
    struct rar_block tried[RAR_TRIED_MAX];
    size_t tried_count;
    unsigned locked;
    struct rar_key keys[RAR_KEYS]; /* of the password at hand, by salt */
    size_t next_key;
    struct slice password;
};

/* Where a walk over the blocks stands. */
struct rar_walk {
    struct lock *lock;
    struct rar *rar;
    struct slice rest;
    bool is_locked; /* headers are enciphered from here on */
    unsigned blocks;
    unsigned char plain[65536 + 16]; /* of a header */
};

static bool rar_probe(struct slice file)
{
    return file.len > 20 && memcmp(file.ptr, "Rar!\x1a\x07", RAR_MARK_LEN) == 0;
}

static uint32_t get32(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static unsigned get16(const unsigned char *at)
{
    return (unsigned)at[0] | (unsigned)at[1] << 8;
}

/* Password and salt again and again, with a counter; of 16 states on the way one byte each is the IV. */
static void derive(struct slice wide, struct slice salt, struct rar_key *key)
{
    unsigned char round[2 * LOCK_PASSWORD_MAX + RAR_SALT + 3], sum[20];
    size_t len = wide.len + salt.len;
    gcry_md_hd_t hash, state;
    if (gcry_md_open(&hash, GCRY_MD_SHA1, 0))
        abort();
    if (wide.len)
        memcpy(round, wide.ptr, wide.len);
    if (salt.len)
        memcpy(round + wide.len, salt.ptr, salt.len);
    for (uint32_t i = 0; i < RAR_ROUNDS; i++) {
        for (size_t j = 0; j < 3; j++)
            round[len + j] = (unsigned char)(i >> (8 * j));
        gcry_md_write(hash, round, len + 3);
        if (i % (RAR_ROUNDS / 16) == 0) {
            if (gcry_md_copy(&state, hash))
                abort();
            key->iv[i / (RAR_ROUNDS / 16)] = gcry_md_read(state, GCRY_MD_SHA1)[19];
            gcry_md_close(state);
        }
    }
    memcpy(sum, gcry_md_read(hash, GCRY_MD_SHA1), sizeof sum);
    gcry_md_close(hash);
    for (size_t i = 0; i < 16; i++)
        key->key[i] = sum[i / 4 * 4 + 3 - i % 4];
    explicit_bzero(round, sizeof round);
}

static const struct rar_key *key_for(struct rar *rar, struct slice salt)
{
    unsigned char wide[2 * LOCK_PASSWORD_MAX];
    unsigned char wanted[RAR_SALT] = { 0 };
    if (salt.len)
        memcpy(wanted, salt.ptr, RAR_SALT);
    for (size_t i = 0; i < RAR_KEYS; i++)
        if (rar->keys[i].is_made && lock_is_same(rar->keys[i].salt, wanted, RAR_SALT))
            return &rar->keys[i];
    struct rar_key *key = &rar->keys[rar->next_key++ % RAR_KEYS];
    memcpy(key->salt, wanted, RAR_SALT);
    key->is_made = true;
    derive(slice_of(wide, lock_utf16(rar->password, wide)), salt, key);
    explicit_bzero(wide, sizeof wide);
    return key;
}

static int decipher(struct rar *rar, struct slice salt, unsigned char *bytes, size_t len)
{
    const struct rar_key *key = key_for(rar, salt);
    return lock_cipher(GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CBC, LOCK_DECIPHER, slice_of(key->key, 16),
                       slice_of(key->iv, 16), bytes, len);
}

/* A member's own fields, behind the seven bytes that all headers have. 0 or -1. */
static int read_member(struct rar_block *block)
{
    const unsigned char *at = block->head.ptr;
    size_t fixed = block->flags & RAR_LARGE ? 40 : 32;
    if (block->head.len < fixed)
        return -1;
    block->packed = get32(at + 7);
    block->size = get32(at + 11);
    block->crc = get32(at + 16);
    block->version = at[24];
    block->method = at[25];
    if (block->flags & RAR_LARGE) {
        block->packed |= (uint64_t)get32(at + 32) << 32;
        block->size |= (uint64_t)get32(at + 36) << 32;
    }
    size_t name_len = get16(at + 26);
    if (block->flags & RAR_SALTED) {
        block->salt = slice_sub(slice_skip(block->head, fixed), name_len, RAR_SALT);
        if (block->salt.len < RAR_SALT)
            return -1;
    }
    return 0;
}

static int read_head(struct slice head, struct rar_block *block)
{
    *block = (struct rar_block){ .head = head, .type = head.ptr[2], .flags = get16(head.ptr + 3) };
    if ((uint16_t)crc32(0, head.ptr + 2, (uInt)(head.len - 2)) != get16(head.ptr) && block->type != RAR_MAIN)
        return -1;
    if (block->type == RAR_FILE || block->type == RAR_SERVICE)
        return read_member(block);
    if (block->flags & RAR_HAS_DATA)
        block->packed = head.len >= 11 ? get32(head.ptr + 7) : 0;
    return 0;
}

/* An enciphered header into walk->plain. The bytes that it takes in the file, or 0. */
static size_t decipher_head(struct rar_walk *walk, struct slice *head)
{
    struct slice salt, first, rest = walk->rest;
    if (slice_eat(&rest, RAR_SALT, &salt) < 0 || slice_eat(&rest, 16, &first) < 0)
        return 0;
    memcpy(walk->plain, first.ptr, 16);
    if (decipher(walk->rar, salt, walk->plain, 16) < 0)
        return 0;
    size_t len = get16(walk->plain + 5), whole = (len + 15) / 16 * 16;
    struct slice all = slice_skip(walk->rest, RAR_SALT);
    if (len < 7 || whole > all.len)
        return 0;
    memcpy(walk->plain, all.ptr, whole);
    if (decipher(walk->rar, salt, walk->plain, whole) < 0)
        return 0;
    *head = slice_of(walk->plain, len);
    return RAR_SALT + whole;
}

/* The next block: 1, 0 at the end, -1 where it makes no sense. */
static int next_block(struct rar_walk *walk, struct rar_block *block)
{
    struct slice head;
    size_t taken;
    if (walk->rest.len < 7 || walk->blocks++ > RAR_BLOCKS_MAX)
        return 0;
    if (walk->is_locked) {
        if (walk->rest.len < RAR_SALT + 16)
            return 0;
        taken = decipher_head(walk, &head);
    } else {
        taken = get16(walk->rest.ptr + 5);
        head = slice_sub(walk->rest, 0, taken);
    }
    if (taken < 7 || head.len < 7 || read_head(head, block) < 0)
        return -1;
    walk->rest = slice_skip(walk->rest, taken);
    block->data = slice_sub(walk->rest, 0, block->packed < SIZE_MAX ? (size_t)block->packed : SIZE_MAX);
    if (block->data.len < block->packed)
        block->data = slice_of(NULL, 0), walk->rest = slice_of(NULL, 0);
    else
        walk->rest = slice_skip(walk->rest, (size_t)block->packed);
    if (block->type == RAR_MAIN && block->flags & RAR_ALL_LOCKED)
        walk->is_locked = true;
    return 1;
}

static struct rar_walk *walk_start(struct lock *lock)
{
    struct rar_walk *walk = arena_alloc(lock->arena, sizeof *walk);
    walk->lock = lock;
    walk->rar = lock->state;
    walk->rest = slice_skip(lock->file, RAR_MARK_LEN);
    return walk;
}

static bool is_locked_member(const struct rar_block *block)
{
    return (block->type == RAR_FILE || block->type == RAR_SERVICE) && block->flags & RAR_LOCKED;
}

/* Keep the smallest members that stand for themselves. */
static void note_tried(struct rar *rar, const struct rar_block *block)
{
    if (block->type != RAR_FILE || block->flags & RAR_SOLID || block->data.len < 16 || block->data.len % 16 ||
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
    struct rar_walk *walk = walk_start(lock);
    while (!walk->is_locked && (got = next_block(walk, &block)) == 1) {
        if (is_locked_member(&block)) {
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
        flags &= ~(unsigned)RAR_ALL_LOCKED;
    if (is_plain && is_locked_member(block)) {
        flags &= ~(unsigned)(RAR_LOCKED | RAR_SALTED);
        for (size_t i = 0; i < 4; i++)
            bytes[7 + i] = (unsigned char)(packed >> (8 * i));
    }
    bytes[3] = (unsigned char)flags;
    bytes[4] = (unsigned char)(flags >> 8);
    bytes[5] = (unsigned char)len;
    bytes[6] = (unsigned char)(len >> 8);
    uint32_t crc = (uint32_t)crc32(0, bytes + 2, (uInt)(len - 2));
    bytes[0] = (unsigned char)crc;
    bytes[1] = (unsigned char)(crc >> 8);
}

/* A member in clear; one that was only stored shows by its CRC that this password is not its, and stays as it stands. */
static void put_block(struct rar *rar, struct buffer *out, const struct rar_block *block)
{
    struct buffer data;
    buffer_init(&data, block->data.len);
    buffer_put(&data, block->data);
    bool is_stored = block->method == RAR_STORED && block->size <= data.len;
    bool is_plain = is_locked_member(block) && block->version >= RAR_FIRST_AES && data.len &&
                    data.len % 16 == 0 && decipher(rar, block->salt, data.ptr, data.len) == 0;
    if (is_plain && is_stored && crc32(0, data.ptr, (uInt)block->size) != block->crc)
        is_plain = false;
    if (is_plain && is_stored)
        data.len = (size_t)block->size;
    put_head(out, block, data.len, is_plain);
    buffer_put(out, is_plain ? buffer_slice(&data) : block->data);
    buffer_release(&data);
}

static void put_mark(struct buffer *out)
{
    static const unsigned char main_head[] = { 0xCF, 0x90, 0x73, 0, 0, 13, 0, 0, 0, 0, 0, 0, 0 };
    buffer_put(out, slice_of("Rar!\x1a\x07", RAR_MARK_LEN));
    buffer_put(out, slice_of(main_head, sizeof main_head));
}

/* One member, unpacked by libarchive, against its CRC. */
static bool prove(struct lock *lock, struct rar *rar, const struct rar_block *block)
{
    struct buffer one;
    uint32_t crc = 0;
    buffer_init(&one, block->data.len + 70000);
    put_mark(&one);
    put_block(rar, &one, block);
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
    struct rar_walk *walk = walk_start(lock);
    struct rar_block block;
    unsigned headers = 0;
    int got = 0;
    bool is_proven = false;
    while (!is_proven && !lock_is_late(lock, LOCK_SECONDS) && (got = next_block(walk, &block)) == 1) {
        headers += block.type != RAR_MAIN;
        is_proven = headers > 1; /* two CRCs, lengths and types */
        if (block.type == RAR_FILE && is_locked_member(&block) && !(block.flags & RAR_SOLID) &&
            block.data.len >= 16 && block.size >= RAR_PROOF_BYTES && block.data.len < 1024 * 1024 &&
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

/* Seconds that deriving keys for a whole archive may take: each member may have a salt of its own. */
#define WRITE_SECONDS 20

static int rar_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    struct rar *rar = lock->state;
    struct rar_block block;
    struct rar_walk *walk = walk_start(lock);
    int got = 0;
    content->name = "unlocked.rar";
    explicit_bzero(rar->keys, sizeof rar->keys);
    rar->password = lock->password;
    buffer_reserve(content->out,
                   lock->file.len < content->out->ceiling ? lock->file.len : content->out->ceiling);
    buffer_put(content->out, slice_of("Rar!\x1a\x07", RAR_MARK_LEN));
    while (!lock_is_late(lock, WRITE_SECONDS) && (got = next_block(walk, &block)) == 1) {
        put_block(rar, content->out, &block);
        if (block.type == RAR_END)
            break;
    }
    if (got == 1 && block.type != RAR_END)
        return error_set(err, ERROR_LIMIT, "its members have too many keys");
    buffer_put(content->out, walk->rest); /* what is behind the archive, or makes no sense */
    return 1;
}

const struct lock_kind lock_rar = {
    .name = "rar",
    .title = "RAR archive",
    .probe = rar_probe,
    .open = rar_open,
    .try = rar_try,
    .content = rar_content,
};
