/* checksum.c - validators: tokens that carry a CRC-32 or SHA-256 of themselves. */
#include <stdio.h>

#include "validate/codec.h"
#include "validate/digest.h"
#include "validate/tables.h"

enum mismatch { MISMATCH_REJECTS, MISMATCH_SAYS_NOTHING };

static void say_match(struct judgement *judgement, bool matches, enum mismatch mismatch, const char *what)
{
    if (matches)
        judgement_say(judgement, JUDGED_PROVEN, "%s matches", what);
    else if (mismatch == MISMATCH_REJECTS)
        judgement_say(judgement, JUDGED_REJECT, "%s does not match", what);
}

static bool ends_in_number(struct slice token, uint64_t value, const char *alphabet, size_t width)
{
    char text[16];
    if (width > sizeof text || token.len <= width)
        return false;
    codec_number(value, alphabet, text, width);
    return memcmp(token.ptr + token.len - width, text, width) == 0;
}

static bool ends_in_hex(struct slice token, uint32_t value, bool is_upper)
{
    char text[9];
    snprintf(text, sizeof text, is_upper ? "%08X" : "%08x", (unsigned)value);
    return token.len > 8 && memcmp(token.ptr + token.len - 8, text, 8) == 0;
}

/* The part of TOKEN between its first SKIP and its last TAIL characters. */
static struct slice body_of(struct slice token, size_t skip, size_t tail)
{
    return token.len <= skip + tail ? slice_sub(token, 0, 0)
                                    : slice_sub(token, skip, token.len - skip - tail);
}

static uint32_t swap32(uint32_t v)
{
    return v >> 24 | (v >> 8 & 0xFF00) | (v << 8 & 0xFF0000) | v << 24;
}

/* Tokens of the shape prefix, body, six characters of base 62. */
static bool base62_tail_matches(struct slice token, size_t prefix)
{
    return token.len > prefix + 6 &&
           ends_in_number(token, digest_crc32(body_of(token, prefix, 6)), codec_base62_upper, 6);
}

/* Newer ghs_ tokens carry a JWT and no checksum, and older ones are known to fail it. */
static void judge_github(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    enum mismatch mismatch = slice_starts_with(c->secret, "ghs_") ? MISMATCH_SAYS_NOTHING : MISMATCH_REJECTS;
    bool matches = slice_starts_with(c->secret, "gh") && base62_tail_matches(c->secret, 4);
    say_match(judgement, matches, mismatch, "CRC-32 in the last six characters");
}

static void judge_npm(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    bool matches = slice_starts_with(c->secret, "npm_") && base62_tail_matches(c->secret, 4);
    say_match(judgement, matches, MISMATCH_REJECTS, "CRC-32 in the last six characters");
}

#define GITHUB_PAT_HASHED (sizeof "github_pat_" - 1 + 22 + 1 + 43)

static void judge_github_pat(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char hash[DIGEST_SHA256], given[8];
    (void)argument;
    if (c->secret.len != GITHUB_PAT_HASHED + 16)
        return;
    digest_sha256(slice_sub(c->secret, 0, GITHUB_PAT_HASHED), hash);
    size_t len = codec_base32(slice_sub(c->secret, GITHUB_PAT_HASHED, 8), given, sizeof given);
    say_match(judgement, len == 5 && memcmp(given, hash, 5) == 0, MISMATCH_SAYS_NOTHING,
              "SHA-256 prefix inside the token");
}

static void judge_grafana_sa(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    uint32_t crc = digest_crc32(body_of(c->secret, 0, 9));
    say_match(judgement, ends_in_hex(c->secret, swap32(crc), false), MISMATCH_REJECTS,
              "CRC-32 in the last eight digits");
}

/* What the ids of the routing payload are called. */
static const struct {
    char key;
    const char *name;
} routes[] = { { 'o', "organization" }, { 'g', "group" }, { 'p', "project" }, { 'u', "user" } };

static void gitlab_payload(struct slice payload, struct opens *opens)
{
    struct slice line;
    size_t at = 0;
    while (slice_eat_line(&payload, &line) == 1) {
        uint64_t id;
        line = slice_chomp(line);
        if (line.len < 3 || line.ptr[1] != ':' || codec_to_number(slice_skip(line, 2), codec_base36, &id) < 0)
            continue;
        for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
            if (line.ptr[0] != routes[i].key)
                continue;
            int len = snprintf(opens->account + at, sizeof opens->account - at, "%s%s %llu", at ? ", " : "",
                               routes[i].name, (unsigned long long)id);
            at += len > 0 && (size_t)len < sizeof opens->account - at ? (size_t)len : 0;
        }
    }
}

/* prefix, base64url, ".", version (2), length of the base64url in base 36 (2), CRC-32 in base 36 (7). */
static void judge_gitlab_routable(const struct candidate *c, struct slice argument,
                                  struct judgement *judgement)
{
    unsigned char bytes[256];
    uint64_t len;
    struct slice token = c->secret;
    size_t dot = token.len > 13 ? token.len - 13 : 0;
    (void)argument;
    if (!dot || token.ptr[dot] != '.' || token.ptr[dot + 3] != '.' ||
        !ends_in_number(token, digest_crc32(body_of(token, 0, 7)), codec_base36, 7) ||
        codec_to_number(slice_sub(token, token.len - 9, 2), codec_base36, &len) < 0 || len > dot) {
        judgement_say(judgement, JUDGED_REJECT, "CRC-32 in the last seven characters does not match");
        return;
    }
    judgement_say(judgement, JUDGED_PROVEN, "CRC-32 in the last seven characters matches");
    size_t got = codec_base64(slice_sub(token, dot - (size_t)len, (size_t)len), bytes, sizeof bytes);
    if (got != SLICE_NONE && got > 17 && bytes[got - 1] == got - 17)
        gitlab_payload(slice_of(bytes + 16, got - 17), &judgement->opens);
}

