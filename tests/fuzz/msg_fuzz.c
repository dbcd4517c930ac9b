/* msg_fuzz.c - any bytes as a compound file: a message, or its streams; bounded, and no stream's bytes twice. */
#include "walk/format.h"

#include <assert.h>

#include "decode/charset.h"

#define DEPTH 6

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    charset_init();
    return 0;
}

static uint64_t walk_item(struct item *item, const struct format *format, const struct walk_env *env,
                          unsigned depth)
{
    struct walk walk = { 0 };
    struct item child;
    struct error err = { 0 };
    uint64_t total = 0;
    if (walk_open(&walk, format, item, env, &err) == 0)
        while (walk_next(&walk, &child, &err) == 1) {
            if (child.refused)
                continue;
            if (child.opener && depth < DEPTH)
                total += walk_item(&child, child.opener, env, depth + 1);
            else if (!child.opener)
                total += source_drain(child.source);
        }
    walk_close(&walk);
    return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits;
    struct walk_env env = { .limits = &limits };
    const struct format *const formats[] = { &format_msg, &format_ole };
    limits_init(&limits);
    limits.inner_entries = 1000;
    for (size_t i = 0; i < 2; i++) {
        struct arena *arena = arena_new(0);
        struct item item = { .kind = ITEM_FILE,
                             .arena = arena,
                             .source = source_from_memory(arena, slice_of(data, size)) };
        if (i == 1)
            item.source = source_from_range(arena, item.source, UINT64_MAX);
        uint64_t total = walk_item(&item, formats[i], &env, 1);
        /* Compressed RTF and code pages make more of bytes, and so does the header made of properties; nothing multiplies. */
        assert(total <= 64 * (uint64_t)size + 65536);
        arena_free(arena);
    }
    return 0;
}
