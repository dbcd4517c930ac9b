/* olm.c - an archive of Outlook for Mac (.olm): a zip of XML files, its items and what is attached to them. */
#include "walk/olm.h"

#include <stdlib.h>

#include "base/sort.h"
#include "base/utf8.h"
#include "walk/hold.h"
#include "walk/part.h"

#define NAMES_MAX ((size_t)4 * 1024 * 1024)
#define ATTACHMENTS "com.microsoft.__Attachments/"
#define MESSAGES "com.microsoft.__Messages/"

/* A member by the hash of its name. */
struct olm_place {
    uint64_t hash, at; /* of its directory entry */
    bool is_given;
};

enum olm_stage { OLM_MEMBERS, OLM_LOOSE, OLM_NAMES, OLM_FRONT, OLM_REST, OLM_DONE };

struct olm {
    struct zip zip;
    const struct limits *limits;
    struct olm_place *places; /* sorted by hash */
    size_t count;
    uint64_t first; /* where the first member begins */
    enum olm_stage stage;
    uint64_t at;         /* the directory entry to come */
    struct arena *arena; /* of the member at work */
    struct arena_mark empty;
    struct zip_entry entry;
    struct olm_reader reader;
    bool is_reading;
    struct buffer names;
    struct slice folder; /* noted last; in `folders` */
    struct buffer folders;
};

/* The index. */

static uint64_t hash_of(struct slice name)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < name.len; i++)
        hash = (hash ^ name.ptr[i]) * UINT64_C(1099511628211);
    return hash;
}

static int compare_places(const void *a, const void *b)
{
    const struct olm_place *one = a, *other = b;
    if (one->hash != other->hash)
        return one->hash < other->hash ? -1 : 1;
    return one->at < other->at ? -1 : one->at > other->at;
}

