/* zygote.c - the process that holds the rules and forks workers: it never sees the key, nor any input. */
#include "work/zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sort.h"
#include "decode/charset.h"
#include "walk/format.h"
#include "walk/type.h"
#include "work/frame.h"
#include "work/sandbox.h"
#include "work/weigh.h"

/* Machine code of all rules costs 20 ms; that much is saved on 16 MB of plain mail, and on more of HTML, in which fewer rules look twice. */
#define LITTLE ((uint64_t)24 * 1024 * 1024)

static void say(int control, enum frame_type type, uint32_t slot, uint32_t pid, const int *status)
{
    struct buffer record;
    buffer_init(&record, 64);
    buffer_put_u32le(&record, slot);
    buffer_put_u32le(&record, pid);
    if (status)
        buffer_put_u32le(&record, (uint32_t)*status);
    if (frame_send(control, type, buffer_slice(&record), -1, FRAME_BLOCK) < 0)
        _exit(0);
    buffer_release(&record);
}

_Noreturn static void fail(int control, const char *words)
{
    frame_send(control, FRAME_FAILED, slice_str(words), -1, FRAME_BLOCK);
    _exit(2);
}

/* A fork leaves everything open: the reports, standard output, the supervisor's other sockets. */
static void close_all_but(int first, int kept)
{
    if (kept > first)
        close_range((unsigned)first, (unsigned)kept - 1, 0);
    close_range((unsigned)(kept < first ? first : kept + 1), UINT_MAX, 0);
}

static int compare_fds(const void *a, const void *b)
{
    const int *first = a, *second = b;
    return (*first > *second) - (*first < *second);
}

/* The same for a worker, which keeps its helpers' sockets too. */
static void close_all_but_own(int first, int socket, const struct helper_client *client)
{
    int kept[1 + HELPER_KINDS] = { socket };
    size_t count = 1;
    for (unsigned kind = 0; kind < HELPER_KINDS; kind++)
        if (client->control[kind] >= 0)
            kept[count++] = client->control[kind];
    sort_items(kept, count, sizeof *kept, compare_fds);
    for (size_t i = 0; i < count; i++) {
        if (kept[i] > first)
            close_range((unsigned)first, (unsigned)kept[i] - 1, 0);
        first = kept[i] + 1;
    }
    close_range((unsigned)first, UINT_MAX, 0);
}

/* Standard error stays where the sandbox is off, for whoever looks into a crash. */
static void close_standard_streams(enum sandbox_mode mode)
{
    int last = mode == SANDBOX_OFF || sandbox_is_instrumented() ? STDOUT_FILENO : STDERR_FILENO;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        _exit(2);
    for (int fd = 0; fd <= last; fd++)
        if (dup2(null, fd) < 0)
            _exit(2);
    close(null);
}

/* What the environment holds (a token of the build server's, say) is nothing that a parser needs. */
static void forget_environment(void)
{
    static char *nothing[] = { NULL };
    for (char **variable = environ; variable && *variable; variable++)
        explicit_bzero(*variable, strlen(*variable));
    environ = nothing;
}

/* Which slot a process has; grows never beyond jobs, since a slot has one worker at a time. */
struct children {
    pid_t *pids;
    unsigned count;
};

static void spawn(struct worker_setup *setup, int control, struct children *children, struct slice record,
                  int fd)
{
    struct helper_client client;
    uint32_t slot;
    if (slice_eat_u32le(&record, &slot) < 0 || slot >= children->count || fd < 0)
        _exit(2);
    helpers_pair(&setup->helpers, slot, &client);
    pid_t pid = fork();
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        close_all_but_own(3, fd, &client);
        worker_main(setup, slot, fd, &client);
    }
    close(fd);
    helpers_leave(&client);
    children->pids[slot] = pid;
    say(control, FRAME_SPAWNED, slot, pid < 0 ? 0 : (uint32_t)pid, NULL);
}

static void reap(int control, struct children *children)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (unsigned slot = 0; slot < children->count; slot++)
            if (children->pids[slot] == pid) {
                children->pids[slot] = 0;
                say(control, FRAME_DIED, slot, (uint32_t)pid, &status);
            }
}

_Noreturn static void end(struct children *children)
{
    for (unsigned slot = 0; slot < children->count; slot++)
        if (children->pids[slot] > 0)
            kill(children->pids[slot], SIGKILL);
    for (unsigned slot = 0; slot < children->count; slot++)
        while (children->pids[slot] > 0 && waitpid(children->pids[slot], NULL, 0) < 0 && errno == EINTR)
            continue;
    _exit(0); /* helpers that are left die with this process */
}

/* What the zygote waits for: its orders, the deaths of workers, and the first order to each worker's helpers. */
enum { POLL_CONTROL, POLL_SIGNALS, POLL_HELPERS };

