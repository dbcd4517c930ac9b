/* encoded_fuzz.c - any bytes as text with encoded blocks in it. */
#include "walk/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(0);
    struct limits limits;
    struct walk_env env = { .limits = &limits };
    struct item item = { .kind = ITEM_PART, .arena = arena }, child;
    struct walk walk;
    struct error err = { 0 };
    limits_init(&limits);
    item.source = source_from_memory(arena, slice_of(data, size));
    (void)format_encoded.probe(&item, slice_sub(slice_of(data, size), 0, FORMAT_HEAD));
    if (walk_open(&walk, &format_encoded, &item, &env, &err) == 0)
        while (walk_next(&walk, &child, &err) == 1)
            if (child.source)
                (void)source_drain(child.source);
    walk_close(&walk);
    arena_free(arena);
    return 0;
}
