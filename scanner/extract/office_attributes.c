/* office_attributes.c - values of attributes in which characters are written as references. */
#include "extract/office_attributes.h"

/* RAW stands at AT of the text; VALUE is what it says. Piece by piece, so that the map is exact. */
static void put_decoded(struct track *track, struct slice raw, struct slice value, size_t at)
{
    while (raw.len > 0) {
        bool is_reference = raw.ptr[0] == '&';
        size_t end = slice_find_byte(raw, 0, is_reference ? ';' : '&');
        size_t used = end == SLICE_NONE ? raw.len : end + is_reference;
        size_t made = used;
        if (is_reference)
            for (made = 1; made < value.len && (value.ptr[made] & 0xC0) == 0x80;)
                made++;
        struct slice part = slice_sub(value, 0, made);
        if (is_reference)
            track_put_made(track, part, at);
        else
            track_put(track, part, at);
        value = slice_skip(value, made);
        raw = slice_skip(raw, used);
        at += used;
    }
}

/* The next attribute of the start tag REST: its name, and its value without quotes. False: there is none. */
static bool eat_attribute(struct slice *rest, struct slice *name, struct slice *value)
{
    size_t equals = slice_find_byte(*rest, 0, '=');
    *name = slice_trim(slice_sub(*rest, 0, equals == SLICE_NONE ? 0 : equals));
    if (equals == SLICE_NONE)
        return false;
    *rest = slice_trim(slice_skip(*rest, equals + 1));
    size_t end = rest->len > 0 ? slice_find_byte(*rest, 1, rest->ptr[0]) : SLICE_NONE;
    if (end == SLICE_NONE)
        return false;
    *value = slice_sub(*rest, 1, end - 1);
    *rest = slice_skip(*rest, end + 1);
    return true;
}

void office_put_attributes(struct track *aside, struct slice tag, size_t at, const char **attributes)
{
    struct slice rest = tag, name, raw;
    if (!attributes[0] || slice_find_byte(tag, 0, '&') == SLICE_NONE)
        return;
    while (rest.len > 0 && !memchr(" \t\r\n", rest.ptr[0], 4))
        rest = slice_skip(rest, 1);
    for (; attributes[0] && eat_attribute(&rest, &name, &raw); attributes += 2) {
        size_t value_at = at + (size_t)(raw.ptr - tag.ptr);
        if (slice_find_byte(raw, 0, '&') == SLICE_NONE)
            continue;
        if (track_last(aside) != '\n')
            track_put_made(aside, slice_str("\n"), at + (size_t)(name.ptr - tag.ptr));
        track_put(aside, name, at + (size_t)(name.ptr - tag.ptr));
        track_put(aside, slice_str("=\""), value_at - 2);
        put_decoded(aside, raw, slice_str(attributes[1]), value_at);
        track_put_made(aside, slice_str("\"\n"), value_at + raw.len);
    }
}
