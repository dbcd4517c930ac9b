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

#endif
