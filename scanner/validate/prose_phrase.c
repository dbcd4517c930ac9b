/* prose_phrase.c - the judge of prose: values of several words, and those in scripts without spaces, which end where their clause does. */
#include "validate/prose_near.h"
#include "validate/prose_values.h"

static bool is_one_of(unsigned char c, const char *set)
{
    return c && strchr(set, c);
}

/* "Kennwort: Zeder Fenster Neunzig Posaune": three words and more, each with a capital, are all of the line. */
static bool is_title(const struct prose_scene *scene, size_t from, size_t to)
{
    size_t words = 0;
    for (size_t at = from; at < to; at++) {
        bool is_start = at == from || scene->raw.ptr[at - 1] == ' ';
        size_t lead = at + (scene->raw.ptr[at] >= 0xC3 && scene->raw.ptr[at] < 0xE0);
        if (is_start && scene->raw.ptr[lead] == scene->folded.ptr[lead])
            return false;
        words += is_start;
    }
    bool is_all = to == scene->raw.len || is_one_of(scene->raw.ptr[to], "\r\n");
    return words >= 3 && words <= 7 && is_all;
}

/* Words in Latin letters in a script without spaces. */
static size_t latin_end(struct slice text, size_t at)
{
    while (at < text.len && text.ptr[at] < 0x80 && !is_one_of(text.ptr[at], ".,;\r\n()\""))
        at++;
    return at;
}

static bool names_phrase(struct slice text)
{
    return prose_words_inside("phras|фраз|fras|wachtzin|wachtwoordzin|cümle|tümce|zdani|větou|fráz|短语",
                              text);
}

/* Several words from FROM to the clause's end, and behind it how they are written: "…, with spaces" */
static bool is_told_with_spaces(const struct prose_scene *scene, size_t from)
{
    size_t to = from;
    while (to < scene->line_to && !is_one_of(scene->raw.ptr[to], ".,;()\""))
        to++;
    struct slice rest = slice_sub(scene->folded, to, 32);
    bool is_led_on = slice_find_byte(rest, 0, ':') != SLICE_NONE; /* "…, all one word: X" */
    return to < scene->line_to && to - from < 48 && !is_led_on && is_one_of(scene->raw.ptr[to], ",(") &&
           prose_near_has_spaces(slice_sub(rest, 0, slice_find_byte(rest, 0, '.')));
}

/* "the passphrase is four words and more": where they begin behind a form of "to be" near the trigger, or SLICE_NONE. */
static size_t behind_copula(const struct prose_scene *scene)
{
    static const char *const copulas[] = {
        " is ",    " ist ",   " lautet ", " est ",        " es ",        " \xc3\xa9 ", " \xc3\xa8 ",
        " luidt ", " je ",    " brzmi ",  " zn\xc3\xad ", " \xc3\xa4r ", " это ",      " heißt ",
        " jest ",  " lyder ", ", takže ", " to ", /* last: English says it of what the phrase is for */
    };
    size_t count = sizeof copulas / sizeof *copulas;
    struct slice near = slice_sub(scene->folded, 0, scene->to + 40);
    for (size_t i = 0; i < count; i++) {
        size_t at = slice_find(near, scene->to - 1, slice_str(copulas[i]));
        struct slice between = slice_sub(scene->folded, scene->from, at - scene->from);
        bool is_english = i == count - 1 && (prose_words_inside("phras", between) || between.len > 24);
        if (at != SLICE_NONE && at < scene->line_to && slice_find_byte(between, 0, ',') == SLICE_NONE &&
            !is_english && (names_phrase(between) || is_told_with_spaces(scene, at + strlen(copulas[i]))))
            return at + strlen(copulas[i]);
    }
    return SLICE_NONE;
}

/* "at least four words": what phrases are in general */
static bool begins_description(struct slice words)
{
    return prose_words_has(
        "a|an|at|too|not|as|in|on|no|one|to|from|read|never|unlike|ein|eine|mindestens|zu|nicht|un|"
        "une|au|trop|una|al|"
        "uma|ao|almeno|een|minstens|te|niet|co|za|nie|alespoň|aspoň|ne|v|en|ett|minst|för|inte|не|"
        "как|что|в|щось|як",
        slice_sub(words, 0, slice_find_byte(words, 0, ' ')));
}

static bool says_how_many(struct slice words)
{
    static const char *const starts[] = { "mindestens", "almeno",     "minstens",    "alespoň",
                                          "aspoň",      "minst",      "at least",    "au moins",
                                          "al menos",   "pelo menos", "co najmniej", "не меньше",
                                          "не менее",   "щонайменше", "не менше",    "en az" };
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (slice_starts_with(words, starts[i]))
            return true;
    return false;
}

/* Four words and more, and not what a phrase is in general: "a sentence of many words". */
static bool is_sentence_of_words(const struct prose_scene *scene, size_t from, size_t to)
{
    struct slice words = slice_sub(scene->folded, from, to - from);
    size_t spaces = 0, first = slice_find_byte(words, 0, ' ');
    for (size_t i = 0; i < words.len; i++) {
        if (is_one_of(words.ptr[i], ":=<>[]{}|/\\"))
            return false;
        spaces += words.ptr[i] == ' ';
    }
    struct slice word = slice_sub(words, 0, first);
    return spaces >= 3 && spaces <= 9 && !prose_words_ordinary_anywhere(word) &&
           !prose_words_ending("ed|ing|ly|able|ible", word) && !begins_description(words);
}

