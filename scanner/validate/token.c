/* token.c - validators: tokens whose structure decodes. */
#include <stdio.h>

#include "validate/clock.h"
#include "validate/codec.h"
#include "validate/json.h"
#include "validate/tables.h"

#define TOKEN_BYTES_MAX 4096

/* Decode a base64 part into OUT; an empty slice where it is not base64 or too long. */
static struct slice decoded(struct slice part, unsigned char *out, size_t size)
{
    size_t len = codec_base64(part, out, size);
    return slice_of(out, len == SLICE_NONE ? 0 : len);
}

/* Take what stands before the next SEPARATOR, or all. */
static struct slice eat_part(struct slice *rest, unsigned char separator)
{
    size_t at = slice_find_byte(*rest, 0, separator);
    struct slice part = slice_sub(*rest, 0, at);
    *rest = at == SLICE_NONE ? slice_sub(*rest, rest->len, 0) : slice_skip(*rest, at + 1);
    return part;
}

/* Accounts that canary tokens are known to be issued from: a use of the key raises an alarm and opens nothing. */
static const uint64_t canary_accounts[] = {
    52310077262u,  171436882533u, 534261010715u, 595918472158u, 717712589309u, 819147034852u, 992382622183u,
    730335385048u, 266735846894u, 893192397702u, 44858866125u,  251535659677u, 344043088457u, 351906852752u,
    390477818340u, 426127672474u, 427150556519u, 439872796651u, 445142720921u, 465867158099u, 637958123769u,
    693412236332u, 732624840810u, 735421457923u, 959235150393u, 982842642351u
};

static bool is_canary(uint64_t account)
{
    for (size_t i = 0; i < sizeof canary_accounts / sizeof *canary_accounts; i++)
        if (canary_accounts[i] == account)
            return true;
    return false;
}

static void judge_aws_key_id(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[10];
    struct slice id = c->secret;
    (void)argument;
    if (slice_find(id, 0, slice_str("EXAMPLE")) != SLICE_NONE) {
        judgement_say(judgement, JUDGED_REJECT, "a documented example");
        return;
    }
    if (id.len != 20 || codec_base32(slice_skip(id, 4), bytes, sizeof bytes) != 10) {
        judgement_say(judgement, JUDGED_REJECT, "holds a character that no access key ID has");
        return;
    }
    if (id.ptr[4] == 'I' || id.ptr[4] == 'J') /* before 2019: tells no account */
        return;
    uint64_t account = 0;
    for (size_t i = 0; i < 6; i++)
        account = account << 8 | bytes[i];
    account = (account & 0x7fffffffff80u) >> 7;
    snprintf(judgement->opens.account, sizeof judgement->opens.account, "%012llu",
             (unsigned long long)account);
    if (account > 999999999999u)
        judgement_say(judgement, JUDGED_REJECT, "tells an account number of more than twelve digits");
    else if (is_canary(account))
        judgement_say(judgement, JUDGED_WEAKER, "a canary token: opens nothing and raises an alarm");
    else
        judgement_say(judgement, JUDGED_NOTHING, "base32 alphabet; account %012llu",
                      (unsigned long long)account);
}

static unsigned count_if(struct slice text, unsigned char from, unsigned char to)
{
    unsigned count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += text.ptr[i] >= from && text.ptr[i] <= to;
    return count;
}

/* The account of the key id that the match begins with, "AKIA…,secret". */
static void tell_aws_account(const struct candidate *c, struct judgement *judgement)
{
    struct candidate id = *c;
    struct judgement told = { .judged = JUDGED_NOTHING };
    id.secret = slice_sub(c->match, 0, 20);
    if (!slice_starts_with(id.secret, "AKIA") && !slice_starts_with(id.secret, "ASIA"))
        return;
    judge_aws_key_id(&id, slice_str(""), &told);
    if (told.judged != JUDGED_REJECT)
        memcpy(judgement->opens.account, told.opens.account, sizeof told.opens.account);
}

