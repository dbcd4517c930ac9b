/* lock_pbe.c - encryption under a password by PKCS #5, PKCS #12 and Java's key stores. */
#include "walk/lock_pbe.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "validate/codec.h"
#include "validate/der.h"

/* The old ways derive by that many hashes at most: about a second. */
#define HASH_ROUNDS_MAX ((uint64_t)2500000)
#define PKCS12_PASSWORD_MAX (2 * LOCK_PASSWORD_MAX + 2)
#define PBE_SALT_MAX ((size_t)1024)

enum derivation { DERIVE_PBES2, DERIVE_PKCS12, DERIVE_PBKDF1, DERIVE_JCE };

struct lock_pbe_scheme {
    const char *oid;
    enum derivation derivation;
    int md, cipher, mode;
    unsigned char key_len, iv_len;
};

static const struct lock_pbe_scheme schemes[] = {
    { "1.2.840.113549.1.5.13", DERIVE_PBES2, 0, 0, 0, 0, 0 },
    { "1.2.840.113549.1.12.1.1", DERIVE_PKCS12, GCRY_MD_SHA1, GCRY_CIPHER_ARCFOUR, GCRY_CIPHER_MODE_STREAM,
      16, 0 },
    { "1.2.840.113549.1.12.1.2", DERIVE_PKCS12, GCRY_MD_SHA1, GCRY_CIPHER_ARCFOUR, GCRY_CIPHER_MODE_STREAM, 5,
      0 },
    { "1.2.840.113549.1.12.1.3", DERIVE_PKCS12, GCRY_MD_SHA1, GCRY_CIPHER_3DES, GCRY_CIPHER_MODE_CBC, 24, 8 },
    { "1.2.840.113549.1.12.1.4", DERIVE_PKCS12, GCRY_MD_SHA1, GCRY_CIPHER_3DES, GCRY_CIPHER_MODE_CBC, 16, 8 },
    { "1.2.840.113549.1.12.1.5", DERIVE_PKCS12, GCRY_MD_SHA1, GCRY_CIPHER_RFC2268_128, GCRY_CIPHER_MODE_CBC,
      16, 8 },
    { "1.2.840.113549.1.12.1.6", DERIVE_PKCS12, GCRY_MD_SHA1, GCRY_CIPHER_RFC2268_40, GCRY_CIPHER_MODE_CBC, 5,
      8 },
    { "1.2.840.113549.1.5.3", DERIVE_PBKDF1, GCRY_MD_MD5, GCRY_CIPHER_DES, GCRY_CIPHER_MODE_CBC, 8, 8 },
    { "1.2.840.113549.1.5.10", DERIVE_PBKDF1, GCRY_MD_SHA1, GCRY_CIPHER_DES, GCRY_CIPHER_MODE_CBC, 8, 8 },
    { "1.3.6.1.4.1.42.2.19.1", DERIVE_JCE, GCRY_MD_MD5, GCRY_CIPHER_3DES, GCRY_CIPHER_MODE_CBC, 24, 8 },
};

static const struct {
    const char *oid;
    int cipher;
    unsigned char key_len, iv_len;
} ciphers[] = {
    { "2.16.840.1.101.3.4.1.2", GCRY_CIPHER_AES128, 16, 16 },
    { "2.16.840.1.101.3.4.1.22", GCRY_CIPHER_AES192, 24, 16 },
    { "2.16.840.1.101.3.4.1.42", GCRY_CIPHER_AES256, 32, 16 },
    { "1.2.840.113549.3.7", GCRY_CIPHER_3DES, 24, 8 },
    { "1.3.14.3.2.7", GCRY_CIPHER_DES, 8, 8 },
    { "1.2.840.113549.3.2", GCRY_CIPHER_RFC2268_128, 16, 8 },
    { "1.2.392.200011.61.1.1.1.2", GCRY_CIPHER_CAMELLIA128, 16, 16 },
    { "1.2.392.200011.61.1.1.1.3", GCRY_CIPHER_CAMELLIA192, 24, 16 },
    { "1.2.392.200011.61.1.1.1.4", GCRY_CIPHER_CAMELLIA256, 32, 16 },
};

