/* lock_bcrypt.c - bcrypt_pbkdf (OpenBSD, bcrypt_pbkdf(3)): PBKDF2's shape around Blowfish with its expensive key schedule. No library of Debian
 * gives it, nor the schedule alone. Blowfish begins as the fraction of pi, which is worked out here once instead of standing in a table. */
#include "walk/lock_bcrypt.h"

#include <stdlib.h>

#define WORDS_P 18
#define WORDS_S 1024
#define WORDS (WORDS_P + WORDS_S)
#define GUARD 4
#define DIGITS (1 + WORDS + GUARD) /* the first is before the point */
#define BLOCK 32                   /* bytes of one bcrypt hash */
#define KEY_MAX 96

struct blowfish {
    uint32_t p[WORDS_P], s[4][256];
};

/* NUMBER / BY in place, from word FROM on, before which all is zero. */
static void divide(uint32_t number[DIGITS], size_t from, uint32_t by)
{
    uint64_t rest = 0;
    for (size_t i = from; i < DIGITS; i++) {
        rest = rest << 32 | number[i];
        number[i] = (uint32_t)(rest / by);
        rest %= by;
    }
}

static void add(uint32_t sum[DIGITS], const uint32_t number[DIGITS], bool is_minus)
{
    uint64_t carry = is_minus;
    for (size_t i = DIGITS; i-- > 0;) {
        carry += (uint64_t)sum[i] + (is_minus ? ~number[i] : number[i]);
        sum[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* SUM plus or minus TIMES * arctan(1 / OF), by its series. */
static void add_arctan(uint32_t sum[DIGITS], uint32_t times, uint32_t of, bool is_minus)
{
    static uint32_t power[DIGITS], term[DIGITS];
    memset(power, 0, sizeof power);
    power[0] = times;
    divide(power, 0, of);
    size_t from = 0;
    for (uint32_t n = 1; from < DIGITS; n += 2, is_minus = !is_minus) {
        memcpy(term, power, sizeof term);
        divide(term, from, n);
        add(sum, term, is_minus);
        divide(power, from, of * of);
        while (from < DIGITS && power[from] == 0)
            from++;
    }
}

/* Blowfish before any key: pi by Machin's formula. */
static const struct blowfish *blowfish_start(void)
{
    static struct blowfish start;
    static bool is_made;
    uint32_t pi[DIGITS] = { 0 };
    if (is_made)
        return &start;
    add_arctan(pi, 16, 5, false);
    add_arctan(pi, 4, 239, true);
    memcpy(start.p, pi + 1, sizeof start.p);
    memcpy(start.s, pi + 1 + WORDS_P, sizeof start.s);
    is_made = true;
    return &start;
}

static void encipher(const struct blowfish *fish, uint32_t *left, uint32_t *right)
{
    uint32_t l = *left, r = *right;
    for (size_t i = 0; i < 16; i++) {
        l ^= fish->p[i];
        r ^= ((fish->s[0][l >> 24] + fish->s[1][l >> 16 & 0xFF]) ^ fish->s[2][l >> 8 & 0xFF]) +
             fish->s[3][l & 0xFF];
        uint32_t swapped = l;
        l = r;
        r = swapped;
    }
    *left = r ^ fish->p[17];
    *right = l ^ fish->p[16];
}

/* The next four bytes of 64, which go round. */
static uint32_t next_word(const unsigned char bytes[64], size_t *at)
{
    uint32_t word = (uint32_t)bytes[*at] << 24 | (uint32_t)bytes[*at + 1] << 16 |
                    (uint32_t)bytes[*at + 2] << 8 | bytes[*at + 3];
    *at = (*at + 4) % 64;
    return word;
}

/* DATA may be NULL: zeros. */
static void expand(struct blowfish *fish, const unsigned char *data, const unsigned char key[64])
{
    uint32_t left = 0, right = 0, *words = fish->s[0];
    size_t at = 0;
    for (size_t i = 0; i < WORDS_P; i++)
        fish->p[i] ^= next_word(key, &at);
    at = 0;
    for (size_t i = 0; i < WORDS; i += 2) {
        if (data) {
            left ^= next_word(data, &at);
            right ^= next_word(data, &at);
        }
        encipher(fish, &left, &right);
        uint32_t *into = i < WORDS_P ? fish->p + i : words + (i - WORDS_P);
        into[0] = left;
        into[1] = right;
    }
}

static void bcrypt_hash(const unsigned char password[64], const unsigned char salt[64],
                        unsigned char out[BLOCK])
{
    static const unsigned char magic[64] = "OxychromaticBlowfishSwatDynamite";
    struct blowfish fish = *blowfish_start();
    uint32_t words[BLOCK / 4];
    size_t at = 0;
    expand(&fish, salt, password);
    for (size_t i = 0; i < 64; i++) {
        expand(&fish, NULL, salt);
        expand(&fish, NULL, password);
    }
    for (size_t i = 0; i < BLOCK / 4; i++)
        words[i] = next_word(magic, &at);
    for (size_t i = 0; i < 64; i++)
        for (size_t j = 0; j < BLOCK / 4; j += 2)
            encipher(&fish, &words[j], &words[j + 1]);
    for (size_t i = 0; i < BLOCK; i++)
        out[i] = (unsigned char)(words[i / 4] >> (8 * (i % 4)));
    explicit_bzero(&fish, sizeof fish);
}

enum lock_answer lock_bcrypt(const struct lock *lock, struct slice password, struct slice salt,
                             uint32_t rounds, unsigned char *out, size_t len, struct error *err)
{
    unsigned char pass[LOCK_HASH_MAX], mixed[LOCK_HASH_MAX], block[BLOCK], sum[BLOCK];
    size_t stride = (len + BLOCK - 1) / BLOCK;
    if (len == 0 || len > KEY_MAX || rounds == 0)
        return lock_say(LOCK_DAMAGED, err, "the key's header is damaged");
    lock_hash2(GCRY_MD_SHA512, password, slice_of(NULL, 0), pass);
    for (uint32_t count = 1; count <= stride; count++) {
        const unsigned char number[4] = { 0, 0, 0, (unsigned char)count };
        lock_hash2(GCRY_MD_SHA512, salt, slice_of(number, 4), mixed);
        bcrypt_hash(pass, mixed, block);
        memcpy(sum, block, BLOCK);
        for (uint32_t i = 1; i < rounds; i++) {
            if (lock_is_late(lock, LOCK_SECONDS))
                return lock_say(LOCK_LIMIT, err, "deriving the key takes %u rounds of bcrypt",
                                (unsigned)rounds);
            lock_hash2(GCRY_MD_SHA512, slice_of(block, BLOCK), slice_of(NULL, 0), mixed);
            bcrypt_hash(pass, mixed, block);
            for (size_t j = 0; j < BLOCK; j++)
                sum[j] ^= block[j];
        }
        /* The blocks' bytes lie interleaved. */
        for (size_t i = 0; i < BLOCK && i * stride + (count - 1) < len; i++)
            out[i * stride + (count - 1)] = sum[i];
    }
    explicit_bzero(pass, sizeof pass);
    return LOCK_OPEN;
}
