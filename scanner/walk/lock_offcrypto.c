/* lock_offcrypto.c - the encryption that old and new Office files share (MS-OFFCRYPTO). */
#include "walk/lock_offcrypto.h"

#include <stdio.h>

#define ALGORITHM_RC4 0x6801u
#define ALGORITHM_AES128 0x660Eu
#define ALGORITHM_AES256 0x6610u
#define STANDARD_ROUNDS 50000
#define SHA1_LEN 20

static int take(struct slice *rest, unsigned char *into, size_t len)
{
    struct slice part;
    if (slice_eat(rest, len, &part) < 0)
        return -1;
    memcpy(into, part.ptr, len);
    return 0;
}

/* EncryptionHeader and EncryptionVerifier (sections 2.3.2, 2.3.3). */
static int read_api(struct slice rest, struct offcrypto *crypto, struct error *err)
{
    uint32_t flags, size, extra, algorithm = 0, hash, bits = 0, salt_len, hash_len;
    struct slice header;
    if (slice_eat_u32le(&rest, &flags) < 0 || slice_eat_u32le(&rest, &size) < 0 ||
        slice_eat(&rest, size, &header) < 0 || slice_eat_u32le(&header, &flags) < 0 ||
        slice_eat_u32le(&header, &extra) < 0 || slice_eat_u32le(&header, &algorithm) < 0 ||
        slice_eat_u32le(&header, &hash) < 0 || slice_eat_u32le(&header, &bits) < 0)
        return error_set(err, ERROR_FORMAT, "its encryption header is cut short");
    bool is_rc4 = algorithm == ALGORITHM_RC4;
    if (bits == 0)
        bits = 40;
    if (is_rc4 ? bits > 128 || bits % 8 != 0 || bits < 40
               : algorithm < ALGORITHM_AES128 || algorithm > ALGORITHM_AES256 ||
                     bits != 128 + 64 * (algorithm - ALGORITHM_AES128))
        return error_set(err, ERROR_UNSUPPORTED, "an encryption that is not known");
    crypto->kind = is_rc4 ? OFFCRYPTO_RC4_API : OFFCRYPTO_STANDARD;
    crypto->key_len = bits / 8;
    if (slice_eat_u32le(&rest, &salt_len) < 0 || salt_len != 16 || take(&rest, crypto->salt, 16) < 0 ||
        take(&rest, crypto->verifier, 16) < 0 || slice_eat_u32le(&rest, &hash_len) < 0 ||
        hash_len != SHA1_LEN || take(&rest, crypto->hash, is_rc4 ? 20 : 32) < 0)
        return error_set(err, ERROR_FORMAT, "its encryption header is cut short");
    return 0;
}

int offcrypto_read(struct slice header, struct offcrypto *crypto, char *scheme, size_t size,
                   struct error *err)
{
    uint16_t major, minor;
    *crypto = (struct offcrypto){ .kind = OFFCRYPTO_RC4_40, .key_len = 5 };
    if (slice_eat_u16le(&header, &major) < 0 || slice_eat_u16le(&header, &minor) < 0)
        return error_set(err, ERROR_FORMAT, "its encryption header is cut short");
    if (major == 1 && minor == 1) {
        snprintf(scheme, size, "RC4-40");
        if (take(&header, crypto->salt, 16) < 0 || take(&header, crypto->verifier, 16) < 0 ||
            take(&header, crypto->hash, 16) < 0)
            return error_set(err, ERROR_FORMAT, "its encryption header is cut short");
        return 0;
    }
    if (minor != 2 || major < 2 || major > 4)
        return error_set(err, ERROR_UNSUPPORTED, "encryption version %u.%u is not known", (unsigned)major,
                         (unsigned)minor);
    if (read_api(header, crypto, err) < 0)
        return -1;
    if (crypto->kind == OFFCRYPTO_RC4_API)
        snprintf(scheme, size, "RC4-%zu, CryptoAPI", crypto->key_len * 8);
    else
        snprintf(scheme, size, "AES-%zu, SHA-1 with %d rounds", crypto->key_len * 8, STANDARD_ROUNDS);
    return 0;
}

