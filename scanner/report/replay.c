/* replay.c - a case told again to reports. */
#include "report/replay.h"

#include <jansson.h>
#include <stdlib.h>

#include "match/rule.h"

struct replay {
    struct case_store *store;
    struct ruleset *rules;
    struct arena *arena; /* of the row at hand */
    struct arena_mark empty;
};

const struct ruleset *replay_rules(const struct replay *replay)
{
    return replay->rules;
}

/* Rules. */

static int64_t number_of(struct case_store *store, const char *sql)
{
    sqlite3_stmt *row = case_statement(store, sql);
    int64_t number = case_next(store, row) == 1 ? sqlite3_column_int64(row, 0) : 0;
    if (row)
        sqlite3_reset(row);
    return number;
}

static const char *kept(struct arena *arena, sqlite3_stmt *row, int column)
{
    struct slice text = case_text(row, column);
    return text.len > 0 ? arena_string(arena, text) : NULL;
}

static int load_rules(struct replay *replay)
{
    struct case_store *store = replay->store;
    struct ruleset *set = replay->rules;
    size_t count = (size_t)number_of(store, "SELECT count(*) FROM rules");
    sqlite3_stmt *row = case_statement(
        store,
        "SELECT rule, family, name, category, severity, service, rotate, reference FROM rules ORDER BY rule");
    set->rules = arena_alloc_array(set->arena, count + 1, sizeof *set->rules);
    while (set->count < count && case_next(store, row) == 1) {
        struct rule *rule = &set->rules[set->count++];
        *rule = (struct rule){ .id = kept(set->arena, row, 0),
                               .family = kept(set->arena, row, 1),
                               .name = kept(set->arena, row, 2),
                               .category = kept(set->arena, row, 3),
                               .severity = (enum severity)(sqlite3_column_int(row, 4) % SEVERITIES),
                               .service = kept(set->arena, row, 5),
                               .rotate = kept(set->arena, row, 6),
                               .reference = kept(set->arena, row, 7) };
    }
    if (row)
        sqlite3_reset(row);
    return case_failure(store) ? -1 : 0;
}

struct replay *replay_new(struct case_store *store, struct error *err)
{
    struct replay *replay = calloc(1, sizeof *replay);
    if (!replay)
        abort();
    replay->store = store;
    replay->rules = ruleset_new();
    replay->arena = arena_new(0);
    replay->empty = arena_mark(replay->arena);
    if (load_rules(replay) < 0) {
        if (err)
            *err = *case_failure(store);
        replay_free(replay);
        return NULL;
    }
    return replay;
}

void replay_free(struct replay *replay)
{
    if (!replay)
        return;
    ruleset_free(replay->rules);
    arena_free(replay->arena);
    free(replay);
}

/* Rows. */

static struct slice text_of(struct replay *replay, sqlite3_stmt *row, int column)
{
    return arena_copy(replay->arena, case_text(row, column));
}

/* A JSON array of strings. */
static struct slice *list_of(struct replay *replay, sqlite3_stmt *row, int column, size_t *count)
{
    struct slice text = case_text(row, column);
    json_t *array = text.len ? json_loadb((const char *)text.ptr, text.len, 0, NULL) : NULL;
    struct slice *list = arena_alloc_array(replay->arena, json_array_size(array) + 1, sizeof *list);
    *count = json_array_size(array);
    for (size_t i = 0; i < *count; i++) {
        json_t *element = json_array_get(array, i);
        list[i] =
            arena_copy(replay->arena, slice_of(json_string_value(element), json_string_length(element)));
    }
    json_decref(array);
    return list;
}

static void get_fixed(sqlite3_stmt *row, int column, char *out, size_t size)
{
    struct slice text = slice_sub(case_text(row, column), 0, size - 1);
    if (text.len > 0)
        memcpy(out, text.ptr, text.len);
}

static enum view view_named(struct slice name)
{
    for (enum view view = 0; view < VIEWS; view++)
        if (slice_is_equal(name, slice_str(view_name(view))))
            return view;
    return VIEW_TEXT;
}

