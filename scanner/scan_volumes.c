/* scan_volumes.c - parts of split archives (`plan.7z.001`, `plan.part1.rar`, `plan.z01` …): put together, and scanned as one.
 *
 * Where all parts lie in one message or archive they are put together at once. Else the unit is left for a second look, as what is locked is
 * (scan_lock.c): when all was read it comes again, with the parts that its thread, the same people or the same folder have. Whoever has the first
 * part scans the whole; the bytes of the others are read as they stand. What is missing is a gap that names it.
 */
#include <stdlib.h>

#include "item/origin.h"
#include "record/id.h"
#include "scan_parts.h"
#include "walk/hold.h"
#include "walk/part.h"
#include "walk/volume.h"

#define VOLUMES_MOST 1024 /* of one message; of one archive, in all */

struct volume {
    struct item item; /* its strings and bytes are in the arena */
    struct slice stem, whole;
    uint32_t number;
    bool is_end, is_done;
};

struct scan_volumes {
    struct arena *arena;
    struct volume *at[VOLUMES_MOST];
    size_t count;
    uint64_t bytes;     /* what scan->volume_bytes was before */
    bool has_told_most; /* a gap says that there are more */
};

/* The parts of one archive, by number. */
struct volume_set {
    struct slice whole;
    struct source *parts[VOLUMES_MOST];
    uint32_t numbers[VOLUMES_MOST];
    struct volume *own[VOLUMES_MOST]; /* of the unit at work; NULL: of another */
    size_t count;
    uint32_t end; /* number of the last part, where it is here and says so; else 0 */
};

/* Keeping. */

static bool name_of(struct scan *scan, struct item *item, struct volume_name *name)
{
    struct error err;
    if (item->refused || item->opener || !item->source || item->content != CONTENT_ANY)
        return false;
    (void)source_fill(item->source, 32, NULL);
    if (!volume_name_of(item->name, item->source->ready, name))
        return false;
    if (name->number != VOLUME_LAST)
        return true;
    if (!source_is_seekable(item->source))
        item->source = hold_source(item->arena, item->source, &scan->env, &err);
    name->number = source_is_seekable(item->source) ? volume_zip_end(item->source) : 0;
    name->is_end = true;
    return name->number > 0;
}

bool scan_is_volume(struct scan *scan, struct item *item)
{
    struct volume_name name;
    return name_of(scan, item, &name);
}

/* Its bytes, for as long as ARENA lives; NULL: more than are held. */
static struct source *keep_bytes(struct scan *scan, struct arena *arena, struct source *source)
{
    struct error err;
    uint64_t most = scan->settings->limits.held_bytes;
    struct source *same = source->class->again ? source->class->again(arena, source) : NULL;
    if (same) {
        source_drain(source); /* it counts as read */
        return same;
    }
    if (scan->volume_bytes >= most)
        return NULL;
    struct source *held = hold_copy(arena, source, &scan->env, &err);
    if (!source_is_seekable(held))
        return NULL;
    scan->volume_bytes += held->size;
    return held;
}

static void copy_strings(struct arena *arena, struct item *item)
{
    struct slice *const strings[] = { &item->name, &item->part, &item->type, &item->charset,
                                      &item->alternative };
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        *strings[i] = arena_copy(arena, *strings[i]);
    item->arena = arena;
}

/* Parts beyond the most are scanned as they stand. */
static void tell_most(struct scan *scan, struct scan_volumes *volumes, const struct item *child)
{
    struct gap gap = { .kind = GAP_LIMIT,
                       .stands_for = GAP_STANDS_FOR_REST,
                       .reason =
                           arena_printf(child->arena,
                                        "more than %d parts of split archives in one message: join them by "
                                        "hand and scan the whole",
                                        VOLUMES_MOST),
                       .bytes = GAP_BYTES_UNKNOWN };
    if (!volumes->has_told_most)
        scan_gap_put(scan, child, &gap);
    volumes->has_told_most = true;
}

