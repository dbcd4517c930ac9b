/* lock_kdb.c - KeePass 1 databases (.kdb): AES or Twofish under a key that AES made slow, proven by the SHA-256 of the content. What opens is the XML that
 * KeePass 1 itself exports, an entry a line, with the attachments in it.
 *
 * The header has 124 bytes; the content is fields (type, length, bytes), group after group, then entry after entry, each ended by a field 0xFFFF. */
#include <stdio.h>

#include "validate/codec.h"
#include "walk/lock_kdbx.h"

#define HEADER 124
#define FLAG_AES 2u
#define FLAG_TWOFISH 8u
#define FIELD_END 0xFFFFu

struct kdb {
    int cipher;
    struct slice seed, iv, sum, salt, body;
    uint32_t groups, entries, rounds;
    unsigned char key[32]; /* after a try that opened */
};

static bool kdb_probe(struct slice file)
{
    static const unsigned char signature[] = { 0x03, 0xD9, 0xA2, 0x9A, 0x65, 0xFB, 0x4B, 0xB5 };
    return file.len > 16 && memcmp(file.ptr, signature, sizeof signature) == 0;
}

static int read_header(struct kdb *kdb, struct slice file, struct error *err)
{
    struct slice rest = slice_skip(file, 8);
    uint32_t flags, version;
    if (slice_eat_u32le(&rest, &flags) < 0 || slice_eat_u32le(&rest, &version) < 0 ||
        slice_eat(&rest, 16, &kdb->seed) < 0 || slice_eat(&rest, 16, &kdb->iv) < 0 ||
        slice_eat_u32le(&rest, &kdb->groups) < 0 || slice_eat_u32le(&rest, &kdb->entries) < 0 ||
        slice_eat(&rest, 32, &kdb->sum) < 0 || slice_eat(&rest, 32, &kdb->salt) < 0 ||
        slice_eat_u32le(&rest, &kdb->rounds) < 0)
        return error_set(err, ERROR_FORMAT, "the safe is cut short");
    if (version >> 16 != 3)
        return error_set(err, ERROR_UNSUPPORTED, "version %u of the format is not known",
                         (unsigned)(version >> 16));
    kdb->cipher = flags & FLAG_AES ? GCRY_CIPHER_AES256 : flags & FLAG_TWOFISH ? GCRY_CIPHER_TWOFISH : 0;
    kdb->body = rest;
    if (!kdb->cipher)
        return error_set(err, ERROR_UNSUPPORTED, "a cipher that is not known");
    if (rest.len == 0 || rest.len % 16)
        return error_set(err, ERROR_FORMAT, "the safe is cut short");
    return 0;
}

static int kdb_open(struct lock *lock, struct error *err)
{
    struct kdb *kdb = arena_alloc(lock->arena, sizeof *kdb);
    char cipher[32];
    lock->state = kdb;
    if (lock->file.len > KEEPASS_FILE_MAX)
        return error_set(err, ERROR_LIMIT, "the safe is larger than %zu bytes", KEEPASS_FILE_MAX);
    if (read_header(kdb, lock->file, err) < 0)
        return -1;
    lock_cipher_title(kdb->cipher, 32, cipher, sizeof cipher);
    snprintf(lock->scheme, sizeof lock->scheme, "KeePass 1, %s, AES with %lu rounds", cipher,
             (unsigned long)kdb->rounds);
    return 1;
}

static bool decipher(const struct kdb *kdb, const unsigned char key[32], struct slice iv,
                     unsigned char *bytes, size_t len)
{
    return lock_cipher(kdb->cipher, GCRY_CIPHER_MODE_CBC, LOCK_DECIPHER, slice_of(key, 32), iv, bytes, len) ==
           0;
}

/* Is the padding right? Most wrong passwords end here. */
static bool is_padded(const struct kdb *kdb, const unsigned char key[32])
{
    unsigned char last[16];
    size_t at = kdb->body.len - sizeof last;
    struct slice iv = at ? slice_sub(kdb->body, at - 16, 16) : kdb->iv;
    memcpy(last, kdb->body.ptr + at, sizeof last);
    return decipher(kdb, key, iv, last, sizeof last) && lock_unpad(last, sizeof last, 16) != SLICE_NONE;
}

/* The content in clear, into OUT. 0, or -1 with another key. */
static int read_content(const struct kdb *kdb, const unsigned char key[32], struct buffer *out)
{
    unsigned char sum[LOCK_HASH_MAX];
    buffer_put(out, kdb->body);
    if (out->is_overfull || !decipher(kdb, key, kdb->iv, out->ptr, out->len))
        return -1;
    size_t len = lock_unpad(out->ptr, out->len, 16);
    if (len == SLICE_NONE)
        return -1;
    out->len = len;
    lock_hash2(GCRY_MD_SHA256, buffer_slice(out), slice_of(NULL, 0), sum);
    return lock_is_same(sum, kdb->sum.ptr, 32) ? 0 : -1;
}

/* The password's hash, a key file, or the hash of both. */
static void compose(const struct lock *lock, struct slice password, unsigned char key[LOCK_HASH_MAX])
{
    if (!lock->key || password.len)
        lock_hash2(GCRY_MD_SHA256, password, slice_of(NULL, 0), key);
    if (lock->key && password.len)
        lock_hash2(GCRY_MD_SHA256, slice_of(key, 32), slice_of(lock->key, LOCK_KEY_FILE), key);
    else if (lock->key)
        memcpy(key, lock->key, LOCK_KEY_FILE);
}

