/* prose_plain.c - the judge of prose: plain words, which only what stands around them tells from the words of ordinary sentences. */
#include "validate/prose_plain.h"

#include "validate/prose_everywhere.h"
#include "validate/prose_join.h"
#include "validate/prose_mention.h"
#include "validate/prose_near.h"

bool prose_question_follows(const struct prose_case *c)
{
    struct slice after = slice_trim(c->rest);
    size_t end = (size_t)(c->rest.ptr - c->scene->folded.ptr) + c->rest.len;
    return !after.len && end < c->scene->raw.len && c->scene->raw.ptr[end] == '?';
}

bool prose_is_clause_end(const struct prose_case *c)
{
    struct slice raw = slice_skip(c->scene->raw, c->value->to + c->value->is_quoted);
    return !raw.len || strchr(".,;!)\r\n", raw.ptr[0]) || slice_starts_with(raw, " -") ||
           slice_starts_with(raw, " (") || slice_starts_with(raw, " \xe2\x80") ||
           slice_starts_with(raw, "\xe3\x80") || slice_starts_with(raw, "\xef\xbc");
}

/* "the password is X if you need it", "… X for now, …": the clause goes on, but nothing more is said of the value */
static bool is_followed_loosely(const struct prose_case *c)
{
    static const struct prose_everywhere list = {
        "if|in case|for now|until|till|thanks|thx|cheers|lol|btw|by the way|as always|as usual|all one|all "
        "lower|"
        "falls|wenn|danke|lg|übrigens|wie immer|bis|au cas|si jamais|merci|tout bête|tout bete|tout "
        "simplement|jusqu*|"
        "por si|gracias|hasta|todo junto|caso|obrigad*|até|tudo junto|nel caso|se "
        "serve|grazie|fino|tutto|mocht|als je|"
        "bedankt|tot|ifall|om "
        "du|tack|mvh|jakby|gdyby|jeśli|dzięki|pozdr*|kdyby|kdybys|díky|если|спасибо|пока|якщо|"
        "дякую|поки|eğer|teşekkür*",
        NULL
    };
    struct slice after = slice_sub(slice_skip(c->scene->folded, c->value->to), 0, 24);
    return after.len && after.ptr[0] == ' ' && prose_joined_by_word(c) &&
           prose_everywhere_in(&list, slice_trim(after)) == 0;
}

struct slice prose_clause_rest(const struct prose_case *c)
{
    struct slice rest = c->rest;
    for (size_t i = 0; i < rest.len; i++) {
        struct slice here = slice_skip(rest, i);
        if (strchr(",;(\n", rest.ptr[i]) || slice_starts_with(here, " - ") ||
            slice_starts_with(here, " \xe2\x80"))
            rest.len = i;
    }
    return rest;
}

/* Cyrillic letters are those of ordinary words, but where a word is to be spoken, or clearly named. */
static unsigned letters_of(const struct prose_case *c)
{
    unsigned count = c->value->classes.lower + c->value->classes.upper;
    bool is_named = prose_is_spoken(c) || prose_is_with_trigger(c) || prose_joined_by_mark(c);
    unsigned char limit = is_named ? 0xE0 : 0xD0;
    for (size_t i = 0; i < c->value->raw.len; i++)
        count += c->value->raw.ptr[i] >= 0xC3 && c->value->raw.ptr[i] < limit;
    return count;
}

/* "haben wir auf X geändert": the verb stands behind */
static bool is_set_to(const struct prose_case *c)
{
    struct slice rest = slice_trim(prose_clause_rest(c));
    return prose_joined_by_word(c) && prose_near_is_set(rest);
}

/* "donne le mot de passe Sirène.": a capital in the middle of a sentence, where not all nouns have one */
static bool is_proper(const struct prose_case *c)
{
    return c->value->classes.upper == 1 && c->value->raw.ptr[0] >= 'A' && c->value->raw.ptr[0] <= 'Z' &&
           !slice_is_equal(slice_str(c->words->language), slice_str("de"));
}

