/* scan.c - the whole pipeline for one item. Read this first.
 *
 *     open ─ walk ─ decode ─ extract ─ match ─ validate ─ record
 *
 * scan_item asks the most specific format for an item. A format opens (the item has children, each scanned in turn); anything else is a leaf,
 * which an extractor turns into text for the matcher. Every leaf ends scanned, partial or refused, and the last two leave a gap.
 */
#include "scan.h"

#include <fnmatch.h>

#include "decode/reply.h"
#include "item/envelope.h"
#include "record/collect.h"

/* How often the CPU clock is read: every so many children and blocks of a unit. Most units have fewer: reading it costs a system call. */
#define CLOCK_EVERY 16

/* Bytes of names in which secrets are looked for, a unit. */
#define NAMES_MOST ((size_t)4 * 1024 * 1024)

/* A leaf of any length is matched in blocks of this many bytes. */
#define SCAN_BLOCK ((size_t)16 * 1024 * 1024)

struct scan {
    const struct scan_settings *settings;
    const struct record_output *output;
    struct scan_progress *progress;
    struct matcher *matcher;
    struct collector *collector;
    struct gap_sink gaps;
    struct text_sink sink;
    struct match_sink matches;
    struct walk_env env; /* splitter: only while the task may split */
    const struct splitter *splitter;
    struct arena *input_arena, *leaf_arena;
    struct arena_mark leaf_empty;

    const struct scan_task *task;
    struct counts counts; /* of the unit at work */
    uint64_t next_unit;
    bool is_in_unit;         /* inside an outermost message, or a leaf that lies in none */
    const struct item *leaf; /* at work */
    bool is_leaf_partial;
    const struct item *gapped; /* the child that its walk had a gap to tell about */
    const struct text_block *block;
    size_t reply_at;   /* where in the block an earlier message begins, */
    bool has_reply_at; /* once that was looked for */
    struct item *input;
    struct buffer names; /* of what the unit's records show, one a line */
    size_t last_names;   /* where the last path's begin */
    unsigned beats;      /* of the unit */
    double unit_cpu;     /* CPU seconds when its clock was read first */
    uint64_t unit_bytes; /* input bytes when it began */
    bool is_over_time;
};

static void scan_item(struct scan *scan, struct item *item);

static double cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A sign of life, and the clock now and then: limits->item_cpu seconds for each 64 MiB of the unit. */
static void scan_beat(struct scan *scan)
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

static bool is_done_before(const struct scan *scan, uint64_t unit)
{
    return unit < scan->task->skip_units;
}

/* The names that ITEM's path is made of are shown, and may hold secrets: see scan_hide. */
static void scan_note_names(struct scan *scan, const struct item *item)
{
    size_t start = scan->names.len;
    for (; item; item = item->parent) {
        buffer_put(&scan->names, item->name);
        buffer_put_byte(&scan->names, '\n');
    }
    struct slice added = slice_skip(buffer_slice(&scan->names), start);
    if (scan->last_names <= start &&
        slice_is_equal(added,
                       slice_sub(buffer_slice(&scan->names), scan->last_names, start - scan->last_names)))
        scan->names.len = start;
    else
        scan->last_names = start;
}

/* Gaps reported by walkers and extractors come here. */
static void scan_gap_put(void *ctx, const struct item *item, const struct gap *gap)
{
    struct scan *scan = ctx;
    if (is_done_before(scan, scan->is_in_unit ? scan->next_unit - 1 : scan->next_unit))
        return;
    scan->gapped = item;
    if (item == scan->leaf)
        scan->is_leaf_partial = true;
    if (gap->kind == GAP_PICTURE)
        scan->counts.pictures++;
    collector_gap(scan->collector, item, gap);
    scan_note_names(scan, item);
}

static void scan_gap(struct scan *scan, const struct item *item, enum gap_kind kind,
                     enum gap_stands_for stands_for, const char *limit, const char *reason)
{
    struct gap gap = { .kind = kind, .stands_for = stands_for, .reason = slice_str(reason), .limit = limit };
    gap.bytes = GAP_BYTES_UNKNOWN;
    scan_gap_put(scan, item, &gap);
}

static void scan_gap_of_error(struct scan *scan, const struct item *item, const struct error *err)
{
    scan_gap(scan, item, gap_kind_of_error(err->kind), GAP_STANDS_FOR_REST, err->limit, err->message);
}

/* Leaves. */

