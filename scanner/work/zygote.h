/* zygote.h - the process that holds the rules and forks workers: it never sees the key, nor any input. */
#ifndef MAILSPILL_WORK_ZYGOTE_H
#define MAILSPILL_WORK_ZYGOTE_H

#include "work/worker.h"

struct zygote {
    int socket; /* FRAME_SPAWN out; FRAME_SPAWNED, FRAME_DIED and FRAME_FAILED in */
    int pid;
};

/* Fork it. It wipes its copy of the key and the environment, closes all that the supervisor has open, compiles the rules' programs, loads libmagic
 * and the charsets, then serves. SETUP->engine is filled there. 0 or -1. */
int zygote_start(struct zygote *zygote, struct worker_setup *setup, const struct scan_request *request,
                 struct error *err);

/* Ask for a worker in SLOT; *SOCKET is our end of its pair, closed by the caller. 0 or -1. */
int zygote_spawn(struct zygote *zygote, unsigned slot, int *socket, struct error *err);

/* End it and every worker that is left, and reap. */
void zygote_stop(struct zygote *zygote);

#endif
