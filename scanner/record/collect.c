/* collect.c - the findings of one message, held to its end; its messages and gaps, told at once. */
#include "record/collect_parts.h"

#include "base/utf8.h"
#include "match/opened.h"
#include "record/id.h"
#include "record/mask.h"

#define PATH_MAX_BYTES ((size_t)16 * 1024)

struct collector *collector_new(const struct ruleset *rules, const struct limits *limits,
                                const struct record_output *output)
{
    struct collector *collector = calloc(1, sizeof *collector);
    if (!collector)
        abort();
    collector->rules = rules;
    collector->limits = limits;
    collector->output = output;
    collector->arena = arena_new(0);
    arena_wipe_always(collector->arena);
    collector->empty = arena_mark(collector->arena);
    collector->unit = 1;
    collector->day = INT64_MIN;
    buffer_init(&collector->path, PATH_MAX_BYTES);
    return collector;
}

void collector_set_day(struct collector *collector, int64_t day)
{
    collector->day = day;
}

void collector_free(struct collector *collector)
{
    if (!collector)
        return;
    arena_free(collector->arena);
    buffer_release(&collector->path);
    free(collector->held);
    free(collector->halves);
    free(collector);
}

void collector_begin_unit(struct collector *collector)
{
    collector->unit++;
    collector->next_message = 0;
}

/* The message that a person would name: the nearest one with an id, else the outermost. */
static const struct item *message_of(const struct item *item)
{
    const struct item *outermost = item;
    for (; item; item = item->parent) {
        if (!item->is_message || !item->envelope)
            continue;
        outermost = item;
        if (item->envelope->id.len > 0)
            return item;
    }
    return outermost;
}

static void tell_message(struct collector *collector, const struct item *item, bool is_bare)
{
    struct envelope *envelope = item->envelope;
    buffer_clear(&collector->path);
    if (is_bare)
        envelope_complete_origin(envelope);
    else
        envelope_complete(envelope);
    envelope->told_unit = collector->unit;
    envelope->told_number = collector->next_message++;
    item_put_path(&collector->path, item);
    struct message_record record = { .number = envelope->told_number,
                                     .envelope = *envelope,
                                     .key = id_of_message(item),
                                     .path = buffer_slice(&collector->path),
                                     .is_file = !item->is_message,
                                     .is_bare = is_bare };
    collector->output->message(collector->output->ctx, &record);
}

void collector_message(struct collector *collector, const struct item *item)
{
    if (item->envelope && item->envelope->told_unit != collector->unit)
        tell_message(collector, item, true);
}

uint32_t collector_message_number(struct collector *collector, const struct item *item)
{
    item = message_of(item);
    if (!item->envelope)
        return RECORD_NO_MESSAGE;
    if (item->envelope->told_unit != collector->unit)
        tell_message(collector, item, false);
    return item->envelope->told_number;
}

static struct slice text_of(struct collector *collector, const struct item *item,
                            int (*put)(struct buffer *, const struct item *))
{
    struct buffer buffer;
    buffer_init(&buffer, PATH_MAX_BYTES);
    put(&buffer, item);
    struct slice copy = arena_copy(collector->arena, buffer_slice(&buffer));
    buffer_release(&buffer);
    return copy;
}

static int put_message_key(struct buffer *buffer, const struct item *item)
{
    id_put_message_key(buffer, item);
    return 0;
}

/* Twins share the path of their multipart/alternative. */
static struct slice twin_group_of(struct collector *collector, const struct item *leaf)
{
    const struct item *part = leaf;
    while (part && !part->is_alternative && !part->is_message)
        part = part->parent;
    if (!part || !part->is_alternative)
        return slice_of(NULL, 0);
    struct item multipart = { .parent = part->parent, .kind = ITEM_PART, .part = part->alternative };
    return text_of(collector, &multipart, item_put_path);
}

void collector_begin_leaf(struct collector *collector, const struct item *item)
{
    collector->leaf = item;
    collector->leaf_number++;
    collector->is_leaf_described = false;
}

