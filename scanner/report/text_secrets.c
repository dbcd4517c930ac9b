/* text_secrets.c - the text report's secrets, in the order to rotate them, each with the places it stands in. */
#include <stdio.h>

#include "base/json.h"
#include "report/text.h"

#define PLACES_SHOWN 6   /* of one secret */
#define SUBJECT_SHOWN 90 /* characters */

static const char select_secrets[] =
    "SELECT id, severity, verdict, rule, places, counting, redacted, why, service, host, user, account,"
    " expires FROM secret ORDER BY place IS NULL, place, id";
static const char select_places[] =
    "SELECT date, path, line, col, context, sender, people, subject, folder, custodian, standing, reason,"
    " quoted, twins, finding, "
    "coalesce(message,'')||'/'||coalesce(custodian,'')||'/'||coalesce(folder,'')||'/'||"
    "date, parts FROM place WHERE secret=?1 ORDER BY date, path, line, col LIMIT 6";
static const char count_messages[] =
    "SELECT count(DISTINCT message), count(DISTINCT custodian) FROM place WHERE secret=?1";

static struct shelf *shelf_of(struct report *report)
{
    return ((struct text_state *)report->state)->shelf;
}

/* One line that is a label and a value. */
static void put_label(struct report *report, const char *label)
{
    report_write(report, slice_str("   "));
    text_put_styled(report, STYLE_FAINT, label);
    report_write(report, slice_str(" "));
}

static void put_detail(struct report *report, bool *is_first, const char *word, struct slice value)
{
    if (value.len == 0)
        return;
    if (*is_first)
        put_label(report, "opens ");
    else
        report_write(report, slice_str(" \xC2\xB7 "));
    report_write(report, slice_str(word));
    text_put_value(report, value, SUBJECT_SHOWN);
    *is_first = false;
}

static void put_opens(struct report *report, sqlite3_stmt *secret)
{
    bool is_first = true;
    put_detail(report, &is_first, "", shelf_text(secret, 8));
    put_detail(report, &is_first, "host ", shelf_text(secret, 9));
    put_detail(report, &is_first, "user ", shelf_text(secret, 10));
    put_detail(report, &is_first, "account ", shelf_text(secret, 11));
    put_detail(report, &is_first, "expires ", shelf_text(secret, 12));
    if (!is_first)
        report_write(report, slice_str("\n"));
}

static enum text_style style_of(int64_t severity)
{
    if (severity >= SEVERITY_HIGH)
        return STYLE_RED;
    return severity == SEVERITY_MEDIUM ? STYLE_YELLOW : STYLE_CYAN;
}

static void put_heading(struct report *report, sqlite3_stmt *secret, const struct rule *rule, uint64_t number)
{
    int64_t severity = sqlite3_column_int64(secret, 1);
    report_printf(report, "%llu. ", (unsigned long long)number);
    text_put_styled(report, style_of(severity), severity_name((enum severity)severity));
    report_write(report, slice_str("  "));
    text_put_styled(report, STYLE_BOLD, rule->name ? rule->name : rule->id);
    report_write(report, slice_str("  "));
    text_put_value(report, shelf_text(secret, 6), 0);
    report_write(report, slice_str("\n"));
    put_label(report, "why   ");
    report_printf(report, "%s", verdict_name((enum verdict)sqlite3_column_int64(secret, 2)));
    if (shelf_text(secret, 7).len > 0) {
        report_write(report, slice_str(": "));
        text_put_value(report, shelf_text(secret, 7), 0);
    }
    report_write(report, slice_str("\n"));
}

static void put_value_lines(struct report *report, struct slice value)
{
    struct slice line;
    put_label(report, "value ");
    for (bool is_first = true; slice_eat_line(&value, &line); is_first = false) {
        report_write(report, slice_str(is_first ? "" : "          "));
        text_put_value(report, slice_chomp(line), 0);
        report_write(report, slice_str("\n"));
    }
}

static void put_standing(struct report *report, sqlite3_stmt *place)
{
    static const char *const words[] = { "", "in the baseline", "ignored", "accepted" };
    int64_t standing = sqlite3_column_int64(place, 10);
    if (standing <= REPORT_COUNTS || standing > REPORT_ACCEPTED)
        return;
    report_printf(report, "  [%s", words[standing]);
    if (shelf_text(place, 11).len > 0) {
        report_write(report, slice_str(": "));
        text_put_value(report, shelf_text(place, 11), SUBJECT_SHOWN);
    }
    report_write(report, slice_str("]"));
}

static void put_message(struct report *report, sqlite3_stmt *place)
{
    char date[24] = "no date   ";
    struct slice sender = shelf_text(place, 5), people = shelf_text(place, 6), subject = shelf_text(place, 7);
    if (sender.len == 0 && people.len == 0 && subject.len == 0)
        return;
    if (json_time(sqlite3_column_int64(place, 0), date) == 0)
        snprintf(date + 10, sizeof date - 10, " %.5s",
                 (char[6]){ date[11], date[12], date[13], date[14], date[15] });
    report_printf(report, "   %s  ", date);
    text_put_value(report, sender.len ? sender : slice_str("(no sender)"), SUBJECT_SHOWN);
    report_write(report, slice_str(" \xE2\x86\x92 "));
    text_put_value(report, people.len ? people : slice_str("(nobody named)"), 4 * SUBJECT_SHOWN);
    report_write(report, slice_str("\n   \xE2\x80\x9C"));
    text_put_value(report, subject, SUBJECT_SHOWN);
    report_write(report, slice_str("\xE2\x80\x9D"));
    if (shelf_text(place, 8).len > 0) {
        report_write(report, slice_str("  in "));
        text_put_value(report, shelf_text(place, 8), SUBJECT_SHOWN);
    }
    if (shelf_text(place, 9).len > 0) {
        report_write(report, slice_str("  of "));
        text_put_value(report, shelf_text(place, 9), SUBJECT_SHOWN);
    }
    report_write(report, slice_str("\n"));
}

