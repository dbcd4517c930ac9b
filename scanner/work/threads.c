/* threads.c - halves of pairs held until all messages of their thread were seen: holding, and telling in the end. */
#include "work/threads_parts.h"

#include "base/sort.h"
#include "record/id.h"
#include "record/pair.h"
#include "record/wire.h"

#define BYTES_MAX ((size_t)128 * 1024 * 1024)

struct threads {
    const struct ruleset *rules;
    uint64_t most, over_limit;
    struct thread_half **halves;
    size_t count, capacity, bytes;
};

struct thread_keys thread_keys_of(const struct envelope *envelope)
{
    struct thread_keys keys = { .date = envelope->date, .is_guessed = envelope->is_thread_guessed };
    keys.has_id = envelope->id.len > 0;
    keys.has_thread = envelope->thread.len > 0;
    if (keys.has_id)
        keys.id = id_of_thread(envelope->id);
    if (keys.has_thread)
        keys.thread = id_of_thread(envelope->thread);
    return keys;
}

struct threads *threads_new(const struct ruleset *rules, uint64_t most)
{
    struct threads *threads = calloc(1, sizeof *threads);
    if (!threads)
        abort();
    threads->rules = rules;
    threads->most = most;
    return threads;
}

static void drop_all(struct threads *threads)
{
    for (size_t i = 0; i < threads->count; i++) {
        explicit_bzero(threads->halves[i]->bytes, threads->halves[i]->len);
        free(threads->halves[i]);
    }
    threads->count = threads->bytes = 0;
}

void threads_free(struct threads *threads)
{
    if (!threads)
        return;
    drop_all(threads);
    free(threads->halves);
    free(threads);
}

uint64_t threads_over_limit(const struct threads *threads)
{
    return threads->over_limit;
}

bool threads_is_waiting(const struct threads *threads, const struct finding *finding)
{
    const struct rule_pair *pair = &threads->rules->rules[finding->rule].pair;
    if (!pair->kind || pair->within != PAIR_THREAD || finding->message == RECORD_NO_MESSAGE)
        return false;
    return pair->role != PAIR_SECRET || pair_lacks(finding, pair) != 0;
}

/* Room for a half with LEN bytes behind it; NULL over the limit. */
static struct thread_half *add(struct threads *threads, size_t len)
{
    if (threads->count >= threads->most || len > BYTES_MAX - threads->bytes) {
        threads->over_limit++;
        return NULL;
    }
    if (threads->count == threads->capacity) {
        size_t capacity = threads->capacity ? threads->capacity * 2 : 64;
        struct thread_half **list = realloc(threads->halves, capacity * sizeof *list);
        if (!list)
            abort();
        threads->halves = list;
        threads->capacity = capacity;
    }
    struct thread_half *half = calloc(1, sizeof *half + len);
    if (!half)
        abort();
    half->len = len;
    threads->bytes += len;
    threads->halves[threads->count++] = half;
    return half;
}

static struct slice put(struct thread_half *half, size_t *at, struct slice text)
{
    unsigned char *to = half->bytes + *at;
    if (text.len > 0)
        memcpy(to, text.ptr, text.len);
    *at += text.len;
    return slice_of(to, text.len);
}

/* A message without an id is known by its path. */
static void take_keys(struct thread_half *half, const struct thread_keys *keys)
{
    half->keys = *keys;
    half->name = keys->has_id ? keys->id : id_of_thread(half->part.path);
}

/* What the secret would still like to know. */
static uint32_t wants_of(const struct finding *finding, const struct rule_pair *pair)
{
    struct rule_pair all = *pair;
    all.needs = (1u << PAIR_ROLES) - 1 - (1u << PAIR_NONE) - (1u << PAIR_SECRET);
    return pair_lacks(finding, &all);
}

