/* lock_rar5_walk.c - a RAR 5 archive block by block (rarlab.com/technote.htm), through all of its volumes, with keys and checks of a password. */
#include <zlib.h>

#include "base/varint.h"
#include "walk/lock_rar5.h"

#define RAR5_CHECK 12
#define RAR5_BLOCKS_MAX 200000

int lock_rar5_eat_vint(struct slice *rest, uint64_t *value)
{
    return varint_eat(rest, value) < 0 || *value > INT64_MAX ? -1 : 0;
}

static enum lock_answer derive(struct rar5 *rar, const struct rar5_crypt *crypt, unsigned more,
                               unsigned char out[32], struct error *err)
{
    if (crypt->power > RAR5_POWER_MAX)
        return lock_say(LOCK_LIMIT, err, "deriving the key takes 2^%u rounds", crypt->power);
    return lock_pbkdf2(GCRY_MD_SHA256, rar->password, crypt->salt, ((uint64_t)1 << crypt->power) + more, out,
                       32, err);
}

/* The check value: what PBKDF2 gives 32 rounds later, folded to eight bytes. */
enum lock_answer lock_rar5_check(struct rar5 *rar, const struct rar5_crypt *crypt, struct error *err)
{
    unsigned char made[32], folded[8] = { 0 };
    enum lock_answer answer = derive(rar, crypt, 32, made, err);
    if (answer != LOCK_OPEN)
        return answer;
    for (size_t i = 0; i < sizeof made; i++)
        folded[i % 8] ^= made[i];
    explicit_bzero(made, sizeof made);
    return lock_is_same(folded, crypt->check.ptr, 8) ? LOCK_OPEN : LOCK_WRONG;
}

/* NULL: there is none, or this password is not the member's. */
static const unsigned char *key_for(struct rar5 *rar, const struct rar5_crypt *crypt)
{
    for (size_t i = 0; i < RAR5_KEYS; i++)
        if (rar->keys[i].is_made && rar->keys[i].power == crypt->power &&
            lock_is_same(rar->keys[i].salt, crypt->salt.ptr, 16))
            return rar->keys[i].is_right ? rar->keys[i].key : NULL;
    struct rar5_key *key = &rar->keys[rar->next_key++ % RAR5_KEYS];
    key->is_made = derive(rar, crypt, 0, key->key, NULL) == LOCK_OPEN;
    key->is_right = key->is_made && (!crypt->has_check || lock_rar5_check(rar, crypt, NULL) == LOCK_OPEN);
    key->power = crypt->power;
    memcpy(key->salt, crypt->salt.ptr, 16);
    return key->is_right ? key->key : NULL;
}

int lock_rar5_decipher(struct rar5 *rar, const struct rar5_crypt *crypt, struct slice iv,
                       unsigned char *bytes, size_t len)
{
    const unsigned char *key = key_for(rar, crypt);
    return key ? lock_cipher(GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CBC, LOCK_DECIPHER, slice_of(key, 32), iv,
                             bytes, len)
               : -1;
}

/* What encryption headers and records have in common. HAS_IV: it is a member's. 0 or -1. */
static int read_crypt(struct slice rest, bool has_iv, struct rar5_crypt *crypt)
{
    uint64_t version, flags;
    uint8_t power;
    *crypt = (struct rar5_crypt){ 0 };
    if (lock_rar5_eat_vint(&rest, &version) < 0 || lock_rar5_eat_vint(&rest, &flags) < 0 ||
        slice_eat_u8(&rest, &power) < 0 || version != 0 || slice_eat(&rest, 16, &crypt->salt) < 0 ||
        (has_iv && slice_eat(&rest, 16, &crypt->iv) < 0))
        return -1;
    crypt->is_there = true;
    crypt->power = power;
    crypt->is_tweaked = flags & 2;
    unsigned char sum[LOCK_HASH_MAX];
    if (flags & 1 && slice_eat(&rest, RAR5_CHECK, &crypt->check) == 0) {
        gcry_md_hash_buffer(GCRY_MD_SHA256, sum, crypt->check.ptr, 8);
        crypt->has_check = lock_is_same(sum, crypt->check.ptr + 8, 4);
    }
    return 0;
}

