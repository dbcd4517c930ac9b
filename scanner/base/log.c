/* log.c - messages for the person at the terminal: standard error, escaped, never a secret. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/utf8.h"

static enum log_level level_now = LOG_NORMAL;

void log_set_level(enum log_level level)
{
    level_now = level;
}

static void log_line(const char *format, va_list list)
{
    char raw[1024], safe[2048], line[2100];
    vsnprintf(raw, sizeof raw, format, list);
    utf8_escape_into(safe, sizeof safe, slice_str(raw));
    int len = snprintf(line, sizeof line, "mailspill: %s\n", safe);
    /* One write, so that lines of several processes do not mix; a lost message must not stop a scan. */
    if (len > 0 && write(STDERR_FILENO, line, (size_t)len) < 0)
        return;
}

void log_error(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    log_line(format, list);
    va_end(list);
}

void log_warn(const char *format, ...)
{
    va_list list;
    if (level_now < LOG_NORMAL)
        return;
    va_start(list, format);
    log_line(format, list);
    va_end(list);
}

void log_info(const char *format, ...)
{
    va_list list;
    if (level_now < LOG_VERBOSE)
        return;
    va_start(list, format);
    log_line(format, list);
    va_end(list);
}
