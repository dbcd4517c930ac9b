/* case_mask.c - what an earlier scan wrote into a case, before a rule knew some secret that stands in it, is masked as this scan masks its own.
 *
 * A row that was put is kept as it is when the same place comes again, so its texts show what the rules of its time let through. A scan with other
 * rules or settings than an earlier one therefore masks, with the secrets of each unit, what the case holds already of that unit's messages, or of
 * the same place in a loose file.
 */
#include <jansson.h>

#include "record/case_parts.h"

/* Places that hang on no index: gaps and opened attachments of messages, and findings and gaps of loose files, by the input's key path and what
 * follows its own name in theirs. */
static const char beside_sql[] =
    "PRAGMA secure_delete=ON;" /* what is masked leaves no trace in a page */
    "CREATE TEMP TABLE beside_messages(message INTEGER, is_gap INTEGER, number INTEGER, PRIMARY KEY(message, "
    "is_gap, number)) WITHOUT ROWID;"
    "INSERT INTO beside_messages SELECT message, 1, gap FROM gaps WHERE message IS NOT NULL UNION ALL SELECT "
    "message, 0, unlocked FROM unlocked WHERE message IS NOT NULL;"
    "CREATE TEMP TABLE loose(place TEXT, finding INTEGER, PRIMARY KEY(place, finding)) WITHOUT ROWID;"
    "INSERT INTO loose SELECT i.key_path || substr(f.path || '!', instr(f.path || '!', '!')), f.finding FROM "
    "findings f JOIN inputs i ON i.input = f.input WHERE f.message IS NULL;";

