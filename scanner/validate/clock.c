/* clock.c - days and times inside tokens. */
#include "validate/clock.h"

#include <stdio.h>
#include <time.h>

void clock_show_epoch(char *out, size_t size, uint64_t seconds)
{
    struct tm tm;
    time_t when = (time_t)seconds;
    out[0] = 0;
    if (seconds < 253402300800u && gmtime_r(&when, &tm))
        strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* WIDTH digits at *AT, then one of the bytes of AFTER (or the end). */
static bool eat_digits(struct slice text, size_t *at, size_t width, const char *after, unsigned *value)
{
    uint64_t number;
    if (slice_to_u64(slice_sub(text, *at, width), &number) < 0 || text.len - *at < width)
        return false;
    *at += width;
    *value = (unsigned)number;
    if (*at < text.len && (!text.ptr[*at] || !strchr(after, text.ptr[*at])))
        return false;
    *at += *at < text.len;
    return true;
}

void clock_show(char *out, size_t size, struct slice text)
{
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    uint64_t epoch;
    size_t at = 0;
    out[0] = 0;
    if (text.len >= 9 && slice_to_u64(text, &epoch) == 0) {
        clock_show_epoch(out, size, epoch);
        return;
    }
    if (!eat_digits(text, &at, 4, "-", &year) || !eat_digits(text, &at, 2, "-", &month) ||
        !eat_digits(text, &at, 2, "T ", &day) || month < 1 || month > 12 || day < 1 || day > 31)
        return;
    if (at < text.len && eat_digits(text, &at, 2, ":", &hour) && eat_digits(text, &at, 2, ":Z", &minute) &&
        at < text.len)
        eat_digits(text, &at, 2, ".Z", &second);
    snprintf(out, size, "%04u-%02u-%02uT%02u:%02u:%02uZ", year, month, day, hour % 24, minute % 60,
             second % 61);
}

uint64_t clock_now(void)
{
    return (uint64_t)time(NULL);
}

bool clock_is_past(const char *shown)
{
    char now[32];
    clock_show_epoch(now, sizeof now, clock_now());
    return shown[0] && strcmp(shown, now) < 0;
}
