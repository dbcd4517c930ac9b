/* picture.c - pictures: their bar and QR codes, and with --ocr their text, by the helper mailspill-picture; and their bytes.
 *
 * A picture in which nothing is found is a leaf like any other. Else its children are: each code (`QR-Code-1`), the text (`OCR`), the bytes. The same few logos stand
 * in most mail of an organisation: what was found empty is not read again.
 */
#include "walk/picture.h"

#include <openssl/sha.h>

#include "walk/hold.h"
#include "walk/part.h"
#include "walk/type.h"

#define SIDE_LEAST 21 /* modules of the smallest QR code, a pixel each */
#define SEEN 4096     /* pictures that are remembered, a power of two */
#define GIVEN_MOST 256
#define GAPS_MOST 100 /* that a helper may tell of one picture: it may have been taken over */

struct seen {
    unsigned char digest[SHA256_DIGEST_LENGTH];
};

/* Of this process: what its worker found empty. A place holds one picture at a time. */
static struct seen *seen;

struct picture {
    struct source *in;
    struct picture_told told;
    size_t next;
    bool is_rest_given, is_read; /* its text was read, too */
};

static struct seen *place_of(const unsigned char *digest)
{
    size_t at = ((size_t)digest[0] << 8 | digest[1]) & (SEEN - 1);
    if (!seen)
        seen = calloc(SEEN, sizeof *seen);
    if (!seen)
        abort();
    return &seen[at];
}

static bool was_empty(const unsigned char *digest)
{
    return memcmp(place_of(digest)->digest, digest, SHA256_DIGEST_LENGTH) == 0;
}

/* A picture that cannot be decoded has a gap of its own as a leaf, unless its text was to be read. */
static void tell_gap(struct walk *walk, struct picture_told *told, const struct helper_frame *frame)
{
    enum helper_gap gap = (enum helper_gap)frame->detail;
    if (gap == HELPER_GAP_DAMAGED && !walk->env->helpers->is_reading_text)
        return;
    if (++told->gaps > GAPS_MOST)
        return;
    walk_gap(walk, walk->item, helper_gap_kind(gap), GAP_STANDS_FOR_REST, helper_gap_limit(gap), "%.*s",
             (int)frame->bytes.len, (const char *)frame->bytes.ptr);
}

/* TEXT is all of LAST. */
static void end_text(struct walk *walk, struct picture_words *last, struct buffer *text)
{
    if (last && text->len > 0)
        last->text = arena_copy(walk->arena, buffer_slice(text));
    buffer_wipe(text);
}

/* All that the helper tells; texts are joined as they come. 0 or -1. */
static int gather(struct walk *walk, struct picture_told *told, struct helper_call *call, struct error *err)
{
    struct helper_frame frame;
    struct buffer text;
    int got;
    buffer_init(&text, (size_t)walk->env->limits->document_text + HELPER_FRAME_MOST);
    while ((got = helper_call_next(call, &frame, err)) == 1) {
        struct picture_words *last = told->count > 0 ? &told->list[told->count - 1] : NULL;
        if (frame.type == HELPER_GAP) {
            tell_gap(walk, told, &frame);
        } else if (frame.type == HELPER_ITEM && told->count < GIVEN_MOST) {
            end_text(walk, last, &text);
            told->list[told->count++].name = arena_copy(walk->arena, frame.bytes);
        } else if (frame.type == HELPER_BYTES && last) {
            buffer_put(&text, frame.bytes);
        }
    }
    end_text(walk, told->count > 0 ? &told->list[told->count - 1] : NULL, &text);
    buffer_release(&text);
    return got;
}

static int ask(struct walk *walk, struct source *picture, struct picture_told *told, struct error *err)
{
    struct helper_call call;
    told->list = arena_alloc_array(walk->arena, GIVEN_MOST, sizeof *told->list);
    int result = helper_call_begin(&call, walk->env->helpers, HELPER_PICTURE, NULL, 0, picture, err);
    if (result == 0)
        result = gather(walk, told, &call, err);
    helper_call_end(&call);
    return result;
}

int picture_ask(struct walk *walk, struct source *picture, struct picture_told *told, struct error *err)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    struct arena_mark mark = arena_mark(walk->arena);
    struct slice bytes = part_read(walk->arena, picture, 0, (size_t)picture->size);
    SHA256(bytes.ptr, bytes.len, digest);
    arena_rewind(walk->arena, mark);
    *told = (struct picture_told){ .count = 0 };
    if (was_empty(digest))
        return 0;
    if (ask(walk, picture, told, err) < 0)
        return -1;
    if (told->count == 0 && told->gaps == 0) /* an equal one has to tell its gaps too */
        memcpy(place_of(digest)->digest, digest, sizeof digest);
    return 0;
}

