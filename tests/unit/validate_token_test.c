/* validate_token_test.c - every family that a maker makes: the made one passes, one changed character does not. */
#include "unit/judging.h"

#include "validate/azure.h"

/* What becomes of a token in which one character is changed. */
struct family {
    const char *validator, *template_text;
    enum judged made, changed;
};

static const struct family families[] = {
    { "github-crc32", "{github:ghp_}", JUDGED_PROVEN, JUDGED_REJECT },
    { "github-crc32", "{github:gho_}", JUDGED_PROVEN, JUDGED_REJECT },
    { "github-crc32", "{github:ghs_}", JUDGED_PROVEN, JUDGED_NOTHING },
    { "github-pat", "{github-pat}", JUDGED_PROVEN, JUDGED_NOTHING },
    { "npm-crc32", "{npm}", JUDGED_PROVEN, JUDGED_REJECT },
    { "grafana-sa", "{grafana}", JUDGED_PROVEN, JUDGED_REJECT },
    { "gitlab-routable", "{gitlab-routable}", JUDGED_PROVEN, JUDGED_REJECT },
    { "gitlab-routable", "{gitlab-routable:glrt-t1_}", JUDGED_PROVEN, JUDGED_REJECT },
    { "atlassian-crc32", "{atlassian}", JUDGED_PROVEN, JUDGED_NOTHING },
    { "cloudflare-crc32", "{cloudflare:cfut_}", JUDGED_PROVEN, JUDGED_REJECT },
    { "cloudflare-crc32", "{cloudflare:cfk_}", JUDGED_PROVEN, JUDGED_REJECT },
    { "vercel", "{vercel}", JUDGED_PROVEN, JUDGED_REJECT },
    { "confluent", "{confluent}", JUDGED_PROVEN, JUDGED_REJECT },
    { "zuplo", "{zuplo}", JUDGED_PROVEN, JUDGED_REJECT },
    { "apify", "{apify}", JUDGED_PROVEN, JUDGED_NOTHING },
    { "salad", "{salad:org}", JUDGED_PROVEN, JUDGED_NOTHING },
    { "azure-marvin32", "{azure-key:+ASt}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:+ABa}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:ACDb}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:AzCa}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:+ACR}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:AzSe}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:+ASb}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:+AEh}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:+ARm}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:AIoT}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:+AMC}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:APIM}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-marvin32", "{azure-key:AzFu}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-cask", "{azure-cask}", JUDGED_PROVEN, JUDGED_REJECT },
    { "entra-secret", "{entra-secret}", JUDGED_PROVEN, JUDGED_REJECT },
    { "azure-devops-pat", "{azure-devops-pat}", JUDGED_PROVEN, JUDGED_NOTHING },
    { "age-key", "{age}", JUDGED_PROVEN, JUDGED_REJECT },
    { "bitcoin-wif", "{wif}", JUDGED_PROVEN, JUDGED_REJECT },
    { "bitcoin-xprv", "{xprv}", JUDGED_PROVEN, JUDGED_REJECT },
    { "bitlocker", "{bitlocker}", JUDGED_PROVEN, JUDGED_REJECT },
};

/* Another character of the same class, so that only the checksum can tell. */
static void change_one(unsigned char *text, size_t at)
{
    text[at] = text[at] == '9'   ? '8'
               : text[at] == 'z' ? 'y'
               : text[at] == 'Z' ? 'Y'
                                 : (unsigned char)(text[at] + 1);
    if (text[at] == 'l' || text[at] == 'I' || text[at] == 'O') /* not in base 58 */
        text[at]++;
    if (text[at] == 'B' || text[at] == 'b' || text[at] == '1') /* not in bech32 */
        text[at] += 2;
}

static void checksums_tell_made_from_changed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        const struct family *f = &families[i];
        for (char seed = 'a'; seed < 'k'; seed++) {
            unsigned char copy[512];
            struct slice made = judging_make(f->template_text, (char[]){ seed, 0 });
            judging_expect(f->template_text, f->validator, judging_ask(f->validator, made), f->made);
            assert_true(made.len <= sizeof copy);
            memcpy(copy, made.ptr, made.len);
            change_one(copy, 15 + (size_t)(seed - 'a'));
            judging_expect(f->template_text, f->validator,
                           judging_ask(f->validator, slice_of(copy, made.len)), f->changed);
        }
    }
}

/* A validator that is asked about another family's secret must not prove it. */
static void no_validator_proves_another_family(void **state)
{
    (void)state;
    for (size_t v = 0; v < sizeof families / sizeof *families; v++)
        for (size_t t = 0; t < sizeof families / sizeof *families; t++) {
            struct judgement got =
                judging_ask(families[v].validator, judging_make(families[t].template_text, "other"));
            if (strcmp(families[v].validator, families[t].validator) != 0 && got.judged == JUDGED_PROVEN)
                fail_msg("%s proves %s", families[v].validator, families[t].template_text);
        }
}

