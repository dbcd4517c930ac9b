/* collect.c - the findings of one message, held to its end: twins merged, overlaps judged, ids given. */
#include "record/collect_parts.h"

#include "base/sort.h"
#include "match/opened.h"
#include "record/id.h"
#include "record/mask.h"
#include "record/severity.h"

#define PATH_MAX_BYTES ((size_t)16 * 1024)
#define BLOB_SLACK 3 /* bytes that a secret may stand over the encoded block: padding, quotes */
#define ALSO_MAX 64  /* twins and overlapped rules named for one finding */

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
    if (rule && is_mailed)
        hold_password(collector, item, rule, opened);
}

/* Which of two findings on one span is shown: verdict, severity, length, rule id. Below zero: A. */
static int preference(const struct collector *collector, const struct held *a, const struct held *b)
{
    const struct rule *rule_a = &collector->rules->rules[a->finding.rule];
    const struct rule *rule_b = &collector->rules->rules[b->finding.rule];
    if (known_is_rule(rule_a) != known_is_rule(rule_b))
        return known_is_rule(rule_a) ? -1 : 1;
    if (a->finding.verdict != b->finding.verdict)
        return a->finding.verdict > b->finding.verdict ? -1 : 1;
    if (rule_a->severity != rule_b->severity)
        return rule_a->severity > rule_b->severity ? -1 : 1;
    if (a->end - a->finding.offset != b->end - b->finding.offset)
        return a->end - a->finding.offset > b->end - b->finding.offset ? -1 : 1;
    return strcmp(rule_a->id, rule_b->id);
}

static void list_add(struct arena *arena, struct slice **list, size_t *count, struct slice text)
{
    for (size_t i = 0; i < *count; i++)
        if (slice_is_equal((*list)[i], text))
            return;
    if (*count == ALSO_MAX)
        return;
    if (*count == 0)
        *list = arena_alloc_array(arena, ALSO_MAX, sizeof **list);
    (*list)[(*count)++] = text;
}

static void lose(struct collector *collector, struct held *loser, struct held *winner)
{
    const char *id = collector->rules->rules[loser->finding.rule].id;
    struct finding *kept = &winner->finding;
    loser->is_dropped = true;
    if (loser->finding.rule != kept->rule)
        list_add(collector->arena, &kept->also_rules, &kept->also_rule_count, slice_str(id));
    else if (known_is_rule(&collector->rules->rules[kept->rule]))
        collector->output->hidden(collector->output->ctx, loser->finding.secret);
    for (size_t i = 0; i < loser->finding.also_rule_count; i++)
        list_add(collector->arena, &kept->also_rules, &kept->also_rule_count, loser->finding.also_rules[i]);
}

static bool is_decoded(const struct held *held)
{
    return held->blob.to > 0;
}

static int by_place(const void *left, const void *right)
{
    const struct held *a = *(struct held *const *)left, *b = *(struct held *const *)right;
    if (a->leaf != b->leaf)
        return a->leaf < b->leaf ? -1 : 1;
    if (a->finding.offset != b->finding.offset)
        return a->finding.offset < b->finding.offset ? -1 : 1;
    if (a->end != b->end)
        return a->end > b->end ? -1 : 1;
    if (a->blob.at != b->blob.at)
        return a->blob.at < b->blob.at ? -1 : 1;
    if (is_decoded(a) != is_decoded(b))
        return is_decoded(a) ? 1 : -1;
    return a->finding.rule < b->finding.rule ? -1 : a->finding.rule > b->finding.rule;
}

/* The findings of a leaf, then those decoded out of it, then those of each compressed block. */
static int by_form(const void *left, const void *right)
{
    const struct held *a = *(struct held *const *)left, *b = *(struct held *const *)right;
    if (a->leaf != b->leaf)
        return a->leaf < b->leaf ? -1 : 1;
    int form_a = is_decoded(a) + a->blob.is_packed, form_b = is_decoded(b) + b->blob.is_packed;
    return form_a != form_b ? form_a - form_b : by_place(left, right);
}

