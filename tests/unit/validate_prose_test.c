/* validate_prose_test.c - sentences that give a password away, and sentences that only speak of passwords.
 *
 * In each text the value stands between « and »; the rule's match is the trigger before it.
 */
#include "unit/judging.h"

#define OPEN "\xc2\xab"
#define CLOSE "\xc2\xbb"

/* What a rule matches is the last trigger before the value. A value other than the marked one is told as JUDGED_WEAKER. */
static struct judgement ask_sentence(const char *text)
{
    static const char *const triggers[] = { "passphrase", "passcode", "password", "pwd", "pin", "code" };
    static char bytes[4096];
    struct buffer plain;
    struct judgement got;
    struct slice all = slice_str(text);
    size_t open = slice_find(all, 0, slice_str(OPEN)), close = slice_find(all, 0, slice_str(CLOSE));
    assert_true(open != SLICE_NONE && close != SLICE_NONE);
    buffer_init(&plain, sizeof bytes);
    buffer_put(&plain, slice_sub(all, 0, open));
    buffer_put(&plain, slice_sub(all, open + 2, close - open - 2));
    size_t end = plain.len, from = 0, len = 0;
    buffer_put(&plain, slice_skip(all, close + 2));
    memcpy(bytes, plain.ptr, plain.len);
    struct slice whole = slice_of(bytes, plain.len), head = slice_sub(whole, 0, open);
    buffer_release(&plain);
    for (size_t t = 0; t < sizeof triggers / sizeof *triggers; t++)
        for (size_t at = 0; (at = slice_find_nocase(head, at, slice_str(triggers[t]))) != SLICE_NONE; at++)
            if (at >= from) {
                from = at;
                len = strlen(triggers[t]);
            }
    assert_true(len > 0);
    struct candidate c = { .before = slice_sub(whole, from > 256 ? from - 256 : 0, from > 256 ? 256 : from),
                           .match = slice_sub(whole, from, len),
                           .secret = slice_sub(whole, from, len),
                           .after = slice_sub(whole, from + len, 256) };
    judging_ask_about("prose:en", &c, &got);
    if (got.judged == JUDGED_NOTHING &&
        (got.value_count != 1 || !slice_is_equal(got.values[0], slice_sub(whole, open, end - open))))
        got.judged = JUDGED_WEAKER;
    return got;
}

static const char *const given[] = {
    "password: " OPEN "Xy7!kk2p" CLOSE,
    "Password: " OPEN "hunter2" CLOSE "\n",
    "The password is " OPEN "blue42sky" CLOSE ".",
    "the password for the portal is: " OPEN "Rainy-Tuesday-9" CLOSE " and it works",
    "Username: bob\nPassword: " OPEN "sunshine" CLOSE "\n",
    "login: root\npassword: " OPEN "Welcome" CLOSE "\n",
    "Here are your credentials. user: amy, password: " OPEN "kitten" CLOSE,
    "Your temporary password is " OPEN "Xy7!kk2p" CLOSE ". Please change it when you first log in.",
    "Your new password is: " OPEN "Kangaroo" CLOSE "\n",
    "PIN: " OPEN "4821" CLOSE "\n",
    "Your PIN is " OPEN "4821" CLOSE ".",
    "the door code is " OPEN "7391" CLOSE ", see you tomorrow",
    "wifi password is " OPEN "correct-horse-battery" CLOSE,
    "zip password = " OPEN "Q1Report" CLOSE,
    "pwd: '" OPEN "tr0ub4dor" CLOSE "'",
    "Password:\n  " OPEN "mK3$9xQz" CLOSE "\n",
    "> > Password: " OPEN "vB8nn2Lq" CLOSE "\n",
    "You asked me to reset the password, the new password is " OPEN "Falcon88" CLOSE ".",
    "conference passcode: " OPEN "884213" CLOSE,
    "the archive is encrypted, password: " OPEN "12345678" CLOSE,
    "passphrase: \"" OPEN "velvet otter lantern" CLOSE "\"",
    "ssh into it, password " OPEN "g8Kw!2mm" CLOSE,
};

