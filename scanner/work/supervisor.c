/* supervisor.c - one scan from inputs to reports: opens files, hands out work, keeps the key, parses no input. */
#include "work/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "record/wire.h"
#include "report/left_out.h"
#include "work/crew.h"
#include "work/docket.h"
#include "work/frame.h"
#include "work/ledger.h"
#include "work/listing.h"
#include "work/locks.h"
#include "work/progress.h"
#include "work/spool.h"
#include "work/task_unlock.h"

#define BAD_UNITS_MAX 3                           /* of one task; then the rest of it is a gap */
#define DEATHS_MAX 6                              /* in one task; then the rest of it is a gap */
#define ORDER_TEXTS_MAX (FRAME_PACKET_MAX - 1024) /* strings of a task, in bytes */
#define TICK_MS 200                               /* between looks at the clock */
#define TICK_BUSY_MS 1000                         /* where nobody watches */

struct supervisor {
    struct scan_request *request;
    struct listing *listing;
    bool is_listing_done;
    struct crew *crew;
    struct ledger *ledger;
    struct locks *locks;
    struct progress progress;
    struct report **reports;
    size_t report_count;
    struct report_summary *summary;
    uint64_t next_id;
    uint64_t bytes_done;
    uint64_t told_twice; /* inputs that the case has of another custodian */
    int signals;
    int stopped_by; /* a signal */
    bool has_failed;
    struct error failure;
};

/* Tasks that come in from the listing. */

static void tell_unreadable(struct supervisor *supervisor, const struct listed *listed)
{
    char reason[300];
    utf8_escape_into(reason, sizeof reason, listed->failure);
    ledger_gap(supervisor->ledger, 0, GAP_UNREADABLE, GAP_STANDS_FOR_LEAF, listed->path, listed->key_path,
               listed->custodian, reason);
}

/* An order is one packet. */
static bool is_too_long(const struct listed *listed)
{
    return listed->path.len + listed->key_path.len + listed->custodian.len + listed->folder.len +
               listed->sidecar.len >
           ORDER_TEXTS_MAX;
}

/* A path as reports and tallies have it. */
static void put_shown(struct buffer *out, struct slice path)
{
    const struct item item = { .kind = ITEM_FILE, .name = path };
    buffer_init(out, 128 * 1024);
    item_put_path(out, &item);
}

static void note_export(struct supervisor *supervisor, const struct listed *listed, struct task *task)
{
    struct buffer path;
    if (listed->missing)
        ledger_gap(supervisor->ledger, 0, GAP_MISSING, GAP_STANDS_FOR_REST, listed->path, listed->key_path,
                   listed->custodian, listed->missing);
    if (!listed->is_export || listed->is_stream)
        return;
    put_shown(&path, listed->path);
    promises_input(ledger_promises(supervisor->ledger), buffer_slice(&path));
    buffer_release(&path);
    if (listed->has_checksums)
        digest_begin(&task->input->md5, task->input->fd, task->input->size, DIGEST_MD5);
}

/* It was told in an earlier run: what it holds is not counted in this one. */
static void note_unread(struct supervisor *supervisor, const struct task *task)
{
    struct buffer path;
    put_shown(&path, task->order.path);
    promises_unread(ledger_promises(supervisor->ledger), buffer_slice(&path));
    buffer_release(&path);
}

static void note_digest(struct supervisor *supervisor, struct task *task)
{
    struct buffer path;
    if (task->input->tasks > 1 || !digest_wait(&task->input->md5))
        return;
    put_shown(&path, task->order.path);
    promises_digest(ledger_promises(supervisor->ledger), buffer_slice(&path), task->input->md5.bytes);
    buffer_release(&path);
}

