/* prose_join.c - the judge of prose: what joins trigger and value. */
#include "validate/prose_join.h"
#include "validate/prose_everywhere.h"
#include "validate/prose_near.h"
#include "validate/prose_reply.h"

static struct slice strip_end(struct slice text, const char *set)
{
    while (text.len && text.ptr[text.len - 1] && strchr(set, text.ptr[text.len - 1]))
        text.len--;
    return text;
}

bool prose_ends_with(struct slice text, const char *suffix)
{
    size_t len = strlen(suffix);
    return text.len >= len && memcmp(text.ptr + text.len - len, suffix, len) == 0;
}

size_t prose_reach(const struct prose_case *c, size_t len)
{
    const char *common = c->words ? c->words->common : (const char *)c->scene->trigger.ptr;
    unsigned char first = c->words || c->scene->trigger.len ? (unsigned char)common[0] : 0;
    return first >= 0xD0 && first < 0xE0 ? len + len * 3 / 4 : len;
}

static unsigned char last_byte(struct slice text)
{
    return text.len ? text.ptr[text.len - 1] : 0;
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
        for (size_t i = 0; i < sizeof open / sizeof *open && last_byte(between) >= 0x80; i++)
            if (prose_ends_with(between, open[i]))
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

bool prose_is_english(const struct prose_case *c)
{
    return c->words->language[0] == 'e' && c->words->language[1] == 'n';
}

bool prose_in(const struct prose_case *c, const char *list, struct slice text)
{
    return prose_words_in(c->words, list, text) != SLICE_NONE;
}

bool prose_in_sentence(const struct prose_case *c, const char *list)
{
    return prose_in(c, list, c->sentence) || prose_in(c, list, c->rest);
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
    unsigned char last = last_byte(c->join);
    bool may_be_mark = is_ours && (last >= 0x80 || last == ':' || last == '=' || last == '>' || last == '-');
    for (size_t i = 0; i < sizeof marks / sizeof *marks && may_be_mark; i++)
        if (prose_ends_with(c->join, marks[i]))
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

bool prose_joined_by_word(const struct prose_case *c)
{
    struct slice join = strip_end(c->join, ",:");
    return !c->value->is_before && !prose_joined_by_mark(c) &&
           prose_words_end(c->words, c->words->joins, join);
}

/* "X <- the password", "X (password of the archive)" */
static bool is_pointed_from(const struct prose_case *c)
{
    static const char *const marks[] = { "\xe2\x86\x90", "\xe2\x87\x90", "<-", "<=", "(", "\xef\xbc\x88" };
    struct slice join = slice_trim(c->join);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_starts_with(join, marks[i]) && join.len <= c->scene->trigger.len + (i < 4 ? 40u : 8u) &&
            prose_has_shape(c))
            return true;
    return false;
}

/* "X = the guest wifi", "X - admin password": the value begins its line, and the label ends it */
static bool is_labelled_behind(const struct prose_case *c)
{
    static const char *const marks[] = {
        "=", "<-", "- ", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x86\x90", ": "
    };
    struct slice raw = c->scene->raw, join = slice_trim(c->join);
    size_t at = c->value->from, end = c->scene->to;
    while (at > 0 && strchr(" \t>*-\"'`", raw.ptr[at - 1]) && raw.ptr[at - 1])
        at--;
    while (end < raw.len && strchr(" .!)\"'\r", raw.ptr[end]) && raw.ptr[end])
        end++;
    bool is_line = (at == 0 || raw.ptr[at - 1] == '\n') && (end == raw.len || raw.ptr[end] == '\n');
    for (size_t i = 0; i < sizeof marks / sizeof *marks && is_line; i++)
        if (slice_starts_with(join, marks[i]))
            return c->join.len <= c->scene->trigger.len + 32 &&
                   (prose_has_shape(c) || prose_is_loose_pair(c)) &&
                   slice_find_byte(c->join, 0, '\n') == SLICE_NONE;
    return false;
}

bool prose_joined_by_as(const struct prose_case *c)
{
    struct slice after = slice_sub(c->rest, 0, 24);
    /* "флешку паролем": a plain word is what the password is for */
    bool is_small = c->value->raw.ptr[1] == c->value->folded.ptr[1] || !slice_trim(c->sentence).len;
    bool is_plain = c->value->raw.ptr[0] >= 0xD0 && c->value->raw.ptr[0] < 0xE0 && !c->value->is_quoted &&
                    is_small && !c->value->classes.digit && !prose_has_shape(c);
    if (c->value->is_before)
        return (prose_in(c, c->words->befores, c->join) && c->join.len < 60 && !is_plain) ||
               is_pointed_from(c) || is_labelled_behind(c);
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

bool prose_is_adjacent(const struct prose_case *c)
{
    return !c->value->is_before && (!c->join.len || only_handing_is_between(c)) &&
           !prose_joined_by_layout(c) && slice_find_byte(c->value->between, 0, '\n') == SLICE_NONE;
}

/* codes */

bool prose_is_opener(const struct prose_case *c)
{
    return c->scene->kind == PROSE_OPENER || c->scene->kind == PROSE_NAME;
}

/* "4582B", "C8821": the keypad has letters too. Only with what is opened, and where it is said to be put in. */
static bool is_keyed_with_letters(const struct prose_case *c)
{
    struct plausible_classes n = c->value->classes;
    return c->scene->kind == PROSE_OPENER && n.digit >= 3 && n.digit <= 6 && n.upper >= 1 && n.upper <= 2 &&
           n.digit + n.upper == c->value->raw.len &&
           (prose_joined_by_mark(c) || prose_is_typed(c) || prose_is_said_to_be(c) ||
            (c->value->is_before && c->join.len < 16));
}

bool prose_is_code(const struct prose_case *c)
{
    size_t digits = c->value->classes.digit, others = 0;
    if (is_keyed_with_letters(c))
        return true;
    for (size_t i = 0; i < c->value->raw.len; i++)
        others += c->value->raw.ptr[i] && strchr(" -#*", c->value->raw.ptr[i]) != NULL;
    return digits >= 3 && digits <= 12 && digits + others == c->value->raw.len &&
           (c->scene->kind == PROSE_OPENER || prose_words_inside(c->words->codes, c->scene->trigger));
}

/* "pass: X", all of its line */
static bool is_pass_label(const struct prose_case *c)
{
    size_t at = c->value->to;
    while (at < c->scene->raw.len && (c->scene->raw.ptr[at] == ' ' || c->scene->raw.ptr[at] == '\r'))
        at++;
    return prose_words_has("pass|пасс|пас", c->scene->trigger) && prose_joined_by_mark(c) &&
           c->value->between.len <= 3 && c->scene->from == c->scene->line_from && !c->value->classes.digit &&
           (at == c->scene->raw.len || c->scene->raw.ptr[at] == '\n') &&
           !prose_words_ordinary_anywhere(c->value->folded) && !prose_words_ending_anywhere(c->value->folded);
}

bool prose_is_weak(const struct prose_case *c)
{
    return prose_is_opener(c) || (prose_words_has(c->words->weak, c->scene->trigger) && !is_pass_label(c));
}

bool prose_is_place(const struct prose_case *c)
{
    return (prose_is_weak(c) || prose_is_code(c)) && prose_in_sentence(c, c->words->places);
}

/* "PIN 4821", "code for the gate 4821" */
bool prose_is_adjacent_code(const struct prose_case *c)
{
    return prose_is_code(c) && !c->value->is_before &&
           (prose_is_adjacent(c) || (prose_is_place(c) && !prose_joined_by_mark(c) &&
                                     !prose_joined_by_word(c) && c->join.len < prose_reach(c, 60)));
}

bool prose_joined_by_typing(const struct prose_case *c)
{
    return !prose_joined_by_mark(c) && !prose_joined_by_word(c) && prose_is_typed(c);
}

bool prose_joined_by_nothing(const struct prose_case *c)
{
    return !c->value->is_before && !prose_joined_by_typing(c) && !c->value->is_alone && !prose_is_opener(c) &&
           !(prose_is_code(c) && !prose_is_english(c)) && !prose_joined_by_mark(c) &&
           !prose_joined_by_word(c) && !prose_joined_by_layout(c) && !prose_joined_by_as(c) &&
           !prose_is_adjacent(c) && !prose_is_adjacent_code(c);
}

bool prose_is_lost_between_words(const struct prose_case *c)
{
    bool is_free = prose_has_shape(c) && slice_find_byte(c->join, 0, '\n') == SLICE_NONE &&
                   (!prose_is_english(c) || words_between(c) <= 4);
    return !is_free && prose_joined_by_nothing(c) &&
           (words_between(c) > 2 || (c->words->is_unspaced && c->join.len > 24));
}

bool prose_sentence_ends_in(struct slice text)
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
    bool is_named = c->scene->kind == PROSE_NAME && c->scene->takes_words && prose_has_shape(c);
    if (!c->value->is_before || !prose_is_opener(c) || !(prose_is_code(c) || is_named))
        return false;
    for (size_t i = c->value->to; i < c->scene->from; i++)
        is_cut |= c->scene->raw.ptr[i] && strchr(",;.:!?\n", c->scene->raw.ptr[i]);
    return !is_cut && c->scene->from - c->value->to < 64;
}

/* "…: X. With that the password works": something leads to the value, before the trigger's sentence */
static bool is_introduced(const struct prose_case *c)
{
    size_t at = c->value->from;
    while (at > 0 && strchr(" \t\"'`*", c->scene->raw.ptr[at - 1]) && c->scene->raw.ptr[at - 1])
        at--;
    bool is_marked = at > 0 && c->scene->raw.ptr[at - 1] == ':';
    return c->value->is_before && (is_marked || prose_is_said_to_be(c)) && c->join.len < 60 &&
           slice_find_byte(c->join, 0, '\n') == SLICE_NONE;
}

bool prose_is_introduced(const struct prose_case *c)
{
    return is_introduced(c) && prose_has_shape(c) && !prose_is_english(c) && !prose_is_opener(c);
}

/* A value with a shape of its own needs less to join it; but English puts such words before "password" in its manuals. */
bool prose_stands_far_before(const struct prose_case *c)
{
    return c->value->is_before && !opens_from_before(c) && !prose_joined_by_as(c) && prose_has_shape(c) &&
           !prose_is_english(c) && (!prose_sentence_ends_in(c->join) || is_introduced(c));
}

bool prose_stands_loose_before(const struct prose_case *c)
{
    return !prose_stands_far_before(c) && c->value->is_before && !opens_from_before(c) &&
           !prose_joined_by_as(c) && !prose_reply_is_named_as(c);
}

bool prose_joined_from_afar(const struct prose_case *c)
{
    return c->value->between.len > (c->words->is_unspaced ? 60u : prose_reach(c, 48));
}

bool prose_joined_by_program(const struct prose_case *c)
{
    static const char *const marks[] = { "(\"", "('", "{", "</", "<a ", "=\"", "/>", "= (" };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_find(c->value->between, 0, slice_str(marks[i])) != SLICE_NONE &&
            !(marks[i][0] == '=' && prose_joined_by_mark(c) && c->join.len < 4))
            return true;
    return false;
}

