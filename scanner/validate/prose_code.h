/* prose_code.h - the judge of prose: what tells that a trigger or a value stands in code, a log or a setting, not in a sentence. */
#ifndef MAILSPILL_VALIDATE_PROSE_CODE_H
#define MAILSPILL_VALIDATE_PROSE_CODE_H

#include "validate/prose_case.h"

/* passwordTooShort, PASSWORD_RESET_TIMEOUT, password.repeat: is the trigger a piece of a name for something else than a password? A
 * name that ends in the trigger ("db_password"), or goes on with whose it is ("password_prod"), is one for passwords. */
bool prose_code_is_trigger(const struct prose_scene *scene);

/* Is the value a call, an expression, a regular expression, an option, the next key, or does it belong to another name? */
bool prose_code_is_value(const struct prose_case *c);

#endif
