/* cuts.h - where a text's long tokens were cut; inside match/ only.
 *
 * A cut is a line end, with what a mailer put around it (CR, a soft hyphen, the `=` of quoted-printable, quote prefixes, indentation), a
 * zero-width character, or the backslash of Markdown before an underscore. Whether it cut a token is a guess from what stands on both
 * sides, made so that prose costs next to nothing.
 */
#ifndef MAILSPILL_MATCH_CUTS_H
#define MAILSPILL_MATCH_CUTS_H

#include "base/slice.h"

/* Bytes to leave out. */
struct cut {
    uint32_t from, to;
};

struct cuts {
    struct cut *at; /* in order, none overlapping another */
    size_t count, capacity;
};

void cuts_release(struct cuts *cuts);

/* The cuts of TEXT, at most 4 GiB long. */
void cuts_find(struct cuts *cuts, struct slice text);

#endif
