/* case_seen.c - messages in which nothing was found: many in a row of the case, since most messages are. */
#include <stdlib.h>

#include "base/varint.h"
#include "record/case_parts.h"
#include "record/case_schema.h"
#include "record/mask.h"
#include "record/wire.h"

#define BLOCKS 8        /* inputs that are read at once, and then some */
#define BLOCK_MOST 1000 /* messages in one row */
#define BLOCK_BYTES ((size_t)512 * 1024)
#define PLACES_KNOWN 64 /* folders remembered with their rows */
#define PLACE_BYTES ((size_t)1024 * 1024)

/* A row in the making. */
struct block {
    int64_t input;
    struct buffer base, messages; /* base: the path of the input itself */
    size_t count;
    int64_t date; /* of the message before */
};

/* A folder of a custodian, and its row. */
struct known_place {
    struct buffer key;
    int64_t place;
};

struct case_seen {
    struct block blocks[BLOCKS];
    size_t next; /* to be written where all are in use */
    struct known_place places[PLACES_KNOWN], *last;
    struct buffer place;
};

static struct case_seen *seen_of(struct case_store *store)
{
    if (store->seen)
        return store->seen;
    struct case_seen *seen = store->seen = calloc(1, sizeof *seen);
    if (!seen)
        abort();
    for (size_t i = 0; i < BLOCKS; i++) {
        buffer_init(&seen->blocks[i].base, PLACE_BYTES);
        buffer_init(&seen->blocks[i].messages, SIZE_MAX / 2);
    }
    for (size_t i = 0; i < PLACES_KNOWN; i++)
        buffer_init(&seen->places[i].key, PLACE_BYTES);
    buffer_init(&seen->place, PLACE_BYTES);
    return seen;
}

void case_seen_free(struct case_seen *seen)
{
    if (!seen)
        return;
    for (size_t i = 0; i < BLOCKS; i++) {
        buffer_release(&seen->blocks[i].base);
        buffer_release(&seen->blocks[i].messages);
    }
    for (size_t i = 0; i < PLACES_KNOWN; i++)
        buffer_release(&seen->places[i].key);
    buffer_release(&seen->place);
    free(seen);
}

