/* prose_shape.c - the judge of prose: what a value looks like, whatever the language. */
#include "validate/codec.h"
#include "validate/placeholder.h"
#include "validate/prose_case.h"
#include "validate/prose_join.h"
#include "validate/prose_near.h"
#include "validate/prose_number.h"

static bool has_byte(struct slice text, const char *set)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] && strchr(set, text.ptr[i]))
            return true;
    return false;
}

static unsigned letters(const struct prose_case *c)
{
    unsigned count = c->value->classes.lower + c->value->classes.upper;
    for (size_t i = 0; i < c->value->raw.len; i++)
        count += c->value->raw.ptr[i] >= 0xC3 && c->value->raw.ptr[i] < 0xE0;
    return count;
}

static bool is_mixed(const struct prose_case *c)
{
    return c->value->classes.digit && letters(c);
}

static bool has_sign(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    while (!c->value->classes.digit && v.len > 1 && strchr("!?*", v.ptr[v.len - 1]) &&
           strchr("!?*", v.ptr[v.len - 2]))
        v.len--;
    return v.len > 4 && c->value->classes.other < v.len &&
           has_byte(slice_sub(v, 0, v.len), "!#$%&*+=?@^~|\\") &&
           !(c->value->classes.digit == 0 && has_byte(slice_skip(v, v.len - 1), "!?*") &&
             !has_byte(slice_sub(v, 0, v.len - 1), "!#$%&*+=?@^~|\\"));
}

static bool has_inner_capital(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    for (size_t i = 1; i < v.len; i++)
        if (v.ptr[i] >= 'A' && v.ptr[i] <= 'Z' && v.ptr[i - 1] >= 'a' && v.ptr[i - 1] <= 'z')
            return true;
    return false;
}

static bool is_passphrase(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t dashes = 0, least = c->scene->takes_words ? 10 : 12; /* "help-me-nou"; but "up-to-date" */
    if (slice_find(v, 0, slice_str("--")) != SLICE_NONE || slice_find(v, 0, slice_str("__")) != SLICE_NONE)
        return false;
    for (size_t i = 0; i < v.len; i++)
        dashes += v.ptr[i] == '-' || v.ptr[i] == '_';
    return dashes >= 2 && v.len >= least && c->value->classes.lower + 4u > least &&
           c->value->classes.other == dashes;
}

/* Where the sign stands that joins two words: "Rote_Bete", "tomato.Soup", "poka-syro"; 0: they are not. */
static size_t two_words(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t at = 0, signs = 0;
    for (size_t i = 0; i < v.len; i++)
        if (v.ptr[i] < 0x80 && !((v.ptr[i] | 0x20) >= 'a' && (v.ptr[i] | 0x20) <= 'z')) {
            signs += i + 1 < v.len || strchr("!?", v.ptr[i]) == NULL;
            at = signs == 1 && i + 1 < v.len ? i : at;
        }
    return signs == 1 && at >= 3 && v.len - at > 2 && strchr("._-+&*!;,~#%$=", v.ptr[at]) ? at : 0;
}

static bool has_capital(const struct prose_case *c)
{
    for (size_t i = 0; i < c->value->raw.len; i++)
        if (c->value->raw.ptr[i] != c->value->folded.ptr[i])
            return true;
    return false;
}

/* A capital at AT, of two bytes or one, with a small letter behind it. */
static bool is_capital_at(const struct prose_case *c, size_t at)
{
    struct slice raw = slice_skip(c->value->raw, at), folded = slice_skip(c->value->folded, at);
    size_t len = raw.len && raw.ptr[0] >= 0xC3 ? 2 : 1;
    return raw.len > len && !slice_is_equal(slice_sub(raw, 0, len), slice_sub(folded, 0, len)) &&
           (raw.ptr[len] > 'Z');
}

static bool ends_like_host(struct slice end)
{
    return prose_words_has("com|org|net|info|example|local|php|html|htm|txt|pdf|doc|docx|xls|xlsx|zip|exe|"
                           "csv|conf|java|class|ini|xml|json|test|log|asp|aspx|jsp|intern|internal|invalid|"
                           "home|site|shop|cloud|corp|gov|edu",
                           end);
}

static bool ends_clause(const struct prose_case *c)
{
    struct slice raw = slice_skip(c->scene->raw, c->value->to);
    return !raw.len || strchr(".,;!)\r\n", raw.ptr[0]);
}

/* "the password is never.nights": English, of which programs are full, says it in as many words */
static bool is_said_plainly(const struct prose_case *c, size_t at)
{
    return c->scene->kind == PROSE_WORD && !c->value->is_before && at >= 4 && c->value->raw.len - at > 5 &&
           (prose_ends_with(c->join, " is") || prose_ends_with(c->join, "it's")) && c->join.len <= 32 &&
           ends_clause(c);
}

