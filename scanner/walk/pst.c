/* pst.c - PST and OST through libpff: every folder, hidden ones too, and every item in it, whatever its class.
 *
 * Children, in order: the text of the store and of each folder; each item of the index, in order of node ids, so that one is found even where
 * no table names it, or no folder holds it; then what can be recovered of deleted items. What folders say they hold is held against what was
 * found.
 */
#include "walk/pst.h"

#include "walk/hold.h"
#include "walk/mbox.h"

/* libpff looks for deleted items only in a whole index, and opens that in time that grows with its square. */
#define RECOVER_MOST 100000

/* Shares of a split mailbox, at most: each worker reads the index and the folders for each of its own. */
#define SHARES_MOST 64

enum stage { STAGE_STORE, STAGE_FOLDERS, STAGE_ITEMS, STAGE_RECOVERED, STAGE_DONE };

struct pst {
    struct pst_file file;
    struct pst_folders folders;
    bool is_open;
    enum stage stage;
    struct envelope *top, *orphaned, *recovered;
    size_t next_folder;

    /* Items: the chunk that is shown to libpff. */
    struct pst_cursor cursor;
    struct pst_entry chunk[PST_CHUNK];
    size_t chunk_count, next_item;
    uint64_t chunks, entries;
    uint64_t share, shares; /* which of how many; 0 of 1 for all */

    int lost_count, next_lost; /* recovered items */
    libpff_item_t *child;
    struct pst_node node;
};

static bool is_message_nid(uint32_t nid)
{
    return PST_NODE_TYPE(nid) == PST_MESSAGE || PST_NODE_TYPE(nid) == PST_ASSOCIATED_MESSAGE;
}

static bool is_first_share(const struct pst *pst)
{
    return pst->share == 0;
}

/* Children. */

static int give_text(struct walk *walk, struct item *child, uint32_t nid, struct slice text,
                     struct envelope *envelope)
{
    if (text.len == 0)
        return 0;
    child->kind = ITEM_MESSAGE;
    child->ordinal = nid;
    child->content = CONTENT_TEXT;
    child->charset = slice_str("utf-8");
    child->envelope = envelope;
    child->source = source_from_memory(walk->child_arena, text);
    return 1;
}

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

/* pst->child, or a gap with REASON where nothing in it can be read. */
static int give_message(struct walk *walk, struct item *child, uint32_t nid, struct envelope *envelope,
                        const char *reason, struct error *err)
{
    struct pst *pst = walk->state;
    if (check_entries(walk, err) < 0)
        return -1;
    if (!pst->child || pst_set_count(pst->child) <= 0)
        return give_refused(child, nid, envelope, reason);
    pst->node = (struct pst_node){ &pst->file, pst->child };
    child->kind = ITEM_MESSAGE;
    child->ordinal = nid;
    child->envelope = envelope;
    child->opener = &format_pst_message;
    child->node = &pst->node;
    return 1;
}

/* Stages: each gives a child, or moves on. */

static int step_store(struct walk *walk, struct item *child)
{
    struct pst *pst = walk->state;
    pst->stage = STAGE_FOLDERS;
    if (!is_first_share(pst))
        return 0;
    if (pst->file.index.promised > pst->file.in->size)
        walk_gap(walk, walk->item, GAP_TRUNCATED, GAP_STANDS_FOR_REST, NULL,
                 "the mailbox is cut short: it says it has %llu bytes, and has %llu",
                 (unsigned long long)pst->file.index.promised, (unsigned long long)pst->file.in->size);
    if (pst->folders.lost > 0)
        walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
                 "%llu pages of the mailbox's index cannot be read", (unsigned long long)pst->folders.lost);
    return give_text(walk, child, PST_NODE_STORE, pst->folders.store_text, pst->top);
}

static int step_folders(struct walk *walk, struct item *child)
{
    struct pst *pst = walk->state;
    if (!is_first_share(pst) || pst->next_folder == pst->folders.count) {
        pst->stage = STAGE_ITEMS;
        pst_cursor_begin(&pst->cursor, &pst->file.index);
        return 0;
    }
    const struct pst_folder *folder = &pst->folders.list[pst->next_folder++];
    return give_text(walk, child, folder->entry.nid, folder->text, folder->envelope);
}

/* The next chunk of items into pst->chunk; those of other shares are counted too. False at the end. */
static bool next_chunk(struct pst *pst)
{
    struct pst_entry entry;
    pst->chunk_count = pst->next_item = 0;
    while (pst->chunk_count < PST_CHUNK && pst_cursor_next(&pst->cursor, &pst->file.index, &entry) == 1) {
        struct pst_folder *folder = pst_folders_find(&pst->folders, entry.parent);
        if (!is_message_nid(entry.nid))
            continue;
        if (folder)
            *(PST_NODE_TYPE(entry.nid) == PST_MESSAGE ? &folder->found : &folder->found_hidden) += 1;
        pst->chunk[pst->chunk_count++] = entry;
    }
    return pst->chunk_count > 0;
}

static void end_items(struct walk *walk)
{
    struct pst *pst = walk->state;
    if (is_first_share(pst))
        pst_folders_reconcile(walk, &pst->file, &pst->folders);
    pst->stage = pst->share + 1 == pst->shares ? STAGE_RECOVERED : STAGE_DONE;
    if (pst->stage == STAGE_DONE)
        return;
    if (pst->folders.nodes > RECOVER_MOST)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "deleted items were not looked for: the mailbox has more than %d nodes", RECOVER_MOST);
    else if (pst_file_show_deleted(&pst->file) < 0 ||
             libpff_file_recover_items(pst->file.file, 0, NULL) != 1 ||
             libpff_file_get_number_of_recovered_items(pst->file.file, &pst->lost_count, NULL) != 1)
        walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
                 "deleted items cannot be looked for");
}