/* The first of the places that have HASH, or NULL. */
static struct olm_place *first_place(const struct olm *olm, uint64_t hash)
{
    size_t low = 0, high = olm->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (olm->places[middle].hash < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low < olm->count && olm->places[low].hash == hash ? &olm->places[low] : NULL;
}

bool olm_find(struct olm *olm, struct slice name, struct arena *arena, struct zip_entry *entry)
{
    while (name.len > 0 && name.ptr[0] == '/')
        name = slice_skip(name, 1);
    struct olm_place *place = first_place(olm, hash_of(name));
    /* Names of one hash but other bytes are made by somebody: the first is looked at. */
    if (!place)
        return false;
    uint64_t at = place->at;
    if (zip_next(&olm->zip, &at, arena, entry) != 1 || !slice_is_equal(entry->name, name))
        return false;
    place->is_given = true;
    return true;
}

struct source *olm_source(struct olm *olm, const struct zip_entry *entry, struct arena *arena)
{
    return zip_source(&olm->zip, entry, arena, olm->limits);
}

static bool is_within(struct slice name, const char *folder)
{
    return slice_find(name, 0, slice_str(folder)) != SLICE_NONE;
}

static bool is_account_folder(struct slice name)
{
    return slice_starts_with(name, "Local/") || slice_starts_with(name, "Accounts/");
}

/* Read the whole directory. False where it is damaged, too long, or not that of an OLM. */
static bool read_index(struct olm *olm, uint64_t most)
{
    struct arena_mark mark = arena_mark(olm->arena);
    struct zip_entry entry;
    uint64_t at = olm->zip.directory, start = at, most_by_size = (olm->zip.directory_end - at) / 46;
    bool is_olm = false;
    olm->first = olm->zip.directory - olm->zip.shift;
    int got = 1;
    most = most < most_by_size ? most : most_by_size;
    olm->places = malloc((size_t)(most + 1) * sizeof *olm->places);
    while (olm->places && olm->count <= most && (got = zip_next(&olm->zip, &at, olm->arena, &entry)) == 1) {
        olm->places[olm->count++] = (struct olm_place){ hash_of(entry.name), start, false };
        is_olm |= is_within(entry.name, MESSAGES) ||
                  (is_account_folder(entry.name) && slice_ends_with_nocase(entry.name, ".xml"));
        if (entry.header < olm->first)
            olm->first = entry.header;
        arena_rewind(olm->arena, mark);
        start = at;
    }
    arena_rewind(olm->arena, mark);
    sort_items(olm->places, olm->count, sizeof *olm->places, compare_places);
    return got == 0 && is_olm;
}

/* Names. */

static struct slice folder_of(struct slice name)
{
    size_t slash = 0;
    for (size_t at = 0; (at = slice_find_byte(name, at, '/')) != SLICE_NONE; at++)
        slash = at;
    return slice_sub(name, 0, slash);
}

static void note_name(struct olm *olm, struct slice name)
{
    buffer_put(&olm->names, name);
    buffer_put_byte(&olm->names, '\n');
}

/* Each folder once as its members come; messages have names that say nothing. */
static void note_folder(struct olm *olm, struct slice name)
{
    struct slice folder = folder_of(name);
    if (folder.len == 0 || slice_is_equal(folder, buffer_slice(&olm->folders)))
        return;
    buffer_clear(&olm->folders);
    buffer_put(&olm->folders, folder);
    note_name(olm, folder);
}

/* What a name tells of its items: "Accounts/ADDRESS/…/FOLDER/message_00000.xml". */
static struct envelope *envelope_of(const struct walk *walk, struct arena *arena, struct slice name)
{
    static const struct slice words = { (const unsigned char *)MESSAGES, sizeof MESSAGES - 1 };
    struct envelope *envelope = arena_alloc(arena, sizeof *envelope);
    *envelope = (struct envelope){ .date = ENVELOPE_NO_DATE };
    if (walk->item->envelope)
        envelope->custodian = walk->item->envelope->custodian;
    bool is_labelled = walk->item->envelope && walk->item->envelope->is_custodian_labelled;
    struct slice folder = folder_of(name);
    size_t from = slice_starts_with(folder, "Accounts/") ? sizeof "Accounts/" - 1 : 0;
    size_t end = from ? slice_find_byte(folder, from, '/') : SLICE_NONE;
    if (end != SLICE_NONE && !is_labelled)
        envelope->custodian = slice_sub(folder, from, end - from);
    folder = end != SLICE_NONE                     ? slice_skip(folder, end + 1)
             : slice_starts_with(folder, "Local/") ? slice_skip(folder, sizeof "Local/" - 1)
                                                   : folder;
    if (slice_starts_with(folder, MESSAGES))
        folder = slice_skip(folder, words.len);
    envelope->folder = utf8_is_valid(folder) ? folder : slice_of(NULL, 0);
    envelope->folder_role = envelope_folder_role(envelope->folder);
    return envelope;
}

/* Children. */

static int give_refused(struct item *child, enum gap_kind kind, const char *reason, uint64_t bytes)
{
    struct gap *gap = arena_alloc(child->arena, sizeof *gap);
    *gap = (struct gap){ kind, GAP_STANDS_FOR_LEAF, slice_str(reason), bytes, NULL };
    child->refused = gap;
    child->source = NULL;
    return 1;
}

static int give_member(struct walk *walk, struct olm *olm, struct item *child)
{
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = arena_copy(child->arena, olm->entry.name);
    child->envelope = envelope_of(walk, child->arena, child->name);
    if (zip_is_encrypted(&olm->entry))
        return give_refused(child, GAP_ENCRYPTED, "zip member needs a password", olm->entry.packed);
    child->source = olm_source(olm, &olm->entry, child->arena);
    if (!child->source)
        return give_refused(child, GAP_DAMAGED, "the member cannot be unpacked", olm->entry.packed);
    return 1;
}

static int give_item(struct walk *walk, struct olm *olm, struct item *child)
{
    struct olm_reader *reader = &olm->reader;
    struct slice name = olm->entry.name;
    reader->item.olm = olm;
    reader->item.entry = olm->entry;
    child->kind = ITEM_MEMBER;
    child->name = reader->items == 1
                      ? name
                      : arena_printf(child->arena, "%.*s %llu", (int)name.len, (const char *)name.ptr,
                                     (unsigned long long)reader->items);
    child->envelope = envelope_of(walk, child->arena, name);
    child->opener = &format_olm_item;
    child->node = &reader->item;
    return 1;
}

/* What stood outside of items. */
static void take_stray(struct olm *olm)
{
    struct buffer *stray = &olm->reader.stray;
    if (stray->len > 0)
        note_name(olm, buffer_slice(stray));
    buffer_clear(stray);
}

/* The next item of the XML file at work. 0 at its end. A file that holds none is a member like any other. */
static int next_item(struct walk *walk, struct olm *olm, struct item *child)
{
    struct error err = { 0 };
    int got = olm_reader_next(&olm->reader, &err);
    if (got >= 0)
        take_stray(olm);
    if (got == 1)
        return give_item(walk, olm, child);
    olm->is_reading = false;
    if (got == 0) {
        source_drain(olm->reader.source);
        if (olm->reader.source->has_failed)
            walk_gap(walk, walk->item, gap_kind_of_error(olm->reader.source->failure.kind),
                     GAP_STANDS_FOR_REST, olm->reader.source->failure.limit, "'%.*s': %s",
                     (int)olm->entry.name.len, (const char *)olm->entry.name.ptr,
                     olm->reader.source->failure.message);
        return 0;
    }
    if (err.kind != ERROR_UNSUPPORTED)
        walk_gap(walk, walk->item, gap_kind_of_error(err.kind), GAP_STANDS_FOR_REST, NULL,
                 "'%.*s': %s; scanned as it stands", (int)olm->entry.name.len,
                 (const char *)olm->entry.name.ptr, err.message);
    return give_member(walk, olm, child);
}

static bool is_folder(struct slice name)
{
    return name.len > 0 && name.ptr[name.len - 1] == '/';
}

/* The next directory entry into olm->entry. */
static int next_entry(struct olm *olm, uint64_t *start)
{
    arena_rewind(olm->arena, olm->empty);
    *start = olm->at;
    return zip_next(&olm->zip, &olm->at, olm->arena, &olm->entry);
}

static int next_member(struct walk *walk, struct olm *olm, struct item *child)
{
    uint64_t start;
    while (olm->is_reading || next_entry(olm, &start) == 1) {
        struct slice name = olm->entry.name;
        if (!olm->is_reading) {
            note_folder(olm, name);
            if (is_folder(name) || is_within(name, ATTACHMENTS))
                continue;
            struct source *source =
                slice_ends_with_nocase(name, ".xml") ? olm_source(olm, &olm->entry, olm->arena) : NULL;
            if (!source) {
                note_name(olm, name);
                return give_member(walk, olm, child);
            }
            olm_reader_open(&olm->reader, source);
            olm->is_reading = true;
        }
        if (next_item(walk, olm, child) == 1)
            return 1;
    }
    olm->at = olm->zip.directory;
    return 0;
}

/* Attachments that no item named. */
static int next_loose(struct walk *walk, struct olm *olm, struct item *child)
{
    uint64_t start;
    while (next_entry(olm, &start) == 1) {
        struct slice name = olm->entry.name;
        if (is_folder(name) || !is_within(name, ATTACHMENTS))
            continue;
        const struct olm_place *place = first_place(olm, hash_of(name));
        while (place < olm->places + olm->count && place->at != start)
            place++;
        if (place == olm->places + olm->count || place->is_given)
            continue;
        note_name(olm, name);
        return give_member(walk, olm, child);
    }
    return 0;
}

static int give_names(struct walk *walk, struct olm *olm, struct item *child)
{
    uint64_t comment = olm->zip.end - olm->zip.comment_at;
    if (comment > 0)
        note_name(olm, part_read(child->arena, olm->zip.in, olm->zip.comment_at, (size_t)comment));
    if (olm->names.is_overfull)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "the names in the archive are longer than %zu bytes; the rest was not scanned", NAMES_MAX);
    if (olm->names.len == 0)
        return 0;
    child->kind = ITEM_REST;
    child->content = CONTENT_TEXT;
    child->name = slice_str("NAMES");
    child->source = source_from_memory(child->arena, buffer_slice(&olm->names));
    return 1;
}