/* "Password ETAPLES." */
static bool is_loud(const struct prose_case *c)
{
    return c->value->classes.upper == c->value->raw.len && c->scene->trigger.len >= 5 &&
           !slice_is_upper(c->scene->raw.ptr[c->scene->to - 1]);
}

/* "user bob, password X", "the word X", "log in with password X" */
static bool follows_as_name(const struct prose_case *c)
{
    return prose_is_adjacent(c) &&
           (prose_in_sentence(c, c->words->logins) || prose_is_loose_pair(c) || prose_is_spoken(c) ||
            is_proper(c) || is_loud(c) || prose_is_with_trigger(c));
}

static bool is_joined_to_word(const struct prose_case *c)
{
    bool is_near = c->value->between.len <= 12;
    return prose_joined_by_mark(c) || prose_joined_by_layout(c) || is_set_to(c) || prose_near_is_that_is(c) ||
           (prose_joined_by_word(c) && (is_near || prose_is_said_to_be(c) || prose_near_is_put(c)));
}

/* Of what stands before the value the trigger's own clause: "it runs on my account, the password is X" */
struct slice prose_clause_before(const struct prose_case *c)
{
    size_t start = (size_t)(c->sentence.ptr - c->scene->folded.ptr), at = c->scene->from;
    while (at > start && !strchr(",;:(", c->scene->folded.ptr[at - 1]))
        at--;
    return slice_skip(c->sentence, at - start);
}

/* "it asks for a password, it's X", "…, and that is X": what asks is no rule about passwords */
bool prose_is_told_when_asked(const struct prose_case *c)
{
    static const struct prose_everywhere it_is = {
        "it's|its|it is|that's|that is|which is|and it's|and it is|and that's|and that is|"
        "das ist|das wäre|es ist|und das ist|und zwar|c'est|et c'est|es|y es|que es|é|e é|que é|è|ed è|che "
        "è|e è|"
        "dat is|het is|en dat is|en het is|to jest|i to jest|je to|to je|a to je|a je to|"
        "это|там|и это|це|і це|det är|och det är|som är",
        NULL
    };
    struct slice join = slice_trim(c->join);
    size_t reply = slice_find(join, 0, slice_str("?\n"));
    if (reply != SLICE_NONE) { /* "…a password?\nyes, it's X" */
        join = slice_trim(slice_skip(join, reply + 1));
        size_t comma = slice_find_byte(join, 0, ',');
        join = slice_skip(join, comma != SLICE_NONE && comma < 8 ? comma : 0);
    }
    while (join.len && strchr(",;-: ", join.ptr[0]))
        join = slice_skip(join, 1);
    return !c->value->is_before && join.len && join.len <= 16 && c->join.len <= 24 && prose_is_asked(c) &&
           !prose_words_ending_anywhere(c->value->folded) && prose_everywhere_in(&it_is, join) == 0 &&
           prose_everywhere_ends(&it_is, join);
}

static bool says_no(const struct prose_case *c)
{
    struct slice rest = prose_clause_rest(c), before = prose_clause_before(c);
    if (prose_is_told_when_asked(c))
        before.len = 0;
    return (!prose_is_spoken(c) &&
            (prose_in(c, c->words->policy, before) || prose_in(c, c->words->policy, rest))) ||
           prose_in(c, c->words->negation, before) || prose_in(c, c->words->negation, rest);
}

/* "the word X, say it": the verb of saying stands behind */
static bool is_to_be_said(const struct prose_case *c)
{
    static const struct prose_everywhere saying = {
        "de|deyin|desin|dersin|dersen|diyin|diyoruz|diye|söyle|söyleyin|olacak",
        "라고|이라고|と伝|と言|って言"
    };
    struct slice after = slice_sub(slice_skip(c->scene->folded, c->value->to + c->value->is_quoted), 0, 16);
    return prose_is_spoken(c) && prose_everywhere_in(&saying, slice_trim(after)) == 0;
}

