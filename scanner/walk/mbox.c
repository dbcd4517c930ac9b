/* mbox.c - a Unix mailbox: messages between "From " lines (mboxo, mboxrd, mboxcl, mboxcl2). */
#include "walk/mbox.h"

#include <assert.h>

#include "base/utf8.h"
#include "decode/header.h"
#include "walk/mbox_from.h"

#define NOWHERE UINT64_MAX

/* How far the header of a message is read for a Content-Length. */
#define HEADER_LOOK ((size_t)64 * 1024)
/* What is read where a Content-Length points: enough for a separator, and for the next message's fields. */
#define LANDING_LOOK ((size_t)16 * 1024)

enum landing { LANDING_UNKNOWN, LANDING_NOWHERE, LANDING_PLAIN, LANDING_COUNTED };

struct mbox {
    struct source *in;
    bool has_begun;
    uint64_t clear;       /* no separator starts in [in->offset, clear) */
    uint64_t found;       /* where the next separator starts, or NOWHERE */
    uint64_t start;       /* of the last message, its separator first */
    uint64_t count;       /* messages begun in this walk */
    uint64_t target;      /* where the message ends by its Content-Length, or NOWHERE */
    enum landing landing; /* what stands there */
    uint64_t denied;      /* a target that was not believed, or NOWHERE */
    bool takes_git;
    bool is_stuck; /* the window cannot grow: what it shows must do */
    size_t behind_len;
    unsigned char behind[MBOX_FROM_BEFORE]; /* what stands before in->ready */
};

/* The text of one message, or of the junk before the first: what `in` shows, up to the next separator. */
struct message_source {
    struct source source;
    struct mbox *mbox;
    uint64_t start; /* of byte 0, in the mailbox */
};

/* Consume N bytes of the mailbox, and remember the last of them. */
static void mbox_consume(struct mbox *mbox, size_t n)
{
    struct slice gone = slice_sub(mbox->in->ready, 0, n);
    size_t keep = gone.len < sizeof mbox->behind ? gone.len : sizeof mbox->behind;
    size_t old = sizeof mbox->behind - keep;
    if (old > mbox->behind_len)
        old = mbox->behind_len;
    memmove(mbox->behind, mbox->behind + mbox->behind_len - old, old);
    if (keep)
        memcpy(mbox->behind + old, gone.ptr + gone.len - keep, keep);
    mbox->behind_len = old + keep;
    source_consume(mbox->in, gone.len);
}

static bool mbox_is_all(const struct mbox *mbox)
{
    return mbox->in->is_at_end || mbox->in->has_failed;
}

/* What stands before the byte AT of the window: in the window, or, near its front, among what went before. */
static struct slice text_before(const struct mbox *mbox, size_t at, unsigned char room[MBOX_FROM_BEFORE])
{
    struct slice window = mbox->in->ready;
    if (at >= MBOX_FROM_BEFORE || mbox->behind_len == 0)
        return slice_sub(window, at > MBOX_FROM_BEFORE ? at - MBOX_FROM_BEFORE : 0,
                         at > MBOX_FROM_BEFORE ? MBOX_FROM_BEFORE : at);
    size_t old = MBOX_FROM_BEFORE - at;
    if (old > mbox->behind_len)
        old = mbox->behind_len;
    memcpy(room, mbox->behind + mbox->behind_len - old, old);
    if (at)
        memcpy(room + old, window.ptr, at);
    return slice_of(room, old + at);
}

static bool is_line_end(unsigned char c)
{
    return c == '\n' || c == '\r';
}

static bool is_at_line_start(const struct mbox *mbox, size_t at)
{
    unsigned char room[MBOX_FROM_BEFORE];
    struct slice before = text_before(mbox, at, room);
    return before.len == 0 || is_line_end(before.ptr[before.len - 1]) ||
           slice_is_equal(before, slice_str(UTF8_MARK));
}

