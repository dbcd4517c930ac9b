/* known.c - a list of known secrets: sorted values, found by their first bytes. */
#include "match/known.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/sort.h"
#include "match/rule_draft.h"

/* A bit for each hash of four bytes that a value begins with; then a table of the eight it begins with. */
#define FILTER_BITS 21
#define NONE SIZE_MAX

struct entry {
    struct known_value known;
    size_t prefix; /* the longest other value that this one begins with, or NONE */
};

/* Values that begin with the same eight bytes: [first, stop). */
struct group {
    uint64_t head;
    uint32_t first, stop; /* stop 0: an empty slot */
};

struct known_list {
    struct arena *arena;
    struct entry *entries;
    size_t count, capacity;
    struct group *groups; /* open addressing */
    size_t group_size;
    uint64_t *filter;
    size_t longest;
};

static uint64_t load64(const unsigned char *ptr)
{
    uint64_t word;
    memcpy(&word, ptr, sizeof word);
    return word;
}

static uint32_t filter_bit(const unsigned char *ptr)
{
    uint32_t word;
    memcpy(&word, ptr, sizeof word);
    return word * UINT32_C(2654435761) >> (32 - FILTER_BITS);
}

static void *allocate(size_t count, size_t size)
{
    void *room = calloc(count, size);
    if (!room)
        abort();
    return room;
}

struct known_list *known_new(void)
{
    struct known_list *list = allocate(1, sizeof *list);
    list->arena = arena_new(0);
    arena_wipe_always(list->arena);
    list->filter = allocate((size_t)1 << (FILTER_BITS - 6), sizeof *list->filter);
    return list;
}

void known_free(struct known_list *list)
{
    if (!list)
        return;
    arena_free(list->arena);
    if (list->groups)
        explicit_bzero(list->groups, list->group_size * sizeof *list->groups);
    explicit_bzero(list->filter, sizeof *list->filter << (FILTER_BITS - 6));
    free(list->entries);
    free(list->groups);
    free(list->filter);
    free(list);
}

static int check_value(const struct known_list *list, struct slice value, uint64_t line, struct error *err)
{
    if (value.len < KNOWN_VALUE_LEAST)
        return error_set(err, ERROR_USAGE,
                         "line %llu: a value of %zu bytes would be found in any text: %zu at least",
                         (unsigned long long)line, value.len, KNOWN_VALUE_LEAST);
    if (value.len > KNOWN_VALUE_MOST)
        return error_set(err, ERROR_USAGE, "line %llu: a value is longer than %zu bytes",
                         (unsigned long long)line, KNOWN_VALUE_MOST);
    if (list->count == KNOWN_VALUES_MAX)
        return error_set(err, ERROR_USAGE, "line %llu: more than %zu values: split the list",
                         (unsigned long long)line, KNOWN_VALUES_MAX);
    return 0;
}

int known_add(struct known_list *list, struct slice value, struct slice label, uint64_t line,
              struct error *err)
{
    if (check_value(list, value, line, err) < 0)
        return -1;
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 256;
        list->entries = realloc(list->entries, list->capacity * sizeof *list->entries);
        if (!list->entries)
            abort();
    }
    if (label.len > KNOWN_LABEL_MOST || slice_find(label, 0, value) != SLICE_NONE)
        label.len = 0;
    list->entries[list->count++].known = (struct known_value){ .value = arena_copy(list->arena, value),
                                                               .label = arena_copy(list->arena, label),
                                                               .line = line };
    list->longest = value.len > list->longest ? value.len : list->longest;
    return 0;
}

static int by_value(const void *left, const void *right)
{
    const struct known_value *a = &((const struct entry *)left)->known,
                             *b = &((const struct entry *)right)->known;
    size_t shorter = a->value.len < b->value.len ? a->value.len : b->value.len;
    int order = memcmp(a->value.ptr, b->value.ptr, shorter);
    if (order != 0)
        return order;
    if (a->value.len != b->value.len)
        return a->value.len < b->value.len ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static bool begins_with(struct slice text, struct slice head)
{
    return text.len >= head.len && memcmp(text.ptr, head.ptr, head.len) == 0;
}

static struct slice value_of(const struct known_list *list, size_t index)
{
    return list->entries[index].known.value;
}

/* In sorted order a value's prefixes stand before it: the one before, or one of that one's own prefixes. Of equal values the first is meant. */
static void link_prefixes(struct known_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        size_t before = i ? i - 1 : NONE;
        while (before != NONE && !begins_with(value_of(list, i), value_of(list, before)))
            before = list->entries[before].prefix;
        if (before != NONE && value_of(list, before).len == value_of(list, i).len)
            before = list->entries[before].prefix;
        list->entries[i].prefix = before;
    }
}

