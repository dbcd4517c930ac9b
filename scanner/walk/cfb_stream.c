/* cfb_stream.c - the streams of a compound file: how far their chains go, their bytes, and the bytes of none. */
#include "walk/cfb_parts.h"

#define WINDOW ((size_t)128 * 1024)

/* A stream up to this size is copied at once where it does not stand in one piece. */
#define COPY_MAX ((uint64_t)256 * 1024)

#define RANGES_MAX ((size_t)1000000)

static size_t unit_of(const struct cfb *cfb, bool is_mini)
{
    return (size_t)1 << (is_mini ? cfb->mini_shift : cfb->sector_shift);
}

static uint32_t next_of(const struct cfb *cfb, bool is_mini, uint32_t at)
{
    return is_mini ? cfb->mini_fat[at] : cfb->fat[at];
}

static size_t count_of(const struct cfb *cfb, bool is_mini)
{
    return is_mini ? cfb->mini_fat_count : cfb->fat_count;
}

/* Where a sector or mini sector stands in the file; UINT64_MAX where it stands nowhere. */
static uint64_t offset_of(const struct cfb *cfb, bool is_mini, uint32_t at)
{
    if (!is_mini)
        return cfb_sector_offset(cfb, at);
    uint64_t inner = (uint64_t)at << cfb->mini_shift;
    uint64_t index = inner >> cfb->sector_shift;
    if (index >= cfb->mini_chain_count)
        return UINT64_MAX;
    return cfb_sector_offset(cfb, cfb->mini_chain[index]) + (inner & (unit_of(cfb, false) - 1));
}

static bool take_unit(struct cfb *cfb, bool is_mini, uint32_t at)
{
    unsigned char *used = is_mini ? cfb->mini_used : cfb->used;
    if (at >= count_of(cfb, is_mini) || (used[at / 8] >> at % 8 & 1))
        return false;
    used[at / 8] |= (unsigned char)(1u << at % 8);
    return true;
}

/* Ranges that no stream covers. */

/* LEN is that of a sector at most. */
static bool is_fill(struct cfb *cfb, uint64_t offset, size_t len)
{
    unsigned char bytes[4096];
    size_t got = cfb_read_at(cfb, offset, bytes, len < sizeof bytes ? len : sizeof bytes);
    for (size_t i = 0; i < got; i++)
        if (bytes[i] != 0 && bytes[i] != 0xFF)
            return false;
    return true;
}

static void add_range(struct cfb *cfb, uint64_t offset, uint64_t len)
{
    if (offset >= cfb->size || len == 0 || cfb->range_count == RANGES_MAX ||
        is_fill(cfb, offset, (size_t)len))
        return;
    struct cfb_range *last = cfb->range_count ? &cfb->ranges[cfb->range_count - 1] : NULL;
    len = len < cfb->size - offset ? len : cfb->size - offset;
    if (last && last->offset + last->len == offset) {
        last->len += len;
        return;
    }
    if (cfb->range_count == cfb->range_capacity) {
        size_t capacity = cfb->range_capacity ? 2 * cfb->range_capacity : 32;
        struct cfb_range *wider = arena_alloc_array(cfb->arena, capacity, sizeof *wider);
        if (cfb->range_count > 0)
            memcpy(wider, cfb->ranges, cfb->range_count * sizeof *wider);
        cfb->ranges = wider;
        cfb->range_capacity = capacity;
    }
    cfb->ranges[cfb->range_count++] = (struct cfb_range){ offset, len };
}

static void measure_entry(struct cfb *cfb, struct cfb_entry *entry)
{
    entry->is_mini = entry->size < cfb->mini_cutoff;
    size_t unit = unit_of(cfb, entry->is_mini);
    uint32_t at = entry->start;
    while (entry->usable < entry->size && take_unit(cfb, entry->is_mini, at)) {
        uint64_t offset = offset_of(cfb, entry->is_mini, at), left = entry->size - entry->usable;
        uint64_t got = left < unit ? left : unit;
        if (offset >= cfb->size)
            break;
        if (got > cfb->size - offset)
            got = cfb->size - offset;
        entry->usable += got;
        if (got < unit)
            add_range(cfb, offset + got, unit - got);
        if (got < unit && got < left)
            break;
        at = next_of(cfb, entry->is_mini, at);
    }
}

