/* source.h - where bytes are pulled from: a file, memory, a decoder, a part of another source.
 *
 * Pull only. A source shows a window of bytes (`ready`); the reader consumes from its front and asks for more.
 * Windows are borrowed: every slice cut from `ready` is void after the next source_fill, source_consume past it
 * or read of the source it came from. A source in memory shows all its bytes at once, so nothing is copied.
 */
#ifndef MAILSPILL_ITEM_SOURCE_H
#define MAILSPILL_ITEM_SOURCE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

/* The most that source_fill can be asked to make ready at once, in bytes. */
#define SOURCE_WANT_MAX ((size_t)1024 * 1024)

struct source;

struct source_class {
    /* Make ready.len grow to WANT bytes or more (more is better), or to the end. Same results as source_fill.
     * Never called with ready.len >= want, nor after the end was said. May move the window: set source->ready. */
    int (*fill)(struct source *source, size_t want, struct error *err);
    /* Random access, or NULL. Reads up to LEN bytes at OFFSET; the count, 0 at the end, -1 on error. */
    int64_t (*read_at)(struct source *source, uint64_t offset, void *into, size_t len, struct error *err);
    /* Give back what the source owns, or NULL. The struct itself belongs to the arena it came from. */
    void (*close)(struct source *source);
    /* The same bytes from the start as a source of its own, while what they lie in is open, or NULL. */
    struct source *(*again)(struct arena *arena, const struct source *source);
    /* Go to the end without reading what lies before it, or NULL. 0; 1 where it must be read; -1. */
    int (*skip)(struct source *source, struct error *err);
};

struct source {
    const struct source_class *class;
    struct slice ready; /* bytes that may be read now */
    uint64_t offset;    /* of ready.ptr, from the start of this source */
    uint64_t size;      /* total bytes where known, else SOURCE_SIZE_UNKNOWN */
    bool is_at_end;     /* nothing comes after `ready` */
    bool has_failed;    /* fill said -1: nothing comes after `ready`, and `failure` says why */
    struct error failure;
};

#define SOURCE_SIZE_UNKNOWN UINT64_MAX

/* Make at least WANT bytes ready (WANT <= SOURCE_WANT_MAX). 1: done. 0: the end comes first; `ready` holds all
 * that is left, maybe nothing. -1: reading failed; `ready` holds what came before, ERR and source->failure why. */
int source_fill(struct source *source, size_t want, struct error *err);

/* Drop N <= ready.len bytes from the front. */
void source_consume(struct source *source, size_t n);

/* Copy up to LEN bytes out and consume them. The count, 0 at the end, -1 on error. */
int64_t source_read(struct source *source, void *into, size_t len, struct error *err);

/* Drop all that is left, which is only read where it must be. Bytes dropped (also on error: see has_failed). */
uint64_t source_drain(struct source *source);

/* From now on each window that any source fills adds one to *BEATS: a sign of life for whoever watches this process. */
void source_watch(_Atomic uint64_t *beats);

bool source_is_seekable(const struct source *source);
int64_t source_read_at(struct source *source, uint64_t offset, void *into, size_t len, struct error *err);

void source_close(struct source *source);

/* All of BYTES, which must outlive the source. Seekable. */
struct source *source_from_memory(struct arena *arena, struct slice bytes);

/* The bytes [OFFSET, OFFSET + LEN) of FD, by pread; LEN may be UINT64_MAX for "to the end". Keeps the descriptor open:
 * the caller closes it after the source. A regular file is seekable; a pipe is read in order from where it stands. */
struct source *source_from_fd(struct arena *arena, int fd, uint64_t offset, uint64_t len);

/* The next bytes of PARENT, LEN of them at most, then the end. Closing or draining it leaves PARENT just after. */
struct source *source_from_range(struct arena *arena, struct source *parent, uint64_t len);

#endif
