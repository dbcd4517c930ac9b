/* prose_values.c - the judge of prose: the words, quoted runs and groups of digits in reach of a trigger. */
#include "validate/prose_values.h"

#include "validate/prose_pair.h"

#define REACH_AFTER ((size_t)130)
#define REACH_BEFORE ((size_t)80)
#define QUOTED_MAX ((size_t)64)
#define VALUE_MAX ((size_t)96)
#define AFTER_TRIGGER ((size_t)15) /* a trigger's ending, where a value stands before it */

static bool is_one_of(unsigned char c, const char *set)
{
    return c && strchr(set, c);
}

static bool is_digits(struct slice text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!slice_is_digit(text.ptr[i]))
            return false;
    return from < to;
}

struct prose_value prose_values_at(const struct prose_scene *scene, size_t from, size_t to)
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

struct prose_value *prose_values_add(struct prose_scene *scene, size_t from, size_t to, bool is_quoted)
{
    from = prose_pair_from(scene, from, to);
    struct prose_value v = prose_values_at(scene, from, to);
    if (!v.raw.len || v.raw.len > VALUE_MAX || scene->value_count == PROSE_VALUES_MAX)
        return NULL;
    v.is_quoted = is_quoted;
    v.is_before = v.from < scene->from;
    v.is_second = prose_pair_is_second(scene, &v);
    v.is_alone = is_alone(scene, &v);
    v.between = v.is_before ? slice_sub(scene->folded, v.to, scene->to + AFTER_TRIGGER - v.to)
                            : slice_sub(scene->folded, scene->to, v.from - scene->to);
    scene->values[scene->value_count] = v;
    return &scene->values[scene->value_count++];
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

/* Is what stands in back quotes behind a '=' a command whose output is assigned, and no value? */
static bool is_command(const struct prose_scene *scene, size_t at, struct slice run)
{
    static const char *const signs[] = { " -", " \"", "|", "$" };
    if (scene->raw.ptr[at] != '`' || at == 0 || scene->raw.ptr[at - 1] != '=')
        return false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (slice_find(run, 0, slice_str(signs[i])) != SLICE_NONE)
            return true;
    return false;
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
        if (end == SLICE_NONE || end == 0 || end > line || is_command(scene, at, slice_sub(run, 0, end)))
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

/* "0 6 1 8": four to eight single digits are one number. */
static size_t join_single_digits(struct slice text, size_t from)
{
    size_t to = from + 1, count = 1;
    while (count < 9 && to + 1 < text.len && text.ptr[to] == ' ' && slice_is_digit(text.ptr[to + 1])) {
        to += 2;
        count++;
    }
    bool is_free = to == text.len || prose_words_border(text, to);
    return count >= 4 && count <= 8 && is_free ? to : from + 1;
}

/* "482 913 07": groups of digits are one number. */
static size_t join_digits(struct slice text, size_t from, size_t to)
{
    if (!is_digits(text, from, to))
        return to;
    if (to - from == 1)
        return join_single_digits(text, from);
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
            prose_values_add(scene, inside, inside + len, true);
            at = inside + len;
            at += character_len(text.ptr[at]);
            continue;
        }
        size_t end = run_end(text, at, limit);
        if (end > at)
            prose_values_add(scene, at, end, false);
        at = end > at ? end : at + character_len(text.ptr[at]);
    }
}

static size_t limit_after(const struct prose_scene *scene)
{
    struct slice text = scene->raw;
    bool is_cyrillic = scene->trigger.ptr[0] >= 0xD0 && scene->trigger.ptr[0] < 0xE0; /* two bytes a letter */
    size_t reach = is_cyrillic ? REACH_AFTER + REACH_AFTER / 2 : REACH_AFTER;
    size_t end = scene->to + reach < text.len ? scene->to + reach : text.len;
    unsigned lines = 0;
    for (size_t i = scene->to; i < end; i++)
        if (text.ptr[i] == '\n' && !(i + 1 < end && text.ptr[i + 1] == '>') && ++lines > 3)
            return i;
    /* whole words only */
    while (end < text.len && end - scene->to < reach + 64 && text.ptr[end] > ' ' && text.ptr[end] < 0xE0)
        end++;
    return end;
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

void prose_values_find(struct prose_scene *scene)
{
    struct slice text = scene->raw;
    size_t from = scene->from > REACH_BEFORE ? scene->from - REACH_BEFORE : 0;
    if (from < scene->line_from)
        from = scene->line_from;
    while (from > scene->line_from && text.ptr[from] > ' ' && text.ptr[from] < 0xE0)
        from--;
    prose_phrase_find(scene);
    find_in(scene, scene->to, limit_after(scene));
    if (scene->value_count > PROSE_VALUES_MAX - 8)
        scene->value_count = PROSE_VALUES_MAX - 8;
    find_in(scene, from, scene->from);
    find_in_line_before(scene);
}
