/* lzfu.h - compressed RTF, as Outlook and Exchange keep message bodies (MS-OXRTFCP). */
#ifndef MAILSPILL_DECODE_LZFU_H
#define MAILSPILL_DECODE_LZFU_H

#include "base/buffer.h"
#include "base/error.h"

/* What was wrong with the bytes and did not stop the decoder. */
struct lzfu_state {
    bool is_cut;       /* no end mark, or fewer bytes than the header says */
    bool is_crc_wrong; /* of the compressed bytes */
};

/* Append the RTF of IN, header and all, to OUT. A reference makes at most 17 bytes of two, so OUT grows by at most 8 times IN; it never grows
 * past its ceiling. Bytes that do not decode end the text early and are told in STATE (may be NULL). 0; -1 with ERROR_FORMAT where IN is no
 * compressed RTF, and with ERROR_LIMIT at OUT's ceiling. In both cases what came before is kept. */
int lzfu_decode(struct slice in, struct buffer *out, struct lzfu_state *state, struct error *err);

/* The CRC of MS-OXRTFCP section 3.1.3.2: as CRC-32, but begun with 0 and not inverted. */
uint32_t lzfu_crc(struct slice bytes);

#endif