/* Who a message concerns. */
static void get_people(struct replay *replay, int64_t message, struct envelope *envelope)
{
    static const char sql[] = "SELECT role, address FROM message_people JOIN people USING(person)"
                              " WHERE message = ?1 ORDER BY role, address";
    const struct {
        const char *role;
        struct address_list *list;
    } roles[] = { { "to", &envelope->to }, { "cc", &envelope->cc }, { "bcc", &envelope->bcc } };
    for (size_t r = 0; r < sizeof roles / sizeof *roles; r++) {
        sqlite3_stmt *row = case_statement(replay->store, sql);
        size_t room = 0;
        if (!row)
            return;
        sqlite3_bind_int64(row, 1, message);
        while (case_next(replay->store, row) == 1)
            room += slice_is_equal(case_text(row, 0), slice_str(roles[r].role));
        roles[r].list->at = arena_alloc_array(replay->arena, room + 1, sizeof *roles[r].list->at);
        sqlite3_reset(row);
        while (roles[r].list->count < room && case_next(replay->store, row) == 1)
            if (slice_is_equal(case_text(row, 0), slice_str(roles[r].role)))
                roles[r].list->at[roles[r].list->count++] = text_of(replay, row, 1);
        sqlite3_reset(row);
    }
}

/* The message of a finding or gap, as it lies in CUSTODIAN's mailbox. False: it lies in none. */
static bool get_message(struct replay *replay, int64_t number, struct slice custodian,
                        struct message_record *message)
{
    static const char sql[] = "SELECT id, date, sender, subject, thread, is_thread_guessed, folder, "
                              "folder_role, labels, path FROM messages"
                              " LEFT JOIN copies ON copies.message = messages.message AND custodian = ?2 "
                              "WHERE messages.message = ?1"
                              " ORDER BY input, path LIMIT 1";
    struct envelope *envelope = &message->envelope;
    sqlite3_stmt *row = case_statement(replay->store, sql);
    *message = (struct message_record){ .number = 0,
                                        .envelope = { .date = ENVELOPE_NO_DATE, .custodian = custodian } };
    if (!row || number == 0)
        return false;
    sqlite3_bind_int64(row, 1, number);
    sqlite3_bind_text64(row, 2, custodian.len ? (const char *)custodian.ptr : "", custodian.len,
                        SQLITE_STATIC, SQLITE_UTF8);
    bool has = case_next(replay->store, row) == 1;
    if (has) {
        envelope->id = text_of(replay, row, 0);
        if (sqlite3_column_type(row, 1) != SQLITE_NULL)
            envelope->date = sqlite3_column_int64(row, 1);
        envelope->from = text_of(replay, row, 2);
        envelope->subject = text_of(replay, row, 3);
        envelope->thread = text_of(replay, row, 4);
        envelope->is_thread_guessed = sqlite3_column_int(row, 5);
        envelope->folder = text_of(replay, row, 6);
        envelope->folder_role = text_of(replay, row, 7);
        envelope->labels.at = list_of(replay, row, 8, &envelope->labels.count);
        message->path = text_of(replay, row, 9);
    }
    sqlite3_reset(row);
    if (has)
        get_people(replay, number, envelope);
    return has;
}

static const char findings_sql[] = "SELECT f.id, s.id, s.redacted, f.rule, f.severity, f.verdict, f.why, "
                                   "f.leaf_key, f.path, f.view, f.line, f.col, f.offset,"
                                   " f.before, f.after, f.is_quoted, f.host, f.user, f.account, f.expires, "
                                   "f.service, f.also, f.also_rules, f.custodian, f.message, f.parts,"
                                   " ifnull(jf.judgement, js.judgement), ifnull(jf.note, js.note)"
                                   " FROM findings f JOIN secrets s USING(secret)"
                                   " LEFT JOIN judged jf ON jf.target = f.id"
                                   " LEFT JOIN judged js ON js.target = s.id"
                                   " ORDER BY f.severity DESC, f.verdict DESC, s.id, f.id, f.custodian";

static void get_finding(struct replay *replay, sqlite3_stmt *row, struct finding *finding)
{
    *finding = (struct finding){
        .severity = (enum severity)((unsigned)sqlite3_column_int(row, 4) % SEVERITIES),
        .verdict = (enum verdict)(sqlite3_column_int(row, 5) % VERDICTS),
        .why = text_of(replay, row, 6),
        .leaf_key = text_of(replay, row, 7),
        .path = text_of(replay, row, 8),
        .view = view_named(case_text(row, 9)),
        .line = (uint64_t)sqlite3_column_int64(row, 10),
        .column = (uint64_t)sqlite3_column_int64(row, 11),
        .offset = (uint64_t)sqlite3_column_int64(row, 12),
        .before = text_of(replay, row, 13),
        .after = text_of(replay, row, 14),
        .is_quoted = sqlite3_column_int(row, 15),
    };
    case_get_id(row, 0, &finding->id);
    get_fixed(row, 16, finding->opens.host, sizeof finding->opens.host);
    get_fixed(row, 17, finding->opens.user, sizeof finding->opens.user);
    get_fixed(row, 18, finding->opens.account, sizeof finding->opens.account);
    get_fixed(row, 19, finding->opens.expires, sizeof finding->opens.expires);
    get_fixed(row, 20, finding->opens.service, sizeof finding->opens.service);
    finding->also = list_of(replay, row, 21, &finding->also_count);
    finding->also_rules = list_of(replay, row, 22, &finding->also_rule_count);
    size_t count;
    const struct slice *parts = list_of(replay, row, 25, &count);
    if (case_take_parts(parts, count, finding, replay->arena) < 0)
        finding->part_count = 0;
}

