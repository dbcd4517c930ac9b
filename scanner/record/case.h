/* case.h - the case: what was found over all scans of a breach, in one folder that grows and never loses anything.
 *
 * DIR/ (0700) holds case.db (SQLite, WAL; record/case_schema.h), key (0600: makes secret_id), case.lock (held by the one writer).
 * On a disk where WAL is not safe (network, FAT: statfs) the journal is a rollback journal. Only the supervisor and the commands over a case open one;
 * a worker never does. A secret comes in as its keyed fingerprint and its preview, never as its value; each text is masked before.
 *
 * Writing: all functions that write give 0, or -1 and remember the first failure (case_failure); after it they do nothing. What was put between two
 * calls of case_end_unit is committed together with how far the input is told, or not at all.
 */
#ifndef MAILSPILL_RECORD_CASE_H
#define MAILSPILL_RECORD_CASE_H

#include <sqlite3.h>

#include "record/id.h"
#include "record/mask.h"
#include "record/record.h"

enum case_mode {
    CASE_READ,          /* reports; may run beside a writer */
    CASE_WRITE,         /* marks, access logs */
    CASE_WRITE_OR_MAKE, /* scan --case: the folder is made where it is missing, and must be empty else */
};

struct case_store;

/* NULL on error: not a case, a newer version, another writer is at work (its pid is named), a folder that others can read. */
struct case_store *case_open(const char *folder, enum case_mode mode, struct error *err);
void case_close(struct case_store *store); /* commits */

/* A case that is nowhere, with one run and one INPUT: for reports over a scan that keeps none. It spills to an unlinked file in SQLite's temporary
 * folder; closing it ends it. NULL on error. */
struct case_store *case_open_temporary(int64_t *input, struct error *err);

const struct id_key *case_key(const struct case_store *store);
const char *case_folder(const struct case_store *store);

/* Why something failed, or NULL. */
const struct error *case_failure(const struct case_store *store);

/* For readers and for what has no function of its own: a statement, prepared once for each SQL (a string constant) and given back reset; owned by
 * STORE. NULL after a failure. Bind and step as with SQLite; case_text gives a column's bytes until the next step. */
sqlite3_stmt *case_statement(struct case_store *store, const char *sql);
int case_run(struct case_store *store, sqlite3_stmt *statement);  /* no rows. 0 or -1 */
int case_next(struct case_store *store, sqlite3_stmt *statement); /* 1, 0 at the end, -1 */
struct slice case_text(sqlite3_stmt *statement, int column);
void case_get_id(sqlite3_stmt *statement, int column, struct record_id *id); /* what is missing is zero */
void case_bind_text(sqlite3_stmt *statement, int column, struct slice text); /* empty is NULL */
void case_bind_id(sqlite3_stmt *statement, int column, const struct record_id *id);

/* Runs: one for each command that writes. */
struct case_run {
    const char *command, *version, *rules, *sandbox; /* rules and sandbox may be NULL */
    struct slice arguments;                          /* JSON */
    int64_t started;
    struct slice folder; /* the working folder, or empty */
};

int case_begin_run(struct case_store *store, const struct case_run *run);
int case_end_run(struct case_store *store, const char *state, int exit_status, struct slice counts_json);

/* Inputs. */
struct case_input {
    struct slice path, key_path, custodian, folder;
    uint64_t size;
    int64_t mtime;               /* nanoseconds since 1970 */
    const unsigned char *sha256; /* 32 bytes, or NULL: not known yet, or a pipe */
    struct slice rules;          /* hash of the rules it is scanned with */
    struct slice settings;       /* hash of what else changes the outcome: limits, --since … */
};

enum case_input_state {
    CASE_INPUT_NEW,  /* never seen */
    CASE_INPUT_OPEN, /* begun by a run that was killed: case_progress tells how far */
    CASE_INPUT_DONE, /* these bytes were told whole, with these rules and settings: nothing to do */
};

/* Whether a file of this size was told whole before: then its hash decides whether it is the same. */
bool case_has_size(struct case_store *store, uint64_t size);

/* Find or make the row. *NUMBER: its own. */
int case_begin_input(struct case_store *store, const struct case_input *input, int64_t *number,
                     enum case_input_state *state);

/* The custodian whom an earlier run said that the same bytes under the same path are of, where that is another than INPUT's: they count for both. Into
 * CUSTODIAN. 1; 0: none; -1. */
int case_other_custodian(struct case_store *store, int64_t input, struct buffer *custodian);

