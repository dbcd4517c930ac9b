/* lock_crypto.c - what all locks share of ciphers, hashes and ways to a key. */
#include <openssl/evp.h>
#include <stdio.h>

#include "base/utf8.h"
#include "walk/lock_parts.h"

/* Iterations of PBKDF2 that stay inside LOCK_SECONDS on a slow machine (about half a microsecond each for SHA-256). */
#define PBKDF2_ROUNDS_MAX ((uint64_t)2500000)

/* Argon2: bytes filled in all, about two seconds' worth; and the most lanes, each of which fills eight blocks of 1024 bytes at the least. */
#define ARGON2_WORK_MAX ((uint64_t)3 * 1024 * 1024 * 1024)
#define ARGON2_LANES_MAX 64
#define ARGON2_LANE_LEAST ((uint64_t)8 * 1024)

int lock_init(struct error *err)
{
    unsigned char out[LOCK_HASH_MAX];
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
        return 0;
    if (!gcry_check_version("1.10.0"))
        return error_set(err, ERROR_SYSTEM, "libgcrypt is older than 1.10");
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    if (lock_pbkdf2(GCRY_MD_SHA256, slice_str("x"), slice_str("x"), 1, out, 16, err) != LOCK_OPEN)
        return -1;
    return 0;
}

static size_t put_utf16(struct slice password, unsigned char *out, bool is_big)
{
    bool is_utf8 = utf8_is_valid(password);
    struct slice rest = slice_sub(password, 0, LOCK_PASSWORD_MAX);
    size_t len = 0;
    while (rest.len) {
        uint32_t code = rest.ptr[0];
        if (is_utf8)
            utf8_eat(&rest, &code);
        else
            rest = slice_skip(rest, 1);
        uint16_t units[2] = { (uint16_t)code, 0 };
        if (code > 0xFFFF) {
            units[0] = (uint16_t)(0xD800 + ((code - 0x10000) >> 10));
            units[1] = (uint16_t)(0xDC00 + ((code - 0x10000) & 0x3FF));
        }
        for (int i = 0; i < 2 && (i == 0 || units[1]); i++) {
            out[len++] = (unsigned char)(is_big ? units[i] >> 8 : units[i]);
            out[len++] = (unsigned char)(is_big ? units[i] : units[i] >> 8);
        }
    }
    return len;
}

size_t lock_utf16(struct slice password, unsigned char out[2 * LOCK_PASSWORD_MAX])
{
    return put_utf16(password, out, false);
}

size_t lock_utf16be(struct slice password, unsigned char out[2 * LOCK_PASSWORD_MAX])
{
    return put_utf16(password, out, true);
}

bool lock_has_hash(int md)
{
    return md && gcry_md_test_algo(md) == 0 && gcry_md_get_algo_dlen(md) <= LOCK_HASH_MAX;
}

size_t lock_hash(int md, const struct slice *pieces, size_t count, unsigned char out[LOCK_HASH_MAX])
{
    gcry_md_hd_t hash;
    size_t len = gcry_md_get_algo_dlen(md);
    if (gcry_md_open(&hash, md, 0))
        abort();
    for (size_t i = 0; i < count; i++)
        gcry_md_write(hash, pieces[i].ptr, pieces[i].len);
    memcpy(out, gcry_md_read(hash, md), len);
    gcry_md_close(hash);
    return len;
}

size_t lock_hash2(int md, struct slice first, struct slice second, unsigned char out[LOCK_HASH_MAX])
{
    const struct slice pieces[] = { first, second };
    return lock_hash(md, pieces, 2, out);
}

size_t lock_hmac(int md, struct slice key, const struct slice *pieces, size_t count,
                 unsigned char out[LOCK_HASH_MAX])
{
    gcry_md_hd_t hash;
    size_t len = gcry_md_get_algo_dlen(md);
    if (gcry_md_open(&hash, md, GCRY_MD_FLAG_HMAC) ||
        gcry_md_setkey(hash, key.len ? (const void *)key.ptr : "", key.len))
        abort();
    for (size_t i = 0; i < count; i++)
        gcry_md_write(hash, pieces[i].ptr, pieces[i].len);
    memcpy(out, gcry_md_read(hash, md), len);
    gcry_md_close(hash);
    return len;
}

static const EVP_MD *evp_of(int md)
{
    switch (md) {
    case GCRY_MD_MD5:
        return EVP_md5();
    case GCRY_MD_SHA1:
        return EVP_sha1();
    case GCRY_MD_SHA224:
        return EVP_sha224();
    case GCRY_MD_SHA256:
        return EVP_sha256();
    case GCRY_MD_SHA384:
        return EVP_sha384();
    case GCRY_MD_SHA512:
        return EVP_sha512();
    default:
        return NULL;
    }
}

enum lock_answer lock_pbkdf2(int md, struct slice password, struct slice salt, uint64_t rounds,
                             unsigned char *out, size_t len, struct error *err)
{
    const EVP_MD *evp = evp_of(md);
    if (!evp || rounds == 0)
        return lock_say(LOCK_UNSUPPORTED, err, "a key derivation that is not known");
    uint64_t blocks = (len + (size_t)EVP_MD_size(evp) - 1) / (size_t)EVP_MD_size(evp);
    if (rounds > PBKDF2_ROUNDS_MAX / (blocks ? blocks : 1))
        return lock_say(LOCK_LIMIT, err, "deriving the key takes %llu rounds", (unsigned long long)rounds);
    if (salt.len > 64 * 1024 ||
        PKCS5_PBKDF2_HMAC(password.len ? (const char *)password.ptr : "", (int)password.len, salt.ptr,
                          (int)salt.len, (int)rounds, evp, (int)len, out) != 1)
        return lock_say(LOCK_UNSUPPORTED, err, "a key derivation that is not known");
    return LOCK_OPEN;
}

