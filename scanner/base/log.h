/* log.h - messages for the person at the terminal: standard error, escaped, never a secret. */
#ifndef MAILSPILL_BASE_LOG_H
#define MAILSPILL_BASE_LOG_H

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE };

void log_set_level(enum log_level level);

/* "mailspill: …" on standard error. log_error shows at every level. */
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
