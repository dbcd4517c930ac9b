/* locks_near.c - which messages are near to one that holds something locked: by thread, then by people and date. */
#include <stdlib.h>

#include "work/locks_parts.h"
#include "base/sort.h"

#define SECONDS_A_DAY ((int64_t)24 * 3600)
#define LOOKED_AT_MOST ((size_t)4096) /* leads of one thread, or of one sender within the days */

/* A fingerprint, and a lead that has it. */
struct entry {
    uint64_t key;
    int64_t date;
    const struct lock_lead *lead;
};

struct entries {
    struct entry *at;
    size_t count;
};

struct lock_index {
    struct entries threads, senders, volumes;
};

static int by_key(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    if (a->date != b->date)
        return a->date < b->date ? -1 : 1;
    return a->lead < b->lead ? -1 : a->lead > b->lead;
}

static void add(struct entries *entries, uint64_t key, const struct lock_lead *lead)
{
    if (key != 0)
        entries->at[entries->count++] = (struct entry){ key, lead->keys.date, lead };
}

static struct entries entries_new(size_t most)
{
    struct entries entries = { calloc(most + 1, sizeof(struct entry)), 0 };
    if (!entries.at)
        abort();
    return entries;
}

static struct lock_index *index_new(const struct locks *locks)
{
    struct lock_index *index = calloc(1, sizeof *index);
    if (!index)
        abort();
    index->threads = entries_new(2 * locks->lead_count);
    index->senders = entries_new(locks->lead_count);
    index->volumes = entries_new(RECORD_VOLUMES_MAX * locks->lead_count);
    for (size_t i = 0; i < locks->lead_count; i++) {
        const struct lock_lead *lead = &locks->leads[i];
        add(&index->threads, lead->keys.id, lead);
        add(&index->threads, lead->keys.thread, lead);
        add(&index->senders, lead->keys.people_count ? lead->keys.people[0] : 0, lead);
        for (size_t v = 0; v < lead->keys.volume_count; v++)
            add(&index->volumes, lead->keys.volumes[v], lead);
    }
    sort_items(index->threads.at, index->threads.count, sizeof(struct entry), by_key);
    sort_items(index->senders.at, index->senders.count, sizeof(struct entry), by_key);
    sort_items(index->volumes.at, index->volumes.count, sizeof(struct entry), by_key);
    return index;
}

void locks_near_free(struct lock_index *index)
{
    if (!index)
        return;
    free(index->threads.at);
    free(index->senders.at);
    free(index->volumes.at);
    free(index);
}

