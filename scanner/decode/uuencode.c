/* uuencode.c - uuencode as in POSIX, both alphabets: lines of data between "begin" and "end". */
#include "decode/decoder.h"

static bool is_octal(struct slice word)
{
    for (size_t i = 0; i < word.len; i++)
        if (word.ptr[i] < '0' || word.ptr[i] > '7')
            return false;
    return word.len >= 3 && word.len <= 6;
}

/* What "begin 644 name" or "begin-base64 644 name" opens; PLACE_OUTSIDE for any other line. */
static enum line_place begun_by(struct slice line)
{
    bool is_base64 = slice_starts_with(line, "begin-base64 ");
    if (!is_base64 && !slice_starts_with(line, "begin "))
        return PLACE_OUTSIDE;
    struct slice rest = slice_trim(slice_skip(line, is_base64 ? 13 : 6));
    size_t space = slice_find_byte(rest, 0, ' ');
    if (!is_octal(slice_sub(rest, 0, space)))
        return PLACE_OUTSIDE;
    return is_base64 ? PLACE_UU_BASE64 : PLACE_UU;
}

static bool is_data(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] < ' ' || line.ptr[i] > '`')
            return false;
    return line.len > 0;
}

/* The six bits of the character at AT; trailing spaces are often lost on the way, and a space is zero. */
static unsigned six_at(struct slice data, size_t at)
{
    return at < data.len ? (data.ptr[at] - ' ') & 0x3Fu : 0;
}

static size_t decode_data(struct slice line, unsigned char *out)
{
    size_t count = six_at(line, 0);
    struct slice data = slice_skip(line, 1);
    for (size_t i = 0, at = 0; i < count; i += 3, at += 4) {
        unsigned bits = six_at(data, at) << 18 | six_at(data, at + 1) << 12 | six_at(data, at + 2) << 6 |
                        six_at(data, at + 3);
        out[i] = (unsigned char)(bits >> 16);
        out[i + 1] = (unsigned char)(bits >> 8);
        out[i + 2] = (unsigned char)bits;
    }
    return count;
}

/* A line of data: a count, then four characters for three bytes, at times one more as a checksum. */
static size_t eat_data(struct decoder *decoder, struct slice line, unsigned char *out)
{
    struct slice text = slice_chomp(line);
    size_t whole = (six_at(text, 0) + 2) / 3 * 4;
    if (!is_data(text) || text.len > whole + 3) {
        decoder->state->bad_bytes += text.len;
        decoder_keep(decoder, line);
        return 0;
    }
    if (text.len + 3 < whole)
        decoder_keep(decoder, line); /* so short that it may be words */
    return decode_data(text, out);
}

/* A line of "begin-base64": short enough for the room that every step has. */
static size_t eat_base64(struct decoder *decoder, struct slice line, unsigned char *out)
{
    unsigned bits = 0, held = 0;
    size_t written = 0;
    struct slice text = slice_chomp(line);
    for (size_t i = 0; i < text.len && written < DECODER_ROOM; i++) {
        int value = base64_value(text.ptr[i]);
        if (value < 0)
            continue;
        bits = (bits << 6 | (unsigned)value) & 0xFFFFFF;
        held += 6;
        if (held < 8)
            continue;
        held -= 8;
        out[written++] = (unsigned char)(bits >> held);
    }
    if (text.len > DECODER_ROOM) {
        decoder->state->bad_bytes += text.len;
        decoder_keep(decoder, line);
    }
    return written;
}

static size_t eat_line(struct decoder *decoder, struct slice line, unsigned char *out)
{
    struct line_decoder *lines = &decoder->as.line;
    struct slice text = slice_trim(line);
    enum line_place begun = lines->is_mid_line ? PLACE_OUTSIDE : begun_by(line);
    bool is_end = slice_is_equal(text, slice_str(lines->place == PLACE_UU_BASE64 ? "====" : "end"));
    if (begun != PLACE_OUTSIDE || (is_end && lines->place != PLACE_OUTSIDE) || lines->is_mid_line) {
        decoder_keep(decoder, line);
        if (!lines->is_mid_line)
            lines->place = begun;
        return 0;
    }
    if (lines->place == PLACE_UU && slice_chomp(line).len > 0)
        return eat_data(decoder, line, out);
    if (lines->place == PLACE_UU_BASE64)
        return eat_base64(decoder, line, out);
    if (lines->place == PLACE_OUTSIDE)
        decoder_keep(decoder, line);
    return 0;
}

static bool has_line_end(struct slice line)
{
    return line.len > 0 && (line.ptr[line.len - 1] == '\n' || line.ptr[line.len - 1] == '\r');
}

size_t uu_step(struct decoder *decoder, struct slice *in, bool is_last, unsigned char *out, size_t room)
{
    size_t written = 0;
    struct slice line;
    while (room - written >= DECODER_ROOM && decoder_eat_line(in, is_last, &line) == 1) {
        written += eat_line(decoder, line, out + written);
        decoder->as.line.is_mid_line = !has_line_end(line);
    }
    if (is_last && in->len == 0)
        decoder->state->is_cut = decoder->as.line.place != PLACE_OUTSIDE;
    return written;
}
