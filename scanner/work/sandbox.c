/* sandbox.c - the box a worker parses input in, on Linux: identity, rlimits, Landlock, seccomp. */
#include "work/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/slice.h"

#define NOBODY 65534u
#define OPEN_MOST \
    512 /* descriptors: tasks that wait with their places, and a spool for each of the containers in one another */
#define SPOOL_SLACK ((uint64_t)4 * 1024 * 1024) /* read on before an item is found too large */

/* Calls that only an attacker makes from here: the process ends. Everything in neither list answers EPERM. */
static const char *const killed_calls[] = {
    "execve",
    "execveat",
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "fork",
    "vfork",
    "clone",
    "clone3",
    "mount",
    "umount2",
    "pivot_root",
    "bpf",
    "kexec_load",
    "init_module",
    "finit_module",
    "keyctl",
    "userfaultfd",
    "unshare",
    "setns",
    "perf_event_open",
    "open_by_handle_at",
    "io_uring_setup",
    "pidfd_getfd",
    "kcmp",
    "personality",
    "name_to_handle_at",
    "memfd_create",
    "add_key",
    "request_key",
};

/* What parsing needs once every file is open. newfstatat is glibc's fstat; it can name no file that Landlock or EPERM on open would let in. */
static const char *const allowed_calls[] = {
    "read",           "readv",           "pread64",       "write",        "pwrite64",
    "sendmsg",        "recvmsg",         "sendto",        "recvfrom",     "close",
    "fstat",          "lseek",           "munmap",        "mremap",       "brk",
    "madvise",        "futex",           "clock_gettime", "gettimeofday", "clock_nanosleep",
    "nanosleep",      "getrandom",       "exit",          "exit_group",   "rt_sigreturn",
    "rt_sigprocmask", "rt_sigaction",    "sigaltstack",   "getpid",       "gettid",
    "poll",           "ppoll",           "sched_yield",   "getrusage",    "restart_syscall",
    "rseq",           "set_robust_list", "sysinfo",       "times",        "ftruncate",
    "time",
};

/* What is left to a helper's child, which has its document and its answer on one stream. */
static const char *const tight_calls[] = {
    "read",
    "write",
    "sendto",
    "recvfrom",
    "close",
    "fstat",
    "lseek",
    "munmap",
    "mremap",
    "brk",
    "madvise",
    "futex",
    "gettimeofday",
    "clock_gettime",
    "getrandom",
    "exit",
    "exit_group",
    "rt_sigreturn",
    "rt_sigaction",
    "sched_yield",
    "getrusage",
    "restart_syscall",
    "rt_sigprocmask",
    "getpid",
    "gettid",
    "times",
    "time",
    "rseq",
    "set_robust_list",
};

struct call_list {
    const char *const *names;
    size_t count;
};

static const struct call_list parsing_calls = { allowed_calls, sizeof allowed_calls / sizeof *allowed_calls };
static const struct call_list helping_calls = { tight_calls, sizeof tight_calls / sizeof *tight_calls };

static int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : (int)abi;
}

/* An empty rule set over every right that this ABI knows: no file can be reached by name. */
static int enter_landlock(int abi)
{
    static const unsigned rights_by_abi[] = { 0, 13, 14, 15 };
    unsigned rights = rights_by_abi[abi < 3 ? abi : 3];
    struct landlock_ruleset_attr attr = { .handled_access_fs = ((uint64_t)1 << rights) - 1 };
    long fd = syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (fd < 0)
        return -1;
    long result = syscall(SYS_landlock_restrict_self, (int)fd, 0);
    close((int)fd);
    return result < 0 ? -1 : 0;
}

static int allow_without_exec(scmp_filter_ctx filter, int call)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
}

static int build_filter(scmp_filter_ctx filter, const struct call_list *allowed)
{
    for (size_t i = 0; i < sizeof killed_calls / sizeof *killed_calls; i++) {
        int call = seccomp_syscall_resolve_name(killed_calls[i]);
        if (call != __NR_SCMP_ERROR && seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, call, 0) < 0)
            return -1;
    }
    for (size_t i = 0; i < allowed->count; i++) {
        int call = seccomp_syscall_resolve_name(allowed->names[i]);
        if (call != __NR_SCMP_ERROR && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) < 0)
            return -1;
    }
    int me = (int)getpid();
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                         SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)me)) < 0)
        return -1;
    if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                         SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH)) < 0)
        return -1;
    return allow_without_exec(filter, SCMP_SYS(mmap)) < 0 ||
                   allow_without_exec(filter, SCMP_SYS(mprotect)) < 0
               ? -1
               : 0;
}

