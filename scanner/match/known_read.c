/* known_read.c - reads a list of known secrets from a file that others can't read, or from a descriptor. */
#include <fcntl.h>
#include <jansson.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include "match/known.h"

#include "base/buffer.h"

#define FILE_MOST ((size_t)256 * 1024 * 1024)
#define STEP ((size_t)64 * 1024)

/* The descriptor that NAME stands for ("fd:3", "/dev/fd/3"), or -1. */
static int descriptor_of(const char *name)
{
    static const char *const heads[] = { "fd:", "/dev/fd/", "/proc/self/fd/" };
    uint64_t number;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (slice_starts_with(slice_str(name), heads[i]) &&
            slice_to_u64(slice_skip(slice_str(name), strlen(heads[i])), &number) == 0 && number < 1024 * 1024)
            return (int)number;
    return -1;
}

static int check_mode(int fd, const char *file, struct error *err)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return error_set_errno(err, "cannot look at '%s'", file);
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_USAGE,
                         "the list of known secrets '%s' is not a file: give a descriptor as fd:3", file);
    if (status.st_mode & 077)
        return error_set(err, ERROR_USAGE,
                         "the list of known secrets '%s' can be read by others: run `chmod 600` on it first",
                         file);
    return 0;
}

static int read_all(int fd, const char *file, struct buffer *bytes, struct error *err)
{
    for (;;) {
        unsigned char *to = buffer_reserve(bytes, STEP);
        if (!to)
            return error_set(err, ERROR_USAGE, "the list of known secrets '%s' is longer than %zu bytes",
                             file, FILE_MOST);
        ssize_t got = read(fd, to, STEP);
        if (got < 0)
            return error_set_errno(err, "cannot read the list of known secrets '%s'", file);
        if (got == 0)
            return 0;
        bytes->len += (size_t)got;
    }
}

static int read_file(const char *file, struct buffer *bytes, struct error *err)
{
    int given = descriptor_of(file);
    if (given >= 0)
        return read_all(given, file, bytes, err);
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return error_set_errno(err, "cannot open the list of known secrets '%s'", file);
    int result = check_mode(fd, file, err) < 0 ? -1 : read_all(fd, file, bytes, err);
    close(fd);
    return result;
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
    int result = read_file(file, &bytes, err);
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
