/* yenc.c - yEnc 1.3: bytes plus 42 between "=ybegin" and "=yend". */
#include "decode/decoder.h"

/* A keyword line at the front of IN; keywords stand at the start of a line, and data never holds "=y". */
static bool is_keyword(struct slice in)
{
    return slice_starts_with(in, "=ybegin ") || slice_starts_with(in, "=ypart ") ||
           slice_starts_with(in, "=yend");
}

static void eat_line(struct decoder *decoder, struct slice line)
{
    struct line_decoder *lines = &decoder->as.line;
    decoder_keep(decoder, line);
    if (lines->is_mid_line)
        return;
    if (slice_starts_with(line, "=ybegin "))
        lines->place = PLACE_YENC;
    else if (slice_starts_with(line, "=yend"))
        lines->place = PLACE_OUTSIDE;
}

/* Data as far as the next line that may be a keyword. Bytes taken. */
static size_t eat_data(struct decoder *decoder, struct slice in, unsigned char *out, size_t *written)
{
    struct line_decoder *lines = &decoder->as.line;
    size_t at = 0, to = 0;
    for (; at < in.len; at++) {
        unsigned char c = in.ptr[at];
        if (c == '=' && !lines->is_escaped && !lines->is_mid_line)
            break;
        lines->is_mid_line = c != '\n' && c != '\r';
        if (!lines->is_mid_line)
            continue;
        if (c == '=' && !lines->is_escaped) {
            lines->is_escaped = true;
            continue;
        }
        out[to++] = (unsigned char)(c - (lines->is_escaped ? 64 + 42 : 42));
        lines->is_escaped = false;
    }
    *written = to;
    return at;
}

/* A '=' that starts a line: a keyword, or an escape. False if more must be seen first. */
static bool eat_line_start(struct decoder *decoder, struct slice *in, bool is_last)
{
    struct slice line;
    if (!is_last && in->len < DECODER_LOOKAHEAD && slice_find_byte(*in, 0, '\n') == SLICE_NONE)
        return false;
    if (!is_keyword(*in)) {
        decoder->as.line.is_escaped = decoder->as.line.is_mid_line = true;
        *in = slice_skip(*in, 1);
        return true;
    }
    if (decoder_eat_line(in, is_last, &line) == 0)
        return false;
    eat_line(decoder, line);
    return true;
}

/* One piece of data or one line. False if more must be seen first. */
static bool eat_piece(struct decoder *decoder, struct slice *in, bool is_last, unsigned char *out,
                      size_t room, size_t *written)
{
    struct line_decoder *lines = &decoder->as.line;
    struct slice line;
    *written = 0;
    if (lines->place == PLACE_YENC && in->ptr[0] == '=' && !lines->is_mid_line)
        return eat_line_start(decoder, in, is_last);
    if (lines->place == PLACE_YENC) {
        *in = slice_skip(*in, eat_data(decoder, slice_sub(*in, 0, room), out, written));
        return true;
    }
    if (decoder_eat_line(in, is_last, &line) == 0)
        return false;
    eat_line(decoder, line);
    lines->is_mid_line = line.ptr[line.len - 1] != '\n' && line.ptr[line.len - 1] != '\r';
    return true;
}

size_t yenc_step(struct decoder *decoder, struct slice *in, bool is_last, unsigned char *out, size_t room)
{
    size_t total = 0, written = 0;
    while (in->len > 0 && total < room &&
           eat_piece(decoder, in, is_last, out + total, room - total, &written))
        total += written;
    if (is_last && in->len == 0)
        decoder->state->is_cut = decoder->as.line.place != PLACE_OUTSIDE;
    return total;
}
