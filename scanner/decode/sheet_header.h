/* sheet_header.h - codes in the header or footer of a sheet (ECMA-376 part 1, 18.3.1.46; MS-XLS 2.4.136): "&C" or "&\"Arial,Bold\"&10", each with
 * no sign between it and the text that follows. */
#ifndef MAILSPILL_DECODE_SHEET_HEADER_H
#define MAILSPILL_DECODE_SHEET_HEADER_H

#include "base/buffer.h"

/* How many bytes of TEXT, which follows an "&", belong to its code; at most all. */
size_t sheet_header_code(struct slice text);

/* Append TEXT with a space after each code. */
void sheet_header_put(struct buffer *out, struct slice text);

#endif
