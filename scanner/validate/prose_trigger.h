/* prose_trigger.h - the judge of prose: features that say that a trigger is none. */
#ifndef MAILSPILL_VALIDATE_PROSE_TRIGGER_H
#define MAILSPILL_VALIDATE_PROSE_TRIGGER_H

#include "validate/prose_case.h"

bool prose_trigger_is_name(const struct prose_case *c);
bool prose_trigger_is_value(const struct prose_case *c);
bool prose_trigger_is_chance(const struct prose_case *c);
bool prose_opener_is_chance(const struct prose_case *c);
bool prose_value_is_trigger(const struct prose_case *c);
bool prose_trigger_is_in_address(const struct prose_case *c);

#endif
