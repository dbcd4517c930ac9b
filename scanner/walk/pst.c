/* pst.c - PST and OST through libpff: every folder, hidden ones too, and every item in it, whatever its class.
 *
 * libpff makes a tree of all nodes by their parents; it is walked in order, so that an item is found even where no table names it. After it
 * come orphans (nodes without a parent) and what can be recovered of deleted ones. What folders say they hold is held against what was found.
 */
#include "walk/pst.h"

#include "walk/hold.h"

/* Folders in one another: libpff's own bound. */
#define DEPTH_MAX 256

#define TEXT_MAX ((size_t)1024 * 1024)

enum stage { STAGE_TREE, STAGE_ORPHANS, STAGE_RECOVERED, STAGE_DONE };

/* A folder, or another node with nodes below. */
struct frame {
    libpff_item_t *item;
    int count, next;
    uint32_t nid;
    struct envelope *envelope;
    struct arena_mark mark;   /* where the arena stood before it */
    int64_t messages, hidden; /* found */
    struct mapi_bag bag;
    bool is_told; /* its own text was given */
};

struct pst {
    struct pst_file file;
    bool is_open;
    enum stage stage;
    struct frame frames[DEPTH_MAX];
    unsigned depth;
    struct envelope *top;  /* of the whole mailbox */
    uint32_t ipm_subtree;  /* node of the folder whose folders people see; 0 if unknown */
    int loose, next_loose; /* orphans, or recovered items */
    uint64_t entries;

    libpff_item_t *child;
    struct pst_node node;
};

static uint32_t nid_of(libpff_item_t *item)
{
    uint32_t nid = 0;
    return libpff_item_get_identifier(item, &nid, NULL) == 1 ? nid : 0;
}

static bool is_message_nid(uint32_t nid)
{
    return PST_NODE_TYPE(nid) == PST_MESSAGE || PST_NODE_TYPE(nid) == PST_ASSOCIATED_MESSAGE;
}

static bool is_folder_nid(uint32_t nid)
{
    return PST_NODE_TYPE(nid) == PST_FOLDER || PST_NODE_TYPE(nid) == PST_SEARCH_FOLDER;
}

static int sub_count(libpff_item_t *item)
{
    int count = 0;
    return libpff_item_get_number_of_sub_items(item, &count, NULL) == 1 && count > 0 ? count : 0;
}

/* The message store: whose mailbox it is. */

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

static void take_store(struct walk *walk, const struct mapi_bag *bag)
{
    struct pst *pst = walk->state;
    const struct mapi_property *subtree = mapi_find(bag, PST_IPM_SUBTREE);
    struct slice name = slice_trim(mapi_get_text(bag, MAPI_DISPLAY_NAME));
    /* MS-PST section 2.4.3.2: the last four bytes of an entry id are the node's. */
    if (subtree && subtree->value.len == 24) {
        struct slice rest = slice_skip(subtree->value, 20);
        slice_eat_u32le(&rest, &pst->ipm_subtree);
    }
    if (!is_default_name(name) && !pst->top->is_custodian_labelled && !item_message(walk->item))
        pst->top->custodian = name;
    if (!walk->item->parent)
        walk->item->envelope->custodian = arena_copy(walk->item->arena, pst->top->custodian);
    if (mapi_get_int(bag, PST_PASSWORD, 0) != 0)
        walk->item->note =
            slice_str("asks for a password when Outlook opens it; nothing in it is encrypted with that");
}

static void read_store(struct walk *walk)
{
    struct pst *pst = walk->state;
    struct mapi_bag bag;
    libpff_item_t *store = NULL;
    unsigned failed = 0;
    if (libpff_file_get_message_store(pst->file.file, &store, NULL) != 1)
        return;
    mapi_bag_init(&bag, walk->arena, pst->file.codepage);
    if (pst_read_bag(store, 0, &bag, &failed) == 0)
        take_store(walk, &bag);
    libpff_item_free(&store, NULL);
}

/* Folders. */

