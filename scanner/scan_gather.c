/* scan_gather.c - what a unit that is read again tells for the harvest: passwords that rules found or turned down, words, names, files that may be keys. */
#include "base/utf8.h"
#include "item/origin.h"
#include "scan_parts.h"
#include "walk/format.h"
#include "walk/lock.h"

/* A file that is a key is short, unless a picture was taken for one. */
#define KEY_FILE_MAX (SOURCE_WANT_MAX - 1)

static struct slice path_of(struct harvest *harvest, const struct item *item)
{
    struct buffer path;
    buffer_init(&path, 16 * 1024);
    item_put_path(&path, item);
    struct slice copy = arena_copy(harvest->arena, buffer_slice(&path));
    buffer_release(&path);
    return copy;
}

void scan_harvest_match(struct scan *scan, const struct match *match)
{
    struct harvest *harvest = scan->wanted->harvest;
    if (match->rule->pair.is_untold && match->rule->pair.role != PAIR_SECRET)
        return;
    harvest_add(harvest, scan_is_password(match->rule) ? HARVEST_TOLD : HARVEST_WORD, match->secret,
                path_of(harvest, scan->leaf), match->line, match->column);
}

void scan_harvest_turned_down(struct scan *scan, const struct rule *rule, struct slice text, enum view view)
{
    struct harvest *harvest = scan->wanted->harvest;
    (void)view;
    if (scan_is_password(rule) && harvest->counts[HARVEST_TURNED_DOWN] < harvest->most)
        harvest_add_words(harvest, HARVEST_TURNED_DOWN, HARVEST_ALL_WORDS, text, path_of(harvest, scan->leaf),
                          0);
}

/* Of a short text all that may be one; of a long one only the text of a message. */
void scan_harvest_block(struct scan *scan, const struct text_block *block)
{
    static const size_t small = 4 * 1024, large = 64 * 1024;
    struct harvest *harvest = scan->wanted->harvest;
    const struct item *leaf = scan->leaf;
    bool is_html = slice_is_equal(leaf->type, slice_str("text/html"));
    bool is_body = leaf->kind == ITEM_PART && !leaf->is_attachment;
    if (leaf->kind == ITEM_HEADER || block->offset > 0 || block->text.len > (is_body ? large : small))
        return;
    for (size_t i = 0; i < block->view_count; i++) {
        const struct text_view *view = &block->views[i];
        bool is_shown = view->view == VIEW_HTML || view->view == VIEW_RTF || view->view == VIEW_DOCUMENT;
        bool is_plain = view->view == VIEW_TEXT && !is_html;
        if (is_shown || is_plain)
            harvest_add_words(harvest, HARVEST_WORD, HARVEST_STRANGE_WORDS, view->text,
                              path_of(harvest, leaf), is_plain);
    }
}

void scan_harvest_names(struct scan *scan, const struct item *item)
{
    struct harvest *harvest = scan->wanted->harvest;
    if (item->is_message && item->envelope) {
        envelope_complete(item->envelope);
        harvest_add_words(harvest, HARVEST_NAME, HARVEST_ALL_WORDS, item->envelope->subject,
                          path_of(harvest, item), 0);
    }
    if (!item->is_attachment || item->name.len == 0)
        return;
    struct slice stem = item->name, path = path_of(harvest, item);
    for (size_t at = stem.len; at-- > 1;)
        if (stem.ptr[at] == '.') {
            stem.len = at;
            break;
        }
    harvest_add(harvest, HARVEST_NAME, stem, path, 0, 0);
    harvest_add_words(harvest, HARVEST_NAME, HARVEST_ALL_WORDS, stem, path, 0);
}

static bool is_named_like_key(struct slice name)
{
    return slice_ends_with_nocase(name, ".key") || slice_ends_with_nocase(name, ".keyx") ||
           slice_ends_with_nocase(name, ".keyfile");
}

/* Was it made to be a key, or is it called one? */
static bool is_key_file(const struct item *item)
{
    unsigned char key[LOCK_KEY_FILE];
    if (is_named_like_key(item->name))
        return true;
    (void)source_fill(item->source, FORMAT_HEAD, NULL);
    struct slice head = slice_sub(item->source->ready, 0, FORMAT_HEAD);
    bool is_xml = slice_starts_with(utf8_skip_mark(head), "<");
    bool is_bare = item->source->is_at_end && item->source->offset == 0 &&
                   (head.len == LOCK_KEY_FILE || head.len == (size_t)2 * LOCK_KEY_FILE);
    bool is_meant = (is_xml || is_bare) && lock_key_of_file(slice_sub(head, 0, LOCK_KEY_HEAD), key);
    explicit_bzero(key, sizeof key);
    return is_meant;
}

static void harvest_key(struct harvest *harvest, const struct item *item)
{
    struct harvested_key key = { .name = origin_last_name(item->name) };
    (void)source_fill(item->source, KEY_FILE_MAX + 1, NULL);
    struct slice bytes = item->source->ready;
    if (!item->source->is_at_end || item->source->offset != 0 || bytes.len == 0 || bytes.len > KEY_FILE_MAX)
        return;
    key.is_meant = lock_key_of_file(bytes, key.bytes);
    harvest_add_key(harvest, &key);
    explicit_bzero(&key, sizeof key);
}

void scan_meet_key(struct scan *scan, const struct item *item)
{
    const struct scan_task *task = scan->task;
    if ((item->kind != ITEM_FILE && !item->is_attachment) || !item->source || item->refused)
        return;
    if (task->purpose == SCAN_HARVEST)
        harvest_key(scan->wanted->harvest, item);
    else if (task->purpose == SCAN_ALL && task->may_leave)
        scan->is_lead |= is_key_file(item);
}
