/* prose_words.h - what the judge of prose looks for, by language: one struct of word lists a language.
 *
 * A list is one string: words in small letters cut by `|`. A word is matched whole; with `*` behind it, as the beginning of one. In
 * languages written without spaces between words it is matched wherever it stands. An absent list is NULL.
 */
#ifndef MAILSPILL_VALIDATE_PROSE_WORDS_H
#define MAILSPILL_VALIDATE_PROSE_WORDS_H

#include "base/slice.h"

struct prose_words {
    const char *language;
    bool is_unspaced;        /* words are not set apart, and what follows a word needs no space */
    const char *common;      /* words of nearly every sentence: tell the language */
    const char *codes;       /* triggers whose secrets are often only digits */
    const char *weak;        /* triggers that mean other things too */
    const char *joins;       /* "is", "was": directly before the value */
    const char *befores;     /* "as": between a value and the trigger that follows it */
    const char *ordinary;    /* follow a trigger in ordinary sentences: never a secret */
    const char *handing;     /* directly before a trigger, or in its word: this one is being given away */
    const char *nearby;      /* around: somebody is being let in */
    const char *logins;      /* labels of the other half of a pair */
    const char *policy;      /* in the sentence: it is about passwords */
    const char *negation;    /* in the sentence: nothing is given away */
    const char *units;       /* after a number: it counts something */
    const char *other_codes; /* around a code: it is none that opens anything */
    const char *places;      /* around a code: what it opens */
    const char *spelled;     /* a value is spelled out */
    const char
        *endings; /* of adjectives and participles: a word that ends so follows in ordinary sentences */
};

extern const struct prose_words *const prose_germanic[],
    *const prose_romance[], *const prose_slavic[], *const prose_eastern[]; /* each ended by NULL */

/* The language by its two letters, or NULL. */
const struct prose_words *prose_words_find(struct slice language);

/* Where a word of LIST stands first in TEXT, which is folded (prose_scene.h), or SLICE_NONE. */
size_t prose_words_in(const struct prose_words *words, const char *list, struct slice text);

/* Is TEXT one of LIST? */
bool prose_words_has(const char *list, struct slice text);

/* Is TEXT, one word, in the `ordinary` list of any language? */
bool prose_words_ordinary_anywhere(struct slice text);

/* Does TEXT, one word, end as the `endings` of some language say? */
bool prose_words_ending_anywhere(struct slice text);

/* Does one of LIST stand anywhere in TEXT, within words too? */
bool prose_words_inside(const char *list, struct slice text);

/* Does TEXT, one word, end in one of LIST, with three letters before it? */
bool prose_words_ending(const char *list, struct slice text);

/* Does a word of LIST end TEXT? */
bool prose_words_end(const struct prose_words *words, const char *list, struct slice text);

/* Does a word end before, or begin at, AT in TEXT? */
bool prose_words_border(struct slice text, size_t at);

#endif
