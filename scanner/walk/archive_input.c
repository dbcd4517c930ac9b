/* archive_input.c - bytes for libarchive out of a source, and a way back to those that it did not use. */
#include "walk/archive_input.h"

#include <errno.h>

#include "base/buffer.h"

#define ROOM ((size_t)256 * 1024) /* read at once, where the source must be asked */
#define KEPT ((size_t)64 * 1024)  /* of a stream, the bytes before its window that stay at hand */

struct archive_input {
    struct source *in;
    bool is_seekable;
    bool is_in_memory; /* all of it is in in->ready */
    uint64_t at;       /* of the next byte that libarchive reads, where seekable */
    unsigned char *room;
    size_t given; /* bytes of the window that libarchive has now, where not seekable */
    unsigned char *kept;
    size_t kept_len;
    struct arena *arena;
};

struct archive_input *archive_input_new(struct arena *arena, struct source *in)
{
    struct archive_input *input = arena_alloc(arena, sizeof *input);
    *input = (struct archive_input){ .in = in, .arena = arena };
    input->is_seekable = source_is_seekable(in);
    input->is_in_memory = input->is_seekable && in->offset == 0 && in->ready.len == in->size;
    if (!input->is_in_memory)
        input->room = arena_alloc(arena, input->is_seekable ? ROOM : KEPT);
    input->kept = input->room;
    return input;
}

/* In order: the window is lent to libarchive until it asks again. */

static void stream_keep(struct archive_input *input, struct slice gone)
{
    if (gone.len > KEPT)
        gone = slice_skip(gone, gone.len - KEPT);
    size_t old = KEPT - gone.len < input->kept_len ? KEPT - gone.len : input->kept_len;
    memmove(input->kept, input->kept + input->kept_len - old, old);
    if (gone.len)
        memcpy(input->kept + old, gone.ptr, gone.len);
    input->kept_len = old + gone.len;
}

static void stream_consume(struct archive_input *input)
{
    stream_keep(input, slice_sub(input->in->ready, 0, input->given));
    source_consume(input->in, input->given);
    input->given = 0;
}

static la_ssize_t stream_read(struct archive *archive, void *ctx, const void **bytes)
{
    struct archive_input *input = ctx;
    struct error err;
    stream_consume(input);
    if (source_fill(input->in, 1, &err) < 0) {
        archive_set_error(archive, EIO, "%s", err.message);
        return -1;
    }
    struct slice ready = slice_sub(input->in->ready, 0, ROOM);
    input->given = ready.len;
    *bytes = ready.ptr;
    return (la_ssize_t)ready.len;
}

/* With seeking. */

static la_ssize_t seek_read(struct archive *archive, void *ctx, const void **bytes)
{
    struct archive_input *input = ctx;
    struct error err;
    if (input->is_in_memory) {
        struct slice rest = slice_skip(input->in->ready, (size_t)input->at);
        input->at += rest.len;
        *bytes = rest.ptr;
        return (la_ssize_t)rest.len;
    }
    int64_t got = source_read_at(input->in, input->at, input->room, ROOM, &err);
    if (got < 0) {
        archive_set_error(archive, EIO, "%s", err.message);
        return -1;
    }
    input->at += (uint64_t)got;
    *bytes = input->room;
    return (la_ssize_t)got;
}

static la_int64_t seek_skip(struct archive *archive, void *ctx, la_int64_t request)
{
    struct archive_input *input = ctx;
    uint64_t left = input->in->size - input->at;
    (void)archive;
    if (request <= 0)
        return 0;
    uint64_t step = (uint64_t)request < left ? (uint64_t)request : left;
    input->at += step;
    return (la_int64_t)step;
}

static la_int64_t seek_seek(struct archive *archive, void *ctx, la_int64_t offset, int whence)
{
    struct archive_input *input = ctx;
    int64_t base = whence == SEEK_SET ? 0 : (int64_t)(whence == SEEK_CUR ? input->at : input->in->size);
    int64_t target;
    (void)archive;
    if (__builtin_add_overflow(base, offset, &target) || target < 0 || (uint64_t)target > input->in->size)
        return ARCHIVE_FATAL;
    input->at = (uint64_t)target;
    return target;
}

int archive_input_open(struct archive_input *input, struct archive *archive)
{
    input->at = 0;
    archive_read_set_callback_data(archive, input);
    archive_read_set_read_callback(archive, input->is_seekable ? seek_read : stream_read);
    if (input->is_seekable) {
        archive_read_set_skip_callback(archive, seek_skip);
        archive_read_set_seek_callback(archive, seek_seek);
    }
    return archive_read_open1(archive);
}