static void add_task(struct supervisor *supervisor, const struct listed *listed)
{
    struct task *task = task_new(listed->fd, listed->size);
    task->order.id = ++supervisor->next_id;
    task->order.length = UINT64_MAX;
    task->order.first_ordinal = 1;
    task->order.may_split = supervisor->request->jobs > 1 && !listed->is_stream;
    task->order.is_labelled = listed->is_labelled;
    task->order.path = arena_copy(task->input->arena, listed->path);
    task->order.key_path = arena_copy(task->input->arena, listed->key_path);
    task->order.custodian = arena_copy(task->input->arena, listed->custodian);
    task->order.folder = arena_copy(task->input->arena, listed->folder);
    task->order.sidecar = arena_copy(task->input->arena, listed->sidecar);
    task->order.is_export = listed->is_export;
    task->input->is_stream = task->order.is_careful = listed->is_stream;
    /* What is to be opened later is read again, by its name. */
    if (!listed->is_stream && !slice_is_equal(listed->path, slice_str("-")))
        task->input->file = arena_copy(task->input->arena, listed->file);
    task->order.may_leave =
        task->input->file.len > 0 && supervisor->request->settings.limits.unlock_tries > 0;
    supervisor->summary->inputs++;
    note_export(supervisor, listed, task);
    if (!docket_begin(supervisor->request->store, supervisor->request, task)) {
        supervisor->summary->inputs_in_case++;
        case_add_left_out(supervisor->request->store, task->input->case_input,
                          &supervisor->summary->messages_in_case, &supervisor->summary->excluded_in_case);
        note_unread(supervisor, task);
        task_free(task);
        return;
    }
    docket_note_owner(supervisor->request->store, task, &supervisor->told_twice);
    supervisor->progress.bytes_total += listed->size;
    crew_add(supervisor->crew, task);
}

static void fill_queue(struct supervisor *supervisor)
{
    struct listed listed;
    while (!supervisor->is_listing_done && !supervisor->stopped_by && crew_wants_more(supervisor->crew)) {
        if (listing_next(supervisor->listing, &listed) == 0) {
            supervisor->is_listing_done = supervisor->progress.is_total_known = true;
            break;
        }
        if (listed.fd >= 0 && is_too_long(&listed)) {
            close(listed.fd);
            listed.fd = -1;
            listed.failure = slice_str("its names are too long");
        }
        if (listed.fd < 0)
            tell_unreadable(supervisor, &listed);
        else
            add_task(supervisor, &listed);
    }
}

/* What workers say: called by the crew. */

static int on_unit(void *ctx, struct task *task, struct unit_buffer *unit, const struct unit_record *end,
                   struct error *err)
{
    struct supervisor *supervisor = ctx;
    struct unit_record counted = *end;
    supervisor->bytes_done += task->has_split ? 0 : end->counts.bytes;
    if (task->has_split)
        counted.counts.bytes = 0; /* its ranges count */
    if (ledger_commit(supervisor->ledger, unit, task, &counted, err) < 0)
        return -1;
    if (!task->unlock)
        docket_unit(supervisor->request->store, task, &counted);
    return 0;
}

static void on_done(void *ctx, struct task *task)
{
    struct supervisor *supervisor = ctx;
    if (!task->unlock)
        note_digest(supervisor, task);
    if (task->unlock)
        ledger_tell_locked(supervisor->ledger, task, NULL);
    else
        docket_end(supervisor->request->store, task);
}

static void on_range(void *ctx, struct task *task, uint64_t offset, uint64_t len, uint64_t first_ordinal)
{
    struct supervisor *supervisor = ctx;
    struct task *range = task_new_range(task, offset, len, first_ordinal);
    range->order.id = ++supervisor->next_id;
    task->has_split = true;
    if (docket_range(supervisor->request->store, range))
        crew_add(supervisor->crew, range);
    else
        task_free(range);
}

static int on_spool(void *ctx, struct error *err)
{
    struct supervisor *supervisor = ctx;
    return spool_open(supervisor->request->spool_dir, err);
}

/* A worker died at what is locked, or at a place where passwords may stand: each unit comes again alone, and is a gap if that does not help. */
static bool on_unlock_death(struct supervisor *supervisor, const struct task *task, const char *why)
{
    char reason[400];
    if (!task->unlock->is_alone) {
        locks_split(supervisor->locks, task);
        return false;
    }
    snprintf(reason, sizeof reason, "; while passwords were tried, %s", why);
    ledger_tell_locked(supervisor->ledger, task, reason);
    return false;
}

