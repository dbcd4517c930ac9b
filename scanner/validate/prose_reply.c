/* prose_reply.c - the judge of prose: values told in answer to a question, or named as what they are. */
#include "validate/prose_reply.h"

#include "validate/prose_everywhere.h"
#include "validate/prose_join.h"
#include "validate/prose_near.h"
#include "validate/prose_plain.h"

#define REPLY_LINE ((size_t)64) /* who answers a question for a password writes little else on its line */

static struct slice line_around(struct slice text, size_t at)
{
    size_t from = at, end = slice_find_byte(text, at, '\n');
    while (from > 0 && text.ptr[from - 1] != '\n')
        from--;
    return slice_sub(text, from, (end == SLICE_NONE ? text.len : end) - from);
}

static bool is_quoted_line(struct slice line)
{
    line = slice_trim(line);
    return line.len && line.ptr[0] == '>';
}

bool prose_reply_is_above_question(const struct prose_case *c)
{
    struct slice text = c->scene->folded, line = line_around(text, c->value->from);
    size_t at = (size_t)(line.ptr - text.ptr) + line.len;
    if (line.len > REPLY_LINE || is_quoted_line(line) || c->value->from - (size_t)(line.ptr - text.ptr) > 24)
        return false;
    for (; at + 1 < text.len; at += line.len + 1) {
        line = line_around(text, at + 1);
        if (is_quoted_line(line) && slice_find_byte(line, 0, '?') != SLICE_NONE &&
            prose_everywhere_in(&prose_access, line) != SLICE_NONE)
            return true;
    }
    return false;
}

bool prose_reply_is_below_question(const struct prose_case *c)
{
    const struct prose_scene *s = c->scene;
    struct slice asked = slice_trim(slice_sub(s->raw, s->line_from, s->line_to - s->line_from));
    if (c->value->is_before || c->value->from <= s->line_to || !asked.len || asked.ptr[asked.len - 1] != '?')
        return false;
    struct slice line = line_around(s->raw, c->value->from);
    size_t before = c->value->from - (size_t)(line.ptr - s->raw.ptr);
    struct slice skipped =
        slice_trim(slice_sub(s->raw, s->line_to, (size_t)(line.ptr - s->raw.ptr) - s->line_to));
    return !skipped.len && !is_quoted_line(line) && before <= 16 && line.len <= REPLY_LINE &&
           prose_is_clause_end(c) && (prose_has_shape(c) || prose_is_loose_pair(c));
}

/* What stands from the value to the trigger, if the value is before it on the same line. */
static struct slice way_to_trigger(const struct prose_case *c)
{
    size_t from = c->value->to + c->value->is_quoted;
    if (!c->value->is_before || from >= c->scene->from)
        return slice_sub(c->scene->folded, 0, 0);
    struct slice way = slice_sub(c->scene->folded, from, c->scene->from - from);
    return slice_find_byte(way, 0, '\n') == SLICE_NONE ? slice_trim(way) : slice_sub(way, 0, 0);
}

bool prose_reply_is_named_as(const struct prose_case *c)
{
    static const struct prose_everywhere as = {
        "as|as the|as our|as my|als|als das|come|como|como a|de|som|jako|comme|как|как|як|for the|for our",
        NULL
    };
    static const struct prose_everywhere using = {
        "use|using|used|picked|chose|took|set|put|nehmen|nehme|verwenden|benutzen|haben|habe|usiamo|uso|"
        "usato|"
        "messo|usamos|usei|coloquei|pus|ponho|pusimos|puse|gebruiken|hebben|heb|používáme|používám|dali|"
        "dal|dala|máme|używamy|ustawiłem|ustawiłam|mamy|dałem|dałam|on a mis|j'ai mis|använder|har|"
        "satte|используем|поставил|поставила|використовуємо|поставив",
        NULL
    };
    struct slice v = c->value->folded, way = way_to_trigger(c);
    size_t letters = 0;
    for (size_t i = 0; i < v.len; i++)
        letters += slice_is_lower(v.ptr[i]);
    return way.len && way.len <= 24 && letters == v.len && v.len >= 6 && prose_everywhere_in(&as, way) == 0 &&
           prose_everywhere_in(&using, c->sentence) != SLICE_NONE && !prose_words_ordinary_anywhere(v) &&
           !(c->words->endings && prose_words_ending(c->words->endings, v)) && !prose_question_follows(c) &&
           slice_find_byte(way, 0, ',') == SLICE_NONE && !prose_in(c, c->words->policy, c->sentence) &&
           !prose_in(c, c->words->negation, c->sentence) && !prose_is_known_name(c);
}

bool prose_reply_has_worked(const struct prose_case *c)
{
    static const struct prose_everywhere worked = {
        "worked|works now|opens it|opens the|opens up|unlocks it|unlocks the|gets you in|gets us in|lets you "
        "in|öffnet|ouvre|l'ouvre|la abre|lo abre|abre|l'apre|lo apre|apre|opent|otevře|ho "
        "otevře|otevírá|otwiera|открывает|відкриває|açıyor|öppnar|klappt|hat geklappt|ging|a "
        "marché|marche|funcionó|funciona|ha funzionato|funziona|"
        "werkt|werkte|funguje|fungovalo|działa|zadziałało|сработал*|подошёл|підійшов|çalıştı|fungerade|"
        "funkade",
        NULL
    };
    return prose_everywhere_in(&worked, slice_trim(slice_sub(c->rest, 0, 24))) == 0;
}