static const struct {
    const char *oid;
    int md;
} hashes[] = {
    { "1.2.840.113549.2.5", GCRY_MD_MD5 },
    { "1.2.840.113549.2.7", GCRY_MD_SHA1 },
    { "1.2.840.113549.2.8", GCRY_MD_SHA224 },
    { "1.2.840.113549.2.9", GCRY_MD_SHA256 },
    { "1.2.840.113549.2.10", GCRY_MD_SHA384 },
    { "1.2.840.113549.2.11", GCRY_MD_SHA512 },
    { "1.3.14.3.2.26", GCRY_MD_SHA1 },
    { "2.16.840.1.101.3.4.2.1", GCRY_MD_SHA256 },
    { "2.16.840.1.101.3.4.2.2", GCRY_MD_SHA384 },
    { "2.16.840.1.101.3.4.2.3", GCRY_MD_SHA512 },
    { "2.16.840.1.101.3.4.2.4", GCRY_MD_SHA224 },
};

/* Is OID (its content) the one written as TEXT? */
static bool oid_is(struct slice oid, const char *text)
{
    char got[96];
    size_t len = 0;
    uint64_t arc = 0;
    bool is_first = true;
    for (size_t i = 0; i < oid.len && len < sizeof got - 24; i++) {
        arc = arc << 7 | (oid.ptr[i] & 0x7F);
        if (oid.ptr[i] & 0x80)
            continue;
        if (is_first)
            len += (size_t)snprintf(got + len, sizeof got - len, "%u.%u", (unsigned)(arc < 80 ? arc / 40 : 2),
                                    (unsigned)(arc < 80 ? arc % 40 : arc - 80));
        else
            len += (size_t)snprintf(got + len, sizeof got - len, ".%llu", (unsigned long long)arc);
        is_first = false;
        arc = 0;
    }
    return slice_is_equal(slice_of(got, len), slice_str(text));
}

int lock_hash_of_oid(struct slice oid)
{
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
        if (oid_is(oid, hashes[i].oid))
            return hashes[i].md;
    return 0;
}

int lock_der_u64(struct slice *rest, uint64_t *value)
{
    struct slice number, at = *rest;
    if (der_eat_number(&at, &number) < 0 || number.len > 8)
        return -1;
    *value = 0;
    for (size_t i = 0; i < number.len; i++)
        *value = *value << 8 | number.ptr[i];
    *rest = at;
    return 0;
}

int lock_pbkdf2_read(struct slice params, struct slice *salt, uint64_t *rounds, int *md, size_t *key_len)
{
    struct slice prf, oid;
    uint64_t len = 0;
    *md = GCRY_MD_SHA1;
    if (der_eat(&params, DER_OCTETS, salt) < 0 || lock_der_u64(&params, rounds) < 0 ||
        salt->len > PBE_SALT_MAX)
        return -1;
    if (lock_der_u64(&params, &len) == 0 && len > 64)
        return -1;
    if (der_eat(&params, DER_SEQUENCE, &prf) == 0)
        *md = der_eat(&prf, DER_OID, &oid) < 0 ? 0 : lock_hash_of_oid(oid);
    *key_len = (size_t)len;
    return *md ? 0 : -1;
}

static int read_scrypt(struct slice params, struct lock_pbe *pbe)
{
    pbe->is_scrypt = true;
    return der_eat(&params, DER_OCTETS, &pbe->salt) < 0 || lock_der_u64(&params, &pbe->rounds) < 0 ||
                   lock_der_u64(&params, &pbe->scrypt_r) < 0 || lock_der_u64(&params, &pbe->scrypt_p) < 0 ||
                   pbe->salt.len > PBE_SALT_MAX
               ? -1
               : 0;
}

/* Of RC2 the IV stands behind a number that tells its strength: 58 for 128 bits. */
static int read_iv(struct slice params, struct lock_pbe *pbe)
{
    struct slice sequence;
    uint64_t version;
    if (pbe->cipher == GCRY_CIPHER_RFC2268_128) {
        if (der_eat(&params, DER_SEQUENCE, &sequence) < 0 || lock_der_u64(&sequence, &version) < 0 ||
            version != 58)
            return -1;
        params = sequence;
    }
    return der_eat(&params, DER_OCTETS, &pbe->iv) < 0 || pbe->iv.len != pbe->iv_len ? -1 : 0;
}

