/* pdf.h - PDF by the helper: what else than the format table may ask for. */
#ifndef MAILSPILL_WALK_PDF_H
#define MAILSPILL_WALK_PDF_H

#include "walk/format.h"

/* Passwords to try on a PDF that needs one, UTF-8, in this order: for an item with `opener` &format_pdf, its `node`. An empty password is always
 * tried first. What does not open it is no gap of its own. */
struct pdf_key {
    const struct slice *passwords;
    size_t count;
};

/* Which of KEY's passwords opens the seekable DOCUMENT: 1 and *WHICH; 0: none does; -1: it could not be tried, with ERR. Where no password is needed,
 * it is 1 and *WHICH is SIZE_MAX. */
int pdf_unlock(const struct walk_env *env, struct source *document, const struct pdf_key *key, size_t *which,
               struct error *err);

#endif