/* Whatever the bytes, each validator returns, says why where it judges, and ends its strings. */
static void any_bytes_are_survived(void **state)
{
    static const char *const inputs[] = { "",
                                          "a",
                                          ".",
                                          "..",
                                          "=",
                                          "-----BEGIN",
                                          "://@:",
                                          ":",
                                          "$9$",
                                          "{SHA}",
                                          "$2b$",
                                          "xoxb-",
                                          "sntrys_",
                                          "ops_",
                                          "glc_",
                                          "SG..",
                                          "WIFI:S:",
                                          "otpauth://totp/?secret=",
                                          "PuTTY-User-Key-File-3: ",
                                          "reftkn" };
    struct prng prng;
    (void)state;
    prng_init(&prng, slice_str("bytes"));
    for (size_t t = 0; validator_tables[t]; t++)
        for (const struct validator *v = validator_tables[t]; v->name; v++)
            for (size_t i = 0; i < 400; i++) {
                unsigned char bytes[300];
                size_t len = prng_below(&prng, sizeof bytes);
                prng_bytes(&prng, bytes, len);
                const char *fixed = inputs[i % (sizeof inputs / sizeof *inputs)];
                struct slice secret = i < 200 ? slice_of(bytes, len) : slice_str(fixed);
                struct judgement got = judging_ask(v->name, secret);
                assert_true(got.judged == JUDGED_NOTHING || got.why[0]);
                assert_non_null(memchr(got.why, 0, sizeof got.why));
                assert_non_null(memchr(got.opens.user, 0, sizeof got.opens.user));
            }
}

/* Every prefix of a made secret: what is cut must not be read past its end (seen under ASan). */
static void cut_secrets_are_survived(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        struct slice made = judging_make(families[i].template_text, "cut");
        for (size_t len = 0; len < made.len; len++) {
            unsigned char *copy = malloc(len ? len : 1);
            memcpy(copy, made.ptr, len);
            judging_ask(families[i].validator, slice_of(copy, len));
            free(copy);
        }
    }
}

struct structure {
    const char *validator, *template_text;
    enum judged want;
    const char *account, *user, *host; /* NULL: not looked at */
};

