/* told.h - what a report that sums up works on: the lists over the case, or, where there is none, over a temporary case that holds what it was told.
 *
 * In a temporary case what does not count (baseline, ignore file, accepted gaps) stands as a mark `accepted`.
 */
#ifndef MAILSPILL_REPORT_TOLD_H
#define MAILSPILL_REPORT_TOLD_H

#include "report/list.h"
#include "report/reporters.h"

struct told {
    struct lists *lists;      /* from the options, or, after told_end, own ones */
    struct case_store *store; /* under the lists */
    bool is_own;
    int64_t input;
    struct record_id message; /* the one that was put last */
    struct buffer path;       /* of it */
};

/* 0, or -1 with the report failed. */
int told_begin(struct told *told, struct report *report);
void told_finding(struct told *told, struct report *report, const struct report_finding *shown);
void told_gap(struct told *told, struct report *report, const struct report_gap *shown);
/* Lay the lists. 0, or -1 with the report failed. */
int told_end(struct told *told, struct report *report);
void told_release(struct told *told);

/* The first row of SQL (a string constant): its column 0 as a number; 0 if there is none. */
uint64_t told_number(struct told *told, const char *sql);

#endif
