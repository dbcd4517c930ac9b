/* archive_fuzz.c - any bytes as an archive, in any that lies in it, with seeking and without. */
#include "walk/format.h"

#define DEPTH 4

/* Decoders in libarchive allocate what a header declares; in a worker its memory limit makes that fail, here nothing does. The pages
 * are never touched. */
const char *__asan_default_options(void);
int LLVMFuzzerInitialize(int *count, char ***arguments);

const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:max_allocation_size_mb=512";
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    static char limit[] = "-malloc_limit_mb=1000000";
    char **more = calloc((size_t)*count + 2, sizeof *more);
    if (!more)
        return 0;
    memcpy(more, *arguments, (size_t)*count * sizeof *more);
    more[(*count)++] = limit;
    *arguments = more;
    return 0;
}

static void walk_item(struct item *item, const struct walk_env *env, unsigned depth)
{
    struct walk walk;
    struct item child;
    struct error err = { 0 };
    if (walk_open(&walk, &format_archive, item, env, &err) == 0)
        while (walk_next(&walk, &child, &err) == 1) {
            if (child.refused)
                continue;
            (void)source_fill(child.source, FORMAT_HEAD, NULL);
            struct slice head = slice_sub(child.source->ready, 0, FORMAT_HEAD);
            if (depth < DEPTH && child.content == CONTENT_ANY &&
                format_archive.probe(&child, head) != BID_NONE)
                walk_item(&child, env, depth + 1);
        }
    walk_close(&walk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct limits limits;
    struct walk_env env = { .limits = &limits };
    limits_init(&limits);
    limits.inner_entries = limits.outer_entries = 200;
    limits.ratio_free = 1024 * 1024;
    limits.held_bytes = 4 * 1024 * 1024;
    for (int is_in_order = 0; is_in_order < 2; is_in_order++) {
        struct arena *arena = arena_new(0);
        struct item item = { .kind = ITEM_FILE, .arena = arena };
        item.source = source_from_memory(arena, slice_of(data, size));
        if (is_in_order)
            item.source = source_from_range(arena, item.source, UINT64_MAX);
        if (format_archive.probe(&item, slice_sub(slice_of(data, size), 0, FORMAT_HEAD)) != BID_NONE)
            walk_item(&item, &env, 1);
        arena_free(arena);
    }
    return 0;
}
