/* progress.c - where a scan is, for the person who waits: rate, time left, one line. */
#include "work/progress.h"

#include <unistd.h>

#include "base/utf8.h"

#define EVERY_ON_TERMINAL 0.2
#define EVERY_ELSEWHERE 60.0
#define EVERY_AS_JSON 1.0

double progress_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void progress_init(struct progress *progress, enum progress_mode mode)
{
    *progress = (struct progress){ .mode = mode, .is_terminal = isatty(STDERR_FILENO) };
    progress->started = progress->last_shown = progress_clock();
}

static void put_line(const char *text, size_t len)
{
    /* Progress that cannot be shown must not stop a scan. */
    if (write(STDERR_FILENO, text, len) < 0)
        return;
}

static int format_line(const struct progress *progress, uint64_t bytes, const struct report_summary *sum,
                       char *line, size_t size)
{
    double seconds = progress_clock() - progress->started;
    double rate = seconds > 0 ? (double)bytes / 1e6 / seconds : 0;
    int len = snprintf(line, size, "%.1f MB, %llu messages, %llu findings, %llu gaps, %.0f MB/s",
                       (double)bytes / 1e6, (unsigned long long)sum->counts.messages,
                       (unsigned long long)sum->findings, (unsigned long long)sum->gaps, rate);
    if (progress->is_total_known && progress->bytes_total > bytes && rate > 0 && len > 0 &&
        (size_t)len < size) {
        double left = (double)(progress->bytes_total - bytes) / 1e6 / rate;
        len += snprintf(line + len, size - (size_t)len, ", %.0f%%, %.0f s left",
                        100.0 * (double)bytes / (double)progress->bytes_total, left);
    }
    return len;
}

static void show_json(const struct progress *progress, uint64_t bytes, const struct report_summary *sum)
{
    char line[512];
    int len = snprintf(
        line, sizeof line,
        "{\"type\":\"progress\",\"seconds\":%.1f,\"bytes\":%llu,\"bytes_total\":%llu,\"messages\":%llu,"
        "\"findings\":%llu,\"gaps\":%llu}\n",
        progress_clock() - progress->started, (unsigned long long)bytes,
        (unsigned long long)progress->bytes_total, (unsigned long long)sum->counts.messages,
        (unsigned long long)sum->findings, (unsigned long long)sum->gaps);
    put_line(line, (size_t)len);
}

void progress_tick(struct progress *progress, uint64_t bytes, const struct report_summary *sum)
{
    double every = progress->mode == PROGRESS_JSON ? EVERY_AS_JSON
                   : progress->is_terminal         ? EVERY_ON_TERMINAL
                                                   : EVERY_ELSEWHERE;
    char line[300], shown[320];
    if (progress->mode == PROGRESS_NEVER || progress_clock() - progress->last_shown < every)
        return;
    progress->last_shown = progress_clock();
    if (progress->mode == PROGRESS_JSON) {
        show_json(progress, bytes, sum);
        return;
    }
    format_line(progress, bytes, sum, line, sizeof line);
    int len = snprintf(shown, sizeof shown, progress->is_terminal ? "\r\033[K%s" : "mailspill: %s\n", line);
    put_line(shown, (size_t)len);
}

void progress_show(struct progress *progress, uint64_t bytes, const struct report_summary *sum,
                   struct slice paths)
{
    char line[300], shown[320];
    progress_finish(progress);
    format_line(progress, bytes, sum, line, sizeof line);
    int len = snprintf(shown, sizeof shown, "mailspill: %s\n", line);
    put_line(shown, (size_t)len);
    put_line((const char *)paths.ptr, paths.len);
}

void progress_finish(struct progress *progress)
{
    if (progress->mode != PROGRESS_NEVER && progress->mode != PROGRESS_JSON && progress->is_terminal)
        put_line("\r\033[K", 4);
}
