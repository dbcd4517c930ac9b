/* compile_apart.c - rules of a user's compiled in a process of their own: a pattern may cost Hyperscan minutes and gigabytes before it is refused.
 *
 * What comes back over the pipe is one byte, 'D' for the database or 'E' for why there is none, and the bytes of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "match/engine_parts.h"

#define MEMORY_MOST ((rlim_t)8 * 1024 * 1024 * 1024)
/* There in builds with AddressSanitizer, whose shadow no limit on the address space can hold. */
extern void __asan_init(void) __attribute__((weak));

#define ANSWER_MOST ((size_t)512 * 1024 * 1024)

static int write_whole(int fd, struct slice bytes)
{
    while (bytes.len > 0) {
        ssize_t done = write(fd, bytes.ptr, bytes.len);
        if (done < 0 && errno != EINTR)
            return -1;
        bytes = slice_skip(bytes, done > 0 ? (size_t)done : 0);
    }
    return 0;
}

static _Noreturn void compile_in_child(int out, const struct ruleset *set, enum engine_target target,
                                       unsigned seconds, const struct rule_report *report)
{
    struct buffer answer;
    struct error err = { 0 };
    const struct rlimit time = { seconds, seconds }, memory = { MEMORY_MOST, MEMORY_MOST }, none = { 0, 0 };
    setrlimit(RLIMIT_CPU, &time);
    if (!__asan_init)
        setrlimit(RLIMIT_AS, &memory);
    setrlimit(RLIMIT_CORE, &none);
    buffer_init(&answer, ANSWER_MOST);
    buffer_put_byte(&answer, 'D');
    if (engine_compile(set, target, &answer, report, &err) < 0) {
        buffer_clear(&answer);
        buffer_put_byte(&answer, 'E');
        buffer_put_str(&answer, err.message);
    }
    fflush(NULL);
    _exit(write_whole(out, buffer_slice(&answer)) < 0);
}

static void read_answer(int in, struct buffer *answer)
{
    for (;;) {
        unsigned char *room = buffer_reserve(answer, 64 * 1024);
        ssize_t got = room ? read(in, room, 64 * 1024) : 0;
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return;
        answer->len += (size_t)got;
    }
}

static int wait_for(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

/* What the child sent, and how it ended. */
static int take_answer(struct slice answer, int status, unsigned seconds, struct buffer *out,
                       struct error *err)
{
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
        return error_set(err, ERROR_LIMIT,
                         "took more than %u s to compile: try the rules in halves, and give what is slow a "
                         "shorter `find:`",
                         seconds);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || answer.len == 0)
        return error_set(err, ERROR_SYSTEM, "Hyperscan failed while it compiled the rules");
    struct slice rest = slice_skip(answer, 1);
    if (answer.ptr[0] == 'D')
        return buffer_put(out, rest);
    return error_set(err, ERROR_FORMAT, "%.*s", (int)rest.len, rest.ptr);
}

int engine_compile_within(unsigned seconds, const struct ruleset *set, enum engine_target target,
                          struct buffer *out, const struct rule_report *report, struct error *err)
{
    int ends[2];
    struct buffer answer;
    fflush(NULL); /* what is buffered would be written twice */
    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_set(err, ERROR_SYSTEM, "cannot make a pipe: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]); /* or it would wait for itself to read, should we end first */
        compile_in_child(ends[1], set, target, seconds, report);
    }
    close(ends[1]);
    buffer_init(&answer, ANSWER_MOST);
    if (child > 0)
        read_answer(ends[0], &answer);
    close(ends[0]);
    int result = child < 0 ? error_set(err, ERROR_SYSTEM, "cannot start a process: %s", strerror(errno))
                           : take_answer(buffer_slice(&answer), wait_for(child), seconds, out, err);
    buffer_release(&answer);
    return result;
}
