/* prose_scene.c - what the judge of prose looks at: folding, and the values in reach of a trigger. */
#include "validate/prose_scene.h"

#include "base/utf8.h"
#include "validate/prose_near.h"

#define REACH_AFTER ((size_t)130)
#define REACH_BEFORE ((size_t)80)
#define QUOTED_MAX ((size_t)64)
#define VALUE_MAX ((size_t)96)
#define AFTER_TRIGGER ((size_t)15) /* a trigger's ending, where a value stands before it */

static bool is_one_of(unsigned char c, const char *set)
{
    return c && strchr(set, c);
}

/* Small letters of ASCII. Is there anything else? */
static bool fold_ascii(const unsigned char *from, unsigned char *to, size_t len)
{
    unsigned char all = 0;
    for (size_t i = 0; i < len; i++) {
        to[i] = slice_lower_byte(from[i]);
        all |= from[i];
    }
    return all >= 0x80;
}

/* Small letters, byte for byte: ASCII, U+00C0–U+017F and Cyrillic. */
static void fold(const unsigned char *from, unsigned char *to, size_t len)
{
    if (!fold_ascii(from, to, len))
        return;
    for (size_t i = 1; i < len; i++) {
        unsigned char c = from[i], lead = from[i - 1];
        if (lead == 0xC3 && c >= 0x80 && c <= 0x9E && c != 0x97) {
            to[i] = c + 0x20;
        } else if (lead == 0xC4 || lead == 0xC5) {
            bool is_odd_upper =
                (lead == 0xC4 && c >= 0xB9) || (lead == 0xC5 && (c <= 0x88 || (c >= 0xB9 && c <= 0xBE)));
            if (c >= 0x80 && c != 0xB8 && !(lead == 0xC5 && c == 0x89) && (c & 1) == is_odd_upper &&
                !(lead == 0xC4 && (c == 0xB0 || c == 0xBF)))
                to[i] = c + 1;
        } else if (lead == 0xD0 && c >= 0x90 && c <= 0x9F) {
            to[i] = c + 0x20;
        } else if (lead == 0xD0 && c >= 0xA0 && c <= 0xAF) {
            to[i - 1] = 0xD1;
            to[i] = c - 0x20;
        } else if (lead == 0xD0 && c >= 0x80 && c <= 0x8F) {
            to[i - 1] = 0xD1;
            to[i] = c + 0x10;
        }
    }
}

static void put(struct prose_scene *scene, struct slice part, size_t *len)
{
    part = slice_sub(part, 0, PROSE_SCENE_MAX - *len);
    if (part.len)
        memcpy(scene->raw_bytes + *len, part.ptr, part.len);
    *len += part.len;
}

/* The rest of a word belongs to its trigger: "Passwort|s", "WLAN-|Passwort". */
static void take_word(struct prose_scene *scene)
{
    if (scene->folded.ptr[scene->from] >= 0xE0) {
        scene->trigger = slice_sub(scene->folded, scene->from, scene->to - scene->from);
        return;
    }
    while (scene->from > 0 && !prose_words_border(scene->folded, scene->from) &&
           scene->folded.ptr[scene->from] < 0xE0)
        scene->from--;
    for (size_t end = scene->to; end < scene->folded.len && end - scene->to < 24; end++) {
        if (scene->folded.ptr[end] >= 0xE0 || prose_words_border(scene->folded, end)) {
            scene->to = end;
            break;
        }
    }
    scene->trigger = slice_sub(scene->folded, scene->from, scene->to - scene->from);
}

