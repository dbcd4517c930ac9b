/* prose_context.c - the judge of prose: what stands around trigger and value, by the words of a language, and all weights. */
#include "validate/prose_answer.h"
#include "validate/prose_code.h"
#include "validate/prose_join.h"
#include "validate/prose_mention.h"
#include "validate/prose_near.h"
#include "validate/prose_plain.h"
#include "validate/prose_reply.h"
#include "validate/prose_trigger.h"

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

bool prose_is_handed_over(const struct prose_case *c)
{
    size_t from = c->scene->from > 40 ? c->scene->from - 40 : 0;
    size_t start = (size_t)(c->sentence.ptr - c->scene->folded.ptr);
    from = from < start ? start : from;
    return from < c->scene->to &&
           prose_in(c, c->words->handing, slice_sub(c->scene->folded, from, c->scene->to - from));
}

bool prose_access_is_near(const struct prose_case *c)
{
    return prose_in(c, c->words->nearby, slice_sub(c->scene->folded, 0, c->value->from));
}

/* "id 1 330 947 285, pass y": groups of digits are one word */
static bool is_group_behind_group(struct slice text, size_t at)
{
    return slice_is_digit(text.ptr[at]) && at >= 2 && slice_is_digit(text.ptr[at - 2]);
}

/* "user x, password y" */
static bool is_beside_login(const struct prose_case *c)
{
    size_t from = c->scene->from > 40 ? c->scene->from - 40 : 0;
    struct slice before = slice_sub(c->scene->folded, from, c->scene->from - from);
    size_t at = prose_words_in(c->words, c->words->logins, before), words = 0;
    at = at == SLICE_NONE ? prose_near_remote_in(before) : at;
    if (at == SLICE_NONE || c->value->is_before ||
        prose_words_inside("cod|cód|kod|kód|код|コード|코드", c->scene->trigger))
        return false;
    before = slice_skip(before, at);
    for (size_t i = 1; i < before.len; i++)
        words += before.ptr[i] > ' ' && before.ptr[i - 1] <= ' ' && !is_group_behind_group(before, i);
    bool is_sentence = !c->value->classes.digit && !prose_has_shape(c) && !prose_is_loose_pair(c) &&
                       !prose_joined_by_mark(c) && !c->value->is_quoted && !prose_is_clause_end(c);
    bool is_listed = slice_find_byte(before, 0, ',') != SLICE_NONE || prose_near_remote_in(before) == 0 ||
                     slice_find_byte(before, 0, '\n') != SLICE_NONE || !prose_is_english(c);
    return words >= 1 && words <= 2 && is_listed && !is_sentence;
}

/* "code for the gate B2940" */
static bool is_code_of_place(const struct prose_case *c)
{
    return prose_is_weak(c) && !prose_is_opener(c) && c->value->classes.digit >= 2 &&
           c->value->classes.upper + c->value->classes.lower > 0 &&
           prose_words_inside(c->words->codes, c->scene->trigger) && prose_in_sentence(c, c->words->places);
}

/* "code to the laundry 358": else three digits count something */
static bool is_short_code_of_place(const struct prose_case *c)
{
    return c->value->raw.len == 3 && prose_is_code(c) && !prose_is_opener(c) && !c->value->is_before &&
           prose_is_clause_end(c) && prose_in_sentence(c, c->words->places);
}

/* "the Wi-Fi has changed, now it's lime-water": two joined words that something joins */
static bool is_pair_of_name(const struct prose_case *c)
{
    return prose_is_loose_pair(c) && prose_is_clause_end(c) &&
           (prose_joined_by_mark(c) || (!prose_is_english(c) && prose_is_said_to_be(c)));
}

static bool is_no_code(const struct prose_case *c)
{
    return prose_is_weak(c) && !is_pair_of_name(c) && !prose_is_spelled(c) && !is_code_of_place(c) &&
           !is_beside_login(c) && !prose_is_code(c) && !prose_has_shape(c);
}

static bool is_other_code(const struct prose_case *c)
{
    size_t from = c->scene->from > 24 ? c->scene->from - 24 : 0;
    return (!prose_is_opener(c) && prose_is_code_of_other(c)) ||
           (prose_is_weak(c) && !(prose_is_opener(c) && prose_has_shape(c)) &&
            prose_in(c, c->words->other_codes, slice_sub(c->scene->folded, from, c->scene->to + 16 - from)));
}

