/* weigh.c - a quick look at how much the inputs hold. */
#include "work/weigh.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRIES_MOST 512 /* of all folders */
#define DEPTH_MOST 3     /* a Maildir below a folder */

struct scales {
    uint64_t left;
    unsigned entries;
};

static bool take(struct scales *scales, int folder, const char *name, unsigned depth, int flags);

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool take_folder(struct scales *scales, int folder, const char *name, unsigned depth)
{
    int fd = depth < DEPTH_MOST ? openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK) : -1;
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    bool is_small = dir != NULL;
    if (!dir && fd >= 0)
        close(fd);
    for (struct dirent *entry; is_small && (entry = readdir(dir));)
        is_small = is_dot(entry->d_name) || take(scales, fd, entry->d_name, depth + 1, AT_SYMLINK_NOFOLLOW);
    if (dir)
        closedir(dir);
    return is_small;
}

/* False as soon as it is too much. */
static bool take(struct scales *scales, int folder, const char *name, unsigned depth, int flags)
{
    struct stat st;
    if (scales->entries++ == ENTRIES_MOST || fstatat(folder, name, &st, flags) < 0)
        return false;
    if (S_ISDIR(st.st_mode))
        return take_folder(scales, folder, name, depth);
    if (S_ISLNK(st.st_mode))
        return true; /* listings follow none */
    if (!S_ISREG(st.st_mode) || st.st_size < 0 || (uint64_t)st.st_size > scales->left)
        return false;
    scales->left -= (uint64_t)st.st_size;
    return true;
}

bool inputs_are_small(const struct scan_input *inputs, size_t count, uint64_t most)
{
    struct scales scales = { .left = most };
    for (size_t i = 0; i < count; i++)
        if (strcmp(inputs[i].path, "-") == 0 || !take(&scales, AT_FDCWD, inputs[i].path, 0, 0))
            return false;
    return true;
}
