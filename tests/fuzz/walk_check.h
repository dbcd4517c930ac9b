/* walk_check.h - walk all of an item, and what its walks open in it; for fuzzers. */
#ifndef MAILSPILL_TESTS_WALK_CHECK_H
#define MAILSPILL_TESTS_WALK_CHECK_H

#include "item/envelope.h"
#include "walk/format.h"

#define WALK_DEPTH 6

/* Bytes that came out. */
static inline uint64_t walk_item(struct item *item, const struct format *format, const struct walk_env *env,
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
            if (child.opener && depth < WALK_DEPTH)
                total += walk_item(&child, child.opener, env, depth + 1);
            else if (!child.opener)
                total += source_drain(child.source);
        }
    walk_close(&walk);
    return total;
}

/* SIZE bytes as FORMAT, seekable or in order. */
static inline uint64_t walk_bytes(const struct format *format, const uint8_t *data, size_t size,
                                  bool is_in_order)
{
    struct limits limits;
    struct walk_env env = { .limits = &limits };
    struct arena *arena = arena_new(0);
    struct envelope envelope = { .date = ENVELOPE_NO_DATE };
    struct item item = { .kind = ITEM_FILE,
                         .envelope = &envelope,
                         .arena = arena,
                         .source = source_from_memory(arena, slice_of(data, size)) };
    limits_init(&limits);
    limits.inner_entries = 1000;
    if (is_in_order)
        item.source = source_from_range(arena, item.source, UINT64_MAX);
    uint64_t total = walk_item(&item, format, &env, 1);
    arena_free(arena);
    return total;
}

#endif
