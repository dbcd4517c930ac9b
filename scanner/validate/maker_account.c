/* maker_account.c - makers: tokens whose structure decodes. */
#include <stdio.h>

#include "validate/codec.h"
#include "validate/tables.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZ" LOWER DIGITS

static void put_prefix(struct buffer *out, struct slice argument, const char *standard)
{
    buffer_put(out, argument.len ? argument : slice_str(standard));
}

static int make_aws_key_id(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[10];
    (void)err;
    prng_bytes(prng, bytes, sizeof bytes);
    uint64_t account = 100000000000u + prng_next(prng) % 899999999999u;
    uint64_t top = (uint64_t)1 << 47 | account << 7 | (bytes[5] & 0x7F);
    for (size_t i = 0; i < 6; i++)
        bytes[i] = (unsigned char)(top >> (40 - 8 * i));
    put_prefix(out, argument, "AKIA");
    return codec_put_base32(out, slice_of(bytes, sizeof bytes));
}

/* Drawn again until it has digits, capitals and small letters, as nearly every real one has. */
static int make_aws_secret(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)argument;
    (void)err;
    prng_text(prng, out, LOWER, 4);
    prng_text(prng, out, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", 4);
    prng_text(prng, out, DIGITS, 2);
    prng_text(prng, out, BASE64 "+", 30);
    return 0;
}

static int make_ses(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[33];
    (void)argument;
    (void)err;
    prng_bytes(prng, bytes, sizeof bytes);
    bytes[0] = 4;
    return codec_put_base64(out, slice_of(bytes, sizeof bytes), CODEC_STANDARD);
}

static bool is_number(struct slice text)
{
    uint64_t value;
    return slice_to_u64(text, &value) == 0;
}

/* "a=b,c=d" as a JSON object; numbers stay numbers. */
static void put_claims(struct buffer *json, struct slice claims)
{
    buffer_put_byte(json, '{');
    for (bool first = true; claims.len; first = false) {
        size_t comma = slice_find_byte(claims, 0, ',');
        struct slice claim = slice_sub(claims, 0, comma);
        claims = comma == SLICE_NONE ? slice_sub(claims, 0, 0) : slice_skip(claims, comma + 1);
        size_t equals = slice_find_byte(claim, 0, '=');
        struct slice value = equals == SLICE_NONE ? slice_str("") : slice_skip(claim, equals + 1);
        const char *quote = is_number(value) ? "" : "\"";
        buffer_printf(json, "%s\"", first ? "" : ",");
        buffer_put(json, slice_sub(claim, 0, equals));
        buffer_printf(json, "\":%s", quote);
        buffer_put(json, value);
        buffer_put_str(json, quote);
    }
    buffer_put_byte(json, '}');
}

static int make_jwt(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char signature[32];
    struct buffer json;
    (void)err;
    codec_put_base64(out, slice_str("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), CODEC_URL);
    buffer_put_byte(out, '.');
    buffer_init(&json, 8192);
    put_claims(&json, argument.len ? argument : slice_str("sub=1"));
    codec_put_base64(out, buffer_slice(&json), CODEC_URL);
    buffer_release(&json);
    buffer_put_byte(out, '.');
    prng_bytes(prng, signature, sizeof signature);
    return codec_put_base64(out, slice_of(signature, sizeof signature), CODEC_URL);
}

static int make_pypi(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[128], random[64];
    (void)argument;
    (void)err;
    size_t len = 0;
    struct slice host = slice_str("pypi."
                                  "org");
    bytes[len++] = 2;
    bytes[len++] = 1;
    bytes[len++] = (unsigned char)host.len;
    memcpy(bytes + len, host.ptr, host.len);
    len += host.len;
    bytes[len++] = 2;
    bytes[len++] = 36;
    prng_bytes(prng, random, sizeof random);
    memcpy(bytes + len, random, 64);
    len += 64;
    buffer_put_str(out, "pypi-");
    return codec_put_base64(out, slice_of(bytes, len), CODEC_URL);
}

static int make_discord(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    char digits[24];
    (void)argument;
    (void)err;
    uint64_t milliseconds = 100000000000u + prng_next(prng) % 100000000000u; /* 2018 to 2021 */
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)(milliseconds << 22));
    codec_put_base64(out, slice_of(digits, (size_t)len), CODEC_URL);
    buffer_put_byte(out, '.');
    prng_text(prng, out, BASE64, 6);
    buffer_put_byte(out, '.');
    prng_text(prng, out, BASE64 "-_", 38);
    return 0;
}

static int make_telegram(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)argument;
    (void)err;
    prng_text(prng, out, "56789", 2);
    prng_text(prng, out, DIGITS, 8);
    buffer_put_str(out, ":AA");
    prng_text(prng, out, BASE64, 33);
    return 0;
}

static int make_sentry(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    struct buffer json;
    (void)err;
    buffer_init(&json, 1024);
    buffer_put_str(
        &json,
        "{\"iat\":1700000000.1,\"url\":\"https://sentry.test\",\"region_url\":\"https://us.sentry.test\","
        "\"org\":\"");
    put_prefix(&json, argument, "acme");
    buffer_put_str(&json, "\"}");
    buffer_put_str(out, "sntrys_");
    codec_put_base64(out, buffer_slice(&json), CODEC_STANDARD);
    buffer_release(&json);
    buffer_put_byte(out, '_');
    prng_text(prng, out, BASE64, 43);
    return 0;
}

