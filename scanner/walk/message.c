/* message.c - a message: RFC 5322 header, MIME parts (RFC 2045-2049), read in one pass and in constant memory.
 *
 * Children come in the order of their bytes: the header block; for each multipart its preamble, then for each part its header
 * block and its body, then the epilogue. Every byte is in one of them, but for `--boundary` itself (which the header names),
 * the line ends and white space around it, and preambles and epilogues that are blank.
 *
 * A message/rfc822 part is one child, opened by a walk of its own. A multipart is not a child: its frame lies on a stack here.
 */
#include "walk/message_parts.h"

#include "walk/apple_mail.h"
#include "walk/mime_guess.h"
#include "walk/mime_probe.h"

/* How far a multipart's body is searched for its boundary, or for a line that may be the one it does not name. */
#define BOUNDARY_LOOK ((size_t)64 * 1024)

/* Text around encoded lines that is kept, at most. */
#define UNDECODED_MAX ((size_t)4 * 1024 * 1024)

static bool give_between(struct walk *walk, struct item *child);

/* Children. */

void message_child_init(const struct walk *walk, struct item *child, enum item_kind kind)
{
    const struct message *message = walk->state;
    child->kind = kind;
    child->container_depth = walk->item->container_depth;
    child->mime_depth = walk->item->mime_depth + 1 + message->frames;
    child->is_quoted_message = walk->item->is_quoted_message;
}

struct source *message_begin_content(struct walk *walk)
{
    struct message *message = walk->state;
    struct decoding *decoding = &message->decoding;
    decoding->raw = cutter_source(walk->arena, &message->reader->cutter);
    decoding->state = (struct transfer_state){ .undecoded = &decoding->undecoded };
    buffer_init(&decoding->undecoded, UNDECODED_MAX);
    return decoding->raw;
}

void message_end_decoding(struct decoding *decoding)
{
    if (!decoding->raw)
        return;
    source_close(decoding->raw);
    buffer_release(&decoding->undecoded);
    decoding->raw = NULL;
}

bool message_give_leftover(struct walk *walk, struct item *child, struct decoding *decoding,
                           struct slice number)
{
    struct slice text = buffer_slice(&decoding->undecoded);
    bool is_overfull = decoding->undecoded.is_overfull;
    bool is_given = decoding->raw && slice_trim(text).len > 0;
    if (is_given) {
        message_child_init(walk, child, ITEM_REST);
        child->content = CONTENT_TEXT;
        child->name =
            arena_printf(walk->child_arena, "%.*s.undecoded", (int)number.len, (const char *)number.ptr);
        child->source = source_from_memory(walk->child_arena, arena_copy(walk->child_arena, text));
        if (is_overfull)
            walk_gap(walk, child, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
                     "more than %zu bytes between encoded lines", UNDECODED_MAX);
    }
    message_end_decoding(decoding);
    return is_given;
}

bool message_look(struct message *message, size_t most, struct slice *text)
{
    bool is_all = cutter_look(&message->reader->cutter, most, text);
    bool is_short = is_all && text->len < most;
    *text = slice_sub(*text, 0, most);
    return is_short;
}

/* Multiparts. */

static void push_frame(struct walk *walk, struct slice boundary)
{
    struct message *message = walk->state;
    const struct frame *outer = message->frame;
    struct frame *frame = arena_alloc(walk->arena, sizeof *frame);
    boundary = mime_without_end(boundary);
    frame->boundary.text = slice_sub(boundary, 0, BOUNDARY_TEXT_MAX);
    frame->boundary.is_cut = boundary.len > BOUNDARY_TEXT_MAX;
    frame->outer = message->frame;
    /* A message's own multipart numbers its parts 1, 2 …; below a message/rfc822 part 2 they are 2.1, 2.2 … */
    frame->number = message->number.len ? message->number : message->base;
    frame->is_digest = slice_is_equal(message->entity.type, slice_str("multipart/digest"));
    frame->is_alternative = slice_is_equal(message->entity.type, slice_str("multipart/alternative"));
    frame->alternative = frame->number;
    if (outer && outer->is_alternative) {
        frame->is_alternative = true;
        frame->alternative = outer->alternative;
    }
    frame->mark = arena_mark(walk->arena);
    cutter_push(&message->reader->cutter, &frame->boundary);
    message->frame = frame;
    message->frames++;
}

static void pop_frame(struct message *message)
{
    cutter_pop(&message->reader->cutter);
    message->frame = message->frame->outer;
    message->frames--;
}

