/* maker_pem.h - makers of private key blocks, from deterministic bytes: they parse, but no lock opens with them. */
#ifndef MAILSPILL_VALIDATE_MAKER_PEM_H
#define MAILSPILL_VALIDATE_MAKER_PEM_H

#include "validate/maker.h"

int maker_pem(struct prng *prng, struct slice argument, struct buffer *out, struct error *err);
int maker_pgp(struct prng *prng, struct slice argument, struct buffer *out, struct error *err);
int maker_ppk(struct prng *prng, struct slice argument, struct buffer *out, struct error *err);

#endif
