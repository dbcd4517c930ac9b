/* quoted_printable.c - quoted-printable (RFC 2045 section 6.7): runs are copied, escapes are read one by one. */
#include "decode/decoder.h"

/* White space that may stand between the '=' of a soft break and the line's end. */
#define BREAK_SPACE ((size_t)1000)

int qp_hex_value(unsigned char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = slice_lower_byte(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Length of the soft break that IN begins with, after its '='; SLICE_NONE if it is none. *IS_OPEN: it ran into the end of IN. */
static size_t soft_break(struct slice in, bool *is_open)
{
    size_t at = 0;
    while (at < in.len && at < BREAK_SPACE && (in.ptr[at] == ' ' || in.ptr[at] == '\t'))
        at++;
    *is_open = at == in.len || (in.ptr[at] == '\r' && in.len - at < 2);
    if (at == in.len || (in.ptr[at] != '\r' && in.ptr[at] != '\n'))
        return *is_open ? at : SLICE_NONE;
    return at + (in.ptr[at] == '\r' && in.len - at > 1 && in.ptr[at + 1] == '\n' ? 2 : 1);
}

/* IN begins with '='. Bytes to take, 0 if more must be seen first; *OUT gets 0 or 1 byte, *WRITTEN says which. */
static size_t eat_escape(struct decoder *decoder, struct slice in, bool is_last, unsigned char *out,
                         size_t *written)
{
    int high = in.len > 1 ? qp_hex_value(in.ptr[1]) : -1;
    int low = in.len > 2 ? qp_hex_value(in.ptr[2]) : -1;
    if (high >= 0 && low >= 0) {
        *out = (unsigned char)(high << 4 | low);
        *written = 1;
        return 3;
    }
    bool is_open = false;
    size_t len = soft_break(slice_skip(in, 1), &is_open);
    if (!is_last && (is_open || (high >= 0 && in.len == 2)))
        return 0;
    if (len != SLICE_NONE) {
        decoder->state->is_cut |= is_open && in.len < 2;
        return 1 + len;
    }
    decoder->state->bad_bytes++;
    decoder->state->is_cut |= high >= 0 && in.len == 2;
    *out = '=';
    *written = 1;
    return 1;
}

/* Bytes at the front of IN before the next '='. Short runs are common in text that is not English. */
static size_t plain_run(struct slice in)
{
    size_t near = in.len < 8 ? in.len : 8;
    for (size_t i = 0; i < near; i++)
        if (in.ptr[i] == '=')
            return i;
    size_t at = slice_find_byte(in, near, '=');
    return at == SLICE_NONE ? in.len : at;
}

size_t qp_step(struct decoder *decoder, struct slice *in, bool is_last, unsigned char *out, size_t room)
{
    size_t written = 0;
    while (in->len > 0 && written < room) {
        size_t run = plain_run(slice_sub(*in, 0, room - written));
        memcpy(out + written, in->ptr, run);
        written += run;
        *in = slice_skip(*in, run);
        if (in->len == 0 || written == room)
            break;
        if (in->ptr[0] != '=')
            continue;
        size_t got = 0, escape = eat_escape(decoder, *in, is_last, out + written, &got);
        written += got;
        *in = slice_skip(*in, escape);
        if (escape == 0)
            break;
    }
    return written;
}
