/* prose_everywhere.h - words that mean the same to the judge of prose in whatever language the sentence is.
 *
 * A short sentence doesn't always tell its language. These lists need none: each holds the words of all languages, in which few mean
 * two things. `unspaced` holds those of the languages that set no spaces, or is NULL. Both as in prose_words.h.
 */
#ifndef MAILSPILL_VALIDATE_PROSE_EVERYWHERE_H
#define MAILSPILL_VALIDATE_PROSE_EVERYWHERE_H

#include "validate/prose_words.h"

struct prose_everywhere {
    const char *spaced, *unspaced;
};

extern const struct prose_everywhere prose_numbers, prose_typing, prose_typed, prose_asking, prose_locations,
    prose_events, prose_measures, prose_coded, prose_examples, prose_ands, prose_accounts, prose_conclusions,
    prose_users, prose_successes, prose_access, prose_given, prose_models, prose_standins, prose_steps;

/* One list as prose_words_has takes it. */
extern const char prose_known_names[];

/* Where a word of LIST stands first in TEXT, which is folded, or SLICE_NONE. */
size_t prose_everywhere_in(const struct prose_everywhere *list, struct slice text);

/* Does a word of LIST end TEXT, which is folded? */
bool prose_everywhere_ends(const struct prose_everywhere *list, struct slice text);

#endif
