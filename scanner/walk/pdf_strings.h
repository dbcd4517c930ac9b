/* pdf_strings.h - what the objects of a PDF say in strings, and what its streams are by the keys that name them. */
#ifndef MAILSPILL_WALK_PDF_STRINGS_H
#define MAILSPILL_WALK_PDF_STRINGS_H

#include "walk/pdf_objects.h"
#include "walk/pdf_rest.h"

/* What object->use becomes. */
enum pdf_use {
    PDF_USE_UNKNOWN,
    PDF_USE_CONTENT, /* of a page, or a glyph's */
    PDF_USE_FORM,    /* a packet of an XFA form */
    PDF_USE_DRAWN,   /* a form that a page may draw */
    PDF_USE_DRAWING, /* fonts, colours, tables: no text, if its bytes are not */
};

/* Append to OUT, as lines `key: text`, the strings of all objects that cannot be read in the file's bytes as they stand and whose words were not
 * given, and note these. Sets each object's use. */
void pdf_strings_put(struct pdf_objects *objects, struct pdf_words *words, struct buffer *out);

#endif
