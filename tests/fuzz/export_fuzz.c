/* export_fuzz.c - any bytes as each list of an export, and as what lies beside a message: bounded, and no byte of it is lost. */
#include <assert.h>

#include "walk/export.h"
#include "walk/sidecar.h"

static const char *const names[] = { "a-results-count.csv", "a-metadata.xml", "error.csv",  "errors.xml",
                                     "Items.csv",           "Summary.csv",    "a-checksums" };

static void count(void *ctx, const struct promise *promise)
{
    size_t *promises = ctx;
    assert(promise->what < PROMISE_WHATS && promise->name.len <= 1024);
    assert(++*promises <= 10000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new((size_t)64 * 1024 * 1024);
    struct envelope envelope = { .date = ENVELOPE_NO_DATE };
    struct slice bytes = slice_of(data, size);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t promises = 0;
        const struct promise_sink sink = { count, &promises };
        struct item item = { .kind = ITEM_FILE, .name = slice_str(names[i]), .arena = arena };
        item.source = source_from_memory(arena, bytes);
        struct error err;
        struct export_reader *reader = export_reader_new(arena, &item);
        assert(reader && source_drain(export_reader_watch(arena, reader, item.source)) == size);
        (void)export_reader_end(reader, &sink, &err);
    }
    sidecar_read(arena, slice_sub(bytes, 0, SIDECAR_MAX), &envelope);
    arena_free(arena);
    return 0;
}