enum lock_answer lock_argon2(int variant, struct slice password, struct slice salt, uint64_t rounds,
                             uint64_t memory, uint64_t lanes, unsigned char *out, size_t len,
                             struct error *err)
{
    if (password.len == 0) /* libgcrypt takes none, and nothing locks with none */
        return LOCK_WRONG;
    if (lanes == 0 || rounds == 0)
        return lock_say(LOCK_UNSUPPORTED, err, "Argon2 refuses its parameters");
    uint64_t least = lanes <= ARGON2_LANES_MAX ? lanes * ARGON2_LANE_LEAST : 1;
    if (memory > LOCK_MEMORY || lanes > ARGON2_LANES_MAX ||
        rounds > ARGON2_WORK_MAX / (memory > least ? memory : least))
        return lock_say(LOCK_LIMIT, err, "Argon2 with %llu MiB and %llu rounds",
                        (unsigned long long)memory / 1024 / 1024, (unsigned long long)rounds);
    const unsigned long params[] = { len, (unsigned long)rounds, (unsigned long)(memory / 1024),
                                     (unsigned long)lanes };
    gcry_kdf_hd_t kdf;
    if (gcry_kdf_open(&kdf, GCRY_KDF_ARGON2, variant, params, 4,
                      password.len ? (const void *)password.ptr : "", password.len, salt.ptr, salt.len, NULL,
                      0, NULL, 0))
        return lock_say(LOCK_UNSUPPORTED, err, "Argon2 refuses its parameters");
    gcry_error_t wrong = gcry_kdf_compute(kdf, NULL);
    if (!wrong)
        wrong = gcry_kdf_final(kdf, len, out);
    gcry_kdf_close(kdf);
    return wrong ? lock_say(LOCK_UNSUPPORTED, err, "Argon2 refuses its parameters") : LOCK_OPEN;
}

gcry_cipher_hd_t lock_cipher_open(int cipher, int mode, struct slice key, struct slice iv)
{
    gcry_cipher_hd_t handle = NULL;
    if (gcry_cipher_open(&handle, cipher, mode, 0))
        return NULL;
    gcry_error_t wrong = gcry_cipher_setkey(handle, key.ptr, key.len);
    if (gcry_err_code(wrong) == GPG_ERR_WEAK_KEY) /* old files have what keys they have */
        wrong = 0;
    if (!wrong && iv.len)
        wrong = mode == GCRY_CIPHER_MODE_CTR ? gcry_cipher_setctr(handle, iv.ptr, iv.len)
                                             : gcry_cipher_setiv(handle, iv.ptr, iv.len);
    if (!wrong)
        return handle;
    gcry_cipher_close(handle);
    return NULL;
}

int lock_cipher(int cipher, int mode, enum lock_way way, struct slice key, struct slice iv,
                unsigned char *bytes, size_t len)
{
    gcry_cipher_hd_t handle = lock_cipher_open(cipher, mode, key, iv);
    if (!handle)
        return -1;
    gcry_error_t wrong = len == 0               ? 0
                         : way == LOCK_DECIPHER ? gcry_cipher_decrypt(handle, bytes, len, NULL, 0)
                                                : gcry_cipher_encrypt(handle, bytes, len, NULL, 0);
    gcry_cipher_close(handle);
    return wrong ? -1 : 0;
}

int lock_aes(size_t key_len)
{
    return key_len == 32 ? GCRY_CIPHER_AES256 : key_len == 24 ? GCRY_CIPHER_AES192 : GCRY_CIPHER_AES128;
}

void lock_cipher_title(int cipher, size_t key_len, char *out, size_t size)
{
    static const struct {
        int cipher;
        const char *name;
    } names[] = {
        { GCRY_CIPHER_AES128, "AES" },           { GCRY_CIPHER_AES192, "AES" },
        { GCRY_CIPHER_AES256, "AES" },           { GCRY_CIPHER_CAMELLIA128, "Camellia" },
        { GCRY_CIPHER_CAMELLIA192, "Camellia" }, { GCRY_CIPHER_CAMELLIA256, "Camellia" },
        { GCRY_CIPHER_ARCFOUR, "RC4" },          { GCRY_CIPHER_RFC2268_40, "RC2" },
        { GCRY_CIPHER_RFC2268_128, "RC2" },      { GCRY_CIPHER_TWOFISH, "Twofish" },
        { GCRY_CIPHER_BLOWFISH, "Blowfish" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].cipher == cipher) {
            snprintf(out, size, "%s-%zu", names[i].name, key_len * 8);
            return;
        }
    }
    snprintf(out, size, "%s", gcry_cipher_algo_name(cipher)); /* those whose key has one length */
}

size_t lock_armor_end(struct slice text, size_t at)
{
    size_t end = slice_find(text, at, slice_str("-----END "));
    end = end == SLICE_NONE ? end : slice_find(text, end + 9, slice_str("-----"));
    return end == SLICE_NONE ? text.len : end + 5;
}

size_t lock_unpad(const unsigned char *bytes, size_t len, size_t block)
{
    size_t pad = len ? bytes[len - 1] : 0;
    if (pad == 0 || pad > block || pad > len)
        return SLICE_NONE;
    for (size_t i = len - pad; i < len; i++)
        if (bytes[i] != pad)
            return SLICE_NONE;
    return len - pad;
}

bool lock_is_same(const void *a, const void *b, size_t len)
{
    return memcmp(a, b, len) == 0;
}
