/* mbox_fuzz.c - any bytes as a mailbox: each byte lies in exactly one child, however little a source shows at once. */
#include <assert.h>

#include "walk/mbox.h"

struct drip {
    struct source source;
    struct slice all;
};

static int drip_fill(struct source *source, size_t want, struct error *err)
{
    struct drip *drip = (struct drip *)source;
    (void)err;
    source->ready = slice_sub(drip->all, (size_t)source->offset, want);
    return source->ready.len == want ? 1 : 0;
}

static const struct source_class drip_class = { .fill = drip_fill };

/* Bytes in all children; the number of children goes to *COUNT. */
static uint64_t walk_all(struct arena *arena, struct source *source, uint64_t *count)
{
    struct limits limits;
    struct walk_env env = { .limits = &limits };
    struct item item = { .kind = ITEM_FILE, .source = source, .arena = arena }, child;
    struct walk walk;
    struct error err = { 0 };
    uint64_t bytes = 0;
    limits_init(&limits);
    *count = 0;
    if (walk_open(&walk, &format_mbox, &item, &env, &err) == 0)
        for (; walk_next(&walk, &child, &err) == 1; ++*count)
            bytes += source_drain(child.source);
    walk_close(&walk);
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(0);
    struct drip drip = { .all = slice_of(data, size) };
    uint64_t whole, dripped;
    drip.source = (struct source){ .class = &drip_class, .size = SOURCE_SIZE_UNKNOWN };
    drip.source.ready = slice_of(data, 0);
    assert(walk_all(arena, source_from_memory(arena, slice_of(data, size)), &whole) == size);
    assert(walk_all(arena, &drip.source, &dripped) == size);
    assert(whole == dripped);
    arena_free(arena);
    return 0;
}