/* Open the multipart with the boundary it names, or one that its body shows. False: its body shows none. */
static bool find_boundary(struct walk *walk)
{
    struct message *message = walk->state;
    struct cutter *cutter = &message->reader->cutter;
    struct slice declared = message->entity.boundary, text;
    bool is_encoded =
        message->entity.transfer > TRANSFER_IDENTITY && message->entity.transfer < TRANSFER_UNKNOWN;
    if (declared.len > 0) {
        push_frame(walk, declared);
        bool is_short = message_look(message, BOUNDARY_LOOK, &text);
        bool is_own = is_short && cutter->has_found && cutter->found.boundary == &message->frame->boundary;
        if (is_own || (!is_short && !is_encoded))
            return true;
        pop_frame(message);
        cutter->has_found = false; /* it may be another's: look again */
        cutter->searched = cutter->source->offset;
        cutter->is_line_start = true;
    }
    (void)message_look(message, BOUNDARY_LOOK, &text);
    struct slice guess = mime_guess_boundary(text);
    if (guess.len == 0)
        return false;
    push_frame(walk, arena_copy(walk->arena, guess));
    message->frame->boundary.is_guessed = true;
    return true;
}

/* A multipart that is encoded as a whole, against RFC 2045 section 6.4: read on in what it decodes to. */
static void free_arena(void *arena)
{
    arena_free(arena);
}

/* What a decoder allocates while it is read: it outlives the parts in it, at whose ends the walk's arena is rewound. */
static struct arena *arena_for_decoder(struct walk *walk)
{
    struct arena *arena = arena_new(0);
    arena_defer(walk->arena, free_arena, arena);
    return arena;
}

static void push_reader(struct walk *walk)
{
    struct message *message = walk->state;
    struct arena *arena = arena_for_decoder(walk);
    struct reader *reader = arena_alloc(walk->arena, sizeof *reader);
    enum transfer_encoding encoding = message_encoding(message);
    struct source *raw = message_begin_content(walk);
    reader->decoding = message->decoding;
    reader->decoding.state.undecoded = &reader->decoding.undecoded;
    message->decoding.raw = NULL;
    reader->number = message->number;
    reader->base = message->frame;
    reader->outer = message->reader;
    message->reader = reader;
    message->entity.transfer = TRANSFER_IDENTITY;
    cutter_init(&reader->cutter, transfer_decode(arena, raw, encoding, &reader->decoding.state));
}

static bool open_multipart(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    uint64_t depth = walk->item->mime_depth + 1 + message->frames;
    if (depth >= walk->env->limits->mime_depth)
        return message_give_raw(walk, child, "mime-depth", "too many multiparts in one another");
    message->is_in_epilogue = false;
    message->step = give_between;
    if (find_boundary(walk))
        return false;
    if (message->entity.transfer > TRANSFER_IDENTITY && message->entity.transfer < TRANSFER_UNKNOWN) {
        push_reader(walk);
        if (find_boundary(walk))
            return false;
    }
    if (message->number.len == 0)
        message->number = message_number_below(walk->arena, message->base, 1);
    return message_give_leaf(walk, child);
}

static bool is_at_end(struct message *message)
{
    struct slice text;
    return cutter_look(&message->reader->cutter, 1, &text) && text.len == 0 &&
           !message->reader->cutter.has_found;
}

bool message_give_body(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    bool is_own = message->number.len == 0;
    if (is_own && message->header_len == 0 && is_at_end(message)) {
        message->step = NULL; /* an empty message */
        return false;
    }
    if (!message->is_header_cut && entity_is_multipart(&message->entity))
        return open_multipart(walk, child);
    if (is_own)
        message->number = message_number_below(walk->arena, message->base, 1);
    if (message->is_header_cut)
        return message_give_raw(walk, child, "header-bytes", "the header block is too long");
    return message_give_leaf(walk, child);
}

/* A preamble or epilogue, unless it is blank. */
static bool give_between(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    struct slice text;
    bool is_short = message_look(message, BOUNDARY_LOOK, &text);
    message->step = message_meet_delimiter;
    if (is_short && slice_trim(text).len == 0) {
        source_consume(message->reader->cutter.source, text.len);
        return false;
    }
    message_child_init(walk, child, message->is_in_epilogue ? ITEM_EPILOGUE : ITEM_PREAMBLE);
    child->content = CONTENT_TEXT;
    child->part = message->frame->number;
    child->source = message_begin_content(walk);
    message->step = message_give_undecoded;
    return true;
}

/* The source at work has ended: go on in the one around it, if any. */
static bool end_reader(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    struct reader *reader = message->reader;
    bool is_open = false;
    for (; message->frame != reader->base; pop_frame(message))
        is_open |= !message->frame->boundary.is_closed;
    if (is_open)
        walk_gap(walk, walk->item, GAP_TRUNCATED, GAP_STANDS_FOR_REST, NULL,
                 "cut short: a multipart has no closing delimiter");
    if (!reader->outer) {
        message->step = NULL;
        return false;
    }
    message->reader = reader->outer;
    source_close(reader->decoding.raw);
    return message_give_leftover(walk, child, &reader->decoding, reader->number);
}

