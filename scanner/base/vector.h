/* vector.h - sixteen bytes looked at at once, in GCC's portable vectors: SSE2, NEON, or whatever the machine has.
 *
 * A comparison of vectors gives a mask: 0xFF for each byte where it holds, else 0.
 */
#ifndef MAILSPILL_BASE_VECTOR_H
#define MAILSPILL_BASE_VECTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define VECTOR_LEN ((size_t)16)

typedef unsigned char vector16 __attribute__((vector_size(16)));
typedef uint64_t vector2x64 __attribute__((vector_size(16)));

/* The sixteen bytes at PTR. */
static inline vector16 vector_load(const unsigned char *ptr)
{
    vector16 bytes;
    memcpy(&bytes, ptr, sizeof bytes);
    return bytes;
}

static inline bool vector_has_any(vector16 mask)
{
    vector2x64 wide = (vector2x64)mask;
    return (wide[0] | wide[1]) != 0;
}

/* Which bytes lie in [LOW, HIGH]. */
static inline vector16 vector_within(vector16 bytes, unsigned char low, unsigned char high)
{
    return (vector16)(bytes - low <= (unsigned char)(high - low));
}

#if defined(__SSE2__)

#include <emmintrin.h>

/* Bit n: byte n of MASK is set. */
static inline unsigned vector_bits(vector16 mask)
{
    return (unsigned)_mm_movemask_epi8((__m128i)mask);
}

#else

static inline unsigned vector_bits(vector16 mask)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < 16; i++)
        bits |= (mask[i] & 1u) << i;
    return bits;
}

#endif

/* The place of the lowest bit of BITS, which is not 0. */
static inline size_t vector_first(unsigned bits)
{
    return (size_t)__builtin_ctz(bits);
}

#endif
