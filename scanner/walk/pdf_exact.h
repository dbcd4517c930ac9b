/* pdf_exact.h - a stream of a PDF unpacked, where each of its bytes had a part in that: then they hold nothing but what came out. */
#ifndef MAILSPILL_WALK_PDF_EXACT_H
#define MAILSPILL_WALK_PDF_EXACT_H

#include "walk/pdf_objects.h"

/* Append what OBJECT's stream unpacks to. -1 where a byte of it is passed over or damaged, where it is enciphered, or packed in another way than
 * deflated, or that in ASCII85: then OUT may hold a part. */
int pdf_exact_unpack(const struct pdf_objects *objects, const struct pdf_object *object, struct buffer *out);

#endif
