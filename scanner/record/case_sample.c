/* case_sample.c - a sample of messages without findings, and what a reader's check of it says. */
#include "record/case_sample.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/csv_read.h"
#include "base/file.h"
#include "record/case_parts.h"

#define FILE_MOST ((size_t)64 * 1024 * 1024)
#define TAIL 0.025 /* on each side: an interval of 95 % */

/* splitmix64: a message's place in the draw depends on its key and the seed alone, so that a case that grew draws the same ones first. */
static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
}

static void draw_of(sqlite3_context *context, int count, sqlite3_value **values)
{
    uint64_t key = 0;
    unsigned char bytes[RECORD_ID_SIZE];
    const char *hex = (const char *)sqlite3_value_text(values[1]);
    struct slice text = slice_sub(slice_str(hex ? hex : ""), 0, 2 * sizeof bytes);
    (void)count;
    if (slice_unhex(text, bytes) >= sizeof key)
        memcpy(&key, bytes, sizeof key);
    sqlite3_result_int64(context, (int64_t)(mix(key ^ mix((uint64_t)sqlite3_value_int64(values[0]))) >> 1));
}

/* All messages, in each mailbox that they lie in. */
#define ALL                                                                                                 \
    "(SELECT key, id, date, custodian, folder, path FROM seen_messages UNION ALL"                           \
    " SELECT lower(hex(m.key)), m.id, m.date, c.custodian, c.folder, c.path FROM messages m JOIN copies c " \
    "USING(message))"
#define WITH_SECRET "(SELECT lower(hex(m.key)) FROM findings f JOIN messages m USING(message))"

/* Most cases are nearly all of such messages: what is sorted of them is as little as it can be, and on disk. What was drawn is then looked for again. */
static const char draw_tables[] = "PRAGMA temp_store=FILE; PRAGMA temp.cache_size=-65536;"
                                  "CREATE TEMP TABLE clean(custodian TEXT, key TEXT);"
                                  "CREATE TEMP TABLE drawn(custodian TEXT, key TEXT, place INTEGER, PRIMARY "
                                  "KEY(custodian, key)) WITHOUT ROWID;";

static const char clean_sql[] = "INSERT INTO clean SELECT custodian, key FROM " ALL
                                " WHERE key NOT IN " WITH_SECRET " GROUP BY custodian, key";

static const char drawn_sql[] =
    "INSERT INTO drawn WITH own AS (SELECT custodian, max(1, round(1.0 * ?1 * count(*) / (SELECT count(*) "
    "FROM clean))) AS share"
    " FROM clean GROUP BY custodian),"
    " ranked AS (SELECT custodian, key, row_number() OVER (PARTITION BY custodian ORDER BY draw_of(?2, key), "
    "key) AS place FROM clean)"
    " SELECT r.custodian, r.key, r.place FROM ranked r JOIN own o USING(custodian) WHERE r.place <= o.share";

static const char draw_sql[] =
    "SELECT custodian, id, date(date, 'unixepoch'), folder, path, key FROM (SELECT a.custodian, a.id, "
    "a.date, a.folder, min(a.path) AS path,"
    " a.key, d.place FROM " ALL
    " a CROSS JOIN drawn d ON d.custodian = a.custodian AND d.key = a.key GROUP BY a.key, a.custodian)"
    " ORDER BY custodian, place";

static void put_cell(FILE *out, struct slice text)
{
    fputc('"', out);
    if (text.len > 0 && memchr("=+-@\t\r", text.ptr[0], 6))
        fputc('\'', out);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            fputc('"', out);
        fputc(text.ptr[i], out);
    }
    fputs("\",", out);
}

static int keep(struct case_store *store, uint64_t size, uint64_t seed, const struct buffer *drawn)
{
    sqlite3_stmt *row =
        case_statement(store, "INSERT INTO samples(at, seed, size, drawn) VALUES(?1, ?2, ?3, ?4)");
    if (!row || case_write(store) < 0)
        return -1;
    case_bind_number(row, 1, time(NULL));
    case_bind_number(row, 2, (int64_t)seed);
    case_bind_number(row, 3, (int64_t)size);
    sqlite3_bind_text64(row, 4, drawn->ptr ? (const char *)drawn->ptr : "", drawn->len, SQLITE_STATIC,
                        SQLITE_UTF8);
    return case_run(store, row) < 0 ? -1 : case_commit(store);
}

