/* validate_account_test.c - pairs of user and password, and passwords that can be read back. */
#include "unit/judging.h"

static const struct {
    const char *validator, *template_text;
    enum judged want;
    const char *user, *host;
} cases[] = {
    { "basic-auth", "{base64:alice:{password:12}}", JUDGED_PROVEN, "alice", NULL },
    { "basic-auth", "{base64:alice:changeme}", JUDGED_REJECT, NULL, NULL },
    { "basic-auth", "{base64:no colon in here}", JUDGED_REJECT, NULL, NULL },
    { "basic-auth", "{base64:Aladdin:open sesame}", JUDGED_REJECT, NULL, NULL },
    { "basic-auth", "!!!", JUDGED_REJECT, NULL, NULL },
    { "url-userinfo", "https://bob:{password:14}@git.acme.test/x.git", JUDGED_NOTHING, "bob",
      "git.acme.test" },
    { "url-userinfo", "postgres://svc%40prod:{percent:{password:14}}@db.acme.test:5432/app", JUDGED_NOTHING,
      "svc@prod", "db.acme.test:5432" },
    { "url-userinfo", "amqp://guest:{alnum:10}@mq/", JUDGED_NOTHING, "guest", "mq" },
    { "url-userinfo", "https://user:pass@server.acme.test/", JUDGED_REJECT, NULL, NULL },
    { "url-userinfo", "https://bob:{lower:6}@example.com/", JUDGED_REJECT, NULL, NULL },
    { "url-userinfo", "https://bob:{alnum:8}7{alpha:4}@example.com/", JUDGED_WEAKER, "bob", "example.com" },
    { "url-userinfo", "https://bob:${{PASS}}@git.acme.test/", JUDGED_REJECT, NULL, NULL },
    { "url-userinfo", "https://bob:****@git.acme.test/", JUDGED_REJECT, NULL, NULL },
    { "url-userinfo", "https://bob:<password>@git.acme.test/", JUDGED_REJECT, NULL, NULL },
    { "url-userinfo", "https://git.acme.test/a:b", JUDGED_REJECT, NULL, NULL },
    { "otpauth", "otpauth://totp/Acme:bob?secret={totp}&issuer=Acme", JUDGED_PROVEN, "Acme:bob", NULL },
    { "otpauth", "otpauth://totp/Acme:bob?issuer=Acme", JUDGED_REJECT, NULL, NULL },
    { "wifi-qr", "WIFI:T:WPA;S:Lobby;P:{alnum:12};;", JUDGED_NOTHING, NULL, NULL },
    { "wifi-qr", "WIFI:T:nopass;S:Lobby;;", JUDGED_REJECT, NULL, NULL },
    { "wifi-qr", "WIFI:T:WPA;S:A\\;B;P:{alnum:12};;", JUDGED_NOTHING, NULL, NULL },
    { "base64-text", "{base64:{password:12}}", JUDGED_NOTHING, NULL, NULL },
    { "base64-text", "{alnum:23}+", JUDGED_REJECT, NULL, NULL },
    { "unattend-password", "{base64utf16:{password:12}Password}", JUDGED_PROVEN, NULL, NULL },
    { "unattend-password", "{base64utf16:{password:12}AdministratorPassword}", JUDGED_PROVEN, NULL, NULL },
    { "unattend-password", "{base64utf16:Password}", JUDGED_REJECT, NULL, NULL },
    { "unattend-password", "{base64:nothing}", JUDGED_REJECT, NULL, NULL },
    { "gpp-cpassword", "{gpp:Local*P4ssword!}", JUDGED_PROVEN, NULL, NULL },
    { "gpp-cpassword", "{base64:{printable:32}}", JUDGED_REJECT, NULL, NULL },
    { "gpp-cpassword", "{base64:{printable:33}}", JUDGED_REJECT, NULL, NULL },
    { "cisco7", "{cisco7:cisco}", JUDGED_PROVEN, NULL, NULL },
    { "cisco7", "99{HEX:10}", JUDGED_REJECT, NULL, NULL },
    { "cisco7", "00FFFFFF", JUDGED_REJECT, NULL, NULL },
    { "juniper9", "{juniper9:lc7 and more of it}", JUDGED_PROVEN, NULL, NULL },
    { "juniper9", "$9$LbHX-wg4Z!", JUDGED_REJECT, NULL, NULL },
    { "vnc", "{vnc:secret99}", JUDGED_PROVEN, NULL, NULL },
    { "vnc", "0011223344556677", JUDGED_REJECT, NULL, NULL },
    { "ntlm", "{ntlm:ACME\\bob}", JUDGED_NOTHING, "bob", NULL },
    { "ntlm", "bob:1001:aad3b435b51404eeaad3b435b51404ee:31d6cfe0d16ae931b73c59d7e0c089c0:::", JUDGED_REJECT,
      NULL, NULL },
    { "password-hash", "{password-hash:sha512}", JUDGED_WEAKER, NULL, NULL },
    { "password-hash", "{password-hash:bcrypt}", JUDGED_WEAKER, NULL, NULL },
    { "password-hash", "{password-hash:apr1}", JUDGED_WEAKER, NULL, NULL },
    { "password-hash", "{password-hash:yescrypt}", JUDGED_WEAKER, NULL, NULL },
    { "password-hash", "{password-hash:sha}", JUDGED_WEAKER, NULL, NULL },
    { "password-hash", "$6${alnum:16}${alnum:80}", JUDGED_REJECT, NULL, NULL },
};

static void pairs_and_stored_passwords(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (char seed = 'a'; seed < 'e'; seed++) {
            struct judgement got =
                judging_ask(cases[i].validator, judging_make(cases[i].template_text, (char[]){ seed, 0 }));
            judging_expect(cases[i].template_text, cases[i].validator, got, cases[i].want);
            if (cases[i].user)
                assert_string_equal(got.opens.user, cases[i].user);
            if (cases[i].host)
                assert_string_equal(got.opens.host, cases[i].host);
        }
}

