/* frame_test.c - records cross a socket pair whole and in order; what no writer sends is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "work/frame.h"

struct got {
    size_t count, stop_at;
    enum frame_type type[64];
    size_t len[64];
    unsigned char first[64], last[64];
};

static int take(void *ctx, enum frame_type type, struct slice record, struct error *err)
{
    struct got *got = ctx;
    got->type[got->count] = type;
    got->len[got->count] = record.len;
    got->first[got->count] = record.len ? record.ptr[0] : 0;
    got->last[got->count] = record.len ? record.ptr[record.len - 1] : 0;
    if (++got->count == got->stop_at)
        return error_set(err, ERROR_FORMAT, "stopped");
    return 0;
}

static void pair(int fds[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
}

/* Read what waits at FD. */
static int read_all(int fd, struct frame_reader *reader, struct got *got, struct error *err)
{
    static unsigned char packet[FRAME_PACKET_MAX];
    int passed;
    for (;;) {
        int64_t len = frame_receive(fd, packet, &passed, FRAME_DONT_BLOCK);
        if (len <= 0)
            return 0;
        if (frame_read(reader, slice_of(packet, (size_t)len), take, got, err) < 0)
            return -1;
    }
}

static void records_of_any_length_arrive(void **state)
{
    static const size_t lengths[] = {
        0, 1, 7, 255, 256, 257, FRAME_PACKET_MAX - FRAME_HEADER, FRAME_PACKET_MAX, 100 * 1024
    };
    static unsigned char bytes[100 * 1024];
    int fds[2];
    struct frame_writer writer;
    struct frame_reader reader;
    struct got got = { 0 };
    struct error err;
    (void)state;
    pair(fds);
    frame_writer_init(&writer, fds[0]);
    frame_reader_init(&reader);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        memset(bytes, (int)i + 1, sizeof bytes);
        assert_int_equal(frame_put(&writer, i % 2 ? FRAME_GAP : FRAME_FINDING, slice_of(bytes, lengths[i])),
                         0);
        assert_int_equal(frame_flush(&writer), 0);
        assert_int_equal(read_all(fds[1], &reader, &got, &err), 0);
        assert_int_equal(got.count, i + 1);
        assert_int_equal(got.type[i], i % 2 ? FRAME_GAP : FRAME_FINDING);
        assert_int_equal(got.len[i], lengths[i]);
        assert_int_equal(got.first[i], lengths[i] ? i + 1 : 0);
        assert_int_equal(got.last[i], lengths[i] ? i + 1 : 0);
    }
    frame_writer_release(&writer);
    frame_reader_release(&reader);
    close(fds[0]);
    close(fds[1]);
}

static void small_records_share_a_packet(void **state)
{
    static unsigned char packet[FRAME_PACKET_MAX];
    int fds[2], passed;
    struct frame_writer writer;
    struct frame_reader reader;
    struct got got = { 0 };
    struct error err;
    (void)state;
    pair(fds);
    frame_writer_init(&writer, fds[0]);
    frame_reader_init(&reader);
    for (int i = 0; i < 5; i++)
        frame_put(&writer, FRAME_MESSAGE, slice_str("abc"));
    assert_int_equal(frame_receive(fds[1], packet, &passed, FRAME_DONT_BLOCK), -1); /* nothing yet */
    assert_int_equal(errno, EAGAIN);
    frame_flush(&writer);
    int64_t len = frame_receive(fds[1], packet, &passed, FRAME_DONT_BLOCK);
    assert_int_equal(len, 5 * (FRAME_HEADER + 3));
    assert_int_equal(frame_read(&reader, slice_of(packet, (size_t)len), take, &got, &err), 0);
    assert_int_equal(got.count, 5);
    frame_writer_release(&writer);
    frame_reader_release(&reader);
    close(fds[0]);
    close(fds[1]);
}

static void a_descriptor_comes_along(void **state)
{
    static unsigned char packet[FRAME_PACKET_MAX];
    int fds[2], passed, file = open("/dev/null", O_RDONLY);
    (void)state;
    pair(fds);
    assert_int_equal(frame_send(fds[0], FRAME_TASK, slice_str("task"), file, FRAME_BLOCK), 0);
    assert_int_equal(frame_receive(fds[1], packet, &passed, FRAME_DONT_BLOCK), FRAME_HEADER + 4);
    assert_true(passed >= 0);
    assert_int_equal(fcntl(passed, F_GETFD), FD_CLOEXEC);
    close(passed);
    close(file);
    close(fds[0]);
    assert_int_equal(frame_receive(fds[1], packet, &passed, FRAME_DONT_BLOCK),
                     0); /* the other side is gone */
    assert_int_equal(passed, -1);
    close(fds[1]);
}

static void too_long_a_packet_is_not_sent(void **state)
{
    static unsigned char bytes[FRAME_PACKET_MAX];
    int fds[2];
    (void)state;
    pair(fds);
    assert_int_equal(frame_send(fds[0], FRAME_TASK, slice_of(bytes, sizeof bytes), -1, FRAME_DONT_BLOCK), -1);
    assert_int_equal(errno, EMSGSIZE);
    close(fds[0]);
    close(fds[1]);
}

static void a_writer_whose_reader_is_gone_says_so(void **state)
{
    int fds[2];
    struct frame_writer writer;
    (void)state;
    pair(fds);
    close(fds[1]);
    frame_writer_init(&writer, fds[0]);
    frame_put(&writer, FRAME_GAP, slice_str("x"));
    assert_int_equal(frame_flush(&writer), -1);
    assert_int_equal(frame_put(&writer, FRAME_GAP, slice_str("x")), -1);
    frame_writer_release(&writer);
    close(fds[0]);
}

