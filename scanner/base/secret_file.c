/* secret_file.c - reads a file of secrets that others can't read, or a descriptor. */
#include "base/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

static int check_mode(int fd, const char *file, const char *what, struct error *err)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return error_set_errno(err, "cannot look at '%s'", file);
    if (!S_ISREG(status.st_mode))
        return error_set(err, ERROR_USAGE, "the %s '%s' is not a file: give a descriptor as fd:3", what,
                         file);
    if (status.st_mode & 077)
        return error_set(err, ERROR_USAGE, "the %s '%s' can be read by others: run `chmod 600` on it first",
                         what, file);
    return 0;
}

static int read_all(int fd, const char *file, const char *what, struct buffer *bytes, struct error *err)
{
    for (;;) {
        unsigned char *to = buffer_reserve(bytes, STEP);
        if (!to)
            return error_set(err, ERROR_USAGE, "the %s '%s' is longer than %zu bytes", what, file,
                             bytes->ceiling);
        ssize_t got = read(fd, to, STEP);
        if (got < 0)
            return error_set_errno(err, "cannot read the %s '%s'", what, file);
        if (got == 0)
            return 0;
        bytes->len += (size_t)got;
    }
}

int secret_file_read(const char *file, const char *what, struct buffer *bytes, struct error *err)
{
    int given = descriptor_of(file);
    if (given >= 0)
        return read_all(given, file, what, bytes, err);
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return error_set_errno(err, "cannot open the %s '%s'", what, file);
    int result = check_mode(fd, file, what, err) < 0 ? -1 : read_all(fd, file, what, bytes, err);
    close(fd);
    return result;
}
