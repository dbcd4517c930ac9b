/* prose_pair.h - the judge of prose: user and password side by side, without a word for passwords. */
#ifndef MAILSPILL_VALIDATE_PROSE_PAIR_H
#define MAILSPILL_VALIDATE_PROSE_PAIR_H

#include "validate/prose_scene.h"

/* Where a value begins that a run of characters FROM to TO holds: "admin/value" is two. */
size_t prose_pair_from(const struct prose_scene *scene, size_t from, size_t to);

/* Is V the password that stands beside a user's name? Only in scenes of PROSE_LOGIN and PROSE_ACCOUNT. */
bool prose_pair_is_second(const struct prose_scene *scene, const struct prose_value *v);

/* The user's name, which a trigger of PROSE_ACCOUNT begins with. */
struct slice prose_pair_name(const struct prose_scene *scene);

#endif
