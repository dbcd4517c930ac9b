/* locks.h - what is locked, held back until all was read; and the places where its passwords may stand.
 *
 * No secret comes here. What is held is masked: the gap that a locked item is if nothing opens it. Of messages that may tell a password only
 * fingerprints are kept (record/record.h: message_keys), and where they lie. When all was read, each locked unit is read again by a worker, with the
 * places nearest to it: its own message; its thread; messages between the same people within LOCKS_DAYS days.
 */
#ifndef MAILSPILL_WORK_LOCKS_H
#define MAILSPILL_WORK_LOCKS_H

#include "work/supervisor.h"
#include "work/task_unlock.h"

#define LOCKS_DAYS 14

struct locks;

struct locks *locks_new(const struct scan_request *request);
void locks_free(struct locks *locks);

/* The unit ORDINAL of TASK may tell a password. */
void locks_add_lead(struct locks *locks, struct task *task, uint64_t ordinal,
                    const struct message_keys *keys);

/* In the unit ORDINAL of TASK something is locked: hold its gap, and what it says of the message (or NULL), both masked. False: more than are held, tell
 * it now. */
bool locks_hold(struct locks *locks, struct task *task, uint64_t ordinal, const struct message_keys *keys,
                const struct gap_record *gap, const struct message_record *message);

/* All was read: the next task over what is locked, or NULL where none is left. Gaps of what can't be read again are told by locks_tell_rest. */
struct task *locks_next(struct locks *locks);

/* The unit ORDINAL of TASK is told: what of it is held goes into the case, if there is one. */
void locks_keep(struct locks *locks, const struct task *task, uint64_t ordinal, bool is_lead);

/* The unit ORDINAL of an unlocking TASK was read again: the number of its gaps that this run counted, and which are none any more. */
size_t locks_take_unit(struct locks *locks, const struct task *task, uint64_t ordinal);

/* What was found of it is told: GAPS (locks_put_gap) are what is locked still. */
void locks_settle_unit(struct locks *locks, const struct task *task, uint64_t ordinal, struct slice gaps,
                       const struct counts *counts);
void locks_put_gap(struct buffer *out, const struct gap_record *gap, const struct message_record *message);

/* An unlocking TASK died: its units come again, each alone. */
void locks_split(struct locks *locks, const struct task *task);

/* Tell the gaps that are still held: of TASK (those that do not come again), or with NULL all. WHY goes to each gap, or is NULL. */
void locks_tell_rest(struct locks *locks, const struct task *task, const char *why,
                     void (*tell)(void *ctx, const struct gap_record *gap,
                                  const struct message_record *message),
                     void *ctx);

/* Messages that may tell a password and could not be remembered, once something was locked; else 0. */
uint64_t locks_over_limit(const struct locks *locks);

#endif
