/* validate_plausible_test.c - each placeholder rule in both directions, and what password generators make. */
#include "unit/judging.h"

#include "validate/placeholder.h"

static const struct {
    enum placeholder want;
    const char *value;
} values[] = {
    /* nothing, or only punctuation */
    { PLACEHOLDER_EMPTY, "" },
    { PLACEHOLDER_EMPTY, "________" },
    { PLACEHOLDER_EMPTY, "- - - -" },
    { PLACEHOLDER_EMPTY, "..." },
    { PLACEHOLDER_EMPTY, "\"\"" },
    { PLACEHOLDER_NONE, "!Q#%&7" },
    { PLACEHOLDER_NONE, "%&!$)(?=" },
    /* one sign again and again, groups */
    { PLACEHOLDER_REPEATED, "xxxx" },
    { PLACEHOLDER_REPEATED, "XXXXXXXX-XXXX-XXXX" },
    { PLACEHOLDER_REPEATED, "0000000000000000" },
    { PLACEHOLDER_REPEATED, "aaaaaaa" },
    { PLACEHOLDER_REPEATED, "\xe2\x97\x8f\xe2\x97\x8f\xe2\x97\x8f\xe2\x97\x8f" },
    { PLACEHOLDER_REPEATED, "abcabcabcabc" },
    { PLACEHOLDER_REPEATED, "k3Jq9Zk3Jq9Zk3Jq9Z" },
    { PLACEHOLDER_REPEATED, "0000000000000001" },
    { PLACEHOLDER_NONE, "bookkeeper77" },
    { PLACEHOLDER_NONE, "aaB7x" },
    { PLACEHOLDER_NONE, "k3Jqk3Jq" },
    { PLACEHOLDER_NONE, "112233445" },
    /* masked */
    { PLACEHOLDER_MASKED, "abc*****" },
    { PLACEHOLDER_MASKED, "ghp_\xe2\x80\xa2\xe2\x80\xa2\xe2\x80\xa2"
                          "Zk8" },
    { PLACEHOLDER_MASKED, "AKIAxxxxxxxx" },
    { PLACEHOLDER_MASKED, "sk_live_....ab" },
    { PLACEHOLDER_MASKED, "xoxb-1\xe2\x80\xa6" },
    { PLACEHOLDER_NONE, "P**w0rd" },
    { PLACEHOLDER_NONE, "mXx9xxQ2" },
    { PLACEHOLDER_NONE, "a..b..9K" },
    /* template fields */
    { PLACEHOLDER_TEMPLATE, "<your-key>" },
    { PLACEHOLDER_TEMPLATE, "{{ api_token }}" },
    { PLACEHOLDER_TEMPLATE, "[Password]" },
    { PLACEHOLDER_TEMPLATE, "{password}" },
    { PLACEHOLDER_TEMPLATE, "<%= secret %>" },
    { PLACEHOLDER_NONE, "<k9#2>" },
    { PLACEHOLDER_NONE, "a<b>c7" },
    { PLACEHOLDER_NONE, "[7hQ2]" },
    /* variables */
    { PLACEHOLDER_VARIABLE, "${DB_PASSWORD}" },
    { PLACEHOLDER_VARIABLE, "$(cat secret)" },
    { PLACEHOLDER_VARIABLE, "$DB_PASS" },
    { PLACEHOLDER_VARIABLE, "textField.text" },
    { PLACEHOLDER_NONE, "river7.text" },
    { PLACEHOLDER_VARIABLE, "$password" },
    { PLACEHOLDER_VARIABLE, "%DB_PASSWORD%" },
    { PLACEHOLDER_VARIABLE, "%s" },
    { PLACEHOLDER_VARIABLE, "process.env.API_TOKEN" },
    { PLACEHOLDER_VARIABLE, "os.environ['X']" },
    { PLACEHOLDER_VARIABLE, ":password" },
    { PLACEHOLDER_NONE, "$Zk8.qQ" },
    { PLACEHOLDER_NONE, "$unsh1ne" },
    { PLACEHOLDER_NONE, "100%sure%9" },
    { PLACEHOLDER_NONE, "Te$(7k" },
    /* words */
    { PLACEHOLDER_WORD, "changeme" },
    { PLACEHOLDER_WORD, "ChangeMe123" },
    { PLACEHOLDER_WORD, "your_api_key" },
    { PLACEHOLDER_WORD, "YOUR-TOKEN-HERE" },
    { PLACEHOLDER_WORD, "password" },
    { PLACEHOLDER_WORD, "AKIAIOSFODNN7EXAMPLE" },
    { PLACEHOLDER_WORD, "null" },
    { PLACEHOLDER_TEMPLATE, "[REDACTED]" },
    { PLACEHOLDER_WORD, "my-secret-token" },
    { PLACEHOLDER_NONE, "Passw0rd!Zk" },
    { PLACEHOLDER_NONE, "tokenize9Q" },
    { PLACEHOLDER_NONE, "barracuda77" },
    { PLACEHOLDER_NONE, "hunter2" },
    { PLACEHOLDER_NONE, "Password2024!" },
    { PLACEHOLDER_WORD, "wrong-password" },
    { PLACEHOLDER_WORD, "new_password" },
    { PLACEHOLDER_NONE, "wrong-password7" },
    { PLACEHOLDER_WORD, "70617373776f7264" },
    { PLACEHOLDER_WORD, "mozilla@" },
    { PLACEHOLDER_WORD, "char" },
    { PLACEHOLDER_WORD, "acme_api_key_goes_here_2" },
    { PLACEHOLDER_NONE, "acme_apikey_k3Jq9Zt5Wb8xR2mV7nQ4" },
    { PLACEHOLDER_NONE, "Mozilla7@" },
    { PLACEHOLDER_NONE, "70617373776f7237" },
    /* labels of forms and what messages say of passwords */
    { PLACEHOLDER_LABEL, "Passwort vergessen?" },
    { PLACEHOLDER_LABEL, "Confirmar contraseña" },
    { PLACEHOLDER_LABEL, "Password must be at least 8 characters" },
    { PLACEHOLDER_LABEL, "Kennwort" },
    { PLACEHOLDER_LABEL, "Пароль" },
    { PLACEHOLDER_LABEL, "新密码" },
    { PLACEHOLDER_LABEL, "パスワード（確認）" },
    { PLACEHOLDER_LABEL, "새 비밀번호" },
    { PLACEHOLDER_LABEL, "required|string|min:12|confirmed" },
    { PLACEHOLDER_NONE, "kzq|Wmz|zkq" },
    { PLACEHOLDER_NONE, "Passwort7" },
    { PLACEHOLDER_NONE, "MeinPasswort" },
    { PLACEHOLDER_NONE, "mein Passwort2024" },
    { PLACEHOLDER_NONE, "密码Zk8q" },
    { PLACEHOLDER_NONE, "correct horse battery" },
    /* indexes and messages cut off */
    { PLACEHOLDER_VARIABLE, "builder.Configuration[" },
    { PLACEHOLDER_VARIABLE, "[KeychainStore" },
    { PLACEHOLDER_NONE, "zk8.q[" },
    { PLACEHOLDER_NONE, "[kzq!Wm" },
    /* sequences */
    { PLACEHOLDER_SEQUENCE, "1234567890" },
    { PLACEHOLDER_SEQUENCE, "0123456789abcdef" },
    { PLACEHOLDER_SEQUENCE, "abcdefgh" },
    { PLACEHOLDER_SEQUENCE, "qwertyuiop" },
    { PLACEHOLDER_SEQUENCE, "987654321" },
    { PLACEHOLDER_SEQUENCE, "sk_1234567890abcdef1234567890abcdef" },
    { PLACEHOLDER_NONE, "k3Jq9Zt5W1234567890b8xR2mV7nQ4" },
    { PLACEHOLDER_NONE, "Summer12345!" },
    { PLACEHOLDER_NONE, "abc7xyz9" },
    { PLACEHOLDER_NONE, "x1234y77q" },
    { PLACEHOLDER_NONE, "4815162342" },
};

