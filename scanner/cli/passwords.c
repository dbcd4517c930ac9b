/* passwords.c - reads the file of --password-file. */
#include "cli/passwords.h"

#include "base/secret_file.h"

#define FILE_MOST ((size_t)16 * 1024 * 1024)

int passwords_read(const char *file, struct harvest *harvest, struct error *err)
{
    struct buffer bytes;
    uint64_t line = 0;
    harvest_init(harvest);
    buffer_init(&bytes, FILE_MOST);
    int result = secret_file_read(file, "list of passwords", &bytes, err);
    if (result == 0 && harvest_add_lines(harvest, buffer_slice(&bytes), &line) < 0)
        result = error_set(err, ERROR_USAGE, "the list of passwords '%s', line %llu: longer than %zu bytes",
                           file, (unsigned long long)line, HARVEST_VALUE_MOST);
    if (result == 0 && harvest->count == 0)
        result = error_set(err, ERROR_USAGE, "the list of passwords '%s' is empty", file);
    buffer_release(&bytes);
    return result;
}
