/* case_inputs.c - what was done and read: runs, inputs, and how far each of their pieces is told. */
#include <time.h>

#include "record/case_parts.h"

/* Runs. */

int case_begin_run(struct case_store *store, const struct case_run *run)
{
    sqlite3_stmt *row = case_statement(
        store, "INSERT INTO runs(command, version, rules, sandbox, arguments, started, folder, state)"
               " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 'running')");
    if (!row || case_write(store) < 0)
        return -1;
    case_bind_text(row, 1, slice_str(run->command));
    case_bind_text(row, 2, slice_str(run->version));
    case_bind_text(row, 3, slice_str(run->rules));
    case_bind_text(row, 4, slice_str(run->sandbox));
    case_bind_text(row, 5, run->arguments);
    case_bind_number(row, 6, run->started);
    case_bind_text(row, 7, run->folder);
    if (case_run(store, row) < 0)
        return -1;
    store->run = sqlite3_last_insert_rowid(store->db);
    return case_commit(store);
}

int case_end_run(struct case_store *store, const char *state, int exit_status, struct slice counts_json)
{
    sqlite3_stmt *row = case_statement(
        store, "UPDATE runs SET ended = ?1, state = ?2, exit_status = ?3, counts = ?4 WHERE run = ?5");
    if (!row || case_write(store) < 0)
        return -1;
    case_bind_number(row, 1, time(NULL));
    case_bind_text(row, 2, slice_str(state));
    case_bind_number(row, 3, exit_status);
    case_bind_text(row, 4, counts_json);
    case_bind_number(row, 5, store->run);
    return case_run(store, row) < 0 ? -1 : case_commit(store);
}

/* Inputs. */

bool case_has_size(struct case_store *store, uint64_t size)
{
    sqlite3_stmt *row =
        case_statement(store, "SELECT 1 FROM inputs WHERE size = ?1 AND sha256 IS NOT NULL LIMIT 1");
    if (!row)
        return false;
    case_bind_number(row, 1, (int64_t)size);
    bool has = case_next(store, row) == 1;
    sqlite3_reset(row);
    return has;
}

static void bind_input(sqlite3_stmt *row, const struct case_input *input)
{
    case_bind_word(row, 1, input->path);
    case_bind_word(row, 2, input->key_path);
    case_bind_word(row, 3, input->custodian);
    case_bind_word(row, 4, input->folder);
    case_bind_number(row, 5, (int64_t)input->size);
    case_bind_number(row, 6, input->mtime);
    if (input->sha256)
        sqlite3_bind_blob(row, 7, input->sha256, 32, SQLITE_STATIC);
    case_bind_text(row, 8, input->rules);
    case_bind_text(row, 9, input->settings);
}

/* The same bytes under the same name; where the hash is not known, the same file as it lay there when it was begun. */
static int find_input(struct case_store *store, const struct case_input *input, int64_t *number,
                      enum case_input_state *state)
{
    sqlite3_stmt *row = case_statement(
        store, "SELECT input, state FROM inputs WHERE size = ?5 AND key_path = ?2 AND custodian = ?3"
               " AND folder = ?4 AND rules = ?8 AND settings = ?9"
               " AND ((sha256 IS NOT NULL AND sha256 = ?7)"
               " OR (sha256 IS NULL AND state = 'open' AND path = ?1 AND mtime = ?6))"
               " ORDER BY state = 'done' DESC, input LIMIT 1");
    if (!row)
        return -1;
    bind_input(row, input);
    int got = case_next(store, row);
    if (got == 1) {
        *number = sqlite3_column_int64(row, 0);
        *state = slice_is_equal(case_text(row, 1), slice_str("done")) ? CASE_INPUT_DONE : CASE_INPUT_OPEN;
    }
    sqlite3_reset(row);
    return got;
}

