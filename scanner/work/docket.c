/* docket.c - a scan's side of its case: which inputs are told already, how far the others are, and what their bytes hash to. */
#include "work/docket.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "report/records.h"

#define ARGUMENTS_MAX ((size_t)1024 * 1024)

void docket_begin_run(const struct scan_request *request)
{
    const struct report_run *run = &request->run;
    struct buffer arguments;
    struct json json;
    if (!request->store)
        return;
    buffer_init(&arguments, ARGUMENTS_MAX);
    json_init(&json, &arguments);
    json_begin_array(&json, NULL);
    for (char *const *argument = run->arguments; argument && *argument; argument++)
        json_put_text(&json, NULL, slice_str(*argument));
    json_end_array(&json);
    char *folder = getcwd(NULL, 0);
    const struct case_run row = { run->command ? run->command : "scan",
                                  run->version,
                                  run->rules,
                                  run->sandbox,
                                  buffer_slice(&arguments),
                                  run->started,
                                  slice_str(folder ? folder : "") };
    case_begin_run(request->store, &row);
    free(folder);
    buffer_release(&arguments);
}

void docket_end_run(const struct scan_request *request, const struct report_summary *summary)
{
    struct buffer counts;
    struct json json;
    if (!request->store)
        return;
    buffer_init(&counts, ARGUMENTS_MAX);
    json_init(&json, &counts);
    records_put_summary(&json, NULL, summary);
    case_end_run(request->store, summary->is_interrupted ? "interrupted" : "done", summary->exit_status,
                 buffer_slice(&counts));
    buffer_release(&counts);
}

static int64_t modified_at(int fd)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return 0;
    return (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
}

static struct case_piece piece_of(const struct task *task)
{
    const struct task_order *order = &task->order;
    return (struct case_piece){ .input = task->input->case_input,
                                .offset = order->is_range ? order->offset : CASE_WHOLE,
                                .length = order->length };
}

/* Only where a file of this size was told before is it hashed before it is scanned. */
static void hash_input(struct case_store *store, struct task *task)
{
    struct task_input *input = task->input;
    if (input->is_stream)
        return;
    digest_begin(&input->digest, input->fd, input->size, DIGEST_SHA256);
    if (case_has_size(store, input->size))
        digest_wait(&input->digest);
}

/* An input that was begun: in one piece, or in ranges. It goes on as it was begun, or from its start. */
static void go_on(struct case_store *store, struct task *task)
{
    bool is_done;
    int64_t input = task->input->case_input;
    case_progress(store, input, CASE_WHOLE, &task->order.skip_units, &is_done);
    if (task->order.skip_units > 0)
        task->order.may_split = false;
    else if (!task->order.may_split)
        case_restart_input(store, input);
}

bool docket_begin(struct case_store *store, const struct scan_request *request, struct task *task)
{
    enum case_input_state state = CASE_INPUT_NEW;
    const struct task_order *order = &task->order;
    if (!store)
        return true;
    hash_input(store, task);
    const struct case_input input = {
        .path = order->path,
        .key_path = order->key_path,
        .custodian = order->custodian,
        .folder = order->folder,
        .size = task->input->size,
        .mtime = modified_at(task->input->fd),
        .sha256 = task->input->digest.is_known ? task->input->digest.bytes : NULL,
        .rules = slice_str(request->run.rules),
        .settings = slice_str(request->settings_hash),
    };
    if (case_begin_input(store, &input, &task->input->case_input, &state) < 0)
        return true;
    if (state != CASE_INPUT_NEW && case_has_waited(store, task->input->case_input)) {
        case_restart_input(store, task->input->case_input);
        case_wait_for_pairs(store, task->input->case_input);
        return true;
    }
    if (state == CASE_INPUT_OPEN)
        go_on(store, task);
    return state != CASE_INPUT_DONE;
}

void docket_note_owner(struct case_store *store, const struct task *task, uint64_t *told_twice)
{
    struct buffer before;
    char is[200], path[400];
    if (!store)
        return;
    buffer_init(&before, 64 * 1024);
    if (case_other_custodian(store, task->input->case_input, &before) == 1 && (*told_twice)++ == 0) {
        utf8_escape_into(is, sizeof is, task->order.custodian);
        utf8_escape_into(path, sizeof path, task->order.path);
        log_warn("the case has '%s' under another custodian than '%s', too: what is found counts for each",
                 path, is);
    }
    buffer_release(&before);
}

bool docket_range(struct case_store *store, struct task *range)
{
    bool is_done = false;
    if (store)
        case_progress(store, range->input->case_input, range->order.offset, &range->order.skip_units,
                      &is_done);
    return !is_done;
}

void docket_unit(struct case_store *store, const struct task *task, const struct unit_record *end)
{
    struct case_piece piece = piece_of(task);
    if (store)
        case_end_unit(store, &piece, end->ordinal + 1, &end->counts);
}

void docket_end(struct case_store *store, struct task *task)
{
    struct case_piece piece = piece_of(task);
    struct task_input *input = task->input;
    if (!store)
        return;
    case_end_piece(store, &piece);
    if (input->tasks > 1)
        return;
    bool is_known = digest_wait(&input->digest);
    case_end_input(store, input->case_input, is_known ? input->digest.bytes : NULL);
}
