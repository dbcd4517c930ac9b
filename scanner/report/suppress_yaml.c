/* suppress_yaml.c - the ignore file's YAML form: a list of {id, reason, owner, until}, or of allow rules. */
#include <yaml.h>

#include "report/suppress_entries.h"

/* Where the events stand: nothing but a list of mappings of scalars is taken, so that there is no depth to bound. */
enum place { PLACE_START, PLACE_LIST, PLACE_KEY, PLACE_VALUE, PLACE_END };

struct reading {
    struct suppressions *known;
    const char *file, *today;
    struct error *err;
    enum place place;
    struct ignore_draft draft;
    struct slice *field; /* of the draft that the next scalar goes to */
};

static int fault(struct reading *reading, const yaml_event_t *event, const char *what)
{
    return error_set(reading->err, ERROR_USAGE, "%s:%zu: %s", reading->file, event->start_mark.line + 1,
                     what);
}

static struct slice *field_of(struct ignore_draft *draft, struct slice name)
{
    const struct {
        const char *name;
        struct slice *field;
    } fields[] = {
        { "id", &draft->id },         { "reason", &draft->reason }, { "owner", &draft->owner },
        { "by", &draft->owner },      { "until", &draft->until },   { "rule", &draft->rule },
        { "sender", &draft->sender }, { "header", &draft->header }, { "path", &draft->path },
        { "value", &draft->value },   { "key", &draft->key },
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (slice_is_equal(name, slice_str(fields[i].name)))
            return fields[i].field;
    return NULL;
}

static int on_scalar(struct reading *reading, const yaml_event_t *event)
{
    struct slice text = slice_of(event->data.scalar.value, event->data.scalar.length);
    if (reading->place == PLACE_KEY) {
        reading->field = field_of(&reading->draft, text);
        if (!reading->field)
            return fault(
                reading, event,
                "no such key: want id, or rule, sender, header, path, value, key; and reason, owner, until");
        reading->place = PLACE_VALUE;
        return 0;
    }
    if (reading->place == PLACE_VALUE) {
        *reading->field = arena_copy(reading->known->arena, text);
        reading->place = PLACE_KEY;
        return 0;
    }
    return fault(reading, event, "want a list of entries: - {id: …, reason: …}");
}

static int on_mapping(struct reading *reading, const yaml_event_t *event)
{
    if (reading->place != PLACE_LIST)
        return fault(reading, event, "want a list of entries: - {id: …, reason: …}");
    reading->draft = (struct ignore_draft){ .line = (unsigned)event->start_mark.line + 1 };
    reading->place = PLACE_KEY;
    return 0;
}

static int on_sequence(struct reading *reading, const yaml_event_t *event)
{
    if (reading->place != PLACE_START)
        return fault(reading, event, "a list stands where a text is wanted");
    reading->place = PLACE_LIST;
    return 0;
}

static int on_event(struct reading *reading, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return on_scalar(reading, event);
    case YAML_MAPPING_START_EVENT:
        return on_mapping(reading, event);
    case YAML_SEQUENCE_START_EVENT:
        return on_sequence(reading, event);
    case YAML_MAPPING_END_EVENT:
        reading->place = PLACE_LIST;
        return suppress_add_ignore(reading->known, &reading->draft, reading->file, reading->today,
                                   reading->err);
    case YAML_SEQUENCE_END_EVENT:
        reading->place = PLACE_END;
        return 0;
    case YAML_ALIAS_EVENT:
        return fault(reading, event, "aliases are not read here");
    default:
        return 0;
    }
}

static int read_events(struct reading *reading, yaml_parser_t *parser)
{
    for (bool is_done = false; !is_done;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return error_set(reading->err, ERROR_USAGE, "%s:%zu: %s", reading->file,
                             parser->problem_mark.line + 1, parser->problem ? parser->problem : "bad YAML");
        is_done = event.type == YAML_STREAM_END_EVENT;
        int result = on_event(reading, &event);
        yaml_event_delete(&event);
        if (result < 0)
            return -1;
    }
    return 0;
}

int suppress_read_yaml(struct suppressions *known, struct slice text, const char *file, const char *today,
                       struct error *err)
{
    struct reading reading = { .known = known, .file = file, .today = today, .err = err };
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        abort();
    yaml_parser_set_input_string(&parser, text.ptr, text.len);
    int result = read_events(&reading, &parser);
    yaml_parser_delete(&parser);
    return result;
}
