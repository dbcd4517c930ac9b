/* volume_fuzz.c - any bytes as a name, the head of a part and parts of a split archive: what is joined is the parts, and every byte of it can be sought. */
#include "walk/volume.h"

#include <assert.h>

#define PARTS_MOST 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_join(struct arena *arena, struct slice all)
{
    struct source *parts[PARTS_MOST];
    size_t count = 0, at = 0;
    unsigned char byte;
    while (count < PARTS_MOST && at < all.len) {
        size_t len = 1 + all.ptr[at] % 64;
        struct slice part = slice_sub(all, at, count + 1 < PARTS_MOST ? len : SIZE_MAX);
        parts[count++] = source_from_memory(arena, part);
        at += part.len;
    }
    if (count == 0)
        return;
    struct source *joined = volume_join(arena, parts, count);
    assert(joined->size == all.len);
    for (size_t i = 0; i < all.len; i += 1 + all.ptr[i] % 16)
        assert(source_read_at(joined, i, &byte, 1, NULL) == 1 && byte == all.ptr[i]);
    (void)volume_zip_end(joined);
    assert(source_drain(joined) == all.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(0);
    struct slice all = slice_of(data, size), name = slice_sub(all, 0, 24), head = slice_skip(all, name.len);
    struct volume_name volume;
    if (volume_name_of(name, head, &volume))
        assert(volume.stem.ptr >= name.ptr && volume.stem.len <= name.len);
    (void)volume_zip_end(source_from_memory(arena, all));
    check_join(arena, all);
    arena_free(arena);
    return 0;
}
