/* lock_ooxml.c - Office Open XML under a password: a compound file with EncryptionInfo and EncryptedPackage (MS-OFFCRYPTO sections 2.3.4.5
 * to 2.3.4.15). */
#include <stdio.h>

#include "validate/codec.h"
#include "walk/cfb.h"
#include "walk/lock_offcrypto.h"

#define INFO_MAX ((size_t)64 * 1024)
#define SEGMENT ((size_t)4096)
#define SALT_MAX 64

/* One of the two descriptions in the XML: of the package, of the password's key. */
struct agile_key {
    unsigned char salt[SALT_MAX];
    size_t salt_len, key_len, block_len, hash_len;
    int md;
};

struct ooxml {
    struct cfb cfb;
    struct cfb_entry *package;
    bool is_agile;
    struct offcrypto standard;
    struct agile_key data, password;
    uint64_t rounds;
    unsigned char verifier[64], verifier_hash[128], locked_key[64];
    size_t verifier_len, verifier_hash_len, locked_key_len;
    unsigned char key[64]; /* of the package, after a try that opened */
    size_t key_len;
};

static bool ooxml_probe(struct slice file)
{
    return cfb_is_cfb(file);
}

/* The value of NAME="..." in a tag. */
static struct slice attribute(struct slice tag, const char *name)
{
    size_t len = strlen(name), at = 0;
    for (; (at = slice_find(tag, at, slice_str(name))) != SLICE_NONE; at += len) {
        struct slice rest = slice_skip(tag, at + len);
        bool is_whole = at > 0 && (tag.ptr[at - 1] == ' ' || tag.ptr[at - 1] == '\n' ||
                                   tag.ptr[at - 1] == '\t' || tag.ptr[at - 1] == '\r');
        if (!is_whole || rest.len < 2 || rest.ptr[0] != '=' || (rest.ptr[1] != '"' && rest.ptr[1] != '\''))
            continue;
        size_t end = slice_find_byte(rest, 2, rest.ptr[1]);
        return end == SLICE_NONE ? slice_of(NULL, 0) : slice_sub(rest, 2, end - 2);
    }
    return slice_of(NULL, 0);
}

/* The tag whose name is or ends with NAME. */
static struct slice tag_of(struct slice xml, const char *name)
{
    size_t len = strlen(name);
    for (size_t at = 0; (at = slice_find(xml, at, slice_str(name))) != SLICE_NONE; at += len) {
        size_t end = slice_find_byte(xml, at, '>');
        bool is_start = at > 0 && (xml.ptr[at - 1] == '<' || xml.ptr[at - 1] == ':');
        if (is_start && end != SLICE_NONE && at + len < xml.len && xml.ptr[at + len] <= ' ')
            return slice_sub(xml, at, end - at);
    }
    return slice_of(NULL, 0);
}

static uint64_t number_of(struct slice tag, const char *name)
{
    uint64_t value = 0;
    return slice_to_u64(attribute(tag, name), &value) < 0 ? 0 : value;
}

static size_t bytes_of(struct slice tag, const char *name, unsigned char *out, size_t size)
{
    size_t len = codec_base64(attribute(tag, name), out, size);
    return len == SLICE_NONE ? 0 : len;
}

static int hash_named(struct slice name)
{
    static const struct {
        const char *name;
        int md;
    } names[] = { { "SHA1", GCRY_MD_SHA1 },      { "SHA-1", GCRY_MD_SHA1 },    { "SHA256", GCRY_MD_SHA256 },
                  { "SHA-256", GCRY_MD_SHA256 }, { "SHA384", GCRY_MD_SHA384 }, { "SHA-384", GCRY_MD_SHA384 },
                  { "SHA512", GCRY_MD_SHA512 },  { "SHA-512", GCRY_MD_SHA512 } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is_equal_nocase(name, slice_str(names[i].name)))
            return names[i].md;
    return 0;
}

static int read_key(struct slice tag, struct agile_key *key)
{
    key->salt_len = bytes_of(tag, "saltValue", key->salt, sizeof key->salt);
    key->key_len = (size_t)(number_of(tag, "keyBits") / 8);
    key->block_len = (size_t)number_of(tag, "blockSize");
    key->hash_len = (size_t)number_of(tag, "hashSize");
    key->md = hash_named(attribute(tag, "hashAlgorithm"));
    bool is_known = slice_is_equal(attribute(tag, "cipherAlgorithm"), slice_str("AES")) &&
                    slice_is_equal(attribute(tag, "cipherChaining"), slice_str("ChainingModeCBC")) &&
                    key->md && key->block_len == 16 &&
                    (key->key_len == 16 || key->key_len == 24 || key->key_len == 32) && key->salt_len &&
                    key->hash_len == gcry_md_get_algo_dlen(key->md);
    return is_known ? 0 : -1;
}