static const struct structure structures[] = {
    { "aws-secret", "{aws-secret}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "aws-secret", "{hex:40}", JUDGED_REJECT, NULL, NULL, NULL },
    { "aws-secret", "{lower:40}", JUDGED_REJECT, NULL, NULL, NULL },
    { "aws-key-id", "AKIA{[ABC]:15}1", JUDGED_REJECT, NULL, NULL, NULL },
    { "aws-key-id", "AKIA{upper:9}EXAMPLE", JUDGED_REJECT, NULL, NULL, NULL },
    { "jwt", "{jwt:iss=https://id.acme.test/x,sub=alice,aud=api,exp=4102444800}", JUDGED_PROVEN, "api",
      "alice", "id.acme.test" },
    { "jwt", "{jwt:sub=alice,exp=1500000000}", JUDGED_WEAKER, NULL, "alice", NULL },
    { "jwt", "{jwt:sub=1234567890,name=John Doe,iat=1516239022}", JUDGED_REJECT, NULL, NULL, NULL },
    { "jwt", "{jwt:role=anon,iss=supabase,exp=4102444800}", JUDGED_WEAKER, NULL, NULL, NULL },
    { "jwt", "{base64url:not json}.{base64url:no}.{base64url:x}", JUDGED_REJECT, NULL, NULL, NULL },
    { "pypi", "{pypi}", JUDGED_PROVEN, NULL, NULL, NULL },
    { "pypi", "pypi-{base64url:nothing of the kind here, only text that is long enough}", JUDGED_REJECT, NULL,
      NULL, NULL },
    { "discord", "{discord}", JUDGED_PROVEN, NULL, NULL, NULL },
    { "discord", "{base64url:not a number here}.{alnum:6}.{alnum:38}", JUDGED_REJECT, NULL, NULL, NULL },
    { "telegram", "{telegram}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "telegram", "1234567890:AA{alnum:33}", JUDGED_REJECT, NULL, NULL, NULL },
    { "sentry", "{sentry:acme}", JUDGED_PROVEN, "acme", NULL, "sentry.test" },
    { "sentry", "sntrys_{base64:nope}_{alnum:43}", JUDGED_REJECT, NULL, NULL, NULL },
    { "sentry", "sntrys_{base64:{{\"iat\":1}}}_{alnum:43}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "grafana-cloud", "{grafana-cloud}", JUDGED_PROVEN, NULL, "stack-writer", NULL },
    { "grafana-cloud", "glc_{alnum:60}", JUDGED_REJECT, NULL, NULL, NULL },
    { "onepassword", "{onepassword}", JUDGED_PROVEN, NULL, NULL, "acme.1password.test" },
    { "jfrog", "{jfrog}", JUDGED_PROVEN, NULL, NULL, NULL },
    { "jfrog", "{jfrog:1500000000}", JUDGED_WEAKER, NULL, NULL, NULL },
    { "jfrog", "{base64:reftkn but not so}", JUDGED_REJECT, NULL, NULL, NULL },
    { "slack", "{slack}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "slack", "{slack:webhook}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "slack", "xoxb-123456789012-123456789012-{alnum:24}", JUDGED_REJECT, NULL, NULL, NULL },
    { "stripe", "{stripe:sk_live_}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "stripe", "{stripe:sk_test_}", JUDGED_WEAKER, NULL, NULL, NULL },
    { "sendgrid", "{sendgrid}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "sendgrid", "SG.{alnum:21}.{alnum:43}", JUDGED_REJECT, NULL, NULL, NULL },
    { "openai", "{openai}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "openai", "sk-proj-{alnum:100}", JUDGED_REJECT, NULL, NULL, NULL },
    { "aws-ses-smtp", "{aws-ses-smtp}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "bitbucket-dc-pat", "{bitbucket-dc-pat}", JUDGED_PROVEN, NULL, NULL, NULL },
    { "bitbucket-dc-pat", "{alnum:44}", JUDGED_REJECT, NULL, NULL, NULL },
    { "wireguard", "{wireguard}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "wireguard", "{base64:\xff 0123456789012345678901234567890}", JUDGED_REJECT, NULL, NULL, NULL },
    { "totp-base32", "{totp}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "totp-base32", "{totp:8}", JUDGED_REJECT, NULL, NULL, NULL },
    { "azure-storage", "{azure-storage-key}", JUDGED_NOTHING, NULL, NULL, NULL },
    { "azure-storage", "{alnum:87}=", JUDGED_REJECT, NULL, NULL, NULL },
    { "azure-sas", "https://acme.blob.test/c?{azure-sas}", JUDGED_NOTHING, NULL, NULL, "acme.blob.test" },
    { "azure-sas", "{azure-sas:2020-01-01}", JUDGED_WEAKER, NULL, NULL, NULL },
    { "azure-sas", "se=2099-01-01&sig=tooshort", JUDGED_REJECT, NULL, NULL, NULL },
};

static void structures_decode(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof structures / sizeof *structures; i++) {
        const struct structure *s = &structures[i];
        struct judgement got = judging_ask(s->validator, judging_make(s->template_text, "structure"));
        judging_expect(s->template_text, s->validator, got, s->want);
        if (s->account)
            assert_string_equal(got.opens.account, s->account);
        if (s->user)
            assert_string_equal(got.opens.user, s->user);
        if (s->host)
            assert_string_equal(got.opens.host, s->host);
    }
}

static void aws_key_id_tells_its_account(void **state)
{
    (void)state;
    struct judgement got = judging_ask("aws-key-id", judging_make("{aws-key-id}", "account"));
    assert_int_equal(got.judged, JUDGED_NOTHING);
    assert_int_equal(strlen(got.opens.account), 12);
}

static void gitlab_token_tells_its_owner(void **state)
{
    (void)state;
    struct judgement got = judging_ask("gitlab-routable", judging_make("{gitlab-routable}", "owner"));
    assert_non_null(strstr(got.opens.account, "organization 1"));
    assert_non_null(strstr(got.opens.account, "user "));
}

static void cask_tells_when_it_was_made(void **state)
{
    (void)state;
    struct judgement got = judging_ask("azure-cask", judging_make("{azure-cask:AZEG}", "month"));
    assert_non_null(strstr(got.why, "2025-03"));
    assert_string_equal(got.opens.service, "Azure AZEG");
}

/* A seed is the ASCII of a name padded with zeros to eight: a wrong digit in the table would not be that. */
static void azure_seeds_are_names(void **state)
{
    (void)state;
    for (const struct azure_key *key = azure_keys; key->signature; key++)
        for (size_t i = 0; i < AZURE_SEEDS_MAX && key->seeds[i]; i++) {
            for (int shift = 0; shift < 64; shift += 8) {
                unsigned char c = (unsigned char)(key->seeds[i] >> shift);
                assert_true(c == '0' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
            }
            assert_int_equal((unsigned char)key->seeds[i], '0');
        }
}

static void names_are_unique_and_lower_case(void **state)
{
    (void)state;
    for (size_t t = 0; validator_tables[t]; t++)
        for (const struct validator *v = validator_tables[t]; v->name; v++) {
            assert_ptr_equal(validator_find(slice_str(v->name)), v);
            assert_non_null(v->meaning);
            assert_int_equal(strspn(v->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(v->name));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksums_tell_made_from_changed),
        cmocka_unit_test(no_validator_proves_another_family),
        cmocka_unit_test(any_bytes_are_survived),
        cmocka_unit_test(cut_secrets_are_survived),
        cmocka_unit_test(structures_decode),
        cmocka_unit_test(aws_key_id_tells_its_account),
        cmocka_unit_test(gitlab_token_tells_its_owner),
        cmocka_unit_test(cask_tells_when_it_was_made),
        cmocka_unit_test(names_are_unique_and_lower_case),
        cmocka_unit_test(azure_seeds_are_names),
    };
    return cmocka_run_group_tests_name("validate/token", tests, NULL, NULL);
}
