/* lock_kdbx.c - KeePass safes (kdbx 3.1 and 4): proven by the HMAC of the header (4) or the bytes that the content must begin with (3.1). What opens
 * is the XML, with protected values in clear, and the attachments behind it. */
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "validate/codec.h"
#include "walk/lock_parts.h"

#define KDBX_FILE_MAX ((size_t)64 * 1024 * 1024)
#define KDBX_XML_MAX ((size_t)64 * 1024 * 1024)
#define KDBX_ROUNDS_CHUNK ((size_t)4096)

enum header_id {
    H_END = 0,
    H_CIPHER = 2,
    H_COMPRESSION = 3,
    H_SEED = 4,
    H_TRANSFORM_SEED = 5,
    H_ROUNDS = 6,
    H_IV = 7,
    H_STREAM_KEY = 8,
    H_START = 9,
    H_STREAM = 10,
    H_KDF = 11,
};

enum inner_stream { STREAM_NONE = 0, STREAM_SALSA20 = 2, STREAM_CHACHA20 = 3 };

struct kdf {
    bool is_argon2;
    int variant; /* GCRY_KDF_ARGON2D, GCRY_KDF_ARGON2ID */
    struct slice salt;
    uint64_t rounds, memory, lanes;
    uint64_t version;
};

struct kdbx {
    bool is_fourth;
    int cipher, mode;
    bool is_gzip;
    struct slice seed, iv, stream_key, start;
    uint32_t stream;
    struct kdf kdf;
    struct slice header, sums, body; /* sums: hash and HMAC of the header, of kdbx 4 */
    /* After a try that opened: */
    unsigned char key[32], mac_key[64];
};

static bool kdbx_probe(struct slice file)
{
    static const unsigned char signature[] = { 0x03, 0xD9, 0xA2, 0x9A, 0x67, 0xFB, 0x4B, 0xB5 };
    return file.len > 16 && memcmp(file.ptr, signature, sizeof signature) == 0;
}

static uint64_t number_of(struct slice value)
{
    uint64_t number = 0;
    for (size_t i = value.len < 8 ? value.len : 8; i-- > 0;)
        number = number << 8 | value.ptr[i];
    return number;
}

static int read_cipher(struct kdbx *kdbx, struct slice id)
{
    static const struct {
        unsigned char id[16];
        int cipher, mode;
    } ciphers[] = {
        { { 0x31, 0xC1, 0xF2, 0xE6, 0xBF, 0x71, 0x43, 0x50, 0xBE, 0x58, 0x05, 0x21, 0x6A, 0xFC, 0x5A, 0xFF },
          GCRY_CIPHER_AES256,
          GCRY_CIPHER_MODE_CBC },
        { { 0xAD, 0x68, 0xF2, 0x9F, 0x57, 0x6F, 0x4B, 0xB9, 0xA3, 0x6A, 0xD4, 0x7A, 0xF9, 0x65, 0x34, 0x6C },
          GCRY_CIPHER_TWOFISH,
          GCRY_CIPHER_MODE_CBC },
        { { 0xD6, 0x03, 0x8A, 0x2B, 0x8B, 0x6F, 0x4C, 0xB5, 0xA5, 0x24, 0x33, 0x9A, 0x31, 0xDB, 0xB5, 0x9A },
          GCRY_CIPHER_CHACHA20,
          GCRY_CIPHER_MODE_STREAM },
    };
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
        if (slice_is_equal(id, slice_of(ciphers[i].id, 16))) {
            kdbx->cipher = ciphers[i].cipher;
            kdbx->mode = ciphers[i].mode;
            return 0;
        }
    return -1;
}

/* Which way to the key an id names: 0 AES, 1 Argon2d, 2 Argon2id; -1. */
static int kdf_of(struct slice id)
{
    static const unsigned char ids[][16] = {
        { 0xC9, 0xD9, 0xF3, 0x9A, 0x62, 0x8A, 0x44, 0x60, 0xBF, 0x74, 0x0D, 0x08, 0xC1, 0x8A, 0x4F, 0xEA },
        { 0xEF, 0x63, 0x6D, 0xDF, 0x8C, 0x29, 0x44, 0x4B, 0x91, 0xF7, 0xA9, 0xA4, 0x03, 0xE3, 0x0A, 0x0C },
        { 0x9E, 0x29, 0x8B, 0x19, 0x56, 0xDB, 0x47, 0x73, 0xB2, 0x3D, 0xFC, 0x3E, 0xC6, 0xF0, 0xA1, 0xE6 },
        { 0x7C, 0x02, 0xBB, 0x82, 0x79, 0xA7, 0x4A, 0xC0, 0x92, 0x7D, 0x11, 0x4A, 0x00, 0x64, 0x82, 0x38 },
    };
    for (int i = 0; i < 4; i++)
        if (slice_is_equal(id, slice_of(ids[i], 16)))
            return i % 3;
    return -1;
}

