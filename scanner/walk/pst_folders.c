/* pst_folders.c - the folders of a PST: their names, paths and text, and what they say they hold. */
#include "walk/pst.h"

#include <stdlib.h>

#include "base/sort.h"

/* Folders in one another; a chain that is longer is a loop. */
#define DEPTH_MAX 256

/* Text of one folder, and of all, in bytes; names are kept whole. */
#define TEXT_MAX ((size_t)64 * 1024)
#define TEXTS_MAX ((size_t)32 * 1024 * 1024)

static bool is_folder_nid(uint32_t nid)
{
    return PST_NODE_TYPE(nid) == PST_FOLDER || PST_NODE_TYPE(nid) == PST_SEARCH_FOLDER;
}

/* The index, first time through: folders and what each view needs. */

static void add_folder(struct walk *walk, struct pst_folders *folders, const struct pst_entry *entry)
{
    if (folders->count == folders->capacity) {
        size_t capacity = folders->capacity ? 2 * folders->capacity : 64;
        struct pst_folder *wider = arena_alloc_array(walk->arena, capacity, sizeof *wider);
        if (folders->count > 0)
            memcpy(wider, folders->list, folders->count * sizeof *wider);
        folders->list = wider;
        folders->capacity = capacity;
    }
    folders->list[folders->count++] = (struct pst_folder){ .entry = *entry };
}

/* A folder's tables follow it: they have its number and another type. */
static void take_table(struct pst_folders *folders, const struct pst_entry *entry)
{
    struct pst_folder *last = folders->count > 0 ? &folders->list[folders->count - 1] : NULL;
    if (last && (last->entry.nid | PST_NODE_TYPE_MASK) == (entry->nid | PST_NODE_TYPE_MASK))
        last->hidden_table = *entry;
}

static void take_entry(struct walk *walk, struct pst_folders *folders, const struct pst_entry *entry)
{
    bool is_fixed =
        entry->nid == PST_NODE_STORE || entry->nid == PST_NODE_NAMES || entry->nid == PST_NODE_ROOT_FOLDER;
    if (is_fixed && folders->fixed_count < sizeof folders->fixed / sizeof *folders->fixed)
        folders->fixed[folders->fixed_count++] = *entry;
    if (is_folder_nid(entry->nid))
        add_folder(walk, folders, entry);
    else if (PST_NODE_TYPE(entry->nid) == PST_HIDDEN_TABLE)
        take_table(folders, entry);
}

static int read_index(struct walk *walk, struct pst_file *pst, struct pst_folders *folders, struct error *err)
{
    struct pst_cursor *cursor = arena_alloc(walk->arena, sizeof *cursor);
    struct pst_entry entry;
    uint32_t last = 0;
    pst_cursor_begin(cursor, &pst->index);
    while (pst_cursor_next(cursor, &pst->index, &entry) == 1) {
        folders->nodes++;
        if (entry.nid <= last && folders->nodes > 1)
            continue; /* in a sound index ids go up */
        last = entry.nid;
        if (folders->count >= walk->env->limits->outer_entries)
            return error_set_limit(err, "outer-entries", "mailbox has more than %zu folders", folders->count);
        take_entry(walk, folders, &entry);
    }
    folders->lost = cursor->lost;
    if (folders->nodes == 0)
        return error_set(err, ERROR_FORMAT, "the index of the mailbox cannot be read");
    return 0;
}

static int compare_folders(const void *a, const void *b)
{
    const struct pst_folder *left = a, *right = b;
    return left->entry.nid < right->entry.nid ? -1 : left->entry.nid > right->entry.nid;
}

struct pst_folder *pst_folders_find(const struct pst_folders *folders, uint32_t nid)
{
    const struct pst_folder key = { .entry = { .nid = nid } };
    return sort_find(&key, folders->list, folders->count, sizeof *folders->list, compare_folders);
}

/* Views. */

static int compare_entries(const void *a, const void *b)
{
    const struct pst_entry *left = a, *right = b;
    return left->nid < right->nid ? -1 : left->nid > right->nid;
}

int pst_folders_show(struct pst_file *pst, const struct pst_folders *folders, struct pst_entry *entries,
                     size_t count)
{
    struct pst_entry shown[PST_VIEW_MAX];
    size_t some = 0;
    for (size_t i = 0; i < folders->fixed_count; i++)
        shown[some++] = folders->fixed[i];
    for (size_t i = 0; i < count && i < PST_CHUNK; i++)
        if (entries[i].nid != PST_NODE_ROOT_FOLDER)
            shown[some++] = entries[i];
    sort_items(shown, some, sizeof *shown, compare_entries);
    return pst_file_show(pst, shown, some);
}

