/* locked.h - for whom something is encrypted: recipients of CMS (RFC 5652) and OpenPGP (RFC 9580) messages, for a person to find the key. */
#ifndef MAILSPILL_WALK_LOCKED_H
#define MAILSPILL_WALK_LOCKED_H

#include "base/buffer.h"

/* Room for what is appended; what is longer is cut between characters. */
#define LOCKED_WHOM_MAX ((size_t)180)

/* Append to OUT whom HEAD, the first bytes of a CMS message, is encrypted for: "for key 01AB of 'Corp CA', …"; nothing where it does not say. */
void locked_put_cms(struct buffer *out, struct slice head);

/* The same for OpenPGP packets, binary, or armoured from a BEGIN line on (quoted by "> " or not): "for key 0123456789ABCDEF". */
void locked_put_pgp(struct buffer *out, struct slice head);

#endif
