/* threads_join.c - which halves in different messages of one thread go together.
 *
 * Messages are one thread where the Message-ID of one is the root that another names, at any remove (union-find over fingerprints). In a thread a
 * secret takes the user of the nearest message before its own that has any, else of the nearest after it; never in doubt: that message must have one
 * user, or as many as the secret's own has secrets.
 */
#include "work/threads_parts.h"
#include "base/sort.h"

/* A guessed thread may be a hundred mails called "note": there, both halves are of one week, all its messages name one user, and no finding becomes a
 * part of another. */
#define GUESS_SECONDS (INT64_C(7) * 24 * 3600)

/* Of equal users in one message (two copies of it), so many are looked at for one from the secret's own mailbox. */
#define COPIES_MAX 16

/* Fingerprints, sorted; each a node. */
struct nodes {
    struct record_id *keys;
    uint32_t *parents;
    size_t count;
};

static int by_key(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct record_id));
}

static void collect_keys(struct nodes *nodes, struct thread_half *const *halves, size_t count,
                         struct arena *arena)
{
    size_t all = 0, kept = 0;
    nodes->keys = arena_alloc_array(arena, 2 * count + 1, sizeof *nodes->keys);
    for (size_t i = 0; i < count; i++) {
        if (halves[i]->keys.has_id)
            nodes->keys[all++] = halves[i]->keys.id;
        if (halves[i]->keys.has_thread)
            nodes->keys[all++] = halves[i]->keys.thread;
    }
    sort_items(nodes->keys, all, sizeof *nodes->keys, by_key);
    for (size_t i = 0; i < all; i++)
        if (kept == 0 || by_key(&nodes->keys[kept - 1], &nodes->keys[i]) != 0)
            nodes->keys[kept++] = nodes->keys[i];
    nodes->count = kept;
    nodes->parents = arena_alloc_array(arena, kept + 1, sizeof *nodes->parents);
    for (size_t i = 0; i < kept; i++)
        nodes->parents[i] = (uint32_t)i;
}

static uint32_t node_of(const struct nodes *nodes, const struct record_id *key)
{
    const struct record_id *found = sort_find(key, nodes->keys, nodes->count, sizeof *nodes->keys, by_key);
    return (uint32_t)(found - nodes->keys);
}

static uint32_t root_of(struct nodes *nodes, uint32_t node)
{
    while (nodes->parents[node] != node) {
        nodes->parents[node] = nodes->parents[nodes->parents[node]];
        node = nodes->parents[node];
    }
    return node;
}

/* The smaller number is the root, so that roots do not depend on the order. */
static void tie(struct nodes *nodes, uint32_t a, uint32_t b)
{
    a = root_of(nodes, a);
    b = root_of(nodes, b);
    nodes->parents[a > b ? a : b] = a > b ? b : a;
}

static void tie_messages(struct nodes *nodes, struct thread_half *const *halves, size_t count, bool guesses)
{
    for (size_t i = 0; i < count; i++) {
        const struct thread_keys *keys = &halves[i]->keys;
        if (keys->has_id && keys->has_thread && keys->is_guessed == guesses)
            tie(nodes, node_of(nodes, &keys->id), node_of(nodes, &keys->thread));
    }
    for (size_t i = 0; i < count; i++) {
        const struct thread_keys *keys = &halves[i]->keys;
        bool has_any = keys->has_id || keys->has_thread;
        halves[i]->group =
            has_any ? root_of(nodes, node_of(nodes, keys->has_id ? &keys->id : &keys->thread)) : UINT32_MAX;
    }
}

static int by_thread(const void *left, const void *right)
{
    const struct thread_half *a = *(struct thread_half *const *)left,
                             *b = *(struct thread_half *const *)right;
    int order = a->group != b->group ? (a->group < b->group ? -1 : 1) : strcmp(a->pair->kind, b->pair->kind);
    if (order == 0 && a->keys.date != b->keys.date)
        order = a->keys.date < b->keys.date ? -1 : 1;
    if (order == 0)
        order = memcmp(&a->name, &b->name, sizeof a->name);
    if (order == 0)
        order = slice_compare(a->part.path, b->part.path);
    if (order == 0 && a->part.offset != b->part.offset)
        order = a->part.offset < b->part.offset ? -1 : 1;
    return order ? order : (int)a->rule - (int)b->rule;
}

/* One message of a thread, and one role. */
struct told {
    struct thread_half **first;
    size_t count;
    struct thread_half *other; /* the first half of the role */
    size_t others, wanting;
    bool is_one_value;
};

static bool is_wanting(const struct thread_half *half, enum pair_role role)
{
    return half->pair->role == PAIR_SECRET && half->wants >> role & 1 && !half->partners[role];
}

static struct told look_at(struct thread_half **halves, size_t count, enum pair_role role)
{
    struct told told = { .first = halves, .count = count, .is_one_value = true };
    for (size_t i = 0; i < count; i++) {
        struct thread_half *half = halves[i];
        told.wanting += is_wanting(half, role);
        if (half->pair->role != role)
            continue;
        told.other = told.other ? told.other : half;
        told.is_one_value &= by_key(&half->value, &told.other->value) == 0;
        told.others++;
    }
    return told;
}

