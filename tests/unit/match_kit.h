/* match_kit.h - for the tests of match/: rules from a text, a matcher over a text, what it gave. */
#ifndef MATCH_KIT_H
#define MATCH_KIT_H

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include "match/engine.h"
#include "match/matcher.h"
#include "validate/maker.h"

struct kit_match {
    const struct rule *rule;
    uint64_t offset, end, line, column;
    enum view view;
    enum verdict verdict;
    bool is_quoted;
    char secret[128], before[64], after[64], why[160], user[64];
};

struct kit {
    struct ruleset *set;
    struct engine *engine;
    struct matcher *matcher;
    struct kit_match *matches;
    size_t count, capacity;
    size_t rejected;
    struct match_sink sink;
};

static inline void kit_mistake(void *ctx, const char *file, unsigned line, const char *message)
{
    (void)ctx;
    fprintf(stderr, "%s:%u: %s\n", file, line, message);
}

static inline void kit_copy(char *to, size_t size, struct slice from)
{
    snprintf(to, size, "%.*s", (int)from.len, (const char *)from.ptr);
}

static inline void kit_match_put(void *ctx, const struct match *match)
{
    struct kit *kit = ctx;
    if (kit->count == kit->capacity) {
        kit->capacity = kit->capacity ? kit->capacity * 2 : 64;
        kit->matches = realloc(kit->matches, kit->capacity * sizeof *kit->matches);
        assert_non_null(kit->matches);
    }
    struct kit_match *to = &kit->matches[kit->count++];
    *to = (struct kit_match){ match->rule,   match->offset, match->end,     match->line,
                              match->column, match->view,   match->verdict, match->is_quoted };
    kit_copy(to->secret, sizeof to->secret, match->secret);
    kit_copy(to->before, sizeof to->before, match->context_before);
    kit_copy(to->after, sizeof to->after, match->context_after);
    kit_copy(to->why, sizeof to->why, slice_str(match->why));
    kit_copy(to->user, sizeof to->user, slice_str(match->opens->user));
}

static inline void kit_rejected_put(void *ctx, const struct match_rejected *rejected)
{
    (void)rejected;
    ((struct kit *)ctx)->rejected++;
}

static inline void kit_init(struct kit *kit, const char *yaml)
{
    const struct rule_report report = { kit_mistake, NULL };
    struct error err = { ERROR_NONE, "" };
    struct buffer database;
    *kit = (struct kit){ .set = ruleset_new() };
    kit->sink = (struct match_sink){ kit_match_put, kit_rejected_put, kit };
    assert_int_equal(
        ruleset_add_yaml(kit->set, slice_str(yaml), "test.yaml", RULES_WITHOUT_EXAMPLES, &report), 0);
    buffer_init(&database, 64 * 1024 * 1024);
    assert_int_equal(engine_compile(kit->set, ENGINE_GENERIC, &database, &report, &err), 0);
    kit->engine = engine_new(kit->set, buffer_slice(&database), &err);
    buffer_release(&database);
    assert_non_null(kit->engine);
    kit->matcher = matcher_new(kit->engine, 16, &err);
    assert_non_null(kit->matcher);
}

static inline void kit_release(struct kit *kit)
{
    matcher_free(kit->matcher);
    engine_free(kit->engine);
    ruleset_free(kit->set);
    free(kit->matches);
}

static inline void kit_clear(struct kit *kit)
{
    kit->count = kit->rejected = 0;
}

/* TEXT as one leaf in blocks of at most BLOCK_MAX bytes. */
static inline void kit_scan_blocks(struct kit *kit, struct slice text, size_t block_max)
{
    size_t overlap = matcher_overlap(kit->matcher), at = 0, repeated = 0;
    kit_clear(kit);
    matcher_begin(kit->matcher, &kit->sink);
    for (bool is_last = false; !is_last;) {
        struct slice part = slice_sub(text, at, block_max);
        is_last = at + part.len == text.len;
        struct text_view view = { VIEW_TEXT, part, { NULL, 0 } };
        struct text_block block = { part, at, repeated, is_last, &view, 1 };
        matcher_block(kit->matcher, &block);
        repeated = overlap < part.len ? overlap : part.len;
        at += part.len - repeated;
    }
}

static inline void kit_scan(struct kit *kit, struct slice text)
{
    kit_scan_blocks(kit, text, SIZE_MAX);
}

static inline void kit_scan_str(struct kit *kit, const char *text)
{
    kit_scan(kit, slice_str(text));
}

#endif
