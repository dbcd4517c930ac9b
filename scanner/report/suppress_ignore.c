/* suppress_ignore.c - reads an ignore file: YAML, or one entry a line. */
#include <stdio.h>

#include "report/suppress_entries.h"

#define IGNORE_FILE_MAX ((size_t)64 * 1024 * 1024)

static bool is_hex(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = slice_lower_byte(text.ptr[i]);
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
            return false;
    }
    return true;
}

/* "2026-11-22". */
static bool is_day(struct slice text)
{
    static const char shape[] = "dddd-dd-dd";
    if (text.len != sizeof shape - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool is_digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (shape[i] == 'd' ? !is_digit : text.ptr[i] != '-')
            return false;
    }
    unsigned month = (unsigned)(text.ptr[5] - '0') * 10 + (text.ptr[6] - '0');
    unsigned day = (unsigned)(text.ptr[8] - '0') * 10 + (text.ptr[9] - '0');
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static struct ignore_entry *ignore_new(struct suppressions *known)
{
    if (known->ignored_count == known->ignored_capacity) {
        known->ignored_capacity = known->ignored_capacity ? 2 * known->ignored_capacity : 16;
        known->ignored = reallocarray(known->ignored, known->ignored_capacity, sizeof *known->ignored);
        if (!known->ignored)
            abort();
    }
    struct ignore_entry *entry = &known->ignored[known->ignored_count++];
    *entry = (struct ignore_entry){ 0 };
    return entry;
}

static const char *draft_fault(const struct suppressions *known, const struct ignore_draft *draft)
{
    if (draft->id.len == 0 && suppress_allow_fault(draft))
        return suppress_allow_fault(draft);
    if (draft->id.len > 0 &&
        (draft->id.len < IGNORE_ID_LEAST || draft->id.len > 2 * RECORD_ID_SIZE || !is_hex(draft->id)))
        return "want an id of 8 to 32 hex digits, as finding_id or gap_id in a report";
    if (draft->id.len > 0 && draft->rule.len + draft->sender.len + draft->header.len + draft->path.len +
                                     draft->value.len + draft->key.len >
                                 0)
        return "an entry with an id takes no condition: the id names one finding already";
    if (draft->reason.len == 0)
        return "want a reason: why may this be passed over?";
    if (draft->until.len > 0 && !is_day(draft->until))
        return "want until as YYYY-MM-DD";
    return known->ignored_count == IGNORE_ENTRIES_MAX ? "too many entries: use a baseline" : NULL;
}

/* "revoked on Friday (sam, until 2026-12-31)". */
static struct slice full_reason(struct suppressions *known, const struct ignore_draft *draft)
{
    bool has_owner = draft->owner.len > 0, has_end = draft->until.len > 0;
    return arena_printf(known->arena, "%.*s%s%.*s%s%.*s%s", (int)draft->reason.len,
                        (const char *)draft->reason.ptr, has_owner || has_end ? " (" : "",
                        (int)draft->owner.len, has_owner ? (const char *)draft->owner.ptr : "",
                        has_owner && has_end ? ", until " : (has_end ? "until " : ""), (int)draft->until.len,
                        has_end ? (const char *)draft->until.ptr : "", has_owner || has_end ? ")" : "");
}

int suppress_add_ignore(struct suppressions *known, const struct ignore_draft *draft, const char *file,
                        const char *today, struct error *err)
{
    const char *fault = draft_fault(known, draft);
    if (fault)
        return error_set(err, ERROR_USAGE, "%s:%u: %s", file, draft->line, fault);
    struct ignore_entry *entry = ignore_new(known);
    entry->hex_len = draft->id.len;
    for (size_t i = 0; i < draft->id.len; i++)
        entry->hex[i] = (char)slice_lower_byte(draft->id.ptr[i]);
    entry->name = slice_str(entry->hex_len > 0 ? arena_string(known->arena, slice_str(entry->hex)) : "");
    if (entry->hex_len == 0)
        suppress_take_allow(known, draft, entry);
    entry->reason = full_reason(known, draft);
    entry->is_expired = draft->until.len > 0 && slice_compare(draft->until, slice_str(today)) < 0;
    entry->file = file;
    entry->line = draft->line;
    return 0;
}

static bool is_blank(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A field goes on to the next ` reason=`, ` owner=`, ` by=` or ` until=`. */
static size_t next_field(struct slice rest, struct ignore_draft *draft, struct slice **field, size_t *skip)
{
    const struct {
        const char *name;
        struct slice *field;
    } fields[] = { { "reason=", &draft->reason },
                   { "owner=", &draft->owner },
                   { "by=", &draft->owner },
                   { "until=", &draft->until } };
    for (size_t at = 0; at < rest.len; at++)
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
            bool begins_word = at == 0 || is_blank(rest.ptr[at - 1]);
            if (!begins_word || !slice_starts_with(slice_skip(rest, at), fields[i].name))
                continue;
            *field = fields[i].field;
            *skip = strlen(fields[i].name);
            return at;
        }
    return SLICE_NONE;
}

/* `ID reason=… until=… owner=…`. */
static int parse_line(struct slice line, struct ignore_draft *draft)
{
    struct slice *field = NULL, *next = NULL;
    size_t len = 0, skip = 0;
    while (len < line.len && !is_blank(line.ptr[len]))
        len++;
    draft->id = slice_sub(line, 0, len);
    struct slice rest = slice_trim(slice_skip(line, len));
    while (rest.len > 0) {
        size_t at = next_field(rest, draft, &next, &skip);
        struct slice value = slice_trim(slice_sub(rest, 0, at == SLICE_NONE ? rest.len : at));
        if (field)
            *field = value;
        else if (value.len > 0)
            return -1;
        if (at == SLICE_NONE)
            return 0;
        field = next;
        rest = slice_skip(rest, at + skip);
    }
    return 0;
}

static int read_plain(struct suppressions *known, struct slice text, const char *file, const char *today,
                      struct error *err)
{
    struct slice line;
    for (unsigned number = 1; slice_eat_line(&text, &line); number++) {
        struct ignore_draft draft = { .line = number };
        line = slice_trim(line);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (parse_line(line, &draft) < 0)
            return error_set(err, ERROR_USAGE, "%s:%u: want ID reason=WHY [until=YYYY-MM-DD] [owner=WHO]",
                             file, number);
        if (suppress_add_ignore(known, &draft, file, today, err) < 0)
            return -1;
    }
    return 0;
}

/* Lines begin with an id; YAML with a dash, a bracket, a key, or `---`. */
static bool is_plain_form(struct slice text)
{
    struct slice line;
    while (slice_eat_line(&text, &line)) {
        line = slice_trim(line);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        size_t len = 0;
        while (len < line.len && !is_blank(line.ptr[len]))
            len++;
        return is_hex(slice_sub(line, 0, len));
    }
    return true;
}

static int read_whole(FILE *in, struct buffer *text, const char *file, struct error *err)
{
    unsigned char block[16384];
    size_t got;
    while ((got = fread(block, 1, sizeof block, in)) > 0)
        if (buffer_put(text, slice_of(block, got)) < 0)
            return error_set(err, ERROR_USAGE, "ignore file '%s' is too large", file);
    return ferror(in) ? error_set_errno(err, "cannot read ignore file '%s'", file) : 0;
}

int suppressions_add_ignore(struct suppressions *known, const char *file, const char *today,
                            struct error *err)
{
    FILE *in = fopen(file, "re");
    struct buffer text;
    if (!in)
        return error_set_errno(err, "cannot open ignore file '%s'", file);
    buffer_init(&text, IGNORE_FILE_MAX);
    const char *name = arena_string(known->arena, slice_str(file));
    int result = read_whole(in, &text, file, err);
    struct slice all = buffer_slice(&text);
    if (result == 0)
        result = is_plain_form(all) ? read_plain(known, all, name, today, err)
                                    : suppress_read_yaml(known, all, name, today, err);
    buffer_release(&text);
    fclose(in);
    return result;
}
