/* idset.c - a set of ids, to count distinct secrets: 16 bytes each, open addressing. */
#include "work/idset.h"

struct idset {
    struct record_id *slots;
    unsigned char *is_used;
    size_t capacity, count; /* capacity: a power of two */
};

static void allocate(struct idset *set, size_t capacity)
{
    set->slots = calloc(capacity, sizeof *set->slots);
    set->is_used = calloc(capacity, 1);
    if (!set->slots || !set->is_used)
        abort();
    set->capacity = capacity;
    set->count = 0;
}

struct idset *idset_new(void)
{
    struct idset *set = calloc(1, sizeof *set);
    if (!set)
        abort();
    allocate(set, 1024);
    return set;
}

void idset_free(struct idset *set)
{
    if (!set)
        return;
    free(set->slots);
    free(set->is_used);
    free(set);
}

static void grow(struct idset *set)
{
    struct idset old = *set;
    allocate(set, old.capacity * 2);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.is_used[i])
            idset_add(set, &old.slots[i]);
    free(old.slots);
    free(old.is_used);
}

unsigned idset_add(struct idset *set, const struct record_id *id)
{
    size_t at;
    if (set->count >= set->capacity / 2)
        grow(set);
    memcpy(&at, id->bytes, sizeof at); /* an HMAC: its first bytes are hash enough */
    for (at &= set->capacity - 1; set->is_used[at]; at = (at + 1) & (set->capacity - 1))
        if (memcmp(&set->slots[at], id, sizeof *id) == 0)
            return 0;
    set->slots[at] = *id;
    set->is_used[at] = 1;
    set->count++;
    return 1;
}
