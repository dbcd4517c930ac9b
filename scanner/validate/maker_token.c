/* maker_token.c - makers: tokens that carry a checksum. */
#include <stdio.h>

#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/tables.h"

/* Each maker first notes where its token begins in OUT: the checksum is over what was written since. */
static struct slice since(const struct buffer *out, size_t start)
{
    return slice_skip(buffer_slice(out), start);
}

static void put_prefix(struct buffer *out, struct slice argument, const char *standard)
{
    buffer_put(out, argument.len ? argument : slice_str(standard));
}

static void put_number(struct buffer *out, uint64_t value, const char *alphabet, size_t width)
{
    char text[16];
    codec_number(value, alphabet, text, width);
    buffer_put(out, slice_of(text, width));
}

static int done(const struct buffer *out, struct error *err)
{
    return out->is_overfull ? error_set(err, ERROR_LIMIT, "made text too long") : 0;
}

/* Prefix, BODY characters of base 62, and six of their CRC-32. */
static int make_base62(struct prng *prng, struct slice prefix, const char *standard, size_t body,
                       struct buffer *out, struct error *err)
{
    put_prefix(out, prefix, standard);
    size_t start = out->len;
    prng_text(prng, out, codec_base62_upper, body);
    put_number(out, digest_crc32(since(out, start)), codec_base62_upper, 6);
    return done(out, err);
}

static int make_github(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    return make_base62(prng, argument, "ghp_", 30, out, err);
}

static int make_npm(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    return make_base62(prng, argument, "npm_", 30, out, err);
}

static int make_vercel(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    return make_base62(prng, argument, "vcp_", 50, out, err);
}

static int make_github_pat(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char hash[DIGEST_SHA256];
    size_t start = out->len;
    put_prefix(out, argument, "github_pat_");
    prng_text(prng, out, codec_base62_upper, 22);
    buffer_put_byte(out, '_');
    prng_text(prng, out, codec_base62_upper, 43);
    digest_sha256(since(out, start), hash);
    codec_put_base32(out, slice_of(hash, 5));
    prng_text(prng, out, codec_base62_upper, 8);
    return done(out, err);
}

static int make_grafana(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    size_t start = out->len;
    put_prefix(out, argument, "glsa_");
    prng_text(prng, out, codec_base62_upper, 32);
    uint32_t crc = digest_crc32(since(out, start));
    buffer_printf(out, "_%02x%02x%02x%02x", crc & 255, crc >> 8 & 255, crc >> 16 & 255, crc >> 24);
    return done(out, err);
}

static int make_gitlab(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char payload[16 + 32];
    size_t start = out->len;
    prng_bytes(prng, payload, 16);
    int len = snprintf((char *)payload + 16, 24, "o:1\np:%zu\nu:%zu", 1000 + prng_below(prng, 9000),
                       1000 + prng_below(prng, 9000));
    payload[16 + len] = (unsigned char)len;
    put_prefix(out, argument, "glpat-");
    size_t body = out->len;
    codec_put_base64(out, slice_of(payload, 17 + (size_t)len), CODEC_URL);
    size_t body_len = out->len - body;
    buffer_put_str(out, ".01.");
    put_number(out, body_len, codec_base36, 2);
    put_number(out, digest_crc32(since(out, start)), codec_base36, 7);
    return done(out, err);
}

static int make_atlassian(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    size_t start = out->len;
    put_prefix(out, argument, "ATATT3xFfGF0");
    prng_text(prng, out, codec_base62_upper, 171);
    buffer_put_byte(out, '=');
    buffer_printf(out, "%08X", (unsigned)digest_crc32(since(out, start)));
    return done(out, err);
}

static int make_bitbucket(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    unsigned char bytes[33];
    buffer_put(out, argument);
    for (size_t i = 0; i < 12; i++)
        bytes[i] = (unsigned char)('0' + prng_below(prng, 10));
    bytes[12] = ':';
    prng_bytes(prng, bytes + 13, 20);
    codec_put_base64(out, slice_of(bytes, sizeof bytes), CODEC_STANDARD);
    return done(out, err);
}

static int make_cloudflare(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    put_prefix(out, argument, "cfut_");
    size_t start = out->len;
    prng_text(prng, out, codec_base62_upper, 40);
    buffer_printf(out, "%08x", (unsigned)digest_crc32(since(out, start)));
    return done(out, err);
}

static int make_confluent(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    put_prefix(out, argument, "cflt");
    size_t start = out->len;
    prng_text(prng, out, codec_base62_upper, 54);
    uint32_t crc = digest_crc32(since(out, start));
    unsigned char bytes[4] = { (unsigned char)crc, (unsigned char)(crc >> 8), (unsigned char)(crc >> 16),
                               (unsigned char)(crc >> 24) };
    codec_put_base64(out, slice_of(bytes, 4), CODEC_URL);
    return done(out, err);
}

static int make_zuplo(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    put_prefix(out, argument, "zpka_");
    size_t start = out->len;
    prng_text(prng, out, codec_base62_lower, 32);
    buffer_printf(out, "_%08x", (unsigned)digest_crc32(since(out, start)));
    return done(out, err);
}

static int make_apify(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    size_t start = out->len;
    put_prefix(out, argument, "apify_api_");
    prng_text(prng, out, codec_base62_lower, 30);
    put_number(out, digest_crc32(since(out, start)), codec_base62_lower, 6);
    return done(out, err);
}

static int make_salad(struct prng *prng, struct slice argument, struct buffer *out, struct error *err)
{
    buffer_put_str(out, "salad_cloud_");
    put_prefix(out, argument, "user");
    return make_base62(prng, slice_str("_"), "", 42, out, err);
}

const struct maker makers_token[] = {
    { .name = "github",
      .meaning = "token with its CRC-32; argument: the prefix (ghp_ by default)",
      .make = make_github },
    { .name = "github-pat", .meaning = "github_pat_ token", .make = make_github_pat },
    { .name = "npm", .meaning = "npm_ token", .make = make_npm },
    { .name = "grafana", .meaning = "glsa_ token", .make = make_grafana },
    { .name = "gitlab-routable",
      .meaning = "routable token; argument: the prefix (glpat- by default)",
      .make = make_gitlab },
    { .name = "atlassian",
      .meaning = "API token; argument: the prefix (ATATT3xFfGF0 by default)",
      .make = make_atlassian },
    { .name = "bitbucket-dc-pat", .meaning = "44 base64 characters", .make = make_bitbucket },
    { .name = "cloudflare",
      .meaning = "token; argument: the prefix (cfut_ by default)",
      .make = make_cloudflare },
    { .name = "vercel", .meaning = "token; argument: the prefix (vcp_ by default)", .make = make_vercel },
    { .name = "confluent", .meaning = "cflt secret", .make = make_confluent },
    { .name = "zuplo", .meaning = "zpka_ key", .make = make_zuplo },
    { .name = "apify", .meaning = "apify_api_ token", .make = make_apify },
    { .name = "salad", .meaning = "salad_cloud_ key; argument: org or user", .make = make_salad },
    { .name = NULL },
};