size_t cfb_overwrite(const struct cfb *cfb, const struct cfb_entry *entry, struct slice bytes,
                     unsigned char *file)
{
    size_t unit = unit_of(cfb, entry->is_mini), done = 0;
    size_t most = bytes.len < entry->usable ? bytes.len : (size_t)entry->usable;
    uint32_t at = entry->start;
    while (done < most && at < count_of(cfb, entry->is_mini)) {
        uint64_t offset = offset_of(cfb, entry->is_mini, at);
        size_t part = most - done < unit ? most - done : unit;
        if (offset >= cfb->size || part > cfb->size - offset)
            break;
        memcpy(file + offset, bytes.ptr + done, part);
        done += part;
        at = next_of(cfb, entry->is_mini, at);
    }
    return done;
}

static void measure_free(struct cfb *cfb, bool is_mini)
{
    const unsigned char *used = is_mini ? cfb->mini_used : cfb->used;
    size_t count = count_of(cfb, is_mini), all = count;
    /* The mini stream may be longer than its table. */
    if (is_mini && cfb->mini_chain_count << (cfb->sector_shift - cfb->mini_shift) > count)
        all = cfb->mini_chain_count << (cfb->sector_shift - cfb->mini_shift);
    for (size_t at = 0; at < all; at++)
        if (at >= count || (used[at / 8] >> at % 8 & 1) == 0)
            add_range(cfb, offset_of(cfb, is_mini, (uint32_t)at), unit_of(cfb, is_mini));
}

void cfb_measure(struct cfb *cfb)
{
    /* Those that a storage holds first: they have a better claim to their sectors. */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < cfb->count; i++)
            if (cfb->entries[i].kind == CFB_STREAM && cfb->entries[i].is_orphan == (pass == 1))
                measure_entry(cfb, &cfb->entries[i]);
    measure_free(cfb, true);
    measure_free(cfb, false);
    /* A header of 512 bytes stands in a first sector of 4096. */
    if (cfb->sector_shift == 12)
        add_range(cfb, 512, 4096 - 512);
}

/* Reading. */

struct cursor {
    struct cfb *cfb;
    const struct cfb_entry *entry;
    uint32_t at;   /* unit */
    size_t within; /* bytes of it that were read */
    uint64_t done;
};

/* The next bytes of the stream that stand together in the file, at most MOST: where, and how many. */
static size_t next_run(struct cursor *cursor, size_t most, uint64_t *offset)
{
    const struct cfb *cfb = cursor->cfb;
    bool is_mini = cursor->entry->is_mini;
    size_t unit = unit_of(cfb, is_mini), len = 0;
    uint64_t left = cursor->entry->usable - cursor->done;
    most = left < most ? (size_t)left : most;
    while (len < most) {
        uint64_t here = offset_of(cfb, is_mini, cursor->at) + cursor->within;
        if (len > 0 && here != *offset + len)
            break;
        if (len == 0)
            *offset = here;
        size_t step = unit - cursor->within < most - len ? unit - cursor->within : most - len;
        len += step;
        cursor->within += step;
        cursor->done += step;
        if (cursor->within == unit) {
            cursor->within = 0;
            /* The last unit's successor is none; nothing is read of it. */
            cursor->at = cursor->done < cursor->entry->usable ? next_of(cfb, is_mini, cursor->at) : 0;
        }
    }
    return len;
}

static size_t read_on(struct cursor *cursor, unsigned char *into, size_t len)
{
    size_t done = 0;
    while (done < len) {
        uint64_t offset;
        size_t run = next_run(cursor, len - done, &offset);
        size_t got = run ? cfb_read_at(cursor->cfb, offset, into + done, run) : 0;
        done += got;
        if (got == 0 || got < run)
            break;
    }
    return done;
}

struct slice cfb_read(struct cfb *cfb, struct arena *arena, struct cfb_entry *entry, size_t most)
{
    struct cursor cursor = { .cfb = cfb, .entry = entry, .at = entry->start };
    size_t len = entry->usable < most ? (size_t)entry->usable : most;
    uint64_t offset;
    entry->is_taken = true;
    if (len == 0)
        return slice_of(NULL, 0);
    if (cfb->bytes.len > 0 && next_run(&cursor, len, &offset) == len)
        return slice_sub(cfb->bytes, (size_t)offset, len);
    cursor = (struct cursor){ .cfb = cfb, .entry = entry, .at = entry->start };
    unsigned char *bytes = arena_room(arena, len);
    return slice_of(bytes, read_on(&cursor, bytes, len));
}

