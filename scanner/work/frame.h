/* frame.h - what supervisor, zygote and workers say to each other over a SOCK_SEQPACKET pair.
 *
 * A packet of at most 64 KiB holds frames: type (1 byte), flags (1), zero (2), length (4, little-endian), payload. A record longer than a packet
 * goes on over several frames of one type, all but the last with FRAME_MORE, up to 2 MiB. The reader checks every one of these.
 */
#ifndef MAILSPILL_WORK_FRAME_H
#define MAILSPILL_WORK_FRAME_H

#include "base/buffer.h"
#include "base/error.h"

#define FRAME_PACKET_MAX ((size_t)64 * 1024)
#define FRAME_RECORD_MAX ((size_t)2 * 1024 * 1024)
#define FRAME_HEADER 8
#define FRAME_MORE 1

enum frame_type {
    FRAME_NONE,
    /* supervisor to worker */
    FRAME_TASK,     /* work/task.h; with the input's descriptor */
    FRAME_PLACE,    /* work/task_unlock.h; with a descriptor: for the task that follows */
    FRAME_SPOOL_FD, /* with an empty file, or without where none could be made */
    /* worker to supervisor */
    FRAME_READY,   /* the sandbox is on: what of it */
    FRAME_MESSAGE, /* record/wire.h */
    FRAME_SEEN,    /* a message that is told for the case alone */
    FRAME_FINDING,
    FRAME_GAP,
    FRAME_UNIT,
    FRAME_REJECTED, /* --explain: rule (4 bytes), offset (8), line (8), path, why */
    FRAME_HIDDEN,   /* a secret that stands in a path of the unit: to be masked */
    FRAME_HALF,     /* a half that waits for a secret in another message */
    FRAME_LEAD,     /* the unit may tell a password: what ties its message to others */
    FRAME_LOCKED,   /* the gap that a locked item is if nothing opens it */
    FRAME_OPENED,   /* a password opened one */
    FRAME_PROMISE,  /* what a list of an export says of it */
    FRAME_TALLY,    /* messages of a container */
    FRAME_RANGE,    /* offset, length, first ordinal (0: a share): 8 bytes each */
    FRAME_SPOOL,    /* wants a FRAME_SPOOL_FD */
    FRAME_DONE,     /* the task is at its end */
    /* supervisor to zygote and back */
    FRAME_SPAWN,   /* slot (4); with the worker's end of a pair */
    FRAME_SPAWNED, /* slot (4), pid (4) */
    FRAME_DIED,    /* slot (4), pid (4), wait status (4) */
    FRAME_FAILED,  /* words: the zygote cannot work */
    FRAME_TYPES,
};

/* Collects frames into packets. */
struct frame_writer {
    int fd;
    struct buffer packet;
    bool has_failed; /* the other side is gone */
};

void frame_writer_init(struct frame_writer *writer, int fd);
void frame_writer_release(struct frame_writer *writer);

/* Add a record; sends what is full. Blocks. 0, or -1 if the other side is gone. */
int frame_put(struct frame_writer *writer, enum frame_type type, struct slice record);
int frame_flush(struct frame_writer *writer);

/* One record in one packet, with descriptor PASS if it is not -1. WAIT: block. 0, or -1 with errno (EAGAIN: the queue is full). */
enum frame_wait { FRAME_BLOCK, FRAME_DONT_BLOCK };
int frame_send(int fd, enum frame_type type, struct slice record, int pass, enum frame_wait wait);

/* Puts packets together to records. */
struct frame_reader {
    struct buffer record;    /* wiped after each record */
    enum frame_type pending; /* type of the record that goes on, else FRAME_NONE */
};

void frame_reader_init(struct frame_reader *reader);
void frame_reader_release(struct frame_reader *reader);

/* Receive one packet into PACKET (FRAME_PACKET_MAX bytes). The bytes; 0 where the other side is gone; -1 with errno. *PASSED: a descriptor that came
 * along (O_CLOEXEC), else -1. */
int64_t frame_receive(int fd, unsigned char *packet, int *passed, enum frame_wait wait);

/* Call HANDLE for each record that PACKET completes. Stops at the first HANDLE that says below 0. 0 or -1 (ERROR_FORMAT: not the protocol). */
int frame_read(struct frame_reader *reader, struct slice packet,
               int (*handle)(void *ctx, enum frame_type type, struct slice record, struct error *err),
               void *ctx, struct error *err);

#endif
