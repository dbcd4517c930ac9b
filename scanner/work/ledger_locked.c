/* ledger_locked.c - what is locked: gaps that are held until all was read, and what became of them. */
#include "match/opened.h"
#include "record/case_locks.h"
#include "work/ledger_parts.h"

static void hold_locked(struct ledger *ledger, struct task *task, uint64_t ordinal, const struct unit *unit,
                        struct locked_record *locked)
{
    struct gap_record *gap = &locked->gap;
    const struct message_record *message = unit_message(unit, gap->message);
    if (locks_hold(ledger->locks, task, ordinal, &locked->keys, gap, message)) {
        ledger_keep_gap(ledger, gap);
        return;
    }
    gap->gap.reason = arena_printf(ledger->arena, "%.*s; more locked items than wait to be opened",
                                   (int)gap->gap.reason.len, gap->gap.reason.ptr);
    gap->gap.limit = "unlock-items";
    ledger_tell_gap(ledger, gap, message);
}

/* The case has it since it was held. */
static void tell_held(void *ctx, const struct gap_record *gap, const struct message_record *message)
{
    ledger_report_gap(ctx, gap, message);
}

void ledger_tell_locked(struct ledger *ledger, const struct task *task, const char *why)
{
    locks_tell_rest(ledger->locks, task, why, tell_held, ledger);
}

/* What was a refused leaf for each locked item is now what was found of it. */
void ledger_take_locked(struct ledger *ledger, const struct task *task, uint64_t ordinal)
{
    uint64_t count = locks_take_unit(ledger->locks, task, ordinal);
    ledger->sum.counts.leaves -= count;
    ledger->sum.counts.refused -= count;
}

/* What has no name cannot be read a second time, so nothing in it is opened: not for want of a password. */
void ledger_note_pipe(struct ledger *ledger, const struct task *task, struct unit *unit)
{
    if (task->unlock || task->input->file.len > 0 || ledger->request->settings.limits.unlock_tries == 0)
        return;
    for (size_t i = 0; i < unit->gap_count; i++) {
        struct gap *gap = &unit->gaps[i].gap;
        if (gap->kind == GAP_ENCRYPTED)
            gap->reason =
                arena_printf(ledger->arena,
                             "%.*s; nothing is opened in a pipe or standard input: scan the file by its name",
                             (int)gap->reason.len, gap->reason.ptr);
    }
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
            locks_put_gap(&gaps, &unit->gaps[i], unit_message(unit, unit->gaps[i].message));
    locks_settle_unit(ledger->locks, task, end->ordinal, buffer_slice(&gaps), &end->counts);
    buffer_release(&gaps);
}

void ledger_tell_unit_locks(struct ledger *ledger, struct task *task, struct unit *unit,
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
