/* protocol.h - what a worker and a helper say to each other. Neither believes the other.
 *
 * A helper is a program of its own, beside this one, with a library that shall not be linked into the core (poppler is GPL) or that meets formats too
 * bad for it. Each worker has its own of each kind. A helper has two sides:
 *
 *   its parent      loads the library and never reads a byte of input. Over a SOCK_SEQPACKET pair it takes orders of one byte, and answers each
 *                   with one packet: HELPER_BEGIN forks a child for one document, and the answer carries the worker's end of a stream to it;
 *                   HELPER_HOW ends the last child, if it is still there, and says how it ended (a wait status).
 *   one child each  enters its box, then reads the request from the stream, then answers in frames until HELPER_END. A stream that
 *                   ends without it: the child died.
 *
 * All integers are little-endian.
 */
#ifndef MAILSPILL_ASK_PROTOCOL_H
#define MAILSPILL_ASK_PROTOCOL_H

#include "base/buffer.h"
#include "base/error.h"

enum helper_kind { HELPER_PDF, HELPER_PICTURE, HELPER_KINDS };

/* The program's name, "mailspill-pdf". */
const char *helper_name(enum helper_kind kind);

/* What it is for, "PDF"; and what is to be said and done where it is missing. */
const char *helper_subject(enum helper_kind kind);
const char *helper_lack(enum helper_kind kind);

#define HELPER_CONTROL_FD 3 /* where a helper finds its end of the pair */

/* Orders, and the first byte of their answers. */
#define HELPER_BEGIN 'b'
#define HELPER_HOW 'h'    /* the answer: this byte and the status, 32 bits */
#define HELPER_FAILED 'f' /* instead of HELPER_BEGIN: no child could be made */

/* The request: u32 HELPER_MAGIC, u32 count of passwords, u64 bytes of the document; each password: u32 length, bytes; the document. */
#define HELPER_MAGIC 0x3150534Du
#define HELPER_HEAD ((size_t)16)
#define HELPER_PASSWORDS ((size_t)4096) /* of one request, at most */
#define HELPER_PASSWORD ((size_t)1024)  /* bytes of one, at most */

/* The answer is made of frames: u8 type, u8 detail, u16 zero, u32 length, bytes. */
#define HELPER_FRAME_HEAD ((size_t)8)
#define HELPER_FRAME_MOST ((size_t)64 * 1024) /* bytes after the head */
#define HELPER_NAME_MOST ((size_t)1024)
#define HELPER_REASON_MOST ((size_t)200)

enum helper_frame_type {
    HELPER_NOTHING,
    HELPER_OPENED, /* with which password: u32, its place in the request */
    HELPER_ITEM,   /* a child begins: its name. Detail: enum helper_item */
    HELPER_BYTES,  /* more of the child */
    HELPER_GAP,    /* what was not read: words for a person. Detail: enum helper_gap */
    HELPER_END,    /* all was told */
    HELPER_FRAME_TYPES,
};

enum helper_item {
    HELPER_ITEM_TEXT,    /* UTF-8 */
    HELPER_ITEM_FILE,    /* a file that lies in the document, under its own name */
    HELPER_ITEM_PICTURE, /* a picture that the document shows, for the other helper: PGM. "PAGE-1", a page without text; "PAGE-1/PICTURE-2" */
    HELPER_ITEMS,
};

/* About the document, before the first child or between two. */
enum helper_gap {
    HELPER_GAP_DAMAGED,
    HELPER_GAP_ENCRYPTED,
    HELPER_GAP_UNSUPPORTED,
    HELPER_GAP_PICTURE,
    HELPER_GAP_PAGES,  /* limit `pages` */
    HELPER_GAP_TEXT,   /* limit `document-text` */
    HELPER_GAP_PIXELS, /* limit `pixels` */
    HELPER_GAPS,
};

struct helper_frame {
    enum helper_frame_type type;
    unsigned detail;
    struct slice bytes; /* borrowed from what was parsed */
};

/* The frame at the front of *REST, which it is taken from. 1; 0: more bytes are needed; -1: no frame, with ERR. What it says of itself was checked:
 * its type, its detail, its length, a name's and a reason's length, and that a name and a reason are UTF-8. */
int helper_frame_eat(struct slice *rest, struct helper_frame *frame, struct error *err);

/* The head of a frame of LEN bytes, into HEAD, which has HELPER_FRAME_HEAD. */
void helper_frame_head(unsigned char *head, enum helper_frame_type type, unsigned detail, size_t len);

/* The head of a request: the same, and its reading: 0 or -1, where a number is past its bound or DOCUMENT_MOST. */
void helper_request_head(unsigned char *head, size_t passwords, uint64_t document);
int helper_request_read(struct slice head, uint64_t document_most, size_t *passwords, uint64_t *document);

#endif
