/* locks.c - what is locked, held back until all was read. */
#include "work/locks.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sort.h"
#include "record/id.h"
#include "record/wire.h"
#include "work/frame.h"
#include "work/locks_parts.h"

#define SIDECAR_KEPT ((size_t)8 * 1024)
#define GAPS_MOST ((size_t)16 * 1024 * 1024) /* bytes of the gaps of one unit */

struct locks *locks_new(const struct scan_request *request)
{
    struct locks *locks = calloc(1, sizeof *locks);
    if (!locks)
        abort();
    locks->request = request;
    locks->arena = arena_new(0);
    return locks;
}

void locks_drop_gaps(struct lock_unit *unit)
{
    if (!unit->gaps)
        return;
    buffer_release(unit->gaps);
    free(unit->gaps);
    unit->gaps = NULL;
    unit->gap_count = 0;
}

void locks_free(struct locks *locks)
{
    if (!locks)
        return;
    for (size_t i = 0; i < locks->unit_count; i++)
        locks_drop_gaps(&locks->units[i]);
    locks_near_free(locks->index);
    arena_free(locks->arena);
    free(locks->pieces);
    free(locks->leads);
    free(locks->units);
    free(locks);
}

/* AT has room for one more, of SIZE bytes each. */
static void *grow(void *at, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return at;
    *capacity = *capacity ? *capacity * 2 : 64;
    at = realloc(at, *capacity * size);
    if (!at)
        abort();
    return at;
}

/* Pieces. */

struct lock_piece *locks_add_piece(struct locks *locks)
{
    locks->pieces = grow(locks->pieces, locks->piece_count, &locks->piece_capacity, sizeof *locks->pieces);
    return &locks->pieces[locks->piece_count++];
}

static uint32_t piece_of(struct locks *locks, struct task *task)
{
    struct stat status;
    if (task->locks_piece > 0) {
        locks->pieces[task->locks_piece - 1].order.bad_count = task->order.bad_count;
        memcpy(locks->pieces[task->locks_piece - 1].order.bad_units, task->order.bad_units,
               sizeof task->order.bad_units);
        return (uint32_t)task->locks_piece - 1;
    }
    struct lock_piece *piece = locks_add_piece(locks);
    *piece = (struct lock_piece){ .order = task->order, .case_input = task->input->case_input };
    piece->file = arena_string(locks->arena, task->input->file);
    piece->order.path = arena_copy(locks->arena, task->order.path);
    piece->order.key_path = arena_copy(locks->arena, task->order.key_path);
    piece->order.custodian = arena_copy(locks->arena, task->order.custodian);
    piece->order.folder = arena_copy(locks->arena, task->order.folder);
    /* What lies beside a message tells its folder: short, or not worth the memory. */
    bool is_short = task->order.sidecar.len <= SIDECAR_KEPT;
    piece->order.sidecar = is_short ? arena_copy(locks->arena, task->order.sidecar) : slice_of(NULL, 0);
    piece->order.is_export = false;
    piece->order.may_split = false;
    piece->order.skip_units = 0;
    if (fstat(task->input->fd, &status) == 0) {
        piece->device = status.st_dev;
        piece->inode = status.st_ino;
        piece->size = (uint64_t)status.st_size;
        piece->mtime = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
    }
    task->locks_piece = locks->piece_count;
    return (uint32_t)task->locks_piece - 1;
}

int locks_compare_pieces(const struct lock_piece *a, const struct lock_piece *b)
{
    int order = slice_compare(a->order.path, b->order.path);
    if (order == 0 && a->order.offset != b->order.offset)
        order = a->order.offset < b->order.offset ? -1 : 1;
    return order;
}

/* Holding. */

struct lock_keys locks_keys_of(const struct message_keys *keys)
{
    return (struct lock_keys){ .id = keys->id,
                               .thread = keys->thread,
                               .date = keys->date,
                               .people = keys->people,
                               .volumes = keys->volumes,
                               .people_count = (uint8_t)keys->people_count,
                               .volume_count = (uint8_t)keys->volume_count,
                               .is_thread_guessed = keys->is_thread_guessed,
                               .is_sentence = keys->is_sentence };
}

struct message_keys locks_message_keys(const struct lock_keys *keys)
{
    struct message_keys all = { .id = keys->id,
                                .thread = keys->thread,
                                .is_thread_guessed = keys->is_thread_guessed,
                                .is_sentence = keys->is_sentence,
                                .date = keys->date,
                                .people_count = keys->people_count,
                                .volume_count = keys->volume_count };
    memcpy(all.people, keys->people, keys->people_count * sizeof *keys->people);
    memcpy(all.volumes, keys->volumes, keys->volume_count * sizeof *keys->volumes);
    return all;
}

