/* rule_pair.c - which rules are halves of what: the key `pair` of a rule. */
#include "match/rule_draft.h"

static const char *const role_names[PAIR_ROLES] = {
    [PAIR_NONE] = "none", [PAIR_SECRET] = "secret",   [PAIR_ID] = "id",         [PAIR_USER] = "user",
    [PAIR_HOST] = "host", [PAIR_ACCOUNT] = "account", [PAIR_TENANT] = "tenant",
};

static const char *const within_names[PAIR_WITHINS] = {
    [PAIR_LEAF] = "leaf",
    [PAIR_MESSAGE] = "message",
    [PAIR_THREAD] = "thread",
};

const char *pair_role_name(enum pair_role role)
{
    return role < PAIR_ROLES ? role_names[role] : "unknown";
}

int pair_role_from_name(struct slice name)
{
    for (int role = PAIR_SECRET; role < PAIR_ROLES; role++)
        if (slice_is_equal(name, slice_str(role_names[role])))
            return role;
    return -1;
}

const char *pair_within_name(enum pair_within within)
{
    return within < PAIR_WITHINS ? within_names[within] : "unknown";
}

int pair_within_from_name(struct slice name)
{
    for (int within = PAIR_LEAF; within < PAIR_WITHINS; within++)
        if (slice_is_equal(name, slice_str(within_names[within])))
            return within;
    return -1;
}

static void take_needs(struct rule_pair *pair, const struct draft_list *needs, struct mistakes *mistakes)
{
    for (size_t i = 0; i < needs->count; i++) {
        int role = pair_role_from_name(slice_str(needs->at[i].text));
        if (role < 0 || role == PAIR_SECRET)
            mistakes_put(mistakes, needs->at[i].line,
                         "`needs` names '%s': it may name id user host account tenant", needs->at[i].text);
        else
            pair->needs |= 1u << role;
    }
}

/* One of two words; false where it is absent. */
static bool take_word(const struct draft_text *text, const char *key, const char *no, const char *yes,
                      struct mistakes *mistakes)
{
    if (!text->text || strcmp(text->text, no) == 0)
        return false;
    if (strcmp(text->text, yes) != 0)
        mistakes_put(mistakes, text->line, "`%s: %s` of `pair`: say %s or %s", key, text->text, no, yes);
    return true;
}

static void take_role(struct rule_pair *pair, const struct rule_draft *draft, struct mistakes *mistakes)
{
    int role = draft->pair_role.text ? pair_role_from_name(slice_str(draft->pair_role.text)) : -1;
    if (role < 0)
        mistakes_put(mistakes, draft->pair_role.text ? draft->pair_role.line : draft->line,
                     "`pair` has no known `role`: say one of secret id user host account tenant");
    else
        pair->role = (enum pair_role)role;
    if (role > 0 && role != PAIR_SECRET && pair->needs)
        mistakes_put(mistakes, draft->line, "only a secret has `needs`: leave them out");
    if (role == PAIR_SECRET && pair->is_untold)
        mistakes_put(mistakes, draft->line, "a secret is always told: leave out `alone: nothing`");
}

static void take_within(struct rule_pair *pair, const struct draft_text *within, struct mistakes *mistakes)
{
    pair->within = PAIR_LEAF;
    int found = within->text ? pair_within_from_name(slice_str(within->text)) : PAIR_LEAF;
    if (found < 0)
        mistakes_put(mistakes, within->line, "`within: %s` of `pair`: say leaf, message or thread",
                     within->text);
    else
        pair->within = (enum pair_within)found;
}

void rule_pair_take(struct rule *rule, const struct rule_draft *draft, struct mistakes *mistakes)
{
    struct rule_pair *pair = &rule->pair;
    bool is_half =
        draft->pair_role.text || draft->pair_within.text || draft->pair_needs.count || draft->pair_alone.text;
    if (!draft->pair_kind.text) {
        if (is_half)
            mistakes_put(mistakes, draft->line, "`pair` has no `kind`: name what the halves make together");
        return;
    }
    pair->kind = draft->pair_kind.text;
    for (const char *c = pair->kind; *c; c++)
        if (*c != '-' && !(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9')) {
            mistakes_put(mistakes, draft->pair_kind.line, "kind '%s' is not kebab-case", pair->kind);
            break;
        }
    take_needs(pair, &draft->pair_needs, mistakes);
    pair->is_untold = take_word(&draft->pair_alone, "alone", "told", "nothing", mistakes);
    pair->raises_verdict = take_word(&draft->pair_raises, "raises", "nothing", "verdict", mistakes);
    take_role(pair, draft, mistakes);
    take_within(pair, &draft->pair_within, mistakes);
}