static struct slice number(uint32_t value, unsigned char bytes[4])
{
    for (size_t i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(value >> (8 * i));
    return slice_of(bytes, 4);
}

/* Section 2.3.6.2: five bytes of the password's hash and the salt, sixteen times, hashed again. */
static void derive_rc4_40(struct offcrypto *crypto, struct slice wide)
{
    unsigned char sum[LOCK_HASH_MAX], mixed[16 * 21];
    lock_hash2(GCRY_MD_MD5, wide, slice_of(NULL, 0), sum);
    for (size_t i = 0; i < 16; i++) {
        memcpy(mixed + 21 * i, sum, 5);
        memcpy(mixed + 21 * i + 5, crypto->salt, 16);
    }
    lock_hash2(GCRY_MD_MD5, slice_of(mixed, sizeof mixed), slice_of(NULL, 0), sum);
    memcpy(crypto->base, sum, 5);
}

/* Section 2.3.4.7. */
static void derive_standard(struct offcrypto *crypto, struct slice wide)
{
    unsigned char sum[LOCK_HASH_MAX], step[4 + SHA1_LEN], halves[2][64], key[2 * LOCK_HASH_MAX], bytes[4];
    lock_hash2(GCRY_MD_SHA1, slice_of(crypto->salt, 16), wide, sum);
    for (uint32_t i = 0; i < STANDARD_ROUNDS; i++) {
        number(i, step);
        memcpy(step + 4, sum, SHA1_LEN);
        gcry_md_hash_buffer(GCRY_MD_SHA1, sum, step, sizeof step);
    }
    lock_hash2(GCRY_MD_SHA1, slice_of(sum, SHA1_LEN), number(0, bytes), sum);
    memset(halves[0], 0x36, 64);
    memset(halves[1], 0x5C, 64);
    for (size_t i = 0; i < SHA1_LEN; i++) {
        halves[0][i] ^= sum[i];
        halves[1][i] ^= sum[i];
    }
    gcry_md_hash_buffer(GCRY_MD_SHA1, key, halves[0], 64);
    gcry_md_hash_buffer(GCRY_MD_SHA1, key + SHA1_LEN, halves[1], 64);
    memcpy(crypto->base, key, crypto->key_len);
}

static size_t block_key(const struct offcrypto *crypto, uint32_t block, unsigned char key[LOCK_HASH_MAX])
{
    unsigned char bytes[4];
    if (crypto->kind == OFFCRYPTO_RC4_40)
        return lock_hash2(GCRY_MD_MD5, slice_of(crypto->base, 5), number(block, bytes), key);
    lock_hash2(GCRY_MD_SHA1, slice_of(crypto->base, SHA1_LEN), number(block, bytes), key);
    if (crypto->key_len > 5)
        return crypto->key_len;
    memset(key + 5, 0, 11); /* 40 bits are used as 128 of which the rest is zero */
    return 16;
}

void offcrypto_rc4(const struct offcrypto *crypto, uint32_t first, size_t block_len, unsigned char *bytes,
                   size_t len)
{
    unsigned char key[LOCK_HASH_MAX];
    for (size_t at = 0; at < len; at += block_len, first++) {
        size_t part = len - at < block_len ? len - at : block_len;
        size_t key_len = block_key(crypto, first, key);
        lock_cipher(GCRY_CIPHER_ARCFOUR, GCRY_CIPHER_MODE_STREAM, LOCK_DECIPHER, slice_of(key, key_len),
                    slice_of(NULL, 0), bytes + at, part);
        if (block_len > len - at)
            break;
    }
    explicit_bzero(key, sizeof key);
}

static bool rc4_fits(const struct offcrypto *crypto)
{
    unsigned char mixed[36], sum[LOCK_HASH_MAX];
    size_t hash_len = crypto->kind == OFFCRYPTO_RC4_40 ? 16 : SHA1_LEN;
    memcpy(mixed, crypto->verifier, 16);
    memcpy(mixed + 16, crypto->hash, hash_len);
    offcrypto_rc4(crypto, 0, 1024, mixed, 16 + hash_len);
    gcry_md_hash_buffer(crypto->kind == OFFCRYPTO_RC4_40 ? GCRY_MD_MD5 : GCRY_MD_SHA1, sum, mixed, 16);
    return lock_is_same(sum, mixed + 16, hash_len);
}

static bool standard_fits(const struct offcrypto *crypto)
{
    unsigned char mixed[48], sum[LOCK_HASH_MAX];
    memcpy(mixed, crypto->verifier, 16);
    memcpy(mixed + 16, crypto->hash, 32);
    if (lock_cipher(lock_aes(crypto->key_len), GCRY_CIPHER_MODE_ECB, LOCK_DECIPHER,
                    slice_of(crypto->base, crypto->key_len), slice_of(NULL, 0), mixed, sizeof mixed) < 0)
        return false;
    gcry_md_hash_buffer(GCRY_MD_SHA1, sum, mixed, 16);
    return lock_is_same(sum, mixed + 16, SHA1_LEN);
}

enum lock_answer offcrypto_try(struct lock *lock, struct offcrypto *crypto, struct slice wide,
                               struct error *err)
{
    unsigned char sum[LOCK_HASH_MAX];
    (void)lock;
    (void)err;
    switch (crypto->kind) {
    case OFFCRYPTO_RC4_40:
        derive_rc4_40(crypto, wide);
        return rc4_fits(crypto) ? LOCK_OPEN : LOCK_WRONG;
    case OFFCRYPTO_RC4_API:
        lock_hash2(GCRY_MD_SHA1, slice_of(crypto->salt, 16), wide, sum);
        memcpy(crypto->base, sum, SHA1_LEN);
        return rc4_fits(crypto) ? LOCK_OPEN : LOCK_WRONG;
    case OFFCRYPTO_STANDARD:
        derive_standard(crypto, wide);
        return standard_fits(crypto) ? LOCK_OPEN : LOCK_WRONG;
    }
    return LOCK_WRONG;
}
