/* bech32.h - the checksum of BIP-173, for those who check it and those who make it. */
#ifndef MAILSPILL_VALIDATE_BECH32_H
#define MAILSPILL_VALIDATE_BECH32_H

#include "base/slice.h"

/* The running checksum after the human-readable PREFIX and its separator, then after each 5-bit VALUE. It is 1 at the end of a
 * valid string; a writer appends six zeros and XORs 1 to get the six values to write, highest first. */
uint32_t bech32_prefix(struct slice prefix);
uint32_t bech32_polymod(uint32_t sum, unsigned value);
char bech32_char(unsigned value); /* lower case */

#endif
