/* case_access.c - adds an access log to a case: finds its form, and puts what fits the filter. */
#include "record/case_access.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/csv_read.h"
#include "base/file.h"
#include "base/utf8.h"
#include "record/access_parts.h"
#include "record/case_parts.h"

#define FILE_MOST ((size_t)2 * 1024 * 1024 * 1024 - 1)

/* Two forms of one log tell of each event twice: by mailbox, message or folder, time and operation, session or else address it is one. Looked up in a table
 * of its own, since the case has no index for it. */
#define EVENT_COLUMNS(level, at, owner, id, folder, session, ip)                     \
    level ", ifnull(" at ", ''), lower(ifnull(" owner ", '')), ifnull(" id ", ''), " \
          "iif(" level " = 'folder', ifnull(" folder ", ''), ''), lower(coalesce(" session ", " ip ", ''))"

static int lay_events(struct case_store *store)
{
    static const char make[] =
        "CREATE TEMP TABLE IF NOT EXISTS access_events(level, at, owner, id, folder, who, "
        "PRIMARY KEY(level, at, owner, id, folder, who)) WITHOUT ROWID";
    static const char fill[] = "INSERT OR IGNORE INTO access_events SELECT " EVENT_COLUMNS(
        "level", "at", "owner", "id", "folder", "session", "ip") " FROM access";
    return case_run(store, case_statement(store, make)) < 0 ? -1
                                                            : case_run(store, case_statement(store, fill));
}

/* 1 where the case has no such event yet, 0 where it has, -1. */
static int note_event(struct access_import *import, const struct access_record *record, const char *level,
                      struct slice id, struct slice folder)
{
    sqlite3_stmt *row =
        case_statement(import->store, "INSERT OR IGNORE INTO access_events VALUES(" EVENT_COLUMNS(
                                          "?1", "?2", "?3", "?4", "?5", "?6", "?7") ")");
    if (!row)
        return -1;
    case_bind_text(row, 1, slice_str(level));
    if (record->at != ACCESS_NO_TIME)
        case_bind_number(row, 2, record->at);
    case_bind_text(row, 3, record->owner);
    case_bind_text(row, 4, id);
    case_bind_text(row, 5, folder);
    case_bind_text(row, 6, record->session);
    case_bind_text(row, 7, record->ip);
    return case_run(import->store, row) < 0 ? -1 : sqlite3_changes(import->store->db) > 0;
}

void access_put(struct access_import *import, const struct access_record *record, const char *level,
                struct slice id, struct slice folder)
{
    static const char sql[] =
        "INSERT INTO access(log, at, until, owner, level, id, folder, ip, session, app, actor)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    sqlite3_stmt *row = case_statement(import->store, sql);
    if (!row || case_write(import->store) < 0)
        return;
    int is_new = note_event(import, record, level, id, folder);
    if (is_new <= 0) {
        import->counts->again += is_new == 0;
        return;
    }
    case_bind_number(row, 1, import->log);
    if (record->at != ACCESS_NO_TIME) {
        case_bind_number(row, 2, record->at);
        case_bind_number(row, 3, record->at + (*level == 't' ? ACCESS_THROTTLED_SECONDS : 0));
    }
    case_bind_text(row, 4, record->owner);
    case_bind_text(row, 5, slice_str(level));
    case_bind_text(row, 6, id);
    case_bind_text(row, 7, folder);
    case_bind_text(row, 8, record->ip);
    case_bind_text(row, 9, record->session);
    case_bind_text(row, 10, record->app);
    case_bind_text(row, 11, record->actor);
    case_run(import->store, row);
}

/* Without angle brackets, blanks and folding; the rest as it stands, letters too. */
struct slice access_normal_id(struct slice id, char room[ACCESS_ID_MOST])
{
    size_t len = 0;
    for (size_t i = 0; i < id.len && len < ACCESS_ID_MOST; i++)
        if (!memchr("<> \t\r\n", id.ptr[i], 6))
            room[len++] = (char)id.ptr[i];
    return slice_of(room, len);
}

static bool fits_text(const char *wanted, struct slice value)
{
    return !wanted || slice_is_equal_nocase(slice_str(wanted), value);
}

