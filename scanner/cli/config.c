/* config.c - the configuration file: long options, one a line, as YAML or ini would write them. */
#include <stdio.h>

#include "cli/options.h"

#define CONFIG_MAX ((size_t)1024 * 1024)

struct config {
    struct scan_options *options;
    enum command_bit command;
    const char *file;
    unsigned line;
    const struct option_row *list; /* the option that `- value` lines below belong to, or NULL */
    struct error *err;
};

static int fault(struct config *config, const char *what)
{
    return error_set(config->err, ERROR_USAGE, "%s:%u: %s", config->file, config->line, what);
}

/* Without a comment that follows it, and without quotes around it. */
static struct slice bare_value(struct slice value)
{
    value = slice_trim(value);
    if (value.len > 1 && (value.ptr[0] == '"' || value.ptr[0] == '\'')) {
        size_t end = slice_find_byte(value, 1, value.ptr[0]);
        return end == SLICE_NONE ? value : slice_sub(value, 1, end - 1);
    }
    size_t comment = slice_find(value, 0, slice_str(" #"));
    return comment == SLICE_NONE ? value : slice_trim(slice_sub(value, 0, comment));
}

static const struct option_row *row_of(struct config *config, struct slice name, bool *is_elsewhere)
{
    *is_elsewhere = false;
    for (const struct option_row *row = option_table; row->name; row++) {
        if (!slice_is_equal(name, slice_str(row->name)) || row->group == GROUP_ANY)
            continue;
        *is_elsewhere = !(row->commands & config->command);
        return row;
    }
    return NULL;
}

static int set_value(struct config *config, const struct option_row *row, struct slice value)
{
    struct error err = { 0 };
    if (row->set(config->options, arena_string(config->options->arena, value), &err) == 0)
        return 0;
    return fault(config, err.message);
}

static int set_flag(struct config *config, const struct option_row *row, struct slice value)
{
    if (value.len > 0 && !slice_is_equal(value, slice_str("true")) &&
        !slice_is_equal(value, slice_str("yes"))) {
        bool is_off = slice_is_equal(value, slice_str("false")) || slice_is_equal(value, slice_str("no"));
        return is_off ? 0 : fault(config, "this option is true or false");
    }
    return row->set(config->options, NULL, config->err);
}

static int unknown_name(struct config *config, struct slice name)
{
    char text[200];
    const char *closest = options_closest(arena_string(config->options->arena, name), config->command);
    snprintf(text, sizeof text, "no option is named '%.*s'%s%s", (int)(name.len < 64 ? name.len : 64),
             (const char *)name.ptr, closest ? "; did you mean " : "", closest ? closest : "");
    return fault(config, text);
}

static int read_line(struct config *config, struct slice line)
{
    size_t len = 0;
    bool is_elsewhere;
    while (len < line.len && !memchr(" \t:=", line.ptr[len], 4))
        len++;
    struct slice name = slice_sub(line, 0, len), value = slice_trim(slice_skip(line, len));
    if (value.len > 0 && (value.ptr[0] == ':' || value.ptr[0] == '='))
        value = bare_value(slice_skip(value, 1));
    const struct option_row *row = row_of(config, name, &is_elsewhere);
    if (!row)
        return unknown_name(config, name);
    if (strcmp(row->name, "config") == 0)
        return fault(config, "a configuration names no other");
    config->list = row->argument && value.len == 0 ? row : NULL;
    if (is_elsewhere || config->list)
        return 0;
    return row->argument ? set_value(config, row, value) : set_flag(config, row, value);
}

static int read_text(struct config *config, struct slice text)
{
    struct slice line;
    while (slice_eat_line(&text, &line)) {
        int result = 0;
        config->line++;
        line = slice_trim(line);
        bool is_nothing = line.len == 0 || memchr("#;[", line.ptr[0], 3) || slice_starts_with(line, "---");
        if (is_nothing)
            continue;
        if (line.ptr[0] != '-')
            result = read_line(config, line);
        else if (!config->list)
            result = fault(config, "a list stands below no option");
        else if (config->list->commands & config->command)
            result = set_value(config, config->list, bare_value(slice_skip(line, 1)));
        if (result < 0)
            return -1;
    }
    return 0;
}

int options_read_config(struct scan_options *options, enum command_bit command, const char *file,
                        struct error *err)
{
    struct config config = { .options = options, .command = command, .file = file, .err = err };
    unsigned char block[4096];
    struct buffer text;
    size_t got;
    int result = 0;
    FILE *in = fopen(file, "re");
    if (!in)
        return error_set_errno(err, "cannot open configuration '%s'", file);
    buffer_init(&text, CONFIG_MAX);
    while (result == 0 && (got = fread(block, 1, sizeof block, in)) > 0)
        if (buffer_put(&text, slice_of(block, got)) < 0)
            result = error_set(err, ERROR_USAGE, "configuration '%s' is too large", file);
    if (result == 0 && ferror(in))
        result = error_set_errno(err, "cannot read configuration '%s'", file);
    if (result == 0)
        result = read_text(&config, buffer_slice(&text));
    buffer_release(&text);
    fclose(in);
    return result;
}
