/* locks_plan.c - what is locked, made into tasks: units with the places in which their passwords and parts may stand. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sort.h"
#include "record/id.h"
#include "work/frame.h"
#include "work/locks_parts.h"

#define ORDER_UNITS_ROOM (UNLOCK_UNITS_MAX * (16 + UNLOCK_REFS_MAX * sizeof(uint32_t)))
#define ORDER_ORDINALS_ROOM (UNLOCK_ORDINALS_MAX * sizeof(uint64_t))
#define ORDER_TEXTS_MOST (FRAME_PACKET_MAX - 1024 - ORDER_UNITS_ROOM - ORDER_ORDINALS_ROOM)

/* The same file as before, or -1. An order is one packet. */
static int piece_open(const struct lock_piece *piece)
{
    struct stat status;
    const struct task_order *order = &piece->order;
    if (order->path.len + order->key_path.len + order->custodian.len + order->folder.len +
            order->sidecar.len >
        ORDER_TEXTS_MOST)
        return -1;
    int fd = open(piece->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -1;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) &&
        (piece->device == 0 || (status.st_dev == piece->device && status.st_ino == piece->inode)) &&
        (uint64_t)status.st_size == piece->size &&
        (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec == piece->mtime)
        return fd;
    close(fd);
    return -1;
}

/* A unit whose passwords are wanted, by whom, and how near it is to that. */
struct wish {
    uint32_t piece;
    uint64_t ordinal;
    uint32_t unit, rank;
};

struct plan {
    struct lock_unit *units[UNLOCK_UNITS_MAX];
    size_t unit_count;
    struct wish wishes[UNLOCK_UNITS_MAX * UNLOCK_REFS_MAX];
    size_t wish_count;
    uint32_t pieces[UNLOCK_PLACES_MAX];
    size_t piece_count;
};

static bool note_piece(struct plan *plan, uint32_t piece)
{
    for (size_t i = 0; i < plan->piece_count; i++)
        if (plan->pieces[i] == piece)
            return true;
    if (plan->piece_count == UNLOCK_PLACES_MAX)
        return false;
    plan->pieces[plan->piece_count++] = piece;
    return true;
}

/* What is tried on a unit, whatever the order in which it came. */
static struct record_id print_of(const struct locks *locks, const struct lock_lead *const *near, size_t count)
{
    struct buffer text;
    buffer_init(&text, (size_t)16 * 1024 * 1024);
    buffer_put(&text, slice_of(locks->list.bytes, sizeof locks->list.bytes));
    for (size_t i = 0; i < count; i++) {
        const struct lock_piece *piece = &locks->pieces[near[i]->piece];
        buffer_put(&text, piece->order.path);
        buffer_put_u64le(&text, near[i]->keys.id);
        buffer_put_u64le(&text, near[i]->keys.id ? 0 : piece->order.offset);
        buffer_put_u64le(&text, near[i]->keys.id ? 0 : near[i]->ordinal);
    }
    struct record_id print = id_of_thread(buffer_slice(&text));
    buffer_release(&text);
    return print;
}

/* False: the plan is full. The first unit always fits: places beyond the most are left out. */
static bool plan_add(struct locks *locks, struct plan *plan, struct lock_unit *unit)
{
    const struct lock_lead *near[UNLOCK_REFS_MAX];
    size_t pieces = plan->piece_count, wishes = plan->wish_count;
    size_t count = locks_near(locks, unit, near, &unit->has_more_parts);
    uint32_t number = (uint32_t)plan->unit_count;
    unit->to_try = print_of(locks, near, count);
    if (memcmp(&unit->to_try, &unit->tried, sizeof unit->tried) == 0) {
        unit->state = LOCK_TOLD; /* by an earlier run */
        return true;
    }
    note_piece(plan, unit->piece);
    plan->wishes[plan->wish_count++] = (struct wish){ unit->piece, unit->ordinal, number, 0 };
    for (size_t i = 0; i < count; i++) {
        if (note_piece(plan, near[i]->piece)) {
            plan->wishes[plan->wish_count++] =
                (struct wish){ near[i]->piece, near[i]->ordinal, number, (uint32_t)i + 1 };
        } else if (plan->unit_count > 0) {
            plan->piece_count = pieces;
            plan->wish_count = wishes;
            return false;
        }
    }
    plan->units[plan->unit_count++] = unit;
    return true;
}

static int by_place(const void *left, const void *right)
{
    const struct wish *a = left, *b = right;
    if (a->piece != b->piece)
        return a->piece < b->piece ? -1 : 1;
    if (a->ordinal != b->ordinal)
        return a->ordinal < b->ordinal ? -1 : 1;
    return a->unit != b->unit ? (a->unit < b->unit ? -1 : 1) : a->rank < b->rank ? -1 : 1;
}

