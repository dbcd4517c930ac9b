/* scan_lock.c - what is locked: left for later at first, then opened with what the mail tells.
 *
 * The first look at an input leaves a locked item alone: with all that lies in it, it is one gap, which the supervisor holds back. When all was read
 * the unit comes again, with the passwords of the messages around it (scan_harvest.c). What lies in the item is told then, and only that, opened or
 * not.
 */
#include "walk/lock.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "record/id.h"
#include "scan_parts.h"
#include "walk/hold.h"

/* Members of one archive may have as many passwords. */
#define ROUNDS_MOST 4

/* Recognising. */

/* All bytes of a source that is held, in memory. */
static bool whole_of(struct scan *scan, struct item *item, struct slice *whole)
{
    struct source *source = item->source;
    uint64_t size = source->size;
    struct error err;
    if (size > scan->settings->limits.unlock_bytes || source->offset != 0)
        return false;
    if (source->ready.len == size) {
        *whole = source->ready;
        return true;
    }
    unsigned char *bytes = arena_room(item->arena, (size_t)size + 1);
    for (uint64_t at = 0; at < size;) {
        int64_t got = source_read_at(source, at, bytes + at, (size_t)(size - at), &err);
        if (got <= 0)
            return false;
        at += (uint64_t)got;
    }
    *whole = slice_of(bytes, (size_t)size);
    return true;
}

struct lock *scan_lock_find(struct scan *scan, struct item *item)
{
    const struct scan_task *task = scan->task;
    struct error err;
    struct slice whole;
    if ((!task->may_leave && task->purpose == SCAN_ALL) || item->refused || item->opener || !item->source ||
        item->content != CONTENT_ANY)
        return NULL;
    (void)source_fill(item->source, FORMAT_HEAD, NULL);
    struct slice head = slice_sub(item->source->ready, 0, FORMAT_HEAD);
    if (!lock_is_likely(head) || (lock_is_in_text(head) && scan_finds_format(scan, item)))
        return NULL;
    if (!source_is_seekable(item->source))
        item->source = hold_source(item->arena, item->source, &scan->env, &err);
    if (!source_is_seekable(item->source) || !whole_of(scan, item, &whole))
        return NULL;
    return lock_find(whole, &scan->settings->limits);
}

/* Leaving. */

static uint64_t print_of(struct slice text)
{
    struct record_id id = id_of_thread(text);
    uint64_t value;
    memcpy(&value, id.bytes, sizeof value);
    return value | 1; /* 0 is none */
}

static void add_people(struct message_keys *keys, const struct slice *at, size_t count)
{
    for (size_t i = 0; i < count && keys->people_count < RECORD_PEOPLE_MAX; i++)
        keys->people[keys->people_count++] = print_of(at[i]);
}

struct message_keys scan_keys_of(const struct item *item)
{
    struct message_keys keys = { .date = ENVELOPE_NO_DATE };
    const struct item *message = item_outer_message(item);
    if (!message)
        keys.volumes[keys.volume_count++] = scan_folder_key(item);
    if (!message || !message->envelope)
        return keys;
    struct envelope *envelope = message->envelope;
    envelope_complete(envelope);
    keys.id = envelope->id.len ? print_of(envelope->id) : 0;
    keys.thread = envelope->thread.len ? print_of(envelope->thread) : 0;
    keys.is_thread_guessed = envelope->is_thread_guessed;
    keys.date = envelope->date;
    add_people(&keys, &envelope->from, 1);
    add_people(&keys, envelope->to.at, envelope->to.count);
    add_people(&keys, envelope->cc.at, envelope->cc.count);
    add_people(&keys, envelope->bcc.at, envelope->bcc.count);
    return keys;
}

/* "zip archive" of "zip archive (ZipCrypto, AES)". */
static struct slice title_of(const struct lock *lock)
{
    struct slice title = slice_str(lock_title(lock));
    size_t end = slice_find(title, 0, slice_str(" ("));
    return end == SLICE_NONE ? title : slice_sub(title, 0, end);
}

static struct gap gap_of(const struct item *item, const struct lock *lock)
{
    return (struct gap){ .kind = GAP_ENCRYPTED,
                         .stands_for = GAP_STANDS_FOR_LEAF,
                         .reason = arena_printf(item->arena, "%.*s needs a password", (int)title_of(lock).len,
                                                title_of(lock).ptr),
                         .bytes = item->source->size };
}

