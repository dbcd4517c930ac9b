/* ole.c - compound files that are no messages: Office documents and all else, stream by stream. */
#include "walk/ole.h"

struct ole {
    struct ole_node *node;
    uint32_t next;
};

static int ole_format_open(struct walk *walk, struct error *err)
{
    struct ole *ole = arena_alloc(walk->arena, sizeof *ole);
    walk->state = ole;
    ole->node = ole_open(walk, err);
    return ole->node ? 0 : -1;
}

static int ole_next(struct walk *walk, struct item *child, struct error *err)
{
    struct ole *ole = walk->state;
    (void)err;
    if (ole_next_rest(ole->node, &ole->next, child))
        return 1;
    ole_leave_source(walk);
    return 0;
}

static enum bid ole_probe(const struct item *item, struct slice head)
{
    (void)item;
    return cfb_is_cfb(head) ? BID_SIGNATURE : BID_NONE;
}

const struct format format_ole = {
    .name = "ole",
    .title = "Compound files: legacy Office documents (doc xls ppt) and whatever else keeps streams in one",
    .probe = ole_probe,
    .open = ole_format_open,
    .next = ole_next,
};
