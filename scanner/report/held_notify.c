/* held_notify.c - lays `held_orgs`: what the list of whom to tell says of each organisation, by way. */
#include <stdlib.h>

#include "base/json.h"
#include "report/held.h"

#define CELL_MAX ((size_t)256 * 1024 * 1024)
#define WAYS 2 /* got, sent; what one outside sent another is not told */

static const char table_sql[] =
    "DROP TABLE IF EXISTS temp.held_orgs;"
    "CREATE TEMP TABLE held_orgs(organisation TEXT, side TEXT, way INTEGER, secrets INTEGER, messages "
    "INTEGER, "
    "addresses TEXT, names TEXT, ids TEXT, previews TEXT, severity INTEGER, level INTEGER, state TEXT, "
    "first_seen INTEGER, last_seen INTEGER);";

/* An organisation in one way. Its secrets stand from `first` on in the notice's list. */
struct part {
    uint64_t messages;
    int64_t first_seen, last_seen;
    size_t first, count;
    uint32_t mark; /* 1 + the secret that was last seen with it */
    unsigned severity, level;
    bool has_date;
};

struct notice {
    struct lists *lists;
    struct held *held;
    const struct held_orgs *orgs;
    struct part *parts;    /* by WAYS * org + way */
    uint32_t *secrets;     /* of all parts */
    uint8_t *levels;       /* by secret: the worst of all messages that it lies in */
    uint32_t *marks;       /* by name: 1 + the part that was last seen with it */
    uint64_t *states;      /* by word: secrets of a part */
    uint32_t *state_order; /* words: "open" first, then by text */
    struct buffer addresses[WAYS], cells[4];
};

/* Messages. */

static void add_way(struct notice *notice, const struct held_way *way, const struct held_message *message)
{
    struct part *part = &notice->parts[(size_t)WAYS * way->org + way->way];
    part->messages++;
    part->severity = message->severity > part->severity ? message->severity : part->severity;
    if (!message->has_date)
        return;
    part->first_seen = part->has_date && part->first_seen < message->date ? part->first_seen : message->date;
    part->last_seen = part->has_date && part->last_seen > message->date ? part->last_seen : message->date;
    part->has_date = true;
}

static void add_messages(struct notice *notice)
{
    const struct held_orgs *orgs = notice->orgs;
    for (size_t m = 0; m < notice->held->message_count; m++)
        for (uint32_t i = orgs->first[m]; i < orgs->first[m + 1]; i++)
            if (orgs->ways[i].way < WAYS)
                add_way(notice, &orgs->ways[i], &notice->held->messages[m]);
}

/* Secrets: once to count them, once to note them. */

static void add_pair(struct notice *notice, const struct held_way *way, uint32_t secret, bool is_noted)
{
    struct part *part = &notice->parts[(size_t)WAYS * way->org + way->way];
    if (part->mark == secret + 1)
        return;
    part->mark = secret + 1;
    if (is_noted)
        notice->secrets[part->first + part->count] = secret;
    part->count++;
}

static void add_place(struct notice *notice, const struct held_place *place, bool is_noted)
{
    const struct held_orgs *orgs = notice->orgs;
    const struct held_message *message = &notice->held->messages[place->message];
    if (message->level > notice->levels[place->secret])
        notice->levels[place->secret] = message->level;
    for (uint32_t i = orgs->first[place->message]; i < orgs->first[place->message + 1]; i++)
        if (orgs->ways[i].way < WAYS)
            add_pair(notice, &orgs->ways[i], place->secret, is_noted);
}

static void add_secrets(struct notice *notice)
{
    size_t total = 0;
    for (size_t i = 0; i < notice->held->place_count; i++)
        add_place(notice, &notice->held->places[i], false);
    for (size_t i = 0; i < WAYS * notice->orgs->count; i++) {
        struct part *part = &notice->parts[i];
        part->first = total;
        total += part->count;
        part->count = 0;
        part->mark = 0;
    }
    notice->secrets = calloc(total + 1, sizeof *notice->secrets);
    if (!notice->secrets)
        abort();
    for (size_t i = 0; i < notice->held->place_count; i++)
        add_place(notice, &notice->held->places[i], true);
}

/* Cells. */

enum { NAMES, IDS, PREVIEWS, STATE };

