/* utf8.h - UTF-8 (RFC 3629) and what may be shown to a person. */
#ifndef MAILSPILL_BASE_UTF8_H
#define MAILSPILL_BASE_UTF8_H

#include "base/buffer.h"
#include "base/slice.h"

#define UTF8_REPLACEMENT 0xFFFDu
#define UTF8_MARK "\xEF\xBB\xBF" /* the byte order mark that some programs begin a text with */

/* S without that. */
static inline struct slice utf8_skip_mark(struct slice s)
{
    return slice_starts_with(s, UTF8_MARK) ? slice_skip(s, sizeof UTF8_MARK - 1) : s;
}

/* Length of the longest prefix of S that is valid UTF-8 (surrogates, overlongs and > U+10FFFF are not). */
size_t utf8_valid_prefix(struct slice s);
bool utf8_is_valid(struct slice s);
bool utf8_is_ascii(struct slice s);

/* Take one code point from the front of *REST. 1; 0 at the end; -1 for an invalid byte, which is taken too
 * (*CODE is then U+FFFD). */
int utf8_eat(struct slice *rest, uint32_t *code);

/* Write CODE (U+FFFD if it is none) to OUT, which has room for 4. The bytes written. */
size_t utf8_write(unsigned char *out, uint32_t code);
int utf8_put(struct buffer *buffer, uint32_t code);

/* Code points in S; an invalid byte counts as one. */
size_t utf8_count(struct slice s);

/* The largest N <= AT at which a character of S starts, so that a cut there splits none. */
size_t utf8_cut(struct slice s, size_t at);

/* Append S as valid UTF-8: each invalid byte becomes U+FFFD. 0, or -1 past the ceiling. */
int utf8_put_repaired(struct buffer *buffer, struct slice s);

/* What must not reach a terminal, a log or a name: C0, DEL, C1, bidi controls, zero-width and tag characters. */
bool utf8_is_unsafe(uint32_t code);

/* Zero-width characters, joiners and direction marks: what splits a word without showing. */
bool utf8_is_invisible(uint32_t code);

/* Append S fit for a terminal: unsafe characters as \xNN or \u{N}, invalid bytes as \xNN. */
int utf8_put_escaped(struct buffer *buffer, struct slice s);

/* The same into a fixed array, NUL-terminated, cut at a character where it is too small. */
void utf8_escape_into(char *out, size_t size, struct slice s);

#endif