static size_t common_prefix(struct slice a, struct slice b)
{
    size_t len = 0;
    while (len < a.len && len < b.len && a.ptr[len] == b.ptr[len])
        len++;
    return len;
}

/* Of equal users, the one in the copy of the message that lies nearest to SECRET. */
static struct thread_half *nearest_copy(const struct thread_half *secret, const struct told *told,
                                        enum pair_role role)
{
    struct thread_half *best = NULL;
    size_t best_len = 0, seen = 0;
    for (size_t i = 0; i < told->count && seen < COPIES_MAX; i++) {
        if (told->first[i]->pair->role != role)
            continue;
        size_t len = common_prefix(secret->part.path, told->first[i]->part.path);
        if (!best || len > best_len) {
            best = told->first[i];
            best_len = len;
        }
        seen++;
    }
    return best;
}

static bool is_near_in_time(int64_t a, int64_t b)
{
    if (a == ENVELOPE_NO_DATE || b == ENVELOPE_NO_DATE)
        return false;
    return a > b ? (uint64_t)a - (uint64_t)b <= GUESS_SECONDS : (uint64_t)b - (uint64_t)a <= GUESS_SECONDS;
}

/* What a guess may put together. */
static bool is_plausible(const struct told *of_secrets, const struct told *of_others)
{
    return of_others->is_one_value && !of_others->other->is_finding &&
           is_near_in_time(of_secrets->first[0]->keys.date, of_others->first[0]->keys.date);
}

/* Do all messages that name somebody name the same? */
static bool is_one_user(const struct told *messages, size_t count)
{
    const struct thread_half *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!messages[i].others)
            continue;
        first = first ? first : messages[i].other;
        if (!messages[i].is_one_value || by_key(&messages[i].other->value, &first->value) != 0)
            return false;
    }
    return true;
}

static void join_messages(const struct told *of_secrets, const struct told *of_others, enum pair_role role,
                          bool guesses)
{
    size_t other = 0;
    if (guesses ? !is_plausible(of_secrets, of_others)
                : !of_others->is_one_value && of_others->others != of_secrets->wanting)
        return;
    for (size_t i = 0; i < of_secrets->count; i++) {
        struct thread_half *secret = of_secrets->first[i];
        if (!is_wanting(secret, role))
            continue;
        while (!of_others->is_one_value && of_others->first[other]->pair->role != role)
            other++;
        struct thread_half *partner =
            of_others->is_one_value ? nearest_copy(secret, of_others, role) : of_others->first[other++];
        secret->partners[role] = partner;
        secret->guessed |= (uint32_t)guesses << role;
        partner->is_taken = true;
    }
}

/* MESSAGES in order of date. Those that have the role themselves were judged by the worker: what is in doubt there stays so. */
static void join_role(const struct told *messages, size_t count, enum pair_role role, bool guesses)
{
    if (guesses && !is_one_user(messages, count))
        return;
    const struct told **before = calloc(count + 1, sizeof *before);
    if (!before)
        abort();
    for (size_t i = 0; i < count; i++)
        before[i + 1] = messages[i].others ? &messages[i] : before[i];
    const struct told *after = NULL;
    for (size_t i = count; i-- > 0;) {
        const struct told *others = before[i] ? before[i] : after;
        if (messages[i].wanting && !messages[i].others && others)
            join_messages(&messages[i], others, role, guesses);
        if (messages[i].others)
            after = &messages[i];
    }
    free(before);
}

/* Halves of one thread and kind. */
static void join_thread(struct thread_half **halves, size_t count, bool guesses, struct arena *arena)
{
    uint32_t roles = 0;
    for (size_t i = 0; i < count; i++)
        roles |= 1u << halves[i]->pair->role;
    if (!(roles >> PAIR_SECRET & 1) || roles == 1u << PAIR_SECRET)
        return;
    struct arena_mark mark = arena_mark(arena);
    struct told *messages = arena_alloc_array(arena, count, sizeof *messages);
    for (int role = PAIR_ID; role < PAIR_ROLES; role++) {
        size_t many = 0;
        for (size_t first = 0, stop; roles >> role & 1 && first < count; first = stop) {
            for (stop = first + 1; stop < count && by_key(&halves[stop]->name, &halves[first]->name) == 0;)
                stop++;
            messages[many++] = look_at(halves + first, stop - first, (enum pair_role)role);
        }
        join_role(messages, many, (enum pair_role)role, guesses);
    }
    arena_rewind(arena, mark);
}

static void join_all(struct thread_half **halves, size_t count, bool guesses, struct arena *arena)
{
    sort_items(halves, count, sizeof *halves, by_thread);
    for (size_t first = 0, stop; first < count; first = stop) {
        for (stop = first + 1; stop < count && halves[stop]->group == halves[first]->group &&
                               strcmp(halves[stop]->pair->kind, halves[first]->pair->kind) == 0;)
            stop++;
        if (halves[first]->group != UINT32_MAX)
            join_thread(halves + first, stop - first, guesses, arena);
    }
}

void threads_join(struct thread_half **halves, size_t count, struct arena *arena)
{
    struct nodes nodes;
    collect_keys(&nodes, halves, count, arena);
    tie_messages(&nodes, halves, count, false);
    join_all(halves, count, false, arena);
    tie_messages(&nodes, halves, count, true);
    join_all(halves, count, true, arena);
}
