/* base64_wide.h - sixteen base64 characters decoded at once; inside decode/base64.c only.
 *
 * Hyperscan needs SSSE3, so every x86-64 machine that mailspill runs on has it. Elsewhere the groups are decoded one by one.
 */
#ifndef MAILSPILL_DECODE_BASE64_WIDE_H
#define MAILSPILL_DECODE_BASE64_WIDE_H

#include <stdbool.h>
#include <stddef.h>

#define BASE64_WIDE_IN ((size_t)16)
#define BASE64_WIDE_OUT ((size_t)12)
#define BASE64_WIDE_ROOM ((size_t)16) /* bytes that are written, the last four of no meaning */

#if defined(__x86_64__)

#include <immintrin.h>

#define BASE64_SSSE3 __attribute__((target("ssse3")))

/* A character is of the alphabet where the entries of its two nibbles have a bit in common; which bit says how far its value lies. */
enum {
    WIDE_SIGNS = 1,  /* + / */
    WIDE_DIGITS = 2, /* 0-9 */
    WIDE_FIRST = 4,  /* A-O a-o */
    WIDE_SECOND = 8, /* P-Z p-z */
};

/* Decode the sixteen characters at IN. False, and nothing of meaning in OUT, if one is not of the alphabet. */
BASE64_SSSE3 static inline bool base64_wide(const unsigned char *in, unsigned char *out)
{
    const __m128i of_high = _mm_setr_epi8(0, 0, WIDE_SIGNS, WIDE_DIGITS, WIDE_FIRST, WIDE_SECOND, WIDE_FIRST,
                                          WIDE_SECOND, 0, 0, 0, 0, 0, 0, 0, 0);
    const char both = WIDE_FIRST | WIDE_SECOND, all = both | WIDE_DIGITS;
    const __m128i of_low =
        _mm_setr_epi8(WIDE_DIGITS | WIDE_SECOND, all, all, all, all, all, all, all, all, all, both,
                      WIDE_FIRST | WIDE_SIGNS, WIDE_FIRST, WIDE_FIRST, WIDE_FIRST, WIDE_FIRST | WIDE_SIGNS);
    /* By the high nibble: what to add for the value. '/' has the place of '+' and its own at 0. */
    const __m128i distance = _mm_setr_epi8(63 - '/', 0, 62 - '+', 52 - '0', 0 - 'A', 0 - 'A', 26 - 'a',
                                           26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0);
    /* Four values of six bits to three bytes, which then stand in the order of the machine. */
    const __m128i order = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)in);
    __m128i high = _mm_and_si128(_mm_srli_epi16(text, 4), _mm_set1_epi8(0x0F));
    __m128i classes = _mm_and_si128(_mm_shuffle_epi8(of_high, high), _mm_shuffle_epi8(of_low, text));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(classes, _mm_setzero_si128())) != 0)
        return false;
    __m128i is_slash = _mm_cmpeq_epi8(text, _mm_set1_epi8('/'));
    __m128i values = _mm_add_epi8(text, _mm_shuffle_epi8(distance, _mm_andnot_si128(is_slash, high)));
    __m128i pairs = _mm_maddubs_epi16(values, _mm_set1_epi32(0x01400140));
    __m128i groups = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00011000));
    _mm_storeu_si128((__m128i *)(void *)out, _mm_shuffle_epi8(groups, order));
    return true;
}

#else

#define BASE64_SSSE3

static inline bool base64_wide(const unsigned char *in, unsigned char *out)
{
    (void)in;
    (void)out;
    return false;
}

#endif

#endif
