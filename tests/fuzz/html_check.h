/* html_check.h - what must hold of any HTML: every byte is in a view, and the maps are in order. For unit tests and fuzzers. */
#ifndef MAILSPILL_TESTS_HTML_CHECK_H
#define MAILSPILL_TESTS_HTML_CHECK_H

#include "base/utf8.h"
#include "extract/css.h"
#include "extract/html_entities.h"
#include "extract/html_tokens.h"

/* Each check says what broke; NULL where nothing did. */
static inline const char *html_check_map(const struct track *track, struct slice text)
{
    for (size_t i = 0; i < track->count; i++) {
        if (track->pairs[i].text_at >= text.len)
            return "a pair stands past the text";
        if (track->pairs[i].view_at >= track->text.len)
            return "a pair stands past the view";
        if (i > 0 && track->pairs[i].view_at <= track->pairs[i - 1].view_at)
            return "pairs of the view out of order";
        if (i > 0 && track->pairs[i].text_at < track->pairs[i - 1].text_at)
            return "pairs of the text out of order";
    }
    return track->text.len > 0 && track->count == 0 ? "a view without a map" : NULL;
}

static inline void html_check_cover(const struct track *track, struct slice text, unsigned char *covered)
{
    for (size_t i = 0; i < track->count; i++) {
        size_t stop = i + 1 < track->count ? track->pairs[i + 1].view_at : track->text.len;
        size_t text_at = track->pairs[i].text_at;
        for (size_t at = track->pairs[i].view_at; at < stop && text_at < text.len; at++, text_at++)
            if (track->text.ptr[at] == text.ptr[text_at])
                covered[text_at] = 1;
    }
}

/* Bytes at the front of REST that may be in no view as they stand: white space, references, kinds of space. */
static inline size_t html_check_excused(struct slice rest)
{
    struct slice after = rest;
    uint32_t code;
    if (memchr(" \t\r\n\f", rest.ptr[0], 5))
        return 1;
    if (rest.ptr[0] == '&')
        return html_entity(rest, HTML_IN_TEXT, &code);
    bool is_space = utf8_eat(&after, &code) == 1 && (code == 0xA0 || (code >= 0x2000 && code <= 0x205F));
    return is_space ? rest.len - after.len : 0;
}

/* REPEATED, or the end of a reference that lies across it: the block before has its start. */
static inline size_t html_check_start(struct slice text, size_t repeated)
{
    uint32_t code;
    for (size_t back = 1; back < HTML_ENTITY_MAX && back <= repeated; back++) {
        size_t len = text.ptr[repeated - back] == '&'
                         ? html_entity(slice_skip(text, repeated - back), HTML_IN_TEXT, &code)
                         : 0;
        if (len > back)
            return repeated - back + len;
    }
    return repeated;
}

static inline const char *html_check_block(const struct html_tokens *tokens, struct slice text,
                                           size_t repeated)
{
    const char *broken = html_check_map(&tokens->shown, text);
    if (!broken)
        broken = html_check_map(&tokens->markup, text);
    unsigned char *covered = calloc(text.len + 1, 1);
    html_check_cover(&tokens->shown, text, covered);
    html_check_cover(&tokens->markup, text, covered);
    for (size_t at = html_check_start(text, repeated); at < text.len && !broken;) {
        /* "&amp;" stands for its own first byte. */
        bool is_whole = covered[at] && (text.ptr[at] != '&' || at + 1 == text.len || covered[at + 1]);
        size_t len = is_whole ? 1 : html_check_excused(slice_skip(text, at));
        len = len == 0 && covered[at] ? 1 : len;
        if (len == 0)
            broken = "a byte is in no view";
        at += len;
    }
    free(covered);
    return broken;
}

/* TEXT in blocks of SIZE bytes that overlap by OVERLAP < SIZE / 2. */
static inline const char *html_check(struct slice text, size_t size, size_t overlap)
{
    struct html_tokens tokens;
    struct track styled;
    const char *broken = NULL;
    size_t repeated = 0;
    html_tokens_init(&tokens);
    track_init(&styled, SIZE_MAX / 2);
    for (bool is_last = false; !is_last && !broken;) {
        struct slice block = slice_sub(text, 0, utf8_cut(text, size));
        is_last = block.len == text.len;
        size_t next = is_last ? block.len : utf8_cut(block, block.len - overlap);
        html_tokens_block(&tokens, block, next, is_last);
        broken = html_check_block(&tokens, block, repeated);
        css_content(&styled, &tokens.markup);
        if (!broken)
            broken = html_check_map(&styled, block);
        repeated = block.len - next;
        text = slice_skip(text, next);
    }
    track_release(&styled);
    html_tokens_release(&tokens);
    return broken;
}

#endif
