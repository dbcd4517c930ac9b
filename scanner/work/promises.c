/* promises.c - what the lists of exports promise, compared with what was walked. */
#include "work/promises.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sort.h"

#define KEPT_MOST ((size_t)200000)            /* promises, tallies, inputs: of each */
#define BYTES_MOST ((size_t)64 * 1024 * 1024) /* of their strings */

enum seen { SEEN_INPUT = 1, SEEN_TALLY = 2, SEEN_UNREAD = 4 };

/* A file or a container that is there. */
struct place {
    struct slice path;
    uint64_t messages;
    unsigned seen;
    bool has_md5;
    unsigned char md5[EXPORT_MD5];
};

struct promises {
    struct arena *arena;
    struct promise_record *promised;
    struct place *places;
    size_t promised_count, promised_room, place_count, place_room;
    bool is_over; /* something was not kept */
    struct report_exports told;
};

struct promises *promises_new(void)
{
    struct promises *promises = calloc(1, sizeof *promises);
    if (!promises)
        abort();
    promises->arena = arena_new(0);
    return promises;
}

void promises_free(struct promises *promises)
{
    if (!promises)
        return;
    arena_free(promises->arena);
    free(promises->promised);
    free(promises->places);
    free(promises);
}

/* Room for one more of ITEMS, which has COUNT. False where there is enough. */
static bool make_room(struct promises *promises, void **items, size_t count, size_t *room, size_t size)
{
    if (count >= KEPT_MOST || arena_used(promises->arena) > BYTES_MOST) {
        promises->is_over = true;
        return false;
    }
    if (count < *room)
        return true;
    *room = *room ? 2 * *room : 64;
    void *more = realloc(*items, *room * size);
    if (!more)
        abort();
    *items = more;
    return true;
}

/* PATH without its percent signs: names in lists have none. */
static struct slice plain_path(struct promises *promises, struct slice path)
{
    char *copy = arena_string(promises->arena, path), *out = copy;
    for (const char *c = copy; *c; c++) {
        unsigned char byte;
        if (*c == '%' && slice_unhex(slice_of(c + 1, strnlen(c + 1, 2)), &byte) == 1 && byte) {
            *out++ = (char)byte;
            c += 2;
        } else {
            *out++ = *c;
        }
    }
    return slice_of(copy, (size_t)(out - copy));
}

static struct place *add_place(struct promises *promises, struct slice path, unsigned seen)
{
    void *items = promises->places;
    struct place *last = promises->place_count ? &promises->places[promises->place_count - 1] : NULL;
    path = plain_path(promises, path);
    if (last && last->seen == seen && slice_is_equal(last->path, path))
        return last;
    if (!make_room(promises, &items, promises->place_count, &promises->place_room, sizeof *promises->places))
        return NULL;
    promises->places = items;
    struct place *place = &promises->places[promises->place_count++];
    *place = (struct place){ .path = path, .seen = seen };
    return place;
}

void promises_input(struct promises *promises, struct slice path)
{
    (void)add_place(promises, path, SEEN_INPUT);
}

void promises_unread(struct promises *promises, struct slice path)
{
    (void)add_place(promises, path, SEEN_UNREAD);
}

void promises_digest(struct promises *promises, struct slice path, const unsigned char md5[EXPORT_MD5])
{
    struct place *place = add_place(promises, path, SEEN_INPUT);
    if (!place)
        return;
    place->has_md5 = true;
    memcpy(place->md5, md5, EXPORT_MD5);
}

void promises_tally(struct promises *promises, const struct tally_record *tally)
{
    struct place *place = add_place(promises, tally->path, SEEN_TALLY);
    promises->is_over |= tally->is_over;
    if (place && tally->messages < UINT64_MAX - place->messages)
        place->messages += tally->messages;
}

/* A file's name with the slashes that paths have. */
static struct slice name_of(struct promises *promises, struct slice name)
{
    char *copy = arena_string(promises->arena, name);
    for (char *c = copy; *c; c++)
        if (*c == '\\')
            *c = '/';
    struct slice out = slice_str(copy);
    while (slice_starts_with(out, "/") || slice_starts_with(out, "./"))
        out = slice_skip(out, out.ptr[0] == '.' ? 2 : 1);
    return out;
}

