/* html_parts.h - what the two halves of the tokenizer share; inside html_*.c only. */
#ifndef MAILSPILL_EXTRACT_HTML_PARTS_H
#define MAILSPILL_EXTRACT_HTML_PARTS_H

#include "extract/html_tokens.h"

static inline bool html_is_white(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

static inline unsigned char html_byte_at(const struct html_tokens *tokens, size_t at)
{
    return at < tokens->text.len ? tokens->text.ptr[at] : 0;
}

/* Markup. */

static inline void html_markup_begin(struct html_tokens *tokens)
{
    static const unsigned char newline = '\n';
    struct track *markup = &tokens->markup;
    /* What text stood between does not make one value of two tags. */
    if (tokens->at != tokens->markup_end && markup->text.len > 0 && track_last(markup) != '\n')
        track_put_made(markup, slice_of(&newline, 1), tokens->at);
    tokens->markup_from = tokens->at;
}

static inline void html_markup_flush(struct html_tokens *tokens)
{
    size_t from = tokens->markup_from;
    if (from == SLICE_NONE)
        return;
    track_put(&tokens->markup, slice_sub(tokens->text, from, tokens->at - from), from);
    tokens->markup_from = SLICE_NONE;
    tokens->markup_end = tokens->at;
}

static inline void html_markup_end(struct html_tokens *tokens, size_t at)
{
    tokens->at = at;
    tokens->state.mode = HTML_TEXT;
    html_markup_flush(tokens);
}

/* How many MARKs, up to two, stand before AT. */
unsigned html_marks_before(const struct html_tokens *tokens, size_t at, unsigned char mark);

/* Go on in any mode but HTML_TEXT. */
void html_markup_step(struct html_tokens *tokens, size_t stop);

#endif
