/* task.h - one piece of work for a worker: an input, or a range of a mailbox. */
#ifndef MAILSPILL_WORK_TASK_H
#define MAILSPILL_WORK_TASK_H

#include "base/arena.h"
#include "scan.h"
#include "work/digest.h"

#define TASK_BAD_UNITS_MAX 8

/* As it travels in a FRAME_TASK; the input's descriptor goes along. Strings are borrowed. */
struct task_order {
    uint64_t id;
    uint64_t offset, length; /* of the range; length UINT64_MAX for the whole input */
    uint64_t first_ordinal;  /* 0 of a range: a share */
    uint64_t skip_units;
    bool is_range;  /* a range of an mbox; else the format is asked */
    bool may_split; /* ranges may be reported instead of children */
    bool is_labelled;
    bool
        is_export; /* it lies in an export whose lists say what there should be: single messages are told too */
    bool is_careful; /* send each unit as it ends: a worker died at this task, or it can't be read twice */
    bool may_leave;  /* what is locked may wait until all was read */
    bool is_unlock;  /* open what is locked: units follow (work/task_unlock.h) */
    struct slice path, key_path, custodian, folder;
    struct slice sidecar; /* bytes of what lies beside it and tells of it (walk/sidecar.h) */
    struct scan_bad_unit bad_units[TASK_BAD_UNITS_MAX];
    size_t bad_count;
    struct slice more; /* of is_unlock: the units */
};

void task_put(struct buffer *out, const struct task_order *order);

/* 0 or -1. Strings point into BYTES. */
int task_get(struct slice bytes, struct task_order *order, struct error *err);

/* An input that tasks read from; closed with its last task. */
struct task_input {
    int fd;
    uint64_t size;
    bool is_stream; /* a pipe: cannot be read again */
    unsigned tasks;
    int64_t case_input;   /* its number in the case; 0 without one */
    struct digest digest; /* of its bytes, for the case */
    struct slice file;    /* its name, to open it again by; empty: it can't be */
    struct digest md5;    /* where its export has checksums */
    struct arena *arena;  /* holds the order's strings */
};

/* A task of the supervisor's. */
struct task {
    struct task *next; /* in a queue */
    struct task_input *input;
    struct task_order order;
    unsigned deaths;            /* of workers at this task */
    uint64_t died_at;           /* unit of the last of them; UINT64_MAX: before any */
    uint64_t split_until;       /* end of the last range its walk reported */
    bool has_split;             /* its walk reports ranges, which are tasks of their own */
    bool is_split_over;         /* the last one was told */
    struct task_unlock *unlock; /* opens what is locked (owned), or NULL */
    size_t locks_piece;         /* where work/locks.c knows it; 0: not yet */
};

/* Set SIZE anew: the file may have grown. */
void task_input_measure(struct task_input *input);

/* A task over a whole new input, which takes FD. */
struct task *task_new(int fd, uint64_t size);

/* A task over a range of TASK's input. */
struct task *task_new_range(const struct task *task, uint64_t offset, uint64_t len, uint64_t first_ordinal);
void task_free(struct task *task);

#endif
