/* sqlite_wal.c - the write-ahead log beside an SQLite file (x.db-wal): the rows in its pages, and what is left of them.
 *
 * Children: `ROWS`, the values of each record that stands in a page, a line each and an empty one after it; values that are files by themselves
 * (`BLOB-1`); the bytes without them. A page stands in the log once for each change: of its older versions only what the newer ones no
 * longer have is given. Names of columns stand in the database alone.
 */
#include "base/buffer.h"
#include "walk/format.h"
#include "walk/hold.h"
#include "walk/part.h"
#include "walk/sqlite_page.h"
#include "walk/type.h"

#define HEADER ((size_t)32)
#define FRAME_HEADER ((size_t)24)
#define READ_MOST ((size_t)64 * 1024 * 1024) /* bytes of a log whose pages are looked at */
#define SEEN_MOST ((size_t)1 << 21)          /* places for records that were given, half of them used */
#define PROBES 32
#define BLOB_LEAST 32

struct frame {
    uint32_t page;
    uint32_t number;  /* of the frame */
    uint32_t group;   /* of frames that were written together */
    bool is_overflow; /* a value went on in it */
};

/* A record that was given: where its bytes stand. */
struct seen {
    uint32_t at, len;
};

struct wal {
    struct arena *arena;
    struct slice bytes;
    unsigned char *rest; /* a copy, without what was given */
    size_t page_size, count;
    struct frame *frames; /* as they stand */
    struct frame *sorted; /* by page, then number */
    struct seen *seen;
    size_t seen_count, seen_room;
    struct buffer text, value, blobs; /* of struct slice */
    size_t cut, blob_next;
    unsigned stage;
};

static size_t frame_at(const struct wal *wal, size_t number)
{
    return HEADER + number * (FRAME_HEADER + wal->page_size) + FRAME_HEADER;
}

/* Frames. */

static int by_page(const void *one, const void *two)
{
    const struct frame *a = one, *b = two;
    if (a->page != b->page)
        return a->page < b->page ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static void read_frames(struct wal *wal)
{
    uint32_t group = 0;
    wal->count = (wal->bytes.len - HEADER) / (FRAME_HEADER + wal->page_size);
    wal->frames = arena_alloc_array(wal->arena, wal->count + 1, sizeof *wal->frames);
    wal->sorted = arena_alloc_array(wal->arena, wal->count + 1, sizeof *wal->sorted);
    for (size_t i = 0; i < wal->count; i++) {
        struct slice head = slice_sub(wal->bytes, frame_at(wal, i) - FRAME_HEADER, FRAME_HEADER);
        struct frame *frame = &wal->frames[i];
        uint32_t pages = 0;
        *frame = (struct frame){ .number = (uint32_t)i, .group = group };
        (void)slice_eat_u32be(&head, &frame->page);
        (void)slice_eat_u32be(&head, &pages);
        group += pages != 0; /* the last one of a transaction says how long the file is then */
        wal->sorted[i] = *frame;
    }
    qsort(wal->sorted, wal->count, sizeof *wal->sorted, by_page);
}

/* The frame of PAGE as it was when frame NUMBER was written: of the same transaction, else the last before. NULL: it is not in the log. */
static struct frame *frame_of(const struct wal *wal, uint32_t page, uint32_t number)
{
    size_t low = 0, high = wal->count;
    while (low < high) { /* the first that is after it: of a later page or a later transaction */
        size_t middle = low + (high - low) / 2;
        const struct frame *frame = &wal->sorted[middle];
        if (frame->page < page || (frame->page == page && frame->group <= wal->frames[number].group))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || wal->sorted[low - 1].page != page)
        return NULL;
    return &wal->frames[wal->sorted[low - 1].number];
}

/* Records that were given. */

static uint32_t hash_of(struct slice bytes)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ bytes.ptr[i]) * 16777619u;
    return hash;
}

static bool put_seen(struct wal *wal, struct seen one)
{
    struct slice bytes = slice_sub(wal->bytes, one.at, one.len);
    uint32_t hash = hash_of(bytes);
    for (size_t i = 0; i < PROBES; i++) {
        struct seen *seen = &wal->seen[(hash + i) & (wal->seen_room - 1)];
        if (seen->len == 0) {
            *seen = one;
            wal->seen_count++;
            return true;
        }
        if (seen->len == one.len && memcmp(wal->bytes.ptr + seen->at, bytes.ptr, bytes.len) == 0)
            return false;
    }
    return true; /* crowded: it may be given twice */
}

