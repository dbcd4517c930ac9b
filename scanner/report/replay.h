/* replay.h - a case told again to reports: what stands in it now, in one order whatever order it came in. */
#ifndef MAILSPILL_REPORT_REPLAY_H
#define MAILSPILL_REPORT_REPLAY_H

#include "record/case.h"
#include "report/report.h"

struct replay;

/* Lay the views of a struct lists (report/list.h) over STORE first. The rules that found something in STORE; both outlive the replay's reports. NULL on error. */
struct replay *replay_new(struct case_store *store, struct error *err);
void replay_free(struct replay *replay);
const struct ruleset *replay_rules(const struct replay *replay);

/* Tell all findings (worst first: severity, verdict, then the secret) and gaps to REPORTS, and sum them up. What a person marked false or
 * accepted is told as ignored. *SUMMARY: of the whole case; its exit status is as a scan's would be. 0 or -1. */
int replay_tell(struct replay *replay, struct report *const *reports, size_t count,
                struct report_summary *summary, struct error *err);

#endif
