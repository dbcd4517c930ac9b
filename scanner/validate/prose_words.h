/* prose_words.h - what the judge of prose looks for, by language: one struct of word lists a language. */
#ifndef MAILSPILL_VALIDATE_PROSE_WORDS_H
#define MAILSPILL_VALIDATE_PROSE_WORDS_H

/* Each list is ended by NULL, in small letters; words are matched whole, phrases with single spaces. */
struct prose_words {
    const char *language;
    const char *const *triggers;   /* what a secret is called, longest first */
    const char *const *codes;      /* triggers whose secrets are often only digits */
    const char *const *joins;      /* "is", "was": between trigger and value */
    const char *const *not_values; /* follow a trigger in ordinary sentences */
    const char *const *handing;    /* directly before a trigger: this one is being given away */
    const char *const *nearby;     /* around: somebody is being let in */
    const char *const *logins;     /* labels of the other half of a pair */
    const char *const *policy;     /* around: the sentence is about passwords */
    const char *const *units;      /* after a number: it counts something */
};

extern const struct prose_words *const prose_languages[]; /* ended by NULL */

#endif
