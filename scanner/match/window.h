/* window.h - hits of the engine, gathered into the windows that PCRE2 will look at; inside match/ only.
 *
 * A hit is an offset inside a true match, or a false alarm. So every true match starts in [hit - width, hit] of some hit, or [hit - lead, hit]
 * where the rule has a lead: its windows are the union of these, in order. Hits that are closer share a window.
 */
#ifndef MAILSPILL_MATCH_WINDOW_H
#define MAILSPILL_MATCH_WINDOW_H

#include "match/rule.h"

/* Above this many windows, the last one of a rule stretches instead: slower, but nothing is lost. */
#define WINDOWS_MAX ((size_t)256 * 1024)

#define WINDOW_NONE UINT32_MAX

struct window {
    size_t from, to; /* where a match may start, both included */
    uint32_t next;   /* of the same rule, or WINDOW_NONE */
};

struct windows {
    const struct ruleset *set;
    struct window *at;
    size_t count, capacity;
    uint32_t *first, *last; /* by rule */
    uint32_t *touched;      /* rules that have a window */
    size_t touched_count;
    bool has_mixed; /* some windows of a rule begin before those that were added earlier */
};

void windows_init(struct windows *windows, const struct ruleset *set);
void windows_release(struct windows *windows);

/* Forget all windows; costs nothing where there was no hit. */
void windows_clear(struct windows *windows);

void windows_add(struct windows *windows, uint32_t rule, size_t hit);

/* Put the windows of each rule in order: after the last hit. Several scans of a text give hits each in their own order. */
void windows_order(struct windows *windows);

#endif
