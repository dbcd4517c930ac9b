/* spool.h - an empty file without a name, for bytes that a worker must seek in and memory cannot hold. */
#ifndef MAILSPILL_WORK_SPOOL_H
#define MAILSPILL_WORK_SPOOL_H

#include "base/error.h"

/* A descriptor of an unlinked file, 0600, in FOLDER (O_CLOEXEC). It only ever holds ciphertext (walk/hold.h). -1 on
 * error. */
int spool_open(const char *folder, struct error *err);

#endif
