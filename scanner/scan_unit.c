/* scan_unit.c - what a scan tells as one: units, the ordinals that a successor goes by, gaps, and how long a unit may take. */
#include "scan_parts.h"

/* How often the CPU clock is read: every so many children and blocks of a unit. Most units have fewer: reading it costs a system call. */
#define CLOCK_EVERY 16

double scan_cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void scan_sign_of_life(struct scan *scan)
{
    if (scan->progress)
        atomic_fetch_add_explicit(&scan->progress->beats, 1, memory_order_relaxed);
}

void scan_beat(struct scan *scan)
{
    if (scan->progress) {
        atomic_fetch_add_explicit(&scan->progress->beats, 1, memory_order_relaxed);
        atomic_store_explicit(&scan->progress->bytes, scan->input->source->offset, memory_order_relaxed);
    }
    if (++scan->beats % CLOCK_EVERY != 0 || !scan->is_in_unit)
        return;
    if (scan->beats == CLOCK_EVERY)
        scan->unit_cpu = scan_cpu_now();
    uint64_t read = scan->input->source->offset - scan->unit_bytes + scan->unit_more;
    double allowed = (double)scan->settings->limits.item_cpu * (double)(1 + read / (64 * 1024 * 1024));
    if (scan_cpu_now() - scan->unit_cpu > allowed)
        scan->is_over_time = true;
}

/* Of what is read again, the wanted one is looked for from the last one on: ordinals only grow. */
static bool is_wanted(struct scan *scan, uint64_t unit)
{
    const struct scan_task *task = scan->task;
    while (scan->next_wanted < task->wanted_count && task->wanted[scan->next_wanted].ordinal < unit)
        scan->next_wanted++;
    if (scan->next_wanted == task->wanted_count || task->wanted[scan->next_wanted].ordinal != unit)
        return false;
    scan->wanted = &task->wanted[scan->next_wanted];
    return true;
}

bool scan_is_done_before(struct scan *scan, uint64_t unit)
{
    return unit < scan->task->skip_units || (scan->task->purpose != SCAN_ALL && !is_wanted(scan, unit));
}

bool scan_has_enough(const struct scan *scan)
{
    const struct scan_task *task = scan->task;
    return task->purpose != SCAN_ALL && !scan->is_in_unit &&
           (task->wanted_count == 0 || scan->next_unit > task->wanted[task->wanted_count - 1].ordinal);
}

void scan_gap_put(void *ctx, const struct item *item, const struct gap *gap)
{
    struct scan *scan = ctx;
    struct gap told = *gap;
    if (scan->is_quiet || scan_is_done_before(scan, scan->is_in_unit ? scan->next_unit - 1 : scan->next_unit))
        return;
    if (gap->kind == GAP_ENCRYPTED)
        told.more = scan->unlocking;
    scan->gapped = item;
    if (item == scan->leaf)
        scan->is_leaf_partial = true;
    bool is_of_whole = scan->joined && item == scan->joined &&
                       (gap->kind == GAP_DAMAGED || gap->kind == GAP_MISSING || gap->kind == GAP_UNSUPPORTED);
    scan->cuts += is_of_whole || (scan->joined && gap->kind == GAP_TRUNCATED);
    if (gap->kind == GAP_PICTURE)
        scan->counts.pictures++;
    collector_gap(scan->collector, item, &told);
    scan_note_names(scan, item);
}

void scan_gap(struct scan *scan, const struct item *item, enum gap_kind kind, enum gap_stands_for stands_for,
              const char *limit, const char *reason)
{
    struct gap gap = { .kind = kind, .stands_for = stands_for, .reason = slice_str(reason), .limit = limit };
    gap.bytes = GAP_BYTES_UNKNOWN;
    scan_gap_put(scan, item, &gap);
}

void scan_gap_of_error(struct scan *scan, const struct item *item, const struct error *err)
{
    scan_gap(scan, item, gap_kind_of_error(err->kind), GAP_STANDS_FOR_REST, err->limit, err->message);
    scan->told = *err;
}

/* Units, and the ordinals that tell a worker's successor where it was: each item outside a unit takes one, containers too. */

void scan_show_ordinal(struct scan *scan, uint64_t ordinal)
{
    if (scan->progress)
        atomic_store_explicit(&scan->progress->unit, ordinal, memory_order_relaxed);
}

const struct gap *scan_bad_item(struct scan *scan, uint64_t ordinal)
{
    static const struct gap crashed = { GAP_CRASHED,
                                        GAP_STANDS_FOR_LEAF,
                                        { (const unsigned char *)"ended the worker that read it", 29 },
                                        GAP_BYTES_UNKNOWN,
                                        NULL };
    static const struct gap hung = { GAP_TIMEOUT,
                                     GAP_STANDS_FOR_LEAF,
                                     { (const unsigned char *)"made no progress; its worker was stopped",
                                       40 },
                                     GAP_BYTES_UNKNOWN,
                                     NULL };
    for (size_t i = 0; i < scan->task->bad_count; i++)
        if (scan->task->bad_units[i].ordinal == ordinal)
            return scan->task->bad_units[i].kind == GAP_TIMEOUT ? &hung : &crashed;
    return NULL;
}

void scan_begin_unit(struct scan *scan)
{
    scan->is_in_unit = true;
    scan->beats = 0;
    scan->unit_bytes = scan->input->source->offset;
    scan->is_lead = scan->is_sentence = false;
    scan->volume_count = 0;
    scan->unit_more = 0;
}

void scan_tell_unit(struct scan *scan, uint64_t ordinal)
{
    struct unit_record unit = { .ordinal = ordinal, .counts = scan->counts };
    if (scan->task->purpose != SCAN_HARVEST) {
        scan_hide(scan);
        scan->output->unit(scan->output->ctx, &unit);
    }
    collector_begin_unit(scan->collector); /* what is told from here on belongs to the next one */
    scan->counts = (struct counts){ 0 };
    if (scan->inside.arena)
        harvest_release(&scan->inside);
    scan->is_in_unit = scan->is_over_time = false;
    scan->is_quiet = scan->task->purpose != SCAN_ALL;
    scan->wanted = NULL;
}

void scan_add_volumes(const struct scan *scan, struct message_keys *keys)
{
    for (size_t i = 0; i < scan->volume_count && keys->volume_count < RECORD_VOLUMES_MAX; i++)
        keys->volumes[keys->volume_count++] = scan->volumes[i];
}

/* What only holds parts of an archive tells nothing to others of its folder. */
static void tell_lead(struct scan *scan, const struct item *item)
{
    struct message_keys keys = scan_keys_of(item);
    if (!scan->is_lead)
        keys.volume_count = 0;
    keys.is_sentence = scan->is_sentence;
    scan_add_volumes(scan, &keys);
    if (scan->task->may_leave && scan->task->purpose == SCAN_ALL && scan->output->lead)
        scan->output->lead(scan->output->ctx, &keys);
}

void scan_end_unit(struct scan *scan, const struct item *item)
{
    if (scan->is_lead || scan->volume_count > 0)
        tell_lead(scan, item);
    collector_end_scope(scan->collector, item);
    scan_tell_unit(scan, scan->next_unit - 1);
    scan_show_ordinal(scan, scan->next_unit);
}
