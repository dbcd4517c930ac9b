/* blobs_look.h - looks at 64 bytes at once: which may be of a token, which may begin an escape; inside match/blobs_find.c only. */
#ifndef MAILSPILL_MATCH_BLOBS_LOOK_H
#define MAILSPILL_MATCH_BLOBS_LOOK_H

#include "base/vector.h"

struct blobs64 {
    uint64_t tokens;  /* bit n: byte n is a letter, a digit, + / - _ (or DEL) */
    uint64_t escapes; /* bit n: byte n is % & \ or x */
    uint64_t marks;   /* bit n: byte n is = or : */
};

#if defined(__x86_64__)

#include <immintrin.h>

/* A byte is of a class where the entries of its two nibbles have a bit in common. */
enum {
    LOOK_DIGIT = 1,       /* 0-9 */
    LOOK_LETTER_LOW = 2,  /* A-O a-o */
    LOOK_LETTER_HIGH = 4, /* P-Z p-z _ */
    LOOK_SIGN = 8,        /* + - / */
    LOOK_X = 16,          /* x */
    LOOK_PERCENT = 32,    /* % & */
    LOOK_BACKSLASH = 64,  /* \ */
    LOOK_MARK = 128,      /* = : */
    LOOK_LETTERS = LOOK_LETTER_LOW | LOOK_LETTER_HIGH,
    LOOK_TOKENS = 15,
    LOOK_ESCAPES = 112,
};

static const _Alignas(16) unsigned char look_high[16] = {
    [2] = LOOK_SIGN | LOOK_PERCENT,          [3] = LOOK_DIGIT | LOOK_MARK, [4] = LOOK_LETTER_LOW,
    [5] = LOOK_LETTER_HIGH | LOOK_BACKSLASH, [6] = LOOK_LETTER_LOW,        [7] = LOOK_LETTER_HIGH | LOOK_X,
};

static const _Alignas(16) unsigned char look_low[16] = {
    [0x0] = LOOK_DIGIT | LOOK_LETTER_HIGH,
    [0x1] = LOOK_DIGIT | LOOK_LETTERS,
    [0x2] = LOOK_DIGIT | LOOK_LETTERS,
    [0x3] = LOOK_DIGIT | LOOK_LETTERS,
    [0x4] = LOOK_DIGIT | LOOK_LETTERS,
    [0x5] = LOOK_DIGIT | LOOK_LETTERS | LOOK_PERCENT,
    [0x6] = LOOK_DIGIT | LOOK_LETTERS | LOOK_PERCENT,
    [0x7] = LOOK_DIGIT | LOOK_LETTERS,
    [0x8] = LOOK_DIGIT | LOOK_LETTERS | LOOK_X,
    [0x9] = LOOK_DIGIT | LOOK_LETTERS,
    [0xA] = LOOK_LETTERS | LOOK_MARK,
    [0xB] = LOOK_LETTER_LOW | LOOK_SIGN,
    [0xC] = LOOK_LETTER_LOW | LOOK_BACKSLASH,
    [0xD] = LOOK_LETTER_LOW | LOOK_SIGN | LOOK_MARK,
    [0xE] = LOOK_LETTER_LOW,
    [0xF] = LOOK_LETTERS | LOOK_SIGN,
};

/* Hyperscan needs SSSE3 too. A byte of 0x80 or more gives 0 by itself. Bits of those that lack a class are gathered first: one NOT for all. */
#define LOOK_SSSE3 __attribute__((target("ssse3")))

