/* scan.c - the whole pipeline for one item. Read this first.
 *
 *     open ─ walk ─ decode ─ extract ─ match ─ validate ─ record
 *
 * scan_item asks the most specific format for an item. A format opens (the item has children, each scanned in turn); anything else is a leaf
 * (scan_leaf.c), which an extractor turns into text for the matcher. Every leaf ends scanned, partial or refused, and the last two leave a gap.
 * Records count unit by unit (scan_unit.c): one outermost message, or one leaf that lies in none.
 */
#include <fnmatch.h>

#include "item/envelope.h"
#include "scan_parts.h"
#include "walk/lock.h"
#include "walk/sidecar.h"

/* Bytes of names in which secrets are looked for, a unit. */
#define NAMES_MOST ((size_t)4 * 1024 * 1024)

/* A leaf of any length is matched in blocks of this many bytes. */
#define SCAN_BLOCK ((size_t)16 * 1024 * 1024)

static void scan_item(struct scan *scan, struct item *item);

/* Bytes that a container could not make sense of are read as they stand. */
static void scan_rest(struct scan *scan, struct item *container)
{
    struct item rest = *container;
    rest.parent = container;
    rest.kind = ITEM_REST;
    rest.content = CONTENT_BYTES;
    rest.is_message = false;
    rest.name = rest.part = slice_of(NULL, 0);
    rest.opener = NULL;
    if (!container->source || source_fill(container->source, 1, NULL) != 1)
        return;
    scan->is_rest_of_gap = scan->gapped == container;
    scan_item(scan, &rest);
    scan->is_rest_of_gap = false;
}

/* Containers. */

/* --since, --until, --folder: is this outermost message left out? */
static bool is_excluded(const struct scan *scan, const struct item *item)
{
    struct envelope *envelope = item->envelope;
    const struct scan_settings *settings = scan->settings;
    if (settings->since != INT64_MIN || settings->until != INT64_MAX)
        envelope_complete_origin(envelope);
    if (envelope->date != ENVELOPE_NO_DATE &&
        (envelope->date < settings->since || envelope->date >= settings->until))
        return true;
    if (settings->folder_count == 0)
        return false;
    char *folder = arena_string(scan->leaf_arena, envelope->folder);
    for (size_t i = 0; i < settings->folder_count; i++)
        if (fnmatch(settings->folders[i], folder, FNM_CASEFOLD) == 0)
            return false;
    return true;
}

/* A message ends where its last part did, by one and the same failure below: the part told it. A mailbox tells it again, for all that would
 * have come after that message. */
static bool is_told(const struct scan *scan, const struct error *err)
{
    return scan->is_in_unit && scan->told.kind == err->kind && strcmp(scan->told.message, err->message) == 0;
}

static void scan_children(struct scan *scan, struct walk *walk, struct item *item)
{
    struct item child;
    struct scan_volumes *volumes = NULL;
    struct error err = { 0 };
    int got = 0;
    while (!scan->is_over_time && !scan_has_enough(scan) &&
           (scan->gapped = NULL, got = walk_next(walk, &child, &err)) == 1) {
        scan_beat(scan);
        scan->told.kind = ERROR_NONE;
        if (!scan_keep_volume(scan, &volumes, &child))
            scan_item(scan, &child);
    }
    scan_end_volumes(scan, volumes, scan_item);
    if (got < 0 && !is_told(scan, &err))
        scan_gap_of_error(scan, item, &err);
    if (scan->is_over_time && scan->is_in_unit)
        scan_gap(scan, item, GAP_TIMEOUT, GAP_STANDS_FOR_REST, "item-cpu",
                 "took too much CPU time; the rest was not read");
}

/* What a format did not open after all is a leaf; outside any unit it is one by itself, after the container's. */
static void scan_unopened(struct scan *scan, struct item *item)
{
    if (scan->is_in_unit) {
        scan_leaf(scan, item);
        return;
    }
    uint64_t ordinal = scan->next_unit++;
    const struct gap *bad = scan_bad_item(scan, ordinal);
    scan_show_ordinal(scan, ordinal);
    if (scan_is_done_before(scan, ordinal))
        return;
    scan_begin_unit(scan);
    if (bad)
        scan_refuse(scan, item, bad);
    else
        scan_leaf(scan, item);
    scan_end_unit(scan, item);
}

