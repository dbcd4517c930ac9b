/* matcher.c - runs the engine over a leaf's views and judges what it finds.
 *
 * Hyperscan says where a rule may have matched; PCRE2 looks there, in the whole view, so that look-around sees what really stands
 * beside. Blocks of one leaf overlap: each match belongs to exactly one of them, the one that holds all that matters to it.
 */
#include "match/matcher.h"

#include <assert.h>

#include "base/utf8.h"
#include "match/blobs.h"
#include "match/engine_parts.h"
#include "match/gate.h"
#include "match/judge.h"
#include "match/place.h"
#include "match/seen.h"
#include "match/shaped.h"
#include "match/suppress.h"
#include "match/views.h"
#include "match/window.h"

/* What validators see of the surroundings, and a little more: a match nearer to a block's end belongs to the next block. */
#define WORD_MAX 40 /* bytes that a context gives up so as not to cut a word */
#define SURROUNDINGS ((size_t)256)
#define MARGIN ((size_t)320)

/* After so many limit hits of a rule in one view, the rest of the view is given up for it. */
#define LIMIT_HITS_MAX 64

/* After a limit hit the search goes on in steps of so many starting points, so that one bad place hides little else. */
#define CAREFUL_STEP ((size_t)256)

/* Matches that begin before `start` and end by `end` are settled. Offsets in the leaf's text. */
struct settled {
    uint64_t start, end;
};

#define SHAPED_RULES_MAX 8

struct matcher {
    const struct engine *engine;
    size_t context;
    hs_scratch_t *scratch;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    pcre2_jit_stack *stack;
    struct windows windows;
    uint32_t shaped[SHAPED_RULES_MAX]; /* the rules of match/shaped.h */
    size_t shaped_count;
    bool has_no_sentences; /* then they are not tried */
    size_t scanned_from;   /* where in the view the part begins that Hyperscan has before it */
    struct placer placer;
    struct seen seen;
    struct joined joined;
    struct blobs blobs;
    const struct limits *decoding;  /* or NULL */
    const struct known_list *known; /* or NULL */
    uint32_t known_rule;
    const struct match_sink *sink;
    uint64_t *resume; /* by rule: end of its last settled match in the leaf's text */
    bool has_resume;  /* some of them is not 0 */
    struct settled before, now;
    uint64_t limit_hits;
    const struct rule *limit_rule;
    uint64_t windows_seen;
    size_t matches_seen;    /* of PCRE2, before validators */
    size_t suppress_budget; /* bytes of the leaf that suppressors may still look at */

    const struct text_block *block;
    const struct text_view *view;
    const struct blobs_layer *layer; /* of a view that blobs were decoded into, else NULL */
    bool is_main_view;               /* the block's text itself */
};

/* One match of a rule, in the view at hand. */
struct found {
    uint32_t rule;
    size_t start, end;               /* in the view */
    size_t secret_start, secret_end; /* in the view */
    uint64_t offset, stop;           /* of the secret in the leaf's text */
};

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
    return matcher->engine->set->widest + 2 * MARGIN;
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

/* Judging one match. */

static struct slice view_part(const struct matcher *matcher, size_t from, size_t to)
{
    return slice_sub(matcher->view->text, from, to - from);
}

static void fill_captures(const struct matcher *matcher, const struct found *found,
                          struct candidate *candidate)
{
    const struct program *program = engine_program(matcher->engine, found->rule);
    const PCRE2_SIZE *spans = pcre2_get_ovector_pointer(matcher->data);
    for (size_t i = 0; i < program->capture_count; i++) {
        size_t from = spans[2 * program->captures[i].group], to = spans[2 * program->captures[i].group + 1];
        if (from == PCRE2_UNSET || from > to)
            continue;
        struct capture *capture = &candidate->captures[candidate->capture_count++];
        *capture = (struct capture){ program->captures[i].name, view_part(matcher, from, to) };
    }
}

static struct candidate candidate_of(const struct matcher *matcher, const struct found *found)
{
    struct candidate candidate = { 0 };
    size_t from = found->start > SURROUNDINGS ? found->start - SURROUNDINGS : 0;
    candidate.secret = view_part(matcher, found->secret_start, found->secret_end);
    candidate.match = view_part(matcher, found->start, found->end);
    candidate.before = view_part(matcher, from, found->start);
    candidate.after = slice_sub(matcher->view->text, found->end, SURROUNDINGS);
    fill_captures(matcher, found, &candidate);
    return candidate;
}

/* The first character that starts at or after AT, so that no half of one is shown. */
static size_t next_character(struct slice text, size_t at)
{
    for (size_t i = 0; i < 4 && at < text.len && (text.ptr[at] & 0xC0) == 0x80; i++)
        at++;
    return at;
}

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* A cut inside a word moves to the nearest white space towards the secret, if there is any near: half a word tells nobody anything, unless it is
 * half of another secret. */
