/* html.c - HTML: what it shows, its markup, and what data: URIs in it hold. */
#include "decode/charset.h"
#include "extract/css.h"
#include "extract/feed.h"
#include "extract/html_data.h"
#include "extract/html_tags.h"
#include "extract/html_value.h"
#include "extract/literals.h"
#include "walk/type.h"

/* Two views with maps are made of each block, so it is smaller than for plain text. */
#define HTML_BLOCK_SIZE ((size_t)1024 * 1024)

/* Where a document's charset must be named (HTML Living Standard, section 4.2.5.4 says 1024), and where tags are looked for. */
#define HTML_HEAD ((size_t)4096)

#define TAGS_THAT_TELL 3

struct html {
    struct html_tokens tokens;
    struct html_data data;
    struct html_value inner; /* of comments, templates, srcdoc */
    struct html_value uris;  /* of data: URIs */
    struct track joined;     /* literals of scripts */
    struct track styled;     /* strings of style sheets */
};

static void html_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct html *html = ctx;
    struct html_tokens *tokens = &html->tokens;
    html_tokens_block(tokens, block->text, block->next, block->is_last);
    feed_views_add(views, track_view(&tokens->shown, VIEW_HTML));
    feed_views_add(views, track_view(&tokens->markup, VIEW_MARKUP));
    css_content(&html->styled, &tokens->markup);
    if (html->styled.text.len > 0)
        feed_views_add(views, track_view(&html->styled, VIEW_DECODED));
    html_value_clear(&html->inner);
    if (tokens->has_inner) {
        html_value_inner(&html->inner, &tokens->markup);
        literals_join(&html->joined, &tokens->markup);
        if (html->joined.text.len > 0)
            feed_views_add(views, track_view(&html->joined, VIEW_DECODED));
    }
    if (html->inner.shown.text.len > 0)
        feed_views_add(views, track_view(&html->inner.shown, VIEW_HTML));
    html_data_block(&html->data, &tokens->markup, track_find(&tokens->markup, block->repeated),
                    block->is_last, views);
    html_value_clear(&html->uris);
    if (html->data.decoded.text.len > 0)
        html_value_try(&html->uris, &html->data.decoded, 0, html->data.decoded.text.len);
    if (html->uris.shown.text.len > 0)
        feed_views_add(views, track_view(&html->uris.shown, VIEW_HTML));
}

/* The value that follows NAME and '=' in TAG. */
static struct slice value_after(struct slice tag, const char *name)
{
    size_t at = slice_find_nocase(tag, 0, slice_str(name));
    struct slice rest = slice_of(NULL, 0);
    if (at == SLICE_NONE)
        return rest;
    rest = slice_trim(slice_skip(tag, at + strlen(name)));
    if (rest.len == 0 || rest.ptr[0] != '=')
        return slice_of(NULL, 0);
    rest = slice_trim(slice_skip(rest, 1));
    if (rest.len > 0 && (rest.ptr[0] == '"' || rest.ptr[0] == '\''))
        rest = slice_skip(rest, 1);
    size_t len = 0;
    while (len < rest.len && !memchr("\"' \t\r\n/>;?", rest.ptr[len], 10))
        len++;
    return slice_trim(slice_sub(rest, 0, len));
}

/* The charset that <meta> or an XML declaration in HEAD names; empty if none, or none that can be. */
static struct slice named_charset(struct slice head)
{
    struct slice name = slice_of(NULL, 0);
    head = slice_sub(head, 0, HTML_HEAD);
    for (size_t at = 0; name.len == 0 && (at = slice_find_byte(head, at, '<')) != SLICE_NONE; at++) {
        struct slice tag = slice_skip(head, at);
        size_t close = slice_find_byte(tag, 0, '>');
        tag.len = close == SLICE_NONE ? tag.len : close;
        if (slice_starts_with_nocase(tag, "<meta"))
            name = value_after(tag, "charset");
        else if (slice_starts_with(tag, "<?xml"))
            name = value_after(tag, "encoding");
    }
    /* It could not be read here if it were UTF-16. */
    if (slice_starts_with_nocase(name, "utf-16"))
        return slice_of(NULL, 0);
    struct charset *known = name.len > 0 ? charset_open(name) : NULL;
    charset_close(known);
    return known ? name : slice_of(NULL, 0);
}

static bool is_html_type(struct slice type)
{
    return slice_is_equal(type, slice_str("text/html")) ||
           slice_is_equal(type, slice_str("application/xhtml+xml"));
}

static bool has_tags(struct slice head)
{
    unsigned count = 0;
    head = slice_sub(head, 0, HTML_HEAD);
    for (size_t at = 0; count < TAGS_THAT_TELL && (at = slice_find_byte(head, at, '<')) != SLICE_NONE; at++) {
        struct slice name = slice_skip(head, at + 1);
        if (name.len > 0 && name.ptr[0] == '/')
            name = slice_skip(name, 1);
        size_t len;
        const struct html_tag *tag = html_tag_at(name, &len);
        count += tag && len < name.len && memchr(" \t\r\n/>", name.ptr[len], 6);
    }
    return count >= TAGS_THAT_TELL;
}

/* Does HEAD look like HTML, text or not? Text that is called text may talk about tags. */
static enum bid look_of(const struct item *item, struct slice head)
{
    if (type_is_html(head))
        return BID_SIGNATURE;
    if (is_html_type(item->type))
        return BID_SHAPE;
    bool is_open = item->type.len == 0 || slice_is_equal(item->type, slice_str("application/octet-stream"));
    return is_open && has_tags(head) ? BID_SHAPE : BID_NONE;
}

static enum bid html_probe(const struct item *item, struct slice head)
{
    if (item->content != CONTENT_ANY)
        return BID_NONE;
    enum bid bid = look_of(item, head);
    if (bid == BID_NONE || (!type_from_signature(head).media && type_is_text(head)))
        return bid;
    return is_html_type(item->type) ? BID_NAME : BID_NONE;
}

static int html_extract(struct extract *extract, struct error *err)
{
    struct html html;
    const struct feed_maker maker = { .make = html_make, .ctx = &html, .block_size = HTML_BLOCK_SIZE };
    struct slice charset = extract->item->charset;
    source_fill(extract->item->source, HTML_HEAD, NULL);
    if (charset.len == 0)
        charset = arena_copy(extract->arena, named_charset(extract->item->source->ready));
    html_tokens_init(&html.tokens);
    html_value_init(&html.inner);
    html_value_init(&html.uris);
    track_init(&html.joined, SIZE_MAX / 2);
    track_init(&html.styled, SIZE_MAX / 2);
    html_data_init(&html.data, extract);
    int result = feed_text(extract, charset, &maker, err);
    html_data_release(&html.data);
    track_release(&html.styled);
    track_release(&html.joined);
    html_value_release(&html.uris);
    html_value_release(&html.inner);
    html_tokens_release(&html.tokens);
    return result;
}

const struct extractor extractor_html = {
    .name = "html",
    .title = "HTML and XHTML: shown and hidden text, markup, data: URIs",
    .probe = html_probe,
    .extract = html_extract,
};
