/* ledger.c - what a scan has found so far: units keyed, masked, judged against what is known, told to the reports, summed up. */
#include "work/ledger.h"

#include "base/log.h"
#include "base/sort.h"
#include "match/opened.h"
#include "record/case_locks.h"
#include "record/mask.h"
#include "record/wire.h"
#include "work/frame.h"
#include "work/idset.h"
#include "work/threads.h"

struct ledger {
    const struct scan_request *request;
    struct report *const *reports;
    size_t report_count;
    struct mask *mask;
    struct arena *arena; /* of the unit at work; wiped */
    struct arena_mark empty;
    struct idset *secrets;
    struct threads *threads;
    struct locks *locks;
    struct promises *promises;
    struct report_summary sum;
    struct report_known known;
    struct report_absent *absent;
    uint64_t gaps_counting;
    int64_t case_input; /* of the unit at work */
};

/* A unit, taken apart. */
struct unit {
    struct message_record *messages;
    struct finding *findings;
    struct gap_record *gaps;
    struct half_record *halves;
    struct promise_record *promises;
    struct tally_record *tallies;
    struct thread_keys *keys; /* of the messages */
    struct locked_record *locked;
    struct opened_record *opened;
    struct message_keys lead;
    size_t message_count, finding_count, gap_count, half_count, locked_count, opened_count;
    size_t promise_count, tally_count;
    bool is_lead;
};

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
    threads_free(ledger->threads);
    promises_free(ledger->promises);
    arena_free(ledger->arena);
    free(ledger->absent);
    free(ledger);
}

void unit_buffer_init(struct unit_buffer *unit)
{
    buffer_init(&unit->records, UNIT_BUFFER_MAX);
}

void unit_buffer_release(struct unit_buffer *unit)
{
    buffer_release(&unit->records);
}

int unit_buffer_put(struct unit_buffer *unit, uint32_t type, struct slice record)
{
    if (record.len + 8 > UNIT_BUFFER_MAX - unit->records.len)
        return -1;
    buffer_put_u32le(&unit->records, type);
    buffer_put_u32le(&unit->records, (uint32_t)record.len);
    return buffer_put(&unit->records, record);
}

static int eat_record(struct slice *rest, uint32_t *type, struct slice *record)
{
    uint32_t len;
    if (slice_eat_u32le(rest, type) < 0 || slice_eat_u32le(rest, &len) < 0)
        return 0;
    return slice_eat(rest, len, record) < 0 ? 0 : 1;
}

/* Most units have messages alone. */
static void *room_for(struct ledger *ledger, size_t count, size_t size)
{
    return count > 0 ? arena_alloc_array(ledger->arena, count, size) : NULL;
}

static void unit_allocate(struct ledger *ledger, struct slice records, struct unit *unit)
{
    size_t counts[FRAME_TYPES] = { 0 };
    uint32_t type;
    struct slice record;
    while (eat_record(&records, &type, &record) == 1)
        if (type < FRAME_TYPES)
            counts[type]++;
    unit->messages = room_for(ledger, counts[FRAME_MESSAGE], sizeof *unit->messages);
    unit->findings = room_for(ledger, counts[FRAME_FINDING], sizeof *unit->findings);
    unit->gaps = room_for(ledger, counts[FRAME_GAP], sizeof *unit->gaps);
    unit->halves = room_for(ledger, counts[FRAME_HALF], sizeof *unit->halves);
    unit->promises = room_for(ledger, counts[FRAME_PROMISE], sizeof *unit->promises);
    unit->tallies = room_for(ledger, counts[FRAME_TALLY], sizeof *unit->tallies);
    unit->keys = room_for(ledger, counts[FRAME_MESSAGE], sizeof *unit->keys);
    unit->locked = room_for(ledger, counts[FRAME_LOCKED], sizeof *unit->locked);
    unit->opened = room_for(ledger, counts[FRAME_OPENED], sizeof *unit->opened);
}

