/* dbox_fuzz.c - any bytes as one of Dovecot's mailbox files, seekable and in order: bounded, and the same messages. */
#include "walk_check.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Metadata lines that nobody knows come once more, as text. */
    for (size_t i = 0; i < 2; i++)
        assert(walk_bytes(&format_dbox, data, size, i == 1) <= (uint64_t)2 * size);
    return 0;
}
