/* rules_import.c - gitleaks', Nosey Parker's and Kingfisher's rules made into ours, and what could not be carried over. */
#include "cli/rules_import_parts.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/file.h"
#include "match/engine.h"
#include "match/rule_draft.h"

#define ARENA_MAX ((size_t)1024 * 1024 * 1024)
#define RULES_TEXT_MAX ((size_t)64 * 1024 * 1024)
#define DATABASE_MAX ((size_t)256 * 1024 * 1024)

struct import {
    const struct import_report *report;
    struct arena *arena;
    struct buffer rules;
    struct import_sum sum;
    struct ruleset *accepted; /* ids that are taken */
    const char *file;
};

struct import *import_new(const struct import_report *report)
{
    struct import *import = calloc(1, sizeof *import);
    if (!import)
        abort();
    import->report = report;
    import->arena = arena_new(ARENA_MAX);
    import->accepted = ruleset_new();
    buffer_init(&import->rules, RULES_TEXT_MAX);
    buffer_put_str(&import->rules, "rules:\n");
    return import;
}

void import_free(struct import *import)
{
    if (!import)
        return;
    arena_free(import->arena);
    ruleset_free(import->accepted);
    buffer_release(&import->rules);
    free(import);
}

struct slice import_rules(const struct import *import)
{
    return buffer_slice(&import->rules);
}

const struct import_sum *import_sum(const struct import *import)
{
    return &import->sum;
}