static void scan_container(struct scan *scan, struct item *item, const struct format *format)
{
    struct walk walk = { 0 };
    struct error err = { 0 };
    struct scan_count count = scan_begin_count(scan);
    if (!item->parent)
        walk.share = scan->task->share;
    scan_place_member(scan, item, format);
    int opened = walk_open(&walk, format, item, &scan->env, &err);
    if (opened < 0 && err.kind == ERROR_NONE) {
        scan_unopened(scan, item);
        walk_close(&walk);
        return;
    }
    if (opened < 0) {
        scan_gap_of_error(scan, item, &err);
        scan_rest(scan, item); /* all of it, and as bytes: partial. They may be held by the walk */
        walk_close(&walk);
        return;
    }
    if (!item->parent && scan->task->first_ordinal)
        walk.first_ordinal = scan->task->first_ordinal;
    bool is_outermost = item->is_message && !item_outer_message(item->parent);
    scan->counts.messages += item->is_message && !scan->is_quiet;
    if (scan->task->purpose == SCAN_HARVEST && scan->is_in_unit)
        scan_harvest_names(scan, item);
    scan->outer_messages += is_outermost;
    if (is_outermost && is_excluded(scan, item))
        scan->counts.excluded += !scan->is_quiet;
    else
        scan_children(scan, &walk, item);
    if (is_outermost && scan->settings->has_case && !scan->is_quiet)
        collector_message(scan->collector, item);
    walk_close(&walk);
    if (!format->is_message && !scan_has_enough(scan))
        scan_rest(scan, item);
    scan_end_count(scan, item, count);
}

/* The format that the task or the item itself says, or the best one for it. */
static const struct format *find_format(const struct scan *scan, struct item *item)
{
    if (item->refused || item->content == CONTENT_TEXT || item->content == CONTENT_BYTES)
        return NULL;
    if (!item->parent && scan->task->format)
        return scan->task->format;
    return item->opener ? item->opener : format_find(item);
}

bool scan_finds_format(const struct scan *scan, struct item *item)
{
    return find_format(scan, item) != NULL;
}

/* The format that opens ITEM, or NULL for a leaf. */
static const struct format *scan_format(struct scan *scan, struct item *item)
{
    const struct limits *limits = &scan->settings->limits;
    const struct format *format = find_format(scan, item);
    if (!format)
        return NULL;
    if (item->container_depth >= limits->container_depth && !format->is_message) {
        scan_gap(scan, item, GAP_LIMIT, GAP_STANDS_FOR_REST, "container-depth",
                 "too many containers in one another");
        return NULL;
    }
    if (item->mime_depth >= limits->mime_depth && format->is_message) {
        scan_gap(scan, item, GAP_LIMIT, GAP_STANDS_FOR_REST, "mime-depth",
                 "too many messages in one another");
        return NULL;
    }
    if (format->names_custodian)
        scan_name_custodian(scan, item);
    return format;
}

static void scan_any(struct scan *scan, struct item *item, const struct format *format)
{
    /* A mailbox that was locked is one unit of many messages. */
    bool is_scope = scan->scopes > 0 && !scan->is_quiet && (!format || format->is_message) &&
                    !item_outer_message(item->parent);
    if (item->refused)
        scan_refuse(scan, item, item->refused);
    else if (format)
        scan_container(scan, item, format);
    else if (!scan->is_quiet || scan->task->purpose == SCAN_HARVEST)
        scan_leaf(scan, item);
    if (is_scope)
        collector_end_scope(scan->collector, item);
}

/* Passwords of many messages, where a mailbox was locked. */
#define INSIDE_MOST ((size_t)2000)

/* Before what was opened is told: the passwords in it, for the locks in it. */
static void harvest_inside(struct scan *scan, const struct item *opened)
{
    const struct scan_task *told = scan->task;
    const struct scan_wanted *wanted = scan->wanted, harvesting = { .harvest = &scan->inside };
    struct scan_task task = *told;
    struct item item = *opened;
    const struct counts counts = scan->counts;
    if (!scan->inside.arena)
        harvest_init(&scan->inside);
    scan->inside.most = INSIDE_MOST;
    task.purpose = SCAN_HARVEST;
    scan->task = &task;
    scan->wanted = &harvesting;
    scan->is_quiet = true;
    item.source = source_from_memory(item.arena, opened->source->ready);
    scan_any(scan, &item, scan_format(scan, &item));
    scan->counts = counts;
    scan->is_quiet = false;
    scan->wanted = wanted;
    scan->task = told;
}

