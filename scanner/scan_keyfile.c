/* scan_keyfile.c - files that are a secret by themselves: told beside whatever else is in them. */
#include "scan_parts.h"
#include "walk/keyfile.h"

/* What a rule could match of the file is the line that keyfile_put makes. */
static void match_line(struct scan *scan, const struct item *item, struct slice line)
{
    const struct text_view view = { VIEW_BYTES, line, { NULL, 0 } };
    const struct text_block block = { .text = line, .is_last = true, .views = &view, .view_count = 1 };
    scan->leaf = item;
    collector_begin_leaf(scan->collector, item);
    matcher_begin(scan->matcher, &scan->matches);
    scan->is_keyfile_line = true;
    scan_block_put(scan, &block);
    scan->is_keyfile_line = false;
    scan->leaf = NULL;
    arena_rewind(scan->leaf_arena, scan->leaf_empty);
}

bool scan_is_keyfile(struct scan *scan, struct item *item)
{
    if (scan->is_quiet || scan->task->purpose == SCAN_HARVEST || item->refused || item->opener ||
        !item->source || item->content != CONTENT_ANY || item->source->offset != 0)
        return false;
    (void)source_fill(item->source, 512, NULL);
    return keyfile_is_likely(item->source->ready);
}

void scan_keyfile(struct scan *scan, struct item *item)
{
    struct keyfile keyfile;
    struct buffer line;
    if (!scan_is_keyfile(scan, item))
        return;
    (void)source_fill(item->source, KEYFILE_LOOKED, NULL);
    struct slice bytes = slice_sub(item->source->ready, 0, KEYFILE_LOOKED);
    bool is_whole = item->source->is_at_end && bytes.len == item->source->ready.len;
    if (!keyfile_find(bytes, is_whole, &scan->settings->limits, &keyfile))
        return;
    if (keyfile.is_all)
        item->key = keyfile.lock == KEYFILE_OPEN ? ITEM_KEY_OPEN : ITEM_KEY_LOCKED;
    buffer_init(&line, 4096);
    keyfile_put(&line, &keyfile, bytes);
    match_line(scan, item, buffer_slice(&line));
    buffer_release(&line);
}
