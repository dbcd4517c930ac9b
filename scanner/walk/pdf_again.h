/* pdf_again.h - text of a PDF that its pages do not show as they stand: in layers turned off, cut away, outside the page, of pages and versions that
 * are gone, in appearances and forms.
 *
 * What may hold such text is put on pages of its own, behind the file as an update of it (ISO 32000-1, 7.5.6), which the helper is asked to read. */
#ifndef MAILSPILL_WALK_PDF_AGAIN_H
#define MAILSPILL_WALK_PDF_AGAIN_H

#include "walk/format.h"
#include "walk/pdf.h"
#include "walk/pdf_objects.h"
#include "walk/pdf_rest.h"

struct pdf_again;

/* OBJECTS with their uses (pdf_strings.h), of which it sets is_given; KEY: with which passwords the document was opened, or NULL. All must outlive it. */
struct pdf_again *pdf_again_new(struct walk *walk, struct pdf_objects *objects, struct pdf_words *words,
                                const struct pdf_key *key);

/* The next child: a text. 1, 0 at the end. */
int pdf_again_next(struct pdf_again *again, struct item *child);

#endif
