/* matcher_judge.c - judges one match: validators and suppressors, what stands around it, and where it stands. */
#include "base/utf8.h"
#include "match/matcher_parts.h"
#include "match/suppress.h"

#define WORD_MAX 40 /* bytes that a context gives up so as not to cut a word */
#define SURROUNDINGS ((size_t)256)

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
    if (matcher->layer)
        blobs_keep_region(matcher->layer, found->secret_start, &from, &to);
    else if (matcher->view->view == VIEW_JOINED)
        joined_keep_region(&matcher->joined, found->secret_start, &from, &to);
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

/* Where a match stands, and what is told of it. */

uint64_t matcher_leaf_offset(const struct matcher *matcher, size_t at)
{
    size_t in_block =
        matcher->layer ? blobs_text_at(matcher->layer, at) : text_map_find(&matcher->view->map, at);
    size_t last = matcher->block->text.len;
    return matcher->block->offset + (in_block < last ? in_block : last);
}

uint64_t matcher_leaf_end(const struct matcher *matcher, size_t end)
{
    uint64_t last = matcher->block->offset + matcher->block->text.len;
    uint64_t offset = end > 0 ? matcher_leaf_offset(matcher, end - 1) + 1 : matcher_leaf_offset(matcher, 0);
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
        scene.match_from = (size_t)(matcher_leaf_offset(matcher, found->start) - start);
        scene.match_to = (size_t)(matcher_leaf_end(matcher, found->end) - start);
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

void matcher_rule_on(struct matcher *matcher, const struct found *found, const struct ruling *ruling)
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

void matcher_judge(struct matcher *matcher, const struct found *found)
{
    struct candidate candidate = candidate_of(matcher, found);
    struct ruling ruling;
    judge(&matcher->engine->set->rules[found->rule], &candidate, &ruling);
    if (ruling.is_rejected || ruling.value_count == 0)
        matcher_rule_on(matcher, found, &ruling);
    for (size_t i = 0; !ruling.is_rejected && i < ruling.value_count; i++) {
        struct found value = *found;
        value.secret_start = (size_t)(ruling.values[i].ptr - matcher->view->text.ptr);
        value.secret_end = value.secret_start + ruling.values[i].len;
        value.offset = matcher_leaf_offset(matcher, value.secret_start);
        value.stop = matcher_leaf_end(matcher, value.secret_end);
        matcher_rule_on(matcher, &value, &ruling);
    }
}
