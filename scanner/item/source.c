/* source.c - pulling bytes: the generic calls, and sources over memory, descriptors and parts of other sources. */
#include "item/source.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"

/* A file is read so much at a time: large enough that a mail message nearly always lies in one window whole, and small enough to stay in
 * the cache until it is scanned. */
#define FD_WINDOW ((size_t)512 * 1024)

#define PIPE_BEAT_MS 500 /* between signs of life while a pipe gives nothing */

static _Atomic uint64_t no_beats;
static _Atomic uint64_t *beats = &no_beats;

void source_watch(_Atomic uint64_t *watched)
{
    beats = watched;
}

int source_fill(struct source *source, size_t want, struct error *err)
{
    if (source->ready.len >= want)
        return 1;
    if (!source->is_at_end && !source->has_failed) {
        atomic_fetch_add_explicit(beats, 1, memory_order_relaxed);
        int got = source->class->fill(source, want, &source->failure);
        if (got < 0)
            source->has_failed = true;
        if (got == 0)
            source->is_at_end = true;
    }
    if (source->ready.len >= want)
        return 1;
    if (!source->has_failed)
        return 0;
    if (err)
        *err = source->failure;
    return -1;
}

void source_consume(struct source *source, size_t n)
{
    source->offset += n;
    source->ready = slice_skip(source->ready, n);
}

int64_t source_read(struct source *source, void *into, size_t len, struct error *err)
{
    if (len == 0)
        return 0;
    int got = source_fill(source, 1, err);
    if (got <= 0)
        return got;
    if (len > source->ready.len)
        len = source->ready.len;
    memcpy(into, source->ready.ptr, len);
    source_consume(source, len);
    return (int64_t)len;
}

uint64_t source_drain(struct source *source)
{
    uint64_t start = source->offset;
    if (source->class->skip && !source->is_at_end && !source->has_failed) {
        int skipped = source->class->skip(source, &source->failure);
        source->has_failed = skipped < 0;
        source->is_at_end = skipped == 0;
    }
    do {
        source_consume(source, source->ready.len);
    } while (source_fill(source, 1, NULL) == 1);
    return source->offset - start;
}

bool source_is_seekable(const struct source *source)
{
    return source->class->read_at != NULL && source->size != SOURCE_SIZE_UNKNOWN;
}

int64_t source_read_at(struct source *source, uint64_t offset, void *into, size_t len, struct error *err)
{
    if (!source->class->read_at)
        return error_set(err, ERROR_SYSTEM, "this source cannot be read at an offset");
    return source->class->read_at(source, offset, into, len, err);
}

void source_close(struct source *source)
{
    if (source && source->class->close)
        source->class->close(source);
}

/* Memory. */

struct memory_source {
    struct source source;
    struct slice all;
};

static int memory_fill(struct source *source, size_t want, struct error *err)
{
    (void)source, (void)want, (void)err;
    return 0;
}

static int64_t memory_read_at(struct source *source, uint64_t offset, void *into, size_t len,
                              struct error *err)
{
    struct memory_source *memory = (struct memory_source *)source;
    (void)err;
    if (offset >= memory->all.len)
        return 0;
    struct slice part = slice_sub(memory->all, (size_t)offset, len);
    memcpy(into, part.ptr, part.len);
    return (int64_t)part.len;
}

static const struct source_class memory_class = { .fill = memory_fill, .read_at = memory_read_at };

struct source *source_from_memory(struct arena *arena, struct slice bytes)
{
    struct memory_source *memory = arena_alloc(arena, sizeof *memory);
    memory->source =
        (struct source){ .class = &memory_class, .ready = bytes, .size = bytes.len, .is_at_end = true };
    memory->all = bytes;
    return &memory->source;
}

/* Descriptors. */

struct fd_source {
    struct source source;
    int fd;
    bool is_regular;
    uint64_t base; /* where byte 0 of the source stands in the file */
    uint64_t end;  /* the source's length as asked for */
    uint64_t got;  /* bytes read into the window so far */
    struct buffer window;
};

/* Until there is something to read, or the end. A pipe may be slow, and waiting for it is no hang. */
static void wait_for(int fd)
{
    struct pollfd polled = { fd, POLLIN, 0 };
    while (poll(&polled, 1, PIPE_BEAT_MS) == 0)
        atomic_fetch_add_explicit(beats, 1, memory_order_relaxed);
}

