/* locks_parts.h - what locks.c and locks_near.c have in common. */
#ifndef MAILSPILL_WORK_LOCKS_PARTS_H
#define MAILSPILL_WORK_LOCKS_PARTS_H

#include "work/locks.h"
#include "work/task_unlock.h"

/* An input, or a range of one, as a task read it. */
struct lock_piece {
    struct task_order order; /* strings in locks->arena */
    char *file;              /* there too */
    dev_t device;            /* 0: unknown, it is from the case */
    ino_t inode;
    uint64_t size;
    int64_t mtime;
    int64_t case_input;
    bool is_input_kept; /* in the case: how it is opened again */
};

/* What of message_keys is remembered of each unit that may tell a password: many are, so the lists are as long as they must be. */
struct lock_keys {
    uint64_t id, thread;
    int64_t date;
    const uint64_t *people, *volumes; /* in locks->arena, or a message_keys' own */
    uint8_t people_count, volume_count;
    bool is_thread_guessed, is_sentence;
};

/* A unit that may tell a password. */
struct lock_lead {
    uint32_t piece;
    uint64_t ordinal;
    struct lock_keys keys;
};

enum lock_state {
    LOCK_WAITS,
    LOCK_WAITS_ALONE, /* a worker died at it and others */
    LOCK_AT_WORK,
    LOCK_TOLD,
};

/* A unit with something locked in it. */
struct lock_unit {
    uint32_t piece;
    uint64_t ordinal;
    struct message_keys keys;
    enum lock_state state;
    struct buffer *gaps; /* gap and message of each, as bytes, with their lengths */
    size_t gap_count;
    const char *why;                /* it could not be read again, or NULL */
    bool has_more_parts;            /* of its split archives than are read again with it */
    bool is_of_run;                 /* it was told by this run that it is locked */
    struct record_id tried, to_try; /* fingerprints of what was tried before (zero: nothing), and is now */
};

struct locks {
    const struct scan_request *request;
    struct arena *arena;
    struct lock_piece *pieces;
    size_t piece_count, piece_capacity;
    struct lock_lead *leads;
    size_t lead_count, lead_capacity;
    struct lock_unit *units;
    size_t unit_count, unit_capacity, gap_count;
    uint64_t over_limit;
    struct lock_index *index; /* of the leads; made when all was read */
    size_t next;              /* unit that the next task begins with */
    bool is_loaded;           /* leads and units are those of the case */
    struct record_id list;    /* fingerprint of --password-file */
};

/* Was nothing tried before? */
static inline bool locks_is_zero(const struct record_id *id)
{
    static const struct record_id zero;
    return memcmp(id, &zero, sizeof zero) == 0;
}

static inline bool locks_is_waiting(const struct lock_unit *unit)
{
    return unit->state == LOCK_WAITS || unit->state == LOCK_WAITS_ALONE;
}

/* Make room, and an empty unit or lead in it. */
struct lock_piece *locks_add_piece(struct locks *locks);
struct lock_unit *locks_add_unit(struct locks *locks, const struct lock_unit *unit, struct slice gaps);
struct lock_lead *locks_add(struct locks *locks, uint32_t piece, uint64_t ordinal,
                            const struct message_keys *keys);
void locks_drop_gaps(struct lock_unit *unit);
struct lock_unit *locks_find(const struct locks *locks, uint32_t piece, uint64_t ordinal);
void locks_sort(struct locks *locks);

/* The same in the other form: lists are not copied; and back. */
struct lock_keys locks_keys_of(const struct message_keys *keys);
struct message_keys locks_message_keys(const struct lock_keys *keys);

/* locks_case.c: with a case, what is held stands there too, with what earlier runs held. */

/* UNIT, or LEAD, into the case. */
void locks_case_keep(struct locks *locks, const struct task *task, const struct lock_unit *unit,
                     const struct lock_lead *lead);

/* All was read: all that the case has takes the place of what this run holds. */
void locks_case_load(struct locks *locks);

/* The gaps that stood for UNIT are none; then, what stands for it now. */
void locks_case_drop(struct locks *locks, const struct lock_unit *unit);
void locks_case_settle(struct locks *locks, const struct lock_unit *unit, struct slice gaps,
                       const struct counts *counts);

/* Each gap of UNIT. Strings are its own, lists in ARENA. */
void locks_each_gap(const struct lock_unit *unit, struct arena *arena,
                    void (*tell)(void *ctx, const struct gap_record *gap,
                                 const struct message_record *message),
                    void *ctx);

/* What is read again for UNIT, nearest first, each message once: parts of its split archives (at most UNLOCK_PARTS_MAX; *HAS_MORE: there are others), then
 * where its passwords may stand (at most UNLOCK_LEADS_MAX). How many. */
size_t locks_near(struct locks *locks, const struct lock_unit *unit,
                  const struct lock_lead *near[UNLOCK_REFS_MAX], bool *has_more);
void locks_near_free(struct lock_index *index);

/* Order of pieces that no order of work changes. */
int locks_compare_pieces(const struct lock_piece *a, const struct lock_piece *b);

#endif
