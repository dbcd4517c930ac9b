/* rule_packed.c - rules as rulec leaves them in the program: checked, without examples, read without copying.
 *
 * Magic, the engine_key (a text), count (4, little-endian), then each rule: severity, verdict, flags, count of validators, groups, role, needs and
 * reach in a pair (1 each),
 * width (4), lead (4), fingerprint (16), its texts in the order of `texts`, its validators as rule files name them; each text ends in NUL, and an empty
 * one is absent.
 */
#include "match/rule_packed.h"

#include "match/database.h"
#include "match/rule_draft.h"
#include "match/rule_vendor.h"

static const char magic[8] = { 'M', 'S', 'R', 'U', 'L', 'E', 'S', '3' };

#define FLAG_COMMON_VALIDATORS 1
#define FLAG_UNTOLD 2
#define FLAG_RAISES_VERDICT 4

static const size_t texts[] = {
    offsetof(struct rule, id),        offsetof(struct rule, family),    offsetof(struct rule, name),
    offsetof(struct rule, category),  offsetof(struct rule, service),   offsetof(struct rule, rotate),
    offsetof(struct rule, reference), offsetof(struct rule, vendor),    offsetof(struct rule, vendor_word),
    offsetof(struct rule, value),     offsetof(struct rule, pattern),   offsetof(struct rule, find),
    offsetof(struct rule, gap),       offsetof(struct rule, pair.kind), offsetof(struct rule, run),
};

#define TEXTS (sizeof texts / sizeof *texts)

static const char **text_of(struct rule *rule, size_t i)
{
    return (const char **)(void *)((char *)rule + texts[i]);
}

static bool is_of_vendor(const struct rule *rule)
{
    return rule->vendor || rule->vendor_word;
}

static void put_text(struct buffer *out, const char *text)
{
    buffer_put_str(out, text ? text : "");
    buffer_put_byte(out, 0);
}

static void put_validators(struct buffer *out, const struct rule *rule)
{
    for (size_t i = 0; i < rule->validator_count && !rule->has_common_validators; i++) {
        const struct rule_validator *validator = &rule->validators[i];
        buffer_put_str(out, validator->validator->name);
        if (validator->argument.len)
            buffer_put_byte(out, ':');
        buffer_put(out, validator->argument);
        buffer_put_byte(out, 0);
    }
}

static unsigned char flags_of(const struct rule *rule)
{
    return (unsigned char)((rule->has_common_validators ? FLAG_COMMON_VALIDATORS : 0) |
                           (rule->pair.is_untold ? FLAG_UNTOLD : 0) |
                           (rule->pair.raises_verdict ? FLAG_RAISES_VERDICT : 0));
}

/* How many groups the rule's program has, the whole match too. 0, where a byte does not hold it: it is compiled before it is used. */
static unsigned char groups_of(const struct rule *rule)
{
    struct program program = { 0 };
    struct error err;
    uint32_t groups = program_init_plain(&program, rule->pattern, &err) == 0 ? program.groups : 0;
    program_release(&program);
    return groups <= UINT8_MAX ? (unsigned char)groups : 0;
}

static void put_rule(struct buffer *out, const struct rule *rule)
{
    struct fingerprint print = rule_fingerprint(rule);
    struct rule copy = *rule;
    if (is_of_vendor(rule))
        copy.pattern = copy.find = NULL;
    buffer_put_byte(out, (unsigned char)rule->severity);
    buffer_put_byte(out, (unsigned char)rule->verdict);
    buffer_put_byte(out, flags_of(rule));
    buffer_put_byte(out, (unsigned char)(rule->has_common_validators ? 0 : rule->validator_count));
    buffer_put_byte(out, groups_of(rule));
    buffer_put_byte(out, (unsigned char)rule->pair.role);
    buffer_put_byte(out, (unsigned char)rule->pair.needs);
    buffer_put_byte(out, (unsigned char)rule->pair.within);
    buffer_put_u32le(out, (uint32_t)rule->width);
    buffer_put_u32le(out, (uint32_t)rule->lead);
    buffer_put(out, slice_of(print.bytes, sizeof print.bytes));
    for (size_t i = 0; i < TEXTS; i++)
        put_text(out, *text_of(&copy, i));
    put_validators(out, rule);
}

void ruleset_pack(const struct ruleset *set, enum engine_target target, struct buffer *out)
{
    char key[65];
    engine_key(set, target, key);
    buffer_put(out, slice_of(magic, sizeof magic));
    put_text(out, key);
    buffer_put_u32le(out, (uint32_t)set->count);
    for (size_t i = 0; i < set->count; i++)
        put_rule(out, &set->rules[i]);
}

static int eat_text(struct slice *rest, const char **text)
{
    struct slice taken;
    size_t end = slice_find_byte(*rest, 0, 0);
    if (end == SLICE_NONE || slice_eat(rest, end + 1, &taken) < 0)
        return -1;
    *text = end ? (const char *)taken.ptr : NULL;
    return 0;
}