static void note_seen(struct access_seen *seen, struct slice value)
{
    value = slice_sub(value, 0, ACCESS_SEEN_LEN - 1);
    for (size_t i = 0; i < seen->count; i++)
        if (slice_is_equal(value, slice_str(seen->at[i])))
            return;
    if (value.len == 0 || slice_find_byte(value, 0, '\0') != SLICE_NONE)
        return;
    seen->has_more = seen->count == ACCESS_SEEN_MOST;
    if (!seen->has_more)
        memcpy(seen->at[seen->count++], value.ptr, value.len);
}

static bool fits_field(const struct access_import *import, enum access_field field, const char *wanted,
                       struct slice value)
{
    bool does_fit = fits_text(wanted, value);
    if (does_fit)
        import->counts->has_fit[field] = true;
    else
        note_seen(&import->counts->seen[field], value);
    return does_fit;
}

bool access_fits(const struct access_import *import, const struct access_record *record)
{
    const struct access_filter *filter = import->filter;
    import->counts->understood++;
    /* Each field is looked at, so that each is told of. */
    bool fits_ip = fits_field(import, ACCESS_IP, filter->ip, record->ip);
    bool fits_session = fits_field(import, ACCESS_SESSION, filter->session, record->session);
    bool fits_app = fits_field(import, ACCESS_APP, filter->app, record->app);
    bool is_actor = fits_text(filter->user, record->actor);
    bool fits_user = fits_field(import, ACCESS_USER, filter->user, is_actor ? record->actor : record->owner);
    if (record->at != ACCESS_NO_TIME && (record->at < filter->since || record->at >= filter->until))
        return false;
    return fits_ip && fits_session && fits_app && fits_user;
}

/* "+02:00" as seconds east of Greenwich; 0 where it is none. */
static int64_t zone_seconds(struct slice zone)
{
    uint64_t hours, minutes;
    if (zone.len < 6 || !memchr("+-", zone.ptr[0], 2) || slice_to_u64(slice_sub(zone, 1, 2), &hours) < 0 ||
        slice_to_u64(slice_sub(zone, 4, 2), &minutes) < 0)
        return 0;
    int64_t seconds = (int64_t)(hours * 3600 + minutes * 60);
    return zone.ptr[0] == '-' ? -seconds : seconds;
}

/* "2024-01-12T09:30:00Z", with a fraction or without, with a blank for the T; UTC where it says nothing else. */
int64_t access_time(struct slice text)
{
    char copy[40] = "";
    struct tm tm = { 0 };
    text = slice_trim(text);
    if (text.len < 10 || text.len >= sizeof copy)
        return ACCESS_NO_TIME;
    memcpy(copy, text.ptr, text.len);
    const char *end = strptime(copy, copy[10] == 'T' ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
    if (!end) {
        tm = (struct tm){ 0 };
        end = strptime(copy, "%m/%d/%Y %I:%M:%S %p", &tm);
    }
    if (!end)
        return ACCESS_NO_TIME;
    int64_t at = timegm(&tm);
    while (*end == '.' || (*end >= '0' && *end <= '9'))
        end++;
    return at - zone_seconds(slice_str(end));
}

/* Forms. */

/* One word with an @ in it, such as no line of a mailbox or program is for long. */
static bool is_message_id(struct slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] <= ' ' || line.ptr[i] == 0x7F)
            return false;
    return line.len < ACCESS_ID_MOST && slice_find_byte(line, 1, '@') != SLICE_NONE;
}

/* Where more lines are none than are, it is a list of something else. */
static int import_plain(struct access_import *import, struct slice text, struct error *err)
{
    struct slice line;
    char room[ACCESS_ID_MOST];
    const struct access_record record = { .at = ACCESS_NO_TIME };
    while (slice_eat_line(&text, &line)) {
        struct slice id = access_normal_id(slice_trim(line), room);
        if (id.len == 0 || id.ptr[0] == '#')
            continue;
        import->counts->records++;
        if (!is_message_id(slice_trim(line))) {
            import->counts->odd++;
            continue;
        }
        import->counts->kept++;
        import->counts->messages++;
        access_put(import, &record, "bind", id, slice_of(NULL, 0));
    }
    if (import->counts->odd <= import->counts->kept)
        return 0;
    return error_set(err, ERROR_FORMAT,
                     "'%s' is no access log: want MailItemsAccessed or Gmail log events as JSON or CSV, or a "
                     "list of Message-IDs, one a line; nothing was added (see mailspill-access(1))",
                     import->file);
}

