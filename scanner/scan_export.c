/* scan_export.c - what an export promises of itself, and what there is of it: lists watched, messages counted by container. */
#include "scan_parts.h"
#include "walk/export.h"

/* Bytes of paths that a task tells with its tallies. */
#define TALLIES_MOST ((size_t)4 * 1024 * 1024)

struct scan_tally {
    struct scan_tally *next;
    struct tally_record record;
};

struct scan_count scan_begin_count(const struct scan *scan)
{
    return (struct scan_count){ scan->outer_messages, scan->tallied };
}

/* ITEM: the container, or NULL for the task's input, where that is a message itself. */
void scan_end_count(struct scan *scan, const struct item *item, struct scan_count before)
{
    struct buffer path;
    uint64_t own = scan->outer_messages - before.messages - (scan->tallied - before.tallied);
    bool is_over = scan->tally_bytes >= TALLIES_MOST;
    if (item ? item_outer_message(item) != NULL : own == 0)
        return;
    scan->tallied += own;
    if (scan->tally_bytes > TALLIES_MOST)
        return;
    struct scan_tally *tally = arena_alloc(scan->input_arena, sizeof *tally);
    buffer_init(&path, 32 * 1024);
    item_put_path(&path, item ? item : scan->input);
    tally->record = (struct tally_record){ .path = arena_copy(scan->input_arena, buffer_slice(&path)),
                                           .messages = own,
                                           .is_over = is_over };
    tally->next = scan->tallies;
    scan->tallies = tally;
    scan->tally_bytes += path.len + sizeof *tally;
    buffer_release(&path);
}

void scan_tell_tallies(struct scan *scan)
{
    for (const struct scan_tally *tally = scan->tallies; scan->output->tally && tally; tally = tally->next)
        scan->output->tally(scan->output->ctx, &tally->record);
}

/* Lists. */

struct list_place {
    struct scan *scan;
    struct buffer path, key;
    struct slice custodian;
};

static void put_promise(void *ctx, const struct promise *promise)
{
    struct list_place *place = ctx;
    const struct promise_record record = { .promise = *promise,
                                           .path = buffer_slice(&place->path),
                                           .key = buffer_slice(&place->key),
                                           .custodian = place->custodian };
    if (place->scan->output->promise && !place->scan->is_quiet)
        place->scan->output->promise(place->scan->output->ctx, &record);
}

struct export_reader *scan_watch_list(struct scan *scan, struct item *item, struct source **own)
{
    struct export_reader *reader = export_reader_new(scan->leaf_arena, item);
    *own = item->source;
    if (reader)
        item->source = export_reader_watch(scan->leaf_arena, reader, item->source);
    return reader;
}

void scan_end_list(struct scan *scan, struct item *item, struct export_reader *reader, struct source *own)
{
    struct list_place place = { .scan = scan, .custodian = item->envelope->custodian };
    const struct promise_sink sink = { put_promise, &place };
    struct error err = { 0 };
    if (!reader)
        return;
    source_drain(item->source);
    source_drain(own);
    item->source = own;
    buffer_init(&place.path, 32 * 1024);
    buffer_init(&place.key, 32 * 1024);
    item_put_path(&place.path, item);
    buffer_put(&place.key, item_input(item)->key_path);
    item_put_inner_path(&place.key, item);
    if (export_reader_end(reader, &sink, &err) < 0)
        scan_gap_of_error(scan, item, &err);
    scan_note_names(scan, item);
    buffer_release(&place.path);
    buffer_release(&place.key);
}