/* Does NEXT overlap AHEAD, which stands before it in the same form of the text? */
static bool is_overlapping(const struct held *ahead, const struct held *next)
{
    if (ahead->leaf != next->leaf || is_decoded(ahead) != is_decoded(next) ||
        ahead->blob.is_packed != next->blob.is_packed)
        return false;
    if (ahead->blob.is_packed)
        return ahead->blob.from == next->blob.from &&
               next->blob.at < ahead->blob.at + ahead->finding.secret.len;
    return next->finding.offset < ahead->end;
}

/* In order of place: the one that is ahead meets each later one that it overlaps; the loser is named by the winner. What a loser alone
 * overlapped stays. */
static void judge_within(struct collector *collector)
{
    struct held *ahead = NULL;
    for (size_t i = 0; i < collector->count; i++) {
        struct held *next = collector->held[i];
        if (!ahead || !is_overlapping(ahead, next)) {
            ahead = next;
            continue;
        }
        bool ahead_wins = preference(collector, ahead, next) <= 0;
        lose(collector, ahead_wins ? next : ahead, ahead_wins ? ahead : next);
        if (!ahead_wins)
            ahead = next;
    }
}

/* PLAIN stands where DECODED was decoded from: the same secret in two forms, unless PLAIN is more than the encoded block (a token with the secret in
 * its payload). */
static bool is_same_secret(const struct held *plain, const struct held *decoded)
{
    return plain->leaf == decoded->leaf && plain->finding.offset < decoded->end &&
           decoded->finding.offset < plain->end && plain->finding.offset + BLOB_SLACK >= decoded->blob.from &&
           plain->end <= decoded->blob.to + BLOB_SLACK;
}

/* Equal verdicts: what was encoded as a whole is the secret, but single escaped characters may be meant as they stand. */
static bool is_decoded_better(const struct collector *collector, const struct held *plain,
                              const struct held *decoded)
{
    const struct rule *rule_p = &collector->rules->rules[plain->finding.rule];
    const struct rule *rule_d = &collector->rules->rules[decoded->finding.rule];
    if (known_is_rule(rule_p) != known_is_rule(rule_d))
        return known_is_rule(rule_d);
    if (plain->finding.verdict != decoded->finding.verdict)
        return decoded->finding.verdict > plain->finding.verdict;
    if (rule_p->severity != rule_d->severity)
        return rule_d->severity > rule_p->severity;
    return !decoded->blob.is_escaped;
}

/* What stands in the text and what was decoded out of the same place. */
static void judge_across(struct collector *collector)
{
    struct held *last[2] = { NULL, NULL };
    for (size_t i = 0; i < collector->count; i++) {
        struct held *next = collector->held[i], *other = last[!is_decoded(next)];
        struct held *plain = is_decoded(next) ? other : next, *decoded = is_decoded(next) ? next : other;
        last[is_decoded(next)] = next;
        if (!other || !is_same_secret(plain, decoded))
            continue;
        bool is_better = is_decoded_better(collector, plain, decoded);
        lose(collector, is_better ? plain : decoded, is_better ? decoded : plain);
        last[!is_better] = NULL;
    }
}

static void drop_losers(struct collector *collector)
{
    size_t kept = 0;
    for (size_t i = 0; i < collector->count; i++)
        if (!collector->held[i]->is_dropped)
            collector->held[kept++] = collector->held[i];
    collector->count = kept;
}

/* Overlapping spans of a leaf, in each form of its text, then across. */
static void judge_overlaps(struct collector *collector)
{
    sort_items(collector->held, collector->count, sizeof *collector->held, by_form);
    judge_within(collector);
    drop_losers(collector);
    sort_items(collector->held, collector->count, sizeof *collector->held, by_place);
    judge_across(collector);
}

static int by_twin(const void *left, const void *right)
{
    const struct held *a = *(struct held *const *)left, *b = *(struct held *const *)right;
    int order = slice_compare(a->twin_group, b->twin_group);
    if (order == 0)
        order = slice_compare(a->finding.secret, b->finding.secret);
    return order ? order : by_place(left, right);
}