static int read_agile(struct lock *lock, struct ooxml *ooxml, struct slice xml, struct error *err)
{
    struct slice data = tag_of(xml, "keyData"), key = tag_of(xml, "encryptedKey");
    ooxml->is_agile = true;
    if (!data.len || !key.len)
        return error_set(err, ERROR_UNSUPPORTED, "the document is not locked with a password");
    if (read_key(data, &ooxml->data) < 0 || read_key(key, &ooxml->password) < 0)
        return error_set(err, ERROR_UNSUPPORTED, "an encryption that is not known");
    ooxml->rounds = number_of(key, "spinCount");
    ooxml->verifier_len =
        bytes_of(key, "encryptedVerifierHashInput", ooxml->verifier, sizeof ooxml->verifier);
    ooxml->verifier_hash_len =
        bytes_of(key, "encryptedVerifierHashValue", ooxml->verifier_hash, sizeof ooxml->verifier_hash);
    ooxml->locked_key_len = bytes_of(key, "encryptedKeyValue", ooxml->locked_key, sizeof ooxml->locked_key);
    if (ooxml->verifier_len < 16 || ooxml->verifier_len % 16 || ooxml->verifier_hash_len % 16 ||
        ooxml->verifier_hash_len < ooxml->password.hash_len || ooxml->locked_key_len % 16 ||
        ooxml->locked_key_len < ooxml->data.key_len)
        return error_set(err, ERROR_FORMAT, "its encryption header is damaged");
    snprintf(lock->scheme, sizeof lock->scheme, "AES-%zu, %s with %llu rounds", ooxml->data.key_len * 8,
             gcry_md_algo_name(ooxml->password.md), (unsigned long long)ooxml->rounds);
    return 0;
}

static int ooxml_open(struct lock *lock, struct error *err)
{
    struct ooxml *ooxml = arena_alloc(lock->arena, sizeof *ooxml);
    struct source *source = source_from_memory(lock->arena, lock->file);
    lock->state = ooxml;
    if (cfb_open(&ooxml->cfb, lock->arena, source, lock->limits, NULL) < 0)
        return 0;
    struct cfb_entry *info = cfb_find(&ooxml->cfb, CFB_ROOT, "EncryptionInfo");
    ooxml->package = cfb_find(&ooxml->cfb, CFB_ROOT, "EncryptedPackage");
    if (!info || !ooxml->package)
        return 0;
    struct slice bytes = cfb_read(&ooxml->cfb, lock->arena, info, INFO_MAX);
    int got = bytes.len > 8 && bytes.ptr[0] == 4 && bytes.ptr[2] == 4
                  ? read_agile(lock, ooxml, slice_skip(bytes, 8), err)
                  : offcrypto_read(bytes, &ooxml->standard, lock->scheme, sizeof lock->scheme, err);
    if (got == 0 && !ooxml->is_agile && ooxml->standard.kind != OFFCRYPTO_STANDARD)
        got = error_set(err, ERROR_UNSUPPORTED, "an encryption that is not known");
    return got < 0 ? -1 : 1;
}

/* Section 2.3.4.11: the password's hash, turned many times. False where it takes too long. */
static bool spin(const struct lock *lock, const struct ooxml *ooxml, struct slice wide,
                 unsigned char sum[LOCK_HASH_MAX])
{
    const struct agile_key *key = &ooxml->password;
    unsigned char step[4 + LOCK_HASH_MAX];
    size_t len = lock_hash2(key->md, slice_of(key->salt, key->salt_len), wide, sum);
    for (uint64_t i = 0; i < ooxml->rounds; i++) {
        for (size_t j = 0; j < 4; j++)
            step[j] = (unsigned char)(i >> (8 * j));
        memcpy(step + 4, sum, len);
        gcry_md_hash_buffer(key->md, sum, step, 4 + len);
        if (i % 16384 == 16383 && lock_is_late(lock, LOCK_SECONDS))
            return false;
    }
    return true;
}

/* A key from the password's hash for one use, which BLOCK names. */
static void key_for(const struct agile_key *key, const unsigned char *sum, const char *block,
                    unsigned char out[LOCK_HASH_MAX])
{
    unsigned char made[LOCK_HASH_MAX];
    size_t len = lock_hash2(key->md, slice_of(sum, gcry_md_get_algo_dlen(key->md)), slice_of(block, 8), made);
    memset(out, 0x36, LOCK_HASH_MAX);
    memcpy(out, made, len < key->key_len ? len : key->key_len);
}

static void iv_of(struct slice salt, unsigned char iv[16])
{
    memset(iv, 0x36, 16);
    memcpy(iv, salt.ptr, salt.len < 16 ? salt.len : 16);
}

static void decipher_agile(const struct agile_key *key, const unsigned char *secret, struct slice salt,
                           unsigned char *bytes, size_t len)
{
    unsigned char iv[16];
    iv_of(salt, iv);
    lock_cipher(lock_aes(key->key_len), GCRY_CIPHER_MODE_CBC, LOCK_DECIPHER, slice_of(secret, key->key_len),
                slice_of(iv, 16), bytes, len);
}

