/* task_unlock.c - a task over what is locked, as bytes, and how a worker does it. */
#include "work/task_unlock.h"

#include <stdlib.h>
#include <unistd.h>

/* Beside a unit's count of references. */
#define MORE_PARTS ((uint32_t)1 << 31)

void task_unlock_free(struct task_unlock *unlock)
{
    if (!unlock)
        return;
    for (size_t i = 0; i < unlock->place_count; i++)
        close(unlock->places[i].fd);
    arena_free(unlock->arena);
}

void unlock_put_place(struct buffer *out, const struct unlock_place *place)
{
    buffer_put_u32le(out, (uint32_t)place->count);
    for (size_t i = 0; i < place->count; i++)
        buffer_put_u64le(out, place->ordinals[i]);
    task_put(out, &place->order);
}

int unlock_get_place(struct slice bytes, struct arena *arena, struct unlock_place *place, struct error *err)
{
    uint32_t count;
    *place = (struct unlock_place){ .fd = -1 };
    if (slice_eat_u32le(&bytes, &count) < 0 || count > UNLOCK_ORDINALS_MAX || count > bytes.len / 8)
        return error_set(err, ERROR_FORMAT, "a place is malformed");
    place->ordinals = arena_alloc_array(arena, count, sizeof *place->ordinals);
    place->count = count;
    for (size_t i = 0; i < count; i++)
        if (slice_eat_u64le(&bytes, &place->ordinals[i]) < 0 ||
            (i > 0 && place->ordinals[i] <= place->ordinals[i - 1]))
            return error_set(err, ERROR_FORMAT, "a place is malformed");
    return task_get(bytes, &place->order, err);
}

void unlock_put_units(struct buffer *out, const struct task_unlock *unlock)
{
    buffer_put_u32le(out, (uint32_t)unlock->unit_count);
    for (size_t i = 0; i < unlock->unit_count; i++) {
        const struct unlock_unit *unit = &unlock->units[i];
        buffer_put_u64le(out, unit->ordinal);
        buffer_put_u32le(out, (uint32_t)unit->ref_count | (unit->has_more_parts ? MORE_PARTS : 0));
        for (size_t r = 0; r < unit->ref_count; r++)
            buffer_put_u32le(out, (uint32_t)unit->refs[r].place << 16 | unit->refs[r].index);
    }
}

static int get_unit(struct slice *rest, const struct task_unlock *unlock, struct unlock_unit *unit)
{
    uint32_t count, value;
    if (slice_eat_u64le(rest, &unit->ordinal) < 0 || slice_eat_u32le(rest, &count) < 0)
        return -1;
    unit->has_more_parts = count & MORE_PARTS;
    count &= ~MORE_PARTS;
    if (count > UNLOCK_REFS_MAX)
        return -1;
    unit->refs = arena_alloc_array(unlock->arena, count, sizeof *unit->refs);
    for (; unit->ref_count < count; unit->ref_count++) {
        struct unlock_ref *ref = &unit->refs[unit->ref_count];
        if (slice_eat_u32le(rest, &value) < 0)
            return -1;
        *ref = (struct unlock_ref){ (uint16_t)(value >> 16), (uint16_t)value };
        if (ref->place >= unlock->place_count || ref->index >= unlock->places[ref->place].count)
            return -1;
    }
    return 0;
}

int unlock_get_units(struct slice bytes, struct task_unlock *unlock, struct error *err)
{
    uint32_t count;
    bool is_bad = slice_eat_u32le(&bytes, &count) < 0 || count > UNLOCK_UNITS_MAX;
    if (!is_bad)
        unlock->units = arena_alloc_array(unlock->arena, count, sizeof *unlock->units);
    for (size_t i = 0; !is_bad && i < count; i++) {
        is_bad = get_unit(&bytes, unlock, &unlock->units[i]) < 0 ||
                 (i > 0 && unlock->units[i].ordinal <= unlock->units[i - 1].ordinal);
        unlock->unit_count++;
    }
    return is_bad || bytes.len > 0 ? error_set(err, ERROR_FORMAT, "a list of locked units is malformed") : 0;
}

/* In the worker. */

struct scan_task unlock_scan_task(const struct task_order *order, struct source *source)
{
    bool is_share = order->is_range && order->first_ordinal == 0;
    return (struct scan_task){
        .path = order->path,
        .key_path = order->key_path,
        .may_split = order->may_split,
        .custodian = order->custodian,
        .folder = order->folder,
        .is_labelled = order->is_labelled,
        .is_export = order->is_export,
        .sidecar = order->sidecar,
        .format = order->is_range && !is_share ? &format_mbox : NULL,
        .first_ordinal = order->first_ordinal,
        .share = { is_share ? order->offset : 0, is_share ? order->length : 0 },
        .skip_units = order->skip_units,
        .bad_units = order->bad_units,
        .bad_count = order->bad_count,
        .may_leave = order->may_leave,
        .source = source,
    };
}

static void harvest_place(struct scan *scan, const struct unlock_place *place, struct harvest *harvests)
{
    struct arena *arena = arena_new(0);
    bool is_share = place->order.is_range && place->order.first_ordinal == 0;
    struct scan_wanted *wanted = arena_alloc_array(arena, place->count, sizeof *wanted);
    for (size_t i = 0; i < place->count; i++)
        wanted[i] = (struct scan_wanted){ .ordinal = place->ordinals[i], .harvest = &harvests[i] };
    struct source *source = source_from_fd(arena, place->fd, is_share ? 0 : place->order.offset,
                                           is_share ? UINT64_MAX : place->order.length);
    struct scan_task task = unlock_scan_task(&place->order, source);
    task.purpose = SCAN_HARVEST;
    task.wanted = wanted;
    task.wanted_count = place->count;
    scan_run(scan, &task);
    source_close(source);
    arena_free(arena);
}

void unlock_run(struct scan *scan, const struct task_unlock *unlock, struct scan_task *task)
{
    struct arena *arena = arena_new(0);
    struct harvest **harvests = arena_alloc_array(arena, unlock->place_count, sizeof *harvests);
    for (size_t p = 0; p < unlock->place_count; p++) {
        const struct unlock_place *place = &unlock->places[p];
        harvests[p] = arena_alloc_array(arena, place->count, sizeof **harvests);
        for (size_t i = 0; i < place->count; i++)
            harvest_init(&harvests[p][i]);
        harvest_place(scan, place, harvests[p]);
    }
    struct scan_wanted *wanted = arena_alloc_array(arena, unlock->unit_count, sizeof *wanted);
    for (size_t i = 0; i < unlock->unit_count; i++) {
        const struct unlock_unit *unit = &unlock->units[i];
        const struct harvest **places = arena_alloc_array(arena, unit->ref_count, sizeof *places);
        for (size_t r = 0; r < unit->ref_count; r++)
            places[r] = &harvests[unit->refs[r].place][unit->refs[r].index];
        wanted[i] =
            (struct scan_wanted){ unit->ordinal, NULL, places, unit->ref_count, unit->has_more_parts };
    }
    task->purpose = SCAN_UNLOCK;
    task->wanted = wanted;
    task->wanted_count = unlock->unit_count;
    scan_run(scan, task);
    for (size_t p = 0; p < unlock->place_count; p++)
        for (size_t i = 0; i < unlock->places[p].count; i++)
            harvest_release(&harvests[p][i]);
    arena_free(arena);
}
