/* message_body.c - the body of a part that is no multipart: what it is, how it is encoded, and what is not there. */
#include "walk/message_parts.h"

#include "walk/apple_mail.h"
#include "walk/mime_guess.h"
#include "walk/mime_probe.h"

/* How much of a body decides whether it is encoded as it says. */
#define ENCODING_LOOK ((size_t)16 * 1024)

struct slice message_number_below(struct arena *arena, struct slice number, uint64_t ordinal)
{
    return arena_printf(arena, "%.*s%s%llu", (int)number.len, (const char *)number.ptr, number.len ? "." : "",
                        (unsigned long long)ordinal);
}

enum transfer_encoding message_encoding(struct message *message)
{
    enum transfer_encoding declared = message->entity.transfer;
    struct slice sample;
    if (declared != TRANSFER_BASE64 && declared != TRANSFER_UUENCODE && declared != TRANSFER_YENC)
        return declared;
    (void)message_look(message, ENCODING_LOOK, &sample);
    bool is_true = declared == TRANSFER_BASE64     ? mime_is_base64(sample)
                   : declared == TRANSFER_UUENCODE ? mime_has_line(sample, "begin")
                                                   : mime_has_line(sample, "=ybegin");
    return is_true ? declared : TRANSFER_IDENTITY;
}

static bool is_textual(struct slice type)
{
    return type.len == 0 || slice_starts_with(type, "text/") || slice_starts_with(type, "message/");
}

static void describe_part(const struct walk *walk, struct item *child)
{
    const struct message *message = walk->state;
    const struct entity *entity = &message->entity;
    message_child_init(walk, child, ITEM_PART);
    child->part = message->number;
    child->name = entity->name;
    child->type = entity->type;
    child->charset = entity->charset;
    child->flow = entity->flow;
    child->is_attachment = entity->is_attachment || entity->name.len > 0;
    if (message->frame) {
        child->is_alternative = message->frame->is_alternative;
        child->alternative = message->frame->alternative;
    }
}

bool message_give_raw(struct walk *walk, struct item *child, const char *limit, const char *reason)
{
    describe_part(walk, child);
    child->content = CONTENT_BYTES;
    child->source = message_begin_content(walk);
    ((struct message *)walk->state)->step = message_give_undecoded;
    walk_gap(walk, child, GAP_LIMIT, GAP_STANDS_FOR_REST, limit, "%s; scanned as raw bytes", reason);
    return true;
}

static bool starts_like_message(struct message *message)
{
    struct slice text;
    (void)message_look(message, MESSAGE_HEADER_LOOK, &text);
    size_t lead = mime_lead_length(text), blank;
    bool is_complete;
    return header_block_length(slice_skip(text, lead), true, &blank, &is_complete) > blank;
}

/* RFC 2046 section 5.2.2: one piece of a message; the first holds its header. */
static void describe_partial(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    const struct entity *entity = &message->entity;
    bool is_first = entity->partial_number <= 1 && starts_like_message(message);
    child->type = slice_str("text/plain");
    if (is_first)
        child->content = CONTENT_MESSAGE;
    child->is_quoted_message |= is_first;
    if (entity->partial_total != 1)
        walk_gap(walk, child, GAP_TRUNCATED, GAP_STANDS_FOR_REST, NULL,
                 "part %llu of %llu of a message that was sent in pieces",
                 (unsigned long long)entity->partial_number, (unsigned long long)entity->partial_total);
}

/* The first text of a journal report, whatever it is encoded in. */
static void read_journal(struct walk *walk, enum transfer_encoding encoding)
{
    struct message *message = walk->state;
    struct arena *arena = walk->item->arena ? walk->item->arena : walk->arena;
    struct buffer plain;
    struct slice text;
    message->is_journal = false;
    (void)message_look(message, JOURNAL_TEXT, &text);
    buffer_init(&plain, 2 * JOURNAL_TEXT);
    if (encoding == TRANSFER_BASE64)
        (void)transfer_decode_base64(text, &plain, NULL);
    else if (encoding == TRANSFER_QUOTED_PRINTABLE)
        (void)transfer_decode_quoted_printable(text, &plain, NULL);
    message->journal = journal_read(arena, plain.len > 0 ? buffer_slice(&plain) : text);
    buffer_release(&plain);
}