/* The store: whose mailbox it is. */

/* What Outlook calls every new data file says nothing about whose it is. */
static bool is_default_name(struct slice name)
{
    static const char *const names[] = {
        "personal folders",
        "outlook data file",
        "persönliche ordner",
        "outlook-datendatei",
        "dossiers personnels",
        "carpetas personales",
        "cartelle personali",
        "persoonlijke mappen",
        "archive folders",
        "archivordner",
        "outlook",
        "internet folders",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (slice_is_equal_nocase(name, slice_str(names[i])))
            return true;
    return name.len == 0;
}

/* All text of BAG, a property a line. Lives in the bag's arena. */
static struct slice text_of(struct pst_folders *folders, const struct mapi_bag *bag)
{
    struct buffer text;
    if (folders->text_len > TEXTS_MAX)
        return slice_of(NULL, 0);
    buffer_init(&text, TEXT_MAX);
    for (size_t i = 0; i < bag->count; i++) {
        char room[MAPI_LABEL_MAX];
        struct slice value = mapi_text(bag, &bag->list[i]);
        if (value.len == 0)
            continue;
        buffer_put(&text, mapi_label(&bag->list[i], room));
        buffer_put_str(&text, ": ");
        buffer_put(&text, value);
        buffer_put_byte(&text, '\n');
    }
    struct slice all = arena_copy(bag->arena, buffer_slice(&text));
    folders->text_len += all.len;
    buffer_release(&text);
    return all;
}

static void take_store(struct walk *walk, struct pst_folders *folders, const struct mapi_bag *bag,
                       struct envelope *top)
{
    const struct mapi_property *subtree = mapi_find(bag, PST_IPM_SUBTREE);
    struct item *item = walk->item;
    struct slice name = slice_trim(mapi_get_text(bag, MAPI_DISPLAY_NAME));
    /* MS-PST section 2.4.3.2: the last four bytes of an entry id are the node's. */
    if (subtree && subtree->value.len == 24) {
        struct slice rest = slice_skip(subtree->value, 20);
        slice_eat_u32le(&rest, &folders->ipm_subtree);
    }
    if (!is_default_name(name) && !top->is_custodian_labelled && !item_message(item))
        top->custodian = name;
    if (!item->parent)
        item->envelope->custodian = arena_copy(item->arena, top->custodian);
    if (mapi_get_int(bag, PST_PASSWORD, 0) != 0)
        item->note =
            slice_str("asks for a password when Outlook opens it; nothing in it is encrypted with that");
    folders->store_text = text_of(folders, bag);
}

static void read_store(struct walk *walk, struct pst_file *pst, struct pst_folders *folders,
                       struct envelope *top)
{
    struct mapi_bag bag;
    libpff_item_t *store = NULL;
    unsigned failed = 0;
    if (pst_folders_show(pst, folders, NULL, 0) < 0 ||
        libpff_file_get_message_store(pst->file, &store, NULL) != 1)
        return;
    mapi_bag_init(&bag, walk->arena, pst->codepage);
    if (pst_read_bag(store, 0, &bag, &failed) == 0)
        take_store(walk, folders, &bag, top);
    libpff_item_free(&store, NULL);
}

/* Folders. */

static void read_folder(struct walk *walk, struct pst_file *pst, struct pst_folders *folders,
                        struct pst_folder *folder)
{
    struct mapi_bag bag;
    libpff_item_t *item = NULL;
    struct arena *arena = arena_new(0);
    unsigned failed = 0;
    mapi_bag_init(&bag, arena, pst->codepage);
    if (pst->file && libpff_file_get_item_by_identifier(pst->file, folder->entry.nid, &item, NULL) == 1 &&
        pst_read_bag(item, 0, &bag, &failed) == 0) {
        folder->name = arena_copy(walk->arena, slice_trim(mapi_get_text(&bag, MAPI_DISPLAY_NAME)));
        folder->text = arena_copy(walk->arena, text_of(folders, &bag));
        folder->said = mapi_get_int(&bag, PST_CONTENT_COUNT, 0);
        folder->said_hidden = mapi_get_int(&bag, PST_HIDDEN_COUNT, 0);
    }
    if (item)
        libpff_item_free(&item, NULL);
    arena_free(arena);
}

static void read_folders(struct walk *walk, struct pst_file *pst, struct pst_folders *folders)
{
    struct pst_entry *entries = arena_alloc_array(walk->arena, PST_CHUNK, sizeof *entries);
    for (size_t at = 0; at < folders->count; at += PST_CHUNK) {
        size_t some = folders->count - at < PST_CHUNK ? folders->count - at : PST_CHUNK;
        for (size_t i = 0; i < some; i++)
            entries[i] = folders->list[at + i].entry;
        pst_folders_show(pst, folders, entries, some);
        for (size_t i = 0; i < some; i++)
            read_folder(walk, pst, folders, &folders->list[at + i]);
    }
}

struct envelope *pst_folder_envelope(struct walk *walk, const struct envelope *outer, struct slice name)
{
    struct envelope *envelope = arena_alloc(walk->arena, sizeof *envelope);
    *envelope = *outer;
    envelope->complete = NULL;
    envelope->folder = outer->folder.len ? arena_printf(walk->arena, "%.*s/%.*s", (int)outer->folder.len,
                                                        (const char *)outer->folder.ptr, (int)name.len,
                                                        (const char *)name.ptr)
                                         : arena_copy(walk->arena, name);
    envelope->folder_role = envelope_folder_role(envelope->folder);
    return envelope;
}

/* The path of folders begins below the one that people see as the mailbox; folders beside that one are named from the root. */
static bool is_top(const struct pst_folders *folders, const struct pst_folder *folder)
{
    return folder->entry.nid == PST_NODE_ROOT_FOLDER || folder->entry.nid == folders->ipm_subtree;
}

/* Give FOLDER and those around it their envelopes, outermost first. */
static void place_folder(struct walk *walk, struct pst_folders *folders, struct pst_folder *folder,
                         struct envelope *top)
{
    struct pst_folder *chain[DEPTH_MAX];
    size_t depth = 0;
    for (; folder && !folder->envelope && depth < DEPTH_MAX;
         folder = pst_folders_find(folders, folder->entry.parent))
        chain[depth++] = folder;
    struct envelope *outer = folder && folder->envelope ? folder->envelope : top;
    while (depth > 0) {
        struct pst_folder *next = chain[--depth];
        struct slice name = next->name.len ? next->name : arena_printf(walk->arena, "%x", next->entry.nid);
        /* The root folder is its own parent. */
        if (!next->envelope)
            next->envelope = is_top(folders, next) ? top : pst_folder_envelope(walk, outer, name);
        outer = next->envelope;
    }
}

int pst_folders_read(struct walk *walk, struct pst_file *pst, struct pst_folders *folders,
                     struct envelope *top, struct error *err)
{
    if (read_index(walk, pst, folders, err) < 0)
        return -1;
    read_store(walk, pst, folders, top);
    read_folders(walk, pst, folders);
    for (size_t i = 0; i < folders->count; i++)
        place_folder(walk, folders, &folders->list[i], top);
    return 0;
}

/* Counts. */

/* How many hidden items the folder's table lists: its own count is the mailbox's that it was exported from. */
static int64_t listed_hidden(struct pst_file *pst, struct pst_folders *folders, struct pst_folder *folder)
{
    libpff_item_t *table = NULL;
    int rows = 0;
    if (folder->hidden_table.nid == 0 || pst_folders_show(pst, folders, &folder->hidden_table, 1) < 0)
        return 0;
    if (libpff_file_get_item_by_identifier(pst->file, folder->hidden_table.nid, &table, NULL) == 1)
        rows = pst_set_count(table);
    if (table)
        libpff_item_free(&table, NULL);
    return rows;
}

static void tell_missing(struct walk *walk, const struct pst_folder *folder, int64_t said, int64_t found,
                         const char *what)
{
    struct item item = { .parent = walk->item, .kind = ITEM_MESSAGE, .arena = walk->arena };
    item.ordinal = folder->entry.nid;
    item.envelope = folder->envelope;
    walk_gap(walk, &item, GAP_MISSING, GAP_STANDS_FOR_REST, NULL,
             "the folder says it holds %lld %s; %lld are in the file", (long long)said, what,
             (long long)found);
}

void pst_folders_reconcile(struct walk *walk, struct pst_file *pst, struct pst_folders *folders)
{
    for (size_t i = 0; i < folders->count; i++) {
        struct pst_folder *folder = &folders->list[i];
        int64_t hidden = folder->said_hidden;
        if (PST_NODE_TYPE(folder->entry.nid) != PST_FOLDER)
            continue; /* a search's results lie elsewhere */
        if (folder->said > folder->found)
            tell_missing(walk, folder, folder->said, folder->found, "items");
        if (hidden > folder->found_hidden)
            hidden = listed_hidden(pst, folders, folder);
        if (hidden > folder->found_hidden)
            tell_missing(walk, folder, hidden, folder->found_hidden, "hidden items");
    }
}
