/* mime_guess.c - what mail means that does not say it, or says it wrongly. */
#include "walk/mime_guess.h"

#include "base/vector.h"
#include "walk/mime_boundary.h"

/* Lines that begin with two dashes and are tried as that line. */
#define GUESS_TRIES 16

/* Characters that a first line of base64 has, at least. */
#define BASE64_LEAST 16

static bool is_base64_byte(unsigned char c)
{
    return (c >= '/' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '+' ||
           c == '=' || c == '\n' || c == '\r' || c == '\t';
}

/* A first line of whole groups: a short body, whatever a mailing list wrote below it. */
static bool begins_encoded(struct slice sample)
{
    struct slice line;
    sample = slice_trim(sample);
    if (slice_eat_line(&sample, &line) != 1)
        return false;
    line = slice_trim(line);
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] <= ' ' || !is_base64_byte(line.ptr[i]))
            return false;
    return line.len >= BASE64_LEAST && line.len % 4 == 0;
}

/* Nothing but letters and line ends in the sixteen bytes at PTR? */
static bool is_base64_vector(const unsigned char *ptr)
{
    vector16 bytes = vector_load(ptr);
    vector16 letters = vector_within(bytes | 0x20, 'a', 'z') | vector_within(bytes, '/', '9');
    vector16 others =
        (vector16)((bytes == '+') | (bytes == '=') | (bytes == '\n') | (bytes == '\r') | (bytes == '\t'));
    return !vector_has_any(~(letters | others));
}

bool mime_is_base64(struct slice sample)
{
    size_t foreign = 0;
    if (begins_encoded(sample))
        return true;
    for (size_t i = 0; i < sample.len; i++) {
        while (sample.len - i > VECTOR_LEN && is_base64_vector(sample.ptr + i))
            i += VECTOR_LEN;
        unsigned char c = sample.ptr[i];
        bool is_outer_space = c == ' ' && (i + 1 == sample.len || sample.ptr[i + 1] <= ' ');
        foreign += !is_base64_byte(c) && !is_outer_space;
    }
    return foreign <= sample.len / 12;
}

bool mime_has_line(struct slice sample, const char *word)
{
    for (size_t at = 0; (at = slice_find(sample, at, slice_str(word))) != SLICE_NONE; at++)
        if (at == 0 || sample.ptr[at - 1] == '\n' || sample.ptr[at - 1] == '\r')
            return true;
    return false;
}

struct slice mime_without_end(struct slice text)
{
    while (text.len > 0 && (text.ptr[text.len - 1] <= ' '))
        text.len--;
    return text;
}

/* Lines that people draw hold no letter or digit. */
static bool is_drawn(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if ((line.ptr[i] >= '0' && line.ptr[i] <= '9') ||
            ((line.ptr[i] | 0x20) >= 'a' && (line.ptr[i] | 0x20) <= 'z'))
            return false;
    return true;
}

/* May LINE, without its end, be a delimiter? NEXT follows it: the header of a part, or text in which LINE comes again. */
static bool is_likely_delimiter(struct slice line, struct slice next)
{
    if (!slice_starts_with(line, "--") || line.len < 4 || line.len > BOUNDARY_TEXT_MAX ||
        slice_find_byte(line, 0, ' ') != SLICE_NONE)
        return false;
    if (slice_starts_with_nocase(next, "content-"))
        return true;
    return !is_drawn(line) && slice_find(next, 0, line) != SLICE_NONE;
}

struct slice mime_guess_boundary(struct slice text)
{
    struct slice line;
    int tries = 0;
    while (tries < GUESS_TRIES && slice_eat_line(&text, &line) == 1) {
        struct slice bare = mime_without_end(line);
        tries += slice_starts_with(line, "--");
        if (is_likely_delimiter(bare, text))
            return slice_skip(bare, 2);
    }
    return slice_of(NULL, 0);
}