static void judge_atlassian(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    say_match(judgement, ends_in_hex(c->secret, digest_crc32(body_of(c->secret, 0, 8)), true),
              MISMATCH_SAYS_NOTHING, "CRC-32 in the last eight digits");
}

static void judge_bitbucket_dc(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[64];
    struct slice token = slice_starts_with(c->secret, "BBDC-") ? slice_skip(c->secret, 5) : c->secret;
    size_t len = codec_base64(token, bytes, sizeof bytes), digits = 0;
    (void)argument;
    while (len != SLICE_NONE && digits < len && bytes[digits] >= '0' && bytes[digits] <= '9')
        digits++;
    if (len != SLICE_NONE && digits >= 6 && len == digits + 21 && bytes[digits] == ':')
        judgement_say(judgement, JUDGED_PROVEN, "decodes to a number, a colon and 20 bytes");
    else
        judgement_say(judgement, JUDGED_REJECT, "does not decode to a number, a colon and 20 bytes");
}

static void judge_cloudflare(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    size_t prefix = slice_find_byte(c->secret, 0, '_');
    (void)argument;
    bool matches = prefix != SLICE_NONE &&
                   ends_in_hex(c->secret, digest_crc32(body_of(c->secret, prefix + 1, 8)), false);
    say_match(judgement, matches, MISMATCH_REJECTS, "CRC-32 in the last eight digits");
}

static void judge_vercel(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    size_t prefix = slice_find_byte(c->secret, 0, '_');
    (void)argument;
    bool matches = prefix != SLICE_NONE && slice_starts_with(c->secret, "vc") &&
                   base62_tail_matches(c->secret, prefix + 1);
    say_match(judgement, matches, MISMATCH_REJECTS, "CRC-32 in the last six characters");
}

static void judge_confluent(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    uint32_t crc = digest_crc32(body_of(c->secret, 4, 6));
    unsigned char given[8];
    (void)argument;
    size_t len = c->secret.len > 10
                     ? codec_base64(slice_skip(c->secret, c->secret.len - 6), given, sizeof given)
                     : SLICE_NONE;
    bool matches = len == 4;
    for (size_t i = 0; matches && i < 4; i++)
        matches = given[i] == (unsigned char)(crc >> 8 * i);
    say_match(judgement, matches, MISMATCH_REJECTS, "CRC-32 in the last six characters");
}

static void judge_zuplo(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    say_match(judgement, ends_in_hex(c->secret, digest_crc32(body_of(c->secret, 5, 9)), false),
              MISMATCH_REJECTS, "CRC-32 in the last eight digits");
}

static void judge_apify(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    bool matches = ends_in_number(c->secret, digest_crc32(body_of(c->secret, 0, 6)), codec_base62_lower, 6);
    say_match(judgement, matches, MISMATCH_SAYS_NOTHING, "CRC-32 in the last six characters");
}

static void judge_salad(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    size_t at = 0;
    (void)argument;
    for (int i = 0; i < 3; i++) {
        size_t found = slice_find_byte(c->secret, at, '_');
        if (found == SLICE_NONE)
            return;
        at = found + 1;
    }
    say_match(judgement, base62_tail_matches(c->secret, at), MISMATCH_SAYS_NOTHING,
              "CRC-32 in the last six characters");
}

const struct validator validators_checksum[] = {
    { .name = "github-crc32",
      .meaning = "GitHub gh[pousr]_ token: CRC-32 of the body in the last six characters; ghs_ without it is "
                 "left alone",
      .judge = judge_github },
    { .name = "github-pat",
      .meaning = "GitHub fine-grained github_pat_ token: SHA-256 prefix inside it; raises only",
      .judge = judge_github_pat },
    { .name = "npm-crc32",
      .meaning = "npm_ token: CRC-32 of the body in the last six characters",
      .judge = judge_npm },
    { .name = "grafana-sa",
      .meaning = "Grafana glsa_ token: CRC-32 in the last eight hex digits",
      .judge = judge_grafana_sa },
    { .name = "gitlab-routable",
      .meaning = "GitLab routable token: CRC-32 in base 36 and a payload that names organisation, group, "
                 "project and user",
      .judge = judge_gitlab_routable },
    { .name = "atlassian-crc32",
      .meaning =
          "Atlassian ATATT3, ATCTT3, ATSTT3 and ATBB token: CRC-32 in the last eight hex digits; raises only",
      .judge = judge_atlassian },
    { .name = "bitbucket-dc-pat",
      .meaning = "Bitbucket or Jira Data Center token: base64 of digits, a colon and 20 bytes",
      .judge = judge_bitbucket_dc },
    { .name = "cloudflare-crc32",
      .meaning = "Cloudflare cfut_, cfat_ and cfk_ token: CRC-32 in the last eight hex digits",
      .judge = judge_cloudflare },
    { .name = "vercel",
      .meaning = "Vercel vc?_ token: CRC-32 in the last six characters",
      .judge = judge_vercel },
    { .name = "confluent",
      .meaning = "Confluent cflt secret: CRC-32 in the last six characters",
      .judge = judge_confluent },
    { .name = "zuplo",
      .meaning = "Zuplo zpka_ key: CRC-32 in the last eight hex digits",
      .judge = judge_zuplo },
    { .name = "apify",
      .meaning = "Apify apify_api_ token: CRC-32 in the last six characters; raises only",
      .judge = judge_apify },
    { .name = "salad",
      .meaning = "Salad salad_cloud_ key: CRC-32 in the last six characters; raises only",
      .judge = judge_salad },
    { .name = NULL },
};