/* A worker died, hung or broke the protocol at TASK. True: the task is to be tried again. */
static bool on_death(void *ctx, struct task *task, uint64_t unit, enum gap_kind kind, const char *why)
{
    struct supervisor *supervisor = ctx;
    char reason[400];
    struct scan_bad_unit *last =
        task->order.bad_count ? &task->order.bad_units[task->order.bad_count - 1] : NULL;
    bool is_again = task->deaths++ > 0 && task->died_at == unit;
    task->died_at = unit;
    task->order.is_careful = true;
    log_warn("a worker ended at '%.*s': %s", (int)task->order.path.len, task->order.path.ptr, why);
    if (task->unlock)
        return on_unlock_death(supervisor, task, why);
    bool is_new = unit != UINT64_MAX && unit >= task->order.skip_units && (!last || last->ordinal != unit);
    /* A first death may have come from outside (somebody's kill, memory that others took): the item is tried once more. */
    if (is_new && (is_again || kind == GAP_TIMEOUT) && task->order.bad_count < TASK_BAD_UNITS_MAX)
        task->order.bad_units[task->order.bad_count++] = (struct scan_bad_unit){ unit, kind };
    bool is_lost_stream = task->input->is_stream; /* a pipe can't be read again */
    bool is_stuck = !is_new && is_again;          /* it does not even get past where it died before */
    if (task->deaths < DEATHS_MAX && task->order.bad_count < BAD_UNITS_MAX && !is_lost_stream && !is_stuck)
        return true;
    snprintf(reason, sizeof reason, "%s%s; the rest was not read", why,
             is_lost_stream ? " while it read from a pipe"
             : is_stuck     ? " again at the same place"
                            : " for the third time in this input");
    ledger_gap(supervisor->ledger, task->input->case_input, kind, GAP_STANDS_FOR_REST, task->order.path,
               task->order.key_path, task->order.custodian, reason);
    return false;
}

/* The case. */

/* What can't be kept must not be lost: the scan stops, and goes on where the case ends once there is room again. */
static bool has_case_failed(struct supervisor *supervisor)
{
    const struct error *failure =
        supervisor->request->store ? case_failure(supervisor->request->store) : NULL;
    if (failure)
        supervisor->failure = *failure;
    return failure != NULL;
}

/* Signals. */

static void show_where(struct supervisor *supervisor)
{
    struct buffer paths;
    buffer_init(&paths, 64 * 1024);
    crew_put_paths(supervisor->crew, &paths);
    ledger_sum_up(supervisor->ledger, supervisor->summary);
    progress_show(&supervisor->progress, supervisor->bytes_done + crew_bytes(supervisor->crew),
                  supervisor->summary, buffer_slice(&paths));
    buffer_release(&paths);
}

static void read_signals(struct supervisor *supervisor)
{
    struct signalfd_siginfo info;
    while (read(supervisor->signals, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGUSR1)
            show_where(supervisor);
        else
            supervisor->stopped_by = (int)info.ssi_signo;
    }
}

static int block_signals(struct supervisor *supervisor, struct error *err)
{
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    sigaddset(&mask, SIGUSR1);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a full quota is an error of write */
    if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
        return error_set_errno(err, "cannot block signals");
    supervisor->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    return supervisor->signals < 0 ? error_set_errno(err, "cannot watch for signals") : 0;
}

/* Reports. */

/* Nobody is left to tell: a closed pipe, a full disk. While one report can still be written, the scan goes on for it. */
static bool has_no_report(const struct supervisor *supervisor)
{
    for (size_t i = 0; i < supervisor->report_count; i++)
        if (!supervisor->reports[i]->has_failed)
            return false;
    return supervisor->report_count > 0;
}

