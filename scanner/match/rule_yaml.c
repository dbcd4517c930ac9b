/* rule_yaml.c - reads rule files: a stream of YAML events, each key of a rule a row in a table. */
#include <yaml.h>

#include "match/rule.h"
#include "match/rule_draft.h"

#define YAML_FILE_MAX ((size_t)16 * 1024 * 1024)
#define YAML_DEPTH_MAX 16
#define YAML_TEXT_MAX ((size_t)64 * 1024)

struct reader {
    yaml_parser_t parser;
    yaml_event_t event; /* the one at hand */
    struct ruleset *set;
    enum rules_examples examples;
    struct mistakes mistakes;
    bool is_over; /* nothing more can be read */
};

static unsigned line_of(const struct reader *reader)
{
    return (unsigned)reader->event.start_mark.line + 1;
}

static void syntax_mistake(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    mistakes_put(&reader->mistakes, (unsigned)parser->problem_mark.line + 1, "not YAML: %s%s%s",
                 parser->problem ? parser->problem : "unreadable", parser->context ? " " : "",
                 parser->context ? parser->context : "");
}

/* Go to the next event. False where there is none: then the caller unwinds. */
static bool next(struct reader *reader)
{
    yaml_event_delete(&reader->event);
    if (reader->is_over)
        return false;
    if (!yaml_parser_parse(&reader->parser, &reader->event)) {
        syntax_mistake(reader);
        reader->is_over = true;
    } else if (reader->event.type == YAML_ALIAS_EVENT) {
        mistakes_put(&reader->mistakes, line_of(reader), "aliases are not allowed: write the value out");
        reader->is_over = true;
    } else if (reader->event.type == YAML_NO_EVENT || reader->event.type == YAML_STREAM_END_EVENT) {
        reader->is_over = true;
    }
    return !reader->is_over;
}

static bool is_opening(yaml_event_type_t type)
{
    return type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT;
}

static bool is_closing(yaml_event_type_t type)
{
    return type == YAML_MAPPING_END_EVENT || type == YAML_SEQUENCE_END_EVENT;
}

/* Pass over the value at hand, whatever it is. */
static void skip_value(struct reader *reader)
{
    unsigned depth = 0;
    do {
        if (is_opening(reader->event.type))
            depth++;
        if (is_closing(reader->event.type))
            depth--;
        if (depth > YAML_DEPTH_MAX) {
            mistakes_put(&reader->mistakes, line_of(reader), "nested more than %d deep", YAML_DEPTH_MAX);
            reader->is_over = true;
        }
    } while (depth > 0 && next(reader));
}

static struct slice scalar(const struct reader *reader)
{
    return slice_of(reader->event.data.scalar.value, reader->event.data.scalar.length);
}

static bool is_scalar(const struct reader *reader)
{
    return reader->event.type == YAML_SCALAR_EVENT;
}

static struct draft_text take_text(struct reader *reader, const char *key)
{
    struct draft_text text = { .line = line_of(reader) };
    if (!is_scalar(reader)) {
        mistakes_put(&reader->mistakes, line_of(reader), "`%s` is not a text: write it as one value", key);
        skip_value(reader);
    } else if (scalar(reader).len > YAML_TEXT_MAX || slice_find_byte(scalar(reader), 0, 0) != SLICE_NONE) {
        mistakes_put(&reader->mistakes, line_of(reader), "`%s` is longer than 64 KiB or holds a NUL", key);
    } else if (scalar(reader).len == 0) {
        mistakes_put(&reader->mistakes, line_of(reader), "`%s` is empty: fill it or leave it out", key);
    } else {
        text.text = arena_string(reader->set->arena, scalar(reader));
    }
    return text;
}

static void take_list(struct reader *reader, const char *key, struct draft_list *list)
{
    if (reader->event.type != YAML_SEQUENCE_START_EVENT) {
        mistakes_put(&reader->mistakes, line_of(reader), "`%s` is not a list: write [a, b]", key);
        skip_value(reader);
        return;
    }
    while (next(reader) && reader->event.type != YAML_SEQUENCE_END_EVENT) {
        struct draft_text text = take_text(reader, key);
        if (list->count == DRAFT_LIST_MAX)
            mistakes_put(&reader->mistakes, text.line, "`%s` has more than %d entries", key, DRAFT_LIST_MAX);
        else if (text.text)
            list->at[list->count++] = text;
    }
}

static void pass_list(struct reader *reader, struct draft_list *list)
{
    (void)list;
    skip_value(reader);
}

/* `opens: {service: GitHub}` */
static void take_opens(struct reader *reader, struct draft_text *service)
{
    if (reader->event.type != YAML_MAPPING_START_EVENT) {
        mistakes_put(&reader->mistakes, line_of(reader), "`opens` is not a mapping: write {service: NAME}");
        skip_value(reader);
        return;
    }
    while (next(reader) && reader->event.type != YAML_MAPPING_END_EVENT) {
        bool is_service = is_scalar(reader) && slice_is_equal(scalar(reader), slice_str("service"));
        if (!is_service)
            mistakes_put(&reader->mistakes, line_of(reader),
                         "unknown key in `opens`: only `service` is known");
        if (!is_scalar(reader))
            skip_value(reader);
        if (!next(reader))
            return;
        if (is_service)
            *service = take_text(reader, "service");
        else
            skip_value(reader);
    }
}

