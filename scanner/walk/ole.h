/* ole.h - a storage of a compound file, for the formats that open one: messages, Office documents, objects in them. */
#ifndef MAILSPILL_WALK_OLE_H
#define MAILSPILL_WALK_OLE_H

#include "walk/cfb.h"
#include "walk/format.h"

/* item->node of format_msg and format_ole, where a walk of another item has opened the file. */
struct ole_node {
    struct cfb *cfb;
    uint32_t storage;
    void *names; /* of a message's properties: msg.c's own, or NULL */
};

/* The node of ITEM: its own, or a new one in ARENA for the whole of its bytes. NULL where they are no compound file that can be read. Tells what
 * is wrong with the file as gaps about ITEM. */
struct ole_node *ole_open(struct walk *walk, struct error *err);

/* Whether the node is the whole file, not a storage that another walk gave. */
static inline bool ole_is_whole(const struct ole_node *node)
{
    return node->storage == CFB_ROOT;
}

/* After all else of a whole file: its streams that nobody asked for, and then what no stream covers, each a child of raw bytes. *NEXT is zero
 * to begin with. False at the end. */
bool ole_next_rest(const struct ole_node *node, uint32_t *next, struct item *child);

/* Nothing of the item's source is left to be read. */
void ole_leave_source(struct walk *walk);

#endif
