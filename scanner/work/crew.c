/* crew.c - the workers and the work: who is at what, who died of it, what waits. */
#include "work/crew.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/utf8.h"
#include "record/wire.h"
#include "walk/mbox.h"
#include "work/frame.h"
#include "work/progress.h"
#include "work/zygote.h"

#define ASSIGNED_MAX 16 /* small tasks that one worker holds, so that it never waits for us */
#define ASSIGNED_BYTES ((uint64_t)512 * 1024) /* of them together */
#define QUEUE_PER_JOB 32
#define PACKETS_A_TURN 64 /* from one worker, before the others are looked at */
#define SEND_PATIENCE 5   /* seconds for a worker to take what it asked for */
#define START_PATIENCE 60 /* seconds for a worker to be ready, at least */
#define END_PATIENCE 2    /* seconds for a worker to die whose connection is closed */
#define LOOK_STEP 2.0 /* seconds of stillness that one look can see: more, and it was we who stood still */

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
    struct task *assigned[ASSIGNED_MAX];
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
    double last_look; /* for hangs */
    struct sandbox_state sandbox;
    bool is_sandbox_known;
    unsigned char *packet;
    struct error failure;
    bool has_failed;
};

/* The queue. */

void crew_add(struct crew *crew, struct task *task)
{
    task->next = NULL;
    if (crew->last)
        crew->last->next = task;
    else
        crew->first = task;
    crew->last = task;
    crew->queued++;
}

static void put_back(struct crew *crew, struct task *task)
{
    task->next = crew->first;
    crew->first = task;
    if (!crew->last)
        crew->last = task;
    crew->queued++;
}

static struct task *take(struct crew *crew)
{
    struct task *task = crew->first;
    crew->first = task->next;
    if (!crew->first)
        crew->last = NULL;
    crew->queued--;
    return task;
}

bool crew_wants_more(const struct crew *crew)
{
    return crew->queued < (size_t)QUEUE_PER_JOB * crew->setup.jobs;
}

bool crew_is_idle(const struct crew *crew)
{
    for (unsigned i = 0; i < crew->setup.jobs; i++)
        if (crew->slots[i].count > 0)
            return false;
    return crew->queued == 0;
}

/* Life and death. */

static int spawn(struct crew *crew, struct slot *slot)
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

static void slot_kill(struct slot *slot, enum gap_kind kind, const char *why)
{
    if (slot->was_killed)
        return;
    slot->was_killed = true;
    slot->killed_kind = kind;
    utf8_escape_into(slot->killed_why, sizeof slot->killed_why, slice_str(why));
    if (slot->pid > 0)
        kill(slot->pid, SIGKILL);
}

static uint64_t task_bytes(const struct task *task)
{
    return task->order.length == UINT64_MAX ? task->input->size : task->order.length;
}

/* The task at work is done with. */
static void finish_first(struct slot *slot)
{
    struct task *task = slot->assigned[0];
    slot->assigned_bytes -= task_bytes(task);
    memmove(slot->assigned, slot->assigned + 1, --slot->count * sizeof *slot->assigned);
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
    if (crew->calls.death(crew->calls.ctx, task, unit, kind, why))
        put_back(crew, task);
    else
        task_free(task);
}

