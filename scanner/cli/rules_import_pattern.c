/* rules_import_pattern.c - another scanner's pattern (RE2, Rust or Hyperscan syntax) in ours: bounded, its secret named. */
#include "cli/rules_import.h"
#include "match/pattern.h"

#define PREFIX_LEAST 4
#define FLAG_EXTENDED 2 /* as match/pattern.c keeps it */

/* A capturing group: "(" or one with a name. */
static bool is_capture(const struct token *token)
{
    struct slice text = token->text;
    return token->kind == TOKEN_OPEN && token->group == GROUP_PLAIN &&
           (text.len == 1 || (slice_starts_with(text, "(?<")) || slice_starts_with(text, "(?P<") ||
            slice_starts_with(text, "(?'"));
}

/* The name of a group, or empty. */
static struct slice name_of(struct slice text)
{
    size_t skip = slice_starts_with(text, "(?P<") ? 4 : 3;
    return text.len > skip + 1 ? slice_sub(text, skip, text.len - skip - 1) : slice_of(NULL, 0);
}

static bool is_secret_name(struct slice name)
{
    static const char *const names[] = { "secret", "token", "key", "password", "value" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is_equal_nocase(name, slice_str(names[i])))
            return true;
    return false;
}

static bool is_kept_name(struct slice name)
{
    return slice_is_equal(name, slice_str("user")) || slice_is_equal(name, slice_str("host")) ||
           slice_is_equal(name, slice_str("account"));
}

/* What a pattern refers back to is a quote or a bracket, not the secret. */
static void note_reference(struct import_pattern *pattern, const struct token *token)
{
    if (token->kind != TOKEN_ATOM || token->atom != ATOM_REFERENCE)
        return;
    pattern->has_reference = true;
    if (token->text.len == 2 && token->text.ptr[1] >= '1' && token->text.ptr[1] <= '9')
        pattern->referred |= 1U << (token->text.ptr[1] - '0');
}

/* Count groups, and settle which one holds the secret: the one asked for, one that is named so, or the first that is not referred to. */
static unsigned survey(struct import_pattern *pattern, const char *text)
{
    struct pattern_reader reader;
    struct token token;
    unsigned named = 0, first = 1;
    pattern->referred = 0;
    pattern->groups = pattern->clamped = 0;
    pattern->has_look = pattern->has_reference = pattern->has_named = false;
    pattern_reader_init(&reader, text);
    while (pattern_next(&reader, &token) == 1) {
        pattern->groups += is_capture(&token);
        if (named == 0 && is_capture(&token) && is_secret_name(name_of(token.text)))
            named = pattern->groups;
        pattern->has_look = pattern->has_look || (token.kind == TOKEN_OPEN && token.group == GROUP_LOOK);
        note_reference(pattern, &token);
    }
    pattern->has_named = named > 0 || pattern->secret_group > 0;
    if (pattern->secret_group > 0)
        return pattern->secret_group;
    while (first < pattern->groups && first < 10 && pattern->referred >> first & 1)
        first++;
    return named > 0 ? named : first;
}

static void put_group(const struct import_pattern *pattern, const struct token *token, bool is_secret,
                      struct buffer *out)
{
    struct slice name = name_of(token->text);
    if (is_secret)
        buffer_put_str(out, "(?<secret>");
    else if (is_kept_name(name))
        buffer_printf(out, "(?<%.*s>", (int)name.len, (const char *)name.ptr);
    else
        buffer_put_str(out, pattern->has_reference ? "(" : "(?:");
}

/* "(?xi)" and "(?s:" without what free spacing meant, since the spaces are gone. */
static void put_flags(struct slice text, struct buffer *out)
{
    struct slice letters = slice_sub(text, 2, text.len - 3);
    unsigned char close = text.ptr[text.len - 1];
    size_t start = out->len;
    buffer_put_str(out, "(?");
    for (size_t i = 0; i < letters.len; i++)
        if (letters.ptr[i] != 'x' && letters.ptr[i] != 'u')
            buffer_put_byte(out, letters.ptr[i]);
    bool is_dash = out->ptr[out->len - 1] == '-';
    if (is_dash)
        out->len--;
    if (close == ')' && out->len == start + 2)
        out->len = start;
    else
        buffer_put_byte(out, close);
}

