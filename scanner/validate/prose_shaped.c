/* prose_shaped.c - the judge of prose: a value first, of a secret's shape, and the words of access around it. */
#include "validate/prose_shaped.h"

#include "validate/prose_code.h"
#include "validate/prose_everywhere.h"
#include "validate/prose_join.h"
#include "validate/prose_near.h"
#include "validate/prose_plain.h"
#include "validate/prose_reply.h"
#include "validate/prose_values.h"

void prose_shaped_begin(struct prose_case *c, struct prose_scene *scene, struct prose_value *value)
{
    size_t from = scene->match_from, to = from + scene->match_len, start = from;
    *value = prose_values_at(scene, from, to);
    while (start > scene->line_from && value->from - start < 48)
        start--;
    value->is_quoted = from > 0 && to < scene->raw.len && strchr("\"'`", scene->raw.ptr[from - 1]) &&
                       scene->raw.ptr[to] == scene->raw.ptr[from - 1];
    value->between = slice_sub(scene->folded, start, value->from - start);
    scene->from = start;
    scene->to = value->from;
    scene->trigger = slice_sub(scene->folded, start, 0);
    prose_case_begin(c, scene, value);
}

/* "Hello Tim\n\nX\n\nRegards": it may be all that a letter says */
static bool has_own_line(const struct prose_case *c)
{
    struct slice before = slice_sub(c->scene->raw, 0, c->value->from);
    struct slice after = slice_skip(c->scene->raw, c->value->to);
    bool is_paragraph = prose_ends_with(before, "\n\n") || prose_ends_with(before, "\n\r\n");
    return is_paragraph && (!after.len || strchr("\r\n", after.ptr[0]));
}

/* In the sentence or in the line before, which may be a heading or a question. */
static struct slice surroundings(const struct prose_case *c)
{
    const unsigned char *text = c->scene->folded.ptr;
    size_t from = (size_t)(c->sentence.ptr - text), to = (size_t)(c->rest.ptr - text) + c->rest.len;
    size_t lines = 0, most = has_own_line(c) ? 7 : 3;
    while (from > 0 && c->value->from - from < 200 && lines < most) {
        from--;
        lines += text[from] == '\n';
    }
    return slice_sub(c->scene->folded, from, to - from);
}

static bool names_access(const struct prose_case *c)
{
    return prose_everywhere_in(&prose_access, c->sentence) != SLICE_NONE ||
           prose_everywhere_in(&prose_access, c->rest) != SLICE_NONE;
}

static bool access_is_around(const struct prose_case *c)
{
    return prose_everywhere_in(&prose_access, surroundings(c)) != SLICE_NONE;
}

/* What stands directly before the value, without quotation marks and the word or sign that joins both. */
static struct slice word_before(const struct prose_case *c)
{
    struct slice before = slice_trim(c->value->between);
    struct slice at;
    if (before.len && strchr(",:-/", before.ptr[before.len - 1]))
        before.len--;
    else if (prose_near_ends_with_and(before) || prose_everywhere_ends(&prose_steps, before))
        while (before.len && before.ptr[before.len - 1] != ' ')
            before.len--;
    before = slice_trim(before);
    while (before.len && strchr("\"',", before.ptr[before.len - 1]))
        before.len--;
    for (at = before; at.len && at.ptr[at.len - 1] > ' ';)
        at.len--;
    return slice_skip(before, at.len);
}

/* "admin y X", "ssh root@192.0.2.7 con X": the last word but for what joins it is an account's name */
static bool is_behind_account(const struct prose_case *c)
{
    return prose_everywhere_in(&prose_accounts, word_before(c)) == 0;
}

/* An address, or an account's name, is all of the line before, and the value of its own line. */
static bool is_below_user(const struct prose_case *c)
{
    const struct prose_scene *s = c->scene;
    size_t end = c->value->from, from;
    struct slice after = slice_skip(s->raw, c->value->to);
    while (end > 0 && strchr(" \t>\"'", s->raw.ptr[end - 1]) && s->raw.ptr[end - 1])
        end--;
    if (!end || s->raw.ptr[end - 1] != '\n' || (after.len && !strchr(".\r\n \"'", after.ptr[0])))
        return false;
    for (from = --end; from > 0 && s->raw.ptr[from - 1] != '\n';)
        from--;
    struct slice line = slice_trim(slice_sub(s->folded, from, end - from));
    while (line.len && strchr(">*- ", line.ptr[0]))
        line = slice_skip(line, 1);
    size_t at = slice_find_byte(line, 0, '@');
    if (slice_find_byte(line, 0, ' ') != SLICE_NONE || line.len < 3 ||
        !(c->value->classes.digit || c->value->classes.upper) ||
        prose_everywhere_in(&prose_accounts, c->value->folded) == 0)
        return false;
    return prose_everywhere_in(&prose_accounts, line) == 0 ||
           (at != SLICE_NONE && at > 0 && slice_find_byte(line, at + 2, '.') != SLICE_NONE);
}

