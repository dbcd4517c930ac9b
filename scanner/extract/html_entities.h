/* html_entities.h - character references of HTML: &amp; &#38; &#x26; (HTML Living Standard, section 13.2.5.72 on). */
#ifndef MAILSPILL_EXTRACT_HTML_ENTITIES_H
#define MAILSPILL_EXTRACT_HTML_ENTITIES_H

#include "base/slice.h"

/* No reference is longer, in bytes. */
#define HTML_ENTITY_MAX 40

enum html_place { HTML_IN_TEXT, HTML_IN_ATTRIBUTE };

/* TEXT begins with '&'. The bytes of the reference that it begins with, 0 if there is none; *CODE is the character. All names of
 * HTML 4 and the common ones of HTML 5; a missing semicolon as browsers forgive it; encoded twice ("&amp;lt;") is decoded twice. */
size_t html_entity(struct slice text, enum html_place place, uint32_t *code);

#endif
