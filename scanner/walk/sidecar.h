/* sidecar.h - what a file beside a message tells of it. The supervisor reads its bytes, a worker what they mean. */
#ifndef MAILSPILL_WALK_SIDECAR_H
#define MAILSPILL_WALK_SIDECAR_H

#include "base/arena.h"
#include "item/envelope.h"

/* Bytes of a sidecar, at most: a larger one is not taken. */
#define SIDECAR_MAX ((size_t)32 * 1024)

/* What the supervisor puts before the names of the files in the folder of attachments of `N.partial.emlx`. */
#define SIDECAR_NAMES "\1names\n"

/* Names go to ENVELOPE's `beside`. Proton: `X.metadata.json`, a NUL, `labels.json`. Puts folder, role, labels, date and hidden recipients into ENVELOPE, the one that the
 * message takes what its header does not say from. In ARENA. What is no such thing changes nothing. */
void sidecar_read(struct arena *arena, struct slice sidecar, struct envelope *envelope);

#endif
