/* prose_answer.c - the judge of prose: a question, or quoted lines, and the answer below. */
#include "validate/prose_answer.h"

#include "validate/prose_join.h"
#include "validate/prose_near.h"
#include "validate/prose_plain.h"

/* B2940, 66K: a few capitals and digits */
static bool is_lettered_code(const struct prose_case *c)
{
    return c->value->classes.digit >= 2 && c->value->raw.len <= 10 && !c->value->classes.lower &&
           !c->value->classes.other && c->value->classes.upper <= 3 &&
           prose_words_inside(c->words->codes, c->scene->trigger);
}

/* A value of a secret's shape at the end of its clause, or behind a mark */
static bool is_given_in_clause(const struct prose_case *c)
{
    size_t at = c->value->from;
    while (at > 0 && c->scene->raw.ptr[at - 1] == ' ')
        at--;
    bool is_marked = at > 0 && strchr(":-", c->scene->raw.ptr[at - 1]);
    return prose_has_shape(c) && !prose_is_english(c) && (is_marked || prose_is_said_to_be(c)) &&
           prose_is_clause_end(c);
}

/* Does the value stand in the first line below the quoted ones that hold the trigger, blank ones aside? */
static bool is_in_first_line_of_reply(const struct prose_case *c)
{
    struct slice raw = c->scene->raw;
    size_t at = c->scene->line_to;
    while (at < c->value->from && at < raw.len) {
        size_t line = at + 1, end = slice_find_byte(raw, line, '\n');
        end = end == SLICE_NONE ? raw.len : end;
        struct slice text = slice_trim(slice_sub(raw, line, end - line));
        if (text.len && text.ptr[0] != '>')
            return c->value->from < end;
        at = end;
    }
    return false;
}

/* "> what was the code?", and the answer below. */
bool prose_is_answer(const struct prose_case *c)
{
    struct slice line =
        slice_trim(slice_sub(c->scene->raw, c->scene->line_from, c->scene->line_to - c->scene->line_from));
    bool is_question = line.len && (line.ptr[line.len - 1] == '?' || prose_ends_with(line, "\xef\xbc\x9f"));
    bool is_first = c->value->from > c->scene->line_to && is_in_first_line_of_reply(c) &&
                    (c->value->from - c->scene->line_to <= 16 || is_given_in_clause(c));
    if (is_question && !c->value->is_before && c->value->from > c->scene->line_to && prose_is_clause_end(c) &&
        !prose_is_english(c) && prose_is_said_to_be(c) && c->value->from - c->scene->line_to < 48 &&
        slice_find_byte(
            slice_sub(c->scene->raw, c->scene->line_to + 1, c->value->from - c->scene->line_to - 1), 0,
            '\n') == SLICE_NONE)
        return true;
    return line.len && line.ptr[0] == '>' && (is_question || is_first) && !c->value->is_before &&
           c->value->from > c->scene->line_to &&
           (prose_has_shape(c) || prose_is_code(c) || (c->value->is_alone && is_lettered_code(c)));
}