void collector_describe_leaf(struct collector *collector)
{
    if (collector->is_leaf_described)
        return;
    collector->leaf_path = text_of(collector, collector->leaf, item_put_path);
    collector->leaf_message_key = text_of(collector, collector->leaf, put_message_key);
    collector->leaf_group = twin_group_of(collector, collector->leaf);
    collector->is_leaf_described = true;
}

static struct slice leaf_key_of(struct collector *collector, struct slice header)
{
    struct buffer buffer;
    buffer_init(&buffer, PATH_MAX_BYTES);
    id_put_leaf_key(&buffer, collector->leaf, header);
    struct slice copy = arena_copy(collector->arena, buffer_slice(&buffer));
    buffer_release(&buffer);
    return copy;
}

static struct held *held_add(struct collector *collector)
{
    if (collector->count == collector->capacity) {
        size_t capacity = collector->capacity ? collector->capacity * 2 : 64;
        struct held **list = realloc(collector->held, capacity * sizeof *list);
        if (!list)
            abort();
        collector->held = list;
        collector->capacity = capacity;
    }
    struct held *held = arena_alloc(collector->arena, sizeof *held);
    collector->held[collector->count++] = held;
    return held;
}

void collector_match(struct collector *collector, const struct match *match, struct slice header)
{
    if (match->rule->pair.is_untold) {
        collector_hold_half(collector, match);
        return;
    }
    struct arena *arena = collector->arena;
    if (collector->count >= collector->limits->findings) {
        collector->over_limit++;
        if (known_is_rule(match->rule))
            collector->output->hidden(collector->output->ctx, match->secret);
        return;
    }
    collector_describe_leaf(collector);
    struct held *held = held_add(collector);
    held->finding = (struct finding){
        .rule = (uint32_t)(match->rule - collector->rules->rules),
        .message = collector_message_number(collector, collector->leaf),
        .verdict = match->verdict,
        .why = arena_copy(arena, slice_str(match->why)),
        .secret = arena_copy(arena, match->secret),
        .path = collector->leaf_path,
        .leaf_key = leaf_key_of(collector, header),
        .before = arena_copy(arena, match->context_before),
        .after = arena_copy(arena, match->context_after),
        .view = match->view,
        .line = match->line,
        .column = match->column,
        .offset = match->offset,
        .is_quoted = match->is_quoted || collector->leaf->is_quoted_message,
    };
    if (match->opens)
        held->finding.opens = *match->opens;
    if (rule_is_name(match->rule) && held->finding.opens.user[0] == '\0')
        utf8_escape_into(held->finding.opens.user, sizeof held->finding.opens.user, match->secret);
    held->end = match->end;
    held->blob = match->blob;
    held->leaf = collector->leaf_number;
    held->message_key = collector->leaf_message_key;
    held->twin_group = collector->leaf_group;
}

static struct record_id gap_id(const struct item *item, const struct gap *gap)
{
    struct buffer key, path;
    buffer_init(&key, PATH_MAX_BYTES);
    buffer_init(&path, PATH_MAX_BYTES);
    id_put_message_key(&key, item);
    item_put_inner_path(&path, item);
    struct record_id id = id_of_gap(gap->kind, buffer_slice(&key), buffer_slice(&path), gap->reason);
    buffer_release(&key);
    buffer_release(&path);
    return id;
}

/* PATH is the caller's, and what the record's path stands in. */
static struct gap_record describe_gap(struct collector *collector, const struct item *item,
                                      const struct gap *gap, struct buffer *path)
{
    struct gap_record record = { .gap = *gap, .id = gap_id(item, gap) };
    buffer_init(path, PATH_MAX_BYTES);
    item_put_path(path, item);
    record.path = buffer_slice(path);
    record.message = collector_message_number(collector, item);
    if (item->envelope)
        record.custodian = item->envelope->custodian;
    return record;
}