static void put_secret_cells(struct notice *notice, const struct held_secret *secret, struct json json[3],
                             uint32_t mark)
{
    struct buffer *ids = &notice->cells[IDS];
    if (notice->marks[secret->name] != mark) {
        notice->marks[secret->name] = mark;
        json_put_text(&json[NAMES], NULL, notice->held->names.at[secret->name]);
    }
    buffer_put_str(ids, ids->len > 1 ? ",\"" : "\"");
    buffer_put_hex(ids, slice_of(secret->id.bytes, RECORD_ID_SIZE));
    buffer_put_byte(ids, '"');
    if (secret->redacted.len > 0)
        json_put_text(&json[PREVIEWS], NULL, secret->redacted);
    notice->states[secret->state]++;
}

/* "open", or "open 3, rotated 1". */
static void put_states(struct notice *notice)
{
    struct buffer *out = &notice->cells[STATE];
    const struct held_words *words = &notice->held->states;
    size_t kinds = 0;
    buffer_clear(out);
    for (uint32_t i = 0; i < words->count; i++)
        kinds += notice->states[i] > 0;
    for (uint32_t i = 0; i < words->count; i++) {
        uint32_t word = notice->state_order[i];
        if (notice->states[word] == 0)
            continue;
        buffer_put_str(out, out->len > 0 ? ", " : "");
        buffer_put(out, words->at[word]);
        if (kinds > 1)
            buffer_printf(out, " %llu", (unsigned long long)notice->states[word]);
        notice->states[word] = 0;
    }
}

static void put_cells(struct notice *notice, struct part *part, uint32_t mark)
{
    struct json json[3];
    for (size_t i = NAMES; i <= PREVIEWS; i++) {
        buffer_clear(&notice->cells[i]);
        json_init(&json[i], &notice->cells[i]);
        json_begin_array(&json[i], NULL);
    }
    for (size_t i = 0; i < part->count; i++) {
        uint32_t secret = notice->secrets[part->first + i];
        put_secret_cells(notice, &notice->held->secrets[secret], json, mark);
        part->level = notice->levels[secret] > part->level ? notice->levels[secret] : part->level;
    }
    for (size_t i = NAMES; i <= PREVIEWS; i++)
        json_end_array(&json[i]);
    put_states(notice);
}

static int put_part(struct notice *notice, uint32_t org, unsigned way, struct slice organisation,
                    struct slice side)
{
    struct part *part = &notice->parts[(size_t)WAYS * org + way];
    sqlite3_stmt *row = case_statement(
        notice->lists->store,
        "INSERT INTO held_orgs VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)");
    if (!row || part->count == 0)
        return row ? 0 : -1;
    put_cells(notice, part, WAYS * org + way + 1);
    buffer_put_byte(&notice->addresses[way], ']');
    case_bind_text(row, 1, organisation);
    case_bind_text(row, 2, side);
    sqlite3_bind_int(row, 3, (int)way);
    sqlite3_bind_int64(row, 4, (int64_t)part->count);
    sqlite3_bind_int64(row, 5, (int64_t)part->messages);
    case_bind_text(row, 6, buffer_slice(&notice->addresses[way]));
    case_bind_text(row, 7, buffer_slice(&notice->cells[NAMES]));
    case_bind_text(row, 8, buffer_slice(&notice->cells[IDS]));
    case_bind_text(row, 9, buffer_slice(&notice->cells[PREVIEWS]));
    sqlite3_bind_int(row, 10, (int)part->severity);
    sqlite3_bind_int(row, 11, (int)part->level);
    case_bind_text(row, 12, buffer_slice(&notice->cells[STATE]));
    if (part->has_date) {
        sqlite3_bind_int64(row, 13, part->first_seen);
        sqlite3_bind_int64(row, 14, part->last_seen);
    }
    return case_run(notice->lists->store, row);
}

/* Organisations, in the order of their numbers, with their people. */

static void begin_org(struct notice *notice)
{
    for (size_t way = 0; way < WAYS; way++) {
        buffer_clear(&notice->addresses[way]);
        buffer_put_byte(&notice->addresses[way], '[');
    }
}

static void put_address(struct notice *notice, int64_t person, struct slice address)
{
    struct json json;
    for (size_t way = 0; way < WAYS; way++) {
        if (!(notice->orgs->did[person] & 1 << way))
            continue;
        json_init(&json, &notice->addresses[way]);
        json.needs_comma = notice->addresses[way].len > 1;
        json_put_text(&json, NULL, address);
    }
}

