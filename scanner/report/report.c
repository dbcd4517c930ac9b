/* report.c - the reporter table, and writing that remembers its first failure. */
#include "report/report.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include "report/reporters.h"

#define FLUSH_AT ((size_t)64 * 1024)
#define OUT_MAX ((size_t)64 * 1024 * 1024) /* one record, however it is escaped */

const struct reporter *const reporter_table[] = {
    &reporter_text,  &reporter_summary, &reporter_html,  &reporter_jsonl,    &reporter_json, &reporter_csv,
    &reporter_sarif, &reporter_gitlab,  &reporter_junit, &reporter_markdown, NULL,
};

const struct reporter *reporter_find(struct slice name)
{
    for (size_t i = 0; reporter_table[i]; i++)
        if (slice_is_equal(name, slice_str(reporter_table[i]->name)))
            return reporter_table[i];
    return NULL;
}

void report_fail(struct report *report, const struct error *err)
{
    if (!report->has_failed)
        report->failure = *err;
    report->has_failed = true;
}

/* A descriptor that does not block is waited for; everything else that write says is final. */
static ssize_t write_some(int fd, struct slice bytes)
{
    for (;;) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put >= 0 || (errno != EINTR && errno != EAGAIN))
            return put;
        struct pollfd ready = { .fd = fd, .events = POLLOUT };
        if (errno == EAGAIN)
            poll(&ready, 1, -1);
    }
}

static void report_flush(struct report *report)
{
    struct slice rest = buffer_slice(&report->out);
    struct error err;
    if (report->out.is_overfull && !report->has_failed) {
        error_set(&err, ERROR_LIMIT, "a record is too long for the report");
        report_fail(report, &err);
    }
    while (rest.len > 0 && !report->has_failed) {
        ssize_t put = write_some(report->fd, rest);
        if (put <= 0) {
            error_set_errno(&err, "cannot write the %s report", report->reporter->name);
            report_fail(report, &err);
            break;
        }
        rest = slice_skip(rest, (size_t)put);
    }
    buffer_wipe(&report->out);
}

/* A closed pipe is an error like a full disk, not the end of the scan. */
static void block_broken_pipe(sigset_t *before, bool *was_pending)
{
    sigset_t pipe, pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    *was_pending = sigismember(&pending, SIGPIPE) == 1;
    sigprocmask(SIG_BLOCK, &pipe, before);
}

static void restore_broken_pipe(const sigset_t *before, bool was_pending)
{
    sigset_t pipe;
    struct timespec now = { 0 };
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    if (!was_pending)
        sigtimedwait(&pipe, NULL, &now);
    sigprocmask(SIG_SETMASK, before, NULL);
}

static void report_flush_quietly(struct report *report)
{
    sigset_t before;
    bool was_pending;
    block_broken_pipe(&before, &was_pending);
    report_flush(report);
    restore_broken_pipe(&before, was_pending);
}

static void report_flush_if_full(struct report *report)
{
    if (report->out.len >= FLUSH_AT)
        report_flush_quietly(report);
}

void report_write(struct report *report, struct slice bytes)
{
    while (bytes.len > 0 && !report->has_failed) {
        struct slice piece = slice_sub(bytes, 0, FLUSH_AT);
        buffer_put(&report->out, piece);
        report_flush_if_full(report);
        bytes = slice_skip(bytes, piece.len);
    }
}

void report_printf(struct report *report, const char *format, ...)
{
    char *text = NULL;
    va_list list;
    va_start(list, format);
    int len = vasprintf(&text, format, list);
    va_end(list);
    if (len < 0)
        abort();
    report_write(report, slice_of(text, (size_t)len));
    free(text);
}

struct report *report_new(const struct reporter *reporter, int fd, const struct report_options *options,
                          const struct report_run *run, struct error *err)
{
    struct report *report = calloc(1, sizeof *report);
    if (!report)
        abort();
    report->reporter = reporter;
    report->options = *options;
    report->fd = fd;
    report->run = run;
    buffer_init(&report->out, OUT_MAX);
    if (reporter->begin && reporter->begin(report, run) < 0) {
        if (err)
            *err = report->failure;
        report_free(report);
        return NULL;
    }
    return report;
}

struct report *report_new_calling(const struct reporter *reporter, void *state, size_t context,
                                  const struct report_run *run, struct error *err)
{
    const struct report_options options = { .context = context };
    struct report *report = report_new(reporter, -1, &options, run, err);
    if (report)
        report->state = state;
    return report;
}

void report_finding_put(struct report *report, const struct report_finding *finding)
{
    bool is_shown = finding->finding->verdict >= report->options.least_verdict &&
                    finding->finding->severity >= report->options.least_severity;
    if (report->has_failed || !is_shown || !report->reporter->finding)
        return;
    report->reporter->finding(report, finding);
    report_flush_if_full(report);
}

void report_gap_put(struct report *report, const struct report_gap *gap)
{
    if (report->has_failed || !report->reporter->gap)
        return;
    report->reporter->gap(report, gap);
    report_flush_if_full(report);
}

int report_finish(struct report *report, const struct report_summary *summary, struct error *err)
{
    if (!report->has_failed && report->reporter->end)
        report->reporter->end(report, summary);
    report_flush_quietly(report);
    if (!report->has_failed)
        return 0;
    if (err)
        *err = report->failure;
    return -1;
}

void report_free(struct report *report)
{
    if (!report)
        return;
    if (report->reporter->release)
        report->reporter->release(report);
    buffer_release(&report->out);
    free(report);
}