static bool is_ordinary(const struct prose_case *c)
{
    struct slice v = c->value->folded;
    size_t len = 0;
    if (prose_has_shape(c) &&
        (c->value->classes.digit || (v.len >= 12 && c->value->classes.other >= 2 && c->value->classes.upper)))
        return false;
    if (prose_words_has(c->words->ordinary, v) || prose_words_has(c->words->logins, v) ||
        prose_words_has(c->words->policy, v) || prose_words_has(c->words->handing, v) ||
        prose_words_has(c->words->common, v))
        return true;
    /* "correct-horse-battery" is no ordinary word */
    if (c->value->classes.digit || (v.len >= 12 && c->value->classes.other >= 2) ||
        (!prose_is_english(c) &&
         (prose_is_loose_pair(c) || (c->value->classes.other == 1 && prose_has_shape(c)))))
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
    return prose_in(c, c->words->policy, c->join) || prose_in(c, c->words->negation, c->join);
}

/* In the sentence; what looks like a secret is followed by other things: "password X1, it must be somewhere". */
static bool in_clause(const struct prose_case *c, const char *list)
{
    bool is_word = prose_is_word_given(c), is_cut = is_word || prose_has_shape(c) || prose_is_loose_pair(c);
    return prose_in(c, list, is_word ? prose_clause_before(c) : c->sentence) ||
           prose_in(c, list, is_cut ? prose_clause_rest(c) : c->rest);
}

static bool policy_is_near(const struct prose_case *c)
{
    return !(prose_is_spoken(c) && prose_is_word_given(c)) && !prose_is_told_when_asked(c) &&
           in_clause(c, c->words->policy);
}

/* "it doesn't work, but the password is X": the "no" is the other clause's */
static bool is_negated(const struct prose_case *c)
{
    struct prose_case after_but = *c;
    bool has_shape = prose_has_shape(c) || prose_is_loose_pair(c);
    if (has_shape)
        after_but.sentence = prose_after_but(c);
    if (has_shape && !prose_is_english(c) && !prose_in(c, c->words->negation, c->join))
        after_but.sentence = prose_clause_before(&after_but);
    return in_clause(&after_but, c->words->negation);
}

static bool is_joined_pair(const struct prose_case *c)
{
    return prose_is_loose_pair(c) &&
           (!prose_is_weak(c) || (c->scene->kind == PROSE_NAME && is_pair_of_name(c))) &&
           (!prose_is_english(c) || prose_joined_by_mark(c) || prose_joined_by_word(c) ||
            prose_joined_by_layout(c) || prose_is_adjacent(c) || prose_joined_by_as(c));
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
           slice_find_byte(c->join, 0, '\n') == SLICE_NONE && !prose_sentence_ends_in(c->join) &&
           (prose_has_shape(c) || prose_is_code(c) || c->value->classes.digit >= 6) &&
           (prose_is_asked(c) || prose_is_opened(c));
}

/* a word in Latin letters that ends a clause in another script, or one of letters and digits in any */
static bool is_given_at_end(const struct prose_case *c)
{
    bool is_mixed = c->value->classes.digit && c->value->classes.lower && prose_has_shape(c);
    bool is_word = !c->value->classes.other && is_other_script(c);
    bool is_plainly_mixed = is_mixed && c->value->classes.lower >= 4 && c->value->raw.len >= 8;
    return !c->value->is_before && !prose_is_weak(c) && c->scene->kind == PROSE_WORD &&
           (!prose_is_english(c) || is_plainly_mixed) && prose_is_clause_end(c) &&
           slice_find_byte(c->join, 0, '\n') == SLICE_NONE && (is_mixed || is_word);
}

/* "when it asks for the PIN, 3347" */
static bool is_code_when_asked(const struct prose_case *c)
{
    return prose_is_code(c) && !c->value->is_before && c->value->classes.digit >= 4 &&
           prose_is_clause_end(c) && c->join.len < 40 && prose_is_asked(c);
}

