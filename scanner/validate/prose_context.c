/* prose_context.c - the judge of prose: what joins trigger and value, and what stands around, by the words of a language. */
#include "validate/prose_case.h"
#include "validate/prose_near.h"

static struct slice strip_end(struct slice text, const char *set)
{
    while (text.len && text.ptr[text.len - 1] && strchr(set, text.ptr[text.len - 1]))
        text.len--;
    return text;
}

static bool ends_with(struct slice text, const char *suffix)
{
    size_t len = strlen(suffix);
    return text.len >= len && memcmp(text.ptr + text.len - len, suffix, len) == 0;
}

/* Without spaces, quotation marks and opening brackets at the end. */
static struct slice join_of(struct slice between)
{
    static const char *const open[] = { "\xe2\x80\x9e", "\xe2\x80\x9c", "\xe2\x80\x98",
                                        "\xe2\x80\x9a", "\xc2\xab",     "\xe3\x80\x8c",
                                        "\xe3\x80\x8e", "\xc2\xa0",     "\xe3\x80\x80" };
    for (size_t before = between.len + 1; before != between.len;) {
        before = between.len;
        between = strip_end(between, " \t\r\n\"'`*([<_>|");
        for (size_t i = 0; i < sizeof open / sizeof *open; i++)
            if (ends_with(between, open[i]))
                between.len -= strlen(open[i]);
    }
    return between;
}

void prose_case_begin(struct prose_case *c, const struct prose_scene *scene, const struct prose_value *value)
{
    *c = (struct prose_case){ .scene = scene, .value = value };
    c->join = value->is_before ? value->between : join_of(value->between);
}

void prose_case_widen(struct prose_case *c)
{
    const struct prose_scene *scene = c->scene;
    const struct prose_value *value = c->value;
    size_t from = value->from < scene->from ? value->from : scene->from;
    size_t to = value->to > scene->to ? value->to : scene->to;
    struct slice all = prose_scene_sentence(scene, from, to);
    size_t start = (size_t)(all.ptr - scene->folded.ptr);
    c->words = scene->words;
    c->sentence = slice_sub(scene->folded, start, value->from - start);
    c->rest = slice_sub(scene->folded, value->to, start + all.len - value->to);
}

static bool is_english(const struct prose_case *c)
{
    return c->words->language[0] == 'e' && c->words->language[1] == 'n';
}

static bool in(const struct prose_case *c, const char *list, struct slice text)
{
    return prose_words_in(c->words, list, text) != SLICE_NONE;
}

static bool in_sentence(const struct prose_case *c, const char *list)
{
    return in(c, list, c->sentence) || in(c, list, c->rest);
}

/* joins */

bool prose_joined_by_mark(const struct prose_case *c)
{
    static const char *const marks[] = {
        ":", "=", "->", "=>", "\xef\xbc\x9a", "\xef\xbc\x9d", "\xe2\x86\x92", "\xe2\x80\x94", "\xe2\x80\x93",
        " -"
    };
    bool is_ours = !c->value->is_before && slice_find_byte(c->join, 0, '\n') == SLICE_NONE &&
                   slice_find_byte(c->join, 0, ';') == SLICE_NONE;
    for (size_t i = 0; i < sizeof marks / sizeof *marks && is_ours; i++)
        if (ends_with(c->join, marks[i]))
            return true;
    /* "the PIN? 6290" */
    return is_ours && c->join.len <= 3 &&
           (slice_is_equal(c->join, slice_str("?")) || slice_is_equal(c->join, slice_str(" ?")) ||
            slice_is_equal(c->join, slice_str("\xef\xbc\x9f")));
}

static unsigned words_between(const struct prose_case *c)
{
    unsigned count = 0;
    for (size_t i = 1; i < c->join.len; i++)
        count += prose_words_border(c->join, i) && !prose_words_border(c->join, i + 1);
    return count;
}

/* "Password<tab>value", or the label alone on its line and the value on the next. */
bool prose_joined_by_layout(const struct prose_case *c)
{
    struct slice b = c->value->between;
    if (c->value->is_before || c->join.len || !b.len)
        return false;
    if (slice_find_byte(b, 0, '\t') != SLICE_NONE || slice_find_byte(b, 0, '|') != SLICE_NONE ||
        slice_find(b, 0, slice_str("   ")) != SLICE_NONE)
        return true;
    struct slice line = slice_sub(c->scene->raw, c->scene->line_from, c->scene->from - c->scene->line_from);
    return slice_find_byte(b, 0, '\n') != SLICE_NONE && slice_find_byte(line, 0, ':') == SLICE_NONE;
}

