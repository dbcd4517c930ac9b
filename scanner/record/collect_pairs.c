/* collect_pairs.c - the halves of one message: held beside its findings, put together at its end, sent on where they may be wanted. */
#include "base/utf8.h"
#include "base/sort.h"
#include "record/collect_parts.h"
#include "record/mask.h"
#include "record/pair.h"

#define HALVES_MAX 10000   /* untold halves held for one message */
#define HALVES_SENT_MAX 64 /* of those, to wait for a secret in another message */
#define HALF_SHOWN_MAX 256 /* bytes of a user or a host */

static struct held_half *half_add(struct collector *collector)
{
    if (collector->half_count == collector->half_capacity) {
        size_t capacity = collector->half_capacity ? collector->half_capacity * 2 : 64;
        struct held_half **list = realloc(collector->halves, capacity * sizeof *list);
        if (!list)
            abort();
        collector->halves = list;
        collector->half_capacity = capacity;
    }
    struct held_half *half = arena_alloc(collector->arena, sizeof *half);
    collector->halves[collector->half_count++] = half;
    return half;
}

void collector_hold_half(struct collector *collector, const struct match *match)
{
    char shown[HALF_SHOWN_MAX];
    if (collector->half_count >= HALVES_MAX) {
        collector->halves_over_limit++;
        return;
    }
    collector_describe_leaf(collector);
    struct held_half *half = half_add(collector);
    utf8_escape_into(shown, sizeof shown, match->secret);
    half->record = (struct half_record){
        .rule = (uint32_t)(match->rule - collector->rules->rules),
        .message = collector_message_number(collector, collector->leaf),
        .part = { .role = match->rule->pair.role,
                  .path = collector->leaf_path,
                  .line = match->line,
                  .column = match->column,
                  .offset = match->offset,
                  .shown = arena_copy(collector->arena, slice_str(shown)) },
    };
    const struct item *outer = item_outer_message(collector->leaf);
    half->outer = outer ? collector_message_number(collector, outer) : RECORD_NO_MESSAGE;
    half->leaf = collector->leaf_number;
    half->from = held_from(match->offset, &match->blob);
    half->to = held_to(match->offset, match->end, &match->blob, match->secret.len);
}

static bool is_half(const struct collector *collector, const struct held *held)
{
    return collector->rules->rules[held->finding.rule].pair.kind != NULL;
}

static int by_half_place(const void *left, const void *right)
{
    const struct held_half *a = *(struct held_half *const *)left, *b = *(struct held_half *const *)right;
    if (a->leaf != b->leaf)
        return a->leaf < b->leaf ? -1 : 1;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return a->record.rule < b->record.rule ? -1 : a->record.rule > b->record.rule;
}

static bool is_before(const struct held *held, const struct held_half *half)
{
    const struct finding *finding = &held->finding;
    return held->leaf != half->leaf
               ? held->leaf < half->leaf
               : held_to(finding->offset, held->end, &held->blob, finding->secret.len) <= half->from;
}

/* A user that is a secret, or a piece of one, was read wrongly; so was one that two rules found: the first counts. Both lists are in order of place. */
static void drop_doubtful_halves(struct collector *collector)
{
    size_t kept = 0, at = 0;
    sort_items(collector->halves, collector->half_count, sizeof *collector->halves, by_half_place);
    for (size_t i = 0; i < collector->half_count; i++) {
        struct held_half *half = collector->halves[i], *last = kept ? collector->halves[kept - 1] : NULL;
        while (at < collector->count && is_before(collector->held[at], half))
            at++;
        const struct held *held = at < collector->count ? collector->held[at] : NULL;
        bool is_secret =
            held && held->leaf == half->leaf && held_from(held->finding.offset, &held->blob) < half->to;
        bool is_twin = last && last->leaf == half->leaf && last->to > half->from &&
                       last->record.part.role == half->record.part.role;
        if (!is_secret && !is_twin)
            collector->halves[kept++] = half;
    }
    collector->half_count = kept;
}

/* All halves of the scope, told and untold; their count. */
static size_t list_halves(struct collector *collector, struct pair_half *list)
{
    size_t count = 0;
    for (size_t i = 0; i < collector->count; i++) {
        struct held *held = collector->held[i];
        if (is_half(collector, held))
            list[count++] = (struct pair_half){ .pair = &collector->rules->rules[held->finding.rule].pair,
                                                .value = held->finding.secret,
                                                .opens = &held->finding.opens,
                                                .leaf = held->leaf,
                                                .line = held->finding.line,
                                                .offset = held_from(held->finding.offset, &held->blob),
                                                .owner = held };
    }
    for (size_t i = 0; i < collector->half_count; i++) {
        struct held_half *half = collector->halves[i];
        list[count++] = (struct pair_half){ .pair = &collector->rules->rules[half->record.rule].pair,
                                            .value = half->record.part.shown,
                                            .leaf = half->leaf,
                                            .line = half->record.part.line,
                                            .offset = half->from,
                                            .owner = half };
    }
    return count;
}

/* What may be shown of a half that is a finding of its own. */
static struct slice preview_of(struct collector *collector, enum pair_role role, struct slice secret)
{
    struct buffer preview;
    buffer_init(&preview, 256);
    if (role == PAIR_ID)
        utf8_put_escaped(&preview, secret);
    else
        mask_put_preview(&preview, secret);
    struct slice copy = arena_copy(collector->arena, buffer_slice(&preview));
    buffer_release(&preview);
    return copy;
}

