/* prose_mention.h - the judge of prose: what tells that a sentence speaks of passwords and codes and holds none. */
#ifndef MAILSPILL_VALIDATE_PROSE_MENTION_H
#define MAILSPILL_VALIDATE_PROSE_MENTION_H

#include "validate/prose_case.h"

/* "SNI-kod 43320": a number behind a word for codes, and nothing that says what it opens or that it is given away */
bool prose_mention_is_code_of_unknown(const struct prose_case *c);

/* "Password: ________ (to be filled in)" */
bool prose_mention_is_field(const struct prose_case *c);

/* "wrong password (code 535)", "민원번호 1AA-2405, … 비밀번호" */
bool prose_mention_is_of_other(const struct prose_case *c);

/* "lösenordet till datorn", "heslo na wifi": a plain word behind a preposition alone, or the name of an account */
bool prose_mention_is_whose(const struct prose_case *c);

/* "123456 is still the most common password" */
bool prose_mention_is_ranked(const struct prose_case *c);

/* "if the password is wrong, …": the trigger stands in a clause about what may be */
bool prose_mention_is_supposed(const struct prose_case *c);

/* "suspicious mail: your password has expired, click here" */
bool prose_mention_is_warning(const struct prose_case *c);

/* "heslo vypršelo": the word directly behind the trigger ends as what is said of passwords does */
bool prose_mention_is_predicate(const struct prose_case *c);

/* "[hidden]" */
bool prose_mention_is_masked(const struct prose_case *c);

/* "who knows the combination of locker 214?" */
bool prose_mention_asks_about_number(const struct prose_case *c);

/* In prose_context.c: the trigger is named as one that is given; somebody is being let in. */
bool prose_is_handed_over(const struct prose_case *c);
bool prose_access_is_near(const struct prose_case *c);

#endif
