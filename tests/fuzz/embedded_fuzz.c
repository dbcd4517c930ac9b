/* embedded_fuzz.c - any bytes as XML or JSON with files in base64, and as RTF with objects and pictures: all of them read to their ends. */
#include "walk_check.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* The files are decoded from the text: no more of them than of it, and the text itself. */
    for (size_t i = 0; i < 2; i++)
        assert(walk_bytes(&format_embedded, data, size, i == 1) <= 3 * (uint64_t)size + 4096);
    (void)walk_bytes(&format_rtf, data, size, false);
    return 0;
}
