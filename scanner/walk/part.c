/* part.c - a range of a seekable source as a source of its own. */
#include "walk/part.h"

#include "base/buffer.h"

#define PART_WINDOW ((size_t)128 * 1024)

struct part {
    struct source source;
    struct source *in;
    uint64_t start, done; /* DONE: bytes that came into the window */
    struct buffer window;
};

/* All of IN, where it shows at once. */
static bool shows_all(const struct source *in)
{
    return in->offset == 0 && in->ready.len == in->size;
}

static uint64_t clip(const struct source *in, uint64_t offset, uint64_t len)
{
    uint64_t left = offset < in->size ? in->size - offset : 0;
    return len < left ? len : left;
}

static int64_t part_read_at(struct source *source, uint64_t offset, void *into, size_t len, struct error *err)
{
    struct part *part = (struct part *)source;
    if (offset >= source->size)
        return 0;
    if (len > source->size - offset)
        len = (size_t)(source->size - offset);
    return source_read_at(part->in, part->start + offset, into, len, err);
}

static int part_fill(struct source *source, size_t want, struct error *err)
{
    struct part *part = (struct part *)source;
    buffer_drop(&part->window, part->window.len - source->ready.len);
    size_t aim = want > PART_WINDOW ? want : PART_WINDOW;
    int64_t got = 1;
    while (part->window.len < want && got > 0) {
        size_t len = aim - part->window.len;
        got = part_read_at(source, part->done, buffer_reserve(&part->window, len), len, err);
        if (got > 0) {
            part->window.len += (size_t)got;
            part->done += (uint64_t)got;
        }
    }
    source->ready = buffer_slice(&part->window);
    return got > 0 ? 1 : (int)got;
}

static void part_release(void *part)
{
    buffer_release(&((struct part *)part)->window);
}

static const struct source_class part_class = { .fill = part_fill, .read_at = part_read_at };

struct source *part_source(struct arena *arena, struct source *in, uint64_t offset, uint64_t len)
{
    len = clip(in, offset, len);
    if (len == 0 || shows_all(in))
        return source_from_memory(arena, len == 0 ? slice_of(NULL, 0)
                                                  : slice_sub(in->ready, (size_t)offset, (size_t)len));
    struct part *part = arena_alloc(arena, sizeof *part);
    *part = (struct part){ .in = in, .start = offset };
    part->source = (struct source){ .class = &part_class, .size = len };
    buffer_init(&part->window, 2 * SOURCE_WANT_MAX);
    arena_defer(arena, part_release, part);
    return &part->source;
}

struct slice part_read(struct arena *arena, struct source *in, uint64_t offset, size_t len)
{
    size_t done = 0;
    len = (size_t)clip(in, offset, len);
    if (len > 0 && shows_all(in))
        return slice_sub(in->ready, (size_t)offset, len);
    unsigned char *bytes = arena_room(arena, len);
    while (done < len) {
        int64_t got = source_read_at(in, offset + done, bytes + done, len - done, NULL);
        if (got <= 0)
            break;
        done += (size_t)got;
    }
    return slice_of(bytes, done);
}