static struct lock_keys keep_keys(struct arena *arena, const struct message_keys *keys)
{
    struct lock_keys kept = locks_keys_of(keys);
    uint64_t *lists = arena_alloc_array(arena, (size_t)kept.people_count + kept.volume_count, sizeof *lists);
    memcpy(lists, keys->people, kept.people_count * sizeof *lists);
    memcpy(lists + kept.people_count, keys->volumes, kept.volume_count * sizeof *lists);
    kept.people = lists;
    kept.volumes = lists + kept.people_count;
    return kept;
}

struct lock_lead *locks_add(struct locks *locks, uint32_t piece, uint64_t ordinal,
                            const struct message_keys *keys)
{
    if (locks->lead_count >= locks->request->settings.limits.unlock_places) {
        locks->over_limit++;
        return NULL;
    }
    locks->leads = grow(locks->leads, locks->lead_count, &locks->lead_capacity, sizeof *locks->leads);
    struct lock_lead *lead = &locks->leads[locks->lead_count++];
    *lead = (struct lock_lead){ piece, ordinal, keep_keys(locks->arena, keys) };
    return lead;
}

void locks_add_lead(struct locks *locks, struct task *task, uint64_t ordinal, const struct message_keys *keys)
{
    locks_add(locks, piece_of(locks, task), ordinal, keys);
}

struct lock_unit *locks_add_unit(struct locks *locks, const struct lock_unit *unit, struct slice gaps)
{
    locks->units = grow(locks->units, locks->unit_count, &locks->unit_capacity, sizeof *locks->units);
    struct lock_unit *added = &locks->units[locks->unit_count++];
    *added = *unit;
    added->gaps = calloc(1, sizeof *added->gaps);
    if (!added->gaps)
        abort();
    buffer_init(added->gaps, GAPS_MOST);
    buffer_put(added->gaps, gaps);
    return added;
}

static struct lock_unit *last_unit(const struct locks *locks, uint32_t piece, uint64_t ordinal)
{
    struct lock_unit *last = locks->unit_count ? &locks->units[locks->unit_count - 1] : NULL;
    return last && last->piece == piece && last->ordinal == ordinal ? last : NULL;
}

static struct lock_unit *unit_of(struct locks *locks, struct task *task, uint64_t ordinal,
                                 const struct message_keys *keys)
{
    const struct lock_unit unit = {
        .piece = piece_of(locks, task), .ordinal = ordinal, .keys = *keys, .is_of_run = true
    };
    struct lock_unit *last = last_unit(locks, unit.piece, ordinal);
    return last ? last : locks_add_unit(locks, &unit, slice_of(NULL, 0));
}

static void put_sized(struct buffer *out, struct slice bytes)
{
    buffer_put_u32le(out, (uint32_t)bytes.len);
    buffer_put(out, bytes);
}

void locks_put_gap(struct buffer *out, const struct gap_record *gap, const struct message_record *message)
{
    struct buffer bytes;
    buffer_init(&bytes, WIRE_RECORD_MAX);
    wire_put_gap(&bytes, gap);
    put_sized(out, buffer_slice(&bytes));
    buffer_clear(&bytes);
    if (message)
        wire_put_message(&bytes, message);
    put_sized(out, buffer_slice(&bytes));
    buffer_release(&bytes);
}

bool locks_hold(struct locks *locks, struct task *task, uint64_t ordinal, const struct message_keys *keys,
                const struct gap_record *gap, const struct message_record *message)
{
    if (locks->gap_count >= locks->request->settings.limits.unlock_items)
        return false;
    struct lock_unit *unit = unit_of(locks, task, ordinal, keys);
    if (unit->gaps->len > GAPS_MOST - 2 * WIRE_RECORD_MAX)
        return false;
    locks_put_gap(unit->gaps, gap, message);
    unit->gap_count++;
    locks->gap_count++;
    return true;
}

void locks_keep(struct locks *locks, const struct task *task, uint64_t ordinal, bool is_lead)
{
    const struct lock_unit *unit = last_unit(locks, (uint32_t)task->locks_piece - 1, ordinal);
    const struct lock_lead *lead = is_lead && locks->lead_count ? &locks->leads[locks->lead_count - 1] : NULL;
    if (lead && lead->ordinal != ordinal)
        lead = NULL;
    if (locks->request->store && task->locks_piece > 0)
        locks_case_keep(locks, task, unit, lead);
}

uint64_t locks_over_limit(const struct locks *locks)
{
    return locks->unit_count > 0 ? locks->over_limit : 0;
}

