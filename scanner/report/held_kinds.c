/* held_kinds.c - lays `held_kinds`: custodian by kind of secret by month. */
#include <stdio.h>
#include <stdlib.h>

#include "report/held.h"

static const char table_sql[] =
    "DROP TABLE IF EXISTS temp.held_kinds;"
    "CREATE TEMP TABLE held_kinds(custodian TEXT, name TEXT, category TEXT, month TEXT, secrets INTEGER, "
    "findings INTEGER, severity INTEGER, verdict INTEGER, level INTEGER);";

/* mark: 1 + the secret that was last seen in it. An unused place has no findings. */
struct cell {
    uint32_t owner, kind, month, mark;
    uint32_t secrets, findings;
    uint8_t severity, verdict, level;
};

/* An open hash table; its size is a power of two. */
struct cells {
    struct cell *at;
    size_t count, capacity;
};

static struct cell *place_of(const struct cells *cells, const struct cell *wanted)
{
    uint64_t hash =
        (wanted->owner * 0x9E3779B97F4A7C15u ^ wanted->kind) * 0x9E3779B97F4A7C15u ^ wanted->month;
    for (uint64_t at = (hash * 0x9E3779B97F4A7C15u) >> 20;; at++) {
        struct cell *cell = &cells->at[at & (cells->capacity - 1)];
        if (cell->findings == 0 ||
            (cell->owner == wanted->owner && cell->kind == wanted->kind && cell->month == wanted->month))
            return cell;
    }
}

static void grow(struct cells *cells)
{
    struct cells old = *cells;
    cells->capacity = old.capacity ? old.capacity * 2 : 4096;
    cells->at = calloc(cells->capacity, sizeof *cells->at);
    if (!cells->at)
        abort();
    for (size_t i = 0; i < old.capacity; i++)
        if (old.at[i].findings > 0)
            *place_of(cells, &old.at[i]) = old.at[i];
    free(old.at);
}

static void add_place(struct cells *cells, const struct held *held, const struct held_place *place)
{
    const struct held_message *message = &held->messages[place->message];
    const struct cell wanted = { .owner = place->owner,
                                 .kind = held->secrets[place->secret].kind,
                                 .month = message->month };
    if (cells->count >= cells->capacity / 2)
        grow(cells);
    struct cell *cell = place_of(cells, &wanted);
    if (cell->findings == 0) {
        *cell = wanted;
        cells->count++;
    }
    cell->findings++;
    cell->secrets += cell->mark != place->secret + 1;
    cell->mark = place->secret + 1;
    cell->severity = place->severity > cell->severity ? place->severity : cell->severity;
    cell->verdict = place->verdict > cell->verdict ? place->verdict : cell->verdict;
    cell->level = message->level > cell->level ? message->level : cell->level;
}

static int put_cell(struct lists *lists, const struct held *held, const struct cell *cell)
{
    sqlite3_stmt *row = case_statement(
        lists->store, "INSERT INTO held_kinds VALUES(coalesce(?1, ''), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    struct slice kind = held->kinds.at[cell->kind];
    size_t name = slice_find_byte(kind, 0, 0);
    char month[16] = "";
    if (!row)
        return -1;
    if (cell->month > 0)
        snprintf(month, sizeof month, "%04u-%02u", (cell->month - 1) / 12, (cell->month - 1) % 12 + 1);
    case_bind_text(row, 1, held->owners.at[cell->owner]);
    case_bind_text(row, 2, slice_sub(kind, 0, name));
    case_bind_text(row, 3, slice_skip(kind, name + 1));
    case_bind_text(row, 4, slice_str(month));
    sqlite3_bind_int64(row, 5, cell->secrets);
    sqlite3_bind_int64(row, 6, cell->findings);
    sqlite3_bind_int(row, 7, cell->severity);
    sqlite3_bind_int(row, 8, cell->verdict);
    sqlite3_bind_int(row, 9, cell->level);
    return case_run(lists->store, row);
}

int held_lay_kinds(struct lists *lists)
{
    struct held *held = held_of(lists);
    struct cells cells = { 0 };
    int result = 0;
    if (!held || held->has_kinds)
        return held ? 0 : -1;
    held->has_kinds = true;
    if (lists_run(lists, table_sql) < 0 || lists_run(lists, "SAVEPOINT lay") < 0)
        return -1;
    for (size_t i = 0; i < held->place_count; i++)
        add_place(&cells, held, &held->places[i]);
    for (size_t i = 0; i < cells.capacity && result == 0; i++)
        if (cells.at[i].findings > 0)
            result = put_cell(lists, held, &cells.at[i]);
    free(cells.at);
    if (result < 0)
        held_fail(lists);
    return lists_run(lists, "RELEASE lay") < 0 ? -1 : result;
}
