/* frame_fuzz.c - packets from a worker that lies: no record is longer than it may be, and what was read can be written and read again. */
#include <sys/socket.h>
#include <unistd.h>

#include "work/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The records of one reading, one after another. */
struct taken {
    struct buffer bytes;
    size_t count;
};

static int take(void *ctx, enum frame_type type, struct slice record, struct error *err)
{
    struct taken *taken = ctx;
    unsigned char kind = (unsigned char)type;
    (void)err;
    if (type == FRAME_NONE || type >= FRAME_TYPES || record.len > FRAME_RECORD_MAX)
        abort();
    taken->count++;
    buffer_put(&taken->bytes, slice_of(&kind, 1));
    buffer_put(&taken->bytes, record);
    return taken->count > 1000 ? -1 : 0;
}

struct again {
    struct frame_writer writer;
};

static int write_again(void *ctx, enum frame_type type, struct slice record, struct error *err)
{
    struct again *again = ctx;
    (void)err;
    return record.len < 16 * 1024 ? frame_put(&again->writer, type, record) : -1;
}

/* Cut DATA into packets: two bytes of length, then as many bytes. */
static void read_packets(struct slice data,
                         int (*handle)(void *, enum frame_type, struct slice, struct error *), void *ctx)
{
    struct frame_reader reader;
    struct error err;
    uint16_t len;
    struct slice packet;
    frame_reader_init(&reader);
    while (slice_eat_u16le(&data, &len) == 0) {
        if (slice_eat(&data, len < data.len ? len : data.len, &packet) < 0 ||
            frame_read(&reader, packet, handle, ctx, &err) < 0)
            break;
    }
    frame_reader_release(&reader);
}

/* One packet's worth of records goes through a socket and comes out as it was. */
static void check_round_trip(struct slice data, const struct taken *taken)
{
    static unsigned char packet[FRAME_PACKET_MAX];
    struct taken second = { .count = 0 };
    struct again again;
    struct frame_reader reader;
    struct error err;
    int fds[2], passed;
    if (taken->bytes.len > 32 * 1024 || taken->count > 500 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) < 0)
        return;
    buffer_init(&second.bytes, 64 * 1024);
    frame_reader_init(&reader);
    frame_writer_init(&again.writer, fds[0]);
    read_packets(data, write_again, &again);
    frame_flush(&again.writer);
    int64_t got = frame_receive(fds[1], packet, &passed, FRAME_DONT_BLOCK);
    if (got > 0 && (frame_read(&reader, slice_of(packet, (size_t)got), take, &second, &err) < 0 ||
                    !slice_is_equal(buffer_slice(&second.bytes),
                                    slice_sub(buffer_slice(&taken->bytes), 0, second.bytes.len))))
        abort();
    if (second.count != taken->count && taken->bytes.len < 16 * 1024)
        abort();
    frame_writer_release(&again.writer);
    frame_reader_release(&reader);
    buffer_release(&second.bytes);
    close(fds[0]);
    close(fds[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct taken taken = { .count = 0 };
    buffer_init(&taken.bytes, (size_t)4 * 1024 * 1024);
    read_packets(slice_of(data, size), take, &taken);
    check_round_trip(slice_of(data, size), &taken);
    buffer_release(&taken.bytes);
    return 0;
}
