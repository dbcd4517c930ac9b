/* ledger.c - what a scan has found so far: units keyed, masked, judged against what is known, told to the reports, summed up. */
#include "work/ledger_parts.h"

#include "base/log.h"
#include "base/utf8.h"
#include "match/opened.h"
#include "record/case_locks.h"
#include "record/wire.h"
#include "work/frame.h"

struct ledger *ledger_new(const struct scan_request *request, struct report *const *reports,
                          size_t report_count, struct locks *locks)
{
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (!ledger)
        abort();
    ledger->request = request;
    ledger->reports = reports;
    ledger->report_count = report_count;
    ledger->locks = locks;
    ledger->mask = mask_new();
    ledger->secrets = idset_new();
    ledger->gaps = idset_new();
    ledger->threads = threads_new(request->ruleset, request->settings.limits.thread_halves);
    ledger->promises = promises_new();
    ledger->arena = arena_new(0);
    arena_wipe_always(ledger->arena);
    arena_room(ledger->arena, 1); /* its first block stays */
    ledger->empty = arena_mark(ledger->arena);
    if (request->store)
        case_use_mask(request->store, ledger->mask, ledger->arena);
    return ledger;
}

void ledger_free(struct ledger *ledger)
{
    if (!ledger)
        return;
    if (ledger->request->store)
        case_use_mask(ledger->request->store, NULL, NULL);
    mask_free(ledger->mask);
    idset_free(ledger->secrets);
    idset_free(ledger->gaps);
    threads_free(ledger->threads);
    promises_free(ledger->promises);
    arena_free(ledger->arena);
    free(ledger->absent);
    free(ledger);
}

/* Telling. */

static void mark_known(struct ledger *ledger, struct slice secret)
{
    if (ledger->request->known_values)
        known_mark(ledger->request->known_values, secret);
}

/* Secrets that are no findings here: they only stand in names, or another one stands in their place. */
static void mark_hidden(struct ledger *ledger, struct slice records)
{
    uint32_t type;
    struct slice record;
    while (unit_eat_record(&records, &type, &record) == 1)
        if (type == FRAME_HIDDEN)
            mark_known(ledger, record);
}

static bool is_below(const struct scan_request *request, const struct finding *finding)
{
    return finding->severity < request->fail_severity || finding->verdict < request->fail_verdict;
}

static void keep_finding(struct ledger *ledger, const struct report_finding *shown, uint64_t secret_length)
{
    const struct case_finding kept = {
        .rule = shown->rule,
        .finding = shown->finding,
        .secret_id = shown->secret_id,
        .redacted = shown->redacted,
        .secret_length = secret_length,
        .severity = shown->finding->severity,
        .custodian = shown->message ? shown->message->envelope.custodian : slice_of(NULL, 0),
    };
    if (ledger->request->store)
        case_put_finding(ledger->request->store, ledger->case_input, &kept);
}

static void ask_known(const struct scan_request *request, struct report_finding *shown)
{
    const struct finding *finding = shown->finding;
    const struct suppress_question question = {
        .finding_id = &finding->id,
        .secret_id = &shown->secret_id,
        .key_name = request->key->name,
        .rule = shown->rule->id,
        .family = shown->rule->family,
        .verdict = finding->verdict,
        .sender = shown->message ? shown->message->envelope.from : slice_of(NULL, 0),
        .path = finding->path,
        .leaf_key = finding->leaf_key,
    };
    shown->standing = suppressions_find(request->known, &question, &shown->standing_reason);
}

void ledger_tell_shown(struct ledger *ledger, struct report_finding *shown)
{
    const struct scan_request *request = ledger->request;
    if (request->known)
        ask_known(request, shown);
    shown->is_below = is_below(request, shown->finding);
    ledger->sum.findings++;
    ledger->sum.secrets += idset_add(ledger->secrets, &shown->secret_id);
    ledger->sum.findings_counting += shown->standing == REPORT_COUNTS && !shown->is_below;
    for (size_t i = 0; i < ledger->report_count; i++)
        report_finding_put(ledger->reports[i], shown);
}