static int read_pbes2(struct slice params, struct lock_pbe *pbe)
{
    struct slice kdf, encryption, kdf_oid, kdf_params, oid;
    size_t key_len = 0;
    if (der_eat(&params, DER_SEQUENCE, &kdf) < 0 || der_eat(&params, DER_SEQUENCE, &encryption) < 0 ||
        der_eat(&kdf, DER_OID, &kdf_oid) < 0 || der_eat(&kdf, DER_SEQUENCE, &kdf_params) < 0 ||
        der_eat(&encryption, DER_OID, &oid) < 0)
        return -1;
    if (oid_is(kdf_oid, "1.2.840.113549.1.5.12")) {
        if (lock_pbkdf2_read(kdf_params, &pbe->salt, &pbe->rounds, &pbe->md, &key_len) < 0)
            return -1;
    } else if (!oid_is(kdf_oid, "1.3.6.1.4.1.11591.4.11") || read_scrypt(kdf_params, pbe) < 0) {
        return -1;
    }
    for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++) {
        if (!oid_is(oid, ciphers[i].oid))
            continue;
        pbe->cipher = ciphers[i].cipher;
        pbe->mode = GCRY_CIPHER_MODE_CBC;
        pbe->key_len = ciphers[i].key_len;
        pbe->iv_len = ciphers[i].iv_len;
        return read_iv(encryption, pbe);
    }
    return -1;
}

static int read_params(struct slice params, struct lock_pbe *pbe)
{
    if (pbe->scheme->derivation == DERIVE_PBES2)
        return read_pbes2(params, pbe);
    return der_eat(&params, DER_OCTETS, &pbe->salt) < 0 || lock_der_u64(&params, &pbe->rounds) < 0 ||
                   pbe->salt.len > PBE_SALT_MAX
               ? -1
               : 0;
}

int lock_pbe_read(struct slice algorithm, struct lock_pbe *pbe, struct error *err)
{
    struct slice oid, params;
    *pbe = (struct lock_pbe){ 0 };
    if (der_eat(&algorithm, DER_OID, &oid) < 0 || der_eat(&algorithm, DER_SEQUENCE, &params) < 0)
        return error_set(err, ERROR_FORMAT, "its encryption's parameters are damaged");
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes && !pbe->scheme; i++)
        if (oid_is(oid, schemes[i].oid))
            pbe->scheme = &schemes[i];
    if (!pbe->scheme)
        return error_set(err, ERROR_UNSUPPORTED, "an encryption that is not known");
    pbe->md = pbe->scheme->md;
    pbe->cipher = pbe->scheme->cipher;
    pbe->mode = pbe->scheme->mode;
    pbe->key_len = pbe->scheme->key_len;
    pbe->iv_len = pbe->scheme->iv_len;
    if (read_params(params, pbe) < 0)
        return error_set(err, ERROR_UNSUPPORTED, "an encryption that is not known");
    return 0;
}

void lock_pbe_describe(const struct lock_pbe *pbe, char *out, size_t size)
{
    const char *way = pbe->is_scrypt                             ? "scrypt"
                      : pbe->scheme->derivation == DERIVE_PBES2  ? "PBKDF2"
                      : pbe->scheme->derivation == DERIVE_PKCS12 ? "PKCS#12 derivation"
                                                                 : "MD5";
    char cipher[32];
    lock_cipher_title(pbe->cipher, pbe->key_len, cipher, sizeof cipher);
    snprintf(out, size, "%s, %s with %llu rounds", cipher, way, (unsigned long long)pbe->rounds);
}

/* BYTES + ADD + 1 in LEN big-endian bytes. */
static void add_and_one(unsigned char *bytes, const unsigned char *add, size_t len)
{
    unsigned carry = 1;
    for (size_t i = len; i-- > 0;) {
        carry += (unsigned)bytes[i] + add[i];
        bytes[i] = (unsigned char)carry;
        carry >>= 8;
    }
}

static size_t repeat_to_blocks(struct slice what, size_t block, unsigned char *out)
{
    size_t len = what.len ? (what.len + block - 1) / block * block : 0;
    for (size_t i = 0; i < len; i++)
        out[i] = what.ptr[i % what.len];
    return len;
}

