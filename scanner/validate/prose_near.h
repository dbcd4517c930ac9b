/* prose_near.h - the judge of prose: words directly beside a value that mean the same in whatever language the sentence is. */
#ifndef MAILSPILL_VALIDATE_PROSE_NEAR_H
#define MAILSPILL_VALIDATE_PROSE_NEAR_H

#include "validate/prose_case.h"

/* "invoice 20231", "14 June 2023", "ticket 48213": the word before it says that the number is one of something else. */
bool prose_is_other_number(const struct prose_case *c);

/* Does a word for "to" begin TEXT, folded, what stands behind a number, and no other number follow? "code 4711 bis Freitag" */
bool prose_near_is_until(struct slice text);

/* "order code", "код заказа": the word beside the trigger says that the code opens nothing. */
bool prose_is_code_of_other(const struct prose_case *c);

/* What stands before the value in its sentence, behind the last "but" that stands before the trigger. */
struct slice prose_after_but(const struct prose_case *c);

/* "for example X", "not X" */
bool prose_is_example(const struct prose_case *c);

/* "opens at 1900", "HP 1020": is the number a time, an amount or a model? */
bool prose_is_amount(const struct prose_case *c);

/* "type X", "X eintippen": is the value put in by a verb directly before or after it? */
bool prose_is_typed(const struct prose_case *c);

/* "…X to unlock it" */
bool prose_is_opened(const struct prose_case *c);

/* "the river and the year, so X": does a word that sums up stand directly before the value? */
bool prose_is_concluded(const struct prose_case *c);

/* Does "that is", in the sense of "namely", stand directly before the value? */
bool prose_near_is_that_is(const struct prose_case *c);

/* Does a form of "to be" stand directly before the value? */
bool prose_is_said_to_be(const struct prose_case *c);

/* "la pusimos X", "we set it to X": does a verb of setting stand directly before the value? */
bool prose_near_is_put(const struct prose_case *c);

/* "if it asks for the password, …": does the sentence say that something asks? */
bool prose_is_asked(const struct prose_case *c);

/* "the password is on the fridge": do words that say where something is stand before the value? */
bool prose_is_at_place(const struct prose_case *c);

/* "heslo ročníku": is the sentence about a festival, a campaign, a crossword? */
bool prose_is_about_event(const struct prose_case *c);

/* "la clave del éxito": is it the key to something that no key opens? */
bool prose_is_about_success(const struct prose_case *c);

/* Is the trigger a word that is spoken ("Losungswort", "la parola")? */
bool prose_is_spoken(const struct prose_case *c);

/* KeePass, Office365, SHA256: the name of a program or standard that stands in sentences about passwords. */
bool prose_is_known_name(const struct prose_case *c);

/* "with the password X", "gegen das Kennwort X": does such a word stand before the trigger? */
bool prose_is_with_trigger(const struct prose_case *c);

/* Does TEXT, folded, begin with a verb of changing: "(auf X) geändert"? */
bool prose_near_is_set(struct slice text);

/* Does TEXT, folded, say how a word is written: "all lower case"? */
bool prose_near_is_spelled(struct slice text);

/* Does TEXT, folded, say that spaces are part of a value: "with spaces"? */
bool prose_near_has_spaces(struct slice text);

/* Where a program stands first in TEXT, folded, that shows a number and a password for who helps from afar, or SLICE_NONE. */
size_t prose_near_remote_in(struct slice text);

/* Does TEXT, in a script without spaces, hold what is said of passwords or asked for them: "必要", "什么"? */
bool prose_near_is_said_of_words(struct slice text);

/* Does a word that joins user and password ("and", "och") end TEXT, which is folded? */
bool prose_near_ends_with_and(struct slice text);

#endif