static int end_org(struct notice *notice, uint32_t org, const struct buffer *organisation, const char *side)
{
    for (unsigned way = 0; way < WAYS; way++)
        if (put_part(notice, org, way, buffer_slice(organisation), slice_str(side)) < 0)
            return -1;
    return 0;
}

static int put_orgs(struct notice *notice)
{
    static const char sql[] = "SELECT person, address, organisation, side FROM who WHERE side <> 'inside' "
                              "ORDER BY organisation, side";
    struct case_store *store = notice->lists->store;
    sqlite3_stmt *row = case_statement(store, sql);
    struct buffer organisation;
    uint32_t org = 0; /* 1 + the one at hand */
    int result = 0, got;
    buffer_init(&organisation, CELL_MAX);
    while (result == 0 && (got = case_next(store, row)) >= 0) {
        int64_t person = got == 1 ? sqlite3_column_int64(row, 0) : 0;
        uint32_t next = got == 1 ? notice->orgs->org_of[person] : 0;
        if (next != org && org > 0)
            result = end_org(notice, org - 1, &organisation,
                             notice->orgs->is_outside[org - 1] ? "outside" : "unknown");
        if (got == 0)
            break;
        if (next != org) {
            begin_org(notice);
            buffer_clear(&organisation);
            buffer_put(&organisation, case_text(row, 2));
        }
        org = next;
        put_address(notice, person, case_text(row, 1));
    }
    if (row)
        sqlite3_reset(row);
    buffer_release(&organisation);
    return result < 0 || case_failure(store) ? held_fail(notice->lists) : 0;
}

/* Storage. */

static bool is_state_before(const struct held_words *words, uint32_t left, uint32_t right)
{
    bool are_open[] = { slice_is_equal(words->at[left], slice_str("open")),
                        slice_is_equal(words->at[right], slice_str("open")) };
    return are_open[0] != are_open[1] ? are_open[0] : slice_compare(words->at[left], words->at[right]) < 0;
}

/* A handful. */
static void order_states(struct notice *notice)
{
    const struct held_words *words = &notice->held->states;
    for (uint32_t i = 0; i < words->count; i++) {
        uint32_t at = i;
        for (; at > 0 && is_state_before(words, i, notice->state_order[at - 1]); at--)
            notice->state_order[at] = notice->state_order[at - 1];
        notice->state_order[at] = i;
    }
}

static void notice_init(struct notice *notice, struct lists *lists, struct held *held,
                        const struct held_orgs *orgs)
{
    *notice = (struct notice){ .lists = lists, .held = held, .orgs = orgs };
    notice->parts = calloc(WAYS * orgs->count + 1, sizeof *notice->parts);
    notice->levels = calloc(held->secret_count + 1, sizeof *notice->levels);
    notice->marks = calloc((size_t)held->names.count + 1, sizeof *notice->marks);
    notice->states = calloc((size_t)held->states.count + 1, sizeof *notice->states);
    notice->state_order = calloc((size_t)held->states.count + 1, sizeof *notice->state_order);
    if (!notice->parts || !notice->levels || !notice->marks || !notice->states || !notice->state_order)
        abort();
    for (size_t i = 0; i < WAYS; i++)
        buffer_init(&notice->addresses[i], CELL_MAX);
    for (size_t i = NAMES; i <= STATE; i++)
        buffer_init(&notice->cells[i], CELL_MAX);
    order_states(notice);
}

static void notice_release(struct notice *notice)
{
    for (size_t i = 0; i < WAYS; i++)
        buffer_release(&notice->addresses[i]);
    for (size_t i = NAMES; i <= STATE; i++)
        buffer_release(&notice->cells[i]);
    free(notice->parts);
    free(notice->secrets);
    free(notice->levels);
    free(notice->marks);
    free(notice->states);
    free(notice->state_order);
}

int held_lay_organisations(struct lists *lists)
{
    struct held *held = held_of(lists);
    const struct held_orgs *orgs = held ? held_orgs_of(lists, held) : NULL;
    struct notice notice;
    if (!orgs || held->has_organisations)
        return orgs ? 0 : -1;
    held->has_organisations = true;
    if (lists_run(lists, table_sql) < 0 || lists_run(lists, "SAVEPOINT lay") < 0)
        return -1;
    notice_init(&notice, lists, held, orgs);
    add_messages(&notice);
    add_secrets(&notice);
    int result = put_orgs(&notice);
    notice_release(&notice);
    return lists_run(lists, "RELEASE lay") < 0 ? -1 : result;
}