static void read_extras(struct rar5_block *block)
{
    struct slice rest = block->extras, record;
    uint64_t len, kind;
    while (lock_rar5_eat_vint(&rest, &len) == 0 && len <= rest.len &&
           slice_eat(&rest, (size_t)len, &record) == 0)
        if (lock_rar5_eat_vint(&record, &kind) == 0 && kind == RAR5_EXTRA_CRYPT && block->type != RAR5_MAIN)
            read_crypt(record, true, &block->crypt);
}

static int read_head(struct slice head, struct rar5_block *block)
{
    uint64_t extra = 0, data = 0;
    *block = (struct rar5_block){ .head = head };
    if (lock_rar5_eat_vint(&head, &block->type) < 0 || lock_rar5_eat_vint(&head, &block->flags) < 0 ||
        (block->flags & RAR5_HAS_EXTRA && lock_rar5_eat_vint(&head, &extra) < 0) ||
        (block->flags & RAR5_HAS_DATA && lock_rar5_eat_vint(&head, &data) < 0) || extra > head.len)
        return -1;
    block->fields = slice_sub(head, 0, head.len - (size_t)extra);
    block->extras = slice_skip(head, head.len - (size_t)extra);
    block->size = data;
    read_extras(block);
    return 0;
}

/* The header at the front of BYTES: CRC, length, fields. The bytes it takes, or 0. */
static size_t find_head(struct slice bytes, struct slice *head)
{
    struct slice rest = bytes;
    uint32_t crc;
    uint64_t len;
    if (slice_eat_u32le(&rest, &crc) < 0)
        return 0;
    struct slice summed = rest;
    if (lock_rar5_eat_vint(&rest, &len) < 0 || len == 0 || len > RAR5_HEAD_MAX || len > rest.len)
        return 0;
    size_t before = summed.len - rest.len;
    if ((uint32_t)crc32(0, summed.ptr, (uInt)(before + len)) != crc)
        return 0;
    *head = slice_sub(rest, 0, (size_t)len);
    return 4 + before + (size_t)len;
}

/* The same of an enciphered header, which lies behind its IV. */
static size_t decipher_head(struct rar5_walk *walk, struct slice *head)
{
    struct slice rest = walk->rest, iv, first;
    unsigned char start[16];
    uint64_t len;
    if (slice_eat(&rest, 16, &iv) < 0 || slice_eat(&rest, 16, &first) < 0)
        return 0;
    memcpy(start, first.ptr, 16);
    struct slice counted = slice_of(start + 4, 12);
    if (lock_rar5_decipher(walk->rar, &walk->crypt, iv, start, 16) < 0 ||
        lock_rar5_eat_vint(&counted, &len) < 0 || len == 0 || len > RAR5_HEAD_MAX)
        return 0;
    size_t whole = 16 - counted.len + (size_t)len;
    whole = (whole + 15) / 16 * 16;
    struct slice all = slice_skip(walk->rest, 16);
    if (whole > all.len)
        return 0;
    buffer_clear(&walk->plain);
    buffer_put(&walk->plain, slice_sub(all, 0, whole));
    if (lock_rar5_decipher(walk->rar, &walk->crypt, iv, walk->plain.ptr, whole) < 0 ||
        find_head(buffer_slice(&walk->plain), head) == 0)
        return 0;
    return 16 + whole;
}

static int read_block(struct rar5_walk *walk, struct rar5_block *block)
{
    struct slice head;
    if (walk->rest.len < 8 || walk->blocks++ > RAR5_BLOCKS_MAX)
        return 0;
    size_t taken = walk->is_locked ? decipher_head(walk, &head) : find_head(walk->rest, &head);
    if (taken == 0 || read_head(head, block) < 0)
        return -1;
    walk->rest = slice_skip(walk->rest, taken);
    if (block->size > walk->rest.len)
        return -1;
    block->data = slice_sub(walk->rest, 0, (size_t)block->size);
    walk->rest = slice_skip(walk->rest, (size_t)block->size);
    if (block->type == RAR5_CRYPT && !walk->is_locked) {
        if (read_crypt(block->fields, false, &walk->crypt) < 0)
            return -1;
        walk->is_locked = true;
    }
    return 1;
}

