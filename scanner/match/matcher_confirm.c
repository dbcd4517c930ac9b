/* matcher_confirm.c - PCRE2 looks where Hyperscan said that a rule may have matched; each match belongs to one block. */
#include "match/matcher_parts.h"

/* After so many limit hits of a rule in one view, the rest of the view is given up for it. */
#define LIMIT_HITS_MAX 64

/* After a limit hit the search goes on in steps of so many starting points, so that one bad place hides little else. */
#define CAREFUL_STEP ((size_t)256)

static bool is_settled(const struct settled *settled, uint64_t start, uint64_t end)
{
    return start < settled->start && end <= settled->end;
}

/* Found by the block before, or to be found by the next. */
static bool is_of_other_block(const struct matcher *matcher, const struct found *found)
{
    uint64_t start = matcher_leaf_offset(matcher, found->start), end = matcher_leaf_end(matcher, found->end);
    return is_settled(&matcher->before, start, end) ||
           (!matcher->block->is_last && !is_settled(&matcher->now, start, end));
}

static uint64_t minus(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* The next block begins with the last matcher_overlap bytes of this one, so a match that starts MATCHER_MARGIN after that has all it needs
 * there; one that starts earlier ends at least MATCHER_MARGIN before this block does. */
void matcher_settle(struct matcher *matcher)
{
    uint64_t end = matcher->block->offset + matcher->block->text.len;
    matcher->now.start = minus(end + MATCHER_MARGIN, matcher_overlap(matcher));
    matcher->now.end = minus(end, MATCHER_MARGIN);
    if (matcher->now.start < matcher->before.start)
        matcher->now.start = matcher->before.start;
}

bool matcher_is_ours(const struct matcher *matcher, const struct found *found)
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
    if (!matcher_is_ours(matcher, &found))
        return;
    found.offset = matcher_leaf_offset(matcher, found.secret_start);
    found.stop = matcher_leaf_end(matcher, found.secret_end);
    if (matcher->is_main_view && !matcher->block->is_last) {
        matcher->resume[rule] = matcher->block->offset + found.end;
        matcher->has_resume = true;
    }
    matcher_judge(matcher, &found);
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

void matcher_confirm(struct matcher *matcher, uint32_t rule)
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
