/* journal.h - Exchange's journal reports: who really got the message, as the report's first text tells. */
#ifndef MAILSPILL_WALK_JOURNAL_H
#define MAILSPILL_WALK_JOURNAL_H

#include "base/limits.h"
#include "item/envelope.h"

/* Bytes of the report's text that are read. */
#define JOURNAL_TEXT ((size_t)256 * 1024)

/* Read the lines of TEXT: `Sender: a@x`, `To: b@x, Expanded: list@x`, `Cc: …`, `Bcc: …`, `Recipient: …`. What no header of the message shows
 * (Bcc, and recipients of an unknown kind) goes to `bcc`. In ARENA; NULL where TEXT is no such report. */
struct journal *journal_read(struct arena *arena, struct slice text);

/* Add to ENVELOPE, whose lists are read, the people of JOURNAL that it does not name yet. */
void journal_merge(struct arena *arena, const struct journal *journal, struct envelope *envelope);

#endif
