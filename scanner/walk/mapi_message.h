/* mapi_message.h - a message kept as MAPI properties, given child by child: what MSG, TNEF and PST do alike.
 *
 * Children, in order: the header block (ITEM_HEADER); the bodies plain, HTML and RTF, which are alternatives, the RTF as what it wraps
 * (MS-OXRTFEX) or as RTF; the attachments; values too large to be held, each a leaf of its own; `PROPERTIES`, all other
 * text of the message, its recipients and attachments, one a line after what it is called; `BINARY`, the values that are bytes.
 * Text that stands in the header block already does not stand in PROPERTIES again.
 *
 * A format fills the bag, calls mapi_message_open in its open, and mapi_message_next in its next.
 */
#ifndef MAILSPILL_WALK_MAPI_MESSAGE_H
#define MAILSPILL_WALK_MAPI_MESSAGE_H

#include "walk/format.h"
#include "walk/mapi_header.h"

#define MAPI_THE_MESSAGE SIZE_MAX /* in place of an attachment's index */

/* What a container does for its messages. CTX is mapi_message.ctx. */
struct mapi_container {
    /* The properties of recipient or attachment INDEX (from 0) into BAG, which is fresh. 1; 0 past the last; -1 where it can't be read.
     * Data of an attachment and long values need not be held. `recipient` may be NULL. */
    int (*recipient)(void *ctx, size_t index, struct mapi_bag *bag, struct error *err);
    int (*attachment)(void *ctx, size_t index, struct mapi_bag *bag, struct error *err);
    /* A source in ARENA of a value that BAG does not hold, of attachment INDEX or MAPI_THE_MESSAGE; NULL if it can't be read. */
    struct source *(*value)(void *ctx, struct arena *arena, size_t index,
                            const struct mapi_property *property);
    /* Attachment INDEX is a message or an OLE object that is kept in the container's own way: set CHILD's opener and node, or its source.
     * 0; -1: it can't be read. Its arena is CHILD's. May be NULL: then its data is read like any other. */
    int (*embedded)(void *ctx, size_t index, const struct mapi_bag *bag, struct item *child,
                    struct error *err);
};

enum mapi_step {
    MAPI_STEP_HEADER,
    MAPI_STEP_PLAIN,
    MAPI_STEP_HTML,
    MAPI_STEP_RTF,
    MAPI_STEP_ATTACHMENTS,
    MAPI_STEP_LARGE,
    MAPI_STEP_PROPERTIES,
    MAPI_STEP_BINARY,
    MAPI_STEP_DONE,
};

struct mapi_message {
    const struct mapi_container *container;
    void *ctx;
    bool
        is_part; /* no message of its own but a part of one (winmail.dat): header and envelope are the outer message's */
    struct mapi_bag bag; /* in the walk's arena */
    struct mapi_header header;

    /* mapi_message.c's own. */
    struct slice base; /* part number of the message, which its parts continue */
    uint64_t parts;
    unsigned bodies;
    enum mapi_step step;
    size_t next;               /* attachment or property */
    unsigned lookups;          /* texts looked for in the header block */
    struct buffer body;        /* of the child at work */
    struct buffer text, bytes; /* PROPERTIES, BINARY */
};

/* Read recipients, make header and envelope, set walk->item's. MESSAGE has container, ctx, is_part and bag set, all else is zero. */
void mapi_message_open(struct walk *walk, struct mapi_message *message);

/* As a format's next. */
int mapi_message_next(struct walk *walk, struct mapi_message *message, struct item *child, struct error *err);
void mapi_message_release(struct mapi_message *message);

#endif
