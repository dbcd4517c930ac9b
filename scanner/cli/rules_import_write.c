/* rules_import_write.c - a rule of another scanner, written as one of ours. */
#include "cli/rules_import_parts.h"

#define EXAMPLES_MOST 8
#define EXAMPLE_MOST ((size_t)2000)

/* Words of YAML. */

static bool is_plain(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] < ' ' || text.ptr[i] == 0x7F)
            return false;
    return true;
}

void import_put_scalar(struct buffer *out, struct slice text, enum import_scalar kind)
{
    bool is_single = is_plain(text);
    buffer_put_byte(out, is_single ? '\'' : '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i];
        if (kind == IMPORT_SCALAR_TEMPLATE && (c == '{' || c == '}'))
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
    import_put_scalar(out, text, IMPORT_SCALAR_TEXT);
    buffer_put_byte(out, '\n');
}

void import_put_comment(struct buffer *out, const struct buffer *words)
{
    buffer_put_str(out, "  # ");
    for (size_t i = 0; i < words->len; i++)
        buffer_put_byte(out, words->ptr[i] < ' ' || words->ptr[i] == 0x7F ? ' ' : words->ptr[i]);
    buffer_put_byte(out, '\n');
}

/* The rule as YAML. */

static void put_examples(struct import_draft *draft, struct buffer *out, const char *key,
                         const char *const *from)
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
            import_put_scalar(out, text->text, IMPORT_SCALAR_TEMPLATE);
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

void import_put_rule(struct import_draft *draft, const struct import_attempt *attempt, struct buffer *out)
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
        buffer_printf(out, "    width: %u\n", IMPORT_REFERENCE_WIDTH);
    if (draft->validators.len > 0)
        buffer_printf(out, "    validate: [%.*s]\n", (int)draft->validators.len,
                      (const char *)draft->validators.ptr);
    put_key(out, "reference", first_reference(draft->node));
    put_examples(draft, out, "examples", examples);
    put_examples(draft, out, "negatives", negatives);
    buffer_release(&pattern);
}
