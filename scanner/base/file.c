/* file.c - a file read whole, up to a limit. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define PIECE ((size_t)64 * 1024)

static int read_pieces(int fd, struct buffer *out)
{
    unsigned char piece[PIECE];
    ssize_t got;
    while ((got = read(fd, piece, sizeof piece)) != 0) {
        if (got < 0 && errno != EINTR)
            break;
        if (got > 0 && buffer_put(out, slice_of(piece, (size_t)got)) < 0)
            break;
    }
    int why = errno;
    explicit_bzero(piece, sizeof piece);
    errno = why;
    return got < 0 ? -1 : 0;
}

int file_read_fd(int fd, const char *file, struct buffer *out, struct error *err)
{
    if (read_pieces(fd, out) < 0)
        return error_set_errno(err, "cannot read '%s'", file);
    if (out->is_overfull)
        return error_set(err, ERROR_LIMIT, "'%s' is larger than %zu MiB: nothing of it was taken; split it",
                         file, out->ceiling >> 20);
    return 0;
}

int file_read(const char *file, struct buffer *out, struct error *err)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, "cannot read '%s'", file);
    int result = file_read_fd(fd, file, out, err);
    close(fd);
    return result;
}