static bool is_two_words(const struct prose_case *c)
{
    size_t at = two_words(c);
    if (!at || c->value->raw.len < 8)
        return false;
    unsigned char sign = c->value->raw.ptr[at];
    if (sign == '.')
        return !ends_like_host(slice_skip(c->value->folded, at + 1)) &&
               (has_capital(c) || c->scene->trigger.ptr[0] >= 0x80 || is_said_plainly(c, at) ||
                (c->scene->takes_words && at >= 4 && c->value->between.len < 20 && !c->value->is_before));
    if (sign == ',')
        return is_capital_at(c, at + 1);
    return sign != '-' || is_capital_at(c, at + 1);
}

/* "lupi.al.fuoco", "Lavanda.e.Miele": in languages whose manuals are not full of names like it */
static bool is_dotted_phrase(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t dots = 0, last = 0;
    for (size_t i = 0; i < v.len; i++)
        if (v.ptr[i] == '.') {
            dots++;
            last = i + 1;
        }
    return dots == 2 && c->value->classes.other == dots && !c->value->classes.digit && v.len >= 10 &&
           v.len - last >= 4 && !ends_like_host(slice_skip(c->value->folded, last)) &&
           !slice_starts_with(c->value->folded, "www.") && !c->value->is_before &&
           c->value->between.len < 64 && v.ptr[0] != '.';
}

/* "poka-syro", "socorro.agora": words are joined so in ordinary sentences too. */
bool prose_is_loose_pair(const struct prose_case *c)
{
    size_t at = two_words(c);
    return at && c->value->raw.ptr[at] != ',' && !is_two_words(c) && c->value->raw.len >= 9;
}

static bool has_good_length(const struct prose_case *c)
{
    return c->value->raw.len >= 8 && c->value->raw.len <= 64 && c->value->classes.digit < c->value->raw.len;
}

static bool is_digits(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t digits = c->value->classes.digit;
    for (size_t i = 0; i < v.len; i++)
        digits += v.ptr[i] == ' ' || v.ptr[i] == '-' || v.ptr[i] == '#' || v.ptr[i] == '*';
    return digits == v.len && c->value->classes.digit;
}

static bool is_number(const struct prose_case *c)
{
    return is_digits(c) && c->value->classes.digit >= 5;
}

/* 0800 555 0199, not behind a mark */
static bool is_phone_number(const struct prose_case *c)
{
    return is_digits(c) && c->value->classes.digit >= 9 && !prose_joined_by_mark(c);
}

/* "1984#": after a year nobody presses that */
static bool is_pressed_on(const struct prose_case *c)
{
    struct slice raw = slice_skip(c->scene->raw, c->value->to);
    return raw.len && (raw.ptr[0] == '#' || raw.ptr[0] == '*');
}

static bool is_year(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    bool is_shaped = v.len == 4 && is_digits(c) && (slice_starts_with(v, "19") || slice_starts_with(v, "20"));
    return is_shaped && !is_pressed_on(c);
}

static bool is_quoted(const struct prose_case *c)
{
    return c->value->is_quoted && slice_find_byte(c->value->raw, 0, ' ') == SLICE_NONE;
}

static bool is_placeholder(const struct prose_case *c)
{
    enum placeholder placeholder = placeholder_of(c->value->raw);
    if (placeholder == PLACEHOLDER_REPEATED && c->value->classes.digit == c->value->raw.len)
        return c->value->raw.len < 4 || c->value->raw.len > 8; /* 0000 opens many a telephone */
    return placeholder != PLACEHOLDER_NONE && placeholder != PLACEHOLDER_SEQUENCE;
}

static bool is_address(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t at = slice_find_byte(v, 0, '@');
    bool is_mail = at != SLICE_NONE && at > 0 && slice_find_byte(v, at + 2, '.') != SLICE_NONE &&
                   plausible_is_word(slice_skip(v, at + 1));
    bool is_rest = at == 0 && slice_find_byte(v, 1, '.') != SLICE_NONE; /* "user:password@host" */
    return is_mail || is_rest || slice_find(v, 0, slice_str("://")) != SLICE_NONE ||
           slice_starts_with_nocase(v, "www.") || slice_starts_with_nocase(v, "mailto:");
}

/* "nie.nacht" */
static bool is_dotted_pair(const struct prose_case *c)
{
    return is_two_words(c) || is_dotted_phrase(c) ||
           (c->scene->takes_words && prose_is_loose_pair(c) &&
            !ends_like_host(slice_skip(c->value->folded, two_words(c) + 1)));
}

/* "glue.stick.9", not "lib.so.6" */
static bool ends_in_digit_label(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    return v.len >= 10 && slice_is_digit(v.ptr[v.len - 1]) && v.ptr[v.len - 2] == '.' &&
           c->value->classes.digit == 1 && slice_is_lower(v.ptr[v.len - 5]) &&
           slice_is_lower(v.ptr[v.len - 4]) && slice_is_lower(v.ptr[v.len - 3]);
}