/* What stands before the zip. */
static int give_front(struct olm *olm, struct item *child)
{
    uint64_t len = olm->zip.shift + olm->first;
    if (len == 0)
        return 0;
    child->kind = ITEM_REST;
    child->name = slice_str("FRONT");
    child->source = part_source(child->arena, olm->zip.in, 0, len);
    return 1;
}

static int give_rest(struct olm *olm, struct item *child)
{
    if (olm->zip.end >= olm->zip.in->size)
        return 0;
    child->kind = ITEM_REST;
    child->source = part_source(child->arena, olm->zip.in, olm->zip.end, UINT64_MAX);
    return 1;
}

static int take_stage(struct walk *walk, struct olm *olm, struct item *child)
{
    enum olm_stage stage = olm->stage;
    switch (stage) {
    case OLM_MEMBERS:
        return next_member(walk, olm, child);
    case OLM_LOOSE:
        return next_loose(walk, olm, child);
    case OLM_NAMES:
        olm->stage++;
        return give_names(walk, olm, child);
    case OLM_FRONT:
        olm->stage++;
        return give_front(olm, child);
    case OLM_REST:
        olm->stage++;
        return give_rest(olm, child);
    case OLM_DONE:
        break;
    }
    return 0;
}

/* The format. */

static void olm_release(void *ptr)
{
    struct olm *olm = ptr;
    olm_reader_release(&olm->reader);
    buffer_release(&olm->names);
    buffer_release(&olm->folders);
    arena_free(olm->arena);
    free(olm->places);
}

