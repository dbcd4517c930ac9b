/* suppressor_test.c - mail's own noise is silent for a named reason, and nobody can hide a secret in what looks like it. */
#include "unit/judging.h"

#include "match/suppress.h"

/* In a template, the secret stands between \1 and \2; the match between \3 and \4 where it is more than the secret. */
struct sight {
    size_t from, to, match_from, match_to;
};

static struct slice take_marks(struct slice made, unsigned char *out, struct sight *sight)
{
    size_t len = 0;
    bool has_match = false;
    for (size_t i = 0; i < made.len; i++) {
        switch (made.ptr[i]) {
        case 1:
            sight->from = len;
            break;
        case 2:
            sight->to = len;
            break;
        case 3:
            sight->match_from = len;
            has_match = true;
            break;
        case 4:
            sight->match_to = len;
            break;
        default:
            out[len++] = made.ptr[i];
        }
    }
    if (!has_match) {
        sight->match_from = sight->from;
        sight->match_to = sight->to;
    }
    return slice_of(out, len);
}

static const char *silenced_by(const char *template_text, enum verdict verdict, const char *family)
{
    static unsigned char text[JUDGING_MAX];
    struct sight sight = { 0 };
    size_t budget = SUPPRESS_BUDGET;
    struct rule rule = { .id = "test", .family = family, .verdict = verdict };
    struct slice made = take_marks(judging_make(template_text, "noise"), text, &sight);
    struct suppress_scene scene = { made,           sight.from, sight.to, sight.match_from,
                                    sight.match_to, &rule,      verdict,  &budget };
    const struct suppressor *by = suppressor_find(&scene);
    return by ? by->name : NULL;
}

struct noise_case {
    const char *name;  /* of the suppressor */
    const char *noise; /* it silences this, */
    const char *other; /* and not that */
};

/* A line of armour. */
#define LINE64 "{base64:64}\n"

