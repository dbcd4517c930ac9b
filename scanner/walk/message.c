/* message.c - a message: RFC 5322 header, MIME parts (RFC 2045-2049), read in one pass and in constant memory.
 *
 * Children come in the order of their bytes: the header block; for each multipart its preamble, then for each part its header
 * block and its body, then the epilogue. Every byte is in one of them, but for `--boundary` itself (which the header names),
 * the line ends and white space around it, and preambles and epilogues that are blank.
 *
 * A message/rfc822 part is one child, opened by a walk of its own. A multipart is not a child: its frame lies on a stack here.
 */
#include "walk/format.h"

#include <assert.h>

#include "walk/journal.h"
#include "walk/apple_mail.h"
#include "walk/mime_boundary.h"
#include "walk/mime_guess.h"
#include "walk/mime_headers.h"
#include "walk/mime_probe.h"
#include "walk/mime_provenance.h"

/* What is asked for first when a header block is looked for; doubled as long as its end does not show. */
#define HEADER_LOOK ((size_t)4 * 1024)

/* How much is shown beyond the longest header block. */
#define HEADER_SLACK ((size_t)1024)

/* A blank line is looked for so far before the block is looked at line by line. */
#define PLAIN_HEADER_MOST ((size_t)64 * 1024)

/* How far a multipart's body is searched for its boundary, or for a line that may be the one it does not name. */
#define BOUNDARY_LOOK ((size_t)64 * 1024)

/* How much of a body decides whether it is encoded as it says. */
#define ENCODING_LOOK ((size_t)16 * 1024)

/* Text around encoded lines that is kept, at most. */
#define UNDECODED_MAX ((size_t)4 * 1024 * 1024)

/* An open multipart. */
struct frame {
    struct boundary boundary; /* first: the cutter's chain of boundaries is one of frames */
    struct frame *outer;
    struct slice number; /* its part number; empty for the message's own body */
    uint64_t parts;      /* begun so far */
    bool is_digest, is_alternative;
    struct slice alternative; /* number of the outermost multipart/alternative around the parts */
    struct arena_mark mark;   /* what its parts allocated lies above */
};

/* A body on its way through a transfer decoder. */
struct decoding {
    struct source *raw; /* NULL: none */
    struct transfer_state state;
    struct buffer undecoded;
};

/* A source in which delimiters are looked for: the message, or what an encoded multipart decodes to. */
struct reader {
    struct reader *outer;
    struct cutter cutter;
    struct frame *base; /* the innermost frame when it was begun: not its own */
    struct decoding decoding;
    struct slice number;
};

struct message {
    bool (*step)(struct walk *walk, struct item *child); /* true: CHILD is filled; NULL at the end */
    struct reader *reader;
    struct frame *frame; /* innermost */
    unsigned frames;
    uint64_t parts;
    bool is_journal;               /* a report, whose first text names the recipients of the message in it */
    const struct journal *journal; /* once that was read */
    const char *partial;           /* why there is no more of the message; told once */
    struct slice beside;           /* of the input: files of attachments */
    struct source *before_list;    /* of Apple Mail's file: what is read as the message */
    uint64_t list_at;              /* where Apple Mail's list of properties begins; 0: there is none */
    struct slice base; /* part number of the message, which its parts continue; empty for the outermost */

    /* The entity at work. */
    struct entity entity;
    struct slice number;
    size_t line_rest;    /* text that stands after the delimiter on its line */
    size_t header_len;   /* with line_rest or what leads the message's first field */
    const char *limit;   /* that the header block hit */
    bool is_header_cut;  /* it is longer than its limit */
    bool is_in_epilogue; /* else in the preamble */
    struct decoding decoding;
};

static bool give_header(struct walk *walk, struct item *child);
static bool give_body(struct walk *walk, struct item *child);
static bool give_between(struct walk *walk, struct item *child);
static bool give_undecoded(struct walk *walk, struct item *child);
static bool meet_delimiter(struct walk *walk, struct item *child);

/* Children. */

static void child_init(const struct walk *walk, struct item *child, enum item_kind kind)
{
    const struct message *message = walk->state;
    child->kind = kind;
    child->container_depth = walk->item->container_depth;
    child->mime_depth = walk->item->mime_depth + 1 + message->frames;
    child->is_quoted_message = walk->item->is_quoted_message;
}

