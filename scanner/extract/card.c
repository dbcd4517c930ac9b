/* card.c - iCalendar and vCard: properties unfolded, escapes and quoted-printable undone, one a line (RFC 5545, RFC 6350, vCard 2.1). */
#include "decode/content_line.h"
#include "extract/feed.h"
#include "extract/html_value.h"
#include "extract/track.h"

struct card {
    struct track view;
    struct html_value html;
    uint64_t read_to; /* in the leaf's text: properties before it were given */
};

/* RAW, which stands at AT of the text, with its %XX undone (RFC 2397). */
static void put_percent(struct track *view, struct slice raw, size_t at)
{
    while (raw.len > 0) {
        size_t plain = slice_find_byte(raw, 0, '%');
        plain = plain == SLICE_NONE ? raw.len : plain;
        track_put(view, slice_sub(raw, 0, plain), at);
        raw = slice_skip(raw, plain);
        at += plain;
        int high = raw.len > 2 ? slice_hex_digit(raw.ptr[1]) : -1;
        int low = raw.len > 2 ? slice_hex_digit(raw.ptr[2]) : -1;
        size_t used = high >= 0 && low >= 0 ? 3 : raw.len > 0;
        unsigned char byte = used == 3 ? (unsigned char)(high << 4 | low) : '%';
        if (used > 0)
            track_put_made(view, slice_of(&byte, 1), at);
        raw = slice_skip(raw, used);
        at += used;
    }
}

/* What RAW, which stands at AT of the text, says without its folds: a line end and the white space after it. */
static void put_unfolded(struct track *view, struct slice raw, size_t at)
{
    bool is_data = slice_find_nocase(raw, 0, slice_str("\"data:")) != SLICE_NONE;
    while (raw.len > 0) {
        size_t end = slice_find_byte(raw, 0, '\n');
        size_t shown = end == SLICE_NONE ? raw.len : end;
        if (end != SLICE_NONE && shown > 0 && raw.ptr[shown - 1] == '\r')
            shown--;
        if (is_data)
            put_percent(view, slice_sub(raw, 0, shown), at);
        else
            track_put(view, slice_sub(raw, 0, shown), at);
        size_t used = end == SLICE_NONE ? raw.len : end + 1;
        if (used < raw.len && memchr(" \t", raw.ptr[used], 2))
            used++;
        raw = slice_skip(raw, used);
        at += used;
    }
}

/* The line end at the front of RAW with the white space that folds it: bytes, or 0. */
static size_t fold_length(struct slice raw)
{
    size_t len = slice_starts_with(raw, "\r\n") ? 2 : slice_starts_with(raw, "\n") ? 1 : 0;
    return len > 0 && len < raw.len && memchr(" \t", raw.ptr[len], 2) ? len + 1 : len;
}

/* The character that the escape after a backslash means, or 0. */
static char escaped(unsigned char c)
{
    switch (c) {
    case 'n':
    case 'N':
        return '\n';
    case ',':
    case ';':
    case ':':
    case '\\':
        return (char)c;
    default:
        return 0;
    }
}

/* A value: folds and backslashes undone. */
static void put_text(struct track *view, struct slice raw, size_t at)
{
    while (raw.len > 0) {
        size_t plain = 0;
        while (plain < raw.len && raw.ptr[plain] != '\\' && raw.ptr[plain] != '\n' && raw.ptr[plain] != '\r')
            plain++;
        track_put(view, slice_sub(raw, 0, plain), at);
        raw = slice_skip(raw, plain);
        at += plain;
        if (raw.len == 0)
            break;
        size_t used = fold_length(raw);
        if (used == 0) {
            used = 1;
            /* A fold may cut an escape. */
            size_t between = raw.ptr[0] == '\\' ? fold_length(slice_skip(raw, 1)) : 0;
            char made = raw.ptr[0] == '\\' && raw.len > 1 + between ? escaped(raw.ptr[1 + between]) : 0;
            if (made) {
                used = 2 + between;
                track_put_made(view, slice_of(&made, 1), at);
            } else {
                track_put(view, slice_sub(raw, 0, 1), at);
            }
        }
        raw = slice_skip(raw, used);
        at += used;
    }
}

