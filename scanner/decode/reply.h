/* reply.h - where, in the body of a reply or forward, the earlier message begins that it carries below itself.
 *
 * What programs write there without a prefix of `> `: "-----Original Message-----", a drawn line or nothing before "From: … Sent: …", and
 * "On … wrote:", in the languages of the larger mail programs. A line of these before text that has the prefix does not count: there the
 * prefix tells, and what follows it is the sender's own again.
 */
#ifndef MAILSPILL_DECODE_REPLY_H
#define MAILSPILL_DECODE_REPLY_H

#include "base/slice.h"

/* The offset in TEXT (plain text, UTF-8), or SLICE_NONE. One pass. */
size_t reply_find(struct slice text);

/* The same in the source of an HTML body: what the programs mark with an id or class. */
size_t reply_find_in_html(struct slice html);

#endif