static void find_told_phrase(struct prose_scene *scene)
{
    size_t from, to;
    if (scene->kind != PROSE_WORD || (from = behind_copula(scene)) == SLICE_NONE)
        return;
    for (to = from; to < scene->raw.len && !is_one_of(scene->raw.ptr[to], ".,;\r\n()\"");)
        to++;
    if (to - from < 12 || scene->value_count == PROSE_VALUES_MAX || !is_sentence_of_words(scene, from, to))
        return;
    struct prose_value *value = prose_values_add(scene, from, to, false);
    if (value)
        value->is_phrase = true;
}

/* "passphrase for the key: three words and more": all to the end of the clause. */
static void find_phrase(struct prose_scene *scene)
{
    struct slice text = scene->raw;
    bool is_unspaced = scene->trigger.ptr[0] >= 0xE0;
    size_t mark = slice_find_byte(text, scene->to, ':'), to;
    size_t wide = slice_find(text, scene->to, slice_str("\xef\xbc\x9a"));
    if (is_unspaced && wide < mark)
        mark = wide + 2;
    if (scene->kind != PROSE_WORD || mark == SLICE_NONE || mark > scene->line_to ||
        mark - scene->to > (scene->trigger.ptr[0] >= 0xD0 ? 72u : 40u))
        return;
    bool is_named = names_phrase(slice_sub(scene->folded, scene->from, mark - scene->from));
    for (mark++; mark < text.len && text.ptr[mark] == ' ';)
        mark++;
    to = is_unspaced ? latin_end(text, mark) : mark;
    while (!is_unspaced && to < text.len && !is_one_of(text.ptr[to], ".,;\r\n()\""))
        to++;
    /* ": four words and more. Mind the spaces" */
    bool is_told = !is_unspaced && prose_near_has_spaces(slice_sub(scene->folded, to, 80)) &&
                   is_sentence_of_words(scene, mark, to);
    if (to - mark < 10 || scene->value_count == PROSE_VALUES_MAX ||
        says_how_many(slice_sub(scene->folded, mark, to - mark)) ||
        !(is_named || is_told || is_unspaced || is_title(scene, mark, to)))
        return;
    struct prose_value *value = prose_values_add(scene, mark, to, false);
    if (value)
        value->is_phrase = true;
}

/* What a sign of a script without spaces is: a letter, no full stop, comma, bracket or wide colon. Its length, or 0. */
static size_t native_letter(struct slice text, size_t at)
{
    struct slice rest = slice_skip(text, at);
    if (rest.len < 3 || rest.ptr[0] < 0xE3 || rest.ptr[0] > 0xED)
        return 0;
    return slice_starts_with(rest, "\xe3\x80") || rest.ptr[0] == 0xEE ? 0 : 3;
}

/* "は", "是": behind these a value may stand; the length of the one at AT, or 0. */
static size_t native_join(struct slice text, size_t at)
{
    static const char *const joins[] = { "\xe5\xb0\xb1\xe6\x98\xaf",
                                         "\xe6\x98\xaf",
                                         "\xe3\x81\xaf",
                                         "\xeb\x8a\x94",
                                         "\xec\x9d\x80",
                                         ":",
                                         "\xef\xbc\x9a" };
    struct slice rest = slice_skip(text, at);
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++)
        if (slice_starts_with(rest, joins[i]))
            return strlen(joins[i]);
    return 0;
}

static bool ends_with_join(struct slice trigger)
{
    return trigger.len > 3 && native_join(slice_skip(trigger, trigger.len - 3), 0) == 3;
}

/* "です", "입니다" end the sentence, not the value. */
static size_t native_end(struct slice text, size_t from, size_t to)
{
    static const char *const ends[] = { "\xe3\x81\xa7\xe3\x81\x99",
                                        "\xe3\x81\xa0\xe3\x82\x88",
                                        "\xec\x9e\x85\xeb\x8b\x88\xeb\x8b\xa4",
                                        "\xec\x9d\xb4\xec\x97\x90\xec\x9a\x94",
                                        "\xec\x98\x88\xec\x9a\x94",
                                        "\xec\x9d\xb4\xec\x95\xbc" };
    struct slice value = slice_sub(text, from, to - from);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t len = strlen(ends[i]), at = slice_find(value, 0, slice_str(ends[i]));
        if (at != SLICE_NONE && value.len - at <= len + 3)
            return from + at;
    }
    return to;
}

/* "密码是…", "合言葉は…です", "비밀번호: …": letters of the script that stand alone behind what joins them. */
static void find_native(struct prose_scene *scene)
{
    struct slice text = scene->raw;
    size_t at = scene->to, to, len, letters = 0;
    if (scene->kind != PROSE_WORD || scene->trigger.ptr[0] < 0xE0)
        return;
    while (at < text.len && text.ptr[at] == ' ')
        at++;
    if (!(len = native_join(text, at)) && !ends_with_join(scene->trigger))
        return;
    for (at += len; at < text.len && text.ptr[at] == ' ';)
        at++;
    for (to = at; to < text.len && to - at < 60; to += len, letters += len == 3)
        if (!(len = native_letter(text, to)))
            break;
    to = native_end(text, at, to);
    bool is_all = to == text.len || is_one_of(text.ptr[to], "\r\n.,)") || text.ptr[to] >= 0xE3;
    bool is_spoken = prose_words_inside("合言葉|暗号|言葉|암구호|암호문|암호말|단어|暗语", scene->trigger);
    if (!letters || to - at < (is_spoken ? 6u : 9u) || to - at > 36 || !is_all)
        return;
    struct prose_value *value = prose_values_add(scene, at, to, false);
    if (value)
        value->is_native = true;
}

void prose_phrase_find(struct prose_scene *scene)
{
    find_phrase(scene);
    find_told_phrase(scene);
    find_native(scene);
}