void prose_scene_init(struct prose_scene *scene, const struct candidate *candidate, enum prose_kind kind)
{
    size_t len = 0, room = PROSE_SCENE_MAX - 256;
    struct slice match = slice_sub(candidate->match, 0, 100);
    struct slice before = candidate->before;
    if (before.len > room - match.len)
        before = slice_skip(before, before.len - (room - match.len));
    scene->candidate = candidate;
    scene->kind = kind;
    scene->takes_words = false;
    scene->words = NULL;
    scene->value_count = 0;
    put(scene, before, &len);
    scene->from = scene->match_from = len;
    put(scene, match, &len);
    scene->to = len;
    scene->match_len = match.len;
    put(scene, candidate->after, &len);
    fold(scene->raw_bytes, scene->folded_bytes, len);
    scene->raw = slice_of(scene->raw_bytes, len);
    scene->folded = slice_of(scene->folded_bytes, len);
    take_word(scene);
    for (scene->line_from = scene->from;
         scene->line_from > 0 && scene->raw.ptr[scene->line_from - 1] != '\n';)
        scene->line_from--;
    size_t end = slice_find_byte(scene->raw, scene->to, '\n');
    scene->line_to = end == SLICE_NONE ? len : end;
}

struct slice prose_scene_origin(const struct prose_scene *scene, size_t from, size_t to)
{
    const struct candidate *c = scene->candidate;
    size_t match_to = scene->match_from + scene->match_len;
    if (from >= match_to)
        return slice_sub(c->after, from - match_to, to - from);
    if (from >= scene->match_from)
        return slice_sub(c->match, from - scene->match_from, to - from);
    return slice_sub(c->before, c->before.len - (scene->match_from - from), to - from);
}

bool prose_scene_is_text(const struct prose_scene *scene)
{
    size_t from = scene->from > 80 ? scene->from - 80 : 0;
    from = utf8_cut(scene->raw, from);
    struct slice near = slice_sub(scene->raw, from, scene->to + 80 - from);
    near.len = utf8_cut(near, near.len > 4 ? near.len - 4 : near.len);
    for (size_t i = 0; i < near.len; i++)
        if (near.ptr[i] == 0x7F || (near.ptr[i] < ' ' && !is_one_of(near.ptr[i], "\t\r\n\f")))
            return false;
    return utf8_is_valid(near);
}

static bool is_stop(unsigned char c)
{
    return c && strchr(".!?;", c);
}

struct slice prose_scene_sentence(const struct prose_scene *scene, size_t from, size_t to)
{
    struct slice text = scene->folded;
    for (; from > 0; from--)
        if (text.ptr[from - 1] == '\n' || (is_stop(text.ptr[from - 1]) && text.ptr[from] <= ' ') ||
            (from >= 3 && memcmp(text.ptr + from - 3, "\xe3\x80\x82", 3) == 0))
            break;
    for (; to < text.len; to++)
        if (text.ptr[to] == '\n' ||
            (is_stop(text.ptr[to]) && (to + 1 == text.len || text.ptr[to + 1] <= ' ')) ||
            (text.len - to >= 3 && memcmp(text.ptr + to, "\xe3\x80\x82", 3) == 0))
            break;
    return slice_sub(text, from, to - from);
}

/* values */

static bool is_digits(struct slice text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!slice_is_digit(text.ptr[i]))
            return false;
    return from < to;
}

struct prose_value prose_scene_value(const struct prose_scene *scene, size_t from, size_t to)
{
    struct prose_value v = { .from = from, .to = to };
    const unsigned char *b = scene->raw.ptr;
    while (v.from < v.to && is_one_of(b[v.from], " \t\r,;:)]}`|="))
        v.from++;
    for (bool is_trimmed = true; is_trimmed && v.from < v.to;) {
        bool is_open = is_one_of(b[v.from], "([{*_");
        unsigned char last = b[v.to - 1];
        is_trimmed = false;
        if (is_one_of(last, " \t\r.,;:`|([{") || (is_one_of(last, ")]}") && !is_one_of(b[v.from], "[{<"))) {
            v.to--;
            is_trimmed = true;
        } else if (is_open && (b[v.from] == '(' || last == b[v.from]) && v.to - v.from > 1) {
            v.to -= last == b[v.from];
            v.from++;
            is_trimmed = true;
        }
    }
    /* "4417!" */
    if (v.to - v.from > 3 && is_one_of(b[v.to - 1], "?!") && is_digits(scene->raw, v.from, v.to - 1))
        v.to--;
    /* "press # after it" */
    if (v.to - v.from > 3 && is_one_of(b[v.to - 1], "#*") && is_digits(scene->raw, v.from, v.to - 1))
        v.to--;
    v.raw = slice_sub(scene->raw, v.from, v.to - v.from);
    v.folded = slice_sub(scene->folded, v.from, v.to - v.from);
    v.classes = plausible_classes(v.raw);
    return v;
}

