/* prose_trigger.c - the judge of prose: is the trigger one, or only letters that look so? */
#include "validate/prose_join.h"
#include "validate/prose_trigger.h"

static unsigned char byte_before(const struct prose_case *c)
{
    return c->scene->from > 0 ? c->scene->raw.ptr[c->scene->from - 1] : ' ';
}

bool prose_trigger_is_name(const struct prose_case *c)
{
    unsigned char last = byte_before(c);
    bool is_quote_mark = last == '>' && c->scene->from > 1 && c->scene->raw.ptr[c->scene->from - 2] != '-';
    return last && strchr("_$.>@", last) && !is_quote_mark;
}

/* dkim=pass */
bool prose_trigger_is_value(const struct prose_case *c)
{
    size_t at = c->scene->from;
    while (at > c->scene->line_from && c->scene->raw.ptr[at - 1] == ' ')
        at--;
    unsigned char last = at > 0 ? c->scene->raw.ptr[at - 1] : ' ';
    return byte_before(c) == '=' || byte_before(c) == '<' ||
           (slice_is_equal(c->scene->trigger, slice_str("pass")) && (last == ':' || last == '='));
}

/* "pW" in base64, "x-ww-y" */
bool prose_trigger_is_chance(const struct prose_case *c)
{
    struct slice raw = slice_sub(c->scene->raw, c->scene->from, c->scene->to - c->scene->from);
    unsigned char next = c->scene->to < c->scene->raw.len ? c->scene->raw.ptr[c->scene->to] : ' ';
    unsigned char last = byte_before(c);
    struct plausible_classes n = plausible_classes(raw);
    bool is_grown = raw.len > c->scene->match_len;
    if (c->scene->match_len > 3 || c->scene->candidate->match.ptr[0] >= 0x80)
        return false;
    if (is_grown || n.lower + n.upper != raw.len)
        return true;
    bool is_odd_case = n.lower && n.upper && !(n.upper == 1 && raw.ptr[0] <= 'Z');
    bool is_free = prose_words_border(c->scene->raw, c->scene->from) &&
                   prose_words_border(c->scene->raw, c->scene->to) &&
                   (last <= ' ' || last >= 0x80 || strchr("\"'(/|>*[-_:,", last)) &&
                   (next <= ' ' || next >= 0x80 || strchr(":=\"')/|*.,#?", next));
    return is_odd_case || !is_free;
}

/* "valign=x", "AzKLuisQ": an opener that is a piece of a program or of base64 */
bool prose_opener_is_chance(const struct prose_case *c)
{
    struct slice raw = slice_sub(c->scene->raw, c->scene->from, c->scene->to - c->scene->from);
    unsigned char next = c->scene->to < c->scene->raw.len ? c->scene->raw.ptr[c->scene->to] : ' ';
    unsigned char last = byte_before(c);
    if (!prose_is_opener(c))
        return false;
    for (size_t i = 1; i < raw.len; i++)
        if (raw.ptr[i] < 0x80 &&
            ((raw.ptr[i] >= '0' && raw.ptr[i] <= '9') ||
             (raw.ptr[i] >= 'A' && raw.ptr[i] <= 'Z' && raw.ptr[i - 1] >= 'a' && raw.ptr[i - 1] <= 'z')))
            return true;
    bool is_assigned = next == '=' && c->scene->kind == PROSE_NAME && (last <= ' ' || last >= 0x80);
    return (last && strchr("/\\#.=<&+", last)) || (next && strchr("/\\=>&+@_\"", next) && !is_assigned);
}

/* your_password, ihr_passwort */
bool prose_value_is_trigger(const struct prose_case *c)
{
    size_t len =
        c->scene->trigger.ptr[0] >= 0xD0 && c->scene->trigger.ptr[0] < 0xE0 ? 10 : 5; /* five letters */
    return c->scene->trigger.len >= len &&
           slice_find(c->value->folded, 0, slice_sub(c->scene->trigger, 0, len)) != SLICE_NONE &&
           !c->value->classes.digit;
}

/* user:password@host, ?password=…&… */
bool prose_trigger_is_in_address(const struct prose_case *c)
{
    unsigned char last = byte_before(c);
    unsigned char next = c->scene->to < c->scene->raw.len ? c->scene->raw.ptr[c->scene->to] : ' ';
    return last == '?' || last == '&' || next == '@' ||
           (last == ':' && next != ' ' && next != ':' && next != '=');
}