/* The columns of Microsoft-Extractor-Suite, or those of Gmail's log events. */
static void import_row(struct access_import *import, struct csv_reader *reader)
{
    static const char *const names[][4] = {
        [0] = { "Timestamp", "Date", "CreationDate", "Time" },
        [1] = { "User", "Owner", "UserId", "Mailbox" },
        [2] = { "IPaddress", "IP address", "ClientIP", "ClientIPAddress" },
        [3] = { "SessionID", "SessionId", NULL, NULL },
        [4] = { "FolderPath", "Folder", NULL, NULL },
        [5] = { "InternetMessageId", "Message ID", "MessageId", NULL },
        [6] = { "MailAccessType", "Event", "Operation", NULL },
        [7] = { "AppId", "ClientAppId", "Client Type", NULL },
        [8] = { "Actor", "UserId", NULL, NULL },
    };
    struct slice cells[9] = { { NULL, 0 } };
    char room[ACCESS_ID_MOST];
    for (size_t i = 0; i < 9; i++)
        for (size_t k = 0; k < 4 && names[i][k] && cells[i].len == 0; k++)
            cells[i] = csv_cell(reader, csv_column(reader, names[i][k]));
    const struct access_record record = {
        access_time(cells[0]), cells[1], cells[2], cells[3], cells[7], cells[8]
    };
    bool is_sync = slice_find_nocase(cells[6], 0, slice_str("sync")) != SLICE_NONE;
    struct slice id = is_sync ? slice_of(NULL, 0) : access_normal_id(cells[5], room);
    import->counts->records++;
    if (id.len == 0 && !(is_sync && cells[4].len > 0)) {
        import->counts->odd++;
        return;
    }
    if (!access_fits(import, &record))
        return;
    import->counts->kept++;
    *(is_sync ? &import->counts->folders : &import->counts->messages) += 1;
    access_put(import, &record, is_sync ? "folder" : "bind", id, cells[4]);
}

static int import_csv(struct access_import *import, struct slice text, struct error *err)
{
    struct csv_reader reader;
    int result = csv_open(&reader, text, import->file, err);
    size_t audit = result == 0 ? csv_column(&reader, "AuditData") : SLICE_NONE;
    while (result == 0 && csv_next(&reader) == 1) {
        if (audit == SLICE_NONE)
            import_row(import, &reader);
        else if (access_import_json(import, csv_cell(&reader, audit)) < 0)
            import->counts->records++, import->counts->odd++;
    }
    csv_close(&reader);
    return result;
}

static int import_json_lines(struct access_import *import, struct slice text, struct error *err)
{
    struct slice line;
    for (unsigned number = 1; slice_eat_line(&text, &line); number++) {
        line = slice_trim(line);
        if (line.len > 0 && access_import_json(import, line) < 0)
            return error_set(err, ERROR_FORMAT, "'%s', line %u: not JSON", import->file, number);
    }
    return 0;
}

static int import_text(struct access_import *import, struct slice text, struct error *err)
{
    text = utf8_skip_mark(text);
    struct slice start = slice_trim(text), line = slice_sub(start, 0, slice_find_byte(start, 0, '\n'));
    if (slice_starts_with(start, "[") || slice_starts_with(start, "{"))
        return access_import_json(import, start) == 0 ? 0 : import_json_lines(import, start, err);
    bool is_table = slice_find_byte(line, 0, '@') == SLICE_NONE &&
                    (memchr(line.ptr ? line.ptr : (const unsigned char *)"", ',', line.len) ||
                     memchr(line.ptr ? line.ptr : (const unsigned char *)"", ';', line.len));
    return is_table ? import_csv(import, text, err) : import_plain(import, text, err);
}

