/* crew.h - the workers and the work: who is at what, who died of it, what waits. */
#ifndef MAILSPILL_WORK_CREW_H
#define MAILSPILL_WORK_CREW_H

#include "work/ledger.h"
#include "work/sandbox.h"
#include "work/task.h"

struct crew;

/* What happens, told to the supervisor. */
struct crew_calls {
    /* A unit of TASK is whole. -1: its records are malformed, so the worker is stopped. */
    int (*unit)(void *ctx, struct task *task, struct unit_buffer *unit, const struct unit_record *end,
                struct error *err);
    void (*range)(void *ctx, struct task *task, uint64_t offset, uint64_t len, uint64_t first_ordinal);
    int (*spool)(void *ctx, struct error *err); /* a descriptor, or -1 */
    /* A worker ended at TASK, in UNIT (UINT64_MAX: before any). True: try again. */
    bool (*death)(void *ctx, struct task *task, uint64_t unit, enum gap_kind kind, const char *why);
    void (*done)(void *ctx, struct task *task); /* at its end, or given up; it is freed afterwards */
    void *ctx;
};

/* Start the zygote and the first worker, and wait until its sandbox is on. NULL on error. CALLS is copied. */
struct crew *crew_new(const struct scan_request *request, const struct crew_calls *calls, struct error *err);

/* Kills whoever is left; no process stays behind. */
void crew_free(struct crew *crew);

/* Take TASK into the queue. */
void crew_add(struct crew *crew, struct task *task);

/* There is little waiting: add more, if there is more. */
bool crew_wants_more(const struct crew *crew);
bool crew_is_idle(const struct crew *crew);

/* Hand out work and handle what comes, for WAIT milliseconds at most or until WATCHED can be read. 0, or -1: no worker can be had. */
int crew_turn(struct crew *crew, int watched, int wait, struct error *err);

/* The first worker's sandbox. */
void crew_sandbox(const struct crew *crew, struct sandbox_state *state);

/* Input bytes that tasks at work have read. */
uint64_t crew_bytes(const struct crew *crew);

/* "  worker 1: PATH (message or member N)" for each busy worker. */
void crew_put_paths(const struct crew *crew, struct buffer *out);

#endif
