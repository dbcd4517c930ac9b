/* validate_key_test.c - private key blocks however mail mangles them, seed phrases, and published vectors. */
#include "unit/judging.h"

#include "validate/bip39_words.h"
#include "validate/codec.h"

static const struct {
    const char *validator, *template_text;
    enum judged want;
    const char *why;
} blocks[] = {
    { "pem", "{pem:rsa}", JUDGED_PROVEN, "primes fit" },
    { "pem", "{pem:rsa-pkcs8}", JUDGED_PROVEN, "primes fit" },
    { "pem", "{pem:ec}", JUDGED_PROVEN, "EC" },
    { "pem", "{pem:ec-pkcs8}", JUDGED_PROVEN, "EC" },
    { "pem", "{pem:dsa}", JUDGED_PROVEN, "DSA" },
    { "pem", "{pem:ed25519}", JUDGED_PROVEN, "Ed25519" },
    { "pem", "{pem:openssh}", JUDGED_PROVEN, "Ed25519" },
    { "pem", "{pem:openssh-encrypted}", JUDGED_WEAKER, "passphrase: aes256-ctr" },
    { "pem", "{pem:encrypted}", JUDGED_WEAKER, "passphrase" },
    { "pem", "{pem:rsa-encrypted}", JUDGED_WEAKER, "passphrase" },
    { "pem", "{pem-line:rsa}", JUDGED_PROVEN, "primes fit" },
    { "pem", "{pem-line:openssh}", JUDGED_PROVEN, "Ed25519" },
    { "pgp-private", "{pgp}", JUDGED_PROVEN, "CRC-24 matches" },
    { "pgp-private", "{pgp:protected}", JUDGED_WEAKER, "passphrase" },
    { "ppk", "{ppk:2}", JUDGED_PROVEN, "Private-MAC" },
    { "ppk", "{ppk:3}", JUDGED_PROVEN, "Private-MAC" },
    { "ppk", "{ppk:encrypted}", JUDGED_WEAKER, "passphrase" },
    { "openvpn-static", "{openvpn-static}", JUDGED_PROVEN, "256 bytes" },
    { "gcp-service-account", "{gcp-service-account}", JUDGED_PROVEN, "primes fit" },
};

static void made_blocks_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        struct judgement got =
            judging_ask(blocks[i].validator, judging_make(blocks[i].template_text, "block"));
        judging_expect(blocks[i].template_text, blocks[i].validator, got, blocks[i].want);
        if (!strstr(got.why, blocks[i].why))
            fail_msg("%s: '%s' does not say '%s'", blocks[i].template_text, got.why, blocks[i].why);
    }
}

/* BLOCK with PREFIX before each line but the first and SUFFIX after each, as a candidate whose match begins at BEGIN. */
static struct judgement ask_mangled(const char *validator, struct slice block, const char *prefix,
                                    const char *suffix, const char *line_end)
{
    struct buffer text;
    struct slice line;
    struct judgement got;
    buffer_init(&text, JUDGING_MAX);
    buffer_put_str(&text, prefix);
    size_t start = text.len;
    for (bool first = true; slice_eat_line(&block, &line) == 1; first = false) {
        if (!first)
            buffer_printf(&text, "%s%s%s", suffix, line_end, prefix);
        buffer_put(&text, slice_chomp(line));
    }
    struct candidate candidate = { .before = slice_sub(buffer_slice(&text), 0, start),
                                   .match = slice_skip(buffer_slice(&text), start),
                                   .secret = slice_skip(buffer_slice(&text), start) };
    judging_ask_about(validator, &candidate, &got);
    buffer_release(&text);
    return got;
}

