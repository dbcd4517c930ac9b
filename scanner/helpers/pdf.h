/* pdf.h - what the parts of mailspill-pdf have in common. */
#ifndef MAILSPILL_HELPERS_PDF_H
#define MAILSPILL_HELPERS_PDF_H

#include <poppler.h>

#include "helpers/pdf_flow.h"
#include "helpers/serve.h"

#define PDF_PAGE_TEXT_MOST ((size_t)64 * 1024 * 1024) /* bytes gathered for one child */

/* One document. */
struct pdf_reading {
    struct helper_job *job;
    PopplerDocument *document;
    struct pdf_flow *flow;     /* the same once more, for its text; or NULL */
    struct buffer text;        /* of the child at work */
    struct buffer pictured;    /* pages with pictures, for pdf_picture.c */
    struct pdf_flow_seen seen; /* on the page at work, by its text's reader */
    bool may_show_pictures;    /* by the file's bytes, where pages don't tell */
    bool has_cut;              /* a list was too long, and this was told */
};

/* Append "LABEL: VALUE\n" where VALUE has something to tell; either may be NULL. */
void pdf_put_line(struct buffer *text, const char *label, const char *value);

/* pdf_text.c: the text of PAGE, with a tab between what stands side by side; reading->seen. */
void pdf_put_text(struct pdf_reading *reading, PopplerPage *page, unsigned number);

/* pdf_page.c: what stands beside the text of PAGE, which shows none of it: fields, annotations, links, scripts. */
void pdf_put_fields(struct pdf_reading *reading, PopplerPage *page);
void pdf_put_annotations(struct pdf_reading *reading, PopplerPage *page);
void pdf_put_links(struct pdf_reading *reading, PopplerPage *page);

/* pdf_picture.c: whether pages may show pictures, by the bytes of FILE; keep in mind what PAGE shows; give all of it. */
bool pdf_may_show_pictures(struct slice file);
void pdf_note_pictures(struct pdf_reading *reading, PopplerPage *page, unsigned number, bool is_blank);
void pdf_give_pictures(struct pdf_reading *reading);

/* pdf_encodings.c: map the tables of encodings, in the parent; a gap where the document needs one that is not there. */
void pdf_encodings_load(void);
void pdf_tell_encodings(struct pdf_reading *reading);

/* A list of the document goes on past what is read of it: a gap, once. */
void pdf_tell_cut(struct pdf_reading *reading, const char *what);

/* What ACTION names or does: URI, file, script. */
void pdf_put_action(struct pdf_reading *reading, const char *label, const PopplerAction *action);

/* A file in the document or at an annotation: a child of its own. */
void pdf_give_attachment(struct pdf_reading *reading, PopplerAttachment *attachment);

#endif
