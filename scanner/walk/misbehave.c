/* misbehave.c - test builds only: an input that does on demand what broken parsers do.
 *
 * The input is one line, "MAILSPILL-MISBEHAVE <verb>": crash, abort, hang, memory, flood, exec, socket, open, exit, linger.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

#include "walk/format.h"

#define SIGN "MAILSPILL-MISBEHAVE "

static enum bid misbehave_probe(const struct item *item, struct slice head)
{
    (void)item;
    return slice_starts_with(head, SIGN) ? BID_SIGNATURE : BID_NONE;
}

static void crash(struct walk *walk)
{
    (void)walk;
    raise(SIGSEGV);
    volatile int *nowhere = NULL;
    *nowhere = 1;
}

static void hang(struct walk *walk)
{
    (void)walk;
    for (volatile unsigned turns = 0;; turns++)
        continue;
}

static void eat_memory(struct walk *walk)
{
    for (;;)
        memset(arena_alloc(walk->arena, 1024 * 1024), 1, 1024 * 1024);
}

static void flood(struct walk *walk)
{
    for (;;)
        walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL, "flood");
}

static void exec(struct walk *walk)
{
    static char name[] = "/bin/true";
    char *const arguments[] = { name, NULL };
    (void)walk;
    execv(name, arguments);
    _exit(99);
}

static void make_socket(struct walk *walk)
{
    (void)walk;
    if (socket(AF_INET, SOCK_STREAM, 0) >= 0)
        _exit(99);
}

/* Answered by an error, so that the scan goes on; a success would be the failure. */
static void open_file(struct walk *walk)
{
    int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
    walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
             fd < 0 ? "open was refused" : "open was allowed");
}

static void leave(struct walk *walk)
{
    (void)walk;
    _exit(3);
}

static void die(struct walk *walk)
{
    (void)walk;
    abort();
}

/* Says that it ends, to whoever listens, and goes on as if at work. */
static void linger(struct walk *walk)
{
    for (int fd = 0; fd < 64; fd++)
        send(fd, "", 0, MSG_NOSIGNAL);
    for (;;) {
        struct arena_mark mark = arena_mark(walk->arena);
        struct source *source = source_from_memory(walk->arena, slice_str(""));
        source_fill(source_from_range(walk->arena, source, 1), 1, NULL);
        arena_rewind(walk->arena, mark);
    }
}

static const struct verb {
    const char *name;
    void (*act)(struct walk *walk);
} verbs[] = {
    { "crash", crash },        { "abort", die },     { "hang", hang },      { "memory", eat_memory },
    { "flood", flood },        { "exec", exec },     { "open", open_file }, { "exit", leave },
    { "socket", make_socket }, { "linger", linger }, { NULL, NULL },
};

static int misbehave_open(struct walk *walk, struct error *err)
{
    (void)err;
    struct slice verb = slice_trim(slice_skip(walk->item->source->ready, strlen(SIGN)));
    for (const struct verb *known = verbs; known->name; known++)
        if (slice_starts_with(verb, known->name))
            known->act(walk);
    return 0;
}

static int misbehave_next(struct walk *walk, struct item *child, struct error *err)
{
    (void)walk, (void)child, (void)err;
    return 0;
}

const struct format format_misbehave = {
    .name = "misbehave",
    .title = "test input that misbehaves on demand",
    .probe = misbehave_probe,
    .open = misbehave_open,
    .next = misbehave_next,
};