void promises_take(struct promises *promises, const struct promise_record *promise)
{
    void *items = promises->promised;
    if (!make_room(promises, &items, promises->promised_count, &promises->promised_room,
                   sizeof *promises->promised))
        return;
    promises->promised = items;
    struct promise_record *kept = &promises->promised[promises->promised_count++];
    *kept = *promise;
    kept->promise.name = name_of(promises, promise->promise.name);
    kept->path = arena_copy(promises->arena, promise->path);
    kept->key = arena_copy(promises->arena, promise->key);
    kept->custodian = arena_copy(promises->arena, promise->custodian);
}

/* Comparing. */

/* What one list speaks for: places[first, end), which lie in its folder. */
struct scope {
    const struct place *places;
    size_t count;
    uint64_t messages, others; /* in all */
    bool is_unread, has_archive;
    bool knows_accounts, knows_files; /* some of those that the list names are there */
};

static struct slice folder_of(struct slice path)
{
    size_t end = path.len;
    while (end > 0 && path.ptr[end - 1] != '/')
        end--;
    return slice_sub(path, 0, end);
}

static bool is_below(const struct place *place, struct slice folder)
{
    return place->path.len > folder.len && memcmp(place->path.ptr, folder.ptr, folder.len) == 0;
}

static int by_path(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    int order = slice_compare(a->path, b->path);
    return order ? order : (int)a->seen - (int)b->seen;
}

