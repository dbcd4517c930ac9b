/* held_words.c - texts numbered in the order in which they first came: an open hash table. */
#include "report/held_words.h"

#include <stdlib.h>

static uint64_t hash_of(struct slice word)
{
    uint64_t hash = 0xcbf29ce484222325;
    for (size_t i = 0; i < word.len; i++)
        hash = (hash ^ word.ptr[i]) * 0x100000001b3;
    return hash ^ hash >> 32;
}

/* Where WORD stands, or the free place that it belongs in. */
static uint32_t *place_of(const struct held_words *words, struct slice word)
{
    for (uint64_t at = hash_of(word);; at++) {
        uint32_t *place = &words->table[at & (words->capacity * 2 - 1)];
        if (*place == 0 || slice_is_equal(words->at[*place - 1], word))
            return place;
    }
}

static void grow(struct held_words *words)
{
    words->capacity = words->capacity ? words->capacity * 2 : 64;
    words->at = realloc(words->at, words->capacity * sizeof *words->at);
    free(words->table);
    words->table = calloc((size_t)words->capacity * 2, sizeof *words->table);
    if (!words->at || !words->table)
        abort();
    for (uint32_t i = 0; i < words->count; i++)
        *place_of(words, words->at[i]) = i + 1;
}

uint32_t held_word(struct held_words *words, struct arena *arena, struct slice word)
{
    if (words->count == words->capacity)
        grow(words);
    uint32_t *place = place_of(words, word);
    if (*place == 0) {
        words->at[words->count] = arena_copy(arena, word);
        *place = ++words->count;
    }
    return *place - 1;
}

void held_words_release(struct held_words *words)
{
    free(words->at);
    free(words->table);
}
