/* rows_fuzz.c - any bytes as a table, as an export of a password manager, and as a calendar or card: the contract of the blocks holds. */
#include "../extract_run.h"

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

static void check_pass(const struct extractor *extractor, struct slice bytes, size_t block, size_t dribble)
{
    struct extract_run run = { .block_max = block, .overlap = block / 10, .dribble = dribble };
    struct item item = { .kind = ITEM_FILE };
    extract_run(&run, &item, bytes, extractor);
    if (run.broken)
        fprintf(stderr, "%s: %s\n", extractor->name, run.broken);
    assert(!run.broken);
    extract_run_release(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct extractor *const extractors[] = { &extractor_rows, &extractor_vault, &extractor_card,
                                                          &extractor_notebook };
    if (size < 2)
        return 0;
    for (size_t i = 0; i < sizeof extractors / sizeof *extractors; i++) {
        struct slice bytes = slice_of(data + 2, size - 2);
        check_pass(extractors[i], bytes, 1 << 20, 0);
        check_pass(extractors[i], bytes, (size_t)64 + data[0] * 2, data[1] % 64 + 1);
    }
    return 0;
}