static void judge_aws_secret(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[30], digest[20];
    struct slice s = c->secret;
    (void)argument;
    tell_aws_account(c, judgement);
    if (slice_find(s, 0, slice_str("EXAMPLE")) != SLICE_NONE)
        judgement_say(judgement, JUDGED_REJECT, "a documented example");
    else if (s.len != 40 || codec_base64(s, bytes, sizeof bytes) != 30)
        judgement_say(judgement, JUDGED_REJECT, "is not 40 base64 characters");
    else if (codec_hex(s, digest, sizeof digest) == 20)
        judgement_say(judgement, JUDGED_REJECT, "is hex, like a SHA-1");
    else if (!count_if(s, '0', '9') || count_if(s, 'a', 'z') < 3 || count_if(s, 'A', 'Z') < 3)
        judgement_say(judgement, JUDGED_REJECT, "lacks digits, capitals or small letters");
    else if (count_if(s, '/', '/') > 6)
        judgement_say(judgement, JUDGED_REJECT, "looks like a path");
}

static void judge_ses(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[33];
    (void)argument;
    if (codec_base64(c->secret, bytes, sizeof bytes) == 33 && bytes[0] == 4)
        judgement_say(judgement, JUDGED_NOTHING, "33 bytes of version 4");
}

/* Claims that name who the token speaks for, best first. */
static const char *const jwt_users[] = { "email",       "upn", "preferred_username",
                                         "unique_name", "sub", "client_id" };

static void jwt_opens(struct slice payload, struct opens *opens)
{
    char issuer[256], expiry[32];
    for (size_t i = 0; i < sizeof jwt_users / sizeof *jwt_users && !opens->user[0]; i++)
        json_get(payload, jwt_users[i], opens->user, sizeof opens->user);
    json_get(payload, "aud", opens->account, sizeof opens->account);
    if (json_get(payload, "iss", issuer, sizeof issuer)) {
        struct slice host = slice_str(issuer);
        size_t scheme = slice_find(host, 0, slice_str("://"));
        host = scheme == SLICE_NONE ? host : slice_skip(host, scheme + 3);
        codec_show(opens->host, sizeof opens->host, slice_sub(host, 0, slice_find_byte(host, 0, '/')));
    }
    if (json_get(payload, "exp", expiry, sizeof expiry)) {
        struct slice seconds = slice_str(expiry);
        clock_show(opens->expires, sizeof opens->expires,
                   slice_sub(seconds, 0, slice_find_byte(seconds, 0, '.')));
    }
}

static void say_jwt(struct slice header, struct slice payload, struct slice signature,
                    struct judgement *judgement)
{
    char alg[32], name[32], role[32];
    jwt_opens(payload, &judgement->opens);
    json_get(header, "alg", alg, sizeof alg);
    json_get(payload, "name", name, sizeof name);
    if (strcmp(name, "John Doe") == 0)
        judgement_say(judgement, JUDGED_REJECT, "a documented example");
    else if (strcasecmp(alg, "none") == 0 || !signature.len)
        judgement_say(judgement, JUDGED_WEAKER, "header and payload parse, but it is not signed");
    else if (clock_is_past(judgement->opens.expires))
        judgement_say(judgement, JUDGED_WEAKER, "header and payload parse; expired on %.10s",
                      judgement->opens.expires);
    else if (json_get(payload, "role", role, sizeof role) && strcmp(role, "anon") == 0)
        judgement_say(judgement, JUDGED_WEAKER,
                      "header and payload parse; its role is anon, which is public");
    else
        judgement_say(judgement, JUDGED_PROVEN, "header and payload parse (%s)%s%.10s", alg,
                      judgement->opens.expires[0] ? "; valid until " : "; no expiry",
                      judgement->opens.expires);
}