static int record_decode(struct ledger *ledger, uint32_t type, struct slice record, struct unit *unit,
                         struct error *err)
{
    uint32_t rules = (uint32_t)ledger->request->ruleset->count;
    switch (type) {
    case FRAME_MESSAGE:
        return wire_get_message(record, ledger->arena, &unit->messages[unit->message_count++], err);
    case FRAME_FINDING:
        return wire_get_finding(record, ledger->arena, rules, &unit->findings[unit->finding_count++], err);
    case FRAME_GAP:
        return wire_get_gap(record, ledger->arena, &unit->gaps[unit->gap_count++], err);
    case FRAME_HALF:
        return wire_get_half(record, rules, &unit->halves[unit->half_count++], err);
    case FRAME_LOCKED:
        return wire_get_locked(record, ledger->arena, &unit->locked[unit->locked_count++], err);
    case FRAME_PROMISE:
        return wire_get_promise(record, &unit->promises[unit->promise_count++], err);
    case FRAME_TALLY:
        return wire_get_tally(record, &unit->tallies[unit->tally_count++], err);
    case FRAME_OPENED:
        return wire_get_opened(record, &unit->opened[unit->opened_count++], err);
    case FRAME_LEAD:
        unit->is_lead = true;
        return wire_get_keys(record, &unit->lead, err);
    default:
        return 0;
    }
}

static int unit_decode(struct ledger *ledger, struct slice records, struct unit *unit, struct error *err)
{
    uint32_t type;
    struct slice record;
    unit_allocate(ledger, records, unit);
    while (eat_record(&records, &type, &record) == 1)
        if (record_decode(ledger, type, record, unit, err) < 0)
            return -1;
    return 0;
}

/* Masking: every string that came out of mail. */

static void mask_field(struct ledger *ledger, struct slice *field)
{
    *field = mask_text(ledger->mask, ledger->arena, *field);
}

static void mask_list(struct ledger *ledger, struct slice *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mask_field(ledger, &list[i]);
}

static void mask_array(struct ledger *ledger, char *text, size_t size)
{
    struct slice masked = mask_text(ledger->mask, ledger->arena, slice_str(text));
    size_t len = masked.len < size ? masked.len : size - 1;
    memcpy(text, masked.ptr, len);
    text[len] = '\0';
}

static void mask_message(struct ledger *ledger, struct message_record *message)
{
    struct envelope *envelope = &message->envelope;
    struct slice *fields[] = { &envelope->id,        &envelope->from,          &envelope->subject,
                               &envelope->thread,    &envelope->folder,        &envelope->folder_role,
                               &envelope->custodian, &envelope->first_received };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        mask_field(ledger, fields[i]);
    mask_field(ledger, &message->path);
    mask_list(ledger, envelope->to.at, envelope->to.count);
    mask_list(ledger, envelope->cc.at, envelope->cc.count);
    mask_list(ledger, envelope->bcc.at, envelope->bcc.count);
    mask_list(ledger, envelope->labels.at, envelope->labels.count);
}

static void mask_part(struct ledger *ledger, struct finding_part *part)
{
    mask_field(ledger, &part->path);
    mask_field(ledger, &part->shown);
}

static void mask_finding(struct ledger *ledger, struct finding *finding)
{
    mask_field(ledger, &finding->why);
    mask_field(ledger, &finding->path);
    mask_field(ledger, &finding->leaf_key);
    mask_field(ledger, &finding->before);
    mask_field(ledger, &finding->after);
    mask_list(ledger, finding->also, finding->also_count);
    for (size_t i = 0; i < finding->part_count; i++)
        mask_part(ledger, &finding->parts[i]);
    mask_array(ledger, finding->opens.host, sizeof finding->opens.host);
    mask_array(ledger, finding->opens.user, sizeof finding->opens.user);
    mask_array(ledger, finding->opens.account, sizeof finding->opens.account);
}

static void mask_gap(struct ledger *ledger, struct gap_record *gap)
{
    mask_field(ledger, &gap->path);
    mask_field(ledger, &gap->custodian);
    mask_field(ledger, &gap->gap.reason);
}

static void mask_opened(struct ledger *ledger, struct opened_record *opened)
{
    mask_field(ledger, &opened->kind);
    mask_field(ledger, &opened->path);
    mask_field(ledger, &opened->custodian);
    mask_field(ledger, &opened->place);
}

static void mark_known(struct ledger *ledger, struct slice secret)
{
    if (ledger->request->known_values)
        known_mark(ledger->request->known_values, secret);
}