/* What is held is in memory alone. */
static void wait_for_pairs(struct ledger *ledger)
{
    if (ledger->request->store && ledger->case_input > 0)
        case_wait_for_pairs(ledger->request->store, ledger->case_input);
}

/* KEYS: of the unit's messages. False: it does not wait for a half in another message, or can't. */
static bool hold_finding(struct ledger *ledger, const struct thread_keys *keys,
                         const struct report_finding *shown)
{
    if (!shown->message || !threads_is_waiting(ledger->threads, shown->finding) ||
        !thread_keys_tie(&keys[shown->finding->message]))
        return false;
    wait_for_pairs(ledger);
    return threads_hold_finding(ledger->threads, &keys[shown->finding->message], shown, &shown->secret_id);
}

static void hold_half(struct ledger *ledger, const struct unit *unit, const struct thread_keys *keys,
                      const struct half_record *half)
{
    if (!unit_message(unit, half->message) || !thread_keys_tie(&keys[half->message]))
        return;
    /* The name of the kind is no part of it: rules differ, users don't. */
    struct record_id value = id_of_thread(half->part.shown);
    wait_for_pairs(ledger);
    threads_hold_half(ledger->threads, &keys[half->message], half, &value);
}

static void tell_finding(struct ledger *ledger, const struct unit *unit, const struct thread_keys *keys,
                         struct finding *finding)
{
    const struct scan_request *request = ledger->request;
    const struct rule *rule = &request->ruleset->rules[finding->rule];
    struct buffer preview;
    buffer_init(&preview, 256);
    if (rule_is_name(rule))
        utf8_put_escaped(&preview, finding->secret);
    else
        mask_put_preview(&preview, finding->secret);
    struct report_finding shown = {
        .rule = rule,
        .finding = finding,
        .message = unit_message(unit, finding->message),
        .secret_id = id_of_secret(request->key, slice_str(rule->family), finding->secret),
        .redacted = buffer_slice(&preview),
    };
    uint64_t secret_length = finding->secret.len;
    if (known_is_rule(rule))
        mark_known(ledger, finding->secret);
    if (!request->is_revealing)
        finding->secret = slice_of(NULL, 0);
    keep_finding(ledger, &shown, secret_length);
    if (!hold_finding(ledger, keys, &shown))
        ledger_tell_shown(ledger, &shown);
    buffer_release(&preview);
}

/* What is met twice, in two copies of a message, is one gap. */
static void count_gap(struct ledger *ledger, const struct report_gap *shown)
{
    enum gap_kind kind = shown->gap->gap.kind;
    unsigned is_new = idset_add(ledger->gaps, &shown->gap->id);
    ledger->sum.gaps_by_kind[kind] += is_new;
    if (kind == GAP_PICTURE)
        return;
    ledger->sum.gaps += is_new;
    ledger->gaps_counting += shown->standing == REPORT_COUNTS;
}

void ledger_report_gap(struct ledger *ledger, const struct gap_record *gap,
                       const struct message_record *message)
{
    struct report_gap shown = { .gap = gap, .message = message };
    if (ledger->request->known)
        shown.standing = suppressions_find_gap(ledger->request->known, &gap->id, &shown.standing_reason);
    if (shown.standing == REPORT_COUNTS && ledger->request->accepted_gaps >> gap->gap.kind & 1)
        shown.standing = REPORT_ACCEPTED;
    count_gap(ledger, &shown);
    for (size_t i = 0; i < ledger->report_count; i++)
        report_gap_put(ledger->reports[i], &shown);
}

void ledger_keep_gap(struct ledger *ledger, const struct gap_record *gap)
{
    if (ledger->request->store)
        case_put_gap(ledger->request->store, ledger->case_input, gap);
}

void ledger_tell_gap(struct ledger *ledger, const struct gap_record *gap,
                     const struct message_record *message)
{
    ledger_report_gap(ledger, gap, message);
    ledger_keep_gap(ledger, gap);
}