static bool has_more_volumes(const struct rar5_block *block)
{
    struct slice rest = block->fields;
    uint64_t flags;
    return block->type == RAR5_END && lock_rar5_eat_vint(&rest, &flags) == 0 && flags & RAR5_MORE_VOLUMES;
}

/* Behind the end of a volume: zeros, then the next one. */
static bool enter_volume(struct rar5_walk *walk)
{
    if (!lock_eat_volume(&walk->rest, slice_of("Rar!\x1a\x07\x01", RAR5_MARK_LEN))) {
        walk->is_cut = true;
        return false;
    }
    walk->is_locked = false;
    walk->volumes++;
    return true;
}

static int next_block(struct rar5_walk *walk, struct rar5_block *block)
{
    int got;
    while ((got = read_block(walk, block)) == 1) {
        bool is_again = block->type == RAR5_MAIN && walk->volumes > 0;
        if (!is_again && (!has_more_volumes(block) || !enter_volume(walk)))
            break;
    }
    return got;
}

/* What an enciphered header says outlives the headers that follow. */
static void keep(struct rar5_walk *walk, struct rar5_block *block)
{
    const struct slice data = block->data;
    if (!walk->is_locked)
        return;
    buffer_clear(&walk->kept);
    buffer_put(&walk->kept, block->head);
    (void)read_head(buffer_slice(&walk->kept), block);
    block->data = data;
}

/* Where a walk stands. */
struct place {
    struct slice rest;
    bool is_locked;
    struct rar5_crypt crypt;
    unsigned volumes;
};

static struct place place_of(const struct rar5_walk *walk)
{
    return (struct place){ walk->rest, walk->is_locked, walk->crypt, walk->volumes };
}

static void go_back(struct rar5_walk *walk, const struct place *place)
{
    walk->rest = place->rest;
    walk->is_locked = place->is_locked;
    walk->crypt = place->crypt;
    walk->volumes = place->volumes;
}

/* The next piece of a member; what stands at the ends of volumes is passed over. */
static bool next_piece(struct rar5_walk *walk, struct rar5_block *block)
{
    int got;
    do
        got = next_block(walk, block);
    while (got == 1 && (block->type == RAR5_SERVICE || block->type == RAR5_CRYPT));
    return got == 1 && block->type == RAR5_FILE && block->flags & RAR5_FROM_BEFORE;
}

/* BLOCK is the first piece of a member, and becomes the whole: the last one says its size and CRC. */
static void gather(struct rar5_walk *walk, struct rar5_block *block)
{
    struct lock_pieces pieces = { 0 };
    struct rar5_block next = *block;
    struct place place;
    do {
        *block = next;
        keep(walk, block);
        lock_add_piece(walk->lock, &pieces, block->data);
        place = place_of(walk);
        block->is_cut = (block->flags & RAR5_GOES_ON) != 0;
    } while (block->is_cut && next_piece(walk, &next));
    go_back(walk, &place);
    block->flags &= ~(uint64_t)(RAR5_FROM_BEFORE | RAR5_GOES_ON);
    block->pieces = pieces;
    block->size = pieces.len;
}

int lock_rar5_next(struct rar5_walk *walk, struct rar5_block *block)
{
    int got = next_block(walk, block);
    if (got == 1 && block->type == RAR5_FILE && block->flags & RAR5_GOES_ON)
        gather(walk, block);
    return got;
}

static void walk_undo(void *ptr)
{
    struct rar5_walk *walk = ptr;
    buffer_release(&walk->plain);
    buffer_release(&walk->kept);
}

struct rar5_walk *lock_rar5_walk(struct lock *lock)
{
    struct rar5_walk *walk = arena_alloc(lock->arena, sizeof *walk);
    walk->lock = lock;
    walk->rar = lock->state;
    walk->rest = slice_skip(lock->file, RAR5_MARK_LEN);
    buffer_init(&walk->plain, (size_t)RAR5_HEAD_MAX + 64);
    buffer_init(&walk->kept, (size_t)RAR5_HEAD_MAX + 64);
    arena_defer(lock->arena, walk_undo, walk);
    return walk;
}
