/* listing_flags.c - the flags in the names of a Maildir's messages, which change while the message stays. */
#include <dirent.h>
#include <unistd.h>

#include "item/origin.h"
#include "work/listing.h"

size_t listing_flags_at(struct slice name)
{
    for (size_t i = 0; i + 2 < name.len; i++)
        if ((name.ptr[i] == ':' || name.ptr[i] == '!' || name.ptr[i] == ';') && name.ptr[i + 1] == '2' &&
            name.ptr[i + 2] == ',')
            return i;
    return SLICE_NONE;
}

int listing_find_file(struct slice path, struct buffer *found)
{
    struct slice name = origin_last_name(path), parent = origin_parent(path);
    struct dirent *entry = NULL;
    DIR *folder = NULL;
    buffer_clear(found);
    buffer_put(found, path);
    buffer_put_byte(found, 0);
    if (access((const char *)found->ptr, F_OK) == 0 || !origin_is_maildir_box(origin_last_name(parent)))
        return 0;
    buffer_clear(found);
    buffer_put(found, parent);
    buffer_put_byte(found, 0);
    folder = opendir((const char *)found->ptr);
    while (folder && (entry = readdir(folder)))
        if (listing_flags_at(slice_str(entry->d_name)) == name.len &&
            memcmp(entry->d_name, name.ptr, name.len) == 0)
            break;
    buffer_clear(found);
    buffer_put(found, slice_sub(path, 0, path.len - name.len));
    buffer_put(found, entry ? slice_str(entry->d_name) : name);
    buffer_put_byte(found, 0);
    if (folder)
        closedir(folder);
    return found->is_overfull ? -1 : 0;
}