/* A place for each piece that is still there, with its ordinals; each wish gets its reference by rank. */
static void fill_places(struct locks *locks, struct plan *plan, struct task_unlock *unlock)
{
    struct unlock_place *place = NULL;
    uint32_t at_piece = UINT32_MAX;
    sort_items(plan->wishes, plan->wish_count, sizeof *plan->wishes, by_place);
    unlock->places = arena_alloc_array(unlock->arena, plan->piece_count, sizeof *unlock->places);
    for (size_t i = 0; i < plan->wish_count; i++) {
        const struct wish *wish = &plan->wishes[i];
        if (wish->piece != at_piece) {
            int fd = piece_open(&locks->pieces[wish->piece]);
            at_piece = wish->piece;
            place = fd < 0 ? NULL : &unlock->places[unlock->place_count++];
            if (place)
                *place = (struct unlock_place){
                    fd, locks->pieces[wish->piece].order,
                    arena_alloc_array(unlock->arena, UNLOCK_ORDINALS_MAX, sizeof(uint64_t)), 0
                };
        }
        if (!place)
            continue;
        if (place->count == 0 || place->ordinals[place->count - 1] != wish->ordinal) {
            if (place->count == UNLOCK_ORDINALS_MAX)
                continue;
            place->ordinals[place->count++] = wish->ordinal;
        }
        struct unlock_unit *unit = &unlock->units[wish->unit];
        unit->refs[wish->rank] =
            (struct unlock_ref){ (uint16_t)(unlock->place_count - 1), (uint16_t)(place->count - 1) };
    }
}

static const struct unlock_ref no_ref = { UINT16_MAX, UINT16_MAX };

static void begin_units(const struct plan *plan, struct task_unlock *unlock)
{
    unlock->units = arena_alloc_array(unlock->arena, plan->unit_count, sizeof *unlock->units);
    unlock->unit_count = plan->unit_count;
    for (size_t i = 0; i < plan->unit_count; i++) {
        struct unlock_unit *unit = &unlock->units[i];
        unit->ordinal = plan->units[i]->ordinal;
        unit->has_more_parts = plan->units[i]->has_more_parts;
        unit->refs = arena_alloc_array(unlock->arena, UNLOCK_REFS_MAX, sizeof *unit->refs);
        for (size_t r = 0; r < UNLOCK_REFS_MAX; r++)
            unit->refs[r] = no_ref;
    }
}

/* Leave out what could not be opened. */
static void end_units(struct task_unlock *unlock)
{
    for (size_t i = 0; i < unlock->unit_count; i++) {
        struct unlock_unit *unit = &unlock->units[i];
        for (size_t r = 0; r < UNLOCK_REFS_MAX; r++)
            if (unit->refs[r].place != no_ref.place)
                unit->refs[unit->ref_count++] = unit->refs[r];
    }
}

static struct task *task_of(struct locks *locks, struct plan *plan, int fd, bool is_alone)
{
    const struct lock_piece *piece = &locks->pieces[plan->units[0]->piece];
    struct task *task = task_new(fd, piece->size);
    struct arena *arena = arena_new(0);
    task->order = piece->order;
    task->order.is_unlock = true;
    task->order.may_leave = true;
    task->input->case_input = piece->case_input;
    task->unlock = arena_alloc(arena, sizeof *task->unlock);
    task->unlock->arena = arena;
    task->unlock->is_alone = is_alone;
    task->locks_piece = plan->units[0]->piece + 1;
    begin_units(plan, task->unlock);
    fill_places(locks, plan, task->unlock);
    end_units(task->unlock);
    return task;
}

/* Units of one piece, from the next one that waits. */
static void make_plan(struct locks *locks, struct plan *plan)
{
    for (size_t i = locks->next; i < locks->unit_count && plan->unit_count < UNLOCK_UNITS_MAX; i++) {
        struct lock_unit *unit = &locks->units[i];
        if (!locks_is_waiting(unit))
            continue;
        if (plan->unit_count > 0 && (unit->state == LOCK_WAITS_ALONE ||
                                     unit->piece != plan->units[0]->piece || !plan_add(locks, plan, unit)))
            return;
        if (plan->unit_count > 0 && plan->units[0] != unit)
            continue;
        if (plan->unit_count == 0) {
            plan_add(locks, plan, unit);
            locks->next = i;
        }
        if (unit->state == LOCK_WAITS_ALONE)
            return;
    }
}

/* All was read. */
static void prepare(struct locks *locks)
{
    const struct harvest *list = locks->request->settings.passwords;
    struct buffer text;
    buffer_init(&text, (size_t)64 * 1024 * 1024);
    for (size_t i = 0; list && i < list->count; i++) {
        buffer_put(&text, list->at[i].value);
        buffer_put_byte(&text, '\n');
    }
    locks->list = id_of_secret(locks->request->key, slice_str("password-file"), buffer_slice(&text));
    buffer_release(&text); /* wipes */
    locks_sort(locks);
    locks->is_loaded = true;
    if (locks->request->store)
        locks_case_load(locks);
}

struct task *locks_next(struct locks *locks)
{
    struct plan *plan = calloc(1, sizeof *plan);
    struct task *task = NULL;
    if (!plan)
        abort();
    if (!locks->is_loaded)
        prepare(locks);
    for (make_plan(locks, plan); !task && plan->unit_count > 0;) {
        int fd = piece_open(&locks->pieces[plan->units[0]->piece]);
        bool is_alone = plan->units[0]->state == LOCK_WAITS_ALONE;
        for (size_t i = 0; i < plan->unit_count; i++) {
            plan->units[i]->state = LOCK_AT_WORK;
            if (fd < 0 && !locks_is_zero(&plan->units[i]->tried))
                plan->units[i]->state = LOCK_TOLD; /* by the run that tried before */
            else if (fd < 0)
                plan->units[i]->why = "; its input could not be read again to try passwords";
        }
        if (fd >= 0) {
            task = task_of(locks, plan, fd, is_alone);
        } else {
            memset(plan, 0, sizeof *plan);
            make_plan(locks, plan);
        }
    }
    free(plan);
    return task;
}