/* Published: VNC's "password"; type 7 "cisco"; the $9$ of Crypt::Juniper's manual; MS-GPPREF has only the key. */
static void published_forms_decode(void **state)
{
    (void)state;
    judging_expect("vnc", "vnc", judging_ask("vnc", slice_str("dbd83cfd727a1458")), JUDGED_PROVEN);
    judging_expect("cisco7", "cisco7", judging_ask("cisco7", slice_str("0822455D0A16")), JUDGED_PROVEN);
    assert_non_null(strstr(judging_ask("cisco7", slice_str("0822455D0A16")).why, "5 printable"));
    judging_expect("juniper9", "juniper9", judging_ask("juniper9", slice_str("$9$LbHX-wg4Z")), JUDGED_PROVEN);
}

static const struct {
    const char *text, *secret;
    enum judged want;
    const char *user, *host, *account;
} strings[] = {
    { "Server=tcp:db.acme.test,1433;Initial Catalog=crm;User ID=svc;Password=Zk81mQpw;", "Zk81mQpw",
      JUDGED_NOTHING, "svc", "db.acme.test,1433", "crm" },
    { "Driver={ODBC};Server=db;Uid=bob;Pwd={a;b9x};", "a;b9x", JUDGED_NOTHING, "bob", "db", NULL },
    { "Data Source=db;User ID=svc;Password=********;", "********", JUDGED_REJECT, NULL, NULL, NULL },
    { "Data Source=db;User ID=user;Password=password;", "password", JUDGED_REJECT, NULL, NULL, NULL },
    { "Data Source=db;User ID=u;Password={your_password};", "{your_password}", JUDGED_REJECT, NULL, NULL,
      NULL },
    { "host=db.acme.test;dbname=x;user=amy;password=q8sjdk2", "q8sjdk2", JUDGED_NOTHING, "amy",
      "db.acme.test", "x" },
    { "user = (char *) (p + 1); pwd = (char *) (p + ulen + 2); p += ulen", "(char *) (p + ulen + 2)",
      JUDGED_REJECT, NULL, NULL, NULL },
    { "Endpoint=sb://bus.acme.test/;SharedAccessKeyName=Root;SharedAccessKey=abQ9", "abQ9", JUDGED_NOTHING,
      "Root", "sb://bus.acme.test/", NULL },
};

static void connection_strings_tell_user_and_host(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        struct judgement got;
        struct slice text = slice_str(strings[i].text);
        size_t at = slice_find(text, 0, slice_str(strings[i].secret));
        struct candidate candidate = { .match = text,
                                       .secret = slice_sub(text, at, strlen(strings[i].secret)) };
        judging_ask_about("connection-string", &candidate, &got);
        judging_expect(strings[i].text, "connection-string", got, strings[i].want);
        if (strings[i].user)
            assert_string_equal(got.opens.user, strings[i].user);
        if (strings[i].host)
            assert_string_equal(got.opens.host, strings[i].host);
        if (strings[i].account)
            assert_string_equal(got.opens.account, strings[i].account);
    }
}

/* In a text that was percent-decoded the password may hold what the rule takes for its end, and the host be none. */
static void a_password_goes_on_to_the_last_at(void **state)
{
    static const char *const ends[] = { "/tmp/mongodb-27017.sock", "[::1]:27017", "" };
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char text[200];
        struct judgement got;
        int from = snprintf(text, sizeof text, "mongodb://%s:", "svc");
        int cut = from + snprintf(text + from, sizeof text - (size_t)from, "%s", "D1fficultP");
        int matched = cut + snprintf(text + cut, sizeof text - (size_t)cut, "@%s", "ssw0rd");
        snprintf(text + matched, sizeof text - (size_t)matched, "@%s", ends[i]);
        struct candidate candidate = { .match = slice_of(text, (size_t)matched),
                                       .secret = slice_of(text + from, (size_t)(cut - from)),
                                       .after = slice_str(text + matched) };
        judging_ask_about("url-userinfo", &candidate, &got);
        judging_expect(text, "url-userinfo", got, JUDGED_NOTHING);
        assert_int_equal(got.value_count, 1);
        assert_true(slice_is_equal(got.values[0], slice_of(text + from, (size_t)(matched - from))));
        assert_string_equal(got.opens.user, "svc");
        assert_string_equal(got.opens.host, i == 1 ? ends[i] : "");
    }
}

static void docker_auth_names_its_registry(void **state)
{
    struct judgement got;
    (void)state;
    struct slice text =
        judging_make("{{\"auths\": {{\"registry.acme.test\": {{\"auth\": \"{base64:bob:{password}}\"", "d");
    size_t at = slice_find(text, 0, slice_str("\"auth\": \"")) + 9;
    struct slice secret = slice_sub(text, at, text.len - at - 1);
    struct candidate candidate = { .before = slice_sub(text, 0, at - 9),
                                   .match = slice_skip(text, at - 9),
                                   .secret = secret };
    judging_ask_about("docker-auth", &candidate, &got);
    judging_expect("auths", "docker-auth", got, JUDGED_PROVEN);
    assert_string_equal(got.opens.host, "registry.acme.test");
    assert_string_equal(got.opens.user, "bob");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_and_stored_passwords),
        cmocka_unit_test(published_forms_decode),
        cmocka_unit_test(connection_strings_tell_user_and_host),
        cmocka_unit_test(docker_auth_names_its_registry),
        cmocka_unit_test(a_password_goes_on_to_the_last_at),
    };
    return cmocka_run_group_tests_name("validate/account", tests, NULL, NULL);
}