static struct envelope *envelope_of(struct walk *walk, const struct envelope *outer, struct slice name)
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
static bool is_top(const struct pst *pst, uint32_t nid)
{
    return nid == PST_NODE_ROOT_FOLDER || nid == pst->ipm_subtree || !is_folder_nid(nid);
}

/* Takes ITEM. */
static void push_frame(struct walk *walk, libpff_item_t *item, uint32_t nid, struct envelope *outer)
{
    struct pst *pst = walk->state;
    unsigned failed = 0;
    if (pst->depth == DEPTH_MAX) {
        libpff_item_free(&item, NULL);
        return;
    }
    struct frame *frame = &pst->frames[pst->depth++];
    *frame = (struct frame){ .item = item, .nid = nid, .envelope = outer, .mark = arena_mark(walk->arena) };
    frame->count = sub_count(item);
    mapi_bag_init(&frame->bag, walk->arena, pst->file.codepage);
    if (is_folder_nid(nid) || nid == PST_NODE_STORE)
        pst_read_bag(item, 0, &frame->bag, &failed);
    if (!is_top(pst, nid)) {
        struct slice name = slice_trim(mapi_get_text(&frame->bag, MAPI_DISPLAY_NAME));
        frame->envelope = envelope_of(walk, outer, name.len ? name : arena_printf(walk->arena, "%x", nid));
    }
}

static void pop_frame(struct walk *walk)
{
    struct pst *pst = walk->state;
    struct frame *frame = &pst->frames[--pst->depth];
    libpff_item_free(&frame->item, NULL);
    arena_rewind(walk->arena, frame->mark);
}

/* The text of a folder or of the store: its name, a comment, what programs keep there. */
static bool give_text(struct walk *walk, struct item *child, const struct frame *frame)
{
    struct buffer text;
    buffer_init(&text, TEXT_MAX);
    for (size_t i = 0; i < frame->bag.count; i++) {
        char room[MAPI_LABEL_MAX];
        struct slice value = mapi_text(&frame->bag, &frame->bag.list[i]);
        if (value.len == 0)
            continue;
        buffer_put(&text, mapi_label(&frame->bag.list[i], room));
        buffer_put_str(&text, ": ");
        buffer_put(&text, value);
        buffer_put_byte(&text, '\n');
    }
    bool is_given = text.len > 0;
    if (is_given) {
        child->kind = ITEM_MESSAGE;
        child->ordinal = frame->nid;
        child->content = CONTENT_TEXT;
        child->charset = slice_str("utf-8");
        child->envelope = frame->envelope;
        child->source =
            source_from_memory(walk->child_arena, arena_copy(walk->child_arena, buffer_slice(&text)));
    }
    buffer_release(&text);
    return is_given;
}

/* How many hidden items the folder's table lists. Its own count (PidTagAssociatedContentCount) is the mailbox's that it was exported from. */
static int64_t listed_hidden(struct pst *pst, uint32_t nid)
{
    libpff_item_t *table = NULL;
    uint32_t table_nid = (nid & ~PST_NODE_TYPE_MASK) | PST_HIDDEN_TABLE;
    if (libpff_file_get_item_by_identifier(pst->file.file, table_nid, &table, NULL) != 1)
        return 0;
    int rows = pst_set_count(table);
    libpff_item_free(&table, NULL);
    return rows;
}

static void tell_missing(struct walk *walk, const struct frame *frame, int64_t said, int64_t found,
                         const char *what)
{
    struct item folder = {
        .parent = walk->item, .kind = ITEM_MESSAGE, .ordinal = frame->nid, .arena = walk->arena
    };
    folder.envelope = frame->envelope;
    walk_gap(walk, &folder, GAP_MISSING, GAP_STANDS_FOR_REST, NULL,
             "the folder says it holds %lld %s; %lld are in the file", (long long)said, what,
             (long long)found);
}