bool scan_keep_volume(struct scan *scan, struct scan_volumes **volumes, struct item *child)
{
    struct volume_name name;
    if (!scan->is_in_unit || !name_of(scan, child, &name))
        return false;
    struct item item = *child;
    if (!*volumes) {
        struct arena *arena = arena_new(0);
        arena_wipe_always(arena);
        *volumes = arena_alloc(arena, sizeof **volumes);
        (*volumes)->arena = arena;
        (*volumes)->bytes = scan->volume_bytes;
    }
    struct scan_volumes *kept = *volumes;
    if (kept->count == VOLUMES_MOST) {
        tell_most(scan, kept, child);
        return false;
    }
    struct source *bytes = keep_bytes(scan, kept->arena, item.source);
    if (!bytes) {
        scan_gap(scan, child, GAP_LIMIT, GAP_STANDS_FOR_REST, "held-bytes",
                 "the parts of a split archive are too long to be put together");
        return false;
    }
    struct volume *volume = arena_alloc(kept->arena, sizeof *volume);
    kept->at[kept->count++] = volume;
    *volume = (struct volume){ .item = item, .number = name.number, .is_end = name.is_end };
    copy_strings(kept->arena, &volume->item);
    volume->item.note = slice_of(NULL, 0);
    volume->item.source = bytes;
    volume->stem = slice_sub(volume->item.name, 0, name.stem.len);
    volume->whole = arena_printf(kept->arena, "%.*s%s", (int)volume->stem.len, (const char *)volume->stem.ptr,
                                 name.suffix);
    return true;
}

/* Sets. */

static bool has_number(const struct volume_set *set, uint32_t number)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->numbers[i] == number)
            return true;
    return false;
}

/* Each number once, in order. */
static void add_part(struct volume_set *set, uint32_t number, struct source *source, struct volume *own)
{
    if (set->count == VOLUMES_MOST || has_number(set, number))
        return;
    size_t at = set->count++;
    for (; at > 0 && set->numbers[at - 1] > number; at--) {
        set->numbers[at] = set->numbers[at - 1];
        set->parts[at] = set->parts[at - 1];
        set->own[at] = set->own[at - 1];
    }
    set->numbers[at] = number;
    set->parts[at] = source;
    set->own[at] = own;
}

static void find_own(struct scan_volumes *volumes, struct slice whole, struct volume_set *set)
{
    set->whole = whole;
    set->count = 0;
    set->end = 0;
    for (size_t i = 0; i < volumes->count; i++) {
        struct volume *volume = volumes->at[i];
        if (volume->is_done || !slice_is_equal_nocase(volume->whole, whole))
            continue;
        add_part(set, volume->number, volume->item.source, volume);
        set->end = volume->is_end ? volume->number : set->end;
    }
}

static void find_harvested(const struct scan *scan, struct volume_set *set)
{
    const struct scan_wanted *wanted = scan->wanted;
    for (size_t p = 0; wanted && p < wanted->place_count; p++)
        for (const struct harvested_volume *volume = wanted->places[p]->volumes; volume;
             volume = volume->next)
            if (slice_is_equal_nocase(volume->whole, origin_last_name(set->whole))) {
                add_part(set, volume->number, volume->source, NULL);
                set->end = volume->is_end && !set->end ? volume->number : set->end;
            }
}

/* How many there are from the first one on, none missing between. */
static size_t in_a_row(const struct volume_set *set)
{
    size_t count = 0;
    while (count < set->count && set->numbers[count] == count + 1)
        count++;
    return count;
}

/* Is nothing missing for certain? Archivers make all parts equally long but the last. */
static bool is_surely_whole(const struct volume_set *set, bool is_zip)
{
    if (set->count < 2 || in_a_row(set) != set->count || (is_zip && set->end != set->count))
        return false;
    for (size_t i = 1; i + 1 < set->count; i++)
        if (set->parts[i]->size != set->parts[0]->size)
            return false;
    return set->end == set->count || set->parts[set->count - 1]->size < set->parts[0]->size;
}

/* Telling. */

/* "1 to 3, 5" */
static void put_numbers(struct buffer *out, const uint32_t *numbers, size_t count)
{
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end + 1 < count && numbers[end + 1] == numbers[end] + 1)
            end++;
        buffer_put_str(out, i ? ", " : "");
        buffer_printf(out, "%u", numbers[i]);
        if (end > i)
            buffer_put_str(out, end > i + 1 ? " to " : ", ");
        if (end > i)
            buffer_printf(out, "%u", numbers[end]);
        i = end + 1;
    }
}

/* The numbers between, and what must come after them. */
static void put_missing(struct buffer *out, const struct volume_set *set, bool is_zip)
{
    uint32_t missing[VOLUMES_MOST] = { 0 }, last = 0;
    size_t count = 0;
    for (size_t i = 0; i < set->count; last = set->numbers[i++])
        for (uint32_t next = last + 1; next < set->numbers[i] && count < VOLUMES_MOST; next++)
            missing[count++] = next;
    put_numbers(out, missing, count);
    if (is_zip && !set->end) {
        buffer_put_str(out, count ? ", the last (.zip)" : "the last (.zip)");
    } else if (count == 0) {
        buffer_put_str(out, "what follows ");
        buffer_printf(out, "%u", last);
    }
}