int case_seen_show(struct case_store *store)
{
    if (sqlite3_exec(store->db, case_seen_view, NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    return case_fail(store, "read");
}

/* Places. */

static int place_row(struct case_store *store, const struct slice *texts, int64_t *place)
{
    sqlite3_stmt *put = case_statement(store, "INSERT OR IGNORE INTO places(custodian, folder, folder_role, "
                                              "labels) VALUES(?1, ?2, ?3, ?4)");
    sqlite3_stmt *find =
        case_statement(store, "SELECT place FROM places WHERE custodian = ?1 AND folder = ?2 "
                              "AND folder_role = ?3 AND labels = ?4");
    if (!put || !find)
        return -1;
    for (int i = 0; i < 4; i++) {
        case_bind_word(put, i + 1, texts[i]);
        case_bind_word(find, i + 1, texts[i]);
    }
    if (case_run(store, put) < 0)
        return -1;
    int got = case_next(store, find);
    if (got == 1)
        *place = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
    return got == 1 ? 0 : -1;
}

/* The row of a place that was not met yet. Its texts are masked, or came with a message in which there is nothing to mask: then only made UTF-8. */
static int make_place(struct case_store *store, struct slice bytes, int64_t *place)
{
    struct arena *arena = arena_new(0);
    struct envelope envelope;
    struct buffer labels;
    struct error err;
    int result = -1;
    buffer_init(&labels, PLACE_BYTES);
    if (wire_get_place(bytes, arena, &envelope, &err) == 0) {
        for (size_t i = 0; store->mask && i < envelope.labels.count; i++)
            envelope.labels.at[i] = mask_text(store->mask, arena, envelope.labels.at[i]);
        case_put_texts(&labels, envelope.labels.at, envelope.labels.count);
        struct slice texts[] = { envelope.custodian, envelope.folder, envelope.folder_role,
                                 buffer_slice(&labels) };
        for (size_t i = 0; store->mask && i < 3; i++)
            texts[i] = mask_text(store->mask, arena, texts[i]);
        result = place_row(store, texts, place);
    }
    buffer_release(&labels);
    arena_free(arena);
    return result;
}

static int place_of(struct case_store *store, struct slice bytes, int64_t *place)
{
    struct case_seen *seen = seen_of(store);
    bool is_same = seen->last && slice_is_equal(buffer_slice(&seen->last->key), bytes);
    struct known_place *known = is_same ? seen->last : &seen->places[case_hash(bytes) % PLACES_KNOWN];
    if (!slice_is_equal(buffer_slice(&known->key), bytes)) {
        buffer_clear(&known->key);
        if (make_place(store, bytes, &known->place) < 0)
            return -1;
        buffer_put(&known->key, bytes);
    }
    seen->last = known;
    *place = known->place;
    return 0;
}

/* Blocks. */

static int write_block(struct case_store *store, struct block *block)
{
    if (block->count == 0)
        return 0;
    sqlite3_stmt *row =
        case_statement(store, "INSERT INTO seen(input, run, base, messages) VALUES(?1, ?2, ?3, ?4)");
    if (!row)
        return -1;
    case_bind_number(row, 1, block->input);
    case_bind_number(row, 2, store->run);
    case_bind_word(row, 3, buffer_slice(&block->base));
    sqlite3_bind_blob64(row, 4, block->messages.ptr, block->messages.len, SQLITE_STATIC);
    int result = case_run(store, row);
    buffer_clear(&block->messages);
    block->count = 0;
    return result;
}

int case_seen_flush(struct case_store *store)
{
    for (size_t i = 0; store->seen && i < BLOCKS; i++)
        if (write_block(store, &store->seen->blocks[i]) < 0)
            return -1;
    return 0;
}

/* A step of a path begins with "!": an input's own name has none. */
static struct slice base_of(struct slice path)
{
    size_t step = slice_find_byte(path, 0, '!');
    return slice_sub(path, 0, step == SLICE_NONE ? path.len : step);
}

/* The block that messages of INPUT below BASE go to; NULL after a failure. */
static struct block *block_for(struct case_store *store, int64_t input, struct slice base)
{
    struct case_seen *seen = seen_of(store);
    struct block *block = NULL, *unused = NULL;
    for (size_t i = 0; i < BLOCKS && !block; i++) {
        struct block *at = &seen->blocks[i];
        if (at->count == 0)
            unused = at;
        else if (at->input == input && slice_is_equal(buffer_slice(&at->base), base))
            block = at;
    }
    bool is_full = block && (block->count == BLOCK_MOST || block->messages.len > BLOCK_BYTES);
    if (!block && !unused)
        block = &seen->blocks[seen->next++ % BLOCKS];
    if (block && (is_full || block->input != input || !slice_is_equal(buffer_slice(&block->base), base)) &&
        write_block(store, block) < 0)
        return NULL;
    block = block ? block : unused;
    if (block->count == 0) {
        block->input = input;
        buffer_clear(&block->base);
        buffer_put(&block->base, base);
        block->date = 0;
    }
    return block;
}

/* What case_seen_list.c reads: twice the place, and 1 where there is a date; the date, as what it is more or less (its sign in the lowest bit) than
 * that of the message before; the key; the id; the path after the base. */
static void put_entry(struct block *block, const struct seen_record *seen, int64_t place)
{
    struct buffer *out = &block->messages;
    bool has_date = seen->date != ENVELOPE_NO_DATE;
    varint_put(out, (uint64_t)place << 1 | has_date);
    if (has_date) {
        uint64_t more = (uint64_t)seen->date - (uint64_t)block->date;
        varint_put(out, more << 1 ^ (more >> 63 ? UINT64_MAX : 0));
        block->date = seen->date;
    }
    buffer_put(out, slice_of(seen->key.bytes, RECORD_ID_SIZE));
    varint_put_text(out, seen->id);
    varint_put_text(out, slice_skip(seen->path, block->base.len));
    block->count++;
}

int case_put_seen(struct case_store *store, int64_t input, const struct seen_record *seen)
{
    int64_t place;
    if (case_write(store) < 0 || place_of(store, seen->place, &place) < 0)
        return -1;
    struct block *block = block_for(store, input, base_of(seen->path));
    if (!block)
        return -1;
    put_entry(block, seen, place);
    return 0;
}

int case_seen_put_message(struct case_store *store, int64_t input, const struct message_record *message)
{
    struct buffer *place = &seen_of(store)->place;
    buffer_clear(place);
    wire_put_place(place, &message->envelope);
    const struct seen_record seen = { .key = message->key,
                                      .date = message->envelope.date,
                                      .place = buffer_slice(place),
                                      .id = message->envelope.id,
                                      .path = message->path };
    return case_put_seen(store, input, &seen);
}
