/* picture.h - what the parts of mailspill-picture have in common. */
#ifndef MAILSPILL_HELPERS_PICTURE_H
#define MAILSPILL_HELPERS_PICTURE_H

#include <leptonica/allheaders.h>

#include "helpers/serve.h"

/* One picture: 8 bits of grey a pixel, white paper. */

/* Load what reading codes needs; once, in the parent. */
void picture_codes_load(void);

/* Give each bar or QR code of GREY as a child. How many. */
unsigned picture_codes(struct helper_job *job, PIX *grey);

/* Load what reading text in LANGUAGES needs. 0, or -1: it cannot be read here. */
int picture_words_load(const char *languages);

/* Give the text of GREY as a child. What could not be read is a gap. */
void picture_words(struct helper_job *job, PIX *grey);

#endif
