/* progress.h - where a scan is, for the person who waits: rate, time left, one line. */
#ifndef MAILSPILL_WORK_PROGRESS_H
#define MAILSPILL_WORK_PROGRESS_H

#include "report/report.h"
#include "work/supervisor.h"

struct progress {
    enum progress_mode mode;
    bool is_terminal;
    double started, last_shown;
    uint64_t bytes_total; /* of inputs found so far */
    bool is_total_known;  /* all inputs are found */
};

void progress_init(struct progress *progress, enum progress_mode mode);

/* Show, if it is time: five times a second on a terminal, once a minute elsewhere. BYTES: read so far. */
void progress_tick(struct progress *progress, uint64_t bytes, const struct report_summary *sum);

/* Show now, whatever the mode: SIGUSR1. PATHS: what the workers are at, one a line. */
void progress_show(struct progress *progress, uint64_t bytes, const struct report_summary *sum,
                   struct slice paths);

/* Clear the line. */
void progress_finish(struct progress *progress);

/* Seconds on a clock that only goes forward. */
double progress_clock(void);

#endif
