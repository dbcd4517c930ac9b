/* task_unlock.h - a task over what is locked: the units it lies in, and the places where their passwords may stand.
 *
 * The places go to the worker before the task, a FRAME_PLACE with a descriptor each: places in other inputs can't be opened from the sandbox.
 */
#ifndef MAILSPILL_WORK_TASK_UNLOCK_H
#define MAILSPILL_WORK_TASK_UNLOCK_H

#include "work/task.h"

/* What is read again for one unit: it itself, those around it whose passwords are tried, and those with parts of the same split archives. */
#define UNLOCK_LEADS_MAX ((size_t)64)
#define UNLOCK_PARTS_MAX ((size_t)191)
#define UNLOCK_REFS_MAX (1 + UNLOCK_LEADS_MAX + UNLOCK_PARTS_MAX)

#define UNLOCK_PLACES_MAX UNLOCK_REFS_MAX  /* inputs or ranges of them, a task */
#define UNLOCK_UNITS_MAX ((size_t)16)      /* locked units of a task */
#define UNLOCK_ORDINALS_MAX ((size_t)2048) /* units of a place */

struct unlock_place {
    int fd; /* owned */
    struct task_order order;
    uint64_t *ordinals; /* ascending */
    size_t count;
};

/* The INDEXth unit of a place. */
struct unlock_ref {
    uint16_t place, index;
};

struct unlock_unit {
    uint64_t ordinal;
    struct unlock_ref *refs; /* nearest first */
    size_t ref_count;
    bool has_more_parts; /* of the same archives: they are not among REFS */
};

struct task_unlock {
    struct arena *arena;
    struct unlock_place *places;
    size_t place_count;
    struct unlock_unit *units; /* by ordinal */
    size_t unit_count;
    bool is_alone; /* a worker died at its unit before */
};

void task_unlock_free(struct task_unlock *unlock); /* closes; NULL is fine */

/* As bytes: a place; and what follows the order of the task. */
void unlock_put_place(struct buffer *out, const struct unlock_place *place);
void unlock_put_units(struct buffer *out, const struct task_unlock *unlock);

/* 0 or -1. What is read is in ARENA, strings in BYTES. Reading units, places must be there. */
int unlock_get_place(struct slice bytes, struct arena *arena, struct unlock_place *place, struct error *err);
int unlock_get_units(struct slice bytes, struct task_unlock *unlock, struct error *err);

/* In the worker: what ORDER asks for. */
struct scan_task unlock_scan_task(const struct task_order *order, struct source *source);

/* In the worker: read the places, then open what is locked in TASK with what they told. */
void unlock_run(struct scan *scan, const struct task_unlock *unlock, struct scan_task *task);

#endif
