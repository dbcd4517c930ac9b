/* blobs_unpack.c - gzip (RFC 1952) and zlib (RFC 1950) streams that were base64 or hex. */
#define ZLIB_CONST
#include <zlib.h>

#include "match/blobs_parts.h"

#define STEP ((size_t)64 * 1024)

/* Inflate until the stream, the input or the room ends. */
static int inflate_all(z_stream *stream, size_t most, struct buffer *out)
{
    int result = Z_OK;
    while (result == Z_OK && out->len < most) {
        size_t room = most - out->len < STEP ? most - out->len : STEP;
        unsigned char *to = buffer_reserve(out, room);
        if (!to)
            break;
        stream->next_out = to;
        stream->avail_out = (uInt)room;
        result = inflate(stream, Z_NO_FLUSH);
        out->len += room - stream->avail_out;
    }
    return result;
}

int blobs_unpack(struct slice bytes, enum blobs_content content, size_t most, struct buffer *out,
                 bool *is_cut)
{
    z_stream stream = { 0 };
    if (bytes.len > UINT32_MAX || inflateInit2(&stream, content == BLOBS_GZIP ? 15 + 16 : 15) != Z_OK)
        return -1;
    stream.next_in = bytes.ptr;
    stream.avail_in = (uInt)bytes.len;
    int result = inflate_all(&stream, most, out);
    *is_cut = result != Z_STREAM_END;
    inflateEnd(&stream);
    return out->len > 0 ? 0 : -1;
}
