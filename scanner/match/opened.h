/* opened.h - the rule that the passwords of locked attachments are told under, once they have opened one; it has no pattern. */
#ifndef MAILSPILL_MATCH_OPENED_H
#define MAILSPILL_MATCH_OPENED_H

#include "match/rule.h"

#define OPENED_RULE "attachment-password"
#define OPENED_FAMILY \
    "written-password" /* that of the rules that find passwords in sentences: it is the same secret */

#define OPENED_CATEGORY "file"

/* Add it to SET, after the database was loaded, unless it is there: silent where --only or --skip (ruleset_select) left it out. */
void opened_add_rule(struct ruleset *set);

/* It, or NULL: then passwords are told by what they open alone. */
const struct rule *opened_rule(const struct ruleset *set);

#endif
