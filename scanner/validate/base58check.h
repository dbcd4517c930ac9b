/* base58check.h - base 58 with the first four bytes of a double SHA-256, and a checksum of wallets, for those who check and make. */
#ifndef MAILSPILL_VALIDATE_BASE58CHECK_H
#define MAILSPILL_VALIDATE_BASE58CHECK_H

#include "base/buffer.h"
#include "base/slice.h"

/* The bytes before the checksum, or SLICE_NONE. OUT holds these and the checksum. */
size_t base58check_read(struct slice text, unsigned char *out, size_t size);

/* Append LEN bytes of BYTES, which has room for four more, with their checksum. */
int base58check_put(struct buffer *out, unsigned char *bytes, size_t len);

/* CRC-16 with polynomial 0x1021 and nothing to begin with, as Stellar's keys carry it. */
uint16_t crc16_xmodem(struct slice bytes);

/* The XRP Ledger has the digits of base 58 in an order of its own: FROM its order to Bitcoin's, or back. 0 for any other byte. */
char base58_from_ripple(unsigned char c);
char base58_to_ripple(unsigned char c);

#endif