enum lock_answer lock_pkcs12_derive(int md, enum lock_pkcs12_use use, struct slice password,
                                    struct slice salt, uint64_t rounds, unsigned char *out, size_t len,
                                    struct error *err)
{
    size_t block = md == GCRY_MD_SHA384 || md == GCRY_MD_SHA512 ? 128 : 64;
    unsigned char mixed[128 + PBE_SALT_MAX + 128 + PKCS12_PASSWORD_MAX + 128], sum[LOCK_HASH_MAX], add[128];
    if (salt.len > PBE_SALT_MAX || password.len > PKCS12_PASSWORD_MAX || rounds == 0)
        return lock_say(LOCK_DAMAGED, err, "its salt is too long");
    if (rounds > HASH_ROUNDS_MAX)
        return lock_say(LOCK_LIMIT, err, "deriving the key takes %llu rounds", (unsigned long long)rounds);
    memset(mixed, use, block);
    size_t end = block + repeat_to_blocks(salt, block, mixed + block);
    end += repeat_to_blocks(password, block, mixed + end);
    while (len) {
        size_t size = lock_hash2(md, slice_of(mixed, end), slice_of(NULL, 0), sum);
        for (uint64_t i = 1; i < rounds; i++)
            gcry_md_hash_buffer(md, sum, sum, size);
        size_t part = len < size ? len : size;
        memcpy(out, sum, part);
        out += part;
        len -= part;
        for (size_t i = 0; i < block; i++)
            add[i] = sum[i % size];
        for (size_t at = block; at < end; at += block)
            add_and_one(mixed + at, add, block);
    }
    explicit_bzero(mixed, sizeof mixed);
    explicit_bzero(sum, sizeof sum);
    return LOCK_OPEN;
}

/* A password as PKCS #12 wants it. */
static struct slice bmp_password(struct slice password, unsigned char out[PKCS12_PASSWORD_MAX])
{
    size_t len = lock_utf16be(password, out);
    out[len] = out[len + 1] = 0;
    return slice_of(out, len + 2);
}

static enum lock_answer derive_pkcs12(const struct lock_pbe *pbe, struct slice password, unsigned char *key,
                                      unsigned char *iv, struct error *err)
{
    unsigned char bytes[PKCS12_PASSWORD_MAX];
    struct slice wide = bmp_password(password, bytes);
    enum lock_answer answer =
        lock_pkcs12_derive(pbe->md, LOCK_PKCS12_KEY, wide, pbe->salt, pbe->rounds, key, pbe->key_len, err);
    if (answer == LOCK_OPEN && pbe->iv_len)
        answer =
            lock_pkcs12_derive(pbe->md, LOCK_PKCS12_IV, wide, pbe->salt, pbe->rounds, iv, pbe->iv_len, err);
    if (pbe->cipher == GCRY_CIPHER_3DES && pbe->key_len == 16)
        memcpy(key + 16, key, 8);
    explicit_bzero(bytes, sizeof bytes);
    return answer;
}

/* PBKDF1: the first eight bytes are the key, the next the IV. */
static void derive_pbkdf1(const struct lock_pbe *pbe, struct slice password, unsigned char *key,
                          unsigned char *iv)
{
    unsigned char sum[LOCK_HASH_MAX];
    size_t size = lock_hash2(pbe->md, password, pbe->salt, sum);
    for (uint64_t i = 1; i < pbe->rounds; i++)
        gcry_md_hash_buffer(pbe->md, sum, sum, size);
    memcpy(key, sum, 8);
    memcpy(iv, sum + 8, 8);
}

/* JCEKS: each half of the salt goes through MD5 for itself; where both are the same, the first is turned round as Sun's code does it. */
static void derive_jce(const struct lock_pbe *pbe, struct slice password, unsigned char *key,
                       unsigned char *iv)
{
    unsigned char salt[8], sums[32];
    memcpy(salt, pbe->salt.ptr, 8);
    if (lock_is_same(salt, salt + 4, 4)) {
        for (size_t i = 0; i < 2; i++) {
            unsigned char swapped = salt[i];
            salt[i] = salt[3 - i];
            salt[3 - 1] = swapped;
        }
    }
    for (size_t half = 0; half < 2; half++) {
        unsigned char sum[16 + LOCK_PASSWORD_MAX];
        memcpy(sum, salt + 4 * half, 4);
        size_t len = 4;
        for (uint64_t i = 0; i < pbe->rounds; i++) {
            unsigned char next[LOCK_HASH_MAX];
            if (password.len)
                memcpy(sum + len, password.ptr, password.len);
            gcry_md_hash_buffer(GCRY_MD_MD5, next, sum, len + password.len);
            memcpy(sum, next, 16);
            len = 16;
        }
        memcpy(sums + 16 * half, sum, 16);
        explicit_bzero(sum, sizeof sum);
    }
    memcpy(key, sums, 24);
    memcpy(iv, sums + 24, 8);
}

