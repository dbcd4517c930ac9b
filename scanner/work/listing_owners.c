/* listing_owners.c - is a folder one mailbox, or a collection of them, one a person? By names: exports as EML have nothing else that says so. */
#include "work/listing_owners.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/slice.h"
#include "item/envelope.h"
#include "item/origin.h"

#define NAMES_LOOKED_AT 256 /* in each folder: mail is among the first, or it is no folder of mail */

/* What a name in the collection, or in one of its folders, says. */
enum sign { SIGN_NONE, SIGN_ONE_MAILBOX, SIGN_OWNER, SIGN_EMPTY };

static bool has_ending(struct slice name, const char *const *endings)
{
    for (; *endings; endings++)
        if (slice_ends_with_nocase(name, *endings))
            return true;
    return false;
}

static bool is_message(struct slice name)
{
    static const char *const endings[] = { ".eml", ".msg", ".emlx", ".oft", ".eml.gz", NULL };
    return has_ending(name, endings);
}

static bool is_mailbox(struct slice name)
{
    static const char *const endings[] = { ".mbox", ".mbx", ".pst", ".ost", ".olm", ".mbox.gz", NULL };
    return has_ending(name, endings);
}

static bool has_role(struct slice name)
{
    size_t dot = slice_find_byte(name, 1, '.');
    struct slice stem = dot == SLICE_NONE ? name : slice_sub(name, 0, dot);
    return envelope_folder_role(stem).len > 0;
}

/* A name without a letter ("2024", "01") is no person's. */
static bool has_letter(struct slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] >= 0x80 ||
            (slice_lower_byte(name.ptr[i]) >= 'a' && slice_lower_byte(name.ptr[i]) <= 'z'))
            return true;
    return false;
}

/* The folder NAME holds mail: messages, a Maildir, or folders that are called as those of a mailbox are. */
static enum sign look_inside(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    enum sign sign = SIGN_EMPTY;
    const struct dirent *entry;
    if (!folder) {
        if (fd >= 0)
            close(fd);
        return SIGN_NONE;
    }
    for (int i = 0; i < NAMES_LOOKED_AT && sign != SIGN_OWNER && (entry = readdir(folder)) != NULL; i++) {
        struct slice inside = slice_str(entry->d_name);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        bool is_mail =
            is_message(inside) || is_mailbox(inside) || origin_is_maildir_box(inside) || has_role(inside);
        sign = is_mail ? SIGN_OWNER : SIGN_NONE;
    }
    closedir(folder);
    return sign;
}

static enum sign look_at_folder(int parent, const char *name)
{
    static const char *const parts[] = { ".sbd", ".mbox", ".msf", NULL };
    struct slice text = slice_str(name);
    if (name[0] == '.' || origin_is_maildir_box(text) || has_role(text) || has_ending(text, parts) ||
        !has_letter(text))
        return SIGN_ONE_MAILBOX;
    return look_inside(parent, name);
}

static enum sign look_at_file(const char *name)
{
    struct slice text = slice_str(name);
    if (is_message(text) || (is_mailbox(text) && has_role(text)))
        return SIGN_ONE_MAILBOX;
    return is_mailbox(text) ? SIGN_OWNER : SIGN_EMPTY;
}

bool listing_is_collection(int fd, char *const *names, size_t count)
{
    size_t owners = 0;
    for (size_t i = 0; i < count; i++) {
        struct stat status;
        if (fstatat(fd, names[i], &status, AT_SYMLINK_NOFOLLOW) < 0)
            return false;
        bool is_folder = S_ISDIR(status.st_mode);
        enum sign sign = is_folder ? look_at_folder(fd, names[i]) : look_at_file(names[i]);
        if (sign == SIGN_ONE_MAILBOX || sign == SIGN_NONE)
            return false;
        owners += sign == SIGN_OWNER;
    }
    return owners >= 2;
}