static void put_repeat(struct import_pattern *pattern, const struct token *token, struct buffer *out)
{
    size_t brace = slice_find_byte(token->text, 0, '}');
    struct slice suffix = slice_skip(token->text, brace == SLICE_NONE ? 1 : brace + 1);
    if (token->max == PATTERN_UNBOUNDED) {
        uint64_t least = token->min > pattern->most ? token->min : pattern->most;
        buffer_printf(out, "{%llu,%llu}", (unsigned long long)token->min, (unsigned long long)least);
        pattern->clamped++;
    } else {
        buffer_put(out, slice_sub(token->text, 0, token->text.len - suffix.len));
    }
    if (!pattern->is_find || !slice_is_equal(suffix, slice_str("+")))
        buffer_put(out, suffix);
}

/* In free spacing Rust passes over spaces in classes too, and PCRE2 does not. */
static void put_class(struct slice text, bool is_extended, struct buffer *out)
{
    for (size_t i = 0; i < text.len; i++) {
        bool is_escape = text.ptr[i] == '\\' && i + 1 < text.len;
        bool is_blank = text.ptr[i] == ' ' || (text.ptr[i] >= '\t' && text.ptr[i] <= '\r');
        if (is_extended && is_blank)
            continue;
        buffer_put_byte(out, text.ptr[i]);
        if (is_escape)
            buffer_put_byte(out, text.ptr[++i]);
    }
}

static void put_open(struct import_pattern *pattern, const struct token *token, struct buffer *out)
{
    if (pattern->is_find && token->group == GROUP_OTHER && slice_starts_with(token->text, "(?>"))
        buffer_put_str(out, "(?:");
    else if (token->group == GROUP_PLAIN && token->text.len > 3)
        put_flags(token->text, out);
    else
        buffer_put(out, token->text);
}

static void put_token(struct import_pattern *pattern, const struct token *token, bool is_extended,
                      struct buffer *out)
{
    bool is_flags = slice_starts_with(token->text, "(?") && !slice_starts_with(token->text, "(?#");
    if (token->kind == TOKEN_OPEN)
        put_open(pattern, token, out);
    else if (token->kind == TOKEN_REPEAT)
        put_repeat(pattern, token, out);
    else if (token->kind == TOKEN_NOTHING && is_flags)
        put_flags(token->text, out);
    else if (token->kind == TOKEN_ATOM && token->atom == ATOM_CLASS)
        put_class(token->text, is_extended, out);
    else if (token->kind != TOKEN_NOTHING || slice_starts_with(token->text, "\\"))
        buffer_put(out, token->text);
}

void import_put_pattern(struct import_pattern *pattern, struct buffer *out)
{
    struct buffer text;
    struct pattern_reader reader;
    struct token token;
    unsigned group = 0, skipped = 0, depth = 0;
    buffer_init(&text, IMPORT_FILE_MAX);
    buffer_put(&text, pattern->text);
    buffer_put_byte(&text, 0);
    unsigned secret = survey(pattern, (const char *)text.ptr);
    pattern_reader_init(&reader, (const char *)text.ptr);
    for (bool is_after_look = false; pattern_next(&reader, &token) == 1;) {
        depth += token.kind == TOKEN_OPEN;
        if (pattern->is_find && !skipped && token.kind == TOKEN_OPEN && token.group == GROUP_LOOK)
            skipped = depth;
        bool is_dropped = skipped > 0 || (is_after_look && token.kind == TOKEN_REPEAT);
        is_after_look = false;
        if (!is_dropped && is_capture(&token)) {
            group++;
            put_group(pattern, &token, group == secret, out);
        } else if (!is_dropped) {
            put_token(pattern, &token, reader.flags[reader.depth] & FLAG_EXTENDED, out);
        } else {
            group += is_capture(&token);
        }
        if (token.kind == TOKEN_CLOSE && depth > 0) {
            is_after_look = skipped == depth;
            skipped = skipped == depth ? 0 : skipped;
            depth--;
        }
    }
    buffer_release(&text);
}

bool import_has_prefix(struct slice pattern)
{
    struct slice group = slice_str("(?<secret>");
    size_t at = slice_find(pattern, 0, group), len = 0;
    at = at == SLICE_NONE ? 0 : at + group.len;
    while (slice_starts_with(slice_skip(pattern, at), "\\b") ||
           slice_starts_with(slice_skip(pattern, at), "(?:"))
        at += slice_starts_with(slice_skip(pattern, at), "\\b") ? 2 : 3;
    for (; at + len < pattern.len; len++) {
        unsigned char c = slice_lower_byte(pattern.ptr[at + len]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            break;
    }
    return len > PREFIX_LEAST || (len == PREFIX_LEAST && !strchr("*?{", pattern.ptr[at + len]));
}
