/* task.c - one piece of work for a worker, as bytes. */
#include "work/task_unlock.h"

#include <sys/stat.h>
#include <unistd.h>

static void put_text(struct buffer *out, struct slice text)
{
    buffer_put_u64le(out, text.len);
    buffer_put(out, text);
}

static int get_text(struct slice *rest, struct slice *text)
{
    uint64_t len;
    return slice_eat_u64le(rest, &len) < 0 || len > rest->len ? -1 : slice_eat(rest, (size_t)len, text);
}

void task_put(struct buffer *out, const struct task_order *order)
{
    buffer_put_u64le(out, order->id);
    buffer_put_u64le(out, order->offset);
    buffer_put_u64le(out, order->length);
    buffer_put_u64le(out, order->first_ordinal);
    buffer_put_u64le(out, order->skip_units);
    buffer_put_u64le(out, (uint64_t)order->is_range | (uint64_t)order->may_split << 1 |
                              (uint64_t)order->is_labelled << 2 | (uint64_t)order->is_careful << 3 |
                              (uint64_t)order->may_leave << 4 | (uint64_t)order->is_unlock << 5 |
                              (uint64_t)order->is_export << 6);
    put_text(out, order->path);
    put_text(out, order->key_path);
    put_text(out, order->custodian);
    put_text(out, order->folder);
    put_text(out, order->sidecar);
    buffer_put_u64le(out, order->bad_count);
    for (size_t i = 0; i < order->bad_count; i++) {
        buffer_put_u64le(out, order->bad_units[i].ordinal);
        buffer_put_u64le(out, order->bad_units[i].kind);
    }
}

static int get_bad_units(struct slice *rest, struct task_order *order)
{
    uint64_t count, kind;
    if (slice_eat_u64le(rest, &count) < 0 || count > TASK_BAD_UNITS_MAX)
        return -1;
    order->bad_count = (size_t)count;
    for (size_t i = 0; i < order->bad_count; i++) {
        if (slice_eat_u64le(rest, &order->bad_units[i].ordinal) < 0 || slice_eat_u64le(rest, &kind) < 0 ||
            kind >= GAP_KINDS)
            return -1;
        order->bad_units[i].kind = (enum gap_kind)kind;
    }
    return 0;
}

int task_get(struct slice bytes, struct task_order *order, struct error *err)
{
    uint64_t flags;
    *order = (struct task_order){ 0 };
    if (slice_eat_u64le(&bytes, &order->id) < 0 || slice_eat_u64le(&bytes, &order->offset) < 0 ||
        slice_eat_u64le(&bytes, &order->length) < 0 || slice_eat_u64le(&bytes, &order->first_ordinal) < 0 ||
        slice_eat_u64le(&bytes, &order->skip_units) < 0 || slice_eat_u64le(&bytes, &flags) < 0 ||
        flags > 127 || get_text(&bytes, &order->path) < 0 || get_text(&bytes, &order->key_path) < 0 ||
        get_text(&bytes, &order->custodian) < 0 || get_text(&bytes, &order->folder) < 0 ||
        get_text(&bytes, &order->sidecar) < 0 || get_bad_units(&bytes, order) < 0 ||
        (bytes.len != 0 && !(flags & 32)))
        return error_set(err, ERROR_FORMAT, "a task is malformed");
    order->is_range = flags & 1;
    order->may_split = flags & 2;
    order->is_labelled = flags & 4;
    order->is_careful = flags & 8;
    order->may_leave = flags & 16;
    order->is_unlock = flags & 32;
    order->is_export = flags & 64;
    order->more = bytes;
    return 0;
}

void task_input_measure(struct task_input *input)
{
    struct stat status;
    if (fstat(input->fd, &status) == 0 && (uint64_t)status.st_size > input->size)
        input->size = (uint64_t)status.st_size;
}

struct task *task_new(int fd, uint64_t size)
{
    struct task *task = calloc(1, sizeof *task);
    struct task_input *input = calloc(1, sizeof *input);
    if (!task || !input)
        abort();
    *input = (struct task_input){ .fd = fd, .size = size, .tasks = 1, .arena = arena_new(0) };
    input->digest.pipe = input->md5.pipe = -1;
    task->input = input;
    return task;
}

struct task *task_new_range(const struct task *task, uint64_t offset, uint64_t len, uint64_t first_ordinal)
{
    struct task *range = calloc(1, sizeof *range);
    if (!range)
        abort();
    range->input = task->input;
    range->input->tasks++;
    range->order = task->order;
    range->order.offset = offset;
    range->order.length = len;
    range->order.first_ordinal = first_ordinal;
    range->order.skip_units = 0;
    range->order.bad_count = 0;
    range->order.is_range = true;
    range->order.may_split = false;
    range->locks_piece = 0;
    return range;
}

void task_free(struct task *task)
{
    if (!task)
        return;
    task_unlock_free(task->unlock);
    if (--task->input->tasks == 0) {
        digest_end(&task->input->digest);
        digest_end(&task->input->md5);
        close(task->input->fd);
        arena_free(task->input->arena);
        free(task->input);
    }
    free(task);
}
