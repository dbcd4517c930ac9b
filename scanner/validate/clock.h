/* clock.h - days and times inside tokens: shown as ISO 8601 UTC, compared with now. */
#ifndef MAILSPILL_VALIDATE_CLOCK_H
#define MAILSPILL_VALIDATE_CLOCK_H

#include "base/slice.h"

/* Seconds since 1970 as "2024-01-12T09:30:00Z"; "" outside the years 1970 to 9999. */
void clock_show_epoch(char *out, size_t size, uint64_t seconds);

/* An ISO 8601 day, or day and time in UTC, as the same; a bare number as seconds since 1970. "" if it is none. */
void clock_show(char *out, size_t size, struct slice text);

/* SHOWN (from above) lies before now; false for "". */
bool clock_is_past(const char *shown);

/* Seconds since 1970, as the validators see it. */
uint64_t clock_now(void);

#endif
