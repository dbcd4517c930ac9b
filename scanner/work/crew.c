/* crew.c - the workers and the work: who is at what, who died of it, what waits. */
#include "work/slot.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/utf8.h"
#include "work/progress.h"
#include "work/task_unlock.h"

#define ASSIGNED_BYTES ((uint64_t)512 * 1024) /* of them together */
#define QUEUE_PER_JOB 32
#define PACKETS_A_TURN 64 /* from one worker, before the others are looked at */
#define START_PATIENCE 60 /* seconds for a worker to be ready, at least */
#define END_PATIENCE 2    /* seconds for a worker to die whose connection is closed */
#define LOOK_STEP 2.0 /* seconds of stillness that one look can see: more, and it was we who stood still */

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

void crew_put_back(struct crew *crew, struct task *task)
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
    if (slot->state != SLOT_LIVE || slot->was_killed || slot->count == SLOT_TASKS_MAX ||
        (slot->count > 0 && (task->unlock || slot->assigned[0]->unlock)))
        return false;
    return slot->count == 0 || (!task->input->is_stream && task->deaths == 0 &&
                                slot->assigned_bytes + slot_task_bytes(task) <= ASSIGNED_BYTES);
}

/* The worker has no other task: nothing of it stands in the way. */
static int give_places(struct slot *slot, const struct task_unlock *unlock)
{
    struct buffer place;
    int sent = 0;
    buffer_init(&place, FRAME_PACKET_MAX - FRAME_HEADER);
    for (size_t i = 0; i < unlock->place_count && sent >= 0; i++) {
        buffer_clear(&place);
        unlock_put_place(&place, &unlock->places[i]);
        sent = frame_send(slot->socket, FRAME_PLACE, buffer_slice(&place), unlock->places[i].fd, FRAME_BLOCK);
    }
    buffer_release(&place);
    return sent;
}

static int give(struct slot *slot, struct task *task)
{
    struct buffer order;
    if (task->unlock && give_places(slot, task->unlock) < 0)
        return -1;
    buffer_init(&order, FRAME_PACKET_MAX - FRAME_HEADER);
    task_put(&order, &task->order);
    if (task->unlock)
        unlock_put_units(&order, task->unlock);
    int sent = order.is_overfull ? (errno = EMSGSIZE, -1)
                                 : frame_send(slot->socket, FRAME_TASK, buffer_slice(&order), task->input->fd,
                                              FRAME_DONT_BLOCK);
    buffer_release(&order);
    if (sent < 0)
        return -1;
    if (slot->count == 0)
        slot->still = 0, slot->cpu_at_change = -1;
    slot->assigned[slot->count++] = task;
    slot->assigned_bytes += slot_task_bytes(task);
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
            crew_put_back(crew, task);
            break;
        }
    }
    for (unsigned i = 0; i < crew->setup.jobs && crew->queued > 0; i++)
        if (crew->slots[i].state == SLOT_EMPTY && slot_spawn(crew, &crew->slots[i]) < 0)
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
    while (!crew->is_sandbox_known) {
        if (crew->slots[0].state == SLOT_EMPTY && slot_spawn(crew, &crew->slots[0]) < 0) {
            *err = crew->failure;
            return -1;
        }
        if (crew_turn(crew, -1, 1000, err) < 0)
            return -1;
    }
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
    crew->setup =
        (struct worker_setup){ .settings = &request->settings, .sandbox = request->sandbox, .jobs = jobs };
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
