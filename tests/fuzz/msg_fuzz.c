/* msg_fuzz.c - any bytes as a compound file: a message, or its streams; bounded, and no stream's bytes twice. */
#include "walk_check.h"

#include <assert.h>

#include "decode/charset.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    charset_init();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct format *const formats[] = { &format_msg, &format_ole };
    /* Compressed RTF and code pages make more of bytes, and so does the header made of properties; nothing multiplies. */
    for (size_t i = 0; i < 2; i++)
        assert(walk_bytes(formats[i], data, size, i == 1) <= 64 * (uint64_t)size + 65536);
    return 0;
}
