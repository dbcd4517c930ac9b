/* ole_rest.c - opening a compound file, and its bytes that no format asked for. */
#include "walk/hold.h"
#include "walk/ole.h"

static void tell_faults(struct walk *walk, const struct cfb *cfb)
{
    if (cfb->is_cut)
        walk_gap(walk, walk->item, GAP_TRUNCATED, GAP_STANDS_FOR_REST, NULL,
                 "the compound file is cut short; what is left of it was read");
    if (cfb->fault)
        walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL, "compound file: %s", cfb->fault);
    if (cfb->is_over)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, "inner-entries",
                 "the compound file holds too many streams");
}

struct ole_node *ole_open(struct walk *walk, struct error *err)
{
    struct ole_node *node = walk->item->node;
    if (node)
        return node;
    struct source *in = hold_source(walk->arena, walk->item->source, walk->env, err);
    if (!source_is_seekable(in)) {
        walk->item->source = in;
        return NULL;
    }
    struct cfb *cfb = arena_alloc(walk->arena, sizeof *cfb);
    if (cfb_open(cfb, walk->arena, in, walk->env->limits, err) < 0) {
        walk->item->source = in;
        return NULL;
    }
    tell_faults(walk, cfb);
    node = arena_alloc(walk->arena, sizeof *node);
    *node = (struct ole_node){ .cfb = cfb, .storage = CFB_ROOT };
    return node;
}

static bool give_stream(struct cfb *cfb, struct cfb_entry *entry, struct item *child)
{
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->name = entry->name.len ? entry->name : slice_str("STREAM");
    child->source = cfb_source(cfb, child->arena, entry);
    return true;
}

bool ole_next_rest(const struct ole_node *node, uint32_t *next, struct item *child)
{
    struct cfb *cfb = node->cfb;
    for (; *next < cfb->count; ++*next) {
        struct cfb_entry *entry = &cfb->entries[*next];
        if (entry->kind == CFB_STREAM && !entry->is_taken && entry->size > 0)
            return give_stream(cfb, entry, child);
    }
    if (*next > cfb->count)
        return false;
    ++*next;
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->name = slice_str("FREE");
    child->source = cfb_rest(cfb, child->arena);
    return child->source != NULL;
}

void ole_leave_source(struct walk *walk)
{
    struct source *source = walk->item->source;
    if (!source)
        return;
    if (!source_is_seekable(source)) {
        source_drain(source);
        return;
    }
    source->ready = slice_of(NULL, 0);
    source->offset = source->size;
    source->is_at_end = true;
}
