/* suppress_allow.c - allow rules: entries of an ignore file that silence by rule, sender, header, path or value. */
#include <fnmatch.h>
#include <stdio.h>

#include "report/suppress_entries.h"

#define VALUE_LEAST 16 /* hex digits of a shortened secret_id */
#define GLOB_MAX ((size_t)1024)

static bool is_hex_of(struct slice text, size_t least, size_t most)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = slice_lower_byte(text.ptr[i]);
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
            return false;
    }
    return text.len >= least && text.len <= most;
}

/* A glob that says something: not only wildcards. */
static bool is_glob(struct slice glob)
{
    bool has_letter = false;
    for (size_t i = 0; i < glob.len; i++)
        has_letter = has_letter || !strchr("*?/.@", glob.ptr[i]);
    return glob.len == 0 || (has_letter && glob.len <= GLOB_MAX && slice_find_byte(glob, 0, 0) == SLICE_NONE);
}

const char *suppress_allow_fault(const struct ignore_draft *draft)
{
    const struct slice globs[] = { draft->rule, draft->sender, draft->header, draft->path };
    size_t given = draft->value.len;
    for (size_t i = 0; i < sizeof globs / sizeof *globs; i++) {
        given += globs[i].len;
        if (!is_glob(globs[i]))
            return "a glob that fits everything silences everything: say what may be passed over";
    }
    if (given == 0)
        return "want an id of 8 to 32 hex digits, as finding_id or gap_id in a report, or rule, sender, "
               "header, "
               "path or value";
    if (draft->value.len > 0 && !is_hex_of(draft->value, VALUE_LEAST, 2 * RECORD_ID_SIZE))
        return "want value as 16 to 32 hex digits, as secret_id in a report";
    if (draft->key.len > 0 && (draft->value.len == 0 || !is_hex_of(draft->key, 16, 16)))
        return "want key as the 16 hex digits of the report that value comes from";
    return NULL;
}

static const char *glob_of(struct suppressions *known, struct slice text)
{
    return text.len > 0 ? arena_string(known->arena, text) : NULL;
}

static void lower(char *text)
{
    for (; *text; text++)
        *text = (char)slice_lower_byte((unsigned char)*text);
}

/* "rule=jwt sender=*@ci.example.org". */
static struct slice name_of(struct suppressions *known, const struct ignore_draft *draft)
{
    const struct {
        const char *name;
        struct slice text;
    } parts[] = { { "rule", draft->rule },
                  { "sender", draft->sender },
                  { "header", draft->header },
                  { "path", draft->path },
                  { "value", draft->value } };
    struct slice name = slice_of(NULL, 0);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].text.len > 0)
            name = arena_printf(known->arena, "%.*s%s%s=%.*s", (int)name.len,
                                name.len > 0 ? (const char *)name.ptr : "", name.len > 0 ? " " : "",
                                parts[i].name, (int)parts[i].text.len, (const char *)parts[i].text.ptr);
    return name;
}

void suppress_take_allow(struct suppressions *known, const struct ignore_draft *draft,
                         struct ignore_entry *entry)
{
    struct allow_conditions *allow = &entry->allow;
    char *value = arena_string(known->arena, draft->value);
    lower(value);
    allow->rule = glob_of(known, draft->rule);
    allow->sender = glob_of(known, draft->sender);
    allow->header = glob_of(known, draft->header);
    allow->path = glob_of(known, draft->path);
    allow->value = slice_str(value);
    memcpy(allow->key, draft->key.ptr ? (const char *)draft->key.ptr : "", draft->key.len);
    lower(allow->key);
    bool is_named = draft->rule.len > 0 || draft->value.len > 0;
    bool is_path_inside = slice_find_byte(draft->path, 0, '!') != SLICE_NONE;
    allow->is_forgeable = !is_named && (draft->sender.len > 0 || draft->header.len > 0 || is_path_inside);
    entry->name = name_of(known, draft);
}

static bool glob_fits(const char *glob, struct slice text, int flags)
{
    char copy[8192];
    if (!glob)
        return true;
    if (text.len >= sizeof copy || slice_find_byte(text, 0, 0) != SLICE_NONE)
        return false;
    if (text.len > 0)
        memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    return fnmatch(glob, copy, flags) == 0;
}

/* A glob without `!` is for the file that was scanned: what lies in it has names that come from mail. */
static bool path_fits(const char *glob, struct slice path)
{
    if (glob && !strchr(glob, '!'))
        path = slice_sub(path, 0, slice_find_byte(path, 0, '!'));
    return glob_fits(glob, path, 0);
}

static bool header_fits(const char *glob, struct slice leaf_key)
{
    static const char prefix[] = "header:";
    if (!glob)
        return true;
    return slice_starts_with(leaf_key, prefix) &&
           glob_fits(glob, slice_skip(leaf_key, strlen(prefix)), FNM_CASEFOLD);
}

static bool value_fits(struct ignore_entry *entry, const struct suppress_question *question)
{
    const struct allow_conditions *allow = &entry->allow;
    char hex[2 * RECORD_ID_SIZE + 1];
    if (allow->value.len == 0)
        return true;
    if (allow->key[0] && question->key_name && strcmp(allow->key, question->key_name) != 0) {
        entry->has_other_key = true;
        return false;
    }
    record_id_hex(question->secret_id, hex);
    return memcmp(hex, allow->value.ptr, allow->value.len) == 0;
}

bool suppress_allow_fits(struct ignore_entry *entry, const struct suppress_question *question)
{
    const struct allow_conditions *allow = &entry->allow;
    bool is_rule = !allow->rule || glob_fits(allow->rule, slice_str(question->rule), 0) ||
                   glob_fits(allow->rule, slice_str(question->family), 0);
    if (!is_rule || !glob_fits(allow->sender, question->sender, FNM_CASEFOLD) ||
        !header_fits(allow->header, question->leaf_key) || !path_fits(allow->path, question->path) ||
        !value_fits(entry, question))
        return false;
    if (allow->is_forgeable && question->verdict == VERDICT_PROVEN) {
        entry->proven_left++;
        return false;
    }
    entry->uses++;
    return !entry->is_expired;
}
