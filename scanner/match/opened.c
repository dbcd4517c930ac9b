/* opened.c - the rule that the passwords of locked attachments are told under. */
#include "match/opened.h"

#include "match/rule_draft.h"

/* Longer ones open nothing (walk/lock.h). */
#define PASSWORD_WIDTH 1024

void opened_add_rule(struct ruleset *set)
{
    const struct rule rule = { .id = OPENED_RULE,
                               .family = OPENED_FAMILY,
                               .name = "Password of a locked attachment",
                               .category = OPENED_CATEGORY,
                               .rotate =
                                   "whoever read the mail can open the attachment: rotate what is in it, and "
                                   "do not use the password again",
                               .severity = SEVERITY_HIGH,
                               .verdict = VERDICT_PROVEN,
                               .is_opened = true,
                               .is_silent = set->is_opened_silent,
                               .width = PASSWORD_WIDTH,
                               .file = "built in" };
    if (!ruleset_find(set, slice_str(OPENED_RULE)))
        ruleset_add(set, &rule);
}

const struct rule *opened_rule(const struct ruleset *set)
{
    const struct rule *rule = ruleset_find(set, slice_str(OPENED_RULE));
    return rule && rule->is_opened ? rule : NULL;
}
