/* notebook.c - JSON that people attach: Jupyter notebooks and HAR captures. Their strings decoded, a cell's lines joined, headers as headers. */
#include "base/utf8.h"
#include "decode/ansi.h"
#include "extract/feed.h"
#include "extract/html_value.h"
#include "decode/json_walk.h"
#include "extract/track.h"
#include "walk/embedded.h"

#define NAME_MOST ((size_t)256)

/* Shorter strings are kinds and flags. */
#define STRING_LEAST 4

struct notebook {
    struct extract *extract;
    struct track view;
    struct html_value html;
    size_t line_start; /* in the view, of the value or array at work */
    struct slice name; /* of a member "name", until its "value" comes */
};

/* One value ends: a string, or all strings of an array. */
static void put_line_end(struct notebook *notebook, size_t at)
{
    html_value_try(&notebook->html, &notebook->view, notebook->line_start, notebook->view.text.len);
    if (track_last(&notebook->view) != '\n')
        track_put_made(&notebook->view, slice_str("\n"), at);
    notebook->line_start = notebook->view.text.len;
}

/* VALUE without the colours of a terminal, as tracebacks have them. */
static struct slice without_colours(struct arena *arena, struct slice value)
{
    size_t at = slice_find_byte(value, 0, ANSI_ESCAPE), len = 0;
    if (at == SLICE_NONE)
        return value;
    unsigned char *bare = arena_room(arena, value.len);
    for (at = 0; at < value.len;) {
        size_t used = ansi_len(slice_skip(value, at));
        if (used == 0)
            bare[len++] = value.ptr[at++];
        at += used;
    }
    return slice_of(bare, len);
}

static void put_string(struct notebook *notebook, const struct json_token *token)
{
    struct track *view = &notebook->view;
    struct arena *arena = notebook->extract->arena;
    struct slice value = without_colours(arena, json_walk_string(arena, token));
    bool is_value = slice_is_equal(token->key, slice_str("value")) && notebook->name.len > 0;
    if (slice_is_equal(token->key, slice_str("name")) && value.len <= NAME_MOST)
        notebook->name = value;
    if (value.len < STRING_LEAST)
        return;
    if (!token->is_in_array) {
        put_line_end(notebook, token->at);
        track_put_made(view, is_value ? notebook->name : token->key, token->at);
        track_put_made(view, slice_str(": "), token->at);
    }
    if (token->has_escapes)
        track_put_made(view, value, token->at);
    else
        track_put(view, value, token->at);
    /* Lines of a cell bring their own ends; what has none goes on in the next string. */
    if (!token->is_in_array)
        put_line_end(notebook, token->at + token->text.len);
    if (is_value)
        notebook->name = slice_of(NULL, 0);
}

static void on_token(void *ctx, const struct json_token *token)
{
    struct notebook *notebook = ctx;
    if (token->event == JSON_STRING)
        put_string(notebook, token);
    else if (token->event == JSON_CLOSE)
        put_line_end(notebook, token->at);
}

static void notebook_make(void *ctx, const struct feed_block *block, struct feed_views *views)
{
    struct notebook *notebook = ctx;
    const struct json_sink sink = { on_token, notebook };
    feed_views_add(views, (struct text_view){ VIEW_TEXT, block->text, { NULL, 0 } });
    /* What is longer than a block is text, in which escapes are decoded one by one. */
    if (block->offset > 0)
        return;
    struct slice text = utf8_skip_mark(block->text);
    size_t start = block->text.len - text.len;
    (void)json_walk(text, &sink);
    for (size_t i = 0; i < notebook->view.count; i++)
        notebook->view.pairs[i].text_at += start;
    for (size_t i = 0; i < notebook->html.shown.count; i++)
        notebook->html.shown.pairs[i].text_at += start;
    if (notebook->html.shown.text.len > 0)
        feed_views_add(views, track_view(&notebook->html.shown, VIEW_HTML));
    if (notebook->view.text.len > 0)
        feed_views_add(views, track_view(&notebook->view, VIEW_DOCUMENT));
}

static enum bid notebook_probe(const struct item *item, struct slice head)
{
    return item->content == CONTENT_ANY && embedded_is_json(head) ? BID_SIGNATURE : BID_NONE;
}

static int notebook_extract(struct extract *extract, struct error *err)
{
    struct notebook notebook = { .extract = extract };
    const struct feed_maker maker = { .make = notebook_make, .ctx = &notebook };
    track_init(&notebook.view, SIZE_MAX / 2);
    html_value_init(&notebook.html);
    int result = feed_text(extract, extract->item->charset, &maker, err);
    html_value_release(&notebook.html);
    track_release(&notebook.view);
    return result;
}

const struct extractor extractor_notebook = {
    .name = "notebook",
    .title = "Jupyter notebooks and HAR captures: strings decoded, a cell's lines joined, headers as headers",
    .probe = notebook_probe,
    .extract = notebook_extract,
};
