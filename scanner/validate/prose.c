/* prose.c - validators: the judge of sentences in which a person wrote a password down.
 *
 * A candidate is a trigger ("password"), what stands between, and a value. Each feature that holds adds its weight; from ACCEPT
 * points on it is a secret. The table below is all there is to know: change a weight there, and a case in the test.
 */
#include "validate/codec.h"
#include "validate/placeholder.h"
#include "validate/plausible.h"
#include "validate/prose_words.h"
#include "validate/tables.h"

#define ACCEPT 4
#define AROUND 160 /* bytes of context that are looked at on each side */

struct scene {
    const struct prose_words *words;
    struct slice value; /* without quotes and full stop */
    struct slice trigger;
    struct slice between;       /* from trigger to value */
    struct slice before, after; /* of the trigger, of the value */
    struct slice sentence_before, sentence_after;
    struct plausible_classes classes;
    bool is_quoted;
};

static bool is_word_byte(unsigned char c)
{
    unsigned char low = slice_lower_byte(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
}

/* Where WORD stands whole in TEXT, at or after FROM. */
static size_t find_word(struct slice text, size_t from, const char *word)
{
    struct slice needle = slice_str(word);
    for (size_t at = from; (at = slice_find_nocase(text, at, needle)) != SLICE_NONE; at++) {
        bool begins = at == 0 || !is_word_byte(text.ptr[at - 1]);
        bool ends = at + needle.len >= text.len || !is_word_byte(text.ptr[at + needle.len]);
        if (begins && ends)
            return at;
    }
    return SLICE_NONE;
}

static bool has_word(struct slice text, const char *const *words)
{
    for (; *words; words++)
        if (find_word(text, 0, *words) != SLICE_NONE)
            return true;
    return false;
}

static bool is_one_of(struct slice text, const char *const *words)
{
    for (; *words; words++)
        if (slice_is_equal_nocase(text, slice_str(*words)))
            return true;
    return false;
}

/* the value */

static bool value_is_mixed(const struct scene *s)
{
    return s->classes.digit && s->classes.lower + s->classes.upper;
}

static bool value_has_sign(const struct scene *s)
{
    for (size_t i = 0; i < s->value.len; i++)
        if (strchr("!#$%&*+=?@^~|\\", s->value.ptr[i]) && s->value.ptr[i] && s->value.len > 4)
            return s->classes.other < s->value.len;
    return false;
}

static bool value_has_inner_capital(const struct scene *s)
{
    for (size_t i = 1; i < s->value.len; i++)
        if (s->value.ptr[i] >= 'A' && s->value.ptr[i] <= 'Z' && s->value.ptr[i - 1] >= 'a' &&
            s->value.ptr[i - 1] <= 'z')
            return true;
    return false;
}

static bool value_is_quoted(const struct scene *s)
{
    return s->is_quoted;
}

static bool value_is_code(const struct scene *s)
{
    return s->classes.digit == s->value.len && s->value.len >= 4 && s->value.len <= 10 &&
           is_one_of(s->trigger, s->words->codes);
}

static bool value_is_number(const struct scene *s)
{
    return s->classes.digit == s->value.len && s->value.len >= 5 && !is_one_of(s->trigger, s->words->codes);
}

static bool value_is_passphrase(const struct scene *s)
{
    size_t dashes = 0;
    for (size_t i = 0; i < s->value.len; i++)
        dashes += s->value.ptr[i] == '-' || s->value.ptr[i] == '_';
    return dashes >= 2 && s->value.len >= 12 && s->classes.lower > 8 && s->classes.other == dashes;
}

static bool value_has_good_length(const struct scene *s)
{
    return s->value.len >= 8 && s->value.len <= 64;
}

static bool value_is_placeholder(const struct scene *s)
{
    enum placeholder placeholder = placeholder_of(s->value);
    return placeholder != PLACEHOLDER_NONE && placeholder != PLACEHOLDER_SEQUENCE;
}

static bool value_is_ordinary(const struct scene *s)
{
    if (is_one_of(s->value, s->words->not_values) || is_one_of(s->value, s->words->triggers) ||
        is_one_of(s->value, s->words->logins) || is_one_of(s->value, s->words->policy))
        return true;
    if (value_is_passphrase(s))
        return false;
    /* "reset/change", "you're": judged by its first word */
    size_t len = 0;
    while (len < s->value.len && is_word_byte(s->value.ptr[len]))
        len++;
    bool is_cut = len && len < s->value.len && strchr("/'-,.:;)", s->value.ptr[len]);
    return is_cut && !s->classes.digit && is_one_of(slice_sub(s->value, 0, len), s->words->not_values);
}

static bool value_is_address(const struct scene *s)
{
    struct slice v = s->value;
    size_t at = slice_find_byte(v, 0, '@');
    bool is_mail = at != SLICE_NONE && at > 0 && slice_find_byte(v, at + 2, '.') != SLICE_NONE &&
                   !s->is_quoted && plausible_is_word(slice_skip(v, at + 1));
    return is_mail || slice_find(v, 0, slice_str("://")) != SLICE_NONE ||
           slice_starts_with_nocase(v, "www.") || slice_starts_with_nocase(v, "mailto:");
}

static bool value_is_markup(const struct scene *s)
{
    static const char *const marks[] = { "</",    "/>",    "<br",   "<a ",   "<b>",
                                         "&nbsp", "href=", "type=", "name=", "value=" };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_find_nocase(s->value, 0, slice_str(marks[i])) != SLICE_NONE)
            return true;
    return s->value.len && (s->value.ptr[0] == '<' || s->value.ptr[0] == '&');
}

