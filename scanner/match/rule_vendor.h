/* rule_vendor.h - the pattern of rules that say only a vendor's name: key or token named beside it; inside match/ only.
 *
 * Hundreds of vendors give out keys without a prefix of their own. What tells such a key is the vendor's name, a word for a key and an
 * assignment. Those rules say `vendor: NAME` and get the common pattern, so that it stands once and is loaded once.
 */
#ifndef MAILSPILL_MATCH_RULE_VENDOR_H
#define MAILSPILL_MATCH_RULE_VENDOR_H

#include "base/arena.h"
#include "base/error.h"

/* Groups of such a pattern: the whole match and `secret`. */
#define VENDOR_GROUPS 2

enum vendor_kind {
    VENDOR_NAME, /* a name that is no word: the word for a key may stand further on, or be missing */
    VENDOR_WORD, /* a name that is also a word: the word for a key follows at once */
};

/* The pattern for keys of NAME, itself a pattern of ASCII characters. VALUE: the key's own shape, NULL for the common one. */
const char *vendor_pattern(struct arena *arena, enum vendor_kind kind, const char *name, const char *value);

/* What Hyperscan looks for. */
const char *vendor_find(struct arena *arena, enum vendor_kind kind, const char *name);

/* NAME and VALUE may hold neither groups that capture nor characters beyond ASCII. 0, or -1 with what to do. */
int vendor_check(const char *text, struct error *err);

#endif
