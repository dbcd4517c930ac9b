/* seen.c - which spans a block has already given. */
#include "match/seen.h"

#include <stdlib.h>

void seen_init(struct seen *seen)
{
    *seen = (struct seen){ 0 };
}

void seen_release(struct seen *seen)
{
    free(seen->slots);
    seen_init(seen);
}

void seen_clear(struct seen *seen)
{
    if (seen->count > 0)
        memset(seen->slots, 0, seen->size * sizeof *seen->slots);
    seen->count = 0;
}

/* Spans come from the input, so the low bits must depend on all of them. */
static uint64_t mix(uint64_t x)
{
    x ^= x >> 32;
    x *= 0x9E3779B97F4A7C15u;
    x ^= x >> 29;
    x *= 0xBF58476D1CE4E5B9u;
    return x ^ x >> 32;
}

static struct sighting *slot_of(const struct seen *seen, const struct sighting *wanted)
{
    uint64_t hash = mix(mix(mix(wanted->offset) ^ wanted->end) ^ (wanted->rule * 2u + wanted->as));
    for (size_t at = (size_t)hash & (seen->size - 1);; at = (at + 1) & (seen->size - 1)) {
        struct sighting *slot = &seen->slots[at];
        if (slot->as == 0 || (slot->offset == wanted->offset && slot->end == wanted->end &&
                              slot->rule == wanted->rule && slot->as == wanted->as))
            return slot;
    }
}

static void grow(struct seen *seen)
{
    struct seen larger = { .size = seen->size ? seen->size * 2 : 64, .count = seen->count };
    larger.slots = calloc(larger.size, sizeof *larger.slots);
    if (!larger.slots)
        abort();
    for (size_t i = 0; i < seen->size; i++)
        if (seen->slots[i].as != 0)
            *slot_of(&larger, &seen->slots[i]) = seen->slots[i];
    free(seen->slots);
    *seen = larger;
}

bool seen_add(struct seen *seen, uint32_t rule, uint64_t offset, uint64_t end, enum seen_as as)
{
    struct sighting sighting = { offset, end, rule, (uint32_t)as + 1 };
    if (seen->count == SEEN_MAX)
        return slot_of(seen, &sighting)->as != 0;
    if (seen->count * 2 >= seen->size)
        grow(seen);
    struct sighting *slot = slot_of(seen, &sighting);
    if (slot->as != 0)
        return true;
    *slot = sighting;
    seen->count++;
    return false;
}
