/* matcher_parts.h - a matcher, and what its files have in common; inside match/ only. */
#ifndef MAILSPILL_MATCH_MATCHER_PARTS_H
#define MAILSPILL_MATCH_MATCHER_PARTS_H

#include "match/blobs.h"
#include "match/engine_parts.h"
#include "match/judge.h"
#include "match/matcher.h"
#include "match/place.h"
#include "match/seen.h"
#include "match/views.h"
#include "match/window.h"

/* What validators see of the surroundings, and a little more: a match nearer to a block's end belongs to the next block. */
#define MATCHER_MARGIN ((size_t)320)

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

/* matcher_confirm.c: */

/* Which matches of the block at hand are its own. */
void matcher_settle(struct matcher *matcher);

/* Does a match belong to this block, and say more than the text it was made from? */
bool matcher_is_ours(const struct matcher *matcher, const struct found *found);

/* Put PCRE2 to RULE's windows in the view. */
void matcher_confirm(struct matcher *matcher, uint32_t rule);

/* matcher_judge.c: */

/* Where the view's AT stands in the leaf's text, never outside the block; and where what ends there does. */
uint64_t matcher_leaf_offset(const struct matcher *matcher, size_t at);
uint64_t matcher_leaf_end(const struct matcher *matcher, size_t end);

/* Put the rule's validators to a match, and tell what comes of it. */
void matcher_judge(struct matcher *matcher, const struct found *found);

/* Tell a match that was judged: as one, or as rejected. */
void matcher_rule_on(struct matcher *matcher, const struct found *found, const struct ruling *ruling);

#endif
