/* text.h - bytes of a header to UTF-8, and encoded words: what params.c, words.c and address.c share. Not for other layers. */
#ifndef MAILSPILL_DECODE_TEXT_H
#define MAILSPILL_DECODE_TEXT_H

#include "base/buffer.h"

/* Append BYTES as UTF-8: from CHARSET, or where that is empty or unknown as they stand if valid, else as windows-1252. */
void text_put(struct buffer *out, struct slice bytes, struct slice charset);

/* What a header value may grow to when it becomes UTF-8. */
size_t text_ceiling(size_t len);

#endif
