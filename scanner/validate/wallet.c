/* wallet.c - validators of wallet keys: Base58Check, Stellar's and the XRP Ledger's seeds. */
#include "validate/base58check.h"
#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/tables.h"

#define WALLET_BYTES_MAX 128

size_t base58check_read(struct slice text, unsigned char *out, size_t size)
{
    unsigned char hash[DIGEST_SHA256];
    size_t len = codec_base58(text, out, size);
    if (len == SLICE_NONE || len < 5)
        return SLICE_NONE;
    digest_sha256(slice_of(out, len - 4), hash);
    digest_sha256(slice_of(hash, sizeof hash), hash);
    return memcmp(out + len - 4, hash, 4) == 0 ? len - 4 : SLICE_NONE;
}

int base58check_put(struct buffer *out, unsigned char *bytes, size_t len)
{
    unsigned char hash[DIGEST_SHA256];
    digest_sha256(slice_of(bytes, len), hash);
    digest_sha256(slice_of(hash, sizeof hash), hash);
    memcpy(bytes + len, hash, 4);
    return codec_put_base58(out, slice_of(bytes, len + 4));
}

uint16_t crc16_xmodem(struct slice bytes)
{
    uint16_t sum = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        sum = (uint16_t)(sum ^ bytes.ptr[i] << 8);
        for (int bit = 0; bit < 8; bit++)
            sum = (uint16_t)(sum & 0x8000 ? sum << 1 ^ 0x1021 : sum << 1);
    }
    return sum;
}

static const char bitcoin_digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
static const char ripple_digits[] = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

static char translated(unsigned char c, const char *from, const char *to)
{
    const char *at = c ? strchr(from, c) : NULL;
    return at ? to[at - from] : '\0';
}

char base58_from_ripple(unsigned char c)
{
    return translated(c, ripple_digits, bitcoin_digits);
}

char base58_to_ripple(unsigned char c)
{
    return translated(c, bitcoin_digits, ripple_digits);
}

static void say_checksum(struct judgement *judgement, bool is_right, const char *what)
{
    judgement_say(judgement, is_right ? JUDGED_PROVEN : JUDGED_REJECT, "%s %s", what,
                  is_right ? "matches" : "does not match");
}

static void judge_base58check(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[WALLET_BYTES_MAX];
    uint64_t wanted;
    size_t len = base58check_read(c->secret, bytes, sizeof bytes);
    bool is_long = slice_to_u64(argument, &wanted) < 0 || len == wanted;
    say_checksum(judgement, len != SLICE_NONE && is_long, "Base58Check");
}

/* SEP-23: a version byte (18 << 3 for a seed), 32 bytes, CRC-16 with the low byte first. */
static void judge_stellar(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[WALLET_BYTES_MAX];
    (void)argument;
    size_t len = codec_base32(c->secret, bytes, sizeof bytes);
    bool is_seed =
        len == 35 && bytes[0] == 18 << 3 && crc16_xmodem(slice_of(bytes, 33)) == (bytes[33] | bytes[34] << 8);
    say_checksum(judgement, is_seed, "CRC-16");
}

static void judge_ripple(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char text[64], bytes[WALLET_BYTES_MAX];
    size_t len = 0;
    (void)argument;
    for (; len < c->secret.len && len < sizeof text; len++)
        text[len] = (unsigned char)base58_from_ripple(c->secret.ptr[len]);
    len = len == c->secret.len ? base58check_read(slice_of(text, len), bytes, sizeof bytes) : SLICE_NONE;
    bool is_secp256k1 = len == 17 && bytes[0] == 0x21;
    bool is_ed25519 = len == 19 && memcmp(bytes, "\x01\xE1\x4B", 3) == 0;
    say_checksum(judgement, is_secp256k1 || is_ed25519, "Base58Check of the XRP Ledger");
}

const struct validator validators_wallet[] = {
    { .name = "base58check",
      .meaning = "rejects where Base58Check does not match, or the bytes are not N (base58check:39)",
      .judge = judge_base58check },
    { .name = "stellar-seed",
      .meaning = "Stellar secret seed: version byte and CRC-16",
      .judge = judge_stellar },
    { .name = "ripple-seed",
      .meaning = "XRP Ledger seed: Base58Check in its own alphabet, 16 bytes",
      .judge = judge_ripple },
    { .name = NULL },
};
