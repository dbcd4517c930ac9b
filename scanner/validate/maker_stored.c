/* maker_stored.c - makers: text in encoded forms, passwords as they are stored, and passwords themselves. */
#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/reversible.h"
#include "validate/tables.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZ" LOWER DIGITS

static size_t number_or(struct slice argument, size_t standard)
{
    uint64_t value;
    return slice_to_u64(argument, &value) == 0 && value && value <= 4096 ? (size_t)value : standard;
}

static void put_prefix(struct buffer *out, struct slice argument, const char *standard)
{
    buffer_put(out, argument.len ? argument : slice_str(standard));
}

static int make_base64(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)prng;
    (void)err;
    return codec_put_base64(out, argument, CODEC_STANDARD);
}

/* SASL PLAIN of "user:password". */
static int make_sasl_plain(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    struct buffer text;
    int result = 0;
    (void)prng;
    (void)err;
    buffer_init(&text, 4096);
    buffer_put_byte(&text, 0);
    for (size_t i = 0; i < argument.len; i++)
        buffer_put_byte(&text, argument.ptr[i] == ':' ? 0 : argument.ptr[i]);
    result = codec_put_base64(out, buffer_slice(&text), CODEC_STANDARD);
    buffer_release(&text);
    return result;
}

static int make_base64url(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)prng;
    (void)err;
    return codec_put_base64(out, argument, CODEC_URL);
}

static int make_base64utf16(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    struct buffer wide;
    (void)prng;
    (void)err;
    buffer_init(&wide, 8192);
    for (size_t i = 0; i < argument.len; i++) {
        buffer_put_byte(&wide, argument.ptr[i]);
        buffer_put_byte(&wide, 0);
    }
    codec_put_base64(out, buffer_slice(&wide), CODEC_STANDARD);
    buffer_release(&wide);
    return 0;
}

static int make_hexof(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)prng;
    (void)err;
    return buffer_put_hex(out, argument);
}

static int make_percent(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)prng;
    (void)err;
    for (size_t i = 0; i < argument.len; i++)
        if (strchr(BASE64 "-._~", argument.ptr[i]) && argument.ptr[i])
            buffer_put_byte(out, argument.ptr[i]);
        else
            buffer_printf(out, "%%%02X", argument.ptr[i]);
    return 0;
}

/* The argument, or a made password where there is none. */
static struct slice plain_or_made(struct prng *prng, struct slice argument, struct buffer *made)
{
    buffer_init(made, 256);
    if (argument.len)
        buffer_put(made, slice_sub(argument, 0, 100));
    else {
        prng_text(prng, made, LOWER, 7);
        prng_text(prng, made, DIGITS, 3);
    }
    return buffer_slice(made);
}

static int make_gpp(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char plain[256], cipher[256];
    struct buffer made;
    size_t len = 0;
    (void)err;
    struct slice text = plain_or_made(prng, argument, &made);
    for (size_t i = 0; i < text.len; i++) {
        plain[len++] = text.ptr[i];
        plain[len++] = 0;
    }
    unsigned char padding = (unsigned char)(16 - len % 16);
    memset(plain + len, padding, padding);
    len += padding;
    digest_aes256_cbc(reversible_gpp_key, DIGEST_ENCRYPT, plain, cipher, len);
    buffer_release(&made);
    return codec_put_base64(out, slice_of(cipher, len), CODEC_STANDARD);
}

static int make_cisco7(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    struct buffer made;
    size_t salt = prng_below(prng, 16), round = strlen(reversible_cisco7_key);
    (void)err;
    struct slice text = slice_sub(plain_or_made(prng, argument, &made), 0, 25);
    buffer_printf(out, "%02zu", salt);
    for (size_t i = 0; i < text.len; i++)
        buffer_printf(out, "%02X", text.ptr[i] ^ (unsigned char)reversible_cisco7_key[(salt + i) % round]);
    buffer_release(&made);
    return 0;
}

static void juniper_letter(struct buffer *out, int *last, unsigned gap)
{
    *last = (int)(((unsigned)*last + gap + 1) % REVERSIBLE_JUNIPER_LETTERS);
    buffer_put_byte(out, (unsigned char)reversible_juniper_letter((unsigned)*last));
}

static int make_juniper9(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    struct buffer made;
    (void)err;
    struct slice text = plain_or_made(prng, argument, &made);
    char salt = reversible_juniper_letter((unsigned)prng_below(prng, REVERSIBLE_JUNIPER_LETTERS));
    int last = reversible_juniper_index((unsigned char)salt);
    buffer_printf(out, "$9$%c", salt);
    for (unsigned i = reversible_juniper_extra((unsigned char)salt); i; i--)
        buffer_put_byte(out, (unsigned char)reversible_juniper_letter((unsigned)prng_below(prng, 65)));
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char *weights = reversible_juniper_weights[i % REVERSIBLE_JUNIPER_ROUNDS];
        unsigned gaps[4] = { 0 }, left = text.ptr[i];
        for (size_t k = 4; k-- > 0;)
            if (weights[k]) {
                gaps[k] = left / weights[k];
                left %= weights[k];
            }
        for (size_t k = 0; k < 4 && weights[k]; k++)
            juniper_letter(out, &last, gaps[k]);
    }
    buffer_release(&made);
    return 0;
}