static int enter_seccomp(const struct call_list *allowed)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return -1;
    int result = build_filter(filter, allowed) < 0 || seccomp_load(filter) < 0 ? -1 : 0;
    seccomp_release(filter);
    return result;
}

static void set_limit(int what, uint64_t value)
{
    struct rlimit limit = { value, value };
    setrlimit((__rlimit_resource_t)what, &limit);
}

/* Bytes of address space that are mapped now. */
static uint64_t mapped_now(void)
{
    char text[64] = "";
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    uint64_t pages = 0;
    if (fd >= 0)
        close(fd);
    struct slice number = slice_of(text, got > 0 ? (size_t)got : 0);
    number.len = slice_find_byte(number, 0, ' ') == SLICE_NONE ? 0 : slice_find_byte(number, 0, ' ');
    if (slice_to_u64(number, &pages) < 0)
        return (uint64_t)1 << 30;
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* There in builds with AddressSanitizer, whose shadow no limit on the address space can hold. */
extern void __asan_init(void) __attribute__((weak));

bool sandbox_is_instrumented(void)
{
    return __asan_init != NULL;
}

void sandbox_hide(void)
{
    set_limit(RLIMIT_CORE, 0);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static void enter_limits(const struct limits *limits)
{
    set_limit(RLIMIT_NPROC, 0);
    set_limit(RLIMIT_NOFILE, OPEN_MOST);
    set_limit(RLIMIT_FSIZE, limits->held_bytes + SPOOL_SLACK);
    if (!sandbox_is_instrumented())
        set_limit(RLIMIT_AS, mapped_now() + limits->worker_memory);
}

static int drop_root(struct sandbox_state *state)
{
    if (geteuid() != 0)
        return 0;
    if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
        setresuid(NOBODY, NOBODY, NOBODY) < 0)
        return -1;
    state->has_dropped_root = true;
    return 0;
}

void sandbox_probe(struct sandbox_state *state)
{
    *state = (struct sandbox_state){ .landlock = landlock_abi() };
    state->has_seccomp = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

/* What both boxes do once their limits are set. */
static int enter_box(const struct call_list *allowed, struct sandbox_state *state, struct error *err)
{
    if (drop_root(state) < 0)
        return error_set_errno(err, "cannot give up root");
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); /* after the change of user, which clears it */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return error_set_errno(err, "cannot set no_new_privs");
    sandbox_hide(); /* after it, too */
    int abi = landlock_abi();
    if (abi > 0 && enter_landlock(abi) == 0)
        state->landlock = abi;
    if (enter_seccomp(allowed) < 0)
        return error_set(err, ERROR_SYSTEM,
                         "cannot load the seccomp filter: this kernel or container forbids it");
    state->has_seccomp = true;
    return 0;
}

int sandbox_enter(const struct limits *limits, struct sandbox_state *state, struct error *err)
{
    *state = (struct sandbox_state){ 0 };
    enter_limits(limits);
    return enter_box(&parsing_calls, state, err);
}

int sandbox_enter_tight(uint64_t memory, uint64_t cpu, struct sandbox_state *state, struct error *err)
{
    const struct rlimit time = { cpu, cpu + 5 }; /* the first one tells why it ends */
    *state = (struct sandbox_state){ 0 };
    if (!sandbox_is_instrumented())
        set_limit(RLIMIT_AS, mapped_now() + memory);
    setrlimit(RLIMIT_CPU, &time);
    set_limit(RLIMIT_NPROC, 0);
    set_limit(RLIMIT_FSIZE, 0);
    set_limit(RLIMIT_NOFILE, 16); /* one is used by Landlock's way in; seccomp lets none be made */
    return enter_box(&helping_calls, state, err);
}

int sandbox_drop_root(struct error *err)
{
    struct sandbox_state state;
    if (drop_root(&state) < 0)
        return error_set_errno(err, "cannot give up root");
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    return 0;
}

void sandbox_describe(const struct sandbox_state *state, char *text, size_t size)
{
    if (state->has_seccomp && state->landlock)
        snprintf(text, size, "seccomp+landlock%d", state->landlock);
    else
        snprintf(text, size, "%s", state->has_seccomp ? "seccomp" : "off");
}
