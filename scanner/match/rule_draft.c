/* rule_draft.c - checks a rule that was read from a file, and tells every mistake. */
#include "match/rule_draft.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "match/engine_parts.h"
#include "match/gate.h"
#include "match/pattern.h"
#include "match/rule_vendor.h"

void mistakes_put(struct mistakes *mistakes, unsigned line, const char *format, ...)
{
    char message[512];
    va_list list;
    mistakes->count++;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    if (mistakes->report)
        mistakes->report->mistake(mistakes->report->ctx, mistakes->file, line, message);
}

static const char *const categories[] = {
    "source-code", "cloud",   "identity", "database", "saas",  "payment",
    "comms",       "network", "key",      "file",     "prose", NULL,
};

static bool is_category(const char *text)
{
    for (size_t i = 0; categories[i]; i++)
        if (strcmp(text, categories[i]) == 0)
            return true;
    return false;
}

static bool is_kebab(const char *text)
{
    for (const char *c = text; *c; c++) {
        bool is_dash = *c == '-' && c != text && c[1] != '\0' && c[1] != '-';
        if (!is_dash && !(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9'))
            return false;
    }
    return *text != '\0';
}

static void check_name(const char *key, const struct draft_text *name, struct mistakes *mistakes)
{
    if (name->text && (!is_kebab(name->text) || strlen(name->text) > 64))
        mistakes_put(mistakes, name->line,
                     "%s '%s' is not kebab-case: use a-z, 0-9 and single dashes, at most 64", key,
                     name->text);
}

static bool is_of_vendor(const struct rule *rule)
{
    return rule->vendor || rule->vendor_word;
}

static void check_present(const struct rule_draft *draft, struct mistakes *mistakes)
{
    const struct {
        const char *key;
        const char *text;
        const char *advice;
    } wanted[] = {
        { "id", draft->id.text, "give one that never changes" },
        { "name", draft->name.text, "say what is found, for a person" },
        { "category", draft->category.text, "say what the secret opens" },
        { "severity", draft->severity.text, "one of info low medium high critical" },
        { "pattern", draft->pattern.text, "a PCRE2 pattern with a group named `secret`" },
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (!wanted[i].text)
            mistakes_put(mistakes, draft->line, "the rule has no `%s`: %s", wanted[i].key, wanted[i].advice);
}

static void check_severity(struct rule *rule, const struct draft_text *severity, struct mistakes *mistakes)
{
    int found = severity->text ? severity_from_name(slice_str(severity->text)) : SEVERITY_INFO;
    if (found < 0)
        mistakes_put(mistakes, severity->line, "unknown severity '%s': one of info low medium high critical",
                     severity->text);
    else
        rule->severity = (enum severity)found;
}

static void check_verdict(struct rule *rule, const struct draft_text *verdict, struct mistakes *mistakes)
{
    bool is_prose = rule->category && strcmp(rule->category, "prose") == 0;
    rule->verdict = is_prose ? VERDICT_PROSE : is_of_vendor(rule) ? VERDICT_CONTEXTUAL : VERDICT_STRUCTURAL;
    if (!verdict->text)
        return;
    int found = verdict_from_name(slice_str(verdict->text));
    if (found < 0 || found == VERDICT_PROVEN)
        mistakes_put(mistakes, verdict->line,
                     "verdict '%s' can't be said by a rule: leave it out, or say `contextual`",
                     verdict->text);
    else
        rule->verdict = (enum verdict)found;
}

int rule_add_validator(struct rule *rule, struct slice text)
{
    size_t colon = slice_find_byte(text, 0, ':');
    struct rule_validator validator = { validator_find(slice_sub(text, 0, colon)), slice_of(NULL, 0) };
    if (colon != SLICE_NONE)
        validator.argument = slice_skip(text, colon + 1);
    if (!validator.validator)
        return -1;
    rule->validators[rule->validator_count++] = validator;
    return 0;
}

static void check_validators(struct rule *rule, const struct draft_list *list, struct mistakes *mistakes)
{
    for (size_t i = 0; i < list->count; i++) {
        if (rule->validator_count == RULE_VALIDATORS_MAX)
            mistakes_put(mistakes, list->at[i].line, "more than %d validators: leave some out",
                         RULE_VALIDATORS_MAX);
        else if (rule_add_validator(rule, slice_str(list->at[i].text)) < 0)
            mistakes_put(mistakes, list->at[i].line,
                         "unknown validator '%s': `mailspill rules validators` lists them", list->at[i].text);
    }
}

void rule_add_common_validators(struct rule *rule)
{
    static const char *const names[] = {
        "not-blank", "not-word", "entropy:2.5", "min-digits:2",
        ("not-near:md5 |md5:|md5sum|sha1 |sha1:|sha-1|sha256|checksum|commit |publishable|sitekey|site_key|"
         "site-key")
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rule_add_validator(rule, slice_str(names[i])) < 0)
            assert(!"a common validator is not in the table");
}

static void said_width(struct rule *rule, const struct draft_text *width, struct mistakes *mistakes)
{
    uint64_t value;
    if (slice_to_u64(slice_str(width->text), &value) < 0 || value == 0 || value > RULE_WIDTH_MAX)
        mistakes_put(mistakes, width->line, "width '%s' is not a number from 1 to %zu", width->text,
                     RULE_WIDTH_MAX);
    else
        rule->width = (size_t)value;
}

static void check_width(struct rule *rule, const struct rule_draft *draft, struct mistakes *mistakes)
{
    struct error err;
    if (draft->width.text) {
        said_width(rule, &draft->width, mistakes);
        return;
    }
    if (pattern_width(rule->pattern, &rule->width, &err) < 0)
        mistakes_put(mistakes, draft->pattern.line, "pattern: %s", err.message);
    else if (rule->width > RULE_WIDTH_MAX)
        mistakes_put(
            mistakes, draft->pattern.line,
            "pattern: one match can be %zu bytes wide, more than %zu: lower the bounds of its repeats",
            rule->width, RULE_WIDTH_MAX);
}

static void said_lead(struct rule *rule, const struct draft_text *lead, struct mistakes *mistakes)
{
    uint64_t value;
    if (slice_to_u64(slice_str(lead->text), &value) < 0 || value == 0 || value > rule->width)
        mistakes_put(mistakes, lead->line, "lead '%s' is not a number from 1 to the rule's width, %zu",
                     lead->text, rule->width);
    else
        rule->lead = (size_t)value;
}

/* Where the pattern begins with its find, a match is not looked for farther back than that is wide. */
static void check_lead(struct rule *rule, const struct rule_draft *draft, struct mistakes *mistakes)
{
    size_t lead;
    struct error ignored;
    if (draft->lead.text)
        said_lead(rule, &draft->lead, mistakes);
    else if (rule->find && pattern_begins_with(rule->pattern, rule->find) &&
             pattern_width(rule->find, &lead, &ignored) == 0 && lead < rule->width)
        rule->lead = lead;
}

static const char *spell_out(struct arena *arena, const char *pattern)
{
    struct buffer out;
    buffer_init(&out, 1024 * 1024);
    pattern_spell_out(pattern, &out);
    char *text = arena_string(arena, buffer_slice(&out));
    buffer_release(&out);
    return text;
}

static void check_pattern(struct ruleset *set, struct rule *rule, const struct rule_draft *draft,
                          struct mistakes *mistakes)
{
    struct error err;
    const char *pattern = draft->pattern.text, *find = draft->find.text;
    if (!pattern)
        return;
    if (pattern_check(pattern, &err) < 0 || (find && pattern_check(find, &err) < 0)) {
        mistakes_put(mistakes, draft->pattern.line, "pattern: %s", err.message);
        return;
    }
    rule->pattern = spell_out(set->arena, pattern);
    rule->find = find ? spell_out(set->arena, find) : NULL;
    if (program_check(rule->pattern, &err) < 0) {
        mistakes_put(mistakes, draft->pattern.line, "pattern: %s", err.message);
        return;
    }
    check_width(rule, draft, mistakes);
    check_lead(rule, draft, mistakes);
    if (database_check(rule, &err) < 0)
        mistakes_put(mistakes, find ? draft->find.line : draft->pattern.line, "%s: %s",
                     find ? "find" : "pattern", err.message);
}

static const char *const *texts_of(struct arena *arena, const struct draft_list *list)
{
    const char **texts = arena_alloc_array(arena, list->count + 1, sizeof *texts);
    for (size_t i = 0; i < list->count; i++)
        texts[i] = list->at[i].text;
    return texts;
}

static void check_example_counts(const struct rule_draft *draft, struct mistakes *mistakes)
{
    if (draft->examples.count < 2)
        mistakes_put(mistakes, draft->line,
                     "the rule has fewer than two `examples`: add some that it must find");
    if (draft->negatives.count < 2)
        mistakes_put(
            mistakes, draft->line,
            "the rule has fewer than two `negatives`: add some that look alike and must not be found");
}

static void take_examples(struct ruleset *set, struct rule *rule, const struct rule_draft *draft)
{
    rule->examples = texts_of(set->arena, &draft->examples);
    rule->example_count = draft->examples.count;
    rule->negatives = texts_of(set->arena, &draft->negatives);
    rule->negative_count = draft->negatives.count;
}

static void check_all(struct ruleset *set, struct rule *rule, const struct rule_draft *draft,
                      struct mistakes *mistakes)
{
    check_present(draft, mistakes);
    check_name("id", &draft->id, mistakes);
    check_name("family", &draft->family, mistakes);
    if (draft->category.text && !is_category(draft->category.text))
        mistakes_put(mistakes, draft->category.line,
                     "unknown category '%s': one of source-code cloud identity database saas payment comms "
                     "network key file prose",
                     draft->category.text);
    const struct rule *twin = rule->id ? ruleset_find(set, slice_str(rule->id)) : NULL;
    if (twin)
        mistakes_put(mistakes, draft->id.line, "id '%s' is taken by %s:%u: choose another", rule->id,
                     twin->file, twin->line);
    check_pattern(set, rule, draft, mistakes);
}

static void check_vendor(const struct draft_text *text, struct mistakes *mistakes)
{
    struct error err;
    if (text->text && vendor_check(text->text, &err) < 0)
        mistakes_put(mistakes, text->line, "%s", err.message);
}

/* Make the pattern of a rule that names only its vendor. */
static void expand_vendor(struct ruleset *set, struct rule_draft *draft, struct mistakes *mistakes)
{
    enum vendor_kind kind = draft->vendor.text ? VENDOR_NAME : VENDOR_WORD;
    const struct draft_text *name = draft->vendor.text ? &draft->vendor : &draft->vendor_word;
    size_t before = mistakes->count;
    if (!name->text) {
        if (draft->value.text)
            mistakes_put(mistakes, draft->value.line, "`value` stands only beside `vendor`");
        return;
    }
    if (draft->pattern.text || draft->find.text || (draft->vendor.text && draft->vendor_word.text))
        mistakes_put(mistakes, name->line,
                     "one of `pattern`, `vendor` and `vendor_word`: leave the others out");
    check_vendor(name, mistakes);
    check_vendor(&draft->value, mistakes);
    if (mistakes->count != before)
        return;
    draft->pattern =
        (struct draft_text){ vendor_pattern(set->arena, kind, name->text, draft->value.text), name->line };
    draft->find = (struct draft_text){ vendor_find(set->arena, kind, name->text), name->line };
}

static void check_run(const struct rule_draft *draft, struct mistakes *mistakes)
{
    if (!draft->run.text)
        return;
    if (gate_run_from_name(draft->run.text) < 0)
        mistakes_put(mistakes, draft->run.line, "unknown run '%s': there are %s, %s and %s", draft->run.text,
                     gate_run_name(GATE_PREFIXED), gate_run_name(GATE_HEX), gate_run_name(GATE_TOLD));
    if (!draft->pattern.text || draft->find.text || draft->vendor.text || draft->vendor_word.text)
        mistakes_put(mistakes, draft->run.line, "`run` stands only beside `pattern`, without `find`");
}

void rule_draft_finish(struct ruleset *set, struct rule_draft *draft, enum rules_examples examples,
                       struct mistakes *mistakes)
{
    size_t before = mistakes->count;
    struct rule rule = { .id = draft->id.text,
                         .family = draft->family.text ? draft->family.text : draft->id.text,
                         .name = draft->name.text,
                         .category = draft->category.text,
                         .vendor = draft->vendor.text,
                         .vendor_word = draft->vendor_word.text,
                         .value = draft->value.text,
                         .run = draft->run.text,
                         .service = draft->service.text,
                         .rotate = draft->rotate.text,
                         .reference = draft->reference.text,
                         .gap = draft->gap.text,
                         .file = mistakes->file,
                         .line = draft->line };
    expand_vendor(set, draft, mistakes);
    check_run(draft, mistakes);
    check_severity(&rule, &draft->severity, mistakes);
    check_verdict(&rule, &draft->verdict, mistakes);
    check_validators(&rule, &draft->validators, mistakes);
    rule.has_common_validators = is_of_vendor(&rule) && draft->validators.count == 0;
    if (rule.has_common_validators)
        rule_add_common_validators(&rule);
    rule_pair_take(&rule, draft, mistakes);
    check_all(set, &rule, draft, mistakes);
    if (examples != RULES_WITHOUT_EXAMPLES)
        take_examples(set, &rule, draft);
    if (examples == RULES_WITH_EXAMPLES)
        check_example_counts(draft, mistakes);
    if (set->count == RULES_MAX)
        mistakes_put(mistakes, draft->line, "more than %d rules: split them", RULES_MAX);
    else if (mistakes->count == before)
        ruleset_add(set, &rule);
}
