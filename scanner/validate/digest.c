/* digest.c - checksums, and libcrypto's low-level calls: its newer ones allocate and read a configuration file. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "validate/digest.h"

#include <openssl/aes.h>
#include <openssl/des.h>
#include <openssl/sha.h>

/* Bit by bit: tokens are short, and a table would cost more than it saves. */
uint32_t digest_crc32(struct slice bytes)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= bytes.ptr[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

uint32_t digest_crc24(struct slice bytes)
{
    uint32_t crc = 0xB704CE;
    for (size_t i = 0; i < bytes.len; i++) {
        crc ^= (uint32_t)bytes.ptr[i] << 16;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 0x800000 ? crc << 1 ^ 0x1864CFB : crc << 1;
    }
    return crc & 0xFFFFFF;
}

static uint32_t rotate(uint32_t value, unsigned by)
{
    return value << by | value >> (32 - by);
}

static void marvin_mix(uint32_t *low, uint32_t *high)
{
    *high ^= *low;
    *low = rotate(*low, 20) + *high;
    *high = rotate(*high, 9) ^ *low;
    *low = rotate(*low, 27) + *high;
    *high = rotate(*high, 19);
}

uint64_t digest_marvin64(struct slice bytes, uint64_t seed)
{
    uint32_t low = (uint32_t)seed, high = (uint32_t)(seed >> 32), word;
    while (slice_eat_u32le(&bytes, &word) == 0) {
        low += word;
        marvin_mix(&low, &high);
    }
    uint32_t last = 0x80u << 8 * bytes.len;
    for (size_t i = 0; i < bytes.len; i++)
        last |= (uint32_t)bytes.ptr[i] << 8 * i;
    low += last;
    marvin_mix(&low, &high);
    marvin_mix(&low, &high);
    return (uint64_t)high << 32 | low;
}

uint32_t digest_marvin32(struct slice bytes, uint64_t seed)
{
    uint64_t whole = digest_marvin64(bytes, seed);
    return (uint32_t)whole ^ (uint32_t)(whole >> 32);
}

void digest_sha1(struct slice bytes, unsigned char out[DIGEST_SHA1])
{
    SHA_CTX context;
    SHA1_Init(&context);
    SHA1_Update(&context, bytes.ptr, bytes.len);
    SHA1_Final(out, &context);
}

void digest_sha256(struct slice bytes, unsigned char out[DIGEST_SHA256])
{
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes.ptr, bytes.len);
    SHA256_Final(out, &context);
}

static void hmac_pad(struct slice key, unsigned char fill, unsigned char pad[64])
{
    memset(pad, fill, 64);
    for (size_t i = 0; i < key.len && i < 64; i++)
        pad[i] ^= key.ptr[i];
}

void digest_hmac_sha1(struct slice key, const struct slice *pieces, size_t count,
                      unsigned char out[DIGEST_SHA1])
{
    unsigned char pad[64];
    SHA_CTX context;
    hmac_pad(key, 0x36, pad);
    SHA1_Init(&context);
    SHA1_Update(&context, pad, sizeof pad);
    for (size_t i = 0; i < count; i++)
        SHA1_Update(&context, pieces[i].ptr, pieces[i].len);
    SHA1_Final(out, &context);
    hmac_pad(key, 0x5c, pad);
    SHA1_Init(&context);
    SHA1_Update(&context, pad, sizeof pad);
    SHA1_Update(&context, out, DIGEST_SHA1);
    SHA1_Final(out, &context);
}

void digest_hmac_sha256(struct slice key, const struct slice *pieces, size_t count,
                        unsigned char out[DIGEST_SHA256])
{
    unsigned char pad[64];
    SHA256_CTX context;
    hmac_pad(key, 0x36, pad);
    SHA256_Init(&context);
    SHA256_Update(&context, pad, sizeof pad);
    for (size_t i = 0; i < count; i++)
        SHA256_Update(&context, pieces[i].ptr, pieces[i].len);
    SHA256_Final(out, &context);
    hmac_pad(key, 0x5c, pad);
    SHA256_Init(&context);
    SHA256_Update(&context, pad, sizeof pad);
    SHA256_Update(&context, out, DIGEST_SHA256);
    SHA256_Final(out, &context);
}

void digest_aes256_cbc(const unsigned char key[32], enum digest_way way, const unsigned char *in,
                       unsigned char *out, size_t len)
{
    unsigned char iv[16] = { 0 };
    AES_KEY schedule;
    if (way == DIGEST_ENCRYPT)
        AES_set_encrypt_key(key, 256, &schedule);
    else
        AES_set_decrypt_key(key, 256, &schedule);
    AES_cbc_encrypt(in, out, len - len % 16, &schedule, iv,
                    way == DIGEST_ENCRYPT ? AES_ENCRYPT : AES_DECRYPT);
}

void digest_des(const unsigned char key[8], enum digest_way way, const unsigned char in[8],
                unsigned char out[8])
{
    DES_key_schedule schedule;
    DES_cblock block, from, to;
    memcpy(block, key, 8);
    memcpy(from, in, 8);
    DES_set_key_unchecked(&block, &schedule);
    DES_ecb_encrypt(&from, &to, &schedule, way == DIGEST_ENCRYPT ? DES_ENCRYPT : DES_DECRYPT);
    memcpy(out, to, 8);
}