/* The source of the bytes up to the next delimiter. It outlives the child, whose source may be a decoder over it. */
static struct source *begin_content(struct walk *walk)
{
    struct message *message = walk->state;
    struct decoding *decoding = &message->decoding;
    decoding->raw = cutter_source(walk->arena, &message->reader->cutter);
    decoding->state = (struct transfer_state){ .undecoded = &decoding->undecoded };
    buffer_init(&decoding->undecoded, UNDECODED_MAX);
    return decoding->raw;
}

static void decoding_release(struct decoding *decoding)
{
    if (!decoding->raw)
        return;
    source_close(decoding->raw);
    buffer_release(&decoding->undecoded);
    decoding->raw = NULL;
}

/* A child of what DECODING met and did not decode. False if there is nothing. Ends DECODING. */
static bool give_leftover(struct walk *walk, struct item *child, struct decoding *decoding,
                          struct slice number)
{
    struct slice text = buffer_slice(&decoding->undecoded);
    bool is_overfull = decoding->undecoded.is_overfull;
    bool is_given = decoding->raw && slice_trim(text).len > 0;
    if (is_given) {
        child_init(walk, child, ITEM_REST);
        child->content = CONTENT_TEXT;
        child->name =
            arena_printf(walk->child_arena, "%.*s.undecoded", (int)number.len, (const char *)number.ptr);
        child->source = source_from_memory(walk->child_arena, arena_copy(walk->child_arena, text));
        if (is_overfull)
            walk_gap(walk, child, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
                     "more than %zu bytes between encoded lines", UNDECODED_MAX);
    }
    decoding_release(decoding);
    return is_given;
}

/* The first MOST bytes up to the next delimiter. True if there are fewer. However much the source shows at once, the answer
 * is the same. */
static bool look_at_content(struct message *message, size_t most, struct slice *text)
{
    bool is_all = cutter_look(&message->reader->cutter, most, text);
    bool is_short = is_all && text->len < most;
    *text = slice_sub(*text, 0, most);
    return is_short;
}