static struct slice reason_of(struct arena *arena, const struct volume_set *set, bool is_zip, bool has_more)
{
    struct buffer out;
    struct slice name = slice_sub(origin_last_name(set->whole), 0, 200);
    buffer_init(&out, 4096);
    buffer_put_str(&out, "a split archive, '");
    buffer_put(&out, name);
    buffer_put_str(&out, set->count == 1 ? "': here is part " : "': here are parts ");
    put_numbers(&out, set->numbers, set->count);
    if (has_more) {
        buffer_put_str(&out,
                       "; it has more than are put together: join all of them by hand and scan the whole");
    } else {
        buffer_put_str(&out, "; missing: ");
        put_missing(&out, set, is_zip);
        buffer_put_str(&out, "; collect them and scan all parts together");
    }
    struct slice reason = arena_copy(arena, buffer_slice(&out));
    buffer_release(&out);
    return reason;
}

/* Are the parts "plan.z01" and so on, which a ".zip" must end? */
static bool needs_end(const struct volume_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->own[i])
            return set->own[i]->whole.len > set->own[i]->stem.len &&
                   slice_ends_with_nocase(set->own[i]->whole, ".zip");
    return false;
}

static void tell_missing(struct scan *scan, struct volume *volume, const struct volume_set *set)
{
    bool has_more = scan->task->purpose == SCAN_UNLOCK && scan->wanted->has_more_parts;
    const struct gap gap = { .kind = has_more ? GAP_LIMIT : GAP_NOT_IN_EXPORT,
                             .stands_for = GAP_STANDS_FOR_REST,
                             .reason = reason_of(volume->item.arena, set, needs_end(set), has_more),
                             .bytes = GAP_BYTES_UNKNOWN };
    scan_gap_put(scan, &volume->item, &gap);
}

/* Scanning. */

/* The first COUNT parts, under the name of the whole. */
static void scan_joined(struct scan *scan, struct scan_volumes *volumes, const struct volume_set *set,
                        size_t count, void (*scan_one)(struct scan *, struct item *))
{
    struct item whole = set->own[0]->item;
    if (whole.kind != ITEM_FILE)
        whole.name = set->own[0]->whole;
    whole.source = volume_join(volumes->arena, set->parts, count);
    scan->unit_more += whole.source->size;
    scan->gapped = NULL;
    scan->joined = &whole;
    scan_one(scan, &whole);
    scan->joined = NULL;
}

/* The bytes of a part alone. */
static void scan_part(struct scan *scan, struct volume *volume,
                      void (*scan_one)(struct scan *, struct item *))
{
    volume->item.content = CONTENT_BYTES;
    scan->gapped = NULL;
    scan_one(scan, &volume->item);
}

/* All that there is of the archive is at hand: the unit with its first part tells the whole, each other one its bytes, and what is missing. */
static void scan_set(struct scan *scan, struct scan_volumes *volumes, struct volume_set *set,
                     void (*scan_one)(struct scan *, struct item *))
{
    size_t row = in_a_row(set);
    uint64_t cuts = scan->cuts;
    bool is_missing = row != set->count || (needs_end(set) && !set->end);
    bool was_quiet = scan->is_quiet, is_first = row > 0 && set->own[0];
    scan->is_quiet = false;
    if (is_first)
        scan_joined(scan, volumes, set, row, scan_one);
    if (is_missing || (is_first && scan->cuts > cuts && !set->end))
        for (size_t i = 0; i < set->count; i++)
            if (set->own[i] && (is_missing || set->own[i] == set->own[0]))
                tell_missing(scan, set->own[i], set);
    for (size_t i = is_first ? 1 : 0; i < set->count && !scan->is_over_time; i++)
        if (set->own[i] && (i >= row || !is_first))
            scan_part(scan, set->own[i], scan_one);
    scan->is_quiet = was_quiet;
}

/* Leaving. */