static enum lock_answer try_agile(struct lock *lock, struct ooxml *ooxml, struct slice wide,
                                  struct error *err)
{
    const struct agile_key *key = &ooxml->password;
    unsigned char sum[LOCK_HASH_MAX], secret[LOCK_HASH_MAX], input[64], hash[128], made[LOCK_HASH_MAX];
    struct slice salt = slice_of(key->salt, key->salt_len);
    if (!spin(lock, ooxml, wide, sum))
        return lock_say(LOCK_LIMIT, err, "deriving the key takes %llu rounds",
                        (unsigned long long)ooxml->rounds);
    memcpy(input, ooxml->verifier, ooxml->verifier_len);
    memcpy(hash, ooxml->verifier_hash, ooxml->verifier_hash_len);
    key_for(key, sum, "\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79", secret);
    decipher_agile(key, secret, salt, input, ooxml->verifier_len);
    key_for(key, sum, "\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", secret);
    decipher_agile(key, secret, salt, hash, ooxml->verifier_hash_len);
    size_t used = key->salt_len < ooxml->verifier_len ? key->salt_len : ooxml->verifier_len;
    lock_hash2(key->md, slice_of(input, used), slice_of(NULL, 0), made);
    if (!lock_is_same(made, hash, key->hash_len))
        return LOCK_WRONG;
    key_for(key, sum, "\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", secret);
    memcpy(ooxml->key, ooxml->locked_key, ooxml->locked_key_len);
    decipher_agile(key, secret, salt, ooxml->key, ooxml->locked_key_len);
    ooxml->key_len = ooxml->data.key_len;
    explicit_bzero(sum, sizeof sum);
    explicit_bzero(secret, sizeof secret);
    return LOCK_OPEN;
}

static enum lock_answer try_wide(struct lock *lock, struct slice password, struct error *err)
{
    struct ooxml *ooxml = lock->state;
    unsigned char bytes[2 * LOCK_PASSWORD_MAX];
    struct slice wide = slice_of(bytes, lock_utf16(password, bytes));
    enum lock_answer answer = ooxml->is_agile ? try_agile(lock, ooxml, wide, err)
                                              : offcrypto_try(lock, &ooxml->standard, wide, err);
    explicit_bzero(bytes, sizeof bytes);
    if (answer == LOCK_OPEN && !ooxml->is_agile) {
        memcpy(ooxml->key, ooxml->standard.base, ooxml->standard.key_len);
        ooxml->key_len = ooxml->standard.key_len;
    }
    return answer;
}

static enum lock_answer ooxml_try(struct lock *lock, struct slice password, struct error *err)
{
    enum lock_answer answer = try_wide(lock, password, err);
    if (answer == LOCK_WRONG && password.len == 0)
        answer = try_wide(lock, slice_str(OFFCRYPTO_DEFAULT_PASSWORD), err);
    return answer;
}

/* Each segment of the package has an IV of its own: the hash of salt and number. */
static void decipher_segments(const struct ooxml *ooxml, unsigned char *bytes, size_t len)
{
    const struct agile_key *data = &ooxml->data;
    uint32_t segment = 0;
    for (size_t at = 0; at < len; at += SEGMENT, segment++) {
        unsigned char number[4], sum[LOCK_HASH_MAX];
        for (size_t i = 0; i < 4; i++)
            number[i] = (unsigned char)(segment >> (8 * i));
        size_t hash_len =
            lock_hash2(data->md, slice_of(data->salt, data->salt_len), slice_of(number, 4), sum);
        size_t part = len - at < SEGMENT ? len - at : SEGMENT;
        decipher_agile(data, ooxml->key, slice_of(sum, hash_len), bytes + at, part);
    }
}

static int ooxml_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    struct ooxml *ooxml = lock->state;
    unsigned char head[8];
    uint64_t size;
    content->name = "unlocked.ooxml";
    struct source *source = cfb_source(&ooxml->cfb, lock->arena, ooxml->package);
    if (source_read(source, head, sizeof head, err) != (int64_t)sizeof head)
        return error_set(err, ERROR_TRUNCATED, "the document is cut short");
    struct slice rest = slice_of(head, sizeof head);
    slice_eat_u64le(&rest, &size);
    size_t most = ooxml->package->usable > 8 ? (size_t)ooxml->package->usable - 8 : 0;
    unsigned char *room = buffer_reserve(content->out, most);
    if (!room)
        return error_set_limit(err, "whole-bytes", "the document is larger than may be held in memory");
    int64_t got = source_read(source, room, most, err);
    size_t len = got > 0 ? (size_t)got / 16 * 16 : 0;
    if (ooxml->is_agile)
        decipher_segments(ooxml, room, len);
    else
        lock_cipher(lock_aes(ooxml->key_len), GCRY_CIPHER_MODE_ECB, LOCK_DECIPHER,
                    slice_of(ooxml->key, ooxml->key_len), slice_of(NULL, 0), room, len);
    content->out->len = len < size ? len : (size_t)size;
    return 1;
}

const struct lock_kind lock_ooxml = {
    .name = "ooxml",
    .title = "Office Open XML document",
    .probe = ooxml_probe,
    .open = ooxml_open,
    .try = ooxml_try,
    .content = ooxml_content,
};
