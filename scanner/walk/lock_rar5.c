/* lock_rar5.c - RAR 5 archives (rarlab.com/technote.htm): AES-256 under PBKDF2, on members or on all headers; a check value proves the password. The
 * archive is written anew without it. */
#include <archive.h>
#include <stdio.h>
#include <zlib.h>

#include "walk/lock_parts.h"

#define RAR5_MARK_LEN 8
#define RAR5_CHECK 12
#define RAR5_HEAD_MAX ((uint64_t)2 * 1024 * 1024)
#define RAR5_BLOCKS_MAX 200000
#define RAR5_POWER_MAX 24
#define RAR5_PROOF_BYTES 4 /* the CRC of fewer fits many passwords */
#define RAR5_KEYS 4
#define RAR5_WRITE_SECONDS 20

enum rar5_type { RAR5_MAIN = 1, RAR5_FILE = 2, RAR5_SERVICE = 3, RAR5_CRYPT = 4, RAR5_END = 5 };
enum rar5_flag { RAR5_HAS_EXTRA = 1, RAR5_HAS_DATA = 2 };
enum rar5_file_flag { RAR5_HAS_TIME = 2, RAR5_HAS_CRC = 4, RAR5_SIZE_UNKNOWN = 8 };
enum rar5_extra { RAR5_EXTRA_CRYPT = 1, RAR5_EXTRA_HASH = 2 };

struct rar5_crypt {
    bool is_there, has_check, is_tweaked;
    unsigned power;
    struct slice salt, iv, check;
};

struct rar5_block {
    uint64_t type, flags, size;
    struct slice fields; /* of the type, behind the sizes and before the extra records */
    struct slice extras, data;
    struct rar5_crypt crypt;
};

struct rar5_key {
    unsigned char salt[16], key[32];
    unsigned power;
    bool is_made;  /* KEY is there, */
    bool is_right; /* and a check value does not say that the password is wrong */
};

struct rar5 {
    struct rar5_crypt proof; /* that a password is held against */
    bool is_all_locked;
    unsigned locked;
    struct rar5_block tried; /* where there is no check value: a member */
    bool has_tried;
    struct rar5_key keys[RAR5_KEYS];
    size_t next_key;
    struct slice password;
};

struct rar5_walk {
    struct lock *lock;
    struct rar5 *rar;
    struct slice rest;
    bool is_locked;
    struct rar5_crypt crypt; /* of headers */
    unsigned blocks;
    struct buffer plain;
};

static bool rar5_probe(struct slice file)
{
    return file.len > 20 && memcmp(file.ptr, "Rar!\x1a\x07\x01", RAR5_MARK_LEN) == 0;
}

static int eat_vint(struct slice *rest, uint64_t *value)
{
    uint8_t byte;
    *value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        if (slice_eat_u8(rest, &byte) < 0)
            return -1;
        *value |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return 0;
    }
    return -1;
}

static void put_vint(struct buffer *out, uint64_t value)
{
    for (; value > 0x7F; value >>= 7)
        buffer_put_byte(out, (unsigned char)(value | 0x80));
    buffer_put_byte(out, (unsigned char)value);
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
static enum lock_answer try_check(struct rar5 *rar, const struct rar5_crypt *crypt, struct error *err)
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
    key->is_right = key->is_made && (!crypt->has_check || try_check(rar, crypt, NULL) == LOCK_OPEN);
    key->power = crypt->power;
    memcpy(key->salt, crypt->salt.ptr, 16);
    return key->is_right ? key->key : NULL;
}

static int decipher(struct rar5 *rar, const struct rar5_crypt *crypt, struct slice iv, unsigned char *bytes,
                    size_t len)
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
    if (eat_vint(&rest, &version) < 0 || eat_vint(&rest, &flags) < 0 || slice_eat_u8(&rest, &power) < 0 ||
        version != 0 || slice_eat(&rest, 16, &crypt->salt) < 0 ||
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
    while (eat_vint(&rest, &len) == 0 && len <= rest.len && slice_eat(&rest, (size_t)len, &record) == 0)
        if (eat_vint(&record, &kind) == 0 && kind == RAR5_EXTRA_CRYPT && block->type != RAR5_MAIN)
            read_crypt(record, true, &block->crypt);
}

