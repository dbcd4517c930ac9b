/* embedded.h - files in base64 inside the text of a document: what the readers of its kinds tell embedded.c; inside walk/ and for probes. */
#ifndef MAILSPILL_WALK_EMBEDDED_H
#define MAILSPILL_WALK_EMBEDDED_H

#include "walk/format.h"

/* Does HEAD begin a Jupyter notebook or a HAR capture? */
bool embedded_is_json(struct slice head);

/* Is ITEM HTML that may hold files in data: URIs? WINDOW: what can be seen of it, from HEAD's start on. */
bool embedded_is_html(const struct item *item, struct slice head, struct slice window);

/* What lies in it. */
struct embedded_file {
    struct slice name;
    struct slice bytes;
    bool is_base64; /* they are still encoded */
};

/* Bytes of the text that no longer belong to it. */
struct embedded_cut {
    size_t at, len;
};

struct embedded {
    struct arena *arena; /* names and bytes may live in it */
    struct slice text;   /* one byte a character: UTF-16 was made so, with '?' for what is not ASCII */
    size_t most;         /* bytes that may be decoded at once */
    struct buffer files; /* of struct embedded_file */
    struct buffer cuts;  /* of struct embedded_cut, in order */
};

void embedded_add(struct embedded *embedded, struct slice name, struct slice bytes, bool is_base64);
void embedded_cut(struct embedded *embedded, struct slice part);

/* Base64 and white space alone, long enough to be a file? */
bool embedded_is_base64(struct slice text);

/* Files in TEXT: pkg:binaryData (flat OPC), office:binary-data (flat OpenDocument), w:binData (Word 2003), DataMashup (Power Query). */
void embedded_read_xml(struct embedded *embedded);

/* Files in strings, by what they decode to. */
void embedded_read_json(struct embedded *embedded);

/* Archives and documents in data: URIs. */
void embedded_read_html(struct embedded *embedded);

/* What Power Query keeps of a workbook (MS-QDEFF), in ENCODED: a zip with the script, permissions, metadata. */
void embedded_read_mashup(struct embedded *embedded, struct slice encoded);

#endif
