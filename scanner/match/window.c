/* window.c - hits of the engine, gathered into the windows that PCRE2 will look at. */
#include "match/window.h"

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
    /* Hyperscan does not promise order: a hit before the last window stretches it downwards. */
    if (from > last->to && windows->count < WINDOWS_MAX) {
        add_window(windows, rule, from, hit);
        return;
    }
    last->from = from < last->from ? from : last->from;
    last->to = hit > last->to ? hit : last->to;
}
