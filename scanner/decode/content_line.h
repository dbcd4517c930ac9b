/* content_line.h - the lines of iCalendar and vCard (RFC 5545 section 3.1, RFC 6350 section 3.2, vCard 2.1): a property each, folded over several. */
#ifndef MAILSPILL_DECODE_CONTENT_LINE_H
#define MAILSPILL_DECODE_CONTENT_LINE_H

#include "base/slice.h"

struct content_line {
    struct slice head;  /* name and parameters, up to the colon, as they stand: folds and all */
    struct slice value; /* after the colon, as it stands, without the last line end */
    bool is_quoted_printable;
    bool is_base64; /* by its parameters, or a data: URI */
    size_t base64;  /* where in VALUE it begins */
    bool has_end;   /* a line end stands after it */
};

/* Does TEXT begin with BEGIN:VCALENDAR or BEGIN:VCARD, after a byte order mark and blank lines? */
bool content_line_begins(struct slice text);

/* Take the next property from the front of *REST with the lines it is folded over. 1, 0 at the end. A line without a colon has no value. */
int content_line_eat(struct slice *rest, struct content_line *line);

/* The value of parameter NAME in HEAD; empty if there is none. Folds stay in it. */
struct slice content_line_param(struct slice head, const char *name);

#endif
