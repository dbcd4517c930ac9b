/* transfer.c - transfer encodings as sources: their names, and the window between a decoder and its reader. */
#include "decode/transfer.h"

#include <assert.h>

#include "decode/decoder.h"

/* A window is this large unless the parent is known to hold less; it grows only for a reader that asks for more. */
#define WINDOW ((size_t)64 * 1024)
#define WINDOW_LEAST ((size_t)4 * 1024)

struct transfer_source {
    struct source source;
    struct source *parent;
    struct arena *arena;
    struct transfer_state own_state; /* where the caller wants none */
    struct decoder decoder;
    unsigned char *window;
    size_t capacity;
};

static const struct {
    const char *name;
    enum transfer_encoding encoding;
} transfer_names[] = {
    { "7bit", TRANSFER_IDENTITY },
    { "8bit", TRANSFER_IDENTITY },
    { "binary", TRANSFER_IDENTITY },
    { "none", TRANSFER_IDENTITY },
    { "7-bit", TRANSFER_IDENTITY },
    { "8-bit", TRANSFER_IDENTITY },
    { "base64", TRANSFER_BASE64 },
    { "base-64", TRANSFER_BASE64 },
    { "x-base64", TRANSFER_BASE64 },
    { "quoted-printable", TRANSFER_QUOTED_PRINTABLE },
    { "quoted printable", TRANSFER_QUOTED_PRINTABLE },
    { "quoted_printable", TRANSFER_QUOTED_PRINTABLE },
    { "quotedprintable", TRANSFER_QUOTED_PRINTABLE },
    { "x-uuencode", TRANSFER_UUENCODE },
    { "uuencode", TRANSFER_UUENCODE },
    { "x-uue", TRANSFER_UUENCODE },
    { "uue", TRANSFER_UUENCODE },
    { "x-uu", TRANSFER_UUENCODE },
    { "x-yencode", TRANSFER_YENC },
    { "x-yenc", TRANSFER_YENC },
    { "yenc", TRANSFER_YENC },
};

/* NAME without comments at its ends, quotes, white space and stray punctuation. */
static struct slice bare_name(struct slice name)
{
    name = slice_trim(name);
    while (name.len > 0 && name.ptr[0] == '(') {
        size_t close = slice_find_byte(name, 0, ')');
        name = slice_trim(slice_skip(name, close == SLICE_NONE ? name.len : close + 1));
    }
    for (size_t i = 0; i < name.len; i++)
        if (name.ptr[i] == '(' || name.ptr[i] == ';' || name.ptr[i] == ',')
            name.len = i;
    name = slice_trim(name);
    while (name.len > 0 && strchr("\"'", name.ptr[0]))
        name = slice_skip(name, 1);
    while (name.len > 0 && strchr("\"'.", name.ptr[name.len - 1]))
        name.len--;
    return slice_trim(name);
}

enum transfer_encoding transfer_from_name(struct slice name)
{
    name = bare_name(name);
    if (name.len == 0)
        return TRANSFER_IDENTITY;
    for (size_t i = 0; i < sizeof transfer_names / sizeof *transfer_names; i++)
        if (slice_is_equal_nocase(name, slice_str(transfer_names[i].name)))
            return transfer_names[i].encoding;
    return TRANSFER_UNKNOWN;
}

void decoder_keep(struct decoder *decoder, struct slice bytes)
{
    if (decoder->state->undecoded)
        buffer_put(decoder->state->undecoded, bytes);
}

int decoder_eat_line(struct slice *in, bool is_last, struct slice *line)
{
    struct slice near = slice_sub(*in, 0, DECODER_LOOKAHEAD);
    size_t len = 0;
    while (len < near.len && near.ptr[len] != '\n' && near.ptr[len] != '\r')
        len++;
    bool is_whole = len < near.len;
    if (is_whole && near.ptr[len] == '\r' && len + 1 == near.len && !is_last && near.len < DECODER_LOOKAHEAD)
        return 0; /* the LF of a CRLF may follow */
    if (!is_whole && !is_last && near.len < DECODER_LOOKAHEAD)
        return 0;
    if (is_whole)
        len += near.ptr[len] == '\r' && len + 1 < near.len && near.ptr[len + 1] == '\n' ? 2 : 1;
    return len > 0 && slice_eat(in, len, line) == 0;
}

static decoder_step *const steps[] = {
    [TRANSFER_BASE64] = base64_step,
    [TRANSFER_QUOTED_PRINTABLE] = qp_step,
    [TRANSFER_UUENCODE] = uu_step,
    [TRANSFER_YENC] = yenc_step,
};

