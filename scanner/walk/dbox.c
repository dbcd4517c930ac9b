/* dbox.c - Dovecot's own mailbox files: one message (sdbox, `u.N`) or many (mdbox, `m.N`).
 *
 * A line `2 M<header size> C<stamp>`; then for each message a header of that size (`\1\2N`, spaces, the body's length in 16 hexadecimal digits),
 * the body, and metadata: `\n\1\3\n`, lines of a key letter and a value, an empty line. Nothing of it is believed: where a length does not
 * lead to metadata, the message ends where metadata shows, and what stands between messages is read as it is.
 */
#include "walk/format.h"

#include "walk/hold.h"

#define MAGIC "\1\2N"
#define POST "\n\1\3\n"
#define POST_LEN ((size_t)4)
#define FILE_LINE ((size_t)256)   /* of the file's first line, at most */
#define HEADER_LEAST ((size_t)30) /* of a message */
#define HEADER_MOST ((size_t)256)
#define METADATA_MOST ((size_t)64 * 1024)
#define STEP ((size_t)64 * 1024) /* read at once where an end is looked for */

enum stage { STAGE_MESSAGE, STAGE_METADATA, STAGE_DONE };

struct dbox {
    enum stage stage;
    size_t header; /* bytes of a message's */
    uint64_t messages;
    bool is_unseen;       /* the last message's metadata lie too far behind it to be read with it */
    struct slice strange; /* lines of the last metadata that are not known, until the next message */
    struct arena_mark mark;
    unsigned char *room; /* STEP bytes */
};

/* Up to 16 hexadecimal digits. 0 or -1. */
static int read_hex(struct slice text, uint64_t *value)
{
    *value = 0;
    if (text.len == 0 || text.len > 16)
        return -1;
    for (size_t i = 0; i < text.len; i++) {
        int digit = slice_hex_digit(text.ptr[i]);
        if (digit < 0)
            return -1;
        *value = *value << 4 | (uint64_t)digit;
    }
    return 0;
}

/* The file's first line. The bytes it takes, or 0 where it is none. */
static size_t read_file_line(struct slice head, size_t *header)
{
    size_t end = slice_find_byte(slice_sub(head, 0, FILE_LINE), 0, '\n'), at = 2;
    uint64_t value;
    if (end == SLICE_NONE || !slice_starts_with(head, "2 M"))
        return 0;
    *header = 0;
    for (struct slice rest = slice_sub(head, at, end - at); rest.len > 0;) {
        size_t space = slice_find_byte(rest, 0, ' ');
        struct slice word = slice_sub(rest, 0, space);
        if (word.len > 0 && word.ptr[0] == 'M' && read_hex(slice_skip(word, 1), &value) == 0)
            *header = value >= HEADER_LEAST && value <= HEADER_MOST ? (size_t)value : 0;
        rest = slice_skip(rest, space == SLICE_NONE ? rest.len : space + 1);
    }
    return *header ? end + 1 : 0;
}

/* The length of the body that the header at the front of HEAD names. 0 or -1. */
static int read_message_header(struct slice head, size_t header, uint64_t *size)
{
    struct slice text = slice_sub(head, 0, header);
    if (text.len < header || !slice_starts_with(text, MAGIC) || text.ptr[header - 1] != '\n')
        return -1;
    return read_hex(slice_sub(text, 13, 16), size);
}

/* LEN <= STEP bytes from OFFSET on, in the window or read into the room. False where they cannot be seen. */
static bool see(struct walk *walk, uint64_t offset, size_t len, struct slice *text)
{
    const struct dbox *dbox = walk->state;
    struct source *in = walk->item->source;
    uint64_t away = offset - in->offset;
    if (away <= SOURCE_WANT_MAX - len && !(source_is_seekable(in) && away > STEP))
        (void)source_fill(in, (size_t)away + len, NULL);
    if (away <= in->ready.len && (in->ready.len - away >= len || in->is_at_end)) {
        *text = slice_sub(in->ready, (size_t)away, len);
        return true;
    }
    if (!source_is_seekable(in))
        return false;
    int64_t got = source_read_at(in, offset, dbox->room, len, NULL);
    *text = slice_of(dbox->room, got > 0 ? (size_t)got : 0);
    return got >= 0;
}

