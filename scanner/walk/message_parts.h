/* message_parts.h - a message at work: what message.c, message_header.c and message_body.c share; theirs alone. */
#ifndef MAILSPILL_WALK_MESSAGE_PARTS_H
#define MAILSPILL_WALK_MESSAGE_PARTS_H

#include "walk/format.h"
#include "walk/journal.h"
#include "walk/mime_boundary.h"
#include "walk/mime_headers.h"
#include "walk/mime_provenance.h"

/* What is asked for first when a header block is looked for; doubled as long as its end does not show. */
#define MESSAGE_HEADER_LOOK ((size_t)4 * 1024)

/* An open multipart. */
struct frame {
    struct boundary boundary; /* first: the cutter's chain of boundaries is one of frames */
    struct frame *outer;
    struct slice number; /* its part number; empty for the message's own body */
    uint64_t parts;      /* begun so far */
    bool is_digest, is_alternative;
    struct slice alternative; /* number of the outermost multipart/alternative around the parts */
    struct arena_mark mark;   /* what its parts allocated lies above */
};

/* A body on its way through a transfer decoder. */
struct decoding {
    struct source *raw; /* NULL: none */
    struct transfer_state state;
    struct buffer undecoded;
};

/* A source in which delimiters are looked for: the message, or what an encoded multipart decodes to. */
struct reader {
    struct reader *outer;
    struct cutter cutter;
    struct frame *base; /* the innermost frame when it was begun: not its own */
    struct decoding decoding;
    struct slice number;
};

struct message {
    bool (*step)(struct walk *walk, struct item *child); /* true: CHILD is filled; NULL at the end */
    struct reader *reader;
    struct frame *frame; /* innermost */
    unsigned frames;
    uint64_t parts;
    bool is_journal;               /* a report, whose first text names the recipients of the message in it */
    const struct journal *journal; /* once that was read */
    const char *partial;           /* why there is no more of the message; told once */
    struct slice beside;           /* of the input: files of attachments */
    struct source *before_list;    /* of Apple Mail's file: what is read as the message */
    uint64_t list_at;              /* where Apple Mail's list of properties begins; 0: there is none */
    struct slice base; /* part number of the message, which its parts continue; empty for the outermost */

    /* The entity at work. */
    struct entity entity;
    struct slice number;
    size_t line_rest;    /* text that stands after the delimiter on its line */
    size_t header_len;   /* with line_rest or what leads the message's first field */
    const char *limit;   /* that the header block hit */
    bool is_header_cut;  /* it is longer than its limit */
    bool is_in_epilogue; /* else in the preamble */
    struct decoding decoding;
};

/* message.c: a child of KIND, where the walk stands. */
void message_child_init(const struct walk *walk, struct item *child, enum item_kind kind);

/* The source of the bytes up to the next delimiter. It outlives the child, whose source may be a decoder over it. */
struct source *message_begin_content(struct walk *walk);
void message_end_decoding(struct decoding *decoding);

/* A child of what DECODING met and did not decode. False if there is nothing. Ends DECODING. */
bool message_give_leftover(struct walk *walk, struct item *child, struct decoding *decoding,
                           struct slice number);

/* The first MOST bytes up to the next delimiter. True if there are fewer. However much the source shows at once, the answer is the same. */
bool message_look(struct message *message, size_t most, struct slice *text);

/* Steps: true where CHILD is filled. The body that starts here, a multipart or not; the delimiter after it. */
bool message_give_body(struct walk *walk, struct item *child);
bool message_meet_delimiter(struct walk *walk, struct item *child);

/* message_header.c: find and parse the header block of the entity that starts here. PROVENANCE: NULL for a part. */
void message_read_header(struct walk *walk, struct provenance *provenance);

/* message_body.c: the number of the part ORDINAL below NUMBER. */
struct slice message_number_below(struct arena *arena, struct slice number, uint64_t ordinal);

/* The encoding that the body which starts here is in: what was declared, unless its bytes say otherwise. */
enum transfer_encoding message_encoding(struct message *message);

/* Steps: the body as a leaf; its bytes as they stand, for REASON; what its decoder met and did not decode. */
bool message_give_leaf(struct walk *walk, struct item *child);
bool message_give_raw(struct walk *walk, struct item *child, const char *limit, const char *reason);
bool message_give_undecoded(struct walk *walk, struct item *child);

#endif