static int make_grafana_cloud(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    struct buffer json;
    (void)argument;
    (void)err;
    buffer_init(&json, 1024);
    buffer_put_str(&json, "{\"o\":\"");
    prng_text(prng, &json, DIGITS, 6);
    buffer_put_str(&json, "\",\"n\":\"stack-writer\",\"k\":\"");
    prng_text(prng, &json, BASE64, 24);
    buffer_put_str(&json, "\",\"m\":{\"r\":\"prod-eu\"}}");
    buffer_put_str(out, "glc_");
    codec_put_base64(out, buffer_slice(&json), CODEC_STANDARD);
    buffer_release(&json);
    return 0;
}

static int make_onepassword(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    struct buffer json;
    (void)argument;
    (void)err;
    buffer_init(&json, 1024);
    buffer_put_str(&json, "{\"signInAddress\":\"acme.1password.test\",\"email\":\"");
    prng_text(prng, &json, LOWER, 12);
    buffer_put_str(&json, "@1passwordserviceaccounts.test\",\"deviceUuid\":\"");
    prng_text(prng, &json, LOWER, 26);
    buffer_put_str(&json, "\",\"secretKey\":\"");
    prng_text(prng, &json, "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 26);
    buffer_put_str(&json, "\",\"muk\":{\"alg\":\"A256GCM\",\"k\":\"");
    prng_text(prng, &json, BASE64, 43);
    buffer_put_str(&json, "\"}}");
    buffer_put_str(out, "ops_");
    codec_put_base64(out, buffer_slice(&json), CODEC_URL);
    buffer_release(&json);
    return 0;
}

static int make_jfrog(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    struct buffer text;
    (void)err;
    buffer_init(&text, 256);
    buffer_put_str(&text, "reftkn:01:");
    put_prefix(&text, argument, "4102444800");
    buffer_put_byte(&text, ':');
    prng_text(prng, &text, BASE64, 28);
    codec_put_base64(out, buffer_slice(&text), CODEC_URL);
    buffer_release(&text);
    return 0;
}

static int make_slack(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)err;
    if (slice_is_equal(argument, slice_str("webhook"))) {
        buffer_put_str(out, "https://hooks."
                            "slack.com/services/T");
        prng_text(prng, out, "ABCDEFGHJKLMNPQRSTUVWXYZ123456789", 10);
        buffer_put_str(out, "/B");
        prng_text(prng, out, "ABCDEFGHJKLMNPQRSTUVWXYZ123456789", 10);
        buffer_put_byte(out, '/');
        prng_text(prng, out, BASE64, 24);
        return 0;
    }
    put_prefix(out, argument, "xoxb-");
    bool is_app = slice_is_equal(argument, slice_str("xapp-1-"));
    bool is_user = slice_is_equal(argument, slice_str("xoxp-"));
    if (is_app)
        prng_text(prng, out, "ABCDEFGHJK", 11);
    for (int i = 0; i < (is_app ? 1 : is_user ? 3 : 2); i++) {
        buffer_put_str(out, i || is_app ? "-" : "");
        prng_text(prng, out, "56789", 1);
        prng_text(prng, out, DIGITS, 11);
    }
    buffer_put_byte(out, '-');
    prng_text(prng, out, is_app || is_user ? LOWER DIGITS : BASE64, is_app ? 64 : is_user ? 32 : 24);
    return 0;
}

static int make_stripe(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)err;
    put_prefix(out, argument, "sk_live_");
    prng_text(prng, out, BASE64, slice_starts_with(argument, "whsec_") ? 32 : 99);
    return 0;
}

static int make_sendgrid(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[48];
    (void)argument;
    (void)err;
    prng_bytes(prng, bytes, sizeof bytes);
    buffer_put_str(out, "SG.");
    codec_put_base64(out, slice_of(bytes, 16), CODEC_URL);
    buffer_put_byte(out, '.');
    return codec_put_base64(out, slice_of(bytes + 16, 32), CODEC_URL);
}

static int make_openai(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    (void)err;
    put_prefix(out, argument, "sk-proj-");
    prng_text(prng, out, BASE64, 74);
    codec_put_base64(out, slice_str("OpenAI"), CODEC_URL);
    prng_text(prng, out, BASE64, 74);
    return 0;
}

const struct maker makers_account[] = {
    { .name = "aws-key-id",
      .meaning = "access key ID; argument: the prefix (AKIA by default)",
      .make = make_aws_key_id },
    { .name = "aws-secret", .meaning = "40 base64 characters", .make = make_aws_secret },
    { .name = "aws-ses-smtp", .meaning = "SES SMTP password", .make = make_ses },
    { .name = "jwt",
      .meaning = "signed token; argument: claims as name=value,name=value (sub=1 by default)",
      .make = make_jwt },
    { .name = "pypi", .meaning = "pypi- token", .make = make_pypi },
    { .name = "discord", .meaning = "bot token", .make = make_discord },
    { .name = "telegram", .meaning = "bot token", .make = make_telegram },
    { .name = "sentry", .meaning = "sntrys_ token; argument: organisation", .make = make_sentry },
    { .name = "grafana-cloud", .meaning = "glc_ token", .make = make_grafana_cloud },
    { .name = "onepassword", .meaning = "ops_ token", .make = make_onepassword },
    { .name = "jfrog",
      .meaning = "reference token; argument: expiry as epoch (4102444800 by default)",
      .make = make_jfrog },
    { .name = "slack",
      .meaning = "token; argument: xoxb- (default) xoxp- xapp-1- xoxe- or webhook",
      .make = make_slack },
    { .name = "stripe", .meaning = "key; argument: the prefix (sk_live_ by default)", .make = make_stripe },
    { .name = "sendgrid", .meaning = "SG. key", .make = make_sendgrid },
    { .name = "openai", .meaning = "sk-proj- key; argument: the prefix", .make = make_openai },
    { .name = NULL },
};
