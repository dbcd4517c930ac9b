/* pst_fuzz.c - any bytes as a PST: every child is read to its end, and no walk goes on for ever. */
#include <assert.h>

#include "walk/format.h"

#define DEPTH 8
#define CHILDREN_MOST 20000

/* libpff allocates what a table declares; in a worker its memory limit makes that fail. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:max_allocation_size_mb=512";
}

static uint64_t walk_item(const struct format *format, struct item *item, const struct walk_env *env,
                          unsigned depth)
{
    struct walk walk = { 0 };
    struct item child;
    struct error err = { 0 };
    uint64_t children = 0;
    if (walk_open(&walk, format, item, env, &err) == 0)
        for (; walk_next(&walk, &child, &err) == 1; children++) {
            assert(child.refused || child.source || child.opener);
            if (child.opener && depth < DEPTH)
                children += walk_item(child.opener, &child, env, depth + 1);
        }
    walk_close(&walk);
    return children;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits;
    struct walk_env env = { .limits = &limits };
    struct arena *arena = arena_new(0);
    struct envelope envelope = { .date = ENVELOPE_NO_DATE };
    struct item item = { .kind = ITEM_FILE, .arena = arena, .envelope = &envelope };
    limits_init(&limits);
    limits.inner_entries = limits.outer_entries = 1000;
    item.source = source_from_memory(arena, slice_of(data, size));
    if (format_pst.probe(&item, slice_of(data, size)) != BID_NONE)
        assert(walk_item(&format_pst, &item, &env, 0) < CHILDREN_MOST * DEPTH);
    arena_free(arena);
    return 0;
}
