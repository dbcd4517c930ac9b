/* armor.c - reads armoured blocks out of mangled mail. */
#include "validate/armor.h"

#include "validate/codec.h"

/* Length of the line end at AT, real or written out (\n, \r, \\n), or 0. */
static size_t line_end_length(struct slice text, size_t at)
{
    size_t slashes = 0;
    if (text.ptr[at] == '\n' || text.ptr[at] == '\r')
        return 1;
    while (slashes < 4 && at + slashes < text.len && text.ptr[at + slashes] == '\\')
        slashes++;
    bool is_written = slashes && at + slashes < text.len &&
                      (text.ptr[at + slashes] == 'n' || text.ptr[at + slashes] == 'r');
    return is_written ? slashes + 1 : 0;
}

static bool eat_written_line(struct slice *rest, struct slice *line)
{
    if (!rest->len)
        return false;
    for (size_t i = 0; i < rest->len; i++) {
        size_t end = line_end_length(*rest, i);
        if (!end)
            continue;
        *line = slice_sub(*rest, 0, i);
        *rest = slice_skip(*rest, i + end);
        return true;
    }
    *line = *rest;
    *rest = slice_skip(*rest, rest->len);
    return true;
}

static size_t skip_any(struct slice line, const char *these)
{
    size_t n = 0;
    while (n < line.len && line.ptr[n] && strchr(these, line.ptr[n]))
        n++;
    return n;
}

/* What the BEGIN line's own line begins with: each line of the block may begin with it. */
static struct slice prefix_of(struct slice before)
{
    size_t from = before.len;
    while (from > 0 && before.ptr[from - 1] != '\n' && before.ptr[from - 1] != '\r' && before.len - from < 32)
        from--;
    struct slice prefix = slice_skip(before, from);
    while (prefix.len && (prefix.ptr[prefix.len - 1] == ' ' || prefix.ptr[prefix.len - 1] == '\t'))
        prefix.len--;
    return prefix;
}

static struct slice strip_line(struct slice line, struct slice prefix)
{
    line = slice_trim(line);
    if (prefix.len && line.len >= prefix.len && memcmp(line.ptr, prefix.ptr, prefix.len) == 0)
        line = slice_skip(line, prefix.len);
    line = slice_skip(line, skip_any(line, "> \t|\"'`,;*#."));
    while (line.len && strchr(" \t\"'`,;.+&_\\)", line.ptr[line.len - 1]) && line.ptr[line.len - 1]) {
        /* a plus or underscore is base64 unless a quote or a space sets it apart */
        unsigned char last = line.ptr[line.len - 1];
        bool is_apart = line.len > 1 && strchr(" \t\"'`", line.ptr[line.len - 2]);
        if ((last == '+' || last == '_') && !is_apart)
            break;
        line.len--;
    }
    /* what joins strings in source code */
    return line.len == 1 && (line.ptr[0] == '+' || line.ptr[0] == '_') ? slice_sub(line, 1, 0) : line;
}

static int begin_label(struct armor *armor, struct slice *text)
{
    size_t at = slice_find(*text, 0, slice_str("BEGIN "));
    if (at == SLICE_NONE || at > 64)
        return -1;
    struct slice label = slice_sub(*text, at + 6, sizeof armor->label - 1);
    size_t len = slice_find_byte(label, 0, '-');
    len = len == SLICE_NONE ? label.len : len;
    codec_show(armor->label, sizeof armor->label, slice_trim(slice_sub(label, 0, len)));
    *text = slice_skip(*text, at + 6 + len);
    *text = slice_skip(*text, skip_any(*text, "- "));
    return 0;
}

struct body {
    uint32_t bits;
    unsigned count; /* base64 digits in BITS */
};

static void body_flush(struct armor *armor, struct body *body)
{
    uint32_t group = body->bits << 6 * (4 - body->count);
    size_t bytes = body->count ? body->count - 1 : 0;
    for (size_t i = 0; i < bytes && armor->len < sizeof armor->bytes; i++)
        armor->bytes[armor->len++] = (unsigned char)(group >> (16 - 8 * i));
    *body = (struct body){ 0 };
}

static void body_add(struct armor *armor, struct body *body, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        int digit = codec_base64_digit(text.ptr[i]);
        if (digit < 0) {
            armor->has_dots |= text.ptr[i] == '.' || text.ptr[i] >= 0x80 || text.ptr[i] == '*';
            continue;
        }
        body->bits = body->bits << 6 | (unsigned)digit;
        if (++body->count == 4)
            body_flush(armor, body);
    }
    armor->is_cut |= armor->len == sizeof armor->bytes;
}

/* Header lines: "Name: value", and the folded rest of one. */
static bool is_header(struct armor *armor, struct slice line)
{
    size_t colon = slice_find_byte(line, 0, ':');
    if (colon == SLICE_NONE)
        return false;
    armor->is_encrypted |= slice_find(line, 0, slice_str("ENCRYPTED")) != SLICE_NONE;
    return true;
}

static bool is_crc_line(struct armor *armor, struct slice line)
{
    unsigned char crc[3];
    if (line.len != 5 || line.ptr[0] != '=' || codec_base64(slice_skip(line, 1), crc, 3) != 3)
        return false;
    armor->has_crc = true;
    armor->crc = (uint32_t)crc[0] << 16 | (uint32_t)crc[1] << 8 | crc[2];
    return true;
}

int armor_read(struct armor *armor, struct slice before, struct slice text)
{
    struct slice line, prefix = prefix_of(before);
    struct body body = { 0 };
    armor->len = 0;
    armor->is_cut = true;
    armor->has_dots = armor->is_encrypted = armor->has_crc = false;
    if (begin_label(armor, &text) < 0)
        return -1;
    while (eat_written_line(&text, &line)) {
        size_t dashes = slice_find(line, 0, slice_str("----"));
        struct slice data = strip_line(slice_sub(line, 0, dashes), prefix);
        armor->has_dots |= slice_find(line, 0, slice_str("...")) != SLICE_NONE;
        if (!is_header(armor, data) && !is_crc_line(armor, data))
            body_add(armor, &body, data);
        if (dashes == SLICE_NONE)
            continue;
        armor->is_cut = false;
        break;
    }
    body_flush(armor, &body);
    armor->is_cut |= armor->len == sizeof armor->bytes;
    return 0;
}
