/* encoded.c - encoded blocks that stand in the middle of text: uuencode, begin-base64, yEnc, BinHex. */
#include "walk/encoded.h"

#include "base/vector.h"
#include "decode/transfer.h"
#include "walk/format.h"

/* What must be seen of a block to know it: its first line, and one of data. */
#define BLOCK_LOOK ((size_t)1024)
/* Lines of one block that are no data, kept as text: bytes at most. */
#define UNDECODED_MAX ((size_t)4 * 1024 * 1024)
#define NOWHERE UINT64_MAX

static const char binhex_mark[] = "(This file must be converted with BinHex";

/* Recognising. */

static struct slice line_at(struct slice text, size_t at)
{
    size_t lf = slice_find_byte(text, at, '\n');
    return slice_sub(text, at, lf == SLICE_NONE ? SIZE_MAX : lf + 1 - at);
}

/* A line of uuencoded data: its first character says how long it is; at most two characters more, trailing spaces may be lost. */
static bool is_uu_line(struct slice line)
{
    line = slice_chomp(line);
    if (line.len == 0)
        return false;
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] < ' ' || line.ptr[i] > '`')
            return false;
    size_t count = (line.ptr[0] - ' ') & 0x3Fu, whole = (count + 2) / 3 * 4;
    return line.len - 1 <= whole + 2 && line.len - 1 + 4 >= whole;
}

static bool is_base64_line(struct slice line)
{
    line = slice_chomp(line);
    for (size_t i = 0; i < line.len; i++) {
        unsigned char c = slice_lower_byte(line.ptr[i]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '+' && c != '/' && c != '=')
            return false;
    }
    return line.len > 0 && line.len <= 100;
}

/* The name in "644 name", or false where no mode stands first. */
static bool take_mode(struct slice rest, struct slice *name)
{
    size_t at = 0;
    rest = slice_trim(rest);
    while (at < rest.len && rest.ptr[at] >= '0' && rest.ptr[at] <= '7')
        at++;
    *name = slice_trim(slice_skip(rest, at));
    return at >= 3 && at <= 6 && (at == rest.len || rest.ptr[at] == ' ');
}

static enum encoded_kind yenc_at(struct slice line, struct slice *name)
{
    size_t at = slice_find(line, 0, slice_str(" name="));
    if (slice_find(line, 0, slice_str(" size=")) == SLICE_NONE)
        return ENCODED_NONE;
    *name = at == SLICE_NONE ? slice_of(NULL, 0) : slice_trim(slice_skip(line, at + 6));
    return ENCODED_YENC;
}

/* What starts at the front of TEXT, which is a line's. */
static enum encoded_kind kind_at(struct slice text, struct slice *name)
{
    struct slice line = line_at(text, 0), next = line_at(text, line.len);
    *name = slice_of(NULL, 0);
    if (slice_starts_with(line, "=ybegin "))
        return yenc_at(line, name);
    if (slice_starts_with(line, binhex_mark))
        return ENCODED_BINHEX;
    if (slice_starts_with(line, "begin-base64 "))
        return take_mode(slice_skip(line, 13), name) && is_base64_line(next) ? ENCODED_BASE64 : ENCODED_NONE;
    if (slice_starts_with(line, "begin "))
        return take_mode(slice_skip(line, 6), name) && is_uu_line(next) ? ENCODED_UU : ENCODED_NONE;
    return ENCODED_NONE;
}

static bool may_start_block(unsigned char c)
{
    return c == 'b' || c == '=' || c == '(';
}

/* The first line start after AT at which a block may start, or the length. */
static size_t next_start(struct slice text, size_t at)
{
    for (; text.len - at > VECTOR_LEN; at += VECTOR_LEN) {
        vector16 next = vector_load(text.ptr + at + 1);
        vector16 starts = (vector16)((next == 'b') | (next == '=') | (next == '('));
        unsigned bits = vector_bits((vector16)(vector_load(text.ptr + at) == '\n') & starts);
        if (bits)
            return at + vector_first(bits) + 1;
    }
    for (; text.len - at > 1; at++)
        if (text.ptr[at] == '\n' && may_start_block(text.ptr[at + 1]))
            return at + 1;
    return text.len;
}