bool threads_hold_finding(struct threads *threads, const struct thread_keys *keys,
                          const struct report_finding *shown, const struct record_id *value)
{
    struct buffer record, message;
    size_t at = 0;
    const struct finding *finding = shown->finding;
    buffer_init(&record, WIRE_RECORD_MAX);
    buffer_init(&message, WIRE_RECORD_MAX);
    wire_put_finding(&record, finding);
    wire_put_message(&message, shown->message);
    struct thread_half *half =
        add(threads, record.len + message.len + finding->path.len + shown->redacted.len);
    if (half) {
        half->pair = &shown->rule->pair;
        half->rule = finding->rule;
        half->is_finding = true;
        half->value = *value;
        half->wants = wants_of(finding, half->pair);
        half->secret_id = shown->secret_id;
        half->record = put(half, &at, buffer_slice(&record));
        half->message = put(half, &at, buffer_slice(&message));
        half->part = (struct finding_part){ .role = half->pair->role,
                                            .line = finding->line,
                                            .column = finding->column,
                                            .offset = finding->offset,
                                            .path = put(half, &at, finding->path),
                                            .shown = put(half, &at, shown->redacted) };
        take_keys(half, keys);
    }
    buffer_release(&record); /* wipes */
    buffer_release(&message);
    return half != NULL;
}

bool threads_hold_half(struct threads *threads, const struct thread_keys *keys,
                       const struct half_record *record, const struct record_id *value)
{
    size_t at = 0;
    struct thread_half *half = add(threads, record->part.path.len + record->part.shown.len);
    if (!half)
        return false;
    half->pair = &threads->rules->rules[record->rule].pair;
    half->rule = record->rule;
    half->value = *value;
    half->part = record->part;
    half->part.path = put(half, &at, record->part.path);
    half->part.shown = put(half, &at, record->part.shown);
    take_keys(half, keys);
    return true;
}

/* In the end. */

static int by_path(const void *left, const void *right)
{
    const struct thread_half *a = *(struct thread_half *const *)left,
                             *b = *(struct thread_half *const *)right;
    int order = slice_compare(a->part.path, b->part.path);
    if (order)
        return order;
    if (a->part.offset != b->part.offset)
        return a->part.offset < b->part.offset ? -1 : 1;
    return a->rule < b->rule ? -1 : a->rule > b->rule;
}

static enum thread_fate add_partners(const struct thread_half *half, struct finding *finding,
                                     struct arena *arena)
{
    size_t before = finding->part_count;
    if (half->is_taken && half->pair->role != PAIR_SECRET)
        return THREAD_MERGED;
    struct rule_pair pair = *half->pair;
    pair.raises_verdict &= half->guessed == 0;
    for (int role = PAIR_ID; role < PAIR_ROLES; role++)
        if (half->partners[role])
            pair_add_part(finding, &pair, half->part.shown, &half->partners[role]->part,
                          half->guessed >> role & 1 ? "in another message of what seems to be the thread"
                                                    : "in another message of the thread",
                          arena);
    return finding->part_count > before ? THREAD_PAIRED : THREAD_ALONE;
}

static void tell_half(struct threads *threads, const struct thread_half *half, struct arena *arena,
                      void (*tell)(void *ctx, struct report_finding *finding, enum thread_fate fate),
                      void *ctx)
{
    struct finding finding;
    struct message_record message;
    struct error err;
    /* It was written by wire_put_… of this process: it reads. */
    if (wire_get_finding(half->record, arena, (uint32_t)threads->rules->count, &finding, &err) < 0 ||
        wire_get_message(half->message, arena, &message, &err) < 0)
        abort();
    enum thread_fate fate = add_partners(half, &finding, arena);
    struct report_finding shown = { .rule = &threads->rules->rules[half->rule],
                                    .finding = &finding,
                                    .message = &message,
                                    .secret_id = half->secret_id,
                                    .redacted = half->part.shown };
    tell(ctx, &shown, fate);
}

void threads_settle(struct threads *threads,
                    void (*tell)(void *ctx, struct report_finding *finding, enum thread_fate fate), void *ctx)
{
    struct arena *arena = arena_new(0);
    arena_wipe_always(arena);
    struct arena_mark empty = arena_mark(arena);
    threads_join(threads->halves, threads->count, arena);
    arena_rewind(arena, empty);
    sort_items(threads->halves, threads->count, sizeof *threads->halves, by_path);
    for (size_t i = 0; i < threads->count; i++) {
        const struct thread_half *half = threads->halves[i];
        if (!half->is_finding)
            continue;
        tell_half(threads, half, arena, tell, ctx);
        arena_rewind(arena, empty);
    }
    drop_all(threads);
    arena_free(arena);
}
