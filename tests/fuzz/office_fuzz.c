/* office_fuzz.c - any bytes as the XML of a document, as a part of a binary workbook and as a workbook's strings: bounded, and the contract of the blocks holds. */
#include "../extract_run.h"

#include <assert.h>

#include "decode/charset.h"
#include "decode/shared_strings.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    charset_init();
    return 0;
}

static void check_pass(struct slice bytes, size_t block, size_t dribble, struct shared_strings *strings,
                       const struct extractor *extractor)
{
    struct extract_run run = { .block_max = block, .overlap = block / 10, .dribble = dribble };
    struct item item = { .kind = ITEM_FILE, .strings = strings };
    run.is_raw = extractor == &extractor_biff12;
    extract_run(&run, &item, bytes, extractor);
    if (run.broken)
        fprintf(stderr, "%s\n", run.broken);
    assert(!run.broken);
    extract_run_release(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(0);
    if (size >= 2) {
        struct slice bytes = slice_of(data + 2, size - 2);
        struct shared_strings *strings = shared_strings_read(arena, bytes);
        check_pass(bytes, 1 << 20, 0, strings, &extractor_office);
        check_pass(bytes, (size_t)64 + data[0] * 2, data[1] % 64 + 1, strings, &extractor_office);
        check_pass(bytes, 1 << 20, 0, strings, &extractor_biff12);
        check_pass(bytes, (size_t)64 + data[0] * 2, data[1] % 64 + 1, strings, &extractor_biff12);
        if (strings)
            assert(shared_strings_rest(strings, arena).len == bytes.len);
    }
    arena_free(arena);
    return 0;
}
