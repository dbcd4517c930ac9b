/* told.c - what a report that sums up works on. */
#include "report/told.h"

#include <time.h>

#include "record/case_marks.h"
#include "report/shelf.h"

#define PATH_ROOM ((size_t)1024 * 1024)

int told_begin(struct told *told, struct report *report)
{
    struct error err;
    *told = (struct told){ .lists = report->options.lists };
    buffer_init(&told->path, PATH_ROOM);
    if (told->lists) {
        told->store = lists_store(told->lists);
        return 0;
    }
    if (shelf_set_folder(report->options.spool_dir, &err) == 0)
        told->store = case_open_temporary(&told->input, &err);
    told->is_own = told->store != NULL;
    if (!told->store)
        report_fail(report, &err);
    return told->store ? 0 : -1;
}

static int fail_as_store(struct told *told, struct report *report)
{
    if (case_failure(told->store))
        report_fail(report, case_failure(told->store));
    return case_failure(told->store) ? -1 : 0;
}

/* A unit for each message, since its number is then 0. */
static void begin_unit(struct told *told, const struct message_record *message)
{
    static const struct counts none;
    const struct case_piece piece = { told->input, CASE_WHOLE, 0 };
    bool is_same = message && told->path.len > 0 &&
                   memcmp(&told->message, &message->key, sizeof told->message) == 0 &&
                   slice_is_equal(buffer_slice(&told->path), message->path);
    if (is_same)
        return;
    case_end_unit(told->store, &piece, 0, &none);
    buffer_clear(&told->path);
    if (!message)
        return;
    case_put_message(told->store, told->input, message);
    told->message = message->key;
    buffer_put(&told->path, message->path);
}

static void put_standing(struct told *told, enum mark_target kind, const struct record_id *target,
                         enum report_standing standing, struct slice reason)
{
    static const char *const authors[] = { "", "baseline", "ignore file", "--accept-gaps" };
    struct mark mark = { .at = time(NULL),
                         .author = slice_str(authors[standing]),
                         .note = reason,
                         .kind = kind,
                         .target = *target,
                         .word = MARK_ACCEPTED };
    if (standing != REPORT_COUNTS)
        case_put_mark(told->store, &mark, NULL);
}

void told_finding(struct told *told, struct report *report, const struct report_finding *shown)
{
    struct finding finding = *shown->finding;
    const struct case_finding put = { .rule = shown->rule,
                                      .finding = &finding,
                                      .secret_id = shown->secret_id,
                                      .redacted = shown->redacted,
                                      .severity = shown->finding->severity,
                                      .custodian = shown->message ? shown->message->envelope.custodian
                                                                  : slice_of(NULL, 0) };
    if (!told->is_own)
        return;
    finding.message = shown->message ? 0 : RECORD_NO_MESSAGE;
    begin_unit(told, shown->message);
    case_put_finding(told->store, told->input, &put);
    put_standing(told, TARGET_FINDING, &finding.id, shown->standing, shown->standing_reason);
    fail_as_store(told, report);
}

void told_gap(struct told *told, struct report *report, const struct report_gap *shown)
{
    struct gap_record gap = *shown->gap;
    if (!told->is_own)
        return;
    gap.message = shown->message ? 0 : RECORD_NO_MESSAGE;
    begin_unit(told, shown->message);
    case_put_gap(told->store, told->input, &gap);
    put_standing(told, TARGET_GAP, &gap.id, shown->standing, shown->standing_reason);
    fail_as_store(told, report);
}

int told_end(struct told *told, struct report *report)
{
    static const struct list_options none;
    struct error err;
    if (!told->is_own)
        return fail_as_store(told, report);
    if (case_commit(told->store) < 0)
        return fail_as_store(told, report);
    told->lists = lists_new(told->store, report->options.people ? report->options.people : &none, &err);
    if (!told->lists)
        report_fail(report, &err);
    return told->lists ? 0 : -1;
}

void told_release(struct told *told)
{
    buffer_release(&told->path);
    if (!told->is_own)
        return;
    lists_free(told->lists);
    case_close(told->store);
}

uint64_t told_number(struct told *told, const char *sql)
{
    sqlite3_stmt *row = case_statement(told->store, sql);
    uint64_t number = case_next(told->store, row) == 1 ? (uint64_t)sqlite3_column_int64(row, 0) : 0;
    if (row)
        sqlite3_reset(row);
    return number;
}
