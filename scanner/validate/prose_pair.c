/* prose_pair.c - the judge of prose: user and password side by side, without a word for passwords. */
#include "validate/prose_pair.h"

#include "validate/prose_everywhere.h"
#include "validate/prose_near.h"

/* "admin/value": only what stands behind the slash. */
static size_t after_slash(const struct prose_scene *scene, size_t from, size_t to)
{
    struct slice run = slice_sub(scene->raw, from, to - from);
    size_t at = slice_find_byte(run, 0, '/');
    return at == SLICE_NONE || at < 2 || run.len - at < 5 ? from : from + at + 1;
}

/* "guest and value", "ann@example.com, value": only values that mix letters and other things. */
static bool is_second_by_word(const struct prose_scene *scene, const struct prose_value *v)
{
    size_t from = v->from > 48 && v->from - 48 > scene->to ? v->from - 48 : scene->to;
    struct slice before = slice_sub(scene->folded, from, v->from - from);
    bool is_mixed = v->classes.lower && (v->classes.digit || v->classes.other || v->classes.upper > 1);
    while (before.len && before.ptr[before.len - 1] == ' ')
        before.len--;
    if (!is_mixed || v->raw.len < 6 || slice_find_byte(v->raw, 0, '/') != SLICE_NONE)
        return false;
    if (before.len && (before.ptr[before.len - 1] == ',' || before.ptr[before.len - 1] == ':'))
        return slice_find_byte(before, 0, '@') != SLICE_NONE;
    return (v->classes.digit || v->classes.other) && prose_near_ends_with_and(before) && before.len > 4;
}

/* "user / value": does a slash that follows a name stand before AT? */
static bool is_second_by_slash(const struct prose_scene *scene, size_t at)
{
    struct slice text = scene->raw;
    while (at > scene->to && text.ptr[at - 1] == ' ')
        at--;
    if (at <= scene->to || text.ptr[at - 1] != '/')
        return false;
    at--;
    while (at > scene->to && text.ptr[at - 1] == ' ')
        at--;
    return at > scene->to + 2 && text.ptr[at - 1] != '/' && !prose_words_border(text, at - 1);
}

/* accounts: the trigger is the user's name with what joins it to the password */

static bool is_joiner(unsigned char c)
{
    return c <= ' ' || strchr("/|,;:()<>\"'`", c);
}

static bool is_joined_by_slash(const struct prose_scene *scene)
{
    struct slice name = slice_trim(scene->trigger);
    return name.len && name.ptr[name.len - 1] == '/';
}

struct slice prose_pair_name(const struct prose_scene *scene)
{
    struct slice name = slice_sub(scene->raw, scene->from, scene->to - scene->from);
    size_t from = 0, to;
    while (from < name.len && is_joiner(name.ptr[from]))
        from++;
    for (to = from; to < name.len && !is_joiner(name.ptr[to]);)
        to++;
    return slice_sub(name, from, to - from);
}

/* "schulung01", "kaf.istorii", "ann@example.com": no word of a sentence */
static bool is_login_name(struct slice name)
{
    bool has_sign = false;
    for (size_t i = 1; i < name.len; i++)
        has_sign |= slice_is_digit(name.ptr[i]) || strchr("_@.", name.ptr[i]);
    return has_sign;
}

static struct slice stem_of(struct slice word)
{
    while (word.len && (slice_is_digit(word.ptr[word.len - 1]) || word.ptr[word.len - 1] == '.'))
        word.len--;
    return word;
}

/* "python2 / python3": one thing twice */
static bool is_same_thing(struct slice name, struct slice value)
{
    return slice_is_equal(stem_of(name), stem_of(value));
}

/* Lower and upper case, digits, signs: how many of these four are in TEXT? None where it holds what passwords seldom do. */
static unsigned kinds_in(struct slice text)
{
    enum { LOWER = 1, UPPER = 2, DIGIT = 4, SIGN = 8 };
    unsigned kinds = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.ptr[i];
        if (strchr("/\\|<>", c))
            return 0;
        kinds |= slice_is_lower(c)   ? LOWER
                 : slice_is_upper(c) ? UPPER
                 : slice_is_digit(c) ? DIGIT
                 : c < 0x80          ? SIGN
                                     : 0;
    }
    return (kinds & 1) + (kinds >> 1 & 1) + (kinds >> 2 & 1) + (kinds >> 3 & 1);
}

static bool is_password_of_account(const struct prose_scene *scene, const struct prose_value *v)
{
    struct slice raw = prose_pair_name(scene);
    struct slice name = slice_sub(scene->folded, (size_t)(raw.ptr - scene->raw.ptr), raw.len);
    struct plausible_classes n = v->classes;
    unsigned kinds = kinds_in(v->raw);
    bool is_known = !is_joined_by_slash(scene) || prose_everywhere_in(&prose_accounts, name) == 0;
    bool is_small = raw.len && raw.ptr[0] == name.ptr[0] && raw.ptr[raw.len - 1] == name.ptr[raw.len - 1];
    if (v->raw.len < 6 || is_same_thing(name, v->folded) ||
        (!is_known && prose_words_has(prose_known_names, name)))
        return false;
    if (n.digit == v->raw.len)
        return is_known && n.digit <= 8;
    return kinds >= 2 && n.lower >= 2 && (is_known || (is_small && (kinds >= 3 || is_login_name(name))));
}

size_t prose_pair_from(const struct prose_scene *scene, size_t from, size_t to)
{
    return scene->kind == PROSE_LOGIN ? after_slash(scene, from, to) : from;
}

bool prose_pair_is_second(const struct prose_scene *scene, const struct prose_value *v)
{
    if (v->is_before)
        return false;
    if (scene->kind == PROSE_ACCOUNT)
        return v->from <= scene->to + 3 && is_password_of_account(scene, v);
    return scene->kind == PROSE_LOGIN && (is_second_by_slash(scene, v->from) || is_second_by_word(scene, v));
}
