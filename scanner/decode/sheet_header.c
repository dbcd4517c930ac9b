/* sheet_header.c - codes in the header or footer of a sheet. */
#include "decode/sheet_header.h"

#define SIZE_DIGITS 3  /* of a font's size */
#define COLOUR_BYTES 7 /* "K" and "FF0000", or "01+000" of a theme */

size_t sheet_header_code(struct slice text)
{
    size_t len = 0;
    if (text.len == 0)
        return 0;
    if (text.ptr[0] == '"') {
        size_t end = slice_find(text, 1, slice_str("\""));
        return end == SLICE_NONE ? text.len : end + 1;
    }
    while (len < SIZE_DIGITS && len < text.len && text.ptr[len] >= '0' && text.ptr[len] <= '9')
        len++;
    if (text.ptr[0] == 'K')
        return text.len < COLOUR_BYTES ? text.len : COLOUR_BYTES;
    return len > 0 ? len : 1;
}

void sheet_header_put(struct buffer *out, struct slice text)
{
    size_t at;
    while ((at = slice_find(text, 0, slice_str("&"))) != SLICE_NONE) {
        size_t end = at + 1 + sheet_header_code(slice_skip(text, at + 1));
        buffer_put(out, slice_sub(text, 0, end));
        buffer_put_byte(out, ' ');
        text = slice_skip(text, end);
    }
    buffer_put(out, text);
}
