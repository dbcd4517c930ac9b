/* pdf_content.c - what a content stream of a PDF would show, seen without its fonts. */
#include "walk/pdf_content.h"

#include "base/utf8.h"
#include "walk/pdf_syntax.h"

#define SPACE_LEAST 180 /* thousandths of the font's size that stand for a space, moved in an array of TJ */
#define TOKEN_LEAST 12  /* characters */
#define SHOWN_MOST ((size_t)1024 * 1024) /* bytes shown at once */

struct reading {
    const struct pdf_words *words;
    struct buffer *aside;
    struct pdf_content *found;
    struct buffer shown, bytes, text;
    unsigned depth; /* of dictionaries */
    bool is_plain;
};

static bool is_word_byte(unsigned char c)
{
    unsigned char lower = slice_lower_byte(c);
    return slice_is_digit(c) || slice_is_lower(lower);
}

static bool has_token(const struct reading *reading, struct slice text)
{
    size_t start = 0;
    for (size_t i = 0; i <= text.len; i++) {
        if (i < text.len && is_word_byte(text.ptr[i]))
            continue;
        struct slice word = slice_sub(text, start, i - start);
        bool has_digit = false;
        for (size_t k = 0; k < word.len; k++)
            has_digit |= slice_is_digit(word.ptr[k]);
        if (word.len >= TOKEN_LEAST && has_digit && !pdf_words_cover(reading->words, word))
            return true;
        start = i + 1;
    }
    return false;
}

/* What one operator shows is complete. */
static void end_shown(struct reading *reading)
{
    struct slice shown = buffer_slice(&reading->shown);
    if (shown.len > 0 && !pdf_words_cover(reading->words, shown)) {
        reading->found->has_strange = true;
        reading->found->has_token |= has_token(reading, shown);
    }
    reading->found->has_unread |= reading->shown.is_overfull;
    buffer_clear(&reading->shown);
}

static void put_aside(struct reading *reading, struct slice label, struct slice text)
{
    if (text.len == 0 || pdf_words_cover(reading->words, text))
        return;
    buffer_put(reading->aside, label);
    buffer_put(reading->aside, text);
    buffer_put_byte(reading->aside, '\n');
}

static bool is_codes(struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.ptr[i] < ' ' || bytes.ptr[i] >= 0x7F)
            return true;
    return false;
}

static void take_string(struct reading *reading, const struct pdf_token *token)
{
    buffer_clear(&reading->bytes);
    pdf_put_bytes(&reading->bytes, token);
    struct slice bytes = buffer_slice(&reading->bytes);
    if (reading->depth > 0) {
        if (reading->is_plain && token->kind == PDF_LITERAL && utf8_is_ascii(bytes))
            return;
        buffer_clear(&reading->text);
        pdf_put_text(&reading->text, bytes);
        put_aside(reading, slice_str("text: "), buffer_slice(&reading->text));
        return;
    }
    reading->found->has_codes |= is_codes(bytes);
    buffer_put(&reading->shown, bytes);
}

static void take_number(struct reading *reading, struct slice text)
{
    uint64_t moved;
    size_t end = slice_find_byte(text, 0, '.');
    bool is_back = text.len > 0 && text.ptr[0] == '-';
    struct slice whole = slice_sub(text, 1, (end == SLICE_NONE ? text.len : end) - 1);
    if (is_back && slice_to_u64(whole, &moved) == 0 && moved >= SPACE_LEAST)
        buffer_put_byte(&reading->shown, ' ');
}

/* Past the bytes of an inline picture (8.9.7), up to its EI. */
static void skip_picture(struct slice *rest)
{
    struct slice end = slice_str("EI");
    for (size_t at = 1; (at = slice_find(*rest, at, end)) != SLICE_NONE; at++) {
        bool is_apart = rest->ptr[at - 1] <= ' ' && (at + 2 >= rest->len || rest->ptr[at + 2] <= ' ');
        if (is_apart) {
            *rest = slice_skip(*rest, at + end.len);
            return;
        }
    }
    *rest = slice_skip(*rest, rest->len);
}

static void take(struct reading *reading, const struct pdf_token *token, struct slice *rest)
{
    switch (token->kind) {
    case PDF_LITERAL:
    case PDF_HEX:
        take_string(reading, token);
        break;
    case PDF_NUMBER:
        take_number(reading, token->text);
        break;
    case PDF_OPEN_DICT:
        reading->depth++;
        break;
    case PDF_CLOSE_DICT:
        reading->depth -= reading->depth > 0;
        break;
    case PDF_NAME:
        reading->found->has_layers |= slice_is_equal(token->text, slice_str("OC"));
        break;
    case PDF_WORD:
        end_shown(reading);
        if (slice_is_equal(token->text, slice_str("ID"))) {
            reading->found->has_unread = true;
            skip_picture(rest);
        }
        break;
    default:
        break;
    }
}

/* Comments before a token: BEFORE is what was skipped for it, and the token. */
static void take_comments(struct reading *reading, struct slice skipped)
{
    for (size_t at = 0; !reading->is_plain && (at = slice_find_byte(skipped, at, '%')) != SLICE_NONE; at++) {
        struct slice line, rest = slice_skip(skipped, at);
        if (slice_eat_line(&rest, &line) != 1)
            return;
        put_aside(reading, slice_of(NULL, 0), slice_chomp(line));
        at += line.len - 1;
    }
}

void pdf_content_read(struct slice bytes, bool is_plain, const struct pdf_words *words, struct buffer *aside,
                      struct pdf_content *found)
{
    struct reading reading = { .words = words, .aside = aside, .found = found, .is_plain = is_plain };
    struct pdf_token token;
    buffer_init(&reading.shown, SHOWN_MOST);
    buffer_init(&reading.bytes, SIZE_MAX / 4);
    buffer_init(&reading.text, SIZE_MAX / 4);
    struct slice rest = bytes, before = rest;
    while (pdf_token_next(&rest, &token)) {
        size_t skipped = (size_t)(token.text.ptr - before.ptr);
        take_comments(&reading, slice_sub(before, 0, skipped - (skipped > 0 && token.kind == PDF_LITERAL)));
        take(&reading, &token, &rest);
        before = rest;
    }
    take_comments(&reading, before);
    end_shown(&reading);
    buffer_release(&reading.shown);
    buffer_release(&reading.bytes);
    buffer_release(&reading.text);
}
