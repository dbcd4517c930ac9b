/* ledger.h - what a scan has found so far: units keyed, masked, judged against what is known, told to the reports, summed up. */
#ifndef MAILSPILL_WORK_LEDGER_H
#define MAILSPILL_WORK_LEDGER_H

#include "work/locks.h"
#include "work/promises.h"
#include "work/supervisor.h"
#include "work/unit.h"

struct ledger;

struct ledger *ledger_new(const struct scan_request *request, struct report *const *reports,
                          size_t report_count, struct locks *locks);
void ledger_free(struct ledger *ledger);

/* The unit is at its end: key, mask and report all it holds, add its counts, and wipe it. 0, or -1 with ERROR_FORMAT: a record is malformed; then
 * nothing of the unit counts. */
int ledger_commit(struct ledger *ledger, struct unit_buffer *unit, struct task *task,
                  const struct unit_record *end, struct error *err);

/* Tell the gaps of what is locked and still held: of TASK, which is over, or with NULL all. WHY goes to each, or is NULL. */
void ledger_tell_locked(struct ledger *ledger, const struct task *task, const char *why);

/* A gap that the supervisor itself found. LEAF: it also counts as a refused leaf. */
void ledger_gap(struct ledger *ledger, int64_t case_input, enum gap_kind kind, enum gap_stands_for stands_for,
                struct slice path, struct slice key_path, struct slice custodian, const char *reason);

void ledger_add_bytes(struct ledger *ledger, uint64_t bytes);

/* All was seen: tell the findings that waited for a half in another message. Once, before the last ledger_sum_up. */
void ledger_settle(struct ledger *ledger);

/* What became of the list of known secrets, or NULL; lives as long as the ledger. At the end of a scan. */
const struct report_known *ledger_known(struct ledger *ledger);

/* The promises of exports, to which the supervisor adds what it knows of its inputs. */
struct promises *ledger_promises(struct ledger *ledger);

/* All was walked, or (not IS_WHOLE) the scan was stopped: compare them. Once, before the last ledger_sum_up; gaps are told. */
const struct report_exports *ledger_exports(struct ledger *ledger, bool is_whole);

/* The sums so far; exit status as bits (docs/output.md). */
void ledger_sum_up(const struct ledger *ledger, struct report_summary *summary);

#endif
