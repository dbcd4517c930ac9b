/* encoded.h - encoded blocks that stand in the middle of text: uuencode, begin-base64, yEnc, BinHex.
 *
 * Children of format_encoded, in order: ITEM_REST `TEXT`, `TEXT.2` … for the text between the blocks; ITEM_BLOB, decoded, under the name
 * that its first line gives (BinHex: refused, and left in the text); after a block, again as text, the lines of it that are no data
 * (its first and last, and what a broken block holds besides).
 */
#ifndef MAILSPILL_WALK_ENCODED_H
#define MAILSPILL_WALK_ENCODED_H

#include "base/slice.h"

enum encoded_kind { ENCODED_NONE, ENCODED_UU, ENCODED_BASE64, ENCODED_YENC, ENCODED_BINHEX };

struct encoded_block {
    enum encoded_kind kind;
    size_t at;         /* of its first line, in the text */
    struct slice name; /* as declared; may be empty */
};

/* The first block of TEXT that starts at the beginning of a line at or after AT. False if there is none. */
bool encoded_find(struct slice text, size_t at, struct encoded_block *block);

#endif
