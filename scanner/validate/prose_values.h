/* prose_values.h - the judge of prose: finds the values in reach of a scene's trigger. */
#ifndef MAILSPILL_VALIDATE_PROSE_VALUES_H
#define MAILSPILL_VALIDATE_PROSE_VALUES_H

#include "validate/prose_scene.h"

/* Fill `values`: words, quoted runs and groups of digits, up to two line ends after the trigger and in the line before it. */
void prose_values_find(struct prose_scene *scene);

/* A value from FROM to TO, without the punctuation around it; its classes; not what stands between. */
struct prose_value prose_values_at(const struct prose_scene *scene, size_t from, size_t to);

/* Put such a value among the scene's, with what stands between; NULL where there is no room or nothing is left of it. */
struct prose_value *prose_values_add(struct prose_scene *scene, size_t from, size_t to, bool is_quoted);

/* Pass phrases behind a mark, and words in a script without spaces (prose_phrase.c). */
void prose_phrase_find(struct prose_scene *scene);

#endif