static void placeholders_and_what_only_looks_like_one(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        enum placeholder got = placeholder_of(slice_str(values[i].value));
        if (got != values[i].want)
            fail_msg("'%s' %s, but it should be that it %s", values[i].value, placeholder_why(got),
                     placeholder_why(values[i].want));
    }
}

static void published_keys_are_placeholders(void **state)
{
    (void)state;
    /* the phrase that every user of BIP-39 knows, put together here */
    struct buffer text;
    buffer_init(&text, 256);
    for (int i = 0; i < 11; i++)
        buffer_put_str(&text, "abandon ");
    buffer_put_str(&text, "about");
    assert_int_not_equal(placeholder_of(buffer_slice(&text)), PLACEHOLDER_NONE);
    buffer_release(&text);
    struct slice pair = judging_make("{base64:Aladdin:open sesame}", "x");
    assert_int_equal(placeholder_of(pair), PLACEHOLDER_KNOWN);
}

/* 2,000 of each kind: at most one in 2,000 may be taken for a placeholder. */
static void generated_secrets_pass(void **state)
{
    static const char *const templates[] = { "{password:8}",   "{password:12}",  "{password:20}",
                                             "{alnum:8}",      "{alnum:16}",     "{alnum:40}",
                                             "{printable:12}", "{printable:16}", "{base64:40}",
                                             "{hex:32}",       "{hex:64}",       "{base32:32}",
                                             "{lower:10}",     "{uuid}",         "{passphrase:4}" };
    (void)state;
    for (size_t t = 0; t < sizeof templates / sizeof *templates; t++) {
        unsigned refused = 0;
        char seed[24];
        for (int i = 0; i < 2000; i++) {
            snprintf(seed, sizeof seed, "pwgen %d", i);
            struct slice made = judging_make(templates[t], seed);
            enum placeholder got = placeholder_of(made);
            refused += got != PLACEHOLDER_NONE;
            if (got != PLACEHOLDER_NONE)
                print_message("'%.*s' %s\n", (int)made.len, (const char *)made.ptr, placeholder_why(got));
        }
        if (refused > 1)
            fail_msg("%u of 2000 '%s' are taken for placeholders", refused, templates[t]);
    }
}