bool encoded_find(struct slice text, size_t at, struct encoded_block *block)
{
    if (at < text.len && !may_start_block(text.ptr[at]))
        at = next_start(text, at);
    for (; at < text.len; at = next_start(text, at)) {
        block->at = at;
        block->kind = kind_at(slice_sub(text, at, BLOCK_LOOK), &block->name);
        if (block->kind != ENCODED_NONE)
            return true;
    }
    return false;
}

/* Walking. */

enum run { RUN_TEXT, RUN_BLOCK };
enum step { STEP_TEXT, STEP_AFTER_TEXT, STEP_BLOCK, STEP_AFTER_BLOCK };

struct encoded {
    struct source *in;
    enum step step;         /* what the next child comes from */
    enum run run;           /* what is searched for its end */
    enum encoded_kind kind; /* of the block that `stop` points at, or that is read */
    uint64_t clear;         /* the run that is read goes on until here, at least */
    uint64_t stop;          /* where it ends, or NOWHERE */
    uint64_t passed;        /* a BinHex block that is read as text starts here */
    bool is_mid_line;       /* `clear` is no line's start */
    bool is_stuck;          /* the window cannot grow */
    uint64_t texts;
    struct buffer undecoded;
};

/* Text up to the next block, or a block up to its last line: a window over `in`. */
struct run_source {
    struct source source;
    struct encoded *encoded;
    uint64_t start;
};

static bool is_all(const struct encoded *encoded)
{
    return encoded->in->is_at_end || encoded->in->has_failed;
}

/* Whether LINE is the last of a block of KIND. */
static bool is_last_line(enum encoded_kind kind, struct slice line)
{
    struct slice text = slice_trim(line);
    if (kind == ENCODED_UU)
        return slice_is_equal(text, slice_str("end"));
    return kind == ENCODED_BASE64 ? slice_is_equal(text, slice_str("===="))
                                  : slice_starts_with(text, "=yend");
}

/* Look at the line that starts at AT of the window: 1, the run stops; 0, it goes on; -1, more must be seen. */
static int look_at_line(struct encoded *encoded, size_t at)
{
    struct slice text = slice_sub(encoded->in->ready, at, BLOCK_LOOK), name;
    bool is_whole = text.len == BLOCK_LOOK || is_all(encoded) || encoded->is_stuck;
    uint64_t here = encoded->in->offset + at;
    if (text.len == 0)
        return is_all(encoded) ? 0 : -1;
    if (encoded->run == RUN_BLOCK) {
        if (text.ptr[0] != 'e' && text.ptr[0] != '=')
            return 0;
        struct slice line = line_at(text, 0);
        if (!is_whole && line.ptr[line.len - 1] != '\n')
            return -1;
        if (!is_last_line(encoded->kind, line))
            return 0;
        encoded->stop = here + line.len;
        return 1;
    }
    if (!may_start_block(text.ptr[0]) || here == encoded->passed)
        return 0;
    if (!is_whole)
        return -1;
    enum encoded_kind kind = kind_at(text, &name);
    if (kind == ENCODED_NONE)
        return 0;
    encoded->kind = kind;
    encoded->stop = here;
    return 1;
}

/* Search what the window shows, line by line. True where `stop` is set. */
static bool run_scan(struct encoded *encoded)
{
    struct slice window = encoded->in->ready;
    uint64_t base = encoded->in->offset;
    size_t at = (size_t)(encoded->clear - base);
    while (at < window.len) {
        int found = encoded->is_mid_line ? 0 : look_at_line(encoded, at);
        encoded->clear = base + at;
        if (found != 0)
            return found == 1;
        size_t lf = slice_find_byte(window, at, '\n');
        encoded->is_mid_line = lf == SLICE_NONE;
        at = lf == SLICE_NONE ? window.len : lf + 1;
        encoded->clear = base + at;
    }
    return false;
}

