/* text_end.c - the end of the text report: what was not looked at and what to do about it, the sums, the exit status in words. */
#include "report/left_out.h"
#include "report/text.h"

#define ABSENT_SHOWN 1000
#define PROMISES_SHOWN 20
#define REASONS_SHOWN 4 /* of one kind */

struct kind_words {
    const char *one, *many, *todo;
};

static const struct kind_words kind_words[GAP_KINDS] = {
    [GAP_TRUNCATED] = { "stops too early", "stop too early", "export or copy again" },
    [GAP_ENCRYPTED] = { "is encrypted", "are encrypted",
                        "give its password with --password-file (in a case: mailspill unlock), or ask the "
                        "owner for a decrypted copy" },
    [GAP_LIMIT] = { "ran into a limit", "ran into a limit",
                    "raise it with --limit NAME=VALUE and scan again" },
    [GAP_UNSUPPORTED] = { "is of a type that is not understood; only its raw bytes were read",
                          "are of a type that is not understood; only their raw bytes were read",
                          "open by hand, or convert and scan that" },
    [GAP_DAMAGED] = { "breaks its own format", "break their own format",
                      "export again, or look at it by hand" },
    [GAP_CRASHED] = { "ended the worker that read it", "ended the worker that read them",
                      "look at it by hand, and please report it: this is a bug" },
    [GAP_TIMEOUT] = { "took too long", "took too long",
                      "raise --limit item-cpu or --limit hang and scan again" },
    [GAP_UNREADABLE] = { "could not be read", "could not be read",
                         "check permissions and the disk, then scan again; of a link, scan what it points "
                         "to" },
    [GAP_MISSING] = { "is named in the export but not in it", "are named in the export but not in it",
                      "ask for a complete export" },
    [GAP_NOT_IN_EXPORT] = { "lies outside the export (a cloud link, a stub, headers only)",
                            "lie outside the export (cloud links, stubs, headers only)",
                            "fetch what is missing and scan it" },
    [GAP_PICTURE] = { "is a picture, which was not read", "are pictures, which were not read",
                      "scan again with --ocr for their text, or look at them by hand" },
};

static const char select_kind[] =
    "SELECT count(*), sum(bytes), sum(open) FROM (SELECT max(bytes) AS bytes, max(standing=0) AS open"
    " FROM gap WHERE kind=?1 GROUP BY id)";
static const char select_reasons[] = "SELECT count(*), reason, min(path) FROM (SELECT min(reason) AS reason, "
                                     "min(path) AS path FROM gap WHERE kind=?1 GROUP BY id)"
                                     " GROUP BY reason ORDER BY 1 DESC, 2";

static struct shelf *shelf_of(struct report *report)
{
    return ((struct text_state *)report->state)->shelf;
}

/* GAPS: how many there are of KIND. */
static void put_reasons(struct report *report, enum gap_kind kind, uint64_t gaps)
{
    char out[32];
    uint64_t told = 0;
    sqlite3_stmt *reason = shelf_statement(shelf_of(report), select_reasons);
    shelf_bind_number(reason, 1, kind);
    for (int i = 0; i < REASONS_SHOWN && shelf_next(shelf_of(report), reason) == 1 && !report->has_failed;
         i++) {
        uint64_t count = (uint64_t)sqlite3_column_int64(reason, 0);
        told += count;
        report_printf(report, "     %s \xC3\x97 ", text_count(count, out));
        text_put_value(report, shelf_text(reason, 1), 200);
        report_write(report, slice_str(count > 1 ? "\n         first " : "\n         "));
        text_put_value(report, shelf_text(reason, 2), 0);
        report_write(report, slice_str("\n"));
    }
    if (reason)
        sqlite3_reset(reason);
    if (gaps > told)
        report_printf(report, "     and %s more, for other reasons: -f csv has all\n",
                      text_count(gaps - told, out));
}

