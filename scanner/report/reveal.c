/* reveal.c - with --reveal, the values of secrets by secret_id: an open hash table. */
#include "report/reveal.h"

struct revealed_value {
    struct record_id secret;
    struct slice value; /* owned; ptr NULL: a free place */
};

struct revealed {
    struct revealed_value *at;
    size_t count, capacity; /* capacity is a power of two */
};

struct revealed *revealed_new(void)
{
    struct revealed *revealed = calloc(1, sizeof *revealed);
    if (!revealed)
        abort();
    return revealed;
}

void revealed_free(struct revealed *revealed)
{
    if (!revealed)
        return;
    for (size_t i = 0; i < revealed->capacity; i++) {
        if (!revealed->at[i].value.ptr)
            continue;
        explicit_bzero((void *)revealed->at[i].value.ptr, revealed->at[i].value.len);
        free((void *)revealed->at[i].value.ptr);
    }
    free(revealed->at);
    free(revealed);
}

/* The place of SECRET, or the free one where it belongs. An id is a keyed hash: its bytes are spread already. */
static struct revealed_value *place_of(const struct revealed *revealed, const struct record_id *secret)
{
    size_t at;
    memcpy(&at, secret->bytes, sizeof at);
    for (;; at++) {
        struct revealed_value *place = &revealed->at[at & (revealed->capacity - 1)];
        if (!place->value.ptr || memcmp(&place->secret, secret, sizeof *secret) == 0)
            return place;
    }
}

static void revealed_grow(struct revealed *revealed)
{
    struct revealed old = *revealed;
    revealed->capacity = old.capacity ? 2 * old.capacity : 64;
    revealed->at = calloc(revealed->capacity, sizeof *revealed->at);
    if (!revealed->at)
        abort();
    for (size_t i = 0; i < old.capacity; i++)
        if (old.at[i].value.ptr)
            *place_of(revealed, &old.at[i].secret) = old.at[i];
    free(old.at);
}

void revealed_add(struct revealed *revealed, const struct record_id *secret, struct slice value)
{
    if (value.len == 0)
        return;
    if (revealed->count >= revealed->capacity / 2)
        revealed_grow(revealed);
    struct revealed_value *place = place_of(revealed, secret);
    if (place->value.ptr)
        return;
    unsigned char *copy = malloc(value.len);
    if (!copy)
        abort();
    memcpy(copy, value.ptr, value.len);
    *place = (struct revealed_value){ *secret, slice_of(copy, value.len) };
    revealed->count++;
}

struct slice revealed_find(const struct revealed *revealed, const struct record_id *secret)
{
    return revealed->capacity ? place_of(revealed, secret)->value : slice_of(NULL, 0);
}