/* Findings [first, stop) are one secret within one multipart/alternative, by leaf. The n-th in a later part is the twin of the n-th in the first. */
static void merge_twins(struct collector *collector, size_t first, size_t stop)
{
    uint32_t shown_leaf = collector->held[first]->leaf, leaf = shown_leaf;
    size_t shown = 0, nth = 0;
    for (size_t i = first; i < stop; i++) {
        struct held *twin = collector->held[i];
        nth = twin->leaf == leaf ? nth + 1 : 1;
        leaf = twin->leaf;
        if (leaf == shown_leaf) {
            shown++;
        } else if (nth <= shown) {
            struct finding *kept = &collector->held[first + nth - 1]->finding;
            list_add(collector->arena, &kept->also, &kept->also_count, twin->finding.path);
            lose(collector, twin, collector->held[first + nth - 1]);
        }
    }
}

static void judge_twins(struct collector *collector)
{
    sort_items(collector->held, collector->count, sizeof *collector->held, by_twin);
    for (size_t first = 0, stop; first < collector->count; first = stop) {
        const struct held *head = collector->held[first];
        for (stop = first + 1; stop < collector->count; stop++)
            if (!slice_is_equal(head->twin_group, collector->held[stop]->twin_group) ||
                !slice_is_equal(head->finding.secret, collector->held[stop]->finding.secret))
                break;
        if (head->twin_group.len > 0 && stop - first > 1)
            merge_twins(collector, first, stop);
    }
}

static struct slice family_of(const struct collector *collector, const struct held *held)
{
    return slice_str(collector->rules->rules[held->finding.rule].family);
}

/* By what an id is made of; then by place, which gives the ordinal. */
struct by_key {
    struct held *held;
    struct slice family;
};

static int by_identity(const void *left, const void *right)
{
    const struct by_key *a = left, *b = right;
    int order = slice_compare(a->held->message_key, b->held->message_key);
    if (order == 0)
        order = slice_compare(a->held->finding.leaf_key, b->held->finding.leaf_key);
    if (order == 0)
        order = slice_compare(a->family, b->family);
    return order ? order : by_place(&a->held, &b->held);
}

static void give_ids(struct collector *collector)
{
    struct by_key *keys = arena_alloc_array(collector->arena, collector->count, sizeof *keys);
    for (size_t i = 0; i < collector->count; i++)
        keys[i] = (struct by_key){ collector->held[i], family_of(collector, collector->held[i]) };
    sort_items(keys, collector->count, sizeof *keys, by_identity);
    uint64_t ordinal = 0;
    for (size_t i = 0; i < collector->count; i++) {
        const struct held *held = keys[i].held, *before = i ? keys[i - 1].held : NULL;
        bool is_same = before && slice_is_equal(before->message_key, held->message_key) &&
                       slice_is_equal(before->finding.leaf_key, held->finding.leaf_key) &&
                       slice_is_equal(keys[i - 1].family, keys[i].family);
        ordinal = is_same ? ordinal + 1 : 1;
        keys[i].held->finding.id =
            id_of_finding(keys[i].family, held->message_key, held->finding.leaf_key, ordinal);
    }
}

static void give_severities(struct collector *collector)
{
    for (size_t i = 0; i < collector->count; i++) {
        struct finding *finding = &collector->held[i]->finding;
        const char *why;
        finding->severity =
            severity_of_finding(&collector->rules->rules[finding->rule], finding, collector->day, &why);
        if (why)
            finding->why = arena_printf(collector->arena, "%.*s; %s", (int)finding->why.len,
                                        (const char *)finding->why.ptr, why);
    }
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
    if (collector->count > 0) {
        judge_overlaps(collector);
        drop_losers(collector);
        judge_twins(collector);
        drop_losers(collector);
        sort_items(collector->held, collector->count, sizeof *collector->held, by_place);
        give_ids(collector);
        collector_judge_pairs(collector, item);
        drop_losers(collector);
        give_severities(collector);
        for (size_t i = 0; i < collector->count; i++)
            collector->output->finding(collector->output->ctx, &collector->held[i]->finding);
    }
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