/* What the report tells of its recipients belongs to the message in it. */
static void hand_on_journal(struct message *message, struct item *child)
{
    struct envelope *envelope;
    if (!message->journal)
        return;
    envelope = arena_alloc(child->arena, sizeof *envelope);
    *envelope = (struct envelope){ .date = ENVELOPE_NO_DATE,
                                   .folder = child->envelope->folder,
                                   .folder_role = child->envelope->folder_role,
                                   .custodian = child->envelope->custodian,
                                   .is_custodian_labelled = child->envelope->is_custodian_labelled,
                                   .journal = message->journal };
    child->envelope = envelope;
    message->journal = NULL;
}

/* A part that its mail program took out of the message. */
static void tell_absence(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    struct slice text;
    if (message->entity.absent)
        walk_gap(walk, child, GAP_NOT_IN_EXPORT, GAP_STANDS_FOR_REST, NULL, "%s", message->entity.absent);
    if (!message->entity.is_beside || !message_look(message, MESSAGE_HEADER_LOOK, &text) ||
        slice_trim(text).len > 0)
        return;
    if (apple_mail_lies_beside(message->beside, message->number)) {
        child->note = slice_str("its bytes are a file in the folder Attachments beside the message");
        return;
    }
    walk_gap(walk, child, GAP_NOT_IN_EXPORT, GAP_STANDS_FOR_REST, NULL,
             "Apple Mail keeps this attachment in a file beside the message: collect the mailbox with its "
             "folder 'Attachments'");
}

bool message_give_leaf(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    const struct entity *entity = &message->entity;
    enum transfer_encoding encoding = message_encoding(message);
    describe_part(walk, child);
    if (message->is_journal && !child->is_attachment && is_textual(entity->type) &&
        !entity_is_message(entity))
        read_journal(walk, encoding);
    if (entity->absent || entity->is_beside)
        tell_absence(walk, child);
    if (entity_is_message(entity)) {
        child->content = CONTENT_MESSAGE;
        child->is_quoted_message = true;
        hand_on_journal(message, child);
    } else if (slice_is_equal(entity->type, slice_str("message/partial"))) {
        describe_partial(walk, child);
    } else if (slice_is_equal(entity->type, slice_str("message/external-body"))) {
        child->content = CONTENT_TEXT;
        walk_gap(walk, child, GAP_NOT_IN_EXPORT, GAP_STANDS_FOR_REST, NULL,
                 "the part lies elsewhere (message/external-body, access-type '%.*s')",
                 (int)slice_sub(entity->external, 0, 40).len, (const char *)entity->external.ptr);
    } else if (entity_is_multipart(entity)) {
        child->type = slice_str("text/plain"); /* no boundary divides it */
    }
    if (encoding == TRANSFER_UNKNOWN && !is_textual(entity->type))
        walk_gap(walk, child, GAP_UNSUPPORTED, GAP_STANDS_FOR_REST, NULL, "unknown transfer encoding '%.*s'",
                 (int)slice_sub(entity->transfer_name, 0, 40).len, (const char *)entity->transfer_name.ptr);
    if (encoding != entity->transfer)
        child->note = slice_str("not encoded as its header says: read as it stands");
    child->source =
        transfer_decode(walk->child_arena, message_begin_content(walk), encoding, &message->decoding.state);
    message->step = message_give_undecoded;
    return true;
}

bool message_give_undecoded(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    source_close(message->decoding.raw);
    message->step = message_meet_delimiter;
    return message_give_leftover(walk, child, &message->decoding, message->number);
}
