/* window_test.c - match/window.h: hits of one rule, in whatever order they come, make windows in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "match/window.h"

#define LISTED 128

/* The windows that HITS (0 ends them) of a rule of width 10 make. */
static void assert_windows(const size_t *hits, const char *expected)
{
    struct rule rule = { .id = "r", .width = 10 };
    const struct ruleset set = { .rules = &rule, .count = 1, .widest = 10 };
    struct windows windows;
    char listed[LISTED] = "";
    size_t len = 0;
    windows_init(&windows, &set);
    for (; *hits; hits++)
        windows_add(&windows, 0, *hits);
    windows_order(&windows);
    for (uint32_t w = windows.first[0]; w != WINDOW_NONE; w = windows.at[w].next)
        len += (size_t)snprintf(listed + len, sizeof listed - len, "%zu-%zu ", windows.at[w].from,
                                windows.at[w].to);
    assert_string_equal(listed, expected);
    windows_clear(&windows);
    assert_int_equal(windows.first[0], WINDOW_NONE);
    windows_release(&windows);
}

static void hits_that_are_near_share_a_window(void **state)
{
    (void)state;
    assert_windows((const size_t[]){ 20, 25, 60, 0 }, "10-25 50-60 ");
}

static void a_second_scan_starts_over(void **state)
{
    (void)state;
    assert_windows((const size_t[]){ 20, 60, 90, 40, 0 }, "10-20 30-40 50-60 80-90 ");
    assert_windows((const size_t[]){ 20, 60, 25, 55, 100, 0 }, "10-25 45-60 90-100 ");
    assert_windows((const size_t[]){ 90, 20, 0 }, "10-20 80-90 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hits_that_are_near_share_a_window),
        cmocka_unit_test(a_second_scan_starts_over),
    };
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
