/* client.c - the worker's side of a helper: one document in, frames out. */
#include "ask/client.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM (4 * (HELPER_FRAME_HEAD + HELPER_FRAME_MOST))

bool helper_is_there(const struct helper_client *client, enum helper_kind kind)
{
    return client && client->control[kind] >= 0;
}

bool helper_is_lost(const struct helper_client *client, enum helper_kind kind)
{
    return client && client->is_lost[kind];
}

int helper_say_missing(const struct helper_client *client, enum helper_kind kind, struct error *err)
{
    if (!helper_is_lost(client, kind))
        return error_set(err, ERROR_UNSUPPORTED, "%s", helper_lack(kind));
    return error_set(err, ERROR_CRASHED,
                     "%s failed at another document, or could not be started: only bytes are read",
                     helper_name(kind));
}

/* 1: FD can be used for EVENTS (or has ended); 0: nothing happened in all the time. */
static int await(const struct helper_client *client, int fd, short events)
{
    struct pollfd polled = { fd, events, 0 };
    int got;
    do {
        got = poll(&polled, 1, (int)client->silence * 1000);
    } while (got < 0 && errno == EINTR);
    return got != 0;
}

static void lose(struct helper_client *client, enum helper_kind kind)
{
    if (client->control[kind] >= 0) {
        close(client->control[kind]);
        client->is_lost[kind] = true;
    }
    client->control[kind] = -1;
}

static int passed_fd(struct msghdr *message)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int fd = -1;
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof fd))
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

/* Give ORDER and take its answer, at most 5 bytes. The bytes, and *FD where one came; -1: the helper is gone. */
static ssize_t give_order(struct helper_client *client, enum helper_kind kind, char order,
                          unsigned char *answer, int *fd)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct iovec part = { answer, 5 };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    int socket = client->control[kind];
    ssize_t got = -1;
    *fd = -1;
    if (socket >= 0 && send(socket, &order, 1, MSG_NOSIGNAL) == 1 && await(client, socket, POLLIN))
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (got <= 0) {
        lose(client, kind);
        return -1;
    }
    *fd = passed_fd(&message);
    return got;
}

/* All of BYTES. 1; 0: the child takes no more, and its answer will say why; -1: it stands still. */
static int give(struct helper_call *call, struct slice bytes, struct error *err)
{
    while (bytes.len > 0) {
        ssize_t sent = send(call->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0)
            bytes = slice_skip(bytes, (size_t)sent);
        else if (errno == EAGAIN && !await(call->client, call->fd, POLLOUT))
            return error_set(err, ERROR_TIMEOUT, "%s took nothing for %u seconds", helper_name(call->kind),
                             call->client->silence);
        else if (errno != EAGAIN && errno != EINTR)
            return 0;
    }
    return 1;
}

static int give_document(struct helper_call *call, struct source *document, struct error *err)
{
    unsigned char piece[64 * 1024];
    uint64_t at = 0;
    int went = 1;
    while (went == 1 && at < document->size) {
        int64_t got = source_read_at(document, at, piece, sizeof piece, err);
        if (got < 0)
            return -1;
        if (got == 0)
            return error_set(err, ERROR_TRUNCATED, "the document became shorter");
        at += (uint64_t)got;
        went = give(call, slice_of(piece, (size_t)got), err);
    }
    return went;
}

static int give_passwords(struct helper_call *call, const struct slice *passwords, size_t count,
                          struct error *err)
{
    int went = 1;
    for (size_t i = 0; i < count && went == 1; i++) {
        struct slice password = slice_sub(passwords[i], 0, HELPER_PASSWORD);
        unsigned char len[4] = { (unsigned char)password.len, (unsigned char)(password.len >> 8) };
        went = give(call, slice_of(len, sizeof len), err);
        if (went == 1)
            went = give(call, password, err);
    }
    return went;
}

int helper_call_begin(struct helper_call *call, struct helper_client *client, enum helper_kind kind,
                      const struct slice *passwords, size_t password_count, struct source *document,
                      struct error *err)
{
    unsigned char answer[5], head[HELPER_HEAD];
    *call = (struct helper_call){ .client = client, .kind = kind, .fd = -1 };
    buffer_init(&call->room, ROOM);
    if (!helper_is_there(client, kind))
        return helper_say_missing(client, kind, err);
    if (give_order(client, kind, HELPER_BEGIN, answer, &call->fd) < 0)
        return error_set(err, ERROR_CRASHED, "%s could not be started, or has ended", helper_name(kind));
    if (call->fd < 0 || answer[0] != HELPER_BEGIN)
        return error_set(err, ERROR_CRASHED, "%s could start nothing", helper_name(kind));
    if (password_count > HELPER_PASSWORDS)
        password_count = HELPER_PASSWORDS;
    helper_request_head(head, password_count, document->size);
    int went = give(call, slice_of(head, sizeof head), err);
    if (went == 1)
        went = give_passwords(call, passwords, password_count, err);
    if (went == 1)
        went = give_document(call, document, err);
    return went < 0 ? -1 : 0;
}