static void judge_jwt(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char first[TOKEN_BYTES_MAX], second[TOKEN_BYTES_MAX];
    struct slice rest = c->secret;
    char alg[32];
    (void)argument;
    struct slice header = decoded(eat_part(&rest, '.'), first, sizeof first);
    struct slice body = eat_part(&rest, '.');
    if (!json_is_object(header) || !json_get(header, "alg", alg, sizeof alg)) {
        judgement_say(judgement, JUDGED_REJECT, "header is not JSON with an algorithm");
        return;
    }
    if (json_get(header, "enc", alg, sizeof alg)) {
        judgement_say(judgement, JUDGED_WEAKER, "an encrypted token (JWE): what it opens can't be read");
        return;
    }
    struct slice payload = decoded(body, second, sizeof second);
    if (body.len > 5460)
        judgement_say(judgement, JUDGED_NOTHING, "header parses; the payload is too long to read");
    else if (!json_is_object(payload))
        judgement_say(judgement, JUDGED_REJECT, "payload is not JSON");
    else
        say_jwt(header, payload, rest, judgement);
}

/* A macaroon of version 2: fields of type, length and bytes; type 1 is the location, 2 the identifier. */
static void judge_pypi(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[512];
    struct slice rest, location, identifier;
    uint8_t version, type, len;
    (void)argument;
    size_t dash = slice_find_byte(c->secret, 0, '-');
    rest = decoded(slice_skip(c->secret, dash == SLICE_NONE ? 0 : dash + 1), bytes, sizeof bytes);
    if (slice_eat_u8(&rest, &version) < 0 || version != 2 || slice_eat_u8(&rest, &type) < 0 || type != 1 ||
        slice_eat_u8(&rest, &len) < 0 || slice_eat(&rest, len, &location) < 0 ||
        slice_eat_u8(&rest, &type) < 0 || type != 2 || slice_eat_u8(&rest, &len) < 0 ||
        slice_eat(&rest, len & 0x7F, &identifier) < 0 ||
        slice_find(location, 0, slice_str("pypi.")) == SLICE_NONE) {
        judgement_say(judgement, JUDGED_REJECT, "does not decode to a macaroon of the Python package index");
        return;
    }
    codec_show(judgement->opens.host, sizeof judgement->opens.host, location);
    judgement_say(judgement, JUDGED_PROVEN, "decodes to a macaroon of the Python package index");
}

#define DISCORD_EPOCH_MS 1420070400000u

static void judge_discord(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char digits[24];
    uint64_t id;
    struct slice rest = c->secret;
    (void)argument;
    struct slice text = decoded(eat_part(&rest, '.'), digits, sizeof digits);
    if (text.len < 17 || slice_to_u64(text, &id) < 0 ||
        ((id >> 22) + DISCORD_EPOCH_MS) / 1000 > clock_now()) {
        judgement_say(judgement, JUDGED_REJECT, "first part is not a snowflake with a past date");
        return;
    }
    codec_show(judgement->opens.account, sizeof judgement->opens.account, text);
    judgement_say(judgement, JUDGED_PROVEN, "first part is the snowflake of a bot");
}

static void judge_telegram(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct slice rest = c->secret, id = eat_part(&rest, ':');
    (void)argument;
    if (id.len < 8 || id.len > 10 || rest.len != 35 || slice_starts_with(id, "1234567")) {
        judgement_say(judgement, JUDGED_REJECT, "has not the shape of a bot token, or is an example");
        return;
    }
    codec_show(judgement->opens.account, sizeof judgement->opens.account, id);
}