void scan_lock_leave(struct scan *scan, struct item *item, struct lock *lock)
{
    const struct gap gap = gap_of(item, lock);
    const struct message_keys keys = scan_keys_of(item);
    lock_close(lock);
    if (scan->is_quiet)
        return;
    scan->counts.leaves++;
    scan->counts.refused++;
    collector_locked(scan->collector, item, &gap, &keys);
    scan_note_names(scan, item);
}

/* Opening. */

/* What is tried, once each; and what it cost. */
struct trying {
    struct scan *scan;
    struct lock *lock;
    uint64_t *seen; /* hashes of what was tried, open addressing; 0 is none */
    size_t seen_size;
    uint64_t tries;
    double began;
    struct error err;
    const struct harvested_key *key; /* that goes with what is tried; NULL: none */
    /* The one that opened. */
    struct slice password, place;
    uint64_t line, column;
    enum password_from from;
};

static uint64_t hash_of(struct slice value)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < value.len; i++)
        hash = (hash ^ value.ptr[i]) * UINT64_C(0x100000001B3);
    return hash;
}

static bool is_new(struct trying *trying, struct slice value)
{
    uint64_t hash = hash_of(value), mark = 0;
    if (trying->key)
        memcpy(&mark, trying->key->bytes, sizeof mark);
    hash = (hash ^ mark) | 1;
    size_t at = (size_t)(hash >> 7) & (trying->seen_size - 1);
    while (trying->seen[at] != 0 && trying->seen[at] != hash)
        at = (at + 1) & (trying->seen_size - 1);
    bool is_new = trying->seen[at] == 0;
    trying->seen[at] = hash;
    return is_new;
}

/* LOCK_WRONG: go on with the next. */
static enum lock_answer try_value(struct trying *trying, struct slice value)
{
    const struct limits *limits = &trying->scan->settings->limits;
    if (trying->tries == limits->unlock_tries) {
        error_set_limit(&trying->err, "unlock-tries", "more passwords than are tried on one item");
        return LOCK_LIMIT;
    }
    if (!is_new(trying, value))
        return LOCK_WRONG;
    if (scan_cpu_now() - trying->began > (double)limits->unlock_cpu) {
        error_set_limit(&trying->err, "unlock-cpu", "the time for passwords of one item is over");
        return LOCK_LIMIT;
    }
    scan_sign_of_life(trying->scan);
    trying->tries++;
    enum lock_answer answer = lock_try(trying->lock, value, &trying->err);
    if (answer == LOCK_OPEN)
        trying->password = value;
    return answer;
}

static enum lock_answer try_harvested(struct trying *trying, const struct harvested *harvested,
                                      enum password_from from)
{
    struct slice forms[HARVEST_FORMS];
    enum lock_answer answer = LOCK_WRONG;
    size_t count = harvest_forms(harvested->value, forms);
    for (size_t i = 0; i < count && answer == LOCK_WRONG; i++)
        answer = try_value(trying, forms[i]);
    if (answer == LOCK_OPEN) {
        trying->from = from;
        trying->place = harvested->place;
        trying->line = harvested->line;
        trying->column = harvested->column;
    }
    return answer;
}

static enum lock_answer try_place(struct trying *trying, const struct harvest *place, enum harvest_rank rank)
{
    enum password_from from = rank == HARVEST_NAME ? PASSWORD_FROM_NAME : PASSWORD_FROM_MAIL;
    enum lock_answer answer = LOCK_WRONG;
    for (size_t i = 0; i < place->count && answer == LOCK_WRONG; i++)
        if (place->at[i].rank == rank)
            answer = try_harvested(trying, &place->at[i], from);
    return answer;
}

/* The harvest number INDEX: of the places, then of what was opened; NULL behind them. */
static const struct harvest *harvest_at(const struct scan *scan, size_t index)
{
    const struct scan_wanted *wanted = scan->wanted;
    return index < wanted->place_count    ? wanted->places[index]
           : index == wanted->place_count ? &scan->inside
                                          : NULL;
}

static enum lock_answer try_rank(struct trying *trying, enum harvest_rank rank)
{
    const struct harvest *place;
    enum lock_answer answer = LOCK_WRONG;
    for (size_t p = 0; answer == LOCK_WRONG && (place = harvest_at(trying->scan, p)) != NULL; p++)
        answer = try_place(trying, place, rank);
    return answer;
}

static enum lock_answer try_listed(struct trying *trying)
{
    const struct harvest *list = trying->scan->settings->passwords;
    enum lock_answer answer = LOCK_WRONG;
    for (size_t i = 0; list && i < list->count && answer == LOCK_WRONG; i++) {
        answer = try_value(trying, list->at[i].value);
        trying->from = PASSWORD_FROM_LIST;
        trying->line = list->at[i].line;
    }
    return answer;
}

