/* case_where.c - `mark --where`: FIELD OP VALUE, joined by "and", over the findings of a case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "match/rule.h"
#include "record/case_marks.h"
#include "record/case_parts.h"

#define TERMS_MOST 16

enum field_kind { FIELD_WORD, FIELD_SEVERITY, FIELD_VERDICT, FIELD_DAY };

/* Fields, and what they are in the query. Words are compared as globs, without regard to case. */
static const struct field {
    const char *name, *sql;
    enum field_kind kind;
} fields[] = {
    { "rule", "f.rule", FIELD_WORD },
    { "family", "s.family", FIELD_WORD },
    { "category", "s.category", FIELD_WORD },
    { "severity", "f.severity", FIELD_SEVERITY },
    { "verdict", "f.verdict", FIELD_VERDICT },
    { "custodian", "f.custodian", FIELD_WORD },
    { "path", "f.path", FIELD_WORD },
    { "service", "f.service", FIELD_WORD },
    { "host", "f.host", FIELD_WORD },
    { "user", "f.user", FIELD_WORD },
    { "sender", "m.sender", FIELD_WORD },
    { "subject", "m.subject", FIELD_WORD },
    { "message", "m.id", FIELD_WORD },
    { "date", "date(m.date, 'unixepoch')", FIELD_DAY },
    { "folder", "(SELECT group_concat(folder, char(10)) FROM copies c WHERE c.message = m.message)",
      FIELD_WORD },
};

#define FIELDS (sizeof fields / sizeof *fields)

static const char *const operators[] = { "!=", ">=", "<=", "=", ">", "<" }; /* longer ones first */

struct term {
    const struct field *field;
    const char *operator;
    struct slice value;
};

/* "rule = github-*" from the front of *REST; a value that holds a blank stands in double quotes. */
static int eat_term(struct slice *rest, struct term *term, struct error *err)
{
    size_t len = 0;
    *rest = slice_trim(*rest);
    while (len < rest->len && !memchr("=<>! ", rest->ptr[len], 5))
        len++;
    struct slice name = slice_sub(*rest, 0, len);
    for (size_t i = 0; i < FIELDS; i++)
        if (slice_is_equal(name, slice_str(fields[i].name)))
            term->field = &fields[i];
    if (!term->field)
        return error_set(err, ERROR_USAGE, "'%.*s' is no field of a finding (rule, severity, custodian …)",
                         (int)name.len, name.ptr);
    *rest = slice_trim(slice_skip(*rest, len));
    for (size_t i = 0; i < sizeof operators / sizeof *operators && !term->operator; i++)
        if (slice_starts_with(*rest, operators[i]))
            term->operator= operators[i];
    if (!term->operator)
        return error_set(err, ERROR_USAGE, "after '%s' comes =, !=, <, <=, > or >=", term->field->name);
    *rest = slice_trim(slice_skip(*rest, strlen(term->operator)));
    bool is_quoted = slice_starts_with(*rest, "\"");
    *rest = slice_skip(*rest, is_quoted);
    size_t end = slice_find_byte(*rest, 0, is_quoted ? '"' : ' ');
    if (end == SLICE_NONE && is_quoted)
        return error_set(err, ERROR_USAGE, "a value begins with a quote and does not end with one");
    term->value = slice_sub(*rest, 0, end);
    *rest = slice_trim(slice_skip(*rest, end == SLICE_NONE ? rest->len : end + is_quoted));
    return 0;
}

static int parse(struct slice rest, struct term terms[TERMS_MOST], size_t *count, struct error *err)
{
    for (*count = 0;; rest = slice_skip(rest, 4)) {
        if (*count == TERMS_MOST)
            return error_set(err, ERROR_USAGE, "more than %d conditions", TERMS_MOST);
        if (eat_term(&rest, &terms[(*count)++], err) < 0)
            return -1;
        if (rest.len == 0)
            return 0;
        if (!slice_starts_with_nocase(rest, "and "))
            return error_set(err, ERROR_USAGE, "conditions are joined by `and`, not by '%.*s'",
                             (int)(rest.len < 20 ? rest.len : 20), rest.ptr);
    }
}

static void put_sql(struct buffer *sql, const struct term *term, size_t number)
{
    bool is_glob = term->field->kind == FIELD_WORD;
    if (is_glob && strchr("=!", *term->operator))
        buffer_printf(sql, " AND (ifnull(lower(%s), '') %sGLOB ?%zu)", term->field->sql,
                      *term->operator== '!' ? "NOT " : "", number);
    else
        buffer_printf(sql, " AND %s %s ?%zu", term->field->sql, term->operator, number);
}

static int bind_value(sqlite3_stmt *row, const struct term *term, int number, struct arena *arena,
                      struct error *err)
{
    int value = 0;
    if (term->field->kind == FIELD_SEVERITY || term->field->kind == FIELD_VERDICT) {
        value = term->field->kind == FIELD_SEVERITY ? severity_from_name(term->value)
                                                    : verdict_from_name(term->value);
        if (value < 0)
            return error_set(err, ERROR_USAGE, "'%.*s' is no %s", (int)term->value.len, term->value.ptr,
                             term->field->name);
        case_bind_number(row, number, value);
        return 0;
    }
    char *text = arena_string(arena, term->value);
    for (char *c = text; term->field->kind == FIELD_WORD && *c; c++)
        *c = (char)slice_lower_byte((unsigned char)*c);
    case_bind_text(row, number, slice_str(text));
    return 0;
}

static int tell_rows(struct case_store *store, sqlite3_stmt *row,
                     int (*tell)(void *ctx, const struct record_id *id), void *ctx)
{
    int got;
    while ((got = case_next(store, row)) == 1) {
        struct record_id id;
        case_get_id(row, 0, &id);
        if (tell(ctx, &id) < 0)
            return -1;
    }
    return got;
}

int case_each_where(struct case_store *store, struct slice expression, enum mark_target kind,
                    int (*tell)(void *ctx, const struct record_id *id), void *ctx, struct error *err)
{
    struct term terms[TERMS_MOST] = { { 0 } };
    size_t count;
    struct buffer sql;
    sqlite3_stmt *row = NULL;
    if (parse(expression, terms, &count, err) < 0)
        return -1;
    struct arena *arena = arena_new(0);
    buffer_init(&sql, 64 * 1024);
    buffer_printf(&sql,
                  "SELECT DISTINCT %s FROM findings f JOIN secrets s USING(secret) LEFT JOIN messages m "
                  "USING(message) WHERE 1",
                  kind == TARGET_SECRET ? "s.id" : "f.id");
    for (size_t i = 0; i < count; i++)
        put_sql(&sql, &terms[i], i + 1);
    buffer_put_str(&sql, " ORDER BY 1");
    int result = sqlite3_prepare_v2(store->db, (const char *)sql.ptr, (int)sql.len, &row, NULL) == SQLITE_OK
                     ? 0
                     : case_fail(store, "read");
    for (size_t i = 0; result == 0 && i < count; i++)
        result = bind_value(row, &terms[i], (int)i + 1, arena, err);
    if (result == 0)
        result = tell_rows(store, row, tell, ctx);
    if (result < 0 && case_failure(store))
        *err = *case_failure(store);
    sqlite3_finalize(row);
    buffer_release(&sql);
    arena_free(arena);
    return result;
}