static int read_head(struct slice head, struct rar5_block *block)
{
    uint64_t extra = 0, data = 0;
    *block = (struct rar5_block){ 0 };
    if (eat_vint(&head, &block->type) < 0 || eat_vint(&head, &block->flags) < 0 ||
        (block->flags & RAR5_HAS_EXTRA && eat_vint(&head, &extra) < 0) ||
        (block->flags & RAR5_HAS_DATA && eat_vint(&head, &data) < 0) || extra > head.len)
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
    if (eat_vint(&rest, &len) < 0 || len == 0 || len > RAR5_HEAD_MAX || len > rest.len)
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
    if (decipher(walk->rar, &walk->crypt, iv, start, 16) < 0 || eat_vint(&counted, &len) < 0 || len == 0 ||
        len > RAR5_HEAD_MAX)
        return 0;
    size_t whole = 16 - counted.len + (size_t)len;
    whole = (whole + 15) / 16 * 16;
    struct slice all = slice_skip(walk->rest, 16);
    if (whole > all.len)
        return 0;
    buffer_clear(&walk->plain);
    buffer_put(&walk->plain, slice_sub(all, 0, whole));
    if (decipher(walk->rar, &walk->crypt, iv, walk->plain.ptr, whole) < 0 ||
        find_head(buffer_slice(&walk->plain), head) == 0)
        return 0;
    return 16 + whole;
}

/* 1, 0 at the end, -1 where it makes no sense. */
static int next_block(struct rar5_walk *walk, struct rar5_block *block)
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

static void walk_undo(void *ptr)
{
    struct rar5_walk *walk = ptr;
    buffer_release(&walk->plain);
}

static struct rar5_walk *walk_start(struct lock *lock)
{
    struct rar5_walk *walk = arena_alloc(lock->arena, sizeof *walk);
    walk->lock = lock;
    walk->rar = lock->state;
    walk->rest = slice_skip(lock->file, RAR5_MARK_LEN);
    buffer_init(&walk->plain, (size_t)RAR5_HEAD_MAX + 64);
    arena_defer(lock->arena, walk_undo, walk);
    return walk;
}

/* Has it a CRC that anyone can make, over enough bytes? */
static bool has_proof(const struct rar5_block *block)
{
    struct slice rest = block->fields;
    uint64_t flags, size;
    return block->data.len >= 16 && block->data.len % 16 == 0 && !block->crypt.is_tweaked &&
           eat_vint(&rest, &flags) == 0 && eat_vint(&rest, &size) == 0 && flags & RAR5_HAS_CRC &&
           !(flags & RAR5_SIZE_UNKNOWN) && size >= RAR5_PROOF_BYTES;
}

static void note_locked(struct rar5 *rar, const struct rar5_block *block)
{
    rar->locked++;
    if (!rar->proof.is_there || (!rar->proof.has_check && block->crypt.has_check))
        rar->proof = block->crypt;
    if (block->type == RAR5_FILE && has_proof(block) &&
        (!rar->has_tried || block->data.len < rar->tried.data.len)) {
        rar->tried = *block;
        rar->has_tried = true;
    }
}

