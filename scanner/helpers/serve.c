/* serve.c - what every helper program is made of: a parent that never reads input, and one child in a box for each document. */
#include "helpers/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/utf8.h"
#include "work/sandbox.h"

#define OUT_MOST ((size_t)256 * 1024)
#define OUT_FULL ((size_t)64 * 1024) /* sent from here on */

enum { EXIT_NO_BOX = 70, EXIT_BAD_REQUEST = 71, EXIT_NO_MEMORY = 72 };

/* The child. */

static void flush(struct helper_job *job)
{
    struct slice rest = buffer_slice(&job->out);
    while (rest.len > 0) {
        ssize_t sent = send(job->fd, rest.ptr, rest.len, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            _exit(0);
        rest = slice_skip(rest, sent > 0 ? (size_t)sent : 0);
    }
    buffer_clear(&job->out);
}

static void put_frame(struct helper_job *job, enum helper_frame_type type, unsigned detail,
                      struct slice bytes)
{
    unsigned char head[HELPER_FRAME_HEAD];
    helper_frame_head(head, type, detail, bytes.len);
    buffer_put(&job->out, slice_of(head, sizeof head));
    buffer_put(&job->out, bytes);
    if (job->out.len >= OUT_FULL)
        flush(job);
}

/* TEXT as valid UTF-8 of at most MOST bytes. */
static void put_words(struct helper_job *job, enum helper_frame_type type, unsigned detail, struct slice text,
                      size_t most)
{
    struct buffer words;
    buffer_init(&words, 4 * HELPER_NAME_MOST);
    utf8_put_repaired(&words, slice_sub(text, 0, HELPER_NAME_MOST));
    struct slice all = buffer_slice(&words);
    put_frame(job, type, detail, slice_sub(all, 0, all.len > most ? utf8_cut(all, most) : all.len));
    buffer_release(&words);
}

void helper_put_item(struct helper_job *job, enum helper_item item, struct slice name)
{
    put_words(job, HELPER_ITEM, item, name, HELPER_NAME_MOST);
}

void helper_put_bytes(struct helper_job *job, struct slice bytes)
{
    while (bytes.len > 0) {
        struct slice piece = slice_sub(bytes, 0, HELPER_FRAME_MOST);
        put_frame(job, HELPER_BYTES, 0, piece);
        bytes = slice_skip(bytes, piece.len);
    }
}

void helper_put_gap(struct helper_job *job, enum helper_gap gap, const char *format, ...)
{
    char reason[HELPER_REASON_MOST + 1];
    va_list list;
    va_start(list, format);
    vsnprintf(reason, sizeof reason, format, list);
    va_end(list);
    put_words(job, HELPER_GAP, gap, slice_str(reason), HELPER_REASON_MOST);
}

void helper_put_opened(struct helper_job *job, size_t password)
{
    unsigned char number[4];
    for (unsigned i = 0; i < 4; i++)
        number[i] = (unsigned char)(password >> 8 * i);
    put_frame(job, HELPER_OPENED, 0, slice_of(number, sizeof number));
}

size_t helper_text_room(struct helper_job *job, size_t len)
{
    uint64_t left = job->settings->text - job->told;
    if (len > left) {
        if (!job->is_text_cut)
            helper_put_gap(job, HELPER_GAP_TEXT, "more text than is read of a document");
        job->is_text_cut = true;
        len = (size_t)left;
    }
    job->told += len;
    return len;
}

static void take(int fd, void *into, size_t len)
{
    unsigned char *at = into;
    while (len > 0) {
        ssize_t got = recv(fd, at, len, 0);
        if (got == 0 || (got < 0 && errno != EINTR))
            _exit(EXIT_BAD_REQUEST);
        at += got > 0 ? got : 0;
        len -= got > 0 ? (size_t)got : 0;
    }
}

static void *room_for(uint64_t len)
{
    void *room = calloc(1, (size_t)len + 1);
    if (!room)
        _exit(EXIT_NO_MEMORY);
    return room;
}

static void take_request(struct helper_job *job)
{
    unsigned char head[HELPER_HEAD];
    uint64_t len;
    take(job->fd, head, sizeof head);
    if (helper_request_read(slice_of(head, sizeof head), job->settings->document, &job->password_count,
                            &len) < 0)
        _exit(EXIT_BAD_REQUEST);
    struct slice *passwords = room_for(job->password_count * sizeof *passwords);
    for (size_t i = 0; i < job->password_count; i++) {
        unsigned char size[4];
        uint32_t bytes;
        take(job->fd, size, sizeof size);
        struct slice rest = slice_of(size, sizeof size);
        if (slice_eat_u32le(&rest, &bytes) < 0 || bytes > HELPER_PASSWORD)
            _exit(EXIT_BAD_REQUEST);
        void *password = room_for(bytes);
        take(job->fd, password, bytes);
        passwords[i] = slice_of(password, bytes);
    }
    void *document = room_for(len);
    take(job->fd, document, (size_t)len);
    job->passwords = passwords;
    job->document = slice_of(document, (size_t)len);
}

_Noreturn static void child_main(const struct helper_settings *settings, const struct helper_program *program,
                                 int fd)
{
    struct helper_job job = { .settings = settings, .fd = fd };
    struct sandbox_state state;
    struct error err;
    if (settings->needs_box != HELPER_BOX_OFF &&
        sandbox_enter_tight(settings->memory, settings->cpu, &state, &err) < 0 &&
        settings->needs_box == HELPER_BOX_REQUIRE)
        _exit(EXIT_NO_BOX);
    buffer_init(&job.out, OUT_MOST);
    take_request(&job);
    program->read(&job);
    put_frame(&job, HELPER_END, 0, slice_of(NULL, 0));
    flush(&job);
    _exit(0);
}

/* The parent. */

struct parent {
    const struct helper_settings *settings;
    const struct helper_program *program;
    pid_t child; /* 0: none */
};

/* The child's end, whether it came to it or not: a wait status. */
static uint32_t end_child(struct parent *parent)
{
    int status = 0;
    if (parent->child <= 0)
        return 0;
    kill(parent->child, SIGKILL); /* changes nothing where it is over already */
    while (waitpid(parent->child, &status, 0) < 0 && errno == EINTR)
        continue;
    parent->child = 0;
    return (uint32_t)status;
}

/* One packet with a descriptor, or without: FD -1. */
static void answer(struct slice bytes, int fd)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct iovec part = { (void *)(uintptr_t)bytes.ptr, bytes.len };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    if (fd >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    if (sendmsg(HELPER_CONTROL_FD, &message, MSG_NOSIGNAL) < 0)
        _exit(0);
}

static void begin(struct parent *parent)
{
    int pair[2];
    end_child(parent);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
        answer(slice_str((const char[]){ HELPER_FAILED, 0 }), -1);
        return;
    }
    parent->child = fork();
    if (parent->child == 0) {
        close(HELPER_CONTROL_FD);
        close(pair[0]);
        child_main(parent->settings, parent->program, pair[1]);
    }
    close(pair[1]);
    answer(slice_str((const char[]){ parent->child > 0 ? HELPER_BEGIN : HELPER_FAILED, 0 }),
           parent->child > 0 ? pair[0] : -1);
    close(pair[0]);
}

static void tell_how(struct parent *parent)
{
    uint32_t status = end_child(parent);
    unsigned char bytes[5] = { HELPER_HOW };
    for (unsigned i = 0; i < 4; i++)
        bytes[1 + i] = (unsigned char)(status >> 8 * i);
    answer(slice_of(bytes, sizeof bytes), -1);
}

int helper_serve(char *const *argv, const struct helper_program *program)
{
    struct helper_settings settings;
    struct parent parent = { &settings, program, 0 };
    struct error err;
    char order;
    if (!argv[0] || helper_settings_read(&settings, argv + 1) < 0) {
        fputs("this program is started by mailspill, for documents of one kind\n", stderr);
        return 2;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    program->load(&settings);
    if (sandbox_drop_root(&err) < 0 && settings.needs_box == HELPER_BOX_REQUIRE)
        return EXIT_NO_BOX;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    sandbox_hide();
    while (recv(HELPER_CONTROL_FD, &order, 1, 0) == 1) {
        if (order == HELPER_BEGIN)
            begin(&parent);
        else if (order == HELPER_HOW)
            tell_how(&parent);
        else
            break;
    }
    end_child(&parent);
    return 0;
}