/* What the folder says it holds against what was found. A search's results lie elsewhere; a deleted folder's items may live on. */
static void reconcile(struct walk *walk, const struct frame *frame)
{
    struct pst *pst = walk->state;
    int64_t messages = mapi_get_int(&frame->bag, PST_CONTENT_COUNT, 0);
    int64_t hidden = mapi_get_int(&frame->bag, PST_HIDDEN_COUNT, 0);
    if (PST_NODE_TYPE(frame->nid) != PST_FOLDER || pst->stage == STAGE_RECOVERED)
        return;
    if (messages > frame->messages)
        tell_missing(walk, frame, messages, frame->messages, "items");
    if (hidden > frame->hidden)
        hidden = listed_hidden(pst, frame->nid);
    if (hidden > frame->hidden)
        tell_missing(walk, frame, hidden, frame->hidden, "hidden items");
}

/* Items. */

static int check_entries(struct walk *walk, struct error *err)
{
    struct pst *pst = walk->state;
    bool is_inner = item_message(walk->item) != NULL;
    uint64_t most = is_inner ? walk->env->limits->inner_entries : walk->env->limits->outer_entries;
    if (pst->entries++ < most)
        return 0;
    return error_set_limit(err, is_inner ? "inner-entries" : "outer-entries",
                           "mailbox holds more than %llu items", (unsigned long long)most);
}

static int give_refused(struct item *child, uint32_t nid, struct envelope *envelope, const char *reason)
{
    struct gap *gap = arena_alloc(child->arena, sizeof *gap);
    *gap = (struct gap){ GAP_DAMAGED, GAP_STANDS_FOR_LEAF, slice_str(reason), GAP_BYTES_UNKNOWN, NULL };
    child->kind = ITEM_MESSAGE;
    child->ordinal = nid;
    child->envelope = envelope;
    child->refused = gap;
    return 1;
}

/* ITEM is pst->child. */
static int give_message(struct walk *walk, struct item *child, uint32_t nid, struct envelope *envelope,
                        struct error *err)
{
    struct pst *pst = walk->state;
    if (check_entries(walk, err) < 0)
        return -1;
    pst->node = (struct pst_node){ &pst->file, pst->child };
    child->kind = ITEM_MESSAGE;
    child->ordinal = nid;
    child->envelope = envelope;
    child->opener = &format_pst_message;
    child->node = &pst->node;
    return 1;
}

/* The next node of the top frame. 1: CHILD is filled; 0: go on. */
static int step_frame(struct walk *walk, struct item *child, struct error *err)
{
    struct pst *pst = walk->state;
    struct frame *frame = &pst->frames[pst->depth - 1];
    libpff_item_t *item = NULL;
    if (!frame->is_told) {
        frame->is_told = true;
        return give_text(walk, child, frame);
    }
    if (frame->next == frame->count) {
        reconcile(walk, frame);
        pop_frame(walk);
        return 0;
    }
    if (libpff_item_get_sub_item(frame->item, frame->next++, &item, NULL) != 1)
        return give_refused(child, frame->nid, frame->envelope, "an item of the folder cannot be read");
    uint32_t nid = nid_of(item);
    if (is_message_nid(nid)) {
        *(PST_NODE_TYPE(nid) == PST_MESSAGE ? &frame->messages : &frame->hidden) += 1;
        pst->child = item;
        return give_message(walk, child, nid, frame->envelope, err);
    }
    if (is_folder_nid(nid) || nid == PST_NODE_STORE || sub_count(item) > 0)
        push_frame(walk, item, nid, frame->envelope);
    else
        libpff_item_free(&item, NULL);
    return 0;
}

/* Orphans and recovered items. */

static void begin_loose(struct walk *walk)
{
    struct pst *pst = walk->state;
    pst->stage++;
    pst->loose = pst->next_loose = 0;
    if (pst->stage == STAGE_ORPHANS) {
        (void)libpff_file_get_number_of_orphan_items(pst->file.file, &pst->loose, NULL);
    } else if (pst->stage == STAGE_RECOVERED) {
        if (libpff_file_recover_items(pst->file.file, 0, NULL) != 1 ||
            libpff_file_get_number_of_recovered_items(pst->file.file, &pst->loose, NULL) != 1)
            walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
                     "deleted items cannot be looked for");
    }
}