static void judge_sentry(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[TOKEN_BYTES_MAX];
    struct opens *opens = &judgement->opens;
    struct slice rest = c->secret;
    char host[256];
    (void)argument;
    if (!slice_starts_with(rest, "sntrys_"))
        return;
    rest = slice_skip(rest, 7);
    struct slice json = decoded(eat_part(&rest, '_'), bytes, sizeof bytes);
    if (!json_is_object(json)) {
        judgement_say(judgement, JUDGED_REJECT, "does not decode to JSON");
        return;
    }
    if (!json_get(json, "org", opens->account, sizeof opens->account)) {
        judgement_say(judgement, JUDGED_NOTHING, "decodes to JSON, which names no organisation");
        return;
    }
    json_get(json, "url", host, sizeof host);
    struct slice url = slice_str(host);
    size_t scheme = slice_find(url, 0, slice_str("://"));
    codec_show(opens->host, sizeof opens->host, scheme == SLICE_NONE ? url : slice_skip(url, scheme + 3));
    judgement_say(judgement, JUDGED_PROVEN, "decodes to JSON that names the organisation");
}

static void judge_grafana_cloud(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[TOKEN_BYTES_MAX];
    char name[128];
    struct slice rest = c->secret;
    bool is_cloud = slice_starts_with(rest, "glc_");
    (void)argument;
    struct slice json = decoded(is_cloud ? slice_skip(rest, 4) : rest, bytes, sizeof bytes);
    struct opens *opens = &judgement->opens;
    if (!json_is_object(json) || !json_get(json, "k", name, sizeof name) ||
        !json_get(json, "n", opens->user, sizeof opens->user)) {
        judgement_say(judgement, JUDGED_REJECT, "does not decode to JSON with a name and a key");
        return;
    }
    json_get(json, is_cloud ? "o" : "id", opens->account, sizeof opens->account);
    judgement_say(judgement, JUDGED_PROVEN, "decodes to JSON with a name and a key");
}

static void judge_onepassword(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[TOKEN_BYTES_MAX];
    struct opens *opens = &judgement->opens;
    (void)argument;
    struct slice json = decoded(slice_skip(c->secret, 4), bytes, sizeof bytes);
    if (!json_is_object(json)) {
        judgement_say(judgement, c->secret.len > 5000 ? JUDGED_NOTHING : JUDGED_REJECT,
                      "does not decode to JSON");
        return;
    }
    json_get(json, "email", opens->user, sizeof opens->user);
    json_get(json, "signInAddress", opens->host, sizeof opens->host);
    judgement_say(judgement, JUDGED_PROVEN, "decodes to JSON of a service account");
}

/* reftkn:<version>:<expiry>:<key> */
static void judge_jfrog(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[128];
    uint64_t expiry;
    (void)argument;
    if (slice_starts_with(c->secret, "AKCp")) {
        if (codec_base58(c->secret, bytes, sizeof bytes) == SLICE_NONE)
            judgement_say(judgement, JUDGED_REJECT, "is not base58");
        return;
    }
    struct slice rest = decoded(c->secret, bytes, sizeof bytes);
    struct slice kind = eat_part(&rest, ':'), version = eat_part(&rest, ':'), when = eat_part(&rest, ':');
    if (!slice_is_equal(kind, slice_str("reftkn")) || !version.len || slice_to_u64(when, &expiry) < 0 ||
        rest.len < 16) {
        judgement_say(judgement, JUDGED_REJECT, "does not decode to a reference token");
        return;
    }
    if (expiry)
        clock_show_epoch(judgement->opens.expires, sizeof judgement->opens.expires, expiry);
    if (clock_is_past(judgement->opens.expires))
        judgement_say(judgement, JUDGED_WEAKER, "reference token that expired on %.10s",
                      judgement->opens.expires);
    else
        judgement_say(judgement, JUDGED_PROVEN, "decodes to a reference token");
}

static void judge_slack(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    struct slice rest = c->secret;
    uint64_t number;
    (void)argument;
    size_t hook = slice_find(rest, 0, slice_str("/services/"));
    if (hook != SLICE_NONE) {
        rest = slice_skip(rest, hook + 10);
        struct slice team = eat_part(&rest, '/');
        codec_show(judgement->opens.account, sizeof judgement->opens.account, team);
        if (slice_starts_with(team, "T0000") || slice_find_nocase(rest, 0, slice_str("xxxxxx")) != SLICE_NONE)
            judgement_say(judgement, JUDGED_REJECT, "a documented example");
        return;
    }
    eat_part(&rest, '-');
    struct slice team = eat_part(&rest, '-');
    if (slice_to_u64(team, &number) == 0 && team.len >= 9)
        codec_show(judgement->opens.account, sizeof judgement->opens.account, team);
    if (number == 123456789012u || number == 1234567890u)
        judgement_say(judgement, JUDGED_REJECT, "a documented example");
}