bool prose_joined_across_paragraphs(const struct prose_case *c)
{
    size_t breaks = 0;
    for (size_t i = 0; i < c->value->between.len; i++)
        breaks += c->value->between.ptr[i] == '\n';
    return breaks >= 2 && !c->value->is_alone && !prose_reply_is_below_question(c);
}

bool prose_joined_across_lines(const struct prose_case *c)
{
    struct slice between = prose_joined_by_mark(c) || prose_joined_by_layout(c) ? c->join : c->value->between;
    return !c->value->is_alone && slice_find_byte(between, 0, '\n') != SLICE_NONE &&
           !prose_reply_is_below_question(c);
}

bool prose_joined_across_sentences(const struct prose_case *c)
{
    return !c->value->is_alone && !(prose_has_shape(c) && !prose_is_english(c)) &&
           prose_sentence_ends_in(c->join) && !prose_reply_is_below_question(c);
}

/* ". Das war X": value with a shape of its own, in the sentence after the trigger's. */
bool prose_joined_to_next_sentence(const struct prose_case *c)
{
    return prose_has_shape(c) && !prose_is_english(c) && !c->value->is_alone &&
           prose_sentence_ends_in(c->join);
}

/* "login X, password": X is the other half */
static bool is_login_before(const struct prose_case *c)
{
    size_t from = c->value->from > 24 ? c->value->from - 24 : 0;
    struct slice before = strip_end(slice_sub(c->scene->folded, from, c->value->from - from), " \t:=-\"'");
    static const struct prose_everywhere networks = { "ssid|network|wifi|wi-fi|wlan|netz|netzwerk|réseau|red|"
                                                      "rede|rete|netwerk|nätverk|síť|sieć|сеть|мережа|ağ",
                                                      NULL };
    return prose_everywhere_ends(&prose_users, before) || prose_everywhere_ends(&networks, before);
}

