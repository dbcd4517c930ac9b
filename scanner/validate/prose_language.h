/* prose_language.h - which language a text is in, told by its common words; for the judge of prose. */
#ifndef MAILSPILL_VALIDATE_PROSE_LANGUAGE_H
#define MAILSPILL_VALIDATE_PROSE_LANGUAGE_H

#include "validate/prose_words.h"

/* The one of NAMES ("de", "en|it|nl") whose words stand most often in TEXT, which is folded (prose_scene.h); the first where none does. */
const struct prose_words *prose_language_of(struct slice names, struct slice text);

#endif
