/* worker.c - the process that reads input: in the sandbox, one task after the other, until its socket closes. */
#include "work/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record/wire.h"
#include "work/frame.h"
#include "work/sandbox.h"
#include "work/task_unlock.h"

#define QUEUE_MAX 64 /* tasks that may wait while one asks for a spool */

/* A mailbox smaller than two of these is walked in one piece. */
#define SPLIT_LEAST ((uint64_t)24 * 1024 * 1024)

struct waiting {
    struct buffer order;
    int fd;
};

struct worker {
    int socket;
    struct worker_page *page;
    struct frame_writer writer;
    struct buffer record;
    struct scan *scan;
    struct waiting queue[QUEUE_MAX];
    size_t queued;
    struct waiting places[UNLOCK_PLACES_MAX]; /* of the next task over what is locked */
    size_t place_count;
    bool is_careful; /* of the task at work */
    unsigned char *packet;
};

_Noreturn static void worker_exit(struct worker *worker, int status)
{
    frame_flush(&worker->writer);
    _exit(status);
}

static void put_record(struct worker *worker, enum frame_type type)
{
    if (frame_put(&worker->writer, type, buffer_slice(&worker->record)) < 0)
        _exit(0); /* the supervisor is gone */
    buffer_wipe_put(&worker->record);
}

static void put_message(void *ctx, const struct message_record *message)
{
    struct worker *worker = ctx;
    if (message->is_bare)
        wire_put_seen(&worker->record, message);
    else
        wire_put_message(&worker->record, message);
    put_record(worker, message->is_bare ? FRAME_SEEN : FRAME_MESSAGE);
}

static void put_finding(void *ctx, const struct finding *finding)
{
    struct worker *worker = ctx;
    wire_put_finding(&worker->record, finding);
    put_record(worker, FRAME_FINDING);
}

static void put_gap(void *ctx, const struct gap_record *gap)
{
    struct worker *worker = ctx;
    wire_put_gap(&worker->record, gap);
    put_record(worker, FRAME_GAP);
}

static void put_half(void *ctx, const struct half_record *half)
{
    struct worker *worker = ctx;
    wire_put_half(&worker->record, half);
    put_record(worker, FRAME_HALF);
}

static void put_promise(void *ctx, const struct promise_record *promise)
{
    struct worker *worker = ctx;
    wire_put_promise(&worker->record, promise);
    put_record(worker, FRAME_PROMISE);
}

static void put_tally(void *ctx, const struct tally_record *tally)
{
    struct worker *worker = ctx;
    wire_put_tally(&worker->record, tally);
    put_record(worker, FRAME_TALLY);
}

static void put_unit(void *ctx, const struct unit_record *unit)
{
    struct worker *worker = ctx;
    wire_put_unit(&worker->record, unit);
    put_record(worker, FRAME_UNIT);
    if (worker->is_careful)
        frame_flush(&worker->writer);
}

static void put_hidden(void *ctx, struct slice secret)
{
    struct worker *worker = ctx;
    buffer_put(&worker->record, secret);
    put_record(worker, FRAME_HIDDEN);
}

static void put_lead(void *ctx, const struct message_keys *keys)
{
    struct worker *worker = ctx;
    wire_put_keys(&worker->record, keys);
    put_record(worker, FRAME_LEAD);
}

static void put_locked(void *ctx, const struct locked_record *locked)
{
    struct worker *worker = ctx;
    wire_put_locked(&worker->record, locked);
    put_record(worker, FRAME_LOCKED);
}

static void put_opened(void *ctx, const struct opened_record *opened)
{
    struct worker *worker = ctx;
    wire_put_opened(&worker->record, opened);
    put_record(worker, FRAME_OPENED);
}