static int64_t fd_pread(struct fd_source *file, uint64_t offset, void *into, size_t len, struct error *err)
{
    ssize_t got;
    do {
        if (!file->is_regular)
            wait_for(file->fd);
        got = file->is_regular ? pread(file->fd, into, len, (off_t)(file->base + offset))
                               : read(file->fd, into, len);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    return got < 0 ? error_set_errno(err, "cannot read") : got;
}

/* How many bytes to ask for: the first read is small, since most files are. */
static size_t fd_ask(const struct fd_source *file, size_t want)
{
    size_t ask = file->got == 0 && want <= 64 * 1024 ? 64 * 1024 : FD_WINDOW;
    if (file->is_regular && file->source.size != SOURCE_SIZE_UNKNOWN && file->got <= file->source.size &&
        ask > file->source.size - file->got + 1)
        ask = (size_t)(file->source.size - file->got) + 1; /* one more, to notice a file that grew */
    if (ask > FD_WINDOW + SOURCE_WANT_MAX)
        ask = FD_WINDOW;
    return ask > file->end - file->got ? (size_t)(file->end - file->got) : ask;
}

/* Fewer bytes than there were is no end like any other: what is missing would be missed by nobody. */
static int check_end(const struct fd_source *file, struct error *err)
{
    uint64_t size = file->source.size;
    if (!file->is_regular || size == SOURCE_SIZE_UNKNOWN || file->got >= size)
        return 0;
    return error_set(err, ERROR_TRUNCATED,
                     "the file shrank while it was read: %llu of %llu bytes are missing",
                     (unsigned long long)(size - file->got), (unsigned long long)size);
}

static int fd_fill(struct source *source, size_t want, struct error *err)
{
    struct fd_source *file = (struct fd_source *)source;
    buffer_drop(&file->window, file->window.len - source->ready.len);
    int result = 1;
    while (result == 1 && file->window.len < want) {
        size_t ask = fd_ask(file, want);
        int64_t got = 0;
        if (ask > 0)
            got = fd_pread(file, file->got, buffer_reserve(&file->window, ask), ask, err);
        if (got > 0) {
            file->window.len += (size_t)got;
            file->got += (uint64_t)got;
        }
        result = got > 0 ? 1 : got == 0 ? check_end(file, err) : -1;
    }
    source->ready = buffer_slice(&file->window);
    return result;
}

static int64_t fd_read_at(struct source *source, uint64_t offset, void *into, size_t len, struct error *err)
{
    struct fd_source *file = (struct fd_source *)source;
    if (!file->is_regular)
        return error_set(err, ERROR_SYSTEM, "a pipe cannot be read at an offset");
    if (offset >= file->end)
        return 0;
    return fd_pread(file, offset, into, len < file->end - offset ? len : (size_t)(file->end - offset), err);
}

/* A large mailbox was read through fd_read_at already. */
static int fd_skip(struct source *source, struct error *err)
{
    struct fd_source *file = (struct fd_source *)source;
    struct stat status;
    if (source->size == SOURCE_SIZE_UNKNOWN || fstat(file->fd, &status) < 0)
        return 1;
    uint64_t there = (uint64_t)status.st_size > file->base ? (uint64_t)status.st_size - file->base : 0;
    file->got = there < file->end ? there : file->end;
    source->offset = file->got;
    source->ready = slice_of(NULL, 0);
    buffer_clear(&file->window);
    return check_end(file, err);
}

static void fd_close(struct source *source)
{
    struct fd_source *file = (struct fd_source *)source;
    buffer_release(&file->window);
    source->ready = slice_of(NULL, 0);
    source->is_at_end = true;
}

static struct source *fd_again(struct arena *arena, const struct source *source)
{
    const struct fd_source *file = (const struct fd_source *)source;
    return source_from_fd(arena, file->fd, file->base, file->end);
}

static const struct source_class fd_class = {
    .fill = fd_fill, .read_at = fd_read_at, .again = fd_again, .skip = fd_skip, .close = fd_close
};
static const struct source_class pipe_class = { .fill = fd_fill, .close = fd_close };

struct source *source_from_fd(struct arena *arena, int fd, uint64_t offset, uint64_t len)
{
    struct fd_source *file = arena_alloc(arena, sizeof *file);
    struct stat status;
    *file = (struct fd_source){ .fd = fd, .base = offset, .end = len };
    file->is_regular = fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
    file->source.class = file->is_regular ? &fd_class : &pipe_class;
    file->source.size = SOURCE_SIZE_UNKNOWN;
    if (file->is_regular) {
        uint64_t left = (uint64_t)status.st_size > offset ? (uint64_t)status.st_size - offset : 0;
        file->source.size = len == UINT64_MAX ? left : len;
        /* Files of a kernel's own making say that they are empty, and are not. */
        if (status.st_size == 0 && len == UINT64_MAX)
            file->source.size = SOURCE_SIZE_UNKNOWN;
    }
    buffer_init(&file->window, FD_WINDOW + 2 * SOURCE_WANT_MAX);
    return &file->source;
}

/* A part of another source. */

struct range_source {
    struct source source;
    struct source *parent;
    uint64_t left; /* bytes of the parent that belong to this source and are not in `ready` */
};

/* Tell the parent what was consumed here; the two windows begin at the same byte again. */
static void range_give_back(struct range_source *range)
{
    source_consume(range->parent, (size_t)(range->source.ready.ptr - range->parent->ready.ptr));
}

static void range_show(struct range_source *range)
{
    struct slice shown = range->parent->ready;
    uint64_t most = range->source.ready.len + range->left;
    if (shown.len > most)
        shown.len = (size_t)most;
    range->left = most - shown.len;
    range->source.ready = shown;
}

static int range_fill(struct source *source, size_t want, struct error *err)
{
    struct range_source *range = (struct range_source *)source;
    range_give_back(range);
    int got = source_fill(range->parent, want, err);
    range_show(range);
    if (range->left == 0)
        return source->ready.len >= want ? 1 : 0;
    return got;
}

static void range_close(struct source *source)
{
    struct range_source *range = (struct range_source *)source;
    source_drain(source);
    range_give_back(range);
}

static const struct source_class range_class = { .fill = range_fill, .close = range_close };

struct source *source_from_range(struct arena *arena, struct source *parent, uint64_t len)
{
    struct range_source *range = arena_alloc(arena, sizeof *range);
    *range = (struct range_source){ .parent = parent, .left = len };
    range->source = (struct source){ .class = &range_class, .size = SOURCE_SIZE_UNKNOWN };
    range->source.ready = slice_sub(parent->ready, 0, 0);
    range_show(range);
    return &range->source;
}
