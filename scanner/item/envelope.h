/* envelope.h - provenance: which message something stands in, in the terms of RFC 5322 and of the mailbox.
 *
 * Filled by the format that opens messages (RFC 5322 headers, MAPI properties); every slice is UTF-8, decoded
 * (RFC 2047), and lives in the message item's arena. An absent value is an empty slice.
 */
#ifndef MAILSPILL_ITEM_ENVELOPE_H
#define MAILSPILL_ITEM_ENVELOPE_H

#include "base/arena.h"
#include "base/slice.h"

#define ENVELOPE_NO_DATE INT64_MIN

struct address_list {
    struct slice
        *at; /* bare addresses `user@host`, lower-cased host; where none parses, the text as it stands */
    size_t count;
};

/* Who got a message, as a journal report around it tells. */
struct journal {
    struct address_list to, cc, bcc;
};

enum envelope_part {
    ENVELOPE_ORIGIN, /* date, from and first_received */
    ENVELOPE_WHOLE,
};

struct envelope {
    struct slice id;   /* Message-ID with its angle brackets, folding removed */
    int64_t date;      /* Date, seconds since 1970 UTC, or ENVELOPE_NO_DATE */
    struct slice from; /* first address of From, else Sender */
    struct address_list to, cc, bcc;
    struct slice subject;
    struct slice first_received; /* the earliest Received field's text: for messages without an id */
    struct address_list labels;  /* X-Gmail-Labels, X-Keywords … */
    struct slice
        thread; /* root of the conversation: first of References, else In-Reply-To, Thread-Index root,
                                    X-GM-THRID, else a guess from subject and people */
    bool is_thread_guessed;
    struct slice folder;      /* "Inbox/Ops": from the container, or a label */
    struct slice folder_role; /* inbox sent drafts trash junk archive, or empty: RFC 6154 special uses; or
                                 deleted: it is in no folder any more */
    struct slice custodian;
    bool is_custodian_labelled; /* it was given: nothing in the input says it better */
    bool is_told_beside; /* date and labels are those of the message to come: a file beside it told them */
    const struct journal *journal; /* for the message in a journal report; else NULL */

    /* Of the input alone: what lies in the folder of attachments of a message of Apple Mail, "PART/NAME", one a line. */
    struct slice beside;

    /* Most messages have nothing to tell, so what is costly to read waits until somebody asks: with COMPLETE set, only id, labels,
     * folder, folder_role and custodian are there (see envelope_complete). UNREAD is what it reads. It is called once for the whole, and at most
     * once before for the origin. */
    void (*complete)(struct envelope *envelope, enum envelope_part part);
    void *unread;
    bool has_origin; /* they are read, though the rest may not be */

    uint64_t told_unit;   /* record/ keeps here that it has told of this message: in which unit, */
    uint32_t told_number; /* and under which number */
};

/* Before anything else of ENVELOPE is looked at: read what was put off. */
static inline void envelope_complete(struct envelope *envelope)
{
    void (*complete)(struct envelope *, enum envelope_part) = envelope->complete;
    envelope->complete = NULL;
    if (complete)
        complete(envelope, ENVELOPE_WHOLE);
}

/* Before its date, sender or first Received is looked at, and nothing else that was put off. */
static inline void envelope_complete_origin(struct envelope *envelope)
{
    if (envelope->complete && !envelope->has_origin)
        envelope->complete(envelope, ENVELOPE_ORIGIN);
    envelope->has_origin = true;
}

/* The role that a folder's name tells, in the languages mail programs use; empty if none. */
struct slice envelope_folder_role(struct slice folder);

/* The subject without Re:, Fwd:, AW: … and list tags, for a guess at the thread. */
struct slice envelope_bare_subject(struct slice subject);

#endif