static int step_items(struct walk *walk, struct item *child, struct error *err)
{
    struct pst *pst = walk->state;
    if (pst->next_item == pst->chunk_count) {
        if (!next_chunk(pst))
            end_items(walk);
        else if (pst->chunks++ % pst->shares == pst->share)
            pst_folders_show(&pst->file, &pst->folders, pst->chunk, pst->chunk_count);
        else
            pst->chunk_count = 0;
        return 0;
    }
    const struct pst_entry *entry = &pst->chunk[pst->next_item++];
    const struct pst_folder *folder = pst_folders_find(&pst->folders, entry->parent);
    (void)libpff_file_get_item_by_identifier(pst->file.file, entry->nid, &pst->child, NULL);
    return give_message(walk, child, entry->nid, folder ? folder->envelope : pst->orphaned,
                        "the item cannot be read", err);
}

static int step_recovered(struct walk *walk, struct item *child, struct error *err)
{
    struct pst *pst = walk->state;
    uint32_t nid = 0;
    if (pst->next_lost >= pst->lost_count) {
        pst->stage = STAGE_DONE;
        return 0;
    }
    (void)libpff_file_get_recovered_item_by_index(pst->file.file, pst->next_lost++, &pst->child, NULL);
    if (pst->child && libpff_item_get_identifier(pst->child, &nid, NULL) == 1 && is_message_nid(nid))
        return give_message(walk, child, nid, pst->recovered, "a deleted item is no longer whole", err);
    if (pst->child)
        libpff_item_free(&pst->child, NULL);
    return 0;
}

static int step(struct walk *walk, struct item *child, struct error *err)
{
    struct pst *pst = walk->state;
    switch (pst->stage) {
    case STAGE_STORE:
        return step_store(walk, child);
    case STAGE_FOLDERS:
        return step_folders(walk, child);
    case STAGE_ITEMS:
        return step_items(walk, child, err);
    case STAGE_RECOVERED:
        return step_recovered(walk, child, err);
    case STAGE_DONE:
        break;
    }
    return 0;
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

static int open_mailbox(struct walk *walk, struct source *in, struct error *err)
{
    struct pst *pst = walk->state;
    pst->is_open = true;
    pst->top = arena_alloc(walk->arena, sizeof *pst->top);
    *pst->top = *walk->item->envelope;
    if (pst_file_open(&pst->file, in, err) < 0 ||
        pst_folders_read(walk, &pst->file, &pst->folders, pst->top, err) < 0)
        return -1;
    pst->orphaned = pst_folder_envelope(walk, pst->top, slice_str("[orphaned]"));
    pst->recovered = pst_folder_envelope(walk, pst->top, slice_str("[recovered]"));
    return 0;
}

/* Splitting: no children, but shares; chunks of items go to them in turn. */

static bool is_split(const struct walk *walk)
{
    const struct splitter *splitter = walk->env->splitter;
    const struct source *in = walk->item->source;
    return splitter && splitter->share && walk->item->kind == ITEM_FILE && source_is_seekable(in) &&
           in->size > splitter->least;
}

static uint64_t share_len(uint64_t size)
{
    uint64_t len = size / SHARES_MOST + 1;
    return len > MBOX_RANGE ? len : MBOX_RANGE;
}

static void split(struct walk *walk)
{
    const struct splitter *splitter = walk->env->splitter;
    uint64_t size = walk->item->source->size, len = share_len(size);
    for (uint64_t at = 0; at < size; at += len)
        splitter->share(splitter->ctx, at, size - at < len ? size - at : len);
}

static void take_share(struct pst *pst, const struct walk *walk)
{
    uint64_t size = walk->item->source->size, len = share_len(size);
    pst->shares = 1;
    if (walk->share.len == 0 || size == 0)
        return;
    pst->shares = (size + len - 1) / len;
    pst->share = walk->share.offset / len;
}

static int pst_open(struct walk *walk, struct error *err)
{
    struct pst *pst = arena_alloc(walk->arena, sizeof *pst);
    struct error why = { 0 };
    walk->state = pst;
    if (is_split(walk)) {
        split(walk);
        pst->stage = STAGE_DONE;
        return 0;
    }
    take_share(pst, walk);
    struct source *in = hold_source(walk->arena, walk->item->source, walk->env, &why);
    if (source_is_seekable(in)) {
        int opened = open_mailbox(walk, in, err);
        if (opened == 0 || is_first_share(pst))
            return opened;
        pst->stage = STAGE_DONE; /* the first share says why, and reads its bytes */
        return 0;
    }
    walk->item->source = in;
    *err = why;
    return -1;
}

static int pst_next(struct walk *walk, struct item *child, struct error *err)
{
    struct pst *pst = walk->state;
    int got = 0;
    if (pst->child)
        libpff_item_free(&pst->child, NULL);
    if (pst->is_open)
        pst_file_refresh(&pst->file);
    while (got == 0 && pst->stage != STAGE_DONE)
        got = step(walk, child, err);
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
    pst_file_close(&pst->file);
}

const struct format format_pst = {
    .name = "pst",
    .title = "Outlook mailbox (PST and OST: ANSI, Unicode, 4k pages)",
    .is_mailbox = true,
    .names_custodian = true,
    .probe = pst_probe,
    .open = pst_open,
    .next = pst_next,
    .close = pst_close,
};
