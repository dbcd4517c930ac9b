/* locks_case.c - with a case, what is locked stands there too: a later run goes on with it, and tries the passwords of later mailboxes. */
#include <limits.h>
#include <stdlib.h>

#include "record/case_locks.h"
#include "record/wire.h"
#include "work/locks_parts.h"

static struct case_lock_unit place_of(const struct lock_piece *piece, uint64_t ordinal)
{
    const struct task_order *order = &piece->order;
    return (struct case_lock_unit){ .piece = { .input = piece->case_input,
                                               .offset = order->is_range ? order->offset : CASE_WHOLE,
                                               .length = order->length },
                                    .first_ordinal = order->first_ordinal,
                                    .ordinal = ordinal };
}

/* Wherever a later run is started. Once: what was put is committed before what comes later, or nothing is. */
static void put_input(struct case_store *store, struct lock_piece *piece)
{
    if (piece->is_input_kept)
        return;
    piece->is_input_kept = true;
    char *whole = realpath(piece->file, NULL);
    case_put_lock_input(store, piece->case_input, slice_str(whole ? whole : piece->file),
                        piece->order.is_labelled);
    free(whole);
}

void locks_case_keep(struct locks *locks, const struct task *task, const struct lock_unit *unit,
                     const struct lock_lead *lead)
{
    struct case_store *store = locks->request->store;
    struct lock_piece *piece = &locks->pieces[task->locks_piece - 1];
    struct buffer keys;
    buffer_init(&keys, 4096);
    if (unit || lead)
        put_input(store, piece);
    if (unit) {
        struct case_lock_unit place = place_of(piece, unit->ordinal);
        const struct counts counts = { .leaves = unit->gap_count, .refused = unit->gap_count };
        wire_put_keys(&keys, &unit->keys);
        place.keys = buffer_slice(&keys);
        case_put_locked(store, &place, buffer_slice(unit->gaps), &counts, NULL);
    }
    if (lead) {
        struct case_lock_unit place = place_of(piece, lead->ordinal);
        const struct message_keys all = locks_message_keys(&lead->keys);
        buffer_clear(&keys);
        wire_put_keys(&keys, &all);
        place.keys = buffer_slice(&keys);
        case_put_lead(store, &place);
    }
    buffer_release(&keys);
}

/* Loading. */

struct loading {
    struct locks *locks;
    const struct lock_unit *mine; /* of this run, by piece and ordinal */
    size_t mine_count;
    uint32_t piece;  /* of the row before, plus one */
    uint32_t *order; /* numbers of pieces, sorted by input and offset */
    size_t order_count;
};

static uint64_t offset_of(const struct lock_piece *piece)
{
    return piece->order.is_range ? piece->order.offset : CASE_WHOLE;
}

static int compare(const struct lock_piece *piece, int64_t input, uint64_t offset)
{
    if (piece->case_input != input)
        return piece->case_input < input ? -1 : 1;
    return offset_of(piece) < offset ? -1 : offset_of(piece) > offset;
}

static int by_input(const void *left, const void *right, void *ctx)
{
    const struct lock_piece *pieces = ctx;
    const struct lock_piece *b = &pieces[*(const uint32_t *)right];
    return compare(&pieces[*(const uint32_t *)left], b->case_input, offset_of(b));
}

static void sort_pieces(struct loading *loading)
{
    const struct locks *locks = loading->locks;
    loading->order = realloc(loading->order, (locks->piece_count + 1) * sizeof *loading->order);
    if (!loading->order)
        abort();
    for (size_t i = 0; i < locks->piece_count; i++)
        loading->order[i] = (uint32_t)i;
    loading->order_count = locks->piece_count;
    qsort_r(loading->order, loading->order_count, sizeof *loading->order, by_input, locks->pieces);
}

