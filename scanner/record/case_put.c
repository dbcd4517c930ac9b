/* case_put.c - what a scan adds to a case: the records of a unit.
 *
 * Copies of one message, and twins of one finding in two exports of a mailbox, come in whatever order the workers are in. What stands in the row is
 * decided by the rows alone (the least text, the lowest input and path), so that any order, and any number of killed runs, ends in the same case.
 */
#include <openssl/evp.h>
#include <stdlib.h>

#include "record/case_parts.h"
#include "base/json.h"

/* Messages. */

/* EDRM message identification hash 1.0: MD5 of the Message-ID as it stands between its angle brackets, as the bytes of UTF-8. */
static bool edrm_hash(struct slice id, unsigned char hash[16])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    id = slice_trim(id);
    if (slice_starts_with(id, "<"))
        id = slice_skip(id, 1);
    if (id.len > 0 && id.ptr[id.len - 1] == '>')
        id.len--;
    if (id.len == 0 || EVP_Digest(id.ptr, id.len, digest, &len, EVP_md5(), NULL) != 1)
        return false;
    memcpy(hash, digest, 16);
    return true;
}

/* The row that was put, or stood there: RETURNING costs more than this. */
static int find_row(struct case_store *store, const char *sql, const struct record_id *id, int64_t *number)
{
    sqlite3_stmt *row = case_statement(store, sql);
    if (!row)
        return -1;
    case_bind_id(row, 1, id);
    int got = case_next(store, row);
    if (got == 1)
        *number = sqlite3_column_int64(row, 0);
    sqlite3_reset(row);
    return got == 1 ? 0 : -1;
}

/* Of two texts the least; but one in which something is masked before one in which nothing is. */
#define LEAST(column)                                                                                   \
    column " = iif((instr(" column ", '" MASK_TEXT "') > 0) <> (instr(excluded." column ", '" MASK_TEXT \
           "') > 0), iif(instr(" column ", '" MASK_TEXT "') > 0, " column ", excluded." column          \
           "), min(coalesce(" column ", excluded." column "), coalesce(excluded." column ", " column ")))"

static int put_message_row(struct case_store *store, const struct message_record *message, int64_t *number)
{
    static const char sql[] =
        "INSERT INTO messages(key, id, edrm, date, sender, subject, thread, is_thread_guessed)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(key) DO UPDATE SET"
        " date = min(coalesce(date, excluded.date), coalesce(excluded.date, date)),"
        " " LEAST("sender") ", " LEAST("subject") ", " LEAST(
            "thread") ","
                      " is_thread_guessed = min(is_thread_guessed, excluded.is_thread_guessed)";
    const struct envelope *envelope = &message->envelope;
    unsigned char edrm[16];
    sqlite3_stmt *row = case_statement(store, sql);
    if (!row)
        return -1;
    case_bind_id(row, 1, &message->key);
    case_bind_text(row, 2, envelope->id);
    if (edrm_hash(envelope->id, edrm))
        sqlite3_bind_blob(row, 3, edrm, sizeof edrm, SQLITE_STATIC);
    if (envelope->date != ENVELOPE_NO_DATE)
        case_bind_number(row, 4, envelope->date);
    case_bind_text(row, 5, envelope->from);
    case_bind_text(row, 6, envelope->subject);
    case_bind_text(row, 7, envelope->thread);
    case_bind_number(row, 8, envelope->is_thread_guessed);
    if (case_run(store, row) < 0)
        return -1;
    return find_row(store, "SELECT message FROM messages WHERE key = ?1", &message->key, number);
}

void case_put_texts(struct buffer *out, const struct slice *texts, size_t count)
{
    struct json json;
    if (count == 0)
        return;
    json_init(&json, out);
    json_put_texts(&json, NULL, texts, count);
}