static int open_reports(struct supervisor *supervisor, struct error *err)
{
    struct scan_request *request = supervisor->request;
    static char sandbox[64];
    struct sandbox_state state;
    crew_sandbox(supervisor->crew, &state);
    sandbox_describe(&state, sandbox, sizeof sandbox);
    request->run.sandbox = sandbox;
    request->run.started = time(NULL);
    request->run.ruleset = request->ruleset;
    request->run.key = request->key->name;
    docket_begin_run(request);
    if (request->sandbox != SANDBOX_REQUIRE && !state.has_seccomp)
        log_warn("workers run without a sandbox");
    return request->open_reports(request->ctx, &request->run, &supervisor->reports, &supervisor->report_count,
                                 err);
}

static int finish_reports(struct supervisor *supervisor, struct error *err)
{
    int result = 0;
    for (size_t i = 0; i < supervisor->report_count; i++)
        if (report_finish(supervisor->reports[i], supervisor->summary, result < 0 ? NULL : err) < 0)
            result = -1;
    return result;
}

/* The loop. */

/* All was read: what was locked comes again. A few tasks at a time, since each holds many descriptors. */
static bool add_unlocking(struct supervisor *supervisor)
{
    size_t places = 0;
    bool is_any = false;
    for (unsigned i = 0; i < supervisor->request->jobs && places <= UNLOCK_PLACES_MAX; i++) {
        struct task *task = locks_next(supervisor->locks);
        if (!task)
            break;
        task->order.id = ++supervisor->next_id;
        crew_add(supervisor->crew, task);
        places += task->unlock->place_count;
        is_any = true;
    }
    return is_any;
}

static void loop(struct supervisor *supervisor)
{
    while (!supervisor->stopped_by && !has_no_report(supervisor)) {
        fill_queue(supervisor);
        if (supervisor->is_listing_done && crew_is_idle(supervisor->crew) && !add_unlocking(supervisor))
            return;
        int wait = supervisor->progress.is_terminal ? TICK_MS : TICK_BUSY_MS;
        if (crew_turn(supervisor->crew, supervisor->signals, wait, &supervisor->failure) < 0 ||
            has_case_failed(supervisor)) {
            supervisor->has_failed = true;
            return;
        }
        read_signals(supervisor);
        ledger_sum_up(supervisor->ledger, supervisor->summary);
        progress_tick(&supervisor->progress, supervisor->bytes_done + crew_bytes(supervisor->crew),
                      supervisor->summary);
    }
}

/* What was not reached when a signal, a failure or a broken report stopped the scan. */
static void tell_interrupted(struct supervisor *supervisor)
{
    supervisor->summary->is_interrupted = supervisor->stopped_by != 0 || supervisor->has_failed;
}

/* Nothing at all was there to read: the paths or patterns are wrong, and no report may look as if mail had been found clean. */
static bool is_nothing_read(const struct supervisor *supervisor)
{
    const struct report_summary *summary = supervisor->summary;
    return supervisor->request->input_count > 0 && supervisor->is_listing_done && summary->gaps == 0 &&
           summary->inputs_in_case == 0 && supervisor->progress.bytes_total == 0 &&
           summary->counts.bytes == 0 && !summary->is_interrupted;
}

/* A filter that leaves out every message is mistyped more often than not. What else was found beside them keeps its own status. */
static bool is_all_left_out(const struct supervisor *supervisor)
{
    const struct report_summary *summary = supervisor->summary;
    return left_out_all(summary) && summary->exit_status == 0 && !summary->is_interrupted;
}

static int fail_of_nothing(const struct supervisor *supervisor, struct error *err)
{
    uint64_t inputs = supervisor->summary->inputs;
    struct buffer words;
    if (left_out_all(supervisor->summary)) {
        buffer_init(&words, (size_t)64 * 1024);
        left_out_put(&words, supervisor->summary, false);
        error_set(err, ERROR_USAGE, "nothing was read: %.*s", (int)words.len, (const char *)words.ptr);
        buffer_release(&words);
        return -1;
    }
    if (inputs == 0)
        return error_set(err, ERROR_USAGE, "nothing was read: no file is there, or none that is to be read");
    return error_set(err, ERROR_USAGE, "nothing was read: %s",
                     inputs == 1 ? "the input is empty" : "all inputs are empty");
}

