/* suppress.c - baselines and ignore files: what is known, and what is asked of it. */
#include "report/suppress_entries.h"

#include <stdio.h>

#include "base/sort.h"

struct suppressions *suppressions_new(void)
{
    struct suppressions *known = calloc(1, sizeof *known);
    if (!known)
        abort();
    known->arena = arena_new(0);
    return known;
}

void suppressions_free(struct suppressions *known)
{
    if (!known)
        return;
    free(known->baseline);
    free(known->ignored);
    arena_free(known->arena);
    free(known);
}

static int compare_ids(const void *a, const void *b)
{
    return memcmp(((const struct baseline_entry *)a)->id.bytes, ((const struct baseline_entry *)b)->id.bytes,
                  RECORD_ID_SIZE);
}

static void baseline_sort(struct suppressions *known)
{
    if (!known->is_sorted && known->baseline_count > 0)
        sort_items(known->baseline, known->baseline_count, sizeof *known->baseline, compare_ids);
    known->is_sorted = true;
}

/* Index of the first entry that is not before ID. */
static size_t baseline_first(const struct suppressions *known, const struct record_id *id)
{
    size_t low = 0, high = known->baseline_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(known->baseline[middle].id.bytes, id->bytes, RECORD_ID_SIZE) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* SECRET NULL: a gap, which its id alone names. */
static bool is_in_baseline(struct suppressions *known, const struct record_id *id,
                           const struct record_id *secret, const char *key_name)
{
    baseline_sort(known);
    for (size_t i = baseline_first(known, id); i < known->baseline_count; i++) {
        const struct baseline_entry *entry = &known->baseline[i];
        if (memcmp(entry->id.bytes, id->bytes, RECORD_ID_SIZE) != 0)
            break;
        bool has_key = secret && key_name && entry->has_secret && strcmp(entry->key, key_name) == 0;
        if (!has_key || memcmp(entry->secret.bytes, secret->bytes, RECORD_ID_SIZE) == 0)
            return true;
    }
    return false;
}

/* A short id belongs to the first full one that it fits: another one that fits it too counts again, and is told. */
static bool ignore_fits(struct ignore_entry *entry, const struct record_id *id)
{
    char hex[2 * RECORD_ID_SIZE + 1];
    record_id_hex(id, hex);
    if (entry->hex_len == 0 || memcmp(hex, entry->hex, entry->hex_len) != 0)
        return false;
    if (entry->uses == 0)
        entry->used_for = *id;
    if (memcmp(entry->used_for.bytes, id->bytes, RECORD_ID_SIZE) != 0) {
        entry->is_ambiguous = true;
        return false;
    }
    entry->uses++;
    return !entry->is_expired;
}

static bool is_ignored(struct suppressions *known, const struct record_id *id, struct slice *reason)
{
    bool fits = false;
    for (size_t i = 0; i < known->ignored_count; i++) {
        if (!ignore_fits(&known->ignored[i], id))
            continue;
        *reason = known->ignored[i].reason;
        fits = true;
    }
    return fits;
}

static bool is_allowed(struct suppressions *known, const struct suppress_question *question,
                       struct slice *reason)
{
    bool fits = false;
    for (size_t i = 0; i < known->ignored_count; i++) {
        struct ignore_entry *entry = &known->ignored[i];
        if (entry->hex_len > 0 || !suppress_allow_fits(entry, question))
            continue;
        *reason = entry->reason;
        fits = true;
    }
    return fits;
}

enum report_standing suppressions_find(struct suppressions *known, const struct suppress_question *question,
                                       struct slice *reason)
{
    bool is_named = is_ignored(known, question->finding_id, reason);
    struct slice *other = is_named ? &(struct slice){ NULL, 0 } : reason;
    if (is_allowed(known, question, other) || is_named)
        return REPORT_IGNORED;
    return is_in_baseline(known, question->finding_id, question->secret_id, question->key_name)
               ? REPORT_IN_BASELINE
               : REPORT_COUNTS;
}

enum report_standing suppressions_find_gap(struct suppressions *known, const struct record_id *gap_id,
                                           struct slice *reason)
{
    if (is_ignored(known, gap_id, reason))
        return REPORT_IGNORED;
    return is_in_baseline(known, gap_id, NULL, NULL) ? REPORT_IN_BASELINE : REPORT_COUNTS;
}

static void tell_entry(const struct ignore_entry *entry, void (*warn)(void *ctx, const char *text), void *ctx)
{
    char text[1024];
    const char *what = NULL;
    if (entry->proven_left > 0)
        what = "fits proven findings, which count: whoever writes mail could make them fit, so name the rule "
               "too";
    else if (entry->has_other_key && entry->uses == 0)
        what = "was made with another key than this run's: use that key, or the secret_id of a new report";
    else if (entry->is_ambiguous)
        what = "fits several ids; only the first is ignored: write more of it";
    else if (entry->is_expired && entry->uses > 0)
        what = "has expired and counts again: renew or remove it";
    else if (entry->is_expired)
        what = "has expired and matched nothing: remove it";
    else if (entry->uses == 0)
        what = "matched nothing: remove it";
    if (!what)
        return;
    snprintf(text, sizeof text, "%s:%u: '%.*s' %s", entry->file, entry->line, (int)entry->name.len,
             entry->name.ptr, what);
    warn(ctx, text);
}

void suppressions_tell_unused(const struct suppressions *known, void (*warn)(void *ctx, const char *text),
                              void *ctx)
{
    for (size_t i = 0; i < known->ignored_count; i++)
        tell_entry(&known->ignored[i], warn, ctx);
}
