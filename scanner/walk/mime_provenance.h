/* mime_provenance.h - the envelope of a message, taken from its header fields one at a time. */
#ifndef MAILSPILL_WALK_MIME_PROVENANCE_H
#define MAILSPILL_WALK_MIME_PROVENANCE_H

#include "decode/header.h"
#include "item/envelope.h"

/* In the making. The slices point into the header block. */
struct provenance {
    struct arena *arena;
    const struct limits *limits;
    struct envelope *envelope;
    struct slice sender, received, references, in_reply_to, thread_index, gmail_thread;
};

/* A new envelope in ARENA that has folder and custodian from CONTAINER's (NULL is fine). */
void provenance_begin(struct provenance *provenance, struct arena *arena, const struct limits *limits,
                      const struct envelope *container);

/* Take what FIELD says. Of fields that may come once the first counts; of Received the last. */
void provenance_take(struct provenance *provenance, const struct header_field *field);

/* All fields were taken, and the block is still at hand: what needs several of them. The envelope, which no longer points there. */
struct envelope *provenance_end(struct provenance *provenance);

#endif
