/* html_tags.h - what a tag does to the text around it. */
#ifndef MAILSPILL_EXTRACT_HTML_TAGS_H
#define MAILSPILL_EXTRACT_HTML_TAGS_H

#include "base/slice.h"

enum html_effect {
    HTML_INLINE, /* joined: b, span, wbr, anything unknown */
    HTML_BLOCK,  /* a new line */
    HTML_CELL,   /* a tab */
    HTML_PRE,    /* a new line, and white space inside is kept */
    HTML_SCRIPT, /* its content is no text */
};

struct html_tag {
    char name[16]; /* lower case, the rest NUL */
    enum html_effect effect;
};

/* The tag whose NAME stands at the front of TEXT, in any case, or NULL if it is none that we know. *LEN: letters and digits of the
 * name, at most 16. */
const struct html_tag *html_tag_at(struct slice text, size_t *len);

/* Length of the tag name at the front of TEXT: letters and digits, at most 16. */
size_t html_tag_name(struct slice text);

#endif
