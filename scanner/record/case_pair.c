/* case_pair.c - what a case keeps of pairs: the halves of a finding, and what becomes of it when its partner turns up in another message. */
#include <stdio.h>

#include "base/json.h"
#include "record/case_parts.h"

/* Six texts a half, in one JSON array: role, path, line, column, offset, shown. */
void case_put_parts(struct buffer *out, const struct finding *finding)
{
    struct json json;
    if (finding->part_count == 0)
        return;
    json_init(&json, out);
    json_begin_array(&json, NULL);
    for (size_t i = 0; i < finding->part_count; i++) {
        const struct finding_part *part = &finding->parts[i];
        const uint64_t numbers[] = { part->line, part->column, part->offset };
        char digits[24];
        json_put_string(&json, NULL, pair_role_name(part->role));
        json_put_text(&json, NULL, part->path);
        for (size_t n = 0; n < 3; n++) {
            snprintf(digits, sizeof digits, "%llu", (unsigned long long)numbers[n]);
            json_put_string(&json, NULL, digits);
        }
        json_put_text(&json, NULL, part->shown);
    }
    json_end_array(&json);
}

int case_take_parts(const struct slice *texts, size_t count, struct finding *finding, struct arena *arena)
{
    if (count % CASE_PART_TEXTS != 0 || count / CASE_PART_TEXTS > FINDING_PARTS_MAX)
        return -1;
    finding->parts = arena_alloc_array(arena, FINDING_PARTS_MAX, sizeof *finding->parts);
    for (size_t i = 0; i < count; i += CASE_PART_TEXTS) {
        struct finding_part *part = &finding->parts[finding->part_count++];
        int role = pair_role_from_name(texts[i]);
        if (role < 0 || slice_to_u64(texts[i + 2], &part->line) < 0 ||
            slice_to_u64(texts[i + 3], &part->column) < 0 || slice_to_u64(texts[i + 4], &part->offset) < 0)
            return -1;
        part->role = (enum pair_role)role;
        part->path = texts[i + 1];
        part->shown = texts[i + 5];
    }
    return 0;
}

int case_pair_finding(struct case_store *store, const struct finding *finding,
                      const struct record_id *secret_id)
{
    static const char sql[] =
        "UPDATE findings SET verdict = ?1, why = coalesce(?2, ''), host = ?3, user = ?4, account = ?5,"
        " parts = ?6 WHERE id = ?7 AND path = ?8 AND secret = (SELECT secret FROM secrets WHERE id = ?9)";
    struct buffer parts;
    if (case_write(store) < 0)
        return -1;
    sqlite3_stmt *row = case_statement(store, sql);
    if (!row)
        return -1;
    buffer_init(&parts, (size_t)1024 * 1024);
    case_put_parts(&parts, finding);
    case_bind_number(row, 1, finding->verdict);
    case_bind_text(row, 2, finding->why);
    case_bind_text(row, 3, slice_str(finding->opens.host));
    case_bind_text(row, 4, slice_str(finding->opens.user));
    case_bind_text(row, 5, slice_str(finding->opens.account));
    case_bind_text(row, 6, buffer_slice(&parts));
    case_bind_id(row, 7, &finding->id);
    case_bind_text(row, 8, finding->path);
    case_bind_id(row, 9, secret_id);
    int result = case_run(store, row);
    buffer_release(&parts);
    return result;
}

int case_drop_half(struct case_store *store, const struct finding *finding, const struct record_id *secret_id)
{
    if (case_write(store) < 0)
        return -1;
    sqlite3_stmt *row = case_statement(store, "DELETE FROM findings WHERE id = ?1 AND path = ?2 AND secret ="
                                              " (SELECT secret FROM secrets WHERE id = ?3)");
    if (!row)
        return -1;
    case_bind_id(row, 1, &finding->id);
    case_bind_text(row, 2, finding->path);
    case_bind_id(row, 3, secret_id);
    if (case_run(store, row) < 0)
        return -1;
    row = case_statement(store,
                         "DELETE FROM secrets WHERE id = ?1 AND secret NOT IN (SELECT secret FROM findings)");
    if (!row)
        return -1;
    case_bind_id(row, 1, secret_id);
    return case_run(store, row);
}
