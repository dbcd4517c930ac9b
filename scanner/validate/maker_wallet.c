/* maker_wallet.c - makers of wallet keys with valid checksums: no funds lie behind them. */
#include "validate/base58check.h"
#include "validate/bech32.h"
#include "validate/codec.h"
#include "validate/tables.h"

/* ARGUMENT is HEX-COUNT: the first bytes in hex, then so many random ones. */
static int make_base58check(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[80 + 4];
    uint64_t count = 0;
    argument = argument.len ? argument : slice_str("0d0f3a07-32");
    size_t dash = slice_find_byte(argument, 0, '-');
    size_t first = dash == SLICE_NONE ? SLICE_NONE : codec_hex(slice_sub(argument, 0, dash), bytes, 16);
    if (first == SLICE_NONE || slice_to_u64(slice_skip(argument, dash + 1), &count) < 0 || count > 64)
        return error_set(err, ERROR_FORMAT, "write the first bytes in hex, a dash, and how many follow");
    prng_bytes(prng, bytes + first, (size_t)count);
    return base58check_put(out, bytes, first + (size_t)count);
}

static int make_stellar(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[35];
    (void)argument;
    (void)err;
    prng_bytes(prng, bytes, sizeof bytes);
    bytes[0] = 18 << 3;
    uint16_t sum = crc16_xmodem(slice_of(bytes, 33));
    bytes[33] = (unsigned char)sum;
    bytes[34] = (unsigned char)(sum >> 8);
    return codec_put_base32(out, slice_of(bytes, sizeof bytes));
}

static int make_ripple(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[17 + 4];
    struct buffer text;
    (void)argument;
    (void)err;
    prng_bytes(prng, bytes, sizeof bytes);
    bytes[0] = 0x21;
    buffer_init(&text, 64);
    int result = base58check_put(&text, bytes, 17);
    struct slice made = buffer_slice(&text);
    for (size_t i = 0; i < made.len; i++)
        buffer_put_byte(out, (unsigned char)base58_to_ripple(made.ptr[i]));
    buffer_release(&text);
    return result;
}

/* 32 bytes under the prefix that ARGUMENT names. */
static int make_bech32(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned values[58];
    argument = argument.len ? argument : slice_str("nsec");
    if (argument.len > 32)
        return error_set(err, ERROR_FORMAT, "a bech32 prefix has at most 32 characters");
    uint32_t sum = bech32_prefix(argument);
    for (size_t i = 0; i < 52; i++) {
        values[i] = (unsigned)prng_below(prng, i == 51 ? 2 : 32) << (i == 51 ? 4 : 0);
        sum = bech32_polymod(sum, values[i]);
    }
    for (int i = 0; i < 6; i++)
        sum = bech32_polymod(sum, 0);
    sum ^= 1;
    for (size_t i = 52; i < 58; i++)
        values[i] = sum >> 5 * (57 - i) & 31;
    buffer_put(out, argument);
    buffer_put_byte(out, '1');
    for (size_t i = 0; i < 58; i++)
        buffer_put_byte(out, (unsigned char)bech32_char(values[i]));
    return 0;
}

const struct maker makers_wallet[] = {
    { "base58check",
      "Base58Check; argument: first bytes in hex, a dash, how many random ones follow (0d0f3a07-32)",
      make_base58check },
    { "stellar", "Stellar secret seed", make_stellar },
    { "ripple", "XRP Ledger seed", make_ripple },
    { "bech32", "32 bytes in bech32; argument: the prefix (nsec by default)", make_bech32 },
    { NULL, NULL, NULL },
};
