/* case_parts.h - the state of an open case, for the files case_*.c alone. */
#ifndef MAILSPILL_RECORD_CASE_PARTS_H
#define MAILSPILL_RECORD_CASE_PARTS_H

#include "base/arena.h"
#include "record/case_locks.h"

#define CASE_STATEMENTS_MAX 160

struct case_prepared {
    const char *sql;
    sqlite3_stmt *statement;
};

/* A piece of an input, as far as it was told since the last commit. */
#define CASE_PENDING_MAX 64
struct case_pending {
    struct case_piece piece;
    uint64_t units;
    bool is_done;
    struct counts counts;
};

struct case_seen;   /* case_seen.c */
struct case_leads;  /* case_leads.c */
struct case_people; /* case_people.c */

/* Whether the case has the table closed_gaps. */
enum case_closed { CASE_CLOSED_UNASKED, CASE_CLOSED_NONE, CASE_CLOSED_SOME };

struct case_store {
    char *folder;
    sqlite3 *db;
    int lock; /* descriptor of case.lock, or -1 */
    enum case_mode mode;
    struct id_key key;
    struct case_prepared prepared[CASE_STATEMENTS_MAX];
    size_t prepared_count;
    bool is_in_transaction;
    int64_t began;        /* seconds: the transaction at hand */
    unsigned uncommitted; /* units in it */
    int64_t run;
    struct case_pending pending[CASE_PENDING_MAX];
    size_t pending_count;
    struct case_seen *seen;     /* messages in which nothing was found, since the last commit; or NULL */
    struct case_leads *leads;   /* units that may tell a password, since then; or NULL */
    struct case_people *people; /* whose rows are known; or NULL */
    int64_t *messages;          /* rows of the unit's messages, by number */
    size_t message_count, message_capacity;
    unsigned char *is_rule_told; /* by index in the ruleset: its row was written */
    size_t rule_capacity;
    bool has_dropped; /* gaps of the unit at work were taken away: those that come again keep their run */
    int64_t waiting_input; /* that was last said to wait */
    bool is_reading_again; /* case_closed.c: bytes that an earlier run told, with other rules or options */
    enum case_closed closed;
    bool is_mask_begun,
        is_masking;          /* case_mask.c: whether an earlier scan knew other rules was asked; it did */
    const struct mask *mask; /* of the unit at hand; or NULL */
    struct arena *mask_arena;
    bool has_failed;
    struct error failure;
};

/* Note SQLite's failure, unless there was one before. -1. */
int case_fail(struct case_store *store, const char *doing);

/* Begin a transaction unless one is open. 0 or -1. */
int case_write(struct case_store *store);

/* Take back what was written since the last commit, if anything. */
void case_undo(struct case_store *store);

/* After a unit. 0 or -1. */
int case_commit_now_and_then(struct case_store *store);

/* Write what is held until the commit. 0 or -1. */
int case_flush(struct case_store *store);

/* case_upgrade.c: bring an older case up to this version; all of it, or nothing. 0 or -1. */
int case_upgrade(struct case_store *store);

/* case_seen.c: a message of INPUT in which nothing was found; what is held of them is written; and forgotten. 0 or -1. */
int case_seen_put_message(struct case_store *store, int64_t input, const struct message_record *message);
int case_seen_flush(struct case_store *store);
int case_seen_show(struct case_store *store);   /* lay the view seen_messages */
int case_seen_define(struct case_store *store); /* case_seen_list.c: the function seen_list of SQL */
void case_seen_free(struct case_seen *seen);

/* case_leads.c: what is held of them (case_put_lead) is written; and forgotten; the function leads_row of SQL. 0 or -1. */
int case_leads_flush(struct case_store *store);
void case_leads_free(struct case_leads *leads);
int case_leads_define(struct case_store *store);

/* case_locks.c: the first columns of what lies in a piece of an input; a row of it, with its input; all rows of SQL, until TELL returns other than 0.
 * 0 or -1. */
void case_bind_lock_piece(sqlite3_stmt *row, const struct case_lock_unit *unit);
struct case_lock_row case_get_lock_row(sqlite3_stmt *row);
int case_each_lock_row(struct case_store *store, const char *sql,
                       int (*tell)(sqlite3_stmt *row, const struct case_lock_sink *sink),
                       const struct case_lock_sink *sink);

/* case_people.c: sender and recipients of a message, by its row. 0 or -1. */
int case_put_people(struct case_store *store, int64_t message, const struct envelope *envelope);
void case_people_free(struct case_people *people);

/* For tables of what was met before. */
static inline size_t case_hash(struct slice text)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ text.ptr[i]) * UINT64_C(0x100000001B3);
    return (size_t)(hash >> 32);
}

/* TEXTS as a JSON array; nothing where there are none. */
void case_put_texts(struct buffer *out, const struct slice *texts, size_t count);

void case_bind_word(sqlite3_stmt *statement, int column, struct slice text); /* empty is '' */
void case_bind_number(sqlite3_stmt *statement, int column, int64_t number);

/* case_locks.c: a gap that was put is one that was dropped before: the run that first saw it stays. 0 or -1. */
int case_keep_first_run(struct case_store *store, const struct gap_record *gap);

/* case_closed.c: INPUT is new, its bytes may not be; a gap of it was put; it was told whole, and what an earlier reading of these bytes did not see was
 * seen now. 0 or -1. */
int case_reread_begin(struct case_store *store, int64_t input);
int case_reread_gap(struct case_store *store, int64_t input, const struct gap_record *gap);
int case_reread_end(struct case_store *store, int64_t input);

/* case_mask.c: whether what stands in the case must be masked while INPUT is put, asked once; then, before what is put, what the case holds of the
 * same message (its row), or where FINDING stands in a loose file. 0 or -1. */
int case_mask_begin(struct case_store *store, const struct case_input *input);
int case_mask_message(struct case_store *store, int64_t message);
int case_mask_loose(struct case_store *store, int64_t input, const struct finding *finding);

/* case_pair.c: the halves of FINDING as a JSON array; nothing for one that stands alone. */
void case_put_parts(struct buffer *out, const struct finding *finding);

#endif
