/* olm_fuzz.c - any bytes as an archive of Outlook for Mac, seekable and in order; and as one of its XML files: bounded. */
#include "walk_check.h"

#include <assert.h>

#include "decode/charset.h"
#include "walk/olm.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct error err = { 0 };
    (void)argc, (void)argv;
    charset_init();
    return archive_init(&err);
}

/* Items are read to the end, and none is longer than what was read so far. */
static void read_items(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(0);
    struct olm_reader reader;
    struct error err = { 0 };
    olm_reader_init(&reader);
    olm_reader_open(&reader, source_from_memory(arena, slice_of(data, size)));
    while (olm_reader_next(&reader, &err) == 1)
        assert(reader.item.plain.len <= size && reader.item.html.len <= size && reader.items <= size);
    olm_reader_release(&reader);
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits;
    limits_init(&limits);
    /* Deflate unpacks by a thousand; the limit of ratio holds beyond what is free. Names and people come again in made headers. */
    uint64_t most = 16 * (limits.ratio_free + (uint64_t)size * (limits.ratio + 1)) + 65536;
    for (size_t i = 0; i < 2; i++)
        assert(walk_bytes(&format_olm, data, size, i == 1) <= most);
    read_items(data, size);
    return 0;
}