/* Where the next metadata, or another message's header, stands from OFFSET on; the end of the file where there is none. */
static uint64_t find_post(struct walk *walk, uint64_t offset)
{
    struct slice text;
    while (see(walk, offset, STEP, &text) && text.len > 0) {
        size_t post = slice_find(text, 0, slice_str(POST)),
               next = slice_find(text, 0, slice_str("\n" MAGIC " "));
        size_t hit = post < next ? post : next;
        if (hit != SLICE_NONE)
            return offset + hit;
        if (text.len < STEP)
            return offset + text.len;
        offset += text.len - POST_LEN;
    }
    return offset;
}

/* Metadata. */

static void strange_line(struct buffer *strange, struct slice line)
{
    buffer_put(strange, line);
    buffer_put_byte(strange, '\n');
}

static void take_folder(struct item *child, struct slice name)
{
    struct envelope *envelope = arena_alloc(child->arena, sizeof *envelope);
    *envelope = *child->envelope;
    if (envelope->folder.len > 0 || name.len == 0)
        return;
    envelope->folder = arena_copy(child->arena, name);
    envelope->folder_role = envelope_folder_role(envelope->folder);
    child->envelope = envelope;
}

static bool is_hex(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (slice_hex_digit(text.ptr[i]) < 0)
            return false;
    return true;
}

/* One line of metadata. Numbers that only Dovecot makes need not be scanned. CHILD is NULL where the message was given before. */
static void take_metadata(struct walk *walk, struct item *child, struct slice line, struct buffer *strange)
{
    static const char numbers[] = "GRZVO";
    if (line.len > 0 && memchr(numbers, line.ptr[0], sizeof numbers - 1) && is_hex(slice_skip(line, 1)))
        return;
    switch (line.len > 0 ? line.ptr[0] : 0) {
    case 'B': /* the mailbox it was saved to */
        if (child)
            take_folder(child, slice_skip(line, 1));
        else
            strange_line(strange, line);
        break;
    case 'X':
        walk_gap(
            walk, child ? child : walk->item, GAP_NOT_IN_EXPORT, GAP_STANDS_FOR_REST, NULL,
            "parts of the message lie outside its mailbox, among Dovecot's external attachments: export the "
            "mailbox with 'doveadm backup' or 'doveadm fetch'");
        break;
    default:
        strange_line(strange, line);
    }
}

/* The lines of the metadata at the front of TEXT; those that are not known become the strange ones. */
static void take_lines(struct walk *walk, struct item *child, struct slice text)
{
    struct dbox *dbox = walk->state;
    struct buffer lines;
    buffer_init(&lines, METADATA_MOST);
    size_t end = slice_find(text, POST_LEN - 1, slice_str("\n\n"));
    text = slice_skip(slice_sub(text, 0, end == SLICE_NONE ? end : end + 1), POST_LEN);
    while (text.len > 0) {
        size_t len = slice_find_byte(text, 0, '\n');
        take_metadata(walk, child, slice_sub(text, 0, len), &lines);
        text = slice_skip(text, len == SLICE_NONE ? text.len : len + 1);
    }
    dbox->strange = arena_copy(walk->arena, buffer_slice(&lines));
    buffer_release(&lines);
}

/* Read what stands at OFFSET as metadata. False where it is none. */
static bool read_metadata(struct walk *walk, struct item *child, uint64_t offset)
{
    struct slice text;
    if (!see(walk, offset, METADATA_MOST, &text) || !slice_starts_with(text, POST))
        return false;
    take_lines(walk, child, arena_copy(child->arena, text));
    return true;
}

/* Children. */