static int by_order(const void *left, const void *right)
{
    const struct lock_unit *a = left, *b = right;
    if (a->piece != b->piece)
        return a->piece < b->piece ? -1 : 1;
    return a->ordinal < b->ordinal ? -1 : a->ordinal > b->ordinal;
}

void locks_sort(struct locks *locks)
{
    sort_items(locks->units, locks->unit_count, sizeof *locks->units, by_order);
}

struct lock_unit *locks_find(const struct locks *locks, uint32_t piece, uint64_t ordinal)
{
    const struct lock_unit wanted = { .piece = piece, .ordinal = ordinal };
    return sort_find(&wanted, locks->units, locks->unit_count, sizeof *locks->units, by_order);
}

static struct lock_unit *find_unit(const struct locks *locks, const struct task *task, uint64_t ordinal)
{
    return locks_find(locks, (uint32_t)task->locks_piece - 1, ordinal);
}

size_t locks_take_unit(struct locks *locks, const struct task *task, uint64_t ordinal)
{
    struct lock_unit *unit = find_unit(locks, task, ordinal);
    if (!unit || unit->state != LOCK_AT_WORK)
        return 0;
    if (locks->request->store)
        locks_case_drop(locks, unit);
    return unit->is_of_run ? unit->gap_count : 0;
}

void locks_settle_unit(struct locks *locks, const struct task *task, uint64_t ordinal, struct slice gaps,
                       const struct counts *counts)
{
    struct lock_unit *unit = find_unit(locks, task, ordinal);
    if (!unit || unit->state != LOCK_AT_WORK)
        return;
    if (locks->request->store)
        locks_case_settle(locks, unit, gaps, counts);
    unit->state = LOCK_TOLD;
    locks_drop_gaps(unit);
}

void locks_split(struct locks *locks, const struct task *task)
{
    for (size_t i = 0; i < task->unlock->unit_count; i++) {
        struct lock_unit *unit = find_unit(locks, task, task->unlock->units[i].ordinal);
        if (unit && unit->state == LOCK_AT_WORK)
            unit->state = LOCK_WAITS_ALONE;
        if (unit && (size_t)(unit - locks->units) < locks->next)
            locks->next = (size_t)(unit - locks->units);
    }
}

/* Telling what was held. */

void locks_each_gap(const struct lock_unit *unit, struct arena *arena,
                    void (*tell)(void *ctx, const struct gap_record *gap,
                                 const struct message_record *message),
                    void *ctx)
{
    struct slice rest = unit->gaps ? buffer_slice(unit->gaps) : slice_of(NULL, 0), bytes;
    uint32_t len;
    while (slice_eat_u32le(&rest, &len) == 0) {
        struct gap_record gap;
        struct message_record message;
        struct error err;
        if (slice_eat(&rest, len, &bytes) < 0 || wire_get_gap(bytes, arena, &gap, &err) < 0 ||
            slice_eat_u32le(&rest, &len) < 0 || slice_eat(&rest, len, &bytes) < 0 ||
            (len > 0 && wire_get_message(bytes, arena, &message, &err) < 0))
            return; /* of a case that was changed: this process writes no other */
        tell(ctx, &gap, len > 0 ? &message : NULL);
    }
}

/* A gap with WHY behind its reason. */
struct telling {
    struct arena *arena;
    const char *why;
    void (*tell)(void *ctx, const struct gap_record *gap, const struct message_record *message);
    void *ctx;
};

static void tell_one(void *ctx, const struct gap_record *gap, const struct message_record *message)
{
    struct telling *telling = ctx;
    struct gap_record told = *gap;
    if (telling->why)
        told.gap.reason = arena_printf(telling->arena, "%.*s%s", (int)gap->gap.reason.len,
                                       gap->gap.reason.ptr, telling->why);
    telling->tell(telling->ctx, &told, message);
}

void locks_tell_rest(struct locks *locks, const struct task *task, const char *why,
                     void (*tell)(void *ctx, const struct gap_record *gap,
                                  const struct message_record *message),
                     void *ctx)
{
    struct arena *arena = arena_new(0);
    for (size_t i = 0; i < (task ? task->unlock->unit_count : locks->unit_count); i++) {
        struct lock_unit *unit =
            task ? find_unit(locks, task, task->unlock->units[i].ordinal) : &locks->units[i];
        bool was_told = unit && !task && !locks_is_zero(&unit->tried); /* by the run that tried before */
        if (!unit || unit->state == LOCK_TOLD || (task && locks_is_waiting(unit)) || was_told)
            continue;
        struct telling telling = { arena, why ? why : unit->why, tell, ctx };
        locks_each_gap(unit, arena, tell_one, &telling);
        unit->state = LOCK_TOLD;
        locks_drop_gaps(unit);
    }
    arena_free(arena);
}