/* NAME in FOLDER, in whatever ITEM lies in. */
static uint64_t key_of(const struct item *item, struct slice folder, struct slice name)
{
    struct buffer text;
    uint64_t key;
    buffer_init(&text, 128 * 1024);
    if (!item_outer_message(item)) {
        if (item->parent)
            item_put_path(&text, item->parent);
        buffer_put_str(&text, "!/");
        buffer_put(&text, folder);
    }
    buffer_put_byte(&text, '/');
    for (size_t i = 0; i < name.len; i++)
        buffer_put_byte(&text, slice_lower_byte(name.ptr[i]));
    struct record_id id = id_of_thread(buffer_slice(&text));
    memcpy(&key, id.bytes, sizeof key);
    buffer_release(&text);
    return key | 1;
}

uint64_t scan_folder_key(const struct item *item)
{
    return key_of(item, origin_parent(item->name), slice_str("")); /* which no archive is called */
}

static bool note_key(struct scan *scan, uint64_t key)
{
    for (size_t i = 0; i < scan->volume_count; i++)
        if (scan->volumes[i] == key)
            return true;
    if (scan->volume_count == RECORD_VOLUMES_MAX)
        return false;
    scan->volumes[scan->volume_count++] = key;
    return true;
}

/* False: the unit has parts of too many archives. */
static bool leave_set(struct scan *scan, struct volume_set *set)
{
    const struct item *first = &set->own[0]->item;
    if (!note_key(scan, key_of(first, origin_parent(set->whole), origin_last_name(set->whole))))
        return false;
    struct message_keys keys = scan_keys_of(first);
    scan_add_volumes(scan, &keys);
    for (size_t i = 0; i < set->count; i++) {
        const struct item *item = &set->own[i]->item;
        const struct gap gap = { .kind = GAP_NOT_IN_EXPORT,
                                 .stands_for = GAP_STANDS_FOR_LEAF,
                                 .reason = slice_str(
                                     "a part of a split archive; its other parts were not looked for"),
                                 .bytes = item->source->size };
        scan->counts.leaves++;
        scan->counts.refused++;
        collector_locked(scan->collector, item, &gap, &keys);
        scan_note_names(scan, item);
    }
    return true;
}

static void harvest_set(struct scan *scan, const struct volume_set *set)
{
    struct harvest *harvest = scan->wanted ? scan->wanted->harvest : NULL;
    for (size_t i = 0; harvest && i < set->count; i++) {
        struct source *again = part_source(harvest->arena, set->parts[i], 0, set->parts[i]->size);
        struct source *bytes =
            keep_bytes(scan, harvest->arena, set->parts[i]->class->again ? set->parts[i] : again);
        struct harvested_volume *volume = arena_alloc(harvest->arena, sizeof *volume);
        *volume =
            (struct harvested_volume){ .whole = arena_copy(harvest->arena, origin_last_name(set->whole)),
                                       .number = set->numbers[i],
                                       .is_end = set->numbers[i] == set->end,
                                       .source = bytes,
                                       .next = harvest->volumes };
        if (bytes)
            harvest->volumes = volume;
    }
}

static void end_set(struct scan *scan, struct scan_volumes *volumes, struct volume_set *set,
                    void (*scan_one)(struct scan *, struct item *))
{
    enum scan_purpose purpose = scan->task->purpose;
    bool is_whole = is_surely_whole(set, needs_end(set));
    for (size_t i = 0; i < set->count; i++)
        set->own[i]->is_done = true;
    if (is_whole) {
        scan_joined(scan, volumes, set, set->count, scan_one);
    } else if (purpose == SCAN_HARVEST) {
        harvest_set(scan, set);
    } else if (purpose == SCAN_UNLOCK) {
        find_harvested(scan, set);
        scan_set(scan, volumes, set, scan_one);
    } else if (!scan->task->may_leave || !leave_set(scan, set)) {
        scan_set(scan, volumes, set, scan_one);
    }
}

void scan_end_volumes(struct scan *scan, struct scan_volumes *volumes,
                      void (*scan_one)(struct scan *, struct item *))
{
    if (!volumes)
        return;
    struct volume_set *set = arena_alloc(volumes->arena, sizeof *set);
    for (size_t i = 0; i < volumes->count && !scan->is_over_time; i++) {
        if (volumes->at[i]->is_done)
            continue;
        find_own(volumes, volumes->at[i]->whole, set);
        end_set(scan, volumes, set, scan_one);
        if (!volumes->at[i]->is_done) /* a second one of the same number */
            scan_part(scan, volumes->at[i], scan_one);
        volumes->at[i]->is_done = true;
    }
    if (scan->task->purpose != SCAN_HARVEST)
        scan->volume_bytes = volumes->bytes;
    arena_free(volumes->arena);
}
