/* feed_fuzz.c - any bytes, charset and block size through every extractor: the contract of the blocks must hold. */
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

static const char *const charsets[] = {
    "",       "us-ascii",    "utf-8",       "iso-8859-1", "utf-16",       "utf-16be",          "utf-32",
    "utf-7",  "iso-2022-jp", "iso-2022-kr", "hz-gb-2312", "shift_jis",    "gb18030",           "big5",
    "euc-kr", "koi8-r",      "ibm037",      "x-nosuch",   "windows-1256", "imap-mailbox-name",
};

/* At once, and in small blocks from a source that dribbles. */
static void check_passes(struct slice bytes, const char *charset, const struct extractor *extractor,
                         size_t block, size_t dribble)
{
    struct extract_run whole = { .block_max = 1 << 20, .overlap = 8 };
    struct extract_run cut = { .block_max = block, .overlap = block / 6, .dribble = dribble };
    struct item item = { .charset = slice_str(charset), .flow = FLOW_FLOWED_DELSP };
    extract_run(&whole, &item, bytes, extractor);
    extract_run(&cut, &item, bytes, extractor);
    if (whole.broken || cut.broken)
        fprintf(stderr, "%s %s: %s, %s\n", extractor->name, charset, whole.broken, cut.broken);
    assert(!whole.broken);
    assert(!cut.broken);
    if (extractor == &extractor_strings)
        assert(slice_is_equal(buffer_slice(&whole.text), bytes));
    extract_run_release(&whole);
    extract_run_release(&cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct extractor *const extractors[] = { &extractor_plain, &extractor_html,
                                                          &extractor_strings };
    if (size < 4)
        return 0;
    check_passes(slice_of(data + 4, size - 4), charsets[data[0] % (sizeof charsets / sizeof *charsets)],
                 extractors[data[1] % 3], (size_t)48 + data[2] * 2, data[3] % 64);
    return 0;
}