/* `pair: {kind: aws-key, role: secret, needs: [id], within: thread}` */
static void take_pair_value(struct reader *reader, struct slice key, struct rule_draft *draft)
{
    const struct {
        const char *name;
        struct draft_text *text;
    } texts[] = { { "kind", &draft->pair_kind },
                  { "role", &draft->pair_role },
                  { "within", &draft->pair_within },
                  { "alone", &draft->pair_alone },
                  { "raises", &draft->pair_raises } };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (slice_is_equal(key, slice_str(texts[i].name))) {
            *texts[i].text = take_text(reader, texts[i].name);
            return;
        }
    if (slice_is_equal(key, slice_str("needs"))) {
        take_list(reader, "needs", &draft->pair_needs);
        return;
    }
    mistakes_put(&reader->mistakes, line_of(reader),
                 "unknown key in `pair`: the keys are kind role needs within alone raises");
    skip_value(reader);
}

static void take_pair_key(struct reader *reader, struct rule_draft *draft)
{
    if (reader->event.type != YAML_MAPPING_START_EVENT) {
        mistakes_put(&reader->mistakes, line_of(reader),
                     "`pair` is not a mapping: write {kind: NAME, role: ROLE}");
        skip_value(reader);
        return;
    }
    while (next(reader) && reader->event.type != YAML_MAPPING_END_EVENT) {
        char key[16] = "";
        if (is_scalar(reader) && scalar(reader).len < sizeof key)
            memcpy(key, scalar(reader).ptr, scalar(reader).len);
        if (!is_scalar(reader))
            skip_value(reader);
        if (!next(reader))
            return;
        take_pair_value(reader, slice_str(key), draft);
    }
}

enum key_kind { KEY_TEXT, KEY_LIST, KEY_EXAMPLES, KEY_OPENS, KEY_PAIR };

static const struct key {
    const char *name;
    enum key_kind kind;
    size_t offset;
} keys[] = {
    { "id", KEY_TEXT, offsetof(struct rule_draft, id) },
    { "family", KEY_TEXT, offsetof(struct rule_draft, family) },
    { "name", KEY_TEXT, offsetof(struct rule_draft, name) },
    { "category", KEY_TEXT, offsetof(struct rule_draft, category) },
    { "severity", KEY_TEXT, offsetof(struct rule_draft, severity) },
    { "verdict", KEY_TEXT, offsetof(struct rule_draft, verdict) },
    { "pattern", KEY_TEXT, offsetof(struct rule_draft, pattern) },
    { "find", KEY_TEXT, offsetof(struct rule_draft, find) },
    { "width", KEY_TEXT, offsetof(struct rule_draft, width) },
    { "lead", KEY_TEXT, offsetof(struct rule_draft, lead) },
    { "vendor", KEY_TEXT, offsetof(struct rule_draft, vendor) },
    { "vendor_word", KEY_TEXT, offsetof(struct rule_draft, vendor_word) },
    { "value", KEY_TEXT, offsetof(struct rule_draft, value) },
    { "run", KEY_TEXT, offsetof(struct rule_draft, run) },
    { "validate", KEY_LIST, offsetof(struct rule_draft, validators) },
    { "pair", KEY_PAIR, 0 },
    { "gap", KEY_TEXT, offsetof(struct rule_draft, gap) },
    { "opens", KEY_OPENS, offsetof(struct rule_draft, service) },
    { "rotate", KEY_TEXT, offsetof(struct rule_draft, rotate) },
    { "reference", KEY_TEXT, offsetof(struct rule_draft, reference) },
    { "examples", KEY_EXAMPLES, offsetof(struct rule_draft, examples) },
    { "negatives", KEY_EXAMPLES, offsetof(struct rule_draft, negatives) },
};

#define KEYS (sizeof keys / sizeof *keys)

static size_t key_find(struct slice name)
{
    for (size_t i = 0; i < KEYS; i++)
        if (slice_is_equal(name, slice_str(keys[i].name)))
            return i;
    return KEYS;
}

static void take_value(struct reader *reader, const struct key *key, struct rule_draft *draft)
{
    void *field = (char *)draft + key->offset;
    if (key->kind == KEY_TEXT)
        *(struct draft_text *)field = take_text(reader, key->name);
    else if (key->kind == KEY_OPENS)
        take_opens(reader, field);
    else if (key->kind == KEY_PAIR)
        take_pair_key(reader, draft);
    else if (key->kind == KEY_EXAMPLES && reader->examples == RULES_WITHOUT_EXAMPLES)
        pass_list(reader, field);
    else
        take_list(reader, key->name, field);
}

