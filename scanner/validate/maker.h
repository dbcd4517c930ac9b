/* maker.h - fake secrets for rule examples, tests and the sample mailbox, made at load so that no file holds one.
 *
 * A template is text in which `{…}` is made: `{CLASS:N}` or `{CLASS:N-M}` random characters of a class (digits hex HEX lower
 * upper alpha alnum base32 base64 base64url word printable, or `[chars]`), `{NAME:ARGUMENT}` a token with a valid checksum from the
 * maker table (`{github:ghp_}`); `{{` and `}}` are braces. The same seed gives the same text.
 */
#ifndef MAILSPILL_VALIDATE_MAKER_H
#define MAILSPILL_VALIDATE_MAKER_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/slice.h"

struct prng {
    uint64_t state;
};

void prng_init(struct prng *prng, struct slice seed);
uint64_t prng_next(struct prng *prng);
size_t prng_below(struct prng *prng, size_t bound); /* 0 … bound-1 */
void prng_bytes(struct prng *prng, unsigned char *out, size_t len);
void prng_text(struct prng *prng, struct buffer *out, const char *alphabet, size_t len);

struct maker {
    const char *name;
    const char *meaning;
    int (*make)(struct prng *prng, struct slice argument, struct buffer *out, struct error *err);
};

extern const struct maker *const maker_tables[]; /* arrays, each ended by a NULL name; the list by NULL */

/* Append the text of TEMPLATE_TEXT. 0, or -1 with ERROR_FORMAT and what to mend. */
int maker_expand(struct slice template_text, struct prng *prng, struct buffer *out, struct error *err);

#endif