/* Header blocks. */

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
    for (size_t want = least(HEADER_LOOK, shown);; want = least(want * 2, shown)) {
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
    (void)cutter_look(&message->reader->cutter, HEADER_LOOK, &text);
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

/* Find and parse the header block of the entity that starts here. PROVENANCE: NULL for a part. */
static void read_header(struct walk *walk, struct provenance *provenance)
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
    message->step = give_body;
    if (slice_trim(block).len == 0) {
        source_consume(source, block.len);
        return false;
    }
    if (message->partial)
        walk_gap(walk, walk->item, GAP_NOT_IN_EXPORT, GAP_STANDS_FOR_REST, NULL, "%s", message->partial);
    message->partial = NULL;
    child_init(walk, child, ITEM_HEADER);
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

/* Bodies. */

static struct slice number_below(struct arena *arena, struct slice number, uint64_t ordinal)
{
    return arena_printf(arena, "%.*s%s%llu", (int)number.len, (const char *)number.ptr, number.len ? "." : "",
                        (unsigned long long)ordinal);
}

/* The encoding that the body which starts here is in: what was declared, unless its bytes say otherwise. */
static enum transfer_encoding real_encoding(struct message *message)
{
    enum transfer_encoding declared = message->entity.transfer;
    struct slice sample;
    if (declared != TRANSFER_BASE64 && declared != TRANSFER_UUENCODE && declared != TRANSFER_YENC)
        return declared;
    (void)look_at_content(message, ENCODING_LOOK, &sample);
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
    child_init(walk, child, ITEM_PART);
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

/* A body whose structure is not read: its bytes as they stand. */
static bool give_raw(struct walk *walk, struct item *child, const char *limit, const char *reason)
{
    describe_part(walk, child);
    child->content = CONTENT_BYTES;
    child->source = begin_content(walk);
    ((struct message *)walk->state)->step = give_undecoded;
    walk_gap(walk, child, GAP_LIMIT, GAP_STANDS_FOR_REST, limit, "%s; scanned as raw bytes", reason);
    return true;
}

static bool starts_like_message(struct message *message)
{
    struct slice text;
    (void)look_at_content(message, HEADER_LOOK, &text);
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
    (void)look_at_content(message, JOURNAL_TEXT, &text);
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
    if (!message->entity.is_beside || !look_at_content(message, HEADER_LOOK, &text) ||
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

static bool give_leaf(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    const struct entity *entity = &message->entity;
    enum transfer_encoding encoding = real_encoding(message);
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
                 (int)least(entity->external.len, 40), (const char *)entity->external.ptr);
    } else if (entity_is_multipart(entity)) {
        child->type = slice_str("text/plain"); /* no boundary divides it */
    }
    if (encoding == TRANSFER_UNKNOWN && !is_textual(entity->type))
        walk_gap(walk, child, GAP_UNSUPPORTED, GAP_STANDS_FOR_REST, NULL, "unknown transfer encoding '%.*s'",
                 (int)least(entity->transfer_name.len, 40), (const char *)entity->transfer_name.ptr);
    if (encoding != entity->transfer)
        child->note = slice_str("not encoded as its header says: read as it stands");
    child->source =
        transfer_decode(walk->child_arena, begin_content(walk), encoding, &message->decoding.state);
    message->step = give_undecoded;
    return true;
}

static bool give_undecoded(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    source_close(message->decoding.raw);
    message->step = meet_delimiter;
    return give_leftover(walk, child, &message->decoding, message->number);
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
        bool is_short = look_at_content(message, BOUNDARY_LOOK, &text);
        bool is_own = is_short && cutter->has_found && cutter->found.boundary == &message->frame->boundary;
        if (is_own || (!is_short && !is_encoded))
            return true;
        pop_frame(message);
        cutter->has_found = false; /* it may be another's: look again */
        cutter->searched = cutter->source->offset;
        cutter->is_line_start = true;
    }
    (void)look_at_content(message, BOUNDARY_LOOK, &text);
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
    enum transfer_encoding encoding = real_encoding(message);
    struct source *raw = begin_content(walk);
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
        return give_raw(walk, child, "mime-depth", "too many multiparts in one another");
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
        message->number = number_below(walk->arena, message->base, 1);
    return give_leaf(walk, child);
}

static bool is_at_end(struct message *message)
{
    struct slice text;
    return cutter_look(&message->reader->cutter, 1, &text) && text.len == 0 &&
           !message->reader->cutter.has_found;
}

static bool give_body(struct walk *walk, struct item *child)
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
        message->number = number_below(walk->arena, message->base, 1);
    if (message->is_header_cut)
        return give_raw(walk, child, "header-bytes", "the header block is too long");
    return give_leaf(walk, child);
}

/* A preamble or epilogue, unless it is blank. */
static bool give_between(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    struct slice text;
    bool is_short = look_at_content(message, BOUNDARY_LOOK, &text);
    message->step = meet_delimiter;
    if (is_short && slice_trim(text).len == 0) {
        source_consume(message->reader->cutter.source, text.len);
        return false;
    }
    child_init(walk, child, message->is_in_epilogue ? ITEM_EPILOGUE : ITEM_PREAMBLE);
    child->content = CONTENT_TEXT;
    child->part = message->frame->number;
    child->source = begin_content(walk);
    message->step = give_undecoded;
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
    return give_leftover(walk, child, &reader->decoding, reader->number);
}

/* More parts than may be: the rest of the source as one. */
static bool give_rest(struct walk *walk, struct item *child)
{
    struct message *message = walk->state;
    while (message->frame != message->reader->base)
        pop_frame(message);
    message->reader->cutter.has_found = false;
    child_init(walk, child, ITEM_REST);
    child->content = CONTENT_BYTES;
    child->source = begin_content(walk);
    message->step = give_undecoded;
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
    message->number = number_below(walk->arena, frame->number, ++frame->parts);
    read_header(walk, NULL);
}

static bool meet_delimiter(struct walk *walk, struct item *child)
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
    child_init(walk, child, ITEM_REST);
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
        read_header(walk, NULL);
        return 0;
    }
    provenance_begin(&provenance, item->arena ? item->arena : walk->arena, walk->env->limits, item->envelope);
    read_header(walk, &provenance);
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
    decoding_release(&message->decoding);
    for (struct reader *reader = message->reader; reader; reader = reader->outer)
        decoding_release(&reader->decoding);
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
