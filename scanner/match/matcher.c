/* matcher.c - runs the engine over a leaf's views and judges what it finds.
 *
 * Hyperscan says where a rule may have matched; PCRE2 looks there, in the whole view, so that look-around sees what really stands
 * beside. Blocks of one leaf overlap: each match belongs to exactly one of them, the one that holds all that matters to it.
 */
#include "match/matcher.h"

#include <assert.h>

#include "base/utf8.h"
#include "match/gate.h"
#include "match/matcher_parts.h"
#include "match/shaped.h"
#include "match/suppress.h"

static void scan_decoded(void *ctx, const struct text_view *view, const struct blobs_layer *layer);

struct matcher *matcher_new(const struct engine *engine, size_t context, struct error *err)
{
    struct matcher *matcher = calloc(1, sizeof *matcher);
    if (!matcher)
        abort();
    matcher->engine = engine;
    matcher->context = context;
    matcher->data = pcre2_match_data_create(engine->groups_max, NULL);
    matcher->limits = pcre2_match_context_create(NULL);
    matcher->stack = pcre2_jit_stack_create(32 * 1024, PROGRAM_STACK_MAX, NULL);
    matcher->resume = calloc(engine->set->count + 1, sizeof *matcher->resume);
    windows_init(&matcher->windows, engine->set);
    for (size_t i = 0; i < engine->set->count && matcher->shaped_count < SHAPED_RULES_MAX; i++)
        if (shaped_holds(&engine->set->rules[i]))
            matcher->shaped[matcher->shaped_count++] = (uint32_t)i;
    placer_init(&matcher->placer);
    seen_init(&matcher->seen);
    joined_init(&matcher->joined, engine->set->widest);
    blobs_init(&matcher->blobs);
    matcher->blobs.scan = scan_decoded;
    matcher->blobs.ctx = matcher;
    if (!matcher->data || !matcher->limits || !matcher->stack || !matcher->resume)
        abort();
    pcre2_set_match_limit(matcher->limits, PROGRAM_MATCH_LIMIT);
    pcre2_set_heap_limit(matcher->limits, PROGRAM_HEAP_KIB);
    pcre2_jit_stack_assign(matcher->limits, NULL, matcher->stack);
    enum engine_part part = ENGINE_OPEN;
    while (part < ENGINE_PARTS &&
           (!engine->databases[part] ||
            hs_alloc_scratch(engine->databases[part], &matcher->scratch) == HS_SUCCESS))
        part++;
    if (part == ENGINE_PARTS)
        return matcher;
    error_set(err, ERROR_SYSTEM, "Hyperscan has no memory for its scratch space");
    matcher_free(matcher);
    return NULL;
}

void matcher_free(struct matcher *matcher)
{
    if (!matcher)
        return;
    hs_free_scratch(matcher->scratch);
    pcre2_match_data_free(matcher->data);
    pcre2_match_context_free(matcher->limits);
    pcre2_jit_stack_free(matcher->stack);
    windows_release(&matcher->windows);
    placer_release(&matcher->placer);
    seen_release(&matcher->seen);
    joined_release(&matcher->joined);
    blobs_release(&matcher->blobs);
    free(matcher->resume);
    free(matcher);
}

size_t matcher_overlap(const struct matcher *matcher)
{
    return matcher->engine->set->widest + 2 * MATCHER_MARGIN;
}

uint64_t matcher_limit_hits(const struct matcher *matcher, const struct rule **rule)
{
    if (rule)
        *rule = matcher->limit_rule;
    return matcher->limit_hits;
}

void matcher_set_limits(struct matcher *matcher, const struct limits *limits)
{
    matcher->decoding = limits;
}

void matcher_set_known(struct matcher *matcher, const struct known_list *list)
{
    const struct ruleset *set = matcher->engine->set;
    matcher->known = list;
    matcher->known_rule = (uint32_t)(ruleset_find(set, slice_str(KNOWN_RULE)) - set->rules);
}

const char *matcher_decoding_limit(const struct matcher *matcher)
{
    return matcher->blobs.limit;
}

bool matcher_has_cut_blob(const struct matcher *matcher)
{
    return matcher->blobs.is_cut;
}

uint64_t matcher_windows(const struct matcher *matcher)
{
    return matcher->windows_seen;
}

void matcher_begin(struct matcher *matcher, const struct match_sink *sink)
{
    matcher->sink = sink;
    matcher->before = (struct settled){ 0, 0 };
    matcher->limit_hits = 0;
    matcher->limit_rule = NULL;
    matcher->windows_seen = 0;
    matcher->suppress_budget = SUPPRESS_BUDGET;
    placer_begin(&matcher->placer);
    blobs_begin(&matcher->blobs, matcher->decoding);
    if (matcher->has_resume)
        memset(matcher->resume, 0, matcher->engine->set->count * sizeof *matcher->resume);
    matcher->has_resume = false;
}

static int hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
    struct matcher *matcher = ctx;
    (void)from;
    (void)flags;
    if (id < matcher->engine->id_count && matcher->engine->rule_of[id] != ENGINE_NO_RULE)
        windows_add(&matcher->windows, matcher->engine->rule_of[id], matcher->scanned_from + (size_t)to);
    return 0;
}

/* [FROM, TO) of the view. */
static void scan_part(struct matcher *matcher, enum engine_part part, size_t from, size_t to)
{
    const hs_database_t *database = matcher->engine->databases[part];
    assert(to - from <= UINT32_MAX);
    matcher->scanned_from = from;
    if (to == from || !database)
        return;
    hs_error_t result = hs_scan(database, (const char *)matcher->view->text.ptr + from, (unsigned)(to - from),
                                0, matcher->scratch, hit, matcher);
    /* Nothing in the text can make it fail, and a text that was not searched must not pass for a clean one. */
    if (result != HS_SUCCESS)
        abort();
}

