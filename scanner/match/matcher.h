/* matcher.h - runs the engine over a leaf's views and judges what it finds. */
#ifndef MAILSPILL_MATCH_MATCHER_H
#define MAILSPILL_MATCH_MATCHER_H

#include "extract/extractor.h"
#include "match/engine.h"
#include "match/known.h"

/* The encoded block that a match was decoded out of. */
struct match_blob {
    uint64_t from, to; /* in the leaf's text; both 0: the match was not decoded by the matcher */
    uint64_t
        at; /* where in the block, once decoded: only in a compressed one, or one that is shown, all of which has one offset */
    bool is_packed; /* compressed */
    bool
        is_shown; /* no block: the text is stored elsewhere, and `at` counts from where it is shown; `from` and `to` are 0 */
    bool is_escaped; /* single characters were escaped; else the whole was encoded */
};

/* One judged match. Slices are borrowed for the call. */
struct match {
    const struct rule *rule;
    enum verdict verdict;
    const char *why;
    struct slice secret;                        /* as it stands in the view */
    struct slice context_before, context_after; /* of the view, whole characters, up to `context` bytes */
    enum view view;
    uint64_t offset; /* of the secret in the leaf's text */
    uint64_t end;    /* offset just after it in the leaf's text */
    uint64_t line;   /* from 1 */
    uint64_t column; /* from 1, Unicode code points */
    bool is_quoted;  /* the line begins with a quote prefix */
    struct match_blob blob;
    const struct opens *opens;
};

/* A match that a validator turned down, for --explain. */
struct match_rejected {
    const struct rule *rule;
    const char *why;
    uint64_t offset, line;
};

/* A rule whose `find` stood somewhere in a view, so that PCRE2 looked there, for `rules explain`. */
struct match_looked {
    const struct rule *rule;
    enum view view;
    size_t windows; /* places it looked at */
    size_t matches; /* found there, before validators */
};

#define MATCH_TURNED_DOWN ((size_t)160)

struct match_sink {
    void (*match)(void *ctx, const struct match *match);
    void (*rejected)(void *ctx, const struct match_rejected *rejected); /* or NULL */
    void *ctx;
    void (*looked)(void *ctx, const struct match_looked *looked); /* or NULL */
    /* A validator turned RULE's match down: TEXT is the view from there on, MATCH_TURNED_DOWN bytes at most. Or NULL. */
    void (*turned_down)(void *ctx, const struct rule *rule, struct slice text, enum view view);
};

struct matcher;

/* One a worker; not shared. CONTEXT: bytes of context on each side. */
struct matcher *matcher_new(const struct engine *engine, size_t context, struct error *err);
void matcher_free(struct matcher *matcher);

/* The limits on decoding of leaves begun from now on; LIMITS must outlive it. Until then the standard ones hold. */
void matcher_set_limits(struct matcher *matcher, const struct limits *limits);

/* Look for the values of LIST too, whose rule (known_add_rule) is in the engine's set. LIST must outlive the matcher. */
void matcher_set_known(struct matcher *matcher, const struct known_list *list);

/* Are rules to be tried that want a token of a password's shape in a sentence (match/shaped.h)? Yes, until told otherwise. */
void matcher_set_sentences(struct matcher *matcher, bool has_sentences);

/* Begin a leaf; then matcher_block for each of its blocks, in order. Matches come in no set order; the same match in two
 * views of one block, or in the overlap of two blocks, comes once, first view first. */
void matcher_begin(struct matcher *matcher, const struct match_sink *sink);
void matcher_block(struct matcher *matcher, const struct text_block *block);

/* How often a rule ran into its PCRE2 match limit since matcher_begin (then its matches are incomplete: gap `limit`);
 * *RULE names one of them. */
uint64_t matcher_limit_hits(const struct matcher *matcher, const struct rule **rule);

/* The limit on decoding that was hit since matcher_begin, or NULL. */
const char *matcher_decoding_limit(const struct matcher *matcher);

/* Did a compressed block reach over the end of a text block, so that its rest was not unpacked? */
bool matcher_has_cut_blob(const struct matcher *matcher);

/* How often PCRE2 was asked since matcher_begin: windows of all rules and views. */
uint64_t matcher_windows(const struct matcher *matcher);

/* What blocks must overlap by: the widest rule, and room for what validators see beside a match. */
size_t matcher_overlap(const struct matcher *matcher);

#endif
