/* secret_file.h - reads a file of secrets: its mode must keep others out, or it is a descriptor that is open already. */
#ifndef MAILSPILL_BASE_SECRET_FILE_H
#define MAILSPILL_BASE_SECRET_FILE_H

#include "base/buffer.h"
#include "base/error.h"

/* All of FILE into BYTES, up to its ceiling. "fd:3" and "/dev/fd/3" are a descriptor. WHAT: "list of known secrets", for errors. 0 or -1. */
int secret_file_read(const char *file, const char *what, struct buffer *bytes, struct error *err);

#endif