static const struct {
    const char *name, *prefix, *suffix, *line_end;
} manglings[] = {
    { "CRLF", "", "", "\r\n" },
    { "CR", "", "", "\r" },
    { "quoted", "> ", "", "\n" },
    { "quoted twice", "> > ", "", "\r\n" },
    { "quoted without a space", ">>", "", "\n" },
    { "indented", "        ", "", "\n" },
    { "tabs", "\t", "", "\n" },
    { "in a diff", "+", "", "\n" },
    { "in a quoted diff", "> +", "", "\n" },
    { "trailing spaces", "", "   ", "\n" },
    { "blank lines between", "", "\n", "\n" },
    { "source code", "\"", "\\n\" +", "\n" },
    { "C source", "    \"", "\\n\"", "\n" },
    { "written line ends", "", "", "\\n" },
    { "twice escaped", "", "", "\\\\n" },
    { "written CRLF", "", "", "\\r\\n" },
    { "one line", "", "", " " },
    { "table bars", "| ", " |", "\n" },
};

static void mangled_blocks_parse(void **state)
{
    static const char *const templates[] = { "{pem:rsa}", "{pem:ec}", "{pem:openssh}", "{pem:rsa-pkcs8}" };
    (void)state;
    for (size_t t = 0; t < sizeof templates / sizeof *templates; t++)
        for (size_t m = 0; m < sizeof manglings / sizeof *manglings; m++)
            for (char seed = 'a'; seed < 'f'; seed++) {
                struct slice block = judging_make(templates[t], (char[]){ seed, 0 });
                struct judgement got = ask_mangled("pem", block, manglings[m].prefix, manglings[m].suffix,
                                                   manglings[m].line_end);
                judging_expect(manglings[m].name, templates[t], got, JUDGED_PROVEN);
            }
}

static void damaged_block_is_weaker_or_refused(void **state)
{
    unsigned char copy[4096];
    (void)state;
    struct slice made = judging_make("{pem:rsa}", "damaged");
    memcpy(copy, made.ptr, made.len);
    copy[200] = copy[200] == 'A' ? 'B' : 'A'; /* inside n */
    struct slice half = slice_sub(made, 0, made.len / 2);
    judging_expect("cut", "pem", judging_ask("pem", half), JUDGED_WEAKER);
    struct slice only_label = slice_sub(made, 0, 40);
    judging_expect("label only", "pem", judging_ask("pem", only_label), JUDGED_REJECT);
    struct judgement elided =
        judging_ask("pem", judging_make("-----BEGIN RSA PRIVATE {[K]:1}EY-----\nMIIEpAIBAAKCAQEA...\n...\n"
                                        "-----END RSA PRIVATE {[K]:1}EY-----",
                                        "x"));
    judging_expect("elided", "pem", elided, JUDGED_REJECT);
}

static void numbers_that_do_not_fit_are_weaker(void **state)
{
    unsigned char copy[4096];
    (void)state;
    struct slice made = judging_make("{pem:rsa}", "unfit");
    memcpy(copy, made.ptr, made.len);
    /* n ends 268 bytes into the DER: 48 bytes a line */
    size_t line = (size_t)((const unsigned char *)memchr(made.ptr, '\n', made.len) - made.ptr) + 1;
    size_t at = line + 264 / 48 * 65 + 264 % 48 * 4 / 3; /* near the low end of n */
    copy[at] = copy[at] == 'Q' ? 'R' : 'Q';
    judging_expect("n changed", "pem", judging_ask("pem", slice_of(copy, made.len)), JUDGED_WEAKER);
}

static void ppk_with_a_changed_byte_is_weaker(void **state)
{
    unsigned char copy[2048];
    (void)state;
    struct slice made = judging_make("{ppk:3}", "mac");
    memcpy(copy, made.ptr, made.len);
    copy[made.len - 1] = copy[made.len - 1] == '0' ? '1' : '0';
    judging_expect("mac changed", "ppk", judging_ask("ppk", slice_of(copy, made.len)), JUDGED_WEAKER);
}