static size_t word_start(struct slice text, size_t from, size_t end)
{
    if (from == 0 || is_space(text.ptr[from - 1]))
        return from;
    for (size_t at = from; at < end && at - from < WORD_MAX; at++)
        if (is_space(text.ptr[at]))
            return at + 1;
    return from;
}

static size_t word_end(struct slice text, size_t to, size_t start)
{
    if (to >= text.len || is_space(text.ptr[to]))
        return to;
    for (size_t at = to; at > start && to - at < WORD_MAX; at--)
        if (is_space(text.ptr[at - 1]))
            return at - 1;
    return to;
}

static void fill_context(const struct matcher *matcher, const struct found *found, struct match *match)
{
    struct slice text = matcher->view->text;
    size_t from = found->secret_start > matcher->context ? found->secret_start - matcher->context : 0;
    size_t room = text.len - found->secret_end;
    size_t to = found->secret_end + (matcher->context < room ? matcher->context : room);
    from = word_start(text, next_character(text, from), found->secret_start);
    to = word_end(text, utf8_cut(text, to), found->secret_end);
    match->context_before =
        view_part(matcher, from < found->secret_start ? from : found->secret_start, found->secret_start);
    match->context_after =
        view_part(matcher, found->secret_end, to > found->secret_end ? to : found->secret_end);
}

static struct match_blob blob_of(const struct matcher *matcher, const struct found *found)
{
    size_t from;
    if (matcher->layer)
        return blobs_place(&matcher->blobs, matcher->layer, found->secret_start);
    if (text_map_is_shown(&matcher->view->map, found->secret_start, &from))
        return (struct match_blob){ .at = found->secret_start - from, .is_shown = true };
    return (struct match_blob){ 0 };
}

/* The cell where it stands in a sheet, else line and column. */
static struct place place_of(struct matcher *matcher, const struct found *found)
{
    const struct text_block *block = matcher->block;
    struct place place = placer_find(&matcher->placer, (size_t)(found->offset - block->offset));
    const struct text_cell *cell = text_cells_find(&block->cells, found->offset);
    if (cell) {
        place.line = cell->row - 1;
        place.column = cell->column - 1;
    }
    return place;
}

static void give_match(struct matcher *matcher, const struct found *found, const struct ruling *ruling)
{
    struct place place = place_of(matcher, found);
    struct match match = { .rule = &matcher->engine->set->rules[found->rule],
                           .verdict = ruling->verdict,
                           .why = ruling->why,
                           .secret = view_part(matcher, found->secret_start, found->secret_end),
                           .view = matcher->view->view,
                           .offset = found->offset,
                           .end = found->stop,
                           .line = place.line + 1,
                           .column = place.column + 1,
                           .is_quoted = place.is_quoted,
                           .opens = &ruling->opens };
    match.blob = blob_of(matcher, found);
    fill_context(matcher, found, &match);
    matcher->sink->match(matcher->sink->ctx, &match);
}

static void give_rejected(struct matcher *matcher, const struct found *found, const char *why)
{
    if (matcher->sink->turned_down)
        matcher->sink->turned_down(matcher->sink->ctx, &matcher->engine->set->rules[found->rule],
                                   slice_sub(matcher->view->text, found->secret_start, MATCH_TURNED_DOWN),
                                   matcher->view->view);
    if (!matcher->sink->rejected)
        return;
    struct place place = place_of(matcher, found);
    struct match_rejected rejected = { .rule = &matcher->engine->set->rules[found->rule],
                                       .why = why,
                                       .offset = found->offset,
                                       .line = place.line + 1 };
    matcher->sink->rejected(matcher->sink->ctx, &rejected);
}

/* Which block a match belongs to. */

/* Where the view's AT stands in the leaf's text, never outside the block. */
static uint64_t leaf_offset(const struct matcher *matcher, size_t at)
{
    size_t in_block =
        matcher->layer ? blobs_text_at(matcher->layer, at) : text_map_find(&matcher->view->map, at);
    size_t last = matcher->block->text.len;
    return matcher->block->offset + (in_block < last ? in_block : last);
}

static uint64_t leaf_end(const struct matcher *matcher, size_t end)
{
    uint64_t last = matcher->block->offset + matcher->block->text.len;
    uint64_t offset = end > 0 ? leaf_offset(matcher, end - 1) + 1 : leaf_offset(matcher, 0);
    return offset < last ? offset : last;
}

