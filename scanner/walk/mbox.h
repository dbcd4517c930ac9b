/* mbox.h - a Unix mailbox (mboxo, mboxrd, mboxcl, mboxcl2), and what is needed to take up its walk again.
 *
 * Children: ITEM_REST for what stands before the first "From " line (a mailbox cut out of a larger one), then one
 * ITEM_MESSAGE a message, whose source begins with its "From " line: that line belongs to the message's header, so that what
 * stands in it has the message's provenance. Quoting (">From ") is left as it is. A message's source is a window over the
 * mailbox's; nothing is copied. Content-Length counts only where it ends exactly at a separator or at the end.
 */
#ifndef MAILSPILL_WALK_MBOX_H
#define MAILSPILL_WALK_MBOX_H

#include "walk/format.h"

/* Bytes of a range that a split mailbox hands out, about. */
#define MBOX_RANGE ((uint64_t)16 * 1024 * 1024)

/* Where, in the mailbox's source, the last message (its "From " line) begins: a walk over the source from there on, with
 * first_ordinal the message's, gives it again. 0 before the first message. */
uint64_t mbox_offset(const struct walk *walk);

#endif
