/* prose_plain.h - the judge of prose: plain words, which only what stands around them tells from the words of ordinary sentences. */
#ifndef MAILSPILL_VALIDATE_PROSE_PLAIN_H
#define MAILSPILL_VALIDATE_PROSE_PLAIN_H

#include "validate/prose_case.h"

/* Does a comma, a dash, a stop or the line's end follow the value? */
bool prose_is_clause_end(const struct prose_case *c);
bool prose_question_follows(const struct prose_case *c);

/* What follows the value up to there; and of what stands before it the trigger's own clause. */
struct slice prose_clause_rest(const struct prose_case *c);
struct slice prose_clause_before(const struct prose_case *c);

/* "heslo je sluníčko.": languages whose words for what passwords do are all in the lists */
bool prose_is_word_given(const struct prose_case *c);

/* "the password is wheelbarrow.": English, of which manuals are full, asks more of what stands around */
bool prose_is_english_word_given(const struct prose_case *c);

/* "it asks for a password, it's X" */
bool prose_is_told_when_asked(const struct prose_case *c);

/* "password X, all lower case": is it told how the word is written? */
bool prose_is_spelled(const struct prose_case *c);

/* "密码是…": a word in a script without spaces (prose_value.is_native) that no ordinary word is part of */
bool prose_is_native_given(const struct prose_case *c);
bool prose_is_native_sentence(const struct prose_case *c);

#endif
