/* lock_rar_walk.c - a RAR archive of version 2.9 to 4 block by block, through all of its volumes, with the keys of a password. */
#include <zlib.h>

#include "walk/lock_rar.h"

#define RAR_ROUNDS ((uint32_t)1 << 18)
#define RAR_BLOCKS_MAX 200000

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

int lock_rar_decipher(struct rar *rar, struct slice salt, unsigned char *bytes, size_t len)
{
    const struct rar_key *key = key_for(rar, salt);
    return lock_cipher(GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CBC, LOCK_DECIPHER, slice_of(key->key, 16),
                       slice_of(key->iv, 16), bytes, len);
}

/* A member's own fields, behind the seven bytes that all headers have. 0 or -1. */
static int read_member(struct rar_block *block)
{
    const struct slice head = block->head;
    size_t fixed = block->flags & RAR_LARGE ? 40 : 32;
    if (head.len < fixed)
        return -1;
    block->packed = slice_u32le(head, 7);
    block->size = slice_u32le(head, 11);
    block->crc = slice_u32le(head, 16);
    block->version = head.ptr[24];
    block->method = head.ptr[25];
    if (block->flags & RAR_LARGE) {
        block->packed |= (uint64_t)slice_u32le(head, 32) << 32;
        block->size |= (uint64_t)slice_u32le(head, 36) << 32;
    }
    size_t name_len = slice_u16le(head, 26);
    if (block->flags & RAR_SALTED) {
        block->salt = slice_sub(slice_skip(head, fixed), name_len, RAR_SALT);
        if (block->salt.len < RAR_SALT)
            return -1;
    }
    return 0;
}

static int read_head(struct slice head, struct rar_block *block)
{
    *block = (struct rar_block){ .head = head, .type = head.ptr[2], .flags = slice_u16le(head, 3) };
    if ((uint16_t)crc32(0, head.ptr + 2, (uInt)(head.len - 2)) != slice_u16le(head, 0) &&
        block->type != RAR_MAIN)
        return -1;
    if (block->type == RAR_FILE || block->type == RAR_SERVICE)
        return read_member(block);
    if (block->flags & RAR_HAS_DATA)
        block->packed = head.len >= 11 ? slice_u32le(head, 7) : 0;
    return 0;
}

/* An enciphered header into walk->plain. The bytes that it takes in the file, or 0. */
static size_t decipher_head(struct rar_walk *walk, struct slice *head)
{
    struct slice salt, first, rest = walk->rest;
    if (slice_eat(&rest, RAR_SALT, &salt) < 0 || slice_eat(&rest, 16, &first) < 0)
        return 0;
    memcpy(walk->plain, first.ptr, 16);
    if (lock_rar_decipher(walk->rar, salt, walk->plain, 16) < 0)
        return 0;
    size_t len = slice_u16le(slice_of(walk->plain, 16), 5), whole = (len + 15) / 16 * 16;
    struct slice all = slice_skip(walk->rest, RAR_SALT);
    if (len < 7 || whole > all.len)
        return 0;
    memcpy(walk->plain, all.ptr, whole);
    if (lock_rar_decipher(walk->rar, salt, walk->plain, whole) < 0)
        return 0;
    *head = slice_of(walk->plain, len);
    return RAR_SALT + whole;
}

static int read_block(struct rar_walk *walk, struct rar_block *block)
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
        taken = slice_u16le(walk->rest, 5);
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

/* Behind the end of a volume: the next one. */
static bool enter_volume(struct rar_walk *walk)
{
    if (!lock_eat_volume(&walk->rest, slice_of(RAR_MARK, RAR_MARK_LEN))) {
        walk->is_cut = true;
        return false;
    }
    walk->is_locked = false;
    walk->volumes++;
    return true;
}

static int next_block(struct rar_walk *walk, struct rar_block *block)
{
    int got;
    while ((got = read_block(walk, block)) == 1) {
        bool is_again = block->type == RAR_MAIN && walk->volumes > 0;
        bool has_more = block->type == RAR_END && block->flags & RAR_MORE_VOLUMES;
        if (!is_again && (!has_more || !enter_volume(walk)))
            break;
    }
    return got;
}

/* What an enciphered header says outlives the headers that follow. */
static void keep(struct rar_walk *walk, struct rar_block *block)
{
    const struct slice data = block->data;
    if (!walk->is_locked || block->head.len > sizeof walk->kept)
        return;
    memcpy(walk->kept, block->head.ptr, block->head.len);
    (void)read_head(slice_of(walk->kept, block->head.len), block);
    block->data = data;
}

/* Where a walk stands. */
struct place {
    struct slice rest;
    bool is_locked;
    unsigned volumes;
};

static struct place place_of(const struct rar_walk *walk)
{
    return (struct place){ walk->rest, walk->is_locked, walk->volumes };
}

static void go_back(struct rar_walk *walk, const struct place *place)
{
    walk->rest = place->rest;
    walk->is_locked = place->is_locked;
    walk->volumes = place->volumes;
}

/* The next piece of a member; what stands at the ends of volumes is passed over. */
static bool next_piece(struct rar_walk *walk, struct rar_block *block)
{
    int got;
    do
        got = next_block(walk, block);
    while (got == 1 && block->type == RAR_SERVICE);
    return got == 1 && block->type == RAR_FILE && block->flags & RAR_FROM_BEFORE;
}

/* BLOCK is the first piece of a member, and becomes the whole: the last one says its CRC. */
static void gather(struct rar_walk *walk, struct rar_block *block)
{
    struct lock_pieces pieces = { 0 };
    struct rar_block next = *block;
    struct place place;
    do {
        *block = next;
        keep(walk, block);
        lock_add_piece(walk->lock, &pieces, block->data);
        place = place_of(walk);
        block->is_cut = (block->flags & RAR_GOES_ON) != 0;
    } while (block->is_cut && next_piece(walk, &next));
    go_back(walk, &place);
    block->flags &= ~(unsigned)(RAR_FROM_BEFORE | RAR_GOES_ON);
    block->pieces = pieces;
    block->packed = pieces.len;
}

int lock_rar_next(struct rar_walk *walk, struct rar_block *block)
{
    int got = next_block(walk, block);
    if (got == 1 && block->type == RAR_FILE && block->flags & RAR_GOES_ON)
        gather(walk, block);
    return got;
}

struct rar_walk *lock_rar_walk(struct lock *lock)
{
    struct rar_walk *walk = arena_alloc(lock->arena, sizeof *walk);
    walk->lock = lock;
    walk->rar = lock->state;
    walk->rest = slice_skip(lock->file, RAR_MARK_LEN);
    return walk;
}

bool lock_rar_is_locked(const struct rar_block *block)
{
    return (block->type == RAR_FILE || block->type == RAR_SERVICE) && block->flags & RAR_LOCKED;
}