/* Packets that no writer sends. */
#define F(type, flags, len) type, flags, 0, 0, len, 0, 0, 0
static const struct {
    const char *why;
    size_t len;
    unsigned char bytes[40];
} bad[] = {
    { "header cut short", 7, { F(FRAME_GAP, 0, 0) } },
    { "payload cut short", 10, { F(FRAME_GAP, 0, 3), 'a', 'b' } },
    { "length of four gigabytes", 8, { FRAME_GAP, 0, 0, 0, 255, 255, 255, 255 } },
    { "no type", 8, { F(FRAME_NONE, 0, 0) } },
    { "type beyond the last", 8, { F(FRAME_TYPES, 0, 0) } },
    { "unknown flag", 8, { F(FRAME_GAP, 2, 0) } },
    { "reserved bytes", 8, { FRAME_GAP, 0, 1, 0, 0, 0, 0, 0 } },
    { "another type within a longer record",
      18,
      { F(FRAME_GAP, FRAME_MORE, 1), 'a', F(FRAME_FINDING, 0, 1), 'b' } },
};

static void what_is_not_the_protocol_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct frame_reader reader;
        struct got got = { 0 };
        struct error err = { 0 };
        frame_reader_init(&reader);
        int result = frame_read(&reader, slice_of(bad[i].bytes, bad[i].len), take, &got, &err);
        if (result != -1 || got.count)
            print_error("%s was taken\n", bad[i].why);
        assert_int_equal(result, -1);
        assert_int_equal(err.kind, ERROR_FORMAT);
        assert_int_equal(got.count, 0);
        frame_reader_release(&reader);
    }
}

static void a_record_without_end_is_refused(void **state)
{
    static unsigned char packet[FRAME_PACKET_MAX] = { FRAME_GAP, FRAME_MORE, 0, 0, 0xF8, 0xFF, 0, 0 };
    struct frame_reader reader;
    struct got got = { 0 };
    struct error err = { 0 };
    size_t packets = 0;
    (void)state;
    frame_reader_init(&reader);
    while (frame_read(&reader, slice_of(packet, sizeof packet), take, &got, &err) == 0)
        assert_true(++packets <= FRAME_RECORD_MAX / FRAME_PACKET_MAX + 1);
    assert_int_equal(err.kind, ERROR_FORMAT);
    assert_int_equal(got.count, 0);
    frame_reader_release(&reader);
}

static void reading_stops_where_the_handler_does(void **state)
{
    static const unsigned char packet[] = { F(FRAME_GAP, 0, 0), F(FRAME_GAP, 0, 0), F(FRAME_GAP, 0, 0) };
    struct frame_reader reader;
    struct got got = { .stop_at = 2 };
    struct error err = { 0 };
    (void)state;
    frame_reader_init(&reader);
    assert_int_equal(frame_read(&reader, slice_of(packet, sizeof packet), take, &got, &err), -1);
    assert_int_equal(got.count, 2);
    frame_reader_release(&reader);
}

static unsigned count_descriptors(void)
{
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void send_with(int fd, const void *bytes, size_t len, unsigned descriptors)
{
    struct iovec part = { (void *)(uintptr_t)bytes, len };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(8 * sizeof(int))];
    } control = { 0 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    if (descriptors > 0) {
        message.msg_control = control.bytes;
        message.msg_controllen = CMSG_SPACE(descriptors * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(descriptors * sizeof(int));
        for (unsigned i = 0; i < descriptors; i++)
            memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof(int));
    }
    assert_int_equal(sendmsg(fd, &message, 0), len);
}

static void descriptors_beyond_the_first_are_closed(void **state)
{
    (void)state;
    static unsigned char packet[FRAME_PACKET_MAX];
    int fds[2];
    pair(fds);
    unsigned before = count_descriptors();
    for (unsigned descriptors = 0; descriptors <= 8; descriptors++) {
        int passed;
        send_with(fds[0], "x", 1, descriptors);
        assert_int_equal(frame_receive(fds[1], packet, &passed, FRAME_BLOCK), 1);
        assert_int_equal(passed >= 0, descriptors > 0);
        if (passed >= 0)
            close(passed);
        assert_int_equal(count_descriptors(), before);
    }
    close(fds[0]);
    close(fds[1]);
}

static void too_long_a_packet_is_not_taken(void **state)
{
    (void)state;
    static unsigned char packet[FRAME_PACKET_MAX], longer[FRAME_PACKET_MAX + 1];
    int passed, fds[2];
    pair(fds);
    send_with(fds[0], longer, sizeof longer, 0);
    assert_int_equal(frame_receive(fds[1], packet, &passed, FRAME_BLOCK), -1);
    assert_int_equal(errno, EMSGSIZE);
    close(fds[0]);
    close(fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_of_any_length_arrive),
        cmocka_unit_test(small_records_share_a_packet),
        cmocka_unit_test(a_descriptor_comes_along),
        cmocka_unit_test(too_long_a_packet_is_not_sent),
        cmocka_unit_test(a_writer_whose_reader_is_gone_says_so),
        cmocka_unit_test(what_is_not_the_protocol_is_refused),
        cmocka_unit_test(a_record_without_end_is_refused),
        cmocka_unit_test(reading_stops_where_the_handler_does),
        cmocka_unit_test(descriptors_beyond_the_first_are_closed),
        cmocka_unit_test(too_long_a_packet_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
