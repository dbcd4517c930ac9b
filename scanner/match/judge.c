/* judge.c - puts a rule's validators to a candidate. */
#include "match/judge.h"

#include "base/utf8.h"

static const struct opens_field {
    const char *name;
    size_t offset, size;
} opens_fields[] = {
    { "service", offsetof(struct opens, service), sizeof(((struct opens *)0)->service) },
    { "host", offsetof(struct opens, host), sizeof(((struct opens *)0)->host) },
    { "user", offsetof(struct opens, user), sizeof(((struct opens *)0)->user) },
    { "account", offsetof(struct opens, account), sizeof(((struct opens *)0)->account) },
    { "expires", offsetof(struct opens, expires), sizeof(((struct opens *)0)->expires) },
};

#define OPENS_FIELDS (sizeof opens_fields / sizeof *opens_fields)

/* Fill the fields of OPENS that are still unknown. */
static void merge_opens(struct opens *opens, const struct opens *more)
{
    for (size_t i = 0; i < OPENS_FIELDS; i++) {
        char *to = (char *)opens + opens_fields[i].offset;
        const char *from = (const char *)more + opens_fields[i].offset;
        if (*to == '\0')
            memcpy(to, from, opens_fields[i].size);
    }
}

static void merge_text(struct opens *opens, const char *name, struct slice value)
{
    for (size_t i = 0; i < OPENS_FIELDS; i++) {
        char *to = (char *)opens + opens_fields[i].offset;
        if (strcmp(opens_fields[i].name, name) == 0 && *to == '\0')
            utf8_escape_into(to, opens_fields[i].size, value);
    }
}

/* A rule may take the rest of a password for a host. */
static bool is_secret(const struct ruling *ruling, struct slice text)
{
    for (size_t i = 0; i < ruling->value_count; i++)
        if (text.ptr >= ruling->values[i].ptr && text.ptr < ruling->values[i].ptr + ruling->values[i].len)
            return true;
    return false;
}

static void fill_opens(const struct rule *rule, const struct candidate *candidate, struct ruling *ruling)
{
    for (size_t i = 0; i < candidate->capture_count; i++)
        if (!is_secret(ruling, candidate->captures[i].value))
            merge_text(&ruling->opens, candidate->captures[i].name, candidate->captures[i].value);
    if (rule->service)
        merge_text(&ruling->opens, "service", slice_str(rule->service));
}

static const char *default_why(enum verdict verdict)
{
    static const char *const words[VERDICTS] = {
        [VERDICT_PROSE] = "a sentence gives it away",
        [VERDICT_CONTEXTUAL] = "its shape and the words beside it",
        [VERDICT_STRUCTURAL] = "it has the issuer's own shape",
        [VERDICT_PROVEN] = "proven",
    };
    return words[verdict];
}

/* Which of two opinions weighs more. */
static int weight(enum judged judged)
{
    static const int weights[] = {
        [JUDGED_NOTHING] = 0, [JUDGED_WEAKER] = 1, [JUDGED_PROVEN] = 2, [JUDGED_REJECT] = 3
    };
    return weights[judged];
}

static enum verdict verdict_of(const struct rule *rule, enum judged judged)
{
    if (judged == JUDGED_PROVEN)
        return VERDICT_PROVEN;
    if (judged == JUDGED_WEAKER && rule->verdict > VERDICT_PROSE)
        return rule->verdict - 1;
    return rule->verdict;
}

void judge(const struct rule *rule, const struct candidate *candidate, struct ruling *ruling)
{
    enum judged judged = JUDGED_NOTHING;
    memset(ruling, 0, sizeof *ruling);
    for (size_t i = 0; i < rule->validator_count && judged != JUDGED_REJECT; i++) {
        const struct rule_validator *row = &rule->validators[i];
        struct judgement judgement;
        memset(&judgement, 0, sizeof judgement);
        row->validator->judge(candidate, row->argument, &judgement);
        bool is_heavier = weight(judgement.judged) > weight(judged);
        if (judgement.why[0] && (is_heavier || (!ruling->why[0] && judgement.judged == judged)))
            memcpy(ruling->why, judgement.why, sizeof ruling->why);
        if (is_heavier)
            judged = judgement.judged;
        merge_opens(&ruling->opens, &judgement.opens);
        if (judgement.value_count && !ruling->value_count) {
            memcpy(ruling->values, judgement.values, sizeof ruling->values);
            ruling->value_count = judgement.value_count;
        }
    }
    ruling->is_rejected = judged == JUDGED_REJECT;
    ruling->verdict = verdict_of(rule, judged);
    if (!ruling->why[0])
        snprintf(ruling->why, sizeof ruling->why, "%s", default_why(ruling->verdict));
    if (!ruling->is_rejected)
        fill_opens(rule, candidate, ruling);
}
