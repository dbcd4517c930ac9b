/* sqlite_fuzz.c - any bytes as an SQLite file or the log of one, seekable and in order: bounded. */
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
    /* Names of columns stand before each value, so that rows multiply by what one row may name. */
    for (size_t i = 0; i < 2; i++) {
        assert(walk_bytes(&format_sqlite, data, size, i == 1) < (uint64_t)1 << 32);
        /* A value of a byte may be written with five, and values in pieces stand in the rest too. */
        assert(walk_bytes(&format_sqlite_wal, data, size, i == 1) <= 16 * (uint64_t)size + 4096);
    }
    return 0;
}