static bool joined_by_word(const struct prose_case *c)
{
    struct slice join = strip_end(c->join, ",:");
    return !c->value->is_before && !prose_joined_by_mark(c) &&
           prose_words_end(c->words, c->words->joins, join);
}

static bool joined_by_as(const struct prose_case *c)
{
    struct slice after = slice_sub(c->rest, 0, 24);
    if (c->value->is_before)
        return in(c, c->words->befores, c->join) && c->join.len < 60;
    /* "şifreni X olarak", "パスワードをXに" */
    size_t at = prose_words_in(c->words, c->words->befores, after);
    return !prose_joined_by_mark(c) && at != SLICE_NONE && at < 3;
}

/* "mot de passe provisoire X": nothing but one or two words that say which one it is */
static bool only_handing_is_between(const struct prose_case *c)
{
    struct slice rest = slice_trim(c->join);
    if (!c->words || rest.len > 32)
        return false;
    for (int i = 0; i < 2 && rest.len; i++) {
        size_t end = slice_find_byte(rest, 0, ' ');
        end = end == SLICE_NONE ? rest.len : end;
        if (!prose_words_has(c->words->handing, slice_sub(rest, 0, end)))
            return false;
        rest = slice_trim(slice_skip(rest, end));
    }
    return !rest.len;
}

static bool is_adjacent(const struct prose_case *c)
{
    return !c->value->is_before && (!c->join.len || only_handing_is_between(c)) &&
           !prose_joined_by_layout(c) && slice_find_byte(c->value->between, 0, '\n') == SLICE_NONE;
}

/* codes */

static bool is_opener(const struct prose_case *c)
{
    return c->scene->kind == PROSE_OPENER || c->scene->kind == PROSE_NAME;
}

static bool is_code(const struct prose_case *c)
{
    size_t digits = c->value->classes.digit, others = 0;
    for (size_t i = 0; i < c->value->raw.len; i++)
        others += c->value->raw.ptr[i] && strchr(" -#*", c->value->raw.ptr[i]) != NULL;
    return digits >= 3 && digits <= 12 && digits + others == c->value->raw.len &&
           (c->scene->kind == PROSE_OPENER || prose_words_inside(c->words->codes, c->scene->trigger));
}

static bool is_weak(const struct prose_case *c)
{
    return is_opener(c) || prose_words_has(c->words->weak, c->scene->trigger);
}

static bool is_place(const struct prose_case *c)
{
    return (is_weak(c) || is_code(c)) && in_sentence(c, c->words->places);
}

/* "PIN 4821", "code for the gate 4821" */
static bool is_adjacent_code(const struct prose_case *c)
{
    return is_code(c) && !c->value->is_before &&
           (is_adjacent(c) ||
            (is_place(c) && !prose_joined_by_mark(c) && !joined_by_word(c) && c->join.len < 60));
}

static bool joined_by_typing(const struct prose_case *c)
{
    return !prose_joined_by_mark(c) && !joined_by_word(c) && prose_is_typed(c);
}

static bool joined_by_nothing(const struct prose_case *c)
{
    return !c->value->is_before && !joined_by_typing(c) && !c->value->is_alone && !is_opener(c) &&
           !(is_code(c) && !is_english(c)) && !prose_joined_by_mark(c) && !joined_by_word(c) &&
           !prose_joined_by_layout(c) && !joined_by_as(c) && !is_adjacent(c) && !is_adjacent_code(c);
}

static bool is_lost_between_words(const struct prose_case *c)
{
    bool is_free = prose_has_shape(c) && slice_find_byte(c->join, 0, '\n') == SLICE_NONE &&
                   (!is_english(c) || words_between(c) <= 4);
    return !is_free && joined_by_nothing(c) &&
           (words_between(c) > 2 || (c->words->is_unspaced && c->join.len > 24));
}

static bool sentence_ends_in(struct slice text)
{
    for (size_t i = 0; i + 1 < text.len; i++)
        if (strchr(".!?;", text.ptr[i]) && text.ptr[i] && text.ptr[i + 1] <= ' ')
            return true;
    return slice_find(text, 0, slice_str("\xe3\x80\x82")) != SLICE_NONE;
}