static void mask_unit(struct ledger *ledger, struct unit *unit, struct slice records)
{
    uint32_t type;
    struct slice record;
    mask_clear(ledger->mask);
    while (eat_record(&records, &type, &record) == 1)
        if (type == FRAME_HIDDEN) {
            mask_add(ledger->mask, record);
            mark_known(ledger, record);
        }
    for (size_t i = 0; i < unit->finding_count; i++)
        mask_add(ledger->mask, unit->findings[i].secret);
    for (size_t i = 0; i < unit->opened_count; i++)
        mask_add(ledger->mask, unit->opened[i].secret);
    for (size_t i = 0; i < unit->message_count; i++)
        mask_message(ledger, &unit->messages[i]);
    for (size_t i = 0; i < unit->finding_count; i++)
        mask_finding(ledger, &unit->findings[i]);
    for (size_t i = 0; i < unit->half_count; i++)
        mask_part(ledger, &unit->halves[i].part);
    for (size_t i = 0; i < unit->gap_count; i++)
        mask_gap(ledger, &unit->gaps[i]);
    for (size_t i = 0; i < unit->locked_count; i++)
        mask_gap(ledger, &unit->locked[i].gap);
    for (size_t i = 0; i < unit->opened_count; i++)
        mask_opened(ledger, &unit->opened[i]);
    for (size_t i = 0; i < unit->promise_count; i++) {
        mask_field(ledger, &unit->promises[i].promise.name);
        mask_field(ledger, &unit->promises[i].path);
        mask_field(ledger, &unit->promises[i].custodian);
    }
}

/* Telling. */

static const struct message_record *message_of(const struct unit *unit, uint32_t number)
{
    /* Numbers count from 0 in the order of the records; a worker that says otherwise names no message. */
    return number < unit->message_count && unit->messages[number].number == number ? &unit->messages[number]
                                                                                   : NULL;
}