static void note(struct import_draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(struct import_draft *draft, const char *format, ...)
{
    char text[400];
    va_list list;
    if (draft->note_count == IMPORT_NOTES_MOST)
        return;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    struct buffer *words = &draft->notes[draft->note_count++];
    buffer_init(words, 1024);
    buffer_put_str(words, text);
}

static void tell(const struct import_draft *draft, const char *words)
{
    const struct import_report *report = draft->import->report;
    char id[96];
    snprintf(id, sizeof id, "%.*s", (int)draft->id.len, (const char *)draft->id.ptr);
    report->line(report->ctx, draft->import->file, draft->node->line, id, words);
}

/* Kebab-case, at most 60 characters, not taken yet. */
static struct slice new_id(struct import *import, struct slice wanted)
{
    char id[72];
    size_t len = 0;
    for (size_t i = 0; i < wanted.len && len < 60; i++) {
        unsigned char c = slice_lower_byte(wanted.ptr[i]);
        bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (is_word)
            id[len++] = (char)c;
        else if (len > 0 && id[len - 1] != '-')
            id[len++] = '-';
    }
    while (len > 0 && id[len - 1] == '-')
        len--;
    if (len == 0)
        len = (size_t)snprintf(id, sizeof id, "imported");
    struct slice base = arena_copy(import->arena, slice_of(id, len)), name = base;
    for (unsigned i = 2; ruleset_find(import->accepted, name); i++)
        name = arena_printf(import->arena, "%.*s-%u", (int)base.len, (const char *)base.ptr, i);
    return name;
}

/* Validators. */

static void add_validator(struct import_draft *draft, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_validator(struct import_draft *draft, const char *format, ...)
{
    char text[300];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (draft->validators.len > 0)
        buffer_put_str(&draft->validators, ", ");
    import_put_scalar(&draft->validators, slice_str(text), IMPORT_SCALAR_TEXT);
}

/* Keywords must stand somewhere in the file; we look 256 bytes around, and only where the pattern holds none of them itself. */
static void take_keywords(struct import_draft *draft, const struct import_node *keywords)
{
    char words[200] = "";
    size_t len = 0;
    for (const struct import_node *word = keywords ? keywords->first : NULL; word; word = word->next) {
        if (slice_find_nocase(draft->pattern.text, 0, slice_sub(word->text, 0, 200)) != SLICE_NONE)
            return;
        if (word->text.len == 0 || word->text.len > sizeof words - len - 2 ||
            slice_find_byte(word->text, 0, '|') != SLICE_NONE) {
            note(draft, "keywords: too long to be carried over");
            return;
        }
        len += (size_t)snprintf(words + len, sizeof words - len, "%s%.*s", len > 0 ? "|" : "",
                                (int)word->text.len, (const char *)word->text.ptr);
    }
    if (len == 0)
        return;
    add_validator(draft, "near:%s", words);
    note(draft, "keywords: wanted within 256 bytes, not anywhere in the file");
}

static void take_entropy(struct import_draft *draft, const char *key)
{
    struct slice value = import_text(draft->node, key);
    if (value.len > 0 && value.len < 16 && !slice_is_equal(value, slice_str("0")))
        add_validator(draft, "entropy:%.*s", (int)value.len, (const char *)value.ptr);
}

static void take_requirements(struct import_draft *draft)
{
    const struct import_node *wanted = import_find(draft->node, "pattern_requirements");
    struct slice digits = import_text(wanted, "min_digits");
    if (digits.len > 0 && digits.len < 8 && !slice_is_equal(digits, slice_str("0")))
        add_validator(draft, "min-digits:%.*s", (int)digits.len, (const char *)digits.ptr);
    for (const struct import_node *key = wanted ? wanted->first : NULL; key; key = key->next)
        if (!slice_is_equal(key->key, slice_str("min_digits")))
            note(draft, "pattern_requirements.%.*s: not carried over", (int)key->key.len,
                 (const char *)key->key.ptr);
}

/* What allowlists passed over, placeholders mostly, is left to our own judge of them. */
static void take_allowlists(struct import_draft *draft)
{
    static const char *const keys[] = { "allowlist", "allowlists" };
    size_t regexes = 0, words = 0, others = 0;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        const struct import_node *lists = import_find(draft->node, keys[k]);
        const struct import_node *list = lists && lists->kind == IMPORT_LIST ? lists->first : lists;
        for (; list; list = lists->kind == IMPORT_LIST ? list->next : NULL) {
            regexes += import_count(import_find(list, "regexes"));
            words += import_count(import_find(list, "stopwords"));
            others += import_count(import_find(list, "paths")) + import_count(import_find(list, "commits"));
        }
    }
    if (regexes + words + others == 0)
        return;
    note(draft,
         "allowlist: %zu patterns, %zu stopwords, %zu paths and commits not carried over; not-placeholder "
         "stands in",
         regexes, words, others);
    add_validator(draft, "not-placeholder");
}

static void note_lost(struct import_draft *draft, const char *key, const char *why)
{
    if (import_find(draft->node, key))
        note(draft, "%s: not carried over: %s", key, why);
}

static const struct import_attempt attempts[] = { { 256, false }, { 256, true }, { 64, false },
                                                  { 64, true },   { 16, false }, { 16, true } };

/* The loader's and the compiler's first complaint. */
static void keep_first(void *ctx, const char *file, unsigned line, const char *message)
{
    char *first = ctx;
    (void)file;
    (void)line;
    if (!first[0])
        snprintf(first, 240, "%s", message);
}

/* Would the rule load and compile? WHY, 240 bytes, says why not. */
static bool is_usable(struct slice rule, char *why)
{
    const struct rule_report report = { keep_first, why };
    struct ruleset *set = ruleset_new();
    struct buffer text, database;
    struct error err = { 0 };
    buffer_init(&text, RULES_TEXT_MAX);
    buffer_init(&database, DATABASE_MAX);
    buffer_put_str(&text, "rules:\n");
    buffer_put(&text, rule);
    why[0] = '\0';
    bool is_good =
        ruleset_add_yaml(set, buffer_slice(&text), "import", RULES_WITHOUT_EXAMPLES, &report) == 0 &&
        engine_compile(set, ENGINE_GENERIC, &database, &report, &err) == 0;
    if (!is_good && !why[0])
        snprintf(why, 240, "%s", err.message);
    buffer_release(&text);
    buffer_release(&database);
    ruleset_free(set);
    return is_good;
}

static void note_pattern(struct import_draft *draft, const struct import_attempt *attempt)
{
    const struct import_pattern *pattern = &draft->pattern;
    if (pattern->clamped > 0)
        note(draft, "pattern: %u repeats without bound clamped to %u", pattern->clamped, attempt->most);
    if (pattern->groups > 1 && !pattern->has_named && !pattern->has_reference)
        note(draft, "pattern: %u groups, the first is taken for the secret", pattern->groups);
    if (pattern->has_reference)
        note(draft, "pattern: refers back, so a match is looked for within %u bytes", IMPORT_REFERENCE_WIDTH);
    if (attempt->has_find)
        note(draft, "pattern: Hyperscan gets it without look-around; PCRE2 looks again");
    if (import_count(import_find(draft->node, "examples")) < 2 ||
        import_count(import_find(draft->node, "negative_examples")) < 2)
        draft->import->sum.without_examples++;
}

static void accept(struct import_draft *draft, struct slice rule)
{
    struct import *import = draft->import;
    struct rule taken = { .id = arena_string(import->arena, draft->id) };
    for (size_t i = 0; i < draft->note_count; i++) {
        import_put_comment(&import->rules, &draft->notes[i]);
        buffer_put_byte(&draft->notes[i], 0);
        tell(draft, (const char *)draft->notes[i].ptr);
    }
    buffer_put(&import->rules, rule);
    ruleset_add(import->accepted, &taken);
    import->sum.imported++;
    import->sum.clamped += draft->pattern.clamped > 0;
}

static void drop(struct import_draft *draft, const char *why)
{
    char words[400];
    snprintf(words, sizeof words, "LEFT OUT: %s", why);
    tell(draft, words);
    draft->import->sum.dropped++;
}

static void try_pattern(struct import_draft *draft)
{
    char why[240] = "", first[240] = "";
    struct buffer rule;
    bool is_done = false;
    buffer_init(&rule, RULES_TEXT_MAX);
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts && !is_done; i++) {
        buffer_clear(&rule);
        import_put_rule(draft, &attempts[i], &rule);
        is_done = is_usable(buffer_slice(&rule), why);
        if (!first[0])
            memcpy(first, why, sizeof first);
        if (!is_done)
            continue;
        note_pattern(draft, &attempts[i]);
        accept(draft, buffer_slice(&rule));
    }
    if (!is_done)
        drop(draft, first);
    buffer_release(&rule);
}

