/* prose_language.h - which language a text is in, told by its common words; for the judge of prose. */
#ifndef MAILSPILL_VALIDATE_PROSE_LANGUAGE_H
#define MAILSPILL_VALIDATE_PROSE_LANGUAGE_H

#include "validate/prose_words.h"

/* The one of NAMES ("de", "en|it|nl") whose words stand most often in TEXT, which is folded (prose_scene.h); the first where none does. */
const struct prose_words *prose_language_of(struct slice names, struct slice text);

/* NAMES ends in "en!": is TEXT in another language than those before it, in English, or in none that can be told? A short text need not tell
 * its language, unless it MUST. */
bool prose_language_is_other(struct slice names, struct slice text, bool must);

#endif