static bool value_is_program(const struct scene *s)
{
    static const char *const marks[] = { "()", "(",  "->", "::",  "];", ");",
                                         "==", "$_", "%s", "\\n", "**", "__" };
    struct slice v = s->value;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_find(v, 0, slice_str(marks[i])) != SLICE_NONE &&
            (i != 1 || plausible_is_word(slice_sub(v, 0, slice_find_byte(v, 0, '(')))))
            return true;
    /* config.password, self.pw: words joined by dots */
    return slice_find_byte(v, 1, '.') != SLICE_NONE && !s->classes.digit && plausible_is_word(v);
}

static bool value_is_date(const struct scene *s)
{
    size_t marks = 0;
    for (size_t i = 0; i < s->value.len; i++)
        marks += strchr("/:.-", s->value.ptr[i]) && s->value.ptr[i];
    return marks && s->classes.digit && marks + s->classes.digit == s->value.len;
}

static bool value_is_plain_word(const struct scene *s)
{
    return !s->classes.digit && !value_has_sign(s) && !value_has_inner_capital(s) && !value_is_passphrase(s);
}

static bool value_is_short(const struct scene *s)
{
    return s->value.len < 4;
}

static bool value_is_long(const struct scene *s)
{
    return s->value.len > 64;
}

/* what joins trigger and value */

static struct slice join_of(const struct scene *s)
{
    struct slice join = slice_trim(s->between);
    while (join.len && strchr("\"'`*([<", join.ptr[join.len - 1]) && join.ptr[join.len - 1])
        join = slice_trim(slice_sub(join, 0, join.len - 1));
    return join;
}

static bool joined_by_mark(const struct scene *s)
{
    struct slice join = join_of(s);
    unsigned char last = join.len ? join.ptr[join.len - 1] : 0;
    return last == ':' || last == '=' ||
           (last == '>' && join.len > 1 && strchr("-=", join.ptr[join.len - 2]));
}

static bool joined_by_word(const struct scene *s)
{
    return !joined_by_mark(s) && has_word(join_of(s), s->words->joins);
}

static bool joined_by_nothing(const struct scene *s)
{
    return !joined_by_mark(s) && !joined_by_word(s);
}

static bool joined_from_afar(const struct scene *s)
{
    return s->between.len > 40;
}

static bool joined_across_paragraphs(const struct scene *s)
{
    size_t breaks = 0;
    for (size_t i = 0; i < s->between.len; i++)
        breaks += s->between.ptr[i] == '\n';
    return breaks >= 2;
}

/* what stands around */

static bool line_begins_with_label(const struct scene *s)
{
    for (size_t i = s->before.len; i-- > 0 && s->before.ptr[i] != '\n';)
        if (!strchr(" \t\r>*-|#.\"'", s->before.ptr[i]) || !s->before.ptr[i])
            return false;
    return joined_by_mark(s);
}