/* The status that the program will end with. */
static int status_of(const struct supervisor *supervisor, bool is_nothing)
{
    if (supervisor->stopped_by)
        return 128 + supervisor->stopped_by;
    return is_nothing || supervisor->has_failed ? 2 : supervisor->summary->exit_status;
}

static int end_scan(struct supervisor *supervisor, struct error *err)
{
    tell_interrupted(supervisor);
    ledger_tell_locked(supervisor->ledger, NULL, NULL);
    ledger_settle(supervisor->ledger);
    if (supervisor->request->store && !supervisor->summary->is_interrupted)
        case_pairs_are_put(supervisor->request->store);
    const struct report_exports *exports = ledger_exports(
        supervisor->ledger, !supervisor->summary->is_interrupted && !has_no_report(supervisor));
    supervisor->summary->seconds = progress_clock() - supervisor->progress.started;
    ledger_sum_up(supervisor->ledger, supervisor->summary);
    progress_finish(&supervisor->progress);
    bool is_nothing_open = supervisor->request->input_count > 0 && listing_opened(supervisor->listing) == 0 &&
                           supervisor->is_listing_done;
    bool is_left_out = is_all_left_out(supervisor), is_nothing = is_nothing_read(supervisor) || is_left_out;
    supervisor->summary->is_complete &= !is_left_out;
    supervisor->summary->exit_status = status_of(supervisor, is_nothing_open || is_nothing);
    supervisor->summary->known = ledger_known(supervisor->ledger);
    supervisor->summary->exports = exports;
    docket_end_run(supervisor->request, supervisor->summary);
    supervisor->has_failed |= has_case_failed(supervisor);
    uint64_t in_case = supervisor->summary->inputs_in_case;
    if (in_case > 0)
        log_warn("%llu of %llu inputs %s in the case already and %s not read again",
                 (unsigned long long)in_case, (unsigned long long)supervisor->summary->inputs,
                 in_case == 1 ? "was" : "were", in_case == 1 ? "was" : "were");
    if (supervisor->told_twice > 1)
        log_warn("%llu inputs are in the case under two custodians: where that is wrong, make a new case",
                 (unsigned long long)supervisor->told_twice);
    int result = finish_reports(supervisor, err);
    supervisor->summary->known = NULL;
    supervisor->summary->exports = NULL;
    if (supervisor->has_failed) {
        *err = supervisor->failure;
        return -1;
    }
    if (result == 0 && is_nothing_open)
        return error_set(err, ERROR_USAGE, "none of the inputs could be opened");
    if (result == 0 && is_nothing)
        return fail_of_nothing(supervisor, err);
    return result;
}

static int run(struct supervisor *supervisor, struct error *err)
{
    const struct crew_calls calls = { on_unit, on_range, on_spool, on_death, on_done, supervisor };
    if (block_signals(supervisor, err) < 0)
        return -1;
    supervisor->crew = crew_new(supervisor->request, &calls, err);
    if (!supervisor->crew)
        return -1;
    if (open_reports(supervisor, err) < 0)
        return -1;
    supervisor->locks = locks_new(supervisor->request);
    supervisor->ledger =
        ledger_new(supervisor->request, supervisor->reports, supervisor->report_count, supervisor->locks);
    supervisor->listing = listing_new(supervisor->request);
    loop(supervisor);
    return end_scan(supervisor, err);
}

int supervisor_run(struct scan_request *request, struct report_summary *summary, int *signal_number,
                   struct error *err)
{
    struct supervisor supervisor = { .request = request, .summary = summary, .signals = -1 };
    *summary = (struct report_summary){ .filters = request->filters };
    progress_init(&supervisor.progress, request->progress);
    int result = run(&supervisor, err);
    *signal_number = supervisor.stopped_by;
    crew_free(supervisor.crew);
    ledger_free(supervisor.ledger);
    locks_free(supervisor.locks);
    listing_free(supervisor.listing);
    if (supervisor.signals >= 0)
        close(supervisor.signals);
    return result;
}