static void show_rejected(struct ledger *ledger, struct slice record)
{
    uint64_t line, len;
    struct slice id, path, why;
    if (slice_eat_u64le(&record, &line) < 0 || slice_eat_u64le(&record, &len) < 0 ||
        slice_eat(&record, (size_t)len, &id) < 0 || slice_eat_u64le(&record, &len) < 0 ||
        slice_eat(&record, (size_t)len, &path) < 0 || slice_eat_u64le(&record, &len) < 0 ||
        slice_eat(&record, (size_t)len, &why) < 0)
        return;
    path = mask_text(ledger->mask, ledger->arena, path);
    why = mask_text(ledger->mask, ledger->arena, why);
    if (ledger->request->explained) {
        ledger->request->explained(ledger->request->ctx, path, line, id, why);
        return;
    }
    log_error("%.*s:%llu: %.*s: not a finding: %.*s", (int)path.len, path.ptr, (unsigned long long)line,
              (int)id.len, id.ptr, (int)why.len, why.ptr);
}

/* --explain: after the mask is made, since a path may hold a secret that was found. */
static void tell_rejected(struct ledger *ledger, struct slice records)
{
    uint32_t type;
    struct slice record;
    while (unit_eat_record(&records, &type, &record) == 1)
        if (type == FRAME_REJECTED)
            show_rejected(ledger, record);
}

/* Before they are masked. NULL: nothing of the unit may have its other half in another message. */
static struct thread_keys *keys_of(struct ledger *ledger, const struct unit *unit)
{
    if (unit->finding_count + unit->half_count == 0 || unit->message_count == 0)
        return NULL;
    struct thread_keys *keys = arena_alloc_array(ledger->arena, unit->message_count, sizeof *keys);
    for (size_t i = 0; i < unit->message_count; i++)
        if (!unit->messages[i].is_bare)
            keys[i] = thread_keys_of(&unit->messages[i].envelope);
    return keys;
}

/* All that was found in the unit, masked. */
static void tell_unit(struct ledger *ledger, struct unit *unit, const struct thread_keys *keys)
{
    struct case_store *store = ledger->request->store;
    for (size_t i = 0; store && i < unit->message_count; i++)
        case_put_message(store, ledger->case_input, &unit->messages[i]);
    for (size_t i = 0; i < unit->half_count; i++)
        hold_half(ledger, unit, keys, &unit->halves[i]);
    for (size_t i = 0; i < unit->finding_count; i++)
        tell_finding(ledger, unit, keys, &unit->findings[i]);
    for (size_t i = 0; i < unit->gap_count; i++)
        ledger_tell_gap(ledger, &unit->gaps[i], unit_message(unit, unit->gaps[i].message));
}

static void take_promises(struct ledger *ledger, const struct unit *unit)
{
    for (size_t i = 0; i < unit->promise_count; i++)
        promises_take(ledger->promises, &unit->promises[i]);
    for (size_t i = 0; i < unit->tally_count; i++)
        promises_tally(ledger->promises, &unit->tallies[i]);
}

/* What most units are: a message in which nothing was found, and which may tell a password at most. Nothing in it is to be masked: its texts are only
 * made UTF-8 (as mask_text does). 1; 0 where this unit is none; -1 where a record is malformed. */
static int commit_seen(struct ledger *ledger, struct slice records, struct task *task,
                       const struct unit_record *end, struct error *err)
{
    struct case_store *store = ledger->request->store;
    struct unit unit;
    struct seen_record seen;
    struct envelope place;
    struct slice message, lead;
    uint32_t type;
    if (!store || task->unlock || unit_eat_record(&records, &type, &message) != 1 || type != FRAME_SEEN)
        return 0;
    bool is_lead = unit_eat_record(&records, &type, &lead) == 1;
    if (records.len > 0 || (is_lead && type != FRAME_LEAD))
        return 0;
    if (is_lead)
        unit = (struct unit){ .is_lead = true };
    if (wire_get_seen(message, &seen, err) < 0 ||
        wire_get_place(seen.place, ledger->arena, &place, err) < 0 ||
        (is_lead && wire_get_keys(lead, &unit.lead, err) < 0))
        return -1;
    counts_add(&ledger->sum.counts, &end->counts);
    seen.id = mask_text(ledger->mask, ledger->arena, seen.id);
    seen.path = mask_text(ledger->mask, ledger->arena, seen.path);
    case_put_seen(store, ledger->case_input, &seen);
    if (is_lead)
        ledger_tell_unit_locks(ledger, task, &unit, end);
    return 1;
}