static const struct noise_case cases[] = {
    { "message-id", "Subject: x\nMessage-ID: <\1{alnum:24}\2.{digits:8}@mail.example.org>\n",
      "Subject: x\nMessage-ID: \1{alnum:24}\2\n" },
    { "message-id", "References: <{alnum:10}@a.example>\r\n\t<\1{hex:32}\2@b.example>\r\nTo: x\r\n",
      "X-Note: <{alnum:10}@a.example>\r\n\t<\1{hex:32}\2@b.example>\r\nTo: x\r\n" },
    { "message-id", "> Message-ID: <\1{hex:32}\2@b.example>\n",
      "Message-ID: <\3password=\1{alnum:12}\2\4@b.example>\n" },
    { "content-id-url", "<img src=\"cid:\1{hex:24}\2@01D8.{hex:8}\">",
      "<img src=\"x:\1{hex:24}\2@01D8.{hex:8}\">" },
    { "mime-boundary", "Content-Type: multipart/mixed;\n boundary=\"\1{alnum:32}\2\"\n",
      "Content-Type: text/plain; password=\"\1{alnum:32}\2\"\n" },
    { "mime-boundary", "--{[x]:30}\1{[y]:4}\2\ntext\n--{[x]:30}{[y]:4}\nmore\n",
      "--\1{[y]:34}\2\ntext\nmore\n" },
    { "dkim-signature",
      "DKIM-Signature: v=1; a=rsa-sha256; d=example.org;\n\tbh=\1{base64:43}=\2;\n\tb={base64:342}==\n",
      "DKIM-Signature: v=1; a=rsa-sha256; d=example.org;\n\tbh=\1{base64:30}\2;\n\tb={base64:342}==\n" },
    { "dkim-signature", "ARC-Seal: i=1; cv=none; b={base64:60}\1{base64:40}\2{base64:242}==\n",
      "ARC-Seal: i=1; cv=none; b=\3password=\1{base64:40}\2\4\n" },
    { "dkim-signature", "DKIM-Signature: v=1; b=\1{base64:86}\2==; d=example.org\n",
      "DKIM-Signature: v=1; b={base64:86}==; \3password=\1{base64:86}\2\4==; d=example.org\n" },
    { "dkim-record", "s1._domainkey TXT \"v=DKIM1; k=rsa; p=MIGf\1{base64:40}\2{base64:172}\"",
      "s1._domainkey TXT \"v=DKIM1; k=rsa; t=\1{base64:40}\2{base64:172}\"" },
    { "authentication-results",
      "Authentication-Results: mx; dkim=pass header.i=@x header.b=\1{base64:8}\2;\n",
      "Authentication-Results: mx; dkim=pass \3password=\1{base64:8}\2\4;\n" },
    { "received-id", "Received: from a by b with ESMTPS\n\tid \1{alnum:24}\2 for <x@y>;\n",
      "Received: from a by b (password \1{alnum:24}\2) with ESMTPS\n" },
    { "address", "Return-Path: <bounce-\1{alnum:24}\2.{digits:6}@news.example.org>\n",
      "Subject: bounce-\1{alnum:24}\2.{digits:6}@news.example.org\n" },
    { "thread-index", "Thread-Index: \1AQHa{base64:26}\2==\n", "Thread-Index: \1{base64:30}\2\n" },
    { "spam-filter", "X-MS-Exchange-AntiSpam-MessageData: \1{base64:60}\2\n",
      "X-MS-Exchange-AntiSpam-MessageData: \3password: \1{alnum:14}\2\4\n" },
    { "spam-filter", "X-Rspamd-Pre-Result: \1{hex:32}\2\n",
      "X-Spam-Report: \3Kennwort\4 ist \1{alnum:14}\2\n" },
    { "sender-trace", "X-Gm-Message-State: \1{base64:60}\2\n", "X-Api-Key: \1{base64:60}\2\n" },
    { "autocrypt",
      "Autocrypt: addr=a@b.example; keydata=\n mDME{base64:60}\n \1{base64:72}\2\n {base64:72}\n",
      "Autocrypt: addr=a@b.example; keydata=\n \1{alnum:32}\2\n" },
    { "face", "X-Face: \1{alnum:60}\2\n", "X-Place: \1{alnum:60}\2\n" },
    { "pgp-block",
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: "
      "x\n\nmDME{base64:60}\n\1{base64:40}\2{base64:24}\n" LINE64
      "=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n",
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\nComment: \1{alnum:40}\2\n\nmDME{base64:60}\n" LINE64
      "=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n" },
    { "pgp-block",
      "> -----BEGIN PGP SIGNATURE-----\r\n>\r\n> iQEz{base64:60}\r\n> \1{base64:64}\2\r\n> -----END PGP "
      "SIGNATURE-----\r\n",
      "> -----BEGIN PGP SIGNATURE-----\r\n>\r\n> xyz1{base64:60}\r\n> \1{base64:64}\2\r\n> -----END PGP "
      "SIGNATURE-----\r\n" },
    { "pgp-block",
      "-----BEGIN PGP MESSAGE-----\n\nhQEM{base64:60}\n\1{base64:64}\2\n-----END PGP MESSAGE-----\n",
      "-----BEGIN PGP MESSAGE-----\n\nhQEM{base64:60}\nthe pass phrase: \1{base64:64}\2\n-----END PGP "
      "MESSAGE-----\n" },
    { "certificate",
      "-----BEGIN CERTIFICATE-----\nMIID{base64:60}\n\1{base64:64}\2\nAAAA\n-----END CERTIFICATE-----\n",
      "-----BEGIN RSA PRIVATE KEY-----\nMIID{base64:60}\n\1{base64:64}\2\nAAAA\n-----END RSA PRIVATE "
      "KEY-----\n" },
    { "certificate", "-----BEGIN PKCS7-----\nMIIG{base64:60}\n\1{base64:64}\2\n-----END PKCS7-----\n",
      "-----BEGIN PKCS7-----\nMIIG{base64:60}\n\1{base64:64}\2\n" },
    { "ssh-public-key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI\1{base64:40}\2{base64:3} a@b",
      "ssh-password AAAAC3NzaC1lZDI1NTE5AAAAI\1{base64:40}\2{base64:3} a@b" },
    { "base64-image",
      "<img src=\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUg{base64:200}\1{base64:40}\2{base64:30}\">",
      "<img src=\"data:image/png;base64,{base64:200}\1{base64:40}\2{base64:30}\">" },
    { "base64-image", "/9j/4AAQ{base64:68}\n{base64:76}\n\1{base64:76}\2\n{base64:76}\n",
      "/9j/4AAQ{base64:68}\n{base64:76}\n\n\1{alnum:76}\2\n" },
    { "lock-file", "+      \"integrity\": \"sha512-\1{base64:86}==\2\",\n",
      "+      \"integrity\": \"sha512-\1{base64:40}\2\",\n" },
    { "lock-file", "+checksum = \"\1{hex:64}\2\"\n", "+checksum = \"\1{alnum:40}\2\"\n" },
    { "lock-file", "+golang.org/x/crypto v0.1.0/go.mod h1:\1{base64:43}=\2\n",
      "+golang.org/x/crypto h1:\1{base64:43}=\2\n" },
    { "lock-file", "> +    {{file = \"a.whl\", hash = \"sha256:\1{hex:64}\2\"}},\n",
      "+    {{password = \"\1{hex:64}\2\"}},\n" },
    { "lock-file", "  resolved \"https://registry.example/js-tokens-4.0.0.tgz#\1{hex:40}\2\"\n",
      "  resolved \"https://registry.example/x?token=\1{hex:40}\2\"\n" },
    { "lock-file", "-  \"integrity\": \"sha512-\1{base64:86}==\2\"",
      "+  \"password\": \"sha512-\1{base64:86}==\2\"" },
    { "hash", "SHA256: \1{hex:64}\2", "password hash (md5): \1{hex:32}\2" },
    { "hash", "the md5sum is\nmd5 = \1{hex:32}\2", "api key sha256 \1{hex:64}\2" },
    { "lock-file", "+host.example/password v0.1.1/go.mod \1h1:{base64:43}=\2\n",
      "password v0.1.1 is \1h1:{base64:40}\2\n" },
    { "domain-proof", "example.org. IN TXT \"\3docusign=\1{uuid:}\2\4\"", "DOCUSIGN=\1{uuid:}\2 TXT" },
    { "domain-proof", "@ TXT \"stripe-verification=\1{hex:64}\2\"", "@ TXT \"stripe-secret=\1{hex:64}\2\"" },
    { "attribute", NULL, "\3Passwort\4</t></is></c><c r=\"B1\" t=\"\1{alnum:9}\2\">" },
    { "key-pin", "\3Pin\4 SHA256: \1{base64:43}=\2", "\3Pin\4: \1{base64:43}=\2" },
    { "key-pin", "Public-Key-Pins: pin-sha256=\"\1{base64:43}=\2\"", "pin-sha256=\"\1{base64:40}\2\"" },
    { "public-key", "[Peer]\nPublicKey = \1{base64:43}=\2\n",
      "[Interface]\nPrivateKey = \1{base64:43}=\2\n" },
    { "public-key", "publickey=\1{base64:43}=\2", "public-key=\"\1{password:14}\2\"" },
    { "hash-list", "\1{hex:64}\2  a.tar.gz\n{hex:64}  b.tar.gz\n", "\1{hex:64}\2  a.tar.gz\nand so on\n" },
    { "commit-id", "commit \1{hex:40}\2\nAuthor: x", "token \1{hex:40}\2\nAuthor: x" },
    { "commit-id", "Change-Id: I\1{hex:40}\2", "the key (commit): \1{hex:40}\2" },
    { "commit-id", "https://git.example/x/commit/\1{hex:40}\2",
      "https://git.example/x/private/\1{hex:40}\2" },
    { "uuid", "\"requestId\": \"\1{uuid:}\2\"", "\"api_key\": \"\1{uuid:}\2\"" },
    { "uuid", "\3Password\4 reset, tracking id: \1{uuid:}\2", "\3Password\4 (uuid): \1{uuid:}\2" },
    { "uuid", "device uuid \1{uuid:}\2", "session id \1{uuid:}\2" },
    { "calendar-uid", "BEGIN:VEVENT\nUID:\1{hex:40}\2-{hex:8}\nEND:VEVENT", "UID:\1{hex:40}\2-{hex:8}\n" },
    { "meeting-id", "GlobalObjId = \001040000008200E00074C5B7101A82E008{HEX:64}\2",
      "GlobalObjId = \1{HEX:96}\2" },
    { "unsubscribe", "List-Unsubscribe: <https://mail.example.org/u?t=\1{alnum:40}\2>\n",
      "X-Link: <https://mail.example.org/u?t=\1{alnum:40}\2>\n" },
    { "unsubscribe", "https://news.example.org/unsubscribe?\3token=\1{alnum:40}\2\4",
      "https://news.example.org/unsubscribe?next=/reset-password&\3token=\1{alnum:40}\2\4" },
    { "unsubscribe", "https://a.example/unsubscribe/\1{alnum:40}\2",
      "https://a.example/?x=unsubscribe&token=\1{alnum:40}\2" },
    { "tracking", "https://click.news.example.org/?qs=\1{hex:64}\2",
      "https://news.example.org/?qs=\1{hex:64}\2" },
    { "tracking", "<img src=\"https://a.example/x.gif?u=\1{hex:32}\2\" width=\"1\" height=\"1\">",
      "<img src=\"https://a.example/x.gif?u=\1{hex:32}\2\" width=\"100\">" },
    { "tracking", "https://a.example/wf/open?upn=\1{alnum:90}\2",
      "https://a.example/wf/open?to=https://bank.example/x?\3token=\1{alnum:40}\2\4" },
    { "unsubscribe", "https://shop.example/unsub?\3token=\1{alnum:40}\2\4",
      "https://shop.example/subs?\3token=\1{alnum:40}\2\4" },
    { "unsubscribe", "https://preferences.shop.example/c?\3token=\1{alnum:40}\2\4",
      "https://shop.example/preferences.?\3token=\1{alnum:40}\2\4" },
    { "campaign-mark", "https://a.example/in/me?\3midToken=\1{alnum:22}\2\4&otp=1",
      "https://a.example/in/me?midToken=1&\3otpToken=\1{alnum:40}\2\4" },
    { "campaign-mark", "https://a.example/reset?utm_id=\1{alnum:32}\2",
      "https://a.example/reset?xutm_id=\1{alnum:32}\2" },
    { "wrapped-link",
      "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx&sdata=\1{alnum:44}\2&reserved=0",
      "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fx%2F\1{alnum:44}\2&reserved=0" },
};

