/* rtf.c - RTF: what it shows, what is written in it and not shown, and the bytes of its objects and pictures. */
#include "decode/rtf.h"

#include "base/utf8.h"
#include "extract/feed.h"
#include "extract/wide.h"

/* Three views with maps are made of each block, and text may take seven bytes a character. */
#define RTF_BLOCK_SIZE ((size_t)1024 * 1024)
#define RTF_REPEATS 4

struct rtf_reading {
    struct rtf rtf;
    struct track shown, other, data;
    struct wide wide; /* text in `data` */
    bool has_objects; /* they, and pictures of kinds that have readers, are children of a walk */
    bool is_in_picture, is_child, has_picture;
};

static void put_text(struct track *track, const struct rtf_piece *piece)
{
    if (piece->is_as_is)
        track_put(track, piece->bytes, piece->at);
    else
        track_put_made(track, piece->bytes, piece->at);
}

/* Is what PIECE belongs to no child of a walk? */
static bool is_ours(struct rtf_reading *reading, const struct rtf_piece *piece)
{
    if (piece->is_object)
        return !reading->has_objects;
    if (!piece->is_picture)
        return true;
    if (!reading->is_in_picture)
        reading->is_child = reading->has_objects && rtf_is_picture(piece->bytes);
    reading->is_in_picture = piece->bytes.len > 0;
    reading->has_picture |= reading->is_in_picture && !reading->is_child;
    return !reading->is_child;
}

static void put_data(struct rtf_reading *reading, const struct rtf_piece *piece)
{
    if (!is_ours(reading, piece))
        return;
    if (piece->bytes.len > 0)
        put_text(&reading->data, piece);
    else if (track_last(&reading->data) != 0)
        track_put_made(&reading->data, slice_of("", 1), piece->at);
}

static void put_other(struct rtf_reading *reading, const struct rtf_piece *piece)
{
    bool is_break = slice_is_equal(piece->bytes, slice_str("\n"));
    unsigned char last = track_last(&reading->other);
    if (!is_break || (last != '\n' && last != 0))
        put_text(&reading->other, piece);
}

static bool is_invisible(const struct rtf_piece *piece)
{
    struct slice rest = piece->bytes;
    uint32_t code;
    return !piece->is_as_is && rest.len <= 4 && utf8_eat(&rest, &code) == 1 && rest.len == 0 &&
           utf8_is_invisible(code);
}

static void put_piece(void *ctx, const struct rtf_piece *piece)
{
    struct rtf_reading *reading = ctx;
    switch (piece->kind) {
    case RTF_BODY:
        if (!is_invisible(piece))
            put_text(&reading->shown, piece);
        break;
    case RTF_TAG:
    case RTF_OTHER:
        put_other(reading, piece);
        break;
    case RTF_DATA:
        put_data(reading, piece);
        break;
    }
}

static void rtf_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct rtf_reading *reading = ctx;
    track_clear(&reading->shown);
    track_clear(&reading->other);
    track_clear(&reading->data);
    rtf_block(&reading->rtf, block->text, block->next, block->is_last);
    feed_views_add(views, track_view(&reading->shown, VIEW_RTF));
    if (reading->other.text.len > 0)
        feed_views_add(views, track_view(&reading->other, VIEW_MARKUP));
    if (reading->data.text.len > 0) {
        struct text_view data = track_view(&reading->data, VIEW_DECODED);
        feed_views_add(views, data);
        wide_find(&reading->wide, data.text);
        wide_map(&reading->wide, &data.map);
        wide_views(&reading->wide, views);
    }
}

static enum bid rtf_probe(const struct item *item, struct slice head)
{
    (void)item;
    return item->content == CONTENT_ANY && rtf_is_rtf(head) ? BID_SIGNATURE : BID_NONE;
}

static int rtf_extract(struct extract *extract, struct error *err)
{
    struct rtf_reading reading = { .has_objects = extract->item->node != NULL };
    const struct rtf_sink sink = { put_piece, &reading };
    const struct feed_maker maker = {
        .make = rtf_make, .ctx = &reading, .block_size = RTF_BLOCK_SIZE, .repeats = RTF_REPEATS
    };
    rtf_init(&reading.rtf, &sink, true);
    track_init(&reading.shown, SIZE_MAX / 2);
    track_init(&reading.other, SIZE_MAX / 2);
    track_init(&reading.data, SIZE_MAX / 2);
    wide_init(&reading.wide);
    int result = feed_text(extract, extract->item->charset, &maker, err);
    if (result == 0 && reading.rtf.state.depth > 0)
        extract_gap(extract, GAP_TRUNCATED, NULL, "the RTF ends inside a group");
    if (reading.has_picture)
        extract_gap(extract, GAP_PICTURE, NULL, "pictures in the RTF: only their bytes were read");
    wide_release(&reading.wide);
    track_release(&reading.data);
    track_release(&reading.other);
    track_release(&reading.shown);
    rtf_release(&reading.rtf);
    return result;
}

const struct extractor extractor_rtf = {
    .name = "rtf",
    .title = "RTF: shown and hidden text, fields, document info, bytes of pictures and objects",
    .probe = rtf_probe,
    .extract = rtf_extract,
};