static int lay(struct case_store *store)
{
    return sqlite3_exec(store->db, beside_sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : case_fail(store, "read");
}

int case_mask_begin(struct case_store *store, const struct case_input *input)
{
    static const char sql[] = "SELECT EXISTS(SELECT 1 FROM inputs WHERE rules <> ?1 OR settings <> ?2) AND "
                              "EXISTS(SELECT 1 FROM findings)";
    sqlite3_stmt *row = case_statement(store, sql);
    if (store->is_mask_begun || !row)
        return row ? 0 : -1;
    store->is_mask_begun = true;
    case_bind_text(row, 1, input->rules);
    case_bind_text(row, 2, input->settings);
    store->is_masking = case_next(store, row) == 1 && sqlite3_column_int(row, 0);
    sqlite3_reset(row);
    return store->is_masking ? lay(store) : 0;
}

void case_use_mask(struct case_store *store, const struct mask *mask, struct arena *arena)
{
    store->mask = mask;
    store->mask_arena = arena;
}

/* A JSON array of texts, each of them masked. */
static struct slice mask_array(struct case_store *store, struct slice text)
{
    json_t *array = json_loadb((const char *)text.ptr, text.len, 0, NULL);
    if (!array)
        return text;
    size_t count = json_array_size(array);
    struct slice *texts = arena_alloc_array(store->mask_arena, count + 1, sizeof *texts);
    struct buffer out;
    for (size_t i = 0; i < count; i++) {
        const json_t *element = json_array_get(array, i);
        texts[i] = mask_text(store->mask, store->mask_arena,
                             slice_of(json_string_value(element), json_string_length(element)));
    }
    buffer_init(&out, (size_t)16 * 1024 * 1024);
    case_put_texts(&out, texts, count);
    struct slice masked = arena_copy(store->mask_arena, buffer_slice(&out));
    buffer_release(&out);
    json_decref(array);
    return masked;
}

static bool is_array(const char *column)
{
    return strcmp(column, "labels") == 0 || strcmp(column, "also") == 0 || strcmp(column, "parts") == 0;
}

static bool is_opened(const char *column)
{
    return strcmp(column, "host") == 0 || strcmp(column, "user") == 0 || strcmp(column, "account") == 0;
}

static struct slice mask_column(struct case_store *store, sqlite3_stmt *row, int column)
{
    struct slice text = case_text(row, column);
    const char *name = sqlite3_column_name(row, column);
    if (text.len == 0)
        return text;
    if (is_array(name))
        return mask_array(store, text);
    text = arena_copy(store->mask_arena, text);
    return is_opened(name) ? mask_target(store->mask, store->mask_arena, text)
                           : mask_text(store->mask, store->mask_arena, text);
}

/* The columns from 1 on of FROM's row are texts, column 0 its number. Masked, they go to TO, whose parameters are the same: where something changed. */
static int mask_row(struct case_store *store, sqlite3_stmt *from, const char *to)
{
    int columns = sqlite3_column_count(from);
    sqlite3_stmt *update = case_statement(store, to);
    bool has_changed = false;
    if (!update)
        return -1;
    for (int i = 1; i < columns; i++) {
        struct slice before = case_text(from, i), now = mask_column(store, from, i);
        has_changed |= !slice_is_equal(before, now);
        if (sqlite3_column_type(from, i) != SQLITE_NULL)
            case_bind_word(update, i + 1, now);
    }
    sqlite3_bind_int64(update, 1, sqlite3_column_int64(from, 0));
    return has_changed ? case_run(store, update) : 0;
}

/* All rows that FIND, whose parameter is bound already, gives. */
static int mask_rows(struct case_store *store, sqlite3_stmt *find, const char *to)
{
    int result = 0, got = 0;
    while (result == 0 && (got = case_next(store, find)) == 1)
        result = mask_row(store, find, to);
    sqlite3_reset(find);
    return got < 0 ? -1 : result;
}

static const char put_finding[] =
    "UPDATE findings SET why = ?2, leaf_key = ?3, path = ?4, before = ?5, after = ?6, host = ?7, user = ?8, "
    "account = ?9, also = ?10, parts = ?11 WHERE finding = ?1";

/* What is found by a message, and where it goes back. */
static const struct {
    const char *find, *put;
} tables[] = {
    { "SELECT message, sender, subject, thread FROM messages WHERE message = ?1",
      "UPDATE messages SET sender = ?2, subject = ?3, thread = ?4 WHERE message = ?1" },
    { "SELECT finding, why, leaf_key, path, before, after, host, user, account, also, parts FROM findings "
      "WHERE "
      "message = ?1",
      put_finding },
    { "SELECT copy, folder, labels, path FROM copies WHERE message = ?1",
      "UPDATE OR REPLACE copies SET folder = ?2, labels = ?3, path = ?4 WHERE copy = ?1" },
    { "SELECT person, address FROM people WHERE person IN (SELECT person FROM message_people WHERE message = "
      "?1)",
      "UPDATE OR IGNORE people SET address = ?2 WHERE person = ?1" },
    { "SELECT gap, reason, path FROM gaps WHERE gap IN (SELECT number FROM beside_messages WHERE message = "
      "?1 AND "
      "is_gap)",
      "UPDATE gaps SET reason = ?2, path = ?3 WHERE gap = ?1" },
    { "SELECT unlocked, path, place FROM unlocked WHERE unlocked IN (SELECT number FROM beside_messages "
      "WHERE "
      "message = ?1 AND NOT is_gap)",
      "UPDATE unlocked SET path = ?2, place = ?3 WHERE unlocked = ?1" },
};

int case_mask_message(struct case_store *store, int64_t message)
{
    int result = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && result == 0; i++) {
        sqlite3_stmt *find = case_statement(store, tables[i].find);
        if (!find)
            return -1;
        sqlite3_bind_int64(find, 1, message);
        result = mask_rows(store, find, tables[i].put);
    }
    return result;
}

int case_mask_loose(struct case_store *store, int64_t input, const struct finding *finding)
{
    /* The same path, or that of the same finding: a path may show something that is masked now. */
    static const char sql[] = "WITH places AS (SELECT key_path || substr(?2 || '!', instr(?2 || '!', '!')) "
                              "FROM inputs WHERE input = ?1"
                              " UNION SELECT i.key_path || substr(f.path || '!', instr(f.path || '!', '!')) "
                              "FROM findings f JOIN inputs i"
                              " ON i.input = f.input WHERE f.id = ?3 AND f.message IS NULL)"
                              " SELECT finding, why, leaf_key, path, before, after, host, user, account, "
                              "also, parts FROM findings WHERE "
                              "finding IN (SELECT finding FROM loose WHERE place IN places)";
    sqlite3_stmt *find = case_statement(store, sql);
    if (!find)
        return -1;
    sqlite3_bind_int64(find, 1, input);
    case_bind_word(find, 2, finding->path);
    case_bind_id(find, 3, &finding->id);
    return mask_rows(store, find, put_finding);
}