static void make_room(struct wal *wal)
{
    struct seen *old = wal->seen;
    size_t room = wal->seen_room;
    if (room == SEEN_MOST || (room > 0 && wal->seen_count < room / 2))
        return;
    wal->seen_room = room ? 4 * room : 512;
    wal->seen = arena_alloc_array(wal->arena, wal->seen_room, sizeof *wal->seen);
    memset(wal->seen, 0, wal->seen_room * sizeof *wal->seen);
    wal->seen_count = 0;
    for (size_t i = 0; i < room; i++)
        if (old[i].len > 0)
            put_seen(wal, old[i]);
}

/* Was this record given before? */
static bool is_new(struct wal *wal, struct slice payload)
{
    make_room(wal);
    return payload.len == 0 ||
           put_seen(wal, (struct seen){ (uint32_t)(payload.ptr - wal->bytes.ptr), (uint32_t)payload.len });
}

/* Values. */

static void blank(struct wal *wal, struct slice part)
{
    if (part.len > 0)
        memset(wal->rest + (part.ptr - wal->bytes.ptr), 0, part.len);
}

/* LEFT bytes that go on in PAGE, and are put behind what `value` holds. */
static void take_overflow(struct wal *wal, uint32_t page, uint64_t left, uint32_t number)
{
    while (left > 0) {
        struct frame *frame = frame_of(wal, page, number);
        if (!frame || frame->is_overflow) {
            wal->cut += !frame;
            return;
        }
        struct slice rest = slice_sub(wal->bytes, frame_at(wal, frame->number), wal->page_size);
        frame->is_overflow = true;
        (void)slice_eat_u32be(&rest, &page);
        rest = slice_sub(rest, 0, left < rest.len ? (size_t)left : rest.len);
        buffer_put(&wal->value, rest);
        blank(wal, rest);
        left -= rest.len;
    }
}

static bool is_file(struct slice value)
{
    struct type type = type_from_signature(slice_sub(value, 0, FORMAT_HEAD));
    return value.len >= BLOB_LEAST &&
           (slice_starts_with(value, "\x1f\x8b\x08") || (type.media && type.class != TYPE_PICTURE));
}

static void put_value(struct wal *wal, const struct sqlite_value *value)
{
    if (value->type == SQLITE_VALUE_NULL)
        return;
    if (value->type == SQLITE_VALUE_NUMBER) {
        buffer_printf(&wal->text, "%lld", (long long)value->number);
    } else if (value->type == SQLITE_VALUE_TEXT) {
        sqlite_put_text(&wal->text, value->bytes);
    } else if (is_file(value->bytes)) {
        struct slice copy = arena_copy(wal->arena, value->bytes);
        buffer_put(&wal->blobs, slice_of(&copy, sizeof copy));
    } else {
        sqlite_put_blob(&wal->text, "blob", value->bytes);
        return;
    }
    buffer_put_byte(&wal->text, '\n');
}

static void put_record(struct wal *wal, struct slice bytes)
{
    struct sqlite_record record;
    struct sqlite_value value;
    if (sqlite_record_init(&record, bytes) < 0)
        return;
    while (sqlite_record_next(&record, &value) == 1)
        put_value(wal, &value);
    buffer_put_byte(&wal->text, '\n');
}

/* The cell at AT of the page in frame NUMBER. Bytes of it that stand there. */
static size_t take_cell(struct wal *wal, struct slice page, size_t at, bool is_table, uint32_t number)
{
    struct slice rest = slice_skip(page, at), payload;
    uint64_t size, rowid;
    uint32_t next;
    if (sqlite_eat_varint(&rest, &size) < 0 || (is_table && sqlite_eat_varint(&rest, &rowid) < 0) ||
        slice_eat(&rest, sqlite_local_size(page.len, size, is_table), &payload) < 0)
        return 0;
    if (is_new(wal, payload)) {
        buffer_clear(&wal->value);
        buffer_put(&wal->value, payload);
        if (size > payload.len && slice_eat_u32be(&rest, &next) == 0)
            take_overflow(wal, next, size - payload.len, number);
        put_record(wal, buffer_slice(&wal->value));
    }
    blank(wal, payload);
    return payload.len;
}

