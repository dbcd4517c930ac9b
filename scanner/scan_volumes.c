/* scan_volumes.c - an archive that was cut into pieces (`plan.7z.001`, `plan.7z.002` …) and mailed in one message: put together, and scanned as one. */
#include "scan_parts.h"

#define VOLUMES_MOST 128                         /* of one message */
#define VOLUMES_BYTES ((size_t)64 * 1024 * 1024) /* together, held in memory */

struct volume {
    struct item item; /* its strings and bytes are in the arena */
    struct slice stem;
    unsigned number; /* 0: too long to be put together */
    bool is_done;
};

struct scan_volumes {
    struct arena *arena;
    struct volume at[VOLUMES_MOST];
    size_t count, bytes;
};

/* The number of the piece NAME, and *STEM without it; 0 where it is none. */
static unsigned number_of(struct slice name, struct slice *stem)
{
    static const char *const whole[] = { ".7z", ".zip" };
    uint64_t number;
    if (name.len < 8 || name.ptr[name.len - 4] != '.' ||
        slice_to_u64(slice_skip(name, name.len - 3), &number) < 0)
        return 0;
    *stem = slice_sub(name, 0, name.len - 4);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (slice_ends_with_nocase(*stem, whole[i]))
            return (unsigned)number;
    return 0;
}

/* All bytes of SOURCE, if there are no more than MOST. */
static bool read_whole(struct arena *arena, struct source *source, size_t most, struct slice *bytes)
{
    struct buffer whole;
    bool fits = true;
    buffer_init(&whole, most);
    while (fits && source_fill(source, 1, NULL) == 1) {
        fits = source->ready.len <= most - whole.len;
        if (!fits)
            break;
        buffer_put(&whole, source->ready);
        source_consume(source, source->ready.len);
    }
    *bytes = arena_copy(arena, buffer_slice(&whole));
    buffer_release(&whole);
    return fits;
}

bool scan_keep_volume(struct scan *scan, struct scan_volumes **volumes, const struct item *child)
{
    struct slice stem, bytes;
    unsigned number = number_of(child->name, &stem);
    bool is_attachment = scan->is_in_unit && child->kind == ITEM_PART && child->source && !child->refused;
    uint64_t size = child->source ? child->source->size : 0;
    if (number == 0 || !is_attachment || (size != SOURCE_SIZE_UNKNOWN && size > VOLUMES_BYTES))
        return false;
    if (!*volumes) {
        struct arena *arena = arena_new(0);
        arena_wipe_always(arena);
        *volumes = arena_alloc(arena, sizeof **volumes);
        (*volumes)->arena = arena;
    }
    struct scan_volumes *kept = *volumes;
    if (kept->count == VOLUMES_MOST || kept->bytes >= VOLUMES_BYTES)
        return false;
    bool is_whole = read_whole(kept->arena, child->source, VOLUMES_BYTES - kept->bytes, &bytes);
    struct volume *volume = &kept->at[kept->count++];
    *volume = (struct volume){ .item = *child, .number = is_whole ? number : 0 };
    struct item *item = &volume->item;
    item->arena = kept->arena;
    item->name = arena_copy(kept->arena, child->name);
    item->part = arena_copy(kept->arena, child->part);
    item->type = arena_copy(kept->arena, child->type);
    item->charset = arena_copy(kept->arena, child->charset);
    item->alternative = arena_copy(kept->arena, child->alternative);
    item->note = slice_of(NULL, 0);
    item->source = source_from_memory(kept->arena, bytes);
    volume->stem = slice_sub(item->name, 0, item->name.len - 4);
    kept->bytes += bytes.len;
    return true;
}

static struct volume *find_volume(struct scan_volumes *volumes, struct slice stem, unsigned number)
{
    for (size_t i = 0; i < volumes->count; i++)
        if (volumes->at[i].number == number && !volumes->at[i].is_done &&
            slice_is_equal_nocase(volumes->at[i].stem, stem))
            return &volumes->at[i];
    return NULL;
}

/* FIRST and those that follow it, as one; they are done then. False where there is no second one. */
static bool join(struct scan_volumes *volumes, struct volume *first, struct item *whole)
{
    struct buffer bytes;
    struct volume *next = first;
    if (!find_volume(volumes, first->stem, 2))
        return false;
    buffer_init(&bytes, VOLUMES_BYTES);
    for (unsigned number = 2; next; number++) {
        buffer_put(&bytes, next->item.source->ready);
        next->is_done = true;
        next = find_volume(volumes, first->stem, number);
    }
    *whole = first->item;
    whole->name = first->stem;
    whole->source = source_from_memory(volumes->arena, arena_copy(volumes->arena, buffer_slice(&bytes)));
    buffer_release(&bytes);
    return true;
}

void scan_end_volumes(struct scan *scan, struct scan_volumes *volumes,
                      void (*scan_one)(struct scan *, struct item *))
{
    struct item whole;
    if (!volumes)
        return;
    for (size_t i = 0; i < volumes->count && !scan->is_over_time; i++) {
        scan->gapped = NULL;
        if (!volumes->at[i].is_done && volumes->at[i].number == 1 && join(volumes, &volumes->at[i], &whole))
            scan_one(scan, &whole);
    }
    for (size_t i = 0; i < volumes->count && !scan->is_over_time; i++) {
        struct volume *volume = &volumes->at[i];
        scan->gapped = NULL;
        if (volume->number == 0)
            scan_gap(scan, &volume->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                     "the volumes of a split archive are too long to be put together: only the first bytes "
                     "were read");
        if (!volume->is_done)
            scan_one(scan, &volume->item);
    }
    arena_free(volumes->arena);
}
