/* mime_boundary.h - the delimiter lines of multiparts (RFC 2046 section 5.1.1), and the bytes between them as sources.
 *
 * A cutter looks ahead in one source for the next delimiter line of any multipart that is open. The line break before a
 * delimiter belongs to the delimiter. A line counts as a delimiter if after `--boundary` or `--boundary--` come the end of the line or
 * white space, whatever follows, and if it is at most BOUNDARY_LINE_MAX long; the longest boundary that fits wins,
 * then an open multipart before a closed one, then the innermost. Line ends are LF, CRLF or a bare CR.
 */
#ifndef MAILSPILL_WALK_MIME_BOUNDARY_H
#define MAILSPILL_WALK_MIME_BOUNDARY_H

#include "item/source.h"

/* A longer boundary (RFC 2046 allows 70) is compared by this much of it. */
#define BOUNDARY_TEXT_MAX ((size_t)512)
#define BOUNDARY_LINE_MAX ((size_t)4096)

/* The most that cutter_look can be asked for: what is held back at the end of a window comes on top. */
#define CUTTER_WANT_MAX (SOURCE_WANT_MAX - BOUNDARY_LINE_MAX - 8)

/* An open multipart; the chain lies in the caller's memory. */
struct boundary {
    struct boundary *outer;
    struct slice text; /* without the dashes, at most BOUNDARY_TEXT_MAX */
    bool is_cut;       /* `text` is the beginning of a longer one */
    bool is_closed;    /* its closing delimiter was seen; more parts may follow in broken mail */
    bool is_guessed;   /* no header names it: its delimiter lines are content as well */
};

struct delimiter {
    struct boundary *boundary;
    uint64_t start;   /* offset in the source where its line starts */
    size_t break_len; /* of the line break before it */
    size_t known_len; /* of `--boundary` or `--boundary--` */
    size_t line_len;  /* with its line end */
    bool is_closing;
    bool has_text; /* more than white space stands after it on the line */
};

struct cutter {
    struct source *source;
    struct boundary *innermost; /* NULL: no multipart is open, the content goes to the source's end */
    struct delimiter found;     /* the next delimiter, where has_found */
    bool has_found;
    bool is_line_start; /* a line starts at `searched` */
    uint64_t searched;  /* no delimiter starts before this offset and after what was consumed */
};

void cutter_init(struct cutter *cutter, struct source *source);

/* Open a multipart that starts where the source stands; close the innermost. */
void cutter_push(struct cutter *cutter, struct boundary *boundary);
void cutter_pop(struct cutter *cutter);

/* Show in *CONTENT what comes before the next delimiter: WANT <= CUTTER_WANT_MAX bytes or more, or all of it. True if it is
 * all: then the delimiter is cutter->found, or without has_found the source ends there (or failed: see the source). */
bool cutter_look(struct cutter *cutter, size_t want, struct slice *content);

/* Consume the found delimiter, before which all content must be consumed. Where text stands after it on its line, that text
 * stays, and where it was guessed the whole line: the bytes that are left of the line are returned, else 0. */
size_t cutter_take_delimiter(struct cutter *cutter);

/* The content up to the next delimiter, as a source. Closing it leaves the cutter at the delimiter. */
struct source *cutter_source(struct arena *arena, struct cutter *cutter);

#endif
