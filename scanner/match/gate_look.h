/* gate_look.h - looks at 64 bytes at once: which may be of a vendor's value, which are digits; inside match/gate.c only. */
#ifndef MAILSPILL_MATCH_GATE_LOOK_H
#define MAILSPILL_MATCH_GATE_LOOK_H

#include "base/vector.h"

struct gate64 {
    uint64_t tokens; /* bit n: byte n is of \w . ~ + / = - */
    uint64_t digits;
};

#if defined(__x86_64__)

#include <immintrin.h>

/* A byte is of a class where the entries of its two nibbles have a bit in common. The highest bit is the digits', for movemask. */
enum {
    GATE_LETTER_LOW = 1,  /* A-O a-o */
    GATE_LETTER_HIGH = 2, /* P-Z p-z */
    GATE_SIGN = 4,        /* + - . / */
    GATE_UNDERSCORE = 8,
    GATE_TILDE = 16,
    GATE_EQUALS = 32,
    GATE_DIGIT = 128,
    GATE_LETTERS = GATE_LETTER_LOW | GATE_LETTER_HIGH,
};

static const _Alignas(16) unsigned char gate_high[16] = {
    [2] = GATE_SIGN,       [3] = GATE_DIGIT | GATE_EQUALS,
    [4] = GATE_LETTER_LOW, [5] = GATE_LETTER_HIGH | GATE_UNDERSCORE,
    [6] = GATE_LETTER_LOW, [7] = GATE_LETTER_HIGH | GATE_TILDE,
};

static const _Alignas(16) unsigned char gate_low[16] = {
    [0x0] = GATE_DIGIT | GATE_LETTER_HIGH,
    [0x1 ... 0x9] = GATE_DIGIT | GATE_LETTERS,
    [0xA] = GATE_LETTERS,
    [0xB] = GATE_LETTER_LOW | GATE_SIGN,
    [0xC] = GATE_LETTER_LOW,
    [0xD] = GATE_LETTER_LOW | GATE_SIGN | GATE_EQUALS,
    [0xE] = GATE_LETTER_LOW | GATE_SIGN | GATE_TILDE,
    [0xF] = GATE_LETTER_LOW | GATE_SIGN | GATE_UNDERSCORE,
};

/* Hyperscan needs SSSE3 too. A byte of 0x80 or more gives 0 by itself. */
#define GATE_SSSE3 __attribute__((target("ssse3")))

GATE_SSSE3 static inline void gate_look16(const unsigned char *ptr, unsigned shift, struct gate64 *found)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)ptr);
    __m128i upper = _mm_and_si128(_mm_srli_epi16(bytes, 4), _mm_set1_epi8(0x0F));
    __m128i classes =
        _mm_and_si128(_mm_shuffle_epi8(_mm_load_si128((const __m128i *)(const void *)gate_high), upper),
                      _mm_shuffle_epi8(_mm_load_si128((const __m128i *)(const void *)gate_low), bytes));
    __m128i others = _mm_cmpeq_epi8(classes, _mm_setzero_si128());
    found->tokens |= (uint64_t)(unsigned)_mm_movemask_epi8(others) << shift;
    found->digits |= (uint64_t)(unsigned)_mm_movemask_epi8(classes) << shift;
}

GATE_SSSE3 static inline struct gate64 gate_look(const unsigned char *ptr)
{
    struct gate64 found = { 0, 0 };
    gate_look16(ptr, 0, &found);
    gate_look16(ptr + 16, 16, &found);
    gate_look16(ptr + 32, 32, &found);
    gate_look16(ptr + 48, 48, &found);
    found.tokens = ~found.tokens;
    return found;
}

/* The same in half the steps, where the machine has AVX2. */
#define GATE_AVX2 __attribute__((target("avx2")))

GATE_AVX2 static inline void gate_look32(const unsigned char *ptr, unsigned shift, struct gate64 *found)
{
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)ptr);
    __m256i high = _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)(const void *)gate_high));
    __m256i low = _mm256_broadcastsi128_si256(_mm_load_si128((const __m128i *)(const void *)gate_low));
    __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
    __m256i classes = _mm256_and_si256(_mm256_shuffle_epi8(high, upper), _mm256_shuffle_epi8(low, bytes));
    __m256i others = _mm256_cmpeq_epi8(classes, _mm256_setzero_si256());
    found->tokens |= (uint64_t)(unsigned)_mm256_movemask_epi8(others) << shift;
    found->digits |= (uint64_t)(unsigned)_mm256_movemask_epi8(classes) << shift;
}

GATE_AVX2 static inline struct gate64 gate_look_wide(const unsigned char *ptr)
{
    struct gate64 found = { 0, 0 };
    gate_look32(ptr, 0, &found);
    gate_look32(ptr + 32, 32, &found);
    found.tokens = ~found.tokens;
    return found;
}

static inline bool gate_can_look_wide(void)
{
    return __builtin_cpu_supports("avx2");
}

#else

#define GATE_SSSE3
#define GATE_AVX2

static inline struct gate64 gate_look(const unsigned char *ptr)
{
    struct gate64 found = { 0, 0 };
    for (unsigned i = 0; i < 4; i++) {
        vector16 bytes = vector_load(ptr + 16 * i);
        vector16 tokens = vector_within(bytes | 0x20, 'a', 'z') | vector_within(bytes, '-', '9') |
                          (vector16)(bytes == '+') | (vector16)(bytes == '=') | (vector16)(bytes == '_') |
                          (vector16)(bytes == '~');
        found.tokens |= (uint64_t)vector_bits(tokens) << 16 * i;
        found.digits |= (uint64_t)vector_bits(vector_within(bytes, '0', '9')) << 16 * i;
    }
    return found;
}

static inline struct gate64 gate_look_wide(const unsigned char *ptr)
{
    return gate_look(ptr);
}

static inline bool gate_can_look_wide(void)
{
    return false;
}

#endif

#endif