static struct scope scope_of(const struct promises *promises, struct slice folder)
{
    struct scope scope = { 0 };
    size_t low = 0, high = promises->place_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (slice_compare(promises->places[middle].path, folder) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    scope.places = promises->places + low;
    for (; low + scope.count < promises->place_count; scope.count++) {
        const struct place *place = &scope.places[scope.count];
        if (folder.len > 0 && !is_below(place, folder))
            break;
        scope.messages += place->messages;
        scope.is_unread |= place->seen == SEEN_UNREAD;
        scope.has_archive |=
            slice_find(slice_skip(place->path, folder.len), 0, slice_str("!/")) != SLICE_NONE;
    }
    return scope;
}

/* What is called NAME below the folder: the end of a path is, step by step. */
static bool is_called(struct slice path, struct slice name)
{
    if (path.len < name.len || !slice_is_equal_nocase(slice_skip(path, path.len - name.len), name))
        return false;
    return path.len == name.len || path.ptr[path.len - name.len - 1] == '/';
}

static const struct place *find_file(const struct scope *scope, struct slice name)
{
    const struct place *found = NULL;
    for (size_t i = 0; i < scope->count; i++)
        if (is_called(scope->places[i].path, name) && (!found || scope->places[i].has_md5))
            found = &scope->places[i];
    return found;
}

/* Messages in places whose path below the folder names ACCOUNT. */
static uint64_t messages_of(const struct scope *scope, struct slice folder, struct slice account,
                            bool *is_there)
{
    uint64_t sum = 0;
    *is_there = false;
    for (size_t i = 0; i < scope->count; i++) {
        const struct place *place = &scope->places[i];
        bool is_one = place->seen == SEEN_TALLY && account.len > 0 && account.len < 256 &&
                      slice_find_nocase(slice_skip(place->path, folder.len), 0, account) != SLICE_NONE;
        *is_there |= is_one;
        sum += is_one ? place->messages : 0;
    }
    return sum;
}

/* One list after the other: its promises follow one another. */
struct settling {
    struct promises *promises;
    const struct promise_teller *teller;
    struct scope scope;
    struct slice folder;
    uint64_t compared;
    bool is_whole;
};

static void tell(struct settling *settling, const struct promise_record *record, enum gap_kind kind,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

static void tell(struct settling *settling, const struct promise_record *record, enum gap_kind kind,
                 const char *format, ...)
{
    char reason[1536];
    va_list list;
    va_start(list, format);
    vsnprintf(reason, sizeof reason, format, list);
    va_end(list);
    settling->promises->told.different++;
    settling->teller->gap(settling->teller->ctx, record, kind, slice_str(reason));
}

static void show(struct settling *settling, const struct promise_record *record, uint64_t found,
                 enum report_kept kept)
{
    struct report_exports *told = &settling->promises->told;
    told->promises++;
    told->unchecked += kept == REPORT_UNCHECKED;
    if (told->count == REPORT_EXPORTS_MAX)
        return;
    told->list[told->count++] = (struct report_promise){
        record->path, record->promise.what, record->promise.name, record->promise.count, found, kept
    };
}

static bool can_compare(const struct settling *settling)
{
    return settling->is_whole && !settling->scope.is_unread && !settling->promises->is_over;
}

static void settle_count(struct settling *settling, const struct promise_record *record, uint64_t found,
                         const char *what)
{
    const struct promise *promise = &record->promise;
    bool is_kept = found >= promise->count;
    if (!can_compare(settling)) {
        show(settling, record, found, REPORT_UNCHECKED);
        return;
    }
    if (!is_kept)
        tell(settling, record, GAP_MISSING,
             "the export promises %llu %s%s%.*s and holds %llu: %llu are not here",
             (unsigned long long)promise->count, what, promise->name.len ? " of " : "",
             (int)promise->name.len, (const char *)promise->name.ptr, (unsigned long long)found,
             (unsigned long long)(promise->count - found));
    show(settling, record, found, is_kept ? REPORT_KEPT : REPORT_NOT_KEPT);
}

/* Accounts are found by the names of their mailboxes. Where none is called after its account, only the sum can be compared. */
static void settle_account(struct settling *settling, const struct promise_record *record)
{
    bool is_there;
    uint64_t found = messages_of(&settling->scope, settling->folder, record->promise.name, &is_there);
    if (record->promise.name.len == 0)
        settle_count(settling, record, settling->scope.messages, "messages");
    else if (settling->scope.knows_accounts)
        settle_count(settling, record, found, "messages");
    else
        show(settling, record, 0, REPORT_UNCHECKED);
}

static void settle_file(struct settling *settling, const struct promise_record *record)
{
    const struct promise *promise = &record->promise;
    const struct place *place = find_file(&settling->scope, promise->name);
    bool is_md5 = promise->what == PROMISE_MD5;
    /* What lies in an archive is known by name only where it is a mailbox. */
    if (!can_compare(settling) || (!place && settling->scope.has_archive && !settling->scope.knows_files) ||
        (place && is_md5 && !place->has_md5)) {
        show(settling, record, place != NULL, REPORT_UNCHECKED);
        return;
    }
    bool is_equal = place && (!is_md5 || memcmp(place->md5, promise->md5, EXPORT_MD5) == 0);
    if (!place)
        tell(settling, record, GAP_MISSING, "the export names '%.*s', which is not here",
             (int)promise->name.len, (const char *)promise->name.ptr);
    else if (!is_equal)
        tell(settling, record, GAP_DAMAGED,
             "'%.*s' has not the MD5 that the export says: it was changed or cut", (int)promise->name.len,
             (const char *)promise->name.ptr);
    show(settling, record, place != NULL, is_equal ? REPORT_KEPT : REPORT_NOT_KEPT);
}

static void settle_failed(struct settling *settling, const struct promise_record *record)
{
    tell(settling, record, GAP_MISSING,
         "the export says itself that %llu could not be exported: collect them another way",
         (unsigned long long)record->promise.count);
    show(settling, record, 0, REPORT_NOT_KEPT);
}

static void settle_one(struct settling *settling, const struct promise_record *record)
{
    switch (record->promise.what) {
    case PROMISE_MESSAGES:
        settle_account(settling, record);
        break;
    case PROMISE_ITEMS:
        settle_count(settling, record, settling->scope.messages + settling->scope.others, "items");
        break;
    case PROMISE_FILE:
    case PROMISE_MD5:
        settle_file(settling, record);
        break;
    case PROMISE_FAILED:
        settle_failed(settling, record);
        break;
    case PROMISE_WHATS:
        break;
    }
}

static bool is_mailbox_name(struct slice path)
{
    static const char *const ends[] = { ".pst", ".mbox", ".zip", ".tgz", ".tar", ".gz", ".ost", ".olm" };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_ends_with_nocase(path, ends[i]))
            return true;
    return export_is_list(path);
}

/* Inputs that are neither messages, mailboxes nor lists: documents of the export. */
static uint64_t count_others(const struct scope *scope)
{
    uint64_t others = 0;
    for (size_t i = 0; i < scope->count; i++) {
        const struct place *place = &scope->places[i];
        bool has_messages = i + 1 < scope->count && scope->places[i + 1].seen == SEEN_TALLY &&
                            scope->places[i + 1].messages > 0 &&
                            slice_is_equal(scope->places[i + 1].path, place->path);
        others += place->seen == SEEN_INPUT && !has_messages && !is_mailbox_name(place->path);
    }
    return others;
}

/* Whether some mailbox of the scope is called after one of the list's accounts: promises [AT, END). */
static bool knows_accounts(const struct settling *settling, size_t at, size_t end)
{
    const struct promises *promises = settling->promises;
    for (; at < end; at++) {
        const struct promise *promise = &promises->promised[at].promise;
        bool is_there = false;
        if (promise->what == PROMISE_MESSAGES && promise->name.len > 0)
            (void)messages_of(&settling->scope, settling->folder, promise->name, &is_there);
        if (is_there)
            return true;
    }
    return false;
}

static bool knows_files(const struct settling *settling, size_t at, size_t end)
{
    for (; at < end; at++) {
        const struct promise *promise = &settling->promises->promised[at].promise;
        if ((promise->what == PROMISE_FILE || promise->what == PROMISE_MD5) &&
            find_file(&settling->scope, promise->name))
            return true;
    }
    return false;
}

/* Of a list whose accounts no mailbox is called after: all of them together, as a promise of its own. */
static void settle_sum(struct settling *settling, size_t at, size_t end)
{
    const struct promises *promises = settling->promises;
    struct promise_record sum = promises->promised[at];
    bool is_any = false;
    sum.promise = (struct promise){ .what = PROMISE_MESSAGES };
    for (; at < end; at++) {
        const struct promise *promise = &promises->promised[at].promise;
        bool is_account = promise->what == PROMISE_MESSAGES && promise->name.len > 0;
        is_any |= is_account;
        if (is_account && promise->count < UINT64_MAX - sum.promise.count)
            sum.promise.count += promise->count;
    }
    if (is_any)
        settle_count(settling, &sum, settling->scope.messages, "messages");
}

/* A list as large as its folder, or as many lists as it has files, would be compared in time that grows with their square. */
#define COMPARISONS_MOST ((uint64_t)50 * 1000 * 1000)
#define ALL_COMPARISONS_MOST (20 * COMPARISONS_MOST)

static void settle_list(struct settling *settling, size_t at, size_t end)
{
    const struct promises *promises = settling->promises;
    settling->folder = folder_of(plain_path(settling->promises, promises->promised[at].path));
    settling->scope = (struct scope){ .is_unread = true };
    if (settling->compared <= ALL_COMPARISONS_MOST) {
        settling->scope = scope_of(promises, settling->folder);
        settling->scope.others = count_others(&settling->scope);
        uint64_t comparisons = (uint64_t)(end - at + 1) * settling->scope.count;
        settling->compared += comparisons;
        settling->scope.is_unread |=
            comparisons > COMPARISONS_MOST || settling->compared > ALL_COMPARISONS_MOST;
    }
    settling->scope.knows_accounts = !settling->scope.is_unread && knows_accounts(settling, at, end);
    settling->scope.knows_files = !settling->scope.is_unread && knows_files(settling, at, end);
    if (!settling->scope.knows_accounts)
        settle_sum(settling, at, end);
    for (; at < end; at++)
        settle_one(settling, &promises->promised[at]);
}

/* In an order that does not hang on which worker was faster. */
static int by_list(const void *left, const void *right)
{
    const struct promise_record *a = left, *b = right;
    int order = slice_compare(a->path, b->path);
    if (order == 0)
        order = (int)a->promise.what - (int)b->promise.what;
    return order ? order : slice_compare(a->promise.name, b->promise.name);
}

const struct report_exports *promises_settle(struct promises *promises, bool is_whole,
                                             const struct promise_teller *teller)
{
    struct settling settling = { .promises = promises, .teller = teller, .is_whole = is_whole };
    if (promises->promised_count == 0)
        return NULL;
    promises->told.list = arena_alloc_array(promises->arena, REPORT_EXPORTS_MAX, sizeof *promises->told.list);
    sort_items(promises->places, promises->place_count, sizeof *promises->places, by_path);
    sort_items(promises->promised, promises->promised_count, sizeof *promises->promised, by_list);
    for (size_t at = 0, end; at < promises->promised_count; at = end) {
        for (end = at + 1; end < promises->promised_count &&
                           slice_is_equal(promises->promised[end].path, promises->promised[at].path);)
            end++;
        settle_list(&settling, at, end);
    }
    return &promises->told;
}