/* The field that the text at OFFSET of a header block stands in, lower case: for ids. */
static struct slice header_name_at(struct arena *arena, struct slice text, size_t offset)
{
    size_t start = offset < text.len ? offset : text.len;
    for (;;) {
        while (start > 0 && text.ptr[start - 1] != '\n' && text.ptr[start - 1] != '\r')
            start--;
        if (start == 0 || (text.ptr[start] != ' ' && text.ptr[start] != '\t'))
            break;
        start--;
    }
    struct slice line = slice_sub(text, start, 128);
    if (slice_starts_with(line, "From "))
        return slice_str("separator");
    size_t colon = slice_find_byte(line, 0, ':');
    if (colon == SLICE_NONE)
        return slice_of(NULL, 0);
    char *name = arena_string(arena, slice_trim(slice_sub(line, 0, colon)));
    for (char *c = name; *c; c++)
        *c = (char)slice_lower_byte((unsigned char)*c);
    return slice_str(name);
}

/* Whether AT of the block stands in an earlier message that a reply or forward put below itself. The block is searched at its first match only. */
static bool is_below_reply(struct scan *scan, size_t at)
{
    const struct item *leaf = scan->leaf;
    bool is_body = leaf->kind == ITEM_PART && !leaf->is_attachment && slice_starts_with(leaf->type, "text/");
    if (leaf->kind == ITEM_PART && leaf->type.len == 0)
        is_body = true;
    if (!is_body)
        return false;
    if (!scan->has_reply_at)
        scan->reply_at = slice_is_equal(leaf->type, slice_str("text/html"))
                             ? reply_find_in_html(scan->block->text)
                             : reply_find(scan->block->text);
    scan->has_reply_at = true;
    return at >= scan->reply_at;
}

static void scan_match_put(void *ctx, const struct match *match)
{
    struct scan *scan = ctx;
    struct slice header = slice_of(NULL, 0);
    struct match told = *match;
    if (match->rule->is_silent) {
        scan->output->hidden(scan->output->ctx, match->secret);
        return;
    }
    size_t at = match->offset > scan->block->offset ? (size_t)(match->offset - scan->block->offset) : 0;
    if (scan->leaf->kind == ITEM_HEADER)
        header = header_name_at(scan->leaf_arena, scan->block->text, at);
    else
        told.is_quoted |= is_below_reply(scan, at);
    collector_match(scan->collector, &told, header);
    scan_note_names(scan, scan->leaf);
}

static void scan_hidden_put(void *ctx, const struct match *match)
{
    struct scan *scan = ctx;
    scan->output->hidden(scan->output->ctx, match->secret);
}

/* Secrets in the names that the unit's paths show: another unit may find them, or none, as in the name of an input. */
static void scan_hide(struct scan *scan)
{
    const struct match_sink sink = { scan_hidden_put, NULL, scan };
    struct text_view view = { VIEW_TEXT, buffer_slice(&scan->names), { NULL, 0 } };
    const struct text_block block = { .text = view.text, .is_last = true, .views = &view, .view_count = 1 };
    if (scan->names.len == 0)
        return;
    matcher_begin(scan->matcher, &sink);
    matcher_block(scan->matcher, &block);
    buffer_wipe(&scan->names);
    scan->last_names = 0;
}

static void scan_rejected_put(void *ctx, const struct match_rejected *rejected)
{
    struct scan *scan = ctx;
    struct buffer path;
    buffer_init(&path, 16 * 1024);
    item_put_path(&path, scan->leaf);
    scan->output->rejected(scan->output->ctx, buffer_slice(&path), rejected);
    scan_note_names(scan, scan->leaf);
    buffer_release(&path);
}

static void scan_block_put(void *ctx, const struct text_block *block)
{
    struct scan *scan = ctx;
    scan_beat(scan);
    scan->block = block;
    scan->has_reply_at = false;
    matcher_block(scan->matcher, block);
    scan->block = NULL;
}

static void scan_refuse(struct scan *scan, const struct item *item, const struct gap *gap)
{
    scan->counts.leaves++;
    scan->counts.refused++;
    scan_gap_put(scan, item, gap);
    scan->gapped = NULL;
}

