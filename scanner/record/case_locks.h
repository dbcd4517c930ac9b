/* case_locks.h - what a case knows of locked attachments: where they lie, where their passwords may stand, what opened them.
 *
 * No password comes here, only its secret_id where it is a secret of the mail. A locked item is a gap from the start; once a password opened it, that
 * gap is taken away and stands in `unlocked`. All of a unit's changes are committed together.
 */
#ifndef MAILSPILL_RECORD_CASE_LOCKS_H
#define MAILSPILL_RECORD_CASE_LOCKS_H

#include "record/case.h"

/* How INPUT is opened again: FILE as the file system has it. */
int case_put_lock_input(struct case_store *store, int64_t input, struct slice file, bool is_labelled);

/* A unit of a piece, and what ties its message to others (wire_put_keys). */
struct case_lock_unit {
    struct case_piece piece;
    uint64_t first_ordinal; /* of the piece */
    uint64_t ordinal;
    struct slice keys;
};

/* It may tell a password. Units of a piece come in order. */
int case_put_lead(struct case_store *store, const struct case_lock_unit *unit);

/* Something in it is locked. GAPS: the gaps that stand for that now, as the caller writes them; COUNTS: what was counted of it. TRIED: fingerprint of
 * what was tried, or NULL: nothing yet. The second call for a unit changes the row, and the piece's counts by what changed. */
int case_put_locked(struct case_store *store, const struct case_lock_unit *unit, struct slice gaps,
                    const struct counts *counts, const struct record_id *tried);

/* A gap is none any more, unless it is put again before case_put_locked: then it is the one of the run that first saw it. */
int case_drop_gap(struct case_store *store, const struct record_id *id, struct slice custodian);

/* OPENED, masked; SECRET: its secret_id, or NULL where it is none of the mail. */
int case_put_unlocked(struct case_store *store, int64_t input, const struct opened_record *opened,
                      const struct record_id *secret);

/* All leads, or all locked units, in order of input, piece and ordinal, each with its input. Return other than 0 ends it. 0, or -1. */
struct case_lock_row {
    struct case_lock_unit unit;
    struct slice path, key_path, custodian, folder, file; /* of the input */
    bool is_labelled;
    uint64_t size;
    int64_t mtime;
    struct slice gaps;      /* of a locked unit */
    struct record_id tried; /* zero: nothing yet */
};

struct case_lock_sink {
    int (*take)(void *ctx, const struct case_lock_row *row);
    void *ctx;
};

bool case_has_locked(struct case_store *store); /* is there anything that is still locked? */
int case_each_lead(struct case_store *store, const struct case_lock_sink *sink);
int case_each_locked(struct case_store *store, const struct case_lock_sink *sink);

#endif
