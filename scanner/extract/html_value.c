/* html_value.c - HTML that stands as a value in another text. */
#include "extract/html_value.h"

#include "extract/html_tags.h"

void html_value_init(struct html_value *value)
{
    html_tokens_init(&value->tokens);
    track_init(&value->shown, SIZE_MAX / 2);
}

void html_value_release(struct html_value *value)
{
    track_release(&value->shown);
    html_tokens_release(&value->tokens);
}

void html_value_clear(struct html_value *value)
{
    track_clear(&value->shown);
}

bool html_value_has_tags(struct slice text)
{
    for (size_t at = 0; (at = slice_find_byte(text, at, '<')) != SLICE_NONE; at++) {
        struct slice name = slice_skip(text, at + 1);
        if (name.len > 0 && name.ptr[0] == '/')
            name = slice_skip(name, 1);
        size_t len;
        const struct html_tag *tag = html_tag_at(name, &len);
        if (tag && len < name.len && memchr(" \t\r\n/>", name.ptr[len], 6))
            return true;
    }
    return false;
}

void html_value_put(struct html_value *value, const struct track *view, size_t from, size_t to)
{
    struct html_tokens *tokens = &value->tokens;
    const struct track *shown = &tokens->shown;
    struct slice text = slice_sub(buffer_slice(&view->text), from, to - from);
    const struct text_map map = { view->pairs, view->count };
    size_t next = 0;
    tokens->state = (struct html_state){ 0 };
    html_tokens_block(tokens, text, text.len, true);
    if (shown->text.len == 0)
        return;
    for (size_t i = 0; i < shown->count; i++) {
        size_t start = shown->pairs[i].view_at;
        size_t end = i + 1 < shown->count ? shown->pairs[i + 1].view_at : shown->text.len;
        track_put_view(&value->shown, slice_sub(buffer_slice(&shown->text), start, end - start), view,
                       from + shown->pairs[i].text_at, &next);
    }
    if (track_last(&value->shown) != '\n')
        track_put_made(&value->shown, slice_str("\n"), text_map_find(&map, to));
}

void html_value_try(struct html_value *value, const struct track *view, size_t from, size_t to)
{
    if (html_value_has_tags(slice_sub(buffer_slice(&view->text), from, to - from)))
        html_value_put(value, view, from, to);
}

/* Where what begins with START of TEXT at AT ends: the place of END, or all of it. */
static size_t end_of(struct slice text, size_t at, const char *end)
{
    size_t found = slice_find_nocase(text, at, slice_str(end));
    return found == SLICE_NONE ? text.len : found;
}

/* Does what stands behind a '<' begin as what inner_at knows does? It is asked for each tag. */
static bool may_be_inner(struct slice text, size_t at)
{
    unsigned char next = at + 1 < text.len ? text.ptr[at + 1] : 0;
    return next == '!' || next == 's' || next == 'S' || next == 'i' || next == 'I';
}

/* What in markup may be HTML by itself, at the '<' that stands at AT: [*FROM, *TO), or nothing. */
static bool inner_at(struct slice text, size_t at, size_t *from, size_t *to)
{
    struct slice rest = slice_sub(text, at, 64);
    if (slice_starts_with(rest, "<!--")) {
        *from = at + 4;
        *to = end_of(text, *from, "-->");
        return true;
    }
    if (slice_starts_with_nocase(rest, "<script")) {
        size_t close = slice_find_byte(text, at, '>');
        *from = close == SLICE_NONE ? text.len : close + 1;
        *to = end_of(text, *from, "</script");
        return true;
    }
    if (slice_starts_with_nocase(rest, "<iframe")) {
        size_t next = slice_find_byte(text, at + 1, '<');
        struct slice tag = slice_sub(text, at, next == SLICE_NONE ? SLICE_NONE : next - at);
        size_t value = slice_find_nocase(tag, 0, slice_str("srcdoc="));
        if (value == SLICE_NONE)
            return false;
        *from = at + value + 7;
        /* Its references are decoded by now: quotes inside it no longer tell where it ends. */
        *to = end_of(text, *from, "</iframe");
        return true;
    }
    return false;
}

void html_value_inner(struct html_value *value, const struct track *markup)
{
    struct slice text = buffer_slice(&markup->text);
    size_t from, to;
    for (size_t at = 0; (at = slice_find_byte(text, at, '<')) != SLICE_NONE;) {
        if (!may_be_inner(text, at) || !inner_at(text, at, &from, &to)) {
            at++;
            continue;
        }
        html_value_try(value, markup, from, to);
        at = to > at ? to : at + 1;
    }
}
