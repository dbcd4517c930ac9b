/* case_people.c - who sent or got a message that holds something. The same few write most of a mailbox: their rows are remembered. */
#include <stdlib.h>

#include "record/case_parts.h"

#define KNOWN 256

struct case_people {
    struct known_person {
        struct buffer address;
        int64_t person;
    } known[KNOWN];
};

static struct case_people *people_of(struct case_store *store)
{
    if (store->people)
        return store->people;
    store->people = calloc(1, sizeof *store->people);
    if (!store->people)
        abort();
    for (size_t i = 0; i < KNOWN; i++)
        buffer_init(&store->people->known[i].address, 64 * 1024);
    return store->people;
}

void case_people_free(struct case_people *people)
{
    for (size_t i = 0; people && i < KNOWN; i++)
        buffer_release(&people->known[i].address);
    free(people);
}

static int person_row(struct case_store *store, struct slice address, int64_t *person)
{
    sqlite3_stmt *put = case_statement(store, "INSERT OR IGNORE INTO people(address) VALUES(?1)");
    sqlite3_stmt *find = case_statement(store, "SELECT person FROM people WHERE address = ?1");
    if (!put || !find)
        return -1;
    case_bind_text(put, 1, address);
    if (case_run(store, put) < 0)
        return -1;
    if (sqlite3_changes(store->db) > 0) {
        *person = sqlite3_last_insert_rowid(store->db);
        return 0;
    }
    case_bind_text(find, 1, address);
    int got = case_next(store, find);
    if (got == 1)
        *person = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
    return got == 1 ? 0 : -1;
}

/* Where rows are masked (case_mask.c) an address may change: then each is looked up. */
static int find_person(struct case_store *store, struct slice address, int64_t *person)
{
    struct known_person *known = &people_of(store)->known[case_hash(address) % KNOWN];
    if (store->is_masking)
        return person_row(store, address, person);
    if (!slice_is_equal(buffer_slice(&known->address), address)) {
        buffer_clear(&known->address);
        if (person_row(store, address, &known->person) < 0)
            return -1;
        buffer_put(&known->address, address);
    }
    *person = known->person;
    return 0;
}

static int put_person(struct case_store *store, int64_t message, const char *role, struct slice address)
{
    int64_t person;
    if (address.len == 0)
        return 0;
    if (find_person(store, address, &person) < 0)
        return -1;
    sqlite3_stmt *link = case_statement(
        store, "INSERT OR IGNORE INTO message_people(message, role, person) VALUES(?1, ?2, ?3)");
    if (!link)
        return -1;
    case_bind_number(link, 1, message);
    case_bind_text(link, 2, slice_str(role));
    case_bind_number(link, 3, person);
    return case_run(store, link);
}

int case_put_people(struct case_store *store, int64_t message, const struct envelope *envelope)
{
    const struct {
        const char *role;
        const struct address_list *list;
    } roles[] = { { "to", &envelope->to }, { "cc", &envelope->cc }, { "bcc", &envelope->bcc } };
    if (put_person(store, message, "from", envelope->from) < 0)
        return -1;
    for (size_t r = 0; r < sizeof roles / sizeof *roles; r++)
        for (size_t i = 0; i < roles[r].list->count; i++)
            if (put_person(store, message, roles[r].role, roles[r].list->at[i]) < 0)
                return -1;
    return 0;
}
