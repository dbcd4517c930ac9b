/* maker_key.c - makers: keys with a checksum or fixed bits, and files of private keys. */
#include "validate/base58check.h"
#include "validate/bech32.h"
#include "validate/bip39_words.h"
#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/maker_pem.h"
#include "validate/tables.h"

static int make_age(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    static const char prefix[] = "AGE-SECRET-KEY-";
    uint32_t sum = bech32_prefix(slice_of(prefix, sizeof prefix - 1));
    unsigned values[52];
    (void)argument;
    (void)err;
    for (size_t i = 0; i < 52; i++) {
        values[i] = (unsigned)prng_below(prng, i == 51 ? 2 : 32)
                    << (i == 51 ? 4 : 0); /* 256 bits, then four of padding */
        sum = bech32_polymod(sum, values[i]);
    }
    for (int i = 0; i < 6; i++)
        sum = bech32_polymod(sum, 0);
    sum ^= 1;
    buffer_printf(out, "%s1", prefix);
    for (size_t i = 0; i < 58; i++) {
        char c = bech32_char(i < 52 ? values[i] : sum >> 5 * (57 - i));
        buffer_put_byte(out, c >= 'a' && c <= 'z' ? (unsigned char)(c - 'a' + 'A') : (unsigned char)c);
    }
    return 0;
}

static int make_bip39(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bits[DIGEST_SHA256 * 2];
    uint64_t count = 12;
    if (argument.len && (slice_to_u64(argument, &count) < 0 || count < 12 || count > 24 || count % 3))
        return error_set(err, ERROR_FORMAT, "a seed phrase has 12, 15, 18, 21 or 24 words");
    size_t entropy = (size_t)count * 4 / 3;
    prng_bytes(prng, bits, entropy);
    digest_sha256(slice_of(bits, entropy), bits + entropy);
    for (size_t w = 0; w < count; w++) {
        unsigned index = 0;
        for (size_t i = w * 11; i < w * 11 + 11; i++)
            index = index << 1 | (bits[i / 8] >> (7 - i % 8) & 1);
        buffer_printf(out, "%s%s", w ? " " : "", bip39_words[index]);
    }
    return 0;
}

static int make_wif(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[34 + 4];
    (void)argument;
    (void)err;
    prng_bytes(prng, bytes, sizeof bytes);
    bytes[0] = 0x80;
    bytes[33] = 1;
    return base58check_put(out, bytes, 34);
}

static int make_xprv(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[78 + 4];
    (void)argument;
    (void)err;
    prng_bytes(prng, bytes, sizeof bytes);
    memcpy(bytes, "\x04\x88\xAD\xE4", 4);
    memset(bytes + 4, 0, 9);
    bytes[45] = 0;
    return base58check_put(out, bytes, 78);
}

static int make_bitlocker(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)argument;
    (void)err;
    for (int i = 0; i < 8; i++)
        buffer_printf(out, "%s%06zu", i ? "-" : "", (prng_below(prng, 65535) + 1) * 11);
    return 0;
}

static int make_wireguard(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[32];
    (void)argument;
    (void)err;
    prng_bytes(prng, bytes, sizeof bytes);
    bytes[0] &= 0xF8;
    bytes[31] = (bytes[31] & 0x3F) | 0x40;
    return codec_put_base64(out, slice_of(bytes, sizeof bytes), CODEC_STANDARD);
}

static int make_totp(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    uint64_t len = 32;
    if (argument.len && (slice_to_u64(argument, &len) < 0 || len > 128 || len % 8))
        return error_set(err, ERROR_FORMAT,
                         "a base32 secret has a multiple of eight characters, at most 128");
    prng_text(prng, out, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", (size_t)len);
    return 0;
}

static int make_openvpn(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[16];
    (void)argument;
    (void)err;
    buffer_printf(out, "-----BEGIN OpenVPN %s-----\n", "Static key V1");
    for (int i = 0; i < 16; i++) {
        prng_bytes(prng, bytes, sizeof bytes);
        buffer_put_hex(out, slice_of(bytes, sizeof bytes));
        buffer_put_byte(out, '\n');
    }
    return buffer_printf(out, "-----END OpenVPN %s-----", "Static key V1");
}

static int make_pem_line(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    struct buffer block;
    buffer_init(&block, 64 * 1024);
    int result = maker_pem(prng, argument, &block, err);
    for (size_t i = 0; i < block.len; i++)
        if (block.ptr[i] == '\n')
            buffer_put_str(out, "\\n");
        else
            buffer_put_byte(out, block.ptr[i]);
    buffer_release(&block);
    return result;
}

static int make_gcp(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)argument;
    buffer_put_str(
        out,
        "{\n  \"type\": \"service_account\",\n  \"project_id\": \"acme-prod\",\n  \"private_key_id\": \"");
    prng_text(prng, out, "0123456789abcdef", 40);
    buffer_put_str(out, "\",\n  \"private_key\": \"");
    if (make_pem_line(prng, slice_str("rsa-pkcs8"), out, err) < 0)
        return -1;
    buffer_put_str(
        out,
        "\\n\",\n  \"client_email\": \"deploy@acme-prod.iam.gserviceaccount.com\",\n  \"client_id\": \"");
    prng_text(prng, out, "123456789", 21);
    return buffer_put_str(out, "\"\n}");
}

const struct maker makers_key[] = {
    { .name = "age", .meaning = "AGE-SECRET-KEY-1", .make = make_age },
    { .name = "bip39",
      .meaning = "seed phrase; argument: 12 (default) 15 18 21 24 words",
      .make = make_bip39 },
    { .name = "wif", .meaning = "Bitcoin private key", .make = make_wif },
    { .name = "xprv", .meaning = "extended private key", .make = make_xprv },
    { .name = "bitlocker", .meaning = "recovery password", .make = make_bitlocker },
    { .name = "wireguard", .meaning = "clamped private key", .make = make_wireguard },
    { .name = "totp", .meaning = "base32 secret; argument: characters (32 by default)", .make = make_totp },
    { .name = "pem",
      .meaning = "private key block; argument: rsa (default) rsa-pkcs8 ec ec-pkcs8 dsa ed25519 openssh "
                 "openssh-encrypted encrypted rsa-encrypted",
      .make = maker_pem },
    { .name = "pem-line",
      .meaning = "the same block on one line with \\n between its lines, as in JSON",
      .make = make_pem_line },
    { .name = "pgp",
      .meaning = "OpenPGP private key block; argument: plain (default) or protected",
      .make = maker_pgp },
    { .name = "ppk",
      .meaning = "PuTTY key file; argument: 2 or 3 (default), or encrypted",
      .make = maker_ppk },
    { .name = "openvpn-static", .meaning = "OpenVPN static key V1 block", .make = make_openvpn },
    { .name = "gcp-service-account", .meaning = "service account JSON", .make = make_gcp },
    { .name = NULL },
};
