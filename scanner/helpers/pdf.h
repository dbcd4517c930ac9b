/* pdf.h - what the parts of mailspill-pdf have in common. */
#ifndef MAILSPILL_HELPERS_PDF_H
#define MAILSPILL_HELPERS_PDF_H

#include <poppler.h>

#include "helpers/serve.h"

#define PDF_PAGE_TEXT_MOST ((size_t)64 * 1024 * 1024) /* bytes gathered for one child */

/* One document. */
struct pdf_reading {
    struct helper_job *job;
    PopplerDocument *document;
    struct buffer text;   /* of the child at work */
    unsigned scripts;     /* that were given */
    unsigned blank;       /* pages that show nothing but pictures; */
    unsigned first_blank; /* the first of them */
};

/* Append "LABEL: VALUE\n" where VALUE has something to tell; either may be NULL. */
void pdf_put_line(struct buffer *text, const char *label, const char *value);

/* pdf_text.c: the text of PAGE, with a tab between what stands side by side. */
void pdf_put_text(struct pdf_reading *reading, PopplerPage *page);

/* pdf_page.c: what stands beside the text of PAGE, which shows none of it: fields, annotations, links, scripts. */
void pdf_put_fields(struct pdf_reading *reading, PopplerPage *page);
void pdf_put_annotations(struct pdf_reading *reading, PopplerPage *page);
void pdf_put_links(struct pdf_reading *reading, PopplerPage *page);

/* What ACTION names or does: URI, file, script. */
void pdf_put_action(struct pdf_reading *reading, const char *label, const PopplerAction *action);

/* A file in the document or at an annotation: a child of its own. */
void pdf_give_attachment(struct pdf_reading *reading, PopplerAttachment *attachment);

#endif
