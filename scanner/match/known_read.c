/* known_read.c - reads a list of known secrets from a file that others can't read, or from a descriptor. */
#include "match/known.h"

#include <jansson.h>
#include <malloc.h>

#include "base/secret_file.h"

#define FILE_MOST ((size_t)256 * 1024 * 1024)

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

static int add_json(struct known_list *list, struct slice line, uint64_t number, struct error *err)
{
    json_t *object = json_loadb((const char *)line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);
    struct slice value = text_of(object, "value"), label = text_of(object, "name");
    if (label.len == 0)
        label = text_of(object, "id");
    int result = value.ptr
                     ? known_add(list, value, label, number, err)
                     : error_set(err, ERROR_USAGE, "line %llu: want {\"value\": \"…\", \"name\": \"…\"}",
                                 (unsigned long long)number);
    json_decref(object);
    return result;
}

static int add_lines(struct known_list *list, struct slice rest, struct error *err)
{
    struct slice line;
    for (uint64_t number = 1; slice_eat_line(&rest, &line) == 1; number++) {
        line = slice_trim(line);
        int result = line.len == 0        ? 0
                     : line.ptr[0] == '{' ? add_json(list, line, number, err)
                                          : known_add(list, line, slice_of(NULL, 0), number, err);
        if (result < 0)
            return -1;
    }
    return 0;
}

static int add_all(struct known_list *list, struct slice bytes, const char *file, struct error *err)
{
    struct error why = { 0 };
    json_malloc_t allocate;
    json_free_t release;
    json_get_alloc_funcs(&allocate, &release);
    json_set_alloc_funcs(malloc, free_wiped);
    int result = add_lines(list, bytes, &why);
    json_set_alloc_funcs(allocate, release);
    if (result < 0)
        return error_set(err, why.kind, "the list of known secrets '%s', %s", file, why.message);
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