static void scan_leaf(struct scan *scan, struct item *item)
{
    const struct extractor *extractor = extractor_find(item);
    struct extract extract = { .item = item,
                               .sink = &scan->sink,
                               .gaps = &scan->gaps,
                               .limits = &scan->settings->limits,
                               .arena = scan->leaf_arena };
    struct error err = { 0 };
    const struct rule *rule = NULL;
    scan->leaf = item;
    scan->is_leaf_partial = scan->gapped == item;
    collector_begin_leaf(scan->collector, item);
    matcher_begin(scan->matcher, &scan->matches);
    if (extractor->extract(&extract, &err) < 0)
        scan_gap_of_error(scan, item, &err);
    if (matcher_limit_hits(scan->matcher, &rule) > 0)
        scan_gap(scan, item, GAP_LIMIT, GAP_STANDS_FOR_REST, "match", rule->id);
    scan->counts.leaves++;
    *(scan->is_leaf_partial ? &scan->counts.partial : &scan->counts.scanned) += 1;
    scan->leaf = scan->gapped = NULL;
    arena_rewind(scan->leaf_arena, scan->leaf_empty);
}

/* Bytes that a container could not make sense of are read as they stand. */
static void scan_rest(struct scan *scan, struct item *container)
{
    struct item rest = *container;
    rest.parent = container;
    rest.kind = ITEM_REST;
    rest.content = CONTENT_BYTES;
    rest.is_message = false;
    rest.name = rest.part = slice_of(NULL, 0);
    if (source_fill(container->source, 1, NULL) == 1)
        scan_item(scan, &rest);
}

/* Containers. */

/* "alice" of "mail/alice.mbox.gz". */
static struct slice stem_of(struct slice path)
{
    size_t slash = SLICE_NONE;
    for (size_t at = 0; (at = slice_find_byte(path, at, '/')) != SLICE_NONE; at++)
        slash = at;
    struct slice name = slash == SLICE_NONE ? path : slice_skip(path, slash + 1);
    size_t dot = slice_find_byte(name, 1, '.');
    return dot == SLICE_NONE ? name : slice_sub(name, 0, dot);
}

/* An input that is a mailbox or an archive names its custodian, unless a label did; one called "Inbox" names a folder. */
static void name_custodian(struct scan *scan, struct item *item)
{
    struct envelope *envelope = item->envelope;
    if (item->parent || scan->task->is_labelled || slice_is_equal(item->name, slice_str("-")))
        return;
    struct slice stem = stem_of(item->name);
    struct slice role = envelope_folder_role(stem);
    if (role.len == 0)
        envelope->custodian = stem;
    else if (envelope->folder.len == 0)
        envelope->folder = stem;
    envelope->folder_role = envelope_folder_role(envelope->folder);
}