static enum mbox_from judge(const struct mbox *mbox, size_t at)
{
    unsigned char room[MBOX_FROM_BEFORE];
    /* Where the Content-Length says that the message ends, no blank line is asked for. */
    uint64_t here = mbox->in->offset + at;
    bool is_counted = mbox->target != NOWHERE && here >= mbox->target && here - mbox->target <= 4;
    const struct mbox_look look = {
        .before = is_counted ? slice_of(NULL, 0) : text_before(mbox, at, room),
        .text = slice_skip(mbox->in->ready, at),
        /* A window that cannot grow any more is judged as it stands. */
        .is_all = mbox_is_all(mbox) || mbox->is_stuck,
        .takes_git = mbox->takes_git,
    };
    return mbox_from_judge(&look);
}

/* Content-Length. A writer of mboxcl2 leaves "From " lines in bodies alone and trusts in it; anybody may forge it. */

/* The value in the rest of a Content-Length field. */
static bool read_content_length(struct slice rest, uint64_t *value)
{
    return slice_to_u64(slice_trim(slice_sub(rest, 0, slice_find_byte(rest, 0, '\n'))), value) == 0;
}

/* The Content-Length of the message at the front of TEXT, and where its body begins. */
static bool find_content_length(struct slice text, uint64_t *length, size_t *body)
{
    static const struct slice name = { (const unsigned char *)"\ncontent-length:", 16 };
    size_t blank_len, blank = header_find_blank(text, 0, &blank_len);
    struct slice first = slice_skip(name, 1);
    if (blank == SLICE_NONE || text.ptr[0] == '\n' || slice_starts_with(text, "\r\n"))
        return false;
    text = slice_sub(text, 0, blank);
    *body = blank + blank_len;
    bool has_length = slice_is_equal_nocase(slice_sub(text, 0, first.len), first) &&
                      read_content_length(slice_skip(text, first.len), length);
    for (size_t at = 0; (at = slice_find_nocase(text, at, name)) != SLICE_NONE; at += name.len)
        has_length |= read_content_length(slice_skip(text, at + name.len), length);
    return has_length;
}

/* The window begins with the separator of a message, LINE bytes long. */
static void note_content_length(struct mbox *mbox, size_t line)
{
    uint64_t length, body;
    size_t header;
    mbox->target = NOWHERE;
    mbox->landing = LANDING_UNKNOWN;
    if (!find_content_length(slice_sub(mbox->in->ready, line, HEADER_LOOK), &length, &header))
        return;
    body = mbox->in->offset + line + header;
    if (length < NOWHERE - body)
        mbox->target = body + length;
}

/* Up to LANDING_LOOK bytes at TARGET; *IS_ALL if the mailbox ends with them. False if they cannot be seen from here. */
static bool see_landing(struct mbox *mbox, unsigned char *room, struct slice *text, bool *is_all)
{
    uint64_t away = mbox->target - mbox->in->offset;
    if (away < SOURCE_WANT_MAX - LANDING_LOOK)
        (void)source_fill(mbox->in, (size_t)away + LANDING_LOOK, NULL);
    bool is_shown =
        away <= mbox->in->ready.len && (mbox_is_all(mbox) || mbox->in->ready.len - away >= LANDING_LOOK);
    if (is_shown) {
        *text = slice_sub(mbox->in->ready, (size_t)away, LANDING_LOOK);
        *is_all = mbox->in->ready.len - away <= LANDING_LOOK;
        return true;
    }
    if (!source_is_seekable(mbox->in) || mbox->target > mbox->in->size)
        return false;
    int64_t got = source_read_at(mbox->in, mbox->target, room, LANDING_LOOK, NULL);
    *text = slice_of(room, got > 0 ? (size_t)got : 0);
    *is_all = mbox->target + text->len >= mbox->in->size;
    return got >= 0;
}