static bool is_host(const struct prose_case *c)
{
    if (is_dotted_pair(c) || ends_in_digit_label(c))
        return false;
    struct slice v = c->value->raw;
    size_t dots = 0, others = 0;
    for (size_t i = 0; i < v.len; i++) {
        dots += v.ptr[i] == '.';
        others += !(v.ptr[i] == '.' || v.ptr[i] == '-' || (v.ptr[i] >= '0' && v.ptr[i] <= '9') ||
                    (v.ptr[i] >= 'a' && v.ptr[i] <= 'z'));
    }
    return dots && !others && letters(c);
}

static bool is_markup(const struct prose_case *c)
{
    static const char *const marks[] = { "</",    "/>",    "<br",   "<a ",   "<b>",
                                         "&nbsp", "href=", "type=", "name=", "value=" };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_find(c->value->folded, 0, slice_str(marks[i])) != SLICE_NONE)
            return true;
    return c->value->raw.ptr[0] == '<' || c->value->raw.ptr[0] == '&';
}

static bool is_program(const struct prose_case *c)
{
    static const char *const marks[] = { "()",  "->", "::", "];", ");", "==", "$_", "%s",
                                         "\\n", "**", "__", "#{", "${", "$(", "%{", "{{" };
    struct slice v = c->value->raw;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_find(v, 0, slice_str(marks[i])) != SLICE_NONE)
            return true;
    size_t open = slice_find_byte(v, 1, '(');
    if (open != SLICE_NONE && plausible_is_word(slice_sub(v, 0, open)))
        return true;
    return !is_dotted_pair(c) && slice_find_byte(v, 1, '.') != SLICE_NONE && !c->value->classes.digit &&
           plausible_is_word(v);
}

/* 12-34-56, 7-0-4-2: three or four groups of one or two digits */
static bool is_combination(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t groups = 1, len = 0;
    for (size_t i = 0; i < v.len; i++) {
        bool is_dash = v.ptr[i] == '-';
        if ((is_dash && !len) || (!is_dash && (v.ptr[i] < '0' || v.ptr[i] > '9' || len == 2)))
            return false;
        groups += is_dash;
        len = is_dash ? 0 : len + 1;
    }
    return len && (groups == 3 || groups == 4);
}

/* 2024-01-12, 14:30, 10.15.7, 8-20; the safe's 12-34-56 is none beside a code. */
static bool is_date(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    while (v.len > 3 && (v.ptr[v.len - 1] == '?' || v.ptr[v.len - 1] == '!'))
        v.len--;
    size_t marks = 0, dashes = 0;
    for (size_t i = 0; i < v.len; i++) {
        bool is_hour = v.ptr[i] == 'h' && i > 0 && i <= 2; /* 22h15 */
        marks += (strchr("/:.-,+~", v.ptr[i]) && v.ptr[i]) || is_hour;
        dashes += v.ptr[i] == '-';
    }
    return marks && c->value->classes.digit && marks + c->value->classes.digit == v.len &&
           !(dashes == marks && is_combination(c));
}

/* 8-stellig, 90-Tage, 3x, 12th, IP4: short, digits and small letters */
static bool is_counted_word(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t i = 0, digits;
    while (i < v.len && v.ptr[i] >= '0' && v.ptr[i] <= '9')
        i++;
    digits = i;
    i += i < v.len && v.ptr[i] && strchr("-%.:", v.ptr[i]) != NULL;
    for (size_t j = i; j < v.len; j++)
        if (v.ptr[j] < 'a' || (v.ptr[j] > 'z' && v.ptr[j] < 0x80))
            return false;
    if (digits == 3 && v.len == 3 && c->scene->kind == PROSE_OPENER)
        return false;
    if (digits == 3 && v.len >= 8 && v.ptr[3] == '-' && ends_clause(c)) /* "338-lipa." */
        return false;
    return digits > 0 && digits <= 3 && (i > digits || v.len <= 5);
}

/* A plain word of any script. */
static bool is_plain_word(const struct prose_case *c)
{
    return !c->value->classes.digit && !has_sign(c) && !has_inner_capital(c) && !is_passphrase(c) &&
           !is_two_words(c) && !is_dotted_phrase(c);
}

/* passphrase: "three words quoted" */
#define PHRASES "phras|фраз|fras|wachtzin|wachtwoordzin|フレーズ|frase|fráze|cümle|zdání|větou"