/* "encrypted as always (X)" */
static bool is_in_brackets(const struct prose_case *c)
{
    struct slice raw = c->scene->raw;
    return prose_is_opener(c) && !c->value->is_before && c->value->from > 0 &&
           raw.ptr[c->value->from - 1] == '(' && c->value->to < raw.len && raw.ptr[c->value->to] == ')' &&
           prose_has_shape(c);
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
    struct slice word = c->value->folded;
    while (word.len && strchr("!?.,", word.ptr[word.len - 1]))
        word.len--;
    bool is_labelled = prose_joined_by_mark(c) && c->join.len <= 3 && word.len >= 12 && stands_alone(c);
    return !c->value->is_quoted && !c->value->classes.upper && !c->value->classes.digit && !is_labelled &&
           !prose_has_shape(c) && !prose_is_loose_pair(c) && c->words->endings &&
           slice_find_byte(word, 0, ' ') == SLICE_NONE && prose_words_ending(c->words->endings, word);
}

/* das Kennwort „drei Wörter und mehr“ */
static bool is_quoted_phrase(const struct prose_case *c)
{
    struct slice v = c->value->folded;
    bool is_joined = prose_joined_by_mark(c) || prose_joined_by_word(c) ||
                     (prose_is_adjacent(c) && prose_in_sentence(c, c->words->logins));
    return c->value->is_quoted && v.len >= 8 && !prose_is_weak(c) && c->scene->kind == PROSE_WORD &&
           slice_find_byte(v, 0, ' ') != SLICE_NONE && !slice_starts_with(v, " ") && is_joined &&
           !c->value->is_before && !prose_in(c, c->words->policy, v) && !prose_in(c, c->words->negation, v) &&
           !prose_in(c, c->words->ordinary, v) && !prose_in(c, c->words->logins, v);
}

/* "Password: Ask Your Local Helpdesk" */
static bool is_phrase_of_sentence(const struct prose_case *c)
{
    struct slice v = c->value->folded;
    return c->value->is_phrase && (prose_in(c, c->words->policy, v) || prose_in(c, c->words->negation, v));
}

/* "the opening code is A12870415": capitals and digits, but something says that it is the code */
static bool is_named_number(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    return !prose_is_opener(c) && prose_joined_by_word(c) && v.len >= 5 && v.len <= 12 && v.ptr[0] >= 'A' &&
           v.ptr[0] <= 'Z' && c->value->classes.digit + 1 == v.len && c->value->between.len < 24;
}

/* contraseña "Girasol" */
static bool is_spoken_in_quotes(const struct prose_case *c)
{
    return c->value->is_quoted && prose_is_spoken(c) && !prose_is_english(c) && !c->value->is_before &&
           slice_find_byte(c->value->raw, 0, ' ') == SLICE_NONE && c->join.len < prose_reach(c, 48) &&
           slice_find_byte(c->join, 0, '\n') == SLICE_NONE && prose_is_clause_end(c) &&
           !prose_sentence_ends_in(c->join) && !prose_in(c, c->words->policy, c->join) &&
           !prose_in(c, c->words->negation, c->join);
}

static bool is_quoted_word(const struct prose_case *c)
{
    return c->value->is_quoted && !prose_is_weak(c) && !prose_is_english(c) && !c->value->is_before &&
           slice_find_byte(c->value->raw, 0, ' ') == SLICE_NONE &&
           (prose_is_adjacent(c) || prose_joined_by_word(c));
}

/* "heslo je na papírku": where it is, not what */
static bool is_located(const struct prose_case *c)
{
    return !prose_has_shape(c) && !prose_is_loose_pair(c) && !c->value->classes.digit &&
           !c->value->is_quoted && !c->value->is_before && prose_is_at_place(c);
}

/* "Heslo konference zní „Společně 2030“": in some languages the word means a slogan or an entry too */
static bool is_motto(const struct prose_case *c)
{
    bool is_such = prose_words_inside("hesl|hasł|парол|гасл", c->scene->trigger);
    bool is_key = prose_words_inside("clave|chave|clé|chiave|schlüssel|sleutel|nyckel|ключ|klucz|klíč",
                                     c->scene->trigger);
    return ((is_such && prose_is_about_event(c)) || (is_key && prose_is_about_success(c))) &&
           (c->value->is_quoted || !prose_has_shape(c));
}

static bool is_amount(const struct prose_case *c)
{
    return c->scene->kind == PROSE_OPENER && c->value->classes.digit == c->value->raw.len &&
           prose_is_amount(c);
}

