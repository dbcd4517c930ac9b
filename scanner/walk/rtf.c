/* rtf.c - RTF in which objects or pictures lie: its text, and each of them under its name.
 *
 * Children: `TEXT`, the RTF for its extractor, which leaves them out; the objects, a package as the file in it, all others as their
 * data; pictures (PNG and JPEG); `OBJECTS`, the bytes that stand around objects. RTF without any is a leaf.
 */
#include "decode/rtf.h"

#include "walk/format.h"
#include "walk/hold.h"
#include "walk/ole_package.h"
#include "walk/part.h"

/* Objects are looked for in so much of the text; past it they are scanned as bytes, with the text. */
#define TEXT_MAX ((size_t)64 * 1024 * 1024)
#define OBJECTS_MAX ((size_t)10000)

enum stage { STAGE_TEXT, STAGE_OBJECTS, STAGE_AROUND, STAGE_DONE };

struct object {
    size_t at, len; /* in `bytes` */
    bool is_picture;
};

struct rtf_walk {
    struct source *in;
    struct buffer bytes;  /* of all objects, decoded */
    struct buffer around; /* of them, but for what is given */
    struct object *list;
    size_t count, next, start; /* START: of the object at work */
    size_t pictures;           /* that were given */
    struct arena *arena;
    enum stage stage;
    bool is_over;
};

static void end_object(struct rtf_walk *rtf, bool is_picture)
{
    size_t len = rtf->bytes.len - rtf->start;
    if (is_picture && !rtf_is_picture(slice_skip(buffer_slice(&rtf->bytes), rtf->start))) {
        rtf->bytes.len = rtf->start;
        return;
    }
    if (len > 0 && rtf->count < OBJECTS_MAX)
        rtf->list[rtf->count++] = (struct object){ rtf->start, len, is_picture };
    rtf->is_over |= len > 0 && rtf->count == OBJECTS_MAX;
    rtf->start = rtf->bytes.len;
}

static void put_piece(void *ctx, const struct rtf_piece *piece)
{
    struct rtf_walk *rtf = ctx;
    if (piece->kind != RTF_DATA || (!piece->is_object && !piece->is_picture))
        return;
    if (piece->bytes.len > 0)
        buffer_put(&rtf->bytes, piece->bytes);
    else
        end_object(rtf, piece->is_picture);
}

static void find_objects(struct rtf_walk *rtf, struct slice text)
{
    struct rtf reader;
    const struct rtf_sink sink = { put_piece, rtf };
    rtf->list = arena_alloc_array(rtf->arena, OBJECTS_MAX, sizeof *rtf->list);
    rtf_init(&reader, &sink, false);
    rtf_block(&reader, text, text.len, true);
    rtf_release(&reader);
    end_object(rtf, false);
}

static int rtf_open(struct walk *walk, struct error *err)
{
    struct rtf_walk *rtf = arena_alloc(walk->arena, sizeof *rtf);
    rtf->arena = walk->arena;
    buffer_init(&rtf->bytes, TEXT_MAX);
    buffer_init(&rtf->around, TEXT_MAX);
    walk->state = rtf;
    rtf->in = hold_source(walk->item->arena, walk->item->source, walk->env, err);
    walk->item->source = rtf->in;
    if (!source_is_seekable(rtf->in))
        return -1;
    rtf->is_over = rtf->in->size > TEXT_MAX;
    if (!rtf->is_over)
        find_objects(rtf, part_read(walk->arena, rtf->in, 0, TEXT_MAX));
    *err = (struct error){ 0 };
    return rtf->count > 0 || rtf->is_over ? 0 : -1;
}

static int give_text(struct walk *walk, struct rtf_walk *rtf, struct item *child)
{
    rtf->stage = STAGE_OBJECTS;
    child->kind = ITEM_BLOB;
    child->name = slice_str("TEXT");
    child->type = slice_str("text/rtf");
    child->source = part_source(child->arena, rtf->in, 0, rtf->in->size);
    if (rtf->is_over)
        walk_gap(walk, child, GAP_LIMIT, GAP_STANDS_FOR_REST, NULL,
                 "too much to look for objects in: those past the limit were read as bytes");
    else
        child->node = rtf;
    return 1;
}

static int give_picture(struct rtf_walk *rtf, const struct object *object, struct item *child)
{
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = arena_printf(child->arena, "PICTURE-%zu", ++rtf->pictures);
    child->source =
        source_from_memory(child->arena, slice_sub(buffer_slice(&rtf->bytes), object->at, object->len));
    return 1;
}

static int give_object(struct rtf_walk *rtf, struct item *child)
{
    const struct object *object = &rtf->list[rtf->next++];
    if (object->is_picture)
        return give_picture(rtf, object, child);
    struct slice bytes = slice_sub(buffer_slice(&rtf->bytes), object->at, object->len), data;
    struct ole_object1 parsed;
    struct ole_package package;
    if (!ole_object1_read(bytes, &parsed))
        parsed = (struct ole_object1){ .native = bytes };
    bool is_package = slice_is_equal_nocase(parsed.class, slice_str("Package")) &&
                      ole_package_read(parsed.native, false, &package);
    data = is_package ? slice_sub(parsed.native, package.at, package.len) : parsed.native;
    size_t before = (size_t)(data.ptr - bytes.ptr);
    buffer_put(&rtf->around, slice_sub(bytes, 0, before));
    buffer_put(&rtf->around, slice_skip(bytes, before + data.len));
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = arena_copy(child->arena, is_package ? package.label : parsed.class);
    child->source = source_from_memory(child->arena, data);
    return 1;
}

static int give_around(struct rtf_walk *rtf, struct item *child)
{
    rtf->stage = STAGE_DONE;
    if (rtf->around.len == 0)
        return 0;
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->name = slice_str("OBJECTS");
    child->source = source_from_memory(child->arena, buffer_slice(&rtf->around));
    return 1;
}

static int rtf_next(struct walk *walk, struct item *child, struct error *err)
{
    struct rtf_walk *rtf = walk->state;
    (void)err;
    if (rtf->stage == STAGE_TEXT)
        return give_text(walk, rtf, child);
    if (rtf->stage == STAGE_OBJECTS && rtf->next < rtf->count)
        return give_object(rtf, child);
    if (rtf->stage != STAGE_DONE && give_around(rtf, child) == 1)
        return 1;
    rtf->in->ready = slice_of(NULL, 0);
    rtf->in->offset = rtf->in->size;
    rtf->in->is_at_end = true;
    return 0;
}

static void rtf_close(struct walk *walk)
{
    struct rtf_walk *rtf = walk->state;
    if (!rtf)
        return;
    buffer_release(&rtf->bytes);
    buffer_release(&rtf->around);
}

/* All that the window shows is searched. A TEXT that a walk gave has its node. */
static enum bid rtf_probe(const struct item *item, struct slice head)
{
    if (item->node || !rtf_is_rtf(head))
        return BID_NONE;
    struct slice text = item->source && item->source->ready.ptr == head.ptr ? item->source->ready : head;
    bool has_any = slice_find(text, 0, slice_str("\\objdata")) != SLICE_NONE ||
                   slice_find(text, 0, slice_str("\\pict")) != SLICE_NONE;
    return has_any ? BID_SIGNATURE : BID_NONE;
}

const struct format format_rtf = {
    .name = "rtf",
    .title = "RTF with objects and pictures in it: packages as the files they are, all others as their data",
    .probe = rtf_probe,
    .open = rtf_open,
    .next = rtf_next,
    .close = rtf_close,
};