struct stream {
    struct source source;
    struct cursor cursor;
    struct cfb_range *ranges; /* of the rest, else NULL */
    size_t range;
    uint64_t within;
    struct buffer window;
};

static void stream_release(void *stream)
{
    buffer_release(&((struct stream *)stream)->window);
}

static int fail_short(const struct stream *stream, struct error *err)
{
    const struct cfb_entry *entry = stream->cursor.entry;
    bool is_cut = stream->cursor.cfb->is_cut;
    return error_set(err, is_cut ? ERROR_TRUNCATED : ERROR_FORMAT,
                     "the stream ends after %llu of %llu bytes%s", (unsigned long long)entry->usable,
                     (unsigned long long)entry->size, is_cut ? "" : ", or shares the rest with another");
}

static size_t read_ranges(struct stream *stream, unsigned char *into, size_t len)
{
    struct cfb *cfb = stream->cursor.cfb;
    if (stream->range == cfb->range_count)
        return 0;
    const struct cfb_range *range = &stream->ranges[stream->range];
    uint64_t left = range->len - stream->within;
    size_t got = cfb_read_at(cfb, range->offset + stream->within, into, left < len ? (size_t)left : len);
    stream->within += got;
    if (got == 0 || stream->within == range->len) {
        stream->range++;
        stream->within = 0;
    }
    return got;
}

static bool is_at_end(const struct stream *stream)
{
    return stream->ranges ? stream->range == stream->cursor.cfb->range_count
                          : stream->cursor.done >= stream->cursor.entry->usable;
}

static int stream_fill(struct source *source, size_t want, struct error *err)
{
    struct stream *stream = (struct stream *)source;
    buffer_drop(&stream->window, stream->window.len - source->ready.len);
    size_t aim = want > WINDOW ? want : WINDOW, got = 1;
    while (stream->window.len < want && !is_at_end(stream) && got > 0) {
        size_t len = aim - stream->window.len;
        unsigned char *into = buffer_reserve(&stream->window, len);
        got = stream->ranges ? read_ranges(stream, into, len) : read_on(&stream->cursor, into, len);
        stream->window.len += got;
        got |= stream->ranges != NULL;
    }
    source->ready = buffer_slice(&stream->window);
    if (source->ready.len >= want)
        return 1;
    bool is_short = !stream->ranges && stream->cursor.entry->usable < stream->cursor.entry->size;
    return is_short ? fail_short(stream, err) : 0;
}

static const struct source_class stream_class = { .fill = stream_fill };

static struct stream *stream_new(struct cfb *cfb, struct arena *arena)
{
    struct stream *stream = arena_alloc(arena, sizeof *stream);
    stream->source = (struct source){ .class = &stream_class, .size = SOURCE_SIZE_UNKNOWN };
    stream->cursor.cfb = cfb;
    buffer_init(&stream->window, 2 * SOURCE_WANT_MAX);
    arena_defer(arena, stream_release, stream);
    return stream;
}

struct source *cfb_source(struct cfb *cfb, struct arena *arena, struct cfb_entry *entry)
{
    struct cursor cursor = { .cfb = cfb, .entry = entry, .at = entry->start };
    uint64_t offset;
    entry->is_taken = true;
    if (entry->usable == entry->size && entry->size == 0)
        return source_from_memory(arena, slice_of(NULL, 0));
    bool is_whole = entry->usable == entry->size && cfb->bytes.len > 0;
    if (is_whole && next_run(&cursor, (size_t)entry->size, &offset) == entry->size)
        return source_from_memory(arena, slice_sub(cfb->bytes, (size_t)offset, (size_t)entry->size));
    if (entry->usable == entry->size && entry->size <= COPY_MAX)
        return source_from_memory(arena, cfb_read(cfb, arena, entry, (size_t)entry->size));
    struct stream *stream = stream_new(cfb, arena);
    stream->cursor.entry = entry;
    stream->cursor.at = entry->start;
    return &stream->source;
}

struct source *cfb_rest(struct cfb *cfb, struct arena *arena)
{
    if (cfb->range_count == 0)
        return NULL;
    struct stream *stream = stream_new(cfb, arena);
    stream->ranges = cfb->ranges;
    return &stream->source;
}
