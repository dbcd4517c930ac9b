/* error.c - why something failed: a kind that decides what follows, and words for a person. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static void error_fill(struct error *err, enum error_kind kind, const char *suffix, const char *format,
                       va_list list)
{
    char raw[sizeof err->message];
    int used = vsnprintf(raw, sizeof raw, format, list);
    size_t at = used < 0 ? 0 : (size_t)used < sizeof raw ? (size_t)used : sizeof raw - 1;
    if (suffix)
        snprintf(raw + at, sizeof raw - at, ": %s", suffix);
    err->kind = kind;
    err->limit = NULL;
    utf8_escape_into(err->message, sizeof err->message, slice_str(raw));
}

int error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    va_list list;
    if (!err)
        return -1;
    va_start(list, format);
    error_fill(err, kind, NULL, format, list);
    va_end(list);
    return -1;
}

int error_set_limit(struct error *err, const char *limit, const char *format, ...)
{
    va_list list;
    if (!err)
        return -1;
    va_start(list, format);
    error_fill(err, ERROR_LIMIT, NULL, format, list);
    va_end(list);
    err->limit = limit;
    return -1;
}

int error_set_errno(struct error *err, const char *format, ...)
{
    const char *why = strerror(errno);
    va_list list;
    if (!err)
        return -1;
    va_start(list, format);
    error_fill(err, ERROR_SYSTEM, why, format, list);
    va_end(list);
    return -1;
}
