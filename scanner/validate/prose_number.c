/* prose_number.c - the judge of prose: numbers that name a document, a ticket, a parcel. */
#include "validate/prose_number.h"

#include "validate/prose_near.h"
#include "validate/prose_plain.h"

/* 80x197, 55x40x20, with the x of Cyrillic too */
bool prose_number_is_measure(const struct prose_case *c)
{
    struct slice v = c->value->folded;
    size_t signs = 0, digits = 0;
    for (size_t i = 0; i < v.len; i++) {
        bool is_far = v.len - i > 2 && (v.ptr[i] == 0xD1 || v.ptr[i] == 0xC3) &&
                      (v.ptr[i + 1] == 0x85 || v.ptr[i + 1] == 0x97);
        bool is_sign = digits && (v.ptr[i] == 'x' || is_far);
        if (!is_sign && (v.ptr[i] < '0' || v.ptr[i] > '9') && v.ptr[i] != ',' && v.ptr[i] != '.')
            return false;
        i += is_far;
        signs += is_sign;
        digits = is_sign ? 0 : digits + 1;
    }
    return signs && digits;
}

/* 3f2504e0-4f89-11d3-9a0c-0305e82c3301, at the value's end */
bool prose_number_is_uuid(const struct prose_case *c)
{
    static const char form[] = "........-....-....-....-............";
    struct slice v = c->value->raw;
    if (v.len < sizeof form - 1 || prose_joined_by_mark(c))
        return false;
    v = slice_skip(v, v.len - (sizeof form - 1));
    for (size_t i = 0; i < v.len; i++)
        if (form[i] == '-' ? v.ptr[i] != '-' : !strchr("0123456789abcdefABCDEF", v.ptr[i]))
            return false;
    return true;
}

/* RB284119305RU: a parcel */
static bool is_parcel(struct slice v)
{
    size_t digits = 0;
    for (size_t i = 2; i + 2 < v.len; i++)
        digits += slice_is_digit(v.ptr[i]);
    return v.len == 13 && digits == 9 && slice_is_upper(v.ptr[0]) && slice_is_upper(v.ptr[1]) &&
           slice_is_upper(v.ptr[11]) && slice_is_upper(v.ptr[12]);
}

/* "#58213": a ticket */
static bool is_ticket(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    return v.len >= 5 && v.ptr[0] == '#' && c->value->classes.digit + 1 == v.len;
}

/* "ОКПД2": capitals in Cyrillic, and a digit or two */
static bool is_cyrillic_abbreviation(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t i = 0;
    while (i + 1 < v.len && v.ptr[i] >= 0xD0 && v.ptr[i] < 0xE0 &&
           v.ptr[i + 1] != c->value->folded.ptr[i + 1])
        i += 2;
    return i >= 6 && v.len > i && v.len - i <= 2 && c->value->classes.digit == v.len - i;
}

/* "пароль TI19480312": a word for passwords, not for codes, stands directly before, in a language whose manuals are not full of such names */
static bool is_behind_password(const struct prose_case *c)
{
    return c->scene->kind == PROSE_WORD && c->scene->takes_words && !c->value->is_before &&
           c->value->between.len == 1 && c->value->classes.digit >= 4 && prose_is_clause_end(c) &&
           !prose_words_inside("cod|cód|kod|kód|код|コード|코드|番号|번호|码|碼", c->scene->trigger);
}

/* ISO-27001, INC0012345, B204: capitals, then digits. 0x80070005. Not where a mark joins them. */
bool prose_number_is_of_document(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t i = 0;
    if (slice_starts_with(v, "0x") || is_parcel(v) || is_ticket(c) || is_cyrillic_abbreviation(c))
        return true;
    if (is_behind_password(c))
        return false;
    if (v.ptr[v.len - 1] == '?') /* of the sentence */
        v.len--;
    while (i < v.len && v.ptr[i] >= 'A' && v.ptr[i] <= 'Z')
        i++;
    size_t rest = i < v.len && v.ptr[i] == '-' ? i + 1 : i;
    bool is_tail_digits = rest < v.len;
    for (size_t j = rest; j < v.len; j++)
        is_tail_digits &= v.ptr[j] >= '0' && v.ptr[j] <= '9';
    bool is_typed = i == 1 && c->scene->kind == PROSE_OPENER && v.len <= 6 && prose_is_typed(c);
    return i > 0 && is_tail_digits && !prose_joined_by_mark(c) && !c->value->is_alone && !is_typed;
}

/* 112, 911: whom one calls */
bool prose_number_is_emergency(const struct prose_case *c)
{
    return c->scene->kind == PROSE_OPENER &&
           prose_words_has("112|911|999|110|113|115|118|119|155|156|158|101|102|103|104", c->value->folded);
}
