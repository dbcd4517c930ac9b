/* ledger_parts.h - the state of a ledger, for the files ledger*.c alone. */
#ifndef MAILSPILL_WORK_LEDGER_PARTS_H
#define MAILSPILL_WORK_LEDGER_PARTS_H

#include "work/idset.h"
#include "work/ledger.h"
#include "work/threads.h"

struct ledger {
    const struct scan_request *request;
    struct report *const *reports;
    size_t report_count;
    struct mask *mask;
    struct arena *arena; /* of the unit at work; wiped */
    struct arena_mark empty;
    struct idset *secrets, *gaps;
    struct threads *threads;
    struct locks *locks;
    struct promises *promises;
    struct report_summary sum;
    struct report_known known;
    struct report_absent *absent;
    uint64_t gaps_counting;
    int64_t case_input; /* of the unit at work */
};

/* Judge, count and report a finding. The case has it already. */
void ledger_tell_shown(struct ledger *ledger, struct report_finding *shown);

/* Count and report a gap; put it into the case; both. MESSAGE may be NULL. */
void ledger_report_gap(struct ledger *ledger, const struct gap_record *gap,
                       const struct message_record *message);
void ledger_keep_gap(struct ledger *ledger, const struct gap_record *gap);
void ledger_tell_gap(struct ledger *ledger, const struct gap_record *gap,
                     const struct message_record *message);

/* A gap that the supervisor itself found, in an input of the name PATH. */
void ledger_tell_own_gap(struct ledger *ledger, int64_t case_input, const struct gap *found,
                         struct slice path, struct slice key_path, struct slice custodian);

/* ledger_locked.c: what a unit tells of locks. Where it is one that was locked, what was a refused leaf for each locked item is now what was found
 * of it. */
void ledger_tell_unit_locks(struct ledger *ledger, struct task *task, struct unit *unit,
                            const struct unit_record *end);
/* Say of what is locked in a pipe that no password helps there. Part of no gap_id. */
void ledger_note_pipe(struct ledger *ledger, const struct task *task, struct unit *unit);
void ledger_take_locked(struct ledger *ledger, const struct task *task, uint64_t ordinal);

#endif
