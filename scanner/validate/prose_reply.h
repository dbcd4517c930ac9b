/* prose_reply.h - the judge of prose: values told in answer to a question, or named as what they are ("X as the password"). */
#ifndef MAILSPILL_VALIDATE_PROSE_REPLY_H
#define MAILSPILL_VALIDATE_PROSE_REPLY_H

#include "validate/prose_case.h"

/* "X\n\n> what was the password again?": is the value in the lines above a quoted question for access? */
bool prose_reply_is_above_question(const struct prose_case *c);

/* "> the password?\nyep, X": the value ends the line below the trigger's question, a word or two stand before it */
bool prose_reply_is_below_question(const struct prose_case *c);

/* "we use X as the password", "umbu de senha": is a plain word before the trigger joined to it so? */
bool prose_reply_is_named_as(const struct prose_case *c);

/* "I couldn't log in, but X worked" */
bool prose_reply_has_worked(const struct prose_case *c);

#endif
