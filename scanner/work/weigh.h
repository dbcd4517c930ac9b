/* weigh.h - a quick look at how much the inputs hold, before anything is made for them. */
#ifndef MAILSPILL_WORK_WEIGH_H
#define MAILSPILL_WORK_WEIGH_H

#include "work/supervisor.h"

/* Do the inputs hold MOST bytes at most? False where that is not seen soon: standard input, a deep or large folder, what cannot be read. */
bool inputs_are_small(const struct scan_input *inputs, size_t count, uint64_t most);

#endif