/* "user: " or "login = " near: the word, then at most a few bytes to a colon. */
static bool has_login_label(struct slice text, const char *const *logins)
{
    for (; *logins; logins++)
        for (size_t at = 0; (at = find_word(text, at, *logins)) != SLICE_NONE; at++) {
            struct slice rest = slice_sub(text, at + strlen(*logins), 6);
            if (slice_find_byte(rest, 0, ':') != SLICE_NONE || slice_find_byte(rest, 0, '=') != SLICE_NONE ||
                find_word(rest, 0, "is") != SLICE_NONE)
                return true;
        }
    return false;
}

static bool login_is_near(const struct scene *s)
{
    return has_login_label(s->before, s->words->logins) || has_login_label(s->after, s->words->logins);
}

static bool is_handed_over(const struct scene *s)
{
    struct slice before = slice_trim(s->before);
    size_t from = before.len;
    while (from > 0 && (is_word_byte(before.ptr[from - 1]) || before.ptr[from - 1] == '-'))
        from--;
    return is_one_of(slice_skip(before, from), s->words->handing);
}

static bool access_is_near(const struct scene *s)
{
    return has_word(s->before, s->words->nearby);
}

static bool policy_is_between(const struct scene *s)
{
    return has_word(s->between, s->words->policy);
}

static bool policy_is_near(const struct scene *s)
{
    return has_word(s->sentence_before, s->words->policy) ||
           (has_word(s->sentence_after, s->words->policy) && s->sentence_after.len);
}

static bool unit_follows(const struct scene *s)
{
    struct slice after = slice_trim(s->after);
    size_t len = 0;
    while (len < after.len && is_word_byte(after.ptr[len]))
        len++;
    return s->classes.digit == s->value.len && is_one_of(slice_sub(after, 0, len), s->words->units);
}

static bool question_follows(const struct scene *s)
{
    return s->after.len && s->after.ptr[0] == '?';
}

static bool trigger_is_name(const struct scene *s)
{
    unsigned char last = s->before.len ? s->before.ptr[s->before.len - 1] : ' ';
    return strchr("_$.>@/", last) && last &&
           !(last == '>' && s->before.len > 1 && s->before.ptr[s->before.len - 2] != '-');
}

/* user:password@host, ?password=…&… */
static bool trigger_is_in_address(const struct scene *s)
{
    unsigned char last = s->before.len ? s->before.ptr[s->before.len - 1] : ' ';
    struct slice rest = s->between.len ? s->between : s->value;
    return last == '?' || last == '&' || (rest.len && rest.ptr[0] == '@');
}

static bool value_is_no_text(const struct scene *s)
{
    return !codec_is_printable(s->value);
}

static const struct feature {
    int weight;
    bool (*holds)(const struct scene *scene);
    const char *why;
} features[] = {
    { +4, value_is_mixed, "value mixes letters and digits" },
    { +3, value_has_sign, "value has signs in it" },
    { +3, value_has_inner_capital, "value has a capital in the middle" },
    { +4, value_is_passphrase, "value is several joined words" },
    { +2, value_is_code, "value is digits, as codes are" },
    { +1, value_is_number, "value is a number" },
    { +2, value_is_quoted, "value is in quotes" },
    { +1, value_has_good_length, "value has the length of a password" },
    { -12, value_is_placeholder, "value is a placeholder" },
    { -12, value_is_ordinary, "value is a word that follows in ordinary sentences" },
    { -12, value_is_address, "value is an address" },
    { -12, value_is_markup, "value is markup" },
    { -9, value_is_program, "value is a piece of program" },
    { -6, value_is_date, "value is a date, a time or a version" },
    { -3, value_is_plain_word, "value is a plain word" },
    { -3, value_is_short, "value is short" },
    { -4, value_is_long, "value is long" },
    { +3, joined_by_mark, "a colon or equals sign joins them" },
    { +2, joined_by_word, "\"is\" joins them" },
    { -2, joined_by_nothing, "nothing joins trigger and value" },
    { -3, joined_from_afar, "trigger is far away" },
    { -3, joined_across_paragraphs, "a blank line stands between" },
    { -5, policy_is_between, "words about passwords stand between" },
    { +1, line_begins_with_label, "the line begins with the label" },
    { +3, login_is_near, "a user or login stands near" },
    { +3, is_handed_over, "the secret is named as one that is given" },
    { +1, access_is_near, "somebody is being let in" },
    { -3, policy_is_near, "the sentence is about passwords" },
    { -9, unit_follows, "the number counts something" },
    { -3, question_follows, "it is a question" },
    { -9, trigger_is_in_address, "the trigger is part of an address" },
    { -12, value_is_no_text, "value is not text" },
    { -3, trigger_is_name, "the trigger is a name in a program" },
};