static void put_kind(struct report *report, enum gap_kind kind)
{
    char count[32], size[32], known[32];
    sqlite3_stmt *sums = shelf_statement(shelf_of(report), select_kind);
    shelf_bind_number(sums, 1, kind);
    if (shelf_next(shelf_of(report), sums) != 1)
        return;
    uint64_t gaps = (uint64_t)sqlite3_column_int64(sums, 0), bytes = (uint64_t)sqlite3_column_int64(sums, 1);
    uint64_t open = (uint64_t)sqlite3_column_int64(sums, 2);
    sqlite3_reset(sums);
    if (gaps == 0)
        return;
    report_write(report, slice_str("   "));
    text_put_styled(report, STYLE_YELLOW, gap_kind_name(kind));
    report_printf(report, "  %s %s", text_count(gaps, count),
                  gaps == 1 ? kind_words[kind].one : kind_words[kind].many);
    if (bytes > 0)
        report_printf(report, " (%s)", text_size(bytes, size));
    if (open < gaps)
        report_printf(report, ", %s of them known or accepted", text_count(gaps - open, known));
    report_printf(report, "\n     \xE2\x86\x92 %s\n", kind_words[kind].todo);
    put_reasons(report, kind, gaps);
}

void text_put_pictures(struct report *report, uint64_t pictures)
{
    char out[32];
    report_printf(report, "%s %s", text_count(pictures, out), pictures == 1 ? "picture" : "pictures");
    if (!report->options.is_text_of_pictures)
        report_printf(report, " (--ocr reads text in %s)", pictures == 1 ? "it" : "them");
}

void text_put_gaps(struct report *report, const struct report_summary *summary)
{
    uint64_t any = summary->gaps + summary->counts.pictures;
    if (any == 0)
        return;
    text_put_styled(report, STYLE_BOLD, "Not looked at, or not wholly");
    report_write(report, slice_str("\n"));
    for (int kind = 0; kind < GAP_KINDS; kind++)
        put_kind(report, (enum gap_kind)kind);
    report_write(report, slice_str("\n"));
}

static void put_counted(struct report *report, uint64_t count, const char *one, const char *many)
{
    char out[32];
    report_printf(report, "%s %s", text_count(count, out), count == 1 ? one : many);
}

/* What of the list of known secrets is not there. */
static void put_known(struct report *report, const struct report_known *known)
{
    char out[32], all[32], hex[2 * RECORD_ID_SIZE + 1];
    report_printf(report, "known secrets: %s of %s are there", text_count(known->found, out),
                  text_count(known->values, all));
    report_write(report, slice_str(known->absent_count > 0 ? "; these are not:\n" : "\n"));
    for (size_t i = 0; i < known->absent_count && i < ABSENT_SHOWN; i++) {
        const struct report_absent *absent = &known->absent[i];
        record_id_hex(&absent->secret_id, hex);
        report_write(report, slice_str("   "));
        text_put_value(report, absent->label, 200);
        report_printf(report, "%sline %llu, secret %.12s\n", absent->label.len > 0 ? ", " : "",
                      (unsigned long long)absent->line, hex);
    }
    if (known->absent_count > ABSENT_SHOWN)
        report_printf(report, "   and %s more (all are in the jsonl form)\n",
                      text_count(known->absent_count - ABSENT_SHOWN, out));
}

/* What the lists of exports promise. What was kept is told as a sum. */
static void put_exports(struct report *report, const struct report_exports *exports)
{
    char promised[32], found[32];
    report_printf(report, "exports: %s promised by their own lists", text_count(exports->promises, promised));
    if (exports->different > 0)
        report_printf(report, ", %s not kept", text_count(exports->different, promised));
    if (exports->unchecked > 0)
        report_printf(report, ", %s not compared", text_count(exports->unchecked, promised));
    report_write(report, slice_str("\n"));
    for (size_t i = 0, shown = 0; i < exports->count && shown < PROMISES_SHOWN; i++) {
        const struct report_promise *promise = &exports->list[i];
        if (promise->what != PROMISE_MESSAGES && promise->what != PROMISE_ITEMS)
            continue;
        shown++;
        report_write(report, slice_str("   "));
        text_put_value(report, promise->name.len ? promise->name : promise->path, 200);
        report_printf(report, ": %s %s promised, %s walked%s\n", text_count(promise->promised, promised),
                      promise_what_name(promise->what), text_count(promise->found, found),
                      promise->kept == REPORT_UNCHECKED ? " (not compared)" : "");
    }
}