static void keys_name_their_owner(void **state)
{
    (void)state;
    assert_string_equal(judging_ask("pem", judging_make("{pem:openssh}", "o")).opens.user, "deploy@build");
    assert_string_equal(judging_ask("ppk", judging_make("{ppk}", "o")).opens.user, "deploy-key");
    assert_string_equal(judging_ask("pgp-private", judging_make("{pgp}", "o")).opens.user,
                        "Alice <alice@acme.test>");
    struct judgement gcp = judging_ask("gcp-service-account", judging_make("{gcp-service-account}", "o"));
    assert_string_equal(gcp.opens.account, "acme-prod");
    assert_non_null(strstr(gcp.opens.user, "deploy@acme-prod"));
}

static void public_blocks_are_refused(void **state)
{
    (void)state;
    struct slice text = judging_make(
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{base64:{printable:200}}\n=AAAA\n-----END", "p");
    judging_expect("public", "pgp-private", judging_ask("pgp-private", text), JUDGED_REJECT);
}

static void seed_phrases_of_every_length(void **state)
{
    static const char *const templates[] = { "{bip39:12}", "{bip39:15}", "{bip39:18}", "{bip39:21}",
                                             "{bip39:24}" };
    (void)state;
    for (size_t i = 0; i < sizeof templates / sizeof *templates; i++)
        judging_expect(templates[i], "bip39", judging_ask("bip39", judging_make(templates[i], "seed")),
                       JUDGED_PROVEN);
    judging_expect(
        "numbered", "bip39",
        judging_ask("bip39", slice_str("1. zoo 2. zoo 3. zoo 4. zoo 5. zoo 6. zoo 7. zoo 8. zoo 9. zoo\n"
                                       "10. zoo 11. zoo 12. wrong")),
        JUDGED_PROVEN); /* a vector of BIP-39 itself */
    judging_expect("words", "bip39",
                   judging_ask("bip39", slice_str("zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo")),
                   JUDGED_REJECT);
    judging_expect("foreign", "bip39",
                   judging_ask("bip39", slice_str("the cat sat on the mat and the dog did not care")),
                   JUDGED_REJECT);
}

static void word_list_is_sorted_and_found(void **state)
{
    (void)state;
    for (int i = 0; i < BIP39_WORDS; i++) {
        assert_int_equal(bip39_index(slice_str(bip39_words[i])), i);
        assert_true(i == 0 || strcmp(bip39_words[i - 1], bip39_words[i]) < 0);
    }
    assert_int_equal(bip39_index(slice_str("aban")), -1);
    assert_int_equal(bip39_index(slice_str("zoology")), -1);
}

static void published_vectors(void **state)
{
    (void)state;
    /* BIP-32, test vector 1, chain m */
    struct buffer text;
    unsigned char bytes[82];
    buffer_init(&text, 256);
    static const char hex[] = "0488ade4000000000000000000"
                              "873dff81c02f525623fd1fe5167eac3a55a049de3d314bb42ee227ffed37d508"
                              "00e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35e77e9d71";
    assert_int_equal(codec_hex(slice_str(hex), bytes, sizeof bytes), 82);
    codec_put_base58(&text, slice_of(bytes, sizeof bytes));
    judging_expect("BIP-32", "bitcoin-xprv", judging_ask("bitcoin-xprv", buffer_slice(&text)), JUDGED_PROVEN);
    buffer_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_blocks_parse),
        cmocka_unit_test(mangled_blocks_parse),
        cmocka_unit_test(damaged_block_is_weaker_or_refused),
        cmocka_unit_test(numbers_that_do_not_fit_are_weaker),
        cmocka_unit_test(ppk_with_a_changed_byte_is_weaker),
        cmocka_unit_test(keys_name_their_owner),
        cmocka_unit_test(public_blocks_are_refused),
        cmocka_unit_test(seed_phrases_of_every_length),
        cmocka_unit_test(word_list_is_sorted_and_found),
        cmocka_unit_test(published_vectors),
    };
    return cmocka_run_group_tests_name("validate/key", tests, NULL, NULL);
}
