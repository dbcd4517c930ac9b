/* mime_guess.h - what mail means that does not say it, or says it wrongly: guesses from a sample of its bytes. */
#ifndef MAILSPILL_WALK_MIME_GUESS_H
#define MAILSPILL_WALK_MIME_GUESS_H

#include "base/slice.h"

/* Is SAMPLE base64? Prose is told by its spaces and signs. */
bool mime_is_base64(struct slice sample);

/* Does a line of SAMPLE begin with WORD? */
bool mime_has_line(struct slice sample, const char *word);

/* TEXT without white space at its end: mail systems drop it, so it can't tell boundaries apart. */
struct slice mime_without_end(struct slice text);

/* The boundary of a line of TEXT that may be the delimiter of a multipart that names none, or names another; empty if none. */
struct slice mime_guess_boundary(struct slice text);

#endif
