/* frame.c - what supervisor, zygote and workers say to each other over a SOCK_SEQPACKET pair. */
#include "work/frame.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

void frame_writer_init(struct frame_writer *writer, int fd)
{
    *writer = (struct frame_writer){ .fd = fd };
    buffer_init(&writer->packet, FRAME_PACKET_MAX);
}

void frame_writer_release(struct frame_writer *writer)
{
    buffer_release(&writer->packet);
}

static int send_packet(int fd, struct slice packet, int pass, enum frame_wait wait)
{
    struct iovec part = { (void *)(uintptr_t)packet.ptr, packet.len };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    if (pass >= 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &pass, sizeof pass);
    }
    ssize_t sent;
    do {
        sent = sendmsg(fd, &message, MSG_NOSIGNAL | (wait == FRAME_DONT_BLOCK ? MSG_DONTWAIT : 0));
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

static void put_header(struct buffer *packet, enum frame_type type, unsigned flags, size_t len)
{
    unsigned char header[FRAME_HEADER] = { (unsigned char)type, (unsigned char)flags };
    for (unsigned i = 0; i < 4; i++)
        header[4 + i] = (unsigned char)(len >> 8 * i);
    buffer_put(packet, slice_of(header, sizeof header));
}

int frame_flush(struct frame_writer *writer)
{
    if (writer->packet.len > 0 && !writer->has_failed)
        writer->has_failed = send_packet(writer->fd, buffer_slice(&writer->packet), -1, FRAME_BLOCK) < 0;
    buffer_wipe_put(&writer->packet);
    return writer->has_failed ? -1 : 0;
}

int frame_put(struct frame_writer *writer, enum frame_type type, struct slice record)
{
    do {
        size_t room = FRAME_PACKET_MAX - writer->packet.len;
        if (room < FRAME_HEADER + (record.len < 256 ? record.len : 256)) {
            if (frame_flush(writer) < 0)
                return -1;
            room = FRAME_PACKET_MAX;
        }
        struct slice piece = slice_sub(record, 0, room - FRAME_HEADER);
        record = slice_skip(record, piece.len);
        put_header(&writer->packet, type, record.len > 0 ? FRAME_MORE : 0, piece.len);
        buffer_put(&writer->packet, piece);
    } while (record.len > 0);
    return writer->has_failed ? -1 : 0;
}

int frame_send(int fd, enum frame_type type, struct slice record, int pass, enum frame_wait wait)
{
    struct buffer packet;
    buffer_init(&packet, FRAME_PACKET_MAX);
    put_header(&packet, type, 0, record.len);
    int result = buffer_put(&packet, record);
    if (result < 0)
        errno = EMSGSIZE;
    else
        result = send_packet(fd, buffer_slice(&packet), pass, wait);
    int kept = errno;
    buffer_release(&packet);
    errno = kept;
    return result;
}

void frame_reader_init(struct frame_reader *reader)
{
    *reader = (struct frame_reader){ .pending = FRAME_NONE };
    buffer_init(&reader->record, FRAME_RECORD_MAX);
}

void frame_reader_release(struct frame_reader *reader)
{
    buffer_release(&reader->record);
}

/* The first descriptor that came along, or -1. The room holds two, because of its alignment, and any more than one is closed: a sender that is
 * not to be trusted must not fill our table. */
static int take_passed(struct msghdr *message)
{
    int kept = -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t at = CMSG_LEN(0); header->cmsg_len - at >= sizeof kept; at += sizeof kept) {
            int fd;
            memcpy(&fd, (unsigned char *)header + at, sizeof fd);
            if (kept < 0)
                kept = fd;
            else
                close(fd);
        }
    }
    return kept;
}

int64_t frame_receive(int fd, unsigned char *packet, int *passed, enum frame_wait wait)
{
    struct iovec part = { packet, FRAME_PACKET_MAX };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct msghdr message = { .msg_iov = &part,
                              .msg_iovlen = 1,
                              .msg_control = control.bytes,
                              .msg_controllen = sizeof control.bytes };
    ssize_t got;
    *passed = -1;
    do {
        got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | (wait == FRAME_DONT_BLOCK ? MSG_DONTWAIT : 0));
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return -1;
    *passed = take_passed(&message);
    if (message.msg_flags & MSG_TRUNC) {
        errno = EMSGSIZE;
        return -1;
    }
    return got;
}

int frame_read(struct frame_reader *reader, struct slice packet,
               int (*handle)(void *ctx, enum frame_type type, struct slice record, struct error *err),
               void *ctx, struct error *err)
{
    while (packet.len > 0) {
        uint8_t type, flags;
        uint16_t zero;
        uint32_t len;
        struct slice piece;
        if (slice_eat_u8(&packet, &type) < 0 || slice_eat_u8(&packet, &flags) < 0 ||
            slice_eat_u16le(&packet, &zero) < 0 || slice_eat_u32le(&packet, &len) < 0 ||
            slice_eat(&packet, len, &piece) < 0)
            return error_set(err, ERROR_FORMAT, "a frame is cut short");
        if (type == FRAME_NONE || type >= FRAME_TYPES || flags > FRAME_MORE || zero != 0)
            return error_set(err, ERROR_FORMAT, "a frame has an unknown type or flag");
        if (reader->pending != FRAME_NONE && reader->pending != (enum frame_type)type)
            return error_set(err, ERROR_FORMAT, "a frame interrupts a longer record");
        bool is_whole = flags == 0 && reader->pending == FRAME_NONE;
        reader->pending = flags == FRAME_MORE ? (enum frame_type)type : FRAME_NONE;
        if (!is_whole && buffer_put(&reader->record, piece) < 0)
            return error_set(err, ERROR_FORMAT, "a record is longer than %zu bytes", FRAME_RECORD_MAX);
        if (reader->pending != FRAME_NONE)
            continue;
        int result =
            handle(ctx, (enum frame_type)type, is_whole ? piece : buffer_slice(&reader->record), err);
        if (!is_whole)
            buffer_wipe_put(&reader->record);
        if (result < 0)
            return -1;
    }
    return 0;
}
