/* shaped.h - tokens that look like passwords which people make up: short, letters and digits side by side; inside match/ only.
 *
 * Rules whose first validator is `prose-shaped` are not given to Hyperscan: PCRE2 tries them where such a token begins. Looking for its shape
 * in Hyperscan would cost a seventh of the scan; sixteen bytes at once cost next to nothing where letters and digits do not meet.
 */
#ifndef MAILSPILL_MATCH_SHAPED_H
#define MAILSPILL_MATCH_SHAPED_H

#include "match/rule.h"

bool shaped_holds(const struct rule *rule);

struct shaped {
    struct slice text;
    size_t at;
};

/* The start of the next such token. */
bool shaped_next(struct shaped *shaped, size_t *start);

#endif
