/* collect_parts.h - the state of a collector, and what the files collect*.c have in common; inside record/ alone. */
#ifndef MAILSPILL_RECORD_COLLECT_PARTS_H
#define MAILSPILL_RECORD_COLLECT_PARTS_H

#include "record/collect.h"

/* A finding while its scope lasts. */
struct held {
    struct finding finding;
    uint64_t end; /* just after the secret, in the leaf's text */
    struct match_blob blob;
    uint32_t leaf;            /* order of the leaf in the scope */
    struct slice message_key; /* of the message the id is made from */
    struct slice twin_group;  /* path of the multipart/alternative, or empty */
    const struct rule *known; /* of --known, where it found the very same secret; or NULL */
    bool is_dropped;
};

/* Where a match stands for its neighbours: in a decoded block, or a text that is only shown, all have the block's own offset, and are told apart by their
 * place in it. */
static inline bool held_is_apart(const struct match_blob *blob)
{
    return blob->to > 0 || blob->is_shown;
}

static inline uint64_t held_from(uint64_t offset, const struct match_blob *blob)
{
    return offset + (held_is_apart(blob) ? blob->at : 0);
}

static inline uint64_t held_to(uint64_t offset, uint64_t end, const struct match_blob *blob, size_t len)
{
    return held_is_apart(blob) ? held_from(offset, blob) + len : end;
}

/* A half that is no finding alone. */
struct held_half {
    struct half_record record;
    uint32_t outer; /* number of the outermost message: where one is forwarded, it is of both threads */
    uint32_t leaf;
    uint64_t from, to; /* held_from, held_to */
};

struct collector {
    const struct ruleset *rules;
    const struct limits *limits;
    const struct record_output *output;
    struct arena *arena; /* of the scope; wiped */
    struct arena_mark empty;
    struct held **held;
    size_t count, capacity;
    uint64_t over_limit; /* matches not held */
    int64_t day;         /* what expired before it has expired */
    struct held_half **halves;
    size_t half_count, half_capacity;
    uint64_t halves_over_limit;
    uint64_t unit; /* generation of message numbers */
    uint32_t next_message;
    struct buffer path; /* of the message that is told */
    const struct item *leaf;
    uint32_t leaf_number;
    struct slice leaf_path, leaf_message_key, leaf_group; /* made at the first match */
    bool is_leaf_described;
};

/* collect.c. */

/* The number of ITEM's message, which is told if it was not yet in this unit; RECORD_NO_MESSAGE outside. */
uint32_t collector_message_number(struct collector *collector, const struct item *item);

/* Make path and keys of the leaf at work, once. */
void collector_describe_leaf(struct collector *collector);

/* collect_judge.c: those of the scope that are shown stay, in order of place, with ids and severities. There is at least one. */
void collector_judge(struct collector *collector, const struct item *item);

/* collect_pairs.c. */

void collector_hold_half(struct collector *collector, const struct match *match);

/* The findings of the scope, in order of place, have their ids: put halves together. What became a part of another is marked as dropped. */
void collector_judge_pairs(struct collector *collector, const struct item *item);

/* Send the halves that a secret in another message may want. */
void collector_tell_halves(struct collector *collector);

#endif