int case_begin_input(struct case_store *store, const struct case_input *input, int64_t *number,
                     enum case_input_state *state)
{
    int got = case_mask_begin(store, input) < 0 ? -1 : find_input(store, input, number, state);
    if (got != 0)
        return got < 0 ? -1 : 0;
    sqlite3_stmt *row = case_statement(store, "INSERT INTO inputs(path, key_path, custodian, folder, size, "
                                              "mtime, sha256, rules, settings, run, state)"
                                              " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'open')");
    if (!row || case_write(store) < 0)
        return -1;
    bind_input(row, input);
    case_bind_number(row, 10, store->run);
    if (case_run(store, row) < 0)
        return -1;
    *number = sqlite3_last_insert_rowid(store->db);
    *state = CASE_INPUT_NEW;
    return input->sha256 ? case_reread_begin(store, *number) : 0;
}

int case_other_custodian(struct case_store *store, int64_t input, struct buffer *custodian)
{
    sqlite3_stmt *row = case_statement(
        store, "SELECT old.custodian FROM inputs new JOIN inputs old ON old.size = new.size"
               " AND old.sha256 = new.sha256 AND old.path = new.path WHERE new.input = ?1"
               " AND old.custodian <> new.custodian AND old.run <> new.run ORDER BY old.input LIMIT 1");
    if (!row)
        return -1;
    case_bind_number(row, 1, input);
    int got = case_next(store, row);
    if (got == 1)
        buffer_put(custodian, case_text(row, 0));
    sqlite3_reset(row);
    return got;
}

static int64_t offset_of(uint64_t offset)
{
    return offset == CASE_WHOLE ? -1 : (int64_t)offset;
}

int case_progress(struct case_store *store, int64_t input, uint64_t offset, uint64_t *units, bool *is_done)
{
    sqlite3_stmt *row =
        case_statement(store, "SELECT units, is_done FROM progress WHERE input = ?1 AND offset = ?2");
    *units = 0;
    *is_done = false;
    if (!row || case_flush(store) < 0)
        return -1;
    case_bind_number(row, 1, input);
    case_bind_number(row, 2, offset_of(offset));
    int got = case_next(store, row);
    if (got == 1) {
        *units = (uint64_t)sqlite3_column_int64(row, 0);
        *is_done = sqlite3_column_int(row, 1) != 0;
    }
    sqlite3_reset(row);
    return got < 0 ? -1 : 0;
}

void case_add_left_out(struct case_store *store, int64_t input, uint64_t *messages, uint64_t *excluded)
{
    sqlite3_stmt *row =
        case_statement(store, "SELECT sum(messages), sum(excluded) FROM progress WHERE input = ?1");
    if (!row)
        return;
    case_bind_number(row, 1, input);
    if (case_next(store, row) == 1) {
        *messages += (uint64_t)sqlite3_column_int64(row, 0);
        *excluded += (uint64_t)sqlite3_column_int64(row, 1);
    }
    sqlite3_reset(row);
}

int case_restart_input(struct case_store *store, int64_t input)
{
    static const char *const sql[] = { "DELETE FROM progress WHERE input = ?1",
                                       "DELETE FROM leads WHERE input = ?1",
                                       "DELETE FROM locked WHERE input = ?1" };
    if (case_write(store) < 0 || case_flush(store) < 0)
        return -1;
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        sqlite3_stmt *row = case_statement(store, sql[i]);
        if (!row)
            return -1;
        case_bind_number(row, 1, input);
        if (case_run(store, row) < 0)
            return -1;
    }
    return 0;
}

int case_wait_for_pairs(struct case_store *store, int64_t input)
{
    if (store->waiting_input == input)
        return 0;
    sqlite3_stmt *row = case_statement(store, "UPDATE inputs SET waiting_run = ?2 WHERE input = ?1");
    if (!row || case_write(store) < 0)
        return -1;
    store->waiting_input = input;
    case_bind_number(row, 1, input);
    case_bind_number(row, 2, store->run);
    return case_run(store, row);
}

bool case_has_waited(struct case_store *store, int64_t input)
{
    sqlite3_stmt *row = case_statement(store, "SELECT 1 FROM inputs WHERE input = ?1 AND waiting_run <> ?2");
    if (!row)
        return false;
    case_bind_number(row, 1, input);
    case_bind_number(row, 2, store->run);
    bool has_waited = case_next(store, row) == 1;
    sqlite3_reset(row);
    return has_waited;
}