/* The tables of the draw, filled. 0 or -1. */
static int draw(struct case_store *store, uint64_t size, uint64_t seed)
{
    if (sqlite3_create_function(store->db, "draw_of", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, draw_of,
                                NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(store->db, draw_tables, NULL, NULL, NULL) != SQLITE_OK)
        return case_fail(store, "read");
    case_seen_show(store);
    sqlite3_stmt *clean = case_statement(store, clean_sql), *drawn = case_statement(store, drawn_sql);
    if (!clean || !drawn || case_run(store, clean) < 0)
        return -1;
    case_bind_number(drawn, 1, (int64_t)size);
    case_bind_number(drawn, 2, (int64_t)seed);
    return case_run(store, drawn);
}

int case_sample_draw(struct case_store *store, uint64_t size, uint64_t seed, FILE *out, struct error *err)
{
    struct buffer drawn;
    int got = draw(store, size, seed);
    sqlite3_stmt *row = got == 0 ? case_statement(store, draw_sql) : NULL;
    buffer_init(&drawn, FILE_MOST);
    if (row)
        fputs("custodian,message_id,date,folder,path,key,missed\r\n", out);
    while ((got = case_next(store, row)) == 1) {
        for (int i = 0; i < 6; i++)
            put_cell(out, case_text(row, i));
        fputs("\r\n", out);
        buffer_put(&drawn, case_text(row, 5));
        buffer_put_byte(&drawn, '\n');
    }
    if (got == 0)
        got = keep(store, size, seed, &drawn);
    buffer_release(&drawn);
    if (case_failure(store))
        *err = *case_failure(store);
    return got;
}

/* P(X <= hits) of a binomial with COUNT draws at RATE. */
static double binomial_up_to(uint64_t hits, uint64_t count, double rate)
{
    double sum = 0;
    if (rate <= 0 || rate >= 1)
        return rate <= 0 || hits >= count ? 1 : 0;
    for (uint64_t i = 0; i <= hits && i <= count; i++) {
        double n = (double)count, k = (double)i;
        sum +=
            exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(rate) + (n - k) * log1p(-rate));
    }
    return sum > 1 ? 1 : sum;
}

/* The rate at which so few (UP_TO hits) would come with probability WANTED; by halving. */
static double rate_where(uint64_t hits, uint64_t count, double wanted)
{
    double low = 0, high = 1;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (binomial_up_to(hits, count, middle) > wanted)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

static int read_answers(struct slice text, const char *file, uint64_t *read, uint64_t *missed,
                        struct error *err)
{
    struct csv_reader reader;
    int result = csv_open(&reader, text, file, err);
    size_t column = result == 0 ? csv_column(&reader, "missed") : SLICE_NONE;
    if (result == 0 && column == SLICE_NONE)
        result = error_set(err, ERROR_USAGE, "'%s' has no column 'missed'", file);
    while (result == 0 && csv_next(&reader) == 1) {
        struct slice answer = csv_cell(&reader, column);
        bool is_yes = slice_starts_with_nocase(answer, "y") || slice_is_equal(answer, slice_str("1"));
        bool is_no = slice_starts_with_nocase(answer, "n") || slice_is_equal(answer, slice_str("0"));
        if (answer.len > 0 && !is_yes && !is_no)
            result = error_set(err, ERROR_USAGE, "'%s', line %u: `missed` is neither yes nor no", file,
                               reader.line);
        *read += is_yes || is_no;
        *missed += is_yes;
    }
    csv_close(&reader);
    return result;
}

int case_sample_result(struct case_store *store, const char *file, FILE *out, struct error *err)
{
    uint64_t read = 0, missed = 0;
    struct buffer text;
    buffer_init(&text, FILE_MOST);
    int result = file_read(file, &text, err);
    if (result == 0)
        result = read_answers(buffer_slice(&text), file, &read, &missed, err);
    buffer_release(&text);
    if (result == 0 && read == 0)
        result = error_set(err, ERROR_USAGE, "'%s' has no answer in its column 'missed'", file);
    if (result < 0)
        return -1;
    double low = missed == 0 ? 0 : rate_where(missed - 1, read, 1 - TAIL);
    double high = missed == read ? 1 : rate_where(missed, read, TAIL);
    case_seen_show(store);
    sqlite3_stmt *row = case_statement(store, "SELECT count(*) FROM (SELECT 1 FROM " ALL
                                              " WHERE key NOT IN " WITH_SECRET " GROUP BY key)");
    double clean = case_next(store, row) == 1 ? (double)sqlite3_column_int64(row, 0) : 0;
    if (row)
        sqlite3_reset(row);
    fprintf(out,
            "%llu of %llu messages read held a secret that was not found: %.2f %% (95 %% interval %.2f to "
            "%.2f %%)\n",
            (unsigned long long)missed, (unsigned long long)read, 100.0 * (double)missed / (double)read,
            100 * low, 100 * high);
    fprintf(out, "of the %.0f messages without a finding that is %.0f to %.0f\n", clean, floor(clean * low),
            ceil(clean * high));
    return 0;
}