/* Opened or not, what lies in it is told now. */
static void scan_locked(struct scan *scan, struct item *item, struct lock *lock)
{
    struct slice around = scan->unlocking;
    bool was_quiet = scan->is_quiet;
    struct source *whole = item->source;
    scan->is_quiet = false;
    scan_lock_open(scan, item, lock);
    if (item->source == whole)
        item->key = ITEM_KEY_LOCKED;
    else
        harvest_inside(scan, item);
    scan_any(scan, item, scan_format(scan, item));
    if (item->source != whole)
        source_close(item->source);
    scan->unlocking = around;
    scan->is_quiet = was_quiet;
}

static void scan_inner_item(struct scan *scan, struct item *item)
{
    scan_keyfile(scan, item);
    struct lock *lock = scan_lock_find(scan, item);
    if (scan->task->purpose == SCAN_HARVEST && item->is_attachment)
        scan_harvest_names(scan, item);
    if (!lock)
        scan_meet_key(scan, item);
    if (!lock)
        scan_any(scan, item, scan_format(scan, item));
    else if (scan->task->purpose == SCAN_UNLOCK)
        scan_locked(scan, item, lock);
    else
        scan_lock_leave(scan, item, lock);
}

/* What is locked and lies in no message is one unit, whatever is in it: so its neighbours have the same ordinals once it is open. */
static void scan_outer_lock(struct scan *scan, struct item *item, struct lock *lock, uint64_t ordinal)
{
    if (scan_is_done_before(scan, ordinal)) {
        lock_close(lock);
        return;
    }
    scan_begin_unit(scan);
    scan_keyfile(scan, item);
    scan->scopes++;
    if (scan->task->purpose == SCAN_UNLOCK)
        scan_locked(scan, item, lock);
    else
        scan_lock_leave(scan, item, lock);
    scan->scopes--;
    scan_end_unit(scan, item);
}

/* So is a part of a split archive that lies in no message. */
static void scan_outer_volume(struct scan *scan, struct item *item, uint64_t ordinal)
{
    struct scan_volumes *volumes = NULL;
    if (scan_is_done_before(scan, ordinal))
        return;
    scan_begin_unit(scan);
    scan->scopes++;
    if (!scan_keep_volume(scan, &volumes, item))
        scan_any(scan, item, scan_format(scan, item));
    scan_end_volumes(scan, volumes, scan_item);
    scan->scopes--;
    scan_end_unit(scan, item);
}

/* A container in no message has no unit of its own; what it is as a whole is told as one, before its children. */
static void scan_outer_keyfile(struct scan *scan, struct item *item, uint64_t ordinal)
{
    if (!scan_is_keyfile(scan, item) || scan_is_done_before(scan, ordinal))
        return;
    scan_begin_unit(scan);
    scan_keyfile(scan, item);
    scan_end_unit(scan, item);
}

/* Outside any unit: a message or a leaf becomes one, unless it was told before. */
static void scan_outer_item(struct scan *scan, struct item *item)
{
    if (scan_has_enough(scan))
        return;
    uint64_t ordinal = scan->next_unit++;
    scan_show_ordinal(scan, ordinal);
    const struct gap *bad = scan_bad_item(scan, ordinal);
    if (bad)
        item->refused = bad;
    if (scan_is_volume(scan, item)) {
        scan_outer_volume(scan, item, ordinal);
        return;
    }
    struct lock *lock = scan_lock_find(scan, item);
    if (lock) {
        scan_outer_lock(scan, item, lock, ordinal);
        return;
    }
    const struct format *format = scan_format(scan, item);
    bool is_passed = bad || scan_is_done_before(scan, ordinal);
    if (is_passed && (item->content == CONTENT_MESSAGE || (format && format->is_message)))
        scan->outer_messages++; /* it is there, though it is not read now */
    if (format && !format->is_message) {
        scan_outer_keyfile(scan, item, ordinal);
        scan_any(scan, item, format);
    } else if (!scan_is_done_before(scan, ordinal)) {
        scan_begin_unit(scan);
        scan_keyfile(scan, item);
        if (!format)
            scan_meet_key(scan, item);
        scan_any(scan, item, format);
        scan_end_unit(scan, item);
    }
}

