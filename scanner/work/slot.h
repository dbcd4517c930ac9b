/* slot.h - one worker's place in the crew: its process, its connection, its tasks; inside work/ only. */
#ifndef MAILSPILL_WORK_SLOT_H
#define MAILSPILL_WORK_SLOT_H

#include <sys/types.h>

#include "work/crew.h"
#include "work/frame.h"
#include "work/zygote.h"

#define SLOT_TASKS_MAX 16 /* small tasks that one worker holds, so that it never waits for us */

enum slot_state { SLOT_EMPTY, SLOT_STARTING, SLOT_LIVE, SLOT_ENDING };

/* One worker and what it was given; the first task is the one at work. */
struct slot {
    struct crew *crew;
    unsigned number;
    enum slot_state state;
    int socket;
    pid_t pid;
    struct frame_reader reader;
    struct unit_buffer unit;
    struct task *assigned[SLOT_TASKS_MAX];
    size_t count;
    uint64_t assigned_bytes;
    uint64_t last_beats, last_task;
    double still, cpu_at_change; /* seconds without a sign of life; of the worker's CPU when they began */
    bool was_killed;             /* by us: for this */
    enum gap_kind killed_kind;
    char killed_why[160];
};

struct crew {
    const struct scan_request *request;
    struct crew_calls calls;
    struct zygote zygote;
    struct worker_setup setup;
    struct slot *slots;
    struct task *first, *last;
    size_t queued;
    double last_look;       /* for hangs */
    unsigned failed_starts; /* in a row */
    struct sandbox_state sandbox;
    bool is_sandbox_known;
    unsigned char *packet;
    struct error failure;
    bool has_failed;
};

/* Back to the front of the queue (crew.c). */
void crew_put_back(struct crew *crew, struct task *task);

/* Ask the zygote for a worker. 0, or -1: crew->failure says why. */
int slot_spawn(struct crew *crew, struct slot *slot);

/* Stop the worker for WHY; what it says from now on does not count. */
void slot_kill(struct slot *slot, enum gap_kind kind, const char *why);

/* The worker is dead, with wait STATUS: blame the task at work, give the others back. */
void slot_bury(struct slot *slot, int status);

/* Read what the worker sent. 1: there may be more; 0: nothing now; -1: it is gone, or was stopped. */
int slot_read(struct slot *slot);

/* Input bytes of TASK. */
uint64_t slot_task_bytes(const struct task *task);

#endif