/* As `pwgen` makes them without options: sayable, with a digit and a capital. */
static void sayable_passwords_pass(void **state)
{
    static const char *const passwords[] = { "aeQu3eip", "Ohf8uTh6", "ooR2aeth", "Phie4gah", "eiM5ohng",
                                             "Xah7ieza", "oGhoo1ie", "ahN0eeph", "Chai3iej", "iev6Gai1" };
    (void)state;
    for (size_t i = 0; i < sizeof passwords / sizeof *passwords; i++) {
        struct slice value = slice_str(passwords[i]);
        judging_expect(passwords[i], "not-placeholder", judging_ask("not-placeholder", value),
                       JUDGED_NOTHING);
    }
}

static const struct {
    const char *validator, *template_text;
    enum judged want;
} cases[] = {
    { "entropy:3.5", "{alnum:32}", JUDGED_NOTHING },
    { "entropy:3.5", "aaaaaaaabbbbbbbb", JUDGED_REJECT },
    { "entropy:1", "aaaaaaaabbbbbbbb", JUDGED_NOTHING },
    { "entropy:1.01", "aaaaaaaabbbbbbbb", JUDGED_REJECT },
    { "entropy:4", "0123456789abcdef", JUDGED_NOTHING },
    { "entropy:4.01", "0123456789ABCdef", JUDGED_REJECT },
    { "entropy:0", "", JUDGED_NOTHING },
    { "entropy:3.3", "3f0a3f9b0c7a3e90", JUDGED_NOTHING }, /* hex has sixteen signs alone */
    { "entropy:3.3", "3g0a3g9b0c7a3e90", JUDGED_REJECT },
    { "entropy:3.3", "3f003f0f0f003e00", JUDGED_REJECT },
    { "charset-mix", "abc", JUDGED_REJECT },
    { "charset-mix", "abc1", JUDGED_NOTHING },
    { "charset-mix:3", "abc1", JUDGED_REJECT },
    { "charset-mix:4", "aB1!", JUDGED_NOTHING },
    { "min-digits", "abc", JUDGED_REJECT },
    { "min-digits:2", "ab1", JUDGED_REJECT },
    { "min-digits:2", "a1b1", JUDGED_NOTHING },
    { "min-length:8", "1234567", JUDGED_REJECT },
    { "min-length:8", "12345678", JUDGED_NOTHING },
    /* typed by hand is weaker, blank is none */
    { "not-blank", "{hex:32}", JUDGED_NOTHING },
    { "not-blank", "1234567890{hex:4}", JUDGED_WEAKER },
    { "not-blank", "k3Jq9Zk3Jq9Zk3Jq9Z", JUDGED_WEAKER },
    { "not-blank", "0000000000000000", JUDGED_REJECT },
    { "not-blank", "abcabcabcabc", JUDGED_REJECT },
    { "not-blank", "your_api_key", JUDGED_REJECT },
    { "not-blank", "<token>", JUDGED_REJECT },
    { "not-blank", "k7*****", JUDGED_REJECT },
    { "not-uuid", "{uuid}", JUDGED_REJECT },
    { "not-uuid", "{hex:36}", JUDGED_NOTHING },
    { "not-hex-digest", "{hex:32}", JUDGED_REJECT },
    { "not-hex-digest", "{HEX:40}", JUDGED_REJECT },
    { "not-hex-digest", "{hex:64}", JUDGED_REJECT },
    { "not-hex-digest", "{hex:36}", JUDGED_NOTHING },
    { "not-hex-digest", "{alnum:39}z", JUDGED_NOTHING },
    { "base64:32", "{base64:{printable:32}}", JUDGED_NOTHING },
    { "base64:32", "{base64:{printable:31}}", JUDGED_REJECT },
    { "base64", "{base64url:{printable:31}}", JUDGED_NOTHING },
    { "base64", "a!", JUDGED_REJECT },
    { "hex:16", "{hex:32}", JUDGED_NOTHING },
    { "hex:16", "{hex:30}", JUDGED_REJECT },
    { "hex", "xyz1", JUDGED_REJECT },
    /* words, paths, programs */
    { "not-word", "abcdefabcdefabcdefabcdefabcdef12", JUDGED_NOTHING },
    { "not-blank", "1234567890abcdef1234567890abcdef", JUDGED_WEAKER },
    { "not-blank", "acme_12345678901234567890123456789012", JUDGED_REJECT },
    { "not-blank", "MyApp-MyApp-SBX-1a2b3c4d-567890ab", JUDGED_WEAKER },
    { "not-blank", "k3Jq9Zt5Wb8xR2mV7nQ4", JUDGED_NOTHING },
    { "not-word", "getPassword()", JUDGED_REJECT },
    { "not-word", "config.database.password", JUDGED_REJECT },
    { "not-word", "UserPasswordField", JUDGED_REJECT },
    { "not-word", "access_key_2", JUDGED_REJECT },
    { "not-word", "required|string|min:12|confirmed", JUDGED_REJECT },
    { "not-word", "kzq|7Wm|zk8q|Q", JUDGED_NOTHING },
    { "not-word", "DATABASE_PASSWORD", JUDGED_REJECT },
    { "not-word", "/etc/ssl/private/key", JUDGED_REJECT },
    { "not-word", "C:\\keys\\id.txt", JUDGED_REJECT },
    { "not-word", "server.key", JUDGED_REJECT },
    { "not-word", "process.env.SECRET", JUDGED_REJECT },
    { "not-word", "obj->token", JUDGED_REJECT },
    { "not-word", "correct", JUDGED_REJECT },
    { "not-word", "{password:12}", JUDGED_NOTHING },
    { "not-word", "{alnum:24}", JUDGED_NOTHING },
    { "not-word", "{hex:32}", JUDGED_NOTHING },
    { "not-word", "{base64:40}", JUDGED_NOTHING },
    { "not-word", "Ohf8uTh6", JUDGED_NOTHING },
    { "not-word", "hunter2024", JUDGED_NOTHING },
    { "not-word", "x7(k2)", JUDGED_NOTHING },
};