static int put_copy(struct case_store *store, int64_t input, int64_t message,
                    const struct message_record *record)
{
    static const char sql[] =
        "INSERT INTO copies(message, custodian, folder, folder_role, labels, path, input, run)"
        " VALUES(?1, coalesce(?2, ''), coalesce(?3, ''), ?4, ?5, coalesce(?6, ''), ?7, ?8)"
        " ON CONFLICT(message, custodian, folder) DO UPDATE SET"
        " labels = excluded.labels, path = excluded.path, input = excluded.input"
        " WHERE excluded.input < input OR (excluded.input = input AND excluded.path < path)";
    const struct envelope *envelope = &record->envelope;
    sqlite3_stmt *row = case_statement(store, sql);
    struct buffer labels;
    if (!row)
        return -1;
    buffer_init(&labels, 64 * 1024);
    case_put_texts(&labels, envelope->labels.at, envelope->labels.count);
    case_bind_number(row, 1, message);
    case_bind_text(row, 2, envelope->custodian);
    case_bind_text(row, 3, envelope->folder);
    case_bind_text(row, 4, envelope->folder_role);
    case_bind_text(row, 5, buffer_slice(&labels));
    case_bind_text(row, 6, record->path);
    case_bind_number(row, 7, input);
    case_bind_number(row, 8, store->run);
    int result = case_run(store, row);
    buffer_release(&labels);
    return result;
}

static void note_message(struct case_store *store, int64_t number)
{
    if (store->message_count == store->message_capacity) {
        size_t capacity = store->message_capacity ? store->message_capacity * 2 : 64;
        int64_t *rows = realloc(store->messages, capacity * sizeof *rows);
        if (!rows)
            abort();
        store->messages = rows;
        store->message_capacity = capacity;
    }
    store->messages[store->message_count++] = number;
}

/* What the case holds of it already. */
static int mask_before(struct case_store *store, const struct message_record *message)
{
    static const char sql[] = "SELECT message FROM messages WHERE key = ?1";
    int64_t number;
    if (!store->is_masking || !store->mask || find_row(store, sql, &message->key, &number) < 0)
        return case_failure(store) ? -1 : 0;
    return case_mask_message(store, number);
}

int case_put_message(struct case_store *store, int64_t input, const struct message_record *message)
{
    int64_t number = 0;
    if (message->is_file || message->is_bare) {
        note_message(store, 0);
        return message->is_file ? 0 : case_seen_put_message(store, input, message);
    }
    if (case_write(store) < 0 || mask_before(store, message) < 0 ||
        put_message_row(store, message, &number) < 0)
        return -1;
    note_message(store, number);
    if (case_put_people(store, number, &message->envelope) < 0)
        return -1;
    return put_copy(store, input, number, message);
}

/* Findings and gaps. */

static void bind_message(struct case_store *store, sqlite3_stmt *row, int column, uint32_t number)
{
    if (number < store->message_count && store->messages[number] > 0)
        case_bind_number(row, column, store->messages[number]);
}

static int put_secret(struct case_store *store, const struct case_finding *put, int64_t *number)
{
    static const char sql[] =
        "INSERT INTO secrets(id, family, rule, name, category, redacted, length, rotate)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(id) DO UPDATE SET"
        " name = iif(excluded.rule < rule, excluded.name, name),"
        " category = iif(excluded.rule < rule, excluded.category, category),"
        " rotate = iif(excluded.rule < rule, excluded.rotate, rotate),"
        " rule = min(rule, excluded.rule), length = min(length, excluded.length)";
    const struct rule *rule = put->rule;
    sqlite3_stmt *row = case_statement(store, sql);
    if (!row)
        return -1;
    case_bind_id(row, 1, &put->secret_id);
    case_bind_text(row, 2, slice_str(rule->family));
    case_bind_text(row, 3, slice_str(rule->id));
    case_bind_text(row, 4, slice_str(rule->name));
    case_bind_text(row, 5, slice_str(rule->category));
    case_bind_text(row, 6, put->redacted);
    case_bind_number(
        row, 7, (int64_t)((put->secret_length + CASE_LENGTH_STEP - 1) / CASE_LENGTH_STEP * CASE_LENGTH_STEP));
    case_bind_text(row, 8, slice_str(rule->rotate));
    if (case_run(store, row) < 0)
        return -1;
    return find_row(store, "SELECT secret FROM secrets WHERE id = ?1", &put->secret_id, number);
}

