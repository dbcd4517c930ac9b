/* html_value.h - HTML that stands as a value in another text: a calendar's property, a notebook's output, a comment in HTML itself. */
#ifndef MAILSPILL_EXTRACT_HTML_VALUE_H
#define MAILSPILL_EXTRACT_HTML_VALUE_H

#include "extract/html_tokens.h"

struct html_value {
    struct html_tokens tokens;
    struct track shown; /* a line or more for each value, mapped to the text as the views they came from */
};

void html_value_init(struct html_value *value);
void html_value_release(struct html_value *value);
void html_value_clear(struct html_value *value);

/* Is there a tag in TEXT? */
bool html_value_has_tags(struct slice text);

/* Add what the HTML in [FROM, TO) of VIEW shows. Ranges of one view in order. */
void html_value_put(struct html_value *value, const struct track *view, size_t from, size_t to);

/* The same, where there is a tag in it. */
void html_value_try(struct html_value *value, const struct track *view, size_t from, size_t to);

/* Add what the comments, templates in scripts and srcdoc attributes in MARKUP would show. */
void html_value_inner(struct html_value *value, const struct track *markup);

#endif
