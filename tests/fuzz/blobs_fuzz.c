/* blobs_fuzz.c - any bytes decoded again: no match lies outside the text, none is told twice, and a limit is always one that has a name. */
#include <assert.h>
#include <stdlib.h>

#include "match/engine.h"
#include "match/matcher.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct matcher *matcher;
static struct limits limits;
static uint64_t text_len;

/* Anything that was decoded is a match. */
static const char rules[] =
    "rules:\n- {id: any, name: n, category: key, severity: low, find: '[a-z]{2}', pattern: '[a-z]{2,20}'}\n";

static void put(void *ctx, const struct match *match)
{
    (void)ctx;
    assert(match->offset < match->end && match->end <= text_len);
    assert(match->blob.from <= match->blob.to && match->blob.to <= text_len);
    assert(match->line >= 1 && match->column >= 1);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const struct rule_report report = { NULL, NULL };
    struct ruleset *set = ruleset_new();
    struct buffer database;
    struct error err;
    (void)argc, (void)argv;
    buffer_init(&database, (size_t)1024 * 1024);
    if (ruleset_add_yaml(set, slice_str(rules), "fuzz.yaml", RULES_WITHOUT_EXAMPLES, &report) < 0 ||
        engine_compile(set, ENGINE_GENERIC, &database, &report, &err) < 0)
        abort();
    struct engine *engine = engine_new(set, buffer_slice(&database), &err);
    buffer_release(&database);
    matcher = engine ? matcher_new(engine, 16, &err) : NULL;
    if (!matcher)
        abort();
    limits_init(&limits);
    limits.decoded_bytes = (uint64_t)1024 * 1024;
    limits.decoded_blobs = 1000;
    matcher_set_limits(matcher, &limits);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum view kinds[] = { VIEW_TEXT, VIEW_HTML, VIEW_MARKUP, VIEW_BYTES };
    const struct match_sink sink = { put, NULL, NULL };
    size_t overlap = matcher_overlap(matcher), at = 0, repeated = 0;
    if (size < 2)
        return 0;
    struct slice text = slice_of(data + 2, size - 2);
    size_t most = 2 * overlap + 64 + data[0] % 64u * 16u;
    text_len = text.len;
    matcher_begin(matcher, &sink);
    for (bool is_last = false; !is_last;) {
        struct slice part = slice_sub(text, at, most);
        is_last = at + part.len == text.len;
        struct text_view view = { kinds[data[1] % 4], part, { NULL, 0 } };
        struct text_block block = { part, at, repeated, is_last, &view, 1 };
        matcher_block(matcher, &block);
        repeated = overlap < part.len ? overlap : part.len;
        at += part.len - repeated;
    }
    const char *limit = matcher_decoding_limit(matcher);
    assert(!limit || strncmp(limit, "decoded-", 8) == 0);
    return 0;
}