static bool is_blank(struct slice text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!is_one_of(text.ptr[i], " \t\r\n>*"))
            return false;
    return true;
}

static bool is_all_of_line(struct slice text, size_t from, size_t to)
{
    while (from > 0 && is_one_of(text.ptr[from - 1], " \t\r>*\"'`"))
        from--;
    while (to < text.len && is_one_of(text.ptr[to], " \t\r*.\"'`"))
        to++;
    return (from == 0 || text.ptr[from - 1] == '\n') && (to == text.len || text.ptr[to] == '\n');
}

/* "…the password:", a line end or more, and the value with a line of its own; or the other way round. */
static bool is_alone(const struct prose_scene *scene, const struct prose_value *v)
{
    struct slice text = scene->raw;
    if (v->is_before ? v->to >= scene->line_from : v->from < scene->line_to)
        return false;
    return is_all_of_line(text, v->from, v->to) && (v->is_before ? is_blank(text, v->to + 1, scene->line_from)
                                                                 : is_blank(text, scene->line_to, v->from));
}

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
    if (before.len && is_one_of(before.ptr[before.len - 1], ",:"))
        return slice_find_byte(before, 0, '@') != SLICE_NONE;
    return (v->classes.digit || v->classes.other) && prose_near_ends_with_and(before) && before.len > 4;
}

/* "user / value": does a slash that follows a name stand before AT? */
static bool is_second(const struct prose_scene *scene, size_t at)
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

static void add_value(struct prose_scene *scene, size_t from, size_t to, bool is_quoted)
{
    if (scene->kind == PROSE_LOGIN)
        from = after_slash(scene, from, to);
    struct prose_value v = prose_scene_value(scene, from, to);
    if (!v.raw.len || v.raw.len > VALUE_MAX || scene->value_count == PROSE_VALUES_MAX)
        return;
    v.is_quoted = is_quoted;
    v.is_before = v.from < scene->from;
    v.is_second = scene->kind == PROSE_LOGIN && !v.is_before &&
                  (is_second(scene, v.from) || is_second_by_word(scene, &v));
    v.is_alone = is_alone(scene, &v);
    v.between = v.is_before ? slice_sub(scene->folded, v.to, scene->to + AFTER_TRIGGER - v.to)
                            : slice_sub(scene->folded, scene->to, v.from - scene->to);
    scene->values[scene->value_count++] = v;
}

/* Quotation marks: what opens, what may close it. */
static const char *const quotes[][2] = {
    { "\"", "\"" },
    { "'", "'" },
    { "`", "`" },
    { "\xe2\x80\x9e", "\xe2\x80\x9c" }, /* low to high */
    { "\xe2\x80\x9e", "\xe2\x80\x9d" },
    { "\xe2\x80\x9c", "\xe2\x80\x9d" },
    { "\xe2\x80\x98", "\xe2\x80\x99" },
    { "\xe2\x80\x9a", "\xe2\x80\x98" },
    { "\xc2\xab", "\xc2\xbb" }, /* angle */
    { "\xc2\xbb", "\xc2\xab" },
    { "\xe3\x80\x8c", "\xe3\x80\x8d" }, /* corner */
    { "\xe3\x80\x8e", "\xe3\x80\x8f" },
    { "\xe2\x80\x9d", "\xe2\x80\x9d" },
};

static bool may_open_quotes(unsigned char c)
{
    return c == '"' || c == '\'' || c == '`' || c == 0xC2 || c == 0xE2 || c == 0xE3;
}