static bool is_phrase(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t spaces = 0;
    for (size_t i = 0; i < v.len; i++)
        spaces += v.ptr[i] == ' ';
    return (c->value->is_quoted || c->value->is_phrase) && spaces >= 2 && v.len >= 10 &&
           !(c->value->is_before && !c->value->is_quoted) &&
           (prose_joined_by_mark(c) || c->value->is_phrase || prose_words_inside(PHRASES, c->scene->trigger));
}

/* %password%, $stmt->, a name that something puts a value for */
static bool is_variable(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t name = 1;
    while (name < v.len && (slice_is_lower(v.ptr[name]) || v.ptr[name] == '_'))
        name++;
    bool is_closed = name + 1 == v.len && v.ptr[name] == '%';
    return name > 3 &&
           ((v.ptr[0] == '%' && is_closed) || (v.ptr[0] == '$' && (name == v.len || v.ptr[name] == '-')));
}

static bool is_too_short(const struct prose_case *c)
{
    return c->value->raw.len < 3;
}

/* CONSTANT_NAME2 */
static bool is_constant(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    return slice_find_byte(v, 1, '_') != SLICE_NONE && c->value->classes.upper > 3 &&
           !c->value->classes.lower;
}

/* valign="top" */
static bool is_name_of_value(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    return v.ptr[v.len - 1] == '=' && !c->value->classes.digit &&
           (c->scene->kind != PROSE_WORD || slice_find_byte(v, 0, ':') != SLICE_NONE);
}

static bool is_several_words(const struct prose_case *c)
{
    bool is_list = c->value->is_alone && !c->value->classes.digit &&
                   slice_find_byte(c->value->raw, 0, ',') != SLICE_NONE && !is_two_words(c);
    return !is_digits(c) && !is_phrase(c) &&
           (is_list || slice_find_byte(c->value->raw, 0, ' ') != SLICE_NONE);
}

static bool is_short(const struct prose_case *c)
{
    bool is_three_digits =
        c->value->classes.digit == 3 && c->scene->kind == PROSE_OPENER && !c->value->is_before;
    return c->value->raw.len < 4 && !is_three_digits;
}

static bool is_long(const struct prose_case *c)
{
    return c->value->raw.len > 64;
}

static bool is_no_text(const struct prose_case *c)
{
    return !codec_is_printable(c->value->raw);
}

static bool is_path(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    if (v.len > 3 && v.ptr[1] == ':' && v.ptr[2] == '\\')
        return true;
    return v.ptr[0] == '/' || (slice_find_byte(v, 0, '/') != SLICE_NONE && !c->value->classes.digit);
}

bool prose_has_shape(const struct prose_case *c)
{
    if (is_two_words(c) || is_passphrase(c) || is_dotted_phrase(c))
        return true;
    return c->value->raw.len >= 6 && (is_mixed(c) || has_sign(c) || has_inner_capital(c)) &&
           !is_counted_word(c) && !prose_number_is_of_document(c) && !is_date(c) && !is_program(c) &&
           !is_address(c) && !is_path(c) && !is_constant(c);
}

const struct prose_feature prose_shape_features[] = {
    { +4, is_mixed, "value mixes letters and digits" },
    { +3, has_sign, "value has signs in it" },
    { +3, has_inner_capital, "value has a capital in the middle" },
    { +3, is_two_words, "value is two joined words" },
    { +4, is_passphrase, "value is several joined words" },
    { +4, is_dotted_phrase, "value is several joined words" },
    { +5, is_phrase, "value is a quoted phrase" },
    { +2, is_number, "value is a number" },
    { +3, is_combination, "value is a combination" },
    { +2, is_quoted, "value is in quotes" },
    { +1, has_good_length, "value has the length of a password" },
    { -12, is_address, "value is an address" },
    { -9, is_host, "value is the name of a host" },
    { -12, is_markup, "value is markup" },
    { -9, is_program, "value is a piece of program" },
    { -8, is_date, "value is a date, a time or a version" },
    { -12, prose_number_is_measure, "value is a measure" },
    { -12, prose_number_is_uuid, "value is a UUID" },
    { -9, prose_number_is_emergency, "value is the number of an emergency call" },
    { -4, prose_number_is_of_document, "value is a number of a document" },
    { -5, is_counted_word, "value counts something" },
    { -9, is_path, "value is a path or a choice" },
    { -3, is_year, "value is a year" },
    { -9, is_phone_number, "value is a telephone number" },
    { -6, is_constant, "value is the name of a constant" },
    { -12, is_name_of_value, "value is the name of another" },
    { -3, is_plain_word, "value is a plain word" },
    { -6, is_several_words, "value is several words" },
    { -12, is_variable, "value is a placeholder" },
    { -9, is_too_short, "value is short" },
    { -3, is_short, "value is short" },
    { -4, is_long, "value is long" },
    { -12, is_no_text, "value is not text" },
    { -12, is_placeholder, "value is a placeholder", .is_dear = true },
    { 0, NULL, NULL },
};
