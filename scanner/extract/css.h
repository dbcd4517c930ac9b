/* css.h - what style sheets show: the strings of `content:`, their escapes undone (CSS Syntax Module, section 4.3.7). */
#ifndef MAILSPILL_EXTRACT_CSS_H
#define MAILSPILL_EXTRACT_CSS_H

#include "extract/track.h"

/* Fill OUT with a line for each `content:` in VIEW whose strings are not shown as they stand: one with escapes, or several that are shown as one. Mapped to the text as VIEW is. */
void css_content(struct track *out, const struct track *view);

#endif