static struct group *group_slot(const struct known_list *list, uint64_t head)
{
    size_t at = (size_t)(head * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (list->group_size - 1);
    while (list->groups[at].stop != 0 && list->groups[at].head != head)
        at = (at + 1) & (list->group_size - 1);
    return &list->groups[at];
}

static void index_heads(struct known_list *list)
{
    for (list->group_size = 64; list->group_size < 2 * list->count;)
        list->group_size *= 2;
    list->groups = allocate(list->group_size, sizeof *list->groups);
    for (size_t i = 0; i < list->count; i++) {
        const unsigned char *ptr = value_of(list, i).ptr;
        struct group *group = group_slot(list, load64(ptr));
        if (group->stop == 0)
            *group = (struct group){ load64(ptr), (uint32_t)i, 0 };
        group->stop = (uint32_t)i + 1;
        uint32_t bit = filter_bit(ptr);
        list->filter[bit / 64] |= UINT64_C(1) << bit % 64;
    }
}

void known_finish(struct known_list *list)
{
    sort_items(list->entries, list->count, sizeof *list->entries, by_value);
    link_prefixes(list);
    index_heads(list);
}

size_t known_count(const struct known_list *list)
{
    return list->count;
}

const struct known_value *known_at(const struct known_list *list, size_t index)
{
    return &list->entries[index].known;
}

/* The longest value that TEXT begins with, or NONE: a prefix of the last value that is not above TEXT, or that value itself. */
static size_t longest_at(const struct known_list *list, struct slice text)
{
    const struct group *group = group_slot(list, load64(text.ptr));
    size_t low = group->first, high = group->stop;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct slice value = value_of(list, middle);
        int order = memcmp(value.ptr, text.ptr, value.len < text.len ? value.len : text.len);
        if (order < 0 || (order == 0 && value.len <= text.len))
            low = middle + 1;
        else
            high = middle;
    }
    size_t index = low > group->first ? low - 1 : NONE;
    while (index != NONE && !begins_with(text, value_of(list, index)))
        index = list->entries[index].prefix;
    return index;
}

bool known_find(const struct known_list *list, struct slice text, struct known_search *search, size_t *start,
                size_t *index)
{
    if (list->count == 0)
        return false;
    for (; search->at < text.len && text.len - search->at >= KNOWN_VALUE_LEAST; search->at++) {
        uint32_t bit = filter_bit(text.ptr + search->at);
        if (!(list->filter[bit / 64] >> bit % 64 & 1))
            continue;
        size_t found = longest_at(list, slice_sub(text, search->at, list->longest));
        if (found == NONE || (found == search->last && search->at < search->end))
            continue;
        *start = search->at++;
        *index = search->last = found;
        search->end = *start + value_of(list, found).len;
        return true;
    }
    return false;
}

/* The value at INDEX, those equal to it, and its prefixes. */
static void mark_all(struct known_list *list, size_t index)
{
    for (; index != NONE && !list->entries[index].known.is_there; index = list->entries[index].prefix) {
        struct slice value = value_of(list, index);
        for (size_t i = index; i < list->count && slice_is_equal(value_of(list, i), value); i++)
            list->entries[i].known.is_there = true;
        for (size_t i = index; i > 0 && slice_is_equal(value_of(list, i - 1), value); i--)
            list->entries[i - 1].known.is_there = true;
    }
}

void known_mark(struct known_list *list, struct slice text)
{
    struct known_search search = { .last = NONE };
    size_t start, index;
    while (known_find(list, text, &search, &start, &index))
        mark_all(list, index);
}

int known_add_rule(const struct known_list *list, struct ruleset *set, struct error *err)
{
    struct rule rule = { .id = KNOWN_RULE,
                         .family = KNOWN_RULE,
                         .name = "Known secret",
                         .category = "key",
                         .severity = SEVERITY_CRITICAL,
                         .verdict = VERDICT_PROVEN,
                         .is_known = true,
                         .width = list->longest,
                         .file = "--known" };
    if (ruleset_find(set, slice_str(KNOWN_RULE)))
        return error_set(err, ERROR_USAGE, "a rule is named '%s': --known needs that name", KNOWN_RULE);
    ruleset_add(set, &rule);
    return 0;
}