/* What stands where the Content-Length ends: a separator or the end, after the blank line that writers add. */
static enum landing find_landing(struct mbox *mbox)
{
    unsigned char room[LANDING_LOOK];
    struct slice text;
    bool is_all;
    uint64_t length;
    size_t body;
    if (!see_landing(mbox, room, &text, &is_all))
        return LANDING_NOWHERE;
    while (text.len > 0 && is_line_end(text.ptr[0]))
        text = slice_skip(text, 1);
    if (text.len == 0)
        return is_all ? LANDING_COUNTED : LANDING_NOWHERE;
    const struct mbox_look look = { .text = text, .is_all = true, .takes_git = mbox->takes_git };
    if (mbox_from_judge(&look) < MBOX_FROM_YES)
        return LANDING_NOWHERE;
    struct slice next = slice_skip(text, mbox_line_length(text));
    return find_content_length(next, &length, &body) ? LANDING_COUNTED : LANDING_PLAIN;
}

/* Whether the message goes on past a line that looks like a separator (IS) before its Content-Length is reached. A line
 * that nobody would take for text needs more: a mailbox in which the message after counts its bytes too. */
static bool is_counted_in(struct mbox *mbox, enum mbox_from is)
{
    if (mbox->landing == LANDING_UNKNOWN)
        mbox->landing = find_landing(mbox);
    if (mbox->landing == LANDING_COUNTED || (mbox->landing == LANDING_PLAIN && is == MBOX_FROM_YES))
        return true;
    mbox->denied = mbox->target;
    mbox->target = NOWHERE;
    return false;
}

/* Look for the next separator in what the window shows. True if `found` is set; else nothing starts before `clear`. */
static bool mbox_scan(struct mbox *mbox)
{
    static const struct slice from = { (const unsigned char *)"From ", 5 };
    uint64_t base = mbox->in->offset;
    size_t at = (size_t)(mbox->clear - base);
    if (mbox->found != NOWHERE)
        return true;
    for (;;) {
        size_t hit = slice_find(mbox->in->ready, at, from);
        if (hit == SLICE_NONE)
            break;
        mbox->clear = base + hit;
        enum mbox_from is = is_at_line_start(mbox, hit) ? judge(mbox, hit) : MBOX_FROM_NO;
        if (is == MBOX_FROM_MORE)
            return false;
        bool is_counted = is != MBOX_FROM_NO && mbox->target != NOWHERE && mbox->clear < mbox->target &&
                          is_counted_in(mbox, is);
        if (is != MBOX_FROM_NO && !is_counted) {
            mbox->found = mbox->clear;
            return true;
        }
        at = hit + from.len;
    }
    size_t len = mbox->in->ready.len;
    size_t straddle = mbox_is_all(mbox) || mbox->is_stuck ? 0 : from.len - 1;
    if (len > straddle && base + len - straddle > mbox->clear)
        mbox->clear = base + len - straddle;
    return false;
}

/* Search until a separator is found, or NEED bytes from in->offset on are known to hold none, or the end. */
static void mbox_reach(struct mbox *mbox, size_t need)
{
    while (!mbox_scan(mbox) && mbox->clear - mbox->in->offset < need && !mbox_is_all(mbox)) {
        size_t want = mbox->in->ready.len + MBOX_FROM_AHEAD + 1;
        if (mbox->in->ready.len >= SOURCE_WANT_MAX)
            mbox->is_stuck = true;
        else
            (void)source_fill(mbox->in, want < SOURCE_WANT_MAX ? want : SOURCE_WANT_MAX, NULL);
    }
    mbox->is_stuck = false;
}

/* The source of one message. */

static int message_fill(struct source *source, size_t want, struct error *err)
{
    struct message_source *message = (struct message_source *)source;
    struct mbox *mbox = message->mbox;
    mbox_consume(mbox, (size_t)(message->start + source->offset - mbox->in->offset));
    mbox_reach(mbox, want);
    uint64_t shown = (mbox->found == NOWHERE ? mbox->clear : mbox->found) - mbox->in->offset;
    source->ready = slice_sub(mbox->in->ready, 0, (size_t)shown);
    if (source->ready.len >= want)
        return 1;
    if (mbox->found == NOWHERE && mbox->in->has_failed) {
        *err = mbox->in->failure;
        return -1;
    }
    return 0;
}