/* "mit 1234 entsperrt" */
static bool opens_from_before(const struct prose_case *c)
{
    bool is_cut = false;
    if (!c->value->is_before || !is_opener(c) || !is_code(c))
        return false;
    for (size_t i = c->value->to; i < c->scene->from; i++)
        is_cut |= c->scene->raw.ptr[i] && strchr(",;.:!?\n", c->scene->raw.ptr[i]);
    return !is_cut && c->scene->from - c->value->to < 64;
}

/* A value with a shape of its own needs less to join it; but English puts such words before "password" in its manuals. */
static bool stands_far_before(const struct prose_case *c)
{
    return c->value->is_before && !opens_from_before(c) && !joined_by_as(c) && prose_has_shape(c) &&
           !is_english(c) && !sentence_ends_in(c->join);
}

static bool stands_loose_before(const struct prose_case *c)
{
    return !stands_far_before(c) && c->value->is_before && !opens_from_before(c) && !joined_by_as(c);
}

static bool joined_from_afar(const struct prose_case *c)
{
    return c->value->between.len > (c->words->is_unspaced ? 60u : 48u);
}

static bool joined_by_program(const struct prose_case *c)
{
    static const char *const marks[] = { "(\"", "('", "{", "</", "<a ", "=\"", "/>", "= (" };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_find(c->value->between, 0, slice_str(marks[i])) != SLICE_NONE &&
            !(marks[i][0] == '=' && prose_joined_by_mark(c) && c->join.len < 4))
            return true;
    return false;
}

static bool joined_across_paragraphs(const struct prose_case *c)
{
    size_t breaks = 0;
    for (size_t i = 0; i < c->value->between.len; i++)
        breaks += c->value->between.ptr[i] == '\n';
    return breaks >= 2 && !c->value->is_alone;
}

static bool joined_across_lines(const struct prose_case *c)
{
    struct slice between = prose_joined_by_mark(c) || prose_joined_by_layout(c) ? c->join : c->value->between;
    return !c->value->is_alone && slice_find_byte(between, 0, '\n') != SLICE_NONE;
}

static bool joined_across_sentences(const struct prose_case *c)
{
    return !c->value->is_alone && !(prose_has_shape(c) && !is_english(c)) && sentence_ends_in(c->join);
}

/* ". Das war X": value with a shape of its own, in the sentence after the trigger's. */
static bool joined_to_next_sentence(const struct prose_case *c)
{
    return prose_has_shape(c) && !is_english(c) && !c->value->is_alone && sentence_ends_in(c->join);
}

/* The label just before the mark is another one: "password and user: x". */
static bool is_labelled_otherwise(const struct prose_case *c)
{
    bool is_cut = false;
    struct slice label = c->join;
    if (!prose_joined_by_mark(c) && !joined_by_word(c))
        return false;
    for (size_t i = label.len; i-- > 0 && !is_cut;)
        if (strchr(",\n\t|/(", label.ptr[i]) && label.ptr[i]) {
            label = slice_skip(label, i);
            is_cut = true;
        }
    if (!is_cut && is_weak(c))
        return false;
    return in(c, c->words->logins, label);
}

/* around */

static bool line_begins_with_label(const struct prose_case *c)
{
    for (size_t i = c->scene->line_from; i < c->scene->from; i++)
        if (!strchr(" \t\r>*-|#.\"'", c->scene->raw.ptr[i]))
            return false;
    return prose_joined_by_mark(c) && c->value->between.len < 40;
}

static bool stands_alone(const struct prose_case *c)
{
    size_t at = c->value->to;
    while (at < c->scene->raw.len && strchr(" \t\r\"'.", c->scene->raw.ptr[at]) && c->scene->raw.ptr[at])
        at++;
    return (prose_joined_by_mark(c) || prose_joined_by_layout(c)) &&
           (at == c->scene->raw.len || c->scene->raw.ptr[at] == '\n');
}

/* "user: x", "login x" in the same line or one of the two before. */
static bool login_is_near(const struct prose_case *c)
{
    size_t from = c->scene->from > 90 ? c->scene->from - 90 : 0;
    struct slice before = slice_sub(c->scene->folded, from, c->scene->from - from);
    size_t at = prose_words_in(c->words, c->words->logins, before);
    if (at == SLICE_NONE)
        return false;
    struct slice rest = slice_sub(before, at, 40);
    return slice_find_byte(rest, 0, ':') != SLICE_NONE || slice_find_byte(rest, 0, '=') != SLICE_NONE ||
           slice_find(rest, 0, slice_str("\xef\xbc\x9a")) != SLICE_NONE;
}