/* Blame the task at work, give the others back. */
static void slot_bury(struct slot *slot, int status)
{
    struct crew *crew = slot->crew;
    size_t guilty = task_at_work(slot);
    char why[256];
    describe_death(slot, status, why, sizeof why);
    if (slot->count == 0 && slot->state == SLOT_STARTING && !crew->has_failed) {
        crew->has_failed = true;
        error_set(&crew->failure, ERROR_SYSTEM, "a worker cannot start: %s", why);
    }
    while (slot->count > 0) {
        struct task *task = slot->assigned[--slot->count];
        if (slot->count == guilty)
            blame(slot, task, why);
        else
            put_back(crew, task);
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
    case FRAME_FINDING:
    case FRAME_GAP:
    case FRAME_REJECTED:
    case FRAME_HIDDEN:
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

/* Read what a worker sent. 1: there may be more; 0: nothing now; -1: it is gone, or was stopped. */
static int slot_read(struct slot *slot)
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

/* What the zygote says. */

static int zygote_read(struct crew *crew)
{
    int passed;
    int64_t got = frame_receive(crew->zygote.socket, crew->packet, &passed, FRAME_DONT_BLOCK);
    uint32_t slot_number, pid, status = 0;
    if (got < 0 && errno == EAGAIN)
        return 0;
    struct slice record = slice_of(crew->packet, got > 0 ? (size_t)got : 0);
    enum frame_type type = record.len ? (enum frame_type)record.ptr[0] : FRAME_NONE;
    record = slice_skip(record, FRAME_HEADER);
    if (type == FRAME_FAILED)
        return error_set(&crew->failure, ERROR_SYSTEM, "%.*s", (int)record.len, record.ptr);
    if ((type != FRAME_SPAWNED && type != FRAME_DIED) || slice_eat_u32le(&record, &slot_number) < 0 ||
        slice_eat_u32le(&record, &pid) < 0 || slot_number >= crew->setup.jobs)
        return error_set(&crew->failure, ERROR_SYSTEM, "the process that starts workers is gone");
    struct slot *slot = &crew->slots[slot_number];
    if (type == FRAME_SPAWNED) {
        slot->pid = (pid_t)pid;
        if (pid == 0)
            return error_set(&crew->failure, ERROR_SYSTEM, "cannot fork a worker");
        if (slot->was_killed)
            kill(slot->pid, SIGKILL);
        return 1;
    }
    if (slice_eat_u32le(&record, &status) < 0)
        return -1;
    while (slot_read(slot) == 1)
        continue;
    slot_bury(slot, (int)status);
    return 1;
}

/* Handing out. */

static bool has_room(const struct slot *slot, const struct task *task)
{
    if (slot->state != SLOT_LIVE || slot->was_killed || slot->count == ASSIGNED_MAX)
        return false;
    return slot->count == 0 || (!task->input->is_stream && task->deaths == 0 &&
                                slot->assigned_bytes + task_bytes(task) <= ASSIGNED_BYTES);
}

static int give(struct slot *slot, struct task *task)
{
    struct buffer order;
    buffer_init(&order, FRAME_PACKET_MAX - FRAME_HEADER);
    task_put(&order, &task->order);
    int sent = order.is_overfull ? (errno = EMSGSIZE, -1)
                                 : frame_send(slot->socket, FRAME_TASK, buffer_slice(&order), task->input->fd,
                                              FRAME_DONT_BLOCK);
    buffer_release(&order);
    if (sent < 0)
        return -1;
    if (slot->count == 0)
        slot->still = 0, slot->cpu_at_change = -1;
    slot->assigned[slot->count++] = task;
    slot->assigned_bytes += task_bytes(task);
    return 0;
}

static struct slot *slot_for(struct crew *crew, const struct task *task)
{
    struct slot *best = NULL;
    for (unsigned i = 0; i < crew->setup.jobs; i++) {
        struct slot *slot = &crew->slots[i];
        if (has_room(slot, task) && (!best || slot->count < best->count))
            best = slot;
    }
    return best;
}

static void hand_out(struct crew *crew)
{
    while (crew->queued > 0) {
        struct slot *slot = slot_for(crew, crew->first);
        if (!slot)
            break;
        struct task *task = take(crew);
        if (give(slot, task) < 0) {
            put_back(crew, task);
            break;
        }
    }
    for (unsigned i = 0; i < crew->setup.jobs && crew->queued > 0; i++)
        if (crew->slots[i].state == SLOT_EMPTY && spawn(crew, &crew->slots[i]) < 0)
            return;
}

/* CPU seconds that a process has used; 0 where that cannot be told. */
static double cpu_of(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (pid <= 0 || clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) < 0)
        return 0;
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* A hang: a task at work and no sign of life, for limits->hang seconds, or for limits->item_cpu seconds of CPU (a loop in a library). */
static bool is_hanging(struct slot *slot, double step)
{
    const struct limits *limits = &slot->crew->request->settings.limits;
    const struct worker_page *page = &slot->crew->setup.pages[slot->number];
    uint64_t beats = atomic_load(&page->progress.beats), task = atomic_load(&page->task);
    bool is_idle = slot->state == SLOT_EMPTY || (slot->state == SLOT_LIVE && slot->count == 0);
    if (is_idle || beats != slot->last_beats || task != slot->last_task) {
        slot->last_beats = beats;
        slot->last_task = task;
        slot->still = 0;
        slot->cpu_at_change = -1;
        return false;
    }
    slot->still += step;
    if (slot->cpu_at_change < 0)
        slot->cpu_at_change = cpu_of(slot->pid);
    /* Until it is ready, it is the machine that is slow: the limit is one on input. */
    double patience =
        slot->state == SLOT_STARTING && limits->hang < START_PATIENCE ? START_PATIENCE : (double)limits->hang;
    return slot->still > patience || cpu_of(slot->pid) - slot->cpu_at_change > (double)limits->item_cpu;
}

/* A worker that closed its connection is about to die. Where it is not, nobody would ever hear of its tasks. */
static bool is_lingering(struct slot *slot, double step)
{
    slot->still += step;
    return slot->still > END_PATIENCE;
}

/* A look sees no more than LOOK_STEP of the time since the last: where the supervisor itself was stopped, or waited for the reader of a report, the
 * workers waited for it. */
static void look_for_hangs(struct crew *crew)
{
    double now = progress_clock(),
           step = now - crew->last_look < LOOK_STEP ? now - crew->last_look : LOOK_STEP;
    crew->last_look = now;
    for (unsigned i = 0; i < crew->setup.jobs; i++) {
        struct slot *slot = &crew->slots[i];
        if (slot->state == SLOT_ENDING && is_lingering(slot, step))
            slot_kill(slot, GAP_CRASHED, "the worker closed its connection and did not end");
        else if (slot->state != SLOT_ENDING && is_hanging(slot, step))
            slot_kill(slot, GAP_TIMEOUT, "the worker made no progress and was stopped");
    }
}

int crew_turn(struct crew *crew, int watched, int wait, struct error *err)
{
    struct pollfd polled[2 + 256];
    struct slot *slots[2 + 256];
    nfds_t count = 2;
    hand_out(crew);
    polled[0] = (struct pollfd){ watched, POLLIN, 0 };
    polled[1] = (struct pollfd){ crew->zygote.socket, POLLIN, 0 };
    for (unsigned i = 0; i < crew->setup.jobs; i++)
        if (crew->slots[i].state == SLOT_STARTING || crew->slots[i].state == SLOT_LIVE) {
            slots[count] = &crew->slots[i];
            polled[count++] = (struct pollfd){ crew->slots[i].socket, POLLIN, 0 };
        }
    if (poll(polled, count, wait) < 0 && errno != EINTR)
        return error_set_errno(err, "cannot wait for the workers");
    for (nfds_t i = 2; i < count; i++)
        for (int packets = 0; polled[i].revents && packets < PACKETS_A_TURN; packets++) {
            int got = slot_read(slots[i]);
            if (got < 0 && slots[i]->state == SLOT_LIVE) {
                slots[i]->state = SLOT_ENDING;
                slots[i]->still = 0;
            }
            if (got <= 0)
                break;
        }
    int got = 1;
    while (got == 1 && !crew->has_failed)
        got = zygote_read(crew);
    look_for_hangs(crew);
    if (got < 0 || crew->has_failed) {
        *err = crew->failure;
        return -1;
    }
    return 0;
}

/* Beginning and end. */

static int wait_for_first(struct crew *crew, struct error *err)
{
    if (spawn(crew, &crew->slots[0]) < 0) {
        *err = crew->failure;
        return -1;
    }
    while (!crew->is_sandbox_known)
        if (crew_turn(crew, -1, 1000, err) < 0)
            return -1;
    return 0;
}

struct crew *crew_new(const struct scan_request *request, const struct crew_calls *calls, struct error *err)
{
    struct crew *crew = calloc(1, sizeof *crew);
    unsigned jobs = request->jobs > 256 ? 256 : request->jobs;
    if (!crew || !(crew->slots = calloc(jobs, sizeof *crew->slots)) ||
        !(crew->packet = malloc(FRAME_PACKET_MAX)))
        abort();
    crew->request = request;
    crew->last_look = progress_clock();
    crew->calls = *calls;
    crew->setup = (struct worker_setup){ NULL, &request->settings, request->sandbox, jobs, NULL };
    crew->setup.pages = mmap(NULL, jobs * sizeof *crew->setup.pages, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (crew->setup.pages == MAP_FAILED)
        abort();
    for (unsigned i = 0; i < jobs; i++)
        crew->slots[i] = (struct slot){ .crew = crew, .number = i, .socket = -1 };
    if (zygote_start(&crew->zygote, &crew->setup, request, err) < 0 || wait_for_first(crew, err) < 0) {
        crew_free(crew);
        return NULL;
    }
    return crew;
}

void crew_free(struct crew *crew)
{
    if (!crew)
        return;
    zygote_stop(&crew->zygote);
    for (unsigned i = 0; i < crew->setup.jobs; i++) {
        struct slot *slot = &crew->slots[i];
        while (slot->count > 0)
            task_free(slot->assigned[--slot->count]);
        if (slot->state == SLOT_EMPTY)
            continue;
        frame_reader_release(&slot->reader);
        unit_buffer_release(&slot->unit);
        close(slot->socket);
    }
    while (crew->queued > 0)
        task_free(take(crew));
    munmap(crew->setup.pages, crew->setup.jobs * sizeof *crew->setup.pages);
    free(crew->slots);
    explicit_bzero(crew->packet, FRAME_PACKET_MAX);
    free(crew->packet);
    free(crew);
}

void crew_sandbox(const struct crew *crew, struct sandbox_state *state)
{
    *state = crew->sandbox;
}

uint64_t crew_bytes(const struct crew *crew)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < crew->setup.jobs; i++)
        if (crew->slots[i].count > 0 && !crew->slots[i].assigned[0]->has_split)
            sum += atomic_load(&crew->setup.pages[i].progress.bytes);
    return sum;
}

void crew_put_paths(const struct crew *crew, struct buffer *out)
{
    for (unsigned i = 0; i < crew->setup.jobs; i++) {
        const struct slot *slot = &crew->slots[i];
        if (slot->count == 0)
            continue;
        buffer_printf(out, "  worker %u: ", i + 1);
        utf8_put_escaped(out, slot->assigned[0]->order.path);
        buffer_printf(out, " (unit %llu)\n",
                      (unsigned long long)atomic_load(&crew->setup.pages[i].progress.unit));
    }
}
