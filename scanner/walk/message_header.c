/* message_header.c - the header block of a message or of a part: found, parsed and given as a child. */
#include "walk/message_parts.h"

#include <assert.h>

#include "walk/mime_probe.h"

/* How much is shown beyond the longest header block. */
#define HEADER_SLACK ((size_t)1024)

/* A blank line is looked for so far before the block is looked at line by line. */
#define PLAIN_HEADER_MOST ((size_t)64 * 1024)

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Length of the block at the front of TEXT. A part's may be missing: then its blank line alone. */
static size_t block_length(struct slice text, bool is_all, bool *is_complete)
{
    size_t blank;
    if (text.len > 0 && text.ptr[0] == '\n')
        return *is_complete = true, 1;
    if (text.len > 1 && text.ptr[0] == '\r')
        return *is_complete = true, text.ptr[1] == '\n' ? 2 : 1;
    return header_block_length(text, is_all, &blank, is_complete);
}

/* A block that is too long ends with the last line that fits. */
static size_t cut_block(struct slice text, size_t most)
{
    size_t end = least(text.len, most);
    for (size_t at = end; at > end / 2; at--)
        if (text.ptr[at - 1] == '\n')
            return at;
    return end;
}

/* The longest header block that is read, and how much more is shown to see where it ends. */
static size_t header_most(const struct walk *walk)
{
    uint64_t most = walk->env->limits->header_bytes;
    return most < CUTTER_WANT_MAX - HEADER_SLACK ? (size_t)most : CUTTER_WANT_MAX - HEADER_SLACK;
}

static size_t lead_length(struct message *message, bool is_message)
{
    struct slice text;
    if (!is_message)
        return message->line_rest;
    (void)cutter_look(&message->reader->cutter, MIME_LEAD_MAX, &text);
    return mime_lead_length(text);
}

/* Find the header block after the LEAD bytes that stand before it. What is found does not hang on how much the source shows at
 * once. Returns its fields. */
static struct slice look_at_header(struct walk *walk, size_t lead)
{
    struct message *message = walk->state;
    size_t most = header_most(walk), shown = most + HEADER_SLACK;
    for (size_t want = least(MESSAGE_HEADER_LOOK, shown);; want = least(want * 2, shown)) {
        struct slice text;
        bool is_complete = true, is_all = cutter_look(&message->reader->cutter, want, &text);
        is_all &= text.len <= shown;
        text = slice_sub(text, 0, shown);
        message->header_len = lead + block_length(slice_skip(text, lead), is_all, &is_complete);
        message->is_header_cut = is_complete ? message->header_len > most : text.len == shown;
        if (message->is_header_cut)
            message->header_len = cut_block(text, most);
        if (message->is_header_cut || is_complete || is_all)
            return slice_skip(slice_sub(text, 0, message->header_len), lead);
    }
}

/* The block as it nearly always is: all that stands before the first blank line, if all of that is fields, which is left to see.
 * False if there is no such line near, and then nothing is changed. */
static bool look_at_plain_header(struct walk *walk, size_t lead, struct slice *fields)
{
    struct message *message = walk->state;
    struct slice text;
    size_t blank;
    (void)cutter_look(&message->reader->cutter, MESSAGE_HEADER_LOOK, &text);
    text = slice_sub(text, 0, least(PLAIN_HEADER_MOST, header_most(walk)));
    size_t end = header_find_blank(text, lead, &blank);
    if (end == SLICE_NONE)
        return false;
    message->is_header_cut = false;
    message->header_len = end + blank;
    *fields = slice_sub(text, lead, end - lead);
    return true;
}

/* Parse FIELDS. The lines among them that are none are passed over, and counted. */
static size_t take_fields(struct walk *walk, struct slice fields, struct provenance *provenance)
{
    struct message *message = walk->state;
    const struct limits *limits = walk->env->limits;
    struct header_field field;
    size_t strange = 0;
    uint64_t count = 0;
    message->entity = (struct entity){ 0 };
    message->limit = message->is_header_cut ? "header-bytes" : NULL;
    while (header_eat(&fields, &field) == 1) {
        if (++count > limits->header_fields) {
            message->limit = "header-fields";
            break;
        }
        strange += field.name.len == 0;
        if (field.name.len == 0)
            continue;
        entity_take(&message->entity, walk->arena, &field, limits);
        if (provenance)
            provenance_take(provenance, &field);
    }
    return strange;
}

static bool give_header(struct walk *walk, struct item *child);

void message_read_header(struct walk *walk, struct provenance *provenance)
{
    struct message *message = walk->state;
    size_t lead = lead_length(message, provenance != NULL);
    struct slice fields;
    if (!look_at_plain_header(walk, lead, &fields) || take_fields(walk, fields, provenance) > 0) {
        if (provenance)
            provenance_begin(provenance, provenance->arena, provenance->limits, walk->item->envelope);
        take_fields(walk, look_at_header(walk, lead), provenance);
    }
    if (message->entity.has_params_over_limit)
        message->limit = "header-params";
    if (!message->entity.has_type && message->frame && message->frame->is_digest)
        message->entity.type = slice_str("message/rfc822");
    message->step = give_header;
}

static bool give_header(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    struct source *source = message->reader->cutter.source;
    struct slice block = slice_sub(source->ready, 0, message->header_len);
    assert(block.len == message->header_len); /* nobody moved the source since the block was read */
    message->step = message_give_body;
    if (slice_trim(block).len == 0) {
        source_consume(source, block.len);
        return false;
    }
    if (message->partial)
        walk_gap(walk, walk->item, GAP_NOT_IN_EXPORT, GAP_STANDS_FOR_REST, NULL, "%s", message->partial);
    message->partial = NULL;
    message_child_init(walk, child, ITEM_HEADER);
    child->content = CONTENT_TEXT;
    child->part = message->number.len ? message->number : message->base;
    if (message->limit)
        walk_gap(walk, child, GAP_LIMIT, GAP_STANDS_FOR_REST, message->limit,
                 "the header block is over a limit; what is beyond it was scanned as text");
    if (headers_need_view(block)) {
        struct slice view = headers_view(walk->child_arena, block, walk->env->limits);
        source_consume(source, block.len);
        child->source = source_from_memory(walk->child_arena, view);
    } else {
        child->source = source_from_range(walk->child_arena, source, block.len);
    }
    return true;
}