/* What no message's header begins: up to the next one that does. */
static int give_rest(struct walk *walk, struct item *child)
{
    struct source *in = walk->item->source;
    (void)source_fill(in, STEP, NULL);
    struct slice text = slice_sub(in->ready, 0, STEP);
    size_t hit = slice_find(text, 1, slice_str(MAGIC " "));
    size_t len = hit != SLICE_NONE ? hit : text.len < STEP ? text.len : text.len - POST_LEN;
    walk_gap(walk, walk->item, GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
             "no message begins where one should: read as it stands up to the next");
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->source = source_from_range(child->arena, in, len);
    return 1;
}

/* The first bytes of a message that Dovecot's mail_compress packed: it is opened as such. */
static bool is_packed(struct slice head)
{
    static const char *const magics[] = { "\x1F\x8B", "BZh", "\x28\xB5\x2F\xFD", "\xFD\x37zXZ",
                                          "\x04\x22\x4D\x18" };
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (slice_starts_with(head, magics[i]))
            return true;
    return false;
}

static void describe(struct walk *walk, struct item *child)
{
    struct dbox *dbox = walk->state;
    struct source *in = walk->item->source;
    (void)source_fill(in, 16, NULL);
    child->kind = ITEM_MESSAGE;
    child->ordinal = walk->first_ordinal + dbox->messages++;
    child->content = CONTENT_MESSAGE;
    if (is_packed(in->ready)) {
        child->content = CONTENT_ANY;
        child->name = slice_str("message.packed");
    } else if (slice_starts_with(in->ready, "Dovecot-LZ4")) {
        child->content = CONTENT_BYTES;
        walk_gap(walk, child, GAP_UNSUPPORTED, GAP_STANDS_FOR_REST, NULL,
                 "compressed in Dovecot's own LZ4 form: export the mailbox with 'doveadm backup'");
    }
}

static int check_entries(const struct walk *walk, const struct dbox *dbox, struct error *err)
{
    const struct limits *limits = walk->env->limits;
    bool is_inner = item_message(walk->item) != NULL;
    uint64_t most = is_inner ? limits->inner_entries : limits->outer_entries;
    if (dbox->messages < most)
        return 0;
    return error_set_limit(err, is_inner ? "inner-entries" : "outer-entries",
                           "mailbox holds more than %llu messages", (unsigned long long)most);
}

/* Where the body at START ends that says it has SIZE bytes. */
static uint64_t find_end(struct walk *walk, struct item *child, uint64_t start, uint64_t size)
{
    struct dbox *dbox = walk->state;
    struct source *in = walk->item->source;
    bool is_inside = in->size == SOURCE_SIZE_UNKNOWN ? size <= UINT64_MAX / 2 : size <= in->size - start;
    if (is_inside && read_metadata(walk, child, start + size))
        return start + size;
    /* What follows cannot be seen from here: it is looked at when the reader gets there. */
    if (is_inside && !source_is_seekable(in) && size > SOURCE_WANT_MAX - METADATA_MOST) {
        dbox->is_unseen = true;
        return start + size;
    }
    uint64_t end = find_post(walk, start);
    bool is_cut = !read_metadata(walk, child, end) && end - start < size;
    walk_gap(walk, child, is_cut ? GAP_TRUNCATED : GAP_DAMAGED, GAP_STANDS_FOR_REST, NULL,
             "its length does not lead to its end: read up to where its mailbox goes on, or ends");
    return end;
}

static int give_message(struct walk *walk, struct item *child, uint64_t size, struct error *err)
{
    struct dbox *dbox = walk->state;
    struct source *in = walk->item->source;
    if (check_entries(walk, dbox, err) < 0)
        return -1;
    source_consume(in, dbox->header);
    dbox->stage = STAGE_METADATA;
    arena_rewind(walk->arena, dbox->mark);
    describe(walk, child);
    uint64_t start = in->offset;
    child->source = source_from_range(child->arena, in, find_end(walk, child, start, size) - start);
    return 1;
}

