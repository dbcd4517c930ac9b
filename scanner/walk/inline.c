/* inline.c - files inside iCalendar and vCard: ATTACH, PHOTO, KEY and other properties in base64.
 *
 * Children: `TEXT`, the calendar or card without those values; then each of them decoded, under the name its parameters give. One without
 * any is no container: it is read as text (extract/card.c).
 */
#include "base/buffer.h"
#include "decode/content_line.h"
#include "decode/transfer.h"
#include "walk/format.h"

#define NAME_MOST ((size_t)200)

/* Shorter values are no file. */
#define BASE64_LEAST ((size_t)16)

struct inlined {
    struct buffer all, text;
    struct slice rest; /* of `all`: properties to come */
    uint64_t files;
    bool has_text;
};

/* Base64 and nothing else, folded: a text that is only called so must stay where it is. */
static bool is_base64(struct slice value)
{
    bool is_at_start = false;
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = value.ptr[i], letter = slice_lower_byte(c);
        bool is_digit = (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
                        c == '-' || c == '_' || c == '=';
        bool is_fold = c == '\r' || c == '\n' || (is_at_start && (c == ' ' || c == '\t'));
        if (!is_digit && !is_fold)
            return false;
        is_at_start = is_fold;
    }
    return true;
}

static bool is_file(const struct content_line *line)
{
    return line->is_base64 && line->value.len >= line->base64 + BASE64_LEAST &&
           is_base64(slice_skip(line->value, line->base64));
}

/* All but the values that come by themselves. */
static void cut_values(struct inlined *inlined)
{
    struct slice rest = buffer_slice(&inlined->all);
    struct content_line line;
    for (struct slice before = rest; content_line_eat(&rest, &line) == 1; before = rest) {
        struct slice whole = slice_sub(before, 0, before.len - rest.len);
        if (is_file(&line)) {
            size_t shown = (size_t)(line.value.ptr - whole.ptr) + line.base64;
            buffer_put(&inlined->text, slice_sub(whole, 0, shown));
            buffer_put_byte(&inlined->text, '\n');
        } else {
            buffer_put(&inlined->text, whole);
        }
    }
}

static int inline_open(struct walk *walk, struct error *err)
{
    struct inlined *inlined = arena_alloc(walk->arena, sizeof *inlined);
    struct source *source = walk->item->source;
    walk->state = inlined;
    buffer_init(&inlined->all, (size_t)walk->env->limits->whole_bytes);
    buffer_init(&inlined->text, (size_t)walk->env->limits->whole_bytes + 4096);
    while (source_fill(source, 1, NULL) == 1 && !inlined->all.is_overfull) {
        buffer_put(&inlined->all, source->ready);
        source_consume(source, source->ready.len);
    }
    if (inlined->all.is_overfull)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, "whole-bytes",
                 "too long to be held; the rest was read as bytes");
    if (source->has_failed)
        walk_gap(walk, walk->item, gap_kind_of_error(source->failure.kind), GAP_STANDS_FOR_REST,
                 source->failure.limit, "%s", source->failure.message);
    (void)err;
    cut_values(inlined);
    inlined->rest = buffer_slice(&inlined->all);
    return 0;
}

/* "photo.jpeg" of PHOTO;TYPE=JPEG, what FILENAME and its kin say where they are there. */
static struct slice name_of(struct arena *arena, const struct content_line *line)
{
    static const char *const names[] = { "FILENAME", "X-FILENAME", "X-ORACLE-FILENAME", "X-LABEL",
                                         "X-APPLE-FILENAME" };
    struct slice head = line->head;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct slice name = content_line_param(head, names[i]);
        if (name.len > 0)
            return arena_copy(arena, slice_sub(name, 0, NAME_MOST));
    }
    size_t end = 0;
    while (end < head.len && end < 40 && !memchr(";.\r\n", head.ptr[end], 4))
        end++;
    char *name = arena_string(arena, slice_sub(head, 0, end));
    for (char *c = name; *c; c++)
        *c = (char)slice_lower_byte((unsigned char)*c);
    return slice_str(name);
}

static int give_text(struct inlined *inlined, struct item *child)
{
    child->kind = ITEM_BLOB;
    child->name = slice_str("TEXT");
    child->source = source_from_memory(child->arena, buffer_slice(&inlined->text));
    return 1;
}

static int inline_next(struct walk *walk, struct item *child, struct error *err)
{
    struct inlined *inlined = walk->state;
    struct content_line line;
    (void)err;
    child->mime_depth = walk->item->mime_depth;
    if (!inlined->has_text) {
        inlined->has_text = true;
        child->charset = walk->item->charset;
        child->is_alternative = walk->item->is_alternative;
        child->alternative = walk->item->alternative;
        return give_text(inlined, child);
    }
    while (content_line_eat(&inlined->rest, &line) == 1) {
        if (!is_file(&line))
            continue;
        if (inlined->files++ >= walk->env->limits->inner_entries) {
            walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, "inner-entries",
                     "too many files in it");
            return 0;
        }
        child->kind = ITEM_BLOB;
        child->is_attachment = true;
        child->name = name_of(child->arena, &line);
        struct source *encoded = source_from_memory(child->arena, slice_skip(line.value, line.base64));
        child->source = transfer_decode(child->arena, encoded, TRANSFER_BASE64, NULL);
        return 1;
    }
    return 0;
}

static void inline_close(struct walk *walk)
{
    struct inlined *inlined = walk->state;
    if (!inlined)
        return;
    buffer_release(&inlined->all);
    buffer_release(&inlined->text);
}

static enum bid inline_probe(const struct item *item, struct slice head)
{
    struct content_line line;
    (void)item;
    if (!content_line_begins(head))
        return BID_NONE;
    while (content_line_eat(&head, &line) == 1)
        if (is_file(&line))
            return BID_SIGNATURE;
    return BID_NONE;
}

const struct format format_inline = {
    .name = "inline",
    .title = "iCalendar and vCard with files in them (ATTACH, PHOTO in base64)",
    .probe = inline_probe,
    .open = inline_open,
    .next = inline_next,
    .close = inline_close,
};
