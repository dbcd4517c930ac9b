/* held_orgs.c - which organisations that are not inside sent or got which message that holds a secret. */
#include <stdlib.h>

#include "report/held.h"

/* People that are not inside, with the organisations numbered as they come. */
static int read_people(struct lists *lists, struct held *held, struct held_orgs *orgs)
{
    static const char sql[] = "SELECT person, dense_rank() OVER (ORDER BY organisation, side), side = "
                              "'outside', (SELECT max(person) "
                              "FROM who), (SELECT count(*) FROM who) FROM who WHERE side <> 'inside'";
    sqlite3_stmt *row = case_statement(lists->store, sql);
    while (case_next(lists->store, row) == 1) {
        int64_t person = sqlite3_column_int64(row, 0), most = sqlite3_column_int64(row, 3);
        if (most < 0 || most >= UINT32_MAX || person < 0)
            return error_set(&lists->failure, ERROR_LIMIT, "the case '%s' has too many people for its lists",
                             case_folder(lists->store));
        if (!orgs->org_of) {
            orgs->person_count = (size_t)most + 1;
            orgs->org_of = arena_alloc_array(held->arena, orgs->person_count, sizeof *orgs->org_of);
            orgs->did = arena_alloc_array(held->arena, orgs->person_count, sizeof *orgs->did);
            orgs->is_outside = arena_alloc_array(held->arena, (size_t)sqlite3_column_int64(row, 4) + 1,
                                                 sizeof *orgs->is_outside);
        }
        uint32_t org = (uint32_t)sqlite3_column_int64(row, 1);
        orgs->org_of[person] = org;
        orgs->is_outside[org - 1] = sqlite3_column_int(row, 2);
        orgs->count = org > orgs->count ? org : orgs->count;
    }
    if (row)
        sqlite3_reset(row);
    return case_failure(lists->store) ? held_fail(lists) : 0;
}

/* The people of one message, as far as they have been read. */
struct mailing {
    struct held *held;
    struct held_orgs *orgs;
    uint32_t message;
    uint32_t *recipients; /* people */
    size_t recipient_count, recipient_capacity;
    bool has_sender, has_inside_sender, has_two_unknown;
    uint32_t unknown_sender; /* 1 + an org of which nobody said whether it is inside; 0: none */
    uint32_t *marks;         /* by 3 * org + way: 1 + the message that was last seen with it */
    size_t way_count, way_capacity;
};

static void put_way(struct mailing *mailing, uint32_t person, uint32_t org, uint8_t way)
{
    struct held_orgs *orgs = mailing->orgs;
    uint32_t *mark = &mailing->marks[(size_t)3 * org + way];
    orgs->did[person] |= (uint8_t)(1 << way);
    if (*mark == mailing->message + 1)
        return;
    *mark = mailing->message + 1;
    if (mailing->way_count == mailing->way_capacity) {
        mailing->way_capacity = mailing->way_capacity ? mailing->way_capacity * 2 : 4096;
        orgs->ways = realloc(orgs->ways, mailing->way_capacity * sizeof *orgs->ways);
        if (!orgs->ways)
            abort();
    }
    orgs->ways[mailing->way_count++] = (struct held_way){ org, way };
}

static void take_sender(struct mailing *mailing, uint32_t person, uint32_t org)
{
    mailing->has_sender = true;
    if (org == 0) {
        mailing->has_inside_sender = true;
        return;
    }
    if (!mailing->orgs->is_outside[org - 1]) {
        mailing->has_two_unknown |= mailing->unknown_sender != 0 && mailing->unknown_sender != org;
        mailing->unknown_sender = org;
    }
    put_way(mailing, person, org - 1, 1);
}

static void take_recipient(struct mailing *mailing, uint32_t person)
{
    if (mailing->recipient_count == mailing->recipient_capacity) {
        mailing->recipient_capacity = mailing->recipient_capacity ? mailing->recipient_capacity * 2 : 64;
        mailing->recipients =
            realloc(mailing->recipients, mailing->recipient_capacity * sizeof *mailing->recipients);
        if (!mailing->recipients)
            abort();
    }
    mailing->recipients[mailing->recipient_count++] = person;
}

/* Whether nothing of ours went to ORG: each sender is outside, or of ORG itself. Where one of several is inside, it is ours. */
static bool is_foreign(const struct mailing *mailing, uint32_t org)
{
    return mailing->has_sender && !mailing->has_inside_sender && !mailing->has_two_unknown &&
           (mailing->unknown_sender == 0 || mailing->unknown_sender == org);
}

static void end_message(struct mailing *mailing)
{
    for (size_t i = 0; i < mailing->recipient_count; i++) {
        uint32_t person = mailing->recipients[i], org = mailing->orgs->org_of[person];
        put_way(mailing, person, org - 1, is_foreign(mailing, org) ? 2 : 0);
    }
    mailing->recipient_count = 0;
    mailing->has_sender = mailing->has_inside_sender = mailing->has_two_unknown = false;
    mailing->unknown_sender = 0;
}

static void begin_message(struct mailing *mailing, uint32_t message)
{
    end_message(mailing);
    for (uint32_t i = mailing->message + 1; i <= message; i++)
        mailing->orgs->first[i] = (uint32_t)mailing->way_count;
    mailing->message = message;
}

static void take_person(struct mailing *mailing, sqlite3_stmt *row)
{
    int64_t message = sqlite3_column_int64(row, 0), person = sqlite3_column_int64(row, 2);
    if (message <= 0 || (uint64_t)message >= mailing->held->message_count ||
        !mailing->held->messages[message].is_held || person < 0 ||
        (uint64_t)person >= mailing->orgs->person_count)
        return;
    if ((uint64_t)message != mailing->message)
        begin_message(mailing, (uint32_t)message);
    uint32_t org = mailing->orgs->org_of[person];
    if (sqlite3_column_int(row, 1))
        take_sender(mailing, (uint32_t)person, org);
    else if (org > 0)
        take_recipient(mailing, (uint32_t)person);
}

static int read_ways(struct lists *lists, struct held *held, struct held_orgs *orgs)
{
    static const char sql[] = "SELECT message, role = 'from', person FROM message_people ORDER BY message";
    struct mailing mailing = { .held = held, .orgs = orgs };
    sqlite3_stmt *row = case_statement(lists->store, sql);
    mailing.marks = calloc(3 * orgs->count + 1, sizeof *mailing.marks);
    if (!mailing.marks)
        abort();
    while (case_next(lists->store, row) == 1)
        take_person(&mailing, row);
    begin_message(&mailing, (uint32_t)held->message_count);
    if (row)
        sqlite3_reset(row);
    free(mailing.marks);
    free(mailing.recipients);
    arena_defer(held->arena, free, orgs->ways);
    return case_failure(lists->store) ? held_fail(lists) : 0;
}

const struct held_orgs *held_orgs_of(struct lists *lists, struct held *held)
{
    if (held->orgs)
        return held->orgs;
    struct held_orgs *orgs = arena_alloc(held->arena, sizeof *orgs);
    orgs->first = arena_alloc_array(held->arena, held->message_count + 1, sizeof *orgs->first);
    if (read_people(lists, held, orgs) < 0 || read_ways(lists, held, orgs) < 0)
        return NULL;
    return held->orgs = orgs;
}
