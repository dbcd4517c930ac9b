/* mask.h - what may be shown of a secret, and keeping it out of everything else. */
#ifndef MAILSPILL_RECORD_MASK_H
#define MAILSPILL_RECORD_MASK_H

#include "record/record.h"

/* What stands where a secret stood: three black circles. */
#define MASK_TEXT "\xE2\x97\x8F\xE2\x97\x8F\xE2\x97\x8F"

/* The preview of SECRET, appended to OUT as valid UTF-8 on one line: nothing of one under 12 characters (MASK_TEXT), else its first and last
 * characters, at most four each and together at most a third of it, around an ellipsis: "ghp_…sIZ8". */
void mask_put_preview(struct buffer *out, struct slice secret);

/* The secrets of one unit. Every string of a record that may hold one of them goes through mask_text. */
struct mask;

struct mask *mask_new(void);
void mask_free(struct mask *mask);  /* wipes */
void mask_clear(struct mask *mask); /* wipes */
void mask_add(struct mask *mask,
              struct slice secret); /* copies; also the percent-encoded and HTML-escaped forms */

/* TEXT with each secret replaced by MASK_TEXT, as valid UTF-8, in ARENA or TEXT itself; overlapping secrets are covered whole, and so is a piece of four or more
 * characters of one that is cut off at either end of TEXT. Secrets under 4 bytes are masked only as whole words. */
struct slice mask_text(const struct mask *mask, struct arena *arena, struct slice text);

/* The same for what a secret opens (a host, a user, an account), which may be a piece of it, as the workspace in a chat token is: whole secrets alone are covered. */
struct slice mask_target(const struct mask *mask, struct arena *arena, struct slice text);

#endif
