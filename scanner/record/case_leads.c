/* case_leads.c - units that may tell a password: many in a row of the case, since one message in eight is such. */
#include <stdlib.h>

#include "base/varint.h"
#include "record/case_locks.h"
#include "record/case_parts.h"

#define BLOCKS 8 /* pieces that are read at once, and then some */
#define BLOCK_BYTES ((size_t)64 * 1024)

/* A row in the making. */
struct block {
    struct case_lock_unit last; /* keys are not kept */
    struct buffer leads;
};

struct case_leads {
    struct block blocks[BLOCKS];
    size_t next; /* to be written where all are in use */
};

static struct case_leads *leads_of(struct case_store *store)
{
    if (store->leads)
        return store->leads;
    store->leads = calloc(1, sizeof *store->leads);
    if (!store->leads)
        abort();
    for (size_t i = 0; i < BLOCKS; i++)
        buffer_init(&store->leads->blocks[i].leads, SIZE_MAX / 2);
    return store->leads;
}

void case_leads_free(struct case_leads *leads)
{
    for (size_t i = 0; leads && i < BLOCKS; i++)
        buffer_release(&leads->blocks[i].leads);
    free(leads);
}

static int write_block(struct case_store *store, struct block *block)
{
    if (block->leads.len == 0)
        return 0;
    sqlite3_stmt *row = case_statement(
        store, "INSERT INTO leads(input, offset, length, first, units) VALUES(?1, ?2, ?3, ?4, ?5)");
    if (!row)
        return -1;
    case_bind_lock_piece(row, &block->last);
    sqlite3_bind_blob64(row, 5, block->leads.ptr, block->leads.len, SQLITE_STATIC);
    int result = case_run(store, row);
    buffer_clear(&block->leads);
    return result;
}

int case_leads_flush(struct case_store *store)
{
    for (size_t i = 0; store->leads && i < BLOCKS; i++)
        if (write_block(store, &store->leads->blocks[i]) < 0)
            return -1;
    return 0;
}

static bool is_of(const struct block *block, const struct case_lock_unit *unit)
{
    return block->leads.len > 0 && block->last.piece.input == unit->piece.input &&
           block->last.piece.offset == unit->piece.offset;
}

/* The block that UNIT goes to; NULL after a failure. */
static struct block *block_for(struct case_store *store, const struct case_lock_unit *unit)
{
    struct case_leads *leads = leads_of(store);
    struct block *block = NULL, *unused = NULL;
    for (size_t i = 0; i < BLOCKS && !block; i++) {
        if (leads->blocks[i].leads.len == 0)
            unused = &leads->blocks[i];
        else if (is_of(&leads->blocks[i], unit))
            block = &leads->blocks[i];
    }
    if (!block)
        block = unused ? unused : &leads->blocks[leads->next++ % BLOCKS];
    if ((!is_of(block, unit) || block->leads.len > BLOCK_BYTES) && write_block(store, block) < 0)
        return NULL;
    return block;
}

/* One behind the other: the ordinal, as what it is more than that of the lead before in the row, and the keys with their length. */
static void put_lead(struct buffer *out, uint64_t more, struct slice keys)
{
    varint_put(out, more);
    varint_put_text(out, keys);
}

int case_put_lead(struct case_store *store, const struct case_lock_unit *unit)
{
    struct block *block = case_write(store) < 0 ? NULL : block_for(store, unit);
    if (!block)
        return -1;
    uint64_t before = block->leads.len > 0 ? block->last.ordinal : 0;
    put_lead(&block->leads, unit->ordinal - before, unit->keys);
    block->last = *unit;
    block->last.keys = slice_of(NULL, 0);
    return 0;
}

/* All of one row. */
static int tell_leads(sqlite3_stmt *row, const struct case_lock_sink *sink)
{
    struct case_lock_row told = case_get_lock_row(row);
    struct slice rest = told.unit.keys;
    uint64_t more;
    told.unit.ordinal = 0;
    while (varint_eat(&rest, &more) == 0 && varint_eat_text(&rest, &told.unit.keys) == 0) {
        told.unit.ordinal += more;
        if (sink->take(sink->ctx, &told) != 0)
            return -1;
    }
    return 0;
}

int case_each_lead(struct case_store *store, const struct case_lock_sink *sink)
{
    static const char sql[] =
        "SELECT u.input, u.offset, u.length, u.first, 0, u.units, i.path, i.key_path, i.custodian, "
        "i.folder, f.file, f.is_labelled, i.size, i.mtime"
        " FROM leads u JOIN inputs i USING(input) JOIN lock_inputs f USING(input) ORDER BY 1, 2, u.block";
    return case_each_lock_row(store, sql, tell_leads, sink);
}

/* leads_row(ordinal, keys): a row with one lead, for a case of before version 6. */
static void leads_row(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct buffer out;
    (void)count;
    const void *keys = sqlite3_value_blob(values[1]);
    size_t len = keys ? (size_t)sqlite3_value_bytes(values[1]) : 0;
    buffer_init(&out, SIZE_MAX / 2);
    put_lead(&out, (uint64_t)sqlite3_value_int64(values[0]), slice_of(keys, len));
    sqlite3_result_blob64(context, out.ptr, out.len, SQLITE_TRANSIENT);
    buffer_release(&out);
}

int case_leads_define(struct case_store *store)
{
    if (sqlite3_create_function(store->db, "leads_row", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                leads_row, NULL, NULL) == SQLITE_OK)
        return 0;
    return case_fail(store, "upgrade");
}