static int say_death(struct helper_call *call, struct error *err)
{
    unsigned char answer[5];
    const char *name = helper_name(call->kind);
    struct slice rest = slice_of(answer + 1, 4);
    uint32_t status = 0;
    int fd;
    ssize_t got = give_order(call->client, call->kind, HELPER_HOW, answer, &fd);
    if (fd >= 0)
        close(fd);
    if (got != 5 || slice_eat_u32le(&rest, &status) < 0)
        return error_set(err, ERROR_CRASHED, "%s has ended", name);
    if (WIFSIGNALED((int)status) && WTERMSIG((int)status) == SIGXCPU)
        return error_set(err, ERROR_TIMEOUT, "%s took too much CPU time", name);
    if (WIFSIGNALED((int)status))
        return error_set(err, ERROR_CRASHED, "%s died of it (signal %d)", name, WTERMSIG((int)status));
    return error_set(err, ERROR_CRASHED, "%s gave up (status %d)", name, WEXITSTATUS((int)status));
}

/* More bytes into the room. 1; -1. */
static int receive_more(struct helper_call *call, struct error *err)
{
    buffer_drop(&call->room, call->at);
    call->at = 0;
    size_t room = HELPER_FRAME_HEAD + HELPER_FRAME_MOST;
    unsigned char *into = buffer_reserve(&call->room, room);
    if (call->fd < 0 || !into)
        return error_set(err, ERROR_CRASHED, "%s has ended", helper_name(call->kind));
    if (!await(call->client, call->fd, POLLIN))
        return error_set(err, ERROR_TIMEOUT, "%s said nothing for %u seconds", helper_name(call->kind),
                         call->client->silence);
    ssize_t got = recv(call->fd, into, room, 0);
    if (got <= 0)
        return say_death(call, err);
    call->room.len += (size_t)got;
    return 1;
}

int helper_call_next(struct helper_call *call, struct helper_frame *frame, struct error *err)
{
    for (;;) {
        struct slice rest = slice_skip(buffer_slice(&call->room), call->at);
        size_t before = rest.len;
        if (call->has_ended)
            return 0;
        int got = helper_frame_eat(&rest, frame, err);
        if (got == 0)
            got = receive_more(call, err) == 1 ? 0 : -1;
        else
            call->at += before - rest.len;
        if (got < 0) {
            helper_call_end(call);
            return -1;
        }
        call->has_ended = got == 1 && frame->type == HELPER_END;
        if (got == 1)
            return !call->has_ended;
    }
}

void helper_call_end(struct helper_call *call)
{
    unsigned char answer[5];
    int fd;
    buffer_release(&call->room);
    call->at = 0;
    if (call->fd < 0)
        return;
    close(call->fd);
    call->fd = -1;
    /* Whatever the child is at, it ends now. */
    give_order(call->client, call->kind, HELPER_HOW, answer, &fd);
    if (fd >= 0)
        close(fd);
}

enum gap_kind helper_gap_kind(enum helper_gap gap)
{
    static const enum gap_kind kinds[HELPER_GAPS] = {
        [HELPER_GAP_DAMAGED] = GAP_DAMAGED,
        [HELPER_GAP_ENCRYPTED] = GAP_ENCRYPTED,
        [HELPER_GAP_UNSUPPORTED] = GAP_UNSUPPORTED,
        [HELPER_GAP_PICTURE] = GAP_PICTURE,
        [HELPER_GAP_PAGES] = GAP_LIMIT,
        [HELPER_GAP_TEXT] = GAP_LIMIT,
        [HELPER_GAP_PIXELS] = GAP_LIMIT,
    };
    return kinds[gap];
}

const char *helper_gap_limit(enum helper_gap gap)
{
    static const char *const limits[HELPER_GAPS] = {
        [HELPER_GAP_PAGES] = "pages",
        [HELPER_GAP_TEXT] = "document-text",
        [HELPER_GAP_PIXELS] = "pixels",
    };
    return limits[gap];
}