/* The length of the quoted run at AT without its marks, which begin at *INSIDE; 0 for none. */
static size_t quoted_run(const struct prose_scene *scene, size_t at, size_t *inside)
{
    struct slice rest = slice_skip(scene->raw, at);
    if (!may_open_quotes(rest.ptr[0]))
        return 0;
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++) {
        size_t open = strlen(quotes[i][0]);
        if (!slice_starts_with(rest, quotes[i][0]))
            continue;
        struct slice run = slice_sub(rest, open, QUOTED_MAX);
        size_t line = slice_find_byte(run, 0, '\n'), end = slice_find(run, 0, slice_str(quotes[i][1]));
        /* an apostrophe is one where a letter follows: "don't", Turkish endings */
        if (end == SLICE_NONE || end == 0 || end > line)
            continue;
        *inside = at + open;
        return end;
    }
    return 0;
}

/* Can the character at AT be in a value? Its length, or 0: marks, and letters of scripts that nobody types passwords in. */
static size_t value_character(struct slice text, size_t at)
{
    unsigned char c = text.ptr[at];
    if (c < 0x80)
        return c > ' ' && c != '"' && c != '\'' && c != '`' && c != '<' && c != '>' && c != 0x7F;
    return c >= 0xC3 && c < 0xE0 && at + 1 < text.len ? 2 : 0;
}

