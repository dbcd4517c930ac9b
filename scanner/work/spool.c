/* spool.c - an empty file without a name, for bytes that a worker must seek in and memory cannot hold. */
#include "work/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int spool_open(const char *folder, struct error *err)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
    if (fd >= 0)
        return fd;
    /* Not every file system has O_TMPFILE. */
    char path[4096];
    if (snprintf(path, sizeof path, "%s/mailspill-XXXXXX", folder) >= (int)sizeof path)
        return error_set(err, ERROR_SYSTEM, "the name of the spool folder is too long");
    fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return error_set_errno(err, "cannot make a spool file in '%s'", folder);
    unlink(path);
    return fd;
}
