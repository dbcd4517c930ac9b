/* mask_forms.h - the forms in which a text may hold a secret: as it stands, percent-encoded (RFC 3986), HTML-escaped. */
#ifndef MAILSPILL_RECORD_MASK_FORMS_H
#define MAILSPILL_RECORD_MASK_FORMS_H

#include "base/slice.h"

enum mask_form { MASK_FORM_PLAIN, MASK_FORM_PERCENT, MASK_FORM_HTML, MASK_FORMS };

/* A text decoded by one form. Where nothing was decoded, `text` is the text given and `from` NULL. */
struct mask_decoded {
    struct slice text;
    size_t *from; /* for each byte of `text`, and its end: where it began before it was decoded */
    unsigned char *bytes;
};

/* TEXT must outlive *DECODED, which mask_decoded_release wipes. */
void mask_decode(struct mask_decoded *decoded, struct slice text, enum mask_form form);
void mask_decoded_release(struct mask_decoded *decoded);

/* Where the byte at AT of the decoded text began, and where the one before AT ended. */
size_t mask_decoded_start(const struct mask_decoded *decoded, size_t at);
size_t mask_decoded_end(const struct mask_decoded *decoded, size_t at);

#endif