static void put_context(struct report *report, struct slice context)
{
    if (context.len == 0)
        return;
    report_write(report, slice_str("   "));
    text_put_styled(report, STYLE_FAINT, "\xE2\x94\x82 ");
    text_put_value(report, context, 0);
    report_write(report, slice_str("\n"));
}

static void put_position(struct report *report, sqlite3_stmt *place)
{
    char id[13] = "";
    struct slice finding = shelf_text(place, 14);
    for (size_t i = 0; i < 6 && i < finding.len; i++)
        snprintf(id + 2 * i, 3, "%02x", finding.ptr[i]);
    report_write(report, slice_str("   "));
    text_put_value(report, shelf_text(place, 1), 0);
    report_printf(report, ":%lld:%lld  ", (long long)sqlite3_column_int64(place, 2),
                  (long long)sqlite3_column_int64(place, 3));
    text_put_styled(report, STYLE_FAINT, id);
    if (sqlite3_column_int64(place, 12))
        report_write(report, slice_str("  quoted from an earlier message"));
    if (sqlite3_column_int64(place, 13))
        report_write(report, slice_str("  (also in another form of this text)"));
    put_standing(report, place);
    report_write(report, slice_str("\n"));
    if (shelf_text(place, 16).len > 0) {
        report_write(report, slice_str("     with "));
        text_put_value(report, shelf_text(place, 16), 0);
        report_write(report, slice_str("\n"));
    }
}

/* "where  3 places in 2 messages of 1 mailbox" */
static void put_sums(struct report *report, struct slice id, uint64_t places)
{
    char out[32];
    sqlite3_stmt *count = shelf_statement(shelf_of(report), count_messages);
    shelf_bind_text(count, 1, id);
    int64_t messages = 0;
    if (shelf_next(shelf_of(report), count) == 1)
        messages = sqlite3_column_int64(count, 0);
    put_label(report, "where ");
    report_printf(report, "%s place%s", text_count(places, out), places == 1 ? "" : "s");
    if (messages > 0)
        report_printf(report, " in %s message%s", text_count((uint64_t)messages, out),
                      messages == 1 ? "" : "s");
    report_write(report, slice_str(places > 1 ? ", the earliest first\n" : "\n"));
    if (count)
        sqlite3_reset(count);
}

/* Is PLACE in the message of the place before? MESSAGE holds that one's name, and then this one's. */
static bool is_same_message(struct buffer *message, sqlite3_stmt *place)
{
    struct slice name = shelf_text(place, 15);
    bool is_same = message->len > 0 && slice_is_equal(buffer_slice(message), name);
    buffer_clear(message);
    buffer_put(message, name);
    return is_same;
}

static void put_places(struct report *report, struct slice id, uint64_t places)
{
    char out[32];
    struct buffer message;
    sqlite3_stmt *place = shelf_statement(shelf_of(report), select_places);
    buffer_init(&message, (size_t)64 * 1024);
    shelf_bind_text(place, 1, id);
    for (bool is_first = true; shelf_next(shelf_of(report), place) == 1 && !report->has_failed;
         is_first = false) {
        if (!is_same_message(&message, place)) {
            report_write(report, slice_str("\n"));
            put_message(report, place);
        }
        if (is_first)
            put_context(report, shelf_text(place, 4));
        put_position(report, place);
    }
    buffer_release(&message);
    if (places > PLACES_SHOWN)
        report_printf(report, "\n   \xE2\x80\xA6 and %s more places: see --format jsonl or csv\n",
                      text_count(places - PLACES_SHOWN, out));
}

static void put_secret(struct report *report, sqlite3_stmt *secret, uint64_t number)
{
    const struct ruleset *set = report->run->ruleset;
    const struct rule *rule = &set->rules[sqlite3_column_int64(secret, 3)];
    uint64_t places = (uint64_t)sqlite3_column_int64(secret, 4);
    struct record_id id = { 0 };
    struct slice bytes = shelf_text(secret, 0);
    if (bytes.len == sizeof id.bytes)
        memcpy(id.bytes, bytes.ptr, sizeof id.bytes);
    put_heading(report, secret, rule, number);
    struct slice value = revealed_find(((struct text_state *)report->state)->revealed, &id);
    if (value.len > 0)
        put_value_lines(report, value);
    put_opens(report, secret);
    if (rule->rotate) {
        put_label(report, "rotate");
        text_put_value(report, slice_str(rule->rotate), 0);
        report_write(report, slice_str("\n"));
    }
    put_sums(report, slice_of(id.bytes, sizeof id.bytes), places);
    put_places(report, slice_of(id.bytes, sizeof id.bytes), places);
    report_write(report, slice_str("\n"));
}

void text_put_secrets(struct report *report)
{
    sqlite3_stmt *secret = shelf_statement(shelf_of(report), select_secrets);
    uint64_t number = 0;
    while (shelf_next(shelf_of(report), secret) == 1 && !report->has_failed)
        put_secret(report, secret, ++number);
}
