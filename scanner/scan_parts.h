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
    struct error told;    /* by which the child at work, or one in it, ended; ERROR_NONE where none did */
    bool is_keyfile_line; /* the block at work is what scan_keyfile made */
    unsigned rule_gaps;   /* bit GAP_kind: a rule told one of this leaf */
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

    uint64_t volume_bytes;            /* of parts that are held */
    const struct scan_wanted *wanted; /* the unit at work, of those that are read again */
    size_t next_wanted;
    bool is_quiet;                        /* nothing is told: all but what a lock held was told before */
    bool is_lead;                         /* the unit may tell a password, */
    bool is_sentence;                     /* and a rule found one that a person wrote down */
    uint64_t volumes[RECORD_VOLUMES_MAX]; /* of the unit: split archives that parts were left of */
    size_t volume_count;
    const struct item *joined; /* of parts, at work; NULL */
    uint64_t cuts;             /* gaps by which something put together is not whole, told so far */
    uint64_t unit_more;        /* bytes of the unit that are not its input's own */
    unsigned scopes;           /* findings are judged by message, in a unit of many */
    struct slice unlocking;    /* what was tried on the lock around: for its gaps */
    /* Of the task: messages that lie in no other one, those of them that a tally counts, and the tallies. */
    uint64_t outer_messages, tallied;
    struct scan_tally *tallies;
    size_t tally_bytes;
    struct harvest inside; /* passwords in what was opened, for the locks in it; until the unit's end */
};

/* scan_unit.c: ordinals, units, gaps and time. */

/* A sign of life, and the clock now and then: limits->item_cpu seconds for each 64 MiB of the unit. */
void scan_beat(struct scan *scan);

/* A sign of life alone, for work that has its own limit of time. */
void scan_sign_of_life(struct scan *scan);
double scan_cpu_now(void); /* seconds */

/* Was this ordinal told by a worker that died since? Or is it none of those that are read again? */
bool scan_is_done_before(struct scan *scan, uint64_t ordinal);

/* Of what is read again, all was. */
bool scan_has_enough(const struct scan *scan);
void scan_show_ordinal(struct scan *scan, uint64_t ordinal);

/* The archives that the unit has parts of, to KEYS. */
void scan_add_volumes(const struct scan *scan, struct message_keys *keys);

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

/* scan_origin.c: whose mail it is, by names. */

/* An input that is a mailbox or an archive names its custodian, unless a label did; one called "Inbox" names a folder. */
void scan_name_custodian(struct scan *scan, struct item *item);

/* Before FORMAT opens ITEM: if that is mail in an archive, its path there tells folder and custodian. */
void scan_place_member(struct scan *scan, struct item *item, const struct format *format);

/* scan_volumes.c: parts of split archives. */
struct scan_volumes;

/* Inside a unit: keep CHILD for later, if it is such a part. *VOLUMES is NULL before the first. */
bool scan_keep_volume(struct scan *scan, struct scan_volumes **volumes, struct item *child);

/* All children were met: give SCAN_ONE what the parts make, leave those for a second look that others may belong to, tell what is missing. Frees
 * VOLUMES. */
void scan_end_volumes(struct scan *scan, struct scan_volumes *volumes,
                      void (*scan_one)(struct scan *, struct item *));

/* The folder that ITEM, which lies in no message, lies in: on a disk or in an archive. */
uint64_t scan_folder_key(const struct item *item);

/* Is ITEM such a part? */
bool scan_is_volume(struct scan *scan, struct item *item);

/* scan_export.c: what an export promises, and what there is of it. */

/* Where a container's messages are counted from. */
struct scan_count {
    uint64_t messages, tallied;
};
struct scan_count scan_begin_count(const struct scan *scan);
void scan_end_count(struct scan *scan, const struct item *item, struct scan_count before);
void scan_tell_tallies(struct scan *scan);

/* While the leaf ITEM is read, its source may be watched; the reader, or NULL. */
struct export_reader *scan_watch_list(struct scan *scan, struct item *item, struct source **own);
void scan_end_list(struct scan *scan, struct item *item, struct export_reader *reader, struct source *own);

/* scan_leaf.c: one leaf through extractor and matcher. CTX: the scan. */
void scan_match_put(void *ctx, const struct match *match);
void scan_turned_down_put(void *ctx, const struct rule *rule, struct slice text, enum view view);
void scan_rejected_put(void *ctx, const struct match_rejected *rejected);
void scan_looked_put(void *ctx, const struct match_looked *looked);
void scan_block_put(void *ctx, const struct text_block *block);
void scan_leaf(struct scan *scan, struct item *item);
void scan_refuse(struct scan *scan, const struct item *item, const struct gap *gap);

/* scan_keyfile.c: could ITEM be a file that is a secret by itself? Then a finding says so, inside a unit. */
bool scan_is_keyfile(struct scan *scan, struct item *item);
void scan_keyfile(struct scan *scan, struct item *item);

/* scan_lock.c: what is locked, left for later or opened. */

/* The lock of ITEM, which its source then stands for in memory; nearly always NULL. */
struct lock *scan_lock_find(struct scan *scan, struct item *item);

/* Is ITEM a container that a format opens? */
bool scan_finds_format(const struct scan *scan, struct item *item);

/* Leave ITEM for a second look: it is a gap, if nothing opens it. */
void scan_lock_leave(struct scan *scan, struct item *item, struct lock *lock);

/* Try the passwords of the unit on ITEM. What opens it takes the place of its source; else gaps below it tell what was tried. Closes LOCK. */
void scan_lock_open(struct scan *scan, struct item *item, struct lock *lock);

/* What ties ITEM's message to others; where it lies in none, its folder. */
struct message_keys scan_keys_of(const struct item *item);

/* scan_gather.c: for the harvest of the unit at work: a match, one that was turned down, a block of text, the names of ITEM. */
void scan_harvest_match(struct scan *scan, const struct match *match);
void scan_harvest_turned_down(struct scan *scan, const struct rule *rule, struct slice text, enum view view);
void scan_harvest_block(struct scan *scan, const struct text_block *block);
void scan_harvest_names(struct scan *scan, const struct item *item);

/* ITEM may be the key file of a safe near it: at the first look one that was made to be, or is called so, makes its unit one to be read again; of
 * what is read again any short file goes to the harvest. */
void scan_meet_key(struct scan *scan, const struct item *item);

/* May a match of RULE be a password that somebody wrote down? */
static inline bool scan_is_password(const struct rule *rule)
{
    return rule->verdict <= VERDICT_CONTEXTUAL;
}

/* The names that ITEM's path is made of are shown, and may hold secrets: noted, and looked through at the unit's end by scan_hide. */
void scan_note_names(struct scan *scan, const struct item *item);
void scan_hide(struct scan *scan);

#endif