static void noise_is_silenced_by_its_own_suppressor(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!cases[i].noise)
            continue;
        const char *by = silenced_by(cases[i].noise, VERDICT_CONTEXTUAL, "test");
        if (!by || strcmp(by, cases[i].name) != 0)
            fail_msg("%s: '%s' is silenced by %s", cases[i].name, cases[i].noise, by ? by : "nothing");
    }
}

static void what_only_looks_like_noise_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *by = silenced_by(cases[i].other, VERDICT_CONTEXTUAL, "test");
        if (by)
            fail_msg("%s: '%s' is silenced by %s", cases[i].name, cases[i].other, by);
    }
}

/* A sentence's word and an attribute of the next tag; an attribute that the word stands in; a value in angle brackets. */
static void a_sentence_does_not_reach_into_a_tag(void **state)
{
    static const char *const told[] = { "<a \3password\4=\"\1{alnum:9}\2\">", "\3password\4: <\1{alnum:9}\2>",
                                        "\3Passwort\4</t></c><c t=\"s\">\1{alnum:9}\2</c>" };
    const char *by =
        silenced_by("\3Passwort\4</t></c><c r=\"B1\" t=\"\1{alnum:9}\2\">", VERDICT_PROSE, "test");
    (void)state;
    assert_non_null(by);
    assert_string_equal(by, "attribute");
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        assert_null(silenced_by(told[i], VERDICT_PROSE, "test"));
}

