/* pdf_unread.h - what a PDF holds and its pages do not show: strings of its objects, XFA forms, scripts, files and streams that nothing names. */
#ifndef MAILSPILL_WALK_PDF_UNREAD_H
#define MAILSPILL_WALK_PDF_UNREAD_H

#include "walk/pdf.h"
#include "walk/pdf_rest.h"

struct pdf_unread;

/* FILE: all bytes of the document; WORDS: those that were given, to which what this gives is added; KEY: with which passwords it was opened, or NULL. All
 * must outlive the walk of it. HAS_FAILED: the helper did not read it to its end, and is not asked again. */
struct pdf_unread *pdf_unread_new(struct walk *walk, struct slice file, struct pdf_words *words,
                                  const struct pdf_key *key, bool has_failed);

/* Overwrite in COPY, which is of FILE, the packed streams of which every byte was unpacked and all was given. After the last child. */
void pdf_unread_blank(const struct pdf_unread *unread, unsigned char *copy);

/* A file of the document that is given by others. */
void pdf_unread_know(struct pdf_unread *unread, struct source *file);

/* The next child. 1, 0 at the end: then gaps were told. */
int pdf_unread_next(struct pdf_unread *unread, struct item *child);

#endif