static void judge_stripe(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    if (slice_find(c->secret, 0, slice_str("_test_")) != SLICE_NONE)
        judgement_say(judgement, JUDGED_WEAKER, "a test-mode key: moves no money");
}

static void judge_sendgrid(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    unsigned char bytes[33];
    struct slice rest = c->secret;
    (void)argument;
    eat_part(&rest, '.');
    struct slice id = decoded(eat_part(&rest, '.'), bytes, sizeof bytes);
    size_t id_len = id.len;
    if (id_len != 16 || codec_base64(rest, bytes, sizeof bytes) != 32)
        judgement_say(judgement, JUDGED_REJECT, "parts do not decode to 16 and 32 bytes");
}

/* base64 of the vendor's name, which stands in the middle of every key. */
#define OPENAI_MARK \
    "T3Blb"         \
    "kFJ"

static void judge_openai(const struct candidate *c, struct slice argument, struct judgement *judgement)
{
    (void)argument;
    size_t at = slice_find(c->secret, 0, slice_str(OPENAI_MARK));
    if (at == SLICE_NONE || at < 10 || c->secret.len - at < 20)
        judgement_say(judgement, JUDGED_REJECT, "lacks the marker in the middle");
}

const struct validator validators_token[] = {
    { .name = "aws-key-id",
      .meaning =
          "AWS access key ID: base32 alphabet; tells the account; not the documented or known canary ones",
      .judge = judge_aws_key_id },
    { .name = "aws-secret",
      .meaning = "AWS secret access key: 40 base64 characters that look random, not a digest or a path",
      .judge = judge_aws_secret },
    { .name = "aws-ses-smtp",
      .meaning = "AWS SES SMTP password: 33 bytes, version 4; raises only",
      .judge = judge_ses },
    { .name = "jwt",
      .meaning =
          "JSON Web Token: header and payload parse; tells iss, sub, aud, exp; expired or unsigned is weaker",
      .judge = judge_jwt },
    { .name = "pypi", .meaning = "PyPI token: a macaroon for the Python package index", .judge = judge_pypi },
    { .name = "discord",
      .meaning = "Discord bot token: first part is a snowflake; tells the bot",
      .judge = judge_discord },
    { .name = "telegram",
      .meaning = "Telegram bot token: plausible bot number and 35 characters",
      .judge = judge_telegram },
    { .name = "sentry",
      .meaning = "Sentry organisation token: base64 JSON; tells organisation and host",
      .judge = judge_sentry },
    { .name = "grafana-cloud",
      .meaning = "Grafana Cloud token or legacy API key: base64 JSON with name and organisation",
      .judge = judge_grafana_cloud },
    { .name = "onepassword",
      .meaning = "1Password service account token: base64url JSON; tells e-mail and host",
      .judge = judge_onepassword },
    { .name = "jfrog",
      .meaning = "JFrog reference token (tells expiry; expired is weaker) or API key of the right length",
      .judge = judge_jfrog },
    { .name = "slack",
      .meaning = "Slack token or webhook: the parts of its kind; tells the workspace",
      .judge = judge_slack },
    { .name = "stripe", .meaning = "Stripe key: live; a test-mode key is weaker", .judge = judge_stripe },
    { .name = "sendgrid",
      .meaning = "SendGrid key: SG., 22 characters, 43 characters, both decode to whole bytes",
      .judge = judge_sendgrid },
    { .name = "openai", .meaning = "OpenAI key: has the marker T3BlbkFJ", .judge = judge_openai },
    { .name = NULL },
};
