/* xml.h - XML read piece by piece (expat), with bounds on depth, memory and time; no entity is ever declared or expanded.
 *
 * Input is UTF-8, whatever the document says of itself. Names come as they stand, with their prefix. Not for two threads.
 */
#ifndef MAILSPILL_DECODE_XML_H
#define MAILSPILL_DECODE_XML_H

#include <expat.h>

#include "base/slice.h"

/* Open elements in one another; bytes of one tag, comment or instruction; bytes that expat may hold, of all parsers at a time. */
#define XML_DEPTH_MAX 1024u
#define XML_TOKEN_MAX ((uint64_t)4 * 1024 * 1024)
#define XML_MEMORY_MAX ((size_t)64 * 1024 * 1024)

/* What is met, in order. Each may be NULL. Names and attributes (name, value, name, value, NULL) are NUL-ended and borrowed. */
struct xml_sink {
    void (*start)(void *ctx, const char *name, const char **attributes);
    void (*end)(void *ctx, const char *name);
    void (*text)(void *ctx, struct slice text);
    void *ctx;
    void (*aside)(void *ctx, struct slice text); /* a comment, or what an instruction says */
};

enum xml_fault {
    XML_SOUND,
    XML_DAMAGED,  /* it is no XML from here on */
    XML_DECLARES, /* it declares entities */
    XML_LIMIT,    /* a bound above */
};

struct xml {
    XML_Parser parser;
    const struct xml_sink *sink;
    unsigned depth; /* elements open now; in `start` and `end` with the one that they are about */
    uint64_t fed;   /* bytes */
    enum xml_fault fault;
    const char *why; /* of a fault; static */
};

void xml_init(struct xml *xml, const struct xml_sink *sink);
void xml_release(struct xml *xml);

/* The next bytes. 0, or -1 from the first fault on: what follows is not read. 1: a callback paused it. */
int xml_feed(struct xml *xml, struct slice bytes, bool is_last);

/* In a callback: tell nothing after it until xml_resume, which goes on with the bytes that were fed and says what xml_feed says. Who pauses
 * feeds XML_PIECE bytes at a time at most. */
#define XML_PIECE ((size_t)1024 * 1024)
void xml_pause(struct xml *xml);
int xml_resume(struct xml *xml);

/* In a callback: where in all the bytes that were fed the thing that is told begins, and its length there. */
uint64_t xml_at(const struct xml *xml);
size_t xml_len(const struct xml *xml);

/* NAME without its prefix. */
const char *xml_local(const char *name);

/* The value of the attribute whose local name is NAME, or NULL. */
const char *xml_attribute(const char **attributes, const char *name);

#endif