bool prose_is_word_given(const struct prose_case *c)
{
    unsigned least = prose_is_spoken(c) ? 4 : 6;
    return !prose_is_english(c) && !prose_is_weak(c) && !prose_is_opener(c) && !c->value->is_before &&
           letters_of(c) >= least && !c->value->classes.digit && !prose_has_shape(c) &&
           (prose_is_clause_end(c) || is_set_to(c) || is_followed_loosely(c) || is_to_be_said(c)) &&
           (is_joined_to_word(c) || follows_as_name(c)) &&
           slice_find_byte(c->value->raw, 0, ',') == SLICE_NONE &&
           c->value->between.len <= prose_reach(c, 56) && c->value->raw.ptr[c->value->raw.len - 1] != '?' &&
           !prose_question_follows(c) && !says_no(c) && !prose_mention_is_supposed(c) &&
           !prose_mention_is_warning(c) && !prose_sentence_ends_in(c->join);
}

/* "the one who knows the password is Helen", "if the password is wrong" */
static bool is_about_others(const struct prose_case *c)
{
    static const struct prose_everywhere others = {
        "who|whose|whoever|knows|has|have|only one|person|people|with the "
        "password|if|when|whenever|once|unless|"
        "should|whether|until|because|since|while|although|that the|what|why|how|make sure|ensure|check|note "
        "that|"
        "sometimes|usually|often|always|film|movie|book|novel|game|episode|story|quest",
        NULL
    };
    return prose_everywhere_in(&others, prose_clause_before(c)) != SLICE_NONE;
}

/* Letters alone; not as participles and adverbs end, but where a capital in the sentence says that it is a name. */
static bool is_word_of_no_sentence(const struct prose_case *c)
{
    struct slice v = c->value->folded;
    while (v.len && v.ptr[v.len - 1] == '!')
        v.len--;
    for (size_t i = 0; i < v.len; i++)
        if (!slice_is_lower(v.ptr[i]))
            return false;
    const char *endings = is_proper(c) ? "ed|ing|able|ible|ory|ary" : c->words->endings;
    return v.len >= (prose_is_spoken(c) ? 4u : 6u) && v.len <= 32 &&
           (((prose_joined_by_word(c) || prose_joined_by_mark(c)) && is_proper(c)) ||
            !prose_words_ending(endings, v)) &&
           !prose_words_ordinary_anywhere(v) &&
           (is_proper(c) || prose_in(c, c->words->common, c->scene->folded) ||
            !prose_words_ending_anywhere(v));
}

/* "the password is X", "the password for the link is X", not "the password manager is X" */
static bool is_directly_said(const struct prose_case *c)
{
    static const struct prose_everywhere copulas = {
        "is|was|is now|is still|'s|is just|is simply|now|still|remains", NULL
    };
    static const struct prose_everywhere firsts = {
        "is|was|'s|for|to|of|on|at|in|from|with|you|we|i|he|she|they|it|that|now|this|remains|there", NULL
    };
    return c->join.len <= 40 && prose_everywhere_ends(&copulas, c->join) &&
           prose_everywhere_in(&firsts, slice_trim(c->join)) == 0;
}

/* "with password Dragonfly.", "password ETAPLES": a name behind a word that is none */
static bool is_named_beside(const struct prose_case *c)
{
    if (prose_is_spoken(c) && prose_is_adjacent(c) && !c->join.len)
        return true;
    bool is_small = c->scene->raw.ptr[c->scene->from] == c->scene->trigger.ptr[0];
    return prose_is_adjacent(c) && !c->join.len && (is_loud(c) || (is_small && is_proper(c)));
}

/* "password: X", "memorable word for the bank: X" */
static bool is_label(const struct prose_case *c)
{
    static const struct prose_everywhere firsts = { "for|to|of|on|at|in", NULL };
    return c->value->between.len <= 3 ||
           (c->join.len <= 40 && prose_everywhere_in(&firsts, slice_trim(c->join)) == 0);
}