const struct error *archive_input_failure(const struct archive_input *input)
{
    return input->in->has_failed ? &input->in->failure : NULL;
}

/* What is left. */

struct rest_source {
    struct source source;
    struct archive_input *input;
    struct buffer window;
    uint64_t at; /* of the next byte to come into the window, in the input; where not seekable, in `kept` */
};

static int64_t rest_read(struct rest_source *rest, unsigned char *into, size_t len, struct error *err)
{
    struct archive_input *input = rest->input;
    if (input->is_seekable)
        return source_read_at(input->in, rest->at, into, len, err);
    if (rest->at >= input->kept_len)
        return source_read(input->in, into, len, err);
    struct slice part = slice_sub(slice_of(input->kept, input->kept_len), (size_t)rest->at, len);
    memcpy(into, part.ptr, part.len);
    return (int64_t)part.len;
}

static int rest_fill(struct source *source, size_t want, struct error *err)
{
    struct rest_source *rest = (struct rest_source *)source;
    int64_t got = 1;
    size_t aim = want > ROOM ? want : ROOM;
    buffer_drop(&rest->window, rest->window.len - source->ready.len);
    while (rest->window.len < want && got > 0) {
        size_t len = aim - rest->window.len;
        got = rest_read(rest, buffer_reserve(&rest->window, len), len, err);
        if (got > 0) {
            rest->window.len += (size_t)got;
            rest->at += (uint64_t)got;
        }
    }
    source->ready = buffer_slice(&rest->window);
    return got > 0 ? 1 : (int)got;
}

static void rest_close(struct source *source)
{
    struct rest_source *rest = (struct rest_source *)source;
    buffer_release(&rest->window);
    source->ready = slice_of(NULL, 0);
    source->is_at_end = true;
}

static const struct source_class rest_class = { .fill = rest_fill, .close = rest_close };

/* Where in `kept` the byte AT of the stream stands; its end where AT is later. */
static size_t kept_index(const struct archive_input *input, uint64_t at)
{
    uint64_t behind = at < input->in->offset ? input->in->offset - at : 0;
    return behind < input->kept_len ? input->kept_len - (size_t)behind : 0;
}

struct source *archive_input_rest(struct archive_input *input, struct arena *arena, uint64_t *at)
{
    struct rest_source *rest = arena_alloc(arena, sizeof *rest);
    *rest = (struct rest_source){ .input = input };
    rest->source = (struct source){ .class = &rest_class, .size = SOURCE_SIZE_UNKNOWN };
    buffer_init(&rest->window, 2 * SOURCE_WANT_MAX);
    rest->at = *at;
    if (input->is_seekable)
        return &rest->source;
    if (*at > input->in->offset) {
        uint64_t ahead = *at - input->in->offset;
        source_consume(input->in, ahead < input->in->ready.len ? (size_t)ahead : input->in->ready.len);
        input->kept_len = 0;
        *at = input->in->offset;
    }
    rest->at = kept_index(input, *at);
    *at = input->in->offset - (input->kept_len - rest->at);
    return &rest->source;
}

static bool is_zero(struct slice bytes)
{
    return bytes.len == 0 || (bytes.ptr[0] == 0 && memcmp(bytes.ptr, bytes.ptr + 1, bytes.len - 1) == 0);
}

static bool stream_has_more(struct archive_input *input, uint64_t at)
{
    size_t index = kept_index(input, at);
    if (!is_zero(slice_sub(slice_of(input->kept, input->kept_len), index, SIZE_MAX)))
        return true;
    uint64_t skip = at > input->in->offset ? at - input->in->offset : 0;
    if (skip > input->in->ready.len)
        return false;
    stream_keep(input, slice_sub(input->in->ready, 0, (size_t)skip));
    source_consume(input->in, (size_t)skip);
    input->given = 0;
    while (source_fill(input->in, 1, NULL) == 1 && is_zero(input->in->ready)) {
        input->kept_len = 0;
        source_consume(input->in, input->in->ready.len);
    }
    return input->in->ready.len > 0;
}

bool archive_input_has_more(struct archive_input *input, uint64_t at)
{
    unsigned char block[4096];
    int64_t got;
    if (!input->is_seekable)
        return stream_has_more(input, at);
    if (input->is_in_memory)
        return at < input->in->ready.len && !is_zero(slice_skip(input->in->ready, (size_t)at));
    while ((got = source_read_at(input->in, at, block, sizeof block, NULL)) > 0) {
        if (!is_zero(slice_of(block, (size_t)got)))
            return true;
        at += (uint64_t)got;
    }
    return false;
}