static void an_issuers_own_shape_is_told_in_any_noise(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_null(silenced_by(cases[i].noise, VERDICT_STRUCTURAL, "github-token"));
        assert_null(silenced_by(cases[i].noise, VERDICT_PROVEN, "github-token"));
    }
    assert_string_equal(silenced_by("https://a.example/unsubscribe?t=\1{jwt:}\2", VERDICT_PROVEN, "jwt"),
                        "unsubscribe");
    assert_null(silenced_by("https://click.a.example/?t=\1{jwt:}\2", VERDICT_PROVEN, "jwt"));
}

static void every_suppressor_has_a_case_and_words(void **state)
{
    (void)state;
    for (size_t t = 0; suppressor_tables[t]; t++)
        for (const struct suppressor *row = suppressor_tables[t]; row->name; row++) {
            size_t found = 0;
            char why[160];
            for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
                found += strcmp(cases[i].name, row->name) == 0;
            if (found == 0)
                fail_msg("no case for %s", row->name);
            assert_true(row->silences && row->reason);
            suppressor_put_why(row, why, sizeof why);
            assert_non_null(strstr(why, row->name));
            assert_true(strlen(why) < sizeof why - 1);
        }
}

/* A megabyte of base64 with matches everywhere: looking around stops at the budget, and then nothing is silenced. */
static void looking_around_is_bounded(void **state)
{
    (void)state;
    size_t len = 1024 * 1024, budget = SUPPRESS_BUDGET, silenced = 0, told = 0;
    unsigned char *text = malloc(len);
    struct rule rule = { .id = "test", .family = "test", .verdict = VERDICT_CONTEXTUAL };
    assert_non_null(text);
    for (size_t i = 0; i < len; i++)
        text[i] = i % 77 == 76 ? '\n' : 'A';
    memcpy(text, "iVBORw0KGgoAAAANSUhEUg", 22);
    for (size_t at = 30; at + 40 < 60000; at += 20) {
        struct suppress_scene scene = { slice_of(text, len), at,     at + 10, at, at + 10, &rule,
                                        VERDICT_CONTEXTUAL,  &budget };
        const struct suppressor *by = suppressor_find(&scene);
        silenced += by != NULL;
        told += by == NULL;
    }
    assert_true(silenced > 0);
    assert_true(told > 0);
    assert_int_equal(budget, 0);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_is_silenced_by_its_own_suppressor),
        cmocka_unit_test(what_only_looks_like_noise_is_told),
        cmocka_unit_test(a_sentence_does_not_reach_into_a_tag),
        cmocka_unit_test(an_issuers_own_shape_is_told_in_any_noise),
        cmocka_unit_test(every_suppressor_has_a_case_and_words),
        cmocka_unit_test(looking_around_is_bounded),
    };
    return cmocka_run_group_tests_name("suppressor", tests, NULL, NULL);
}