static void put_rejected(void *ctx, struct slice path, const struct match_rejected *rejected)
{
    struct worker *worker = ctx;
    struct slice why = slice_str(rejected->why), id = slice_str(rejected->rule->id);
    buffer_put_u64le(&worker->record, rejected->line);
    buffer_put_u64le(&worker->record, id.len);
    buffer_put(&worker->record, id);
    buffer_put_u64le(&worker->record, path.len);
    buffer_put(&worker->record, path);
    buffer_put_u64le(&worker->record, why.len);
    buffer_put(&worker->record, why);
    put_record(worker, FRAME_REJECTED);
}

static void put_range(void *ctx, uint64_t offset, uint64_t len, uint64_t first_ordinal)
{
    struct worker *worker = ctx;
    buffer_put_u64le(&worker->record, offset);
    buffer_put_u64le(&worker->record, len);
    buffer_put_u64le(&worker->record, first_ordinal);
    put_record(worker, FRAME_RANGE);
    frame_flush(&worker->writer); /* others wait for it */
}

static void put_share(void *ctx, uint64_t offset, uint64_t len)
{
    put_range(ctx, offset, len, 0);
}

/* Receive one packet: a task joins the queue. *SPOOL is set where a spool's answer came. */
static int receive(struct worker *worker, int *spool, bool *has_spool)
{
    int fd;
    int64_t got = frame_receive(worker->socket, worker->packet, &fd, FRAME_BLOCK);
    if (got < (int64_t)FRAME_HEADER)
        return -1;
    if (worker->packet[0] == FRAME_SPOOL_FD) {
        *spool = fd;
        *has_spool = true;
        return 0;
    }
    bool is_task = worker->packet[0] == FRAME_TASK && worker->queued < QUEUE_MAX;
    bool is_place = worker->packet[0] == FRAME_PLACE && worker->place_count < UNLOCK_PLACES_MAX;
    if (fd < 0 || (!is_task && !is_place))
        return -1;
    struct waiting *waiting =
        is_task ? &worker->queue[worker->queued++] : &worker->places[worker->place_count++];
    buffer_init(&waiting->order, FRAME_PACKET_MAX);
    buffer_put(&waiting->order, slice_of(worker->packet + FRAME_HEADER, (size_t)got - FRAME_HEADER));
    waiting->fd = fd;
    return 0;
}

static int open_spool(void *ctx, struct error *err)
{
    struct worker *worker = ctx;
    int fd = -1;
    bool has_spool = false;
    frame_put(&worker->writer, FRAME_SPOOL, slice_of(NULL, 0));
    if (frame_flush(&worker->writer) < 0)
        _exit(0);
    while (!has_spool)
        if (receive(worker, &fd, &has_spool) < 0)
            worker_exit(worker, 0);
    return fd < 0 ? error_set(err, ERROR_LIMIT, "no spool file could be made in the spool folder") : fd;
}

/* The places came before their task. */
static void unlock_all(struct worker *worker, const struct task_order *order, struct scan_task *task)
{
    struct error err;
    struct task_unlock unlock = { .arena = arena_new(0) };
    unlock.places = arena_alloc_array(unlock.arena, worker->place_count, sizeof *unlock.places);
    for (size_t i = 0; i < worker->place_count; i++) {
        struct slice bytes = buffer_slice(&worker->places[i].order);
        if (unlock_get_place(bytes, unlock.arena, &unlock.places[i], &err) < 0)
            worker_exit(worker, 2);
        unlock.places[unlock.place_count++].fd = worker->places[i].fd;
    }
    if (unlock_get_units(order->more, &unlock, &err) < 0)
        worker_exit(worker, 2);
    unlock_run(worker->scan, &unlock, task);
    for (size_t i = 0; i < worker->place_count; i++)
        buffer_release(&worker->places[i].order);
    worker->place_count = 0;
    task_unlock_free(&unlock);
}