/* What stands around a match is asked in its view; in the joined one the lines that explain it are gone, so in the text. */
static const struct suppressor *find_suppressor(struct matcher *matcher, const struct found *found,
                                                const struct ruling *ruling)
{
    struct suppress_scene scene = { .text = matcher->view->text,
                                    .from = found->secret_start,
                                    .to = found->secret_end,
                                    .match_from = found->start,
                                    .match_to = found->end,
                                    .rule = &matcher->engine->set->rules[found->rule],
                                    .verdict = ruling->verdict,
                                    .budget = &matcher->suppress_budget };
    if (matcher->view->view == VIEW_JOINED) {
        uint64_t start = matcher->block->offset;
        scene.text = matcher->block->text;
        scene.from = (size_t)(found->offset - start);
        scene.to = (size_t)(found->stop - start);
        scene.match_from = (size_t)(leaf_offset(matcher, found->start) - start);
        scene.match_to = (size_t)(leaf_end(matcher, found->end) - start);
    }
    return suppressor_find(&scene);
}

/* What is encoded as a whole stands in the same place as its encoded form, and is another value; of what is only shown, all stands in one. */
static uint64_t seen_end(const struct matcher *matcher, const struct found *found)
{
    struct match_blob blob = blob_of(matcher, found);
    if (blob.is_packed)
        return UINT64_MAX - blob.at;
    if (blob.is_shown)
        return UINT64_MAX / 2 - blob.at;
    if (!matcher->layer)
        return found->stop;
    return blob.is_escaped ? found->stop : found->stop | UINT64_C(1) << 62;
}

static void rule_on(struct matcher *matcher, const struct found *found, const struct ruling *ruling)
{
    char why[sizeof ruling->why];
    /* A user or the id of a client opens nothing, and is wanted all the same; so is what is known for a secret. */
    const struct rule *rule = &matcher->engine->set->rules[found->rule];
    bool is_wanted = rule->pair.is_untold || known_is_rule(rule);
    const struct suppressor *noise =
        ruling->is_rejected || is_wanted ? NULL : find_suppressor(matcher, found, ruling);
    enum seen_as as = ruling->is_rejected || noise ? SEEN_REJECTED : SEEN_MATCH;
    if (seen_add(&matcher->seen, found->rule, found->offset, seen_end(matcher, found), as))
        return;
    if (noise)
        suppressor_put_why(noise, why, sizeof why);
    if (as == SEEN_REJECTED)
        give_rejected(matcher, found, noise ? why : ruling->why);
    else
        give_match(matcher, found, ruling);
}

static void judge_found(struct matcher *matcher, const struct found *found)
{
    struct candidate candidate = candidate_of(matcher, found);
    struct ruling ruling;
    judge(&matcher->engine->set->rules[found->rule], &candidate, &ruling);
    if (ruling.is_rejected || ruling.value_count == 0)
        rule_on(matcher, found, &ruling);
    for (size_t i = 0; !ruling.is_rejected && i < ruling.value_count; i++) {
        struct found value = *found;
        value.secret_start = (size_t)(ruling.values[i].ptr - matcher->view->text.ptr);
        value.secret_end = value.secret_start + ruling.values[i].len;
        value.offset = leaf_offset(matcher, value.secret_start);
        value.stop = leaf_end(matcher, value.secret_end);
        rule_on(matcher, &value, &ruling);
    }
}

static bool is_settled(const struct settled *settled, uint64_t start, uint64_t end)
{
    return start < settled->start && end <= settled->end;
}

/* Found by the block before, or to be found by the next. */
static bool is_of_other_block(const struct matcher *matcher, const struct found *found)
{
    uint64_t start = leaf_offset(matcher, found->start), end = leaf_end(matcher, found->end);
    return is_settled(&matcher->before, start, end) ||
           (!matcher->block->is_last && !is_settled(&matcher->now, start, end));
}

