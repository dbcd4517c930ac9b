/* docket.h - a scan's side of its case: which inputs are told already, how far the others are, and what their bytes hash to.
 *
 * All functions do nothing where the scan has no case. What fails is remembered by the case (case_failure): the scan then stops, and a later one
 * goes on from what was committed.
 */
#ifndef MAILSPILL_WORK_DOCKET_H
#define MAILSPILL_WORK_DOCKET_H

#include "record/case.h"
#include "work/listing.h"
#include "work/task.h"

/* Begin and end the run. */
void docket_begin_run(const struct scan_request *request);
void docket_end_run(const struct scan_request *request, const struct report_summary *summary);

/* Look TASK's input up. False: all of it is in the case already, so there is nothing to do. Else the order tells where to go on. */
bool docket_begin(struct case_store *store, const struct scan_request *request, struct task *task);

/* Warn where the case has the same file under another custodian: nothing can say which of the two is right. Counts them in *TOLD_TWICE, and names
 * the first alone. */
void docket_note_owner(struct case_store *store, const struct task *task, uint64_t *told_twice);

/* RANGE is a piece of an input. False: it was told whole. */
bool docket_range(struct case_store *store, struct task *range);

/* A unit of TASK was put: up to ORDINAL it is told. */
void docket_unit(struct case_store *store, const struct task *task, const struct unit_record *end);

/* TASK is at its end: done, or given up with a gap. */
void docket_end(struct case_store *store, struct task *task);

#endif
