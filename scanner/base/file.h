/* file.h - a file read whole, up to a limit. */
#ifndef MAILSPILL_BASE_FILE_H
#define MAILSPILL_BASE_FILE_H

#include "base/buffer.h"
#include "base/error.h"

/* Append the bytes of FILE to OUT, whose ceiling is the most that it may have. 0; or -1: it cannot be read, or has more (ERROR_LIMIT), and of what is in
 * OUT then nothing must be used. */
int file_read(const char *file, struct buffer *out, struct error *err);

/* The same of what FD still has to give; FILE names it in messages. FD stays open. */
int file_read_fd(int fd, const char *file, struct buffer *out, struct error *err);

#endif