/* Nothing of the unit stays. */
static void forget_unit(struct ledger *ledger, struct unit_buffer *buffered)
{
    unit_buffer_wipe(buffered);
    arena_rewind(ledger->arena, ledger->empty);
}

int ledger_commit(struct ledger *ledger, struct unit_buffer *buffered, struct task *task,
                  const struct unit_record *end, struct error *err)
{
    struct slice records = buffer_slice(&buffered->records);
    uint32_t rules = (uint32_t)ledger->request->ruleset->count;
    struct unit unit = { 0 };
    ledger->case_input = task->input->case_input;
    int was_seen = commit_seen(ledger, records, task, end, err);
    if (was_seen == 1)
        forget_unit(ledger, buffered);
    if (was_seen != 0)
        return was_seen < 0 ? -1 : 0;
    if (unit_decode(&unit, records, ledger->arena, rules, err) < 0)
        return -1;
    if (task->unlock ? unit.is_lead || unit.locked_count > 0 : unit.opened_count > 0)
        return error_set(err, ERROR_FORMAT, "a worker told of locks out of turn");
    counts_add(&ledger->sum.counts, &end->counts);
    if (task->unlock)
        ledger_take_locked(ledger, task, end->ordinal);
    if (records.len == 0 && !task->unlock)
        return 0;
    struct thread_keys *keys = keys_of(ledger, &unit);
    unit_mask(&unit, records, ledger->request->ruleset, ledger->mask, ledger->arena);
    if (unit.hidden_count > 0)
        mark_hidden(ledger, records);
    ledger_note_pipe(ledger, task, &unit);
    tell_unit(ledger, &unit, keys);
    ledger_tell_unit_locks(ledger, task, &unit, end);
    take_promises(ledger, &unit);
    if (unit.rejected_count > 0 && ledger->request->settings.is_explaining)
        tell_rejected(ledger, records);
    mask_clear(ledger->mask);
    forget_unit(ledger, buffered);
    return 0;
}

void ledger_tell_own_gap(struct ledger *ledger, int64_t case_input, const struct gap *found,
                         struct slice path, struct slice key_path, struct slice custodian)
{
    struct buffer shown;
    struct item item = { .kind = ITEM_FILE, .name = path };
    buffer_init(&shown, 64 * 1024);
    ledger->case_input = case_input;
    item_put_path(&shown, &item);
    struct gap_record gap = {
        .gap = *found,
        .message = RECORD_NO_MESSAGE,
        .id = id_of_gap(found->kind, key_path, slice_of(NULL, 0), found->reason),
        .path = buffer_slice(&shown),
        .custodian = custodian,
    };
    mask_clear(ledger->mask);
    unit_mask_gap(&gap, ledger->mask, ledger->arena);
    if (found->stands_for == GAP_STANDS_FOR_LEAF) {
        ledger->sum.counts.leaves++;
        ledger->sum.counts.refused++;
    }
    ledger_tell_gap(ledger, &gap, NULL);
    buffer_release(&shown);
    arena_rewind(ledger->arena, ledger->empty);
}

void ledger_gap(struct ledger *ledger, int64_t case_input, enum gap_kind kind, enum gap_stands_for stands_for,
                struct slice path, struct slice key_path, struct slice custodian, const char *reason)
{
    struct gap gap = {
        .kind = kind, .stands_for = stands_for, .reason = slice_str(reason), .bytes = GAP_BYTES_UNKNOWN
    };
    ledger_tell_own_gap(ledger, case_input, &gap, path, key_path, custodian);
}

void ledger_add_bytes(struct ledger *ledger, uint64_t bytes)
{
    ledger->sum.counts.bytes += bytes;
}