LOOK_SSSE3 static inline void blobs_look16(const unsigned char *ptr, unsigned shift, struct blobs64 *found)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)ptr), none = _mm_setzero_si128();
    __m128i upper = _mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(0x0F));
    __m128i classes =
        _mm_and_si128(_mm_shuffle_epi8(_mm_load_si128((const __m128i *)(const void *)look_high), upper),
                      _mm_shuffle_epi8(_mm_load_si128((const __m128i *)(const void *)look_low), bytes));
    __m128i others = _mm_cmpeq_epi8(_mm_and_si128(classes, _mm_set1_epi8(LOOK_TOKENS)), none);
    __m128i plain = _mm_cmpeq_epi8(_mm_and_si128(classes, _mm_set1_epi8(LOOK_ESCAPES)), none);
    found->tokens |= (uint64_t)(unsigned)_mm_movemask_epi8(others) << shift;
    found->escapes |= (uint64_t)(unsigned)_mm_movemask_epi8(plain) << shift;
    found->marks |= (uint64_t)(unsigned)_mm_movemask_epi8(classes) << shift;
}

LOOK_SSSE3 static inline struct blobs64 blobs_look(const unsigned char *ptr)
{
    struct blobs64 found = { 0, 0, 0 };
    blobs_look16(ptr, 0, &found);
    blobs_look16(ptr + 16, 16, &found);
    blobs_look16(ptr + 32, 32, &found);
    blobs_look16(ptr + 48, 48, &found);
    found.tokens = ~found.tokens;
    found.escapes = ~found.escapes;
    return found;
}

/* The same in half the steps, where the machine has AVX2. */
#define LOOK_AVX2 __attribute__((target("avx2")))

LOOK_AVX2 static inline void blobs_look32(const unsigned char *ptr, unsigned shift, struct blobs64 *found)
{
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)ptr), none = _mm256_setzero_si256();
    __m256i high = _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)(const void *)look_high));
    __m256i low = _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)(const void *)look_low));
    __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
    __m256i classes = _mm256_and_si256(_mm256_shuffle_epi8(high, upper), _mm256_shuffle_epi8(low, bytes));
    __m256i others = _mm256_cmpeq_epi8(_mm256_and_si256(classes, _mm256_set1_epi8(LOOK_TOKENS)), none);
    __m256i plain = _mm256_cmpeq_epi8(_mm256_and_si256(classes, _mm256_set1_epi8(LOOK_ESCAPES)), none);
    found->tokens |= (uint64_t)(unsigned)_mm256_movemask_epi8(others) << shift;
    found->escapes |= (uint64_t)(unsigned)_mm256_movemask_epi8(plain) << shift;
    found->marks |= (uint64_t)(unsigned)_mm256_movemask_epi8(classes) << shift;
}

LOOK_AVX2 static inline struct blobs64 blobs_look_wide(const unsigned char *ptr)
{
    struct blobs64 found = { 0, 0, 0 };
    blobs_look32(ptr, 0, &found);
    blobs_look32(ptr + 32, 32, &found);
    found.tokens = ~found.tokens;
    found.escapes = ~found.escapes;
    return found;
}

static inline bool blobs_can_look_wide(void)
{
    return __builtin_cpu_supports("avx2");
}

#else

#define LOOK_SSSE3
#define LOOK_AVX2

static inline struct blobs64 blobs_look(const unsigned char *ptr)
{
    struct blobs64 found = { 0, 0, 0 };
    for (unsigned i = 0; i < 4; i++) {
        vector16 bytes = vector_load(ptr + 16 * i);
        vector16 tokens = vector_within(bytes | 0x20, 'a', 'z') | vector_within(bytes, '/', '9') |
                          (vector16)(bytes == '+') | (vector16)(bytes == '-') | (vector16)(bytes == '_');
        vector16 escapes =
            vector_within(bytes, '%', '&') | (vector16)(bytes == '\\') | (vector16)(bytes == 'x');
        vector16 marks = (vector16)(bytes == '=') | (vector16)(bytes == ':');
        found.tokens |= (uint64_t)vector_bits(tokens) << 16 * i;
        found.escapes |= (uint64_t)vector_bits(escapes) << 16 * i;
        found.marks |= (uint64_t)vector_bits(marks) << 16 * i;
    }
    return found;
}

static inline struct blobs64 blobs_look_wide(const unsigned char *ptr)
{
    return blobs_look(ptr);
}

static inline bool blobs_can_look_wide(void)
{
    return false;
}

#endif

#endif