static bool opens(const struct prose_case *c)
{
    return prose_is_opener(c) && (prose_is_code(c) || prose_has_shape(c));
}

/* "the new router is a WRT54G" */
static bool opens_nothing(const struct prose_case *c)
{
    bool is_opened_with = prose_ends_with(c->scene->trigger, " with") && !c->join.len;
    return prose_is_opener(c) && !prose_is_code(c) && !is_opened_with && !prose_joined_by_mark(c) &&
           !prose_joined_by_word(c) && !prose_joined_by_layout(c) && !prose_joined_by_as(c) &&
           !c->value->is_alone && prose_is_english(c);
}

static bool opens_loosely(const struct prose_case *c)
{
    return prose_is_opener(c) && !prose_is_code(c) && !prose_is_english(c) && !prose_joined_by_mark(c) &&
           !prose_joined_by_word(c);
}

static bool is_second_of_pair(const struct prose_case *c)
{
    return c->value->is_second;
}

static bool is_no_pair(const struct prose_case *c)
{
    return (c->scene->kind == PROSE_LOGIN || c->scene->kind == PROSE_ACCOUNT) &&
           (!c->value->is_second || slice_find_byte(c->value->raw, 0, '/') != SLICE_NONE ||
            slice_find(c->value->between, 0, slice_str("//")) != SLICE_NONE);
}

static bool is_alone(const struct prose_case *c)
{
    return c->value->is_alone;
}

static bool is_long_code(const struct prose_case *c)
{
    return prose_is_code(c) && c->value->classes.digit >= 4 && !c->value->is_before &&
           (prose_joined_by_mark(c) || prose_joined_by_word(c));
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
    return prose_words_has(c->words->units, slice_sub(after, 0, len)) && !prose_near_is_until(after);
}

/* "debug1: …" */
static bool is_label(const struct prose_case *c)
{
    size_t at = c->value->to;
    struct slice raw = c->scene->raw;
    while (at < raw.len && raw.ptr[at] == ' ')
        at++;
    return !c->value->is_quoted && !c->value->is_before && at < raw.len &&
           ((raw.ptr[at] == ':' && !(at + 1 < raw.len && strchr("-)D", raw.ptr[at + 1]))) ||
            (raw.ptr[at] == '=' && at > c->value->to) ||
            slice_starts_with(slice_skip(raw, at), "\xef\xbc\x9a"));
}

