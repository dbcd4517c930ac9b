/* plain.c - plain text: the text itself, format=flowed paragraphs made whole, a terminal's text without its colours. */
#include "decode/ansi.h"
#include "decode/flowed.h"
#include "extract/feed.h"
#include "extract/literals.h"
#include "walk/locked.h"
#include "walk/type.h"

struct plain {
    struct extract *extract;
    struct track flowed, bare, joined;
    bool has_told_encrypted;
};

static void flowed_pair(void *ctx, size_t view_at, size_t text_at)
{
    struct track *flowed = ctx;
    track_pair(flowed, view_at, text_at);
}

static void make_flowed(struct plain *plain, const struct feed_block *block, struct feed_views *views)
{
    const struct flowed_map map = { flowed_pair, &plain->flowed };
    track_clear(&plain->flowed);
    flowed_join(block->text, plain->extract->item->flow == FLOW_FLOWED_DELSP, &plain->flowed.text, &map);
    feed_views_add(views, track_view(&plain->flowed, VIEW_FLOWED));
}

/* Without the sequences that colour it: a token that begins where a colour does has a letter before it. What a command says (a title, a link's address)
 * stands in the text as it is. */
static void make_bare(struct plain *plain, const struct feed_block *block, struct feed_views *views)
{
    struct slice text = block->text;
    size_t at = 0, end = slice_find_byte(text, 0, ANSI_ESCAPE);
    if (end == SLICE_NONE)
        return;
    track_clear(&plain->bare);
    while (at < text.len) {
        size_t stop = end == SLICE_NONE ? text.len : end;
        track_put(&plain->bare, slice_sub(text, at, stop - at), at);
        at = stop + ansi_len(slice_skip(text, stop));
        end = slice_find_byte(text, at + (at == stop), ANSI_ESCAPE);
    }
    feed_views_add(views, track_view(&plain->bare, VIEW_DOCUMENT));
}

/* What a program joins: in files, since mail is no program. */
static void make_joined(struct plain *plain, const struct feed_block *block, struct feed_views *views)
{
    enum item_kind kind = plain->extract->item->kind;
    bool is_file =
        plain->extract->item->is_attachment || kind == ITEM_FILE || kind == ITEM_MEMBER || kind == ITEM_BLOB;
    if (!is_file)
        return;
    literals_join_text(&plain->joined, block->text);
    if (plain->joined.text.len > 0)
        feed_views_add(views, track_view(&plain->joined, VIEW_DECODED));
}

/* An armoured message at the start of a line, quoted or not, is there for someone to read and not for us. Dashes are common in text, so
 * the words between them are what is looked for. */
static void look_for_armour(struct plain *plain, struct slice text)
{
    static const struct slice words = { (const unsigned char *)"BEGIN PGP MESSAGE-----", 22 };
    static const char dashes[] = "-----";
    const size_t before = sizeof dashes - 1;
    if (plain->has_told_encrypted || plain->extract->item->kind == ITEM_HEADER)
        return;
    size_t at = slice_find(text, 0, words);
    while (at != SLICE_NONE && (at < before || memcmp(text.ptr + at - before, dashes, before) != 0))
        at = slice_find(text, at + 1, words);
    if (at == SLICE_NONE || (at > before && !memchr("\n\r> \t", text.ptr[at - before - 1], 5)))
        return;
    plain->has_told_encrypted = true;
    struct buffer whom;
    buffer_init(&whom, LOCKED_WHOM_MAX);
    locked_put_pgp(&whom, slice_skip(text, at - before));
    extract_gap(plain->extract, GAP_ENCRYPTED, NULL, "PGP message inside the text%.*s", (int)whom.len,
                (const char *)whom.ptr);
    buffer_release(&whom);
}

static void plain_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct plain *plain = ctx;
    feed_views_add(views, (struct text_view){ VIEW_TEXT, block->text, { NULL, 0 } });
    if (plain->extract->item->flow != FLOW_FIXED)
        make_flowed(plain, block, views);
    make_bare(plain, block, views);
    make_joined(plain, block, views);
    look_for_armour(plain, block->text);
}

static enum bid plain_probe(const struct item *item, struct slice head)
{
    switch (item->content) {
    case CONTENT_TEXT:
        return BID_SIGNATURE;
    case CONTENT_BYTES:
        return BID_NONE;
    default:
        break;
    }
    struct type type = type_from_signature(head);
    return !type.media && type_is_text(head) ? BID_SHAPE : BID_NONE;
}

static int plain_extract(struct extract *extract, struct error *err)
{
    struct plain plain = { .extract = extract };
    const struct feed_maker maker = { .make = plain_make, .ctx = &plain };
    track_init(&plain.flowed, SIZE_MAX / 2);
    track_init(&plain.bare, SIZE_MAX / 2);
    track_init(&plain.joined, SIZE_MAX / 2);
    int result = feed_text(extract, extract->item->charset, &maker, err);
    track_release(&plain.joined);
    track_release(&plain.bare);
    track_release(&plain.flowed);
    return result;
}

const struct extractor extractor_plain = {
    .name = "plain",
    .title = "plain text in any charset, format=flowed, a terminal's colours",
    .probe = plain_probe,
    .extract = plain_extract,
};
