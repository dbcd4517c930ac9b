/* codec.h - the text forms that secrets take (base64, base32, base58, hex, numbers in a base), in fixed memory.
 *
 * Decoders are strict: a byte outside the alphabet, a wrong length or a full OUT give SLICE_NONE, else the bytes written.
 */
#ifndef MAILSPILL_VALIDATE_CODEC_H
#define MAILSPILL_VALIDATE_CODEC_H

#include "base/buffer.h"
#include "base/slice.h"

extern const char codec_base62_upper[]; /* 0-9A-Za-z */
extern const char codec_base62_lower[]; /* 0-9a-zA-Z */
extern const char codec_base36[];       /* 0-9a-z */

/* RFC 4648 section 4 or 5, either alphabet, with or without padding. Bits left over are not looked at. */
size_t codec_base64(struct slice in, unsigned char *out, size_t size);

/* The value of one digit of either alphabet, or -1. */
int codec_base64_digit(unsigned char c);

/* RFC 4648 section 6, either case; spaces and dashes between groups are passed over. */
size_t codec_base32(struct slice in, unsigned char *out, size_t size);

size_t codec_hex(struct slice in, unsigned char *out, size_t size);

/* Bitcoin's alphabet; at most 128 characters. */
size_t codec_base58(struct slice in, unsigned char *out, size_t size);

/* VALUE in base strlen(ALPHABET), most significant first, padded with the alphabet's first to WIDTH; not terminated. */
void codec_number(uint64_t value, const char *alphabet, char *out, size_t width);

/* 0, or -1 for a foreign digit or an overflow. */
int codec_to_number(struct slice text, const char *alphabet, uint64_t *value);

enum codec_form { CODEC_STANDARD, CODEC_URL };

/* base64, padded in the standard form only. */
int codec_put_base64(struct buffer *out, struct slice bytes, enum codec_form form);
int codec_put_base32(struct buffer *out, struct slice bytes); /* upper case, not padded */
int codec_put_base58(struct buffer *out, struct slice bytes); /* at most 96 bytes */

/* Only printable ASCII, or valid UTF-8 without control characters. */
bool codec_is_printable(struct slice text);

/* UTF-16LE that is printable: converts to UTF-8 in OUT. The bytes written, or SLICE_NONE. */
size_t codec_utf16_text(struct slice in, unsigned char *out, size_t size);

/* %XX undone. */
size_t codec_percent(struct slice in, unsigned char *out, size_t size);

/* Copy TEXT into a fixed array, cut at a character, NUL-terminated, made safe to show. */
void codec_show(char *out, size_t size, struct slice text);

#endif