/* None at all, and what samples of malware are locked with everywhere; of key stores, what Java's and Google's tools make of them by themselves. */
static enum lock_answer try_common(struct trying *trying)
{
    static const char *const common[] = { "", "infected", "password", "1234" };
    static const char *const of_stores[] = { "changeit", "changeme", "notasecret" };
    size_t store_count = lock_is_store(trying->lock) ? sizeof of_stores / sizeof *of_stores : 0;
    enum lock_answer answer = LOCK_WRONG;
    trying->from = PASSWORD_COMMON;
    for (size_t i = 0; i < sizeof common / sizeof *common && answer == LOCK_WRONG; i++)
        answer = try_value(trying, slice_str(common[i]));
    for (size_t i = 0; i < store_count && answer == LOCK_WRONG; i++)
        answer = try_value(trying, slice_str(of_stores[i]));
    return answer;
}

/* What a rule found in the mail comes first, so that the report names it. */
static enum lock_answer try_best(struct trying *trying)
{
    enum lock_answer answer = try_rank(trying, HARVEST_TOLD);
    return answer == LOCK_WRONG ? try_listed(trying) : answer;
}

static enum lock_answer try_rest(struct trying *trying)
{
    enum lock_answer answer = LOCK_WRONG;
    for (int rank = HARVEST_TURNED_DOWN; rank < HARVEST_RANKS && answer == LOCK_WRONG; rank++)
        answer = try_rank(trying, (enum harvest_rank)rank);
    return answer == LOCK_WRONG ? try_common(trying) : answer;
}

/* A key file may be all that there is. */
static enum lock_answer try_best_or_none(struct trying *trying)
{
    trying->from = PASSWORD_COMMON;
    enum lock_answer answer = try_value(trying, slice_of(NULL, 0));
    return answer == LOCK_WRONG ? try_best(trying) : answer;
}

static void use_key(struct trying *trying, const struct harvested_key *key)
{
    trying->key = key;
    lock_use_key(trying->lock, key ? key->bytes : NULL);
}

/* TRY each key file of the places, those that were MEANT to be one or the others. */
static enum lock_answer try_keys(struct trying *trying, bool is_meant,
                                 enum lock_answer (*try)(struct trying *))
{
    const struct harvest *place;
    enum lock_answer answer = LOCK_WRONG;
    for (size_t p = 0; lock_takes_key(trying->lock) && (place = harvest_at(trying->scan, p)) != NULL; p++)
        for (size_t i = 0; i < place->key_count && answer == LOCK_WRONG; i++) {
            if (place->keys[i].is_meant != is_meant)
                continue;
            use_key(trying, &place->keys[i]);
            answer = try(trying);
        }
    if (answer == LOCK_WRONG)
        use_key(trying, NULL);
    return answer;
}

static enum lock_answer try_all(struct trying *trying)
{
    use_key(trying, NULL);
    enum lock_answer answer = try_best(trying);
    if (answer == LOCK_WRONG)
        answer = try_keys(trying, true, try_best_or_none);
    if (answer == LOCK_WRONG)
        answer = try_rest(trying);
    if (answer == LOCK_WRONG)
        answer = try_keys(trying, true, try_rest);
    return answer == LOCK_WRONG ? try_keys(trying, false, try_best_or_none) : answer;
}

/* As much of a key file's name as is shown. */
static struct slice name_of(const struct harvested_key *key)
{
    const size_t most = 80;
    struct slice name = key ? key->name : slice_str("");
    return slice_sub(name, 0, name.len > most ? utf8_cut(name, most) : name.len);
}

static struct slice describe(struct arena *arena, const struct trying *trying)
{
    const char *scheme = lock_scheme(trying->lock);
    struct slice title = title_of(trying->lock), name = name_of(trying->key);
    bool has_key = trying->key != NULL;
    return arena_printf(arena, "%.*s%s%s%s%s%.*s%s", (int)title.len, title.ptr, *scheme ? " (" : "", scheme,
                        *scheme ? ")" : "", has_key ? ", with the key file '" : "", (int)name.len,
                        name.len ? (const char *)name.ptr : "", has_key ? "'" : "");
}

static void tell_opened(struct scan *scan, const struct item *item, const struct trying *trying,
                        const struct gap *gap)
{
    struct slice kind = describe(item->arena, trying);
    const struct opened_record opened = { .kind = kind,
                                          .from = trying->from,
                                          .place = trying->place,
                                          .line = trying->line,
                                          .column = trying->column,
                                          .secret = trying->password };
    collector_opened(scan->collector, item, gap, &opened);
    scan_note_names(scan, item);
}