static void measures_and_shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct slice value = judging_make(cases[i].template_text, "shape");
        judging_expect(cases[i].template_text, cases[i].validator, judging_ask(cases[i].validator, value),
                       cases[i].want);
    }
}

static void words_near_are_looked_for(void **state)
{
    struct candidate c = { .before = slice_str("first line\nTwilio sid: "),
                           .match = slice_str("abc"),
                           .secret = slice_str("abc"),
                           .after = slice_str(" commit\nsha1") };
    struct judgement got;
    (void)state;
    judging_ask_about("near:twilio|sms", &c, &got);
    assert_int_equal(got.judged, JUDGED_NOTHING);
    judging_ask_about("near:sendgrid|mailgun", &c, &got);
    assert_int_equal(got.judged, JUDGED_REJECT);
    judging_ask_about("not-near:sha1|first", &c, &got); /* both in other lines */
    assert_int_equal(got.judged, JUDGED_NOTHING);
    judging_ask_about("not-near:commit", &c, &got);
    assert_int_equal(got.judged, JUDGED_REJECT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placeholders_and_what_only_looks_like_one),
        cmocka_unit_test(published_keys_are_placeholders),
        cmocka_unit_test(generated_secrets_pass),
        cmocka_unit_test(sayable_passwords_pass),
        cmocka_unit_test(measures_and_shapes),
        cmocka_unit_test(words_near_are_looked_for),
    };
    return cmocka_run_group_tests_name("validate/plausible", tests, NULL, NULL);
}