/* What is told of HALF as a part of another's pair. */
static struct finding_part part_of(struct collector *collector, const struct pair_half *half)
{
    if (half->pair->is_untold)
        return ((struct held_half *)half->owner)->record.part;
    const struct finding *finding = &((struct held *)half->owner)->finding;
    return (struct finding_part){ .role = half->pair->role,
                                  .path = finding->path,
                                  .line = finding->line,
                                  .column = finding->column,
                                  .offset = finding->offset,
                                  .shown = preview_of(collector, half->pair->role, finding->secret) };
}

/* What the partner alone told: an access key id names its account. */
static void take_opens(struct opens *opens, const struct opens *more)
{
    if (opens->account[0] == '\0')
        memcpy(opens->account, more->account, sizeof opens->account);
    if (opens->host[0] == '\0')
        memcpy(opens->host, more->host, sizeof opens->host);
}

static void take_partners(struct collector *collector, const struct pair_half *half)
{
    struct held *held = half->owner;
    for (int role = PAIR_ID; role < PAIR_ROLES; role++) {
        const struct pair_half *partner = half->partners[role];
        if (!partner)
            continue;
        struct finding_part part = part_of(collector, partner);
        if (partner->opens)
            take_opens(&held->finding.opens, partner->opens);
        pair_add_part(&held->finding, half->pair, preview_of(collector, PAIR_SECRET, held->finding.secret),
                      &part, partner->leaf == half->leaf ? "in the same text" : "elsewhere in the message",
                      collector->arena);
    }
}

/* What is now a part of a pair is not told again, and still masked. */
static void drop_partner(struct collector *collector, const struct pair_half *half)
{
    struct held *held = half->owner;
    if (half->pair->is_untold || half->pair->role == PAIR_SECRET || !half->is_taken)
        return;
    held->is_dropped = true;
    if (half->pair->role != PAIR_ID && collector->output->hidden)
        collector->output->hidden(collector->output->ctx, held->finding.secret);
}

static bool has_secret_half(const struct collector *collector)
{
    for (size_t i = 0; i < collector->count; i++)
        if (collector->rules->rules[collector->held[i]->finding.rule].pair.role == PAIR_SECRET)
            return true;
    return false;
}

static void join_halves(struct collector *collector, const struct item *item)
{
    size_t room = collector->count + collector->half_count;
    if (!has_secret_half(collector))
        return;
    struct pair_half *list = arena_alloc_array(collector->arena, room, sizeof *list);
    size_t count = list_halves(collector, list);
    pair_join(list, count, item->is_message ? PAIR_SPAN_MESSAGE : PAIR_SPAN_LEAF, collector->arena);
    for (size_t i = 0; i < count; i++)
        if (list[i].pair->role == PAIR_SECRET)
            take_partners(collector, &list[i]);
    for (size_t i = 0; i < count; i++)
        drop_partner(collector, &list[i]);
}

/* Those that a secret in another message of the thread may want; of equal ones the first. */
void collector_tell_halves(struct collector *collector)
{
    const struct held_half *told[HALVES_SENT_MAX];
    size_t count = 0;
    if (!collector->output->half)
        return;
    for (size_t i = 0; i < collector->half_count && count < HALVES_SENT_MAX; i++) {
        const struct held_half *half = collector->halves[i];
        const struct rule_pair *pair = &collector->rules->rules[half->record.rule].pair;
        size_t twin = 0;
        while (twin < count &&
               !(told[twin]->record.message == half->record.message &&
                 told[twin]->record.part.role == pair->role &&
                 strcmp(collector->rules->rules[told[twin]->record.rule].pair.kind, pair->kind) == 0 &&
                 slice_is_equal(told[twin]->record.part.shown, half->record.part.shown)))
            twin++;
        if (pair->within != PAIR_THREAD || half->record.message == RECORD_NO_MESSAGE || twin < count)
            continue;
        told[count++] = half;
        struct half_record of_outer = half->record;
        of_outer.message = half->outer;
        collector->output->half(collector->output->ctx, &half->record);
        if (half->outer != half->record.message && half->outer != RECORD_NO_MESSAGE)
            collector->output->half(collector->output->ctx, &of_outer);
    }
}

/* A half that was not held matters only to a secret that still waits for one. */
static void tell_halves_over_limit(struct collector *collector, const struct item *item)
{
    struct gap gap = { .kind = GAP_LIMIT, .stands_for = GAP_STANDS_FOR_REST, .limit = "findings" };
    bool is_waiting = false;
    for (size_t i = 0; collector->halves_over_limit && i < collector->count; i++) {
        const struct finding *finding = &collector->held[i]->finding;
        is_waiting |= pair_lacks(finding, &collector->rules->rules[finding->rule].pair) != 0;
    }
    if (!is_waiting)
        return;
    gap.bytes = GAP_BYTES_UNKNOWN;
    gap.reason = slice_str("more users, hosts and ids in this message than are held for pairs");
    collector_gap(collector, item, &gap);
}

void collector_judge_pairs(struct collector *collector, const struct item *item)
{
    drop_doubtful_halves(collector);
    join_halves(collector, item);
    tell_halves_over_limit(collector, item);
}