static bool is_handed_over(const struct prose_case *c)
{
    size_t from = c->scene->from > 40 ? c->scene->from - 40 : 0;
    size_t start = (size_t)(c->sentence.ptr - c->scene->folded.ptr);
    from = from < start ? start : from;
    return from < c->scene->to &&
           in(c, c->words->handing, slice_sub(c->scene->folded, from, c->scene->to - from));
}

static bool access_is_near(const struct prose_case *c)
{
    return in(c, c->words->nearby, slice_sub(c->scene->folded, 0, c->value->from));
}

/* "user x, password y" */
static bool is_beside_login(const struct prose_case *c)
{
    size_t from = c->scene->from > 40 ? c->scene->from - 40 : 0;
    struct slice before = slice_sub(c->scene->folded, from, c->scene->from - from);
    size_t at = prose_words_in(c->words, c->words->logins, before), words = 0;
    if (at == SLICE_NONE || c->value->is_before ||
        prose_words_inside("cod|kod|kód|код|コード|코드", c->scene->trigger))
        return false;
    before = slice_skip(before, at);
    for (size_t i = 1; i < before.len; i++)
        words += before.ptr[i] > ' ' && before.ptr[i - 1] <= ' ';
    bool is_listed = slice_find_byte(before, 0, ',') != SLICE_NONE ||
                     slice_find_byte(before, 0, '\n') != SLICE_NONE || !is_english(c);
    return words >= 1 && words <= 2 && is_listed;
}

/* "code for the gate B2940" */
static bool is_code_of_place(const struct prose_case *c)
{
    return is_weak(c) && !is_opener(c) && c->value->classes.digit >= 2 &&
           c->value->classes.upper + c->value->classes.lower > 0 &&
           prose_words_inside(c->words->codes, c->scene->trigger) && in_sentence(c, c->words->places);
}

static bool is_no_code(const struct prose_case *c)
{
    return is_weak(c) && !is_code_of_place(c) && !is_beside_login(c) && !is_code(c) && !prose_has_shape(c);
}

static bool is_other_code(const struct prose_case *c)
{
    size_t from = c->scene->from > 24 ? c->scene->from - 24 : 0;
    return is_weak(c) &&
           in(c, c->words->other_codes, slice_sub(c->scene->folded, from, c->scene->to + 16 - from));
}

static bool is_ordinary(const struct prose_case *c)
{
    struct slice v = c->value->folded;
    size_t len = 0;
    if (c->value->classes.digit && prose_has_shape(c))
        return false;
    if (prose_words_has(c->words->ordinary, v) || prose_words_has(c->words->logins, v) ||
        prose_words_has(c->words->policy, v) || prose_words_has(c->words->handing, v) ||
        prose_words_has(c->words->common, v))
        return true;
    /* "correct-horse-battery" is no ordinary word */
    if (c->value->classes.digit || (v.len >= 12 && c->value->classes.other >= 2))
        return false;
    /* "reset/change", "you're": judged by its first word */
    while (len < v.len && !(strchr("/'-,.:;)!?", v.ptr[len]) && v.ptr[len]))
        len++;
    return len && len < v.len &&
           (prose_words_has(c->words->ordinary, slice_sub(v, 0, len)) ||
            prose_words_has(c->words->common, slice_sub(v, 0, len)));
}

static bool policy_is_between(const struct prose_case *c)
{
    return in(c, c->words->policy, c->join) || in(c, c->words->negation, c->join);
}

/* In the sentence; what looks like a secret is followed by other things: "password X1, it must be somewhere". */
static bool in_clause(const struct prose_case *c, const char *list)
{
    struct slice rest = c->rest;
    bool is_cut = prose_has_shape(c) || prose_is_loose_pair(c);
    for (size_t i = 0; is_cut && i < rest.len; i++)
        if (rest.ptr[i] == ',' || rest.ptr[i] == ';' || rest.ptr[i] == '(' || rest.ptr[i] == '\n')
            rest.len = i;
    return in(c, list, c->sentence) || in(c, list, rest);
}

static bool policy_is_near(const struct prose_case *c)
{
    return in_clause(c, c->words->policy);
}

static bool is_negated(const struct prose_case *c)
{
    return in_clause(c, c->words->negation);
}

