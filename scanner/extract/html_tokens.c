/* html_tokens.c - HTML taken apart into what is shown and what is markup. */
#include "base/utf8.h"
#include "base/vector.h"
#include "extract/html_entities.h"
#include "extract/html_parts.h"
#include "extract/html_tags.h"

/* How each byte stands in shown text. */
enum text_byte {
    BYTE_PLAIN,
    BYTE_OPEN,      /* < */
    BYTE_REFERENCE, /* & */
    BYTE_WHITE,
    BYTE_RARE, /* may lead a character that is dropped, or a kind of space */
};

static const unsigned char text_bytes[256] = {
    ['<'] = BYTE_OPEN,   ['&'] = BYTE_REFERENCE, [' '] = BYTE_WHITE,  ['\t'] = BYTE_WHITE,
    ['\n'] = BYTE_WHITE, ['\f'] = BYTE_WHITE,    ['\r'] = BYTE_WHITE, [0xC2] = BYTE_RARE,
    [0xCD] = BYTE_RARE,  [0xE1] = BYTE_RARE,     [0xE2] = BYTE_RARE,  [0xEF] = BYTE_RARE,
};

/* What stops a run of shown text: with a white byte after it, or at all. */
#define STOP 2

static const unsigned char stop_bytes[256] = {
    ['<'] = 2,  ['&'] = 2,  [' '] = 1,  ['\t'] = 2, ['\n'] = 2, ['\f'] = 2,
    ['\r'] = 2, [0xC2] = 2, [0xCD] = 2, [0xE1] = 2, [0xE2] = 2, [0xEF] = 2,
};