static void work_off(struct worker *worker, struct waiting *waiting)
{
    struct task_order order;
    struct error err;
    struct arena *arena = arena_new(0);
    if (task_get(buffer_slice(&waiting->order), &order, &err) < 0)
        worker_exit(worker, 2);
    bool is_share = order.is_range && order.first_ordinal == 0;
    struct scan_task task =
        unlock_scan_task(&order, source_from_fd(arena, waiting->fd, is_share ? 0 : order.offset,
                                                is_share ? UINT64_MAX : order.length));
    worker->is_careful = order.is_careful;
    atomic_store(&worker->page->progress.unit, 0);
    atomic_store(&worker->page->progress.bytes, 0);
    atomic_store(&worker->page->task, order.id);
    if (order.is_unlock)
        unlock_all(worker, &order, &task);
    else
        scan_run(worker->scan, &task);
    source_close(task.source);
    arena_free(arena);
    close(waiting->fd);
    buffer_put_u64le(&worker->record, order.id);
    put_record(worker, FRAME_DONE);
    if (order.is_careful)
        frame_flush(&worker->writer); /* what is read next must not be this task's fault */
    atomic_store(&worker->page->task, 0);
}

static void say_ready(struct worker *worker, const struct sandbox_state *state)
{
    buffer_put_u64le(&worker->record, state->has_seccomp);
    buffer_put_u64le(&worker->record, (uint64_t)state->landlock);
    put_record(worker, FRAME_READY);
    frame_flush(&worker->writer);
}

static void close_sandbox(const struct worker_setup *setup, struct worker *worker)
{
    struct sandbox_state state = { 0 };
    struct error err;
    if (setup->sandbox != SANDBOX_OFF && sandbox_enter(&setup->settings->limits, &state, &err) < 0 &&
        setup->sandbox == SANDBOX_REQUIRE) {
        frame_put(&worker->writer, FRAME_FAILED, slice_str(err.message));
        worker_exit(worker, 2);
    }
    say_ready(worker, &state);
}

/* The pages of the others are none of this worker's business. */
static void keep_own_page(const struct worker_setup *setup, unsigned slot)
{
    if (slot > 0)
        munmap(setup->pages, slot * sizeof *setup->pages);
    if (slot + 1 < setup->jobs)
        munmap(setup->pages + slot + 1, (setup->jobs - slot - 1) * sizeof *setup->pages);
}

_Noreturn void worker_main(const struct worker_setup *setup, unsigned slot, int socket,
                           struct helper_client *helpers)
{
    struct worker *worker = calloc(1, sizeof *worker);
    struct error err;
    if (!worker || !(worker->packet = malloc(FRAME_PACKET_MAX)))
        _exit(2);
    keep_own_page(setup, slot);
    worker->socket = socket;
    worker->page = &setup->pages[slot];
    source_watch(&worker->page->progress.beats);
    frame_writer_init(&worker->writer, socket);
    buffer_init(&worker->record, WIRE_RECORD_MAX);
    const struct record_output output = {
        .message = put_message,
        .finding = put_finding,
        .gap = put_gap,
        .half = put_half,
        .rejected = put_rejected,
        .unit = put_unit,
        .hidden = put_hidden,
        .promise = put_promise,
        .tally = put_tally,
        .ctx = worker,
        .lead = put_lead,
        .locked = put_locked,
        .opened = put_opened,
    };
    const struct spooler spooler = { open_spool, worker };
    const struct splitter splitter = { put_range, worker, SPLIT_LEAST, put_share };
    worker->scan = scan_new(setup->engine, setup->settings, &output, &spooler,
                            setup->jobs > 1 ? &splitter : NULL, helpers, &worker->page->progress, &err);
    if (!worker->scan) {
        frame_put(&worker->writer, FRAME_FAILED, slice_str(err.message));
        worker_exit(worker, 2);
    }
    close_sandbox(setup, worker);
    for (;;) {
        int spool;
        bool has_spool = false;
        while (worker->queued == 0)
            if (receive(worker, &spool, &has_spool) < 0)
                worker_exit(worker, 0);
        struct waiting next = worker->queue[0];
        memmove(worker->queue, worker->queue + 1, --worker->queued * sizeof next);
        work_off(worker, &next);
        buffer_release(&next.order);
        if (worker->queued == 0)
            frame_flush(&worker->writer);
    }
}