static bool is_joined_pair(const struct prose_case *c)
{
    return prose_is_loose_pair(c) && !is_weak(c) &&
           (!is_english(c) || prose_joined_by_mark(c) || joined_by_word(c) || prose_joined_by_layout(c) ||
            is_adjacent(c) || joined_by_as(c));
}

static bool question_follows(const struct prose_case *c)
{
    struct slice after = slice_trim(c->rest);
    size_t end = (size_t)(c->rest.ptr - c->scene->folded.ptr) + c->rest.len;
    return !after.len && end < c->scene->raw.len && c->scene->raw.ptr[end] == '?';
}

static bool is_clause_end(const struct prose_case *c)
{
    struct slice raw = slice_skip(c->scene->raw, c->value->to + c->value->is_quoted);
    return !raw.len || strchr(".,;!)\r\n", raw.ptr[0]) || slice_starts_with(raw, " -") ||
           slice_starts_with(raw, " \xe2\x80") || slice_starts_with(raw, "\xe3\x80") ||
           slice_starts_with(raw, "\xef\xbc");
}

/* "who knows the combination of locker 214?" */
static bool asks_about_number(const struct prose_case *c)
{
    size_t end = (size_t)(c->rest.ptr - c->scene->folded.ptr) + c->rest.len;
    struct slice after = slice_skip(c->scene->raw, end);
    bool is_question =
        slice_starts_with(after, "?") || slice_find(c->rest, 0, slice_str("\xef\xbc\x9f")) != SLICE_NONE;
    return is_question && is_code(c) && !c->value->is_alone && !prose_joined_by_mark(c) &&
           (is_opener(c) || !is_adjacent(c));
}

/* "heslo je sluníčko.": languages whose words for what passwords do are all in the lists */
static bool is_word_given(const struct prose_case *c)
{
    unsigned letters = c->value->classes.lower + c->value->classes.upper;
    bool is_near = c->value->between.len <= 12;
    return !is_english(c) && !is_weak(c) && !is_opener(c) && !c->value->is_before && letters >= 6 &&
           !c->value->classes.digit && is_clause_end(c) && !prose_has_shape(c) &&
           (prose_joined_by_mark(c) || (joined_by_word(c) && (is_near || prose_is_said_to_be(c))) ||
            prose_joined_by_layout(c) ||
            (is_adjacent(c) && (in_sentence(c, c->words->logins) || prose_is_loose_pair(c)))) &&
           c->value->between.len <= 56 && c->value->raw.ptr[c->value->raw.len - 1] != '?' &&
           !question_follows(c) && !in_sentence(c, c->words->policy) && !in_sentence(c, c->words->negation);
}

/* B2940, 66K: a few capitals and digits */
static bool is_lettered_code(const struct prose_case *c)
{
    return c->value->classes.digit >= 2 && c->value->raw.len <= 10 && !c->value->classes.lower &&
           !c->value->classes.other && c->value->classes.upper <= 3 &&
           prose_words_inside(c->words->codes, c->scene->trigger);
}

/* "> what was the code?", and the answer below. */
static bool is_answer(const struct prose_case *c)
{
    struct slice line =
        slice_trim(slice_sub(c->scene->raw, c->scene->line_from, c->scene->line_to - c->scene->line_from));
    bool is_question = line.len && (line.ptr[line.len - 1] == '?' || ends_with(line, "\xef\xbc\x9f"));
    bool is_first = c->value->from > c->scene->line_to && c->value->from - c->scene->line_to <= 16 &&
                    c->value->from < c->scene->raw.len && c->scene->raw.ptr[c->scene->line_to + 1] != '>';
    return line.len && line.ptr[0] == '>' && (is_question || is_first) && !c->value->is_before &&
           c->value->from > c->scene->line_to &&
           (prose_has_shape(c) || is_code(c) || (c->value->is_alone && is_lettered_code(c)));
}

/* Latin letters in a sentence of another script. */
static bool is_other_script(const struct prose_case *c)
{
    unsigned letters = c->value->classes.lower + c->value->classes.upper;
    return (unsigned char)c->words->common[0] >= 0xD0 && letters >= 5 && c->value->classes.lower >= 4 &&
           slice_find_byte(c->value->raw, 0, ' ') == SLICE_NONE;
}

