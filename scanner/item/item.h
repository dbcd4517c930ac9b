/* item.h - a thing found: a file, an archive member, a mailbox's message, a MIME part, a header block.
 *
 * Items form a chain to the input they came from, which gives the path (see item_put_path), the depth and the
 * provenance. An item lives in the arena of its walk and dies when the walk asks for the next child.
 */
#ifndef MAILSPILL_ITEM_ITEM_H
#define MAILSPILL_ITEM_ITEM_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/limits.h"
#include "item/envelope.h"
#include "item/gap.h"
#include "item/source.h"

enum item_kind {
    ITEM_FILE,     /* an input, or a file below an input folder */
    ITEM_MEMBER,   /* of an archive, or what a compression held: step `!/name` */
    ITEM_MESSAGE,  /* of a mailbox: step `!#N`; of a message/rfc822 part: no step of its own */
    ITEM_PART,     /* MIME part: step `!/P name` */
    ITEM_HEADER,   /* header block: step `!/HEADER` or `!/P.HEADER` */
    ITEM_PREAMBLE, /* of a multipart: `!/PREAMBLE`, `!/P.PREAMBLE` */
    ITEM_EPILOGUE, /* of a multipart: `!/EPILOGUE`, `!/P.EPILOGUE` */
    ITEM_REST,     /* bytes a container left over, scanned raw: `!/REST` */
    ITEM_BLOB,     /* an encoded block inside text (uuencode, yEnc): `!/name` */
};

/* What the walk that made the item knows about its content. */
enum item_content {
    CONTENT_ANY,     /* ask the formats, then the extractors */
    CONTENT_MESSAGE, /* an RFC 5322 message, whatever it looks like */
    CONTENT_TEXT,    /* text: no format may claim it (headers, preambles, separators) */
    CONTENT_BYTES,   /* raw bytes: scanned as they stand */
};

/* format=flowed (RFC 3676) of a text/plain part. */
enum item_flow { FLOW_FIXED, FLOW_FLOWED, FLOW_FLOWED_DELSP };

/* A file that is a secret by itself, where the scan saw that it is one (scan_keyfile.c). */
enum item_key {
    ITEM_KEY_NONE,
    ITEM_KEY_OPEN,   /* and all that is in it is that secret: no reader is missing */
    ITEM_KEY_LOCKED, /* under a password */
};

struct format;
struct shared_strings;

struct item {
    const struct item *parent; /* NULL for an input */
    enum item_kind kind;
    enum item_content content;
    struct slice name;     /* declared name, UTF-8 where it could be decoded, else bytes; may be empty */
    struct slice key_path; /* of an input: its path below the input folder, for ids */
    uint64_t ordinal;      /* of a message in its mailbox, from 1 */
    struct slice part; /* IMAP part number, "2.1"; empty for the message's own header, preamble, epilogue */
    struct slice type; /* declared media type, lower case, "text/html"; empty if none */
    struct slice charset; /* declared charset; empty if none */
    enum item_flow flow;
    bool
        is_document; /* opened, and one thing for a person: a PDF, a picture. Its own name tells what lies in it apart */
    bool is_message;          /* opened as a message: set by the format that opens it */
    bool is_entity;           /* a MIME entity of the message around it (S/MIME), no message of its own */
    bool is_alternative;      /* inside a multipart/alternative */
    struct slice alternative; /* part number of that multipart: twins share it */
    bool
        is_attachment; /* Content-Disposition attachment, or a part with a file name, or an archive's member */
    bool is_quoted_message; /* inside a forwarded message/rfc822 */
    struct source *source;  /* NULL where `refused`; where `opener` is set it may be NULL too */
    const struct format *
        opener; /* opens it, whatever its bytes: what lies in a container's own tables (a message of a PST, a storage) */
    void *
        node; /* opener's own, in `arena` or older: what to open. Without an opener: what a format opened is not to be opened again */
    struct shared_strings *strings; /* of a workbook's part: what its cells may name by number; else NULL */
    const struct gap *refused;      /* it cannot be read at all: why */
    struct envelope
        *envelope; /* of the nearest message, or one without id that only names folder and custodian */
    enum item_key key;
    struct slice note;        /* for a person: declared type and bytes disagree … */
    unsigned container_depth; /* containers around it */
    unsigned mime_depth;      /* multiparts and messages around it, since the outermost message */
    struct arena *arena;      /* of the walk that made it */
};

/* Append the path of ITEM as the design says: the input as typed, then steps `!/name`, `!#N`, `!/P name`. In names, bytes
 * below 0x21, 0x7F, `% ! #`, invalid UTF-8, bidi and control characters are percent-encoded. */
int item_put_path(struct buffer *buffer, const struct item *item);

/* Append the steps from ITEM's outermost message (excluded) to ITEM: the part of the path that is the same in any container.
 * Where no message is above, from the outermost container. */
int item_put_inner_path(struct buffer *buffer, const struct item *item);

/* Append one name as a path step writes it. */
int item_put_name(struct buffer *buffer, struct slice name);

/* The nearest item at or above ITEM that was opened as a message, or NULL; the outermost one. */
const struct item *item_message(const struct item *item);
const struct item *item_outer_message(const struct item *item);

/* The input ITEM came from. */
const struct item *item_input(const struct item *item);

#endif