static enum lock_answer try_bytes(struct lock *lock, struct slice password, struct error *err)
{
    struct kdb *kdb = lock->state;
    unsigned char key[LOCK_HASH_MAX];
    struct buffer content;
    compose(lock, password, key);
    enum lock_answer answer = lock_keepass_turn(lock, kdb->salt, kdb->rounds, key, err);
    if (answer != LOCK_OPEN)
        return answer;
    lock_hash2(GCRY_MD_SHA256, kdb->seed, slice_of(key, 32), key);
    buffer_init(&content, kdb->body.len + 1);
    if (!is_padded(kdb, key) || read_content(kdb, key, &content) < 0)
        answer = LOCK_WRONG;
    else
        memcpy(kdb->key, key, sizeof kdb->key);
    buffer_release(&content);
    explicit_bzero(key, sizeof key);
    return answer;
}

/* UTF-8 as Latin-1, which the first versions took passwords in. 0: nothing else, or not to be written so. */
static size_t as_latin1(struct slice password, unsigned char out[LOCK_PASSWORD_MAX])
{
    unsigned char wide[2 * LOCK_PASSWORD_MAX];
    size_t len = lock_utf16(password, wide) / 2;
    bool is_latin = len < password.len && len <= LOCK_PASSWORD_MAX;
    for (size_t i = 0; is_latin && i < len; i++) {
        out[i] = wide[2 * i];
        is_latin = wide[2 * i + 1] == 0;
    }
    explicit_bzero(wide, sizeof wide);
    return is_latin ? len : 0;
}

static enum lock_answer kdb_try(struct lock *lock, struct slice password, struct error *err)
{
    unsigned char latin[LOCK_PASSWORD_MAX];
    enum lock_answer answer = try_bytes(lock, password, err);
    size_t len = answer == LOCK_WRONG ? as_latin1(password, latin) : 0;
    if (len)
        answer = try_bytes(lock, slice_of(latin, len), err);
    explicit_bzero(latin, sizeof latin);
    return answer;
}

/* What opened. */

enum place { IN_GROUP, IN_ENTRY };

/* The element that a field is told as; NULL: it is no text. */
static const char *element_of(enum place place, unsigned type)
{
    static const char *const entry[] = {
        [4] = "title", [5] = "url", [6] = "username", [7] = "password", [8] = "notes", [13] = "attachdesc"
    };
    if (place == IN_GROUP)
        return type == 2 ? "group" : NULL;
    return type < sizeof entry / sizeof *entry ? entry[type] : NULL;
}

/* Ids, icons and times; anything else may say something. */
static bool is_silent(enum place place, unsigned type)
{
    return place == IN_GROUP ? type >= 1 && type <= 9 : (type >= 1 && type <= 3) || (type >= 9 && type <= 12);
}

static void put_field(struct buffer *out, enum place place, unsigned type, struct slice value)
{
    const char *element = element_of(place, type);
    if (element) {
        while (value.len && value.ptr[value.len - 1] == 0)
            value.len--;
        buffer_printf(out, "<%s>", element);
        lock_keepass_put_text(out, value);
        buffer_printf(out, "</%s>", element);
    } else if (value.len && !is_silent(place, type)) {
        const char *name = place == IN_ENTRY && type == 14 ? "attachment" : "data";
        buffer_printf(out, "<%s>", name);
        codec_put_base64(out, value, CODEC_STANDARD);
        buffer_printf(out, "</%s>", name);
    }
}

/* COUNT groups or entries of REST. 0, or -1 where they end before. */
static int put_records(struct slice *rest, enum place place, uint32_t count, struct buffer *out)
{
    for (uint32_t i = 0; i < count && !out->is_overfull; i++) {
        uint16_t type = 0;
        uint32_t len;
        struct slice value;
        buffer_put_str(out, place == IN_ENTRY ? "<pwentry>" : "");
        while (type != FIELD_END) {
            if (slice_eat_u16le(rest, &type) < 0 || slice_eat_u32le(rest, &len) < 0 ||
                slice_eat(rest, len, &value) < 0)
                return -1;
            if (type != FIELD_END)
                put_field(out, place, type, value);
        }
        buffer_put_str(out, place == IN_ENTRY ? "</pwentry>\n" : "\n");
    }
    return 0;
}

static int kdb_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    const struct kdb *kdb = lock->state;
    struct buffer plain;
    content->name = "unlocked.xml";
    buffer_init(&plain, kdb->body.len + 1);
    int result = read_content(kdb, kdb->key, &plain);
    struct slice rest = buffer_slice(&plain);
    buffer_put_str(content->out, "<pwlist>\n");
    if (result == 0 && (put_records(&rest, IN_GROUP, kdb->groups, content->out) < 0 ||
                        put_records(&rest, IN_ENTRY, kdb->entries, content->out) < 0))
        error_set(err, ERROR_FORMAT, "the safe's content is damaged");
    buffer_put_str(content->out, "</pwlist>\n");
    buffer_put(content->out, rest);
    buffer_release(&plain);
    return result < 0 ? error_set(err, ERROR_FORMAT, "the safe's content is damaged") : 1;
}

const struct lock_kind lock_kdb = {
    .name = "kdb",
    .title = "KeePass safe",
    .probe = kdb_probe,
    .takes_key = true,
    .open = kdb_open,
    .try = kdb_try,
    .content = kdb_content,
};
