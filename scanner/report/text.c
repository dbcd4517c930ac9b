/* text.c - the report for a person: held to the end, then grouped by secret in the order to rotate them. */
#include "report/text.h"

#include <stdio.h>

#include "base/utf8.h"
#include "base/json.h"
#include "report/records.h"

#define PEOPLE_MAX 4 /* recipients named; the others are counted */

static const char schema[] =
    "CREATE TABLE secret(id BLOB PRIMARY KEY, place INT, severity INT, verdict INT, rule INT, places INT, "
    "counting INT,"
    " redacted, why, service, host, user, account, expires) WITHOUT ROWID;"
    "CREATE TABLE place(secret BLOB, date INT, path, line INT, col INT, context, sender, people, subject,"
    " folder, custodian, message, standing INT, reason, quoted INT, twins INT, finding BLOB, parts);"
    "CREATE INDEX place_order ON place(secret, date, path, line, col);"
    "CREATE TABLE gap(kind INT, standing INT, reason, path, bytes INT, id BLOB);"
    "CREATE INDEX gap_order ON gap(kind, id);";

static const char insert_secret[] =
    "INSERT INTO secret VALUES(?1,NULL,?2,?3,?4,1,?5,?6,?7,?8,?9,?10,?11,?12) ON CONFLICT(id) DO UPDATE SET"
    " places=places+1, counting=counting+?5,"
    " rule=CASE WHEN (?2,?3,-?4)>(severity,verdict,-rule) THEN ?4 ELSE rule END,"
    " why=CASE WHEN (?2,?3,-?4)>(severity,verdict,-rule) THEN ?7 ELSE why END,"
    " severity=max(severity,?2), verdict=CASE WHEN ?2>severity THEN ?3 WHEN ?2=severity THEN max(verdict,?3)"
    " ELSE verdict END, service=coalesce(service,?8), host=coalesce(host,?9), user=coalesce(user,?10),"
    " account=coalesce(account,?11), expires=coalesce(expires,?12)";
static const char insert_place[] =
    "INSERT INTO place VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)";
static const char insert_gap[] = "INSERT INTO gap VALUES(?1,?2,?3,?4,?5,?6)";

/* Printing. */

void text_put_styled(struct report *report, enum text_style style, const char *text)
{
    static const char *const codes[] = { "1", "2", "1;31", "33", "32", "36" };
    if (report->options.color == REPORT_COLORED)
        report_printf(report, "\x1b[%sm%s\x1b[0m", codes[style], text);
    else
        report_write(report, slice_str(text));
}

static bool is_blank(uint32_t code)
{
    return code == ' ' || (code >= 9 && code <= 13);
}

static void put_squeezed(struct buffer *out, struct slice value, size_t max)
{
    bool was_blank = true;
    value = slice_trim(value);
    for (size_t count = 0; value.len > 0; count++) {
        struct slice before = value;
        uint32_t code;
        if (max > 0 && count == max) {
            buffer_put_str(out, "\xE2\x80\xA6");
            return;
        }
        utf8_eat(&value, &code);
        if (!is_blank(code))
            utf8_put_escaped(out, slice_sub(before, 0, before.len - value.len));
        else if (!was_blank)
            buffer_put_byte(out, ' ');
        was_blank = is_blank(code);
    }
}

void text_put_value(struct report *report, struct slice value, size_t max)
{
    struct buffer out;
    buffer_init(&out, (size_t)8 * 1024 * 1024);
    put_squeezed(&out, value, max);
    report_write(report, buffer_slice(&out));
    buffer_release(&out);
}

const char *text_count(uint64_t number, char out[32])
{
    char digits[24];
    size_t len = (size_t)snprintf(digits, sizeof digits, "%llu", (unsigned long long)number), at = 0;
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return out;
}

