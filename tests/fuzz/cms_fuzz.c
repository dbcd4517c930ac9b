/* cms_fuzz.c - any bytes as CMS, and as what tells for whom something is encrypted: bounded. */
#include "walk_check.h"

#include <assert.h>

#include "base/utf8.h"
#include "decode/charset.h"
#include "walk/locked.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    charset_init();
    return 0;
}

static void name_recipients(void (*put)(struct buffer *, struct slice), struct slice head)
{
    struct buffer whom;
    buffer_init(&whom, LOCKED_WHOM_MAX);
    put(&whom, head);
    assert(utf8_is_valid(buffer_slice(&whom)));
    buffer_release(&whom);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits;
    limits_init(&limits);
    /* What is compressed unpacks by a thousand, up to what is free of the limit of ratio. */
    uint64_t most = limits.ratio_free + (uint64_t)size * (limits.ratio + 2) + 65536 * 2;
    for (size_t i = 0; i < 2; i++)
        assert(walk_bytes(&format_cms, data, size, i == 1) <= most);
    name_recipients(locked_put_cms, slice_of(data, size));
    name_recipients(locked_put_pgp, slice_of(data, size));
    return 0;
}