/* A zip whose directory cannot be read, or is another's: whoever reads any zip goes on with it. */
static int leave_to_archive(struct walk *walk, struct error *err)
{
    walk->state = NULL;
    walk->format = &format_archive;
    return walk->format->open(walk, err);
}

static int olm_open(struct walk *walk, struct error *err)
{
    const struct limits *limits = walk->env->limits;
    struct olm *olm = arena_alloc(walk->arena, sizeof *olm);
    struct error ignored = { 0 };
    bool is_inner = item_message(walk->item) != NULL;
    olm->limits = limits;
    olm->arena = arena_new(0);
    olm->empty = arena_mark(olm->arena);
    olm_reader_init(&olm->reader);
    buffer_init(&olm->names, NAMES_MAX);
    buffer_init(&olm->folders, NAMES_MAX);
    arena_defer(walk->arena, olm_release, olm);
    walk->item->source = hold_source(walk->item->arena, walk->item->source, walk->env, &ignored);
    if (!source_is_seekable(walk->item->source) || zip_open(&olm->zip, walk->item->source, &ignored) < 0 ||
        !read_index(olm, is_inner ? limits->inner_entries : limits->outer_entries))
        return leave_to_archive(walk, err);
    olm->at = olm->zip.directory;
    walk->state = olm;
    return 0;
}

/* All of the item was read. */
static void leave_source(struct source *source)
{
    source->ready = slice_of(NULL, 0);
    source->offset = source->size;
    source->is_at_end = true;
}

static int olm_next(struct walk *walk, struct item *child, struct error *err)
{
    struct olm *olm = walk->state;
    (void)err;
    while (olm->stage < OLM_DONE) {
        enum olm_stage stage = olm->stage;
        if (take_stage(walk, olm, child) == 1)
            return 1;
        if (olm->stage == stage)
            olm->stage++;
    }
    leave_source(olm->zip.in);
    return 0;
}

/* One of the first members has a name that only Outlook for Mac gives. */
static enum bid olm_probe(const struct item *item, struct slice head)
{
    static const struct slice mark = { (const unsigned char *)"PK\3\4", 4 };
    if (!slice_starts_with(head, "PK\3\4"))
        return BID_NONE;
    if (slice_ends_with_nocase(item->name, ".olm"))
        return BID_SIGNATURE;
    for (size_t at = 0; (at = slice_find(head, at, mark)) != SLICE_NONE; at++) {
        struct slice len_at = slice_skip(head, at + 26);
        uint16_t len;
        if (slice_eat_u16le(&len_at, &len) < 0)
            break;
        struct slice name = slice_sub(head, at + 30, len);
        if (is_within(name, MESSAGES) || is_within(name, ATTACHMENTS))
            return BID_SIGNATURE;
    }
    return BID_NONE;
}

const struct format format_olm = {
    .name = "olm",
    .title = "Outlook for Mac archive (OLM): mail, calendars, contacts, tasks, notes, and what is attached",
    .is_mailbox = true,
    .names_custodian = true,
    .probe = olm_probe,
    .open = olm_open,
    .next = olm_next,
};
