/* rule.c - sets of rules: names, look-up, selection. */
#include "match/rule.h"

#include <fnmatch.h>

#include "match/known.h"
#include "match/opened.h"
#include "match/rule_draft.h"

static const char *const severity_names[SEVERITIES] = {
    [SEVERITY_INFO] = "info", [SEVERITY_LOW] = "low",           [SEVERITY_MEDIUM] = "medium",
    [SEVERITY_HIGH] = "high", [SEVERITY_CRITICAL] = "critical",
};

const char *severity_name(enum severity severity)
{
    return severity < SEVERITIES ? severity_names[severity] : "unknown";
}

int severity_from_name(struct slice name)
{
    for (int s = 0; s < SEVERITIES; s++)
        if (slice_is_equal(name, slice_str(severity_names[s])))
            return s;
    return -1;
}

struct ruleset *ruleset_new(void)
{
    struct arena *arena = arena_new(0);
    struct ruleset *set = arena_alloc(arena, sizeof *set);
    set->arena = arena;
    return set;
}

void ruleset_free(struct ruleset *set)
{
    if (set)
        arena_free(set->arena);
}

const struct rule *ruleset_find(const struct ruleset *set, struct slice id)
{
    for (size_t i = 0; i < set->count; i++)
        if (slice_is_equal(id, slice_str(set->rules[i].id)))
            return &set->rules[i];
    return NULL;
}

void ruleset_add(struct ruleset *set, const struct rule *rule)
{
    /* The array doubles when the count is a power of two: the old one stays in the arena. */
    if ((set->count & (set->count - 1)) == 0) {
        struct rule *larger = arena_alloc_array(set->arena, set->count ? set->count * 2 : 1, sizeof *larger);
        if (set->count)
            memcpy(larger, set->rules, set->count * sizeof *larger);
        set->rules = larger;
    }
    set->rules[set->count++] = *rule;
    if (rule->width > set->widest)
        set->widest = rule->width;
}

static bool is_named_by(const struct rule *rule, const char *entry)
{
    return fnmatch(entry, rule->id, 0) == 0 || fnmatch(entry, rule->family, 0) == 0 ||
           fnmatch(entry, rule->category, 0) == 0;
}

static bool is_named_by_any(const struct rule *rule, const char *const *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_named_by(rule, entries[i]))
            return true;
    return false;
}

/* What --known looks for, and what opened attachments: rules that are added when all others are chosen. */
static bool is_later_entry(const char *entry)
{
    return strcmp(entry, KNOWN_RULE) == 0 || strcmp(entry, OPENED_RULE) == 0;
}

static bool is_chosen(const struct rule *rule, const char *const *only, size_t only_count,
                      const char *const *skip, size_t skip_count)
{
    return (only_count == 0 || is_named_by_any(rule, only, only_count)) &&
           !is_named_by_any(rule, skip, skip_count);
}

static int check_entries(const struct ruleset *set, const char *const *entries, size_t count,
                         struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < set->count && !is_named_by(&set->rules[at], entries[i]))
            at++;
        if (at == set->count && !is_later_entry(entries[i]))
            return error_set(err, ERROR_USAGE,
                             "no rule, family or category is named '%s' (see `mailspill rules list`)",
                             entries[i]);
    }
    return 0;
}

static void drop_silent(struct ruleset *set)
{
    struct rule *rules = arena_alloc_array(set->arena, set->count * 2, sizeof *rules);
    size_t kept = 0;
    set->widest = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (set->rules[i].is_silent)
            continue;
        rules[kept++] = set->rules[i];
        set->widest = set->rules[i].width > set->widest ? set->rules[i].width : set->widest;
    }
    set->rules = rules;
    set->count = kept;
}

int ruleset_select(struct ruleset *set, const char *const *only, size_t only_count, const char *const *skip,
                   size_t skip_count, enum rules_unwanted unwanted, struct error *err)
{
    size_t heard = 0;
    /* Halves that are never told alone go on serving the rules that are wanted. */
    bool is_serving = unwanted == RULES_SILENCED;
    if (check_entries(set, only, only_count, err) < 0 || check_entries(set, skip, skip_count, err) < 0)
        return -1;
    for (size_t i = 0; i < set->count; i++) {
        struct rule *rule = &set->rules[i];
        bool is_wanted = only_count == 0 || is_named_by_any(rule, only, only_count);
        is_wanted |= is_serving && rule->pair.is_untold;
        rule->is_silent = !is_wanted || is_named_by_any(rule, skip, skip_count);
        heard += !rule->is_silent && !(is_serving && rule->pair.is_untold);
    }
    for (size_t i = 0; i < only_count; i++)
        heard += is_later_entry(only[i]);
    set->is_opened_silent =
        !is_chosen(&(struct rule){ .id = OPENED_RULE, .family = OPENED_FAMILY, .category = OPENED_CATEGORY },
                   only, only_count, skip, skip_count);
    if (heard == 0)
        return error_set(err, ERROR_USAGE, "no rule is left to look for");
    if (unwanted == RULES_DROPPED)
        drop_silent(set);
    return 0;
}