/* "enter X when prompted for a password", "use X to unlock it" */
static bool is_typed_before(const struct prose_case *c)
{
    return c->value->is_before && prose_is_typed(c) && c->value->raw.len >= 4 &&
           slice_find_byte(c->join, 0, '\n') == SLICE_NONE && !sentence_ends_in(c->join) &&
           (prose_has_shape(c) || is_code(c) || c->value->classes.digit >= 6) &&
           (prose_is_asked(c) || prose_is_opened(c));
}

/* a word in Latin letters that ends a clause in another script, or one of letters and digits in any */
static bool is_given_at_end(const struct prose_case *c)
{
    bool is_mixed = c->value->classes.digit && c->value->classes.lower && prose_has_shape(c);
    bool is_word = !c->value->classes.other && is_other_script(c);
    bool is_plainly_mixed = is_mixed && c->value->classes.lower >= 4 && c->value->raw.len >= 8;
    return !c->value->is_before && !is_weak(c) && c->scene->kind == PROSE_WORD &&
           (!is_english(c) || is_plainly_mixed) && is_clause_end(c) &&
           slice_find_byte(c->join, 0, '\n') == SLICE_NONE && (is_mixed || is_word);
}

/* "when it asks for the PIN, 3347" */
static bool is_code_when_asked(const struct prose_case *c)
{
    return is_code(c) && !c->value->is_before && c->value->classes.digit >= 4 && is_clause_end(c) &&
           c->join.len < 40 && prose_is_asked(c);
}

/* "encrypted as always (X)" */
static bool is_in_brackets(const struct prose_case *c)
{
    struct slice raw = c->scene->raw;
    return is_opener(c) && !c->value->is_before && c->value->from > 0 && raw.ptr[c->value->from - 1] == '(' &&
           c->value->to < raw.len && raw.ptr[c->value->to] == ')' && prose_has_shape(c);
}

/* "if it asks for the password, type X" */
static bool is_told_to_type(const struct prose_case *c)
{
    return c->scene->kind == PROSE_WORD && c->value->classes.lower >= 5 && !c->value->is_before &&
           prose_is_typed(c) && prose_is_asked(c) && !prose_has_shape(c);
}

/* "heslo je zapomenuté": no list holds all adjectives and participles, but they end alike */
static bool ends_like_ordinary(const struct prose_case *c)
{
    return !c->value->is_quoted && !c->value->classes.upper && !c->value->classes.digit &&
           !prose_has_shape(c) && !prose_is_loose_pair(c) && c->words->endings &&
           prose_words_ending(c->words->endings, c->value->folded);
}

/* das Kennwort „drei Wörter und mehr“ */
static bool is_quoted_phrase(const struct prose_case *c)
{
    struct slice v = c->value->folded;
    bool is_joined =
        prose_joined_by_mark(c) || joined_by_word(c) || (is_adjacent(c) && in_sentence(c, c->words->logins));
    return c->value->is_quoted && v.len >= 8 && !is_weak(c) && c->scene->kind == PROSE_WORD &&
           slice_find_byte(v, 0, ' ') != SLICE_NONE && !slice_starts_with(v, " ") && is_joined &&
           !c->value->is_before && !in(c, c->words->policy, v) && !in(c, c->words->negation, v) &&
           !in(c, c->words->ordinary, v) && !in(c, c->words->logins, v);
}

/* "Password: Ask Your Local Helpdesk" */
static bool is_phrase_of_sentence(const struct prose_case *c)
{
    struct slice v = c->value->folded;
    return c->value->is_phrase && (in(c, c->words->policy, v) || in(c, c->words->negation, v));
}

/* "the opening code is A12870415": capitals and digits, but something says that it is the code */
static bool is_named_number(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    return !is_opener(c) && joined_by_word(c) && v.len >= 5 && v.len <= 12 && v.ptr[0] >= 'A' &&
           v.ptr[0] <= 'Z' && c->value->classes.digit + 1 == v.len && c->value->between.len < 24;
}

/* contraseña "Girasol" */
static bool is_quoted_word(const struct prose_case *c)
{
    return c->value->is_quoted && !is_weak(c) && !is_english(c) && !c->value->is_before &&
           slice_find_byte(c->value->raw, 0, ' ') == SLICE_NONE && (is_adjacent(c) || joined_by_word(c));
}

static bool opens(const struct prose_case *c)
{
    return is_opener(c) && (is_code(c) || prose_has_shape(c));
}