/* What a person marked false or accepted does not count; the mark on the place comes before that on the secret. */
static void take_mark(struct replay *replay, sqlite3_stmt *row, struct report_finding *shown)
{
    struct slice mark = case_text(row, 26), note = case_text(row, 27);
    if (!slice_is_equal(mark, slice_str("false")) && !slice_is_equal(mark, slice_str("accepted")))
        return;
    shown->standing = REPORT_IGNORED;
    shown->standing_reason =
        arena_printf(replay->arena, "marked %.*s%s%.*s", (int)mark.len, (const char *)mark.ptr,
                     note.len ? ": " : "", (int)note.len, note.len ? (const char *)note.ptr : "");
}

static void tell_finding(struct replay *replay, sqlite3_stmt *row, struct report *const *reports,
                         size_t count)
{
    struct finding finding;
    struct message_record message;
    struct report_finding shown = { .finding = &finding, .redacted = text_of(replay, row, 2) };
    struct slice custodian = text_of(replay, row, 23);
    get_finding(replay, row, &finding);
    case_get_id(row, 1, &shown.secret_id);
    shown.rule = ruleset_find(replay->rules, case_text(row, 3));
    if (!shown.rule)
        return; /* its row is there since the finding is: case_check says so where it is not */
    finding.rule = (uint32_t)(shown.rule - replay->rules->rules);
    get_message(replay, sqlite3_column_int64(row, 24), custodian, &message);
    shown.message = &message;
    take_mark(replay, row, &shown);
    for (size_t i = 0; i < count; i++)
        report_finding_put(reports[i], &shown);
}

static void tell_gap(struct replay *replay, sqlite3_stmt *row, struct report *const *reports, size_t count)
{
    struct slice custodian = text_of(replay, row, 7);
    struct message_record message;
    int kind = gap_kind_from_name(case_text(row, 1));
    struct gap_record gap = {
        .gap = { .kind = kind < 0 ? GAP_UNREADABLE : (enum gap_kind)kind,
                 .stands_for = slice_is_equal(case_text(row, 2), slice_str("leaf")) ? GAP_STANDS_FOR_LEAF
                                                                                    : GAP_STANDS_FOR_REST,
                 .reason = text_of(replay, row, 3),
                 .bytes = sqlite3_column_type(row, 4) == SQLITE_NULL ? GAP_BYTES_UNKNOWN
                                                                     : (uint64_t)sqlite3_column_int64(row, 4),
                 .limit = kept(replay->arena, row, 5) },
        .path = text_of(replay, row, 6),
        .custodian = custodian,
    };
    case_get_id(row, 0, &gap.id);
    struct report_gap shown = { .gap = &gap };
    get_message(replay, sqlite3_column_int64(row, 8), custodian, &message);
    if (sqlite3_column_type(row, 9) != SQLITE_NULL) /* else the supervisor told it, of no message */
        shown.message = &message;
    for (size_t i = 0; i < count; i++)
        report_gap_put(reports[i], &shown);
}

static int tell_rows(struct replay *replay, const char *sql,
                     void (*tell)(struct replay *, sqlite3_stmt *, struct report *const *, size_t),
                     struct report *const *reports, size_t count)
{
    sqlite3_stmt *row = case_statement(replay->store, sql);
    int got;
    while ((got = case_next(replay->store, row)) == 1) {
        tell(replay, row, reports, count);
        arena_rewind(replay->arena, replay->empty);
    }
    if (row)
        sqlite3_reset(row);
    return got;
}

/* What was read, as it was read last: the same bytes scanned again, with other rules or options, are one input. */
static void sum_up_read(struct case_store *store, struct report_summary *summary)
{
    uint64_t *counts[] = { &summary->counts.bytes,  &summary->counts.messages, &summary->counts.excluded,
                           &summary->counts.leaves, &summary->counts.scanned,  &summary->counts.partial,
                           &summary->counts.refused };
    if (case_lay_current(store) < 0)
        return;
    sqlite3_stmt *row =
        case_statement(store, "SELECT sum(bytes), sum(messages), sum(excluded), sum(leaves), sum(scanned),"
                              " sum(partial), sum(refused) FROM progress JOIN current_inputs USING(input)");
    if (case_next(store, row) == 1)
        for (int i = 0; i < (int)(sizeof counts / sizeof *counts); i++)
            *counts[i] = (uint64_t)sqlite3_column_int64(row, i);
    if (row)
        sqlite3_reset(row);
    summary->inputs = (uint64_t)number_of(store, "SELECT count(*) FROM current_inputs");
    summary->is_interrupted =
        number_of(store, "SELECT EXISTS(SELECT 1 FROM current_inputs WHERE NOT is_whole)") > 0;
}

