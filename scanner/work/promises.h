/* promises.h - what the lists of exports promise, compared with what was walked; inside the supervisor.
 *
 * A list speaks for its folder, or for the archive it lies in. Nothing here reads input: promises and tallies come from the workers
 * (walk/export.h), checksums from work/digest.h. Bounded: what is over is not compared, and said so.
 */
#ifndef MAILSPILL_WORK_PROMISES_H
#define MAILSPILL_WORK_PROMISES_H

#include "record/record.h"
#include "report/report.h"

struct promises;

struct promises *promises_new(void);
void promises_free(struct promises *promises);

/* An input is there; PATH as reports show it. Asked for those in exports only. */
void promises_input(struct promises *promises, struct slice path);

/* The MD5 of the input PATH. */
void promises_digest(struct promises *promises, struct slice path, const unsigned char md5[EXPORT_MD5]);

/* PATH was told in an earlier run: what is promised of its folder can't be compared now. */
void promises_unread(struct promises *promises, struct slice path);

/* Strings are masked already. */
void promises_take(struct promises *promises, const struct promise_record *promise);
void promises_tally(struct promises *promises, const struct tally_record *tally);

/* A difference, as a gap. RECORD is the promise it is about. */
struct promise_teller {
    void (*gap)(void *ctx, const struct promise_record *record, enum gap_kind kind, struct slice reason);
    void *ctx;
};

/* All was walked (IS_WHOLE), or the scan was stopped: compare. What it returns lives as long as PROMISES; NULL: no list was met. */
const struct report_exports *promises_settle(struct promises *promises, bool is_whole,
                                             const struct promise_teller *teller);

#endif
