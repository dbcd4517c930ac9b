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
    char name[12]; /* lower case */
    enum html_effect effect;
};

/* The tag of this NAME in any case, or NULL if it is none that we know. */
const struct html_tag *html_tag_find(struct slice name);

/* Length of the tag name at the front of TEXT: letters and digits, at most 16. */
size_t html_tag_name(struct slice text);

#endif
