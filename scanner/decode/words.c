/* words.c - encoded words in header values (RFC 2047), and bytes that are in no word. */
#include "decode/header.h"

#include "base/utf8.h"
#include "decode/charset.h"
#include "decode/decoder.h"
#include "decode/text.h"

/* The name of a charset with its language (RFC 2231 section 5) is not longer than this. */
#define CHARSET_MAX_LEN ((size_t)96)

struct word {
    struct slice charset;
    unsigned char encoding; /* 'b' or 'q' */
    struct slice text;
    size_t end; /* index behind its "?=" */
};

struct words {
    struct slice value;
    size_t closing;       /* the first "?=" at or after the place it was last asked for */
    struct slice charset; /* of the bytes in `bytes` */
    struct buffer bytes;  /* of adjacent words, not yet characters */
    struct buffer out;
};

size_t text_ceiling(size_t len)
{
    return len > (SIZE_MAX - 4096) / 8 ? SIZE_MAX : len * 8 + 4096;
}

void text_put(struct buffer *out, struct slice bytes, struct slice charset)
{
    uint64_t bad = 0;
    if (utf8_is_ascii(bytes) && charset.len == 0) {
        buffer_put(out, bytes);
        return;
    }
    struct charset *from = charset.len > 0 ? charset_open(charset) : NULL;
    if (!from && utf8_is_valid(bytes)) {
        buffer_put(out, bytes);
        return;
    }
    if (!from)
        from = charset_open(slice_str("windows-1252"));
    charset_convert(from, &bytes, true, out, &bad);
    charset_close(from);
}

/* Index of the first "?=" at or after AT, or SLICE_NONE; asked with rising AT, all of it costs one pass. */
static size_t find_closing(struct words *words, size_t at)
{
    if (words->closing == SLICE_NONE || (words->closing >= at && words->closing > 0))
        return words->closing;
    words->closing = slice_find(words->value, at, slice_str("?="));
    return words->closing;
}

/* The word that begins at AT, where "=?" stands. */
static bool read_word(struct words *words, size_t at, struct word *word)
{
    struct slice head = slice_sub(words->value, at + 2, CHARSET_MAX_LEN);
    size_t mark = slice_find_byte(head, 0, '?');
    if (mark == SLICE_NONE || mark == 0 || head.len - mark < 3 || head.ptr[mark + 2] != '?')
        return false;
    word->charset = slice_sub(head, 0, mark);
    word->charset.len =
        slice_find_byte(word->charset, 0, '*') == SLICE_NONE ? mark : slice_find_byte(word->charset, 0, '*');
    word->encoding = slice_lower_byte(head.ptr[mark + 1]);
    if ((word->encoding != 'b' && word->encoding != 'q') ||
        slice_find_byte(word->charset, 0, ' ') != SLICE_NONE)
        return false;
    size_t from = at + 2 + mark + 3;
    size_t closing = find_closing(words, from);
    if (closing == SLICE_NONE)
        return false;
    word->text = slice_sub(words->value, from, closing - from);
    word->end = closing + 2;
    return true;
}

/* The Q encoding (section 4.2); folds that broke a word apart are dropped. */
static void put_q(struct buffer *bytes, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i];
        int high = c == '=' && text.len - i > 2 ? qp_hex_value(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? qp_hex_value(text.ptr[i + 2]) : -1;
        if (low >= 0) {
            c = (unsigned char)(high << 4 | low);
            i += 2;
        } else if (c == '_')
            c = ' ';
        if (low >= 0 || (c != '\r' && c != '\n'))
            buffer_put_byte(bytes, c);
    }
}

static void flush(struct words *words)
{
    if (words->bytes.len > 0)
        text_put(&words->out, buffer_slice(&words->bytes), words->charset);
    buffer_clear(&words->bytes);
}

static void put_word(struct words *words, const struct word *word)
{
    if (!slice_is_equal_nocase(words->charset, word->charset))
        flush(words);
    words->charset = word->charset;
    if (word->encoding == 'q')
        put_q(&words->bytes, word->text);
    else
        transfer_decode_base64(word->text, &words->bytes, NULL);
}

/* Text between words. White space alone between two words is no text. */
static void put_plain(struct words *words, struct slice plain, bool is_between)
{
    if (plain.len == 0 || (is_between && slice_trim(plain).len == 0))
        return;
    flush(words);
    text_put(&words->out, plain, slice_of(NULL, 0));
}

static void put_all(struct words *words)
{
    struct word word;
    size_t plain = 0, at = 0;
    bool is_after_word = false;
    while ((at = slice_find(words->value, at, slice_str("=?"))) != SLICE_NONE) {
        if (!read_word(words, at, &word)) {
            at += 2;
            continue;
        }
        put_plain(words, slice_sub(words->value, plain, at - plain), is_after_word);
        put_word(words, &word);
        plain = at = word.end;
        is_after_word = true;
    }
    put_plain(words, slice_skip(words->value, plain), false);
    flush(words);
}

struct slice header_decode_text(struct arena *arena, struct slice value)
{
    value = header_unfold(arena, value);
    if (slice_find(value, 0, slice_str("=?")) == SLICE_NONE && utf8_is_valid(value))
        return value;
    struct words words = { .value = value };
    buffer_init(&words.bytes, text_ceiling(value.len));
    buffer_init(&words.out, text_ceiling(value.len));
    put_all(&words);
    struct slice text = arena_copy(arena, buffer_slice(&words.out));
    buffer_release(&words.bytes);
    buffer_release(&words.out);
    return text;
}
