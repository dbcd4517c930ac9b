/* scan_unit.c - what a scan tells as one: units, the ordinals that a successor goes by, gaps, and how long a unit may take. */
#include "scan_parts.h"

/* How often the CPU clock is read: every so many children and blocks of a unit. Most units have fewer: reading it costs a system call. */
#define CLOCK_EVERY 16

static double cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
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
        scan->unit_cpu = cpu_now();
    uint64_t read = scan->input->source->offset - scan->unit_bytes;
    double allowed = (double)scan->settings->limits.item_cpu * (double)(1 + read / (64 * 1024 * 1024));
    if (cpu_now() - scan->unit_cpu > allowed)
        scan->is_over_time = true;
}

bool scan_is_done_before(const struct scan *scan, uint64_t unit)
{
    return unit < scan->task->skip_units;
}

void scan_gap_put(void *ctx, const struct item *item, const struct gap *gap)
{
    struct scan *scan = ctx;
    if (scan_is_done_before(scan, scan->is_in_unit ? scan->next_unit - 1 : scan->next_unit))
        return;
    scan->gapped = item;
    if (item == scan->leaf)
        scan->is_leaf_partial = true;
    if (gap->kind == GAP_PICTURE)
        scan->counts.pictures++;
    collector_gap(scan->collector, item, gap);
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
}

void scan_tell_unit(struct scan *scan, uint64_t ordinal)
{
    struct unit_record unit = { .ordinal = ordinal, .counts = scan->counts };
    scan_hide(scan);
    scan->output->unit(scan->output->ctx, &unit);
    collector_begin_unit(scan->collector); /* what is told from here on belongs to the next one */
    scan->counts = (struct counts){ 0 };
    scan->is_in_unit = false;
    scan->is_over_time = false;
}

void scan_end_unit(struct scan *scan, const struct item *item)
{
    collector_end_scope(scan->collector, item);
    scan_tell_unit(scan, scan->next_unit - 1);
    scan_show_ordinal(scan, scan->next_unit);
}