/* PREFIX keeps ids apart from those of the built-in rules, so that both can be used at once. */
static void draft_init(struct import_draft *draft, struct import *import, const struct import_node *node,
                       const char *prefix)
{
    struct slice id = import_text(node, "id");
    *draft = (struct import_draft){ .import = import, .node = node };
    buffer_init(&draft->validators, 64 * 1024);
    draft->id = new_id(import, arena_printf(import->arena, "%s%.*s", prefix, (int)id.len,
                                            id.len > 0 ? (const char *)id.ptr : ""));
}

static void draft_release(struct import_draft *draft)
{
    for (size_t i = 0; i < draft->note_count; i++)
        buffer_release(&draft->notes[i]);
    buffer_release(&draft->validators);
}

static void import_gitleaks_rule(struct import *import, const struct import_node *node)
{
    struct import_draft draft;
    uint64_t group = 0;
    draft_init(&draft, import, node, "gitleaks-");
    draft.pattern.text = import_text(node, "regex");
    if (slice_to_u64(import_text(node, "secretGroup"), &group) == 0 && group < 100)
        draft.pattern.secret_group = (unsigned)group;
    take_entropy(&draft, "entropy");
    take_keywords(&draft, import_find(node, "keywords"));
    take_allowlists(&draft);
    note_lost(&draft, "path", "rules of ours look at any file");
    note_lost(&draft, "requires", "a rule of ours stands alone");
    if (draft.pattern.text.len == 0)
        drop(&draft, import_find(node, "path") ? "looks at paths only" : "has no regex");
    else
        try_pattern(&draft);
    draft_release(&draft);
}

static void import_yaml_rule(struct import *import, const struct import_node *node)
{
    struct import_draft draft;
    draft_init(&draft, import, node, "");
    draft.pattern.text = slice_trim(import_text(node, "pattern"));
    take_entropy(&draft, "min_entropy");
    take_requirements(&draft);
    note_lost(&draft, "validation", "nothing here talks to a network");
    note_lost(&draft, "revocation", "nothing here talks to a network");
    note_lost(&draft, "depends_on_rule", "a rule of ours stands alone");
    if (draft.pattern.text.len == 0)
        drop(&draft, "has no pattern");
    else
        try_pattern(&draft);
    draft_release(&draft);
}

static int import_rules_of(struct import *import, const struct import_node *root, bool is_toml,
                           struct error *err)
{
    const struct import_node *rules = import_find(root, "rules");
    if (!rules || rules->kind != IMPORT_LIST)
        return error_set(err, ERROR_FORMAT, "%s: holds no list of rules", import->file);
    struct import_draft whole = { .import = import, .node = root, .id = slice_str("(whole file)") };
    if (is_toml && (import_find(root, "allowlist") || import_find(root, "allowlists")))
        tell(&whole, "allowlist: the file's own is not carried over: see docs/suppression.md");
    if (import_find(root, "extend"))
        tell(&whole, "extend: not followed: import that file too");
    for (const struct import_node *rule = rules->first; rule; rule = rule->next) {
        import->sum.rules++;
        if (import_find(rule, "category"))
            return error_set(err, ERROR_FORMAT, "%s:%u: this is a rule of mailspill: use it with --rules",
                             import->file, rule->line);
        if (is_toml)
            import_gitleaks_rule(import, rule);
        else
            import_yaml_rule(import, rule);
    }
    return 0;
}

int import_add_file(struct import *import, const char *file, struct error *err)
{
    struct buffer text;
    struct error why = { 0 };
    bool is_toml = slice_ends_with_nocase(slice_str(file), ".toml");
    buffer_init(&text, IMPORT_FILE_MAX);
    import->file = file;
    int result = file_read(file, &text, err);
    if (result == 0) {
        struct import_node *root = is_toml ? import_read_toml(import->arena, buffer_slice(&text), &why)
                                           : import_read_yaml(import->arena, buffer_slice(&text), &why);
        result = root ? import_rules_of(import, root, is_toml, err)
                      : error_set(err, ERROR_FORMAT, "%s: %s", file, why.message);
    }
    buffer_release(&text);
    return result;
}