/* Nothing to open: what is there is told as a leaf. */
static int leave(struct walk *walk, struct picture *picture, struct error *err)
{
    walk->item->source = picture->in;
    *err = (struct error){ .kind = ERROR_NONE };
    return -1;
}

static int picture_open(struct walk *walk, struct error *err)
{
    struct picture *picture = arena_alloc(walk->arena, sizeof *picture);
    const struct limits *limits = walk->env->limits;
    picture->in = walk->item->source;
    if (helper_is_lost(walk->env->helpers, HELPER_PICTURE))
        return helper_say_missing(walk->env->helpers, HELPER_PICTURE, err);
    if (!helper_is_there(walk->env->helpers, HELPER_PICTURE))
        return leave(walk, picture, err);
    picture->in = hold_source(walk->item->arena, walk->item->source, walk->env, err);
    walk->item->source = picture->in;
    if (!source_is_seekable(picture->in) || picture->in->size > limits->whole_bytes)
        return leave(walk, picture, err);
    picture->is_read = walk->env->helpers->is_reading_text;
    walk->state = picture;
    if (picture_ask(walk, picture->in, &picture->told, err) < 0)
        return -1;
    return picture->told.count > 0 || picture->is_read ? 0 : leave(walk, picture, err);
}

static int give_rest(struct walk *walk, struct picture *picture, struct item *child)
{
    picture->is_rest_given = true;
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->source = part_source(child->arena, picture->in, 0, picture->in->size);
    if (!picture->is_read)
        walk_gap(walk, child, GAP_PICTURE, GAP_STANDS_FOR_REST, NULL,
                 "picture: only its bytes and its codes were read (--ocr reads text)");
    return 1;
}

static int picture_next(struct walk *walk, struct item *child, struct error *err)
{
    struct picture *picture = walk->state;
    (void)err;
    if (picture->next == picture->told.count && !picture->is_rest_given)
        return give_rest(walk, picture, child);
    if (picture->is_rest_given) {
        picture->in->ready = slice_of(NULL, 0);
        picture->in->offset = picture->in->size;
        picture->in->is_at_end = true;
        return 0;
    }
    const struct picture_words *given = &picture->told.list[picture->next++];
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->content = CONTENT_TEXT;
    child->charset = slice_str("utf-8");
    child->name = given->name;
    child->source = source_from_memory(child->arena, given->text);
    return 1;
}

/* Width and height where the first bytes tell them; a picture too small for a code is none of ours. */
static bool is_small(struct slice head)
{
    uint32_t width = SIDE_LEAST, height = SIDE_LEAST;
    uint16_t low[2];
    struct slice png = slice_skip(head, 16), gif = slice_skip(head, 6);
    if (slice_starts_with(head, "\x89PNG") && slice_eat_u32be(&png, &width) == 0)
        return slice_eat_u32be(&png, &height) == 0 && (width < SIDE_LEAST || height < SIDE_LEAST);
    if (slice_starts_with(head, "GIF8") && slice_eat_u16le(&gif, &low[0]) == 0 &&
        slice_eat_u16le(&gif, &low[1]) == 0)
        return low[0] < SIDE_LEAST || low[1] < SIDE_LEAST;
    return false;
}

static enum bid picture_probe(const struct item *item, struct slice head)
{
    static const char *const read[] = { "image/png",  "image/jpeg", "image/gif",
                                        "image/tiff", "image/webp", "image/bmp" };
    struct type type = type_from_signature(head);
    (void)item;
    if (type.class != TYPE_PICTURE || !type.media || is_small(head))
        return BID_NONE;
    for (size_t i = 0; i < sizeof read / sizeof *read; i++)
        if (strcmp(type.media, read[i]) == 0)
            return BID_SIGNATURE;
    return BID_NONE;
}

const struct format format_picture = {
    .name = "picture",
    .title = "Pictures (helper): bar and QR codes of PNG, JPEG, GIF, TIFF, WebP, BMP; with --ocr their text",
    .is_document = true,
    .probe = picture_probe,
    .open = picture_open,
    .next = picture_next,
};
