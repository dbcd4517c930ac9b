/* foreign.h - what of an expression can only be found in a text with bytes beyond ASCII; inside match/ only.
 *
 * Rules of prose list words of sixteen languages, half of them in other letters. Most texts are ASCII through and through: such words are looked
 * for only where they may stand.
 */
#ifndef MAILSPILL_MATCH_FOREIGN_H
#define MAILSPILL_MATCH_FOREIGN_H

#include "base/buffer.h"

/* Split EXPRESSION (as pattern_put_find makes it), where it is one group of alternatives: those that need a byte beyond ASCII go to FOREIGN, the others
 * to PLAIN, each as a whole expression; what has no alternative stays empty. What is built otherwise goes to PLAIN as it is. */
void foreign_split(const char *expression, struct buffer *plain, struct buffer *foreign);

#endif