static void run_reach(struct encoded *encoded, size_t need)
{
    while (encoded->stop == NOWHERE && !run_scan(encoded) && encoded->clear - encoded->in->offset < need &&
           (!is_all(encoded) || encoded->clear - encoded->in->offset < encoded->in->ready.len)) {
        size_t want = encoded->in->ready.len + BLOCK_LOOK;
        if (encoded->in->ready.len >= SOURCE_WANT_MAX)
            encoded->is_stuck = true;
        else
            (void)source_fill(encoded->in, want < SOURCE_WANT_MAX ? want : SOURCE_WANT_MAX, NULL);
    }
    encoded->is_stuck = false;
}

static int run_fill(struct source *source, size_t want, struct error *err)
{
    struct run_source *run = (struct run_source *)source;
    struct encoded *encoded = run->encoded;
    source_consume(encoded->in, (size_t)(run->start + source->offset - encoded->in->offset));
    run_reach(encoded, want);
    uint64_t shown = (encoded->stop == NOWHERE ? encoded->clear : encoded->stop) - encoded->in->offset;
    source->ready = slice_sub(encoded->in->ready, 0, shown < SIZE_MAX ? (size_t)shown : SIZE_MAX);
    if (source->ready.len >= want)
        return 1;
    if (encoded->stop == NOWHERE && encoded->in->has_failed) {
        *err = encoded->in->failure;
        return -1;
    }
    return 0;
}

static const struct source_class run_class = { .fill = run_fill };

static struct source *run_new(struct encoded *encoded, enum run what, struct arena *arena)
{
    struct run_source *run = arena_alloc(arena, sizeof *run);
    *run = (struct run_source){ .encoded = encoded, .start = encoded->in->offset };
    run->source = (struct source){ .class = &run_class, .size = SOURCE_SIZE_UNKNOWN };
    encoded->run = what;
    encoded->clear = encoded->in->offset;
    encoded->stop = NOWHERE;
    encoded->is_mid_line = false;
    return &run->source;
}

/* Go to the end of the run, whatever its reader left. False at the end of the text. */
static bool finish_run(struct encoded *encoded)
{
    for (;;) {
        run_reach(encoded, 1);
        uint64_t stop = encoded->stop == NOWHERE ? encoded->clear : encoded->stop;
        source_consume(encoded->in, (size_t)(stop - encoded->in->offset));
        if (encoded->stop != NOWHERE || (is_all(encoded) && encoded->in->ready.len == 0))
            return encoded->stop != NOWHERE;
    }
}

static int encoded_open(struct walk *walk, struct error *err)
{
    struct encoded *encoded = arena_alloc(walk->arena, sizeof *encoded);
    (void)err;
    encoded->in = walk->item->source;
    encoded->clear = encoded->in->offset;
    encoded->stop = encoded->passed = NOWHERE;
    buffer_init(&encoded->undecoded, UNDECODED_MAX);
    walk->state = encoded;
    return 0;
}

static int give_text(struct walk *walk, struct item *child, struct source *source)
{
    struct encoded *encoded = walk->state;
    const struct item *item = walk->item;
    uint64_t number = ++encoded->texts;
    child->kind = ITEM_REST;
    child->content = CONTENT_TEXT;
    child->name =
        number == 1 ? slice_str("TEXT") : arena_printf(child->arena, "TEXT.%llu", (unsigned long long)number);
    child->type = item->type;
    child->charset = item->charset;
    child->flow = item->flow;
    child->is_alternative = item->is_alternative;
    child->alternative = item->alternative;
    child->source = source;
    return 1;
}

static int give_binhex(struct encoded *encoded, struct item *child)
{
    struct gap *gap = arena_alloc(child->arena, sizeof *gap);
    *gap = (struct gap){ .kind = GAP_UNSUPPORTED,
                         .stands_for = GAP_STANDS_FOR_LEAF,
                         .reason = slice_str("BinHex cannot be decoded"),
                         .bytes = GAP_BYTES_UNKNOWN };
    encoded->passed = encoded->in->offset;
    encoded->step = STEP_TEXT;
    child->kind = ITEM_BLOB;
    child->refused = gap;
    return 1;
}