static int make_vnc(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char plain[8] = { 0 }, cipher[8];
    struct buffer made;
    (void)err;
    struct slice text = slice_sub(plain_or_made(prng, argument, &made), 0, 8);
    memcpy(plain, text.ptr, text.len);
    buffer_release(&made);
    digest_des(reversible_vnc_key, DIGEST_ENCRYPT, plain, cipher);
    return buffer_put_hex(out, slice_of(cipher, 8));
}

static int make_ntlm(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)err;
    put_prefix(out, argument, "alice");
    buffer_printf(out,
                  ":%zu:aad3b435b51404ee"
                  "aad3b435b51404ee:",
                  1000 + prng_below(prng, 9000));
    prng_text(prng, out, DIGITS "abcdef", 32);
    buffer_put_str(out, ":::");
    return 0;
}

static const struct {
    const char *kind, *before;
    size_t salt, hash;
} hashes[] = {
    { "sha512", "$6$", 16, 86 }, { "sha256", "$5$", 16, 43 },       { "md5", "$1$", 8, 22 },
    { "apr1", "$apr1$", 8, 22 }, { "yescrypt", "$y$j9T$", 22, 43 }, { "bcrypt", "$2b$12$", 0, 53 },
};

static int make_hash(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[20];
    struct slice kind = argument.len ? argument : slice_str("sha512");
    if (slice_is_equal(kind, slice_str("sha"))) {
        prng_bytes(prng, bytes, sizeof bytes);
        buffer_put_str(out, "{SHA}");
        return codec_put_base64(out, slice_of(bytes, sizeof bytes), CODEC_STANDARD);
    }
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        if (!slice_is_equal(kind, slice_str(hashes[i].kind)))
            continue;
        buffer_put_str(out, hashes[i].before);
        prng_text(prng, out, BASE64 "./", hashes[i].salt);
        buffer_put_str(out, hashes[i].salt ? "$" : "");
        prng_text(prng, out, BASE64 "./", hashes[i].hash);
        return 0;
    }
    return error_set(err, ERROR_FORMAT, "unknown hash '%.*s'", (int)kind.len, (const char *)kind.ptr);
}

/* Of every class at least one, the first a letter. */
static int make_password(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    size_t len = number_or(argument, 12);
    (void)err;
    len = len < 6 ? 6 : len;
    prng_text(prng, out, LOWER, 1);
    prng_text(prng, out, "ABCDEFGHJKLMNPQRSTUVWXYZ", 1);
    prng_text(prng, out, LOWER, 1);
    prng_text(prng, out, DIGITS, 1);
    prng_text(prng, out, BASE64, len - 5);
    prng_text(prng, out, "!#%+=?@", 1);
    return 0;
}

static int make_passphrase(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    static const char *const words[] = { "otter",  "lantern", "gravel", "tundra", "saffron", "pickle",
                                         "marble", "walrus",  "copper", "velvet", "thicket", "ember",
                                         "harbor", "nickel",  "quartz", "ribbon" };
    size_t count = number_or(argument, 4);
    (void)err;
    for (size_t i = 0; i < count; i++)
        buffer_printf(out, "%s-", words[prng_below(prng, sizeof words / sizeof *words)]);
    prng_text(prng, out, DIGITS, 2);
    return 0;
}

static int make_uuid(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    static const size_t groups[] = { 8, 4, 3, 3, 12 };
    (void)argument;
    (void)err;
    for (size_t i = 0; i < 5; i++) {
        buffer_put_str(out, i ? "-" : "");
        buffer_put_str(out, i == 2 ? "4" : i == 3 ? "a" : "");
        prng_text(prng, out, DIGITS "abcdef", groups[i]);
    }
    return 0;
}

static int make_otp(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)err;
    prng_text(prng, out, DIGITS, number_or(argument, 6));
    return 0;
}

const struct maker makers_stored[] = {
    { .name = "base64", .meaning = "base64 of the argument", .make = make_base64 },
    { .name = "base64sasl",
      .meaning = "base64 of SASL PLAIN of the argument, user:password",
      .make = make_sasl_plain },
    { .name = "base64url", .meaning = "base64url of the argument, without padding", .make = make_base64url },
    { .name = "base64utf16", .meaning = "base64 of the argument as UTF-16LE", .make = make_base64utf16 },
    { .name = "hexof", .meaning = "hex of the argument", .make = make_hexof },
    { .name = "percent", .meaning = "the argument percent-encoded", .make = make_percent },
    { .name = "gpp", .meaning = "cpassword that decrypts to the argument", .make = make_gpp },
    { .name = "cisco7", .meaning = "type 7 form of the argument", .make = make_cisco7 },
    { .name = "juniper9", .meaning = "$9$ form of the argument", .make = make_juniper9 },
    { .name = "vnc", .meaning = "hex of the DES form of the argument", .make = make_vnc },
    { .name = "ntlm", .meaning = "secretsdump line; argument: the user", .make = make_ntlm },
    { .name = "password-hash",
      .meaning = "argument: bcrypt sha512 (default) sha256 md5 apr1 sha yescrypt",
      .make = make_hash },
    { .name = "password",
      .meaning = "as a password generator makes them; argument: length (12 by default)",
      .make = make_password },
    { .name = "passphrase",
      .meaning = "words and a number; argument: words (4 by default)",
      .make = make_passphrase },
    { .name = "uuid", .meaning = "random UUID", .make = make_uuid },
    { .name = "otp", .meaning = "digits; argument: how many (6 by default)", .make = make_otp },
    { .name = NULL },
};