static size_t character_len(unsigned char c)
{
    return c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

/* "482 913 07": groups of digits are one number. */
static size_t join_digits(struct slice text, size_t from, size_t to)
{
    if (!is_digits(text, from, to))
        return to;
    for (;;) {
        size_t next = to + 1, end = next;
        if (to >= text.len || (text.ptr[to] != ' ' && text.ptr[to] != '-'))
            return to;
        while (end < text.len && slice_is_digit(text.ptr[end]))
            end++;
        bool is_free = end == text.len || prose_words_border(text, end);
        if (end - next < 2 || end - next > 8 || !is_free || end - from > 16)
            return to;
        to = end;
    }
}

/* "password: x<y'z": all that stands behind the mark is the value, whatever its signs. END, or where it ends. */
static size_t whole_rest(struct slice text, size_t at, size_t end)
{
    size_t before = at, to = end;
    if (end == at || end >= text.len || !is_one_of(text.ptr[end], "<'\"`>"))
        return end;
    while (before > 0 && text.ptr[before - 1] == ' ')
        before--;
    while (to < text.len && text.ptr[to] > ' ' && text.ptr[to] < 0x7F && to - at < VALUE_MAX)
        to++;
    bool is_all = to < text.len && is_one_of(text.ptr[to], "\r\n");
    bool is_markup = text.ptr[end] == '<' && slice_find_byte(text, end, '>') < to;
    return is_all && !is_markup && to - end > 2 && before > 0 && text.ptr[before - 1] == ':' ? to : end;
}

/* A line end as calendars write it, "1234#\\nMore": no value holds it. */
static bool is_escaped_end(struct slice text, size_t at, size_t from)
{
    return at > from && text.ptr[at] == '\\' && at + 2 < text.len && text.ptr[at + 1] == 'n' &&
           (text.ptr[at + 2] <= ' ' || (text.ptr[at + 2] >= 'A' && text.ptr[at + 2] <= 'Z') ||
            text.ptr[at + 2] == '\\');
}

/* The run of value characters at AT; where it ends. */
static size_t run_end(struct slice text, size_t at, size_t limit)
{
    size_t from = at;
    while (at < limit) {
        size_t len = value_character(text, at);
        if (!len || is_escaped_end(text, at, from))
            break;
        at += len;
    }
    size_t end = at < limit ? at : limit;
    size_t rest = whole_rest(text, from, end);
    return rest > end ? rest : join_digits(text, from, end);
}

/* "don't", "PIN'i": an apostrophe, no quotation mark. */
static bool is_apostrophe(struct slice text, size_t at)
{
    unsigned char last = at > 0 ? slice_lower_byte(text.ptr[at - 1]) : ' ';
    return text.ptr[at] == '\'' && ((last >= 'a' && last <= 'z') || slice_is_digit(last));
}

static void find_in(struct prose_scene *scene, size_t at, size_t limit)
{
    struct slice text = scene->raw;
    while (at < limit && scene->value_count < PROSE_VALUES_MAX) {
        size_t inside = 0, len = quoted_run(scene, at, &inside);
        if (len && !is_apostrophe(text, at)) {
            add_value(scene, inside, inside + len, true);
            at = inside + len;
            at += character_len(text.ptr[at]);
            continue;
        }
        size_t end = run_end(text, at, limit);
        if (end > at)
            add_value(scene, at, end, false);
        at = end > at ? end : at + character_len(text.ptr[at]);
    }
}

static size_t limit_after(const struct prose_scene *scene)
{
    struct slice text = scene->raw;
    size_t end = scene->to + REACH_AFTER < text.len ? scene->to + REACH_AFTER : text.len;
    unsigned lines = 0;
    for (size_t i = scene->to; i < end; i++)
        if (text.ptr[i] == '\n' && ++lines > 3)
            return i;
    /* whole words only */
    while (end < text.len && end - scene->to < REACH_AFTER + 64 && text.ptr[end] > ' ' &&
           text.ptr[end] < 0xE0)
        end++;
    return end;
}

/* "Kennwort: Zeder Fenster Neunzig Posaune": three words and more, each with a capital, are all of the line. */
static bool is_title(const struct prose_scene *scene, size_t from, size_t to)
{
    size_t words = 0;
    for (size_t at = from; at < to; at++) {
        bool is_start = at == from || scene->raw.ptr[at - 1] == ' ';
        size_t lead = at + (scene->raw.ptr[at] >= 0xC3 && scene->raw.ptr[at] < 0xE0);
        if (is_start && scene->raw.ptr[lead] == scene->folded.ptr[lead])
            return false;
        words += is_start;
    }
    bool is_all = to == scene->raw.len || is_one_of(scene->raw.ptr[to], "\r\n");
    return words >= 3 && words <= 7 && is_all;
}

/* Words in Latin letters in a script without spaces. */
static size_t latin_end(struct slice text, size_t at)
{
    while (at < text.len && text.ptr[at] < 0x80 && !is_one_of(text.ptr[at], ".,;\r\n()\""))
        at++;
    return at;
}

static bool names_phrase(struct slice text)
{
    return prose_words_inside("phras|фраз|fras|wachtzin|wachtwoordzin|cümle|zdani|větou|fráz|短语", text);
}

/* "passphrase for the key: three words and more": all to the end of the clause. */
static void find_phrase(struct prose_scene *scene)
{
    struct slice text = scene->raw;
    bool is_unspaced = scene->trigger.ptr[0] >= 0xE0;
    size_t mark = slice_find_byte(text, scene->to, ':'), to;
    size_t wide = slice_find(text, scene->to, slice_str("\xef\xbc\x9a"));
    if (is_unspaced && wide < mark)
        mark = wide + 2;
    if (scene->kind != PROSE_WORD || mark == SLICE_NONE || mark > scene->line_to || mark - scene->to > 40)
        return;
    bool is_named = names_phrase(slice_sub(scene->folded, scene->from, mark - scene->from));
    for (mark++; mark < text.len && text.ptr[mark] == ' ';)
        mark++;
    to = is_unspaced ? latin_end(text, mark) : mark;
    while (!is_unspaced && to < text.len && !is_one_of(text.ptr[to], ".,;\r\n()\""))
        to++;
    if (to - mark < 10 || scene->value_count == PROSE_VALUES_MAX ||
        !(is_named || is_unspaced || is_title(scene, mark, to)))
        return;
    size_t count = scene->value_count;
    add_value(scene, mark, to, false);
    if (scene->value_count > count)
        scene->values[count].is_phrase = true;
}

/* What a sign of a script without spaces is: a letter, no full stop, comma, bracket or wide colon. Its length, or 0. */
static size_t native_letter(struct slice text, size_t at)
{
    struct slice rest = slice_skip(text, at);
    if (rest.len < 3 || rest.ptr[0] < 0xE3 || rest.ptr[0] > 0xED)
        return 0;
    return slice_starts_with(rest, "\xe3\x80") || rest.ptr[0] == 0xEE ? 0 : 3;
}

/* "は", "是": behind these a value may stand; the length of the one at AT, or 0. */
static size_t native_join(struct slice text, size_t at)
{
    static const char *const joins[] = { "\xe5\xb0\xb1\xe6\x98\xaf",
                                         "\xe6\x98\xaf",
                                         "\xe3\x81\xaf",
                                         "\xeb\x8a\x94",
                                         "\xec\x9d\x80",
                                         ":",
                                         "\xef\xbc\x9a" };
    struct slice rest = slice_skip(text, at);
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++)
        if (slice_starts_with(rest, joins[i]))
            return strlen(joins[i]);
    return 0;
}

