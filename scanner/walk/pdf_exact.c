/* pdf_exact.c - a stream of a PDF unpacked, where each of its bytes had a part in that. */
#include "walk/pdf_exact.h"

#include "walk/inflate.h"

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The last COUNT digits, fewer than five (7.4.3). */
static int put_last(struct buffer *out, uint64_t value, unsigned count)
{
    for (unsigned i = count; count > 0 && i < 5; i++)
        value = value * 85 + 84;
    if (count == 1 || value > UINT32_MAX)
        return -1;
    for (unsigned i = 0; i + 1 < count; i++)
        buffer_put_byte(out, (unsigned char)(value >> (24 - 8 * i)));
    return 0;
}

/* ASCII85 without anything between its digits but spaces, up to its end. */
static int put_ascii_85(struct slice in, struct buffer *out)
{
    uint64_t value = 0;
    unsigned count = 0;
    size_t i = 0;
    for (; i < in.len && in.ptr[i] != '~'; i++) {
        unsigned char c = in.ptr[i];
        uint32_t four = 0;
        if (is_space(c))
            continue;
        if (c == 'z' ? count > 0 : c < '!' || c > 'u')
            return -1;
        value = c == 'z' ? 0 : value * 85 + (c - '!');
        count = c == 'z' ? 5 : count + 1;
        if (count < 5)
            continue;
        if (value > UINT32_MAX)
            return -1;
        four = htobe32((uint32_t)value);
        buffer_put(out, slice_of(&four, sizeof four));
        value = count = 0;
    }
    struct slice end = slice_skip(in, i);
    if (!slice_starts_with(end, "~>") || slice_trim(end).len != 2 || out->is_overfull)
        return -1;
    return put_last(out, value, count);
}

/* What PACKED inflates to, where nothing but the end of a line follows. */
static int put_inflated(const struct pdf_objects *objects, struct slice packed, struct buffer *out)
{
    struct arena_mark mark = arena_mark(objects->arena);
    struct source *bytes = source_from_memory(objects->arena, packed);
    struct source *source = inflate_source(objects->arena, bytes, INFLATE_ZLIB, objects->limits, NULL);
    int got = source ? pdf_read_all(source, out->ceiling - out->len, out) : -1;
    if (got == 0 && slice_trim(bytes->ready).len > 0)
        got = -1;
    arena_rewind(objects->arena, mark);
    return got;
}

/* The one or two filters of BODY, and whether they are known here. */
static bool is_packed_simply(struct slice body, bool *is_ascii_85)
{
    struct slice filter = pdf_entry(body, "Filter");
    struct pdf_token token;
    unsigned count = 0;
    *is_ascii_85 = false;
    if (pdf_entry(body, "DecodeParms").len > 0)
        return false;
    while (pdf_token_next(&filter, &token)) {
        bool is_flate = slice_is_equal(token.text, slice_str("FlateDecode"));
        if (token.kind == PDF_OPEN_ARRAY || token.kind == PDF_CLOSE_ARRAY)
            continue;
        if (token.kind != PDF_NAME || ++count > 2)
            return false;
        if (is_flate)
            return !pdf_token_next(&filter, &token) ||
                   (token.kind == PDF_CLOSE_ARRAY && !pdf_token_next(&filter, &token));
        if (count > 1 || !slice_is_equal(token.text, slice_str("ASCII85Decode")))
            return false;
        *is_ascii_85 = true;
    }
    return false;
}

int pdf_exact_unpack(const struct pdf_objects *objects, const struct pdf_object *object, struct buffer *out)
{
    bool is_ascii_85;
    if (objects->is_encrypted || !is_packed_simply(object->body, &is_ascii_85))
        return -1;
    if (!is_ascii_85)
        return put_inflated(objects, object->stream, out);
    struct buffer packed;
    buffer_init(&packed, object->stream.len);
    int got = put_ascii_85(object->stream, &packed);
    if (got == 0)
        got = put_inflated(objects, buffer_slice(&packed), out);
    buffer_release(&packed);
    return got;
}