/* What there is to say of key files: nothing of a lock that takes none. */
static struct slice say_keys(const struct item *item, const struct trying *trying)
{
    const struct harvest *place;
    const struct harvested_key *meant = NULL;
    if (!lock_takes_key(trying->lock))
        return slice_of(NULL, 0);
    for (size_t p = 0; !meant && (place = harvest_at(trying->scan, p)) != NULL; p++)
        for (size_t i = 0; i < place->key_count && !meant; i++)
            meant = place->keys[i].is_meant ? &place->keys[i] : NULL;
    if (!meant)
        return slice_str(", and no key file is beside it: its password, its key file or both are needed");
    struct slice name = name_of(meant);
    return arena_printf(
        item->arena,
        ", nor with the key file '%.*s' beside it: the right password, key file or both are needed",
        (int)name.len, name.len ? (const char *)name.ptr : "");
}

/* What the gaps below are told with. */
static void note_tried(struct scan *scan, const struct item *item, const struct trying *trying,
                       enum lock_answer answer)
{
    const char *why = trying->err.message;
    unsigned long long tries = trying->tries;
    struct slice keys = say_keys(item, trying);
    if (answer == LOCK_WRONG)
        scan->unlocking = arena_printf(item->arena, "; %llu passwords did not open it%.*s", tries,
                                       (int)keys.len, keys.len ? (const char *)keys.ptr : "");
    else if (answer == LOCK_LIMIT && tries > 1)
        scan->unlocking = arena_printf(item->arena, "; %llu passwords did not open it; %s", tries, why);
    else
        scan->unlocking = arena_printf(item->arena, "; no password can be tried: %s", why);
    if (answer == LOCK_LIMIT)
        scan_gap(scan, item, GAP_LIMIT, GAP_STANDS_FOR_REST, trying->err.limit, why);
}

/* A key in a text is no item of its own: nothing below tells that it stays locked. */
static void tell_still_locked(struct scan *scan, const struct item *item, const struct lock *lock)
{
    struct gap gap = gap_of(item, lock);
    gap.stands_for = GAP_STANDS_FOR_REST;
    gap.bytes = GAP_BYTES_UNKNOWN;
    if (lock_is_in_text(slice_sub(item->source->ready, 0, FORMAT_HEAD)))
        scan_gap_put(scan, item, &gap);
}

/* One password, and what it shows. True: there may be more that is locked in what it showed. */
static bool open_once(struct scan *scan, struct item *item, struct lock *lock, struct trying *trying)
{
    const struct gap gap = gap_of(item, lock);
    struct slice name;
    trying->lock = lock;
    trying->tries = 0;
    trying->err = (struct error){ 0 };
    trying->place = slice_of(NULL, 0);
    trying->line = trying->column = 0;
    memset(trying->seen, 0, trying->seen_size * sizeof *trying->seen);
    enum lock_answer answer = try_all(trying);
    if (answer != LOCK_OPEN) {
        note_tried(scan, item, trying, answer);
        tell_still_locked(scan, item, lock);
        return false;
    }
    tell_opened(scan, item, trying, &gap);
    trying->err = (struct error){ 0 };
    struct source *content = lock_content(lock, item->arena, &name, &trying->err);
    if (trying->err.kind != ERROR_NONE)
        scan_gap_of_error(scan, item, &trying->err);
    if (content)
        item->source = content;
    else
        lock_set_opener(lock, trying->password, item);
    return content != NULL;
}

void scan_lock_open(struct scan *scan, struct item *item, struct lock *lock)
{
    struct trying trying = { .scan = scan, .began = scan_cpu_now(), .seen_size = 64 };
    uint64_t tries = scan->settings->limits.unlock_tries;
    while (trying.seen_size < 2 * tries + 2)
        trying.seen_size *= 2;
    trying.seen = calloc(trying.seen_size, sizeof *trying.seen);
    if (!trying.seen)
        abort();
    for (unsigned round = 0; lock && round < ROUNDS_MOST; round++) {
        bool is_open = open_once(scan, item, lock, &trying);
        lock_close(lock);
        lock = is_open ? scan_lock_find(scan, item) : NULL;
    }
    if (lock) /* more keys than rounds */
        tell_still_locked(scan, item, lock);
    lock_close(lock);
    explicit_bzero(trying.seen, trying.seen_size * sizeof *trying.seen);
    free(trying.seen);
    scan->unit_cpu += scan_cpu_now() - trying.began; /* it has a limit of its own */
}