static bool is_counting(const struct scan_request *request, const struct report_finding *shown)
{
    if (shown->standing != REPORT_COUNTS)
        return false;
    return shown->finding->severity >= request->fail_severity &&
           shown->finding->verdict >= request->fail_verdict;
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

static void tell_shown(struct ledger *ledger, struct report_finding *shown)
{
    const struct scan_request *request = ledger->request;
    if (request->known)
        ask_known(request, shown);
    ledger->sum.findings++;
    ledger->sum.secrets += idset_add(ledger->secrets, &shown->secret_id);
    ledger->sum.findings_counting += is_counting(request, shown);
    for (size_t i = 0; i < ledger->report_count; i++)
        report_finding_put(ledger->reports[i], shown);
}

/* What is held is in memory alone. */
static void wait_for_pairs(struct ledger *ledger)
{
    if (ledger->request->store && ledger->case_input > 0)
        case_wait_for_pairs(ledger->request->store, ledger->case_input);
}

/* False: it does not wait for a half in another message, or can't. */
static bool hold_finding(struct ledger *ledger, const struct unit *unit, const struct report_finding *shown)
{
    if (!shown->message || !threads_is_waiting(ledger->threads, shown->finding) ||
        !thread_keys_tie(&unit->keys[shown->finding->message]))
        return false;
    wait_for_pairs(ledger);
    return threads_hold_finding(ledger->threads, &unit->keys[shown->finding->message], shown,
                                &shown->secret_id);
}

static void hold_half(struct ledger *ledger, const struct unit *unit, const struct half_record *half)
{
    if (!message_of(unit, half->message) || !thread_keys_tie(&unit->keys[half->message]))
        return;
    /* The name of the kind is no part of it: rules differ, users don't. */
    struct record_id value = id_of_thread(half->part.shown);
    wait_for_pairs(ledger);
    threads_hold_half(ledger->threads, &unit->keys[half->message], half, &value);
}

static void tell_finding(struct ledger *ledger, const struct unit *unit, struct finding *finding)
{
    const struct scan_request *request = ledger->request;
    const struct rule *rule = &request->ruleset->rules[finding->rule];
    struct buffer preview;
    buffer_init(&preview, 256);
    mask_put_preview(&preview, finding->secret);
    struct report_finding shown = {
        .rule = rule,
        .finding = finding,
        .message = message_of(unit, finding->message),
        .secret_id = id_of_secret(request->key, slice_str(rule->family), finding->secret),
        .redacted = buffer_slice(&preview),
    };
    uint64_t secret_length = finding->secret.len;
    if (known_is_rule(rule))
        mark_known(ledger, finding->secret);
    if (!request->is_revealing)
        finding->secret = slice_of(NULL, 0);
    keep_finding(ledger, &shown, secret_length);
    if (!hold_finding(ledger, unit, &shown))
        tell_shown(ledger, &shown);
    buffer_release(&preview);
}

static void report_gap(struct ledger *ledger, const struct gap_record *gap,
                       const struct message_record *message)
{
    struct report_gap shown = { .gap = gap, .message = message };
    if (ledger->request->known)
        shown.standing = suppressions_find_gap(ledger->request->known, &gap->id, &shown.standing_reason);
    if (shown.standing == REPORT_COUNTS && ledger->request->accepted_gaps >> gap->gap.kind & 1)
        shown.standing = REPORT_ACCEPTED;
    ledger->sum.gaps_by_kind[gap->gap.kind]++;
    if (gap->gap.kind != GAP_PICTURE) {
        ledger->sum.gaps++;
        ledger->gaps_counting += shown.standing == REPORT_COUNTS;
    }
    for (size_t i = 0; i < ledger->report_count; i++)
        report_gap_put(ledger->reports[i], &shown);
}

static void keep_gap(struct ledger *ledger, const struct gap_record *gap)
{
    if (ledger->request->store)
        case_put_gap(ledger->request->store, ledger->case_input, gap);
}

static void tell_gap(struct ledger *ledger, const struct gap_record *gap,
                     const struct message_record *message)
{
    report_gap(ledger, gap, message);
    keep_gap(ledger, gap);
}

/* What is locked. */

static void hold_locked(struct ledger *ledger, struct task *task, uint64_t ordinal, const struct unit *unit,
                        struct locked_record *locked)
{
    struct gap_record *gap = &locked->gap;
    const struct message_record *message = message_of(unit, gap->message);
    if (locks_hold(ledger->locks, task, ordinal, &locked->keys, gap, message)) {
        keep_gap(ledger, gap);
        return;
    }
    gap->gap.reason = arena_printf(ledger->arena, "%.*s; more locked items than wait to be opened",
                                   (int)gap->gap.reason.len, gap->gap.reason.ptr);
    gap->gap.limit = "unlock-items";
    tell_gap(ledger, gap, message);
}

/* The case has it since it was held. */
static void tell_held(void *ctx, const struct gap_record *gap, const struct message_record *message)
{
    report_gap(ctx, gap, message);
}

void ledger_tell_locked(struct ledger *ledger, const struct task *task, const char *why)
{
    locks_tell_rest(ledger->locks, task, why, tell_held, ledger);
}

/* What was a refused leaf for each locked item is now what was found of it. */
static void take_locked(struct ledger *ledger, const struct task *task, uint64_t ordinal)
{
    uint64_t count = locks_take_unit(ledger->locks, task, ordinal);
    ledger->sum.counts.leaves -= count;
    ledger->sum.counts.refused -= count;
}

static void keep_opened(struct ledger *ledger, const struct opened_record *opened)
{
    bool is_mailed = opened->from == PASSWORD_FROM_MAIL || opened->from == PASSWORD_FROM_NAME;
    struct record_id secret = id_of_secret(ledger->request->key, slice_str(OPENED_FAMILY), opened->secret);
    ledger->sum.unlocked++;
    if (ledger->request->store)
        case_put_unlocked(ledger->request->store, ledger->case_input, opened, is_mailed ? &secret : NULL);
}

static void settle_locked(struct ledger *ledger, const struct task *task, const struct unit *unit,
                          const struct unit_record *end)
{
    struct buffer gaps;
    /* Once the missing part of an archive comes, none of what its other parts had to tell counts any more. */
    bool is_in_parts = false;
    for (size_t i = 0; i < unit->gap_count; i++)
        is_in_parts |= unit->gaps[i].gap.kind == GAP_NOT_IN_EXPORT;
    buffer_init(&gaps, UNIT_BUFFER_MAX);
    for (size_t i = 0; i < unit->gap_count; i++)
        if (unit->gaps[i].gap.kind == GAP_ENCRYPTED || is_in_parts)
            locks_put_gap(&gaps, &unit->gaps[i], message_of(unit, unit->gaps[i].message));
    locks_settle_unit(ledger->locks, task, end->ordinal, buffer_slice(&gaps), &end->counts);
    buffer_release(&gaps);
}

static void tell_locked(struct ledger *ledger, struct task *task, struct unit *unit,
                        const struct unit_record *end)
{
    for (size_t i = 0; i < unit->locked_count; i++)
        hold_locked(ledger, task, end->ordinal, unit, &unit->locked[i]);
    for (size_t i = 0; i < unit->opened_count; i++)
        keep_opened(ledger, &unit->opened[i]);
    if (unit->is_lead)
        locks_add_lead(ledger->locks, task, end->ordinal, &unit->lead);
    if (task->unlock)
        settle_locked(ledger, task, unit, end);
    else if (unit->is_lead || unit->locked_count > 0)
        locks_keep(ledger->locks, task, end->ordinal, unit->is_lead);
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
    while (eat_record(&records, &type, &record) == 1)
        if (type == FRAME_REJECTED)
            show_rejected(ledger, record);
}

int ledger_commit(struct ledger *ledger, struct unit_buffer *buffered, struct task *task,
                  const struct unit_record *end, struct error *err)
{
    struct unit unit = { 0 };
    int64_t case_input = ledger->case_input = task->input->case_input;
    if (unit_decode(ledger, buffer_slice(&buffered->records), &unit, err) < 0)
        return -1;
    if (task->unlock ? unit.is_lead || unit.locked_count > 0 : unit.opened_count > 0)
        return error_set(err, ERROR_FORMAT, "a worker told of locks out of turn");
    counts_add(&ledger->sum.counts, &end->counts);
    if (task->unlock)
        take_locked(ledger, task, end->ordinal);
    if (buffered->records.len == 0 && !task->unlock)
        return 0;
    for (size_t i = 0; i < unit.message_count; i++)
        if (!unit.messages[i].is_bare)
            unit.keys[i] = thread_keys_of(&unit.messages[i].envelope);
    mask_unit(ledger, &unit, buffer_slice(&buffered->records));
    for (size_t i = 0; ledger->request->store && i < unit.message_count; i++)
        case_put_message(ledger->request->store, case_input, &unit.messages[i]);
    for (size_t i = 0; i < unit.half_count; i++)
        hold_half(ledger, &unit, &unit.halves[i]);
    for (size_t i = 0; i < unit.finding_count; i++)
        tell_finding(ledger, &unit, &unit.findings[i]);
    for (size_t i = 0; i < unit.gap_count; i++)
        tell_gap(ledger, &unit.gaps[i], message_of(&unit, unit.gaps[i].message));
    tell_locked(ledger, task, &unit, end);
    for (size_t i = 0; i < unit.promise_count; i++)
        promises_take(ledger->promises, &unit.promises[i]);
    for (size_t i = 0; i < unit.tally_count; i++)
        promises_tally(ledger->promises, &unit.tallies[i]);
    if (ledger->request->settings.is_explaining)
        tell_rejected(ledger, buffer_slice(&buffered->records));
    mask_clear(ledger->mask);
    buffer_wipe(&buffered->records);
    if (buffered->records.capacity > 1024 * 1024)
        unit_buffer_release(buffered);
    arena_rewind(ledger->arena, ledger->empty);
    return 0;
}

static void tell_own_gap(struct ledger *ledger, int64_t case_input, const struct gap *found,
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
    mask_gap(ledger, &gap);
    if (found->stands_for == GAP_STANDS_FOR_LEAF) {
        ledger->sum.counts.leaves++;
        ledger->sum.counts.refused++;
    }
    tell_gap(ledger, &gap, NULL);
    buffer_release(&shown);
    arena_rewind(ledger->arena, ledger->empty);
}

void ledger_gap(struct ledger *ledger, int64_t case_input, enum gap_kind kind, enum gap_stands_for stands_for,
                struct slice path, struct slice key_path, struct slice custodian, const char *reason)
{
    struct gap gap = {
        .kind = kind, .stands_for = stands_for, .reason = slice_str(reason), .bytes = GAP_BYTES_UNKNOWN
    };
    tell_own_gap(ledger, case_input, &gap, path, key_path, custodian);
}

/* The case has the finding as it was when its message was read. */
static void tell_settled(void *ctx, struct report_finding *shown, enum thread_fate fate)
{
    struct ledger *ledger = ctx;
    struct case_store *store = ledger->request->store;
    if (store && fate == THREAD_PAIRED)
        case_pair_finding(store, shown->finding, &shown->secret_id);
    if (store && fate == THREAD_MERGED)
        case_drop_half(store, shown->finding, &shown->secret_id);
    if (fate != THREAD_MERGED)
        tell_shown(ledger, shown);
}

void ledger_settle(struct ledger *ledger)
{
    static const char reason[] = "more halves of pairs than are held: some that stand in different messages "
                                 "were not put together";
    const struct scan_request *request = ledger->request;
    const struct gap gap = { .kind = GAP_LIMIT,
                             .stands_for = GAP_STANDS_FOR_REST,
                             .reason = slice_str(reason),
                             .bytes = GAP_BYTES_UNKNOWN,
                             .limit = "thread-halves" };
    threads_settle(ledger->threads, tell_settled, ledger);
    if (threads_over_limit(ledger->threads) > 0 && request->input_count > 0)
        tell_own_gap(ledger, 0, &gap, slice_str(request->inputs[0].path), slice_of(NULL, 0),
                     slice_of(NULL, 0));
}

struct promises *ledger_promises(struct ledger *ledger)
{
    return ledger->promises;
}

static void tell_promise(void *ctx, const struct promise_record *record, enum gap_kind kind,
                         struct slice reason)
{
    struct ledger *ledger = ctx;
    struct gap_record gap = {
        .gap = { .kind = kind,
                 .stands_for = GAP_STANDS_FOR_REST,
                 .reason = reason,
                 .bytes = GAP_BYTES_UNKNOWN },
        .message = RECORD_NO_MESSAGE,
        .id = id_of_gap(kind, record->key, slice_str(promise_what_name(record->promise.what)),
                        record->promise.name),
        .path = record->path,
        .custodian = record->custodian,
    };
    ledger->case_input = 0;
    tell_gap(ledger, &gap, NULL);
}

const struct report_exports *ledger_exports(struct ledger *ledger, bool is_whole)
{
    const struct promise_teller teller = { tell_promise, ledger };
    return promises_settle(ledger->promises, is_whole, &teller);
}

void ledger_add_bytes(struct ledger *ledger, uint64_t bytes)
{
    ledger->sum.counts.bytes += bytes;
}

static int by_line(const void *left, const void *right)
{
    uint64_t a = ((const struct report_absent *)left)->line, b = ((const struct report_absent *)right)->line;
    return a < b ? -1 : a > b;
}

const struct report_known *ledger_known(struct ledger *ledger)
{
    const struct known_list *list = ledger->request->known_values;
    struct report_known *told = &ledger->known;
    if (!list)
        return NULL;
    told->values = known_count(list);
    free(ledger->absent);
    ledger->absent = calloc(known_count(list) + 1, sizeof *ledger->absent);
    if (!ledger->absent)
        abort();
    told->absent = ledger->absent;
    told->absent_count = 0;
    for (size_t i = 0; i < known_count(list); i++) {
        const struct known_value *value = known_at(list, i);
        if (value->is_there)
            continue;
        struct record_id id = id_of_secret(ledger->request->key, slice_str(KNOWN_RULE), value->value);
        if (ledger->request->store && case_has_secret(ledger->request->store, &id))
            continue; /* an earlier run of the case found it */
        ledger->absent[told->absent_count++] = (struct report_absent){ value->label, value->line, id };
    }
    sort_items(ledger->absent, told->absent_count, sizeof *ledger->absent, by_line);
    told->found = told->values - told->absent_count;
    return told;
}

void ledger_sum_up(const struct ledger *ledger, struct report_summary *summary)
{
    struct report_summary kept = *summary;
    *summary = ledger->sum;
    summary->inputs = kept.inputs;
    summary->is_interrupted = kept.is_interrupted;
    summary->seconds = kept.seconds;
    summary->is_complete = summary->gaps == 0 && !summary->is_interrupted;
    summary->exit_status = (summary->findings_counting > 0 ? 1 : 0) | (ledger->gaps_counting > 0 ? 4 : 0);
}
