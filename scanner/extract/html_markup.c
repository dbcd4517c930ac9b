/* html_markup.c - the tokenizer of HTML inside markup: tags, values, comments, scripts. */
#include "base/utf8.h"
#include "base/vector.h"
#include "extract/html_entities.h"
#include "extract/html_parts.h"
#include "extract/html_tags.h"

/* Tags. */

static void step_tag(struct html_tokens *tokens, size_t stop)
{
    const unsigned char *text = tokens->text.ptr;
    size_t at = tokens->at;
    while (at < stop && text[at] != '>' && text[at] != '=')
        at++;
    tokens->at = at;
    if (at == stop)
        return;
    if (text[at] == '=') {
        tokens->at++;
        tokens->state.mode = HTML_BEFORE_VALUE;
        return;
    }
    html_markup_end(tokens, at + 1);
    if (tokens->state.raw) {
        tokens->state.mode = HTML_RAW;
        html_markup_begin(tokens);
    }
}

/* A quote that is never closed opens no value: a browser would drop the rest of the message. */
static bool is_closed(const struct html_tokens *tokens, unsigned char quote, size_t at)
{
    size_t last = tokens->last_quotes[quote == '\''];
    return !tokens->is_last || (last != SLICE_NONE && last > at);
}

static void step_before_value(struct html_tokens *tokens, size_t stop)
{
    while (tokens->at < stop && html_is_white(tokens->text.ptr[tokens->at]))
        tokens->at++;
    if (tokens->at == stop)
        return;
    unsigned char c = tokens->text.ptr[tokens->at];
    tokens->state.mode = c == '>' ? HTML_TAG : HTML_VALUE_BARE;
    if ((c == '"' || c == '\'') && is_closed(tokens, c, tokens->at)) {
        tokens->state.mode = c == '"' ? HTML_VALUE_DOUBLE : HTML_VALUE_SINGLE;
        tokens->at++;
    }
}

static void take_value_reference(struct html_tokens *tokens)
{
    struct slice rest = slice_skip(tokens->text, tokens->at);
    unsigned char bytes[4];
    uint32_t code;
    size_t len = html_entity(rest, HTML_IN_ATTRIBUTE, &code);
    if (len == 0) {
        tokens->at++;
        return;
    }
    html_markup_flush(tokens);
    track_put_made(&tokens->markup, slice_of(bytes, utf8_write(bytes, code)), tokens->at);
    tokens->at += len;
    tokens->markup_from = tokens->at;
}

static void step_value(struct html_tokens *tokens, size_t stop, unsigned char quote)
{
    const unsigned char *text = tokens->text.ptr;
    size_t at = tokens->at;
    for (; stop - at >= VECTOR_LEN; at += VECTOR_LEN) {
        vector16 bytes = vector_load(text + at);
        if (vector_has_any((vector16)((bytes == quote) | (bytes == '&'))))
            break;
    }
    while (at < stop && text[at] != quote && text[at] != '&')
        at++;
    tokens->at = at;
    if (at == stop)
        return;
    if (text[at] == '&') {
        take_value_reference(tokens);
        return;
    }
    tokens->at++;
    tokens->state.mode = HTML_TAG;
}

static void step_bare(struct html_tokens *tokens, size_t stop)
{
    const unsigned char *text = tokens->text.ptr;
    size_t at = tokens->at;
    while (at < stop && !html_is_white(text[at]) && text[at] != '>' && text[at] != '&')
        at++;
    tokens->at = at;
    if (at < stop && text[at] == '&')
        take_value_reference(tokens);
    else if (at < stop)
        tokens->state.mode = HTML_TAG;
}

/* Comments and what is like them. */

unsigned html_marks_before(const struct html_tokens *tokens, size_t at, unsigned char mark)
{
    unsigned count = 0;
    while (count < 2 && count < at && tokens->text.ptr[at - 1 - count] == mark)
        count++;
    if (count == at)
        count += tokens->state.end_marks;
    return count;
}

/* Up to MARK MARK '>', or any '>' where MARK is NUL. */
static void step_until(struct html_tokens *tokens, size_t stop, unsigned char mark)
{
    struct slice upto = slice_sub(tokens->text, 0, stop);
    size_t close = slice_find_byte(upto, tokens->at, '>');
    if (close == SLICE_NONE) {
        tokens->at = stop;
        return;
    }
    bool is_bang = mark == '-' && close > 0 && upto.ptr[close - 1] == '!';
    tokens->at = close + 1;
    if (mark == 0 || html_marks_before(tokens, close - is_bang, mark) >= 2)
        html_markup_end(tokens, close + 1);
}

static void step_raw(struct html_tokens *tokens, size_t stop)
{
    size_t open = slice_find_byte(slice_sub(tokens->text, 0, stop), tokens->at, '<');
    if (open == SLICE_NONE) {
        tokens->at = stop;
        return;
    }
    tokens->at = open + 1;
    struct slice name = slice_skip(tokens->text, open + 2);
    name.len = html_tag_name(name);
    if (html_byte_at(tokens, open + 1) == '/' && slice_is_equal_nocase(name, slice_str(tokens->state.raw)))
        html_markup_end(tokens, open);
}

void html_markup_step(struct html_tokens *tokens, size_t stop)
{
    switch (tokens->state.mode) {
    case HTML_TEXT:
        break;
    case HTML_TAG:
        step_tag(tokens, stop);
        break;
    case HTML_BEFORE_VALUE:
        step_before_value(tokens, stop);
        break;
    case HTML_VALUE_DOUBLE:
        step_value(tokens, stop, '"');
        break;
    case HTML_VALUE_SINGLE:
        step_value(tokens, stop, '\'');
        break;
    case HTML_VALUE_BARE:
        step_bare(tokens, stop);
        break;
    case HTML_COMMENT:
        step_until(tokens, stop, '-');
        break;
    case HTML_DECLARATION:
        step_until(tokens, stop, 0);
        break;
    case HTML_CDATA:
        step_until(tokens, stop, ']');
        break;
    case HTML_RAW:
        step_raw(tokens, stop);
        break;
    }
}
