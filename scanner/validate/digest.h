/* digest.h - checksums, hashes and two ciphers, without state, allocation or files. */
#ifndef MAILSPILL_VALIDATE_DIGEST_H
#define MAILSPILL_VALIDATE_DIGEST_H

#include "base/slice.h"

#define DIGEST_SHA1 20
#define DIGEST_SHA256 32

uint32_t digest_crc32(struct slice bytes); /* IEEE 802.3 */
uint32_t digest_crc24(struct slice bytes); /* RFC 9580 section 6.1.1 */

/* Marvin32, as published with .NET: the 64-bit value, or its two halves XORed. */
uint64_t digest_marvin64(struct slice bytes, uint64_t seed);
uint32_t digest_marvin32(struct slice bytes, uint64_t seed);

void digest_sha1(struct slice bytes, unsigned char out[DIGEST_SHA1]);
void digest_sha256(struct slice bytes, unsigned char out[DIGEST_SHA256]);

/* RFC 2104. KEY of at most 64 bytes; the message in up to 8 pieces. */
void digest_hmac_sha1(struct slice key, const struct slice *pieces, size_t count,
                      unsigned char out[DIGEST_SHA1]);
void digest_hmac_sha256(struct slice key, const struct slice *pieces, size_t count,
                        unsigned char out[DIGEST_SHA256]);

enum digest_way { DIGEST_ENCRYPT, DIGEST_DECRYPT };

/* AES-256-CBC with a zero IV, no padding; LEN a multiple of 16. */
void digest_aes256_cbc(const unsigned char key[32], enum digest_way way, const unsigned char *in,
                       unsigned char *out, size_t len);

/* One DES block. */
void digest_des(const unsigned char key[8], enum digest_way way, const unsigned char in[8],
                unsigned char out[8]);

#endif