/* A VariantDictionary: typed values by name. */
static int read_kdf(struct kdf *kdf, struct slice rest)
{
    uint16_t version;
    uint8_t type;
    int kind = -1;
    if (slice_eat_u16le(&rest, &version) < 0)
        return -1;
    while (slice_eat_u8(&rest, &type) == 0 && type != 0) {
        uint32_t name_len, len;
        struct slice name, value;
        if (slice_eat_u32le(&rest, &name_len) < 0 || slice_eat(&rest, name_len, &name) < 0 ||
            slice_eat_u32le(&rest, &len) < 0 || slice_eat(&rest, len, &value) < 0)
            return -1;
        if (slice_is_equal(name, slice_str("$UUID")))
            kind = kdf_of(value);
        else if (slice_is_equal(name, slice_str("S")))
            kdf->salt = value;
        else if (slice_is_equal(name, slice_str("R")) || slice_is_equal(name, slice_str("I")))
            kdf->rounds = number_of(value);
        else if (slice_is_equal(name, slice_str("M")))
            kdf->memory = number_of(value);
        else if (slice_is_equal(name, slice_str("P")))
            kdf->lanes = number_of(value);
        else if (slice_is_equal(name, slice_str("V")))
            kdf->version = number_of(value);
    }
    kdf->is_argon2 = kind > 0;
    kdf->variant = kind == 1 ? GCRY_KDF_ARGON2D : GCRY_KDF_ARGON2ID;
    return kind < 0 ? -1 : 0;
}

static int take_field(struct kdbx *kdbx, unsigned id, struct slice value, struct error *err)
{
    switch (id) {
    case H_CIPHER:
        return read_cipher(kdbx, value) < 0 ? error_set(err, ERROR_UNSUPPORTED, "a cipher that is not known")
                                            : 0;
    case H_COMPRESSION:
        kdbx->is_gzip = number_of(value) == 1;
        return 0;
    case H_SEED:
        kdbx->seed = value;
        return 0;
    case H_TRANSFORM_SEED:
        kdbx->kdf.salt = value;
        return 0;
    case H_ROUNDS:
        kdbx->kdf.rounds = number_of(value);
        return 0;
    case H_IV:
        kdbx->iv = value;
        return 0;
    case H_STREAM_KEY:
        kdbx->stream_key = value;
        return 0;
    case H_START:
        kdbx->start = value;
        return 0;
    case H_STREAM:
        kdbx->stream = (uint32_t)number_of(value);
        return 0;
    case H_KDF:
        return read_kdf(&kdbx->kdf, value) < 0
                   ? error_set(err, ERROR_UNSUPPORTED, "a way to the key that is not known")
                   : 0;
    default:
        return 0;
    }
}

static int read_header(struct kdbx *kdbx, struct slice file, struct error *err)
{
    struct slice rest = slice_skip(file, 8), value;
    uint16_t minor, major, short_len;
    uint32_t len;
    uint8_t id;
    if (slice_eat_u16le(&rest, &minor) < 0 || slice_eat_u16le(&rest, &major) < 0)
        return error_set(err, ERROR_FORMAT, "the safe is cut short");
    if (major != 3 && major != 4)
        return error_set(err, ERROR_UNSUPPORTED, "version %u of the format is not known", (unsigned)major);
    kdbx->is_fourth = major == 4;
    do {
        if (slice_eat_u8(&rest, &id) < 0)
            return error_set(err, ERROR_FORMAT, "the safe is cut short");
        if (kdbx->is_fourth ? slice_eat_u32le(&rest, &len) < 0 : slice_eat_u16le(&rest, &short_len) < 0)
            return error_set(err, ERROR_FORMAT, "the safe is cut short");
        if (slice_eat(&rest, kdbx->is_fourth ? len : short_len, &value) < 0)
            return error_set(err, ERROR_FORMAT, "the safe is cut short");
        if (take_field(kdbx, id, value, err) < 0)
            return -1;
    } while (id != H_END);
    kdbx->header = slice_sub(file, 0, file.len - rest.len);
    if (kdbx->is_fourth && slice_eat(&rest, 64, &kdbx->sums) < 0)
        return error_set(err, ERROR_FORMAT, "the safe is cut short");
    kdbx->body = rest;
    return 0;
}

