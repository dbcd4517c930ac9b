/* prose_shaped.h - the judge of prose: a value first, of a secret's shape, and the words of access around it. */
#ifndef MAILSPILL_VALIDATE_PROSE_SHAPED_H
#define MAILSPILL_VALIDATE_PROSE_SHAPED_H

#include "validate/prose_case.h"

/* What speaks for and against the value of a scene of PROSE_SHAPED; ended by .holds NULL. */
extern const struct prose_feature prose_shaped_features[];

/* Is C worth the words of its language? */
bool prose_shaped_is_promising(const struct prose_case *c);

/* Begin C with the token that the candidate is: what joins it is what stands before it on its line. */
void prose_shaped_begin(struct prose_case *c, struct prose_scene *scene, struct prose_value *value);

#endif
