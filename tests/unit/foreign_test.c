/* foreign_test.c - match/foreign.h: which alternatives of an expression need a byte beyond ASCII. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "match/foreign.h"

static void assert_split(const char *expression, const char *plain, const char *foreign)
{
    struct buffer a, b;
    buffer_init(&a, 1024);
    buffer_init(&b, 1024);
    foreign_split(expression, &a, &b);
    buffer_put_byte(&a, 0);
    buffer_put_byte(&b, 0);
    assert_string_equal((const char *)a.ptr, plain);
    assert_string_equal((const char *)b.ptr, foreign);
    buffer_release(&a);
    buffer_release(&b);
}

static void alternatives_go_where_they_belong(void **state)
{
    (void)state;
    assert_split("(?i)(?:pin|код|code)", "(?i)(?:pin|code)", "(?i)(?:код)");
    assert_split("(?:pin|code)", "(?:pin|code)", "");
    assert_split("(?:код|пин)", "", "(?:код|пин)");
    assert_split("(?:a|\\xE2\\x82\\xAC)", "(?:a)", "(?:\\xE2\\x82\\xAC)");
    assert_split("(?:(?:К|к)од|b)", "(?:b)", "(?:(?:К|к)од)");
}

static void what_may_do_without_stays(void **state)
{
    (void)state;
    assert_split("(?:mot(?:s|é)|b)", "(?:mot(?:s|é)|b)", "");
    assert_split("(?:caf(?:é)?|b)", "(?:caf(?:é)?|b)", "");
    assert_split("(?:caf(?:é){0,2}x|b)", "(?:caf(?:é){0,2}x|b)", "");
    assert_split("(?:caf(?:é){1,2}x|b)", "(?:b)", "(?:caf(?:é){1,2}x)");
    assert_split("(?:a[é]|b)", "(?:a[é]|b)", "");
    assert_split("(?:a(?!é)|b(?<=é)c)", "(?:a(?!é)|b(?<=é)c)", "");
    assert_split("(?:\\x41\\|é|b)", "(?:b)", "(?:\\x41\\|é)");
}

static void what_is_no_group_of_alternatives_stays_whole(void **state)
{
    (void)state;
    assert_split("код", "код", "");
    assert_split("(?:код|b)c", "(?:код|b)c", "");
    assert_split("(?:код|b)?", "(?:код|b)?", "");
    assert_split("(?:код)|b", "(?:код)|b", "");
    assert_split("a(?:код|b)", "a(?:код|b)", "");
    assert_split("(?:код(?i)|b)", "(?:код(?i)|b)", "");
    assert_split("(код|b)", "(код|b)", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alternatives_go_where_they_belong),
        cmocka_unit_test(what_may_do_without_stays),
        cmocka_unit_test(what_is_no_group_of_alternatives_stays_whole),
    };
    return cmocka_run_group_tests_name("foreign", tests, NULL, NULL);
}
