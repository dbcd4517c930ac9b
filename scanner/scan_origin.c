/* scan_origin.c - whose mail it is and in which folder it lay, where names alone tell: of an input, of a member of an archive. */
#include "item/origin.h"
#include "scan_parts.h"

/* Of a folder's name, and of an owner's, in bytes. */
#define ORIGIN_MOST ((size_t)64 * 1024)

/* "alice" of "mail/alice.mbox.gz". */
static struct slice stem_of(struct slice path)
{
    struct slice name = origin_last_name(path);
    size_t dot = slice_find_byte(name, 1, '.');
    return dot == SLICE_NONE ? name : slice_sub(name, 0, dot);
}

/* An input that is a mailbox or an archive names its custodian, unless a label did; one called "Inbox" names a folder. */
void scan_name_custodian(struct scan *scan, struct item *item)
{
    struct envelope *envelope = item->envelope;
    if (item->parent || scan->task->is_labelled || slice_is_equal(item->name, slice_str("-")))
        return;
    struct slice stem = stem_of(item->name);
    struct slice role = envelope_folder_role(stem);
    if (role.len == 0)
        envelope->custodian = stem;
    else if (envelope->folder.len == 0)
        envelope->folder = stem;
    envelope->folder_role = envelope_folder_role(envelope->folder);
}

/* Items whose name is part of a path: "new/1" rather than the "1" that "new/1.gz" holds. */
static struct slice member_path(const struct item *item)
{
    const struct item *named = item;
    while (slice_find_byte(named->name, 0, '/') == SLICE_NONE && named->parent &&
           named->parent->kind == ITEM_MEMBER && named->source)
        named = named->parent;
    struct slice path = slice_find_byte(named->name, 0, '/') == SLICE_NONE ? item->name : named->name;
    while (slice_starts_with(path, "./") || slice_starts_with(path, "/"))
        path = slice_skip(path, path.ptr[0] == '.' ? 2 : 1);
    return path;
}

/* Mail that lies in an archive which lies in no message: its path there tells what one on a disk does, unless its
 * container knows better. */
void scan_place_member(struct scan *scan, struct item *item, const struct format *format)
{
    struct buffer folder, owner;
    if (item->kind != ITEM_MEMBER || item_message(item->parent) ||
        !(format->is_message || format->is_mailbox) || item->envelope != item->parent->envelope)
        return;
    struct slice path = member_path(item);
    struct envelope *envelope = arena_alloc(item->arena, sizeof *envelope);
    *envelope = *item->envelope;
    buffer_init(&folder, ORIGIN_MOST);
    buffer_init(&owner, ORIGIN_MOST);
    origin_describe(envelope->custodian, path, &folder, &owner);
    if (folder.len > 0)
        envelope->folder = arena_copy(item->arena, buffer_slice(&folder));
    else if (!format->is_message && envelope_folder_role(stem_of(path)).len > 0)
        envelope->folder = arena_copy(item->arena, stem_of(path));
    if (!scan->task->is_labelled && owner.len > 0 &&
        !slice_is_equal(buffer_slice(&owner), origin_last_name(envelope->custodian)))
        envelope->custodian = arena_copy(item->arena, buffer_slice(&owner));
    envelope->folder_role = envelope_folder_role(envelope->folder);
    item->envelope = envelope;
    buffer_release(&folder);
    buffer_release(&owner);
}
