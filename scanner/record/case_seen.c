/* case_seen.c - messages in which nothing was found: many in a row of the case, since most messages are. */
#include <stdlib.h>

#include "base/json.h"
#include "record/case_parts.h"
#include "record/case_schema.h"

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
    struct buffer labels, key;
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
    buffer_init(&seen->labels, PLACE_BYTES);
    buffer_init(&seen->key, PLACE_BYTES);
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
    buffer_release(&seen->labels);
    buffer_release(&seen->key);
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

static size_t hash_of(struct slice text)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ text.ptr[i]) * 0x100000001B3u;
    return (size_t)(hash >> 32) % PLACES_KNOWN;
}

static int place_of(struct case_store *store, const struct envelope *envelope, int64_t *place)
{
    struct case_seen *seen = seen_of(store);
    buffer_clear(&seen->labels);
    buffer_clear(&seen->key);
    case_put_texts(&seen->labels, envelope->labels.at, envelope->labels.count);
    const struct slice texts[] = { envelope->custodian, envelope->folder, envelope->folder_role,
                                   buffer_slice(&seen->labels) };
    for (size_t i = 0; i < 4; i++) {
        buffer_put_u32le(&seen->key, (uint32_t)texts[i].len);
        buffer_put(&seen->key, texts[i]);
    }
    struct slice key = buffer_slice(&seen->key);
    bool is_same = seen->last && slice_is_equal(buffer_slice(&seen->last->key), key);
    struct known_place *known = is_same ? seen->last : &seen->places[hash_of(key)];
    if (!slice_is_equal(buffer_slice(&known->key), key)) {
        buffer_clear(&known->key);
        if (place_row(store, texts, &known->place) < 0)
            return -1;
        buffer_put(&known->key, key);
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
    buffer_put_byte(&block->messages, ']');
    case_bind_number(row, 1, block->input);
    case_bind_number(row, 2, store->run);
    case_bind_word(row, 3, buffer_slice(&block->base));
    case_bind_word(row, 4, buffer_slice(&block->messages));
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
        buffer_put_byte(&block->messages, '[');
    }
    return block;
}

/* The comma before it, too. */
static void put_number(struct buffer *out, int64_t number)
{
    buffer_put_str(out, number < 0 ? ",-" : ",");
    buffer_put_decimal(out, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

/* ["<key>","<id>",date,place,"<path>"] */
static void put_entry(struct block *block, const struct message_record *message, int64_t place)
{
    const struct envelope *envelope = &message->envelope;
    struct buffer *out = &block->messages;
    struct json json;
    json_init(&json, out);
    json.needs_comma = true;
    buffer_put_str(out, block->count++ > 0 ? ",[\"" : "[\"");
    buffer_put_hex(out, slice_of(message->key.bytes, RECORD_ID_SIZE));
    buffer_put_byte(out, '"');
    json_put_text_or_null(&json, NULL, envelope->id);
    if (envelope->date == ENVELOPE_NO_DATE)
        json_put_null(&json, NULL);
    else
        put_number(out, envelope->date);
    put_number(out, place);
    json_put_text(&json, NULL, slice_skip(message->path, block->base.len));
    buffer_put_byte(out, ']');
}

int case_seen_put(struct case_store *store, int64_t input, const struct message_record *message)
{
    int64_t place;
    if (case_write(store) < 0 || place_of(store, &message->envelope, &place) < 0)
        return -1;
    struct block *block = block_for(store, input, base_of(message->path));
    if (!block)
        return -1;
    put_entry(block, message, place);
    return 0;
}
