/* report.c - linked into what `make asan` builds: keeps what a sanitizer says, wherever in the program it is said.
 *
 * Workers and helpers have no standard error worth reading, no files to open, and would die of the attempt to start a symbolizer. So a descriptor
 * to the log (MAILSPILL_SANITIZER_LOG) is opened before anything else, stays open where the program closes all it does not know, and goes along
 * into helpers. Without that variable reports go to standard error, as ever.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LOG_FD = 200 };

static bool is_helper; /* started by the program, which left the log open */

const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
int __lsan_is_turned_off(void);

/* For helpers, which start without an environment (tests/asan/run says the same by ASAN_OPTIONS): frames stay numbers, since a symbolizer is a
 * program that no box lets start, and huge allocations fail as they do under a worker's memory limit. */
const char *__asan_default_options(void)
{
    return fcntl(LOG_FD, F_GETFD) >= 0 ? "allocator_may_return_null=1:symbolize=0"
                                       : "allocator_may_return_null=1";
}

const char *__ubsan_default_options(void)
{
    return "print_stacktrace=1";
}

/* Helpers keep what they load on purpose (converters, tesseract's tables), and what they read they read in a box where nothing can look. */
int __lsan_is_turned_off(void)
{
    return is_helper;
}

/* A fork is a process of its own to the runtime, which would close the descriptor and open another file. */
static void write_to_log(void)
{
    __sanitizer_set_report_fd((void *)(uintptr_t)LOG_FD);
}

/* What looks for leaks when a process ends must be let at it; scans and unlock hide themselves. */
static void show_again(void)
{
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

__attribute__((constructor)) static void open_log(void)
{
    const char *path = getenv("MAILSPILL_SANITIZER_LOG");
    is_helper = fcntl(LOG_FD, F_GETFD) >= 0;
    if (!is_helper) {
        int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT, 0666) : -1;
        if (fd < 0 || dup2(fd, LOG_FD) < 0)
            return;
        close(fd);
    }
    __sanitizer_sandbox_arguments arguments = { .coverage_fd = -1 };
    __sanitizer_sandbox_on_notify(&arguments); /* what is mapped where, read while files can be opened */
    write_to_log();
    atexit(show_again);
    pthread_atfork(NULL, NULL, write_to_log);
}

/* Stands before the C library's. */
int close_range(unsigned first, unsigned last, int flags);

int close_range(unsigned first, unsigned last, int flags)
{
    long before = 0, after = 0;
    if (first > LOG_FD || last < LOG_FD)
        return (int)syscall(SYS_close_range, first, last, flags);
    if (first < LOG_FD)
        before = syscall(SYS_close_range, first, LOG_FD - 1, flags);
    if (last > LOG_FD)
        after = syscall(SYS_close_range, LOG_FD + 1, last, flags);
    return before < 0 || after < 0 ? -1 : 0;
}

/* So does this: the runtime asks where signals are handled before each longjmp (libpng's), and a helper's box answers with an error. */
int sigaltstack(const stack_t *new, stack_t *old)
{
    long result = syscall(SYS_sigaltstack, new, old);
    if (result < 0 && !new &&old) {
        *old = (stack_t){ .ss_flags = SS_DISABLE };
        return 0;
    }
    return (int)result;
}

/* And this: workers end with it, and only where they have no filter can anything look for what they leaked. */
void _exit(int status)
{
    if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0) {
        show_again();
        (void)__lsan_do_recoverable_leak_check();
    }
    for (;;)
        (void)syscall(SYS_exit_group, status);
}