const char *text_size(uint64_t bytes, char out[32])
{
    static const char *const units[] = { "KB", "MB", "GB", "TB", "PB", "EB" };
    size_t unit = 0;
    if (bytes < 1000) {
        snprintf(out, 32, "%llu bytes", (unsigned long long)bytes);
        return out;
    }
    uint64_t tenths = bytes / 100;
    for (; tenths >= 10000 && unit + 1 < sizeof units / sizeof *units; unit++)
        tenths /= 1000;
    snprintf(out, 32, "%llu.%llu %s", (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10),
             units[unit]);
    return out;
}

/* Holding back. */

static struct text_state *text_state(struct report *report)
{
    return report->state;
}

static int text_begin(struct report *report, const struct report_run *run)
{
    struct error err;
    (void)run;
    struct text_state *state = calloc(1, sizeof *state);
    if (!state)
        abort();
    report->state = state;
    state->revealed = revealed_new();
    state->shelf = shelf_new(report->options.spool_dir, schema, &err);
    if (state->shelf)
        return told_begin(&state->told, report);
    report_fail(report, &err);
    return -1;
}

static void hold_secret(struct shelf *shelf, const struct report_finding *reported)
{
    const struct finding *finding = reported->finding;
    const struct opens *opens = &finding->opens;
    sqlite3_stmt *insert = shelf_statement(shelf, insert_secret);
    shelf_bind_text(insert, 1, slice_of(reported->secret_id.bytes, RECORD_ID_SIZE));
    shelf_bind_number(insert, 2, finding->severity);
    shelf_bind_number(insert, 3, finding->verdict);
    shelf_bind_number(insert, 4, finding->rule);
    shelf_bind_number(insert, 5, reported->standing == REPORT_COUNTS);
    shelf_bind_text(insert, 6, reported->redacted);
    shelf_bind_text(insert, 7, finding->why);
    shelf_bind_text(insert, 8, slice_str(opens->service[0] ? opens->service : reported->rule->service));
    shelf_bind_text(insert, 9, slice_str(opens->host));
    shelf_bind_text(insert, 10, slice_str(opens->user));
    shelf_bind_text(insert, 11, slice_str(opens->account));
    shelf_bind_text(insert, 12, slice_str(opens->expires));
    shelf_run(shelf, insert);
}

/* "bob@y, carol@z +2": those to whom it went. */
static void put_people(struct buffer *out, const struct envelope *envelope)
{
    const struct address_list *lists[] = { &envelope->to, &envelope->cc, &envelope->bcc };
    size_t count = 0;
    for (size_t l = 0; l < 3; l++)
        for (size_t i = 0; i < lists[l]->count; i++) {
            if (++count > PEOPLE_MAX)
                continue;
            buffer_put_str(out, count > 1 ? ", " : "");
            buffer_put(out, lists[l]->at[i]);
        }
    if (count > PEOPLE_MAX)
        buffer_printf(out, " +%zu", count - PEOPLE_MAX);
}

static void bind_message(sqlite3_stmt *insert, const struct envelope *envelope, struct buffer *people)
{
    put_people(people, envelope);
    shelf_bind_text(insert, 7, envelope->from);
    shelf_bind_text(insert, 8, buffer_slice(people));
    shelf_bind_text(insert, 9, envelope->subject);
    shelf_bind_text(insert, 10, envelope->folder);
    shelf_bind_text(insert, 11, envelope->custodian);
    shelf_bind_text(insert, 12, envelope->id);
}

