/* inflate.c - deflated bytes out of a source, under the limit of ratio. */
#include "walk/inflate.h"

#include <zlib.h>

#include "base/buffer.h"

#define WINDOW ((size_t)64 * 1024)

struct inflater {
    struct source source;
    struct source *packed;
    struct buffer window;
    z_stream stream;
    const struct limits *limits;
    enum inflate_form form;
    struct inflate_check check;
    uint64_t in, out;
    uint32_t crc;
    bool is_open, is_checked;
};

static int check_end(const struct inflater *inflater, struct error *err)
{
    if (!inflater->is_checked)
        return 0;
    if (inflater->out != inflater->check.size)
        return error_set(err, ERROR_TRUNCATED, "the member is shorter than the zip says");
    if (inflater->crc != inflater->check.crc)
        return error_set(err, ERROR_FORMAT, "the member does not match its checksum");
    return 0;
}

static int tell_cut(const struct inflater *inflater, struct error *err)
{
    return error_set(err, ERROR_TRUNCATED, "%s",
                     inflater->form == INFLATE_GZIP ? "truncated gzip input"
                                                    : "the packed data is cut short");
}

static int tell_damaged(const struct inflater *inflater, struct error *err)
{
    return error_set(err, ERROR_FORMAT, "%s",
                     inflater->form == INFLATE_GZIP ? "gzip decompression failed"
                                                    : "the packed data is damaged");
}

/* A member has ended: does another one follow? Its signature is looked at alone: what is no member after it is damage, not a file of its own. */
static bool begins_member(struct inflater *inflater)
{
    static const unsigned char signature[] = { 0x1f, 0x8b, 8 };
    struct source *packed = inflater->packed;
    return inflater->form == INFLATE_GZIP && source_fill(packed, sizeof signature, NULL) == 1 &&
           memcmp(packed->ready.ptr, signature, sizeof signature) == 0 &&
           inflateReset(&inflater->stream) == Z_OK;
}

/* Unpack into the LEN bytes at OUT: 1, 0 at the end, -1. GOT: the bytes. */
static int inflate_some(struct inflater *inflater, unsigned char *out, size_t len, size_t *got,
                        struct error *err)
{
    z_stream *stream = &inflater->stream;
    stream->next_out = out;
    stream->avail_out = (uInt)len;
    int result = Z_OK;
    while (stream->avail_out == len && result == Z_OK) {
        struct source *packed = inflater->packed;
        if (source_fill(packed, 1, err) < 0)
            return -1;
        struct slice piece = slice_sub(packed->ready, 0, WINDOW);
        stream->next_in = (z_const Bytef *)piece.ptr;
        stream->avail_in = (uInt)piece.len;
        result = inflate(stream, Z_NO_FLUSH);
        inflater->in += piece.len - stream->avail_in;
        source_consume(packed, piece.len - stream->avail_in);
        if (piece.len == 0 && stream->avail_out == len && result != Z_STREAM_END)
            return *got = 0, tell_cut(inflater, err);
        if (result == Z_STREAM_END && begins_member(inflater))
            result = Z_OK;
    }
    *got = len - stream->avail_out;
    if (result != Z_OK && result != Z_STREAM_END && *got == 0)
        return tell_damaged(inflater, err);
    return result == Z_STREAM_END ? 0 : 1;
}

static int copy_some(struct inflater *inflater, unsigned char *out, size_t len, size_t *got,
                     struct error *err)
{
    int64_t read = source_read(inflater->packed, out, len, err);
    *got = read > 0 ? (size_t)read : 0;
    inflater->in += *got;
    return read < 0 ? -1 : read > 0;
}

static bool is_bomb(const struct limits *limits, uint64_t in, uint64_t out)
{
    return out > limits->ratio_free && (out - limits->ratio_free) / limits->ratio > in;
}

/* By itself, and all that was unpacked by the container's size: entries may name the same bytes. */
static int check_ratio(const struct inflater *inflater, struct error *err)
{
    if (!is_bomb(inflater->limits, inflater->in, inflater->out) &&
        (!inflater->is_checked ||
         !is_bomb(inflater->limits, inflater->check.total_in, *inflater->check.total_out)))
        return 0;
    return error_set_limit(err, "ratio", "unpacks to more than %llu times its size",
                           (unsigned long long)inflater->limits->ratio);
}

static int inflater_fill(struct source *source, size_t want, struct error *err)
{
    struct inflater *inflater = (struct inflater *)source;
    struct buffer *window = &inflater->window;
    int more = 1;
    buffer_drop(window, window->len - source->ready.len);
    while (window->len < want && more == 1) {
        size_t len = want - window->len > WINDOW ? want - window->len : WINDOW, got = 0;
        unsigned char *out = buffer_reserve(window, len);
        more = inflater->form == INFLATE_STORED ? copy_some(inflater, out, len, &got, err)
                                                : inflate_some(inflater, out, len, &got, err);
        inflater->out += got;
        if (inflater->is_checked) {
            inflater->crc = (uint32_t)crc32(inflater->crc, out, (uInt)got);
            *inflater->check.total_out += got;
        }
        window->len += got;
        if (more >= 0 && check_ratio(inflater, err) < 0)
            more = -1;
    }
    source->ready = buffer_slice(window);
    if (source->ready.len >= want)
        return 1;
    return more < 0 ? -1 : check_end(inflater, err);
}

static void inflater_close(struct source *source)
{
    struct inflater *inflater = (struct inflater *)source;
    if (!inflater->is_open)
        return;
    inflater->is_open = false;
    if (inflater->form != INFLATE_STORED)
        inflateEnd(&inflater->stream);
    buffer_release(&inflater->window);
    source->ready = slice_of(NULL, 0);
    source->is_at_end = true;
}

static void inflater_undo(void *inflater)
{
    inflater_close(inflater);
}

static const struct source_class inflater_class = { .fill = inflater_fill, .close = inflater_close };

struct source *inflate_source(struct arena *arena, struct source *packed, enum inflate_form form,
                              const struct limits *limits, const struct inflate_check *check)
{
    struct inflater *inflater = arena_alloc(arena, sizeof *inflater);
    int bits = form == INFLATE_RAW ? -MAX_WBITS : form == INFLATE_GZIP ? MAX_WBITS + 16 : MAX_WBITS;
    if (form != INFLATE_STORED && inflateInit2(&inflater->stream, bits) != Z_OK)
        return NULL;
    inflater->source = (struct source){ .class = &inflater_class, .size = SOURCE_SIZE_UNKNOWN };
    inflater->packed = packed;
    inflater->limits = limits;
    inflater->form = form;
    inflater->is_open = true;
    if (check) {
        inflater->check = *check;
        inflater->is_checked = true;
    }
    buffer_init(&inflater->window, 2 * SOURCE_WANT_MAX);
    arena_defer(arena, inflater_undo, inflater);
    return &inflater->source;
}