static void take_page(struct wal *wal, uint32_t number)
{
    struct slice page = slice_sub(wal->bytes, frame_at(wal, number), wal->page_size), taken;
    struct slice rest = slice_skip(page, wal->frames[number].page == 1 ? 100 : 0);
    uint16_t count, at;
    uint8_t type;
    size_t sum = 0;
    if (slice_eat_u8(&rest, &type) < 0 || (type != SQLITE_TABLE_LEAF && type != SQLITE_INDEX_LEAF) ||
        slice_eat(&rest, 2, &taken) < 0 || slice_eat_u16be(&rest, &count) < 0 ||
        slice_eat(&rest, 3, &taken) < 0)
        return;
    /* Cells that lie over one another are no more than the page. */
    while (count-- > 0 && slice_eat_u16be(&rest, &at) == 0 && sum <= page.len)
        sum += at < page.len ? take_cell(wal, page, at, type == SQLITE_TABLE_LEAF, number) : 0;
}

/* Opening. */

static void wal_undo(void *ptr)
{
    struct wal *wal = ptr;
    buffer_release(&wal->text);
    buffer_release(&wal->value);
    buffer_release(&wal->blobs);
}

static size_t page_size_of(struct slice head)
{
    struct slice rest = slice_skip(head, 8);
    uint32_t size;
    if (slice_eat_u32be(&rest, &size) < 0 || size < 512 || size > 65536 || (size & (size - 1)) != 0)
        return 0;
    return size;
}

static int wal_open(struct walk *walk, struct error *err)
{
    struct source *in = hold_source(walk->item->arena, walk->item->source, walk->env, err);
    walk->item->source = in;
    if (!source_is_seekable(in))
        return -1;
    *err = (struct error){ 0 };
    size_t page_size = page_size_of(slice_sub(part_read(walk->arena, in, 0, HEADER), 0, HEADER));
    if (page_size == 0 || in->size < HEADER)
        return error_set(err, ERROR_FORMAT, "the log of an SQLite file is damaged");
    if (in->size > READ_MOST)
        return error_set_limit(err, "whole-bytes", "the log of an SQLite file is too large");
    struct wal *wal = arena_alloc(walk->arena, sizeof *wal);
    wal->arena = walk->arena;
    wal->page_size = page_size;
    wal->bytes = part_read(walk->arena, in, 0, (size_t)in->size);
    wal->rest = (unsigned char *)(uintptr_t)arena_copy(walk->arena, wal->bytes).ptr;
    buffer_init(&wal->text, SIZE_MAX / 2);
    buffer_init(&wal->value, SIZE_MAX / 2);
    buffer_init(&wal->blobs, READ_MOST);
    arena_defer(walk->arena, wal_undo, wal);
    read_frames(wal);
    for (size_t i = wal->count; i > 0; i--)
        take_page(wal, (uint32_t)(i - 1));
    walk->state = wal;
    if (wal->cut > 0)
        walk_gap(walk, walk->item, GAP_TRUNCATED, GAP_STANDS_FOR_REST, NULL,
                 "%zu values in the log go on in pages that only the SQLite file itself has", wal->cut);
    return 0;
}

/* Children. */

static int give(struct item *child, const char *name, struct slice bytes)
{
    child->kind = ITEM_MEMBER;
    child->is_attachment = true;
    child->name = slice_str(name);
    child->source = source_from_memory(child->arena, bytes);
    return 1;
}

static int wal_next(struct walk *walk, struct item *child, struct error *err)
{
    struct wal *wal = walk->state;
    struct slice blob;
    (void)err;
    if (wal->stage == 0) {
        wal->stage = 1;
        child->content = CONTENT_TEXT;
        child->charset = slice_str("utf-8");
        return give(child, "ROWS", buffer_slice(&wal->text));
    }
    if (wal->blobs.len / sizeof blob > wal->blob_next) {
        memcpy(&blob, wal->blobs.ptr + wal->blob_next++ * sizeof blob, sizeof blob);
        return give(child, (char *)(uintptr_t)arena_printf(child->arena, "BLOB-%zu%c", wal->blob_next, 0).ptr,
                    blob);
    }
    source_drain(walk->item->source);
    if (wal->stage++ > 1)
        return 0;
    child->kind = ITEM_REST;
    child->content = CONTENT_BYTES;
    child->source = source_from_memory(child->arena, slice_of(wal->rest, wal->bytes.len));
    return 1;
}

static enum bid wal_probe(const struct item *item, struct slice head)
{
    uint32_t magic, version;
    (void)item;
    return slice_eat_u32be(&head, &magic) == 0 && (magic & ~UINT32_C(1)) == 0x377F0682 &&
                   slice_eat_u32be(&head, &version) == 0 && version == 3007000
               ? BID_SIGNATURE
               : BID_NONE;
}

const struct format format_sqlite_wal = {
    .name = "sqlite-wal",
    .title = "write-ahead logs of SQLite files: the values in their pages",
    .probe = wal_probe,
    .open = wal_open,
    .next = wal_next,
};