static const struct source_class message_class = { .fill = message_fill };

static struct source *message_source_new(struct mbox *mbox, struct arena *arena)
{
    struct message_source *message = arena_alloc(arena, sizeof *message);
    *message = (struct message_source){ .mbox = mbox, .start = mbox->in->offset };
    message->source = (struct source){ .class = &message_class, .size = SOURCE_SIZE_UNKNOWN };
    return &message->source;
}

/* Go to the next separator, whatever the reader of the message left. False at the end of the mailbox. */
static bool mbox_skip_message(struct mbox *mbox)
{
    for (;;) {
        mbox_reach(mbox, 1);
        uint64_t stop = mbox->found == NOWHERE ? mbox->clear : mbox->found;
        mbox_consume(mbox, (size_t)(stop - mbox->in->offset));
        if (mbox->found != NOWHERE)
            return true;
        if (mbox_is_all(mbox) && mbox->in->ready.len == 0)
            return false;
    }
}

/* What `next` says after the last message. */
static int mbox_end(const struct mbox *mbox, struct error *err)
{
    if (!mbox->in->has_failed)
        return 0;
    *err = mbox->in->failure;
    return -1;
}

/* Begin the message whose separator `found` points at; in->ready begins with it. */
static void mbox_begin_message(struct mbox *mbox)
{
    (void)source_fill(mbox->in, HEADER_LOOK, NULL);
    struct slice line = slice_sub(mbox->in->ready, 0, MBOX_FROM_LINE);
    line.len = mbox_line_length(line);
    if (mbox->count == 0)
        mbox->takes_git = mbox_from_is_git(line);
    mbox->count++;
    mbox->start = mbox->found;
    mbox->found = NOWHERE;
    mbox->clear = mbox->in->offset + line.len;
    note_content_length(mbox, line.len);
}

static int check_entries(const struct walk *walk, const struct mbox *mbox, struct error *err)
{
    const struct limits *limits = walk->env->limits;
    bool is_inner = item_message(walk->item) != NULL;
    uint64_t most = is_inner ? limits->inner_entries : limits->outer_entries;
    if (mbox->count < most)
        return 0;
    return error_set_limit(err, is_inner ? "inner-entries" : "outer-entries",
                           "mailbox holds more than %llu messages", (unsigned long long)most);
}

/* Splitting: no children, but the ranges in which others will find them. */

static bool is_split(const struct walk *walk)
{
    const struct splitter *splitter = walk->env->splitter;
    const struct source *in = walk->item->source;
    return splitter && walk->item->kind == ITEM_FILE && source_is_seekable(in) && in->size > splitter->least;
}

static int split(struct walk *walk, struct error *err)
{
    const struct splitter *splitter = walk->env->splitter;
    struct mbox *mbox = walk->state;
    uint64_t start = mbox->in->offset, first = walk->first_ordinal;
    bool is_over = false;
    while (mbox_skip_message(mbox)) {
        /* Not where a disbelieved Content-Length points: the end of a range there would make it credible. */
        if (mbox->found - start >= MBOX_RANGE && mbox->found != mbox->denied) {
            splitter->range(splitter->ctx, start, mbox->found - start, first);
            start = mbox->found;
            first = walk->first_ordinal + mbox->count;
        }
        is_over = check_entries(walk, mbox, err) < 0;
        if (is_over)
            break;
        mbox_begin_message(mbox);
    }
    if (mbox->in->offset > start)
        splitter->range(splitter->ctx, start, mbox->in->offset - start, first);
    return is_over ? -1 : mbox_end(mbox, err);
}

/* The format. */

static int mbox_open(struct walk *walk, struct error *err)
{
    struct mbox *mbox = arena_alloc(walk->arena, sizeof *mbox);
    (void)err;
    mbox->in = walk->item->source;
    mbox->clear = mbox->in->offset;
    mbox->found = mbox->denied = mbox->target = NOWHERE;
    mbox->takes_git = true;
    walk->state = mbox;
    return 0;
}

