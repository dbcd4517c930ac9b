/* collect_judge.c - the findings of a scope at its end: overlaps judged, twins merged, ids and severities given. */
#include "base/sort.h"
#include "record/collect_parts.h"
#include "record/id.h"
#include "record/severity.h"

#define BLOB_SLACK 3 /* bytes that a secret may stand over the encoded block: padding, quotes */
#define ALSO_MAX 64  /* twins and overlapped rules named for one finding */

/* The rule that HELD is weighed by. */
static const struct rule *weight_of(const struct collector *collector, const struct held *held)
{
    return held->known ? held->known : &collector->rules->rules[held->finding.rule];
}

/* Which of two findings on one span is shown: what is known first, then verdict, severity, length, rule id. Where a rule found the very value that is
 * known, its family names the secret: with the list of known ones as without. Below zero: A. */
static int preference(const struct collector *collector, const struct held *a, const struct held *b)
{
    const struct rule *own_a = &collector->rules->rules[a->finding.rule], *rule_a = weight_of(collector, a);
    const struct rule *own_b = &collector->rules->rules[b->finding.rule], *rule_b = weight_of(collector, b);
    if (known_is_rule(own_a) != known_is_rule(own_b) && slice_is_equal(a->finding.secret, b->finding.secret))
        return known_is_rule(own_a) ? 1 : -1;
    if (known_is_rule(rule_a) != known_is_rule(rule_b))
        return known_is_rule(rule_a) ? -1 : 1;
    if (a->finding.verdict != b->finding.verdict)
        return a->finding.verdict > b->finding.verdict ? -1 : 1;
    if (rule_a->severity != rule_b->severity)
        return rule_a->severity > rule_b->severity ? -1 : 1;
    if (a->end - a->finding.offset != b->end - b->finding.offset)
        return a->end - a->finding.offset > b->end - b->finding.offset ? -1 : 1;
    return strcmp(own_a->id, own_b->id);
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

/* LOSER is known, and there, though another is shown in its place: maybe the same, as a rule found it. */
static void lose_known(struct collector *collector, const struct held *loser, struct held *winner)
{
    collector->output->hidden(collector->output->ctx, loser->finding.secret);
    if (loser->finding.rule == winner->finding.rule ||
        !slice_is_equal(loser->finding.secret, winner->finding.secret))
        return;
    winner->known = &collector->rules->rules[loser->finding.rule];
    winner->finding.verdict = loser->finding.verdict;
    winner->finding.why = loser->finding.why;
}

/* What LOSER took for the secret is not told, but no context may show it: more or less of the text than WINNER's, or its other form. */
static void hide_loser(struct collector *collector, const struct held *loser, const struct held *winner)
{
    const struct rule *rules = collector->rules->rules;
    if (!slice_is_equal(loser->finding.secret, winner->finding.secret) &&
        !rule_is_name(&rules[loser->finding.rule]) && !rule_is_name(&rules[winner->finding.rule]))
        collector->output->hidden(collector->output->ctx, loser->finding.secret);
}

static void lose(struct collector *collector, struct held *loser, struct held *winner)
{
    const struct rule *rule = &collector->rules->rules[loser->finding.rule];
    struct finding *kept = &winner->finding;
    loser->is_dropped = true;
    if (known_is_rule(rule))
        lose_known(collector, loser, winner);
    else
        hide_loser(collector, loser, winner);
    if (loser->finding.rule != kept->rule)
        list_add(collector->arena, &kept->also_rules, &kept->also_rule_count, slice_str(rule->id));
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

/* The findings of a leaf, then those decoded out of it, then those of each compressed block, then what is only shown. */
static int by_form(const void *left, const void *right)
{
    const struct held *a = *(struct held *const *)left, *b = *(struct held *const *)right;
    if (a->leaf != b->leaf)
        return a->leaf < b->leaf ? -1 : 1;
    int form_a = is_decoded(a) + a->blob.is_packed + 3 * a->blob.is_shown,
        form_b = is_decoded(b) + b->blob.is_packed + 3 * b->blob.is_shown;
    return form_a != form_b ? form_a - form_b : by_place(left, right);
}

/* Does NEXT overlap AHEAD, which stands before it in the same form of the text? */
static bool is_overlapping(const struct held *ahead, const struct held *next)
{
    if (ahead->leaf != next->leaf || is_decoded(ahead) != is_decoded(next) ||
        ahead->blob.is_packed != next->blob.is_packed || ahead->blob.is_shown != next->blob.is_shown)
        return false;
    if (ahead->blob.is_shown)
        return ahead->finding.offset == next->finding.offset &&
               next->blob.at < ahead->blob.at + ahead->finding.secret.len;
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
    const struct rule *rule_p = weight_of(collector, plain), *rule_d = weight_of(collector, decoded);
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
            severity_of_finding(weight_of(collector, collector->held[i]), finding, collector->day, &why);
        if (why)
            finding->why = arena_printf(collector->arena, "%.*s; %s", (int)finding->why.len,
                                        (const char *)finding->why.ptr, why);
    }
}

void collector_judge(struct collector *collector, const struct item *item)
{
    judge_overlaps(collector);
    drop_losers(collector);
    judge_twins(collector);
    drop_losers(collector);
    sort_items(collector->held, collector->count, sizeof *collector->held, by_place);
    give_ids(collector);
    collector_judge_pairs(collector, item);
    drop_losers(collector);
    give_severities(collector);
}
