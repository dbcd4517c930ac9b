/* window.c - hits of the engine, gathered into the windows that PCRE2 will look at. */
#include "match/window.h"

#include <stdlib.h>

#include "base/sort.h"

static void *must(void *ptr)
{
    if (!ptr)
        abort();
    return ptr;
}

void windows_init(struct windows *windows, const struct ruleset *set)
{
    *windows = (struct windows){ .set = set };
    windows->first = must(calloc(set->count + 1, sizeof *windows->first));
    windows->last = must(calloc(set->count + 1, sizeof *windows->last));
    windows->touched = must(calloc(set->count + 1, sizeof *windows->touched));
    for (size_t i = 0; i < set->count; i++)
        windows->first[i] = windows->last[i] = WINDOW_NONE;
}

void windows_release(struct windows *windows)
{
    free(windows->at);
    free(windows->first);
    free(windows->last);
    free(windows->touched);
}

void windows_clear(struct windows *windows)
{
    for (size_t i = 0; i < windows->touched_count; i++)
        windows->first[windows->touched[i]] = windows->last[windows->touched[i]] = WINDOW_NONE;
    windows->touched_count = 0;
    windows->count = 0;
    windows->has_mixed = false;
}

static void add_window(struct windows *windows, uint32_t rule, size_t from, size_t to)
{
    if (windows->count == windows->capacity) {
        windows->capacity = windows->capacity ? windows->capacity * 2 : 64;
        windows->at = must(realloc(windows->at, windows->capacity * sizeof *windows->at));
    }
    uint32_t index = (uint32_t)windows->count++;
    windows->at[index] = (struct window){ from, to, WINDOW_NONE };
    if (windows->last[rule] == WINDOW_NONE) {
        windows->first[rule] = index;
        windows->touched[windows->touched_count++] = rule;
    } else {
        windows->at[windows->last[rule]].next = index;
    }
    windows->last[rule] = index;
}

void windows_add(struct windows *windows, uint32_t rule, size_t hit)
{
    const struct rule *of = &windows->set->rules[rule];
    size_t before = of->lead ? of->lead : of->width;
    size_t from = hit > before ? hit - before : 0;
    if (windows->last[rule] == WINDOW_NONE) {
        add_window(windows, rule, from, hit);
        return;
    }
    struct window *last = &windows->at[windows->last[rule]];
    bool is_before = hit < last->from;
    if ((from > last->to || is_before) && windows->count < WINDOWS_MAX) {
        windows->has_mixed |= is_before;
        add_window(windows, rule, from, hit);
        return;
    }
    last->from = from < last->from ? from : last->from;
    last->to = hit > last->to ? hit : last->to;
}

static int by_start(const void *left, const void *right)
{
    const struct window *a = left, *b = right;
    return a->from < b->from ? -1 : a->from > b->from;
}

/* Those of RULE, by way of ROOM; what overlaps becomes one. */
static void order_rule(struct windows *windows, uint32_t rule, struct window *room)
{
    size_t count = 0, kept = 0;
    for (uint32_t w = windows->first[rule]; w != WINDOW_NONE; w = windows->at[w].next)
        room[count++] = windows->at[w];
    sort_items(room, count, sizeof *room, by_start);
    for (size_t i = 1; i < count; i++)
        if (room[i].from <= room[kept].to)
            room[kept].to = room[i].to > room[kept].to ? room[i].to : room[kept].to;
        else
            room[++kept] = room[i];
    uint32_t w = windows->first[rule];
    for (size_t i = 0; i <= kept; i++) {
        uint32_t next = i == kept ? WINDOW_NONE : windows->at[w].next;
        windows->at[w] = (struct window){ room[i].from, room[i].to, next };
        w = next;
    }
}

void windows_order(struct windows *windows)
{
    if (!windows->has_mixed)
        return;
    struct window *room = must(malloc(windows->count * sizeof *room));
    for (size_t i = 0; i < windows->touched_count; i++)
        order_rule(windows, windows->touched[i], room);
    free(room);
}
