/* arena.c - memory that is given back all at once. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ARENA_BLOCK ((size_t)64 * 1024)

struct block {
    struct block *older;
    size_t size; /* of data[] */
    alignas(max_align_t) unsigned char data[];
};

struct deferred {
    struct deferred *older;
    void (*undo)(void *);
    void *ptr;
};

struct arena {
    struct block *newest;
    size_t used; /* of the newest block */
    size_t total;
    size_t ceiling;
    bool is_wiped;
    struct deferred *deferred;
};

static void *exhausted(void)
{
    fputs("mailspill: out of memory\n", stderr);
    abort();
}

struct arena *arena_new(size_t ceiling)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        return exhausted();
    arena->ceiling = ceiling;
    return arena;
}

void arena_wipe_always(struct arena *arena)
{
    arena->is_wiped = true;
}

static void block_add(struct arena *arena, size_t size)
{
    size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
    if (arena->ceiling && (arena->total > arena->ceiling || size > arena->ceiling - arena->total))
        exhausted();
    struct block *block = malloc(sizeof *block + room);
    if (!block)
        exhausted();
    block->older = arena->newest;
    block->size = room;
    arena->newest = block;
    arena->used = 0;
    arena->total += room;
}

void *arena_room(struct arena *arena, size_t size)
{
    size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        return exhausted();
    size = (size + align - 1) / align * align;
    if (!arena->newest || size > arena->newest->size - arena->used)
        block_add(arena, size);
    void *ptr = arena->newest->data + arena->used;
    arena->used += size;
    return ptr;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(arena_room(arena, size), 0, size);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size)
        return exhausted();
    return arena_alloc(arena, count * size);
}

struct slice arena_copy(struct arena *arena, struct slice s)
{
    return slice_of(arena_string(arena, s), s.len);
}

char *arena_string(struct arena *arena, struct slice s)
{
    char *copy = arena_room(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}

struct slice arena_printf(struct arena *arena, const char *format, ...)
{
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int len = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *text = arena_alloc(arena, (size_t)(len < 0 ? 0 : len) + 1);
    if (len > 0)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return slice_of(text, (size_t)(len < 0 ? 0 : len));
}

void arena_defer(struct arena *arena, void (*undo)(void *), void *ptr)
{
    struct deferred *deferred = arena_alloc(arena, sizeof *deferred);
    *deferred = (struct deferred){ arena->deferred, undo, ptr };
    arena->deferred = deferred;
}

struct arena_mark arena_mark(struct arena *arena)
{
    return (struct arena_mark){ arena->newest, arena->used, arena->deferred };
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    while (arena->deferred != mark.deferred) {
        struct deferred *deferred = arena->deferred;
        arena->deferred = deferred->older;
        deferred->undo(deferred->ptr);
    }
    while (arena->newest != mark.block) {
        struct block *block = arena->newest;
        arena->newest = block->older;
        arena->used = arena->newest ? arena->newest->size : 0; /* at most */
        arena->total -= block->size;
        if (arena->is_wiped)
            explicit_bzero(block->data, block->size);
        free(block);
    }
    if (arena->is_wiped && arena->used > mark.used)
        explicit_bzero(arena->newest->data + mark.used, arena->used - mark.used);
    arena->used = mark.used;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    arena_rewind(arena, (struct arena_mark){ NULL, 0, NULL });
    free(arena);
}

size_t arena_used(const struct arena *arena)
{
    return arena->total;
}
