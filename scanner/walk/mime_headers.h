/* mime_headers.h - what the header block of a MIME entity says about its body, and the block's decoded view. */
#ifndef MAILSPILL_WALK_MIME_HEADERS_H
#define MAILSPILL_WALK_MIME_HEADERS_H

#include "decode/header.h"
#include "decode/transfer.h"
#include "item/item.h"

/* The MIME fields of one entity (RFC 2045, 2046, 2183, 3676). Slices live in the arena it was parsed with. */
struct entity {
    struct slice type; /* media type, lower case; empty if none was declared */
    struct slice boundary, name, charset;
    struct slice transfer_name; /* Content-Transfer-Encoding as it stands */
    enum transfer_encoding transfer;
    enum item_flow flow;
    bool is_attachment;
    bool has_type, has_transfer, has_disposition;
    uint64_t partial_number, partial_total; /* of message/partial; 0 where absent */
    struct slice external;                  /* access-type of message/external-body */
    bool is_beside;                         /* Apple Mail took its bytes out, to a file beside the message */
    const char *absent; /* why the part's bytes are not here, by its own header; else NULL */
    bool has_params_over_limit;
};

/* Take what FIELD says. Of fields that come twice the first counts. */
void entity_take(struct entity *entity, struct arena *arena, const struct header_field *field,
                 const struct limits *limits);

bool entity_is_multipart(const struct entity *entity);
bool entity_is_message(const struct entity *entity); /* message/rfc822, message/global, message/news */

/* Does BLOCK hold encoded words or RFC 2231 parameters, so that its bytes as they stand do not show all its text? */
bool headers_need_view(struct slice block);

/* BLOCK for the matcher, in ARENA: each field whose text decoding changes is written decoded and unfolded, and then as it
 * stands, so that no byte is lost; all else as it stands. */
struct slice headers_view(struct arena *arena, struct slice block, const struct limits *limits);

#endif
