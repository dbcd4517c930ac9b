/* idset.h - a set of ids, to count distinct secrets: 16 bytes each, open addressing. */
#ifndef MAILSPILL_WORK_IDSET_H
#define MAILSPILL_WORK_IDSET_H

#include "record/record.h"

struct idset;

struct idset *idset_new(void);
void idset_free(struct idset *set);

/* 1 if ID is new, 0 if it was in. */
unsigned idset_add(struct idset *set, const struct record_id *id);

#endif
