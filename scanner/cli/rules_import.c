/* rules_import.c - gitleaks', Nosey Parker's and Kingfisher's rules made into ours, and what could not be carried over. */
#include "cli/rules_import.h"

#include <stdarg.h>
#include <stdio.h>

#include "match/engine.h"
#include "match/rule_draft.h"

#define ARENA_MAX ((size_t)1024 * 1024 * 1024)
#define RULES_TEXT_MAX ((size_t)64 * 1024 * 1024)
#define DATABASE_MAX ((size_t)256 * 1024 * 1024)
#define EXAMPLES_MOST 8
#define EXAMPLE_MOST ((size_t)2000)
#define NOTES_MOST 24
#define REFERENCE_WIDTH 2048U /* of a pattern that refers back, whose width nobody can work out */

struct import {
    const struct import_report *report;
    struct arena *arena;
    struct buffer rules;
    struct import_sum sum;
    struct ruleset *accepted; /* ids that are taken */
    const char *file;
};

/* One rule on its way: where it stands, and what was said of it. */
struct draft {
    struct import *import;
    const struct import_node *node;
    struct slice id;
    struct buffer notes[NOTES_MOST];
    size_t note_count;
    struct buffer validators;
    struct import_pattern pattern;
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

static void note(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(struct draft *draft, const char *format, ...)
{
    char text[400];
    va_list list;
    if (draft->note_count == NOTES_MOST)
        return;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    struct buffer *words = &draft->notes[draft->note_count++];
    buffer_init(words, 1024);
    buffer_put_str(words, text);
}

static void tell(const struct draft *draft, const char *words)
{
    const struct import_report *report = draft->import->report;
    char id[96];
    snprintf(id, sizeof id, "%.*s", (int)draft->id.len, (const char *)draft->id.ptr);
    report->line(report->ctx, draft->import->file, draft->node->line, id, words);
}

/* Writing YAML. */

static bool is_plain(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ' || text.ptr[i] == 0x7F)
            return false;
    return true;
}

/* A scalar between quotes; braces doubled where it is a TEMPLATE. */
enum scalar { SCALAR_TEXT, SCALAR_TEMPLATE };

static void put_scalar(struct buffer *out, struct slice text, enum scalar kind)
{
    bool is_single = is_plain(text);
    buffer_put_byte(out, is_single ? '\'' : '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i];
        if (kind == SCALAR_TEMPLATE && (c == '{' || c == '}'))
            buffer_put_byte(out, c);
        if (is_single && c == '\'')
            buffer_put_byte(out, c);
        if (is_single || (c >= ' ' && c != '"' && c != '\\' && c != 0x7F))
            buffer_put_byte(out, c);
        else if (c == '\n')
            buffer_put_str(out, "\\n");
        else if (c == '"' || c == '\\')
            buffer_printf(out, "\\%c", c);
        else
            buffer_printf(out, "\\x%02x", c);
    }
    buffer_put_byte(out, is_single ? '\'' : '"');
}

static void put_key(struct buffer *out, const char *key, struct slice text)
{
    if (text.len == 0)
        return;
    buffer_printf(out, "    %s: ", key);
    put_scalar(out, text, SCALAR_TEXT);
    buffer_put_byte(out, '\n');
}

/* A comment of one line; nothing in a foreign file may end it. */
static void put_comment(struct buffer *out, const struct buffer *words)
{
    buffer_put_str(out, "  # ");
    for (size_t i = 0; i < words->len; i++)
        buffer_put_byte(out, words->ptr[i] < ' ' || words->ptr[i] == 0x7F ? ' ' : words->ptr[i]);
    buffer_put_byte(out, '\n');
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

static void add_validator(struct draft *draft, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void add_validator(struct draft *draft, const char *format, ...)
{
    char text[300];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (draft->validators.len > 0)
        buffer_put_str(&draft->validators, ", ");
    put_scalar(&draft->validators, slice_str(text), SCALAR_TEXT);
}

/* Keywords must stand somewhere in the file; we look 256 bytes around, and only where the pattern holds none of them itself. */
static void take_keywords(struct draft *draft, const struct import_node *keywords)
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

static void take_entropy(struct draft *draft, const char *key)
{
    struct slice value = import_text(draft->node, key);
    if (value.len > 0 && value.len < 16 && !slice_is_equal(value, slice_str("0")))
        add_validator(draft, "entropy:%.*s", (int)value.len, (const char *)value.ptr);
}

static void take_requirements(struct draft *draft)
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
static void take_allowlists(struct draft *draft)
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

static void note_lost(struct draft *draft, const char *key, const char *why)
{
    if (import_find(draft->node, key))
        note(draft, "%s: not carried over: %s", key, why);
}

/* The rule as YAML. */

static void put_examples(struct draft *draft, struct buffer *out, const char *key, const char *const *from)
{
    size_t count = 0;
    for (; *from; from++) {
        const struct import_node *list = import_find(draft->node, *from);
        for (const struct import_node *text = list ? list->first : NULL; text; text = text->next) {
            if (text->kind != IMPORT_TEXT || text->text.len > EXAMPLE_MOST || count == EXAMPLES_MOST)
                continue;
            if (count == 0)
                buffer_printf(out, "    %s:\n", key);
            buffer_put_str(out, "      - ");
            put_scalar(out, text->text, SCALAR_TEMPLATE);
            buffer_put_byte(out, '\n');
            count++;
        }
    }
}

static struct slice first_reference(const struct import_node *node)
{
    const struct import_node *list = import_find(node, "references");
    return list && list->first && list->first->kind == IMPORT_TEXT ? list->first->text : slice_of(NULL, 0);
}

static struct slice name_of(const struct import_node *node)
{
    struct slice name = import_text(node, "name");
    if (name.len == 0)
        name = import_text(node, "description");
    if (name.len == 0)
        name = import_text(node, "id");
    size_t end = slice_find_byte(name, 0, '\n');
    return slice_sub(name, 0, end < 120 ? end : 120);
}

/* How a rule is tried: repeats without bound clamped to MOST, with or without a pattern of its own for Hyperscan. */
struct attempt {
    unsigned most;
    bool has_find;
};

static const struct attempt attempts[] = { { 256, false }, { 256, true }, { 64, false },
                                           { 64, true },   { 16, false }, { 16, true } };

static void put_rule(struct draft *draft, const struct attempt *attempt, struct buffer *out)
{
    static const char *const examples[] = { "examples", NULL };
    static const char *const negatives[] = { "negative_examples", NULL };
    struct buffer pattern;
    buffer_init(&pattern, IMPORT_FILE_MAX);
    buffer_printf(out, "  - id: %.*s\n", (int)draft->id.len, (const char *)draft->id.ptr);
    put_key(out, "name", name_of(draft->node));
    buffer_put_str(out, "    category: saas\n    severity: medium\n");
    draft->pattern.most = attempt->most;
    if (attempt->has_find) {
        draft->pattern.is_find = true;
        import_put_pattern(&draft->pattern, &pattern);
        put_key(out, "find", buffer_slice(&pattern));
        draft->pattern.is_find = false;
        buffer_clear(&pattern);
    }
    import_put_pattern(&draft->pattern, &pattern);
    if (!import_has_prefix(buffer_slice(&pattern)))
        buffer_put_str(out, "    verdict: contextual\n");
    put_key(out, "pattern", buffer_slice(&pattern));
    if (draft->pattern.has_reference)
        buffer_printf(out, "    width: %u\n", REFERENCE_WIDTH);
    if (draft->validators.len > 0)
        buffer_printf(out, "    validate: [%.*s]\n", (int)draft->validators.len,
                      (const char *)draft->validators.ptr);
    put_key(out, "reference", first_reference(draft->node));
    put_examples(draft, out, "examples", examples);
    put_examples(draft, out, "negatives", negatives);
    buffer_release(&pattern);
}

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

static void note_pattern(struct draft *draft, const struct attempt *attempt)
{
    const struct import_pattern *pattern = &draft->pattern;
    if (pattern->clamped > 0)
        note(draft, "pattern: %u repeats without bound clamped to %u", pattern->clamped, attempt->most);
    if (pattern->groups > 1 && !pattern->has_named && !pattern->has_reference)
        note(draft, "pattern: %u groups, the first is taken for the secret", pattern->groups);
    if (pattern->has_reference)
        note(draft, "pattern: refers back, so a match is looked for within %u bytes", REFERENCE_WIDTH);
    if (attempt->has_find)
        note(draft, "pattern: Hyperscan gets it without look-around; PCRE2 looks again");
    if (import_count(import_find(draft->node, "examples")) < 2 ||
        import_count(import_find(draft->node, "negative_examples")) < 2)
        draft->import->sum.without_examples++;
}

static void accept(struct draft *draft, struct slice rule)
{
    struct import *import = draft->import;
    struct rule taken = { .id = arena_string(import->arena, draft->id) };
    for (size_t i = 0; i < draft->note_count; i++) {
        put_comment(&import->rules, &draft->notes[i]);
        buffer_put_byte(&draft->notes[i], 0);
        tell(draft, (const char *)draft->notes[i].ptr);
    }
    buffer_put(&import->rules, rule);
    ruleset_add(import->accepted, &taken);
    import->sum.imported++;
    import->sum.clamped += draft->pattern.clamped > 0;
}

static void drop(struct draft *draft, const char *why)
{
    char words[400];
    snprintf(words, sizeof words, "LEFT OUT: %s", why);
    tell(draft, words);
    draft->import->sum.dropped++;
}

static void try_pattern(struct draft *draft)
{
    char why[240] = "", first[240] = "";
    struct buffer rule;
    bool is_done = false;
    buffer_init(&rule, RULES_TEXT_MAX);
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts && !is_done; i++) {
        buffer_clear(&rule);
        put_rule(draft, &attempts[i], &rule);
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
static void draft_init(struct draft *draft, struct import *import, const struct import_node *node,
                       const char *prefix)
{
    struct slice id = import_text(node, "id");
    *draft = (struct draft){ .import = import, .node = node };
    buffer_init(&draft->validators, 64 * 1024);
    draft->id = new_id(import, arena_printf(import->arena, "%s%.*s", prefix, (int)id.len,
                                            id.len > 0 ? (const char *)id.ptr : ""));
}

static void draft_release(struct draft *draft)
{
    for (size_t i = 0; i < draft->note_count; i++)
        buffer_release(&draft->notes[i]);
    buffer_release(&draft->validators);
}

static void import_gitleaks_rule(struct import *import, const struct import_node *node)
{
    struct draft draft;
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
    struct draft draft;
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
    struct draft whole = { .import = import, .node = root, .id = slice_str("(whole file)") };
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

static int read_file(const char *file, struct buffer *text, struct error *err)
{
    unsigned char block[16384];
    size_t got;
    FILE *in = fopen(file, "re");
    if (!in)
        return error_set_errno(err, "cannot open '%s'", file);
    int result = 0;
    while (result == 0 && (got = fread(block, 1, sizeof block, in)) > 0)
        if (buffer_put(text, slice_of(block, got)) < 0)
            result = error_set(err, ERROR_USAGE, "'%s' is too large", file);
    if (result == 0 && ferror(in))
        result = error_set_errno(err, "cannot read '%s'", file);
    fclose(in);
    return result;
}

int import_add_file(struct import *import, const char *file, struct error *err)
{
    struct buffer text;
    struct error why = { 0 };
    bool is_toml = slice_ends_with_nocase(slice_str(file), ".toml");
    buffer_init(&text, IMPORT_FILE_MAX);
    import->file = file;
    int result = read_file(file, &text, err);
    if (result == 0) {
        struct import_node *root = is_toml ? import_read_toml(import->arena, buffer_slice(&text), &why)
                                           : import_read_yaml(import->arena, buffer_slice(&text), &why);
        result = root ? import_rules_of(import, root, is_toml, err)
                      : error_set(err, ERROR_FORMAT, "%s: %s", file, why.message);
    }
    buffer_release(&text);
    return result;
}
