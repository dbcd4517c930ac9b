/* mapi_header.h - the header block and the envelope of a message that is kept as MAPI properties.
 *
 * Where the message came through a transport its header is among the properties (PidTagTransportMessageHeaders), and that is the block;
 * else a block is made of the properties and the recipients, so that the same message has the same fields in any container. The
 * envelope takes from the transport's header first, and what that lacks from the properties.
 */
#ifndef MAILSPILL_WALK_MAPI_HEADER_H
#define MAILSPILL_WALK_MAPI_HEADER_H

#include "walk/mapi.h"

struct mapi_header {
    struct arena *arena;         /* of the envelope: not rewound as long as the item lives */
    const struct limits *limits; /* of header fields, addresses */
    struct buffer made;          /* the block made of properties */
    struct buffer block;         /* the block to be scanned */
    struct envelope *envelope;
    bool has_transport; /* `block` is the transport's */
    struct buffer to, cc, bcc;
};

/* CONTAINER's folder and custodian are taken over. Storage is the caller's; mapi_header_release. */
void mapi_header_begin(struct mapi_header *header, struct arena *arena, const struct limits *limits,
                       const struct envelope *container);

/* One recipient of the message, in the table's order. */
void mapi_header_recipient(struct mapi_header *header, const struct mapi_bag *recipient);

/* All recipients were given: make block and envelope of the message's own BAG. TRANSPORT: the transport's header where the bag does not hold
 * it, else empty. */
void mapi_header_end(struct mapi_header *header, const struct mapi_bag *bag, struct slice transport);
void mapi_header_release(struct mapi_header *header);

#endif
