/* origin.c - the mail folder and its owner that a path tells: on a disk, or in an archive. */
#include "item/origin.h"

struct slice origin_last_name(struct slice path)
{
    size_t start = path.len;
    while (start > 0 && path.ptr[start - 1] != '/')
        start--;
    return slice_skip(path, start);
}

struct slice origin_parent(struct slice path)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/')
        end--;
    while (end > 0 && path.ptr[end - 1] == '/')
        end--;
    return slice_sub(path, 0, end);
}

bool origin_is_maildir_box(struct slice name)
{
    return slice_is_equal(name, slice_str("cur")) || slice_is_equal(name, slice_str("new")) ||
           slice_is_equal(name, slice_str("tmp"));
}

/* ".Sent.2024" of Maildir++ is the folder Sent/2024. */
static void put_maildir_folder(struct buffer *folder, struct slice name)
{
    for (size_t i = 1; i < name.len; i++)
        buffer_put_byte(folder, name.ptr[i] == '.' ? '/' : name.ptr[i]);
}

/* "Archive.sbd/2024" of Thunderbird is the folder Archive/2024. */
static void put_plain_folder(struct buffer *folder, struct slice path)
{
    while (path.len > 0) {
        size_t slash = slice_find_byte(path, 0, '/');
        struct slice name = slice_sub(path, 0, slash == SLICE_NONE ? path.len : slash);
        path = slice_skip(path, slash == SLICE_NONE ? path.len : slash + 1);
        if (slice_ends_with_nocase(name, ".sbd"))
            name.len -= 4;
        if (folder->len && name.len)
            buffer_put_byte(folder, '/');
        buffer_put(folder, name);
    }
}

static bool is_one_of(struct slice name, const char *const *names)
{
    for (; *names; names++)
        if (slice_is_equal_nocase(name, slice_str(*names)))
            return true;
    return false;
}

/* Where the part of PATH that ends in a folder called "Maildir" ends, or SLICE_NONE: what comes after it are mail folders (Dovecot's layout "fs"). */
static size_t find_maildir(struct slice path)
{
    static const char *const names[] = { "maildir", ".maildir", NULL };
    for (struct slice rest = path; rest.len > 0; rest = origin_parent(rest))
        if (is_one_of(origin_last_name(rest), names))
            return rest.len;
    return SLICE_NONE;
}

/* PLACE holds cur, new and tmp. Appends the folder; returns the owner. */
static struct slice describe_maildir(struct slice place, struct buffer *folder)
{
    static const char *const homes[] = { "maildir", ".maildir", "mail", NULL };
    struct slice name = origin_last_name(place);
    size_t home = find_maildir(place);
    if (name.len > 1 && name.ptr[0] == '.' && name.ptr[1] != '.' && home != place.len) {
        put_maildir_folder(folder, name);
        place = origin_parent(place);
    } else if (home != SLICE_NONE && home < place.len) {
        buffer_put(folder, slice_skip(place, home + 1));
        place = slice_sub(place, 0, home);
    } else {
        buffer_put_str(folder, "Inbox");
    }
    if (is_one_of(origin_last_name(place), homes) && origin_last_name(origin_parent(place)).len > 0)
        place = origin_parent(place);
    return origin_last_name(place);
}

/* Dovecot's layouts: "mailboxes/Ops/Keys/dbox-Mails/u.3" is a message of the folder Ops/Keys, "storage/m.7" holds messages of any. */
static bool is_dbox(struct slice place)
{
    return slice_is_equal(origin_last_name(place), slice_str("dbox-Mails")) ||
           slice_is_equal(origin_last_name(place), slice_str("storage"));
}

bool origin_is_dbox_file(struct slice path)
{
    struct slice name = origin_last_name(path);
    bool is_numbered = slice_starts_with(name, "u.") || slice_starts_with(name, "m.");
    uint64_t number;
    return is_numbered && slice_to_u64(slice_skip(name, 2), &number) == 0 && is_dbox(origin_parent(path));
}

/* PLACE holds the files of a dbox. Appends the folder; returns the owner. */
static struct slice describe_dbox(struct slice place, struct buffer *folder)
{
    static const char *const homes[] = { "sdbox", "mdbox", "dbox", "mail", NULL };
    struct slice home = origin_parent(place), boxes = home;
    while (slice_is_equal(origin_last_name(place), slice_str("dbox-Mails")) && boxes.len > 0 &&
           !slice_is_equal(origin_last_name(boxes), slice_str("mailboxes")))
        boxes = origin_parent(boxes);
    if (slice_is_equal(origin_last_name(boxes), slice_str("mailboxes"))) {
        buffer_put(folder, slice_skip(home, boxes.len + 1));
        home = origin_parent(boxes);
    }
    if (is_one_of(origin_last_name(home), homes) && origin_last_name(origin_parent(home)).len > 0)
        home = origin_parent(home);
    return origin_last_name(home);
}

void origin_describe(struct slice root, struct slice below, struct buffer *folder, struct buffer *custodian)
{
    struct buffer path;
    buffer_init(&path, 64 * 1024);
    while (root.len > 1 && root.ptr[root.len - 1] == '/')
        root.len--;
    buffer_put(&path, root);
    buffer_put_str(&path, "/");
    buffer_put(&path, below);
    struct slice box = origin_parent(buffer_slice(&path)), place = origin_parent(below),
                 owner = origin_last_name(root);
    if (origin_is_maildir_box(origin_last_name(box)))
        owner = describe_maildir(origin_parent(box), folder);
    else if (origin_is_dbox_file(buffer_slice(&path)))
        owner = describe_dbox(box, folder);
    else if (slice_ends_with_nocase(place, ".sbd"))
        put_plain_folder(folder, below);
    else
        put_plain_folder(folder, place);
    if (!slice_is_equal(owner, slice_str(".")) && !slice_is_equal(owner, slice_str("..")))
        buffer_put(custodian, owner);
    buffer_release(&path);
}
