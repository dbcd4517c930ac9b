/* worker.h - the process that reads input: in the sandbox, one task after the other, until its socket closes. */
#ifndef MAILSPILL_WORK_WORKER_H
#define MAILSPILL_WORK_WORKER_H

#include "match/engine.h"
#include "scan.h"
#include "work/helpers.h"
#include "work/supervisor.h"

/* Shared between one worker, which writes, and the supervisor, which only reads and believes little. As large as the largest memory page, so that
 * a worker can be kept from those of the others. */
#define WORKER_PAGE_SIZE ((size_t)64 * 1024)
struct worker_page {
    _Atomic uint64_t task; /* id of the task at work, 0 for none */
    struct scan_progress progress;
    unsigned char unused[WORKER_PAGE_SIZE - sizeof(uint64_t) - sizeof(struct scan_progress)];
};

struct worker_setup {
    const struct engine *engine;
    const struct scan_settings *settings;
    enum sandbox_mode sandbox;
    unsigned jobs;
    struct worker_page *pages; /* one a slot */
    struct helpers helpers;    /* the zygote's own */
};

/* Close the sandbox, work off the tasks that come over SOCKET, and exit. Does not return. HELPERS: the sockets to this worker's own. */
_Noreturn void worker_main(const struct worker_setup *setup, unsigned slot, int socket,
                           struct helper_client *helpers);

#endif