static int give_rest(struct mbox *mbox, struct item *child)
{
    mbox->takes_git = false;
    mbox->found = NOWHERE;
    mbox->clear = mbox->in->offset;
    child->kind = ITEM_REST;
    child->content = CONTENT_TEXT;
    child->source = message_source_new(mbox, child->arena);
    return 1;
}

static int give_message(struct walk *walk, struct item *child, struct error *err)
{
    struct mbox *mbox = walk->state;
    if (!mbox_skip_message(mbox))
        return mbox_end(mbox, err);
    if (check_entries(walk, mbox, err) < 0)
        return -1;
    mbox_begin_message(mbox);
    child->kind = ITEM_MESSAGE;
    child->content = CONTENT_MESSAGE;
    child->ordinal = walk->first_ordinal + mbox->count - 1;
    child->source = message_source_new(mbox, child->arena);
    return 1;
}

static int mbox_next(struct walk *walk, struct item *child, struct error *err)
{
    struct mbox *mbox = walk->state;
    if (!mbox->has_begun) {
        mbox->has_begun = true;
        mbox_reach(mbox, 1);
        if (mbox->found != mbox->in->offset && mbox->in->ready.len > 0)
            return give_rest(mbox, child);
    }
    if (mbox->count == 0 && is_split(walk))
        return split(walk, err);
    return give_message(walk, child, err);
}

uint64_t mbox_offset(const struct walk *walk)
{
    const struct mbox *mbox = walk->state;
    return mbox->start;
}

/* Whether an excerpt of a mailbox may stand in a text: then it is text. */
static bool is_body_text(const struct item *item)
{
    return item->kind == ITEM_PART && !item->is_attachment &&
           (item->type.len == 0 || slice_starts_with(item->type, "text/"));
}

static bool is_named_mbox(const struct item *item)
{
    return slice_ends_with_nocase(item->name, ".mbox") || slice_ends_with_nocase(item->name, ".mbx") ||
           slice_ends_with_nocase(item->name, "mbox") ||
           slice_is_equal_nocase(item->type, slice_str("application/mbox"));
}

/* The first separator of HEAD after its start, or MBOX_FROM_NO. */
static enum mbox_from find_late(struct slice head)
{
    static const struct slice from = { (const unsigned char *)"\nFrom ", 6 };
    for (size_t at = slice_find(head, 0, from); at != SLICE_NONE; at = slice_find(head, at + 1, from)) {
        const struct mbox_look look = { .before = slice_sub(head, 0, at + 1),
                                        .text = slice_skip(head, at + 1),
                                        .is_all = true };
        enum mbox_from is = mbox_from_judge(&look);
        if (is != MBOX_FROM_NO)
            return is;
    }
    return MBOX_FROM_NO;
}

static enum bid mbox_probe(const struct item *item, struct slice head)
{
    head = utf8_skip_mark(head);
    const struct mbox_look look = { .text = head, .is_all = true, .takes_git = true };
    if (is_body_text(item))
        return BID_NONE;
    enum mbox_from is = mbox_from_judge(&look);
    if (is == MBOX_FROM_STRONG)
        return BID_SIGNATURE;
    if (is == MBOX_FROM_YES)
        return BID_SHAPE;
    /* Junk first: a mailbox cut out of a larger one. A message that quotes a mailbox begins with fields. */
    if (mbox_is_field(head))
        return BID_NONE;
    is = find_late(head);
    if (is_named_mbox(item))
        return is != MBOX_FROM_NO ? BID_SIGNATURE : BID_NONE;
    return is == MBOX_FROM_STRONG ? BID_SHAPE : BID_NONE;
}

const struct format format_mbox = {
    .name = "mbox",
    .title = "Unix mailbox (mboxo, mboxrd, mboxcl, mboxcl2)",
    .is_mailbox = true,
    .names_custodian = true,
    .probe = mbox_probe,
    .open = mbox_open,
    .next = mbox_next,
};
