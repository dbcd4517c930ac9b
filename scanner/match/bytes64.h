/* bytes64.h - looks at 64 bytes at once: which are line ends, is any beyond ASCII; inside match/ only. */
#ifndef MAILSPILL_MATCH_BYTES64_H
#define MAILSPILL_MATCH_BYTES64_H

#include <stdint.h>
#include <string.h>

struct bytes64 {
    uint64_t newlines; /* bit n: byte n is LF */
    uint64_t foreign;  /* bit n: byte n is 0x80 or more */
};

#if defined(__SSE2__)

#include <emmintrin.h>

static inline void bytes64_look16(const unsigned char *ptr, unsigned shift, struct bytes64 *found)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)ptr);
    __m128i is_newline = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
    found->newlines |= (uint64_t)(unsigned)_mm_movemask_epi8(is_newline) << shift;
    found->foreign |= (uint64_t)(unsigned)_mm_movemask_epi8(bytes) << shift;
}

static inline struct bytes64 bytes64_look(const unsigned char *ptr)
{
    struct bytes64 found = { 0, 0 };
    bytes64_look16(ptr, 0, &found);
    bytes64_look16(ptr + 16, 16, &found);
    bytes64_look16(ptr + 32, 32, &found);
    bytes64_look16(ptr + 48, 48, &found);
    return found;
}

#else

/* The high bit of each of eight bytes, gathered. */
static inline uint64_t bytes64_gather(uint64_t high_bits)
{
    return (high_bits >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline struct bytes64 bytes64_look(const unsigned char *ptr)
{
    const uint64_t low = UINT64_C(0x7F7F7F7F7F7F7F7F);
    struct bytes64 found = { 0, 0 };
    for (unsigned i = 0; i < 8; i++) {
        uint64_t word, other;
        memcpy(&word, ptr + 8 * i, sizeof word);
        other = word ^ UINT64_C(0x0A0A0A0A0A0A0A0A);
        other = ~(((other & low) + low) | other | low);
        found.newlines |= bytes64_gather(other) << (8 * i);
        found.foreign |= bytes64_gather(word & ~low) << (8 * i);
    }
    return found;
}

#endif

#endif
