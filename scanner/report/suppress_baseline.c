/* suppress_baseline.c - reads a baseline: a JSON Lines report, or lines of the same keys. */
#include <jansson.h>

#include "report/suppress_entries.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The id under KEY. 1, 0 where there is none (or null), -1 if it is no id. */
static int get_id(const json_t *object, const char *key, struct record_id *id)
{
    const json_t *value = json_object_get(object, key);
    if (!value || json_is_null(value))
        return 0;
    const char *hex = json_string_value(value);
    if (!hex || json_string_length(value) != 2 * RECORD_ID_SIZE)
        return -1;
    for (size_t i = 0; i < RECORD_ID_SIZE; i++) {
        int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return -1;
        id->bytes[i] = (unsigned char)(high << 4 | low);
    }
    return 1;
}

static void baseline_add(struct suppressions *known, const struct baseline_entry *entry)
{
    if (known->baseline_count == known->baseline_capacity) {
        known->baseline_capacity = known->baseline_capacity ? 2 * known->baseline_capacity : 64;
        known->baseline = reallocarray(known->baseline, known->baseline_capacity, sizeof *known->baseline);
        if (!known->baseline)
            abort();
    }
    known->baseline[known->baseline_count++] = *entry;
    known->is_sorted = false;
}

static void get_key(const json_t *object, char key[17])
{
    const char *name = json_string_value(json_object_get(object, "key"));
    if (name && strlen(name) == 16)
        memcpy(key, name, 17);
}

/* KEY: of the run line before, renewed by this line if it names one. 0, or -1: not a line of a report. */
static int add_object(struct suppressions *known, const json_t *object, char key[17])
{
    struct baseline_entry entry = { 0 };
    int has_finding = get_id(object, "finding_id", &entry.id);
    int has_gap = has_finding == 0 ? get_id(object, "gap_id", &entry.id) : 0;
    int has_secret = get_id(object, "secret_id", &entry.secret);
    if (!json_is_object(object) || has_finding < 0 || has_gap < 0 || has_secret < 0)
        return -1;
    if (has_finding == 0 && has_gap == 0) {
        const char *type = json_string_value(json_object_get(object, "type"));
        get_key(object, key);
        return type && (strcmp(type, "run") == 0 || strcmp(type, "summary") == 0) ? 0 : -1;
    }
    memcpy(entry.key, key, sizeof entry.key);
    get_key(object, entry.key);
    entry.has_secret = has_secret == 1 && entry.key[0];
    baseline_add(known, &entry);
    return 0;
}

static int add_line(struct suppressions *known, struct slice line, char key[17])
{
    line = slice_trim(line);
    if (line.len == 0)
        return 0;
    json_t *object = json_loadb((const char *)line.ptr, line.len, JSON_ALLOW_NUL, NULL);
    int result = object ? add_object(known, object, key) : -1;
    json_decref(object);
    return result;
}

static int read_lines(struct suppressions *known, FILE *in, const char *file, struct error *err)
{
    char *line = NULL, key[17] = "";
    size_t room = 0;
    unsigned number = 0;
    int result = 0;
    ssize_t len;
    while (result == 0 && (len = getline(&line, &room, in)) >= 0) {
        number++;
        if ((size_t)len > SUPPRESS_LINE_MAX || add_line(known, slice_of(line, (size_t)len), key) < 0)
            result = error_set(err, ERROR_USAGE,
                               "bad baseline '%s', line %u: want the lines of a --format jsonl report", file,
                               number);
    }
    if (result == 0 && ferror(in))
        result = error_set_errno(err, "cannot read baseline '%s'", file);
    free(line);
    return result;
}

int suppressions_add_baseline(struct suppressions *known, const char *file, struct error *err)
{
    FILE *in = fopen(file, "re");
    if (!in)
        return error_set_errno(err, "cannot open baseline '%s'", file);
    int result = read_lines(known, in, file, err);
    fclose(in);
    return result;
}