/* "still active: rgraves, X": one word between a colon and the comma */
static bool is_behind_listed_name(const struct prose_case *c)
{
    struct slice before = slice_trim(c->value->between), name;
    if (!before.len || before.ptr[before.len - 1] != ',')
        return false;
    before.len--;
    for (name = before; name.len && name.ptr[name.len - 1] > ' ';)
        name.len--;
    size_t len = before.len - name.len;
    name = slice_trim(name);
    return len >= 2 && name.len && name.ptr[name.len - 1] == ':' && prose_is_clause_end(c) &&
           access_is_around(c);
}

/* "ann@example.com, X" */
static bool is_behind_address(const struct prose_case *c)
{
    struct slice word = word_before(c);
    size_t at = slice_find_byte(word, 0, '@');
    return at != SLICE_NONE && at > 1 && slice_find_byte(word, at + 2, '.') != SLICE_NONE &&
           slice_find(word, 0, slice_str("://")) == SLICE_NONE && word.ptr[0] != '<';
}

static bool is_stood_for(const struct prose_case *c)
{
    return prose_everywhere_in(&prose_standins, c->sentence) != SLICE_NONE ||
           prose_everywhere_in(&prose_standins, slice_sub(c->rest, 0, 24)) != SLICE_NONE;
}

static bool is_typed_when_asked(const struct prose_case *c)
{
    return prose_is_typed(c) && prose_is_asked(c);
}

/* "Corvid!19": small letters, capitals, digits and a sign that joins no words */
static bool is_of_all_kinds(const struct prose_case *c)
{
    struct plausible_classes n = c->value->classes;
    bool has_sign = false;
    for (size_t i = 0; i < c->value->raw.len; i++)
        has_sign |= strchr("!#$%&*+?^", c->value->raw.ptr[i]) != NULL;
    return n.lower >= 3 && n.upper && n.digit && has_sign && !c->value->is_quoted &&
           slice_find_byte(c->value->raw, 0, ',') == SLICE_NONE;
}

/* "reset, the temporary one: X" */
static bool is_told_as_temporary(const struct prose_case *c)
{
    static const struct prose_everywhere list = {
        "temporary|temp|temporary one|vorläufig|vorläufiges|vorläufige|temporär|provisoire|temporaire|"
        "provisional|temporal|provisória|provisório|temporária|provvisoria|provvisorio|temporanea|tijdelijk|"
        "tijdelijke|tymczasowe|tymczasowy|dočasné|prozatímní|временный|временно|пока|тимчасовий|тимчасово|"
        "поки|geçici|geçicisi|tillfälligt|tillfällig|tills vidare",
        "临时|临时的|暂时|仮|仮の|임시|임시로"
    };
    struct slice before = slice_trim(c->value->between);
    while (before.len && strchr(":-\"' ", before.ptr[before.len - 1]))
        before.len--;
    return c->value->classes.upper && c->value->classes.lower >= 3 && c->value->classes.digit >= 2 &&
           prose_everywhere_ends(&list, before);
}

/* Declared below: "it is told as new or as given" */
static bool is_told_as_new(const struct prose_case *c);

bool prose_shaped_is_promising(const struct prose_case *c)
{
    return prose_has_shape(c) &&
           (access_is_around(c) || is_behind_account(c) || is_behind_address(c) || is_typed_when_asked(c) ||
            is_stood_for(c) || is_told_as_temporary(c) || is_below_user(c) ||
            prose_reply_is_above_question(c) ||
            (is_of_all_kinds(c) && (prose_is_typed(c) || is_told_as_new(c) ||
                                    (prose_is_said_to_be(c) && !prose_joined_by_mark(c)))));
}

static bool is_alone(const struct prose_case *c)
{
    struct slice before = slice_trim(c->value->between), raw = slice_skip(c->scene->raw, c->value->to);
    return !before.len && (!raw.len || strchr("\r\n.", raw.ptr[0]));
}

static bool is_marked(const struct prose_case *c)
{
    return prose_joined_by_mark(c);
}

static bool is_joined(const struct prose_case *c)
{
    return !is_marked(c) && (prose_joined_by_word(c) || prose_is_said_to_be(c));
}

static bool is_typed(const struct prose_case *c)
{
    return !is_marked(c) && prose_is_typed(c);
}

static bool is_told_as_new(const struct prose_case *c)
{
    return prose_everywhere_in(&prose_given, c->sentence) != SLICE_NONE ||
           prose_everywhere_in(&prose_given, c->rest) != SLICE_NONE;
}

static bool is_next_step(const struct prose_case *c)
{
    struct slice before = slice_trim(c->value->between);
    while (before.len && strchr("\"'", before.ptr[before.len - 1]))
        before.len--;
    return prose_everywhere_ends(&prose_steps, before);
}

/* "protected as always (X)" */
static bool is_in_brackets(const struct prose_case *c)
{
    size_t from = c->value->from, to = c->value->to;
    return from > 0 && to < c->scene->raw.len && c->scene->raw.ptr[from - 1] == '(' &&
           c->scene->raw.ptr[to] == ')';
}