/* English: manuals are full of "the password is required", so that only what stands in no list and ends its clause counts. */
bool prose_is_english_word_given(const struct prose_case *c)
{
    return prose_is_english(c) && c->scene->kind == PROSE_WORD && !prose_is_weak(c) && !c->value->is_before &&
           !c->value->is_quoted && is_word_of_no_sentence(c) &&
           (prose_is_clause_end(c) || is_followed_loosely(c)) &&
           (prose_joined_by_mark(c)
                ? is_label(c)
                : is_directly_said(c) || is_named_beside(c) || prose_is_told_when_asked(c)) &&
           slice_find_byte(c->value->between, 0, '\n') == SLICE_NONE && !prose_question_follows(c) &&
           !says_no(c) && !is_about_others(c) && !prose_mention_is_warning(c) &&
           !prose_sentence_ends_in(c->join);
}

/* Letters of any script but those without spaces: where it is told how a word is written, they are its own. */
static unsigned letters_of_any(const struct prose_case *c)
{
    unsigned count = c->value->classes.lower + c->value->classes.upper;
    for (size_t i = 0; i < c->value->raw.len; i++)
        count += c->value->raw.ptr[i] >= 0xC3 && c->value->raw.ptr[i] < 0xE0;
    return count;
}

/* "the password of the wifi X, all lower case" */
static bool is_last_of_few(const struct prose_case *c)
{
    size_t words = 0;
    for (size_t i = 1; i < c->join.len; i++)
        words += c->join.ptr[i - 1] == ' ' ? 1 : slice_is_digit(c->join.ptr[i]) ? 4 : 0;
    return words <= 3 && c->join.len < prose_reach(c, 32) && !prose_joined_by_mark(c) &&
           slice_find_byte(c->join, 0, ',') == SLICE_NONE &&
           slice_find_byte(c->join, 0, '\n') == SLICE_NONE && !says_no(c);
}

/* Also "password, X, all lower case" */
bool prose_is_spelled(const struct prose_case *c)
{
    bool is_beside = slice_is_equal(slice_trim(c->join), slice_str(","));
    struct slice after = slice_skip(c->scene->folded, c->value->to + c->value->is_quoted);
    bool is_said_at_once = !prose_is_clause_end(c) && (prose_joined_by_mark(c) || prose_joined_by_word(c));
    return !c->value->is_before && letters_of_any(c) >= 4 && !c->value->classes.digit &&
           (prose_is_clause_end(c) || is_said_at_once) && !prose_has_shape(c) &&
           (is_beside || is_joined_to_word(c) || prose_is_adjacent(c) || is_last_of_few(c)) &&
           prose_near_is_spelled(slice_sub(after, 0, is_said_at_once ? 14 : 40));
}

/* Ordinary words are part of it. */
bool prose_is_native_sentence(const struct prose_case *c)
{
    return c->value->is_native && !prose_is_native_given(c);
}

/* "合言葉はさくらです": behind は only kana, since all that is said of anything stands there in other signs */
static bool is_kana_where_due(const struct prose_case *c)
{
    struct slice v = c->value->raw;
    if (!prose_ends_with(c->join, "\xe3\x81\xaf"))
        return true;
    for (size_t i = 0; i + 1 < v.len; i += 3)
        if (v.ptr[i] != 0xE3 || v.ptr[i + 1] < 0x81 || v.ptr[i + 1] > 0x83)
            return false;
    return true;
}

bool prose_is_native_given(const struct prose_case *c)
{
    struct slice v = c->value->folded;
    return c->value->is_native && is_kana_where_due(c) && !prose_question_follows(c) &&
           !prose_in(c, c->words->policy, v) && !prose_in(c, c->words->negation, v) &&
           !prose_in(c, c->words->handing, v) && !prose_in(c, c->words->logins, v) &&
           !prose_in(c, c->words->nearby, v) && !prose_near_is_said_of_words(v);
}