bool case_has_secret(struct case_store *store, const struct record_id *secret_id)
{
    int64_t number;
    return find_row(store, "SELECT secret FROM secrets WHERE id = ?1", secret_id, &number) == 0;
}

void case_each_family(struct case_store *store, void (*tell)(void *ctx, struct slice family, uint64_t length),
                      void *ctx)
{
    sqlite3_stmt *row = case_statement(store, "SELECT DISTINCT family, length FROM secrets");
    while (case_next(store, row) == 1)
        tell(ctx, case_text(row, 0), (uint64_t)sqlite3_column_int64(row, 1));
    if (row)
        sqlite3_reset(row);
}

/* Once a run for each rule. */
static int put_rule(struct case_store *store, uint32_t index, const struct rule *rule)
{
    if (index >= store->rule_capacity) {
        size_t capacity = ((size_t)index + 1024) / 1024 * 1024;
        unsigned char *told = realloc(store->is_rule_told, capacity);
        if (!told)
            abort();
        memset(told + store->rule_capacity, 0, capacity - store->rule_capacity);
        store->is_rule_told = told;
        store->rule_capacity = capacity;
    }
    if (store->is_rule_told[index])
        return 0;
    sqlite3_stmt *row = case_statement(store, "REPLACE INTO rules VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    if (!row)
        return -1;
    store->is_rule_told[index] = 1;
    case_bind_text(row, 1, slice_str(rule->id));
    case_bind_text(row, 2, slice_str(rule->family));
    case_bind_text(row, 3, slice_str(rule->name));
    case_bind_text(row, 4, slice_str(rule->category));
    case_bind_number(row, 5, rule->severity);
    case_bind_text(row, 6, slice_str(rule->service));
    case_bind_text(row, 7, slice_str(rule->rotate));
    case_bind_text(row, 8, slice_str(rule->reference));
    return case_run(store, row);
}

static void bind_place(sqlite3_stmt *row, const struct finding *finding)
{
    case_bind_text(row, 8, finding->leaf_key);
    case_bind_text(row, 9, finding->path);
    case_bind_text(row, 10, slice_str(view_name(finding->view)));
    case_bind_number(row, 11, (int64_t)finding->line);
    case_bind_number(row, 12, (int64_t)finding->column);
    case_bind_number(row, 13, (int64_t)finding->offset);
    case_bind_text(row, 14, finding->before);
    case_bind_text(row, 15, finding->after);
    case_bind_number(row, 16, finding->is_quoted);
}

static void bind_opens(sqlite3_stmt *row, const struct opens *opens)
{
    case_bind_text(row, 17, slice_str(opens->service));
    case_bind_text(row, 18, slice_str(opens->host));
    case_bind_text(row, 19, slice_str(opens->user));
    case_bind_text(row, 20, slice_str(opens->account));
    case_bind_text(row, 21, slice_str(opens->expires));
}

static const char finding_sql[] =
    "INSERT INTO findings(id, secret, message, rule, severity, verdict, why, leaf_key, path, view, line, "
    "col, offset,"
    " before, after, is_quoted, service, host, user, account, expires, also, also_rules, custodian, input, "
    "run, parts)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, coalesce(?7, ''), coalesce(?8, ''), coalesce(?9, ''), ?10, ?11, ?12, "
    "?13, ?14, ?15, ?16, ?17, ?18, ?19,"
    " ?20, ?21, ?22, ?23, coalesce(?24, ''), ?25, ?26, ?27)"
    " ON CONFLICT(id, secret, custodian) DO UPDATE SET message = excluded.message, rule = excluded.rule,"
    " severity = excluded.severity, verdict = excluded.verdict, why = excluded.why, leaf_key = "
    "excluded.leaf_key,"
    " path = excluded.path, view = excluded.view, line = excluded.line, col = excluded.col, offset = "
    "excluded.offset,"
    " before = excluded.before, after = excluded.after, is_quoted = excluded.is_quoted, service = "
    "excluded.service,"
    " host = excluded.host, user = excluded.user, account = excluded.account, expires = excluded.expires,"
    " also = excluded.also, also_rules = excluded.also_rules, input = excluded.input, parts = excluded.parts"
    " WHERE excluded.input < input OR (excluded.input = input AND excluded.path < path)";

int case_put_finding(struct case_store *store, int64_t input, const struct case_finding *put)
{
    const struct finding *finding = put->finding;
    struct buffer also, also_rules, parts;
    int64_t secret = 0;
    bool is_loose = finding->message >= store->message_count || store->messages[finding->message] == 0;
    if (case_write(store) < 0 ||
        (is_loose && store->is_masking && store->mask && case_mask_loose(store, input, finding) < 0))
        return -1;
    if (put_secret(store, put, &secret) < 0 || put_rule(store, finding->rule, put->rule) < 0)
        return -1;
    sqlite3_stmt *row = case_statement(store, finding_sql);
    if (!row)
        return -1;
    buffer_init(&also, 1024 * 1024);
    buffer_init(&also_rules, 64 * 1024);
    buffer_init(&parts, 1024 * 1024);
    case_put_parts(&parts, finding);
    case_put_texts(&also, finding->also, finding->also_count);
    case_put_texts(&also_rules, finding->also_rules, finding->also_rule_count);
    case_bind_id(row, 1, &finding->id);
    case_bind_number(row, 2, secret);
    bind_message(store, row, 3, finding->message);
    case_bind_text(row, 4, slice_str(put->rule->id));
    case_bind_number(row, 5, put->severity);
    case_bind_number(row, 6, finding->verdict);
    case_bind_text(row, 7, finding->why);
    bind_place(row, finding);
    bind_opens(row, &finding->opens);
    case_bind_text(row, 22, buffer_slice(&also));
    case_bind_text(row, 23, buffer_slice(&also_rules));
    case_bind_text(row, 24, put->custodian);
    case_bind_number(row, 25, input);
    case_bind_number(row, 26, store->run);
    case_bind_text(row, 27, buffer_slice(&parts));
    int result = case_run(store, row);
    buffer_release(&parts);
    buffer_release(&also);
    buffer_release(&also_rules);
    return result;
}

int case_put_gap(struct case_store *store, int64_t input, const struct gap_record *record)
{
    static const char sql[] =
        "INSERT INTO gaps(id, kind, stands_for, reason, bytes, limit_name, path, custodian, message, input, "
        "run)"
        " VALUES(?1, ?2, ?3, coalesce(?4, ''), ?5, ?6, coalesce(?7, ''), coalesce(?8, ''), ?9, ?10, ?11)"
        " ON CONFLICT(id, custodian) DO UPDATE SET path = excluded.path, message = excluded.message, input = "
        "excluded.input"
        " WHERE excluded.input < input OR (excluded.input = input AND excluded.path < path)";
    const struct gap *gap = &record->gap;
    sqlite3_stmt *row = case_statement(store, sql);
    if (!row || case_write(store) < 0)
        return -1;
    case_bind_id(row, 1, &record->id);
    case_bind_text(row, 2, slice_str(gap_kind_name(gap->kind)));
    case_bind_text(row, 3, slice_str(gap_stands_for_name(gap->stands_for)));
    case_bind_text(row, 4, gap->reason);
    if (gap->bytes != GAP_BYTES_UNKNOWN)
        case_bind_number(row, 5, (int64_t)gap->bytes);
    case_bind_text(row, 6, slice_str(gap->limit));
    case_bind_text(row, 7, record->path);
    case_bind_text(row, 8, record->custodian);
    bind_message(store, row, 9, record->message);
    if (input)
        case_bind_number(row, 10, input);
    case_bind_number(row, 11, store->run);
    if (case_run(store, row) < 0)
        return -1;
    if (case_reread_gap(store, input, record) < 0)
        return -1;
    return store->has_dropped ? case_keep_first_run(store, record) : 0;
}
