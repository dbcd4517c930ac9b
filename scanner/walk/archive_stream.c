/* archive_stream.c - what libarchive decompresses, as a source, with the ratio watched. */
#include "walk/archive_stream.h"

#include <errno.h>

#include "base/buffer.h"

#define CHUNK ((size_t)256 * 1024) /* copied at once, where a window must cross from one block to the next */
#define TRIES 100                  /* empty blocks and retries in a row */

struct archive_stream {
    struct source source;
    struct archive *archive;
    struct archive_ratio *ratio;
    bool is_each;
    bool is_done;
    struct error failure; /* told again and again, once what came before it was shown */
    struct slice block;   /* from libarchive, not shown yet; valid until it is asked again */
    struct buffer spill;  /* a window over the end of one block and the start of the next */
    int64_t next;         /* offset in the entry after `block` */
    uint64_t out, start;  /* bytes given; the input's place when the entry began */
};

static bool is_over(const struct limits *limits, uint64_t in, uint64_t out)
{
    return out > limits->ratio_free && (out - limits->ratio_free) / limits->ratio > in;
}

bool archive_ratio_is_over(const struct archive_ratio *ratio, struct error *err)
{
    if (!is_over(ratio->limits, ratio->in, ratio->out))
        return false;
    error_set_limit(err, "ratio", "unpacks to more than %llu times its size",
                    (unsigned long long)ratio->limits->ratio);
    return true;
}

static int check_ratio(struct archive_stream *stream, struct error *err)
{
    struct archive_ratio *ratio = stream->ratio;
    int64_t position = archive_filter_bytes(stream->archive, -1);
    uint64_t in = position > 0 ? (uint64_t)position : 0;
    if (in > ratio->in)
        ratio->in = in;
    ratio->out += stream->block.len;
    stream->out += stream->block.len;
    struct archive_ratio own = { .limits = ratio->limits,
                                 .out = stream->out,
                                 .in = in > stream->start ? in - stream->start : 0 };
    return archive_ratio_is_over(ratio, err) || (stream->is_each && archive_ratio_is_over(&own, err)) ? -1
                                                                                                      : 0;
}

int archive_error_from(struct archive *archive, struct error *err)
{
    const char *text = archive_error_string(archive);
    text = text ? text : "damaged";
    if (archive_errno(archive) == ENOMEM)
        return error_set_limit(err, "worker-memory", "%s", text);
    if (strstr(text, "ncrypt") || strstr(text, "assphrase"))
        return error_set(err, ERROR_ENCRYPTED, "%s", text);
    if (strstr(text, "too many filters"))
        return error_set_limit(err, "filters", "%s", text);
    if (strstr(text, "not supported") || strstr(text, "nsupported") || strstr(text, "unavailable") ||
        strstr(text, "Unknown codec") || strstr(text, "Unexpected codec"))
        return error_set(err, ERROR_UNSUPPORTED, "%s", text);
    if (strstr(text, "runcated") || strstr(text, "end of file"))
        return error_set(err, ERROR_TRUNCATED, "%s", text);
    return error_set(err, ERROR_FORMAT, "%s", text);
}

/* Ask libarchive for the next block: 1, 0, -1. A hole in a sparse entry, of any declared length, becomes a few zeros. */
static int ask_block(struct archive_stream *stream, struct error *err)
{
    static const unsigned char zeros[16] = { 0 };
    for (int tries = 0; tries < TRIES && !stream->is_done; tries++) {
        const void *bytes = NULL;
        size_t len = 0;
        la_int64_t offset = stream->next;
        int result = archive_read_data_block(stream->archive, &bytes, &len, &offset);
        stream->is_done = result == ARCHIVE_EOF;
        stream->ratio->is_dead = result == ARCHIVE_FATAL && !stream->is_each;
        if (result == ARCHIVE_FATAL || result == ARCHIVE_FAILED)
            return archive_error_from(stream->archive, err);
        if (stream->is_done || result == ARCHIVE_RETRY || len == 0)
            continue;
        if (offset > stream->next)
            buffer_put(&stream->spill, slice_of(zeros, sizeof zeros));
        if (!__builtin_add_overflow(offset, (int64_t)len, &stream->next)) {
            stream->block = slice_of(bytes, len);
            return check_ratio(stream, err) < 0 ? -1 : 1;
        }
    }
    if (stream->is_done)
        return 0;
    return error_set(err, ERROR_FORMAT, "a member gives nothing and does not end");
}

static int next_block(struct archive_stream *stream, struct error *err)
{
    int got = -1;
    if (stream->failure.kind == ERROR_NONE)
        got = ask_block(stream, &stream->failure);
    if (got < 0)
        *err = stream->failure;
    return got;
}

/* Make the window the spill: what is left of it now, whichever it is. */
static void move_to_spill(struct archive_stream *stream)
{
    struct slice left = stream->source.ready;
    if (stream->spill.len > 0) {
        buffer_drop(&stream->spill, stream->spill.len - left.len);
        return;
    }
    buffer_put(&stream->spill, left);
}

/* Show the block as it stands in libarchive's memory. */
static void show_block(struct archive_stream *stream)
{
    stream->source.ready = stream->block;
    stream->block = slice_of(NULL, 0);
}

/* Add to the window what it lacks, and some more so that small wants do not become small copies. */
static void spill_block(struct archive_stream *stream, size_t want)
{
    size_t need = stream->spill.len < want ? want - stream->spill.len : 0;
    struct slice part = slice_sub(stream->block, 0, need > CHUNK ? need : CHUNK);
    buffer_put(&stream->spill, part);
    stream->block = slice_skip(stream->block, part.len);
    stream->source.ready = buffer_slice(&stream->spill);
}

static int stream_fill(struct source *source, size_t want, struct error *err)
{
    struct archive_stream *stream = (struct archive_stream *)source;
    int got = 1;
    move_to_spill(stream);
    source->ready = buffer_slice(&stream->spill);
    while (source->ready.len < want && got == 1) {
        if (stream->block.len == 0) {
            move_to_spill(stream); /* the block that is shown dies when the next is asked for */
            got = next_block(stream, err);
            source->ready = buffer_slice(&stream->spill);
        }
        if (stream->spill.len == 0)
            show_block(stream);
        else
            spill_block(stream, want);
    }
    return source->ready.len >= want ? 1 : got;
}

static void stream_close(struct source *source)
{
    struct archive_stream *stream = (struct archive_stream *)source;
    buffer_release(&stream->spill);
    source->ready = slice_of(NULL, 0);
    stream->block = slice_of(NULL, 0);
    stream->is_done = true;
}

static const struct source_class stream_class = { .fill = stream_fill, .close = stream_close };

static void stream_undo(void *source)
{
    stream_close(source);
}

struct source *archive_stream_new(struct arena *arena, struct archive *archive, struct archive_ratio *ratio,
                                  bool is_each)
{
    struct archive_stream *stream = arena_alloc(arena, sizeof *stream);
    int64_t position = archive_filter_bytes(archive, -1);
    *stream = (struct archive_stream){ .archive = archive, .ratio = ratio, .is_each = is_each };
    stream->source = (struct source){ .class = &stream_class, .size = SOURCE_SIZE_UNKNOWN };
    stream->start = position > 0 ? (uint64_t)position : 0;
    buffer_init(&stream->spill, 2 * SOURCE_WANT_MAX);
    arena_defer(arena, stream_undo, stream);
    return &stream->source;
}