/* Units of the piece at OFFSET that are told already; *IS_DONE: all of them. */
#define CASE_WHOLE UINT64_MAX
int case_progress(struct case_store *store, int64_t input, uint64_t offset, uint64_t *units, bool *is_done);

/* Add the messages of INPUT, and those that filters left out of it. */
void case_add_left_out(struct case_store *store, int64_t input, uint64_t *messages, uint64_t *excluded);

/* Forget how far the pieces are: the input is read again from its start. */
int case_restart_input(struct case_store *store, int64_t input);

/* What stands in different messages is put together when all was read, of what is held in memory: an input that told such a thing waits until then,
 * and is read again where the run that it told ended before. */
int case_wait_for_pairs(struct case_store *store, int64_t input);
bool case_has_waited(struct case_store *store, int64_t input); /* in an earlier run, in vain */
int case_pairs_are_put(struct case_store *store);              /* nothing of this run waits any more */

/* The records of one unit. Messages come first, and are then named by the number that they have in the unit. A message that nothing refers to is
 * put too (is_bare: id, date, folder and custodian alone are kept), so that a case knows all it has seen. */
struct case_finding {
    const struct rule *rule;
    const struct finding *finding; /* masked; its value is not looked at */
    struct record_id secret_id;
    struct slice redacted;
    uint64_t secret_length; /* bytes; kept rounded up to 8 */
    enum severity severity;
    struct slice custodian;
};

/* From now on MASK (or none: NULL) hides the secrets of the unit at hand, with memory from ARENA: what an earlier scan, with other rules, let stand in
 * the clear of the same messages and files is masked before the unit is put. */
void case_use_mask(struct case_store *store, const struct mask *mask, struct arena *arena);

int case_put_message(struct case_store *store, int64_t input, const struct message_record *message);
int case_put_seen(struct case_store *store, int64_t input, const struct seen_record *seen);
int case_put_finding(struct case_store *store, int64_t input, const struct case_finding *finding);
int case_put_gap(struct case_store *store, int64_t input,
                 const struct gap_record *gap); /* INPUT 0: of none */

/* All was read, and a finding that was put found its other half in another message: what it tells now; or it became a part of another, and is none
 * of its own any more. */
int case_pair_finding(struct case_store *store, const struct finding *finding,
                      const struct record_id *secret_id);
int case_drop_half(struct case_store *store, const struct finding *finding,
                   const struct record_id *secret_id);

/* Whether a secret stands in the case; and, as a value may be one of any family, each FAMILY of which it has secrets of LENGTH bytes, rounded up to
 * CASE_LENGTH_STEP. */
#define CASE_LENGTH_STEP 8
bool case_has_secret(struct case_store *store, const struct record_id *secret_id);
void case_each_family(struct case_store *store, void (*tell)(void *ctx, struct slice family, uint64_t length),
                      void *ctx);

/* From the column `parts`, a list of texts. 0, or -1: they are none. */
#define CASE_PART_TEXTS ((size_t)6)
int case_take_parts(const struct slice *texts, size_t count, struct finding *finding, struct arena *arena);

/* A piece of an input: the whole (offset CASE_WHOLE), or one range. */
struct case_piece {
    int64_t input;
    uint64_t offset, length;
};

/* The unit is whole: UNITS of the piece are told, COUNTS more in it. Committed with others within a second, or at case_commit. */
int case_end_unit(struct case_store *store, const struct case_piece *piece, uint64_t units,
                  const struct counts *counts);
int case_end_piece(struct case_store *store, const struct case_piece *piece); /* all of it is told */
/* All pieces are. SHA256: 32 bytes, or NULL where it was given at the beginning or can't be had. */
int case_end_input(struct case_store *store, int64_t input, const unsigned char *sha256);
int case_commit(struct case_store *store);

/* Lay `current_inputs`(input, first_run, is_whole): what was read, each input once. The same bytes, given under the same name, that were scanned with
 * several rules or settings are one: as they were told whole last. is_whole: no scan of them was stopped since. Once in the life of STORE. 0 or -1. */
int case_lay_current(struct case_store *store);

/* Whether gaps were closed by reading again: then there is a table `closed_gaps`(id, kind, custodian, message, input, run, closed_run). */
bool case_has_closed(struct case_store *store);

/* Another process writes to the case that STORE reads. */
bool case_is_at_work(const struct case_store *store);

/* Integrity: SQLite's own check, references, and that every count adds up. Calls TELL for each thing that is wrong. 0, or -1: it could not be done. */
int case_check(struct case_store *store, void (*tell)(void *ctx, const char *what), void *ctx);

#endif
