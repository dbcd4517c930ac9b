/* transfer.h - transfer encodings as sources: bytes go in as mailed, bytes come out as meant.
 *
 * Tolerant: what breaks the encoding is passed over or passed on, never a reason to stop, and what could not be decoded is
 * counted. RFC 2045 sections 6.7 and 6.8; uuencode as in POSIX; yEnc 1.3.
 */
#ifndef MAILSPILL_DECODE_TRANSFER_H
#define MAILSPILL_DECODE_TRANSFER_H

#include "item/source.h"

enum transfer_encoding {
    TRANSFER_IDENTITY, /* 7bit, 8bit, binary, and none */
    TRANSFER_BASE64,
    TRANSFER_QUOTED_PRINTABLE,
    TRANSFER_UUENCODE, /* x-uuencode, uuencode, x-uue */
    TRANSFER_YENC,     /* x-yencode */
    TRANSFER_UNKNOWN,
};

/* NAME as in Content-Transfer-Encoding, comments and white space stripped or not. */
enum transfer_encoding transfer_from_name(struct slice name);

/* What the decoder met; lives as long as the source. */
struct transfer_state {
    uint64_t
        bad_bytes; /* outside the alphabet, or a bad escape: passed on as they stand or dropped as the RFC says */
    bool is_cut; /* ends in the middle of a group */
    struct buffer *
        undecoded; /* or NULL: bytes that are in no output (text before, between and after the encoded groups) */
};

/* A source of the decoded bytes of PARENT, in ARENA; PARENT itself for TRANSFER_IDENTITY and UNKNOWN. STATE may be NULL.
 * Base64: padded groups may be followed by more (chunked), characters outside the alphabet are skipped, a cut last group gives the
 * bytes it holds. Quoted-printable: bad escapes stand as they are, soft breaks may carry trailing space, any line end; white space
 * before a hard line end stays. Uuencode and yEnc: lines outside "begin" and "end" go to `undecoded`, those two as well; further
 * blocks are decoded after the first. */
struct source *transfer_decode(struct arena *arena, struct source *parent, enum transfer_encoding encoding,
                               struct transfer_state *state);

/* Whole slices at once, appended to OUT; the same rules. 0, or -1 past OUT's ceiling. */
int transfer_decode_base64(struct slice in, struct buffer *out, struct transfer_state *state);
int transfer_decode_quoted_printable(struct slice in, struct buffer *out, struct transfer_state *state);

#endif
