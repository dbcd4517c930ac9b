/* mbox_from.h - is this the "From " line that starts a message in a mailbox, or a sentence?
 *
 * No standard says (RFC 4155 describes a default that few follow). In real list mail 16 of 53,500 lines after a line
 * end that begin with "From " are prose; so a line counts only where it stands after a blank line or a closing MIME
 * boundary and carries a date or is followed by header fields, or where both date and well-known fields are there.
 */
#ifndef MAILSPILL_WALK_MBOX_FROM_H
#define MAILSPILL_WALK_MBOX_FROM_H

#include "base/slice.h"

/* Longest separator line, in bytes; what a judgement may need to see before and after the start of the line. */
#define MBOX_FROM_LINE ((size_t)1024)
#define MBOX_FROM_BEFORE ((size_t)256)
#define MBOX_FROM_AHEAD ((size_t)2048)

enum mbox_from {
    MBOX_FROM_NO,
    MBOX_FROM_MORE,   /* cannot be told before more of the text is seen */
    MBOX_FROM_YES,    /* a separator */
    MBOX_FROM_STRONG, /* a separator beyond reasonable doubt: dated, and header fields follow */
};

struct mbox_look {
    struct slice
        before; /* what stands before the line (its last MBOX_FROM_BEFORE bytes do); empty at the start of the text */
    struct slice text; /* from the "F" of "From " on */
    bool is_all;       /* nothing comes after `text` */
    bool
        takes_git; /* the mailbox was made by `git format-patch`: its fixed date is no sign of a patch in a body */
};

enum mbox_from mbox_from_judge(const struct mbox_look *look);

/* Whether LINE, which begins with "From ", is one that `git format-patch` writes. */
bool mbox_from_is_git(struct slice line);

/* Length of the line at the front of TEXT with its end (LF, CRLF or a bare CR); all of TEXT where no end shows. */
size_t mbox_line_length(struct slice text);

/* Whether a header field (RFC 5322 section 3.6.8) starts at the front of TEXT; one that mail really has. */
bool mbox_is_field(struct slice text);
bool mbox_is_known_field(struct slice text);

#endif