static int check_header(const struct kdbx *kdbx, struct error *err)
{
    size_t iv_len = kdbx->cipher == GCRY_CIPHER_CHACHA20 ? 12 : 16;
    bool is_sound =
        kdbx->cipher && kdbx->seed.len == 32 && kdbx->iv.len == iv_len &&
        (kdbx->is_fourth || kdbx->start.len == 32) &&
        (kdbx->kdf.is_argon2 ? kdbx->kdf.salt.len >= 8 && kdbx->kdf.lanes > 0 && kdbx->kdf.rounds > 0
                             : kdbx->kdf.salt.len == 32);
    if (!is_sound)
        return error_set(err, ERROR_FORMAT, "the safe's header is damaged");
    if (kdbx->kdf.is_argon2 && kdbx->kdf.version != 0x13)
        return error_set(err, ERROR_UNSUPPORTED, "a way to the key that is not known");
    return 0;
}

static int kdbx_open(struct lock *lock, struct error *err)
{
    struct kdbx *kdbx = arena_alloc(lock->arena, sizeof *kdbx);
    char cipher[32];
    lock->state = kdbx;
    if (lock->file.len > KDBX_FILE_MAX)
        return error_set(err, ERROR_LIMIT, "the safe is larger than %zu bytes", KDBX_FILE_MAX);
    if (read_header(kdbx, lock->file, err) < 0 || check_header(kdbx, err) < 0)
        return -1;
    lock_cipher_title(kdbx->cipher, 32, cipher, sizeof cipher);
    if (kdbx->kdf.is_argon2)
        snprintf(lock->scheme, sizeof lock->scheme, "%s, Argon2%s with %llu MiB and %llu rounds", cipher,
                 kdbx->kdf.variant == GCRY_KDF_ARGON2D ? "d" : "id",
                 (unsigned long long)kdbx->kdf.memory / 1024 / 1024, (unsigned long long)kdbx->kdf.rounds);
    else
        snprintf(lock->scheme, sizeof lock->scheme, "%s, AES with %llu rounds", cipher,
                 (unsigned long long)kdbx->kdf.rounds);
    return 1;
}

/* A block enciphered again and again is what CBC makes of zeros after it. */
static bool turn_half(const struct lock *lock, const struct kdf *kdf, unsigned char half[16])
{
    static const unsigned char zeros[16 * KDBX_ROUNDS_CHUNK];
    unsigned char *out = malloc(sizeof zeros);
    gcry_cipher_hd_t cipher =
        lock_cipher_open(GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_CBC, kdf->salt, slice_of(half, 16));
    bool is_done = out && cipher;
    for (uint64_t left = kdf->rounds; left && is_done;) {
        size_t part = left < KDBX_ROUNDS_CHUNK ? (size_t)left : KDBX_ROUNDS_CHUNK;
        gcry_cipher_encrypt(cipher, out, 16 * part, zeros, 16 * part);
        memcpy(half, out + 16 * (part - 1), 16);
        left -= part;
        is_done = !lock_is_late(lock, LOCK_SECONDS);
    }
    gcry_cipher_close(cipher);
    if (out)
        explicit_bzero(out, sizeof zeros);
    free(out);
    return is_done;
}

static enum lock_answer turn(struct lock *lock, const struct kdf *kdf, unsigned char composite[LOCK_HASH_MAX],
                             unsigned char key[LOCK_HASH_MAX], struct error *err)
{
    if (kdf->is_argon2)
        return lock_argon2(kdf->variant, slice_of(composite, 32), kdf->salt, kdf->rounds, kdf->memory,
                           kdf->lanes, key, 32, err);
    if (!turn_half(lock, kdf, composite) || !turn_half(lock, kdf, composite + 16))
        return lock_say(LOCK_LIMIT, err, "deriving the key takes %llu rounds",
                        (unsigned long long)kdf->rounds);
    lock_hash2(GCRY_MD_SHA256, slice_of(composite, 32), slice_of(NULL, 0), key);
    return LOCK_OPEN;
}

