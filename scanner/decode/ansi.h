/* ansi.h - the escape sequences that colour a terminal's text (ECMA-48, 5.3 and 5.6): logs and tracebacks are full of them. */
#ifndef MAILSPILL_DECODE_ANSI_H
#define MAILSPILL_DECODE_ANSI_H

#include "base/buffer.h"

#define ANSI_ESCAPE 0x1B

/* How many bytes the sequence takes that TEXT begins with; 0: it begins with none. */
size_t ansi_len(struct slice text);

#endif