/* The log's row. 1 where it is new, 0 where it was imported before, -1. */
static int begin_log(struct access_import *import, struct slice text)
{
    const struct access_filter *filter = import->filter;
    char hash[65], words[512];
    id_hex_of_bytes(text, hash);
    snprintf(words, sizeof words, "ip=%s session=%s app=%s user=%s since=%lld until=%lld",
             filter->ip ? filter->ip : "", filter->session ? filter->session : "",
             filter->app ? filter->app : "", filter->user ? filter->user : "", (long long)filter->since,
             (long long)filter->until);
    sqlite3_stmt *row = case_statement(
        import->store, "INSERT OR IGNORE INTO access_logs(path, sha256, kind, filter, at, records, kept)"
                       " VALUES(?1, ?2, 'mail access', ?3, ?4, 0, 0)");
    if (!row || case_write(import->store) < 0)
        return -1;
    case_bind_text(row, 1, slice_str(import->file));
    case_bind_text(row, 2, slice_str(hash));
    case_bind_text(row, 3, slice_str(words));
    case_bind_number(row, 4, time(NULL));
    if (case_run(import->store, row) < 0)
        return -1;
    import->log = sqlite3_last_insert_rowid(import->store->db);
    return sqlite3_changes(import->store->db) > 0;
}

static int end_log(struct access_import *import)
{
    sqlite3_stmt *row =
        case_statement(import->store, "UPDATE access_logs SET records = ?1, kept = ?2 WHERE log = ?3");
    if (!row)
        return -1;
    case_bind_number(row, 1, (int64_t)import->counts->records);
    case_bind_number(row, 2, (int64_t)import->counts->kept);
    case_bind_number(row, 3, import->log);
    return case_run(import->store, row) < 0 ? -1 : case_commit(import->store);
}

/* A folder's or throttled record counts for a custodian of that name alone: those that no custodian of the case has. */
static void find_strangers(struct access_import *import)
{
    static const char sql[] =
        "WITH c AS (SELECT lower(custodian) AS name FROM copies UNION SELECT lower(custodian) FROM places),"
        " o AS (SELECT DISTINCT lower(owner) AS owner FROM access WHERE log = ?1 AND level <> 'bind' AND "
        "owner IS NOT NULL)"
        " SELECT owner, owner IN (SELECT name FROM c) OR substr(owner, 1, instr(owner || '@', '@') - 1) IN "
        "(SELECT name FROM c) FROM o ORDER BY owner";
    struct access_counts *counts = import->counts;
    sqlite3_stmt *row = case_statement(import->store, sql);
    if (!row)
        return;
    case_bind_number(row, 1, import->log);
    while (case_next(import->store, row) == 1) {
        counts->owners++;
        if (sqlite3_column_int(row, 1))
            continue;
        counts->stranger_count++;
        note_seen(&counts->strangers, case_text(row, 0));
    }
    sqlite3_reset(row);
}

static int import_new(struct access_import *import, struct slice text, struct error *err)
{
    const struct access_counts *counts = import->counts;
    if (lay_events(import->store) < 0 || import_text(import, text, err) < 0)
        return -1;
    if (counts->records > 0 && counts->understood == 0 && counts->kept == 0)
        return error_set(err, ERROR_FORMAT,
                         "'%s': none of its %llu record%s tells what was read: nothing was added (see "
                         "mailspill-access(1) for the fields)",
                         import->file, (unsigned long long)counts->records, counts->records == 1 ? "" : "s");
    find_strangers(import);
    return end_log(import);
}

int case_import_access(struct case_store *store, const char *file, const struct access_filter *filter,
                       struct access_counts *counts, struct error *err)
{
    struct access_import import = { .store = store, .file = file, .filter = filter, .counts = counts };
    struct buffer text;
    *counts = (struct access_counts){ 0 };
    buffer_init(&text, FILE_MOST);
    int result = file_read(file, &text, err);
    if (result == 0) {
        result = begin_log(&import, buffer_slice(&text));
        counts->is_known = result == 0;
        if (result == 1)
            result = import_new(&import, buffer_slice(&text), err);
    }
    buffer_release(&text);
    if (result < 0)
        case_undo(store);
    if (case_failure(store))
        *err = *case_failure(store);
    return result < 0 || case_failure(store) ? -1 : 0;
}