static int rar5_open(struct lock *lock, struct error *err)
{
    struct rar5 *rar = arena_alloc(lock->arena, sizeof *rar);
    struct rar5_block block;
    lock->state = rar;
    struct rar5_walk *walk = walk_start(lock);
    while (!walk->is_locked && next_block(walk, &block) == 1 && block.type != RAR5_END)
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

/* A file's fields without its CRC, where that was made with a key: nobody could check it. */
static void put_fields(struct buffer *out, const struct rar5_block *block, uint64_t *size, uint64_t *method)
{
    struct slice rest = block->fields, taken;
    uint64_t flags, attributes, packing;
    *size = *method = UINT64_MAX;
    if ((block->type != RAR5_FILE && block->type != RAR5_SERVICE) || eat_vint(&rest, &flags) < 0 ||
        eat_vint(&rest, size) < 0 || eat_vint(&rest, &attributes) < 0) {
        buffer_put(out, block->fields);
        return;
    }
    bool drops_crc = block->crypt.is_tweaked && flags & RAR5_HAS_CRC;
    put_vint(out, drops_crc ? flags & ~(uint64_t)RAR5_HAS_CRC : flags);
    put_vint(out, *size);
    put_vint(out, attributes);
    if (flags & RAR5_HAS_TIME && slice_eat(&rest, 4, &taken) == 0)
        buffer_put(out, taken);
    if (flags & RAR5_HAS_CRC && slice_eat(&rest, 4, &taken) == 0 && !drops_crc)
        buffer_put(out, taken);
    buffer_put(out, rest);
    *method = eat_vint(&rest, &packing) < 0 ? UINT64_MAX : packing >> 7 & 7;
}

static void put_extras(struct buffer *out, const struct rar5_block *block)
{
    struct slice rest = block->extras, start = rest, record;
    uint64_t len, kind;
    while (eat_vint(&rest, &len) == 0 && len <= rest.len && slice_eat(&rest, (size_t)len, &record) == 0) {
        bool is_dropped = block->crypt.is_there && eat_vint(&record, &kind) == 0 &&
                          (kind == RAR5_EXTRA_CRYPT || (kind == RAR5_EXTRA_HASH && block->crypt.is_tweaked));
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
    put_vint(&head, block->type);
    put_vint(&head, extras.len ? block->flags | RAR5_HAS_EXTRA : block->flags & ~(uint64_t)RAR5_HAS_EXTRA);
    if (extras.len)
        put_vint(&head, extras.len);
    if (block->flags & RAR5_HAS_DATA)
        put_vint(&head, packed);
    buffer_put(&head, fields);
    buffer_put(&head, buffer_slice(&extras));
    put_vint(&whole, head.len);
    buffer_put(&whole, buffer_slice(&head));
    buffer_put_u32le(out, (uint32_t)crc32(0, whole.ptr, (uInt)whole.len));
    buffer_put(out, buffer_slice(&whole));
    buffer_release(&extras);
    buffer_release(&head);
    buffer_release(&whole);
}

/* A block in clear, or as it stands where this password is not its. */
static void put_block(struct rar5 *rar, struct buffer *out, const struct rar5_block *given)
{
    struct rar5_block block = *given;
    struct buffer data, fields;
    uint64_t size, method;
    buffer_init(&data, given->data.len);
    buffer_init(&fields, (size_t)RAR5_HEAD_MAX + 256);
    buffer_put(&data, given->data);
    bool is_plain = block.crypt.is_there && data.len && data.len % 16 == 0 &&
                    decipher(rar, &block.crypt, block.crypt.iv, data.ptr, data.len) == 0;
    if (!is_plain)
        block.crypt.is_there = block.crypt.is_tweaked = false; /* nothing is taken out of its header */
    put_fields(&fields, &block, &size, &method);
    if (is_plain && method == 0 && size < data.len)
        data.len = (size_t)size;
    else if (is_plain && method != 0)
        data.len = packed_len(buffer_slice(&data));
    put_header(out, &block, buffer_slice(&fields), data.len);
    buffer_put(out, buffer_slice(&data));
    buffer_release(&data);
    buffer_release(&fields);
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
    if (eat_vint(&rest, &flags) < 0 || eat_vint(&rest, &size) < 0)
        return false;
    buffer_init(&one, rar->tried.data.len + 65536 + (size_t)RAR5_HEAD_MAX);
    buffer_put(&one, slice_of("Rar!\x1a\x07\x01", RAR5_MARK_LEN));
    buffer_put(&one, slice_of(main_head, sizeof main_head));
    put_block(rar, &one, &rar->tried);
    /* libarchive holds the CRC against what it unpacks, so one byte past the end must be asked for by name: the size. */
    bool is_right =
        lock_unpack(lock, archive_read_support_format_rar5, buffer_slice(&one), size, NULL, &crc) == 0;
    buffer_release(&one);
    return is_right;
}

static bool is_first_header_right(struct lock *lock)
{
    struct arena_mark mark = arena_mark(lock->arena);
    struct rar5_walk *walk = walk_start(lock);
    struct rar5_block block;
    int got;
    do
        got = next_block(walk, &block);
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
        return try_check(rar, &rar->proof, err);
    if (rar->proof.power > RAR5_POWER_MAX)
        return lock_say(LOCK_LIMIT, err, "deriving the key takes 2^%u rounds", rar->proof.power);
    if (rar->is_all_locked)
        return is_first_header_right(lock) ? LOCK_OPEN : LOCK_WRONG;
    return prove(lock, rar) ? LOCK_OPEN : LOCK_WRONG;
}

static int rar5_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    struct rar5 *rar = lock->state;
    struct rar5_block block;
    struct rar5_walk *walk = walk_start(lock);
    int got = 0;
    content->name = "unlocked.rar";
    explicit_bzero(rar->keys, sizeof rar->keys);
    rar->password = lock->password;
    buffer_reserve(content->out,
                   lock->file.len < content->out->ceiling ? lock->file.len : content->out->ceiling);
    buffer_put(content->out, slice_of("Rar!\x1a\x07\x01", RAR5_MARK_LEN));
    while (!lock_is_late(lock, RAR5_WRITE_SECONDS) && (got = next_block(walk, &block)) == 1) {
        if (block.type != RAR5_CRYPT)
            put_block(rar, content->out, &block);
        if (block.type == RAR5_END)
            break;
    }
    if (got == 1 && block.type != RAR5_END)
        return error_set(err, ERROR_LIMIT, "its members have too many keys");
    buffer_put(content->out, walk->rest); /* what is behind the archive, or makes no sense */
    return 1;
}

const struct lock_kind lock_rar5 = {
    .name = "rar5",
    .title = "RAR archive",
    .probe = rar5_probe,
    .open = rar5_open,
    .try = rar5_try,
    .content = rar5_content,
};