/* "… the password. Status: X": one word, and none for passwords */
static bool is_of_next_label(const struct prose_case *c)
{
    size_t end = 0;
    if (!prose_joined_by_mark(c) || prose_has_shape(c) || last_byte(c->join) != ':' ||
        c->scene->kind != PROSE_WORD)
        return false;
    for (size_t i = 0; i + 1 < c->join.len; i++)
        if (c->join.ptr[i] == '.' && c->join.ptr[i + 1] == ' ')
            end = i + 1;
    struct slice label = slice_trim(slice_sub(c->join, end, c->join.len - 1 - end));
    return end && label.len >= 3 && slice_find_byte(label, 0, ' ') == SLICE_NONE &&
           prose_everywhere_in(&prose_access, label) == SLICE_NONE &&
           !prose_words_has(c->words->handing, label) && !prose_words_has(c->words->joins, label);
}

/* The label just before the mark is another one: "password and user: x". */
bool prose_is_labelled_otherwise(const struct prose_case *c)
{
    bool is_cut = false;
    if (c->value->is_before)
        return is_login_before(c);
    struct slice label = c->join;
    if (!prose_joined_by_mark(c) && !prose_joined_by_word(c))
        return false;
    if (is_of_next_label(c))
        return true;
    for (size_t i = label.len; i-- > 0 && !is_cut;)
        if (strchr(",\n\t|/(", label.ptr[i]) && label.ptr[i]) {
            label = slice_skip(label, i);
            is_cut = true;
        }
    if (!is_cut && prose_is_weak(c))
        return false;
    return prose_in(c, c->words->logins, label);
}