static void sum_up_found(struct case_store *store, struct report_summary *summary)
{
    uint64_t findings = (uint64_t)number_of(store, "SELECT count(*) FROM findings");
    uint64_t secrets = (uint64_t)number_of(store, "SELECT count(*) FROM secrets");
    summary->findings = summary->findings_counting = findings;
    summary->secrets = secrets;
    if (number_of(store, "SELECT EXISTS(SELECT 1 FROM judged WHERE judgement IN ('false', 'accepted'))") == 0)
        return;
    summary->findings = (uint64_t)number_of(store, "SELECT count(*) FROM live");
    summary->secrets = (uint64_t)number_of(store, "SELECT count(DISTINCT secret) FROM live");
    summary->findings_counting = (uint64_t)number_of(
        store, "SELECT count(*) FROM live WHERE coalesce(finding_mark, secret_mark, '') <> 'accepted'");
    summary->findings_false = findings - summary->findings;
    summary->secrets_false = secrets - summary->secrets;
}

static void sum_up_gaps(struct case_store *store, struct report_summary *summary)
{
    sqlite3_stmt *row = case_statement(store, "SELECT kind, count(DISTINCT id) FROM gaps GROUP BY kind");
    while (case_next(store, row) == 1) {
        int kind = gap_kind_from_name(case_text(row, 0));
        if (kind < 0)
            continue;
        summary->gaps_by_kind[kind] = (uint64_t)sqlite3_column_int64(row, 1);
        summary->gaps += kind == GAP_PICTURE ? 0 : summary->gaps_by_kind[kind];
    }
    summary->counts.pictures = summary->gaps_by_kind[GAP_PICTURE];
}

/* Each of the runs that left something out says why; one that was killed does not. */
static struct report_filters filters_of(struct replay *replay)
{
    static const char sql[] =
        "SELECT group_concat(w, '; ') FROM (SELECT DISTINCT json_extract(r.counts, '$.excluded_by') AS w "
        "FROM "
        "progress p JOIN current_inputs USING(input) JOIN inputs i USING(input) JOIN runs r ON r.run = i.run "
        "WHERE p.excluded > 0 ORDER BY 1 LIMIT 8)";
    struct report_filters filters = { NULL, NULL };
    sqlite3_stmt *row = case_statement(replay->store, sql);
    if (case_next(replay->store, row) == 1)
        filters.words = kept(replay->arena, row, 0);
    if (row)
        sqlite3_reset(row);
    return filters;
}

static void sum_up(struct replay *replay, struct report_summary *summary)
{
    struct case_store *store = replay->store;
    *summary = (struct report_summary){ 0 };
    sum_up_read(store, summary);
    if (summary->counts.excluded > 0)
        summary->filters = filters_of(replay);
    sum_up_found(store, summary);
    sum_up_gaps(store, summary);
    summary->unlocked = (uint64_t)number_of(store, "SELECT count(*) FROM unlocked");
    summary->is_running = case_is_at_work(store);
    summary->is_complete = summary->gaps == 0 && !summary->is_interrupted;
    summary->exit_status = (summary->findings_counting > 0 ? 1 : 0) | (summary->gaps > 0 ? 4 : 0);
}

static bool is_wanted(struct report *const *reports, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!reports[i]->reporter->is_of_lists || !reports[i]->options.lists)
            return true;
    return false;
}

int replay_tell(struct replay *replay, struct report *const *reports, size_t count,
                struct report_summary *summary, struct error *err)
{
    static const char gaps_sql[] =
        "SELECT id, kind, stands_for, reason, bytes, limit_name, path, custodian, message, input FROM gaps"
        " ORDER BY kind, path, id, custodian";
    if (is_wanted(reports, count) && tell_rows(replay, findings_sql, tell_finding, reports, count) == 0)
        tell_rows(replay, gaps_sql, tell_gap, reports, count);
    sum_up(replay, summary);
    if (!case_failure(replay->store))
        return 0;
    if (err)
        *err = *case_failure(replay->store);
    return -1;
}
