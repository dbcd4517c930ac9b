/* slot.c - one worker's place in the crew: how it is started, what it says, and who is blamed when it dies. */
#include "work/slot.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/utf8.h"
#include "record/wire.h"
#include "walk/mbox.h"
#include "work/progress.h"

#define STARTS_MOST 3   /* workers in a row that die before they are ready */
#define SEND_PATIENCE 5 /* seconds for a worker to take what it asked for */

/* Life and death. */

int slot_spawn(struct crew *crew, struct slot *slot)
{
    struct error err;
    if (zygote_spawn(&crew->zygote, slot->number, &slot->socket, &err) < 0) {
        crew->failure = err;
        crew->has_failed = true;
        return -1;
    }
    slot->state = SLOT_STARTING;
    slot->pid = 0;
    slot->was_killed = false;
    slot->still = 0;
    slot->cpu_at_change = -1;
    /* A worker that does not read what it asked for must not stop us. */
    const struct timeval patience = { SEND_PATIENCE, 0 };
    setsockopt(slot->socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    frame_reader_init(&slot->reader);
    unit_buffer_init(&slot->unit);
    atomic_store(&crew->setup.pages[slot->number].task, 0);
    return 0;
}

void slot_kill(struct slot *slot, enum gap_kind kind, const char *why)
{
    if (slot->was_killed)
        return;
    slot->was_killed = true;
    slot->killed_kind = kind;
    utf8_escape_into(slot->killed_why, sizeof slot->killed_why, slice_str(why));
    if (slot->pid > 0)
        kill(slot->pid, SIGKILL);
}

uint64_t slot_task_bytes(const struct task *task)
{
    return task->order.length == UINT64_MAX ? task->input->size : task->order.length;
}

/* The task at work is done with. */
static void finish_first(struct slot *slot)
{
    struct task *task = slot->assigned[0];
    slot->assigned_bytes -= slot_task_bytes(task);
    memmove(slot->assigned, slot->assigned + 1, --slot->count * sizeof *slot->assigned);
    slot->crew->calls.done(slot->crew->calls.ctx, task);
    task_free(task);
}

static void describe_death(const struct slot *slot, int status, char *why, size_t size)
{
    if (slot->was_killed)
        snprintf(why, size, "%s", slot->killed_why);
    else if (WIFSIGNALED(status))
        snprintf(why, size, "the worker was ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(why, size, "the worker left with status %d", WEXITSTATUS(status));
}

/* Which of its tasks the worker was at, as its page has it; else the first. Those before it were done, though their end was not told. */
static size_t task_at_work(const struct slot *slot)
{
    uint64_t id = atomic_load(&slot->crew->setup.pages[slot->number].task);
    for (size_t i = 0; i < slot->count; i++)
        if (slot->assigned[i]->order.id == id)
            return i;
    return 0;
}

/* The task that a worker died at: try it again, or let it go. */
static void blame(struct slot *slot, struct task *task, const char *why)
{
    struct crew *crew = slot->crew;
    const struct worker_page *page = &crew->setup.pages[slot->number];
    bool has_begun = atomic_load(&page->task) == task->order.id;
    uint64_t unit = has_begun ? atomic_load(&page->progress.unit) : UINT64_MAX;
    enum gap_kind kind = slot->was_killed ? slot->killed_kind : GAP_CRASHED;
    if (crew->calls.death(crew->calls.ctx, task, unit, kind, why)) {
        crew_put_back(crew, task);
        return;
    }
    crew->calls.done(crew->calls.ctx, task);
    task_free(task);
}

void slot_bury(struct slot *slot, int status)
{
    struct crew *crew = slot->crew;
    size_t guilty = task_at_work(slot);
    char why[256];
    describe_death(slot, status, why, sizeof why);
    if (slot->state == SLOT_STARTING && ++crew->failed_starts == STARTS_MOST && !crew->has_failed) {
        crew->has_failed = true;
        error_set(&crew->failure, ERROR_SYSTEM, "a worker cannot start: %s", why);
    }
    while (slot->count > 0) {
        struct task *task = slot->assigned[--slot->count];
        if (slot->count == guilty)
            blame(slot, task, why);
        else
            crew_put_back(crew, task);
    }
    slot->assigned_bytes = 0;
    frame_reader_release(&slot->reader);
    unit_buffer_release(&slot->unit);
    close(slot->socket);
    slot->state = SLOT_EMPTY;
}

/* What a worker says. */

static int on_ready(struct slot *slot, struct slice record, struct error *err)
{
    uint64_t seccomp, landlock;
    if (slot->state != SLOT_STARTING || slice_eat_u64le(&record, &seccomp) < 0 ||
        slice_eat_u64le(&record, &landlock) < 0)
        return error_set(err, ERROR_FORMAT, "a worker said that it is ready in a way that is none");
    slot->state = SLOT_LIVE;
    slot->crew->failed_starts = 0;
    if (!slot->crew->is_sandbox_known) {
        slot->crew->sandbox = (struct sandbox_state){ seccomp != 0, (int)(landlock & 0xFF), false };
        slot->crew->is_sandbox_known = true;
    }
    return 0;
}

static int on_unit(struct slot *slot, struct slice record, struct error *err)
{
    struct unit_record end;
    struct task *task = slot->assigned[0];
    if (wire_get_unit(record, &end, err) < 0)
        return -1;
    if (end.ordinal < task->order.skip_units)
        return error_set(err, ERROR_FORMAT, "a unit was told twice");
    if (slot->crew->calls.unit(slot->crew->calls.ctx, task, &slot->unit, &end, err) < 0)
        return -1;
    task->order.skip_units = end.ordinal + 1;
    return 0;
}

static int on_range(struct slot *slot, struct slice record, struct error *err)
{
    uint64_t offset, len, ordinal;
    struct task *task = slot->assigned[0];
    if (slice_eat_u64le(&record, &offset) < 0 || slice_eat_u64le(&record, &len) < 0 ||
        slice_eat_u64le(&record, &ordinal) < 0 || !task->order.may_split || task->order.is_range ||
        offset > UINT64_MAX - len || len == 0)
        return error_set(err, ERROR_FORMAT, "a range is malformed");
    if (offset + len > task->input->size)
        task_input_measure(task->input); /* it may have grown */
    if (offset + len > task->input->size)
        return error_set(err, ERROR_FORMAT, "a range lies outside its input");
    if (offset < task->split_until)
        return 0; /* told before: the walk was begun anew after a crash */
    /* Only the last one is small: without this, one input could be cut into as many tasks as it has bytes. */
    if (task->is_split_over)
        return error_set(err, ERROR_FORMAT, "a range follows the last one");
    task->is_split_over = len < MBOX_RANGE;
    task->split_until = offset + len;
    slot->crew->calls.range(slot->crew->calls.ctx, task, offset, len, ordinal);
    return 0;
}

static int on_spool(struct slot *slot, struct error *err)
{
    struct error why;
    int fd = slot->crew->calls.spool(slot->crew->calls.ctx, &why);
    int sent = frame_send(slot->socket, FRAME_SPOOL_FD, slice_of(NULL, 0), fd, FRAME_BLOCK);
    if (fd >= 0)
        close(fd);
    return sent < 0 ? error_set(err, ERROR_FORMAT, "a worker asked for a spool and did not take it") : 0;
}

static int on_done(struct slot *slot, struct slice record, struct error *err)
{
    uint64_t id;
    if (slice_eat_u64le(&record, &id) < 0 || id != slot->assigned[0]->order.id || slot->unit.records.len > 0)
        return error_set(err, ERROR_FORMAT, "a worker ended a task that it was not at, or within a unit");
    finish_first(slot);
    return 0;
}

static int on_failed(struct slot *slot, struct slice record)
{
    slot->crew->has_failed = true;
    return error_set(&slot->crew->failure, ERROR_SYSTEM, "%.*s", (int)(record.len < 200 ? record.len : 200),
                     record.ptr);
}

static int on_frame(void *ctx, enum frame_type type, struct slice record, struct error *err)
{
    struct slot *slot = ctx;
    if (type == FRAME_READY)
        return on_ready(slot, record, err);
    if (type == FRAME_FAILED)
        return on_failed(slot, record);
    if (slot->count == 0)
        return error_set(err, ERROR_FORMAT, "a worker without a task had something to say");
    switch (type) {
    case FRAME_MESSAGE:
    case FRAME_SEEN:
    case FRAME_FINDING:
    case FRAME_GAP:
    case FRAME_REJECTED:
    case FRAME_HIDDEN:
    case FRAME_HALF:
    case FRAME_LEAD:
    case FRAME_LOCKED:
    case FRAME_OPENED:
    case FRAME_PROMISE:
    case FRAME_TALLY:
        if (unit_buffer_put(&slot->unit, type, record) < 0)
            return error_set(err, ERROR_LIMIT, "one message or member made more than %zu MiB of records",
                             UNIT_BUFFER_MAX >> 20);
        return 0;
    case FRAME_UNIT:
        return on_unit(slot, record, err);
    case FRAME_RANGE:
        return on_range(slot, record, err);
    case FRAME_SPOOL:
        return on_spool(slot, err);
    case FRAME_DONE:
        return on_done(slot, record, err);
    default:
        return error_set(err, ERROR_FORMAT, "a worker sent a frame that is not its own to send");
    }
}

int slot_read(struct slot *slot)
{
    struct error err;
    int passed;
    int64_t got = frame_receive(slot->socket, slot->crew->packet, &passed, FRAME_DONT_BLOCK);
    if (passed >= 0)
        close(passed); /* workers send none */
    if (got < 0 && errno == EAGAIN)
        return 0;
    if (got <= 0)
        return -1;
    if (slot->was_killed)
        return 1; /* nothing that it says counts any more */
    if (frame_read(&slot->reader, slice_of(slot->crew->packet, (size_t)got), on_frame, slot, &err) < 0) {
        slot_kill(slot, GAP_CRASHED, err.message);
        return -1;
    }
    return 1;
}
