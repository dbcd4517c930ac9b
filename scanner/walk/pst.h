/* pst.h - inside the PST reader: libpff over a source, items as MAPI properties, and what its two formats share.
 *
 * format_pst walks the folders and gives one ITEM_MESSAGE a mail item, whatever its class; format_pst_message opens one of these. libpff
 * gives an item's tables only while the item is open, and an item is open only while it is the walk's present child.
 */
#ifndef MAILSPILL_WALK_PST_H
#define MAILSPILL_WALK_PST_H

#include <libpff.h>

#include "walk/format.h"
#include "walk/mapi.h"
#include "walk/pst_index.h"

/* Node ids (MS-PST section 2.2.2.1): the lowest five bits are the type. */
enum pst_node_type {
    PST_FOLDER = 0x02,
    PST_SEARCH_FOLDER = 0x03,
    PST_MESSAGE = 0x04,
    PST_HIDDEN_TABLE = 0x0F, /* a folder's table of associated messages */
    PST_ASSOCIATED_MESSAGE =
        0x08, /* what programs keep hidden beside a folder's messages: views, rules, signatures */
};
#define PST_NODE_TYPE_MASK 0x1Fu
#define PST_NODE_TYPE(nid) ((nid)&PST_NODE_TYPE_MASK)

/* Values larger than this are not read into memory with their item, but streamed as leaves of their own. */
#define PST_VALUE_MAX ((size_t)64 * 1024)

/* Bytes that were read ahead. libpff goes to and fro between the blocks and the index that says where they are. */
#define PST_WINDOWS 6
struct pst_window {
    unsigned char *bytes;
    uint64_t at, used; /* used: the turn at which it was last */
    size_t len;
};

/* An open file. */
struct pst_file {
    libpff_file_t *file; /* over what is shown; NULL: nothing */
    struct pst_index index;
    struct source *in; /* seekable */
    uint64_t at;       /* where libpff reads next */
    uint64_t budget;   /* bytes that it may read before the next child: a loop in damaged tables ends there */
    unsigned codepage; /* of 8-bit text in an ANSI file */
    intptr_t *handle;  /* libbfio's */
    struct pst_window windows[PST_WINDOWS];
    uint64_t turns;    /* of windows that were used */
    bool hides_leaves; /* but for the first nodes, the index cannot be read */
};

/* Open what IN holds; nothing is shown to libpff yet. 0 or -1; pst_file_close in both cases. */
int pst_file_open(struct pst_file *pst, struct source *in, struct error *err);
void pst_file_close(struct pst_file *pst);

/* Open pst->file, libpff's, over COUNT nodes, among which are the store, the names and the root folder;
 * 0: over all that there are. What was open before is closed. 0, or -1 if libpff cannot. */
int pst_file_show(struct pst_file *pst, const struct pst_entry *entries, size_t count);

/* As with all nodes, but items cannot be asked for by their numbers: only deleted ones are to be recovered. In time that grows with the
 * nodes, where the other takes their square. */
int pst_file_show_deleted(struct pst_file *pst);

/* Give libpff a new budget: before each child. */
void pst_file_refresh(struct pst_file *pst);

/* Add the properties of ITEM's record set SET to BAG, which is fresh. Of values larger than PST_VALUE_MAX, and of an attachment's data, only
 * the size. 0; -1 if the set cannot be read at all. *FAILED counts the values that could not be read. */
int pst_read_bag(libpff_item_t *item, int set, struct mapi_bag *bag, unsigned *failed);

/* The number of ITEM's record sets, -1 if it has none that can be read. */
int pst_set_count(libpff_item_t *item);

/* The value of property ID of ITEM's first set as a source, whatever its size; NULL if there is none. In ARENA, whose rewind closes it. */
struct source *pst_value_source(struct arena *arena, libpff_item_t *item, uint16_t id);

/* The data of ATTACHMENT, which is no embedded message. NULL if there is none. As pst_value_source. */
struct source *pst_attachment_source(struct arena *arena, libpff_item_t *attachment);

/* A folder, or a search. */
struct pst_folder {
    struct pst_entry entry;
    struct pst_entry hidden_table; /* its table of associated messages; nid 0 if it has none */
    struct slice name, text;       /* all its text, a property a line */
    int64_t said, said_hidden;     /* items that it says it holds */
    int64_t found, found_hidden;   /* items below it in the index */
    struct envelope *envelope;     /* with its path */
};

/* What is read of a mailbox before its items. */
struct pst_folders {
    struct pst_folder *list; /* by node id */
    size_t count, capacity;
    struct pst_entry fixed[3]; /* store, names, root folder: part of each view */
    size_t fixed_count;
    struct slice store_text;
    uint32_t ipm_subtree; /* the folder whose folders people see; 0 if unknown */
    uint64_t nodes;       /* in the whole index */
    uint64_t lost;        /* pages of it that cannot be read */
    size_t text_len;      /* held, of all folders */
};

/* Read the index, the store and all folders into walk->arena. TOP: the envelope of the mailbox, whose custodian the store may name. 0 or -1. */
int pst_folders_read(struct walk *walk, struct pst_file *pst, struct pst_folders *folders,
                     struct envelope *top, struct error *err);

/* The folder NID, or NULL. */
struct pst_folder *pst_folders_find(const struct pst_folders *folders, uint32_t nid);

/* An envelope below OUTER in walk->arena, for the folder NAME. */
struct envelope *pst_folder_envelope(struct walk *walk, const struct envelope *outer, struct slice name);

/* Show the fixed nodes and ENTRIES (PST_CHUNK at most, put in order). 0, or -1 if libpff cannot open that. */
#define PST_CHUNK ((size_t)240)
int pst_folders_show(struct pst_file *pst, const struct pst_folders *folders, struct pst_entry *entries,
                     size_t count);

/* Tell as gaps what folders say they hold and the index does not. */
void pst_folders_reconcile(struct walk *walk, struct pst_file *pst, struct pst_folders *folders);

/* What item->node of a message is. */
struct pst_node {
    struct pst_file *pst;
    libpff_item_t *item; /* borrowed */
};

/* What only mailbox files have. */
enum {
    PST_IPM_SUBTREE = 0x35E0,
    PST_CONTENT_COUNT = 0x3602,
    PST_HIDDEN_COUNT = 0x3617,
    PST_PASSWORD = 0x67FF,
};

extern const struct format format_pst_message; /* pst_message.c: only as an opener */

#endif