static uint64_t minus(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* The next block begins with the last matcher_overlap bytes of this one, so a match that starts MARGIN after that has all it needs
 * there; one that starts earlier ends at least MARGIN before this block does. */
static void settle(struct matcher *matcher)
{
    uint64_t end = matcher->block->offset + matcher->block->text.len;
    matcher->now.start = minus(end + MARGIN, matcher_overlap(matcher));
    matcher->now.end = minus(end, MARGIN);
    if (matcher->now.start < matcher->before.start)
        matcher->now.start = matcher->before.start;
}

/* Confirming. */

/* Does a match belong to this block, and say more than the text it was made from? */
static bool is_ours(const struct matcher *matcher, const struct found *found)
{
    if (is_of_other_block(matcher, found))
        return false;
    if (matcher->view->view == VIEW_JOINED && !joined_is_crossing(&matcher->joined, found->start, found->end))
        return false;
    return !matcher->layer || blobs_touch(matcher->layer, found->start, found->end);
}

static void take_found(struct matcher *matcher, uint32_t rule, const PCRE2_SIZE *spans)
{
    uint32_t secret = engine_program(matcher->engine, rule)->secret;
    struct found found = { .rule = rule, .start = spans[0], .end = spans[1] };
    if (spans[2 * secret] == PCRE2_UNSET || spans[2 * secret] >= spans[2 * secret + 1])
        secret = 0;
    matcher->matches_seen++;
    found.secret_start = spans[2 * secret];
    found.secret_end = spans[2 * secret + 1];
    if (!is_ours(matcher, &found))
        return;
    found.offset = leaf_offset(matcher, found.secret_start);
    found.stop = leaf_end(matcher, found.secret_end);
    if (matcher->is_main_view && !matcher->block->is_last) {
        matcher->resume[rule] = matcher->block->offset + found.end;
        matcher->has_resume = true;
    }
    judge_found(matcher, &found);
}

/* Where PCRE2 stands with one rule in one view. */
struct search {
    uint32_t rule;
    size_t at; /* the next starting point; never goes back */
    unsigned limit_hits;
};

/* The next match that starts in [search->at, LAST]. 1, 0 for none, -1 where a limit stopped PCRE2. */
static int search_next(struct matcher *matcher, struct search *search, size_t last)
{
    struct slice text = matcher->view->text;
    const PCRE2_SIZE *spans = pcre2_get_ovector_pointer(matcher->data);
    pcre2_set_offset_limit(matcher->limits, last);
    int result = pcre2_match(engine_program(matcher->engine, search->rule)->code, text.ptr, text.len,
                             search->at, 0, matcher->data, matcher->limits);
    if (result == PCRE2_ERROR_NOMATCH)
        return 0;
    /* A match that ends before it starts comes of \K in a look-ahead, which a rule can't have. */
    if (result < 0 || spans[1] < spans[0] || spans[0] < search->at)
        return -1;
    take_found(matcher, search->rule, spans);
    search->at = spans[1] > spans[0] ? spans[1] : spans[1] + 1;
    return 1;
}

static void note_limit(struct matcher *matcher, struct search *search)
{
    search->limit_hits++;
    matcher->limit_hits++;
    matcher->limit_rule = &matcher->engine->set->rules[search->rule];
}

/* All matches that start up to LAST. */
static void search_window(struct matcher *matcher, struct search *search, size_t last)
{
    while (search->at <= last && search->at <= matcher->view->text.len &&
           search->limit_hits < LIMIT_HITS_MAX) {
        size_t step =
            search->limit_hits == 0 || last - search->at < CAREFUL_STEP ? last : search->at + CAREFUL_STEP;
        int got = search_next(matcher, search, step);
        if (got == 1)
            continue;
        if (got < 0)
            note_limit(matcher, search);
        /* The first limit hit only makes it careful: the window is gone through again. */
        if (got == 0 || search->limit_hits > 1)
            search->at = step + 1;
    }
}

static size_t first_start(const struct matcher *matcher, uint32_t rule)
{
    if (!matcher->is_main_view || matcher->block->offset == 0)
        return 0;
    uint64_t start = matcher->before.start;
    if (matcher->resume[rule] > start)
        start = matcher->resume[rule];
    return (size_t)minus(start, matcher->block->offset);
}

static void give_looked(struct matcher *matcher, uint32_t rule, size_t matches)
{
    struct match_looked looked = { .rule = &matcher->engine->set->rules[rule],
                                   .view = matcher->view->view,
                                   .matches = matches };
    for (uint32_t w = matcher->windows.first[rule]; w != WINDOW_NONE; w = matcher->windows.at[w].next)
        looked.windows++;
    matcher->sink->looked(matcher->sink->ctx, &looked);
}

static void confirm_rule(struct matcher *matcher, uint32_t rule)
{
    size_t before = matcher->matches_seen;
    struct search search = { .rule = rule, .at = first_start(matcher, rule) };
    for (uint32_t w = matcher->windows.first[rule]; w != WINDOW_NONE; w = matcher->windows.at[w].next) {
        const struct window *window = &matcher->windows.at[w];
        if (window->from > search.at)
            search.at = window->from;
        search_window(matcher, &search, window->to);
    }
    if (matcher->sink->looked)
        give_looked(matcher, rule, matcher->matches_seen - before);
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
    if (!is_ours(matcher, &found))
        return;
    found.secret_start = found.start;
    found.secret_end = found.end;
    found.offset = leaf_offset(matcher, found.start);
    found.stop = leaf_end(matcher, found.end);
    if (known->label.len > 0)
        snprintf(ruling.why, sizeof ruling.why, "stands in the list of known secrets as '%.*s'",
                 (int)known->label.len, (const char *)known->label.ptr);
    else
        snprintf(ruling.why, sizeof ruling.why, "stands in the list of known secrets, line %llu",
                 (unsigned long long)known->line);
    rule_on(matcher, &found, &ruling);
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
        confirm_rule(matcher, matcher->windows.touched[i]);
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
    settle(matcher);
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