static int give_block(struct encoded *encoded, struct item *child)
{
    struct slice name;
    (void)source_fill(encoded->in, BLOCK_LOOK, NULL);
    (void)kind_at(slice_sub(encoded->in->ready, 0, BLOCK_LOOK), &name);
    child->name = arena_copy(child->arena, name);
    child->is_attachment = true;
    if (encoded->kind == ENCODED_BINHEX)
        return give_binhex(encoded, child);
    struct transfer_state *state = arena_alloc(child->arena, sizeof *state);
    state->undecoded = &encoded->undecoded;
    encoded->step = STEP_AFTER_BLOCK;
    child->kind = ITEM_BLOB;
    child->source = transfer_decode(child->arena, run_new(encoded, RUN_BLOCK, child->arena),
                                    encoded->kind == ENCODED_YENC ? TRANSFER_YENC : TRANSFER_UUENCODE, state);
    return 1;
}

/* What the block that was just read held besides data. */
static int give_undecoded(struct walk *walk, struct item *child)
{
    struct encoded *encoded = walk->state;
    if (encoded->undecoded.is_overfull)
        walk_gap(walk, walk->item, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "more than %zu bytes of an encoded block are no data", UNDECODED_MAX);
    struct slice text = arena_copy(child->arena, buffer_slice(&encoded->undecoded));
    buffer_clear(&encoded->undecoded);
    return text.len ? give_text(walk, child, source_from_memory(child->arena, text)) : 0;
}

static int encoded_end(const struct encoded *encoded, struct error *err)
{
    if (!encoded->in->has_failed)
        return 0;
    *err = encoded->in->failure;
    return -1;
}

static int check_entries(struct walk *walk, struct error *err)
{
    const struct encoded *encoded = walk->state;
    if (encoded->texts < walk->env->limits->inner_entries)
        return 0;
    return error_set_limit(err, "inner-entries", "more than %llu encoded blocks in a text",
                           (unsigned long long)encoded->texts);
}

/* One step: 1 with a child, 0 to take the next step, -1 at the end. */
static int take_step(struct walk *walk, struct item *child)
{
    struct encoded *encoded = walk->state;
    struct source *text;
    switch (encoded->step) {
    case STEP_TEXT:
        text = run_new(encoded, RUN_TEXT, child->arena);
        run_reach(encoded, 1);
        encoded->step = STEP_AFTER_TEXT;
        return encoded->stop == encoded->in->offset || encoded->in->ready.len == 0
                   ? 0
                   : give_text(walk, child, text);
    case STEP_AFTER_TEXT:
        encoded->step = STEP_BLOCK;
        return finish_run(encoded) ? 0 : -1;
    case STEP_BLOCK:
        return give_block(encoded, child);
    case STEP_AFTER_BLOCK:
        encoded->step = STEP_TEXT;
        (void)finish_run(encoded);
        return give_undecoded(walk, child);
    }
    return -1;
}

static int encoded_next(struct walk *walk, struct item *child, struct error *err)
{
    int got = 0;
    if (check_entries(walk, err) < 0)
        return -1;
    while (got == 0)
        got = take_step(walk, child);
    return got == 1 ? 1 : encoded_end(walk->state, err);
}

static void encoded_close(struct walk *walk)
{
    struct encoded *encoded = walk->state;
    if (encoded)
        buffer_release(&encoded->undecoded);
}

/* All that the window shows is searched, since a block may start anywhere in a text. */
static enum bid encoded_probe(const struct item *item, struct slice head)
{
    struct encoded_block block;
    struct slice text = item->source && item->source->ready.ptr == head.ptr ? item->source->ready : head;
    if (item->type.len && !slice_starts_with(item->type, "text/") && item->kind != ITEM_FILE &&
        !encoded_find(slice_sub(head, 0, BLOCK_LOOK), 0, &block))
        return BID_NONE;
    return encoded_find(text, 0, &block) ? BID_NAME : BID_NONE;
}

const struct format format_encoded = {
    .name = "encoded",
    .title = "Blocks in text: uuencode, yEnc, begin-base64 (BinHex is named, not read)",
    .probe = encoded_probe,
    .open = encoded_open,
    .next = encoded_next,
    .close = encoded_close,
};
