/* mime_provenance.h - the envelope of a message, taken from its header fields one at a time. */
#ifndef MAILSPILL_WALK_MIME_PROVENANCE_H
#define MAILSPILL_WALK_MIME_PROVENANCE_H

#include "decode/header.h"
#include "item/envelope.h"

/* A field that is read when the envelope is completed. */
struct provenance_unread;

/* In the making. The slices point into the header block, and from provenance_end on into the arena. */
struct provenance {
    struct arena *arena;
    const struct limits *limits;
    struct envelope *envelope;
    struct provenance_unread *first, *last; /* in the order of the block */
    struct slice sender, received, references, in_reply_to, thread_index, gmail_thread, delivered_to;
    const struct envelope *container;
    const struct journal *journal;
    int64_t container_date; /* where the header has none */
    bool is_gmail;          /* it has Gmail's labels */
    bool is_journal;        /* it is a report about another message, which it holds */
    bool is_deleted;        /* by its own header: Thunderbird's, until it compacts the folder */
    bool is_partial;        /* only its beginning was fetched */
};

/* A new envelope in ARENA, which must not be rewound as long as the envelope may be completed. It has folder and custodian from
 * CONTAINER's (NULL is fine). */
void provenance_begin(struct provenance *provenance, struct arena *arena, const struct limits *limits,
                      const struct envelope *container);

/* Take what FIELD says. Of fields that may come once the first counts; of Received the last. */
void provenance_take(struct provenance *provenance, const struct header_field *field);

/* All fields were taken, and the block is still at hand. The envelope, which no longer points there; the rest of it is read by
 * envelope_complete. */
struct envelope *provenance_end(struct provenance *provenance);

/* mime_thread.c: the conversation by what the fields tell, empty where they don't; else by the bare subject and all people in order of the alphabet,
 * equal for a question and its answer. */
struct slice provenance_told_thread(struct provenance *provenance);
struct slice provenance_guess_thread(struct provenance *provenance);

#endif
