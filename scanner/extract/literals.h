/* literals.h - string literals that a program or a formula joins: "abc" & "def", "abc" + "def", CONCAT("abc", "def"). */
#ifndef MAILSPILL_EXTRACT_LITERALS_H
#define MAILSPILL_EXTRACT_LITERALS_H

#include "extract/track.h"

/* Fill OUT with what such literals in VIEW make, a line each, mapped to the text as VIEW is. Only what may be a token: literals without white space. */
void literals_join(struct track *out, const struct track *view);

/* The same of TEXT itself. */
void literals_join_text(struct track *out, struct slice text);

#endif
