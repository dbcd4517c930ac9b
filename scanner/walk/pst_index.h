/* pst_index.h - the node index of a PST (MS-PST section 2.2.2.7.7), read here, and shown to libpff in pieces.
 *
 * libpff makes a tree of all nodes when it opens a file, in time that grows with their square: 8 s for 49,000, hours for a large mailbox. So
 * the index is read here, in order and in constant memory, and libpff is given a view of the file whose index holds a few hundred
 * nodes at a time: a header of ours, and index pages past the end of the file.
 */
#ifndef MAILSPILL_WALK_PST_INDEX_H
#define MAILSPILL_WALK_PST_INDEX_H

#include "base/buffer.h"
#include "item/source.h"

#define PST_PAGE_MAX 4096
#define PST_ENTRY_MAX 32
#define PST_LEVELS 8
#define PST_HEADER 564
#define PST_AHEAD \
    (8 * PST_PAGE_MAX) /* pages of the index that lie one after the other are read so many bytes at once */

/* Nodes in one view: with one level of index pages above the leaves in each layout. */
#define PST_VIEW_MAX 256

/* Nodes that have the same number in every file (MS-PST section 2.4.1). */
#define PST_NODE_STORE 0x21u
#define PST_NODE_NAMES 0x61u
#define PST_NODE_ROOT_FOLDER 0x122u

struct pst_entry {
    uint32_t nid, parent;
    unsigned char bytes[PST_ENTRY_MAX]; /* as it stands in a page */
};

struct pst_index {
    struct source *in; /* seekable */
    const struct pst_layout *layout;
    unsigned char header[PST_HEADER]; /* of the view; the file's until there is one */
    uint64_t root;                    /* offset of the index's root page */
    uint64_t promised;                /* the size that the header tells (ibFileEof), in bytes */
    uint64_t base;                    /* where the view's pages stand: past the file's end */
    struct buffer pages;              /* of the view */
};

/* A walk over the index in order of node ids. */
struct pst_cursor {
    struct {
        unsigned char page[PST_PAGE_MAX];
        unsigned count, next;
    } levels[PST_LEVELS];
    unsigned depth; /* pages open */
    unsigned char ahead[PST_AHEAD];
    uint64_t ahead_at; /* where what is read ahead stands in the file */
    size_t ahead_len;
    uint64_t after;  /* where the page before ended */
    uint64_t budget; /* pages that may still be read: a loop ends there */
    uint64_t lost;   /* pages that could not be read */
};

/* Read the header of IN. 0 or -1. pst_index_release in both cases. */
int pst_index_open(struct pst_index *index, struct source *in, struct error *err);
void pst_index_release(struct pst_index *index);

void pst_cursor_begin(struct pst_cursor *cursor, const struct pst_index *index);

/* The next node. 1, or 0 at the end. */
int pst_cursor_next(struct pst_cursor *cursor, const struct pst_index *index, struct pst_entry *entry);

/* From now on the view shows ENTRIES (at most PST_VIEW_MAX, in order of ids): but for the root folder, which is its own parent, they have none,
 * since libpff would look for it. */
void pst_index_show(struct pst_index *index, const struct pst_entry *entries, size_t count);

/* From now on the view is the file itself. */
void pst_index_show_all(struct pst_index *index);

/* Is PAGE, read from the file, a leaf of the node index without the store, the names and the root folder? */
bool pst_index_is_late_leaf(const struct pst_index *index, struct slice page);

/* What the view has at OFFSET in place of the file, and its size in all; empty where the file's bytes count. */
struct slice pst_index_at(const struct pst_index *index, uint64_t offset);
uint64_t pst_index_size(const struct pst_index *index);

#endif