/* More parts than may be: the rest of the source as one. */
static bool give_rest(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    while (message->frame != message->reader->base)
        pop_frame(message);
    message->reader->cutter.has_found = false;
    message_child_init(walk, child, ITEM_REST);
    child->content = CONTENT_BYTES;
    child->source = message_begin_content(walk);
    message->step = message_give_undecoded;
    walk_gap(walk, child, GAP_LIMIT, GAP_STANDS_FOR_REST, "parts",
             "more than %llu parts; the rest was scanned as raw bytes",
             (unsigned long long)walk->env->limits->parts);
    return true;
}

static void begin_part(struct walk *walk)
{
    struct message *message = walk->state;
    struct frame *frame = message->frame;
    frame->boundary.is_closed = false;
    message->number = message_number_below(walk->arena, frame->number, ++frame->parts);
    message_read_header(walk, NULL);
}

bool message_meet_delimiter(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    struct cutter *cutter = &message->reader->cutter;
    struct slice text;
    (void)cutter_look(cutter, 1, &text);
    if (!cutter->has_found)
        return end_reader(walk, child);
    struct delimiter found = cutter->found;
    /* Each multipart may end once for nothing. */
    if ((!found.is_closing || found.boundary->is_closed) && message->parts++ >= walk->env->limits->parts)
        return give_rest(walk, child);
    while (&message->frame->boundary != found.boundary)
        pop_frame(message);
    arena_rewind(walk->arena, message->frame->mark);
    message->line_rest = cutter_take_delimiter(cutter);
    if (found.is_closing) {
        found.boundary->is_closed = true;
        message->is_in_epilogue = true;
        message->number = message->frame->number;
        message->step = give_between;
        return false;
    }
    begin_part(walk);
    return false;
}

/* The format. */

/* What is read as the message: all of the item, or the part of it that Apple Mail says. */
static struct source *message_source(struct walk *walk)
{
    struct message *message = walk->state;
    const struct item *item = walk->item;
    if (item->kind == ITEM_PART || item->kind == ITEM_MESSAGE ||
        !apple_mail_find(item->source, &message->list_at)) {
        message->list_at = 0;
        return item->source;
    }
    message->before_list = source_from_range(walk->arena, item->source, message->list_at);
    return message->before_list;
}

/* Apple Mail's list, after all else. */
static bool give_list(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    struct source *source = walk->item->source;
    if (message->list_at == 0)
        return false;
    message->list_at = 0;
    source_drain(message->before_list);
    source_close(message->before_list);
    if (source_fill(source, 1, NULL) != 1)
        return false;
    message_child_init(walk, child, ITEM_REST);
    child->content = CONTENT_TEXT;
    child->name = slice_str("PROPERTIES");
    child->source = source_from_range(child->arena, source, UINT64_MAX);
    return true;
}

static int message_open(struct walk *walk, struct error *err)
{
    struct message *message = arena_alloc(walk->arena, sizeof *message);
    struct item *item = walk->item;
    struct provenance provenance;
    (void)err;
    walk->state = message;
    message->reader = arena_alloc(walk->arena, sizeof *message->reader);
    cutter_init(&message->reader->cutter, message_source(walk));
    if (item->envelope)
        message->beside = item->envelope->beside;
    if (item->kind == ITEM_PART)
        message->base = item->part;
    if (item->is_entity) {
        message_read_header(walk, NULL);
        return 0;
    }
    provenance_begin(&provenance, item->arena ? item->arena : walk->arena, walk->env->limits, item->envelope);
    message_read_header(walk, &provenance);
    if (message->list_at > 0)
        apple_mail_flags(item->source, message->list_at, &provenance);
    item->envelope = provenance_end(&provenance);
    message->is_journal = provenance.is_journal;
    if (provenance.is_partial)
        message->partial = "only the beginning of the message was fetched from its server: collect it there";
    if (!item->arena)
        envelope_complete(item->envelope); /* the walk's own arena is rewound between parts */
    item->is_message = true;
    return 0;
}

static int message_next(struct walk *walk, struct item *child, struct error *err)
{
    struct message *message = walk->state;
    while (message->step)
        if (message->step(walk, child))
            return 1;
    if (give_list(walk, child))
        return 1;
    if (!walk->item->source->has_failed)
        return 0;
    *err = walk->item->source->failure;
    return -1;
}

static void message_close(struct walk *walk)
{
    struct message *message = walk->state;
    if (!message)
        return;
    message_end_decoding(&message->decoding);
    for (struct reader *reader = message->reader; reader; reader = reader->outer)
        message_end_decoding(&reader->decoding);
}

const struct format format_message = {
    .name = "message",
    .title = "Internet message with MIME parts (RFC 5322, RFC 2045)",
    .is_message = true,
    .probe = mime_probe,
    .open = message_open,
    .next = message_next,
    .close = message_close,
};