static int next_message(struct walk *walk, struct item *child, struct error *err)
{
    struct dbox *dbox = walk->state;
    struct source *in = walk->item->source;
    uint64_t size;
    if (source_fill(in, dbox->header, NULL) < 1 && in->ready.len == 0) {
        dbox->stage = STAGE_DONE;
        if (!in->has_failed)
            return 0;
        *err = in->failure;
        return -1;
    }
    if (read_message_header(in->ready, dbox->header, &size) < 0)
        return give_rest(walk, child);
    return give_message(walk, child, size, err);
}

/* Behind a message: its metadata were read, or are not there. */
static int pass_metadata(struct walk *walk, struct item *child)
{
    struct dbox *dbox = walk->state;
    struct source *in = walk->item->source;
    dbox->stage = STAGE_MESSAGE;
    (void)source_fill(in, METADATA_MOST, NULL);
    struct slice text = slice_sub(in->ready, 0, METADATA_MOST);
    if (slice_starts_with(text, POST)) {
        if (dbox->is_unseen)
            take_lines(walk, NULL, text);
        size_t end = slice_find(text, POST_LEN - 1, slice_str("\n\n"));
        source_consume(in, end == SLICE_NONE ? text.len : end + 2);
    } else if (slice_starts_with(text, "\n" MAGIC)) {
        source_consume(in, 1);
    } else if (text.len == 0) {
        walk_gap(walk, walk->item, GAP_TRUNCATED, GAP_STANDS_FOR_REST, NULL,
                 "cut short: its last message has no end");
    }
    dbox->is_unseen = false;
    if (dbox->strange.len == 0)
        return 0;
    child->kind = ITEM_REST;
    child->content = CONTENT_TEXT;
    child->name = slice_str("METADATA");
    child->source = source_from_memory(child->arena, arena_copy(child->arena, dbox->strange));
    dbox->strange = slice_of(NULL, 0);
    return 1;
}

/* The format. */

static enum bid dbox_probe(const struct item *item, struct slice head)
{
    size_t header, line = read_file_line(head, &header);
    uint64_t size;
    (void)item;
    if (line == 0)
        return BID_NONE;
    if (slice_starts_with(slice_skip(head, line), MAGIC) ||
        read_message_header(slice_skip(head, line), header, &size) == 0)
        return BID_SIGNATURE;
    return head.len == line ? BID_SHAPE : BID_NONE;
}

static int dbox_open(struct walk *walk, struct error *err)
{
    struct dbox *dbox = arena_alloc(walk->arena, sizeof *dbox);
    struct source *in = walk->item->source;
    walk->state = dbox;
    (void)source_fill(in, FILE_LINE, NULL);
    size_t line = read_file_line(in->ready, &dbox->header);
    if (line == 0)
        return error_set(err, ERROR_FORMAT, "not one of Dovecot's mailbox files");
    /* A message's folder stands behind it: what cannot be sought in is held, so that it is known before the message is read. */
    if (!source_is_seekable(in)) {
        struct error why; /* not held: the folders of long messages stay unknown */
        in = walk->item->source = hold_source(walk->item->arena, in, walk->env, &why);
        (void)source_fill(in, FILE_LINE, NULL);
    }
    source_consume(in, line);
    dbox->room = arena_room(walk->arena, STEP);
    dbox->mark = arena_mark(walk->arena);
    return 0;
}

static int dbox_next(struct walk *walk, struct item *child, struct error *err)
{
    struct dbox *dbox = walk->state;
    int got = 0;
    if (dbox->stage == STAGE_METADATA)
        got = pass_metadata(walk, child);
    if (got == 0 && dbox->stage == STAGE_MESSAGE)
        got = next_message(walk, child, err);
    return got;
}

const struct format format_dbox = {
    .name = "dbox",
    .title = "Dovecot mailbox files (sdbox, mdbox)",
    .is_mailbox = true,
    .probe = dbox_probe,
    .open = dbox_open,
    .next = dbox_next,
};
