/* mime_probe.h - how a message begins: what may stand before its header block, and whether bytes look like one. */
#ifndef MAILSPILL_WALK_MIME_PROBE_H
#define MAILSPILL_WALK_MIME_PROBE_H

#include "walk/format.h"

/* So much of a message's beginning tells what leads its header block. */
#define MIME_LEAD_MAX ((size_t)8 * 1024)

/* Length of what stands before the header block of a message and is not part of it: a byte order mark, blank lines, "From " and
 * ">From " lines. 0 where no header field follows. */
size_t mime_lead_length(struct slice text);

/* The bid of format_message. */
enum bid mime_probe(const struct item *item, struct slice head);

#endif