/* "です", "입니다" end the sentence, not the value. */
static size_t native_end(struct slice text, size_t from, size_t to)
{
    static const char *const ends[] = { "\xe3\x81\xa7\xe3\x81\x99",
                                        "\xe3\x81\xa0\xe3\x82\x88",
                                        "\xec\x9e\x85\xeb\x8b\x88\xeb\x8b\xa4",
                                        "\xec\x9d\xb4\xec\x97\x90\xec\x9a\x94",
                                        "\xec\x98\x88\xec\x9a\x94",
                                        "\xec\x9d\xb4\xec\x95\xbc" };
    struct slice value = slice_sub(text, from, to - from);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t len = strlen(ends[i]), at = slice_find(value, 0, slice_str(ends[i]));
        if (at != SLICE_NONE && value.len - at <= len + 3)
            return from + at;
    }
    return to;
}

/* "密码是…", "合言葉は…です", "비밀번호: …": letters of the script that stand alone behind what joins them. */
static void find_native(struct prose_scene *scene)
{
    struct slice text = scene->raw;
    size_t at = scene->to, to, len, letters = 0;
    if (scene->kind != PROSE_WORD || scene->trigger.ptr[0] < 0xE0)
        return;
    while (at < text.len && text.ptr[at] == ' ')
        at++;
    if (!(len = native_join(text, at)))
        return;
    for (at += len; at < text.len && text.ptr[at] == ' ';)
        at++;
    for (to = at; to < text.len && to - at < 60; to += len, letters += len == 3)
        if (!(len = native_letter(text, to)))
            break;
    to = native_end(text, at, to);
    bool is_all = to == text.len || is_one_of(text.ptr[to], "\r\n.,)") || text.ptr[to] >= 0xE3;
    size_t count = scene->value_count;
    if (!letters || to - at < 9 || to - at > 36 || !is_all)
        return;
    add_value(scene, at, to, false);
    if (scene->value_count > count)
        scene->values[count].is_native = true;
}

/* The line before the trigger's that holds something, if that is one word. */
static void find_in_line_before(struct prose_scene *scene)
{
    struct slice text = scene->raw;
    size_t to = scene->line_from, from;
    while (to > 0 && scene->line_from - to < 8 && is_one_of(text.ptr[to - 1], " \t\r\n>"))
        to--;
    for (from = to; from > 0 && to - from < VALUE_MAX && text.ptr[from - 1] > ' ';)
        from--;
    if (to - from >= 6 && to < scene->line_from && text.ptr[from] < 0xE0 && text.ptr[to - 1] != ':' &&
        text.ptr[to - 1] != ',' && is_all_of_line(text, from, to))
        find_in(scene, from, to);
}

void prose_scene_find_values(struct prose_scene *scene)
{
    struct slice text = scene->raw;
    size_t from = scene->from > REACH_BEFORE ? scene->from - REACH_BEFORE : 0;
    if (from < scene->line_from)
        from = scene->line_from;
    while (from > scene->line_from && text.ptr[from] > ' ' && text.ptr[from] < 0xE0)
        from--;
    find_phrase(scene);
    find_native(scene);
    find_in(scene, scene->to, limit_after(scene));
    if (scene->value_count > PROSE_VALUES_MAX - 8)
        scene->value_count = PROSE_VALUES_MAX - 8;
    find_in(scene, from, scene->from);
    find_in_line_before(scene);
}