static bool is_loose(const struct prose_case *c)
{
    return !is_marked(c) && !is_in_brackets(c) && !is_next_step(c) && !is_joined(c) && !is_typed(c) &&
           !is_alone(c) && !is_behind_listed_name(c) && !prose_is_concluded(c);
}

static bool is_negated(const struct prose_case *c)
{
    return prose_in_sentence(c, c->words->negation);
}

static bool is_asked(const struct prose_case *c)
{
    return prose_question_follows(c);
}

/* "ticket", "order code"; but a zip that is to be opened is a file */
static bool is_coded(const struct prose_case *c)
{
    size_t at = prose_everywhere_in(&prose_coded, c->sentence);
    return at != SLICE_NONE && !slice_starts_with(slice_skip(c->sentence, at), "zip");
}

static bool is_of_other(const struct prose_case *c)
{
    return prose_is_other_number(c) || is_coded(c) ||
           prose_everywhere_in(&prose_models, c->sentence) != SLICE_NONE ||
           prose_everywhere_in(&prose_models, c->rest) != SLICE_NONE;
}

/* Two digits at its end say little of a word: "covid19", "web20" */
static bool is_weak_shape(const struct prose_case *c)
{
    return c->value->raw.len < 8 && c->value->classes.digit < 3 && !c->value->classes.upper &&
           !c->value->classes.other;
}

/* CSS and logs have no word that sentences have */
static bool is_no_sentence(const struct prose_case *c)
{
    return !c->words->is_unspaced && !is_typed_when_asked(c) && !is_next_step(c) && !is_behind_account(c) &&
           !is_behind_address(c) && !is_behind_listed_name(c) && !is_below_user(c) &&
           !prose_reply_is_above_question(c) && !prose_in(c, c->words->common, surroundings(c));
}

/* "mail01.LL.com", "Backup3.tar" */
static bool is_dotted_name(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    size_t letters = 0;
    while (letters < v.len &&
           (slice_is_lower(v.ptr[v.len - 1 - letters]) || slice_is_upper(v.ptr[v.len - 1 - letters])))
        letters++;
    return letters >= 2 && letters <= 4 && letters < v.len && v.ptr[v.len - 1 - letters] == '.';
}

static bool is_english(const struct prose_case *c)
{
    return prose_is_english(c);
}

/* Capitals, small letters and digits or signs: not many words of English are so. Nor what begins a name of letters and a number. */
static bool is_varied(const struct prose_case *c)
{
    struct plausible_classes n = c->value->classes;
    return prose_is_english(c) && n.upper && n.lower >= 4 && (n.digit || n.other) &&
           n.upper + n.digit + n.other <= 8u && slice_find_byte(c->value->raw, 0, ',') == SLICE_NONE;
}

const struct prose_feature prose_shaped_features[] = {
    { +3, is_marked, "a colon or equals sign joins them" },
    { +3, is_joined, "\"is\" joins them" },
    { +3, is_typed, "it is to be typed" },
    { +3, is_alone, "value has a line of its own" },
    { +3, prose_is_concluded, "it sums up what was told before it" },
    { +3, names_access, "the sentence is about getting in" },
    { +2, access_is_around, "what stands before is about getting in" },
    { +2, is_told_as_new, "it is told as new or as given" },
    { +6, is_told_as_temporary, "it is told as given for the time being" },
    { +2, is_in_brackets, "value is all that stands in brackets" },
    { +3, is_next_step, "something else is put in before it" },
    { +3, is_stood_for, "a word stands for the password that was spoken of" },
    { +4, is_typed_when_asked, "it is to be typed when something asks" },
    { +1, prose_is_clause_end, "it ends the clause" },
    { -3, is_loose, "nothing joins it" },
    { +8, is_behind_account, "the name of an account stands directly before" },
    { +6, is_behind_address, "an address stands directly before" },
    { +6, is_below_user, "a user's name is all of the line above" },
    { +6, is_behind_listed_name, "a name stands directly before" },
    { +7, prose_reply_is_above_question, "it answers the question quoted below" },
    { +3, prose_reply_has_worked, "it is told to work" },
    { -9, is_dotted_name, "value is the name of a host or file" },
    { -2, is_weak_shape, "value is nearly a word" },
    { -9, is_no_sentence, "no sentence stands around it" },
    { -7, is_english, "English has many such words" },
    { +3, is_of_all_kinds, "value has letters of both cases, digits and signs" },
    { +3, is_varied, "value has capitals, small letters and other things" },
    { -3, is_negated, "the sentence says no" },
    { -3, is_asked, "it is a question" },
    { -9, is_of_other, "the number is one of something else" },
    { -9, prose_is_example, "an example, or denied" },
    { -12, prose_is_known_name, "value is the name of a program or standard" },
    { -30, prose_code_is_value, "value is a piece of code, of a log or of a setting" },
    { 0, NULL, NULL },
};
