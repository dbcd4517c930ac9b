/* prose_code_test.c - code, logs and settings are no sentences: what stands in them beside a trigger, and what is a password even there.
 *
 * In each text the value stands between « and », and the trigger between two control characters.
 */
#include "unit/judging.h"

#define OPEN "\xc2\xab"
#define CLOSE "\xc2\xbb"

/* Takes the MARK out of BYTES. Where was it? */
static size_t take_mark(char *bytes, const char *mark)
{
    char *at = strstr(bytes, mark);
    assert_non_null(at);
    memmove(at, at + strlen(mark), strlen(at + strlen(mark)) + 1);
    return (size_t)(at - bytes);
}

/* Is the marked value told? */
static bool is_told(const char *text)
{
    char bytes[1024];
    struct judgement got;
    snprintf(bytes, sizeof bytes, "%s", text);
    size_t from = take_mark(bytes, "\x01"), to = take_mark(bytes, "\x02");
    size_t open = take_mark(bytes, OPEN), close = take_mark(bytes, CLOSE);
    from -= open < from ? strlen(OPEN) + strlen(CLOSE) : 0;
    to -= open < to ? strlen(OPEN) + strlen(CLOSE) : 0;
    struct slice all = slice_str(bytes);
    struct candidate c = { .before = slice_sub(all, 0, from),
                           .match = slice_sub(all, from, to - from),
                           .secret = slice_sub(all, from, to - from),
                           .after = slice_skip(all, to) };
    judging_ask_about("prose:en|de|fr", &c, &got);
    if (got.judged == JUDGED_REJECT || !got.value_count)
        return false;
    return slice_is_equal(got.values[0], slice_sub(all, open, close - open));
}

#define T(trigger) "\x01" trigger "\x02"
#define V(value) OPEN value CLOSE

static void test_tells_no_code(void **state)
{
    (void)state;
    static const char *const texts[] = {
        T("PASSWORD") "_RESET_TIMEOUT = " V("360074"),
        "{\"a\": 1, \"" T("password") "TooShort\": \"" V("Xk7kurz") "\"}",
        "login." T("password") V(".repeat=Wiederholen") "\n",
        "const " T("password") " = config[\"" V("Sql:Password") "\"]",
        "val " T("password") " = " V("project.findProperty") "(\"signing\")",
        "def " T("password") " = " V("getEnv") "(\"DB_PW\")",
        T("PASSWORD") " = re.compile(r\"" V("^(?=.*[A-Z])(?=.*\\d).{12,}$") "\")",
        T("password") V("\\s*[:=]\\s*") "[a-z]",
        "action=login " T("password") "=**** " V("result=ok") " session=1",
        "\"" T("password") "\"=>\"[FILTERED]\"}, \"commit\"=>\"" V("LogIn4") "\"",
        "Reason=\"bad " T("password") ".\" Process=Ntlm " V("Key_Length=128") " x",
        "name=\"" T("password") "\" " V("autocomplete=") "\"current\" />",
        "Credentials(user: String, " T("password") ": String, token: " V("Option[String") "])",
        "'" T("password") "' => '" V("required|string|min:12|confirmed") "',",
        "* " T("password") " meter shows the strength of it (" V("df03a6af") ")\n",
        "at com.acme." T("Password") "ViewModel" V("$login$1.invoke(Model.kt:44") ")",
        T("password") " = Read-Host -Prompt \"Password\" " V("-AsSecureString"),
        "\"" T("password") "\": \"Wert\", \"" V("password_confirm") "\": \"Wieder\"",
        T("password") ",changed\nsvc_1," V("2019-04-01T00:00:00") "\n",
        T("password") " from PAM\n" V("AuthorizedKeysFile") " .ssh/authorized_keys\n",
        "const { " T("password") ", ...safe } = " V("bodyOne") ";",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (is_told(texts[i]))
            fail_msg("told: %s", texts[i]);
}

static void test_tells_passwords_in_settings(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "db_" T("password") "=" V("Xy7kQ"
                                  "2mfd"),
        "smtp." T("password") ": " V("Xy7kQ"
                                     "2mfd") "\n",
        "DB_" T("PASSWORD") "=\"" V("Xy7kQ"
                                    "2mfd") "\"",
        T("password") "_prod: " V("Xy7kQ"
                                  "2mfd"),
        "\"user\": \"anna\", \"" T("password") "\": \"" V("Xy7kQ"
                                                          "2mfd") "\", \"host\": \"a\"",
        "The " T("password") " for server_01: " V("Xy7kQ"
                                                  "2mfd"),
        "The " T("password") " is " V("Sum=mer"
                                      "77kQ") ".",
        "user=anna " T("password") "=" V("Xy7kQ"
                                         "2mfd") " host=a",
        "The " T("password") " is \"" V("Xy7kQ"
                                        "2mfd") "\": please change it.",
        "The new " T("password") " (temporary): " V("Xy7kQ"
                                                    "2mfd"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!is_told(texts[i]))
            fail_msg("not told: %s", texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tells_no_code),
        cmocka_unit_test(test_tells_passwords_in_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