static void scan_item(struct scan *scan, struct item *item)
{
    if (scan->is_in_unit)
        scan_inner_item(scan, item);
    else
        scan_outer_item(scan, item);
}

void scan_run(struct scan *scan, const struct scan_task *task)
{
    struct arena_mark empty = arena_mark(scan->input_arena);
    struct item *item = arena_alloc(scan->input_arena, sizeof *item);
    item->envelope = arena_alloc(scan->input_arena, sizeof *item->envelope);
    item->envelope->date = ENVELOPE_NO_DATE;
    item->envelope->custodian = task->custodian;
    item->envelope->is_custodian_labelled = task->is_labelled;
    item->envelope->folder = task->folder;
    item->envelope->folder_role = envelope_folder_role(task->folder);
    sidecar_read(scan->input_arena, task->sidecar, item->envelope);
    item->kind = ITEM_FILE;
    item->name = task->path;
    item->key_path = task->key_path;
    item->source = task->source;
    item->arena = scan->input_arena;
    scan->task = task;
    scan->env.splitter = task->may_split ? scan->splitter : NULL;
    scan->input = item;
    scan->next_unit = 0;
    scan->is_in_unit = scan->is_over_time = false;
    scan->next_wanted = 0;
    if (task->purpose == SCAN_ALL)
        scan->volume_bytes = 0;
    scan->is_quiet = task->purpose != SCAN_ALL;
    scan->gapped = NULL;
    scan->counts = (struct counts){ 0 };
    scan->outer_messages = scan->tallied = 0;
    scan->tallies = NULL;
    scan->tally_bytes = 0;
    collector_begin_unit(scan->collector);
    scan_item(scan, item);
    if (task->is_export)
        scan_end_count(scan, NULL, (struct scan_count){ 0 });
    scan->counts.bytes = task->share.len ? task->share.len : item->source->offset;
    if (task->purpose == SCAN_ALL &&
        !scan_is_done_before(
            scan, scan->next_unit)) { /* a worker may die between the last unit and the end of the task */
        scan_tell_tallies(scan);
        scan_tell_unit(scan, scan->next_unit);
    }
    if (task->purpose == SCAN_UNLOCK)
        scan->volume_bytes = 0; /* harvests of before are given up */
    arena_rewind(scan->input_arena, empty);
}

struct scan *scan_new(const struct engine *engine, const struct scan_settings *settings,
                      const struct record_output *output, const struct spooler *spooler,
                      const struct splitter *splitter, struct helper_client *helpers,
                      struct scan_progress *progress, struct error *err)
{
    struct scan *scan = calloc(1, sizeof *scan);
    if (!scan)
        abort();
    scan->settings = settings;
    scan->output = output;
    scan->progress = progress;
    scan->matcher = matcher_new(engine, settings->context, err);
    if (!scan->matcher) {
        free(scan);
        return NULL;
    }
    matcher_set_limits(scan->matcher, &settings->limits);
    if (settings->known)
        matcher_set_known(scan->matcher, settings->known);
    scan->collector = collector_new(engine_rules(engine), &settings->limits, output);
    collector_set_day(scan->collector, settings->as_of);
    scan->gaps = (struct gap_sink){ scan_gap_put, scan };
    scan->sink = (struct text_sink){ scan_block_put, scan, matcher_overlap(scan->matcher), SCAN_BLOCK };
    scan->matches =
        (struct match_sink){ scan_match_put, settings->is_explaining ? scan_rejected_put : NULL, scan,
                             settings->is_telling_looks ? scan_looked_put : NULL, scan_turned_down_put };
    lock_use_helpers(helpers);
    scan->env = (struct walk_env){ &settings->limits, &scan->gaps, spooler, NULL, helpers };
    scan->splitter = splitter;
    scan->input_arena = arena_new(0);
    scan->leaf_arena = arena_new(0);
    scan->leaf_empty = arena_mark(scan->leaf_arena);
    buffer_init(&scan->names, NAMES_MOST);
    return scan;
}

void scan_free(struct scan *scan)
{
    if (!scan)
        return;
    matcher_free(scan->matcher);
    buffer_release(&scan->names);
    collector_free(scan->collector);
    if (scan->inside.arena)
        harvest_release(&scan->inside);
    arena_free(scan->input_arena);
    arena_free(scan->leaf_arena);
    free(scan);
}