/* The window: what the reader has not consumed moves to its front, and it grows if WANT bytes could not fit. */
static void window_make_room(struct transfer_source *transfer, size_t want)
{
    struct slice left = transfer->source.ready;
    unsigned char *to = transfer->window;
    if (want > transfer->capacity - DECODER_ROOM) {
        size_t capacity = transfer->capacity;
        while (want > capacity - DECODER_ROOM)
            capacity *= 2;
        to = arena_room(transfer->arena, capacity);
        transfer->window = to;
        transfer->capacity = capacity;
    }
    if (left.len > 0)
        memmove(to, left.ptr, left.len);
    transfer->source.ready = slice_of(to, left.len);
}

/* One step with what the parent shows. 1 to go on, 0 at the parent's end. */
static int transfer_advance(struct transfer_source *transfer)
{
    struct source *source = &transfer->source, *parent = transfer->parent;
    bool is_last = source_fill(parent, DECODER_LOOKAHEAD, NULL) <= 0;
    struct slice in = parent->ready;
    size_t written =
        transfer->decoder.step(&transfer->decoder, &in, is_last, transfer->window + source->ready.len,
                               transfer->capacity - source->ready.len);
    size_t used = parent->ready.len - in.len;
    assert(used > 0 || is_last); /* DECODER_LOOKAHEAD is enough for every step */
    source_consume(parent, used);
    source->ready.len += written;
    return used > 0 || !is_last;
}

static int transfer_fill(struct source *source, size_t want, struct error *err)
{
    struct transfer_source *transfer = (struct transfer_source *)source;
    window_make_room(transfer, want);
    int more = 1;
    while (more == 1 && transfer->capacity - source->ready.len >= DECODER_ROOM)
        more = transfer_advance(transfer);
    if (more == 1)
        return 1;
    if (!transfer->parent->has_failed)
        return 0;
    if (err)
        *err = transfer->parent->failure;
    return -1;
}

static void transfer_close(struct source *source)
{
    source->ready = slice_of(NULL, 0);
    source->is_at_end = true;
}

static const struct source_class transfer_class = { .fill = transfer_fill, .close = transfer_close };

/* No decoder gives more bytes than it takes, but for uuencoded lines whose trailing spaces are gone. */
static size_t window_size(const struct source *parent)
{
    uint64_t left = SOURCE_SIZE_UNKNOWN;
    if (parent->is_at_end)
        left = parent->ready.len;
    else if (parent->size != SOURCE_SIZE_UNKNOWN && parent->size >= parent->offset)
        left = parent->size - parent->offset;
    if (left >= WINDOW - DECODER_ROOM)
        return WINDOW;
    return left + DECODER_ROOM < WINDOW_LEAST ? WINDOW_LEAST : (size_t)left + DECODER_ROOM;
}

struct source *transfer_decode(struct arena *arena, struct source *parent, enum transfer_encoding encoding,
                               struct transfer_state *state)
{
    if (encoding == TRANSFER_IDENTITY || encoding == TRANSFER_UNKNOWN)
        return parent;
    struct transfer_source *transfer = arena_alloc(arena, sizeof *transfer);
    transfer->source = (struct source){ .class = &transfer_class, .size = SOURCE_SIZE_UNKNOWN };
    transfer->parent = parent;
    transfer->arena = arena;
    transfer->decoder.step = steps[encoding];
    transfer->decoder.state = state ? state : &transfer->own_state;
    transfer->capacity = window_size(parent);
    transfer->window = arena_room(arena, transfer->capacity);
    transfer->source.ready = slice_of(transfer->window, 0);
    return &transfer->source;
}

/* Decode all of IN into OUT in pieces, so that OUT's ceiling bounds what is held. */
static int decode_whole(enum transfer_encoding encoding, struct slice in, struct buffer *out,
                        struct transfer_state *state)
{
    struct transfer_state none = { 0 };
    struct decoder decoder = { .step = steps[encoding], .state = state ? state : &none };
    size_t used;
    do {
        size_t room = in.len < WINDOW ? in.len + DECODER_ROOM : WINDOW;
        unsigned char spare[2 * DECODER_ROOM];
        unsigned char *to = buffer_reserve(out, room);
        size_t before = in.len, capacity = to ? room : sizeof spare;
        size_t written = decoder.step(&decoder, &in, true, to ? to : spare, capacity);
        used = before - in.len;
        if (to)
            out->len += written;
        else if (buffer_put(out, slice_of(spare, written)) < 0)
            return -1;
    } while (used > 0);
    return 0;
}

int transfer_decode_base64(struct slice in, struct buffer *out, struct transfer_state *state)
{
    return decode_whole(TRANSFER_BASE64, in, out, state);
}

int transfer_decode_quoted_printable(struct slice in, struct buffer *out, struct transfer_state *state)
{
    return decode_whole(TRANSFER_QUOTED_PRINTABLE, in, out, state);
}