/* --since, --until, --folder: is this outermost message left out? */
static bool is_excluded(const struct scan *scan, const struct item *item)
{
    struct envelope *envelope = item->envelope;
    const struct scan_settings *settings = scan->settings;
    if (settings->since != INT64_MIN || settings->until != INT64_MAX)
        envelope_complete(envelope); /* for its date */
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

static void scan_children(struct scan *scan, struct walk *walk, struct item *item)
{
    struct item child;
    struct error err = { 0 };
    int got = 0;
    while (!scan->is_over_time && (scan->gapped = NULL, got = walk_next(walk, &child, &err)) == 1) {
        scan_beat(scan);
        scan_item(scan, &child);
    }
    if (got < 0)
        scan_gap_of_error(scan, item, &err);
    if (scan->is_over_time && scan->is_in_unit)
        scan_gap(scan, item, GAP_TIMEOUT, GAP_STANDS_FOR_REST, "item-cpu",
                 "took too much CPU time; the rest was not read");
}

static void scan_container(struct scan *scan, struct item *item, const struct format *format)
{
    struct walk walk = { 0 };
    struct error err = { 0 };
    int opened = walk_open(&walk, format, item, &scan->env, &err);
    if (opened < 0) {
        scan_gap_of_error(scan, item, &err);
        walk_close(&walk);
        scan_rest(scan, item);
        return;
    }
    if (!item->parent && scan->task->first_ordinal)
        walk.first_ordinal = scan->task->first_ordinal;
    bool is_outermost = format == &format_message && !item_outer_message(item->parent);
    scan->counts.messages += format == &format_message;
    if (is_outermost && is_excluded(scan, item))
        scan->counts.excluded++;
    else
        scan_children(scan, &walk, item);
    walk_close(&walk);
    if (format != &format_message)
        scan_rest(scan, item);
}

/* The format that opens ITEM, or NULL for a leaf. */
static const struct format *scan_format(struct scan *scan, struct item *item)
{
    const struct limits *limits = &scan->settings->limits;
    if (item->refused || item->content == CONTENT_TEXT || item->content == CONTENT_BYTES)
        return NULL;
    if (!item->parent && scan->task->format)
        return scan->task->format;
    const struct format *format = item->content == CONTENT_MESSAGE ? &format_message : format_find(item);
    if (!format)
        return NULL;
    if (item->container_depth >= limits->container_depth && format != &format_message) {
        scan_gap(scan, item, GAP_LIMIT, GAP_STANDS_FOR_REST, "container-depth",
                 "too many containers in one another");
        return NULL;
    }
    if (item->mime_depth >= limits->mime_depth && format == &format_message) {
        scan_gap(scan, item, GAP_LIMIT, GAP_STANDS_FOR_REST, "mime-depth",
                 "too many messages in one another");
        return NULL;
    }
    if (format != &format_message && format != &format_encoded)
        name_custodian(scan, item);
    return format;
}

/* Units, and the ordinals that tell a worker's successor where it was: each item outside a unit takes one, containers too. */

static void scan_show_ordinal(struct scan *scan, uint64_t ordinal)
{
    if (scan->progress)
        atomic_store_explicit(&scan->progress->unit, ordinal, memory_order_relaxed);
}

/* The gap that stands for the item ORDINAL, if it killed a worker before; else NULL. */
static const struct gap *scan_bad_item(struct scan *scan, uint64_t ordinal)
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

static void scan_begin_unit(struct scan *scan)
{
    scan->is_in_unit = true;
    scan->beats = 0;
    scan->unit_bytes = scan->input->source->offset;
}

static void scan_tell_unit(struct scan *scan, uint64_t ordinal)
{
    struct unit_record unit = { .ordinal = ordinal, .counts = scan->counts };
    scan_hide(scan);
    scan->output->unit(scan->output->ctx, &unit);
    collector_begin_unit(scan->collector); /* what is told from here on belongs to the next one */
    scan->counts = (struct counts){ 0 };
    scan->is_in_unit = false;
    scan->is_over_time = false;
}

static void scan_end_unit(struct scan *scan, const struct item *item)
{
    collector_end_scope(scan->collector, item);
    scan_tell_unit(scan, scan->next_unit - 1);
    scan_show_ordinal(scan, scan->next_unit);
}

static void scan_any(struct scan *scan, struct item *item, const struct format *format)
{
    if (item->refused)
        scan_refuse(scan, item, item->refused);
    else if (format)
        scan_container(scan, item, format);
    else
        scan_leaf(scan, item);
}

/* Outside any unit: a message or a leaf becomes one, unless it was told before. */
static void scan_outer_item(struct scan *scan, struct item *item)
{
    uint64_t ordinal = scan->next_unit++;
    scan_show_ordinal(scan, ordinal);
    const struct gap *bad = scan_bad_item(scan, ordinal);
    if (bad)
        item->refused = bad;
    const struct format *format = scan_format(scan, item);
    if (format && format != &format_message) {
        scan_any(scan, item, format);
    } else if (!is_done_before(scan, ordinal)) {
        scan_begin_unit(scan);
        scan_any(scan, item, format);
        scan_end_unit(scan, item);
    }
}

static void scan_item(struct scan *scan, struct item *item)
{
    if (scan->is_in_unit)
        scan_any(scan, item, scan_format(scan, item));
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
    item->envelope->folder = task->folder;
    item->envelope->folder_role = envelope_folder_role(task->folder);
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
    scan->gapped = NULL;
    scan->counts = (struct counts){ 0 };
    collector_begin_unit(scan->collector);
    scan_item(scan, item);
    scan->counts.bytes = item->source->offset;
    if (!is_done_before(scan,
                        scan->next_unit)) /* a worker may die between the last unit and the end of the task */
        scan_tell_unit(scan, scan->next_unit);
    arena_rewind(scan->input_arena, empty);
}

struct scan *scan_new(const struct engine *engine, const struct scan_settings *settings,
                      const struct record_output *output, const struct spooler *spooler,
                      const struct splitter *splitter, struct scan_progress *progress, struct error *err)
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
    scan->collector = collector_new(engine_rules(engine), &settings->limits, output);
    scan->gaps = (struct gap_sink){ scan_gap_put, scan };
    scan->sink = (struct text_sink){ scan_block_put, scan, matcher_overlap(scan->matcher), SCAN_BLOCK };
    scan->matches =
        (struct match_sink){ scan_match_put, settings->is_explaining ? scan_rejected_put : NULL, scan };
    scan->env = (struct walk_env){ &settings->limits, &scan->gaps, spooler, NULL };
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
    arena_free(scan->input_arena);
    arena_free(scan->leaf_arena);
    free(scan);
}