static const char *const spoken_of[] = {
    "Your password is " OPEN "required" CLOSE " to continue.",
    "The password " OPEN "must" CLOSE " be changed every 90 days.",
    "The password must be at least " OPEN "8" CLOSE " characters long",
    "Passwords: minimum " OPEN "12" CLOSE " characters",
    "Never share your password: " OPEN "we" CLOSE " will never ask for it.",
    "To reset your password: " OPEN "https://id.acme.test/reset?u=81723" CLOSE,
    "Forgot your password? " OPEN "Click" CLOSE " here.",
    "Password: " OPEN "********" CLOSE,
    "Password: " OPEN "________" CLOSE,
    "Password: " OPEN "<your password>" CLOSE,
    "Password: " OPEN "${PASSWORD}" CLOSE,
    "Password: " OPEN "[removed]" CLOSE,
    "Password:\n\n" OPEN "Thanks" CLOSE ",\nBob",
    "enter your password: " OPEN "and" CLOSE " press return",
    "the password is " OPEN "incorrect" CLOSE,
    "username and password " OPEN "authentication" CLOSE,
    "password = " OPEN "getPassword()" CLOSE ";",
    "password = " OPEN "config.password" CLOSE "\n",
    "$password = " OPEN "$_POST" CLOSE "['p'];",
    "Password: " OPEN "</td>" CLOSE,
    "password: " OPEN "bob@acme.test" CLOSE,
    "the password was " OPEN "emailed" CLOSE " separately",
    "the password " OPEN "manager" CLOSE " of your choice",
    "your password expires on " OPEN "2024-01-12" CLOSE,
    "password protected, pin " OPEN "it" CLOSE " to the board",
    "passcode is sent by " OPEN "SMS" CLOSE,
    "change the password? " OPEN "No" CLOSE,
    "Password: " OPEN "changeme" CLOSE,
    "Password: " OPEN "see below" CLOSE,
    "the password is the " OPEN "same" CLOSE " as before",
    "What is the password " OPEN "policy" CLOSE "?",
    "password " OPEN "sniffing" CLOSE " is easy on hubs",
    "source code " OPEN "review" CLOSE " tomorrow",
    "https://username:password" OPEN "@files.acme.test/a/b" CLOSE,
    "http://userid:password@host.acme.test:" OPEN "8080" CLOSE,
    "https://meet.acme.test/x?pin=" OPEN "3731942702741" CLOSE,
    "pwd: " OPEN "\xff\x81kQ9" CLOSE,
    "the error code is " OPEN "unknown" CLOSE,
};

static void passwords_that_are_given_away(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        judging_expect(given[i], "prose", ask_sentence(given[i]), JUDGED_NOTHING);
}

static void passwords_that_are_only_spoken_of(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spoken_of / sizeof *spoken_of; i++)
        judging_expect(spoken_of[i], "prose", ask_sentence(spoken_of[i]), JUDGED_REJECT);
}

/* A generated password after a colon is always found, a lone plain word in a sentence never. */
static void generated_passwords_are_found(void **state)
{
    (void)state;
    for (int i = 0; i < 300; i++) {
        char seed[16], text[128];
        snprintf(seed, sizeof seed, "%d", i);
        struct slice made = judging_make("{password:10}", seed);
        snprintf(text, sizeof text, "Password: " OPEN "%.*s" CLOSE, (int)made.len, (const char *)made.ptr);
        judging_expect(text, "prose", ask_sentence(text), JUDGED_NOTHING);
    }
}

static void every_rejection_says_why(void **state)
{
    (void)state;
    struct judgement got = ask_sentence("Your password is " OPEN "required" CLOSE);
    assert_non_null(strstr(got.why, "ordinary sentences"));
    got = ask_sentence("my password: " OPEN "a1xxxxxx" CLOSE);
    assert_non_null(strstr(got.why, "placeholder"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passwords_that_are_given_away),
        cmocka_unit_test(passwords_that_are_only_spoken_of),
        cmocka_unit_test(generated_passwords_are_found),
        cmocka_unit_test(every_rejection_says_why),
    };
    return cmocka_run_group_tests_name("validate/prose", tests, NULL, NULL);
}