static void watch_helpers(const struct helpers *helpers, struct pollfd *polled)
{
    for (unsigned i = 0; i < helpers->jobs * HELPER_KINDS; i++)
        polled[i] = (struct pollfd){ helpers->waiting[i], POLLIN, 0 };
}

static void wake_helpers(struct helpers *helpers, const struct pollfd *polled)
{
    for (unsigned i = 0; i < helpers->jobs * HELPER_KINDS; i++)
        if (polled[i].revents)
            helpers_wake(helpers, i, polled[i].revents & POLLIN);
}

_Noreturn static void serve(struct worker_setup *setup, int control)
{
    struct children children = { calloc(setup->jobs, sizeof(pid_t)), setup->jobs };
    nfds_t polled_count = POLL_HELPERS + (nfds_t)setup->jobs * HELPER_KINDS;
    struct pollfd *polled = calloc(polled_count, sizeof *polled);
    unsigned char *packet = malloc(FRAME_PACKET_MAX);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGCHLD);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    int signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (!children.pids || !packet || !polled || signals < 0)
        fail(control, "the zygote has no memory or descriptors");
    for (;;) {
        polled[POLL_CONTROL] = (struct pollfd){ control, POLLIN, 0 };
        polled[POLL_SIGNALS] = (struct pollfd){ signals, POLLIN, 0 };
        watch_helpers(&setup->helpers, polled + POLL_HELPERS);
        if (poll(polled, polled_count, -1) < 0 && errno != EINTR)
            end(&children);
        struct signalfd_siginfo info;
        while (read(signals, &info, sizeof info) > 0)
            continue;
        reap(control, &children);
        wake_helpers(&setup->helpers, polled + POLL_HELPERS);
        if (!(polled[POLL_CONTROL].revents & (POLLIN | POLLHUP)))
            continue;
        int fd;
        int64_t got = frame_receive(control, packet, &fd, FRAME_BLOCK);
        if (got < (int64_t)FRAME_HEADER || packet[0] != FRAME_SPAWN)
            end(&children);
        spawn(setup, control, &children, slice_of(packet + FRAME_HEADER, (size_t)got - FRAME_HEADER), fd);
    }
}

_Noreturn static void zygote_main(struct worker_setup *setup, int control, const struct scan_request *request,
                                  enum engine_use use)
{
    struct error err;
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    sandbox_hide();
    /* This process's copy of the key, before anything else comes to be here. */
    explicit_bzero((struct id_key *)(uintptr_t)request->key, sizeof *request->key);
    close_all_but(3, control);
    close_standard_streams(request->sandbox);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    setup->engine = engine_new_for(use, request->ruleset, request->database, &err);
    if (!setup->engine)
        fail(control, err.message);
    if (type_init(&err) < 0 || archive_init(&err) < 0)
        fail(control, err.message);
    charset_init();
    if (helpers_init(&setup->helpers, setup->settings, request->sandbox, setup->jobs) < 0)
        fail(control, "no memory for the helpers' sockets");
    forget_environment();
    serve(setup, control);
}

int zygote_start(struct zygote *zygote, struct worker_setup *setup, const struct scan_request *request,
                 struct error *err)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return error_set_errno(err, "cannot make a socket pair");
    bool is_little = inputs_are_small(request->inputs, request->input_count, LITTLE);
    pid_t pid = fork();
    if (pid < 0) {
        close(pair[0]);
        close(pair[1]);
        return error_set_errno(err, "cannot fork");
    }
    if (pid == 0) {
        close(pair[0]);
        zygote_main(setup, pair[1], request, is_little ? ENGINE_FOR_LITTLE : ENGINE_FOR_MUCH);
    }
    close(pair[1]);
    *zygote = (struct zygote){ pair[0], pid };
    return 0;
}

int zygote_spawn(struct zygote *zygote, unsigned slot, int *socket, struct error *err)
{
    int pair[2];
    struct buffer record;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return error_set_errno(err, "cannot make a socket pair");
    buffer_init(&record, 64);
    buffer_put_u32le(&record, slot);
    int sent = frame_send(zygote->socket, FRAME_SPAWN, buffer_slice(&record), pair[1], FRAME_BLOCK);
    buffer_release(&record);
    close(pair[1]);
    if (sent < 0) {
        close(pair[0]);
        return error_set(err, ERROR_SYSTEM, "the process that starts workers is gone");
    }
    *socket = pair[0];
    return 0;
}

void zygote_stop(struct zygote *zygote)
{
    if (zygote->socket >= 0)
        close(zygote->socket);
    if (zygote->pid > 0)
        while (waitpid(zygote->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    *zygote = (struct zygote){ -1, 0 };
}