int case_pairs_are_put(struct case_store *store)
{
    sqlite3_stmt *row = case_statement(store, "UPDATE inputs SET waiting_run = NULL WHERE waiting_run = ?1");
    if (!row || case_write(store) < 0)
        return -1;
    store->waiting_input = 0;
    case_bind_number(row, 1, store->run);
    return case_run(store, row);
}

/* How far pieces are, held until the commit: a row is written once, whatever the number of units in it. */

static struct case_pending *find_pending(struct case_store *store, const struct case_piece *piece)
{
    for (size_t i = 0; i < store->pending_count; i++)
        if (store->pending[i].piece.input == piece->input && store->pending[i].piece.offset == piece->offset)
            return &store->pending[i];
    return NULL;
}

static int put_progress(struct case_store *store, const struct case_pending *pending)
{
    const struct counts *counts = &pending->counts;
    const struct case_piece *piece = &pending->piece;
    sqlite3_stmt *row = case_statement(
        store,
        "INSERT INTO progress VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        " ON CONFLICT(input, offset) DO UPDATE SET units = ?4, is_done = max(is_done, ?5), bytes = bytes + "
        "?6, messages = messages + ?7,"
        " excluded = excluded + ?8, leaves = leaves + ?9, scanned = scanned + ?10, partial = partial + ?11,"
        " refused = refused + ?12, pictures = pictures + ?13");
    if (!row)
        return -1;
    const uint64_t numbers[] = { pending->units,   pending->is_done, counts->bytes,   counts->messages,
                                 counts->excluded, counts->leaves,   counts->scanned, counts->partial,
                                 counts->refused,  counts->pictures };
    case_bind_number(row, 1, piece->input);
    case_bind_number(row, 2, offset_of(piece->offset));
    case_bind_number(row, 3, offset_of(piece->length));
    for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++)
        case_bind_number(row, 4 + i, (int64_t)numbers[i]);
    return case_run(store, row);
}

int case_flush(struct case_store *store)
{
    for (size_t i = 0; i < store->pending_count; i++)
        if (put_progress(store, &store->pending[i]) < 0)
            return -1;
    store->pending_count = 0;
    return case_leads_flush(store) < 0 ? -1 : case_seen_flush(store);
}

int case_end_unit(struct case_store *store, const struct case_piece *piece, uint64_t units,
                  const struct counts *counts)
{
    store->message_count = 0;
    if (case_write(store) < 0)
        return -1;
    struct case_pending *pending = find_pending(store, piece);
    if (!pending && store->pending_count == CASE_PENDING_MAX && case_flush(store) < 0)
        return -1;
    if (!pending) {
        pending = &store->pending[store->pending_count++];
        *pending = (struct case_pending){ .piece = *piece };
    }
    pending->units = units;
    counts_add(&pending->counts, counts);
    return case_commit_now_and_then(store);
}

int case_end_piece(struct case_store *store, const struct case_piece *piece)
{
    struct case_pending *pending = find_pending(store, piece);
    if (pending) {
        pending->is_done = true;
        return 0;
    }
    sqlite3_stmt *row =
        case_statement(store, "UPDATE progress SET is_done = 1 WHERE input = ?1 AND offset = ?2");
    if (!row || case_write(store) < 0)
        return -1;
    case_bind_number(row, 1, piece->input);
    case_bind_number(row, 2, offset_of(piece->offset));
    return case_run(store, row);
}

int case_end_input(struct case_store *store, int64_t input, const unsigned char *sha256)
{
    sqlite3_stmt *row = case_statement(
        store, "UPDATE inputs SET state = 'done', sha256 = coalesce(?2, sha256) WHERE input = ?1");
    if (!row || case_write(store) < 0)
        return -1;
    case_bind_number(row, 1, input);
    if (sha256)
        sqlite3_bind_blob(row, 2, sha256, 32, SQLITE_STATIC);
    return case_run(store, row) < 0 ? -1 : case_reread_end(store, input);
}