static void hold_place(struct report *report, const struct report_finding *reported)
{
    const struct finding *finding = reported->finding;
    struct shelf *shelf = text_state(report)->shelf;
    sqlite3_stmt *insert = shelf_statement(shelf, insert_place);
    struct buffer context, people, parts;
    int64_t date = reported->message ? reported->message->envelope.date : ENVELOPE_NO_DATE;
    buffer_init(&context, (size_t)1024 * 1024);
    buffer_init(&people, (size_t)1024 * 1024);
    buffer_init(&parts, (size_t)1024 * 1024);
    records_put_parts(&parts, finding);
    if (report->options.context > 0)
        records_put_context(&context, &report->options, finding);
    shelf_bind_text(insert, 1, slice_of(reported->secret_id.bytes, RECORD_ID_SIZE));
    shelf_bind_number(insert, 2, date == ENVELOPE_NO_DATE ? INT64_MAX : date);
    shelf_bind_text(insert, 3, finding->path);
    shelf_bind_number(insert, 4, (int64_t)finding->line);
    shelf_bind_number(insert, 5, (int64_t)finding->column);
    shelf_bind_text(insert, 6, buffer_slice(&context));
    if (reported->message)
        bind_message(insert, &reported->message->envelope, &people);
    shelf_bind_number(insert, 13, reported->standing);
    shelf_bind_text(insert, 14, reported->standing_reason);
    shelf_bind_number(insert, 15, finding->is_quoted);
    shelf_bind_number(insert, 16, (int64_t)finding->also_count);
    shelf_bind_text(insert, 17, slice_of(finding->id.bytes, RECORD_ID_SIZE));
    shelf_bind_text(insert, 18, buffer_slice(&parts));
    shelf_run(shelf, insert);
    buffer_release(&parts);
    buffer_release(&context);
    buffer_release(&people);
}

static void fail_as_shelf(struct report *report)
{
    const struct error *failure = shelf_failure(text_state(report)->shelf);
    if (failure)
        report_fail(report, failure);
}

static void text_finding(struct report *report, const struct report_finding *finding)
{
    hold_secret(text_state(report)->shelf, finding);
    hold_place(report, finding);
    told_finding(&text_state(report)->told, report, finding);
    revealed_add(text_state(report)->revealed, &finding->secret_id, finding->finding->secret);
    fail_as_shelf(report);
}

static void text_gap(struct report *report, const struct report_gap *reported)
{
    const struct gap_record *gap = reported->gap;
    struct shelf *shelf = text_state(report)->shelf;
    sqlite3_stmt *insert = shelf_statement(shelf, insert_gap);
    bool is_known = gap->gap.bytes < INT64_MAX;
    shelf_bind_number(insert, 1, gap->gap.kind);
    shelf_bind_number(insert, 2, reported->standing);
    shelf_bind_text(insert, 3, gap->gap.reason);
    shelf_bind_text(insert, 4, gap->path);
    shelf_bind_number(insert, 5, is_known ? (int64_t)gap->gap.bytes : 0);
    shelf_bind_text(insert, 6, slice_of(gap->id.bytes, RECORD_ID_SIZE));
    shelf_run(shelf, insert);
    fail_as_shelf(report);
}

/* Each secret gets its place in the list `rotation`. What was marked false in a case stands in none. */
static int put_in_order(struct report *report)
{
    struct told *told = &text_state(report)->told;
    struct shelf *shelf = text_state(report)->shelf;
    struct error err;
    if (told_end(told, report) < 0)
        return -1;
    if (lists_lay(told->lists, &list_rotation, &err) < 0) {
        report_fail(report, &err);
        return -1;
    }
    sqlite3_stmt *row = case_statement(told->store, list_rotation.sql);
    while (case_next(told->store, row) == 1) {
        sqlite3_stmt *update = shelf_statement(shelf, "UPDATE secret SET place=?1 WHERE id=?2");
        shelf_bind_number(update, 1, sqlite3_column_int64(row, 0));
        shelf_bind_text(update, 2, case_text(row, 1));
        shelf_run(shelf, update);
    }
    if (row)
        sqlite3_reset(row);
    return 0;
}

static void text_end(struct report *report, const struct report_summary *summary)
{
    if (put_in_order(report) < 0)
        return;
    text_put_secrets(report);
    text_put_gaps(report, summary);
    text_put_totals(report, summary);
    fail_as_shelf(report);
}

static void text_release(struct report *report)
{
    struct text_state *state = text_state(report);
    if (!state)
        return;
    shelf_free(state->shelf);
    told_release(&state->told);
    revealed_free(state->revealed);
    free(state);
}

const struct reporter reporter_text = {
    .name = "text",
    .title = "for a person: by secret, in the order to rotate them",
    .begin = text_begin,
    .finding = text_finding,
    .gap = text_gap,
    .end = text_end,
    .release = text_release,
};