/* The end of TEXT from the last sentence end on. */
static struct slice sentence_end(struct slice text)
{
    for (size_t i = text.len; i-- > 1;)
        if (text.ptr[i - 1] == '\n' || (strchr(".!?", text.ptr[i - 1]) && text.ptr[i] == ' '))
            return slice_skip(text, i);
    return text;
}

static struct slice sentence_start(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '\n' ||
            (strchr(".!?", text.ptr[i]) && text.ptr[i] && (i + 1 == text.len || text.ptr[i + 1] <= ' ')))
            return slice_sub(text, 0, i);
    return text;
}

/* Quotes and the sentence's own punctuation do not belong to the value. */
static void trim_value(struct scene *s)
{
    static const char quotes[] = "\"'`*";
    struct slice v = slice_trim(s->value);
    if (v.len > 2 && strchr(quotes, v.ptr[0]) && v.ptr[0]) {
        size_t end = slice_find_byte(v, 1, v.ptr[0]);
        s->is_quoted = end != SLICE_NONE;
        v = s->is_quoted ? slice_sub(v, 1, end - 1) : slice_skip(v, 1);
    } else if (s->between.len && strchr("\"'`", s->between.ptr[s->between.len - 1]) &&
               s->between.ptr[s->between.len - 1]) {
        s->is_quoted = true;
    }
    while (v.len > 1 && strchr(".,;:)\"'`", v.ptr[v.len - 1]) && v.ptr[v.len - 1])
        v.len--;
    s->value = v;
}

/* The last trigger before the value, or nothing at the start of HEAD where none is known. Where it begins. */
static size_t find_trigger(struct scene *s, struct slice head)
{
    size_t best = 0, best_len = 0;
    for (const char *const *t = s->words->triggers; *t; t++)
        for (size_t at = 0; (at = find_word(head, at, *t)) != SLICE_NONE; at++)
            if (!best_len || at + strlen(*t) > best + best_len) {
                best = at;
                best_len = strlen(*t);
            }
    s->trigger = slice_sub(head, best, best_len);
    s->between = slice_skip(head, best + best_len);
    return best;
}

static const struct prose_words *words_of(struct slice language)
{
    for (size_t i = 0; prose_languages[i]; i++)
        if (slice_is_equal(language, slice_str(prose_languages[i]->language)))
            return prose_languages[i];
    return prose_languages[0];
}

static void set_scene(struct scene *s, const struct candidate *c, struct slice argument)
{
    size_t at = c->secret.ptr >= c->match.ptr ? (size_t)(c->secret.ptr - c->match.ptr) : 0;
    struct slice head = slice_sub(c->match, 0, at);
    *s = (struct scene){ .words = words_of(argument), .value = c->secret };
    size_t lead = find_trigger(s, head);
    struct slice before = c->before;
    if (!before.len)
        before = slice_sub(head, 0, lead);
    else if (before.ptr + before.len ==
             head.ptr) /* one run of bytes: what leads up to the trigger joins on */
        before.len += lead;
    s->before = slice_skip(before, before.len > AROUND ? before.len - AROUND : 0);
    s->after = slice_sub(c->after, 0, AROUND);
    trim_value(s);
    s->sentence_before = sentence_end(s->before);
    s->sentence_after = sentence_start(s->after);
    s->classes = plausible_classes(s->value);
}

static void judge_prose(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct scene scene;
    const struct feature *most = NULL, *least = NULL;
    int sum = 0;
    set_scene(&scene, c, argument);
    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        const struct feature *f = &features[i];
        if (!f->holds(&scene))
            continue;
        sum += f->weight;
        most = f->weight > (most ? most->weight : 0) ? f : most;
        least = f->weight < (least ? least->weight : 0) ? f : least;
    }
    if (sum >= ACCEPT)
        judgement_say(judgement, JUDGED_NOTHING, "%s (%d points)", most ? most->why : "", sum);
    else
        judgement_say(judgement, JUDGED_REJECT, "%s (%d points)",
                      least ? least->why : "too little speaks for it", sum);
}

const struct validator validators_prose[] = {
    { .name = "prose",
      .meaning = "a sentence that gives a password away, told from one that only speaks of passwords "
                 "(prose:en; en by default)",
      .judge = judge_prose },
    { .name = NULL },
};
