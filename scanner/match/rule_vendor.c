/* rule_vendor.c - the pattern of rules that say only a vendor's name: key or token named beside it. */
#include "match/rule_vendor.h"

#include <string.h>

#include "base/buffer.h"

#define TEXT_MAX ((size_t)64 * 1024)

/* A word for a key, as variables, settings and people name it. */
#define KEY                                                                                                 \
    "(?:key|api|token|secret|access|private|auth|pass(?:word|wd|phrase|code)?|pwd|cred(?:ential)?s?|licen[" \
    "cs]e|bearer)"

/* Between a name and what is assigned to it. */
#define SIGN "(?:[:?.]{0,3}=[=>]?|[:,>])[ \\t\\r\\n>]{0,12}"
#define QUOTES "[\"'`\\\\\\])>]{0,3}"
#define ASSIGN QUOTES "(?:[ \\t]{0,4}" SIGN "|[ \\t]{1,4}|-)"

/* Words after a vendor's word that make it the vendor's. */
#define NEXT                                                                                     \
    "(?:(?:api|app|access|auth|rest|client|secret|private|oauth|personal|bot|user|admin|v\\d)[ " \
    "_.-]{0,2}){0,2}"
#define NEXT_FIND \
    "[ _.-]{0,2}(?:api|app|acc|auth|rest|cli|sec|pri|oau|per|bot|use|adm|v\\d|key|tok|pas|pwd|cre|lic|bea)"

/* From the vendor's name to the word for a key: other parts of one name, a setting further down, the query of a URL. */
#define PARTS "[\\w .'\\x80-\\xff-]{0,24}?"
#define NESTED "[\"'\\]]?[ \\t]{0,4}[:=({\\[][=>]?[\\s({\\[]{0,24}[\"']?(?:[\\w.-]{0,24}?[_.-])?"
#define QUERY                      \
    "[\\w.-]{0,24}(?::\\d{1,5})?/" \
    "[^\\s\"'<>]{0,80}?[?&](?:(?:app|access|auth|api)[_-]?(?:key|id|token)|subscription-key|key)="

/* An argument of a call that has the name: `acme.Client("…", "…")`. */
#define CALL                                                          \
    "[\\w$.:\\\\]{0,48}\\([ \\t\\r\\n]{0,8}(?:[^()\\r\\n]{0,100}?,[ " \
    "\\t\\r\\n]{0,8})?(?=[\"'`](?!pk_(?:live|test)_)["                \
    "\\w+/=:.~-]{1,256}[\"'`])"

/* The value, unless a vendor has a shape of its own. */
#define VALUE "[\\w~+/=-][\\w.~+/=-]{14,254}[\\w~+/=-]"

static const char name_head[] =
    "(?:(?:" PARTS "|" NESTED ")" KEY "(?:[ _.-]{0,2}" KEY "){0,3}[\\w .\\x80-\\xff-]{0,12}?" ASSIGN
    "|" QUOTES "[ \\t]{0,4}" SIGN "|" QUERY "|" CALL ")[\"'`\\\\\\[(]{0,3}(?-i)(?<secret>";
static const char word_head[] =
    "(?:[ _.-]{0,2}" NEXT KEY "[\\w .\\x80-\\xff-]{0,12}?" ASSIGN "|" NESTED KEY "[\\w.-]{0,12}?" ASSIGN
    "|[.:\\\\]" CALL ")[\"'`\\\\\\[(]{0,3}(?-i)(?<secret>";

static const char *finish(struct arena *arena, struct buffer *out)
{
    char *text = arena_string(arena, buffer_slice(out));
    buffer_release(out);
    return text;
}

const char *vendor_pattern(struct arena *arena, enum vendor_kind kind, const char *name, const char *value)
{
    struct buffer out;
    buffer_init(&out, TEXT_MAX);
    buffer_put_str(&out, kind == VENDOR_WORD ? "(?i)(?:\\b|_)(?:" : "(?i)(?:");
    buffer_put_str(&out, name);
    buffer_put_str(&out, ")");
    buffer_put_str(&out, kind == VENDOR_WORD ? word_head : name_head);
    buffer_put_str(&out, value ? value : VALUE);
    buffer_put_str(&out, value ? ")(?:[^\\w]|\\z)" : ")");
    return finish(arena, &out);
}

const char *vendor_find(struct arena *arena, enum vendor_kind kind, const char *name)
{
    struct buffer out;
    buffer_init(&out, TEXT_MAX);
    buffer_put_str(&out, "(?i)(?:");
    buffer_put_str(&out, name);
    buffer_put_str(&out, ")");
    if (kind == VENDOR_WORD)
        buffer_put_str(&out, "(?:" NEXT_FIND "|[\"'\\]]?[ \\t]{0,4}[:=({\\[])");
    return finish(arena, &out);
}

int vendor_check(const char *text, struct error *err)
{
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c >= 0x80)
            return error_set(err, ERROR_FORMAT, "a character beyond ASCII: write a `pattern` of its own");
        if (*c == '\\' && c[1])
            c++;
        else if (*c == '(' && strncmp(c, "(?:", 3) != 0)
            return error_set(err, ERROR_FORMAT, "a group other than (?:…): write a `pattern` of its own");
    }
    return 0;
}