/* Of those that were there when they were sorted; UINT32_MAX: none. */
static uint32_t find_piece(const struct loading *loading, const struct case_lock_unit *unit)
{
    size_t low = 0, high = loading->order_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct lock_piece *piece = &loading->locks->pieces[loading->order[middle]];
        int order = compare(piece, unit->piece.input, unit->piece.offset);
        if (order == 0)
            return loading->order[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return UINT32_MAX;
}

static struct task_order order_of(struct arena *arena, const struct case_lock_row *row)
{
    bool is_range = row->unit.piece.offset != CASE_WHOLE;
    return (struct task_order){ .offset = is_range ? row->unit.piece.offset : 0,
                                .length = row->unit.piece.length,
                                .first_ordinal = row->unit.first_ordinal,
                                .is_range = is_range,
                                .is_labelled = row->is_labelled,
                                .may_leave = true,
                                .path = arena_copy(arena, row->path),
                                .key_path = arena_copy(arena, row->key_path),
                                .custodian = arena_copy(arena, row->custodian),
                                .folder = arena_copy(arena, row->folder) };
}

/* Rows come piece by piece. One that this run read is there already. */
static uint32_t piece_of(struct loading *loading, const struct case_lock_row *row)
{
    struct locks *locks = loading->locks;
    if (loading->piece > 0 &&
        compare(&locks->pieces[loading->piece - 1], row->unit.piece.input, row->unit.piece.offset) == 0)
        return loading->piece - 1;
    uint32_t found = find_piece(loading, &row->unit);
    if (found != UINT32_MAX) {
        loading->piece = found + 1;
        return found;
    }
    struct lock_piece *piece = locks_add_piece(locks);
    *piece = (struct lock_piece){ .order = order_of(locks->arena, row),
                                  .file = arena_string(locks->arena, row->file),
                                  .size = row->size,
                                  .mtime = row->mtime,
                                  .case_input = row->unit.piece.input };
    loading->piece = (uint32_t)locks->piece_count;
    return loading->piece - 1;
}

static int load_lead(void *ctx, const struct case_lock_row *row)
{
    struct loading *loading = ctx;
    struct message_keys keys;
    struct error err;
    if (wire_get_keys(row->unit.keys, &keys, &err) == 0)
        locks_add(loading->locks, piece_of(loading, row), row->unit.ordinal, &keys);
    return 0;
}

static bool is_mine(const struct loading *loading, uint32_t piece, uint64_t ordinal)
{
    struct locks mine = { .units = (struct lock_unit *)(uintptr_t)loading->mine,
                          .unit_count = loading->mine_count };
    return locks_find(&mine, piece, ordinal) != NULL;
}

static void count_gap(void *ctx, const struct gap_record *gap, const struct message_record *message)
{
    size_t *count = ctx;
    (void)gap;
    (void)message;
    ++*count;
}

/* Is WANTED one of the gaps? */
struct looking {
    const struct record_id *wanted;
    bool is_there;
};

static void look_at(void *ctx, const struct gap_record *gap, const struct message_record *message)
{
    struct looking *looking = ctx;
    (void)message;
    looking->is_there |= memcmp(&gap->id, looking->wanted, sizeof gap->id) == 0;
}

static int load_unit(void *ctx, const struct case_lock_row *row)
{
    struct loading *loading = ctx;
    struct lock_unit unit = { .ordinal = row->unit.ordinal, .tried = row->tried };
    struct error err;
    if (row->gaps.len == 0 || wire_get_keys(row->unit.keys, &unit.keys, &err) < 0)
        return 0; /* all of it was opened */
    unit.piece = piece_of(loading, row);
    unit.is_of_run = is_mine(loading, unit.piece, unit.ordinal);
    struct lock_unit *added = locks_add_unit(loading->locks, &unit, row->gaps);
    struct arena *arena = arena_new(0);
    locks_each_gap(added, arena, count_gap, &added->gap_count);
    struct looking looking = { loading->locks->request->unlock_only, false };
    if (looking.wanted) {
        locks_each_gap(added, arena, look_at, &looking);
        added->state = looking.is_there ? LOCK_WAITS : LOCK_TOLD;
    }
    arena_free(arena);
    return 0;
}

void locks_case_load(struct locks *locks)
{
    struct loading loading = { .locks = locks, .mine = locks->units, .mine_count = locks->unit_count };
    case_commit(locks->request->store);
    locks->lead_count = 0;
    if (locks->unit_count == 0 && !case_has_locked(locks->request->store))
        return; /* as in most cases: nothing to lead to */
    locks->units = NULL;
    locks->unit_count = locks->unit_capacity = 0;
    sort_pieces(&loading);
    const struct case_lock_sink leads = { load_lead, &loading }, units = { load_unit, &loading };
    case_each_lead(locks->request->store, &leads);
    sort_pieces(&loading);
    case_each_locked(locks->request->store, &units);
    for (size_t i = 0; i < loading.mine_count; i++)
        locks_drop_gaps((struct lock_unit *)(uintptr_t)&loading.mine[i]);
    free((void *)(uintptr_t)loading.mine);
    free(loading.order);
    locks_sort(locks);
}

/* Telling. */

static void drop_gap(void *ctx, const struct gap_record *gap, const struct message_record *message)
{
    (void)message;
    case_drop_gap(ctx, &gap->id, gap->custodian);
}

void locks_case_drop(struct locks *locks, const struct lock_unit *unit)
{
    struct arena *arena = arena_new(0);
    locks_each_gap(unit, arena, drop_gap, locks->request->store);
    arena_free(arena);
}

void locks_case_settle(struct locks *locks, const struct lock_unit *unit, struct slice gaps,
                       const struct counts *counts)
{
    struct buffer keys;
    struct case_lock_unit place = place_of(&locks->pieces[unit->piece], unit->ordinal);
    buffer_init(&keys, 4096);
    wire_put_keys(&keys, &unit->keys);
    place.keys = buffer_slice(&keys);
    case_put_locked(locks->request->store, &place, gaps, counts, &unit->to_try);
    case_commit(locks->request->store);
    buffer_release(&keys);
}