/* "the new router is a WRT54G" */
static bool opens_nothing(const struct prose_case *c)
{
    return is_opener(c) && !is_code(c) && !prose_joined_by_mark(c) && !joined_by_word(c) &&
           !prose_joined_by_layout(c) && !joined_by_as(c) && !c->value->is_alone && is_english(c);
}

static bool opens_loosely(const struct prose_case *c)
{
    return is_opener(c) && !is_code(c) && !is_english(c) && !prose_joined_by_mark(c) && !joined_by_word(c);
}

static bool is_second_of_pair(const struct prose_case *c)
{
    return c->value->is_second;
}

static bool is_no_pair(const struct prose_case *c)
{
    return c->scene->kind == PROSE_LOGIN &&
           (!c->value->is_second || slice_find_byte(c->value->raw, 0, '/') != SLICE_NONE ||
            slice_find(c->value->between, 0, slice_str("//")) != SLICE_NONE);
}

static bool is_alone(const struct prose_case *c)
{
    return c->value->is_alone;
}

static bool is_long_code(const struct prose_case *c)
{
    return is_code(c) && c->value->classes.digit >= 4 && !c->value->is_before &&
           (prose_joined_by_mark(c) || joined_by_word(c));
}

static bool unit_follows(const struct prose_case *c)
{
    struct slice after = slice_trim(slice_sub(c->rest, 0, 40));
    size_t len = 0;
    if (c->value->classes.digit != c->value->raw.len)
        return false;
    if (c->words->is_unspaced) {
        size_t at = prose_words_in(c->words, c->words->units, after);
        bool is_year = slice_starts_with(after, "\xe5\xb9\xb4") || slice_starts_with(after, "\xeb\x85\x84");
        return at == 0 && (c->value->raw.len < 4 || is_year);
    }
    while (len < after.len && prose_words_border(after, len) == (len == 0))
        len++;
    return prose_words_has(c->words->units, slice_sub(after, 0, len));
}

/* "debug1: …" */
static bool is_label(const struct prose_case *c)
{
    size_t at = c->value->to;
    struct slice raw = c->scene->raw;
    while (at < raw.len && raw.ptr[at] == ' ')
        at++;
    return !c->value->is_quoted && !c->value->is_before && at < raw.len &&
           (raw.ptr[at] == ':' || (raw.ptr[at] == '=' && at > c->value->to) ||
            slice_starts_with(slice_skip(raw, at), "\xef\xbc\x9a"));
}

static unsigned char byte_before(const struct prose_case *c)
{
    return c->scene->from > 0 ? c->scene->raw.ptr[c->scene->from - 1] : ' ';
}

static bool trigger_is_name(const struct prose_case *c)
{
    unsigned char last = byte_before(c);
    bool is_quote_mark = last == '>' && c->scene->from > 1 && c->scene->raw.ptr[c->scene->from - 2] != '-';
    return last && strchr("_$.>@", last) && !is_quote_mark;
}

/* dkim=pass */
static bool trigger_is_value(const struct prose_case *c)
{
    size_t at = c->scene->from;
    while (at > c->scene->line_from && c->scene->raw.ptr[at - 1] == ' ')
        at--;
    unsigned char last = at > 0 ? c->scene->raw.ptr[at - 1] : ' ';
    return byte_before(c) == '=' || byte_before(c) == '<' ||
           (slice_is_equal(c->scene->trigger, slice_str("pass")) && (last == ':' || last == '='));
}

