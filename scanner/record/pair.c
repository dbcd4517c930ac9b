/* pair.c - which halves go together within one message. */
#include "record/pair.h"
#include "base/sort.h"

/* Lines between two halves of one text, at most; a half that another secret has already must be nearer. */
#define LINES_MAX 40
#define SHARED_LINES_MAX 10

/* The halves of one kind and two roles, secret and ROLE, in order of place. */
struct row {
    struct pair_half **at;
    size_t count;
    enum pair_role role;
    bool is_role_first; /* in this leaf the user comes before the password, as it mostly does */
};

/* A secret and one of its neighbours. */
struct edge {
    struct pair_half *secret, *other;
    uint64_t lines, bytes;
    bool is_against; /* the order of this leaf */
};

static bool is_secret(const struct pair_half *half)
{
    return half->pair->role == PAIR_SECRET;
}

static struct slice known_value(const struct pair_half *secret, enum pair_role role)
{
    size_t size;
    const char *field = secret->opens ? pair_field(secret->opens, role, &size) : NULL;
    return slice_str(field);
}

/* What a secret tells itself is not gainsaid by what stands beside it. */
static bool may_join(const struct pair_half *secret, const struct pair_half *other)
{
    struct slice known = known_value(secret, other->pair->role);
    return known.len == 0 || slice_is_equal(known, other->value);
}

static void join(struct pair_half *secret, struct pair_half *other)
{
    secret->partners[other->pair->role] = other;
    other->is_taken = true;
}

static bool is_joined(const struct pair_half *half, enum pair_role role)
{
    return is_secret(half) ? half->partners[role] != NULL : half->is_taken;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a > b ? a - b : b - a;
}

static int by_place(const void *left, const void *right)
{
    const struct pair_half *a = left, *b = right;
    int order = strcmp(a->pair->kind, b->pair->kind);
    if (order)
        return order;
    if (a->leaf != b->leaf)
        return a->leaf < b->leaf ? -1 : 1;
    if (a->offset != b->offset)
        return a->offset < b->offset ? -1 : 1;
    return (int)a->pair->role - (int)b->pair->role;
}

/* One leaf. */

static size_t run_end(const struct row *row, size_t at)
{
    size_t end = at + 1;
    while (end < row->count && is_secret(row->at[end]) == is_secret(row->at[at]))
        end++;
    return end;
}

/* "users: a b c" above "passwords: x y z": as many of one as of the other go together in their order. */
static void join_blocks(struct row *row)
{
    for (size_t at = 0, middle, end; at < row->count; at = middle) {
        middle = run_end(row, at);
        if (middle == row->count)
            return;
        end = run_end(row, middle);
        bool is_block =
            middle - at >= 2 && end - middle == middle - at && is_secret(row->at[at]) != row->is_role_first;
        for (size_t i = 0; is_block && i < middle - at; i++) {
            struct pair_half *a = row->at[at + i], *b = row->at[middle + i];
            struct pair_half *secret = is_secret(a) ? a : b, *other = is_secret(a) ? b : a;
            if (may_join(secret, other))
                join(secret, other);
        }
        if (is_block)
            middle = end;
    }
}

static int by_nearness(const void *left, const void *right)
{
    const struct edge *a = left, *b = right;
    if (a->lines != b->lines)
        return a->lines < b->lines ? -1 : 1;
    if (a->is_against != b->is_against)
        return a->is_against ? 1 : -1;
    if (a->bytes != b->bytes)
        return a->bytes < b->bytes ? -1 : 1;
    return a->secret->offset < b->secret->offset ? -1 : a->secret->offset > b->secret->offset;
}

static size_t add_edge(struct edge *edges, size_t count, const struct row *row, struct pair_half *secret,
                       struct pair_half *other)
{
    struct edge edge = { .secret = secret, .other = other, .lines = distance(secret->line, other->line) };
    if (edge.lines > LINES_MAX || !may_join(secret, other))
        return count;
    edge.bytes = distance(secret->offset, other->offset);
    edge.is_against = (other->offset < secret->offset) != row->is_role_first;
    edges[count] = edge;
    return count + 1;
}

/* Each secret looks at the free half before and after it: the nearest couples come first. */
static void join_nearest(struct row *row, struct arena *arena)
{
    struct edge *edges = arena_alloc_array(arena, 2 * row->count, sizeof *edges);
    struct pair_half *near = NULL;
    size_t count = 0;
    for (size_t i = 0; i < row->count; i++) {
        if (is_joined(row->at[i], row->role))
            continue;
        if (!is_secret(row->at[i]))
            near = row->at[i];
        else if (near)
            count = add_edge(edges, count, row, row->at[i], near);
    }
    near = NULL;
    for (size_t i = row->count; i-- > 0;) {
        if (is_joined(row->at[i], row->role))
            continue;
        if (!is_secret(row->at[i]))
            near = row->at[i];
        else if (near)
            count = add_edge(edges, count, row, row->at[i], near);
    }
    sort_items(edges, count, sizeof *edges, by_nearness);
    for (size_t i = 0; i < count; i++)
        if (!edges[i].secret->partners[row->role] && !edges[i].other->is_taken)
            join(edges[i].secret, edges[i].other);
}

