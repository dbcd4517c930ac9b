/* case_temporary.c - a case for as long as one report is made: unlinked, spilled to disk, of masked text alone. */
#include <stdlib.h>
#include <time.h>

#include "record/case_parts.h"
#include "record/case_schema.h"

static int make_run(struct case_store *store, int64_t *input)
{
    const struct case_run run = { .command = "scan", .version = MAILSPILL_VERSION, .started = time(NULL) };
    const struct case_input whole = { .rules = slice_str("-"), .settings = slice_str("-") };
    enum case_input_state state;
    return case_begin_run(store, &run) < 0 ? -1 : case_begin_input(store, &whole, input, &state);
}

struct case_store *case_open_temporary(int64_t *input, struct error *err)
{
    static const char pragmas[] =
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16384;"
        "PRAGMA temp_store=FILE; PRAGMA temp.cache_size=-65536; PRAGMA locking_mode=EXCLUSIVE;";
    struct case_store *store = calloc(1, sizeof *store);
    if (!store || !(store->folder = strdup("of this report")))
        abort();
    store->mode = CASE_WRITE;
    store->lock = -1;
    if (sqlite3_open("", &store->db) != SQLITE_OK ||
        sqlite3_exec(store->db, pragmas, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(store->db, case_schema, NULL, NULL, NULL) != SQLITE_OK)
        case_fail(store, "make");
    if (!store->has_failed && make_run(store, input) == 0)
        return store;
    if (err)
        *err = store->failure;
    case_close(store);
    return NULL;
}
