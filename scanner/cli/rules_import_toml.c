/* rules_import_toml.c - a TOML file as a tree; the reading is done by toml++, behind rules_toml.h. */
#include "cli/rules_import.h"
#include "cli/rules_toml.h"

struct level {
    struct import_node *node, *last;
};

struct builder {
    struct arena *arena;
    struct level levels[IMPORT_DEPTH_MAX + 1];
    size_t depth;
    struct import_node *root;
    bool is_too_deep;
};

static struct import_node *add(struct builder *builder, const char *key, size_t key_len, unsigned line,
                               enum import_kind kind)
{
    struct level *level = builder->depth > 0 ? &builder->levels[builder->depth - 1] : NULL;
    struct import_node *node =
        import_node_new(builder->arena, level ? level->node : NULL, level ? level->last : NULL, kind);
    node->key = arena_copy(builder->arena, slice_of(key, key_len));
    node->line = line;
    if (level)
        level->last = node;
    else
        builder->root = node;
    return node;
}

static void take_open(void *ctx, const char *key, size_t key_len, unsigned line, int is_list)
{
    struct builder *builder = ctx;
    struct import_node *node = add(builder, key, key_len, line, is_list ? IMPORT_LIST : IMPORT_MAP);
    builder->is_too_deep = builder->is_too_deep || builder->depth == IMPORT_DEPTH_MAX;
    if (!builder->is_too_deep)
        builder->levels[builder->depth++] = (struct level){ .node = node };
}

static void take_close(void *ctx)
{
    struct builder *builder = ctx;
    if (!builder->is_too_deep && builder->depth > 0)
        builder->depth--;
}

static void take_text(void *ctx, const char *key, size_t key_len, unsigned line, const char *text, size_t len)
{
    struct builder *builder = ctx;
    add(builder, key, key_len, line, IMPORT_TEXT)->text = arena_copy(builder->arena, slice_of(text, len));
}

struct import_node *import_read_toml(struct arena *arena, struct slice text, struct error *err)
{
    struct builder builder = { .arena = arena };
    const struct rules_toml_sink sink = { take_open, take_close, take_text, &builder };
    char why[200];
    if (rules_toml_read((const char *)text.ptr, text.len, &sink, why, sizeof why) < 0) {
        error_set(err, ERROR_FORMAT, "%s", why);
        return NULL;
    }
    if (builder.is_too_deep)
        error_set(err, ERROR_FORMAT, "lies too deep");
    return builder.is_too_deep ? NULL : builder.root;
}