/* What the exit status says. */
static const char *status_words(const struct report_summary *summary)
{
    if (summary->is_interrupted)
        return "the scan was interrupted: what is above is a part";
    switch (summary->exit_status) {
    case 0:
        if (left_out_any(summary))
            return "no finding counts in what was looked at";
        if (summary->inputs_in_case > 0 && summary->is_complete)
            return "no new finding counts, and all that was new was looked at";
        return summary->is_complete ? "no finding counts, and all was looked at"
                                    : "no finding and no gap counts";
    case 1:
        return "there are findings";
    case 4:
        return "no finding counts, but something could not be looked at";
    case 5:
        return "there are findings, and something could not be looked at";
    default:
        if (left_out_all(summary) && summary->gaps == 0)
            return "nothing was read";
        return summary->counts.bytes == 0 && summary->gaps == 0 && summary->inputs_in_case == 0
                   ? "nothing was read"
                   : "the scan could not be done, or a report could not be written";
    }
}

static bool is_of_case(const struct report *report)
{
    return report->run->command && strcmp(report->run->command, "report") == 0;
}

void text_put_false(struct report *report, const struct report_summary *summary)
{
    if (summary->findings_false == 0)
        return;
    report_write(report, slice_str("not counted, since marked false: "));
    if (summary->secrets_false > 0) {
        put_counted(report, summary->secrets_false, "secret", "secrets");
        report_write(report, slice_str(" in "));
    }
    put_counted(report, summary->findings_false, "place", "places");
    report_write(report, slice_str("\n"));
}

static void put_found(struct report *report, const struct report_summary *summary)
{
    char out[32];
    put_counted(report, summary->secrets, "secret", "secrets");
    report_write(report, slice_str(" in "));
    put_counted(report, summary->findings, "place", "places");
    if (summary->findings_counting < summary->findings && !is_of_case(report))
        report_printf(report, ", %s of them %s for the exit status",
                      text_count(summary->findings_counting, out),
                      summary->findings_counting == 1 ? "counts" : "count");
    report_write(report, slice_str("; "));
    put_counted(report, summary->gaps, "gap", "gaps");
    if (summary->counts.pictures > 0) {
        report_write(report, slice_str(" and "));
        text_put_pictures(report, summary->counts.pictures);
    }
    report_write(report, slice_str("\n"));
    text_put_false(report, summary);
}

/* `mailspill unlock` reads no input anew: what it opened is what counts. */
static void put_unlocked(struct report *report, const struct report_summary *summary)
{
    bool is_good = summary->unlocked > 0 && !summary->is_interrupted;
    if (is_good)
        put_found(report, summary);
    text_put_styled(report, is_good ? STYLE_GREEN : STYLE_RED, "exit status ");
    report_printf(report, "%d: ", summary->unlocked > 0 ? 0 : 1);
    if (summary->unlocked == 0)
        report_write(report, slice_str("nothing was opened; what is locked stays a gap"));
    else
        put_counted(report, summary->unlocked, "locked item was opened", "locked items were opened");
    report_write(report, slice_str(summary->is_interrupted ? "; it was interrupted\n" : "\n"));
}