static bool is_letter(unsigned char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

/* Shown text. */

static bool is_wide_space(uint32_t code)
{
    return code == 0xA0 || (code >= 0x2000 && code <= 0x200A) || code == 0x202F || code == 0x205F;
}

static void put_break(struct html_tokens *tokens, unsigned char c)
{
    unsigned char last = track_last(&tokens->shown);
    if (tokens->shown.text.len > 0 && last != '\n' && (c == '\n' || last != c))
        track_put_made(&tokens->shown, slice_of(&c, 1), tokens->at);
}

/* A character that stands in LEN bytes of the text, written out or as a reference. */
static void put_character(struct html_tokens *tokens, uint32_t code, size_t len)
{
    unsigned char bytes[4];
    size_t at = tokens->at;
    if (utf8_is_invisible(code)) {
        html_markup_begin(tokens);
        tokens->at = at + len;
        html_markup_flush(tokens);
        return;
    }
    size_t size = utf8_write(bytes, is_wide_space(code) ? ' ' : code);
    track_put_made(&tokens->shown, slice_of(bytes, size), at);
    tokens->at = at + len;
}

static void take_rare(struct html_tokens *tokens)
{
    struct slice rest = slice_skip(tokens->text, tokens->at), before = rest;
    uint32_t code = 0;
    int got = utf8_eat(&rest, &code);
    size_t len = before.len - rest.len;
    if (got == 1 && (utf8_is_invisible(code) || is_wide_space(code))) {
        put_character(tokens, code, len);
        return;
    }
    track_put(&tokens->shown, slice_sub(before, 0, len), tokens->at);
    tokens->at += len;
}

static void take_reference(struct html_tokens *tokens)
{
    struct slice rest = slice_skip(tokens->text, tokens->at);
    uint32_t code;
    size_t len = html_entity(rest, HTML_IN_TEXT, &code);
    if (len > 0) {
        put_character(tokens, code, len);
        return;
    }
    track_put(&tokens->shown, slice_sub(rest, 0, 1), tokens->at);
    tokens->at++;
}

/* White space shows as one space or line end, and not at all after another; in <pre> as it stands. */
static void take_white(struct html_tokens *tokens, size_t stop)
{
    size_t end = tokens->at;
    bool has_line_end = false;
    while (end < stop && html_is_white(tokens->text.ptr[end]))
        has_line_end |= tokens->text.ptr[end++] == '\n';
    struct slice run = slice_sub(tokens->text, tokens->at, end - tokens->at);
    bool is_single = run.len == 1 || (run.len == 2 && run.ptr[0] == '\r' && run.ptr[1] == '\n');
    if (tokens->state.is_pre)
        track_put(&tokens->shown, run, tokens->at);
    else if (tokens->shown.text.len > 0 && !html_is_white(track_last(&tokens->shown))) {
        if (is_single)
            track_put(&tokens->shown, run, tokens->at);
        else
            track_put_made(&tokens->shown, slice_str(has_line_end ? "\n" : " "), tokens->at);
    }
    tokens->at = end;
}

static void tag_effect(struct html_tokens *tokens, const struct html_tag *tag, bool is_end)
{
    switch (tag->effect) {
    case HTML_PRE:
        tokens->state.is_pre = !is_end;
        put_break(tokens, '\n');
        break;
    case HTML_BLOCK:
        put_break(tokens, '\n');
        break;
    case HTML_CELL:
        put_break(tokens, '\t');
        break;
    case HTML_SCRIPT:
        tokens->state.raw = is_end ? NULL : tag->name;
        break;
    case HTML_INLINE:
        break;
    }
}

static void open_tag(struct html_tokens *tokens, bool is_end)
{
    size_t name_at = tokens->at + 1 + is_end;
    size_t len;
    const struct html_tag *tag = html_tag_at(slice_skip(tokens->text, name_at), &len);
    tokens->state.raw = NULL;
    tokens->has_inner |=
        tag && !is_end && (tag->effect == HTML_SCRIPT || memcmp(tag->name, "iframe", 7) == 0);
    if (tag)
        tag_effect(tokens, tag, is_end);
    html_markup_begin(tokens);
    tokens->at = name_at + len;
    tokens->state.mode = HTML_TAG;
}

static void open_special(struct html_tokens *tokens)
{
    struct slice rest = slice_skip(tokens->text, tokens->at);
    html_markup_begin(tokens);
    tokens->state.end_marks = 0;
    /* A conditional comment is content for the programs it names: Outlook shows it. */
    bool is_comment = slice_starts_with(rest, "<!--");
    if (is_comment && !slice_starts_with_nocase(rest, "<!--[if")) {
        tokens->state.mode = HTML_COMMENT;
        tokens->has_inner = true;
        tokens->at += 2;
    } else if (slice_starts_with(rest, "<![CDATA[")) {
        tokens->state.mode = HTML_CDATA;
        tokens->at += 9;
    } else {
        tokens->state.mode = HTML_DECLARATION;
        tokens->at += 2;
    }
}

static void open_markup(struct html_tokens *tokens)
{
    unsigned char next = html_byte_at(tokens, tokens->at + 1);
    if (is_letter(next)) {
        open_tag(tokens, false);
    } else if (next == '/' && is_letter(html_byte_at(tokens, tokens->at + 2))) {
        open_tag(tokens, true);
    } else if (next == '!' || next == '?' || next == '/') {
        open_special(tokens);
    } else {
        track_put(&tokens->shown, slice_sub(tokens->text, tokens->at, 1), tokens->at);
        tokens->at++;
    }
}

/* Which of the sixteen bytes at PTR may stop a run of shown text: all that do, and a few others. */
static vector16 stops_at(const unsigned char *ptr)
{
    typedef signed char signed16 __attribute__((vector_size(16)));
    vector16 bytes = vector_load(ptr), next = vector_load(ptr + 1);
    return (vector16)((signed16)bytes < 0x20) | (vector16)((bytes == '<') | (bytes == '&')) |
           (vector16)((bytes == ' ') & (next <= ' '));
}

static bool is_stop(const unsigned char *at)
{
    return stop_bytes[at[0]] + html_is_white(at[1]) >= STOP;
}

/* Length of what shows as it stands at the front of TEXT. A lone space between words is nothing to stop for; one test for both
 * cases, since a branch for each word would be mispredicted. */
static size_t shown_run(struct slice text)
{
    const unsigned char *at = text.ptr;
    size_t run = 0;
    if (text.len == 0 || text_bytes[at[0]] != BYTE_PLAIN)
        return 0;
    while (text.len - run > VECTOR_LEN) {
        size_t stop = run + VECTOR_LEN;
        if (!vector_has_any(stops_at(at + run)))
            run = stop;
        for (; run < stop; run++)
            if (is_stop(at + run))
                return run;
    }
    while (run + 1 < text.len && !is_stop(at + run))
        run++;
    return run + (run + 1 == text.len && text_bytes[at[run]] == BYTE_PLAIN);
}

static void step_text(struct html_tokens *tokens, size_t stop)
{
    const unsigned char *text = tokens->text.ptr;
    size_t at = tokens->at + shown_run(slice_sub(tokens->text, tokens->at, stop - tokens->at));
    track_put(&tokens->shown, slice_sub(tokens->text, tokens->at, at - tokens->at), tokens->at);
    tokens->at = at;
    if (at == stop)
        return;
    switch ((enum text_byte)text_bytes[text[at]]) {
    case BYTE_OPEN:
        open_markup(tokens);
        break;
    case BYTE_REFERENCE:
        take_reference(tokens);
        break;
    case BYTE_WHITE:
        take_white(tokens, stop);
        break;
    case BYTE_RARE:
    case BYTE_PLAIN:
        take_rare(tokens);
        break;
    }
}

static void run(struct html_tokens *tokens, size_t stop)
{
    while (tokens->at < stop)
        if (tokens->state.mode == HTML_TEXT)
            step_text(tokens, stop);
        else
            html_markup_step(tokens, stop);
}

static size_t last_byte(struct slice text, unsigned char byte)
{
    const unsigned char *hit = text.len ? memrchr(text.ptr, byte, text.len) : NULL;
    return hit ? (size_t)(hit - text.ptr) : SLICE_NONE;
}

static void begin_block(struct html_tokens *tokens, struct slice text, bool is_last)
{
    track_clear(&tokens->shown);
    track_clear(&tokens->markup);
    track_reserve(&tokens->shown, text.len);
    track_reserve(&tokens->markup, text.len + text.len / 8);
    tokens->text = text;
    tokens->at = tokens->state.skip < text.len ? tokens->state.skip : text.len;
    tokens->state.skip = 0;
    tokens->markup_end = 0;
    tokens->markup_from = SLICE_NONE;
    if (tokens->state.mode != HTML_TEXT)
        html_markup_begin(tokens);
    tokens->is_last = is_last;
    tokens->has_inner = tokens->state.mode != HTML_TEXT;
    tokens->last_quotes[0] = last_byte(text, '"');
    tokens->last_quotes[1] = last_byte(text, '\'');
}

void html_tokens_block(struct html_tokens *tokens, struct slice text, size_t next, bool is_last)
{
    begin_block(tokens, text, is_last);
    run(tokens, next);
    struct html_state there = tokens->state;
    there.skip = tokens->at - next;
    there.end_marks = there.mode == HTML_COMMENT ? html_marks_before(tokens, tokens->at, '-')
                      : there.mode == HTML_CDATA ? html_marks_before(tokens, tokens->at, ']')
                                                 : 0;
    run(tokens, text.len);
    html_markup_flush(tokens);
    tokens->state = there;
}

void html_tokens_init(struct html_tokens *tokens)
{
    *tokens = (struct html_tokens){ .markup_from = SLICE_NONE };
    track_init(&tokens->shown, SIZE_MAX / 2);
    track_init(&tokens->markup, SIZE_MAX / 2);
}

void html_tokens_release(struct html_tokens *tokens)
{
    track_release(&tokens->shown);
    track_release(&tokens->markup);
}
