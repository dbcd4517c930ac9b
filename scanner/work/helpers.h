/* helpers.h - the programs beside this one that read what the core does not: where they lie, and how they start.
 *
 * A worker gets one end of a socket pair for each kind that is installed. The zygote keeps the other and starts the program when the first order
 * comes, so that mail without such documents costs nothing more.
 */
#ifndef MAILSPILL_WORK_HELPERS_H
#define MAILSPILL_WORK_HELPERS_H

#include "ask/client.h"
#include "ask/settings.h"
#include "work/supervisor.h"

#define HELPER_PATH_MOST 4200

/* Where KIND lies: beside this program, in ../libexec/mailspill from there, or where `make install` put it. 0, or -1: nowhere. */
int helpers_find(enum helper_kind kind, char *path, size_t size);

/* What the zygote knows of the helpers of all its workers. */
struct helpers {
    char paths[HELPER_KINDS][HELPER_PATH_MOST]; /* empty: not installed */
    struct helper_settings settings;
    unsigned silence;
    unsigned jobs;
    int *waiting; /* jobs * HELPER_KINDS: the zygote's end until the program runs, or -1 */
};

/* 0, or -1 where there is no memory. */
int helpers_init(struct helpers *helpers, const struct scan_settings *settings, enum sandbox_mode sandbox,
                 unsigned jobs);

/* Before the worker of SLOT is forked: a pair for each kind; CLIENT is the worker's side. */
void helpers_pair(struct helpers *helpers, unsigned slot, struct helper_client *client);

/* In the zygote, once it forked: let go of the worker's side. */
void helpers_leave(struct helper_client *client);

/* An order waits at, or the worker is gone from, entry I of `waiting`. */
void helpers_wake(struct helpers *helpers, unsigned i, bool has_order);

#endif
