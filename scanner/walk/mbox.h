/* mbox.h - what the worker needs to know of a mailbox's walk to take it up again. */
#ifndef MAILSPILL_WALK_MBOX_H
#define MAILSPILL_WALK_MBOX_H

#include "walk/format.h"

/* Bytes of a range that a split mailbox hands out, about. */
#define MBOX_RANGE ((uint64_t)16 * 1024 * 1024)

/* Where, in the mailbox's source, the separator of the last child (its separator or its message) begins: a walk over the
 * source from there on, with first_ordinal the child's, gives it again. 0 before the first message. */
uint64_t mbox_offset(const struct walk *walk);

#endif
