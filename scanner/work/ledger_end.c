/* ledger_end.c - what is known only when all was read: halves of pairs, promises of exports, known secrets that are nowhere, the sums. */
#include "base/sort.h"
#include "work/ledger_parts.h"

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
        ledger_tell_shown(ledger, shown);
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
        ledger_tell_own_gap(ledger, 0, &gap, slice_str(request->inputs[0].path), slice_of(NULL, 0),
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
    ledger_tell_gap(ledger, &gap, NULL);
}

const struct report_exports *ledger_exports(struct ledger *ledger, bool is_whole)
{
    const struct promise_teller teller = { tell_promise, ledger };
    return promises_settle(ledger->promises, is_whole, &teller);
}

static int by_line(const void *left, const void *right)
{
    uint64_t a = ((const struct report_absent *)left)->line, b = ((const struct report_absent *)right)->line;
    return a < b ? -1 : a > b;
}

/* The families of which the case has secrets, each with a length that theirs have. */
struct families {
    struct arena *arena;
    struct family {
        const struct family *next;
        struct slice name;
        uint64_t length;
    } * first;
};

static void add_family(void *ctx, struct slice name, uint64_t length)
{
    struct families *families = ctx;
    struct family *family = arena_alloc(families->arena, sizeof *family);
    *family = (struct family){ families->first, arena_copy(families->arena, name), length };
    families->first = family;
}

/* Did an earlier run of the case find VALUE, by whatever rule? */
static bool is_in_case(const struct ledger *ledger, const struct families *families, struct slice value)
{
    for (const struct family *family = families->first; family; family = family->next) {
        if (value.len > family->length || family->length - value.len >= CASE_LENGTH_STEP)
            continue;
        struct record_id id = id_of_secret(ledger->request->key, family->name, value);
        if (case_has_secret(ledger->request->store, &id))
            return true;
    }
    return false;
}

const struct report_known *ledger_known(struct ledger *ledger)
{
    const struct known_list *list = ledger->request->known_values;
    struct report_known *told = &ledger->known;
    struct families families = { NULL, NULL };
    if (!list)
        return NULL;
    told->values = known_count(list);
    free(ledger->absent);
    ledger->absent = calloc(known_count(list) + 1, sizeof *ledger->absent);
    if (!ledger->absent)
        abort();
    told->absent = ledger->absent;
    told->absent_count = 0;
    families.arena = arena_new(0);
    if (ledger->request->store)
        case_each_family(ledger->request->store, add_family, &families);
    for (size_t i = 0; i < known_count(list); i++) {
        const struct known_value *value = known_at(list, i);
        if (value->is_there || is_in_case(ledger, &families, value->value))
            continue;
        struct record_id id = id_of_secret(ledger->request->key, slice_str(KNOWN_RULE), value->value);
        ledger->absent[told->absent_count++] = (struct report_absent){ value->label, value->line, id };
    }
    sort_items(ledger->absent, told->absent_count, sizeof *ledger->absent, by_line);
    told->found = told->values - told->absent_count;
    arena_free(families.arena);
    return told;
}

void ledger_sum_up(const struct ledger *ledger, struct report_summary *summary)
{
    struct report_summary kept = *summary;
    *summary = ledger->sum;
    summary->counts.pictures = summary->gaps_by_kind[GAP_PICTURE];
    summary->inputs = kept.inputs;
    summary->inputs_in_case = kept.inputs_in_case;
    summary->messages_in_case = kept.messages_in_case;
    summary->excluded_in_case = kept.excluded_in_case;
    summary->filters = kept.filters;
    summary->is_interrupted = kept.is_interrupted;
    summary->seconds = kept.seconds;
    summary->is_complete = summary->gaps == 0 && !summary->is_interrupted;
    summary->exit_status = (summary->findings_counting > 0 ? 1 : 0) | (ledger->gaps_counting > 0 ? 4 : 0);
}
