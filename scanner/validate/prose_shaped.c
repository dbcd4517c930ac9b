/* prose_shaped.c - the judge of prose: a value first, of a secret's shape, and the words of access around it. */
#include "validate/prose_shaped.h"

#include "validate/prose_code.h"
#include "validate/prose_everywhere.h"
#include "validate/prose_join.h"
#include "validate/prose_near.h"
#include "validate/prose_plain.h"
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

/* In the sentence or in the line before, which may be a heading or a question. */
static struct slice surroundings(const struct prose_case *c)
{
    const unsigned char *text = c->scene->folded.ptr;
    size_t from = (size_t)(c->sentence.ptr - text), to = (size_t)(c->rest.ptr - text) + c->rest.len;
    size_t lines = 0;
    while (from > 0 && c->value->from - from < 200 && lines < 3) {
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

/* "admin y X", "ssh root@192.0.2.7 con X": the last word but for what joins it is an account's name */
static bool is_behind_account(const struct prose_case *c)
{
    struct slice before = slice_trim(c->value->between);
    struct slice at;
    if (before.len && strchr(",:-/", before.ptr[before.len - 1]))
        before.len--;
    else if (prose_near_ends_with_and(before))
        while (before.len && before.ptr[before.len - 1] != ' ')
            before.len--;
    before = slice_trim(before);
    while (before.len && strchr("\"'", before.ptr[before.len - 1]))
        before.len--;
    for (at = before; at.len && at.ptr[at.len - 1] > ' ';)
        at.len--;
    before = slice_skip(before, at.len);
    return prose_everywhere_in(&prose_accounts, before) == 0;
}

bool prose_shaped_is_promising(const struct prose_case *c)
{
    return prose_has_shape(c) && (access_is_around(c) || is_behind_account(c));
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

static bool is_loose(const struct prose_case *c)
{
    return !is_marked(c) && !is_joined(c) && !is_typed(c) && !is_alone(c) && !prose_is_concluded(c);
}

static bool is_negated(const struct prose_case *c)
{
    return prose_in_sentence(c, c->words->negation);
}

static bool is_asked(const struct prose_case *c)
{
    return prose_question_follows(c);
}

static bool is_of_other(const struct prose_case *c)
{
    return prose_is_other_number(c) || prose_everywhere_in(&prose_coded, c->sentence) != SLICE_NONE ||
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
    return !c->words->is_unspaced && !is_behind_account(c) && !prose_in(c, c->words->common, surroundings(c));
}

static bool is_english(const struct prose_case *c)
{
    return prose_is_english(c);
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
    { +1, prose_is_clause_end, "it ends the clause" },
    { -3, is_loose, "nothing joins it" },
    { +8, is_behind_account, "the name of an account stands directly before" },
    { -2, is_weak_shape, "value is nearly a word" },
    { -9, is_no_sentence, "no sentence stands around it" },
    { -7, is_english, "English has many such words" },
    { -3, is_negated, "the sentence says no" },
    { -3, is_asked, "it is a question" },
    { -9, is_of_other, "the number is one of something else" },
    { -9, prose_is_example, "an example, or denied" },
    { -12, prose_is_known_name, "value is the name of a program or standard" },
    { -30, prose_code_is_value, "value is a piece of code, of a log or of a setting" },
    { 0, NULL, NULL },
};
