/* lzfu_fuzz.c - any bytes as compressed RTF: bounded, and the same however little may be written. */
#include "decode/lzfu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer whole, part;
    struct slice in = slice_of(data, size);
    struct lzfu_state state;
    buffer_init(&whole, 9 * size + 16);
    buffer_init(&part, size);
    int got = lzfu_decode(in, &whole, &state, NULL);
    (void)lzfu_decode(in, &part, NULL, NULL);
    if (whole.is_overfull || (got == 0 && part.len > whole.len) ||
        (part.len > 0 && memcmp(part.ptr, whole.ptr, part.len) != 0))
        __builtin_trap();
    buffer_release(&whole);
    buffer_release(&part);
    return 0;
}