/* A value of vCard 2.1: =XX, and = at a line's end. */
static void put_quoted(struct track *view, struct slice raw, size_t at)
{
    while (raw.len > 0) {
        size_t plain = slice_find_byte(raw, 0, '=');
        plain = plain == SLICE_NONE ? raw.len : plain;
        track_put(view, slice_sub(raw, 0, plain), at);
        raw = slice_skip(raw, plain);
        at += plain;
        if (raw.len == 0)
            break;
        int high = raw.len > 2 ? slice_hex_digit(raw.ptr[1]) : -1;
        int low = raw.len > 2 ? slice_hex_digit(raw.ptr[2]) : -1;
        size_t soft = fold_length(slice_skip(raw, 1)), used = 1;
        if (high >= 0 && low >= 0) {
            unsigned char byte = (unsigned char)(high << 4 | low);
            track_put_made(view, slice_of(&byte, 1), at);
            used = 3;
        } else if (soft > 0) {
            used = 1 + soft;
        } else {
            track_put(view, slice_sub(raw, 0, 1), at);
        }
        raw = slice_skip(raw, used);
        at += used;
    }
}

static void put_property(struct card *card, struct slice text, const struct content_line *line)
{
    struct track *view = &card->view;
    size_t head_at = (size_t)(line->head.ptr - text.ptr);
    size_t start = view->text.len;
    put_unfolded(view, line->head, head_at);
    html_value_try(&card->html, view, start, view->text.len);
    if (line->value.len > 0) {
        size_t at = (size_t)(line->value.ptr - text.ptr);
        track_put_made(view, slice_str(": "), at - 1);
        start = view->text.len;
        if (line->is_base64)
            put_unfolded(view, line->value, at);
        else if (line->is_quoted_printable)
            put_quoted(view, line->value, at);
        else
            put_text(view, line->value, at);
        if (!line->is_base64)
            html_value_try(&card->html, view, start, view->text.len);
    }
    size_t end = (size_t)(line->value.len > 0 ? line->value.ptr + line->value.len - text.ptr
                                              : line->head.ptr + line->head.len - text.ptr);
    track_put_made(view, slice_str("\n"), end);
}

static void card_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct card *card = ctx;
    struct slice text = block->text;
    size_t at = card->read_to > block->offset ? (size_t)(card->read_to - block->offset) : 0;
    struct slice rest = slice_skip(text, at), before = rest;
    struct content_line line;
    track_clear(&card->view);
    html_value_clear(&card->html);
    while (content_line_eat(&rest, &line) == 1) {
        /* What the block's end may have cut comes whole in the next. */
        if (rest.len == 0 && !block->is_last)
            break;
        put_property(card, text, &line);
        before = rest;
    }
    card->read_to = block->offset + (size_t)(text.len - before.len);
    feed_views_add(views, (struct text_view){ VIEW_TEXT, text, { NULL, 0 } });
    if (card->view.text.len > 0)
        feed_views_add(views, track_view(&card->view, VIEW_DOCUMENT));
    if (card->html.shown.text.len > 0)
        feed_views_add(views, track_view(&card->html.shown, VIEW_HTML));
}

static enum bid card_probe(const struct item *item, struct slice head)
{
    return item->content == CONTENT_ANY && content_line_begins(head) ? BID_SIGNATURE : BID_NONE;
}

static int card_extract(struct extract *extract, struct error *err)
{
    struct card card = { .read_to = 0 };
    const struct feed_maker maker = { .make = card_make, .ctx = &card };
    track_init(&card.view, SIZE_MAX / 2);
    html_value_init(&card.html);
    int result = feed_text(extract, extract->item->charset, &maker, err);
    html_value_release(&card.html);
    track_release(&card.view);
    return result;
}

const struct extractor extractor_card = {
    .name = "card",
    .title = "iCalendar and vCard: properties unfolded, escapes and quoted-printable undone",
    .probe = card_probe,
    .extract = card_extract,
};
