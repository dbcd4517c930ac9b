/* prose_answer.h - the judge of prose: a question, or quoted lines, and the answer below. */
#ifndef MAILSPILL_VALIDATE_PROSE_ANSWER_H
#define MAILSPILL_VALIDATE_PROSE_ANSWER_H

#include "validate/prose_case.h"

/* "> what was the code?" on the trigger's line, and the value below it: the first line that is not quoted. */
bool prose_is_answer(const struct prose_case *c);

#endif