/* "user: bob, old password: …, new password: …": one user of two passwords. */
static void join_shared(struct row *row)
{
    struct pair_half *before = NULL;
    for (size_t i = 0; i < row->count; i++) {
        struct pair_half *half = row->at[i];
        if (!is_secret(half))
            before = half;
        else if (before && !half->partners[row->role] &&
                 distance(half->line, before->line) <= SHARED_LINES_MAX && may_join(half, before))
            join(half, before);
    }
}

static void join_leaf(struct pair_half *halves, size_t count, enum pair_role role, struct arena *arena)
{
    struct row row = { .role = role };
    size_t secrets = 0;
    row.at = arena_alloc_array(arena, count, sizeof *row.at);
    for (size_t i = 0; i < count; i++)
        if (is_secret(&halves[i]) || halves[i].pair->role == role) {
            row.at[row.count++] = &halves[i];
            secrets += is_secret(&halves[i]);
        }
    if (secrets == 0 || secrets == row.count)
        return;
    row.is_role_first = !is_secret(row.at[0]);
    join_blocks(&row);
    join_nearest(&row, arena);
    join_shared(&row);
}

/* The parts of a message. */

/* What stands in doubt is left alone: one value for all, or as many values in one leaf as there are secrets in another. */
struct rest {
    struct pair_half *first_secret, *first_other;
    size_t secrets, others, free_others;
    bool is_one_value, is_one_leaf;
};

static bool is_wanting(const struct pair_half *half, enum pair_role role)
{
    return is_secret(half) && half->pair->within >= PAIR_MESSAGE && !half->partners[role] &&
           known_value(half, role).len == 0;
}

static bool is_offered(const struct pair_half *half, enum pair_role role)
{
    return half->pair->role == role && half->pair->within >= PAIR_MESSAGE;
}

static struct rest sum_up(struct pair_half *halves, size_t count, enum pair_role role)
{
    struct rest rest = { .is_one_value = true, .is_one_leaf = true };
    for (size_t i = 0; i < count; i++) {
        struct pair_half *half = &halves[i];
        if (is_wanting(half, role)) {
            rest.first_secret = rest.first_secret ? rest.first_secret : half;
            rest.is_one_leaf &= half->leaf == rest.first_secret->leaf;
            rest.secrets++;
        } else if (is_offered(half, role)) {
            rest.first_other = rest.first_other ? rest.first_other : half;
            rest.is_one_value &= slice_is_equal(half->value, rest.first_other->value);
            rest.is_one_leaf &= half->is_taken || half->leaf == rest.first_other->leaf;
            rest.others++;
            rest.free_others += !half->is_taken;
        }
    }
    return rest;
}

static void join_rest(struct pair_half *halves, size_t count, enum pair_role role)
{
    struct rest rest = sum_up(halves, count, role);
    size_t other = 0;
    bool is_row = rest.is_one_leaf && rest.free_others == rest.secrets && rest.free_others == rest.others;
    if (rest.secrets == 0 || rest.others == 0 || (!rest.is_one_value && !is_row))
        return;
    for (size_t i = 0; i < count; i++) {
        if (!is_wanting(&halves[i], role))
            continue;
        while (!rest.is_one_value && !(is_offered(&halves[other], role) && !halves[other].is_taken))
            other++;
        join(&halves[i], rest.is_one_value ? rest.first_other : &halves[other]);
    }
}

static void join_kind(struct pair_half *halves, size_t count, enum pair_role role, enum pair_span span,
                      struct arena *arena)
{
    for (size_t first = 0, stop; first < count; first = stop) {
        for (stop = first + 1; stop < count && halves[stop].leaf == halves[first].leaf;)
            stop++;
        join_leaf(halves + first, stop - first, role, arena);
    }
    if (span == PAIR_SPAN_MESSAGE)
        join_rest(halves, count, role);
}

void pair_join(struct pair_half *halves, size_t count, enum pair_span span, struct arena *arena)
{
    sort_items(halves, count, sizeof *halves, by_place);
    for (size_t first = 0, stop; first < count; first = stop) {
        uint32_t roles = 0;
        for (stop = first; stop < count && strcmp(halves[stop].pair->kind, halves[first].pair->kind) == 0;)
            roles |= 1u << halves[stop++].pair->role;
        if (!(roles >> PAIR_SECRET & 1))
            continue;
        for (int role = PAIR_ID; role < PAIR_ROLES; role++)
            if (roles >> role & 1)
                join_kind(halves + first, stop - first, (enum pair_role)role, span, arena);
    }
}