static int get_loose(struct pst *pst, libpff_item_t **item)
{
    if (pst->stage == STAGE_ORPHANS)
        return libpff_file_get_orphan_item_by_index(pst->file.file, pst->next_loose++, item, NULL);
    return libpff_file_get_recovered_item_by_index(pst->file.file, pst->next_loose++, item, NULL);
}

static int step_loose(struct walk *walk, struct item *child, struct error *err)
{
    struct pst *pst = walk->state;
    libpff_item_t *item = NULL;
    bool is_orphan = pst->stage == STAGE_ORPHANS;
    if (pst->next_loose >= pst->loose) {
        begin_loose(walk);
        return 0;
    }
    const char *lost = is_orphan ? "an orphaned item cannot be read" : "a deleted item is no longer whole";
    struct envelope *envelope =
        envelope_of(walk, pst->top, slice_str(is_orphan ? "[orphaned]" : "[recovered]"));
    if (get_loose(pst, &item) != 1)
        return give_refused(child, 0, envelope, lost);
    uint32_t nid = nid_of(item);
    if (!is_message_nid(nid)) {
        push_frame(walk, item, nid, envelope);
        return 0;
    }
    pst->child = item;
    if (pst_set_count(item) > 0)
        return give_message(walk, child, nid, envelope, err);
    return give_refused(child, nid, envelope, lost);
}

/* The format. */

static enum bid pst_probe(const struct item *item, struct slice head)
{
    (void)item;
    /* MS-PST section 2.2.2.6: "!BDN", and the client that it is for: Personal Store, or Offline Store. */
    if (head.len < 512 || !slice_starts_with(head, "!BDN"))
        return BID_NONE;
    return head.ptr[8] == 'S' && (head.ptr[9] == 'M' || head.ptr[9] == 'O') ? BID_SIGNATURE : BID_NONE;
}

static int pst_open(struct walk *walk, struct error *err)
{
    struct pst *pst = arena_alloc(walk->arena, sizeof *pst);
    struct item *item = walk->item;
    struct error why = { 0 };
    libpff_item_t *root = NULL;
    struct source *in = hold_source(walk->arena, item->source, walk->env, &why);
    walk->state = pst;
    if (!source_is_seekable(in)) {
        item->source = in;
        *err = why;
        return -1;
    }
    pst->is_open = true;
    pst->top = arena_alloc(walk->arena, sizeof *pst->top);
    *pst->top = *item->envelope;
    if (pst_file_open(&pst->file, in, err) < 0)
        return -1;
    read_store(walk);
    if (libpff_file_get_root_item(pst->file.file, &root, NULL) != 1)
        return error_set(err, ERROR_FORMAT, "the mailbox has no root folder");
    push_frame(walk, root, 0, pst->top);
    return 0;
}

static int pst_next(struct walk *walk, struct item *child, struct error *err)
{
    struct pst *pst = walk->state;
    int got = 0;
    if (pst->child)
        libpff_item_free(&pst->child, NULL);
    pst_file_refresh(&pst->file);
    while (got == 0 && (pst->depth > 0 || pst->stage != STAGE_DONE)) {
        if (pst->depth > 0)
            got = step_frame(walk, child, err);
        else if (pst->stage == STAGE_TREE)
            begin_loose(walk);
        else
            got = step_loose(walk, child, err);
    }
    if (got == 0)
        source_drain(walk->item->source);
    return got;
}

static void pst_close(struct walk *walk)
{
    struct pst *pst = walk->state;
    if (!pst || !pst->is_open)
        return;
    if (pst->child)
        libpff_item_free(&pst->child, NULL);
    while (pst->depth > 0)
        pop_frame(walk);
    pst_file_close(&pst->file);
}

const struct format format_pst = {
    .name = "pst",
    .title = "Outlook mailbox (PST and OST: ANSI, Unicode, 4k pages)",
    .probe = pst_probe,
    .open = pst_open,
    .next = pst_next,
    .close = pst_close,
};
