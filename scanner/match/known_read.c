/* known_read.c - reads a list of known secrets from a file that others can't read, or from a descriptor. */
#include "match/known.h"

#include <jansson.h>
#include <malloc.h>
#include <stdio.h>

#include "base/log.h"
#include "base/secret_file.h"

#define FILE_MOST ((size_t)256 * 1024 * 1024)
#define LINES_TOLD 200 /* bytes of their numbers */

/* Values that were left out, since they are found in any text. */
struct too_short {
    uint64_t count;
    char lines[LINES_TOLD];
    size_t used;
};

static void too_short_note(struct too_short *left, uint64_t number)
{
    char line[32];
    int len = snprintf(line, sizeof line, "%s%llu", left->count++ ? ", " : "", (unsigned long long)number);
    if (left->used + (size_t)len + sizeof "…" > sizeof left->lines) {
        memcpy(left->lines + left->used, "…", sizeof "…");
        left->used = sizeof left->lines; /* nothing after it */
        return;
    }
    memcpy(left->lines + left->used, line, (size_t)len + 1);
    left->used += (size_t)len;
}

/* What the JSON reader used held values. */
static void free_wiped(void *ptr)
{
    if (ptr)
        explicit_bzero(ptr, malloc_usable_size(ptr));
    free(ptr);
}

static struct slice text_of(const json_t *object, const char *key)
{
    const json_t *text = json_object_get(object, key);
    return slice_of(json_string_value(text), json_string_length(text));
}

static int add_value(struct known_list *list, struct slice value, struct slice label, uint64_t number,
                     struct too_short *left, struct error *err)
{
    if (value.len >= KNOWN_VALUE_LEAST)
        return known_add(list, value, label, number, err);
    too_short_note(left, number);
    return 0;
}

static int add_json(struct known_list *list, struct slice line, uint64_t number, struct too_short *left,
                    struct error *err)
{
    json_t *object = json_loadb((const char *)line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);
    struct slice value = text_of(object, "value"), label = text_of(object, "name");
    if (label.len == 0)
        label = text_of(object, "id");
    int result = value.ptr
                     ? add_value(list, value, label, number, left, err)
                     : error_set(err, ERROR_USAGE, "line %llu: want {\"value\": \"…\", \"name\": \"…\"}",
                                 (unsigned long long)number);
    json_decref(object);
    return result;
}

static int add_lines(struct known_list *list, struct slice rest, struct too_short *left, struct error *err)
{
    struct slice line;
    for (uint64_t number = 1; slice_eat_line(&rest, &line) == 1; number++) {
        line = slice_trim(line);
        int result = line.len == 0        ? 0
                     : line.ptr[0] == '{' ? add_json(list, line, number, left, err)
                                          : add_value(list, line, slice_of(NULL, 0), number, left, err);
        if (result < 0)
            return -1;
    }
    return 0;
}

static int add_all(struct known_list *list, struct slice bytes, const char *file, struct error *err)
{
    struct error why = { 0 };
    struct too_short left = { 0 };
    json_malloc_t allocate;
    json_free_t release;
    json_get_alloc_funcs(&allocate, &release);
    json_set_alloc_funcs(malloc, free_wiped);
    int result = add_lines(list, bytes, &left, &why);
    json_set_alloc_funcs(allocate, release);
    if (result < 0)
        return error_set(err, why.kind, "the list of known secrets '%s', %s", file, why.message);
    if (known_count(list) == 0 && left.count > 0)
        return error_set(
            err, ERROR_USAGE,
            "the list of known secrets '%s': all values are shorter than %zu bytes, and would be found "
            "in any text",
            file, KNOWN_VALUE_LEAST);
    if (left.count > 0)
        log_warn(
            "the list of known secrets '%s': %llu value%s of fewer than %zu bytes left out, which would be "
            "found in any text: line%s %s",
            file, (unsigned long long)left.count, left.count == 1 ? "" : "s", KNOWN_VALUE_LEAST,
            left.count == 1 ? "" : "s", left.lines);
    if (known_count(list) == 0)
        return error_set(err, ERROR_USAGE, "the list of known secrets '%s' is empty", file);
    return 0;
}

struct known_list *known_read(const char *file, struct error *err)
{
    struct known_list *list = known_new();
    struct buffer bytes;
    buffer_init(&bytes, FILE_MOST);
    int result = secret_file_read(file, "list of known secrets", &bytes, err);
    if (result == 0)
        result = add_all(list, buffer_slice(&bytes), file, err);
    buffer_release(&bytes);
    if (result == 0) {
        known_finish(list);
        return list;
    }
    known_free(list);
    return NULL;
}
