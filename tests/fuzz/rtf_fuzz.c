/* rtf_fuzz.c - any bytes as RTF, at once and in blocks, and unwrapped: bounded, and the contract of the blocks holds. */
#include "../extract_run.h"
#include "walk_check.h"

#include <assert.h>

#include "decode/charset.h"
#include "decode/rtf.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    charset_init();
    return 0;
}

static void check_pass(struct slice bytes, size_t block, size_t dribble)
{
    struct extract_run run = { .block_max = block, .overlap = block / 10, .dribble = dribble };
    struct item item = { .kind = ITEM_FILE };
    extract_run(&run, &item, bytes, &extractor_rtf);
    if (run.broken)
        fprintf(stderr, "%s\n", run.broken);
    assert(!run.broken);
    extract_run_release(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer out;
    if (size < 2)
        return 0;
    struct slice bytes = slice_of(data + 2, size - 2);
    check_pass(bytes, 1 << 20, 0);
    check_pass(bytes, (size_t)64 + data[0] * 2, data[1] % 64 + 1);
    assert(walk_bytes(&format_rtf, bytes.ptr, bytes.len, data[0] % 2) <= 2 * size + 64);
    buffer_init(&out, 4 * size + 64);
    (void)rtf_unwrap(bytes, &out);
    assert(!out.is_overfull);
    buffer_release(&out);
    return 0;
}