static enum lock_answer derive_scrypt(const struct lock_pbe *pbe, struct slice password, unsigned char *key,
                                      struct error *err)
{
    /* 128 * N * r bytes; about 2 ns a byte of memory for each p. */
    if (pbe->scrypt_r == 0 || pbe->scrypt_r > 1024 || pbe->scrypt_p == 0 || pbe->scrypt_p > 1024 ||
        pbe->rounds > LOCK_MEMORY / 128 / pbe->scrypt_r ||
        pbe->rounds * pbe->scrypt_r * pbe->scrypt_p > LOCK_MEMORY / 64)
        return lock_say(LOCK_LIMIT, err, "scrypt with N=%llu r=%llu p=%llu", (unsigned long long)pbe->rounds,
                        (unsigned long long)pbe->scrypt_r, (unsigned long long)pbe->scrypt_p);
    if (EVP_PBE_scrypt(password.len ? (const char *)password.ptr : "", password.len, pbe->salt.ptr,
                       pbe->salt.len, pbe->rounds, pbe->scrypt_r, pbe->scrypt_p, LOCK_MEMORY + 1024 * 1024,
                       key, pbe->key_len) != 1)
        return lock_say(LOCK_UNSUPPORTED, err, "scrypt refuses its parameters");
    return LOCK_OPEN;
}

static enum lock_answer derive(const struct lock_pbe *pbe, struct slice password, unsigned char *key,
                               unsigned char *iv, struct error *err)
{
    if (pbe->scheme->derivation == DERIVE_PKCS12)
        return derive_pkcs12(pbe, password, key, iv, err);
    if (pbe->scheme->derivation == DERIVE_PBES2) {
        memcpy(iv, pbe->iv.ptr, pbe->iv_len);
        return pbe->is_scrypt
                   ? derive_scrypt(pbe, password, key, err)
                   : lock_pbkdf2(pbe->md, password, pbe->salt, pbe->rounds, key, pbe->key_len, err);
    }
    if (pbe->rounds > HASH_ROUNDS_MAX / 2)
        return lock_say(LOCK_LIMIT, err, "deriving the key takes %llu rounds",
                        (unsigned long long)pbe->rounds);
    if (pbe->salt.len != 8 || pbe->rounds == 0)
        return lock_say(LOCK_DAMAGED, err, "its salt is not eight bytes");
    if (pbe->scheme->derivation == DERIVE_JCE)
        derive_jce(pbe, password, key, iv);
    else
        derive_pbkdf1(pbe, password, key, iv);
    return LOCK_OPEN;
}

enum lock_answer lock_pbe_decipher(const struct lock_pbe *pbe, struct slice password, struct slice in,
                                   unsigned char *out, size_t *len, struct error *err)
{
    unsigned char key[64] = { 0 }, iv[16] = { 0 };
    if (in.len == 0 || (pbe->iv_len && in.len % pbe->iv_len != 0))
        return lock_say(LOCK_DAMAGED, err, "what is encrypted is cut short");
    enum lock_answer answer = derive(pbe, password, key, iv, err);
    if (answer != LOCK_OPEN)
        return answer;
    memcpy(out, in.ptr, in.len);
    size_t key_len = pbe->cipher == GCRY_CIPHER_3DES ? 24 : pbe->key_len;
    int result = lock_cipher(pbe->cipher, pbe->mode, LOCK_DECIPHER, slice_of(key, key_len),
                             slice_of(iv, pbe->iv_len), out, in.len);
    explicit_bzero(key, sizeof key);
    if (result < 0)
        return lock_say(LOCK_UNSUPPORTED, err, "an encryption that is not known");
    *len = pbe->iv_len ? lock_unpad(out, in.len, pbe->iv_len) : in.len;
    return *len == SLICE_NONE ? LOCK_WRONG : LOCK_OPEN;
}

void lock_put_pem(struct buffer *out, const char *label, struct slice der)
{
    struct buffer text;
    buffer_init(&text, der.len * 2 + 16);
    codec_put_base64(&text, der, CODEC_STANDARD);
    buffer_printf(out, "-----BEGIN %s-----\n", label);
    for (struct slice rest = buffer_slice(&text); rest.len; rest = slice_skip(rest, 64)) {
        buffer_put(out, slice_sub(rest, 0, 64));
        buffer_put_byte(out, '\n');
    }
    buffer_printf(out, "-----END %s-----\n", label);
    buffer_release(&text);
}
