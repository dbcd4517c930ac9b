/* html_fuzz.c - any bytes as HTML, in blocks of any size: every byte must be in a view. */
#include "html_check.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    struct slice text = slice_of(data + 2, size - 2);
    size_t block = data[0] % 2 ? SIZE_MAX / 2 : (size_t)64 + data[0];
    const char *broken = html_check(text, block, data[1] % 64 / 2);
    if (broken)
        fprintf(stderr, "%s\n", broken);
    assert(!broken);
    return 0;
}