/* PASSWORD is NULL for a safe without one, which is not the same as an empty one. */
static enum lock_answer transform(struct lock *lock, const struct kdbx *kdbx, const struct slice *password,
                                  unsigned char key[LOCK_HASH_MAX], struct error *err)
{
    unsigned char word[LOCK_HASH_MAX], composite[LOCK_HASH_MAX];
    size_t len = password ? lock_hash2(GCRY_MD_SHA256, *password, slice_of(NULL, 0), word) : 0;
    lock_hash2(GCRY_MD_SHA256, slice_of(word, len), slice_of(lock->key, lock->key ? LOCK_KEY_FILE : 0),
               composite);
    enum lock_answer answer = turn(lock, &kdbx->kdf, composite, key, err);
    explicit_bzero(word, sizeof word);
    explicit_bzero(composite, sizeof composite);
    return answer;
}

static struct slice le(uint64_t value, size_t len, unsigned char bytes[8])
{
    for (size_t i = 0; i < len; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
    return slice_of(bytes, len);
}

/* kdbx 4: the HMAC of block INDEX, over its index and length where it has any. */
static void block_mac(const struct kdbx *kdbx, uint64_t index, bool has_len, struct slice data,
                      unsigned char mac[LOCK_HASH_MAX])
{
    unsigned char key[LOCK_HASH_MAX], numbers[2][8];
    lock_hash2(GCRY_MD_SHA512, le(index, 8, numbers[0]), slice_of(kdbx->mac_key, 64), key);
    const struct slice pieces[] = { le(index, 8, numbers[0]), le(data.len, 4, numbers[1]), data };
    lock_hmac(GCRY_MD_SHA256, slice_of(key, 64), has_len ? pieces : pieces + 2, has_len ? 3 : 1, mac);
}

static bool is_fourth_right(struct kdbx *kdbx)
{
    unsigned char sum[LOCK_HASH_MAX];
    block_mac(kdbx, UINT64_MAX, false, kdbx->header, sum);
    return lock_is_same(sum, kdbx->sums.ptr + 32, 32);
}

static bool is_third_right(const struct kdbx *kdbx)
{
    unsigned char head[32];
    if (kdbx->body.len < sizeof head)
        return false;
    memcpy(head, kdbx->body.ptr, sizeof head);
    return lock_cipher(kdbx->cipher, kdbx->mode, LOCK_DECIPHER, slice_of(kdbx->key, 32), kdbx->iv, head,
                       sizeof head) == 0 &&
           lock_is_same(head, kdbx->start.ptr, sizeof head);
}

static enum lock_answer try_key(struct lock *lock, const struct slice *password, struct error *err)
{
    struct kdbx *kdbx = lock->state;
    struct kdbx trial = *kdbx;
    unsigned char key[LOCK_HASH_MAX], sum[LOCK_HASH_MAX];
    static const unsigned char one = 1;
    enum lock_answer answer = transform(lock, kdbx, password, key, err);
    if (answer != LOCK_OPEN)
        return answer;
    lock_hash2(GCRY_MD_SHA256, kdbx->seed, slice_of(key, 32), sum);
    memcpy(trial.key, sum, 32);
    const struct slice pieces[] = { kdbx->seed, slice_of(key, 32), slice_of(&one, 1) };
    lock_hash(GCRY_MD_SHA512, pieces, 3, trial.mac_key);
    if (kdbx->is_fourth ? is_fourth_right(&trial) : is_third_right(&trial))
        *kdbx = trial;
    else
        answer = LOCK_WRONG;
    explicit_bzero(&trial, sizeof trial);
    explicit_bzero(key, sizeof key);
    return answer;
}

static enum lock_answer kdbx_try(struct lock *lock, struct slice password, struct error *err)
{
    enum lock_answer answer = try_key(lock, &password, err);
    return answer == LOCK_WRONG && password.len == 0 ? try_key(lock, NULL, err) : answer;
}

/* kdbx 4: blocks with an HMAC each, then deciphered as one. 0 or -1. */
static int read_fourth(const struct kdbx *kdbx, struct buffer *out)
{
    struct slice rest = kdbx->body, mac, data;
    unsigned char sum[LOCK_HASH_MAX];
    uint32_t len;
    for (uint64_t index = 0; slice_eat(&rest, 32, &mac) == 0 && slice_eat_u32le(&rest, &len) == 0; index++) {
        if (slice_eat(&rest, len, &data) < 0)
            return -1;
        block_mac(kdbx, index, true, data, sum);
        if (!lock_is_same(sum, mac.ptr, 32))
            return -1;
        buffer_put(out, data);
        if (len == 0)
            break;
    }
    return 0;
}

static int decipher(const struct kdbx *kdbx, struct buffer *out)
{
    if (out->len == 0 || (kdbx->mode == GCRY_CIPHER_MODE_CBC && out->len % 16) ||
        lock_cipher(kdbx->cipher, kdbx->mode, LOCK_DECIPHER, slice_of(kdbx->key, 32), kdbx->iv, out->ptr,
                    out->len) < 0)
        return -1;
    if (kdbx->mode == GCRY_CIPHER_MODE_CBC) {
        size_t len = lock_unpad(out->ptr, out->len, 16);
        out->len = len == SLICE_NONE ? out->len : len;
    }
    return 0;
}

/* kdbx 3.1: deciphered, then blocks with a hash each, behind the bytes that prove the key. */
static void take_hashed_blocks(struct buffer *bytes)
{
    struct slice rest = slice_skip(buffer_slice(bytes), 32), hash, data;
    uint32_t index, len;
    size_t to = 0;
    while (slice_eat_u32le(&rest, &index) == 0 && slice_eat(&rest, 32, &hash) == 0 &&
           slice_eat_u32le(&rest, &len) == 0 && len) {
        unsigned char sum[LOCK_HASH_MAX];
        if (slice_eat(&rest, len, &data) < 0)
            break;
        lock_hash2(GCRY_MD_SHA256, data, slice_of(NULL, 0), sum);
        if (!lock_is_same(sum, hash.ptr, 32))
            break;
        memmove(bytes->ptr + to, data.ptr, data.len);
        to += data.len;
    }
    bytes->len = to;
}

static int gunzip(struct slice in, const struct limits *limits, struct buffer *out)
{
    unsigned char part[32 * 1024];
    z_stream stream = { .next_in = (unsigned char *)(uintptr_t)in.ptr, .avail_in = (uInt)in.len };
    int state = inflateInit2(&stream, 16 + MAX_WBITS);
    while (state == Z_OK && !out->is_overfull) {
        stream.next_out = part;
        stream.avail_out = sizeof part;
        state = inflate(&stream, Z_NO_FLUSH);
        buffer_put(out, slice_of(part, sizeof part - stream.avail_out));
        if (out->len > limits->ratio_free && out->len / limits->ratio > in.len)
            break;
        if (stream.avail_in == 0 && stream.avail_out)
            break;
    }
    inflateEnd(&stream);
    explicit_bzero(part, sizeof part);
    return state == Z_STREAM_END && !out->is_overfull ? 0 : -1;
}

/* The stream that hides protected values, each beginning where the last ended. */
static gcry_cipher_hd_t open_stream(uint32_t stream, struct slice key)
{
    static const unsigned char salsa_iv[] = { 0xE8, 0x30, 0x09, 0x4B, 0x97, 0x20, 0x5D, 0x2A };
    unsigned char sum[LOCK_HASH_MAX];
    gcry_cipher_hd_t cipher = NULL;
    if (stream == STREAM_SALSA20) {
        lock_hash2(GCRY_MD_SHA256, key, slice_of(NULL, 0), sum);
        cipher = lock_cipher_open(GCRY_CIPHER_SALSA20, GCRY_CIPHER_MODE_STREAM, slice_of(sum, 32),
                                  slice_of(salsa_iv, sizeof salsa_iv));
    } else if (stream == STREAM_CHACHA20) {
        lock_hash2(GCRY_MD_SHA512, key, slice_of(NULL, 0), sum);
        cipher = lock_cipher_open(GCRY_CIPHER_CHACHA20, GCRY_CIPHER_MODE_STREAM, slice_of(sum, 32),
                                  slice_of(sum + 32, 12));
    }
    explicit_bzero(sum, sizeof sum);
    return cipher;
}

static void put_escaped(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        switch (text.ptr[i]) {
        case '<':
            buffer_put_str(out, "&lt;");
            break;
        case '>':
            buffer_put_str(out, "&gt;");
            break;
        case '&':
            buffer_put_str(out, "&amp;");
            break;
        default:
            buffer_put_byte(out, text.ptr[i]);
        }
}

/* VALUE (base64) in clear, or as it stands where it is none. */
static void put_value(struct lock *lock, gcry_cipher_hd_t stream, struct slice value, struct buffer *out)
{
    struct arena_mark mark = arena_mark(lock->arena);
    size_t room = value.len / 4 * 3 + 3;
    unsigned char *bytes = arena_alloc(lock->arena, room);
    size_t len = codec_base64(slice_trim(value), bytes, room);
    if (len == SLICE_NONE || len == 0) {
        buffer_put(out, value);
    } else {
        gcry_cipher_decrypt(stream, bytes, len, NULL, 0);
        put_escaped(out, slice_of(bytes, len));
    }
    arena_rewind(lock->arena, mark);
}

/* Does AT of XML stand inside a tag? */
static bool is_in_tag(struct slice xml, size_t at)
{
    for (size_t i = at, seen = 0; i-- > 0 && seen < 1024; seen++) {
        if (xml.ptr[i] == '<')
            return true;
        if (xml.ptr[i] == '>')
            return false;
    }
    return false;
}

/* The XML, in which elements with Protected="True" are deciphered in order. */
static void put_xml(struct lock *lock, struct slice xml, uint32_t stream_id, struct slice key,
                    struct buffer *out)
{
    gcry_cipher_hd_t stream = open_stream(stream_id, key);
    while (xml.len && stream) {
        size_t at = slice_find(xml, 0, slice_str(" Protected=\"True\"")), end, next;
        if (at == SLICE_NONE || (end = slice_find_byte(xml, at, '>')) == SLICE_NONE)
            break;
        next = slice_find_byte(xml, end, '<');
        next = next == SLICE_NONE ? xml.len : next;
        buffer_put(out, slice_sub(xml, 0, end + 1));
        if (!is_in_tag(xml, at)) {
            xml = slice_skip(xml, end + 1);
            continue;
        }
        if (xml.ptr[end - 1] != '/')
            put_value(lock, stream, slice_sub(xml, end + 1, next - end - 1), out);
        else
            next = end + 1;
        xml = slice_skip(xml, next);
    }
    buffer_put(out, xml);
    gcry_cipher_close(stream);
}

/* kdbx 4 has the stream's key and the attachments before the XML. The attachments come behind it, in base64. */
static void put_fourth(struct lock *lock, struct slice bytes, struct buffer *out)
{
    uint32_t stream = STREAM_NONE, len;
    struct slice key = slice_of(NULL, 0), value, rest = bytes;
    uint8_t id;
    while (slice_eat_u8(&rest, &id) == 0 && slice_eat_u32le(&rest, &len) == 0 &&
           slice_eat(&rest, len, &value) == 0 && id != 0) {
        if (id == 1)
            stream = (uint32_t)number_of(value);
        else if (id == 2)
            key = value;
    }
    put_xml(lock, rest, stream, key, out);
    rest = bytes;
    while (slice_eat_u8(&rest, &id) == 0 && slice_eat_u32le(&rest, &len) == 0 &&
           slice_eat(&rest, len, &value) == 0 && id != 0) {
        if (id != 3)
            continue;
        buffer_put_str(out, "\n<Binary>");
        codec_put_base64(out, slice_skip(value, 1), CODEC_STANDARD);
        buffer_put_str(out, "</Binary>\n");
    }
}

static int kdbx_content(struct lock *lock, struct lock_content *content, struct error *err)
{
    const struct kdbx *kdbx = lock->state;
    struct buffer bytes, plain;
    content->name = "unlocked.xml";
    buffer_init(&bytes, kdbx->body.len + 1);
    buffer_init(&plain, KDBX_XML_MAX);
    int result = kdbx->is_fourth ? read_fourth(kdbx, &bytes) : buffer_put(&bytes, kdbx->body);
    if (result == 0)
        result = decipher(kdbx, &bytes);
    if (result == 0 && !kdbx->is_fourth)
        take_hashed_blocks(&bytes);
    if (result == 0 && kdbx->is_gzip)
        result = gunzip(buffer_slice(&bytes), lock->limits, &plain);
    struct slice text = kdbx->is_gzip ? buffer_slice(&plain) : buffer_slice(&bytes);
    if (result == 0 && kdbx->is_fourth)
        put_fourth(lock, text, content->out);
    else if (result == 0)
        put_xml(lock, text, kdbx->stream, kdbx->stream_key, content->out);
    buffer_release(&bytes);
    buffer_release(&plain);
    return result < 0 ? error_set(err, ERROR_FORMAT, "the safe's content is damaged") : 1;
}

const struct lock_kind lock_kdbx = {
    .name = "kdbx",
    .title = "KeePass safe",
    .probe = kdbx_probe,
    .takes_key = true,
    .open = kdbx_open,
    .try = kdbx_try,
    .content = kdbx_content,
};