void collector_gap(struct collector *collector, const struct item *item, const struct gap *gap)
{
    struct buffer path;
    const struct gap_record record = describe_gap(collector, item, gap, &path);
    collector->output->gap(collector->output->ctx, &record);
    buffer_release(&path);
}

void collector_locked(struct collector *collector, const struct item *item, const struct gap *gap,
                      const struct message_keys *keys)
{
    struct buffer path;
    const struct locked_record record = { describe_gap(collector, item, gap, &path), *keys };
    if (collector->output->locked)
        collector->output->locked(collector->output->ctx, &record);
    buffer_release(&path);
}

/* The password as a finding of its own: it stands in ITEM, and its only part is where it was found. */
static void hold_password(struct collector *collector, const struct item *item, const struct rule *rule,
                          const struct opened_record *opened)
{
    struct arena *arena = collector->arena;
    const struct match match = { .rule = rule,
                                 .verdict = rule->verdict,
                                 .why = arena_string(arena,
                                                     arena_printf(arena, "it opens this %.*s",
                                                                  (int)opened->kind.len, opened->kind.ptr)),
                                 .secret = opened->secret,
                                 .view = VIEW_BYTES,
                                 .end = opened->secret.len,
                                 .line = 1,
                                 .column = 1 };
    size_t before = collector->count;
    collector_begin_leaf(collector, item);
    collector_match(collector, &match, slice_of(NULL, 0));
    if (collector->count == before || opened->place.len == 0)
        return;
    struct finding *finding = &collector->held[before]->finding;
    struct buffer preview;
    buffer_init(&preview, 256);
    mask_put_preview(&preview, opened->secret);
    finding->parts = arena_alloc(arena, sizeof *finding->parts);
    finding->part_count = 1;
    finding->parts[0] = (struct finding_part){ .role = PAIR_SECRET,
                                               .path = arena_copy(arena, opened->place),
                                               .line = opened->line,
                                               .column = opened->column,
                                               .shown = arena_copy(arena, buffer_slice(&preview)) };
    buffer_release(&preview);
}

void collector_opened(struct collector *collector, const struct item *item, const struct gap *gap,
                      const struct opened_record *opened)
{
    struct buffer path;
    const struct rule *rule = opened_rule(collector->rules);
    const struct gap_record described = describe_gap(collector, item, gap, &path);
    struct opened_record record = *opened;
    record.message = described.message;
    record.id = described.id;
    record.path = described.path;
    record.custodian = described.custodian;
    if (collector->output->opened)
        collector->output->opened(collector->output->ctx, &record);
    buffer_release(&path);
    bool is_mailed = opened->from == PASSWORD_FROM_MAIL || opened->from == PASSWORD_FROM_NAME;
    if (rule && is_mailed && rule->is_silent)
        collector->output->hidden(collector->output->ctx, opened->secret);
    else if (rule && is_mailed)
        hold_password(collector, item, rule, opened);
}

static void tell_over_limit(struct collector *collector, const struct item *item)
{
    struct gap gap = { .kind = GAP_LIMIT, .stands_for = GAP_STANDS_FOR_REST, .limit = "findings" };
    if (collector->over_limit == 0)
        return;
    gap.bytes = GAP_BYTES_UNKNOWN;
    gap.reason = arena_printf(collector->arena, "%llu more findings in this message were not kept",
                              (unsigned long long)collector->over_limit);
    collector_gap(collector, item, &gap);
}

void collector_end_scope(struct collector *collector, const struct item *item)
{
    if (collector->count > 0)
        collector_judge(collector, item);
    for (size_t i = 0; i < collector->count; i++)
        collector->output->finding(collector->output->ctx, &collector->held[i]->finding);
    collector_tell_halves(collector);
    tell_over_limit(collector, item);
    if (collector->count || collector->over_limit || collector->is_leaf_described)
        arena_rewind(collector->arena, collector->empty);
    collector->count = 0;
    collector->over_limit = 0;
    collector->half_count = 0;
    collector->halves_over_limit = 0;
    collector->leaf_number = 0;
    collector->is_leaf_described = false;
}