const struct prose_feature prose_word_features[] = {
    { +3, prose_joined_by_mark, "a colon or equals sign joins them" },
    { +2, prose_joined_by_word, "\"is\" joins them" },
    { +2, prose_joined_by_layout, "label and value stand side by side" },
    { +3, prose_joined_by_as, "\"as\" joins them" },
    { +2, prose_joined_by_typing, "it is to be typed" },
    { +1, prose_is_adjacent, "value follows directly" },
    { +2, prose_is_adjacent_code, "the code follows directly, or what it opens" },
    { -2, prose_joined_by_nothing, "nothing joins trigger and value" },
    { -2, prose_stands_far_before, "value stands before the trigger" },
    { -6, prose_stands_loose_before, "value stands before the trigger, and nothing joins them" },
    { -3, prose_is_lost_between_words, "words stand between that join nothing" },
    { -9, prose_joined_by_program, "program text or markup stands between" },
    { -2, prose_joined_from_afar, "trigger is far away" },
    { -2, prose_joined_across_lines, "text and a line end stand between" },
    { -2, prose_joined_across_paragraphs, "a blank line stands between" },
    { -1, prose_joined_to_next_sentence, "a sentence ends between" },
    { -4, prose_joined_across_sentences, "a sentence ends between" },
    { -9, prose_is_labelled_otherwise, "another label stands before the value" },
    { +1, line_begins_with_label, "the line begins with the label" },
    { +2, stands_alone, "value stands alone behind the label" },
    { +3, login_is_near, "a user or login stands near" },
    { +2, prose_is_handed_over, "the secret is named as one that is given" },
    { +6, prose_is_concluded, "it sums up what was told before it" },
    { +4, is_code_of_place, "what the code opens is named" },
    { +4, is_beside_login, "a user or login stands directly before" },
    { +1, prose_access_is_near, "somebody is being let in" },
    { +4, is_other_script, "value is in another script than its sentence" },
    { +6, prose_is_native_given, "a word in the sentence's own script is all that is said of it" },
    { -12, prose_is_native_sentence, "words of the sentence stand there" },
    { +7, prose_is_spelled, "it is told how the word is written" },
    { +5, prose_is_word_given, "a word that is in no list ends the clause" },
    { +5, prose_is_english_word_given, "a word that is in no list ends the clause" },
    { +9, is_typed_before, "it is to be typed when something asks" },
    { +7, is_code_when_asked, "the code is told for when something asks" },
    { +3, is_in_brackets, "value is all that stands in brackets" },
    { +2, is_given_at_end, "it ends the clause" },
    { +9, is_told_to_type, "it is to be typed when something asks" },
    { +11, is_quoted_phrase, "value is a quoted phrase" },
    { -12, is_phrase_of_sentence, "value is a sentence about passwords" },
    { +4, is_named_number, "it is said to be the code" },
    { +6, prose_is_answer, "it answers a question" },
    { +8, prose_reply_is_below_question, "it answers a question" },
    { +9, prose_reply_is_named_as, "it is named as what it is" },
    { +3, is_quoted_word, "value in quotes follows" },
    { +6, is_spoken_in_quotes, "a word that is to be spoken stands in quotes" },
    { +2, prose_is_introduced, "something leads to the value, and the trigger follows" },
    { -9, is_amount, "the number is a time, an amount or a model" },
    { -9, is_located, "it is said where the secret is" },
    { -12, is_motto, "the trigger means a motto" },
    { +3, is_joined_pair, "value is two joined words, and something joins them" },
    { +3, opens, "what is opened is named" },
    { -6, opens_nothing, "nothing joins what is opened and a value that is no code" },
    { -2, opens_loosely, "nothing joins what is opened and a value that is no code" },
    { +5, is_second_of_pair, "value is the second of a pair" },
    { -14, is_no_pair, "value is not the second of a pair" },
    { +1, is_alone, "value has a line of its own" },
    { +1, is_long_code, "four digits or more, and something joins them" },
    { +3, prose_is_code, "value is digits, as codes are" },
    { -2, prose_is_weak, "the trigger means other things too" },
    { +2, prose_is_place, "what the code opens is named" },
    { +5, is_short_code_of_place, "what the code opens is named" },
    { -4, prose_mention_is_code_of_unknown, "nothing says what the code opens" },
    { -12, prose_mention_is_field, "a field to be filled in stands between" },
    { -9, prose_mention_is_of_other, "it is the number of something else" },
    { -9, prose_mention_is_whose, "the word says what the password is for" },
    { -6, prose_mention_is_predicate, "value ends like what is said of passwords" },
    { -12, prose_mention_is_masked, "value stands for one that is not shown" },
    { -14, prose_mention_is_ranked, "it is told of as a bad one" },
    { -5, is_no_code, "value is no code, and the trigger means other things too" },
    { -14, is_other_code, "the code is one that opens nothing" },
    { -12, is_ordinary, "value is a word that follows in ordinary sentences" },
    { -6, ends_like_ordinary, "value ends like words in ordinary sentences" },
    { -12, prose_is_known_name, "value is the name of a program or standard" },
    { -12, prose_is_other_number, "the number is one of something else" },
    { -9, prose_is_example, "an example, or denied" },
    { -3, policy_is_between, "words about passwords stand between" },
    { -3, policy_is_near, "the sentence is about passwords" },
    { -3, is_negated, "the sentence says no" },
    { -9, unit_follows, "the number counts something" },
    { -7, is_label, "value is itself a label" },
    { -3, prose_question_follows, "it is a question" },
    { -12, prose_mention_asks_about_number, "a question names the number of something" },
    { -9, prose_trigger_is_in_address, "the trigger is part of an address" },
    { -12, prose_trigger_is_value, "the trigger is itself a value" },
    { -12, prose_opener_is_chance, "what is opened is named by chance" },
    { -12, prose_trigger_is_chance, "the trigger stands between signs by chance" },
    { -12, prose_value_is_trigger, "value names a password and is none" },
    { -3, prose_trigger_is_name, "the trigger is a name in a program" },
    { -30, prose_code_is_value, "value is a piece of code, of a log or of a setting" },
    { 0, NULL, NULL },
};
