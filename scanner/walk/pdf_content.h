/* pdf_content.h - what a content stream of a PDF would show (ISO 32000-1, 7.8 and 9.4), seen without its fonts: is there more than was given? */
#ifndef MAILSPILL_WALK_PDF_CONTENT_H
#define MAILSPILL_WALK_PDF_CONTENT_H

#include "base/buffer.h"
#include "walk/pdf_rest.h"

struct pdf_content {
    bool has_codes;   /* strings that are numbers of glyphs: only their font knows what they say */
    bool has_strange; /* a word that was not given */
    bool has_token;   /* one of those is long, of letters and digits */
    bool has_layers;  /* it names optional content */
    bool
        has_unread; /* there is more in it than what it shows: inline pictures, or it was too much to be looked through */
};

/* Look through BYTES. Appended to ASIDE: alternate texts and comments whose words were not given, a line each; where they are IS_PLAIN, those alone that
 * the bytes do not show as they stand. */
void pdf_content_read(struct slice bytes, bool is_plain, const struct pdf_words *words, struct buffer *aside,
                      struct pdf_content *found);

#endif
