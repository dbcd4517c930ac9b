/* ovba.h - the compression that macros are kept in (MS-OVBA section 2.4.1). */
#ifndef MAILSPILL_DECODE_OVBA_H
#define MAILSPILL_DECODE_OVBA_H

#include "base/buffer.h"

/* Append what the compressed container at the front of IN holds to OUT; a chunk makes 4096 bytes at most. Returns the bytes of IN that it takes: 0 where
 * it is none; fewer than it should where it is damaged, and then what came before the damage is kept. */
size_t ovba_expand(struct slice in, struct buffer *out);

/* Where in a module's stream its compressed source begins, SLICE_NONE if none does: found by the text that all sources begin with. */
size_t ovba_find_source(struct slice module);

#endif