static int eat_validator(struct slice *rest, struct rule *rule)
{
    const char *text;
    if (eat_text(rest, &text) < 0 || !text || rule->validator_count == RULE_VALIDATORS_MAX)
        return -1;
    return rule_add_validator(rule, slice_str(text));
}

static int eat_pair(struct slice *rest, uint8_t flags, struct rule_pair *pair)
{
    uint8_t role, needs, within;
    if (slice_eat_u8(rest, &role) < 0 || slice_eat_u8(rest, &needs) < 0 || slice_eat_u8(rest, &within) < 0 ||
        role >= PAIR_ROLES || needs >> PAIR_ROLES || within >= PAIR_WITHINS)
        return -1;
    pair->role = (enum pair_role)role;
    pair->needs = needs;
    pair->within = (enum pair_within)within;
    pair->is_untold = flags & FLAG_UNTOLD;
    pair->raises_verdict = flags & FLAG_RAISES_VERDICT;
    return 0;
}

static int eat_head(struct slice *rest, struct rule *rule, uint8_t *validators)
{
    uint8_t severity, verdict, flags, groups;
    uint32_t width, lead;
    struct slice print;
    if (slice_eat_u8(rest, &severity) < 0 || slice_eat_u8(rest, &verdict) < 0 ||
        slice_eat_u8(rest, &flags) < 0 || slice_eat_u8(rest, validators) < 0 ||
        slice_eat_u8(rest, &groups) < 0 || eat_pair(rest, flags, &rule->pair) < 0 ||
        slice_eat_u32le(rest, &width) < 0 || slice_eat_u32le(rest, &lead) < 0 ||
        slice_eat(rest, sizeof(struct fingerprint), &print) < 0)
        return -1;
    if (severity >= SEVERITIES || verdict >= VERDICTS || width == 0 || width > RULE_WIDTH_MAX)
        return -1;
    rule->severity = (enum severity)severity;
    rule->verdict = (enum verdict)verdict;
    rule->has_common_validators = flags & FLAG_COMMON_VALIDATORS;
    rule->width = width;
    rule->lead = lead;
    rule->groups = groups;
    rule->fingerprint = print.ptr;
    return 0;
}

static void expand_vendor(struct ruleset *set, struct rule *rule)
{
    enum vendor_kind kind = rule->vendor ? VENDOR_NAME : VENDOR_WORD;
    const char *name = rule->vendor ? rule->vendor : rule->vendor_word;
    rule->pattern = vendor_pattern(set->arena, kind, name, rule->value);
    rule->find = vendor_find(set->arena, kind, name);
}

/* COMMON: the validators that rules of vendors share, looked up once. */
static int eat_rule(struct ruleset *set, struct slice *rest, const struct rule *common, const char *file)
{
    struct rule rule = { .file = file };
    uint8_t validators;
    if (eat_head(rest, &rule, &validators) < 0)
        return -1;
    for (size_t i = 0; i < TEXTS; i++)
        if (eat_text(rest, text_of(&rule, i)) < 0)
            return -1;
    for (unsigned i = 0; i < validators; i++)
        if (eat_validator(rest, &rule) < 0)
            return -1;
    if (rule.has_common_validators) {
        memcpy(rule.validators, common->validators, sizeof rule.validators);
        rule.validator_count = common->validator_count;
    }
    if (is_of_vendor(&rule))
        expand_vendor(set, &rule);
    if (!rule.id || !rule.family || !rule.name || !rule.category || !rule.pattern || set->count == RULES_MAX)
        return -1;
    ruleset_add(set, &rule);
    return 0;
}

static int eat_key(struct slice *rest, const char **key)
{
    struct slice head;
    if (slice_eat(rest, sizeof magic, &head) < 0 || memcmp(head.ptr, magic, sizeof magic) != 0)
        return -1;
    return eat_text(rest, key) == 0 && *key ? 0 : -1;
}

const char *packed_key(struct slice bytes)
{
    const char *key;
    return eat_key(&bytes, &key) < 0 ? "" : key;
}

int ruleset_add_packed(struct ruleset *set, struct slice bytes, const char *file, struct error *err)
{
    struct rule common = { 0 };
    const char *key;
    uint32_t count;
    if (eat_key(&bytes, &key) < 0 || slice_eat_u32le(&bytes, &count) < 0)
        return error_set(err, ERROR_FORMAT, "the packed rules are of another version");
    rule_add_common_validators(&common);
    file = arena_string(set->arena, slice_str(file));
    for (uint32_t i = 0; i < count; i++)
        if (eat_rule(set, &bytes, &common, file) < 0)
            return error_set(err, ERROR_FORMAT, "the packed rules are damaged at rule %u of %u", i + 1,
                             count);
    return 0;
}