/* The first entry of KEY that is of DATE or later. */
static size_t find(const struct entries *entries, uint64_t key, int64_t date)
{
    size_t low = 0, high = entries->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct entry *entry = &entries->at[middle];
        if (entry->key < key || (entry->key == key && entry->date < date))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How near a lead is. */
struct nearness {
    const struct lock_lead *lead;
    const struct lock_piece *piece;
    unsigned
        rank; /* 0: parts of one archive; 1: the thread; 2: what is guessed to be the thread; 3: the same people */
    uint64_t days; /* seconds, in fact */
};

struct found {
    struct nearness at[2 * LOOKED_AT_MOST];
    size_t count;
};

static uint64_t distance(int64_t a, int64_t b)
{
    if (a == ENVELOPE_NO_DATE || b == ENVELOPE_NO_DATE)
        return UINT64_MAX;
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

static void note(struct locks *locks, struct found *found, const struct lock_unit *unit,
                 const struct lock_lead *lead, unsigned rank)
{
    bool is_itself = lead->piece == unit->piece && lead->ordinal == unit->ordinal;
    if (is_itself || found->count == sizeof found->at / sizeof *found->at)
        return;
    found->at[found->count++] = (struct nearness){ lead, &locks->pieces[lead->piece], rank,
                                                   distance(lead->keys.date, unit->keys.date) };
}

static bool is_within(const struct lock_lead *lead, const struct lock_unit *unit)
{
    return distance(lead->keys.date, unit->keys.date) <= (uint64_t)(LOCKS_DAYS * SECONDS_A_DAY);
}

/* The thread is named by the id of its first message: one names the other, or both the same. */
static void find_thread(struct locks *locks, const struct lock_unit *unit, uint64_t key, struct found *found)
{
    const struct entries *entries = &locks->index->threads;
    size_t at = key ? find(entries, key, INT64_MIN) : entries->count;
    for (size_t seen = 0; seen < LOOKED_AT_MOST && at < entries->count && entries->at[at].key == key;
         seen++, at++) {
        const struct lock_lead *lead = entries->at[at].lead;
        bool is_guess = (key == lead->keys.thread && lead->keys.is_thread_guessed) ||
                        (key == unit->keys.thread && unit->keys.is_thread_guessed);
        if (!is_guess || is_within(lead, unit))
            note(locks, found, unit, lead, 1u + is_guess);
    }
}

static bool has_person(const struct lock_keys *keys, uint64_t person, size_t from)
{
    for (size_t i = from; i < keys->people_count; i++)
        if (keys->people[i] == person)
            return true;
    return false;
}

/* Both senders are in both messages; where one wrote both, somebody got both. */
static bool are_same_people(const struct lock_keys *a, const struct lock_keys *b)
{
    if (a->people[0] != b->people[0])
        return has_person(a, b->people[0], 1) && has_person(b, a->people[0], 1);
    for (size_t i = 1; i < a->people_count; i++)
        if (has_person(b, a->people[i], 1))
            return true;
    return false;
}

static void find_people(struct locks *locks, const struct lock_unit *unit, struct found *found)
{
    const struct entries *entries = &locks->index->senders;
    const struct lock_keys wanted = locks_keys_of(&unit->keys);
    int64_t date = unit->keys.date, window = LOCKS_DAYS * SECONDS_A_DAY;
    if (date < INT64_MIN + window || date > INT64_MAX - window)
        return;
    for (size_t p = 0; p < unit->keys.people_count; p++) {
        uint64_t person = unit->keys.people[p];
        size_t at = find(entries, person, date - window);
        for (size_t seen = 0; seen < LOOKED_AT_MOST && at < entries->count && entries->at[at].key == person &&
                              entries->at[at].date <= date + window;
             seen++, at++)
            if (are_same_people(&wanted, &entries->at[at].lead->keys))
                note(locks, found, unit, entries->at[at].lead, 3);
    }
}

static bool is_message(const struct lock_keys *keys)
{
    return keys->people_count > 0 || keys->id != 0;
}

static bool is_same_thread(const struct lock_keys *a, const struct lock_keys *b)
{
    return (a->thread != 0 && (a->thread == b->thread || a->thread == b->id)) ||
           (b->thread != 0 && b->thread == a->id);
}

/* Is A in the thread of B, or of its own name, and neither is a guess? */
static bool is_surely_in_thread(const struct lock_keys *a, const struct lock_keys *b)
{
    bool is_named = a->thread != 0 && !a->is_thread_guessed;
    return is_named && (a->thread == b->id || (a->thread == b->thread && !b->is_thread_guessed));
}

/* Parts of the same archive: side by side, or mailed in one thread or between the same people. */
static bool belong_together(const struct lock_unit *unit, const struct lock_lead *lead)
{
    const struct lock_keys wanted = locks_keys_of(&unit->keys), *a = &wanted, *b = &lead->keys;
    if (!is_message(a) || !is_message(b))
        return is_message(a) == is_message(b);
    return is_surely_in_thread(a, b) || is_surely_in_thread(b, a) ||
           (is_within(lead, unit) &&
            (is_same_thread(a, b) || (a->people_count > 0 && b->people_count > 0 && are_same_people(a, b))));
}

static void find_volumes(struct locks *locks, const struct lock_unit *unit, struct found *found)
{
    const struct entries *entries = &locks->index->volumes;
    for (size_t v = 0; v < unit->keys.volume_count; v++) {
        uint64_t key = unit->keys.volumes[v];
        size_t at = find(entries, key, INT64_MIN);
        for (size_t seen = 0; seen < LOOKED_AT_MOST / 4 && at < entries->count && entries->at[at].key == key;
             seen++, at++)
            if (belong_together(unit, entries->at[at].lead))
                note(locks, found, unit, entries->at[at].lead, 0);
    }
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_nearness(const void *left, const void *right)
{
    const struct nearness *a = left, *b = right;
    int order = compare_numbers(a->rank, b->rank);
    if (order == 0)
        order = (int)b->lead->keys.is_sentence - (int)a->lead->keys.is_sentence;
    if (order == 0)
        order = compare_numbers(a->days, b->days);
    if (order == 0)
        order = compare_numbers(a->lead->keys.id, b->lead->keys.id);
    if (order == 0)
        order = locks_compare_pieces(a->piece, b->piece);
    return order ? order : compare_numbers(a->lead->ordinal, b->lead->ordinal);
}

/* A copy of a message that is there already? */
static bool is_known(const struct lock_lead *const *near, size_t count, const struct lock_lead *lead)
{
    for (size_t i = 0; i < count; i++)
        if (near[i] == lead || (lead->keys.id != 0 && near[i]->keys.id == lead->keys.id))
            return true;
    return false;
}

size_t locks_near(struct locks *locks, const struct lock_unit *unit,
                  const struct lock_lead *near[UNLOCK_REFS_MAX], bool *has_more)
{
    struct found *found = calloc(1, sizeof *found);
    size_t count = 0, parts = 0;
    *has_more = false;
    if (!found)
        abort();
    if (!locks->index)
        locks->index = index_new(locks);
    find_volumes(locks, unit, found);
    find_thread(locks, unit, unit->keys.thread, found);
    if (unit->keys.id != unit->keys.thread)
        find_thread(locks, unit, unit->keys.id, found);
    find_people(locks, unit, found);
    sort_items(found->at, found->count, sizeof *found->at, by_nearness);
    for (size_t i = 0; i < found->count && count - parts < UNLOCK_LEADS_MAX; i++) {
        bool is_part = found->at[i].rank == 0;
        if (is_known(near, count, found->at[i].lead))
            continue;
        *has_more |= is_part && parts == UNLOCK_PARTS_MAX;
        if (is_part && parts == UNLOCK_PARTS_MAX)
            continue;
        parts += is_part;
        near[count++] = found->at[i].lead;
    }
    free(found);
    return count;
}
