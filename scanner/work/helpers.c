/* helpers.c - the programs beside this one that read what the core does not: where they lie, and how they start. */
#include "work/helpers.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* A helper's child may add so much, as PST does in a worker. */
#define MEMORY ((uint64_t)1024 * 1024 * 1024)

/* Seconds that a child may be silent beyond its CPU time, where the machine is busy with others. */
#define PATIENCE 30

static bool is_program(char *path, size_t size, const char *folder, const char *below, const char *name)
{
    int len = snprintf(path, size, "%s%s/%s", folder, below, name);
    return len > 0 && (size_t)len < size && access(path, X_OK) == 0;
}

int helpers_find(enum helper_kind kind, char *path, size_t size)
{
    char own[4096];
    const char *name = helper_name(kind);
    ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
    own[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(own, '/');
    if (slash)
        *slash = '\0';
    if (slash &&
        (is_program(path, size, own, "", name) || is_program(path, size, own, "/../libexec/mailspill", name)))
        return 0;
    if (is_program(path, size, MAILSPILL_LIBEXECDIR, "", name))
        return 0;
    path[0] = '\0';
    return -1;
}

static uint64_t box_of(enum sandbox_mode sandbox)
{
    static const uint64_t boxes[] = {
        [SANDBOX_REQUIRE] = HELPER_BOX_REQUIRE,
        [SANDBOX_AUTO] = HELPER_BOX_AUTO,
        [SANDBOX_OFF] = HELPER_BOX_OFF,
    };
    return boxes[sandbox];
}

int helpers_init(struct helpers *helpers, const struct scan_settings *settings, enum sandbox_mode sandbox,
                 unsigned jobs)
{
    const struct limits *limits = &settings->limits;
    uint64_t silence = limits->item_cpu + PATIENCE, most = limits->hang / 2;
    *helpers = (struct helpers){
        .settings = { .needs_box = box_of(sandbox),
                      .cpu = limits->item_cpu,
                      .memory = MEMORY,
                      .document = limits->whole_bytes,
                      .pages = limits->pages,
                      .text = limits->document_text,
                      .pixels = limits->pixels },
        .jobs = jobs,
    };
    const char *languages = settings->languages ? settings->languages : "";
    snprintf(helpers->settings.languages, sizeof helpers->settings.languages, "%s", languages);
    /* The worker must give up before it is given up itself. */
    silence = silence < most ? silence : most;
    helpers->silence = silence < 1 ? 1 : (unsigned)silence;
    helpers->waiting = malloc(jobs * HELPER_KINDS * sizeof *helpers->waiting);
    if (!helpers->waiting)
        return -1;
    for (unsigned i = 0; i < jobs * HELPER_KINDS; i++)
        helpers->waiting[i] = -1;
    for (int kind = 0; kind < HELPER_KINDS; kind++)
        helpers_find((enum helper_kind)kind, helpers->paths[kind], HELPER_PATH_MOST);
    return 0;
}

static void forget(struct helpers *helpers, unsigned i)
{
    if (helpers->waiting[i] >= 0)
        close(helpers->waiting[i]);
    helpers->waiting[i] = -1;
}

void helpers_pair(struct helpers *helpers, unsigned slot, struct helper_client *client)
{
    client->silence = helpers->silence;
    client->is_reading_text = helpers->settings.languages[0] != '\0';
    for (unsigned kind = 0; kind < HELPER_KINDS; kind++) {
        int pair[2];
        unsigned i = slot * HELPER_KINDS + kind;
        client->control[kind] = -1;
        client->is_lost[kind] = false;
        forget(helpers, i);
        if (!helpers->paths[kind][0] || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
            continue;
        client->control[kind] = pair[0];
        helpers->waiting[i] = pair[1];
    }
}

void helpers_leave(struct helper_client *client)
{
    for (unsigned kind = 0; kind < HELPER_KINDS; kind++)
        if (client->control[kind] >= 0)
            close(client->control[kind]);
}

/* Threads of libraries would be killed in the box. poppler frees a page's letters and words at once, to take as many for the next: kept at hand, that is
 * a seventh of its time. */
static char locale_set[] = "LC_ALL=C.UTF-8", threads_set[] = "OMP_THREAD_LIMIT=1";
static char heap_set[] = "GLIBC_TUNABLES=glibc.malloc.tcache_count=4000";
static char *const helper_environment[] = { locale_set, threads_set, heap_set, NULL };

/* What libraries complain of may hold a document's own text: it goes nowhere. What they can't read comes back as a gap. */
static int silence(void)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    return nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0 ? -1 : 0;
}

_Noreturn static void become(const struct helpers *helpers, unsigned kind, int fd)
{
    char numbers[HELPER_NUMBERS][24];
    char path[HELPER_PATH_MOST], languages[HELPER_LANGUAGES_MOST];
    char *arguments[HELPER_NUMBERS + 3] = { path };
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    memcpy(path, helpers->paths[kind], sizeof path);
    memcpy(languages, helpers->settings.languages, sizeof languages);
    helper_settings_write(&helpers->settings, numbers);
    for (unsigned i = 0; i < HELPER_NUMBERS; i++)
        arguments[1 + i] = numbers[i];
    arguments[1 + HELPER_NUMBERS] = languages;
    if (silence() < 0)
        _exit(127);
    if (fd == HELPER_CONTROL_FD ? fcntl(fd, F_SETFD, 0) < 0 : dup2(fd, HELPER_CONTROL_FD) < 0)
        _exit(127);
    close_range(HELPER_CONTROL_FD + 1, UINT_MAX, 0);
    execve(path, arguments, helper_environment);
    _exit(127);
}

void helpers_wake(struct helpers *helpers, unsigned i, bool has_order)
{
    pid_t pid = has_order ? fork() : -1;
    if (pid == 0)
        become(helpers, i % HELPER_KINDS, helpers->waiting[i]);
    forget(helpers, i); /* without a helper the worker reads the end */
}
