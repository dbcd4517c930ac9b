/* rules_import_tree.c - a YAML file as a tree, and what is asked of trees. */
#include <yaml.h>

#include "cli/rules_import.h"

struct import_node *import_node_new(struct arena *arena, struct import_node *parent, struct import_node *last,
                                    enum import_kind kind)
{
    struct import_node *node = arena_alloc(arena, sizeof *node);
    node->kind = kind;
    if (last)
        last->next = node;
    else if (parent)
        parent->first = node;
    return node;
}

const struct import_node *import_find(const struct import_node *map, const char *key)
{
    if (!map || map->kind != IMPORT_MAP)
        return NULL;
    for (const struct import_node *child = map->first; child; child = child->next)
        if (slice_is_equal(child->key, slice_str(key)))
            return child;
    return NULL;
}

struct slice import_text(const struct import_node *map, const char *key)
{
    const struct import_node *node = import_find(map, key);
    return node && node->kind == IMPORT_TEXT ? node->text : slice_of(NULL, 0);
}

size_t import_count(const struct import_node *node)
{
    size_t count = 0;
    for (const struct import_node *child = node ? node->first : NULL; child; child = child->next)
        count++;
    return count;
}

/* What is open while YAML is read. */
struct level {
    struct import_node *node, *last;
    struct slice key;
    bool has_key;
};

struct builder {
    struct arena *arena;
    struct level levels[IMPORT_DEPTH_MAX];
    size_t depth;
    struct import_node *root;
    struct error *err;
};

static int fault(struct builder *builder, const yaml_event_t *event, const char *what)
{
    return error_set(builder->err, ERROR_FORMAT, "line %zu: %s", event->start_mark.line + 1, what);
}

static struct import_node *add(struct builder *builder, const yaml_event_t *event, enum import_kind kind)
{
    struct level *level = builder->depth > 0 ? &builder->levels[builder->depth - 1] : NULL;
    struct import_node *node =
        import_node_new(builder->arena, level ? level->node : NULL, level ? level->last : NULL, kind);
    node->line = (unsigned)event->start_mark.line + 1;
    if (!level) {
        builder->root = node;
        return node;
    }
    node->key = level->key;
    level->has_key = false;
    level->last = node;
    return node;
}

static int open_level(struct builder *builder, const yaml_event_t *event, enum import_kind kind)
{
    if (builder->depth == IMPORT_DEPTH_MAX)
        return fault(builder, event, "lies too deep");
    struct import_node *node = add(builder, event, kind);
    builder->levels[builder->depth++] = (struct level){ .node = node };
    return 0;
}

static int take_scalar(struct builder *builder, const yaml_event_t *event)
{
    struct level *level = builder->depth > 0 ? &builder->levels[builder->depth - 1] : NULL;
    struct slice text =
        arena_copy(builder->arena, slice_of(event->data.scalar.value, event->data.scalar.length));
    if (level && level->node->kind == IMPORT_MAP && !level->has_key) {
        level->key = text;
        level->has_key = true;
        return 0;
    }
    add(builder, event, IMPORT_TEXT)->text = text;
    return 0;
}

static int take_event(struct builder *builder, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return take_scalar(builder, event);
    case YAML_MAPPING_START_EVENT:
        return open_level(builder, event, IMPORT_MAP);
    case YAML_SEQUENCE_START_EVENT:
        return open_level(builder, event, IMPORT_LIST);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        builder->depth--;
        return 0;
    case YAML_ALIAS_EVENT:
        return fault(builder, event, "aliases are not read here");
    default:
        return 0;
    }
}

static int build(struct builder *builder, yaml_parser_t *parser)
{
    for (bool is_done = false; !is_done;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return error_set(builder->err, ERROR_FORMAT, "line %zu: not YAML: %s",
                             parser->problem_mark.line + 1, parser->problem ? parser->problem : "unreadable");
        is_done = event.type == YAML_STREAM_END_EVENT || event.type == YAML_DOCUMENT_END_EVENT;
        int result = take_event(builder, &event);
        yaml_event_delete(&event);
        if (result < 0)
            return -1;
    }
    return builder->root ? 0 : error_set(builder->err, ERROR_FORMAT, "the file is empty");
}

struct import_node *import_read_yaml(struct arena *arena, struct slice text, struct error *err)
{
    struct builder builder = { .arena = arena, .err = err };
    yaml_parser_t parser;
    if (text.len == 0) {
        error_set(err, ERROR_FORMAT, "the file is empty");
        return NULL;
    }
    if (!yaml_parser_initialize(&parser))
        abort();
    yaml_parser_set_input_string(&parser, text.ptr, text.len);
    int result = build(&builder, &parser);
    yaml_parser_delete(&parser);
    return result < 0 ? NULL : builder.root;
}
