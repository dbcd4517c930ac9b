/* type.h - what bytes are, whatever they are called: our signatures first, then libmagic. */
#ifndef MAILSPILL_WALK_TYPE_H
#define MAILSPILL_WALK_TYPE_H

#include "base/error.h"
#include "base/slice.h"

enum type_class {
    TYPE_TEXT,      /* readable text in some charset */
    TYPE_HTML,      /* HTML or XHTML */
    TYPE_PICTURE,   /* an image: gap `picture` */
    TYPE_PROGRAM,   /* executables, libraries, byte code: its strings are all there is to read */
    TYPE_DOCUMENT,  /* a format that hides its text, with no extractor: gap `unsupported` */
    TYPE_ENCRYPTED, /* an encrypted container that we cannot open: gap `encrypted` */
    TYPE_BINARY,    /* unknown bytes: gap `unsupported` */
};

/* The media type of message.rpmsg, which the servers of an organisation open for those who may read it. */
#define TYPE_RIGHTS_PROTECTED "application/x-microsoft-rpmsg-message"

struct type {
    enum type_class class;
    const char *media; /* "application/pdf"; static or valid until the next call */
};

/* Load libmagic's database; once, before the sandbox closes. 0 or -1. Without it type_of knows only our own signatures. */
int type_init(struct error *err);
void type_release(void);

/* Whether HEAD is readable text: 7-bit, UTF-8, another 8-bit charset (EBCDIC too), ISO-2022, UTF-16 or UTF-32. Looks at the first
 * 512 bytes; a few control bytes are allowed. Cheap: no libmagic. Empty bytes are text. */
bool type_is_text(struct slice head);

/* Whether HEAD begins as only HTML does: a doctype or <html>. */
bool type_is_html(struct slice head);

/* What our own signatures say, or a NULL media. Cheap: no libmagic. */
struct type type_from_signature(struct slice head);

/* HEAD: the first bytes of the item. NAME and DECLARED (media type) only break ties that the bytes leave open. */
struct type type_of(struct slice head, struct slice name, struct slice declared);

#endif
