/* validate_wallet_test.c - keys of wallets: made ones pass, changed ones and those of other families do not; published vectors. */
#include "unit/judging.h"

#include "validate/base58check.h"
#include "validate/codec.h"

static const struct {
    const char *validator, *template_text;
    enum judged want;
} keys[] = {
    { "stellar-seed", "{stellar}", JUDGED_PROVEN },
    { "stellar-seed", "SA{base32:54}", JUDGED_REJECT },
    { "stellar-seed", "{ripple}", JUDGED_REJECT },
    { "ripple-seed", "{ripple}", JUDGED_PROVEN },
    { "ripple-seed", "s{[rpshnaf39wBUDNEGHJKLM]:28}", JUDGED_REJECT },
    { "ripple-seed", "{wif}", JUDGED_REJECT },
    { "ripple-seed", "", JUDGED_REJECT },
    { "base58check:36", "{base58check:0d0f3a07-32}", JUDGED_PROVEN },
    { "base58check", "{base58check:0d0f3a07-32}", JUDGED_PROVEN },
    { "base58check:39", "{base58check:0d0f3a07-32}", JUDGED_REJECT },
    { "base58check:39", "{base58check:0142-37}", JUDGED_PROVEN },
    { "base58check", "edsk{[123456789ABCDEFGH]:50}", JUDGED_REJECT },
    { "base58check", "0OIl", JUDGED_REJECT },
    { "bech32", "{bech32:nsec}", JUDGED_PROVEN },
    { "bech32", "nsec1{[02345679acdefghj]:58}", JUDGED_REJECT },
    { "bech32", "{stellar}", JUDGED_REJECT },
};

static void made_keys_pass_and_others_do_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        judging_expect(keys[i].template_text, keys[i].validator,
                       judging_ask(keys[i].validator, judging_make(keys[i].template_text, "wallet")),
                       keys[i].want);
}

/* Another digit of the alphabet in place of each character. */
static void one_wrong_character_rejects(void **state)
{
    static const char *const made[][2] = { { "stellar-seed", "{stellar}" },
                                           { "ripple-seed", "{ripple}" },
                                           { "bech32", "{bech32:nsec}" },
                                           { "base58check:36", "{base58check:0d0f3a07-32}" } };
    (void)state;
    for (size_t m = 0; m < 4; m++) {
        struct slice key = judging_make(made[m][1], "wrong");
        unsigned char text[128];
        memcpy(text, key.ptr, key.len);
        for (size_t i = 5; i < key.len; i++) {
            text[i] = key.ptr[i] == '3' ? '4' : key.ptr[i] == 'D' ? 'E' : m == 0 ? 'D' : '3';
            judging_expect(made[m][1], made[m][0], judging_ask(made[m][0], slice_of(text, key.len)),
                           JUDGED_REJECT);
            text[i] = key.ptr[i];
        }
    }
}

static void published_vectors_hold(void **state)
{
    static const char zero[] = "1111111111111111111114oLvT2", account_zero[] = "rrrrrrrrrrrrrrrrrrrrrhoLvTp";
    unsigned char bytes[64];
    (void)state;
    assert_int_equal(crc16_xmodem(slice_str("123456789")), 0x31C3);
    assert_int_equal(base58check_read(slice_str(zero), bytes, sizeof bytes), 21);
    for (size_t i = 0; zero[i]; i++) { /* the same bytes in both alphabets */
        assert_int_equal(base58_to_ripple((unsigned char)zero[i]), account_zero[i]);
        assert_int_equal(base58_from_ripple((unsigned char)account_zero[i]), zero[i]);
    }
    assert_int_equal(base58_from_ripple('0'), 0);
    assert_int_equal(base58_from_ripple(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_keys_pass_and_others_do_not),
        cmocka_unit_test(one_wrong_character_rejects),
        cmocka_unit_test(published_vectors_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