/* One `key: value` of a rule; the event at hand is the key. */
static void take_pair(struct reader *reader, struct rule_draft *draft, bool seen[KEYS])
{
    size_t key = is_scalar(reader) ? key_find(scalar(reader)) : KEYS;
    if (key == KEYS)
        mistakes_put(&reader->mistakes, line_of(reader),
                     "unknown key '%.*s': the keys are id family name category severity verdict pattern find "
                     "width lead vendor vendor_word value run validate "
                     "pair gap opens rotate reference examples negatives",
                     is_scalar(reader) ? (int)scalar(reader).len : 1,
                     is_scalar(reader) ? (const char *)scalar(reader).ptr : "?");
    else if (seen[key])
        mistakes_put(&reader->mistakes, line_of(reader), "`%s` stands twice in the rule: keep one",
                     keys[key].name);
    if (!is_scalar(reader))
        skip_value(reader);
    if (!next(reader))
        return;
    if (key == KEYS || seen[key]) {
        skip_value(reader);
        return;
    }
    seen[key] = true;
    take_value(reader, &keys[key], draft);
}

static void take_rule(struct reader *reader, struct rule_draft *draft)
{
    bool seen[KEYS] = { false };
    if (reader->event.type != YAML_MAPPING_START_EVENT) {
        mistakes_put(&reader->mistakes, line_of(reader), "not a rule: write `- id: …` with its keys below");
        skip_value(reader);
        return;
    }
    /* The lists are long: only what counts their entries need be cleared. */
    draft->line = line_of(reader);
    while (next(reader) && reader->event.type != YAML_MAPPING_END_EVENT)
        take_pair(reader, draft, seen);
    if (!reader->is_over)
        rule_draft_finish(reader->set, draft, reader->examples, &reader->mistakes);
}

static void draft_clear(struct rule_draft *draft)
{
    size_t counts[] = { offsetof(struct rule_draft, pair_needs), offsetof(struct rule_draft, validators),
                        offsetof(struct rule_draft, examples), offsetof(struct rule_draft, negatives) };
    memset(draft, 0, offsetof(struct rule_draft, pair_needs));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        ((struct draft_list *)(void *)((char *)draft + counts[i]))->count = 0;
}

static void take_rules(struct reader *reader)
{
    if (reader->event.type != YAML_SEQUENCE_START_EVENT) {
        mistakes_put(&reader->mistakes, line_of(reader), "`rules` is not a list");
        skip_value(reader);
        return;
    }
    struct rule_draft *draft = arena_alloc(reader->set->arena, sizeof *draft);
    while (next(reader) && reader->event.type != YAML_SEQUENCE_END_EVENT) {
        draft_clear(draft);
        take_rule(reader, draft);
    }
}

/* The file's outermost mapping: `rules:`. */
static void take_top(struct reader *reader)
{
    if (reader->event.type != YAML_MAPPING_START_EVENT) {
        mistakes_put(&reader->mistakes, line_of(reader), "the file is not a mapping: begin it with `rules:`");
        return;
    }
    while (next(reader) && reader->event.type != YAML_MAPPING_END_EVENT) {
        struct slice key = is_scalar(reader) ? scalar(reader) : slice_of(NULL, 0);
        bool is_rules = slice_is_equal(key, slice_str("rules"));
        if (!is_rules)
            mistakes_put(&reader->mistakes, line_of(reader),
                         "unknown key '%.*s': only `rules` may stand here", (int)key.len,
                         (const char *)key.ptr);
        if (!is_scalar(reader))
            skip_value(reader);
        if (!next(reader))
            return;
        if (is_rules)
            take_rules(reader);
        else
            skip_value(reader);
    }
}

static void take_stream(struct reader *reader)
{
    bool has_document = false;
    while (next(reader)) {
        if (reader->event.type == YAML_DOCUMENT_START_EVENT && has_document)
            mistakes_put(&reader->mistakes, line_of(reader), "a second document: keep one in a file");
        has_document |= reader->event.type == YAML_DOCUMENT_START_EVENT;
        if (reader->event.type != YAML_DOCUMENT_START_EVENT)
            continue;
        if (next(reader))
            take_top(reader);
    }
    if (!has_document && reader->mistakes.count == 0)
        mistakes_put(&reader->mistakes, 1, "the file is empty: begin it with `rules:`");
}

int ruleset_add_yaml(struct ruleset *set, struct slice yaml, const char *file, enum rules_examples examples,
                     const struct rule_report *report)
{
    struct reader reader = { .set = set, .examples = examples };
    reader.mistakes = (struct mistakes){ report, arena_string(set->arena, slice_str(file)), 0 };
    if (yaml.len > YAML_FILE_MAX) {
        mistakes_put(&reader.mistakes, 1, "the file is larger than 16 MiB: split it");
        return -1;
    }
    if (!yaml_parser_initialize(&reader.parser)) {
        mistakes_put(&reader.mistakes, 1, "out of memory");
        return -1;
    }
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, yaml.ptr ? yaml.ptr : (const unsigned char *)"", yaml.len);
    take_stream(&reader);
    yaml_event_delete(&reader.event);
    yaml_parser_delete(&reader.parser);
    return reader.mistakes.count ? -1 : 0;
}