/* A run of tokens that ends at END, for the rules that ask for such. */
static void take_run(void *ctx, enum gate_run run, size_t end)
{
    struct matcher *matcher = ctx;
    const struct engine *engine = matcher->engine;
    for (size_t i = 0; i < engine->run_count; i++)
        if (engine->runs[i].kind == (int)run)
            windows_add(&matcher->windows, engine->runs[i].rule, end);
}

static void scan_gated(struct matcher *matcher)
{
    struct gate gate;
    struct gate_seer seer = { matcher->engine->run_count ? take_run : NULL, matcher };
    size_t from, to;
    gate_begin(&gate, matcher->view->text, matcher->engine->gate_reach, seer);
    while (gate_next(&gate, &from, &to))
        scan_part(matcher, ENGINE_GATED, from, to);
}

/* Rules that want a token of such a shape, at each. */
static void scan_shaped(struct matcher *matcher)
{
    struct shaped shaped = { .text = matcher->view->text };
    size_t start;
    while (matcher->shaped_count > 0 && !matcher->has_no_sentences && shaped_next(&shaped, &start))
        for (size_t i = 0; i < matcher->shaped_count; i++)
            windows_add(&matcher->windows, matcher->shaped[i], start);
}

/* A value of the list of known secrets. */
static void take_known(struct matcher *matcher, size_t start, const struct known_value *known)
{
    struct found found = { .rule = matcher->known_rule, .start = start, .end = start + known->value.len };
    struct ruling ruling = { .verdict = VERDICT_PROVEN };
    if (!matcher_is_ours(matcher, &found))
        return;
    found.secret_start = found.start;
    found.secret_end = found.end;
    found.offset = matcher_leaf_offset(matcher, found.start);
    found.stop = matcher_leaf_end(matcher, found.end);
    if (known->label.len > 0)
        snprintf(ruling.why, sizeof ruling.why, "stands in the list of known secrets as '%.*s'",
                 (int)known->label.len, (const char *)known->label.ptr);
    else
        snprintf(ruling.why, sizeof ruling.why, "stands in the list of known secrets, line %llu",
                 (unsigned long long)known->line);
    matcher_rule_on(matcher, &found, &ruling);
}

static void scan_known(struct matcher *matcher)
{
    struct known_search search = { .last = SIZE_MAX };
    size_t start, index;
    while (known_find(matcher->known, matcher->view->text, &search, &start, &index))
        take_known(matcher, start, known_at(matcher->known, index));
}

static void scan_view(struct matcher *matcher, const struct text_view *view)
{
    const struct engine *engine = matcher->engine;
    matcher->view = view;
    matcher->is_main_view = view->map.count == 0 && view == matcher->block->views;
    scan_part(matcher, ENGINE_OPEN, 0, view->text.len);
    scan_part(matcher, ENGINE_PROSE, 0, view->text.len);
    if (engine->databases[ENGINE_FOREIGN] && !utf8_is_ascii(view->text))
        scan_part(matcher, ENGINE_FOREIGN, 0, view->text.len);
    if (engine->databases[ENGINE_GATED] || engine->run_count)
        scan_gated(matcher);
    scan_shaped(matcher);
    windows_order(&matcher->windows);
    matcher->windows_seen += matcher->windows.count;
    for (size_t i = 0; i < matcher->windows.touched_count; i++)
        matcher_confirm(matcher, matcher->windows.touched[i]);
    windows_clear(&matcher->windows);
    if (matcher->known)
        scan_known(matcher);
}

static void scan_decoded(void *ctx, const struct text_view *view, const struct blobs_layer *layer)
{
    struct matcher *matcher = ctx;
    matcher->layer = layer;
    scan_view(matcher, view);
    matcher->layer = NULL;
}

/* Views of the same bytes in another form hold no other blobs. */
static void decode_view(struct matcher *matcher, const struct text_view *view)
{
    bool is_first = view == matcher->block->views;
    if (view->view == VIEW_HTML || view->view == VIEW_MARKUP)
        blobs_view(&matcher->blobs, view, BLOBS_MARKUP);
    else if (is_first ||
             (view->view != VIEW_FLOWED && view->view != VIEW_CHARSET && view->view != VIEW_BYTES))
        blobs_view(&matcher->blobs, view, BLOBS_PLAIN);
}

void matcher_set_sentences(struct matcher *matcher, bool has_sentences)
{
    matcher->has_no_sentences = !has_sentences;
}

void matcher_block(struct matcher *matcher, const struct text_block *block)
{
    matcher->block = block;
    placer_block(&matcher->placer, block->text, block->offset);
    matcher_settle(matcher);
    blobs_block(&matcher->blobs, block);
    for (size_t i = 0; i < block->view_count; i++)
        scan_view(matcher, &block->views[i]);
    for (size_t i = 0; i < block->view_count; i++)
        if (block->views[i].view == VIEW_TEXT && joined_make(&matcher->joined, block->views[i].text)) {
            struct text_view view = joined_view(&matcher->joined);
            scan_view(matcher, &view);
            blobs_view(&matcher->blobs, &view, BLOBS_JOINED);
        }
    for (size_t i = 0; i < block->view_count; i++)
        decode_view(matcher, &block->views[i]);
    if (!block->is_last)
        placer_keep(&matcher->placer, matcher_overlap(matcher));
    matcher->before = matcher->now;
    seen_clear(&matcher->seen);
}
