/* scan_parts.h - the state of a scan, and what its three files have in common; inside scan alone. */
#ifndef MAILSPILL_SCAN_PARTS_H
#define MAILSPILL_SCAN_PARTS_H

#include "record/collect.h"
#include "scan.h"

struct scan {
    const struct scan_settings *settings;
    const struct record_output *output;
    struct scan_progress *progress;
    struct matcher *matcher;
    struct collector *collector;
    struct gap_sink gaps;
    struct text_sink sink;
    struct match_sink matches;
    struct walk_env env; /* splitter: only while the task may split */
    const struct splitter *splitter;
    struct arena *input_arena, *leaf_arena;
    struct arena_mark leaf_empty;

    const struct scan_task *task;
    struct counts counts; /* of the unit at work */
    uint64_t next_unit;
    bool is_in_unit;         /* inside an outermost message, or a leaf that lies in none */
    const struct item *leaf; /* at work */
    bool is_leaf_partial;
    bool has_rule_gap;         /* a rule told one of this leaf */
    const struct item *gapped; /* the child that its walk had a gap to tell about */
    bool
        is_rest_of_gap; /* the leaf at work is what is left of a container that could not be opened, or not to its end */
    const struct text_block *block;
    size_t reply_at;   /* where in the block an earlier message begins, */
    bool has_reply_at; /* once that was looked for */
    struct item *input;
    struct buffer names; /* of what the unit's records show, one a line */
    size_t last_names;   /* where the last path's begin */
    unsigned beats;      /* of the unit */
    double unit_cpu;     /* CPU seconds when its clock was read first */
    uint64_t unit_bytes; /* input bytes when it began */
    bool is_over_time;
};

/* scan_unit.c: ordinals, units, gaps and time. */

/* A sign of life, and the clock now and then: limits->item_cpu seconds for each 64 MiB of the unit. */
void scan_beat(struct scan *scan);

/* Was this ordinal told by a worker that died since? */
bool scan_is_done_before(const struct scan *scan, uint64_t ordinal);
void scan_show_ordinal(struct scan *scan, uint64_t ordinal);

/* The gap that stands for the item ORDINAL, if it killed a worker before; else NULL. */
const struct gap *scan_bad_item(struct scan *scan, uint64_t ordinal);
void scan_begin_unit(struct scan *scan);
void scan_tell_unit(struct scan *scan, uint64_t ordinal);
void scan_end_unit(struct scan *scan, const struct item *item);

/* Gaps reported by walkers and extractors come to scan_gap_put (CTX: the scan). */
void scan_gap_put(void *ctx, const struct item *item, const struct gap *gap);
void scan_gap(struct scan *scan, const struct item *item, enum gap_kind kind, enum gap_stands_for stands_for,
              const char *limit, const char *reason);
void scan_gap_of_error(struct scan *scan, const struct item *item, const struct error *err);

/* scan_leaf.c: one leaf through extractor and matcher. CTX: the scan. */
void scan_match_put(void *ctx, const struct match *match);
void scan_rejected_put(void *ctx, const struct match_rejected *rejected);
void scan_looked_put(void *ctx, const struct match_looked *looked);
void scan_block_put(void *ctx, const struct text_block *block);
void scan_leaf(struct scan *scan, struct item *item);
void scan_refuse(struct scan *scan, const struct item *item, const struct gap *gap);

/* The names that ITEM's path is made of are shown, and may hold secrets: noted, and looked through at the unit's end by scan_hide. */
void scan_note_names(struct scan *scan, const struct item *item);
void scan_hide(struct scan *scan);

#endif
