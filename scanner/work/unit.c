/* unit.c - the records of one unit: held as they come over the wire, taken apart. */
#include "work/unit.h"

#include "record/wire.h"
#include "work/frame.h"

#define KEPT_MAX ((size_t)1024 * 1024) /* bytes of memory that stay from one unit to the next */

void unit_buffer_init(struct unit_buffer *unit)
{
    buffer_init(&unit->records, UNIT_BUFFER_MAX);
}

void unit_buffer_release(struct unit_buffer *unit)
{
    buffer_release(&unit->records);
}

void unit_buffer_wipe(struct unit_buffer *unit)
{
    buffer_wipe_put(&unit->records);
    if (unit->records.capacity > KEPT_MAX)
        unit_buffer_release(unit);
}

int unit_buffer_put(struct unit_buffer *unit, uint32_t type, struct slice record)
{
    if (record.len + 8 > UNIT_BUFFER_MAX - unit->records.len)
        return -1;
    buffer_put_u32le(&unit->records, type);
    buffer_put_u32le(&unit->records, (uint32_t)record.len);
    return buffer_put(&unit->records, record);
}

int unit_eat_record(struct slice *records, uint32_t *type, struct slice *record)
{
    uint32_t len;
    if (slice_eat_u32le(records, type) < 0 || slice_eat_u32le(records, &len) < 0)
        return 0;
    return slice_eat(records, len, record) < 0 ? 0 : 1;
}

/* Most units have messages alone. Not zeroed: a record is read whole. */
static void *room_for(struct arena *arena, size_t count, size_t size)
{
    return count > 0 ? arena_room(arena, count * size) : NULL;
}

static void unit_allocate(struct unit *unit, struct slice records, struct arena *arena)
{
    size_t counts[FRAME_TYPES] = { 0 };
    uint32_t type;
    struct slice record;
    while (unit_eat_record(&records, &type, &record) == 1)
        if (type < FRAME_TYPES)
            counts[type]++;
    unit->messages = room_for(arena, counts[FRAME_MESSAGE] + counts[FRAME_SEEN], sizeof *unit->messages);
    unit->findings = room_for(arena, counts[FRAME_FINDING], sizeof *unit->findings);
    unit->gaps = room_for(arena, counts[FRAME_GAP], sizeof *unit->gaps);
    unit->halves = room_for(arena, counts[FRAME_HALF], sizeof *unit->halves);
    unit->promises = room_for(arena, counts[FRAME_PROMISE], sizeof *unit->promises);
    unit->tallies = room_for(arena, counts[FRAME_TALLY], sizeof *unit->tallies);
    unit->locked = room_for(arena, counts[FRAME_LOCKED], sizeof *unit->locked);
    unit->opened = room_for(arena, counts[FRAME_OPENED], sizeof *unit->opened);
    unit->hidden_count = counts[FRAME_HIDDEN];
    unit->rejected_count = counts[FRAME_REJECTED];
}

static int record_decode(struct unit *unit, uint32_t type, struct slice record, struct arena *arena,
                         uint32_t rules, struct error *err)
{
    switch (type) {
    case FRAME_MESSAGE:
        return wire_get_message(record, arena, &unit->messages[unit->message_count++], err);
    case FRAME_SEEN:
        return wire_get_bare(record, arena, &unit->messages[unit->message_count++], err);
    case FRAME_FINDING:
        return wire_get_finding(record, arena, rules, &unit->findings[unit->finding_count++], err);
    case FRAME_GAP:
        return wire_get_gap(record, arena, &unit->gaps[unit->gap_count++], err);
    case FRAME_HALF:
        return wire_get_half(record, rules, &unit->halves[unit->half_count++], err);
    case FRAME_LOCKED:
        return wire_get_locked(record, arena, &unit->locked[unit->locked_count++], err);
    case FRAME_PROMISE:
        return wire_get_promise(record, &unit->promises[unit->promise_count++], err);
    case FRAME_TALLY:
        return wire_get_tally(record, &unit->tallies[unit->tally_count++], err);
    case FRAME_OPENED:
        return wire_get_opened(record, &unit->opened[unit->opened_count++], err);
    case FRAME_LEAD:
        unit->is_lead = true;
        return wire_get_keys(record, &unit->lead, err);
    default:
        return 0;
    }
}

int unit_decode(struct unit *unit, struct slice records, struct arena *arena, uint32_t rules,
                struct error *err)
{
    uint32_t type;
    struct slice record;
    unit_allocate(unit, records, arena);
    while (unit_eat_record(&records, &type, &record) == 1)
        if (record_decode(unit, type, record, arena, rules, err) < 0)
            return -1;
    return 0;
}

const struct message_record *unit_message(const struct unit *unit, uint32_t number)
{
    /* Numbers count from 0 in the order of the records; a worker that says otherwise names no message. */
    return number < unit->message_count && unit->messages[number].number == number ? &unit->messages[number]
                                                                                   : NULL;
}