/* "pW" in base64, "x-ww-y" */
static bool trigger_is_chance(const struct prose_case *c)
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
static bool opener_is_chance(const struct prose_case *c)
{
    struct slice raw = slice_sub(c->scene->raw, c->scene->from, c->scene->to - c->scene->from);
    unsigned char next = c->scene->to < c->scene->raw.len ? c->scene->raw.ptr[c->scene->to] : ' ';
    unsigned char last = byte_before(c);
    if (!is_opener(c))
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
static bool value_is_trigger(const struct prose_case *c)
{
    return c->scene->trigger.len >= 5 &&
           slice_find(c->value->folded, 0, slice_sub(c->scene->trigger, 0, 5)) != SLICE_NONE &&
           !c->value->classes.digit;
}

/* user:password@host, ?password=…&… */
static bool trigger_is_in_address(const struct prose_case *c)
{
    unsigned char last = byte_before(c);
    unsigned char next = c->scene->to < c->scene->raw.len ? c->scene->raw.ptr[c->scene->to] : ' ';
    return last == '?' || last == '&' || next == '@' ||
           (last == ':' && next != ' ' && next != ':' && next != '=');
}

const struct prose_feature prose_word_features[] = {
    { +3, prose_joined_by_mark, "a colon or equals sign joins them" },
    { +2, joined_by_word, "\"is\" joins them" },
    { +2, prose_joined_by_layout, "label and value stand side by side" },
    { +3, joined_by_as, "\"as\" joins them" },
    { +2, joined_by_typing, "it is to be typed" },
    { +1, is_adjacent, "value follows directly" },
    { +2, is_adjacent_code, "the code follows directly, or what it opens" },
    { -2, joined_by_nothing, "nothing joins trigger and value" },
    { -2, stands_far_before, "value stands before the trigger" },
    { -6, stands_loose_before, "value stands before the trigger, and nothing joins them" },
    { -3, is_lost_between_words, "words stand between that join nothing" },
    { -9, joined_by_program, "program text or markup stands between" },
    { -2, joined_from_afar, "trigger is far away" },
    { -2, joined_across_lines, "text and a line end stand between" },
    { -2, joined_across_paragraphs, "a blank line stands between" },
    { -1, joined_to_next_sentence, "a sentence ends between" },
    { -4, joined_across_sentences, "a sentence ends between" },
    { -9, is_labelled_otherwise, "another label stands before the value" },
    { +1, line_begins_with_label, "the line begins with the label" },
    { +2, stands_alone, "value stands alone behind the label" },
    { +3, login_is_near, "a user or login stands near" },
    { +2, is_handed_over, "the secret is named as one that is given" },
    { +4, is_code_of_place, "what the code opens is named" },
    { +4, is_beside_login, "a user or login stands directly before" },
    { +1, access_is_near, "somebody is being let in" },
    { +4, is_other_script, "value is in another script than its sentence" },
    { +5, is_word_given, "a word that is in no list ends the clause" },
    { +9, is_typed_before, "it is to be typed when something asks" },
    { +7, is_code_when_asked, "the code is told for when something asks" },
    { +3, is_in_brackets, "value is all that stands in brackets" },
    { +2, is_given_at_end, "it ends the clause" },
    { +9, is_told_to_type, "it is to be typed when something asks" },
    { +11, is_quoted_phrase, "value is a quoted phrase" },
    { -12, is_phrase_of_sentence, "value is a sentence about passwords" },
    { +4, is_named_number, "it is said to be the code" },
    { +6, is_answer, "it answers a question" },
    { +3, is_quoted_word, "value in quotes follows" },
    { +3, is_joined_pair, "value is two joined words, and something joins them" },
    { +3, opens, "what is opened is named" },
    { -6, opens_nothing, "nothing joins what is opened and a value that is no code" },
    { -2, opens_loosely, "nothing joins what is opened and a value that is no code" },
    { +5, is_second_of_pair, "value is the second of a pair" },
    { -14, is_no_pair, "value is not the second of a pair" },
    { +1, is_alone, "value has a line of its own" },
    { +1, is_long_code, "four digits or more, and something joins them" },
    { +3, is_code, "value is digits, as codes are" },
    { -2, is_weak, "the trigger means other things too" },
    { +2, is_place, "what the code opens is named" },
    { -5, is_no_code, "value is no code, and the trigger means other things too" },
    { -14, is_other_code, "the code is one that opens nothing" },
    { -12, is_ordinary, "value is a word that follows in ordinary sentences" },
    { -6, ends_like_ordinary, "value ends like words in ordinary sentences" },
    { -12, prose_is_known_name, "value is the name of a program or standard" },
    { -12, prose_is_other_number, "the number is one of something else" },
    { -3, policy_is_between, "words about passwords stand between" },
    { -3, policy_is_near, "the sentence is about passwords" },
    { -3, is_negated, "the sentence says no" },
    { -9, unit_follows, "the number counts something" },
    { -7, is_label, "value is itself a label" },
    { -3, question_follows, "it is a question" },
    { -12, asks_about_number, "a question names the number of something" },
    { -9, trigger_is_in_address, "the trigger is part of an address" },
    { -12, trigger_is_value, "the trigger is itself a value" },
    { -12, opener_is_chance, "what is opened is named by chance" },
    { -12, trigger_is_chance, "the trigger stands between signs by chance" },
    { -12, value_is_trigger, "value names a password and is none" },
    { -3, trigger_is_name, "the trigger is a name in a program" },
    { 0, NULL, NULL },
};