static void put_read(struct report *report, const struct report_summary *summary)
{
    const struct counts *counts = &summary->counts;
    char out[32];
    report_write(report, slice_str("read "));
    put_counted(report, summary->inputs, "input", "inputs");
    report_printf(report, " of %s, ", text_size(counts->bytes, out));
    put_counted(report, counts->messages, "message", "messages");
    if (counts->excluded > 0)
        report_printf(report, " (%s left out)", text_count(counts->excluded, out));
    report_write(report, slice_str(", "));
    put_counted(report, counts->leaves, "leaf", "leaves");
    report_printf(report, ": %s scanned, ", text_count(counts->scanned, out));
    report_printf(report, "%s in part, ", text_count(counts->partial, out));
    report_printf(report, "%s refused", text_count(counts->refused, out));
    if (summary->unlocked > 0) {
        report_write(report, slice_str("; "));
        put_counted(report, summary->unlocked, "locked item was opened", "locked items were opened");
    }
    if (!is_of_case(report))
        report_printf(report, "; %.1f s, sandbox %s", summary->seconds,
                      report->run->sandbox ? report->run->sandbox : "unknown");
    report_write(report, slice_str("\n"));
    text_put_in_case(report, summary);
}

void text_put_in_case(struct report *report, const struct report_summary *summary)
{
    char out[32];
    if (summary->inputs_in_case == 0)
        return;
    bool is_all = summary->inputs_in_case == summary->inputs;
    report_write(report, slice_str(is_all ? "nothing new: " : "not read again: "));
    report_printf(report, "%s of ", text_count(summary->inputs_in_case, out));
    put_counted(report, summary->inputs, "input was", "inputs were");
    report_write(report, slice_str(" in the case already\n"));
}

/* How a scan ended: its status in words. */
static void put_status(struct report *report, const struct report_summary *summary)
{
    bool is_good = summary->exit_status == 0 && !summary->is_interrupted;
    bool is_zeroed = report->options.is_exit_zero && (summary->exit_status & 5) && summary->exit_status < 8;
    text_put_styled(report, is_good ? STYLE_GREEN : STYLE_RED, "exit status ");
    report_printf(report, "%d%s: %s", is_zeroed ? 0 : summary->exit_status,
                  is_zeroed ? " (by --exit-zero)" : "", status_words(summary));
    if (is_good && summary->is_complete && summary->counts.pictures > 0) {
        report_write(report, slice_str(" but "));
        text_put_pictures(report, summary->counts.pictures);
    }
    left_out_tell(report, summary, false, "; ", "");
    report_write(report, slice_str("\n"));
}

/* A case has no exit status: how far it is whole. */
static void put_state(struct report *report, const struct report_summary *summary)
{
    bool is_all = summary->is_complete && summary->counts.pictures == 0 && !left_out_any(summary);
    text_put_styled(report, is_all ? STYLE_GREEN : STYLE_RED, is_all ? "complete" : "not complete");
    report_write(report, slice_str(": "));
    if (summary->is_running)
        report_write(report, slice_str("a scan is running, and this is what it has told so far"));
    else if (summary->is_interrupted)
        report_write(report, slice_str("a scan was stopped; type it again to go on"));
    else if (!summary->is_complete)
        report_write(report, slice_str("something could not be looked at"));
    else if (is_all)
        report_write(report, slice_str("all that was given was looked at"));
    else if (summary->counts.pictures > 0)
        text_put_pictures(report, summary->counts.pictures);
    else
        report_write(report, slice_str("not all was looked at"));
    left_out_tell(report, summary, false, "; ", "");
    report_write(report, slice_str("\n"));
}

void text_put_totals(struct report *report, const struct report_summary *summary)
{
    if (report->run->command && strcmp(report->run->command, "unlock") == 0) {
        put_unlocked(report, summary);
        return;
    }
    put_found(report, summary);
    put_read(report, summary);
    if (summary->known)
        put_known(report, summary->known);
    if (summary->exports)
        put_exports(report, summary->exports);
    if (is_of_case(report))
        put_state(report, summary);
    else
        put_status(report, summary);
}
